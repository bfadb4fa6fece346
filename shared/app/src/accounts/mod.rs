//! Accounts: what a user and an administrator set, what their user sees, and their deletion.
//!
//! In reading order: [`KeepProfile`] replaces the profile; [`ConfirmEmail`] confirms its e-mail address;
//! [`SetLimits`] sets plan and limits; [`UserView`] shows the
//! records of open accounts only; [`CloseAccount`] closes an account in one write, and [`EraseAccount`] erases it
//! afterwards in steps.

mod close;
mod email;
mod erase;
mod limits;
mod profile;
mod view;

pub use close::CloseAccount;
pub use email::{ConfirmEmail, EmailError};
pub use erase::{DeletionProgress, EraseAccount};
pub use limits::{LimitsError, SetLimits};
pub use profile::{KeepProfile, OwnModelDraft, ProfileDraft};
pub use view::UserView;
