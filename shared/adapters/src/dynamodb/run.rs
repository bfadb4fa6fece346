//! Runs as items. An item stays under a kilobyte, so that its writes cost one unit; see also the snapshot's names.

use super::figures::{amounts, origin, read_cost, read_model, read_rates, read_source, read_tokens};
use super::item::{
    Attributes, Item, Record, bytes, figure, flag, instant, instant_of, item, number, number_of, sha_of, shown, text,
};
use super::key::{self, Key};
use super::read::{Decoded, run_stopped_at};
use super::{DynamoStore, attribute, delivery, snapshot};
use app::ports::{DueKind, Page, PageCursor, Runs, StoreError};
use async_trait::async_trait;
use aws_sdk_dynamodb::types::AttributeValue;
use domain::account::Plan;
use domain::id::{ConfigurationId, OwnerId, RepositoryId, RunId, UserId};
use domain::instant::Instant;
use domain::report::DegradedReason;
use domain::run::{
    End, ErrorCode, Failure, Figures, Findings, Lease, Outcome, Phase, Receipt, Run, Status, Trigger, TriggerKind,
    Waits, Window,
};

const REPOSITORY: &str = "repo";
const CONFIGURATION: &str = "config";
const TRIGGER: &str = "trigger";
/// The fire of a scheduled run.
const FIRE: &str = "fire";
/// The range of time that was asked for, or that a scheduled run observed.
const FROM: &str = "from";
const TO: &str = "to";
const PLAN: &str = "plan";
const LIMIT: &str = "limit";
/// Flag: the run holds a slot of the limit.
const SLOT: &str = "slot";
/// How often the run has waited for its git host.
const WAITS: &str = "waits";
/// When the run began to wait.
const WAITED_SINCE: &str = "waited_since";
const STARTED_AT: &str = "started_at";
const ENDED_AT: &str = "ended_at";
const COUNTED: &str = "counted";
const COMMITS: &str = "commits";
const COMMITS_AT_LEAST: &str = "commits_at_least";
const RANGE_FROM: &str = "range_from";
const RANGE_TO: &str = "range_to";
const DEGRADED: &str = "degraded";
const DEGRADED_REASON: &str = "degraded_reason";
/// The number of the attempt whose text is the report.
const CONTENT_ATTEMPT: &str = "content";
const ERROR_CODE: &str = "error_code";
const ERROR_MESSAGE: &str = "error_text";

pub(crate) fn to_item(run: &Run) -> Item {
    let figures = &run.figures;
    let paid: Vec<String> = run.paid_attempts.iter().map(u32::to_string).collect();
    let mut attributes = vec![
        (REPOSITORY, bytes(*run.repository.uuid().as_bytes())),
        (CONFIGURATION, bytes(*run.configuration.uuid().as_bytes())),
        (PLAN, text(run.receipt.plan.as_str())),
        (LIMIT, number(run.receipt.limit)),
        (SLOT, flag(run.receipt.holds_slot)),
        (attribute::GENERATION, number(run.generation)),
        (STARTED_AT, instant(run.started_at)),
        (attribute::ATTEMPT, number(run.attempt)),
        (attribute::PAID_ATTEMPTS, (!paid.is_empty()).then_some(AttributeValue::Ns(paid))),
        (attribute::UPDATED_AT, instant(run.updated_at)),
    ];
    attributes.extend(trigger(&run.trigger));
    attributes.extend(snapshot::attributes(&run.snapshot));
    attributes.extend(amounts(figures.tokens, figures.cost));
    attributes.push((attribute::UNPRICED, flag(figures.unpriced)));
    attributes.extend(origin(figures.source, figures.model.as_deref(), figures.rates.as_ref()));
    attributes.extend(waits(run));
    attributes.extend(progress(run));
    item(Key::run(run.user, run.id), attributes)
}

fn trigger(trigger: &Trigger) -> Attributes {
    let (fire, window) = match trigger {
        Trigger::Schedule { fire } => (Some(*fire), None),
        Trigger::Manual(window) | Trigger::Test(window) => (None, Some(window)),
    };
    vec![
        (TRIGGER, text(trigger.kind().as_str())),
        (FIRE, instant_of(fire)),
        (FROM, instant_of(window.map(|window| window.from))),
        (TO, instant_of(window.map(|window| window.to))),
    ]
}

/// The attributes of a run's waits; none for a run that has not waited.
pub(crate) fn waits(run: &Run) -> Attributes {
    vec![(WAITS, figure(run.waits.count.into())), (WAITED_SINCE, instant_of(run.waits.since))]
}

/// The attributes of a run's owner and lease.
pub(crate) fn hold(run: &Run) -> Attributes {
    let lease = run.lease();
    vec![
        (attribute::OWNER, shown(lease.and_then(|lease| lease.owner))),
        (attribute::LEASE, instant_of(lease.map(|lease| lease.until))),
    ]
}

/// A run's place in the due index: by its lease while it runs, then by its delivery while that is pending.
pub(crate) fn due(run: &Run) -> Attributes {
    match run.lease() {
        Some(lease) => key::due(DueKind::Lease, Some(lease.until), run.id.uuid()),
        None => delivery::due(&run.delivery, run.id.uuid()),
    }
}

/// What an end changes: the phase, the delivery, since when the run waited, and its place in the due index.
pub(crate) fn progress(run: &Run) -> Attributes {
    let end = run.end();
    let status = end.map_or(Status::Running, |end| end.outcome.status());
    let mut attributes = vec![
        (attribute::STATUS, text(status.as_str())),
        (ENDED_AT, instant_of(end.map(|end| end.at))),
        (COUNTED, flag(end.is_some_and(|end| end.counted))),
    ];
    attributes.extend(end.map(|end| outcome(run, &end.outcome)).unwrap_or_default());
    attributes.extend(delivery::attributes(&run.delivery));
    attributes.push((WAITED_SINCE, instant_of(run.waits.since)));
    attributes.extend(hold(run));
    attributes.extend(due(run));
    attributes
}

fn outcome(run: &Run, outcome: &Outcome) -> Attributes {
    match outcome {
        Outcome::Success(findings) => {
            let mut attributes = found(findings);
            // The range of a manual run is in its trigger, and was stored with its reservation.
            if let Some(window) = findings.window.filter(|_| run.trigger.is_scheduled()) {
                attributes.extend([(FROM, instant(window.from)), (TO, instant(window.to))]);
            }
            attributes
        }
        Outcome::Failed(failure) => {
            vec![(ERROR_CODE, text(failure.code.as_str())), (ERROR_MESSAGE, text(&failure.message))]
        }
        Outcome::Cancelled => Vec::new(),
    }
}

fn found(findings: &Findings) -> Attributes {
    vec![
        (COMMITS, number(findings.commits)),
        (COMMITS_AT_LEAST, flag(findings.commits_at_least)),
        (RANGE_FROM, sha_of(findings.range_from.as_ref())),
        (RANGE_TO, sha_of(findings.range_to.as_ref())),
        (DEGRADED, flag(findings.degraded)),
        (DEGRADED_REASON, shown(findings.degraded_reason.map(DegradedReason::as_str))),
        (CONTENT_ATTEMPT, number_of(findings.content_attempt)),
    ]
}

pub(crate) fn from_item(item: &Item) -> Result<Run, StoreError> {
    let record = Record(item);
    Ok(Run {
        id: record.key_rest(key::RUN, RunId::parse)?,
        user: record.user()?,
        repository: RepositoryId::from_uuid(record.uuid(REPOSITORY)?),
        configuration: ConfigurationId::from_uuid(record.uuid(CONFIGURATION)?),
        trigger: read_trigger(record)?,
        snapshot: snapshot::read(record)?,
        receipt: Receipt {
            plan: record.read(PLAN, Plan::parse)?,
            limit: record.number(LIMIT)?,
            holds_slot: record.flag(SLOT)?,
        },
        generation: record.number(attribute::GENERATION)?,
        started_at: record.instant(STARTED_AT)?,
        attempt: record.number(attribute::ATTEMPT)?,
        waits: Waits { count: record.figure(WAITS)?, since: record.instant_or_none(WAITED_SINCE)? },
        paid_attempts: record.numbers(attribute::PAID_ATTEMPTS)?,
        figures: Figures {
            tokens: read_tokens(record)?,
            cost: read_cost(record)?,
            unpriced: record.flag(attribute::UNPRICED)?,
            source: read_source(record)?,
            model: read_model(record)?,
            rates: read_rates(record)?,
        },
        phase: read_phase(record)?,
        delivery: delivery::read(record)?,
        updated_at: record.instant(attribute::UPDATED_AT)?,
    })
}

fn read_trigger(record: Record<'_>) -> Result<Trigger, StoreError> {
    let window =
        || -> Result<Window, StoreError> { Ok(Window { from: record.instant(FROM)?, to: record.instant(TO)? }) };
    match record.read(TRIGGER, TriggerKind::parse)? {
        TriggerKind::Schedule => Ok(Trigger::Schedule { fire: record.instant(FIRE)? }),
        TriggerKind::Manual => window().map(Trigger::Manual),
        TriggerKind::Test => window().map(Trigger::Test),
    }
}

/// The range of a scheduled run; older records lack it.
fn read_window(record: Record<'_>) -> Result<Option<Window>, StoreError> {
    let (from, to) = (record.instant_or_none(FROM)?, record.instant_or_none(TO)?);
    Ok(from.zip(to).map(|(from, to)| Window { from, to }))
}

fn read_phase(record: Record<'_>) -> Result<Phase, StoreError> {
    let outcome = match record.read(attribute::STATUS, Status::parse)? {
        Status::Running => {
            return Ok(Phase::Running(Lease {
                owner: record.read_or_none(attribute::OWNER, |text| OwnerId::parse(text).ok())?,
                until: record.instant(attribute::LEASE)?,
            }));
        }
        Status::Success => Outcome::Success(Findings {
            commits: record.number(COMMITS)?,
            commits_at_least: record.flag(COMMITS_AT_LEAST)?,
            window: match record.read(TRIGGER, TriggerKind::parse)? {
                TriggerKind::Schedule => read_window(record)?,
                TriggerKind::Manual | TriggerKind::Test => None,
            },
            range_from: record.sha_or_none(RANGE_FROM)?,
            range_to: record.sha_or_none(RANGE_TO)?,
            degraded: record.flag(DEGRADED)?,
            degraded_reason: record.text_or_none(DEGRADED_REASON)?.and_then(DegradedReason::parse),
            content_attempt: record.number_or_none(CONTENT_ATTEMPT)?,
        }),
        Status::Failed => Outcome::Failed(Failure {
            code: record.read(ERROR_CODE, ErrorCode::parse)?,
            message: record.text(ERROR_MESSAGE)?.to_owned(),
        }),
        Status::Cancelled => Outcome::Cancelled,
    };
    Ok(Phase::Ended(End { at: record.instant(ENDED_AT)?, outcome, counted: record.flag(COUNTED)? }))
}

#[async_trait]
impl Runs for DynamoStore {
    async fn run(&self, user: UserId, id: RunId) -> Result<Option<Run>, StoreError> {
        let found = self.get(Key::run(user, id)).await?;
        self.decoded(found.as_ref(), from_item)
    }

    async fn runs(&self, user: UserId, limit: usize, after: Option<&PageCursor>) -> Result<Page<Run>, StoreError> {
        // One more than requested shows whether there is a next page.
        let wanted = limit.saturating_add(1);
        let request = self.query_prefix(user, key::RUN).scan_index_forward(false).set_limit(i32::try_from(wanted).ok());
        let from = after.map(|cursor| Key::run(user, RunId::from_uuid(cursor.after)).into_item());
        let found = self.decoded_pages(request, from, wanted, from_item).await?;
        Ok(page(found, limit))
    }

    async fn runs_between(&self, user: UserId, from: Instant, to: Instant) -> Result<Vec<Run>, StoreError> {
        Ok(self.runs_from(user, from, to, usize::MAX, None).await?.items)
    }

    async fn runs_from(
        &self,
        user: UserId,
        from: Instant,
        to: Instant,
        limit: usize,
        after: Option<&PageCursor>,
    ) -> Result<Page<Run>, StoreError> {
        // The least ids of both instants. The end is checked again below, because a query includes it.
        let least = |instant| format!("{}{}", key::RUN, RunId::at(instant, [0; 10]));
        // A cursor outside the range reads nothing: the service would refuse it as a start key. The key is compared,
        // not the cursor's instant, because a made-up id can contain any instant.
        let place = after.map(|cursor| format!("{}{}", key::RUN, cursor.after));
        if from >= to || place.is_some_and(|place| !(least(from)..=least(to)).contains(&place)) {
            return Ok(Page { items: Vec::new(), next: None, unreadable: 0 });
        }
        let wanted = limit.saturating_add(1);
        let request = self.query_range(user, least(from), least(to)).set_limit(i32::try_from(wanted).ok());
        let start = after.map(|cursor| Key::run(user, RunId::from_uuid(cursor.after)).into_item());
        let mut found = self.decoded_pages(request, start, wanted, from_item).await?;
        found.records.retain(|run| (from..to).contains(&run.id.instant()));
        Ok(page(found, limit))
    }
}

/// A page of the runs that were read: the one run more than requested, or the place where reading stopped, leads to
/// the next page.
fn page(found: Decoded<Run>, limit: usize) -> Page<Run> {
    let Decoded { records: mut items, unreadable, stopped_at } = found;
    let more = items.len() > limit;
    items.truncate(limit);
    let last = || items.last().map(|run| PageCursor { after: run.id.uuid() });
    let next = if more { last() } else { stopped_at.and_then(|key| run_stopped_at(&key).or_else(last)) };
    Page { items, next, unreadable }
}
