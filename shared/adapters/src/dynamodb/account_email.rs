//! The e-mail address of an account for notices, as attributes of its item, and its confirmation.

use super::item::{bytes, flag, instant_of, number_of, shown};
use super::{Attributes, Change, DynamoStore, Key, Record, attribute};
use app::ports::{EmailConfirmation, Refusal, StoreError};
use async_trait::async_trait;
use domain::account::{Account, CodesSent, EmailAddress, NotificationEmail, SentCode};

const ADDRESS: &str = "email";
const CONFIRMED: &str = "email_confirmed";
/// The hash of the code that was sent last.
const CODE: &str = "email_code";
const CODE_EXPIRES: &str = "email_code_expires";
const WRONG_TRIES: &str = "email_code_tries";
/// Since when codes are counted.
const CODES_SINCE: &str = "email_codes_since";
const CODES: &str = "email_codes";

/// All attributes; those of an account without an address are absent.
pub(crate) fn attributes(account: &Account) -> Attributes {
    let mut attributes = address(account.notification_email.as_ref());
    attributes.extend(codes(account.email_codes));
    attributes
}

/// The address and its confirmation.
pub(crate) fn address(email: Option<&NotificationEmail>) -> Attributes {
    let code = email.and_then(|email| email.code.as_ref());
    vec![
        (ADDRESS, shown(email.map(|email| &email.address))),
        (CONFIRMED, flag(email.is_some_and(|email| email.confirmed))),
        (CODE, code.and_then(|code| bytes(code.hash))),
        (CODE_EXPIRES, instant_of(code.map(|code| code.expires_at))),
        (WRONG_TRIES, number_of(code.map(|code| code.wrong_tries))),
    ]
}

fn codes(sent: Option<CodesSent>) -> Attributes {
    vec![(CODES_SINCE, instant_of(sent.map(|sent| sent.since))), (CODES, number_of(sent.map(|sent| sent.count)))]
}

/// The address, and the codes that were sent.
pub(crate) fn read(record: Record<'_>) -> Result<(Option<NotificationEmail>, Option<CodesSent>), StoreError> {
    let codes = match record.instant_or_none(CODES_SINCE)? {
        None => None,
        Some(since) => Some(CodesSent { since, count: record.number(CODES)? }),
    };
    let Some(address) = record.read_or_none(ADDRESS, |text| EmailAddress::parse(text).ok())? else {
        return Ok((None, codes));
    };
    let code = match record.bytes_or_none(CODE)? {
        None => None,
        Some(hash) => Some(SentCode {
            hash: hash.try_into().map_err(|_| record.broken(CODE, "a hash of 32 bytes"))?,
            expires_at: record.instant(CODE_EXPIRES)?,
            wrong_tries: record.number(WRONG_TRIES)?,
        }),
    };
    Ok((Some(NotificationEmail { address, confirmed: record.flag(CONFIRMED)?, code }), codes))
}

#[async_trait]
impl EmailConfirmation for DynamoStore {
    async fn put_email(&self, before: &Account, after: &Account) -> Result<(), Refusal> {
        let unchanged = attributes(before)
            .into_iter()
            .fold(Change::default().unless_there(attribute::CLOSED_AT), |change, (name, value)| {
                change.if_equal(name, value)
            });
        Ok(self.update(&unchanged.set_all(attributes(after)), Key::account(after.user)).await?)
    }
}
