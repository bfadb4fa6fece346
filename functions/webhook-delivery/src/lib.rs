//! One delivery message, one attempt.
