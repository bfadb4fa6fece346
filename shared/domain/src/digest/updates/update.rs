//! One update.

use super::ecosystem::Ecosystem;

/// The most updates of one commit; the others are ignored.
pub const UPDATES_MAX: usize = 200;

/// One package, or several under one name, that a commit updates. All text is as the message has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Update {
    /// The name of the package or the group, or the words for several packages.
    pub package: String,
    pub scope: UpdateScope,
    /// The version before, and after; `None` where the message does not state it. Never a version that is not in it.
    pub from: Option<String>,
    pub to: Option<String>,
    /// `None` where neither the message nor the changed files show it.
    pub ecosystem: Option<Ecosystem>,
}

/// What an update is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum UpdateScope {
    Package,
    /// A named group whose members the message does not list.
    Group,
    /// Packages without names: `all non-major dependencies`.
    Several,
    LockFile,
}
