//! `GET /plans`: the plans and their limits, and the models with a known price.

use crate::routes::prelude::{
    Api, Arc, Json, ListBody, NoParameters, Pagination, Serialize, State, ToSchema, answer_body, examples, words,
};
use crate::routes::report_configurations::RetirementBody;
use crate::routes::report_runs::RatesBody;
use domain::account::Plan;
use domain::configuration::Writer;
use domain::instant::NaiveDate;
use domain::money::PriceEntry;

answer_body! {
    /// One plan.
    #[schema(example = json!(examples::plan()))]
    pub(crate) struct PlanBody of(plan: Plan)
        let limits = plan.limits();
    {
        plan_name: &'static str as words::PlanName = plan.as_str(),
        monthly_runs_limit: u64 = limits.monthly_runs,
        max_repositories: u64 = limits.repositories,
        max_reports: u64 = limits.configurations,
        shortest_interval_minutes: u64 = limits.shortest_interval_minutes,
        /// Whether the plan allows a user's own model.
        own_model: bool = plan.allows_own_model(),
    }
}

/// The plans, and the models that a report configuration can name without asking the provider what it has.
#[derive(Serialize, ToSchema)]
pub(crate) struct PlansBody {
    data: Vec<PlanBody>,
    pagination: Pagination,
    /// The models with a known price, by name. Gateways' spellings of them are understood too.
    models: Vec<ModelBody>,
}

answer_body! {
    /// A model with a known price.
    #[schema(example = json!(examples::model()))]
    pub(crate) struct ModelBody of(entry: &PriceEntry, default: &Writer, today: NaiveDate) {
        model: String = entry.model.clone(),
        provider: String = entry.provider.clone(),
        /// Whether the model writes the reports of configurations that don't name one.
        default: bool = matches!(default, Writer::Model(model) if *model == entry.model),
        /// The most tokens that a prompt and its answer have together, by which reports are read in parts; `null` if
        /// unknown. It may be smaller than what the provider serves.
        context_tokens: Option<u64> = entry.context_tokens,
        /// The prices of a prompt of usual length.
        rates: RatesBody = RatesBody::of(&entry.rates),
        /// First day on which the provider no longer serves the model, if announced.
        #[schema(format = Date)]
        retired_on: Option<String> = entry.retired_on.map(|day| day.to_string()),
        /// The warning, shown from 90 days before that day.
        retirement: Option<RetirementBody> =
            entry.retirement(today).map(|retirement| RetirementBody::of(&entry.model, retirement)),
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
    let ListBody { data, pagination } = ListBody::whole(Plan::ALL.map(PlanBody::of).into());
    let (choice, today) = (&api.verbs.choose_model, api.clock.now().date_naive());
    // Models that a cloud hosts at its own price are accepted, and would only make the list longer.
    let offered = choice.prices.entries().filter(|entry| entry.of.is_none() && !entry.is_retired(today));
    let models = offered.map(|entry| ModelBody::of(entry, &choice.default_writer, today)).collect();
    Json(PlansBody { data, pagination, models })
}
