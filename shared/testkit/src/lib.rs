//! Embedded engines, builders, a manual clock and faults, for tests and the local stack.
