//! The further branches of a configuration as attributes. A configuration with one branch has none of them.
//!
//! The list changes only with edits. The coverage of each branch is an attribute of its own, named by its generation,
//! so that a run sets it wherever its branch is in the list by then.

use super::super::item::{instant_of, list, map, number, shown, text};
use super::super::{Item, Record, attribute, paths};
use app::ports::StoreError;
use aws_sdk_dynamodb::types::AttributeValue;
use domain::commit::Sha;
use domain::configuration::{BranchName, Configuration, Coverage, WatchedBranch};
use domain::id::RepositoryId;
use domain::instant::Instant;

const FURTHER: &str = "further";
const REPOSITORY: &str = "repository";
const BRANCH: &str = "branch";
/// The highest generation of a branch that was removed; absent if a branch has a higher one.
pub(super) const DROPPED_GENERATION: &str = "dropped_generation";

/// The list, and the coverage of each branch.
pub(super) fn attributes(configuration: &Configuration) -> Item {
    let (settings, progress) = (&configuration.settings, &configuration.progress);
    let mut item = Item::new();
    if progress.dropped_generation != 0 {
        item.extend(number(progress.dropped_generation).map(|value| (DROPPED_GENERATION.to_owned(), value)));
    }
    let branches: Vec<_> = settings.further.iter().zip(&progress.further).collect();
    let members = |(branch, coverage): &(&WatchedBranch, &Coverage)| {
        let mut members = vec![
            (REPOSITORY, text(branch.repository.to_string())),
            (BRANCH, text(branch.branch.as_str())),
            (attribute::GENERATION, number(coverage.generation)),
        ];
        members.extend(paths::IN_CONFIGURATION.attributes(&branch.paths));
        members
    };
    item.extend(list(branches.iter().map(members)).map(|value| (FURTHER.to_owned(), value)));
    item.extend(branches.iter().map(|(_, coverage)| (coverage_name(coverage.generation), coverage_value(coverage))));
    item
}

/// The name of the attribute with the coverage of a further branch.
pub(in crate::dynamodb) fn coverage_name(generation: u64) -> String {
    format!("{}{generation}", attribute::COVERAGE)
}

/// The coverage of a further branch, without its generation.
pub(in crate::dynamodb) fn coverage_value(coverage: &Coverage) -> AttributeValue {
    map(vec![
        (attribute::COVERED_SINCE, instant_of(coverage.since)),
        (attribute::COVERED_UNTIL, instant_of(coverage.covered_until)),
        (attribute::LAST_HEAD, shown(coverage.last_head.as_ref())),
        (attribute::RESET_AT, instant_of(coverage.reset_at)),
    ])
}

pub(super) fn read_further(record: Record<'_>) -> Result<Vec<WatchedBranch>, StoreError> {
    let read = |map| {
        let record = Record(map);
        Ok(WatchedBranch {
            repository: record.read(REPOSITORY, |text| RepositoryId::parse(text).ok())?,
            branch: record.read(BRANCH, |text| BranchName::parse(text).ok())?,
            paths: paths::IN_CONFIGURATION.read(record)?,
        })
    };
    record.maps(FURTHER)?.into_iter().map(read).collect()
}

pub(super) fn read_coverages(record: Record<'_>) -> Result<Vec<Coverage>, StoreError> {
    record.maps(FURTHER)?.into_iter().map(|map| read_coverage(record, Record(map))).collect()
}

fn read_coverage(record: Record<'_>, branch: Record<'_>) -> Result<Coverage, StoreError> {
    let generation = branch.number(attribute::GENERATION)?;
    let name = coverage_name(generation);
    let Some(AttributeValue::M(members)) = record.0.get(&name) else {
        return Err(record.broken(&name, "a map"));
    };
    let members = Record(members);
    let instant = |name| -> Result<Option<Instant>, StoreError> { members.instant_or_none(name) };
    Ok(Coverage {
        generation,
        since: instant(attribute::COVERED_SINCE)?,
        covered_until: instant(attribute::COVERED_UNTIL)?,
        last_head: members.read_or_none(attribute::LAST_HEAD, |text| Sha::parse(text).ok())?,
        reset_at: instant(attribute::RESET_AT)?,
    })
}
