//! Signing secrets as attributes of the record that holds them.
//!
//! The current secret and the one before it have an attribute each, as in records that never had more; the others are
//! a list.

use super::item::{Attributes, Record, bytes, instant, instant_of};
use app::ports::StoreError;
use aws_sdk_dynamodb::types::AttributeValue;
use domain::delivery::{EarlierSecret, SigningSecrets};
use domain::repository::Sealed;
use std::collections::HashMap;

const SEALED: &str = "secret";
const UNTIL: &str = "until";

/// The names of the attributes.
pub(crate) struct Names {
    pub(crate) current: &'static str,
    /// The newest of the earlier ones, and until when it signs.
    pub(crate) previous: &'static str,
    pub(crate) previous_until: &'static str,
    /// The others, the newest first.
    pub(crate) older: &'static str,
}

impl Names {
    /// Without secrets, all are absent.
    pub(crate) fn attributes(&self, secrets: Option<&SigningSecrets>) -> Attributes {
        let (previous, older) = match secrets.map(SigningSecrets::earlier) {
            Some([previous, older @ ..]) => (Some(previous), older),
            Some([]) | None => (None, [].as_slice()),
        };
        vec![
            (self.current, secrets.and_then(|secrets| bytes(secrets.current().bytes()))),
            (self.previous, previous.and_then(|previous| bytes(previous.sealed.bytes()))),
            (self.previous_until, instant_of(previous.map(|previous| previous.until))),
            (self.older, (!older.is_empty()).then(|| AttributeValue::L(older.iter().map(to_map).collect()))),
        ]
    }

    pub(crate) fn read_or_none(&self, record: Record<'_>) -> Result<Option<SigningSecrets>, StoreError> {
        let Some(current) = record.bytes_or_none(self.current)? else { return Ok(None) };
        let mut earlier = Vec::new();
        if let Some(previous) = record.bytes_or_none(self.previous)? {
            let until = record.instant(self.previous_until)?;
            earlier.push(EarlierSecret { sealed: Sealed::from_bytes(previous.to_vec()), until });
        }
        for map in record.maps(self.older)? {
            let older = Record(map);
            let sealed = Sealed::from_bytes(older.bytes(SEALED)?.to_vec());
            earlier.push(EarlierSecret { sealed, until: older.instant(UNTIL)? });
        }
        Ok(Some(SigningSecrets::from_record(Sealed::from_bytes(current.to_vec()), earlier)))
    }

    pub(crate) fn read(&self, record: Record<'_>) -> Result<SigningSecrets, StoreError> {
        self.read_or_none(record)?.ok_or_else(|| record.broken(self.current, "present"))
    }
}

fn to_map(earlier: &EarlierSecret) -> AttributeValue {
    let values = [(SEALED, bytes(earlier.sealed.bytes())), (UNTIL, instant(earlier.until))];
    let values = values.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
    AttributeValue::M(values.collect::<HashMap<_, _>>())
}
