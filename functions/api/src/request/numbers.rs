//! The numbers that fields of request bodies have.

use super::Field;
use super::field::invalid;
use crate::problem::FieldError;
use domain::money::PRICE_USD_MAX;
use rust_decimal::Decimal;
use serde_json::Value;
use utoipa::openapi::schema::{KnownFormat, SchemaFormat, Type};
use utoipa::openapi::{ObjectBuilder, RefOr, Schema};

/// A limit of an account.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limit(pub(crate) u64);

impl Limit {
    /// Beyond any plan, and far from the largest number.
    const MAX: usize = 1_000_000_000;
}

impl Field for Limit {
    fn expected() -> String {
        format!("a whole number from 0 to {}", Self::MAX)
    }

    fn parse(value: &Value, _: Option<&Value>) -> Result<Self, Vec<FieldError>> {
        whole(value)
            .filter(|number| usize::try_from(*number).is_ok_and(|number| number <= Self::MAX))
            .map(Self)
            .ok_or_else(|| invalid(format!("{} is expected", Self::expected())))
    }

    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::Integer)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Int64)))
            .minimum(Some(0_usize))
            .maximum(Some(Self::MAX))
            .into()
    }
}

/// A whole number that is not negative, as JSON Schema defines it: `5`, and `5.0` and `5e0` too.
fn whole(value: &Value) -> Option<u64> {
    let decimal = decimal(value)?;
    decimal.is_integer().then_some(decimal)?.try_into().ok()
}

/// A number, exactly as it is written.
fn decimal(value: &Value) -> Option<Decimal> {
    let text = value.as_number()?.to_string();
    Decimal::from_str_exact(&text).or_else(|_| Decimal::from_scientific(&text)).ok()
}

/// A price in US dollars per million tokens. Its bounds are checked with the other prices of its model.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Price(pub(crate) Decimal);

impl Field for Price {
    fn expected() -> String {
        "a price in US dollars per million tokens".to_owned()
    }

    fn parse(value: &Value, _: Option<&Value>) -> Result<Self, Vec<FieldError>> {
        decimal(value).map(Self).ok_or_else(|| invalid("a number is expected, such as 0.15"))
    }

    fn schema() -> RefOr<Schema> {
        let maximum = usize::try_from(PRICE_USD_MAX).unwrap_or(usize::MAX);
        ObjectBuilder::new()
            .schema_type(Type::Number)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Double)))
            .minimum(Some(0_usize))
            .maximum(Some(maximum))
            .into()
    }
}
