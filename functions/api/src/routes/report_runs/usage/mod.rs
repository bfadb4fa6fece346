//! What was used: this month, month by month, day by day, and where the month ends.

mod current;
mod daily;
mod forecast;
mod history;

pub(crate) use current::usage;
pub(crate) use daily::daily;
pub(crate) use forecast::forecast;
pub(crate) use history::history;
