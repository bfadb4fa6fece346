//! E-mail: what it says, and Amazon SES, which sends it.

mod compose;
mod ses;

pub use compose::{Composed, compose};
pub use ses::SesMailer;
