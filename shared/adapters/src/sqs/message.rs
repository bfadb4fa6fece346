//! The bodies of messages.

use app::ports::{DeliveryRequest, RunRequest};
use domain::delivery::Lane;
use domain::event::DeliverySubject;
use domain::id::{ConfigurationId, IdError, NoticeId, RunId, UserId};
use domain::instant;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// The version that is written. Other versions wait in the dead-letter queue for a build that knows them.
const VERSION: u32 = 1;

/// Why a message's body is not one that this system sends.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MessageError {
    #[error("the message doesn't have this queue's format: {0}")]
    Shape(String),
    #[error("the message has version {0}, this build reads version {VERSION}: deploy the build that sent it")]
    Version(u32),
    #[error("the message's '{field}' can't be parsed: {reason}")]
    Id { field: &'static str, reason: IdError },
    #[error("the message's 'fire' is not an RFC 3339 instant")]
    Fire,
    #[error("the message's 'attempt' is 0: attempts are counted from 1")]
    Attempt,
    #[error("the message's 'lane' is neither 'standard' nor 'slow'")]
    Lane,
}

/// `{"version": 1, "user", "run", "configuration", "fire"?}`: ids are UUIDs, the fire is RFC 3339.
#[derive(Debug, Serialize, Deserialize)]
struct RunMessage {
    version: u32,
    user: String,
    run: String,
    configuration: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    fire: Option<String>,
}

/// `{"version": 1, "user", "subject": {"kind": "run" | "notice", "id"}, "attempt", "lane"?, "paced"?}`. Without `lane`,
/// it is the standard one.
#[derive(Debug, Serialize, Deserialize)]
struct DeliveryMessage {
    version: u32,
    user: String,
    subject: SubjectMessage,
    attempt: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    lane: Option<String>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    paced: bool,
}

#[derive(Debug, Serialize, Deserialize)]
struct SubjectMessage {
    kind: SubjectKind,
    id: String,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum SubjectKind {
    Run,
    Notice,
}

#[derive(Deserialize)]
struct Versioned {
    version: u32,
}

/// The body that carries a run request.
pub fn run_request_body(request: &RunRequest) -> String {
    text(&RunMessage {
        version: VERSION,
        user: request.user.to_string(),
        run: request.run.to_string(),
        configuration: request.configuration.to_string(),
        fire: request.fire.map(instant::text),
    })
}

/// Parses a run request.
pub fn parse_run_request(body: &str) -> Result<RunRequest, MessageError> {
    let message: RunMessage = read(body)?;
    let fire = match message.fire {
        Some(text) => Some(instant::parse(&text).ok_or(MessageError::Fire)?),
        None => None,
    };
    Ok(RunRequest {
        user: UserId::from_record(&message.user).map_err(id("user"))?,
        run: RunId::parse(&message.run).map_err(id("run"))?,
        configuration: ConfigurationId::parse(&message.configuration).map_err(id("configuration"))?,
        fire,
    })
}

/// The body that carries a delivery request.
pub fn delivery_request_body(request: &DeliveryRequest) -> String {
    let (kind, id) = match request.subject {
        DeliverySubject::Run(run) => (SubjectKind::Run, run.to_string()),
        DeliverySubject::Notice(notice) => (SubjectKind::Notice, notice.to_string()),
    };
    text(&DeliveryMessage {
        version: VERSION,
        user: request.user.to_string(),
        subject: SubjectMessage { kind, id },
        attempt: request.attempt,
        lane: (request.lane != Lane::Standard).then(|| request.lane.as_str().to_owned()),
        paced: request.paced,
    })
}

/// Parses a delivery request.
pub fn parse_delivery_request(body: &str) -> Result<DeliveryRequest, MessageError> {
    let message: DeliveryMessage = read(body)?;
    let lane = match message.lane {
        Some(word) => Lane::parse(&word).ok_or(MessageError::Lane)?,
        None => Lane::Standard,
    };
    let SubjectMessage { kind, id: subject } = message.subject;
    let subject = match kind {
        SubjectKind::Run => RunId::parse(&subject).map(DeliverySubject::Run),
        SubjectKind::Notice => NoticeId::parse(&subject).map(DeliverySubject::Notice),
    };
    if message.attempt == 0 {
        return Err(MessageError::Attempt);
    }
    Ok(DeliveryRequest {
        user: UserId::from_record(&message.user).map_err(id("user"))?,
        subject: subject.map_err(id("subject.id"))?,
        attempt: message.attempt,
        lane,
        paced: message.paced,
    })
}

fn id(field: &'static str) -> impl FnOnce(IdError) -> MessageError {
    move |reason| MessageError::Id { field, reason }
}

/// The version is checked before the rest, which may have another shape.
fn read<T: DeserializeOwned>(body: &str) -> Result<T, MessageError> {
    let shape = |error: serde_json::Error| MessageError::Shape(error.to_string());
    let Versioned { version } = serde_json::from_str(body).map_err(shape)?;
    if version != VERSION {
        return Err(MessageError::Version(version));
    }
    serde_json::from_str(body).map_err(shape)
}

fn text(message: &impl Serialize) -> String {
    // Structs of text and numbers can always be serialised.
    serde_json::to_string(message).unwrap_or_default()
}
