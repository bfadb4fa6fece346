//! Embedded engines, builders, a manual clock and faults, for tests and the local stack.
//!
//! Nothing here waits for wall time: [`clock::ManualClock`] moves when it is told to, [`queue::ManualQueue`] keeps its
//! messages under that clock, and [`entropy::SeededEntropy`] and [`faults::Faults`] repeat what their seed says.
//! [`meter::Meter`] counts what reading costs.
//! [`world::World`] puts them together: the real verbs on the real store, with [`git`] and the [`outside`] as a test
//! wants them; [`crash`] lets its workers die at any call, and [`invariants`] says what must hold then.
//! [`partition`] reads what the table holds of a user, whatever the ports say.

pub mod builders;
pub mod clock;
pub mod crash;
pub mod direct;
pub mod engine;
pub mod entropy;
pub mod faults;
pub mod git;
pub mod invariants;
pub mod meter;
pub mod outside;
pub mod partition;
pub mod queue;
pub mod scripted;
pub mod surroundings;
pub mod world;
