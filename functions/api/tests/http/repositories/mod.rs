//! Git repositories.

mod delete;
mod edit;
mod make;
