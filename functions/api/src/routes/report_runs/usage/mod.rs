//! What was used: this month, month by month, day by day, and where the month ends.

pub(crate) mod current;
pub(crate) mod daily;
pub(crate) mod forecast;
pub(crate) mod history;
