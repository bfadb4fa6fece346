//! Usage: this month, month by month, day by day, and the forecast.

pub(crate) mod current;
pub(crate) mod daily;
pub(crate) mod forecast;
pub(crate) mod history;
