//! Branches of a repository, as its source lists them.

use domain::commit::Sha;
use domain::configuration::BranchName;

/// A branch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Branch {
    pub name: BranchName,
    pub is_default: bool,
    /// Whether its host protects it against changes; `None` if the source has no such protection.
    pub protected: Option<bool>,
    /// The commit that it points to, if the list contains it.
    pub head: Option<Sha>,
}

/// Which branches to list, in the order of their source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BranchQuery {
    /// A part of the name, case-insensitive; `None` for all branches.
    pub search: Option<String>,
    /// Page number, starting at 1.
    pub page: usize,
    /// Branches per page, at least 1.
    pub per_page: usize,
}

/// A page of branches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BranchPage {
    /// At most [`BranchQuery::per_page`]; empty for an empty repository.
    pub branches: Vec<Branch>,
    pub has_more: bool,
    /// Whether every branch up to the end of this page was checked. A source that can't search stops after a bounded
    /// number of branches; others that match may exist then.
    pub complete: bool,
}

impl BranchQuery {
    /// Whether a branch of this name matches the search.
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

    /// Cuts the page out of `branches`: matching branches, of which the first has position `from` (from 0) among all
    /// that match. `complete` says that no others match after them.
    #[must_use]
    pub fn cut(&self, branches: Vec<Branch>, from: usize, complete: bool) -> BranchPage {
        let skipped = self.before().saturating_sub(from);
        let has_more = branches.len() > skipped.saturating_add(self.per_page);
        let branches: Vec<Branch> = branches.into_iter().skip(skipped).take(self.per_page).collect();
        BranchPage { branches, has_more, complete: complete || has_more }
    }
}
