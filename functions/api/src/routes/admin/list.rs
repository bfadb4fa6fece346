//! `GET /admin/accounts`: the accounts with usage in the current month.

use crate::routes::prelude::{
    Answer, Call, Json, Number, PageRequest, Pagination, Paging, Parameters, QueryHash, Serialize, ToSchema, Uri,
    answer_body, examples, instant, page, usd, words,
};
use app::ports::PageCursor;
use app::usage::{AccountSort, AccountUsage, AccountsQuery};
use domain::usage::percentage;

/// The longest text that a user id can begin with.
const SEARCH_CHARS_MAX: usize = 36;

answer_body! {
    /// An account and its usage in the current month.
    #[schema(example = json!(examples::account_usage()))]
    pub(crate) struct AccountUsageBody of(found: &AccountUsage)
        let (account, counter) = (&found.account, &found.counter);
        let limit = account.limits().monthly_runs;
    {
        user_id: String = account.user.to_string(),
        plan: &'static str as words::PlanName = account.plan.as_str(),
        monthly_runs_limit: u64 = limit,
        counted_runs: u64 = counter.counted_runs,
        usage_percentage: u64 = percentage(counter.counted_runs, limit),
        successful_runs: u64 = counter.successful_runs,
        failed_runs: u64 = counter.failed_runs,
        test_runs: u64 = counter.test_runs,
        blocked_runs: u64 = counter.blocked_runs,
        runs_in_flight: u64 = counter.in_flight(),
        total_tokens: u64 = counter.tokens.total(),
        #[schema(value_type = f64, minimum = 0)]
        cost_usd: Number = usd(counter.cost),
        last_run_at: Option<String> = counter.last_run_at.map(instant::text),
        warning: &'static str as words::UsageWarning = found.warning().as_str(),
    }
}

/// A page of accounts.
#[derive(Serialize, ToSchema)]
pub(crate) struct AccountsBody {
    data: Vec<AccountUsageBody>,
    pagination: Pagination,
    /// When the oldest part of the list was made; the figures in it are current. Null before the first list of a month.
    as_of: Option<String>,
}

/// Lists the accounts with usage in the current month.
///
/// Requires the admin role. An account is listed within minutes after its first run of the month has ended. With
/// `near_limit` a page may have fewer accounts than `limit` although `has_more` is true.
#[utoipa::path(
    get,
    path = "/admin/accounts",
    operation_id = "listAccounts",
    params(
        Paging,
        (
            "sort" = inline(Option<words::AccountOrder>),
            Query,
            description = "Most counted runs first (the default), or by user id.",
            example = "usage",
        ),
        (
            "search" = Option<String>,
            Query,
            description = "Only users whose id begins with this text.",
            min_length = 1,
            max_length = 36,
            pattern = "^[0-9A-Fa-f-]+$",
            example = "0d9c5e0e",
        ),
        (
            "near_limit" = Option<bool>,
            Query,
            description = "Only accounts that have used 80 % of their monthly limit or more. An account whose limit \
                           is lowered is found from its next run on.",
            example = true,
        ),
    ),
    responses((status = 200, description = "One page of the list.", body = AccountsBody)),
    extensions(("x-problems" = json!(["FORBIDDEN"]))),
)]
pub(crate) async fn list_accounts(Call(api, caller): Call, uri: Uri) -> Answer<Json<AccountsBody>> {
    caller.require_admin()?;
    let mut parameters = Parameters::of(&uri);
    let request = PageRequest::from_parameters(&mut parameters);
    let sort = parameters.value("sort", "one of usage, user", |text| match text {
        "usage" => Some(AccountSort::Usage),
        "user" => Some(AccountSort::User),
        _ => None,
    });
    let expected = "the beginning of a user id: 1 to 36 hexadecimal digits and hyphens";
    let search = parameters.value("search", expected, searched);
    let near_limit = parameters.value("near_limit", "true or false", |text| text.parse().ok());
    parameters.finish()?;
    let (sort, near_limit) = (sort.unwrap_or(AccountSort::Usage), near_limit.unwrap_or(false));
    let filters =
        [("sort", Some(format!("{sort:?}"))), ("search", search.clone()), ("near", Some(near_limit.to_string()))];
    let query = QueryHash::of("admin-accounts", &filters);
    let after = request.start(&query)?.map(|cursor| cursor.after);
    let wanted = AccountsQuery { sort, search, near_limit, limit: request.limit, offset: request.offset, after };
    let found = api.verbs.list_accounts.page(&wanted).await?;
    let next = found.next.map(|after| page::encode(&PageCursor { after }, &query));
    Ok(Json(AccountsBody {
        data: found.accounts.iter().map(AccountUsageBody::of).collect(),
        pagination: Pagination {
            limit: request.limit,
            offset: request.offset,
            has_more: next.is_some(),
            next_cursor: next,
        },
        as_of: found.as_of.map(instant::text),
    }))
}

fn searched(text: &str) -> Option<String> {
    let is_beginning = (1..=SEARCH_CHARS_MAX).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
    is_beginning.then(|| text.to_ascii_lowercase())
}
