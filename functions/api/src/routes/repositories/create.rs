//! `POST /repositories`: a new repository, if the plan has a free place. 201 with its path and tag.

use super::body::RepositoryBody;
use super::request::RepositoryRequestBody;
use crate::routes::prelude::{
    Answer, Call, HeaderMap, IdempotencyKey, Json, JsonBody, Parameters, Uri, etag, idempotency, refused,
};

/// Creates a repository.
///
/// Requires a free place in the plan.
#[utoipa::path(
    post,
    path = "/repositories",
    operation_id = "createRepository",
    params(IdempotencyKey),
    request_body(content = RepositoryRequestBody, content_type = "application/json"),
    responses((
        status = 201,
        description = "The repository.",
        body = RepositoryBody,
        headers(
            ("Location" = String, description = "The path of the repository."),
            ("ETag" = String, description = "The version, to be sent as `If-Match`."),
        ),
    )),
    extensions(
        ("x-problems" = json!(["FORBIDDEN", "IDEMPOTENCY_RESULT_DELETED", "PLAN_LIMIT_REACHED", "REPOSITORY_EXISTS"])),
    ),
)]
pub(crate) async fn create(
    Call(api, caller): Call,
    uri: Uri,
    headers: HeaderMap,
    JsonBody { value, canonical }: JsonBody<RepositoryRequestBody>,
) -> Answer {
    Parameters::of(&uri).finish()?;
    let key = idempotency::key(&headers, &["POST /repositories", &canonical])?;
    let made = api.verbs.keep_repositories.create(caller.user, value.draft()?, key.as_ref()).await;
    let made = made.map_err(|error| refused("repository", error))?;
    let place = format!("/repositories/{}", made.id);
    Ok(etag::created(Json(RepositoryBody::of(&made)), made.version, &place))
}
