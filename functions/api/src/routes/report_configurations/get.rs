//! `GET /report-configurations/{id}`: one configuration.

use super::body::ConfigurationBody;
use crate::auth::Caller;
use crate::problem::Problem;
use crate::routes::Id;
use crate::{Api, etag};
use axum::Json;
use axum::extract::State;
use axum::response::Response;
use domain::id::ConfigurationId;
use std::sync::Arc;

pub(crate) async fn get(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Id(id): Id<ConfigurationId>,
) -> Result<Response, Problem> {
    let found = super::found(&api, caller, id).await?;
    let limits = api.accounts.account(caller.user).await?.limits();
    let body = ConfigurationBody::of(&found, &limits, api.clock.now());
    Ok(etag::tagged(Json(body), found.version))
}
