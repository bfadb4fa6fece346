//! Everything that is true without a clock, a network or a database.
//!
//! Nothing here waits, reads or writes: `now` is an argument, and what must be stored is a return value.
//!
//! A module may use those above it in this list and no others; a test of the house compares every import with it.
//!
//! 1. `words`: the macro that defines a set of words, such as the states of a run
//! 2. `count`: numbers of things in memory
//! 3. [`instant`]: points in time, in UTC
//! 4. [`month`]: the UTC month that usage is counted by
//! 5. [`id`]: the ids of users, runs, configurations and everything else
//! 6. [`similar`]: which known names are like a mistyped one
//! 7. [`loopback`]: which addresses are on this machine
//! 8. [`host`]: which hosts can't exist, or are local by their names
//! 9. [`money`]: tokens, prices and costs
//! 10. [`repository`]: git repositories, their addresses, and stored secrets
//! 11. [`commit`]: commits, their kinds, and who wrote them
//! 12. [`schedule`]: cron expressions in a time zone, and when they fire
//! 13. [`delivery`]: attempts to deliver by webhook, their retries and signatures
//! 14. [`activity`]: what happened at a git host beside commits
//! 15. [`digest`]: the facts of a range of commits
//! 16. [`report`]: facts in, text out, with and without a model
//! 17. [`configuration`]: what a user set for a report, and how far its scheduled runs have come
//! 18. [`account`]: plans, limits, a model of the account's own, and the end of an account
//! 19. [`usage`]: the counter of a month, its limits and thresholds, and the forecast
//! 20. [`run`]: a run from its reservation to its end, and what it does to the counter
//! 21. [`event`]: what other systems are informed of
//! 22. [`notice`]: messages to the user that are not a report

pub mod account;
pub mod activity;
pub mod commit;
pub mod configuration;
mod count;
pub mod delivery;
pub mod digest;
pub mod event;
pub mod host;
pub mod id;
pub mod instant;
pub mod loopback;
pub mod money;
pub mod month;
pub mod notice;
pub mod report;
pub mod repository;
pub mod run;
pub mod schedule;
pub mod similar;
pub mod usage;
mod words;
