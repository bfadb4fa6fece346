//! `GET /repositories/{id}/branches?search&page&perPage`: the current branches of a repository, from its host.

use crate::page::{LIMIT_DEFAULT, LIMIT_MAX};
use crate::routes::prelude::{
    Answer, Call, Id, Json, Parameters, Problem, RepositoryId, RepositoryPath, Uri, answer_body, examples, git_problem,
    vault_problem,
};
use app::holdings::BranchesError;
use app::ports::{Branch, BranchPage, BranchQuery};
use std::time::Duration;

/// How long the host may take: API Gateway gives up on the whole answer after 30 s.
const LIST_WITHIN: Duration = Duration::from_secs(20);
/// The last page: no repository has more branches than fit before it.
const PAGE_MAX: usize = 1_000;
/// The longest search term, in characters: no branch has a longer name.
const SEARCH_CHARS_MAX: usize = 244;

answer_body! {
    /// A branch.
    #[schema(example = json!(examples::branch()))]
    pub(crate) struct BranchBody of(branch: Branch) {
        name: String = branch.name.as_str().to_owned(),
        is_default: bool = branch.is_default,
        /// Null if the host doesn't report it.
        protected: Option<bool> = branch.protected,
        /// The commit that the branch points to. Null if the host doesn't report it.
        commit_sha: Option<String> = branch.head.map(|head| head.as_str().to_owned()),
    }

    /// One page of branches, in the host's order.
    pub(crate) struct BranchesBody of(query: &BranchQuery, page: BranchPage)
        let pagination = BranchPagination::of(query, &page);
    {
        data: Vec<BranchBody> = page.branches.into_iter().map(BranchBody::of).collect(),
        pagination: BranchPagination = pagination,
    }

    /// Position of a page of branches.
    struct BranchPagination of(query: &BranchQuery, page: &BranchPage) {
        page: usize = query.page,
        #[serde(rename = "perPage")]
        per_page: usize = query.per_page,
        has_more: bool = page.has_more,
        /// False if the repository has more branches than were read for `search`: hosts without a search are read up to
        /// about a thousand branches.
        complete: bool = page.complete,
    }
}

/// Lists the branches of a repository.
///
/// Read live from the git host, in the host's order.
#[utoipa::path(
    get,
    path = "/repositories/{id}/branches",
    operation_id = "listBranches",
    params(
        RepositoryPath,
        (
            "search" = Option<String>,
            Query,
            description = "Part of the branch name, case-insensitive.",
            max_length = 244,
            example = "release",
        ),
        (
            "page" = Option<usize>,
            Query,
            description = "Page number, starting at 1.",
            minimum = 1,
            maximum = 1000,
            example = 1,
        ),
        (
            "perPage" = Option<usize>,
            Query,
            description = "Branches per page. Defaults to 50.",
            minimum = 1,
            maximum = 100,
            example = 50,
        ),
    ),
    responses((status = 200, description = "One page of the list.", body = BranchesBody)),
    extensions(
        ("x-problems" = json!(["REPOSITORY_NOT_FOUND", "TOKEN_INVALID", "GIT_RATE_LIMITED", "REPOSITORY_UNREACHABLE"])),
    ),
)]
pub(crate) async fn branches(
    Call(api, caller): Call,
    Id(id): Id<RepositoryId>,
    uri: Uri,
) -> Answer<Json<BranchesBody>> {
    let query = query(Parameters::of(&uri))?;
    let page = api.verbs.list_branches.list(caller.user, id, &query, LIST_WITHIN).await.map_err(refused)?;
    Ok(Json(BranchesBody::of(&query, page)))
}

fn query(mut parameters: Parameters) -> Answer<BranchQuery> {
    let search = parameters.text("search");
    if search.as_ref().is_some_and(|search| search.chars().count() > SEARCH_CHARS_MAX) {
        parameters.wrong("search", format!("at most {SEARCH_CHARS_MAX} characters are expected"));
    }
    let page = parameters.number("page", 1..=PAGE_MAX, "at most 1000 is expected: give a part of the name as 'search'");
    let per_page = parameters.number("perPage", 1..=LIMIT_MAX, "at most 100 is expected");
    parameters.finish()?;
    Ok(BranchQuery { search, page: page.unwrap_or(1), per_page: per_page.unwrap_or(LIMIT_DEFAULT) })
}

fn refused(error: BranchesError) -> Problem {
    match error {
        BranchesError::NoRepository => Problem::not_found("repository"),
        BranchesError::Git(error) => git_problem(&error),
        BranchesError::Vault(error) => vault_problem(&error),
        BranchesError::Store(error) => error.into(),
    }
}
