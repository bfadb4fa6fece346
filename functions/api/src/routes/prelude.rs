//! The names that many operations use. Each file imports by name those that it uses.

pub(crate) use super::Id;
pub(crate) use crate::answer::{Answer, answer_body};
pub(crate) use crate::auth::{Call, Caller};
pub(crate) use crate::deletion::closed;
pub(crate) use crate::edit::Edit;
pub(crate) use crate::money::{number, usd};
pub(crate) use crate::openapi::parameters::{
    ConfigurationPath, IdempotencyKey, IfMatch, MonthQuery, Paging, RepositoryPath, RunPath, UserPath,
};
pub(crate) use crate::openapi::{examples, words};
pub(crate) use crate::page::{self, ListBody, PageRequest, Pagination, QueryHash};
pub(crate) use crate::problem::{Code, FieldError, Problem, QuotaExtras};
pub(crate) use crate::query::{NoParameters, Parameters};
pub(crate) use crate::quota::Quota;
pub(crate) use crate::refusal::{git_problem, refused, vault_problem};
pub(crate) use crate::representation::etag;
pub(crate) use crate::request::{JsonBody, request_body};
pub(crate) use crate::{Api, idempotency};
pub(crate) use axum::Json;
pub(crate) use axum::extract::State;
pub(crate) use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
pub(crate) use axum::response::{IntoResponse, Response};
pub(crate) use domain::id::{ConfigurationId, RepositoryId, RunId, UserId};
pub(crate) use domain::instant::{self, Instant};
pub(crate) use serde::Serialize;
pub(crate) use serde_json::Number;
pub(crate) use std::sync::Arc;
pub(crate) use utoipa::ToSchema;
pub(crate) use utoipa_axum::router::OpenApiRouter;
pub(crate) use utoipa_axum::routes;
