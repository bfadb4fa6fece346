//! Workers that die at any port call: before it, or after it took effect and before they get its answer.
//!
//! [`Calls::around`] wraps every port of a deployment and records each call by its name. The work of one
//! [`Calls::run_worker`] is one worker: at the call that [`Calls::crash_at`] names, that worker is dropped at once,
//! like a process that dies, and all others continue. The list of calls is never written down: a pass without a crash
//! records them. Clock and entropy are not wrapped, because a call of them changes nothing.

use adapters::wiring::Deployment;
use app::ports::{Call as PortCall, DueItem, Intercept, Proxy, StoreError};
use async_trait::async_trait;
use std::any::Any;
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
        Deployment {
            store: self.watch(&deployment.store),
            run_queue: self.watch(&deployment.run_queue),
            delivery_queue: self.watch(&deployment.delivery_queue),
            event_bus: self.watch(&deployment.event_bus),
            vault: self.watch(&deployment.vault),
            commits: self.watch(&deployment.commits),
            writer: self.watch(&deployment.writer),
            webhooks: self.watch(&deployment.webhooks),
            ..deployment.clone()
        }
    }

    fn watch<P: ?Sized>(&self, port: &Arc<P>) -> Arc<Watched<P>> {
        Arc::new(Watched { calls: self.clone(), port: Arc::clone(port) })
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

    /// Runs one worker's work; `None` if it died.
    pub async fn run_worker<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        let death = Arc::new(Notify::new());
        tokio::select! {
            biased;
            () = death.notified() => None,
            answer = DEATH.scope(Arc::clone(&death), work) => Some(answer),
        }
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
        // Outside of `run_worker` no worker can die.
        if dies && DEATH.try_with(|death| death.notify_one()).is_ok() {
            std::future::pending::<()>().await;
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A port whose calls are recorded.
struct Watched<P: ?Sized> {
    calls: Calls,
    port: Arc<P>,
}

impl<P: ?Sized + Send + Sync> Proxy for Watched<P> {
    type Port = P;
}

#[async_trait]
impl<P: ?Sized + Send + Sync, T: Any + Send> Intercept<T> for Watched<P> {
    async fn intercept<'a>(&'a self, call: PortCall<'a, P, T>) -> T {
        let (number, gate) = self.calls.begin(call.method);
        if let Some(gate) = gate {
            gate.wait().await;
        }
        self.calls.die_at(number, Moment::Before).await;
        let answer = call.of(&self.port).await;
        if none_is_due(&answer)
            && let Some(call) = self.calls.lock().made.get_mut(number)
        {
            call.idle = true;
        }
        self.calls.die_at(number, Moment::After).await;
        answer
    }
}

fn none_is_due(answer: &dyn Any) -> bool {
    answer.downcast_ref::<Result<Vec<DueItem>, StoreError>>().is_some_and(|due| due.as_ref().is_ok_and(Vec::is_empty))
}
