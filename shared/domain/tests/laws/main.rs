//! Laws of the domain, told through its public surface.

mod commit;
mod report;
mod schedule;
