//! The cost sheet, docs/COSTS.md: what a report and an idle deployment cost on AWS, from units that are counted here.
//!
//!     cargo run -p git-report --example costs > docs/COSTS.md
//!
//! A scheduled, delivered report on a private repository and the tick's work are done by the functions' own code, on
//! the embedded table, which answers the capacity that it consumed; queue messages, events, decryptions and bytes of
//! logs are counted at the ports. Times of functions depend on git hosts, models and receivers: they are stated, not
//! counted.

#![expect(clippy::float_arithmetic, reason = "dollars that are estimates; no bill is made from them")]

use adapters::sqs::{QueueFunction, delivery_request_body, run_request_body};
use adapters::wiring::Deployment;
use app::ports::{SecretContext, Vault, VaultError};
use async_trait::async_trait;
use domain::delivery::SigningSecrets;
use domain::instant::{Duration, Instant};
use domain::repository::Sealed;
use report_runner::Runner;
use report_scheduler::Scheduler;
use serde_json::{Value, json};
use std::error::Error;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use testkit::builders::{self, at};
use testkit::engine::direct::DirectEngine;
use testkit::engine::meter::Meter;
use testkit::logs::Logs;
use testkit::queue::Queued;
use testkit::scripted::Scripted;
use testkit::surroundings::Verbs;
use webhook_delivery::Courier;

const TEMPLATE: &str = include_str!("../../../template.yaml");

/// Prices in US dollars of us-east-1 on 2026-11-30, without free tiers and discounts.
mod price {
    /// A million write units, on demand (<https://aws.amazon.com/dynamodb/pricing/on-demand/>).
    pub(crate) const WRITE_UNITS: f64 = 0.625;
    /// A million read units.
    pub(crate) const READ_UNITS: f64 = 0.125;
    /// A million requests of a standard queue (<https://aws.amazon.com/sqs/pricing/>).
    pub(crate) const QUEUE_REQUESTS: f64 = 0.40;
    /// A million published events (<https://aws.amazon.com/eventbridge/pricing/>).
    pub(crate) const EVENTS: f64 = 1.00;
    /// A million calls of KMS (<https://aws.amazon.com/kms/pricing/>).
    pub(crate) const KMS_CALLS: f64 = 3.00;
    /// A gigabyte of logs taken in (<https://aws.amazon.com/cloudwatch/pricing/>).
    pub(crate) const LOGS_GB: f64 = 0.50;
    /// A million invocations (<https://aws.amazon.com/lambda/pricing/>, arm64).
    pub(crate) const INVOCATIONS: f64 = 0.20;
    /// A gigabyte of memory for a second.
    pub(crate) const GB_SECOND: f64 = 0.000_013_333_4;
    /// A key of KMS for a month.
    pub(crate) const KMS_KEY: f64 = 1.00;
    /// A metric of an alarm for a month.
    pub(crate) const ALARM: f64 = 0.10;
    /// A metric for a month.
    pub(crate) const METRIC: f64 = 0.30;
    /// A dashboard for a month.
    pub(crate) const DASHBOARD: f64 = 3.00;
}

/// Seconds of functions that are stated: a model that answers in ten seconds, a receiver that answers at once.
const RUNNER_SECONDS: f64 = 12.0;
const DELIVERY_SECONDS: f64 = 0.3;
const TICK_SECONDS: f64 = 0.5;
/// The functions' memory, in gigabytes, as in the template.
const RUNNER_GB: f64 = 0.1875;
const SMALL_GB: f64 = 0.125;
/// Ticks and recounts of 30 days.
const TICKS: f64 = 43_200.0;
const RECOUNTS: f64 = 720.0;
/// Lambda keeps five pollers for each queue, each of which waits 20 s for messages
/// (<https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html>).
const EMPTY_RECEIVES: f64 = 3.0 * 5.0 * 3.0 * TICKS;
/// Metrics that an idle stack writes: of ticks and recounts.
const IDLE_METRICS: f64 = 6.0;

/// A vault that counts what it opens: each is a call of KMS.
struct Counting(Arc<dyn Vault>, AtomicU64);

#[async_trait]
impl Vault for Counting {
    async fn seal(&self, context: SecretContext, secret: &[u8]) -> Result<Sealed, VaultError> {
        self.0.seal(context, secret).await
    }

    async fn open(&self, context: SecretContext, sealed: &Sealed) -> Result<Vec<u8>, VaultError> {
        self.1.fetch_add(1, Ordering::Relaxed);
        self.0.open(context, sealed).await
    }
}

/// What was counted.
#[derive(Clone, Copy, Debug, Default)]
struct Units {
    writes: f64,
    reads: f64,
    queue_requests: f64,
    events: f64,
    kms_calls: f64,
    log_bytes: f64,
    runs: f64,
    deliveries: f64,
}

struct Measured {
    deployment: Deployment,
    scripted: Scripted,
    meter: Meter,
    vault: Arc<Counting>,
}

impl Measured {
    /// A table with an hourly report on a private repository and a webhook.
    async fn new(engine: &DirectEngine) -> Result<Self, Box<dyn Error>> {
        let (meter, scripted) = (Meter::default(), Scripted::at(builders::epoch()));
        let mut deployment = scripted.deployment(Arc::new(engine.store_metered(&meter)), 1);
        let vault = Arc::new(Counting(scripted.vault.clone(), AtomicU64::new(0)));
        deployment.vault = vault.clone();
        let user = builders::user(1);
        let mut repository = builders::repository(user, 1);
        let token = SecretContext::of_repository(user, repository.id);
        repository.token = Some(deployment.vault.seal(token, b"github_pat_0123456789").await?);
        let mut configuration = builders::configuration(&repository, 1);
        configuration.settings.webhook = Some(builders::webhook("https://receiver.example.com/hook"));
        let context = SecretContext::of_configuration(user, configuration.id);
        configuration.secrets = SigningSecrets::new(deployment.vault.seal(context, &[7; 32]).await?);
        deployment.store.put_repository(&repository).await?;
        deployment.store.put_configuration(&configuration).await?;
        Ok(Self { deployment, scripted, meter, vault })
    }

    /// Forgets what was counted so far.
    fn forget(&self) {
        let _ = (self.meter.take(), self.meter.take_writes(), self.vault.1.swap(0, Ordering::Relaxed));
    }

    async fn tick(&self, event: Value) -> Result<(), Box<dyn Error>> {
        let deadline = self.deployment.clock.now() + Duration::seconds(50);
        Scheduler::new(&self.deployment).invoke(event, deadline).await?;
        Ok(())
    }

    /// A commit, a tick, and everything that follows from it.
    async fn report(&self, commit: Instant, fire: Instant) -> Result<Units, Box<dyn Error>> {
        self.scripted.git.push(commit, "feat: sell apples by weight");
        self.scripted.clock.set(fire + Duration::seconds(10));
        let events = self.scripted.bus.published().len();
        let (logs, mut units) = (Logs::of_lambda(), Units::default());
        self.tick(scheduled(fire)).await?;
        let (runner, courier) = (
            Runner { verb: self.deployment.execute_run(), stop: None, queues: None },
            Courier { verb: self.deployment.deliver(), queues: None },
        );
        loop {
            let due = self.scripted.queue.take_due();
            if due.is_empty() {
                break;
            }
            for message in due {
                // A message is sent, received and deleted.
                units.queue_requests += 3.0;
                let deadline = self.deployment.clock.now() + Duration::minutes(3);
                match message {
                    Queued::Run(request) => {
                        units.runs += 1.0;
                        drop(runner.handle(event(&run_request_body(&request))?, deadline).await);
                    }
                    Queued::Delivery(request) => {
                        units.deliveries += 1.0;
                        drop(courier.handle(event(&delivery_request_body(&request))?, deadline).await);
                    }
                }
            }
        }
        // The events are published by a later tick.
        self.scripted.clock.advance(Duration::minutes(2));
        self.tick(scheduled(fire)).await?;
        units.log_bytes = number(u64::try_from(logs.text().len())?);
        units.events = number(u64::try_from(self.scripted.bus.published().len() - events)?);
        self.add(&mut units);
        Ok(units)
    }

    /// Adds what the table and the vault counted.
    fn add(&self, units: &mut Units) {
        units.reads += number(self.meter.take().milli_units) / 1_000.0;
        units.writes += number(self.meter.take_writes().milli_units) / 1_000.0;
        units.kms_calls += number(self.vault.1.swap(0, Ordering::Relaxed));
    }

    /// A tick or a recount with nothing due.
    async fn idle(&self, event: Value) -> Result<Units, Box<dyn Error>> {
        self.forget();
        let (logs, mut units) = (Logs::of_lambda(), Units::default());
        self.tick(event).await?;
        units.log_bytes = number(u64::try_from(logs.text().len())?);
        self.add(&mut units);
        Ok(units)
    }
}

fn number(count: u64) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

fn scheduled(at: Instant) -> Value {
    json!({"version": "0", "id": "53dc4d37-cffa-4f76-80c9-8b7d4a4d2eaa", "detail-type": "Scheduled Event",
        "source": "aws.events", "account": "123456789012", "time": at.to_rfc3339(), "region": "us-east-1",
        "resources": [], "detail": {}})
}

fn event<T: serde::de::DeserializeOwned>(body: &str) -> Result<T, serde_json::Error> {
    serde_json::from_value(json!({"Records": [{"messageId": "059f36b4-87a3-44ab-83d2-661975830a7d", "body": body}]}))
}

/// A row of the sheet: what, how many, and their price for a million.
struct Row(&'static str, f64, f64);

impl Row {
    /// The cost of one, times a million.
    fn per_million(&self) -> f64 {
        self.1 * self.2
    }
}

fn rows(units: &Units, ticks: &Units) -> Vec<Row> {
    let gb_seconds = units.runs * RUNNER_SECONDS * RUNNER_GB + units.deliveries * DELIVERY_SECONDS * SMALL_GB;
    vec![
        Row("write units of the table", units.writes - ticks.writes, price::WRITE_UNITS),
        Row("read units of the table", units.reads - ticks.reads, price::READ_UNITS),
        Row("requests of queues", units.queue_requests, price::QUEUE_REQUESTS),
        Row("events", units.events, price::EVENTS),
        Row("calls of KMS", units.kms_calls, price::KMS_CALLS),
        Row("kilobytes of logs and metrics", (units.log_bytes - ticks.log_bytes) / 1e3, price::LOGS_GB),
        Row("invocations", units.runs + units.deliveries, price::INVOCATIONS),
        Row("gigabyte-seconds", gb_seconds, price::GB_SECOND * 1e6),
    ]
}

fn count(text: &str) -> f64 {
    number(u64::try_from(TEMPLATE.matches(text).count()).unwrap_or_default())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let engine = DirectEngine::memory().await?;
    let measured = Measured::new(&engine).await?;
    // The first report of a day creates the day's rollup and the month's counter.
    measured.report(at("2026-01-01T00:30:00Z"), at("2026-01-01T01:00:00Z")).await?;
    measured.forget();
    let report = measured.report(at("2026-01-01T01:30:00Z"), at("2026-01-01T02:00:00Z")).await?;
    // A minute in which no sums are stored.
    for _ in 0..20 {
        measured.scripted.clock.advance(Duration::minutes(1));
        measured.tick(scheduled(measured.deployment.clock.now())).await?;
    }
    let tick = measured.idle(scheduled(measured.deployment.clock.now())).await?;
    let recount = measured.idle(json!({"job": "recount"})).await?;
    let two_ticks =
        Units { writes: 2.0 * tick.writes, reads: 2.0 * tick.reads, log_bytes: 2.0 * tick.log_bytes, ..tick };
    print_sheet(&report, &two_ticks, &tick, &recount);
    Ok(())
}

#[expect(clippy::print_stdout, reason = "the sheet is this program's result")]
fn print_sheet(report: &Units, two_ticks: &Units, tick: &Units, recount: &Units) {
    println!("{HEAD}");
    println!("## A report\n\n{REPORT}\n");
    println!("| what | units | dollars a million units | dollars per 1,000 reports | per 1,000,000 |");
    println!("| --- | --- | --- | --- | --- |");
    let rows = rows(report, two_ticks);
    for row in &rows {
        let (units, million) = (row.1, row.per_million());
        println!("| {} | {units:.2} | {:.3} | {:.4} | {million:.2} |", row.0, row.2, million / 1e3);
    }
    let sum: f64 = rows.iter().map(Row::per_million).sum();
    println!("| **sum** | | | **{:.4}** | **{sum:.2}** |\n", sum / 1e3);
    println!("{TIMES}\n");
    println!("## A deployment without reports\n\n{IDLE}\n");
    println!("| what | in 30 days | dollars a month |");
    println!("| --- | --- | --- |");
    let reads = tick.reads * TICKS + recount.reads * RECOUNTS;
    let writes = tick.writes * TICKS + recount.writes * RECOUNTS;
    let logs = (tick.log_bytes * TICKS + recount.log_bytes * RECOUNTS) / 1e9;
    let invocations = TICKS + RECOUNTS;
    // An alarm on an expression is charged for each metric in it.
    let expressions = count("\n      Metrics:\n");
    let alarms = count("Type: AWS::CloudWatch::Alarm") - expressions + count("MetricStat:");
    let idle = [
        ("read units", reads, price::READ_UNITS / 1e6),
        ("write units", writes, price::WRITE_UNITS / 1e6),
        ("receive requests of the queues' pollers", EMPTY_RECEIVES, price::QUEUE_REQUESTS / 1e6),
        ("invocations of the scheduler", invocations, price::INVOCATIONS / 1e6),
        ("gigabyte-seconds of the scheduler", invocations * TICK_SECONDS * SMALL_GB, price::GB_SECOND),
        ("gigabytes of logs and metrics", logs, price::LOGS_GB),
        ("keys of KMS", 1.0, price::KMS_KEY),
        ("metrics of alarms, all conditions met", alarms, price::ALARM),
        ("metrics that are written", IDLE_METRICS, price::METRIC),
        ("dashboards of CloudWatch", 1.0, price::DASHBOARD),
    ];
    for (what, units, price) in idle {
        println!("| {what} | {units:.2} | {:.2} |", units * price);
    }
    let sum: f64 = idle.iter().map(|(_, units, price)| units * price).sum();
    println!("| **sum** | | **{sum:.2}** |\n\n{TAIL}");
}

const HEAD: &str = "\
# Costs

Written by `cargo run -p git-report --example costs`, which counts the units and has the prices (us-east-1,
2026-11-30, without free tiers). Not included: the model, which costs most ([decision
9](decisions/0009-gpt-6-luna-writes-by-default.md)), requests of the API, stored bytes, the lines that
Lambda itself logs, NAT gateways, data transfer and taxes.
";

const REPORT: &str = "\
A scheduled report on a private repository, with a webhook that takes it: from the tick that finds it due to
the events that a later tick publishes, of which this report has none. It is the second report of a day; the
first also creates the sums of the day and the month. 2 of the write units are the sums over all accounts,
which a minute with many reports writes once. The report is a short one: each further kilobyte of its text costs
a write unit more.";

const TIMES: &str = "\
Gigabyte-seconds are not counted but stated: 12 s of the runner with 192 MB, most of them for the model, and
0.3 s of the delivery function with 128 MB.";

const IDLE: &str = "\
The tick of each minute and the recount of each hour, for a table with one account.";

const TAIL: &str = "\
The tick is stated to take 0.5 s with 128 MB. Alarms and the dashboard of CloudWatch are only there with
`Alarms=yes`. Each metric with a value in an hour is charged for that hour: a deployment that uses all, with four
error codes, has up to 41.";
