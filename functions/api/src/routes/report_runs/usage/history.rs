//! `GET /report-runs/usage/history?months=12`: the last months, oldest first, this one included.

use super::current::MonthlyUsageBody;
use crate::routes::prelude::{Answer, Call, Json, ListBody, Parameters, Uri};
use app::usage::HISTORY_MONTHS_MAX;

/// The number of months without a `months`.
const MONTHS_DEFAULT: usize = 12;

/// Returns the usage month by month.
///
/// Oldest month first, the current month last. Months without runs are included.
#[utoipa::path(
    get,
    path = "/report-runs/usage/history",
    operation_id = "getUsageHistory",
    params((
        "months" = Option<usize>,
        Query,
        description = "Number of months. Defaults to 12.",
        minimum = 1,
        maximum = 36,
        example = 12,
    )),
    responses((status = 200, description = "The months' usage.", body = ListBody<MonthlyUsageBody>)),
)]
pub(crate) async fn history(Call(api, caller): Call, uri: Uri) -> Answer<Json<ListBody<MonthlyUsageBody>>> {
    let mut parameters = Parameters::of(&uri);
    let months = parameters.number("months", 1..=HISTORY_MONTHS_MAX, "at most 36 is expected");
    parameters.finish()?;
    let counters = api.verbs.read_history.months(caller.user, months.unwrap_or(MONTHS_DEFAULT)).await?;
    Ok(Json(ListBody::whole(counters.iter().map(MonthlyUsageBody::of).collect())))
}
