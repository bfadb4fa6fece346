//! What happens every minute.

mod limit;
