//! `GET /report-runs`: a user's runs, newest first or oldest first, without their texts.

use super::body::RunBody;
use crate::routes::prelude::{
    Answer, Call, ConfigurationId, Instant, Json, ListBody, PageRequest, Pagination, Paging, Parameters, QueryHash,
    RepositoryId, RunId, Uri, UserId, instant, page, words,
};
use app::ports::{Page, PageCursor, Runs, StoreError};
use domain::delivery::DeliveryState;
use domain::run::{Run, Status, TriggerKind};

/// Runs that a filtered page reads at most: about 250 read units.
const FILTERED_READS_MAX: usize = 1_000;
/// Runs that a filtered page reads at a time.
const FILTERED_BATCH: usize = 200;

/// The filters of a list. `from` and `to` (excluded) bound the instant in the run's id: the fire of a scheduled run,
/// the start of another. It is also the order of the list.
#[derive(Default)]
struct Filters {
    status: Option<Status>,
    configuration: Option<ConfigurationId>,
    repository: Option<RepositoryId>,
    from: Option<Instant>,
    to: Option<Instant>,
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
        (
            "from" = Option<String>,
            Query,
            format = DateTime,
            description = "Only runs at or after this instant (the fire time of a scheduled run, the start of any \
                           other run).",
            example = "2026-01-01T00:00:00.000Z",
        ),
        (
            "to" = Option<String>,
            Query,
            format = DateTime,
            description = "Only runs before this instant. Must be after `from`.",
            example = "2026-02-01T00:00:00.000Z",
        ),
    ),
    responses((status = 200, description = "One page of the list.", body = ListBody<RunBody>)),
)]
pub(crate) async fn list(Call(api, caller): Call, uri: Uri) -> Answer<Json<ListBody<RunBody>>> {
    let mut parameters = Parameters::of(&uri);
    let request = PageRequest::from_parameters(&mut parameters);
    let filters = Filters::from_parameters(&mut parameters);
    parameters.finish()?;
    let query = filters.hash();
    let start = request.start(&query)?;
    let found = filters.collect(api.runs.as_ref(), caller.user, &request, start).await?;
    Ok(Json(ListBody {
        data: found.runs.iter().map(RunBody::of).collect(),
        pagination: Pagination {
            limit: request.limit,
            offset: request.offset,
            has_more: found.next.is_some(),
            next_cursor: found.next.map(|next| page::encode(&next, &query)),
        },
    }))
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

struct Found {
    runs: Vec<Run>,
    next: Option<PageCursor>,
}

impl Filters {
    fn from_parameters(parameters: &mut Parameters) -> Self {
        let filters = Self {
            status: parameters.value("status", "one of running, success, failed, cancelled", Status::parse),
            configuration: parameters.value("configuration_id", "a UUID", |text| ConfigurationId::parse(text).ok()),
            repository: parameters.value("repository_id", "a UUID", |text| RepositoryId::parse(text).ok()),
            from: parameters.instant("from"),
            to: parameters.instant("to"),
            trigger: parameters.value("trigger", "one of schedule, manual, test", TriggerKind::parse),
            delivery: parameters.value(
                "delivery_state",
                "one of none, pending, delivered, refused, exhausted",
                DeliveryState::parse,
            ),
            delivered: parameters.value("webhook_delivered", "true or false", |text| text.parse().ok()),
            oldest_first: oldest_first(parameters),
        };
        if let (Some(from), Some(to)) = (filters.from, filters.to)
            && from >= to
        {
            parameters.wrong("to", "must be after 'from'");
        }
        filters
    }

    fn hash(&self) -> QueryHash {
        QueryHash::of(
            "report-runs",
            &[
                ("status", self.status.map(|status| status.as_str().to_owned())),
                ("configuration_id", self.configuration.map(|id| id.to_string())),
                ("repository_id", self.repository.map(|id| id.to_string())),
                ("from", self.from.map(instant::text)),
                ("to", self.to.map(instant::text)),
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
            && self.repository.is_none_or(|id| run.repository == id)
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
        let (from, to) = (self.from.unwrap_or(Instant::UNIX_EPOCH), self.to.unwrap_or_else(after_every_run));
        runs.runs_from(user, from, to, limit, after).await
    }

    /// The requested page. It looks for one run more than requested, so that `has_more` is exact.
    async fn collect(
        &self,
        runs: &dyn Runs,
        user: UserId,
        request: &PageRequest,
        start: Option<PageCursor>,
    ) -> Answer<Found> {
        let wanted = request.offset + request.limit + 1;
        let mut left = if self.skip_some() { FILTERED_READS_MAX } else { wanted };
        let batch = if self.skip_some() { FILTERED_BATCH } else { wanted };
        // Ids sort by time, so the least id of `to` comes right before the first requested run.
        let newest = self.to.filter(|_| !self.oldest_first);
        let newest = newest.map(|to| PageCursor { after: RunId::at(to, [0; 10]).uuid() });
        let mut after = start.or(newest);
        let mut matched = Vec::new();
        while left > 0 {
            let read = self.read(runs, user, batch.min(left), after.as_ref()).await?;
            left = left.saturating_sub(read.items.len().max(1));
            for run in read.items {
                if self.from.is_some_and(|from| run.id.instant() < from) {
                    return Ok(Self::page(matched, request, None));
                }
                if !self.match_run(&run) {
                    continue;
                }
                matched.push(run);
                if matched.len() == wanted {
                    return Ok(Self::page(matched, request, None));
                }
            }
            after = read.next;
            if after.is_none() {
                return Ok(Self::page(matched, request, None));
            }
        }
        Ok(Self::page(matched, request, after))
    }

    /// Cuts the matching runs to the page. `unread` is where reading stopped, if not all runs were read.
    fn page(matched: Vec<Run>, request: &PageRequest, unread: Option<PageCursor>) -> Found {
        let more = matched.len() > request.offset + request.limit;
        let runs: Vec<Run> = matched.into_iter().skip(request.offset).take(request.limit).collect();
        let next = if more { runs.last().map(|run| PageCursor { after: run.id.uuid() }) } else { unread };
        Found { runs, next }
    }
}
