//! The Lambda.

fn main() {}
