//! Models, webhooks, the event bus, and the judge of addresses that lead outside.

use async_trait::async_trait;
use domain::delivery::{Answer, Shape, SigningSecret};
use domain::event::Event;
use domain::instant::Instant;
use domain::money::ReportedUsage;
use domain::report::Prompt;
use domain::report::answer::AnswerEnd;
use domain::repository::AccessToken;
use std::time::Duration;
use url::Url;

/// A text to be written by a model.
#[derive(Clone, Debug)]
pub struct ModelRequest {
    /// The model.
    pub model: String,
    /// Where it is asked.
    pub provider: ModelProvider,
    /// What it is told.
    pub prompt: Prompt,
    /// When the caller must have the answer, retries included.
    pub timeout: Duration,
}

/// Where a model is asked.
#[derive(Clone, Debug)]
pub enum ModelProvider {
    /// At the deployment's provider, with its key.
    Deployment,
    /// At an address that a user named, with the key that the user gave for it and no other.
    Own {
        /// The address, such as `https://api.openai.com/v1`.
        base_url: Url,
        /// The key; a server may need none.
        key: Option<AccessToken>,
    },
}

/// What a model answered. An answer is paid for, whatever it holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModelText {
    /// The text as the model wrote it, thinking included. It can be empty: a model that spent all its tokens on thinking
    /// is paid for them all the same.
    pub text: String,
    /// The model that answered, as it names itself; none where the answer names no model.
    pub model: Option<String>,
    /// What the answer reports of its tokens; none where it reports nothing.
    pub usage: Option<ReportedUsage>,
    /// How the answer ended.
    pub end: AnswerEnd,
}

/// A model did not write.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ModelError {
    /// No answer, also after the retries.
    #[error("the model is unavailable: {detail}")]
    Unavailable {
        /// For the log.
        detail: String,
    },
    /// Refused for good: the key, the model's name, the account's credit.
    #[error("the model rejected the request: {detail}")]
    Rejected {
        /// For the log.
        detail: String,
    },
    /// The prompt is longer than the model takes: shrink it and ask once more.
    #[error("the prompt is too long for the model")]
    PromptTooLong,
}

/// Models.
///
/// An error means that nothing was paid for. Anything that a model may have been paid for is an answer, also where it
/// broke off or can't be read: the caller records its tokens, and no one asks again.
#[async_trait]
pub trait ReportWriter: Send + Sync {
    /// Has a model write a text.
    async fn write(&self, request: &ModelRequest) -> Result<ModelText, ModelError>;
}

/// Where a message goes.
#[derive(Clone, Debug)]
pub struct WebhookTarget {
    /// The address.
    pub url: Url,
    /// The shape that it takes.
    pub shape: Shape,
    /// The secrets that sign it: the current one first.
    pub secrets: Vec<SigningSecret>,
}

/// A message to be delivered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// The `webhook-id`: the same for all attempts.
    pub id: String,
    /// When this attempt is made.
    pub at: Instant,
    /// What it says.
    pub body: MessageBody,
}

/// What a message says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MessageBody {
    /// A run's report.
    Report {
        /// The run.
        run: Box<domain::run::Run>,
        /// Its text.
        text: String,
    },
    /// A notice.
    Notice(Box<domain::notice::Notice>),
}

/// What a receiver answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebhookAnswer {
    /// As the retry policy judges it.
    pub answer: Answer,
    /// The beginning of the words of an answer that is no success, for the webhook's owner: one line, at most
    /// [`EXCERPT_CHARS_MAX`], with nothing in it that is secret in the request.
    pub excerpt: Option<String>,
}

/// The longest excerpt of a receiver's answer, in characters: an attempt's record stays under a kilobyte.
pub const EXCERPT_CHARS_MAX: usize = 200;

impl From<Answer> for WebhookAnswer {
    fn from(answer: Answer) -> Self {
        Self { answer, excerpt: None }
    }
}

/// Webhooks.
#[async_trait]
pub trait WebhookSender: Send + Sync {
    /// Makes one request in the target's shape, signed, with a time-out, and never follows a redirect. No failure is an
    /// error: each is an answer that the retry policy judges.
    async fn send(&self, target: &WebhookTarget, message: &Message) -> WebhookAnswer;
}

/// An address leads where nothing of ours may go.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{why}")]
pub struct Inside {
    /// In words fit for the user. They tell nothing of our network.
    pub why: String,
}

/// Addresses that users name.
#[async_trait]
pub trait Addresses: Send + Sync {
    /// Refuses an address that may not be reached: not https, none of a host, or one that leads into a private or reserved
    /// network, by itself or by what its name resolves to now. A name that does not resolve is not refused. Whoever makes
    /// a request judges anew, because a name can lead elsewhere by then; this judgement only tells its user sooner.
    async fn judge(&self, url: &Url) -> Result<(), Inside>;
}

/// The event bus.
#[async_trait]
pub trait EventBus: Send + Sync {
    /// Publishes events; answers for each, in order, whether the bus took it.
    async fn publish(&self, events: &[Event]) -> Vec<bool>;
}
