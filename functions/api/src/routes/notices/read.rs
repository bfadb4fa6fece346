//! `PUT /notices/read`: the user has read the notices up to an instant.

use crate::routes::prelude::{
    Answer, Call, Instant, Json, JsonBody, NoParameters, answer_body, closed, examples, instant, request_body,
};
use app::notices::ReadError;
use domain::account::Account;

request_body! {
    /// The request body.
    pub(crate) struct NoticesReadRequestBody {
        /// The `created_at` of the newest notice that the user has seen. A later instant than now counts as now.
        read_until: Instant,
    }
    example: examples::notices_read_request();
}

answer_body! {
    /// How far the notices are read.
    #[schema(example = json!(examples::notices_read()))]
    pub(crate) struct NoticesReadBody of(account: &Account, count: usize) {
        /// Notices that were made until then are read. Null if none is.
        #[schema(format = DateTime)]
        read_until: Option<String> = account.notices_read_until.map(instant::text),
        /// Unread notices. At most 1,000 are counted.
        #[schema(maximum = 1000)]
        unread: usize = count,
    }
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
    Call(api, caller): Call,
    _: NoParameters,
    body: JsonBody<NoticesReadRequestBody>,
) -> Answer<Json<NoticesReadBody>> {
    let read = api.verbs.mark_notices_read.until(caller.user, body.value.read_until).await;
    let (account, unread) = read.map_err(|error| match error {
        ReadError::AccountClosed => closed(error.to_string()),
        ReadError::Store(error) => error.into(),
    })?;
    Ok(Json(NoticesReadBody::of(&account, unread)))
}
