//! What a run costs in write units, counted by the engine. DynamoDB charges a unit for a kilobyte, and two in a
//! transaction; an index one, and two if its key changes.

use app::ports::SecretContext;
use domain::delivery::{DeliveryState, SigningSecrets};
use domain::instant::Duration;
use domain::month::Month;
use std::collections::BTreeMap;
use std::sync::Arc;
use testkit::builders::{self, at};
use testkit::engine::direct::DirectEngine;
use testkit::engine::meter::Meter;
use testkit::queue::Queued;
use testkit::scripted::Scripted;
use testkit::surroundings::Verbs;

/// Units of the second run of a day, which finds its rollup and its counter: in all, and of each index.
#[tokio::test]
async fn scheduled_and_delivered_run_costs_32_units() {
    let (engine, meter) = (DirectEngine::memory().await.unwrap(), Meter::default());
    let scripted = Scripted::at(builders::epoch());
    let deployment = scripted.deployment(Arc::new(engine.store_metered(&meter)), 1);
    let user = builders::user(1);
    let repository = builders::repository(user, 1);
    let mut configuration = builders::configuration(&repository, 1);
    configuration.settings.webhook = Some(builders::webhook("https://receiver.example.com/hook"));
    let context = SecretContext::of_configuration(user, configuration.id);
    configuration.secrets = SigningSecrets::new(deployment.vault.seal(context, &[7; 32]).await.unwrap());
    deployment.store.put_repository(&repository).await.unwrap();
    deployment.store.put_configuration(&configuration).await.unwrap();
    for (commit, fire) in [("00:30", "01:00"), ("01:30", "02:00")] {
        let _ = meter.take_writes();
        scripted.git.push(at(&format!("2026-01-01T{commit}:00Z")), "feat: apples");
        scripted.clock.set(at(&format!("2026-01-01T{fire}:10Z")));
        let deadline = at(&format!("2026-01-01T{fire}:00Z")) + Duration::minutes(3);
        deployment.schedule_due_runs().run(deadline).await.unwrap();
        loop {
            let due = scripted.queue.take_due();
            if due.is_empty() {
                break;
            }
            for message in due {
                match message {
                    Queued::Run(request) => drop(deployment.execute_run().execute(&request, deadline).await.unwrap()),
                    Queued::Delivery(request) => {
                        let _ = deployment.deliver().attempt_in_turn(&request).await.unwrap();
                    }
                }
            }
        }
    }
    let written = meter.take_writes();
    let runs = deployment.store.runs(user, 10, None).await.unwrap().items;
    assert_eq!((runs.len(), runs[0].delivery.state()), (2, DeliveryState::Delivered));
    assert_eq!(written.of_index, BTreeMap::from([("due".to_owned(), 10_000), ("fleet".to_owned(), 1_000)]));
    assert_eq!(written.milli_units, 32_000, "{written:?}");

    scripted.clock.advance(Duration::minutes(1));
    deployment.fold_fleet().run(at("2026-01-01T03:00:00Z")).await.unwrap();
    let folded = meter.take_writes();
    assert_eq!((folded.requests, folded.milli_units), (2, 2_000), "the totals and the list of one part");
    let totals = deployment.read_fleet().month(Some(Month::of(builders::epoch()))).await.unwrap().totals;
    assert_eq!(totals.accounts, 1);
}
