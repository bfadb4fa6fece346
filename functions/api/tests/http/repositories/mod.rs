//! Git repositories.

mod branches;
mod delete;
mod edit;
mod make;
