//! `GET /health`: the function runs. It uses no other service, so it works while others are down.

use crate::routes::prelude::{Json, NoParameters, Serialize, ToSchema, examples};

/// The response.
#[derive(Serialize, ToSchema)]
#[schema(example = json!(examples::health()))]
pub(crate) struct HealthBody {
    status: &'static str,
    version: &'static str,
}

/// Returns whether the function is running.
///
/// Accesses no other service, so it works while others are down.
#[utoipa::path(
    get,
    path = "/health",
    operation_id = "getHealth",
    security(()),
    responses((status = 200, description = "The function is running.", body = HealthBody)),
)]
pub(crate) async fn health(_: NoParameters) -> Json<HealthBody> {
    Json(HealthBody { status: "ok", version: env!("CARGO_PKG_VERSION") })
}
