//! `PUT /notices/read`: the user has read the notices up to an instant.

use crate::Api;
use crate::auth::Caller;
use crate::deletion::closed;
use crate::openapi::examples;
use crate::problem::Problem;
use crate::query::NoParameters;
use crate::request::{JsonBody, request_body};
use app::notices::ReadError;
use axum::Json;
use axum::extract::State;
use domain::instant::{self, Instant};
use serde::Serialize;
use std::sync::Arc;
use utoipa::ToSchema;

request_body! {
    /// The request body.
    pub(crate) struct NoticesReadRequestBody {
        /// The `created_at` of the newest notice that the user has seen. A later instant than now counts as now.
        read_until: Instant,
    }
    example: examples::notices_read_request();
}

/// How far the notices are read.
#[derive(Serialize, ToSchema)]
#[schema(example = json!(examples::notices_read()))]
pub(crate) struct NoticesReadBody {
    /// Notices that were made until then are read. Null if none is.
    #[schema(format = DateTime)]
    read_until: Option<String>,
    /// Unread notices. At most 1,000 are counted.
    #[schema(maximum = 1000)]
    unread: usize,
}

/// Marks the notices that were made up to an instant as read.
///
/// An instant before the one that is recorded changes nothing, so that of two pages that a user has open, the older one
/// makes nothing unread.
#[utoipa::path(
    put,
    path = "/notices/read",
    operation_id = "markNoticesRead",
    request_body(content = NoticesReadRequestBody, content_type = "application/json"),
    responses((status = 200, description = "How far the notices are read.", body = NoticesReadBody)),
    extensions(("x-problems" = json!(["FORBIDDEN"]))),
)]
pub(crate) async fn mark_read(
    State(api): State<Arc<Api>>,
    caller: Caller,
    _: NoParameters,
    body: JsonBody<NoticesReadRequestBody>,
) -> Result<Json<NoticesReadBody>, Problem> {
    let read = api.verbs.mark_notices_read.until(caller.user, body.value.read_until).await;
    let (account, unread) = read.map_err(|error| match error {
        ReadError::AccountClosed => closed(error.to_string()),
        ReadError::Store(error) => error.into(),
    })?;
    Ok(Json(NoticesReadBody { read_until: account.notices_read_until.map(instant::text), unread }))
}
