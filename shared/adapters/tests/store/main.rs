//! The store against an embedded DynamoDB: every noun, every condition of every transaction, and what faults do.

mod blocks;
mod broken;
mod claims;
mod deliveries;
mod due;
mod faults;
mod finishes;
mod payments;
mod records;
mod reservations;
mod runs;
mod world;
