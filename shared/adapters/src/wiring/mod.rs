//! The composition root: which ports a verb gets, and which adapters are behind the ports.
//!
//! In reading order: [`Ports`], one method for each port; [`Verbs`], which builds every verb from ports, once for the
//! functions, the local stack and the tests; then the two kinds of ports: [`LivePorts`], the adapters that the settings
//! describe, and [`Deployment`], a struct whose fields the local stack and tests replace.
//!
//! A function links only the adapters that its verbs ask for, because every call from a verb to an adapter's
//! constructor is known at compile time. So don't make [`Ports`] a trait object, and don't collect all ports of
//! [`LivePorts`] in a function. `infra/binaries/check` reads the functions' binaries.

mod live;
mod ports;
mod verbs;

pub use live::LivePorts;
pub use ports::{Deployment, Ports};
pub use verbs::{ApiVerbs, Verbs};
