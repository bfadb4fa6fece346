//! A receiver, an event bus and a due index that fail on demand, and record what they did.

use app::ports::{
    DueIndex, DueItem, DueKind, EventBus, Message, Refusal, StoreError, WebhookAnswer, WebhookSender, WebhookTarget,
};
use async_trait::async_trait;
use domain::delivery::{Answer, NoAnswer};
use domain::event::Event;
use domain::instant::Instant;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use testkit::engine::direct::pause;
use testkit::entropy::SeededEntropy;

/// How a receiver answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ReceiverMode {
    Accepts,
    Fails,
    Refuses,
    /// It no longer exists.
    Gone,
    Silent,
    /// Differently for each message.
    Random,
}

/// What happened to one message.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Received {
    pub(crate) times: u32,
    pub(crate) taken: u32,
}

/// The receiver of every webhook.
#[derive(Clone, Debug)]
pub(crate) struct SimulatedReceiver {
    mode: Arc<Mutex<ReceiverMode>>,
    random: Arc<SeededEntropy>,
    received: Arc<Mutex<BTreeMap<String, Received>>>,
}

impl SimulatedReceiver {
    pub(crate) fn new(seed: u64) -> Self {
        Self {
            mode: Arc::new(Mutex::new(ReceiverMode::Accepts)),
            random: Arc::new(SeededEntropy::new(seed)),
            received: Arc::default(),
        }
    }

    pub(crate) fn set_mode(&self, mode: ReceiverMode) {
        *self.mode.lock().unwrap() = mode;
    }

    pub(crate) fn received(&self, id: &str) -> Received {
        self.received.lock().unwrap().get(id).copied().unwrap_or_default()
    }
}

#[async_trait]
impl WebhookSender for SimulatedReceiver {
    async fn send(&self, _target: &WebhookTarget, message: &Message) -> WebhookAnswer {
        pause().await;
        let mode = match *self.mode.lock().unwrap() {
            ReceiverMode::Random => match self.random.below(5) {
                4 if self.random.below(8) == 0 => ReceiverMode::Gone,
                0 => ReceiverMode::Accepts,
                1 => ReceiverMode::Fails,
                2 => ReceiverMode::Refuses,
                _ => ReceiverMode::Silent,
            },
            mode => mode,
        };
        let answer = match mode {
            ReceiverMode::Accepts | ReceiverMode::Random => Answer::Status { status: 200, retry_after: None },
            ReceiverMode::Fails => Answer::Status { status: 503, retry_after: Some(Duration::from_secs(20)) },
            ReceiverMode::Refuses => Answer::Status { status: 422, retry_after: None },
            ReceiverMode::Gone => Answer::Status { status: 410, retry_after: None },
            ReceiverMode::Silent => Answer::NoAnswer(NoAnswer::Timeout),
        };
        {
            let mut received = self.received.lock().unwrap();
            let entry = received.entry(message.id.clone()).or_default();
            entry.times += 1;
            entry.taken += u32::from(mode == ReceiverMode::Accepts);
        }
        pause().await;
        answer.into()
    }
}

/// An event bus.
#[derive(Clone, Debug, Default)]
pub(crate) struct SimulatedBus {
    refusing: Arc<Mutex<bool>>,
    published: Arc<Mutex<Vec<Event>>>,
}

impl SimulatedBus {
    pub(crate) fn refuse(&self, refusing: bool) {
        *self.refusing.lock().unwrap() = refusing;
    }

    pub(crate) fn published(&self) -> Vec<Event> {
        self.published.lock().unwrap().clone()
    }
}

#[async_trait]
impl EventBus for SimulatedBus {
    async fn publish(&self, events: &[Event]) -> Vec<bool> {
        pause().await;
        let refusing = *self.refusing.lock().unwrap();
        if !refusing {
            self.published.lock().unwrap().extend_from_slice(events);
        }
        pause().await;
        vec![!refusing; events.len()]
    }
}

type Answers = HashMap<(DueKind, u8), Vec<DueItem>>;

/// The due index, which sometimes returns an old answer.
#[derive(Clone)]
pub(crate) struct LaggingIndex {
    inner: Arc<dyn DueIndex>,
    before: Arc<Mutex<Answers>>,
    lags: Arc<Mutex<bool>>,
}

impl LaggingIndex {
    pub(crate) fn over(inner: Arc<dyn DueIndex>) -> Self {
        Self { inner, before: Arc::default(), lags: Arc::default() }
    }

    pub(crate) fn lag(&self, lags: bool) {
        *self.lags.lock().unwrap() = lags;
    }
}

#[async_trait]
impl DueIndex for LaggingIndex {
    async fn due(&self, kind: DueKind, shard: u8, now: Instant, limit: usize) -> Result<Vec<DueItem>, StoreError> {
        let lags = *self.lags.lock().unwrap();
        if lags && let Some(before) = self.before.lock().unwrap().get(&(kind, shard)) {
            return Ok(before.clone());
        }
        let found = self.inner.due(kind, shard, now, limit).await?;
        self.before.lock().unwrap().insert((kind, shard), found.clone());
        Ok(found)
    }

    async fn postpone(&self, item: &DueItem, until: Instant) -> Result<(), Refusal> {
        self.inner.postpone(item, until).await
    }
}
