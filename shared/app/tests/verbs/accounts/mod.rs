//! Accounts and their deletion.

mod deletion;
