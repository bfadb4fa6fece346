//! Runs as items. An item stays under a kilobyte until its run ends, so that its writes cost one unit; with a headline
//! and long names it may be a little longer afterwards. See also the snapshot's names.

mod phase;
mod snapshot;
mod trigger;

pub(crate) use phase::hold;
pub(super) use phase::{FAILED, failed, read_failed};

use super::figures::{amounts, origin, read_priced};
use super::item::{bytes, figure, flag, instant, instant_of, item, number, text};
use super::read::{Decoded, run_stopped_at};
use super::{Attributes, DynamoStore, Item, Key, Record, attribute, delivery, key};
use app::ports::{DueKind, Page, PageCursor, Runs, StoreError};
use async_trait::async_trait;
use aws_sdk_dynamodb::types::AttributeValue;
use domain::account::Plan;
use domain::id::{ConfigurationId, RepositoryId, RunId, UserId};
use domain::instant::Instant;
use domain::run::{Figures, Priced, Receipt, Run, Waits};
use std::collections::BTreeSet;

const REPOSITORY: &str = "repo";
const CONFIGURATION: &str = "config";
const PLAN: &str = "plan";
const LIMIT: &str = "limit";
const SLOT: &str = "slot";
const WAITS: &str = "waits";
const WAITED_SINCE: &str = "waited_since";
const STARTED_AT: &str = "started_at";

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
    attributes.extend(trigger::attributes(&run.trigger));
    attributes.extend(snapshot::attributes(&run.snapshot));
    attributes.extend(amounts(figures.tokens, figures.cost));
    attributes.push((attribute::UNPRICED, flag(figures.unpriced)));
    attributes.extend(origin(figures.source, figures.model.as_deref(), figures.rates.as_ref()));
    attributes.extend(waits(run));
    attributes.extend(progress(run));
    item(Key::run(run.user, run.id), attributes)
}

/// The attributes of a run's waits; none for a run that has not waited.
pub(crate) fn waits(run: &Run) -> Attributes {
    vec![(WAITS, figure(run.waits.count.into())), (WAITED_SINCE, instant_of(run.waits.since))]
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
    let mut attributes = phase::attributes(run);
    attributes.extend(delivery::attributes(&run.delivery));
    attributes.push((WAITED_SINCE, instant_of(run.waits.since)));
    attributes.extend(hold(run));
    attributes.extend(due(run));
    attributes
}

pub(crate) fn from_item(item: &Item) -> Result<Run, StoreError> {
    let record = Record(item);
    let (attempt, waits, paid_attempts) = read_attempts(record)?;
    Ok(Run {
        id: record.key_rest(key::RUN, RunId::parse)?,
        user: record.user()?,
        repository: RepositoryId::from_uuid(record.uuid(REPOSITORY)?),
        configuration: ConfigurationId::from_uuid(record.uuid(CONFIGURATION)?),
        trigger: trigger::read(record)?,
        snapshot: snapshot::read(record)?,
        receipt: read_receipt(record)?,
        generation: record.number(attribute::GENERATION)?,
        started_at: record.instant(STARTED_AT)?,
        attempt,
        waits,
        paid_attempts,
        figures: read_figures(record)?,
        phase: phase::read(record)?,
        delivery: delivery::read(record)?,
        updated_at: record.instant(attribute::UPDATED_AT)?,
    })
}

fn read_receipt(record: Record<'_>) -> Result<Receipt, StoreError> {
    Ok(Receipt { plan: record.read(PLAN, Plan::parse)?, limit: record.number(LIMIT)?, holds_slot: record.flag(SLOT)? })
}

/// The last attempt, the waits between attempts, and the attempts that are paid.
fn read_attempts(record: Record<'_>) -> Result<(u32, Waits, BTreeSet<u32>), StoreError> {
    let waits = Waits { count: record.figure(WAITS)?, since: record.instant_or_none(WAITED_SINCE)? };
    Ok((record.number(attribute::ATTEMPT)?, waits, record.numbers(attribute::PAID_ATTEMPTS)?))
}

fn read_figures(record: Record<'_>) -> Result<Figures, StoreError> {
    let Priced { tokens, cost, source, model, rates } = read_priced(record)?;
    Ok(Figures { tokens, cost, unpriced: record.flag(attribute::UNPRICED)?, source, model, rates })
}

#[async_trait]
impl Runs for DynamoStore {
    async fn run(&self, user: UserId, id: RunId) -> Result<Option<Run>, StoreError> {
        let found = match self.get(Key::run(user, id)).await? {
            None if !id.has_instant() => self.run_of_earlier_id(user, id.uuid()).await?,
            found => found,
        };
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

/// A page of runs: the one run more than requested, or the place where reading stopped, leads to the next page.
fn page(found: Decoded<Run>, limit: usize) -> Page<Run> {
    let Decoded { records: mut items, unreadable, stopped_at } = found;
    let more = items.len() > limit;
    items.truncate(limit);
    let last = || items.last().map(|run| PageCursor { after: run.id.uuid() });
    let next = if more { last() } else { stopped_at.and_then(|key| run_stopped_at(&key).or_else(last)) };
    Page { items, next, unreadable }
}
