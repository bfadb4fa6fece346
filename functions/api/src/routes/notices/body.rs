//! A notice in answers.

use super::NoticeDetails;
use crate::openapi::{examples, words};
use crate::routes::report_runs::DeliveryBody;
use adapters::webhook::NoticeFigures;
use domain::account::Account;
use domain::instant;
use domain::notice::{Destination, Named, Notice};
use serde::Serialize;
use utoipa::ToSchema;

/// A notice.
#[derive(Serialize, ToSchema)]
#[schema(example = json!(examples::notice()))]
pub(crate) struct NoticeBody {
    id: String,
    #[serde(rename = "type")]
    #[schema(value_type = words::NoticeType)]
    kind: &'static str,
    /// What it is about, in a line.
    title: String,
    /// What happened, and what to do.
    text: String,
    /// The report configuration that it is about, or whose run caused it.
    configuration: NoticeConfigurationBody,
    #[schema(value_type = NoticeDetails)]
    details: NoticeFigures,
    created_at: String,
    /// Whether it is marked as read.
    read: bool,
    delivery: DeliveryBody,
    /// Where the last attempt was made. Null before the first, and if the notice is only listed.
    sent_to: Option<DestinationBody>,
}

/// A report configuration as it was named when the notice was made.
#[derive(Serialize, ToSchema)]
#[schema(as = NoticeConfiguration)]
struct NoticeConfigurationBody {
    id: String,
    name: Option<String>,
    /// Name of the repository.
    repository: Option<String>,
}

/// Where a notice was sent.
#[derive(Serialize, ToSchema)]
#[schema(as = NoticeDestination)]
struct DestinationBody {
    #[schema(value_type = words::NoticeChannel)]
    channel: &'static str,
    /// Whose webhook. Null for e-mail.
    #[schema(value_type = Option<words::EndpointOwner>)]
    endpoint: Option<&'static str>,
    /// Host of the webhook. Null for e-mail.
    host: Option<String>,
}

impl NoticeBody {
    pub(crate) fn of(notice: &Notice, account: &Account) -> Self {
        Self {
            id: notice.id.to_string(),
            kind: notice.matter.kind().as_str(),
            title: notice.title(),
            text: notice.text(),
            configuration: NoticeConfigurationBody::from(&notice.configuration),
            details: NoticeFigures::of(&notice.matter),
            created_at: instant::text(notice.created_at),
            read: account.has_read(notice.created_at),
            delivery: DeliveryBody::from(&notice.delivery),
            sent_to: notice.sent_to.as_ref().map(DestinationBody::from),
        }
    }
}

impl From<&Named> for NoticeConfigurationBody {
    fn from(named: &Named) -> Self {
        Self { id: named.id.to_string(), name: named.name.clone(), repository: named.repository.clone() }
    }
}

impl From<&Destination> for DestinationBody {
    fn from(destination: &Destination) -> Self {
        match destination {
            Destination::Webhook { of, host } => {
                Self { channel: words::WEBHOOK, endpoint: Some(of.as_str()), host: Some(host.clone()) }
            }
            Destination::Email => Self { channel: words::EMAIL, endpoint: None, host: None },
        }
    }
}
