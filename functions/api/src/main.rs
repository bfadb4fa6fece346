//! Answers HTTP requests from API Gateway.

fn main() {}
