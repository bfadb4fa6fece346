//! A queue under the manual clock, behind the queues' ports. A test makes it do what a standard queue may do: deliver
//! late, twice or in any order, or lose its messages with the process.

use crate::clock::ManualClock;
use app::ports::{Clock, DeliveryQueue, DeliveryRequest, QueueError, RunQueue, RunRequest};
use async_trait::async_trait;
use domain::instant::{Duration, Instant};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A message of either queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Queued {
    /// A request to execute a run.
    Run(RunRequest),
    /// A request for a delivery attempt.
    Delivery(DeliveryRequest),
}

/// Both queues in one. Clones share the messages.
#[derive(Clone, Debug)]
pub struct ManualQueue {
    clock: ManualClock,
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    waiting: Vec<(Instant, Queued)>,
    refusing: bool,
}

impl ManualQueue {
    /// An empty queue.
    #[must_use]
    pub fn new(clock: ManualClock) -> Self {
        Self { clock, state: Arc::default() }
    }

    /// Takes the messages that are due, in the order in which they were sent unless that was changed.
    #[must_use]
    pub fn take_due(&self) -> Vec<Queued> {
        let now = self.clock.now();
        let mut state = self.lock();
        let (due, later) = state.waiting.drain(..).partition(|(due_at, _)| *due_at <= now);
        state.waiting = later;
        let due: Vec<(Instant, Queued)> = due;
        due.into_iter().map(|(_, message)| message).collect()
    }

    /// Takes the run requests that are due and keeps everything else.
    #[must_use]
    pub fn take_runs(&self) -> Vec<RunRequest> {
        self.take(|message| match message {
            Queued::Run(request) => Some(*request),
            Queued::Delivery(_) => None,
        })
    }

    /// Takes the delivery requests that are due and keeps everything else.
    #[must_use]
    pub fn take_deliveries(&self) -> Vec<DeliveryRequest> {
        self.take(|message| match message {
            Queued::Delivery(request) => Some(*request),
            Queued::Run(_) => None,
        })
    }

    fn take<T>(&self, wanted: impl Fn(&Queued) -> Option<T>) -> Vec<T> {
        let now = self.clock.now();
        let mut taken = Vec::new();
        self.lock().waiting.retain(|(due_at, message)| match wanted(message) {
            Some(request) if *due_at <= now => {
                taken.push(request);
                false
            }
            _ => true,
        });
        taken
    }

    /// The waiting messages, with the instants at which they are due.
    #[must_use]
    pub fn waiting(&self) -> Vec<(Instant, Queued)> {
        self.lock().waiting.clone()
    }

    /// When the next message is due.
    #[must_use]
    pub fn next_due(&self) -> Option<Instant> {
        self.lock().waiting.iter().map(|(due_at, _)| *due_at).min()
    }

    /// Puts a message back, as a worker that failed does.
    pub fn put_back(&self, message: Queued, delay: Duration) {
        let due_at = self.clock.now() + delay;
        self.lock().waiting.push((due_at, message));
    }

    /// Duplicates every waiting message.
    pub fn duplicate_all(&self) {
        let mut state = self.lock();
        let doubles = state.waiting.clone();
        state.waiting.extend(doubles);
    }

    /// Drops every waiting message and returns their number.
    #[expect(clippy::must_use_candidate, reason = "losing messages is the effect; their number is a courtesy")]
    pub fn drop_all(&self) -> usize {
        std::mem::take(&mut self.lock().waiting).len()
    }

    /// Drops the waiting messages that a test selects and returns their number.
    pub fn drop_where(&self, lost: impl Fn(&Queued) -> bool) -> usize {
        let mut state = self.lock();
        let before = state.waiting.len();
        state.waiting.retain(|(_, message)| !lost(message));
        before - state.waiting.len()
    }

    /// Puts the waiting messages in another order: `draw` returns a number below its argument.
    pub fn shuffle(&self, mut draw: impl FnMut(usize) -> usize) {
        let mut state = self.lock();
        for last in (1..state.waiting.len()).rev() {
            let other = draw(last + 1).min(last);
            state.waiting.swap(last, other);
        }
    }

    /// Whether it refuses every message from now on.
    pub fn refuse(&self, refusing: bool) {
        self.lock().refusing = refusing;
    }

    fn send(&self, messages: impl ExactSizeIterator<Item = Queued>, delay: Duration) -> Result<(), QueueError> {
        let due_at = self.clock.now() + delay;
        let mut state = self.lock();
        if state.refusing {
            return Err(QueueError {
                sent: messages.len(),
                refused: messages.len(),
                detail: "the test made the queue refuse".to_owned(),
            });
        }
        state.waiting.extend(messages.map(|message| (due_at, message)));
        Ok(())
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl RunQueue for ManualQueue {
    async fn request_runs(&self, requests: &[RunRequest]) -> Result<(), QueueError> {
        self.send(requests.iter().copied().map(Queued::Run), Duration::zero())
    }
}

#[async_trait]
impl DeliveryQueue for ManualQueue {
    async fn request_deliveries(&self, requests: &[DeliveryRequest], delay_seconds: u32) -> Result<(), QueueError> {
        let delay = Duration::seconds(delay_seconds.into());
        self.send(requests.iter().copied().map(Queued::Delivery), delay)
    }
}
