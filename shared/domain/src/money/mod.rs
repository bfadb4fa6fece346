//! What a run used and what that cost, exactly.
//!
//! Tokens ([`TokenUsage`]) times prices ([`Rates`], from the dated [`PriceTable`]) are money ([`Cost`]). All of it is
//! whole numbers and decimals: no floating point comes in here, because a counter that is added to for years must
//! equal the sum of its runs to the last millionth of a dollar.

mod cost;
mod prices;
mod rates;
mod tokens;

pub use cost::{Cost, CostError};
pub use prices::{
    DEFAULT_MODEL, EntryError, LongContext, Peak, PriceEntry, PriceTable, PriceTableError, RETIREMENT_NOTICE_DAYS,
    Retirement,
};
pub use rates::{PRICE_USD_MAX, Rates, RatesError, cost};
pub use tokens::{TokenUsage, UsageSource};
