//! Repositories and configurations.

mod branches;
