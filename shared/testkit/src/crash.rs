//! Workers that die at any port call: before it, or after it took effect and before they get its answer.
//!
//! [`Calls::around`] wraps every port of a deployment and records each call by its name. The work of one
//! [`Calls::attend`] is one worker: at the call that [`Calls::crash_at`] names, that worker is dropped at once, like a
//! process that dies, and all others continue. The list of calls is never written down: a pass without a crash records
//! them. Clock and entropy are not wrapped, because a call of them changes nothing.

use adapters::wiring::Deployment;
use app::ports::{
    AccountChanges, Accounts, Attempt, Block, BranchPage, BranchQuery, CommitQuery, CommitSource, Configurations,
    Contents, Deliveries, DeliveryMove, DeliveryQueue, DeliveryRequest, DueIndex, DueItem, DueKind, Erasable, Erasure,
    EventBus, Finish, GitError, Holdings, IdempotencyKey, IdempotencyRecord, IdempotencyRecords, Leaving, LimitSeen,
    Listing, Message, ModelError, ModelRequest, ModelText, Notices, Outbox, Page, PageCursor, Place, QueueError,
    ReachedAlready, Readiness, Refusal, ReportWriter, Repositories, RepositoryAccess, Reservation, RunLedger, RunQueue,
    RunRequest, Runs, SecretContext, StoreError, TransactionError, UsageCounters, Vault, VaultError, WebhookAnswer,
    WebhookSender, WebhookTarget,
};
use async_trait::async_trait;
use domain::account::{Account, Closure, LimitsChange};
use domain::commit::Sha;
use domain::configuration::{BranchName, Configuration};
use domain::event::{DeliverySubject, Event};
use domain::id::{ConfigurationId, EventId, NoticeId, OwnerId, RepositoryId, RunId, UserId};
use domain::instant::Instant;
use domain::month::Month;
use domain::notice::Notice;
use domain::repository::{Repository, Sealed};
use domain::run::{Content, Payment, Run};
use domain::usage::UsageCounter;
use std::collections::HashSet;
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;

/// On which side of a call a worker dies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// The call is never made.
    Before,
    /// The call takes effect, but the worker dies before it gets the answer.
    After,
}

impl Moment {
    /// Both sides.
    pub const ALL: [Self; 2] = [Self::Before, Self::After];
}

/// A call that was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Call {
    /// The method of the port.
    pub name: &'static str,
    /// A read of the due index that found nothing: dying at it is the same as dying at the next call.
    pub idle: bool,
}

/// The calls of a deployment's verbs. Clones share them.
#[derive(Clone, Debug, Default)]
pub struct Calls(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    made: Vec<Call>,
    crash: Option<(usize, Moment)>,
    crashed: bool,
    gate: Option<(&'static str, Gate)>,
    index: Option<HashSet<(DueKind, u8)>>,
}

/// A place at which one worker waits until the test opens it.
#[derive(Clone, Debug, Default)]
pub struct Gate(Arc<(Notify, Notify)>);

impl Gate {
    /// Waits until a worker has arrived.
    pub async fn reached(&self) {
        self.0.0.notified().await;
    }

    /// Lets the worker continue.
    pub fn open(&self) {
        self.0.1.notify_one();
    }

    async fn wait(&self) {
        self.0.0.notify_one();
        self.0.1.notified().await;
    }
}

tokio::task_local! {
    /// Notified when the worker that is being polled dies.
    static DEATH: Arc<Notify>;
}

impl Calls {
    /// The deployment with every port wrapped.
    #[must_use]
    pub fn around(&self, deployment: &Deployment) -> Deployment {
        let watched = Arc::new(Watched { calls: self.clone(), inner: deployment.clone() });
        Deployment {
            store: watched.clone(),
            run_queue: watched.clone(),
            delivery_queue: watched.clone(),
            event_bus: watched.clone(),
            vault: watched.clone(),
            commits: watched.clone(),
            writer: watched.clone(),
            webhooks: watched,
            ..deployment.clone()
        }
    }

    /// Every call so far.
    #[must_use]
    pub fn made(&self) -> Vec<Call> {
        self.lock().made.clone()
    }

    /// The worker that makes the call of this number, counted from 0, dies at it, once.
    pub fn crash_at(&self, call: usize, moment: Moment) {
        let mut state = self.lock();
        state.crash = Some((call, moment));
        state.crashed = false;
    }

    /// Whether the crash has happened.
    #[must_use]
    pub fn crashed(&self) -> bool {
        self.lock().crashed
    }

    /// The next call of this name waits at the gate before it is made.
    #[must_use]
    pub fn gate_at(&self, name: &'static str) -> Gate {
        let gate = Gate::default();
        self.lock().gate = Some((name, gate.clone()));
        gate
    }

    /// From now on a read of a part of the due index that is not in the set finds nothing, and costs nothing: an index
    /// of a moment ago, which the service's lag allows. `None`: every read is made.
    pub fn see_due(&self, index: Option<HashSet<(DueKind, u8)>>) {
        self.lock().index = index;
    }

    fn is_seen(&self, kind: DueKind, shard: u8) -> bool {
        self.lock().index.as_ref().is_none_or(|index| index.contains(&(kind, shard)))
    }

    /// Runs one worker's work; `None` if it died.
    pub async fn attend<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        let death = Arc::new(Notify::new());
        tokio::select! {
            biased;
            () = death.notified() => None,
            answer = DEATH.scope(Arc::clone(&death), work) => Some(answer),
        }
    }

    async fn call<T>(&self, name: &'static str, is_idle: fn(&T) -> bool, inner: impl Future<Output = T>) -> T {
        let (number, gate) = self.begin(name);
        if let Some(gate) = gate {
            gate.wait().await;
        }
        self.die_at(number, Moment::Before).await;
        let answer = inner.await;
        if is_idle(&answer)
            && let Some(call) = self.lock().made.get_mut(number)
        {
            call.idle = true;
        }
        self.die_at(number, Moment::After).await;
        answer
    }

    fn begin(&self, name: &'static str) -> (usize, Option<Gate>) {
        let mut state = self.lock();
        state.made.push(Call { name, idle: false });
        let gate = state.gate.take_if(|(at, _)| *at == name).map(|(_, gate)| gate);
        (state.made.len() - 1, gate)
    }

    async fn die_at(&self, number: usize, moment: Moment) {
        let dies = {
            let mut state = self.lock();
            let dies = state.crash.take_if(|crash| *crash == (number, moment)).is_some();
            state.crashed |= dies;
            dies
        };
        // Outside of `attend` no worker can die.
        if dies && DEATH.try_with(|death| death.notify_one()).is_ok() {
            std::future::pending::<()>().await;
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct Watched {
    calls: Calls,
    inner: Deployment,
}

fn never<T>(_: &T) -> bool {
    false
}

fn none_is_due(answer: &Result<Vec<DueItem>, StoreError>) -> bool {
    answer.as_ref().is_ok_and(Vec::is_empty)
}

#[async_trait]
impl DueIndex for Watched {
    async fn due(&self, kind: DueKind, shard: u8, now: Instant, limit: usize) -> Result<Vec<DueItem>, StoreError> {
        let look = async {
            if self.calls.is_seen(kind, shard) {
                self.inner.store.due(kind, shard, now, limit).await
            } else {
                Ok(Vec::new())
            }
        };
        self.calls.call("due", none_is_due, look).await
    }

    async fn postpone(&self, item: &DueItem, until: Instant) -> Result<(), Refusal> {
        self.calls.call("postpone", never, self.inner.store.postpone(item, until)).await
    }
}

/// Implements a port from its signatures: each method makes a recorded call.
macro_rules! watched {
    ($port:ident by $field:ident: $($name:ident($($given:ident: $type:ty),*) -> $answer:ty;)*) => {
        #[async_trait]
        impl $port for Watched {
            $(async fn $name(&self, $($given: $type),*) -> $answer {
                self.calls.call(stringify!($name), never, self.inner.$field.$name($($given),*)).await
            })*
        }
    };
}

watched! { Accounts by store:
    account(user: UserId) -> Result<Account, StoreError>;
    put_account(account: &Account) -> Result<(), StoreError>;
}
watched! { Repositories by store:
    repository(user: UserId, id: RepositoryId) -> Result<Option<Repository>, StoreError>;
    put_repository(repository: &Repository) -> Result<(), StoreError>;
    repositories(user: UserId) -> Result<Vec<Repository>, StoreError>;
    repositories_page(user: UserId, limit: usize, after: Option<&PageCursor>) -> Result<Page<Repository>, StoreError>;
}
watched! { Configurations by store:
    configuration(user: UserId, id: ConfigurationId) -> Result<Option<Configuration>, StoreError>;
    put_configuration(configuration: &Configuration) -> Result<(), StoreError>;
    replace_configuration(before: &Configuration, after: &Configuration) -> Result<(), Refusal>;
    configurations(user: UserId) -> Result<Vec<Configuration>, StoreError>;
    configurations_page(user: UserId, limit: usize, after: Option<&PageCursor>) -> Result<Page<Configuration>,
        StoreError>;
}
watched! { Runs by store:
    run(user: UserId, id: RunId) -> Result<Option<Run>, StoreError>;
    runs(user: UserId, limit: usize, after: Option<&PageCursor>) -> Result<Page<Run>, StoreError>;
    runs_between(user: UserId, from: Instant, to: Instant) -> Result<Vec<Run>, StoreError>;
    runs_from(user: UserId, from: Instant, to: Instant, limit: usize, after: Option<&PageCursor>) -> Result<Page<Run>,
        StoreError>;
}
watched! { Contents by store:
    content(user: UserId, run: RunId) -> Result<Option<Content>, StoreError>;
    put_content(content: &Content) -> Result<Content, StoreError>;
}
watched! { Readiness by store:
    answer() -> Result<(), StoreError>;
}

watched! { UsageCounters by store:
    usage(user: UserId, month: Month) -> Result<UsageCounter, StoreError>;
    usage_between(user: UserId, from: Month, to: Month) -> Result<Vec<UsageCounter>, StoreError>;
    correct(before: &UsageCounter, after: &UsageCounter) -> Result<(), Refusal>;
}
watched! { Notices by store:
    notice(user: UserId, id: NoticeId) -> Result<Option<Notice>, StoreError>;
}
watched! { IdempotencyRecords by store:
    idempotency_record(user: UserId, key: &IdempotencyKey, now: Instant) -> Result<Option<IdempotencyRecord>,
        StoreError>;
}
watched! { RunLedger by store:
    reserve(reservation: &Reservation) -> Result<(), TransactionError>;
    claim(before: &Run, after: &Run) -> Result<(), Refusal>;
    wait(owner: OwnerId, after: &Run) -> Result<(), Refusal>;
    finish(finish: &Finish) -> Result<(), TransactionError>;
    block(block: &Block) -> Result<(), TransactionError>;
    pay(run: &Run, payment: &Payment, now: Instant) -> Result<(), TransactionError>;
}
watched! { Holdings by store:
    add_repository(repository: &Repository, place: Place, key: Option<&IdempotencyKey>) -> Result<(), TransactionError>;
    replace_repository(before: &Repository, after: &Repository) -> Result<(), Refusal>;
    remove_repository(before: &Repository, tombstone: &Repository) -> Result<(), TransactionError>;
    add_configuration(configuration: &Configuration, place: Place, key: Option<&IdempotencyKey>) -> Result<(),
        TransactionError>;
    edit_configuration(before: &Configuration, after: &Configuration, limits: LimitSeen) -> Result<(),
        TransactionError>;
    replace_configuration_once(before: &Configuration, after: &Configuration, key: &IdempotencyKey,
        now: Instant) -> Result<(), TransactionError>;
    remove_configuration(before: &Configuration, tombstone: &Configuration) -> Result<(), TransactionError>;
}
watched! { AccountChanges by store:
    change_limits(before: &Account, after: &Account, audit: &LimitsChange,
        reached: Option<&ReachedAlready>) -> Result<(), TransactionError>;
    put_profile(before: &Account, after: &Account) -> Result<(), Refusal>;
    close_account(closure: &Closure) -> Result<(), TransactionError>;
}
watched! { Erasure by store:
    notices(user: UserId, limit: usize) -> Result<Vec<Notice>, StoreError>;
    keep_usage(user: UserId) -> Result<(), StoreError>;
    erase_subjects(user: UserId, leaving: &[Leaving], now: Instant) -> Result<usize, StoreError>;
    erase(user: UserId, what: Erasable, limit: usize) -> Result<usize, StoreError>;
    has_markers(user: UserId) -> Result<bool, StoreError>;
    bury(account: &Account, at: Instant) -> Result<(), Refusal>;
}
watched! { Deliveries by store:
    move_delivery(step: &DeliveryMove) -> Result<(), Refusal>;
    put_attempt(attempt: &Attempt) -> Result<(), StoreError>;
    attempt(user: UserId, subject: DeliverySubject, number: u32) -> Result<Option<Attempt>, StoreError>;
    attempts(user: UserId, subject: DeliverySubject) -> Result<Vec<Attempt>, StoreError>;
}
watched! { Outbox by store:
    event(user: UserId, id: EventId) -> Result<Option<Event>, StoreError>;
    remove_event(user: UserId, id: EventId) -> Result<(), StoreError>;
}
watched! { RunQueue by run_queue:
    request_runs(requests: &[RunRequest]) -> Result<(), QueueError>;
}
watched! { DeliveryQueue by delivery_queue:
    request_deliveries(requests: &[DeliveryRequest], delay_seconds: u32) -> Result<(), QueueError>;
}
watched! { EventBus by event_bus:
    publish(events: &[Event]) -> Vec<bool>;
}
watched! { Vault by vault:
    seal(context: SecretContext, secret: &[u8]) -> Result<Sealed, VaultError>;
    open(context: SecretContext, sealed: &Sealed) -> Result<Vec<u8>, VaultError>;
}
watched! { CommitSource by commits:
    head(access: &RepositoryAccess, branch: &BranchName) -> Result<Option<Sha>, GitError>;
    commits(access: &RepositoryAccess, query: &CommitQuery, with_changes: bool, limit: usize) -> Result<Listing,
        GitError>;
    branches(access: &RepositoryAccess, query: &BranchQuery) -> Result<BranchPage, GitError>;
}
watched! { ReportWriter by writer:
    write(request: &ModelRequest) -> Result<ModelText, ModelError>;
}
watched! { WebhookSender by webhooks:
    send(target: &WebhookTarget, message: &Message) -> WebhookAnswer;
}
