//! The program itself, killed and repeated, and what the API answers afterwards.

use super::{Columns, RUN, configuration, csv, failed, id, repository, run};
use crate::program::Place;
use serde_json::{Value, json};
use std::process::{Command, Output, Stdio};
use std::time::Duration;

/// The user of the local system's token.
const DEMO: &str = "d0000000-0000-4000-8000-000000000001";

fn of_demo(row: Columns) -> Columns {
    row.with("user_id", DEMO)
}

/// Writes the files, and returns the arguments that import them.
fn files(place: &Place, runs: &[Columns]) -> Vec<&'static str> {
    let write = |name: &str, rows: &[Columns]| std::fs::write(place.path().join(name), csv(rows)).unwrap();
    write("repositories.csv", &[of_demo(repository())]);
    write("configurations.csv", &[of_demo(configuration())]);
    write("runs.csv", runs);
    vec!["migrate", "--repositories=repositories.csv", "--configurations=configurations.csv", "--runs=runs.csv"]
}

fn printed(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

#[tokio::test]
async fn api_answers_for_the_ids_of_before() {
    let place = Place::with_repository();
    let arguments =
        files(&place, &[of_demo(run()), of_demo(failed()).with("id", id(2)), of_demo(run()).with("status", "x")]);
    let output = place.run(&arguments, &[]);
    let text = printed(&output);
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(text.contains("runs.csv:"), "{text}");
    assert!(text.contains("'status' is 'x'"), "{text}");
    assert!(text.contains("report runs: 3 read, 2 written, 0 already there, 1 refused"), "{text}");
    assert!(text.contains("recounted months: 1, counters that agree with their runs: 1"), "{text}");

    let system = place.start(&["--no-report", "--no-dashboard"], &[]).await;
    let found = system.get(&format!("/report-runs/{RUN}")).await;
    assert_eq!((&found["status"], &found["tokens_used"]), (&json!("success"), &json!(1_500)));
    assert_eq!((found["cost_usd"].to_string(), &found["user_id"]), ("0.000405".to_owned(), &json!(DEMO)));
    assert_eq!(found["report_content"], json!("# Report\n\nSee \"it\", please"));
    assert_eq!(
        (&found["usage_month"], &found["quota"]["reason"]),
        (&json!("2026-06-01T00:00:00.000Z"), &json!("report"))
    );
    let own = found["id"].as_str().unwrap();
    assert_eq!(system.get(&format!("/report-runs/{own}")).await, found, "by its own id");
    let deliveries = system.get(&format!("/report-runs/{RUN}/deliveries")).await;
    assert_eq!(deliveries["delivery"]["state"], "delivered");
    assert_eq!(system.get_problem(&format!("/report-runs/{}", id(77))).await["code"], "NOT_FOUND");
    let again = system.post(&format!("/report-runs/{RUN}/cancel"), &Value::Null).await;
    assert_eq!(again["code"], "CONFLICT", "found, and ended: {again}");
    let history = system.get("/report-runs/usage/history?months=36").await;
    let of_june = |month: &&Value| month["month"] == "2026-06-01T00:00:00.000Z";
    let june = history["data"].as_array().unwrap().iter().find(of_june).unwrap_or_else(|| panic!("{history}"));
    assert_eq!((&june["total_runs"], &june["successful_runs"]), (&json!(2), &json!(1)));
    let days = system.get("/report-runs/usage/daily?month=2026-06").await;
    assert!(days.to_string().contains("0.00081") || days.to_string().contains("0.000405"), "{days}");
    let configurations = system.get("/report-configurations").await;
    let imported =
        configurations["data"].as_array().unwrap().iter().find(|one| one["name"] == "Daily").unwrap().clone();
    assert_eq!((&imported["enabled"], &imported["total_runs"]), (&json!(false), &json!(2)));

    // The system runs: the same command uses its table.
    let output = place.run(&arguments, &[]);
    let text = printed(&output);
    assert!(text.contains("report runs: 3 read, 0 written, 2 already there, 1 refused"), "{text}");
}

/// Every item of the table, without what is random or depends on when it was imported.
async fn items(place: &Place) -> Vec<String> {
    let system = place.start(&["--no-report", "--no-dashboard"], &[]).await;
    let found = system.dynamodb("Scan", &json!({"TableName": "git-report"})).await;
    let mut items: Vec<String> = Vec::new();
    for mut item in found["Items"].as_array().unwrap().clone() {
        let fields = item.as_object_mut().unwrap();
        let sk = fields["sk"]["S"].as_str().unwrap().to_owned();
        // Those of the demo itself.
        if sk.contains("d0000000-0000-4000-8000-000000000002") || sk.contains("d0000000-0000-4000-8000-000000000003") {
            continue;
        }
        for random in ["secret", "token", "covered_since"] {
            fields.remove(random);
        }
        items.push(item.to_string());
    }
    items.sort();
    assert!(found.get("LastEvaluatedKey").is_none_or(Value::is_null), "one page");
    items
}

#[tokio::test]
async fn killed_import_is_continued() {
    let (whole, killed) = (Place::with_repository(), Place::with_repository());
    let rows: Vec<Columns> = (0..600)
        .map(|number| {
            let begin = format!("2026-06-{:02} {:02}:{:02}:00+00", 1 + number % 28, number / 28 % 24, number % 60);
            let end = begin.replace(":00+00", ":07+00");
            let row = of_demo(run()).with("report_content", "").with("id", id(number));
            row.with("started_at", begin).with("completed_at", end)
        })
        .collect();
    let arguments = files(&whole, &rows);
    assert!(whole.run(&arguments, &[]).status.success());
    files(&killed, &rows);
    let mut kills = 0;
    for milliseconds in [250, 400, 600, 800, 1_000] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_git-report"));
        command.current_dir(killed.path()).args(&arguments).env_clear();
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        tokio::time::sleep(Duration::from_millis(milliseconds)).await;
        kills += u32::from(child.try_wait().unwrap().is_none());
        // An error means that it has ended already.
        let _ended = child.kill();
        child.wait().unwrap();
    }
    assert!(kills > 0, "each import ended before it was killed");
    let output = killed.run(&arguments, &[]);
    let text = printed(&output);
    assert!(output.status.success(), "{text}");
    assert!(text.contains("recounted months: 1, counters that agree with their runs: 1"), "{text}");
    assert_eq!(items(&killed).await, items(&whole).await);
}

#[test]
fn wrong_table_is_reported_before_a_row_is_read() {
    let place = Place::with_repository();
    let mut arguments = files(&place, &[run()]);
    arguments.push("--table=nowhere");
    let output = place.run(&arguments, &[]);
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success() && error.contains("AWS_REGION") && error.contains("SECRETS_KEY"), "{error}");
    let keys = [
        ("AWS_REGION", "eu-west-1"),
        ("AWS_ACCESS_KEY_ID", "local"),
        ("AWS_SECRET_ACCESS_KEY", "local"),
        ("SECRETS_KEY", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="),
        ("AWS_ENDPOINT_URL_DYNAMODB", "http://127.0.0.1:9"),
    ];
    let output = place.run(&arguments, &keys);
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success() && error.contains("the table 'nowhere' can't be read"), "{error}");
}
