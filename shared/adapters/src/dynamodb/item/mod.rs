//! Items: how values become attributes and are read back. An error names record and attribute.

pub(crate) mod attribute;
pub(crate) mod expression;
pub(crate) mod figures;
pub(crate) mod key;

use app::ports::StoreError;
use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::AttributeValue;
use chrono::{DateTime, Datelike};
use domain::commit::Sha;
use domain::id::UserId;
use domain::instant::Instant;
use domain::money::AMOUNT_MAX;
use key::{Key, USER};
use std::collections::HashMap;
use std::fmt::{Display, Write};
use std::ops::RangeInclusive;
use std::str::FromStr;
use uuid::Uuid;

/// A record as the table stores it.
pub(crate) type Item = HashMap<String, AttributeValue>;

/// Attributes of a record; one that is `None` is absent, and an update removes it.
pub(crate) type Attributes = Vec<(&'static str, Option<AttributeValue>)>;

/// The item under a key with these attributes.
pub(crate) fn item(key: Key, attributes: Attributes) -> Item {
    let mut item = key.into_item();
    for (name, value) in attributes {
        if let Some(value) = value {
            item.insert(name.to_owned(), value);
        }
    }
    item
}

#[expect(clippy::unnecessary_wraps, reason = "attributes are all of one type, those that can be absent too")]
pub(crate) fn text(value: impl Into<String>) -> Option<AttributeValue> {
    Some(AttributeValue::S(value.into()))
}

pub(crate) fn shown(value: Option<impl Display>) -> Option<AttributeValue> {
    value.map(|value| AttributeValue::S(value.to_string()))
}

#[expect(clippy::unnecessary_wraps, reason = "attributes are all of one type, those that can be absent too")]
pub(crate) fn number(value: impl Display) -> Option<AttributeValue> {
    Some(AttributeValue::N(value.to_string()))
}

pub(crate) fn number_of(value: Option<impl Display>) -> Option<AttributeValue> {
    value.map(|value| AttributeValue::N(value.to_string()))
}

/// A figure; 0 is absent.
pub(crate) fn figure(value: u64) -> Option<AttributeValue> {
    (value != 0).then(|| AttributeValue::N(value.to_string()))
}

pub(crate) fn flag(value: bool) -> Option<AttributeValue> {
    value.then(|| AttributeValue::N("1".to_owned()))
}

pub(crate) fn instant(value: Instant) -> Option<AttributeValue> {
    number(value.timestamp_millis())
}

pub(crate) fn instant_of(value: Option<Instant>) -> Option<AttributeValue> {
    value.and_then(instant)
}

#[expect(clippy::unnecessary_wraps, reason = "attributes are all of one type, those that can be absent too")]
pub(crate) fn bytes(value: impl Into<Vec<u8>>) -> Option<AttributeValue> {
    Some(AttributeValue::B(Blob::new(value)))
}

/// The attributes as the members of a map.
pub(crate) fn map(attributes: Attributes) -> AttributeValue {
    let members = attributes.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
    AttributeValue::M(members.collect())
}

/// A list of maps; an empty one is absent.
pub(crate) fn list(maps: impl Iterator<Item = Attributes>) -> Option<AttributeValue> {
    let values: Vec<_> = maps.map(map).collect();
    (!values.is_empty()).then_some(AttributeValue::L(values))
}

/// A commit id as the bytes of its hexadecimal digits: half as long.
pub(crate) fn sha_of(sha: Option<&Sha>) -> Option<AttributeValue> {
    let value = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    let packed: Option<Vec<u8>> = sha?.as_str().as_bytes().chunks(2).map(value).collect();
    packed.and_then(bytes)
}

/// The bytes as hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut digits, byte| {
        // Writing to a `String` can't fail.
        let _ = write!(digits, "{byte:02x}");
        digits
    })
}

/// Years of the instants that are read: whatever is added to one of these, the sum can still be written.
const YEARS: RangeInclusive<i32> = 1..=9998;

/// A whole number that is not negative, at most [`AMOUNT_MAX`].
pub(crate) fn limited(digits: &str) -> Option<u64> {
    let is_whole = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_whole.then(|| digits.parse().unwrap_or(AMOUNT_MAX).min(AMOUNT_MAX))
}

/// Typed access to the attributes of an item.
#[derive(Clone, Copy)]
pub(crate) struct Record<'a>(pub(crate) &'a Item);

impl<'a> Record<'a> {
    /// The error of an attribute that is not what was expected. It never contains the value, which could be a secret.
    pub(crate) fn broken(self, name: &str, expected: &str) -> StoreError {
        let key = |name: &str| match self.0.get(name) {
            Some(AttributeValue::S(text)) => text.clone(),
            _ => "?".to_owned(),
        };
        StoreError::Unreadable {
            detail: format!(
                "the record {} {} can't be read: its attribute '{name}' is not {expected}",
                key(attribute::PK),
                key(attribute::SK),
            ),
        }
    }

    pub(crate) fn text_or_none(self, name: &str) -> Result<Option<&'a str>, StoreError> {
        match self.0.get(name) {
            None => Ok(None),
            Some(AttributeValue::S(text)) => Ok(Some(text)),
            Some(_) => Err(self.broken(name, "a text")),
        }
    }

    pub(crate) fn text(self, name: &str) -> Result<&'a str, StoreError> {
        self.text_or_none(name)?.ok_or_else(|| self.broken(name, "present"))
    }

    /// A text that is parsed, such as a status or an id.
    pub(crate) fn read<T>(self, name: &str, parse: impl FnOnce(&str) -> Option<T>) -> Result<T, StoreError> {
        parse(self.text(name)?).ok_or_else(|| self.broken(name, "a known value"))
    }

    pub(crate) fn read_or_none<T>(
        self,
        name: &str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Result<Option<T>, StoreError> {
        match self.text_or_none(name)? {
            None => Ok(None),
            Some(_) => self.read(name, parse).map(Some),
        }
    }

    pub(crate) fn number_or_none<T: FromStr>(self, name: &str) -> Result<Option<T>, StoreError> {
        match self.0.get(name) {
            None => Ok(None),
            Some(AttributeValue::N(digits)) => {
                digits.parse().map(Some).map_err(|_| self.broken(name, "a number in its range"))
            }
            Some(_) => Err(self.broken(name, "a number")),
        }
    }

    pub(crate) fn number<T: FromStr>(self, name: &str) -> Result<T, StoreError> {
        self.number_or_none(name)?.ok_or_else(|| self.broken(name, "present"))
    }

    /// A figure that is absent if it is 0.
    pub(crate) fn figure<T: FromStr + Default>(self, name: &str) -> Result<T, StoreError> {
        Ok(self.number_or_none(name)?.unwrap_or_default())
    }

    /// A sum: 0 if it is absent, and at most [`AMOUNT_MAX`], because the table's additions have no limit.
    pub(crate) fn amount(self, name: &str) -> Result<u64, StoreError> {
        match self.0.get(name) {
            None => Ok(0),
            Some(AttributeValue::N(digits)) => limited(digits).ok_or_else(|| self.broken(name, "an amount")),
            Some(_) => Err(self.broken(name, "a number")),
        }
    }

    pub(crate) fn flag(self, name: &str) -> Result<bool, StoreError> {
        Ok(self.figure::<u8>(name)? != 0)
    }

    pub(crate) fn instant_or_none(self, name: &str) -> Result<Option<Instant>, StoreError> {
        let instant = |millis| DateTime::from_timestamp_millis(millis).filter(|at| YEARS.contains(&at.year()));
        self.number_or_none::<i64>(name)?
            .map(|millis| instant(millis).ok_or_else(|| self.broken(name, "an instant of the years 1 to 9998")))
            .transpose()
    }

    pub(crate) fn instant(self, name: &str) -> Result<Instant, StoreError> {
        self.instant_or_none(name)?.ok_or_else(|| self.broken(name, "present"))
    }

    pub(crate) fn bytes_or_none(self, name: &str) -> Result<Option<&'a [u8]>, StoreError> {
        match self.0.get(name) {
            None => Ok(None),
            Some(AttributeValue::B(blob)) => Ok(Some(blob.as_ref())),
            Some(_) => Err(self.broken(name, "binary")),
        }
    }

    pub(crate) fn bytes(self, name: &str) -> Result<&'a [u8], StoreError> {
        self.bytes_or_none(name)?.ok_or_else(|| self.broken(name, "present"))
    }

    /// An id that is stored as the 16 bytes of its UUID.
    pub(crate) fn uuid(self, name: &str) -> Result<Uuid, StoreError> {
        Uuid::from_slice(self.bytes(name)?).map_err(|_| self.broken(name, "the 16 bytes of an id"))
    }

    /// A commit id that is stored as bytes.
    pub(crate) fn sha_or_none(self, name: &str) -> Result<Option<Sha>, StoreError> {
        let Some(bytes) = self.bytes_or_none(name)? else {
            return Ok(None);
        };
        let digits = hex(bytes);
        Sha::parse(&digits).map(Some).map_err(|_| self.broken(name, "the bytes of a commit id"))
    }

    /// The texts of a set; an absent one is empty.
    pub(crate) fn texts(self, name: &str) -> Result<&'a [String], StoreError> {
        match self.0.get(name) {
            None => Ok(&[]),
            Some(AttributeValue::Ss(texts)) => Ok(texts),
            Some(_) => Err(self.broken(name, "a set of texts")),
        }
    }

    /// The maps of a list; an absent one is empty.
    pub(crate) fn maps(self, name: &str) -> Result<Vec<&'a Item>, StoreError> {
        match self.0.get(name) {
            None => Ok(Vec::new()),
            Some(AttributeValue::L(values)) => {
                let maps = values.iter().map(|value| value.as_m().map_err(|_| self.broken(name, "a list of maps")));
                maps.collect()
            }
            Some(_) => Err(self.broken(name, "a list")),
        }
    }

    /// The numbers of a set; an absent one is empty.
    pub(crate) fn numbers<T: FromStr, C: FromIterator<T>>(self, name: &str) -> Result<C, StoreError> {
        match self.0.get(name) {
            None => Ok(C::from_iter([])),
            Some(AttributeValue::Ns(numbers)) => numbers
                .iter()
                .map(|digits| digits.parse().map_err(|_| self.broken(name, "a set of numbers in their range")))
                .collect(),
            Some(_) => Err(self.broken(name, "a set of numbers")),
        }
    }

    /// The user, from the partition key.
    pub(crate) fn user(self) -> Result<UserId, StoreError> {
        self.read(attribute::PK, |pk| UserId::from_record(pk.strip_prefix(USER)?).ok())
    }

    /// The part of the sort key after a prefix, parsed.
    pub(crate) fn key_rest<T, E>(
        self,
        prefix: &str,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Result<T, StoreError> {
        self.read(attribute::SK, |sk| parse(sk.strip_prefix(prefix)?).ok())
    }
}
