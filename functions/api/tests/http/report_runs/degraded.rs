//! The reason of a report without its model, in every answer with the run.

use crate::support::stack::ANN;
use crate::support::test_api::TestApi;
use app::ports::MessageBody;
use domain::report::DegradedReason;
use domain::report::answer::AnswerEnd;
use domain::run::Outcome;
use serde_json::{Value, json};
use testkit::builders::at;

#[tokio::test]
async fn degraded_run_has_its_reason_in_every_answer() {
    let api = TestApi::new().await;
    let body = json!({
        "repository_id": api.repository.id.to_string(), "branch": "main", "schedule": "30 2 * * *",
        "timezone": "UTC", "webhook_url": "https://receiver.example.com/hook", "model": "gpt-4o-mini",
    });
    let made = api.create(ANN, "/report-configurations", &body).await.expect(201);
    let place = format!("/report-configurations/{}", made["id"].as_str().unwrap());
    api.stack.outside.git.push(at("2026-01-14T10:00:00Z"), "feat: one");
    api.stack.outside.model.answer("I'm sorry, but I can't assist with that.", AnswerEnd::Whole);

    let tested = api.post(ANN, &format!("{place}/test-webhook")).await.expect(200);
    let message = DegradedReason::NotAReport.message();
    let reason = json!({"code": "NOT_A_REPORT", "message": message});
    assert_eq!((&tested["degraded"], &tested["degraded_reason"]), (&json!(true), &reason));
    // It was asked once more, and both answers are paid for.
    assert_eq!((&tested["tokens_used"], &tested["usage_source"]), (&json!(2_200), &json!("api")));
    assert!(tested["report_content"].as_str().unwrap().contains(message));

    let id = tested["id"].as_str().unwrap();
    let run = api.get(ANN, &format!("/report-runs/{id}")).await.expect(200);
    let list = api.get(ANN, "/report-runs").await.expect(200);
    let export = api.get(ANN, "/report-runs/export?month=2026-01&format=ndjson").await;
    let exported: Value = serde_json::from_str(export.text.lines().next().unwrap()).unwrap();
    for answer in [&run, &list["data"][0], &exported] {
        assert_eq!((&answer["degraded"], &answer["degraded_reason"]), (&json!(true), &reason), "{answer}");
    }
    let csv = api.get(ANN, "/report-runs/export?month=2026-01&format=csv").await.text;
    assert!(csv.contains("degraded_reason,degraded_message") && csv.contains("NOT_A_REPORT"), "{csv}");
    assert!(csv.contains(message), "{csv}");
    let sent = api.stack.outside.receiver.received().pop().unwrap();
    let MessageBody::Report { run, .. } = sent.body else { panic!("{sent:?}") };
    let Outcome::Success(findings) = &run.end().unwrap().outcome else { panic!("{run:?}") };
    assert_eq!(findings.degraded_reason, Some(DegradedReason::NotAReport));

    api.stack.outside.model.answer("# All is well", AnswerEnd::Whole);
    let whole = api.post(ANN, &format!("{place}/test-webhook")).await.expect(200);
    assert_eq!((&whole["degraded"], &whole["degraded_reason"]), (&json!(false), &Value::Null));
}
