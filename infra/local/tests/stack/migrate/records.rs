//! What is stored: figures, texts, deliveries, configurations and secrets, and what the counters become.

use super::{
    ANN, CONFIGURATION, Import, REPOSITORY, RUN, SHA, configuration, csv, failed, id, instant, refused, rows, run, user,
};
use app::ports::SecretContext;
use domain::configuration::LastRunStatus;
use domain::delivery::{AttemptResult, DeliveryState};
use domain::event::DeliverySubject;
use domain::id::{ConfigurationId, RepositoryId, RunId};
use domain::money::UsageSource;
use domain::month::Month;
use domain::run::{DayFigures, ErrorCode, Outcome, Run, Status, total};
use git_report::migrate::{Options, Table};
use testkit::surroundings::Verbs;

/// The run whose id was this one in the earlier system.
async fn stored(import: &Import, id: &str) -> Run {
    import.deployment().store.run(user(ANN), RunId::parse(id).unwrap()).await.unwrap().unwrap()
}

#[tokio::test]
async fn run_is_found_by_its_id_of_before_and_belongs_to_its_month() {
    let import = Import::new().await;
    import.import(&import.all(&[run()])).await;
    let run = stored(&import, RUN).await;
    assert_ne!(run.id.to_string(), RUN, "this id has no instant");
    assert_eq!((run.id.instant(), run.month().to_string()), (run.started_at, "2026-06".to_owned()));
    assert_eq!(run.started_at, instant("2026-06-10T09:00:00.123Z"));
    assert_eq!(import.deployment().store.run(user(ANN), run.id).await.unwrap(), Some(run.clone()));
    assert_eq!(
        import.deployment().store.runs(user(ANN), 10, None).await.unwrap().items,
        std::slice::from_ref(&run),
        "listed once"
    );
    let others = import.deployment().store.run(user(super::BOB), RunId::parse(RUN).unwrap()).await.unwrap();
    assert_eq!(others, None, "of another user");
    assert_eq!((run.repository.to_string(), run.configuration.to_string()), (REPOSITORY.into(), CONFIGURATION.into()));
}

#[tokio::test]
async fn id_with_the_instant_of_the_run_is_kept() {
    let import = Import::new().await;
    let kept = RunId::at(instant("2026-06-10T08:59:59Z"), [7; 10]).to_string();
    import.import(&import.runs(&[run().with("id", &*kept)])).await;
    assert_eq!(stored(&import, &kept).await.id.to_string(), kept);
    assert!(!import.items().await.iter().any(|item| item.contains("EARLIER#")), "no second id is stored");
}

#[tokio::test]
async fn figures_text_and_delivery_are_those_of_the_row() {
    let import = Import::new().await;
    import.import(&import.all(&[run()])).await;
    let run = stored(&import, RUN).await;
    let figures = &run.figures;
    assert_eq!((figures.tokens.total(), figures.cost.micros(), figures.unpriced), (1_500, 405, false));
    assert_eq!((figures.source, figures.model.as_deref()), (UsageSource::Estimate, Some("gpt-4o-mini")));
    let end = run.end().unwrap();
    let Outcome::Success(findings) = &end.outcome else { panic!("{end:?}") };
    assert_eq!((findings.commits, end.counted, end.at), (7, true, instant("2026-06-10T09:00:30Z")));
    assert_eq!(findings.range_to.as_ref().unwrap().as_str(), SHA);
    let content = import.deployment().store.content(user(ANN), run.id).await.unwrap().unwrap();
    assert_eq!(content.text, "# Report\n\nSee \"it\", please");
    assert_eq!((run.delivery.state(), run.delivery.attempts), (DeliveryState::Delivered, 2));
    assert_eq!(run.delivery.response_status, Some(204));
    let attempts = import.deployment().store.attempts(user(ANN), DeliverySubject::Run(run.id)).await.unwrap();
    assert_eq!(attempts.len(), 1, "only the last one is known");
    assert_eq!((attempts[0].number, attempts[0].result), (2, AttemptResult::Status(204)));
    let snapshot = &run.snapshot;
    assert_eq!((snapshot.name.as_deref(), snapshot.webhook_host.as_deref()), (Some("Daily then"), Some("example.com")));
    assert_eq!((snapshot.repository_name.as_str(), snapshot.schedule.as_str()), ("acme/shop", "0 9 * * *"));
    assert_eq!((snapshot.branch.as_str(), snapshot.timezone.as_str()), ("main", "Europe/Berlin"));
    assert!(!import.items().await.iter().any(|item| item.contains("RUN#") && item.contains("s3cret")));
}

#[tokio::test]
async fn report_is_filtered_before_it_is_stored() {
    let import = Import::new().await;
    let text = format!(
        "# R\n\n![x](https://evil.example/p.png) [c](https://github.com/acme/shop/commit/{SHA}) \
         [e](https://evil.example/) 0123456 <script>alert(1)</script>"
    );
    import.import(&import.all(&[run().with("report_content", text)])).await;
    let found = stored(&import, RUN).await;
    let text = import.deployment().store.content(user(ANN), found.id).await.unwrap().unwrap().text;
    assert!(text.contains(&format!("(https://github.com/acme/shop/commit/{SHA})")), "{text}");
    assert!(!text.contains("](https://evil.example") && !text.contains("<script>"), "{text}");
    assert!(text.contains("0123456") && !text.contains("not in"), "a citation is not marked: {text}");
}

#[tokio::test]
async fn failed_and_cancelled_runs_keep_their_reasons_and_do_not_count() {
    let import = Import::new().await;
    let known = failed().with("error_code", "TOKEN_INVALID").with("error_message", "The token has expired");
    let other = failed().with("id", id(2)).with("error_code", "E_17").with("error_message", "broken\npipe");
    let cancelled = failed().with("id", id(3)).with("status", "cancelled");
    import.import(&import.runs(&[known, other, cancelled])).await;
    let failure = |run: &Run| match &run.end().unwrap().outcome {
        Outcome::Failed(failure) => (failure.code, failure.message.clone()),
        other => panic!("{other:?}"),
    };
    assert_eq!(failure(&stored(&import, RUN).await), (ErrorCode::TokenInvalid, "The token has expired".to_owned()));
    assert_eq!(failure(&stored(&import, &id(2)).await), (ErrorCode::Internal, "E_17: broken pipe".to_owned()));
    assert_eq!(stored(&import, &id(3)).await.status(), Status::Cancelled);
    let usage = import.deployment().store.usage(user(ANN), Month::parse("2026-06").unwrap()).await.unwrap();
    assert_eq!((usage.total_runs, usage.failed_runs, usage.cancelled_runs), (3, 2, 1));
    assert_eq!((usage.slots_used, usage.counted_runs, usage.uncounted_runs), (0, 0, 3));
}

#[tokio::test]
async fn run_in_flight_is_imported_as_failed_on_request() {
    let import = Import::new().await;
    let running = run().with("status", "running").with("completed_at", "");
    let options = Options { fail_running: true, ..import.runs(&[running]) };
    import.import(&options).await;
    let run = stored(&import, RUN).await;
    assert!(matches!(&run.end().unwrap().outcome, Outcome::Failed(failure) if failure.code == ErrorCode::RunAbandoned));
    assert_eq!(run.lease(), None);
    assert!(!import.items().await.iter().any(|item| item.contains("LEASE#")), "nothing is due");
}

#[tokio::test]
async fn counter_and_rollups_are_the_sums_of_the_runs() {
    let import = Import::new().await;
    let mut all: Vec<_> = (0..60).map(|number| run().with("id", id(number))).collect();
    all.extend((60..75).map(|number| failed().with("id", id(number)).with("started_at", "2026-06-01 00:00:00+00")));
    all.extend((75..80).map(|number| run().with("id", id(number)).with("cost_usd", "").with("model_used", "other")));
    let (tally, checked) = import.import(&import.all(&all)).await;
    assert_eq!(rows(&tally, Table::Runs).written, 80);
    let checked = checked.unwrap();
    assert_eq!((checked.months, checked.corrected.len(), checked.without_rollups.len()), (1, 0, 0));
    let (store, june) = (&import.deployment().store, Month::parse("2026-06").unwrap());
    let usage = store.usage(user(ANN), june).await.unwrap();
    assert_eq!((usage.total_runs, usage.counted_runs, usage.slots_used, usage.failed_runs), (80, 65, 65, 15));
    assert_eq!((usage.unpriced_runs, usage.cost.micros(), usage.tokens.total()), (5, 75 * 405, 80 * 1_500));
    assert_eq!(usage.last_run_at, Some(instant("2026-06-10T09:00:00.123Z")));
    assert_eq!(import.deployment().recount().compare(user(ANN), june).await.unwrap().drift, []);
    let rollups = store.rollups(user(ANN), june).await.unwrap();
    assert_eq!(rollups.len(), 2, "one for each model");
    let sums: DayFigures = total(rollups.iter().flat_map(|rollup| rollup.days.values()));
    assert!(sums.agree_with(&usage));
    assert_eq!(rollups.iter().map(|rollup| rollup.errors.values().sum::<u64>()).sum::<u64>(), 15);
}

#[tokio::test]
async fn configuration_is_paused_and_continues_after_the_last_report() {
    let import = Import::new().await;
    let later = failed()
        .with("id", id(2))
        .with("started_at", "2026-06-11 09:00:00+00")
        .with("completed_at", "2026-06-11 09:00:05+00");
    let (tally, _) = import.import(&import.all(&[later, run()])).await;
    assert_eq!(refused(&tally), []);
    let store = &import.deployment().store;
    let found = store.configuration(user(ANN), ConfigurationId::parse(CONFIGURATION).unwrap()).await.unwrap().unwrap();
    let progress = &found.progress;
    assert!(!found.settings.enabled && progress.next_run_at.is_none() && progress.due_at.is_none());
    assert_eq!((found.settings.schedule.cron(), found.settings.schedule.zone()), ("0 9 * * *", "Europe/Berlin"));
    assert_eq!(found.settings.writing.style.as_str(), "Changelog");
    assert_eq!(found.created_at, instant("2026-05-02T08:00:00Z"));
    assert_eq!((progress.total_runs, progress.last_run_status), (2, Some(LastRunStatus::Failed)));
    assert_eq!(progress.last_run_at, Some(instant("2026-06-11T09:00:05Z")));
    assert_eq!(progress.coverage.last_head.as_ref().unwrap().as_str(), SHA, "of the last report");
    assert_eq!(progress.coverage.covered_until, Some(instant("2026-06-10T09:00:30Z")));
    let account = store.account(user(ANN)).await.unwrap();
    assert_eq!((account.repositories, account.configurations), (1, 1));
}

#[tokio::test]
async fn schedules_are_started_on_request_and_only_once() {
    let import = Import::new().await;
    let paused = configuration().with("id", id(1)).with("enabled", "f");
    let often = configuration().with("id", id(2)).with("schedule", "* * * * *");
    let mut options = import.all(&[run()]);
    options.configurations = vec![import.file("three.csv", csv(&[configuration(), paused, often]))];
    import.import(&options).await;
    options.enable = true;
    let (tally, _) = import.import(&options).await;
    assert_eq!((tally.enabled, rows(&tally, Table::Configurations).there), (1, 3));
    assert!(tally.paused.len() == 1 && tally.paused[0].1.contains("60 minutes"), "{:?}", tally.paused);
    let store = &import.deployment().store;
    let id = ConfigurationId::parse(CONFIGURATION).unwrap();
    let started = store.configuration(user(ANN), id).await.unwrap().unwrap();
    assert_eq!(started.progress.next_run_at, Some(instant("2026-07-16T07:00:00Z")), "nine o'clock in Berlin");
    let stopped = started.stopped(instant(super::NOW)).unwrap();
    store.replace_configuration(&started, &stopped).await.unwrap();
    let (tally, _) = import.import(&options).await;
    assert_eq!(tally.enabled, 0, "what its user has edited since stays");
}

#[tokio::test]
async fn secrets_are_encrypted_and_can_be_opened() {
    let import = Import::new().await;
    import.import(&import.all(&[run()])).await;
    let (store, vault) = (&import.deployment().store, &import.deployment().vault);
    let repository = RepositoryId::parse(REPOSITORY).unwrap();
    let found = store.repository(user(ANN), repository).await.unwrap().unwrap();
    let opened = vault.open(SecretContext::of_repository(user(ANN), repository), &found.token.unwrap()).await.unwrap();
    assert_eq!(opened, b"ghp_0123456789");
    let configuration = ConfigurationId::parse(CONFIGURATION).unwrap();
    let found = store.configuration(user(ANN), configuration).await.unwrap().unwrap();
    let context = SecretContext::of_configuration(user(ANN), configuration);
    let opened = vault.open(context, found.secrets.current()).await.unwrap();
    assert_eq!(opened, b"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
    let stored = import.surroundings.engine.items().await.unwrap().concat();
    assert!(!stored.contains("ghp_0123456789") && !stored.contains("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"));
}

#[tokio::test]
async fn expired_texts_and_attempts_are_not_stored() {
    let import = Import::new().await;
    let old = run()
        .with("started_at", "2024-06-10 09:00:00+00")
        .with("completed_at", "2024-06-10 09:00:30+00")
        .with("webhook_last_attempt_at", "2024-06-10 09:01:00+00");
    let (tally, _) = import.import(&import.runs(&[old])).await;
    assert_eq!(tally.expired_texts, 1);
    let run = stored(&import, RUN).await;
    assert!(matches!(&run.end().unwrap().outcome, Outcome::Success(findings) if findings.content_attempt == Some(1)));
    assert!(!import.items().await.iter().any(|item| item.contains("CONTENT#") || item.contains("ATTEMPT#")));
}

#[tokio::test]
async fn dry_run_writes_nothing() {
    let import = Import::new().await;
    let options = Options { dry_run: true, ..import.all(&[run(), run().with("status", "x")]) };
    let (tally, checked) = import.import(&options).await;
    assert_eq!((rows(&tally, Table::Runs).written, tally.refused_rows(), checked), (1, 1, None));
    assert_eq!(import.items().await, Vec::<String>::new());
}

#[tokio::test]
async fn deleted_account_leaves_no_id_of_before() {
    let import = Import::new().await;
    import.import(&import.all(&[run()])).await;
    assert!(import.items().await.iter().any(|item| item.contains(&format!("EARLIER#{RUN}"))));
    import.deployment().close_account().close(user(super::BOB), user(ANN)).await.unwrap();
    // Two days later, every worker from before the closing has ended.
    let now = instant("2026-07-17T12:00:00Z");
    import.surroundings.clock.set(now);
    let erase = import.deployment().erase_account();
    for _ in 0..10 {
        erase.resume(user(ANN), now + domain::instant::Duration::minutes(1)).await.unwrap();
    }
    let left = import.items().await;
    let is_kept = |item: &String| ["USAGE#", "AUDIT#", "ACCOUNT"].iter().any(|key| item.contains(key));
    assert!(left.iter().all(is_kept), "{left:#?}");
}
