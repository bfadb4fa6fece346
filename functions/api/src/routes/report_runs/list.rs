//! `GET /report-runs`: a user's runs, newest first or oldest first, without their texts.

use super::body::RunBody;
use super::range::{self, Range};
use crate::openapi::parameters::{RunsFrom, RunsTo};
use crate::routes::prelude::{
    Answer, Call, ConfigurationId, Instant, Json, ListBody, PageRequest, Paging, Parameters, QueryHash, RepositoryId,
    Uri, UserId, instant, page, words,
};
use app::listing::{self, Reads, Seen};
use app::ports::{Page, PageCursor, Runs, StoreError};
use domain::delivery::DeliveryState;
use domain::run::{Run, Status, TriggerKind};

/// Runs that a filtered page reads at most: about 250 read units.
const FILTERED_READS_MAX: usize = 1_000;
/// Runs that a filtered page reads at a time.
const FILTERED_BATCH: usize = 200;

/// The filters of a list.
#[derive(Default)]
struct RunFilters {
    status: Option<Status>,
    configuration: Option<ConfigurationId>,
    repository: Option<RepositoryId>,
    range: Range,
    trigger: Option<TriggerKind>,
    delivery: Option<DeliveryState>,
    delivered: Option<bool>,
    oldest_first: bool,
}

/// Lists runs without their report texts, newest first unless `order=asc`.
///
/// With filters, a page reads at most 1,000 runs and may return fewer than `limit` with `has_more: true`.
#[utoipa::path(
    get,
    path = "/report-runs",
    operation_id = "listReportRuns",
    params(
        Paging,
        ("status" = Option<words::RunStatus>, Query, description = "Only runs with this status.", example = "success"),
        ("configuration_id" = Option<String>, Query, description = "Only runs of this configuration."),
        ("repository_id" = Option<String>, Query, description = "Only runs of this repository."),
        (
            "trigger" = Option<words::RunTrigger>,
            Query,
            description = "Only runs with this trigger.",
            example = "schedule",
        ),
        (
            "delivery_state" = Option<words::DeliveryState>,
            Query,
            description = "Only runs whose delivery is in this state.",
            example = "delivered",
        ),
        (
            "webhook_delivered" = Option<bool>,
            Query,
            description = "Only runs whose report was delivered (`true`) or not delivered (`false`).",
            example = true,
        ),
        (
            "sort" = inline(Option<words::RunSort>),
            Query,
            description = "By when they were due or started, the only order.",
            example = "started_at",
        ),
        (
            "order" = inline(Option<words::SortOrder>),
            Query,
            description = "Defaults to newest first.",
            example = "desc",
        ),
        RunsFrom,
        RunsTo,
    ),
    responses((status = 200, description = "One page of the list.", body = ListBody<RunBody>)),
)]
pub(crate) async fn list(Call(api, caller): Call, uri: Uri) -> Answer<Json<ListBody<RunBody>>> {
    let mut parameters = Parameters::of(&uri);
    let request = PageRequest::from_parameters(&mut parameters);
    let filters = RunFilters::from_parameters(&mut parameters);
    parameters.finish()?;
    let query = filters.hash();
    let start = request.start(&query)?;
    let found = filters.collect(api.runs.as_ref(), caller.user, &request, start).await?;
    Ok(Json(page::cut(&found, &request, &query, RunBody::of)))
}

/// The last instant that an answer can contain.
fn after_every_run() -> Instant {
    instant::parse("9999-12-31T23:59:59.999Z").unwrap_or_default()
}

/// Whether the oldest runs come first. Runs are stored in the order of the instants in their ids, so both directions
/// cost the same.
fn oldest_first(parameters: &mut Parameters) -> bool {
    let _ = parameters.value("sort", "started_at", |text| (text == "started_at").then_some(()));
    let order = parameters.value("order", "one of asc, desc", |text| match text {
        "asc" => Some(true),
        "desc" => Some(false),
        _ => None,
    });
    order.unwrap_or(false)
}

impl RunFilters {
    fn from_parameters(parameters: &mut Parameters) -> Self {
        Self {
            status: parameters.value("status", "one of running, success, failed, cancelled", Status::parse),
            configuration: parameters.value("configuration_id", "a UUID", |text| ConfigurationId::parse(text).ok()),
            repository: parameters.value("repository_id", "a UUID", |text| RepositoryId::parse(text).ok()),
            range: Range::from_parameters(parameters),
            trigger: parameters.value("trigger", "one of schedule, manual, test", TriggerKind::parse),
            delivery: parameters.value(
                "delivery_state",
                "one of none, pending, delivered, refused, exhausted",
                DeliveryState::parse,
            ),
            delivered: parameters.value("webhook_delivered", "true or false", |text| text.parse().ok()),
            oldest_first: oldest_first(parameters),
        }
    }

    fn hash(&self) -> QueryHash {
        let [from, to] = self.range.hashed();
        QueryHash::of(
            "report-runs",
            &[
                ("status", self.status.map(|status| status.as_str().to_owned())),
                ("configuration_id", self.configuration.map(|id| id.to_string())),
                ("repository_id", self.repository.map(|id| id.to_string())),
                from,
                to,
                ("trigger", self.trigger.map(|trigger| trigger.as_str().to_owned())),
                ("delivery_state", self.delivery.map(|state| state.as_str().to_owned())),
                ("webhook_delivered", self.delivered.map(|delivered| delivered.to_string())),
                ("order", self.oldest_first.then(|| "asc".to_owned())),
            ],
        )
    }

    /// Whether some of the runs that are read may not match.
    fn skip_some(&self) -> bool {
        self.status.is_some()
            || self.configuration.is_some()
            || self.repository.is_some()
            || self.trigger.is_some()
            || self.delivery.is_some()
            || self.delivered.is_some()
    }

    fn match_run(&self, run: &Run) -> bool {
        self.status.is_none_or(|status| run.status() == status)
            && self.configuration.is_none_or(|id| run.configuration == id)
            && self.repository.is_none_or(|id| run.is_about(id))
            && self.trigger.is_none_or(|trigger| run.trigger.kind() == trigger)
            && self.delivery.is_none_or(|state| run.delivery.state() == state)
            && self.delivered.is_none_or(|delivered| (run.delivery.state() == DeliveryState::Delivered) == delivered)
    }

    /// Runs after a cursor, in the requested order and range. With the newest first, the caller checks the start of
    /// the range.
    async fn read(
        &self,
        runs: &dyn Runs,
        user: UserId,
        limit: usize,
        after: Option<&PageCursor>,
    ) -> Result<Page<Run>, StoreError> {
        if !self.oldest_first {
            return runs.runs(user, limit, after).await;
        }
        let (from, to) =
            (self.range.from.unwrap_or(Instant::UNIX_EPOCH), self.range.to.unwrap_or_else(after_every_run));
        runs.runs_from(user, from, to, limit, after).await
    }

    /// The matching runs of the requested page, and those before its offset.
    async fn collect(
        &self,
        runs: &dyn Runs,
        user: UserId,
        request: &PageRequest,
        start: Option<PageCursor>,
    ) -> Result<Page<Run>, StoreError> {
        let all = request.reach() + 1;
        let reads = if self.skip_some() {
            Reads { max: FILTERED_READS_MAX, batch: FILTERED_BATCH }
        } else {
            Reads { max: all, batch: all }
        };
        let newest = self.range.newest().filter(|_| !self.oldest_first);
        listing::collect(
            (request.reach(), start.or(newest)),
            reads,
            |limit, after| async move { self.read(runs, user, limit, after.as_ref()).await },
            |run: &Run| range::after(run.id),
            |run| match run {
                run if self.range.is_after(run) => Seen::End,
                run if self.match_run(run) => Seen::Matches,
                _ => Seen::Differs,
            },
            |run| async { Ok(Some(run)) },
        )
        .await
    }
}
