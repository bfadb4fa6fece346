//! After a receiver's outage, all failed reports of a configuration are sent again.

use super::redeliver::{DISABLED, Redeliver, first_attempt};
use super::requests::TooManyRequests;
use crate::holdings::access;
use crate::optimistic::{self, Step};
use crate::ports::{Configurations, DeliveryRequest, IdempotencyKey, IdempotencyRecord, PageCursor, StoreError};
use domain::delivery::{Delivery, Lane};
use domain::id::{ConfigurationId, RunId, UserId};
use domain::instant::{Duration, Instant};
use domain::run::Run;
use sha2::{Digest, Sha256};
use std::sync::Arc;

/// Runs of the account that one call reads at most: a page of a megabyte.
const LOOKED_AT_MAX: usize = 1_000;

/// Reports that one call sends again at most: each is a transaction, and their receiver has only just recovered.
pub const RECOVERED_RUNS_MAX: usize = 50;

/// Sends all failed reports again. Each report is changed by itself, on the condition that it is still a failed one:
/// reports that have arrived or are pending stay as they are, also if two recoveries run at once. An interrupted
/// recovery continues with the next call.
#[derive(Clone)]
pub struct Recover {
    pub configurations: Arc<dyn Configurations>,
    pub redeliver: Redeliver,
}

/// The result of a recovery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recovered {
    /// Reports whose first attempt is due now, or was due when the same key requested it before.
    pub redeliveries: usize,
    /// Where to continue; `None` if every run was checked.
    pub next: Option<RunId>,
}

/// No report was sent again.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RecoverError {
    #[error("The account is closed: none of its reports is sent again.")]
    AccountClosed,
    #[error("the report configuration is unknown")]
    NoConfiguration,
    #[error("{DISABLED}")]
    Disabled,
    #[error("the Idempotency-Key was used for another request: use a new one")]
    KeyReused,
    #[error(transparent)]
    TooMany(#[from] TooManyRequests),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Recover {
    /// Sends failed reports of a configuration again, at most [`RECOVERED_RUNS_MAX`]: those of runs that were due or
    /// started at `since` or later, after the run `after`. [`Recovered::next`] says where to continue.
    ///
    /// The first report is stored with the client's key, and each further one with a key that is derived from it and
    /// the run. So a repeated request continues where an earlier one stopped, includes its reports in the count, and
    /// does not send a report again that has failed again since.
    pub async fn recover(
        &self,
        user: UserId,
        configuration: ConfigurationId,
        (since, after): (Instant, Option<RunId>),
        key: Option<&IdempotencyKey>,
    ) -> Result<Recovered, RecoverError> {
        if !self.redeliver.is_open(user).await? {
            return Err(RecoverError::AccountClosed);
        }
        self.redeliver.take_request(user, key).await??;
        let lane = self.lane(user, configuration).await?;
        // The clock of a worker may be ahead of this one.
        let until = self.redeliver.clock.now() + Duration::minutes(1);
        let after = after.map(|after| PageCursor { after: after.uuid() });
        let page = self.redeliver.runs.runs_from(user, since, until, LOOKED_AT_MAX, after.as_ref()).await?;
        // The record is read after the runs: if a run was sent again with the key, its record exists by then.
        let mut ongoing = OngoingRecovery { redeliver: &self.redeliver, user, key, record: None };
        ongoing.record = ongoing.look_up().await?;
        let mut recovered = Recovered { redeliveries: 0, next: page.next.map(|next| RunId::from_uuid(next.after)) };
        let (mut requests, mut last) = (Vec::new(), None);
        for run in page.items {
            if recovered.redeliveries == RECOVERED_RUNS_MAX {
                recovered.next = last;
                break;
            }
            last = Some(run.id);
            if run.configuration != configuration {
                continue;
            }
            match ongoing.send_again(&run).await? {
                Sent::Now(request) => requests.push(request.in_lane(lane)),
                Sent::Before => {}
                Sent::Not => continue,
            }
            recovered.redeliveries += 1;
        }
        self.redeliver.hint(&requests).await;
        Ok(recovered)
    }
}

impl Recover {
    /// The lane of the configuration's reports, if its webhook takes any.
    async fn lane(&self, user: UserId, configuration: ConfigurationId) -> Result<Lane, RecoverError> {
        let found = access::configuration(self.configurations.as_ref(), user, configuration).await?;
        let found = found.ok_or(RecoverError::NoConfiguration)?;
        if found.delivery_health.is_disabled() {
            return Err(RecoverError::Disabled);
        }
        Ok(Lane::of(found.progress.slow_since.is_some()))
    }
}

/// What happened to one report.
enum Sent {
    Now(DeliveryRequest),
    Before,
    Not,
}

/// A running recovery, with what its key has done before.
struct OngoingRecovery<'a> {
    redeliver: &'a Redeliver,
    user: UserId,
    key: Option<&'a IdempotencyKey>,
    /// The record of the key, once a report was sent with it.
    record: Option<IdempotencyRecord>,
}

impl OngoingRecovery<'_> {
    /// The record of the key, if it exists by now.
    async fn look_up(&self) -> Result<Option<IdempotencyRecord>, RecoverError> {
        let (Some(key), None) = (self.key, &self.record) else { return Ok(self.record.clone()) };
        let now = self.redeliver.clock.now();
        let found = self.redeliver.idempotency.idempotency_record(self.user, key, now).await?;
        if found.as_ref().is_some_and(|found| found.request_hash != key.request_hash) {
            return Err(RecoverError::KeyReused);
        }
        Ok(found)
    }

    async fn send_again(&mut self, listed: &Run) -> Result<Sent, RecoverError> {
        let (id, user, runs) = (listed.id, self.user, &self.redeliver.runs);
        let ongoing = &*self;
        let updated: Result<_, RecoverError> = optimistic::update(
            ("the redelivery of run", id),
            |again| async move {
                if !again {
                    return Ok((Some(listed.clone()), ongoing.record.clone()));
                }
                let run = runs.run(user, id).await?;
                Ok((run, ongoing.look_up().await?))
            },
            |(run, record): &(Option<Run>, Option<IdempotencyRecord>), sent: &Delivery| {
                let mine = run.as_ref().filter(|run| run.delivery == *sent);
                mine.map(|run| (Sent::Now(first_attempt(run, sent)), record.clone()))
            },
            |(run, record)| async move {
                let Some(run) = run else { return Ok(Step::Done((Sent::Not, record))) };
                if ongoing.was_sent_before(&run, record.as_ref()).await? {
                    return Ok(Step::Done((Sent::Before, record)));
                }
                let now = ongoing.redeliver.clock.now();
                let Some(after) = run.delivery.recovered(now) else { return Ok(Step::Done((Sent::Not, record))) };
                let begun =
                    ongoing.redeliver.begin_cycle(&run, &after, ongoing.key_for(id, record.as_ref()), now).await;
                let step = Step::of(begun, after)?;
                Ok(step.map(|after| (Sent::Now(first_attempt(&run, &after)), ongoing.taken_along(record, id, now))))
            },
        )
        .await;
        let (sent, record) = updated?;
        self.record = record;
        Ok(sent)
    }

    /// Whether the same key has sent this report again before.
    async fn was_sent_before(&self, run: &Run, record: Option<&IdempotencyRecord>) -> Result<bool, StoreError> {
        let (Some(key), Some(record)) = (self.key, record) else { return Ok(false) };
        if run.delivery.earlier_attempts == 0 {
            return Ok(false);
        }
        if record.made == run.id.uuid() {
            return Ok(true);
        }
        let now = self.redeliver.clock.now();
        let derived = derived(key, record, run.id);
        Ok(self.redeliver.idempotency.idempotency_record(self.user, &derived, now).await?.is_some())
    }

    fn key_for(&self, run: RunId, record: Option<&IdempotencyRecord>) -> Option<IdempotencyKey> {
        let key = self.key?;
        Some(record.map_or_else(|| key.clone(), |record| derived(key, record, run)))
    }

    /// The record of the key, which is stored with the first report.
    fn taken_along(&self, record: Option<IdempotencyRecord>, run: RunId, now: Instant) -> Option<IdempotencyRecord> {
        record.or_else(|| {
            let (request_hash, made) = (self.key?.request_hash, run.uuid());
            Some(IdempotencyRecord { request_hash, made, created_at: now })
        })
    }
}

/// The key of one further run. It depends on the instant of the record, so that the same key gives another one a day
/// later.
fn derived(key: &IdempotencyKey, record: &IdempotencyRecord, run: RunId) -> IdempotencyKey {
    let mut hash = Sha256::new();
    hash.update(b"recovered run");
    hash.update(key.key_hash);
    hash.update(record.created_at.timestamp_millis().to_be_bytes());
    hash.update(run.uuid().as_bytes());
    IdempotencyKey { key_hash: hash.finalize().into(), request_hash: key.request_hash }
}
