//! `GET /notices/types`: every type of notice: when it is sent, and an example of its message.

use crate::routes::prelude::{
    Json, ListBody, NoParameters, Pagination, Serialize, ToSchema, answer_body, examples, words,
};
use adapters::webhook;
use app::ports::{Message, MessageBody};
use domain::account::NoticeKind;
use domain::delivery::Shape;
use domain::notice::Notice;
use serde_json::Value;
use utoipa::openapi::{Ref, RefOr, Schema};

answer_body! {
    /// A type of notice.
    #[schema(example = json!(examples::notice_type()))]
    pub(crate) struct NoticeTypeEntryBody of(kind: NoticeKind) {
        #[serde(rename = "type")]
        kind: &'static str as words::NoticeType = kind.as_str(),
        /// When a notice of this type is made.
        sent_when: &'static str = sent_when(kind),
        /// An example of its message, as a webhook with the format `generic` receives it.
        #[schema(schema_with = message_schema)]
        message: Value = sample_message(kind),
    }
}

/// Every type of notice.
#[derive(Serialize, ToSchema)]
pub(crate) struct NoticeTypesBody {
    data: Vec<NoticeTypeEntryBody>,
    pagination: Pagination,
}

/// Lists the types of notices: when each is sent, and an example of its message.
///
/// An account chooses with `muted_notices` in its profile which types are not sent to it.
#[utoipa::path(
    get,
    path = "/notices/types",
    operation_id = "listNoticeTypes",
    security(()),
    responses((status = 200, description = "Every type of notice.", body = NoticeTypesBody)),
)]
pub(crate) async fn types(_: NoParameters) -> Json<NoticeTypesBody> {
    let ListBody { data, pagination } = ListBody::whole(NoticeKind::ALL.map(NoticeTypeEntryBody::of).into());
    Json(NoticeTypesBody { data, pagination })
}

/// The schema that the webhooks of the document share.
fn message_schema() -> RefOr<Schema> {
    Ref::from_schema_name("NoticeMessage").into()
}

/// The message of a sample notice, as it is sent.
pub(crate) fn sample_message(kind: NoticeKind) -> Value {
    let notice = Notice::example(kind);
    let (id, at) = (format!("notice_{}", notice.id), notice.created_at);
    let message = Message { id, at, body: MessageBody::Notice(Box::new(notice)) };
    let body = webhook::body(Shape::Generic, &message, None);
    body.and_then(|body| serde_json::from_slice(&body)).unwrap_or_default()
}

/// When a notice of this type is made.
pub(crate) fn sent_when(kind: NoticeKind) -> &'static str {
    match kind {
        NoticeKind::ReportFailed => {
            "A scheduled report fails. There is no further notice for its configuration until a report succeeds."
        }
        NoticeKind::ReportRecovered => "The first scheduled report succeeds after one that had failed.",
        NoticeKind::DeliveryFailed => {
            "A report is refused by its receiver, or its last attempt has failed. A webhook that is disabled by it has \
             its own notice instead."
        }
        NoticeKind::EndpointFailing => "No attempt has succeeded at a webhook for ten minutes.",
        NoticeKind::EndpointDisabled => {
            "A webhook is disabled: it answered 410, its chat service answered 401, 403 or 404, or no attempt has \
             succeeded for five days."
        }
        NoticeKind::EndpointEnabled => {
            "A webhook takes messages again after it was reported as failing or disabled, or the webhook of a \
             configuration is enabled by its user. An edit of the address makes no notice."
        }
        NoticeKind::ThresholdReached => "80 % or 100 % of the month's report runs are used.",
        NoticeKind::Paused => "Scheduled reports wait for the 1st because a limit is reached: once for each pause.",
        NoticeKind::Resumed => "The first report is written after a pause.",
        NoticeKind::ModelRetires => {
            "The provider of a report's model has announced its end, from 90 days before: once for each configuration."
        }
    }
}
