//! Money on the wire: a JSON number with at most 6 decimals, exact.

use domain::money::Cost;
use serde_json::Number;

/// The amount in US dollars. It goes through decimal text, never through floating point.
pub(crate) fn usd(cost: Cost) -> Number {
    number(&cost.to_string())
}

/// A decimal as it stands. Text that is no JSON number can't come from a decimal, and is 0.
pub(crate) fn number(decimal: &str) -> Number {
    decimal.parse().unwrap_or_else(|_| Number::from(0_u8))
}

#[cfg(test)]
mod tests {
    use super::usd;
    use domain::money::Cost;

    #[test]
    fn keeps_every_decimal() {
        assert_eq!(usd(Cost::from_micros(23_400)).to_string(), "0.0234");
        assert_eq!(usd(Cost::from_micros(1)).to_string(), "0.000001");
        assert_eq!(usd(Cost::ZERO).to_string(), "0");
        assert_eq!(usd(Cost::MAX).to_string(), "9007199254.740991");
    }
}
