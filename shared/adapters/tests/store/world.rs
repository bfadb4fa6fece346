//! A user with an account, a repository and a configuration, on an engine of its own.

use adapters::dynamodb::DynamoStore;
use app::ports::{
    Accounts, ConfigurationEnd, Configurations, CoverageMove, Fence, Finish, Part, Repositories, Reservation,
    RunLedger, Runs, TransactionError, UsageCounters,
};
use domain::account::Account;
use domain::commit::Sha;
use domain::configuration::Configuration;
use domain::delivery::Delivery;
use domain::id::{OwnerId, RunId, UserId};
use domain::instant::{Duration, Instant};
use domain::money::{Cost, Rates, TokenUsage, UsageSource};
use domain::repository::Repository;
use domain::run::{Findings, Outcome, Payment, Priced, Run, Status, Trigger, Window};
use domain::usage::UsageCounter;
use std::collections::BTreeSet;
use testkit::builders;
use testkit::engine::{Engine, TABLE};

/// A limit on uncounted runs that no test reaches by accident.
pub(crate) const UNCOUNTED_MAX: u64 = 1_000;

pub(crate) struct World {
    pub(crate) engine: Engine,
    pub(crate) store: DynamoStore,
    pub(crate) account: Account,
    pub(crate) repository: Repository,
    pub(crate) configuration: Configuration,
    pub(crate) owner: OwnerId,
}

/// An item as the table returns it.
pub(crate) type Raw = std::collections::HashMap<String, aws_sdk_dynamodb::types::AttributeValue>;

impl World {
    pub(crate) async fn new() -> Self {
        let engine = Engine::memory().await.expect("the engine starts");
        let store = engine.store();
        let account = builders::account(builders::user(1));
        let repository = builders::repository(account.user, 1);
        let configuration = builders::configuration(&repository, 1);
        store.put_account(&account).await.expect("put");
        store.put_repository(&repository).await.expect("put");
        store.put_configuration(&configuration).await.expect("put");
        Self { engine, store, account, repository, configuration, owner: builders::owner(1) }
    }

    pub(crate) fn user(&self) -> UserId {
        self.account.user
    }

    /// The fire that the configuration waits for at first.
    pub(crate) fn fire(&self) -> Instant {
        self.configuration.progress.next_run_at.expect("a fire")
    }

    /// A scheduled run of a fire, begun half a minute late.
    pub(crate) fn scheduled(&self, fire: Instant) -> Run {
        let parts = (&self.account, &self.repository, &self.configuration);
        builders::scheduled_run(parts, fire, self.owner, fire + Duration::seconds(30))
    }

    /// A manual run, by a number.
    pub(crate) fn manual(&self, number: u64) -> Run {
        let now = self.fire() + Duration::minutes(1);
        let window = Window { from: now - Duration::hours(2), to: now };
        Run {
            id: RunId::at(now, builders::randomness(number)),
            trigger: Trigger::Manual(window),
            ..self.scheduled(self.fire())
        }
    }

    /// A test run, by a number.
    pub(crate) fn test(&self, number: u64) -> Run {
        let mut run = self.manual(number);
        if let Trigger::Manual(window) = run.trigger {
            run.trigger = Trigger::Test(window);
        }
        run.receipt.holds_slot = false;
        run
    }

    pub(crate) fn reservation(&self, run: Run) -> Reservation {
        let next_fire = match run.trigger {
            Trigger::Schedule { fire } => self.configuration.fire_after(fire, run.started_at),
            _ => None,
        };
        Reservation { run, uncounted_max: UNCOUNTED_MAX, next_fire, idempotency: None }
    }

    /// Begins a run.
    pub(crate) async fn begin(&self, run: Run) -> Run {
        self.store.reserve(&self.reservation(run.clone())).await.expect("reserved");
        run
    }

    /// Ends a run with a report of three commits, in a transaction without further conditions.
    pub(crate) fn success(&self, run: Run, payments: Vec<Payment>) -> Finish {
        let now = run.started_at + Duration::minutes(1);
        let findings = Findings { commits: 3, range_to: Some(sha('b')), ..Findings::default() };
        self.end(run, Outcome::Success(findings), payments, Delivery::pending(now))
    }

    pub(crate) fn end(&self, run: Run, outcome: Outcome, payments: Vec<Payment>, delivery: Delivery) -> Finish {
        let now = run.started_at + Duration::minutes(1);
        let status = outcome.status();
        let fence = Fence::Held { owner: self.owner, attempt: run.attempt };
        let scheduled = run.trigger.is_scheduled();
        let last_run_status = outcome.last_run_status();
        let (run, counter) = run.finish(outcome, &payments, delivery, now).expect("it runs");
        let coverage = (status == Status::Success).then(|| CoverageMove {
            generation: 0,
            from: None,
            to: now,
            head: sha('b'),
            was_reset: false,
            further: None,
        });
        Finish {
            run,
            fence,
            payments,
            counter,
            counted_below: None,
            counted_is: None,
            marks: Vec::new(),
            pause: None,
            configuration: scheduled.then_some(ConfigurationEnd {
                last_run_status,
                last_run_at: now,
                failing_since: None,
                skipped_at: None,
                coverage: coverage.into_iter().collect(),
            }),
            limit: None,
            notices: Vec::new(),
            events: Vec::new(),
        }
    }

    pub(crate) async fn usage(&self) -> UsageCounter {
        self.store.usage(self.user(), self.scheduled(self.fire()).id.month()).await.expect("a counter")
    }

    pub(crate) async fn stored(&self, run: &Run) -> Option<Run> {
        self.store.run(run.user, run.id).await.expect("a run")
    }

    pub(crate) async fn current(&self) -> Configuration {
        self.store
            .configuration(self.user(), self.configuration.id)
            .await
            .expect("a configuration")
            .expect("the configuration exists")
    }

    /// The item of a sort key, as the table returns it.
    pub(crate) async fn raw(&self, sk: &str) -> Option<Raw> {
        let key = |text: String| aws_sdk_dynamodb::types::AttributeValue::S(text);
        self.engine
            .client()
            .get_item()
            .table_name(TABLE)
            .key("pk", key(format!("USER#{}", self.user())))
            .key("sk", key(sk.to_owned()))
            .send()
            .await
            .expect("an answer")
            .item
    }

    /// Puts an item as it is.
    pub(crate) async fn put_raw(&self, item: Raw) {
        self.engine.client().put_item().table_name(TABLE).set_item(Some(item)).send().await.expect("put");
    }
}

pub(crate) fn sha(digit: char) -> Sha {
    Sha::parse(&digit.to_string().repeat(40)).expect("a sha")
}

/// A payment of an attempt: its cost is the attempt's number in cents.
pub(crate) fn payment(attempt: u32) -> Payment {
    let rates =
        Rates::new("0.15".parse().expect("price"), "0.075".parse().expect("price"), "0.6".parse().expect("price"));
    Payment {
        attempt,
        priced: Priced {
            tokens: TokenUsage::new(1_000, 100, 200, 20),
            cost: Cost::from_micros(u64::from(attempt) * 10_000),
            source: UsageSource::Api,
            model: Some("gpt-4o-mini".to_owned()),
            rates: Some(rates.expect("rates")),
        },
    }
}

/// The result is a refusal by exactly these parts.
#[expect(clippy::needless_pass_by_value, reason = "a result reads better where it is made")]
pub(crate) fn refused(result: Result<(), TransactionError>, parts: &[Part]) {
    let expected = TransactionError::Refused(parts.iter().copied().collect::<BTreeSet<Part>>());
    assert_eq!(result, Err(expected));
}

/// Bytes that DynamoDB counts for an item: names and values (developer guide, "Item sizes and formats"); a number is
/// counted at its upper bound.
pub(crate) fn size(item: &Raw) -> usize {
    use aws_sdk_dynamodb::types::AttributeValue as Value;
    let number = |digits: &String| digits.len().div_ceil(2) + 1;
    item.iter()
        .map(|(name, value)| {
            name.len()
                + match value {
                    Value::S(text) => text.len(),
                    Value::N(digits) => number(digits),
                    Value::B(blob) => blob.as_ref().len(),
                    Value::Ns(numbers) => numbers.iter().map(number).sum::<usize>() + 3,
                    other => panic!("an attribute of another type: {other:?}"),
                }
        })
        .sum()
}
