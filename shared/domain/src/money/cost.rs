//! An amount of money that was spent.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign};

use super::AMOUNT_MAX;
use rust_decimal::prelude::ToPrimitive;
use rust_decimal::{Decimal, RoundingStrategy};

/// Decimals of a US dollar that are kept: the seed's `DECIMAL(10, 6)`.
const DECIMALS: u32 = 6;
const MICROS_PER_USD: u64 = 1_000_000;

/// An exact amount of US dollars, never negative, with at most 6 decimals.
///
/// It is kept as whole micro-dollars, so that a store can add to it atomically and a sum never drifts. The greatest
/// amount is [`AMOUNT_MAX`] micro-dollars, about 9 billion dollars; sums stop there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cost {
    micros: u64,
}

impl Cost {
    pub const ZERO: Self = Self { micros: 0 };
    /// The greatest amount that can be kept, where sums stop.
    pub const MAX: Self = Self { micros: AMOUNT_MAX };

    /// An amount of whole micro-dollars: 1,000,000 are one dollar. More than [`Cost::MAX`] is [`Cost::MAX`].
    pub const fn from_micros(micros: u64) -> Self {
        Self { micros: if micros > AMOUNT_MAX { AMOUNT_MAX } else { micros } }
    }

    /// The amount in micro-dollars.
    pub const fn micros(self) -> u64 {
        self.micros
    }

    /// An amount in dollars, rounded half up to 6 decimals. Refused are negative amounts, even those that would round
    /// to nothing, and amounts beyond [`Cost::MAX`].
    pub fn from_decimal(usd: Decimal) -> Result<Self, CostError> {
        if usd < Decimal::ZERO {
            return Err(CostError::Negative { usd });
        }
        usd.round_dp_with_strategy(DECIMALS, RoundingStrategy::MidpointAwayFromZero)
            .checked_mul(Decimal::from(MICROS_PER_USD))
            .and_then(|micros| micros.to_u64())
            .filter(|micros| *micros <= AMOUNT_MAX)
            .map(Self::from_micros)
            .ok_or(CostError::TooLarge { usd })
    }

    /// The amount in dollars, without trailing zeros.
    pub fn decimal(self) -> Decimal {
        Decimal::from_i128_with_scale(i128::from(self.micros), DECIMALS).normalize()
    }

    /// The amount in dollars as the nearest binary number: for charts and metrics, not for sums.
    pub fn dollars(self) -> f64 {
        self.decimal().to_f64().unwrap_or(f64::MAX)
    }

    /// The sum; `None` where it would exceed [`Cost::MAX`].
    #[must_use]
    pub const fn checked_add(self, other: Self) -> Option<Self> {
        match self.micros.checked_add(other.micros) {
            Some(micros) if micros <= AMOUNT_MAX => Some(Self { micros }),
            _ => None,
        }
    }
}

impl Add for Cost {
    type Output = Self;

    /// The sum, which stops at [`Cost::MAX`].
    fn add(self, other: Self) -> Self {
        Self::from_micros(self.micros.saturating_add(other.micros))
    }
}

impl AddAssign for Cost {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Sum for Cost {
    fn sum<I: Iterator<Item = Self>>(costs: I) -> Self {
        costs.fold(Self::ZERO, Add::add)
    }
}

impl fmt::Display for Cost {
    /// The shortest exact decimal in dollars, such as `0.0234` or `12`: no exponent, and so a JSON number.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.decimal().fmt(f)
    }
}

/// Why an amount is not a cost.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CostError {
    #[error("a cost of {usd} USD is negative; 0 or more is required")]
    Negative { usd: Decimal },
    #[error("a cost of {usd} USD exceeds the maximum of {max} USD", max = Cost::MAX)]
    TooLarge { usd: Decimal },
}
