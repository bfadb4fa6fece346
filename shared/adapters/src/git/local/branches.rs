//! The branches of a folder, and of what was fetched into it.

use super::sha;
use app::ports::Branch;
use domain::configuration::BranchName;
use git2::Repository;
use std::collections::BTreeMap;

/// All branches by name: the folder's own, and those of `origin` without a branch of the same name of the folder's
/// own. A head is looked up in the same order.
pub(super) fn all(repository: &Repository) -> Result<Vec<Branch>, git2::Error> {
    let default = repository.find_reference("HEAD")?.symbolic_target().ok().flatten().map(str::to_owned);
    let default = default.as_deref().and_then(|target| target.strip_prefix("refs/heads/"));
    let mut found: BTreeMap<String, Branch> = BTreeMap::new();
    for place in ["refs/heads/", "refs/remotes/origin/"] {
        for reference in repository.references_glob(&format!("{place}*"))? {
            let reference = reference?;
            // `origin/HEAD` is another name of one of the others.
            let Some(name) =
                reference.name().ok().and_then(|name| name.strip_prefix(place)).filter(|name| *name != "HEAD")
            else {
                continue;
            };
            let Ok(parsed) = BranchName::parse(name) else { continue };
            let head = reference.resolve().ok().and_then(|found| sha(found.target()?));
            let is_default = default == Some(name);
            found.entry(name.to_owned()).or_insert(Branch { name: parsed, is_default, protected: None, head });
        }
    }
    Ok(found.into_values().collect())
}
