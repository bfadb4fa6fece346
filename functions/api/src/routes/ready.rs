//! `GET /ready`: whether requests can be answered. One bounded read of the table.

use crate::routes::prelude::{
    Answer, Api, Arc, Code, Json, NoParameters, Problem, Serialize, State, ToSchema, examples,
};

/// The response.
#[derive(Serialize, ToSchema)]
#[schema(example = json!(examples::ready()))]
pub(crate) struct ReadyBody {
    status: &'static str,
}

/// Returns whether requests can be served.
///
/// Makes one bounded read of the table; 503 names in general terms what is unavailable.
#[utoipa::path(
    get,
    path = "/ready",
    operation_id = "getReadiness",
    security(()),
    responses((status = 200, description = "Ready to serve requests.", body = ReadyBody)),
    extensions(("x-problems" = json!(["SERVICE_UNAVAILABLE"]))),
)]
pub(crate) async fn ready(State(api): State<Arc<Api>>, _: NoParameters) -> Answer<Json<ReadyBody>> {
    adapters::tenants::belongs_to_no_user();
    match api.readiness.answer().await {
        Ok(()) => Ok(Json(ReadyBody { status: "ready" })),
        Err(error) => Err(Problem::new(Code::ServiceUnavailable, "The database does not answer.")
            .with_retry()
            .caused_by(&error.to_string())),
    }
}
