//! Notices: what their user is notified of, which of them are read, and what their types mean.
//!
//! In reading order: `list`, the notices; `body`, one of them; `details`, its figures; `read`, the mark up to
//! which they are read; `kinds`, the documentation of every type.

mod body;
mod details;
mod kinds;
mod list;
mod read;

pub(crate) use kinds::{sample_message, sent_when};

use crate::routes::prelude::{Api, Arc, OpenApiRouter, routes};

/// The operations of this folder. One that is not here is neither served nor documented.
pub(crate) fn operations() -> OpenApiRouter<Arc<Api>> {
    OpenApiRouter::new().routes(routes!(list::list)).routes(routes!(read::mark_read)).routes(routes!(kinds::types))
}
