//! What a run used and what that cost, exactly.
//!
//! Tokens ([`TokenUsage`]) times prices ([`Rates`], from the dated [`PriceTable`]) are money ([`Cost`]). All of it is
//! whole numbers and decimals, never floating point, because a counter that is added to for years must equal the sum of
//! its runs to the millionth of a dollar.

mod cost;
mod prices;
mod rates;
mod reported;
mod tokens;

pub use cost::{Cost, CostError};
pub use prices::{
    DEFAULT_MODEL, EntryError, LongContext, Peak, PriceEntry, PriceTable, PriceTableError, RETIREMENT_NOTICE_DAYS,
    Retirement,
};
pub use rates::{PRICE_USD_MAX, Rates, RatesError, cost};
pub use reported::{ANSWER_TOKENS_MAX, Metered, ReportedUsage};
pub use tokens::{TokenUsage, UsageSource};

/// The greatest amount of anything that is counted here, tokens or micro-dollars: the largest whole number that every
/// reader of JSON keeps exactly (2^53 - 1, RFC 8259 section 6). Amounts are limited to it where they are made, read and
/// added, so that no amount can break what adds to it or shows it.
pub const AMOUNT_MAX: u64 = (1 << 53) - 1;
