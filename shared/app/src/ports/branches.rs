//! Branches of a repository, as its source lists them.

use domain::commit::Sha;
use domain::configuration::BranchName;

/// A branch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Branch {
    /// Its name.
    pub name: BranchName,
    /// The one that the repository is on where nobody names another.
    pub is_default: bool,
    /// Whether its host guards it against changes; none where the source knows of no such thing.
    pub protected: Option<bool>,
    /// The commit that it points to, where the list tells it.
    pub head: Option<Sha>,
}

/// Which branches, in the order of their source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BranchQuery {
    /// A part of the name, in either case; none for all.
    pub search: Option<String>,
    /// Page number, starting at 1.
    pub page: usize,
    /// How many branches a page has, at least 1.
    pub per_page: usize,
}

/// A page of branches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BranchPage {
    /// At most as many as were asked for; none of an empty repository.
    pub branches: Vec<Branch>,
    /// Others follow on the next page.
    pub has_more: bool,
    /// Every branch was looked at, up to the end of this page. A source that can't search gives up after a bounded number
    /// of branches; then this is false, and others that match may exist.
    pub complete: bool,
}

impl BranchQuery {
    /// Whether a branch of this name is looked for.
    #[must_use]
    pub fn matches(&self, name: &BranchName) -> bool {
        let search = self.search.as_ref();
        search.is_none_or(|search| name.as_str().to_lowercase().contains(&search.to_lowercase()))
    }

    /// How many matching branches come before the page.
    #[must_use]
    pub fn before(&self) -> usize {
        self.page.saturating_sub(1).saturating_mul(self.per_page)
    }

    /// The page out of `branches`, which match and of which the first is number `from` of all that match, from 0.
    /// `complete` says that no others match beyond them.
    #[must_use]
    pub fn cut(&self, branches: Vec<Branch>, from: usize, complete: bool) -> BranchPage {
        let skipped = self.before().saturating_sub(from);
        let has_more = branches.len() > skipped.saturating_add(self.per_page);
        let branches: Vec<Branch> = branches.into_iter().skip(skipped).take(self.per_page).collect();
        BranchPage { branches, has_more, complete: complete || has_more }
    }
}
