//! Amazon SES, by its API v2: one signed request for each e-mail
//! (<https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html>).

use super::compose::compose;
use crate::boot::Aws;
use crate::guard::{failure_class, read_beginning, retry_after};
use crate::signed::{CallError, SignedService};
use app::limits::WEBHOOK_TIMEOUT_SECONDS;
use app::ports::{EXCERPT_BYTES_MAX, Mail, Mailer, WebhookAnswer};
use async_trait::async_trait;
use domain::account::EmailAddress;
use domain::delivery::{Answer, NoAnswer, Verdict};
use reqwest::header::{CONTENT_TYPE, HeaderMap};
use serde_json::{Value, json};
use std::fmt;
use std::time::Duration;
use url::Url;

/// Below the address of the service.
const PATH: &str = "/v2/email/outbound-emails";
/// The service in signatures, and at the beginning of its host.
const SERVICE: (&str, &str) = ("ses", "email");
const JSON: &str = "application/json";
/// The header with the kind of an error, such as `MessageRejected`.
const ERROR_TYPE: &str = "x-amzn-errortype";
/// The errors that a repetition does not change. All others are the operator's to correct, or pass by themselves.
const PERMANENT: [&str; 2] = ["MessageRejected", "BadRequestException"];
/// In the text of a `MessageRejected` that is the operator's to correct: the sender, or in the sandbox any recipient,
/// is not verified (<https://docs.aws.amazon.com/ses/latest/dg/troubleshoot-error-messages.html>).
const NOT_VERIFIED: &str = "not verified";
/// What an address or an identity is replaced by.
const HIDDEN: &str = "[address]";
/// How much of an answer is read, in bytes.
const ANSWER_BYTES_MAX: usize = 4_096;

/// Sends e-mail through Amazon SES.
pub struct SesMailer {
    service: SignedService,
    from: EmailAddress,
    public_url: Option<Url>,
}

impl fmt::Debug for SesMailer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "SesMailer({})", self.service.address())
    }
}

impl SesMailer {
    /// Sends from an address whose identity is verified in SES. With `public_url`, notices link to what they are about.
    #[must_use]
    pub fn new(aws: &Aws, from: EmailAddress, public_url: Option<Url>) -> Self {
        let timeout = Duration::from_secs(WEBHOOK_TIMEOUT_SECONDS);
        let service = SignedService::new(aws, SERVICE, &aws.region, aws.ses_endpoint_url.as_ref(), timeout);
        Self { service, from, public_url }
    }

    fn request(&self, mail: &Mail) -> Value {
        let composed = compose(&mail.body, self.public_url.as_ref());
        let content = |text: &str| json!({"Data": text, "Charset": "UTF-8"});
        json!({
            "FromEmailAddress": self.from.as_str(),
            "Destination": {"ToAddresses": [mail.to.as_str()]},
            "Content": {"Simple": {
                "Subject": content(&composed.subject),
                "Body": {"Text": content(&composed.text), "Html": content(&composed.html)},
            }},
        })
    }
}

/// What an answer means. A refusal that is the operator's to correct is logged, and its text is not for the user,
/// because it names the account at AWS. No address is shown or logged.
async fn answered(response: reqwest::Response) -> WebhookAnswer {
    let status = response.status().as_u16();
    let retry_after = retry_after(response.headers(), None);
    let kind = error_type(response.headers());
    let answer = Answer::Status { status, retry_after };
    if answer.verdict() == Verdict::Delivered {
        return answer.into();
    }
    let text = read_beginning(response, ANSWER_BYTES_MAX).await.map(|(text, _)| message(&text)).unwrap_or_default();
    let is_permanent = PERMANENT.contains(&kind.as_str()) && !text.contains(NOT_VERIFIED);
    if answer.verdict() == Verdict::Refused && is_permanent {
        return WebhookAnswer { answer, excerpt: Some(text).filter(|text| !text.is_empty()) };
    }
    tracing::error!(status, kind, text, "SES does not take e-mail");
    match answer.verdict() {
        Verdict::Refused => Answer::NotTaken { status, retry_after }.into(),
        Verdict::Delivered | Verdict::Retry => answer.into(),
    }
}

/// The kind of an error, without what may follow it after a colon.
fn error_type(headers: &HeaderMap) -> String {
    let value = headers.get(ERROR_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    value.split(':').next().unwrap_or_default().to_owned()
}

/// The text of an error in one line, without the addresses and identities in it: it is shown to a user, or logged.
fn message(body: &[u8]) -> String {
    let parsed: Value = serde_json::from_slice(body).unwrap_or_default();
    let text = parsed.get("message").or_else(|| parsed.get("Message")).and_then(Value::as_str).unwrap_or_default();
    let is_hidden = |word: &&str| word.contains('@') || word.contains("arn:");
    let words = text.split(|letter: char| letter.is_whitespace() || letter.is_control());
    let line = words.map(|word| if is_hidden(&word) { HIDDEN } else { word }).collect::<Vec<_>>().join(" ");
    line.get(..line.floor_char_boundary(EXCERPT_BYTES_MAX)).unwrap_or_default().to_owned()
}

#[async_trait]
impl Mailer for SesMailer {
    async fn send(&self, mail: &Mail) -> WebhookAnswer {
        let body = self.request(mail).to_string().into_bytes();
        match self.service.post(PATH, &[(CONTENT_TYPE.as_str(), JSON)], body, mail.at).await {
            Ok(response) => answered(response).await,
            Err(CallError::NoAnswer(error)) => Answer::NoAnswer(failure_class(&error)).into(),
            Err(CallError::NotMade(error)) => {
                tracing::error!(%error, "a request to SES could not be made");
                Answer::NoAnswer(NoAnswer::NotSent).into()
            }
        }
    }
}
