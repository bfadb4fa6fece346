//! `GET /report-configurations/{id}/deliveries`: the deliveries of a configuration's reports, newest first, each with
//! its last attempt.

use super::deliveries::{AttemptBody, DeliveryBody};
use super::range::{self, Range};
use crate::openapi::parameters::{RunsFrom, RunsTo};
use crate::routes::prelude::{
    Answer, Api, Call, Caller, ConfigurationId, ConfigurationPath, Id, Json, ListBody, PageRequest, Paging, Parameters,
    Problem, QueryHash, Uri, answer_body, examples, instant, page, words,
};
use app::listing::{self, Reads, Seen};
use app::ports::{Attempt, Page, PageCursor, StoreError, readable};
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

/// The filters of the list.
struct DeliveryFilters {
    configuration: ConfigurationId,
    state: Option<DeliveryState>,
    error_class: Option<String>,
    status: Option<usize>,
    range: Range,
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
        RunsFrom,
        RunsTo,
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
    let filters = DeliveryFilters::from_parameters(configuration, &mut parameters);
    parameters.finish()?;
    let query = filters.hash();
    let start = request.start(&query)?;
    let known = api.configurations.configuration(caller.user, configuration).await?;
    if known.is_none_or(|known| known.deleted_at.is_some()) {
        return Err(Problem::not_found("report configuration"));
    }
    let reader = Reader { api: &api, caller, filters: &filters };
    let found = reader.page(&request, start).await?;
    Ok(Json(page::cut(&found, &request, &query, |(run, attempt)| ConfigurationDelivery::of(run, attempt.as_ref()))))
}

impl DeliveryFilters {
    fn from_parameters(configuration: ConfigurationId, parameters: &mut Parameters) -> Self {
        let states = "one of none, pending, delivered, refused, exhausted";
        let is_class = |text: &str| {
            let known = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
            (1..=ERROR_CLASS_CHARS_MAX).contains(&text.len()) && text.bytes().all(known)
        };
        let class = "a class of failure, such as timeout, reset or http_500";
        Self {
            configuration,
            state: parameters.value("state", states, DeliveryState::parse),
            error_class: parameters.value("error_class", class, |text| is_class(text).then(|| text.to_owned())),
            status: parameters.number("response_status", STATUSES, "at most 599 is expected"),
            range: Range::from_parameters(parameters),
        }
    }

    fn hash(&self) -> QueryHash {
        let [from, to] = self.range.hashed();
        QueryHash::of(
            "configuration-deliveries",
            &[
                ("configuration", Some(self.configuration.to_string())),
                ("state", self.state.map(|state| state.as_str().to_owned())),
                ("error_class", self.error_class.clone()),
                ("response_status", self.status.map(|status| status.to_string())),
                from,
                to,
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

/// A run with the last attempt to deliver it.
type Delivered = (Run, Option<Attempt>);

/// Reads one page.
struct Reader<'a> {
    api: &'a Api,
    caller: Caller,
    filters: &'a DeliveryFilters,
}

impl Reader<'_> {
    /// The last attempt that has ended.
    async fn last_attempt(&self, run: &Run) -> Result<Option<Attempt>, StoreError> {
        let number = run.delivery.attempts.saturating_sub(u32::from(run.delivery.is_in_flight()));
        if number == 0 {
            return Ok(None);
        }
        readable(self.api.deliveries.attempt(self.caller.user, DeliverySubject::Run(run.id), number).await)
    }

    /// The requested page and what is before its offset. Only the deliveries of the page have their attempts.
    async fn page(&self, request: &PageRequest, start: Option<PageCursor>) -> Result<Page<Delivered>, StoreError> {
        let mut attempts_left = ATTEMPTS_READ_MAX;
        let needed = self.filters.need_attempts();
        let mut found: Page<Delivered> = listing::collect(
            (request.reach(), start.or(self.filters.range.newest())),
            Reads { max: RUNS_READ_MAX, batch: RUNS_BATCH },
            |limit, after| async move { self.api.runs.runs(self.caller.user, limit, after.as_ref()).await },
            |run: &Run| range::after(run.id),
            |run| self.seen(run, &mut attempts_left),
            |run| async move {
                let attempt = if needed { self.last_attempt(&run).await? } else { None };
                let matches = !needed || self.filters.match_attempt(attempt.as_ref());
                Ok(matches.then_some((run, attempt)))
            },
        )
        .await?;
        if !needed {
            for (run, attempt) in found.items.iter_mut().skip(request.offset) {
                *attempt = self.last_attempt(run).await?;
            }
        }
        Ok(found)
    }

    /// What a run is without its attempts, of which a page may read so many only.
    fn seen(&self, run: &Run, attempts_left: &mut usize) -> Seen {
        if self.filters.range.is_after(run) {
            return Seen::End;
        }
        if !self.filters.match_run(run) {
            return Seen::Differs;
        }
        if self.filters.need_attempts() {
            if *attempts_left == 0 {
                return Seen::Stop;
            }
            *attempts_left = attempts_left.saturating_sub(1);
        }
        Seen::Matches
    }
}
