//! The first month of a user: a report is configured, tried, watched as its runs are used, and refused when they are
//! used up.

use crate::support::call::Answer;
use crate::support::stack::{ANN, BOB};
use crate::support::test_api::{TestApi, id_of};
use crate::support::token;
use axum::body::Body;
use axum::http::Method;
use domain::instant::Duration;
use domain::run::{ErrorCode, Failure, Outcome};
use serde_json::{Value, json};
use testkit::builders::at;

const LIMIT: u64 = 5;

/// The stack's clock is at 2026-01-15 10:30.
const SECONDS_LEFT: i64 = 16 * 86_400 + 13 * 3_600 + 1_800;

struct Month {
    api: TestApi,
    place: String,
}

impl Month {
    async fn usage(&self) -> Value {
        self.api.get(ANN, "/report-runs/usage").await.expect(200)
    }

    async fn start(&self) -> Answer {
        let window = json!({"from": "2026-01-08T00:00:00.000Z", "to": "2026-01-15T00:00:00.000Z"});
        self.api.create(ANN, &format!("{}/run", self.place), &window).await
    }

    /// A run that counts: requested over HTTP, written and ended as a worker does.
    async fn report(&self) {
        let id = id_of(&self.start().await.expect(202));
        let content = self.api.write(id, 0, "What happened.").await;
        self.api.end(id, Outcome::Success(content.findings()), Some(&content)).await;
    }

    async fn fail(&self) {
        let id = id_of(&self.start().await.expect(202));
        self.api.end(id, Outcome::Failed(Failure::new(ErrorCode::GitUnavailable, "no answer")), None).await;
    }
}

/// Bob, an administrator, sets Ann's limit.
async fn set_limit(api: &TestApi, limit: u64) {
    let mut claims = token::claims(BOB, api.stack.seconds());
    claims["app_metadata"] = json!({"role": "admin"});
    let path = format!("/admin/accounts/{ANN}");
    let ask = crate::support::call::request(Method::PUT, &path, Some(&token::with(&claims)));
    let body = json!({"plan": "free", "monthly_runs_limit": limit}).to_string();
    let ask = ask.header("content-type", "application/json").body(Body::from(body)).unwrap();
    crate::support::call::send(&api.stack.router, ask).await.expect(200);
}

/// A new report configuration of a new repository.
async fn configured(api: TestApi) -> Month {
    let repository = json!({"url": "https://github.com/octocat/spoon-knife"});
    let repository = api.create(ANN, "/repositories", &repository).await.expect(201);
    let configuration = json!({
        "repository_id": repository["id"], "branch": "main", "schedule": "0 9 * * 1-5", "timezone": "Europe/Berlin",
        "webhook_url": "https://receiver.example.com/hook", "model": "gpt-4o-mini",
    });
    let configuration = api.create(ANN, "/report-configurations", &configuration).await.expect(201);
    let place = format!("/report-configurations/{}", configuration["id"].as_str().unwrap());
    Month { api, place }
}

/// A test webhook shows its tokens and cost. The statistics include it, and it does not count.
async fn try_out(month: &Month) {
    let before = month.usage().await;
    assert_eq!((&before["runsUsed"], &before["monthlyUsage"]["test_runs"]), (&json!(0), &json!(0)));
    month.api.stack.outside.git.push(at("2026-01-14T10:00:00Z"), "feat: one");
    let tested = month.api.post(ANN, &format!("{}/test-webhook", month.place)).await.expect(200);
    assert_eq!(tested["tokens_used"], 1_100);
    assert_eq!(tested["cost_usd"].to_string(), "0.000195");
    assert_eq!(tested["webhook"]["delivered"], true);
    assert_eq!(month.api.stack.outside.receiver.reports().len(), 1);

    let after = month.usage().await;
    assert_eq!(after["monthlyUsage"]["test_runs"], 1);
    assert_eq!(after["monthlyUsage"]["total_runs"], 1);
    assert_eq!(after["monthlyUsage"]["total_tokens"], tested["tokens_used"]);
    assert_eq!(after["monthlyUsage"]["total_cost_usd"], tested["cost_usd"]);
    assert_eq!(
        (&after["runsUsed"], &after["canRunMore"], &after["warning"]),
        (&json!(0), &json!(true), &json!("none"))
    );
}

/// Approaching the monthly limit shows a warning. Failed runs do not count towards it.
async fn use_up(month: &Month) {
    set_limit(&month.api, LIMIT).await;
    month.fail().await;
    let mut warnings = Vec::new();
    for _ in 0..LIMIT {
        warnings.push(month.usage().await["warning"].clone());
        month.report().await;
    }
    assert_eq!(warnings, ["none", "none", "none", "none", "approaching"]);
    let reached = month.usage().await;
    assert_eq!(
        (&reached["warning"], &reached["usagePercentage"], &reached["canRunMore"], &reached["runsRemaining"]),
        (&json!("reached"), &json!(100), &json!(false), &json!(0))
    );
    assert_eq!(reached["monthlyUsage"]["failed_runs"], 1);
    assert_eq!(reached["monthlyUsage"]["total_tokens"], 1_100 + LIMIT * 1_540);
}

/// Exceeding the limit prevents further runs, with a clear reason. A test is still possible: it does not count.
async fn be_refused(month: &Month) {
    let reached = month.usage().await;
    let refused = month.start().await;
    let problem = refused.expect_problem("USAGE_LIMIT_EXCEEDED");
    assert_eq!(refused.status.as_u16(), 429);
    assert_eq!(refused.header("retry-after"), Some((SECONDS_LEFT + 1).to_string().as_str()));
    assert_eq!(refused.header("ratelimit-remaining"), Some("0"));
    assert_eq!((&problem["limit"], &problem["used"]), (&json!(LIMIT), &json!(LIMIT)));
    assert_eq!(problem["resets_at"], "2026-02-01T00:00:00.000Z");
    let detail = problem["detail"].as_str().unwrap();
    assert_eq!(detail, "All 5 report runs of this month are used: the limit resets on 1 February 2026.");
    assert_eq!(month.usage().await, reached, "a refusal changes nothing");

    month.api.post(ANN, &format!("{}/test-webhook", month.place)).await.expect(200);
    assert_eq!(month.usage().await["runsUsed"], LIMIT);
}

/// The limit resets on the 1st.
async fn begin_the_next(month: &Month) {
    month.api.stack.pass(Duration::seconds(SECONDS_LEFT));
    let next = month.usage().await;
    assert_eq!((&next["runsUsed"], &next["canRunMore"], &next["warning"]), (&json!(0), &json!(true), &json!("none")));
    month.report().await;
    assert_eq!(month.usage().await["runsUsed"], 1);
}

#[tokio::test]
async fn month_of_a_free_account() {
    let month = configured(TestApi::new().await).await;
    try_out(&month).await;
    use_up(&month).await;
    be_refused(&month).await;
    begin_the_next(&month).await;
}
