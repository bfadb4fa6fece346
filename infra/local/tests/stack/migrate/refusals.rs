//! What is refused, with its line and its reason. A refused row never stops the others.

use super::{ANN, BOB, Columns, Import, configuration, csv, id, refused, repository, rows, run};
use git_report::migrate::{MigrateError, Options, Rows, Table, import};
use git_report::progress::Progress;
use testkit::surroundings::Verbs;

/// Imports each broken row between two valid ones, and compares the reasons.
async fn refuses(table: Table, valid: Columns, cases: &[(&'static str, &str, &str)]) {
    let import = Import::new().await;
    let numbered = |number: usize| valid.clone().with("id", id(u32::try_from(number).unwrap()));
    let mut all = vec![numbered(0)];
    all.extend(cases.iter().enumerate().map(|(number, (column, value, _))| numbered(number + 1).with(column, *value)));
    all.push(numbered(cases.len() + 1));
    let file = vec![import.file("rows.csv", csv(&all))];
    let repositories = vec![import.file("repositories.csv", csv(&[repository()]))];
    let options = match table {
        Table::Repositories => Options { repositories: file, ..Options::default() },
        Table::Configurations => Options { repositories, configurations: file, ..Options::default() },
        Table::Runs => Options { runs: file, ..Options::default() },
    };
    let (tally, _) = import.import(&options).await;
    let count = u64::try_from(cases.len()).unwrap();
    assert_eq!(rows(&tally, table), Rows { read: count + 2, written: 2, there: 0, refused: count });
    let reasons = refused(&tally);
    for ((column, value, part), (_, reason)) in cases.iter().zip(&reasons) {
        assert!(reason.contains(part), "{column} = '{value}': {reason}");
    }
}

#[tokio::test]
async fn broken_runs_are_refused_with_their_reasons() {
    let cases = [
        ("id", "", "'id' is missing"),
        ("id", "17", "'id' is '17': a UUID is expected"),
        ("id", "01890a5d-ac96-774b-bcce-b302099a8057", "UUID v7 of 2023-06-30, another day"),
        ("user_id", "", "'user_id' is missing"),
        ("user_id", "ann@example.com", "'user_id' is 'ann@example.com': a UUID"),
        ("repository_id", "x", "'repository_id' is 'x': a UUID"),
        ("repository_id", "", "'repository_id' is missing, also in 'configuration_snapshot'"),
        ("report_configuration_id", "", "'report_configuration_id' is missing"),
        ("started_at", "yesterday", "'started_at' is 'yesterday': an instant with its offset"),
        ("started_at", "2026-06-10 09:00:00", "an instant with its offset"),
        ("started_at", "2026-08-01 00:00:00+00", "in the future"),
        ("started_at", "1969-12-31 00:00:00+00", "before 1970"),
        ("completed_at", "2026-06-10 08:00:00+00", "before 'started_at'"),
        ("completed_at", "2026-08-10 08:00:00+00", "in the future"),
        ("status", "", "'status' is missing"),
        ("status", "done", "'status' is 'done': success, failed, cancelled or running"),
        ("status", "running", "has not ended"),
        ("status", "pending", "--fail-running"),
        ("configuration_snapshot", "[1]", "a JSON object is expected"),
        ("tokens_used", "-1", "'tokens_used' is '-1': a whole number that is not negative"),
        ("tokens_used", "1.5", "a whole number"),
        ("model_used", "/models/llama.gguf", "no path"),
        ("cost_usd", "-0.5", "negative"),
        ("cost_usd", "0.0000001", "at most 6 decimals"),
        ("cost_usd", "free", "a decimal number"),
        ("cost_usd", "99999999999999", "exceeds the maximum"),
        ("commits_processed", "many", "a whole number"),
        ("commit_range_to", "main", "is not a commit id"),
        ("report_format", "html", "only 'markdown'"),
        ("webhook_delivered", "yes", "true or false"),
        ("webhook_delivery_attempts", "-2", "a whole number"),
        ("webhook_last_attempt_at", "never", "an instant"),
        ("webhook_response_status", "99", "from 100 to 599"),
        ("updated_at", "infinity", "an instant"),
    ];
    refuses(Table::Runs, run(), &cases).await;
}

#[tokio::test]
async fn broken_repositories_are_refused_with_their_reasons() {
    let cases = [
        ("id", "1", "a UUID"),
        ("user_id", "", "missing"),
        ("name", "a\nb", "one line"),
        ("url", "", "'url' is missing"),
        ("url", "https://me:p4ss@github.com/acme/shop", "a user name or a password"),
        ("url", "https://git.example.com/acme/shop", "not a known git host"),
        ("provider", "svn", "github, gitlab or gitea"),
        ("access_token", "two words", "visible characters"),
        ("created_at", "2026", "an instant"),
    ];
    refuses(Table::Repositories, repository(), &cases).await;
}

#[tokio::test]
async fn broken_configurations_are_refused_with_their_reasons() {
    let long = "x".repeat(101);
    let cases = [
        ("id", "1", "a UUID"),
        ("user_id", BOB, "the user has no such repository"),
        ("repository_id", "c0000000-0000-4000-8000-0000000000ff", "the user has no such repository"),
        ("name", long.as_str(), "at most 100 characters"),
        ("branch", "", "'branch' is missing"),
        ("branch", "a..b", "not a branch name"),
        ("schedule", "61 * * * *", "'schedule' is '61 * * * *'"),
        ("schedule", "30 0 9 * * *", "'schedule'"),
        ("timezone", "Mars/Olympus", "Mars/Olympus"),
        ("webhook_url", "ftp://example.com/s3cret", "only https"),
        ("webhook_url", "https://localhost/s3cret", "the machine itself"),
        ("webhook_format", "telegram", "auto, generic"),
        ("webhook_secret", "s3cret", "whsec_"),
        ("enabled", "maybe", "true or false"),
        ("style", "baroque", "Summary"),
        ("tone", "angry", "Professional"),
        ("author_display", "all", "name, login or hidden"),
        ("link_to_commits", "1", "true or false"),
        ("if_no_updates", "shout", "skip or notify"),
        ("include_diffs", "1", "true or false"),
        ("language", long.as_str(), "at most 40 characters"),
        ("model", long.as_str(), "at most 100 characters"),
        ("created_at", "2026", "an instant"),
    ];
    refuses(Table::Configurations, configuration(), &cases).await;
}

#[tokio::test]
async fn reason_contains_no_secret() {
    let import = Import::new().await;
    let broken = [
        configuration().with("webhook_url", "ftp://example.com/s3cret"),
        configuration().with("webhook_secret", "s3cret"),
        configuration().with("webhook_url", "https://u:s3cret@example.com/"),
    ];
    let tokens =
        [repository().with("access_token", "s3cret s3cret"), repository().with("url", "http://u:s3cret@x.y/a/b")];
    let options = Options {
        repositories: vec![import.file("repositories.csv", csv(&tokens))],
        configurations: vec![import.file("configurations.csv", csv(&broken))],
        ..Options::default()
    };
    let (tally, _) = import.import(&options).await;
    assert_eq!(refused(&tally).len(), 5);
    assert!(!format!("{tally:?}").contains("s3cret"), "{tally:?}");
}

#[tokio::test]
async fn row_of_another_run_under_a_known_id_is_refused() {
    let import = Import::new().await;
    import.import(&import.runs(&[run()])).await;
    let before = import.items().await;
    for (column, value, part) in [
        ("tokens_used", "1501", "another value of 'tokens_used'"),
        ("cost_usd", "0.000406", "another value of 'cost_usd'"),
        ("status", "cancelled", "another value of 'status'"),
        ("model_used", "gpt-4.1-mini", "another value of 'model_used'"),
        ("completed_at", "2026-06-10 09:00:31+00", "another value of 'completed_at'"),
        ("report_configuration_id", BOB, "another value of 'report_configuration_id'"),
        ("started_at", "2026-05-10 09:00:00+00", "began at another instant"),
    ] {
        let (tally, _) = import.import(&import.runs(&[run().with(column, value)])).await;
        assert!(refused(&tally)[0].1.contains(part), "{column}: {:?}", refused(&tally));
        assert_eq!(import.items().await, before, "{column}");
    }
    let twice = [run().with("id", id(1)), run().with("id", id(1)), run().with("id", id(1)).with("tokens_used", "3")];
    let (tally, _) = import.import(&import.runs(&twice)).await;
    assert_eq!(rows(&tally, Table::Runs), Rows { read: 3, written: 1, there: 1, refused: 1 }, "in one file");
}

#[tokio::test]
async fn rows_of_a_closed_account_are_refused() {
    let import = Import::new().await;
    let close = import.deployment().close_account();
    close.close(super::user(BOB), super::user(ANN)).await.unwrap();
    let before = import.items().await;
    let (tally, checked) = import.import(&import.all(&[run()])).await;
    let reasons = refused(&tally);
    assert_eq!(reasons.len(), 3);
    assert!(reasons.iter().all(|(_, reason)| reason.contains("the account is closed")), "{reasons:?}");
    assert_eq!((checked, import.items().await), (None, before));
}

#[tokio::test]
async fn unusable_files_are_refused_before_anything_is_written() {
    let import_into = Import::new().await;
    let valid = import_into.file("repositories.csv", csv(&[repository()]));
    let text = csv(&[run()]).replace("user_id,", "owner,");
    for (file, part) in [
        (import_into.file("other.csv", text), "no column 'user_id'"),
        (import_into.file("runs.txt", "x"), ".csv file with a header, or a .jsonl file"),
        (import_into.folder.path().join("absent.csv"), "can't be read"),
    ] {
        let options = Options { repositories: vec![valid.clone()], runs: vec![file], ..Options::default() };
        let error = import(&import_into.target(), &options, &Progress::on_stderr()).await.unwrap_err();
        assert!(error.to_string().contains(part), "{error}");
    }
    let nothing = import(&import_into.target(), &Options::default(), &Progress::on_stderr()).await.unwrap_err();
    assert!(matches!(nothing, MigrateError::NoFiles));
    assert_eq!(import_into.items().await, Vec::<String>::new());
}

/// A change in the earlier system between two imports is neither taken over nor passed over in silence.
#[tokio::test]
async fn change_of_a_holding_after_its_import_is_refused_with_its_column() {
    let import = Import::new().await;
    let imported = async |repositories: Columns, configurations: Columns| {
        let options = Options {
            repositories: vec![import.file("repositories.csv", csv(&[repositories]))],
            configurations: vec![import.file("configurations.csv", csv(&[configurations]))],
            ..Options::default()
        };
        refused(&import.import(&options).await.0)
    };
    assert_eq!(imported(repository(), configuration()).await.len(), 0);
    let before = import.items().await;
    assert_eq!(imported(repository(), configuration()).await.len(), 0);
    for (column, value) in [
        ("schedule", "0 7 * * *"),
        ("branch", "next"),
        ("name", "Weekly"),
        ("webhook_url", "https://elsewhere.example.com/hook"),
        ("language", "de"),
    ] {
        let reasons = imported(repository(), configuration().with(column, value)).await;
        let named = if column == "language" { "columns of writing" } else { column };
        assert!(reasons[0].1.contains(&format!("another value of '{named}'")), "{column}: {reasons:?}");
    }
    let reasons = imported(repository().with("name", "Plums"), configuration()).await;
    assert!(reasons[0].1.contains("another value of 'name'"), "{reasons:?}");
    assert_eq!(import.items().await, before);
}
