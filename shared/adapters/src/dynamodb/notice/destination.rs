//! Where a notice went, as an attribute: whose webhook, a space, and its host; or `email`.

use super::super::item::{Record, text};
use app::ports::StoreError;
use aws_sdk_dynamodb::types::AttributeValue;
use domain::notice::{Destination, EndpointOf};

const SENT_TO: &str = "sent_to";
const EMAIL: &str = "email";

pub(crate) fn attribute(destination: Option<&Destination>) -> (&'static str, Option<AttributeValue>) {
    let value = destination.and_then(|destination| match destination {
        Destination::Webhook { of, host } => text(format!("{} {host}", of.as_str())),
        Destination::Email => text(EMAIL),
    });
    (SENT_TO, value)
}

pub(super) fn read(record: Record<'_>) -> Result<Option<Destination>, StoreError> {
    record.read_or_none(SENT_TO, |text| {
        if text == EMAIL {
            return Some(Destination::Email);
        }
        let (of, host) = text.split_once(' ')?;
        Some(Destination::Webhook { of: EndpointOf::parse(of)?, host: host.to_owned() })
    })
}
