//! Money in JSON: an exact number with at most 6 decimals.

use domain::money::Cost;
use serde_json::Number;

/// The amount in US dollars. It is converted as decimal text, never as floating point.
pub(crate) fn usd(cost: Cost) -> Number {
    number(&cost.to_string())
}

/// A decimal as a JSON number. Every decimal's text is a JSON number, so the fallback of 0 is never used.
pub(crate) fn number(decimal: &str) -> Number {
    decimal.parse().unwrap_or_else(|_| Number::from(0_u8))
}

#[cfg(test)]
mod tests {
    use super::usd;
    use domain::money::Cost;

    #[test]
    fn every_decimal_is_kept() {
        assert_eq!(usd(Cost::from_micros(23_400)).to_string(), "0.0234");
        assert_eq!(usd(Cost::from_micros(1)).to_string(), "0.000001");
        assert_eq!(usd(Cost::ZERO).to_string(), "0");
        assert_eq!(usd(Cost::MAX).to_string(), "9007199254.740991");
    }
}
