//! What is true without a clock, a network or a database.
//!
//! Nothing here waits, reads or writes: `now` comes in as an argument, and what must be stored goes out as a value.
//! In reading order: who ([`account`], [`id`]), what ([`repository`], [`configuration`], [`schedule`]), what happens
//! ([`run`], [`commit`], [`report`]), what it cost and whether it counts ([`money`], [`usage`]), and how it is told
//! ([`delivery`], [`notice`], [`event`]). [`similar`] finds the names that somebody may have meant;
//! [`loopback`] knows the addresses of this machine.

pub mod account;
pub mod commit;
pub mod configuration;
pub mod delivery;
pub mod event;
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
