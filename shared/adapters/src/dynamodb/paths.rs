//! The paths of a branch as attributes, which are absent for the whole repository.

use super::item::shown;
use super::{Attributes, Record};
use app::ports::StoreError;
use domain::repository::{PathFilter, RepositoryPath};

/// The names of the attributes with the included and the excluded paths.
#[derive(Clone, Copy)]
pub(crate) struct PathAttributes {
    include: &'static str,
    exclude: &'static str,
}

pub(crate) const IN_CONFIGURATION: PathAttributes =
    PathAttributes { include: "include_paths", exclude: "exclude_paths" };
/// Short, because the item of a run is kept under a kilobyte.
pub(crate) const IN_RUN: PathAttributes = PathAttributes { include: "s_in", exclude: "s_out" };

impl PathAttributes {
    pub(crate) fn attributes(self, paths: &PathFilter) -> Attributes {
        vec![(self.include, shown(lines(paths.include()))), (self.exclude, shown(lines(paths.exclude())))]
    }

    pub(crate) fn read(self, record: Record<'_>) -> Result<PathFilter, StoreError> {
        let read = |name| {
            let parsed = |text: &str| text.lines().map(|path| RepositoryPath::parse(path).ok()).collect();
            record.read_or_none(name, parsed).map(Option::unwrap_or_default)
        };
        let (include, exclude) = (read(self.include)?, read(self.exclude)?);
        PathFilter::new(include, exclude)
            .map_err(|_| record.broken(self.exclude, "paths that don't exclude an included one"))
    }
}

/// One path a line: no path contains a line break.
fn lines(paths: &[RepositoryPath]) -> Option<String> {
    let lines = paths.iter().map(RepositoryPath::as_str).collect::<Vec<_>>().join("\n");
    (!lines.is_empty()).then_some(lines)
}
