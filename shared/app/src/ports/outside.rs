//! Models, webhooks, e-mail, the event bus, and the check of addresses that users name.

use super::proxy::port;
use domain::account::{EmailAddress, EmailCode};
use domain::delivery::{Answer, CustomHeaders, Shape, SigningSecret};
use domain::event::Event;
use domain::instant::Instant;
use domain::money::ReportedUsage;
use domain::notice::Notice;
use domain::report::Prompt;
use domain::report::answer::AnswerEnd;
use domain::repository::AccessToken;
use std::time::Duration;
use url::Url;

/// A request to a model to write a text.
#[derive(Clone, Debug)]
pub struct ModelRequest {
    pub model: String,
    pub provider: ModelProvider,
    pub prompt: Prompt,
    /// The longest answer, in tokens.
    pub completion_tokens: u32,
    /// Until the caller needs the answer, retries included.
    pub timeout: Duration,
}

/// Where a model is asked.
#[derive(Clone, Debug)]
pub enum ModelProvider {
    /// At the deployment's provider, with its key.
    Deployment,
    /// At an address that a user named, only with the key that the user set for it.
    Own {
        /// Such as `https://api.openai.com/v1`.
        base_url: Url,
        /// A server may need none.
        key: Option<AccessToken>,
    },
}

/// What a model answered. An answer is paid for, whatever it contains.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModelText {
    /// As the model wrote it, reasoning included. Empty if the model used all its tokens for reasoning; they are paid
    /// for all the same.
    pub text: String,
    pub model: Option<String>,
    /// `None` if the answer reports no tokens.
    pub usage: Option<ReportedUsage>,
    pub end: AnswerEnd,
    /// Bytes that were written beside `text`, and are paid for: reasoning, and an answer that can't be read.
    pub unread_bytes: usize,
}

/// A model wrote nothing. `detail` is for the log.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ModelError {
    /// No answer, also after the retries.
    #[error("the model is unavailable: {detail}")]
    Unavailable { detail: String },
    /// A rejection that a repetition does not change: the key, the model's name, the account's credit.
    #[error("the model rejected the request: {detail}")]
    Rejected { detail: String },
    #[error("the prompt is too long for the model")]
    PromptTooLong {
        /// The tokens that the model can read and write in all, where the server states them.
        window_tokens: Option<u64>,
    },
    /// An answer that no model wrote, such as a page of a proxy.
    #[error("the answer is not a model's: {detail}")]
    Unreadable { detail: String },
}

port! {
    /// Language models.
    ///
    /// An error means that nothing was paid for. Anything that may have been paid for is an answer, also if it was cut
    /// off or can't be read: the caller records its tokens and does not ask again.
    pub trait ReportWriter;

    async fn write(&self, request: &ModelRequest) -> Result<ModelText, ModelError>;
}

/// The list of a provider's models is unknown. `detail` is for the log.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CatalogError {
    /// The provider did not answer, or asks for a later request.
    #[error("the provider's list of models does not answer: {detail}")]
    Unavailable { detail: String },
    /// There is no provider, or it has no readable list: no such route, a refused key, not JSON.
    #[error("the provider has no list of models that can be read: {detail}")]
    NoList { detail: String },
}

port! {
    /// The lists of models that providers have.
    pub trait ModelCatalog;

    /// The names of the provider's models, within a few seconds; at most a thousand names, each of at most the length
    /// that a model's name may have.
    async fn models(&self, provider: &ModelProvider) -> Result<Vec<String>, CatalogError>;
}

/// The receiver of a message.
#[derive(Clone, Debug)]
pub struct WebhookTarget {
    pub url: Url,
    pub shape: Shape,
    /// The current one first.
    pub secrets: Vec<SigningSecret>,
    /// What the webhook's owner adds to each request.
    pub headers: CustomHeaders,
}

/// What is signed and sent to a webhook in one attempt: a report's text or a notice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// The `webhook-id`: the same for all attempts.
    pub id: String,
    /// When this attempt is made.
    pub at: Instant,
    pub body: MessageBody,
}

/// The content of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MessageBody {
    Report { run: Box<domain::run::Run>, text: String },
    Notice(Box<Notice>),
}

/// What a receiver answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebhookAnswer {
    pub answer: Answer,
    /// The beginning of an answer, for the webhook's owner: one line, at most [`EXCERPT_BYTES_MAX`], without the
    /// request's secrets and without control characters. `None` for an answer without text.
    pub excerpt: Option<String>,
}

/// The longest excerpt of a receiver's answer, in bytes. The record of an attempt with the longest one is two write
/// units, and one of any usual answer (`ok`, an id) is one.
pub const EXCERPT_BYTES_MAX: usize = 1_000;

impl From<Answer> for WebhookAnswer {
    fn from(answer: Answer) -> Self {
        Self { answer, excerpt: None }
    }
}

port! {
    /// Sends webhooks.
    pub trait WebhookSender;

    /// Makes one signed request in the target's shape, with a time-out, and never follows a redirect. A failed
    /// request is an answer too, because the retry policy has a rule for it.
    async fn send(&self, target: &WebhookTarget, message: &Message) -> WebhookAnswer;
}

/// An e-mail that is sent in one attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    pub to: EmailAddress,
    /// When this attempt is made.
    pub at: Instant,
    pub body: MailBody,
}

/// The content of an e-mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MailBody {
    Notice(Box<Notice>),
    /// The code that confirms the address.
    Code(EmailCode),
}

port! {
    /// Sends e-mail.
    pub trait Mailer;

    /// Makes one request to the mail service, with a time-out. A failed request is an answer too, because the retry
    /// policy has a rule for it. A refusal that is the operator's to correct (a missing permission, an account that may
    /// not send, a used-up quota) is an answer that is tried again.
    async fn send(&self, mail: &Mail) -> WebhookAnswer;
}

/// An address leads into a network that may not be requested.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{why}")]
pub struct Inside {
    /// For the user. It reveals nothing of our network.
    pub why: String,
}

port! {
    /// The check of addresses that users name.
    pub trait Addresses;

    /// Rejects an address that may not be requested: not https, without a host, or in a private or reserved network,
    /// directly or by what its name resolves to now. A name that does not resolve is accepted. Every request checks its
    /// address again, because a name can resolve to another one by then; this check only informs the user sooner.
    async fn check(&self, url: &Url) -> Result<(), Inside>;
}

port! {
    /// Events for other systems of the deployment's owner, such as a reached threshold. An event may be published more
    /// than once, always under the same id.
    pub trait EventBus;

    /// Publishes events; returns for each, in order, whether the bus accepted it.
    async fn publish(&self, events: &[Event]) -> Vec<bool>;
}
