//! One folder per resource, one file per operation: its request, its handler, its answer.

pub(crate) mod admin;
pub(crate) mod config;
pub(crate) mod health;
pub(crate) mod notices;
pub(crate) mod openapi;
pub(crate) mod plans;
mod prelude;
pub(crate) mod problems;
pub(crate) mod ready;
pub(crate) mod report_configurations;
pub(crate) mod report_runs;
pub(crate) mod repositories;
pub(crate) mod users;

use crate::problem::Problem;
use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use domain::id::{ConfigurationId, IdError, RepositoryId, RunId};

/// An id in the path of a route.
pub(crate) trait PathId: Sized {
    /// The record type in the error.
    const OF: &'static str;
    /// Parses the id.
    fn read(text: &str) -> Result<Self, IdError>;
}

/// Makes types the ids of records.
macro_rules! path_ids {
    ($($id:ident: $of:literal,)+) => {$(
        impl PathId for $id {
            const OF: &'static str = $of;
            fn read(text: &str) -> Result<Self, IdError> {
                Self::parse(text)
            }
        }
    )+};
}

path_ids! {
    RunId: "report run",
    ConfigurationId: "report configuration",
    RepositoryId: "repository",
}

/// The id in a route's path. A text that is no id is answered with 404, like a record of another user.
pub(crate) struct Id<T>(pub(crate) T);

impl<S: Send + Sync, T: PathId> FromRequestParts<S> for Id<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Path(text) =
            Path::<String>::from_request_parts(parts, state).await.map_err(|_| Problem::not_found(T::OF))?;
        T::read(&text).map(Self).map_err(|_| Problem::not_found(T::OF))
    }
}
