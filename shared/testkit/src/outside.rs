//! A model, its list, a webhook receiver, an event bus and a check of addresses that behave as a test sets and record
//! what they received.

use adapters::guard::{AddressPolicy, Guard};
use app::ports::{
    Addresses, CatalogError, EventBus, Inside, Mail, Mailer, Message, MessageBody, ModelCatalog, ModelError,
    ModelProvider, ModelRequest, ModelText, ReportWriter, WebhookAnswer, WebhookSender, WebhookTarget,
};
use async_trait::async_trait;
use domain::delivery::Answer;
use domain::event::Event;
use domain::money::{ReportedUsage, TokenUsage};
use domain::report::answer::AnswerEnd;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use url::{Host, Url};

/// A list of models that a test sets. Clones share it.
#[derive(Clone, Debug)]
pub struct ScriptedCatalog(Arc<Mutex<Result<Vec<String>, CatalogError>>>);

impl Default for ScriptedCatalog {
    /// A list with models that no price list has.
    fn default() -> Self {
        Self(Arc::new(Mutex::new(Ok(["llama-3", "m", "m2"].map(str::to_owned).into()))))
    }
}

impl ScriptedCatalog {
    /// Sets the answer from now on.
    pub fn answer(&self, models: Result<Vec<String>, CatalogError>) {
        *lock(&self.0) = models;
    }
}

#[async_trait]
impl ModelCatalog for ScriptedCatalog {
    async fn models(&self, _: &ModelProvider) -> Result<Vec<String>, CatalogError> {
        lock(&self.0).clone()
    }
}

/// A model that writes a line and reports its usage. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct ScriptedModel(Arc<Mutex<Model>>);

#[derive(Debug, Default)]
struct Model {
    failing: Option<ModelError>,
    answer: Option<(String, AnswerEnd)>,
    usage: Option<ReportedUsage>,
    uncounted: bool,
    unread_bytes: usize,
    name: Option<String>,
    calls: u64,
    requests: Vec<ModelRequest>,
}

impl ScriptedModel {
    /// The usage of every text: 1,000 prompt tokens, 200 of them cached, and 100 completion tokens.
    #[must_use]
    pub fn usage() -> TokenUsage {
        TokenUsage::new(1_000, 200, 100, 0)
    }

    /// From now on every request fails in this way, or none with `None`.
    pub fn fail(&self, failure: Option<ModelError>) {
        lock(&self.0).failing = failure;
    }

    /// Whether its texts are empty from now on; they are still paid for.
    pub fn answer_empty(&self, silent: bool) {
        lock(&self.0).answer = silent.then(|| (String::new(), AnswerEnd::Whole));
    }

    /// Sets every answer from now on.
    pub fn answer(&self, text: impl Into<String>, end: AnswerEnd) {
        lock(&self.0).answer = Some((text.into(), end));
    }

    /// Sets the model's name in every answer from now on.
    pub fn set_model_name(&self, name: impl Into<String>) {
        lock(&self.0).name = Some(name.into());
    }

    /// Sets the usage that every answer reports from now on.
    pub fn report_usage(&self, usage: ReportedUsage) {
        lock(&self.0).usage = Some(usage);
    }

    /// Whether its answers omit their usage from now on, as some servers' do.
    pub fn omit_usage(&self, omitted: bool) {
        lock(&self.0).uncounted = omitted;
    }

    /// Sets how many bytes of every answer can't be read from now on.
    pub fn answer_unread(&self, bytes: usize) {
        lock(&self.0).unread_bytes = bytes;
    }

    /// Every request that was made, whatever its answer.
    #[must_use]
    pub fn requests(&self) -> Vec<ModelRequest> {
        lock(&self.0).requests.clone()
    }

    /// The number of texts that were paid for.
    #[must_use]
    pub fn calls(&self) -> u64 {
        lock(&self.0).calls
    }
}

#[async_trait]
impl ReportWriter for ScriptedModel {
    async fn write(&self, request: &ModelRequest) -> Result<ModelText, ModelError> {
        let mut model = lock(&self.0);
        model.requests.push(request.clone());
        if let Some(error) = &model.failing {
            return Err(error.clone());
        }
        model.calls += 1;
        let written = || (format!("# Text {} by {}", model.calls, request.model), AnswerEnd::Whole);
        let (text, end) = model.answer.clone().unwrap_or_else(written);
        Ok(ModelText {
            text,
            end,
            unread_bytes: model.unread_bytes,
            model: Some(model.name.clone().unwrap_or_else(|| request.model.clone())),
            usage: model.usage.or(Some(Self::usage().into())).filter(|_| !model.uncounted),
        })
    }
}

/// A mail service that gives the answers that a test has queued, and 200 without one. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct ScriptedMailer(Arc<Mutex<(VecDeque<Answer>, Vec<Mail>)>>);

impl ScriptedMailer {
    /// Queues a status.
    pub fn answer_status(&self, status: u16) {
        self.answer(Answer::Status { status, retry_after: None });
    }

    /// Queues an answer.
    pub fn answer(&self, answer: Answer) {
        lock(&self.0).0.push_back(answer);
    }

    /// Every e-mail that was sent, whatever its answer.
    #[must_use]
    pub fn sent(&self) -> Vec<Mail> {
        lock(&self.0).1.clone()
    }
}

#[async_trait]
impl Mailer for ScriptedMailer {
    async fn send(&self, mail: &Mail) -> WebhookAnswer {
        let mut mailer = lock(&self.0);
        mailer.1.push(mail.clone());
        mailer.0.pop_front().unwrap_or(Answer::Status { status: 200, retry_after: None }).into()
    }
}

/// A receiver that gives the answers that a test has queued, and 200 without one. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct ScriptedReceiver(Arc<Mutex<Receiver>>);

#[derive(Debug, Default)]
struct Receiver {
    answers: VecDeque<Answer>,
    always: Option<Answer>,
    by_host: BTreeMap<String, Answer>,
    received: Vec<Message>,
    hosts: Vec<String>,
    excerpt: Option<String>,
}

impl ScriptedReceiver {
    /// Sets the beginning of the text of every answer from now on.
    pub fn say(&self, excerpt: &str) {
        lock(&self.0).excerpt = Some(excerpt.to_owned());
    }

    /// Queues an answer.
    pub fn answer(&self, answer: Answer) {
        lock(&self.0).answers.push_back(answer);
    }

    /// Queues a status.
    pub fn answer_status(&self, status: u16) {
        self.answer(Answer::Status { status, retry_after: None });
    }

    /// Sets the answer of requests without a queued one; 200 with `None`.
    pub fn always(&self, answer: Option<Answer>) {
        lock(&self.0).always = answer;
    }

    /// Sets the answer of requests to a host; the usual one with `None`.
    pub fn always_at(&self, host: &str, answer: Option<Answer>) {
        let mut receiver = lock(&self.0);
        match answer {
            Some(answer) => receiver.by_host.insert(host.to_owned(), answer),
            None => receiver.by_host.remove(host),
        };
    }

    /// Every message that was sent to a host, whatever its answer.
    #[must_use]
    pub fn received_at(&self, host: &str) -> Vec<Message> {
        let receiver = lock(&self.0);
        let sent = receiver.received.iter().zip(&receiver.hosts).filter(|(_, to)| *to == host);
        sent.map(|(message, _)| message.clone()).collect()
    }

    /// Every message that was sent here, whatever its answer.
    #[must_use]
    pub fn received(&self) -> Vec<Message> {
        lock(&self.0).received.clone()
    }

    /// The reports among them: their ids and texts.
    #[must_use]
    pub fn reports(&self) -> Vec<(String, String)> {
        let report = |message: Message| match message.body {
            MessageBody::Report { text, .. } => Some((message.id, text)),
            MessageBody::Notice(_) => None,
        };
        self.received().into_iter().filter_map(report).collect()
    }

    /// The texts of the notices among them.
    #[must_use]
    pub fn notices(&self) -> Vec<String> {
        let notice = |message: Message| match message.body {
            MessageBody::Notice(notice) => Some(notice.text()),
            MessageBody::Report { .. } => None,
        };
        self.received().into_iter().filter_map(notice).collect()
    }
}

#[async_trait]
impl WebhookSender for ScriptedReceiver {
    async fn send(&self, target: &WebhookTarget, message: &Message) -> WebhookAnswer {
        let mut receiver = lock(&self.0);
        let host = target.url.host_str().unwrap_or_default().to_owned();
        receiver.received.push(message.clone());
        let of_host = receiver.by_host.get(&host).cloned();
        receiver.hosts.push(host);
        let lined_up = receiver.answers.pop_front().or(of_host).or_else(|| receiver.always.clone());
        let answer = lined_up.unwrap_or(Answer::Status { status: 200, retry_after: None });
        WebhookAnswer { answer, excerpt: receiver.excerpt.clone() }
    }
}

/// An event bus that records its events. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct ScriptedBus(Arc<Mutex<Bus>>);

#[derive(Debug, Default)]
struct Bus {
    refusing: bool,
    published: Vec<Event>,
}

impl ScriptedBus {
    /// Whether it refuses every event from now on.
    pub fn refuse(&self, refusing: bool) {
        lock(&self.0).refusing = refusing;
    }

    /// The events that it took.
    #[must_use]
    pub fn published(&self) -> Vec<Event> {
        lock(&self.0).published.clone()
    }
}

#[async_trait]
impl EventBus for ScriptedBus {
    async fn publish(&self, events: &[Event]) -> Vec<bool> {
        let mut bus = lock(&self.0);
        if bus.refusing {
            return vec![false; events.len()];
        }
        bus.published.extend_from_slice(events);
        vec![true; events.len()]
    }
}

/// Checks addresses like a deployment on AWS, but resolves no name: a test lists the names of private addresses.
/// Clones share the list.
#[derive(Clone, Debug, Default)]
pub struct ScriptedNames(Arc<Mutex<BTreeSet<String>>>);

impl ScriptedNames {
    /// From now on this name resolves to a private address.
    pub fn resolve_privately(&self, name: &str) {
        lock(&self.0).insert(name.to_owned());
    }
}

#[async_trait]
impl Addresses for ScriptedNames {
    async fn check(&self, url: &Url) -> Result<(), Inside> {
        match url.host() {
            Some(Host::Domain(name)) => {
                domain::host::check(url, false).map_err(|error| Inside { why: error.to_string() })?;
                let inside = lock(&self.0).contains(name);
                if inside { Err(Inside { why: format!("'{name}' resolves to a private network") }) } else { Ok(()) }
            }
            _ => Guard::new(AddressPolicy::Public).check(url).await,
        }
    }
}

fn lock<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}
