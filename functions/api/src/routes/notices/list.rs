//! `GET /notices`: a user's notices, newest first, and how many of them are unread.

use super::body::NoticeBody;
use crate::request::quoted;
use crate::routes::prelude::{
    Answer, Call, Json, ListBody, PageRequest, Pagination, Paging, Parameters, QueryHash, Serialize, ToSchema, Uri,
    page, words,
};
use app::notices::NoticeFilter;
use domain::account::NoticeKind;

/// One page of the list, and how many notices are unread.
#[derive(Serialize, ToSchema)]
pub(crate) struct NoticesBody {
    data: Vec<NoticeBody>,
    pagination: Pagination,
    /// Unread notices, whatever the filters are. At most 1,000 are counted.
    #[schema(maximum = 1000)]
    unread: usize,
}

/// Lists notices, newest first.
///
/// Notices are kept for 400 days. With filters, a page reads at most 1,000 notices and may return fewer than `limit`
/// with `has_more: true`.
#[utoipa::path(
    get,
    path = "/notices",
    operation_id = "listNotices",
    params(
        Paging,
        (
            "type" = Option<words::NoticeType>,
            Query,
            description = "Only notices of this type.",
            example = "report.failed",
        ),
        (
            "unread" = Option<bool>,
            Query,
            description = "Only unread notices (`true`) or only read ones (`false`).",
            example = true,
        ),
    ),
    responses((status = 200, description = "One page of the list.", body = NoticesBody)),
)]
pub(crate) async fn list(Call(api, caller): Call, uri: Uri) -> Answer<Json<NoticesBody>> {
    let mut parameters = Parameters::of(&uri);
    let request = PageRequest::from_parameters(&mut parameters);
    let filter = from_parameters(&mut parameters);
    parameters.finish()?;
    let query = hash(filter);
    let start = request.start(&query)?;
    let found = api.verbs.list_notices.list(caller.user, filter, request.reach(), start.as_ref()).await?;
    let ListBody { data, pagination } =
        page::cut(&found.page, &request, &query, |notice| NoticeBody::of(notice, &found.account));
    Ok(Json(NoticesBody { data, pagination, unread: found.unread }))
}

fn from_parameters(parameters: &mut Parameters) -> NoticeFilter {
    let expected = format!("one of {}", quoted(&NoticeKind::ALL.map(NoticeKind::as_str)));
    NoticeFilter {
        kind: parameters.value("type", &expected, NoticeKind::parse),
        unread: parameters.value("unread", "true or false", |text| text.parse().ok()),
    }
}

fn hash(filter: NoticeFilter) -> QueryHash {
    let unread = filter.unread.map(|unread| unread.to_string());
    QueryHash::of("notices", &[("type", filter.kind.map(|kind| kind.as_str().to_owned())), ("unread", unread)])
}
