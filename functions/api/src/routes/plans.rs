//! `GET /plans`: the plans and their limits, and the models with a known price.

use crate::Api;
use crate::openapi::{examples, words};
use crate::page::{ListBody, Pagination};
use crate::query::NoParameters;
use crate::routes::report_configurations::RetirementBody;
use crate::routes::report_runs::RatesBody;
use axum::Json;
use axum::extract::State;
use domain::account::Plan;
use domain::configuration::Writer;
use domain::instant::NaiveDate;
use domain::money::PriceEntry;
use serde::Serialize;
use std::sync::Arc;
use utoipa::ToSchema;

/// One plan.
#[derive(Serialize, ToSchema)]
#[schema(example = json!(examples::plan()))]
pub(crate) struct PlanBody {
    #[schema(value_type = words::PlanName)]
    plan_name: &'static str,
    monthly_runs_limit: u64,
    max_repositories: u64,
    max_reports: u64,
    shortest_interval_minutes: u64,
    /// Whether the plan allows a user's own model.
    own_model: bool,
}

/// The plans, and the models that a report configuration can name without asking the provider what it has.
#[derive(Serialize, ToSchema)]
pub(crate) struct PlansBody {
    data: Vec<PlanBody>,
    pagination: Pagination,
    /// The models with a known price, by name. Gateways' spellings of them are understood too.
    models: Vec<ModelBody>,
}

/// A model with a known price.
#[derive(Serialize, ToSchema)]
#[schema(example = json!(examples::model()))]
pub(crate) struct ModelBody {
    model: String,
    provider: String,
    /// Whether the model writes the reports of configurations that don't name one.
    default: bool,
    /// The prices of a prompt of usual length.
    rates: RatesBody,
    /// First day on which the provider no longer serves the model, if announced.
    #[schema(format = Date)]
    retired_on: Option<String>,
    /// The warning, shown from 90 days before that day.
    retirement: Option<RetirementBody>,
}

impl ModelBody {
    fn of(entry: &PriceEntry, default: &Writer, today: NaiveDate) -> Self {
        Self {
            model: entry.model.clone(),
            provider: entry.provider.clone(),
            default: matches!(default, Writer::Model(model) if *model == entry.model),
            rates: RatesBody::from(&entry.rates),
            retired_on: entry.retired_on.map(|day| day.to_string()),
            retirement: entry.retirement(today).map(|retirement| RetirementBody::of(&entry.model, retirement)),
        }
    }
}

/// The plans and their limits, and the models with a known price.
#[utoipa::path(
    get,
    path = "/plans",
    operation_id = "listPlans",
    security(()),
    responses((status = 200, description = "Every plan.", body = PlansBody)),
)]
pub(crate) async fn plans(State(api): State<Arc<Api>>, _: NoParameters) -> Json<PlansBody> {
    let ListBody { data, pagination } = ListBody::whole(Plan::ALL.map(PlanBody::from).into());
    let (choice, today) = (&api.verbs.choose_model, api.clock.now().date_naive());
    // Models that a cloud hosts at its own price are accepted, and would only make the list longer.
    let offered = choice.prices.entries().filter(|entry| entry.of.is_none() && !entry.is_retired(today));
    let models = offered.map(|entry| ModelBody::of(entry, &choice.default_writer, today)).collect();
    Json(PlansBody { data, pagination, models })
}

impl From<Plan> for PlanBody {
    fn from(plan: Plan) -> Self {
        let limits = plan.limits();
        Self {
            plan_name: plan.as_str(),
            monthly_runs_limit: limits.monthly_runs,
            max_repositories: limits.repositories,
            max_reports: limits.configurations,
            shortest_interval_minutes: limits.shortest_interval_minutes,
            own_model: plan.allows_own_model(),
        }
    }
}
