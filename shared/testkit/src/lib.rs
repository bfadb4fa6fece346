//! Embedded engines, builders, a manual clock and faults, for tests and the local stack.
//!
//! Nothing here waits for real time: only a test moves [`clock::ManualClock`], [`queue::ManualQueue`] keeps its
//! messages under that clock, and [`entropy::SeededEntropy`] and [`faults::Faults`] repeat for the same seed.
//! [`engine::meter::Meter`] counts the cost of reads. [`world::World`] combines them: the real verbs on the real store,
//! with a scripted [`git`] and [`outside`]; [`crash`] makes its workers die at any call, and [`invariants`] checks the
//! records afterwards. [`partition`] reads a user's records from the table, beside the ports.
//! [`answers`] are those of models, harmless and hostile; [`logs`] collects what functions log.

pub mod answers;
pub mod builders;
pub mod clock;
pub mod crash;
pub mod engine;
pub mod entropy;
pub mod faults;
pub mod git;
pub mod invariants;
pub mod logs;
pub mod outside;
pub mod partition;
pub mod queue;
pub mod scripted;
pub mod surroundings;
pub mod world;
