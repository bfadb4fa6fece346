//! `GET /plans`: the plans and their limits.

use crate::openapi::words;
use crate::page::ListBody;
use axum::Json;
use domain::account::Plan;
use serde::Serialize;
use utoipa::ToSchema;

/// A plan.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"plan_name": "free", "monthly_runs_limit": 50, "max_repositories": 5, "max_reports": 10, "shortest_interval_minutes": 60, "own_model": false}))]
pub(crate) struct PlanBody {
    #[schema(value_type = words::PlanName)]
    plan_name: &'static str,
    monthly_runs_limit: u64,
    max_repositories: u64,
    max_reports: u64,
    shortest_interval_minutes: u64,
    /// Whether its accounts may have their reports written by a model of their own.
    own_model: bool,
}

/// The plans and their limits.
#[utoipa::path(
    get,
    path = "/plans",
    operation_id = "listPlans",
    security(()),
    responses((status = 200, description = "Every plan.", body = ListBody<PlanBody>)),
)]
pub(crate) async fn plans() -> Json<ListBody<PlanBody>> {
    Json(ListBody::whole(Plan::ALL.map(PlanBody::from).into()))
}

impl From<Plan> for PlanBody {
    fn from(plan: Plan) -> Self {
        let limits = plan.limits();
        Self {
            plan_name: plan.name(),
            monthly_runs_limit: limits.monthly_runs,
            max_repositories: limits.repositories,
            max_reports: limits.configurations,
            shortest_interval_minutes: limits.shortest_interval_minutes,
            own_model: plan.allows_own_model(),
        }
    }
}
