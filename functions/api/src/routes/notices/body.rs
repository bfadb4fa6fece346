//! A notice in answers.

use super::details::NoticeDetails;
use crate::routes::prelude::{answer_body, examples, instant, words};
use crate::routes::report_runs::DeliveryBody;
use adapters::webhook::NoticeFigures;
use domain::account::Account;
use domain::notice::{Destination, Named, Notice};

answer_body! {
    /// A notice.
    #[schema(example = json!(examples::notice()))]
    pub(crate) struct NoticeBody of(notice: &Notice, account: &Account) {
        id: String = notice.id.to_string(),
        #[serde(rename = "type")]
        kind: &'static str as words::NoticeType = notice.matter.kind().as_str(),
        /// What it is about, in a line.
        title: String = notice.title(),
        /// What happened, and what to do.
        text: String = notice.text(),
        /// The report configuration that it is about, or whose run caused it.
        configuration: NoticeConfigurationBody = NoticeConfigurationBody::of(&notice.configuration),
        details: NoticeDetails = NoticeDetails::of(NoticeFigures::of(&notice.matter)),
        created_at: String = instant::text(notice.created_at),
        /// Whether it is marked as read.
        read: bool = account.has_read(notice.created_at),
        delivery: DeliveryBody = DeliveryBody::of(&notice.delivery),
        /// Where the last attempt was made. Null before the first, and if the notice is only listed.
        sent_to: Option<DestinationBody> = notice.sent_to.as_ref().map(DestinationBody::of),
    }

    /// A report configuration as it was named when the notice was made.
    #[schema(as = NoticeConfiguration)]
    struct NoticeConfigurationBody of(named: &Named) {
        id: String = named.id.to_string(),
        name: Option<String> = named.name.clone(),
        /// Name of the repository.
        repository: Option<String> = named.repository.clone(),
    }

    /// Where a notice was sent.
    #[schema(as = NoticeDestination)]
    struct DestinationBody of(destination: &Destination)
        let (channel, endpoint, host) = match destination {
            Destination::Webhook { of, host } => (words::WEBHOOK, Some(of.as_str()), Some(host.clone())),
            Destination::Email => (words::EMAIL, None, None),
        };
    {
        channel: &'static str as words::NoticeChannel = channel,
        /// Whose webhook. Null for e-mail.
        endpoint: Option<&'static str> as Option<words::EndpointOwner> = endpoint,
        /// Host of the webhook. Null for e-mail.
        host: Option<String> = host,
    }
}
