//! `GET /report-configurations/{id}/deliveries`: the deliveries of a configuration's reports, newest first, each with
//! its last attempt.

use super::deliveries::{AttemptBody, DeliveryBody};
use crate::routes::prelude::{
    Answer, Api, Call, Caller, ConfigurationId, ConfigurationPath, Id, Instant, Json, ListBody, PageRequest,
    Pagination, Paging, Parameters, Problem, QueryHash, RunId, Uri, answer_body, examples, instant, page, words,
};
use app::ports::{Attempt, PageCursor, StoreError, readable};
use domain::delivery::{AttemptResult, DeliveryState};
use domain::event::DeliverySubject;
use domain::run::{Run, TriggerKind};
use std::ops::RangeInclusive;

/// Runs that a page reads at most: about 250 read units.
const RUNS_READ_MAX: usize = 1_000;
/// Runs that a page reads at a time.
const RUNS_BATCH: usize = 200;
/// Attempts that a page with a filter on them reads at most: a read unit each. Without such a filter, a page reads
/// those that it shows.
const ATTEMPTS_READ_MAX: usize = 200;
const STATUSES: RangeInclusive<usize> = 100..=599;
const ERROR_CLASS_CHARS_MAX: usize = 40;

answer_body! {
    /// The delivery of one report, with its last attempt.
    #[schema(example = json!(examples::configuration_delivery()))]
    pub(crate) struct ConfigurationDelivery of(run: &Run, attempt: Option<&Attempt>) {
        run_id: String = run.id.to_string(),
        trigger: &'static str as words::RunTrigger = TriggerKind::as_str(run.trigger.kind()),
        started_at: String = instant::text(run.started_at),
        delivery: DeliveryBody = DeliveryBody::of(&run.delivery),
        /// Null if no attempt has ended yet, or its record has expired.
        last_attempt: Option<AttemptBody> = attempt.map(AttemptBody::of),
    }
}

/// The filters of the list. `from` and `to` (excluded) bound the instant in the run's id, which is also the order.
struct Filters {
    configuration: ConfigurationId,
    state: Option<DeliveryState>,
    error_class: Option<String>,
    status: Option<usize>,
    from: Option<Instant>,
    to: Option<Instant>,
}

/// Lists the deliveries of a configuration's reports, newest first.
///
/// Reports that are not delivered anywhere are skipped, unless `state=none` asks for exactly these. `error_class` and
/// `response_status` are those of the last attempt; `GET /report-runs/{id}/deliveries` returns every attempt. A page
/// reads at most 1,000 runs, and with one of these two filters at most 200 attempts, so it may return fewer than
/// `limit` with `has_more: true`.
#[utoipa::path(
    get,
    path = "/report-configurations/{id}/deliveries",
    operation_id = "listConfigurationDeliveries",
    params(
        ConfigurationPath,
        Paging,
        (
            "state" = Option<words::DeliveryState>,
            Query,
            description = "Only deliveries in this state.",
            example = "exhausted",
        ),
        (
            "error_class" = Option<String>,
            Query,
            description = "Only deliveries whose last attempt failed in this way, such as `timeout`, `reset` or \
                           `http_500`.",
            min_length = 1,
            max_length = 40,
            pattern = "^[a-z0-9_]+$",
            example = "timeout",
        ),
        (
            "response_status" = Option<u16>,
            Query,
            description = "Only deliveries whose last attempt was answered with this status.",
            minimum = 100,
            maximum = 599,
            example = 500,
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
    responses((status = 200, description = "One page of the list.", body = ListBody<ConfigurationDelivery>)),
)]
pub(crate) async fn deliveries_of_configuration(
    Call(api, caller): Call,
    Id(configuration): Id<ConfigurationId>,
    uri: Uri,
) -> Answer<Json<ListBody<ConfigurationDelivery>>> {
    let mut parameters = Parameters::of(&uri);
    let request = PageRequest::from_parameters(&mut parameters);
    let filters = Filters::from_parameters(configuration, &mut parameters);
    parameters.finish()?;
    let query = filters.hash();
    let start = request.start(&query)?;
    let known = api.configurations.configuration(caller.user, configuration).await?;
    if known.is_none_or(|known| known.deleted_at.is_some()) {
        return Err(Problem::not_found("report configuration"));
    }
    let reader = Reader { api: &api, caller, filters: &filters };
    let (found, next) = reader.collect(&request, start).await?;
    let mut data = Vec::with_capacity(found.len());
    for (run, attempt) in found {
        let attempt = if filters.need_attempts() { attempt } else { reader.last_attempt(&run).await? };
        data.push(ConfigurationDelivery::of(&run, attempt.as_ref()));
    }
    Ok(Json(ListBody {
        data,
        pagination: Pagination {
            limit: request.limit,
            offset: request.offset,
            has_more: next.is_some(),
            next_cursor: next.map(|next| page::encode(&next, &query)),
        },
    }))
}

impl Filters {
    fn from_parameters(configuration: ConfigurationId, parameters: &mut Parameters) -> Self {
        let states = "one of none, pending, delivered, refused, exhausted";
        let is_class = |text: &str| {
            let known = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
            (1..=ERROR_CLASS_CHARS_MAX).contains(&text.len()) && text.bytes().all(known)
        };
        let class = "a class of failure, such as timeout, reset or http_500";
        let filters = Self {
            configuration,
            state: parameters.value("state", states, DeliveryState::parse),
            error_class: parameters.value("error_class", class, |text| is_class(text).then(|| text.to_owned())),
            status: parameters.number("response_status", STATUSES, "at most 599 is expected"),
            from: parameters.instant("from"),
            to: parameters.instant("to"),
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
            "configuration-deliveries",
            &[
                ("configuration", Some(self.configuration.to_string())),
                ("state", self.state.map(|state| state.as_str().to_owned())),
                ("error_class", self.error_class.clone()),
                ("response_status", self.status.map(|status| status.to_string())),
                ("from", self.from.map(instant::text)),
                ("to", self.to.map(instant::text)),
            ],
        )
    }

    /// Whether an attempt decides if its delivery matches.
    fn need_attempts(&self) -> bool {
        self.error_class.is_some() || self.status.is_some()
    }

    fn match_run(&self, run: &Run) -> bool {
        let state = run.delivery.state();
        run.configuration == self.configuration
            && self.state.map_or(state != DeliveryState::None, |wanted| state == wanted)
            && !(self.need_attempts() && run.delivery.attempts == 0)
    }

    fn match_attempt(&self, attempt: Option<&Attempt>) -> bool {
        let result = attempt.map(|attempt| attempt.result);
        let class = result.and_then(AttemptResult::error_class);
        let status = result.and_then(AttemptResult::status).map(usize::from);
        let is_class = self.error_class.is_none() || class == self.error_class;
        is_class && (self.status.is_none() || status == self.status)
    }
}

/// Reads one page.
struct Reader<'a> {
    api: &'a Api,
    caller: Caller,
    filters: &'a Filters,
}

type Found = Vec<(Run, Option<Attempt>)>;

impl Reader<'_> {
    /// The last attempt that has ended.
    async fn last_attempt(&self, run: &Run) -> Result<Option<Attempt>, StoreError> {
        let number = run.delivery.attempts.saturating_sub(u32::from(run.delivery.is_in_flight()));
        if number == 0 {
            return Ok(None);
        }
        readable(self.api.deliveries.attempt(self.caller.user, DeliverySubject::Run(run.id), number).await)
    }

    /// The requested page, and where the next one starts. It looks for one delivery more than requested, so that
    /// `has_more` is exact.
    async fn collect(&self, request: &PageRequest, start: Option<PageCursor>) -> Answer<(Found, Option<PageCursor>)> {
        let wanted = request.reach() + 1;
        let (mut runs_left, mut attempts_left) = (RUNS_READ_MAX, ATTEMPTS_READ_MAX);
        // Ids sort by time, so the least id of `to` comes right before the first requested run.
        let newest = self.filters.to.map(|to| PageCursor { after: RunId::at(to, [0; 10]).uuid() });
        let mut after = start.or(newest);
        let mut matched = Vec::new();
        while runs_left > 0 {
            let read = self.api.runs.runs(self.caller.user, RUNS_BATCH.min(runs_left), after.as_ref()).await?;
            runs_left = runs_left.saturating_sub(read.items.len().max(1));
            for run in read.items {
                if self.filters.from.is_some_and(|from| run.id.instant() < from) {
                    return Ok(cut(matched, request, None));
                }
                let seen = PageCursor { after: run.id.uuid() };
                if self.filters.match_run(&run) {
                    if self.filters.need_attempts() && attempts_left == 0 {
                        return Ok(cut(matched, request, after));
                    }
                    attempts_left = attempts_left.saturating_sub(1);
                    let needed = self.filters.need_attempts();
                    let attempt = if needed { self.last_attempt(&run).await? } else { None };
                    if !needed || self.filters.match_attempt(attempt.as_ref()) {
                        matched.push((run, attempt));
                    }
                    if matched.len() == wanted {
                        return Ok(cut(matched, request, None));
                    }
                }
                after = Some(seen);
            }
            after = read.next;
            if after.is_none() {
                break;
            }
        }
        Ok(cut(matched, request, after))
    }
}

/// Cuts what matches to the page. `unread` is where reading stopped, if not all runs were read.
fn cut(matched: Found, request: &PageRequest, unread: Option<PageCursor>) -> (Found, Option<PageCursor>) {
    let more = matched.len() > request.reach();
    let found: Found = matched.into_iter().skip(request.offset).take(request.limit).collect();
    let last = found.last().map(|(run, _)| PageCursor { after: run.id.uuid() });
    (found, if more { last } else { unread })
}
