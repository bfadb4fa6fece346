//! The range of a list of runs: the parameters `from` and `to`.

use crate::routes::prelude::{Instant, Parameters, RunId, instant};
use app::ports::PageCursor;
use domain::run::Run;

/// The bounds of the instant in a run's id, which is the fire of a scheduled run and the start of another. It is also
/// the order of lists.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Range {
    pub(super) from: Option<Instant>,
    /// Excluded.
    pub(super) to: Option<Instant>,
}

impl Range {
    pub(super) fn from_parameters(parameters: &mut Parameters) -> Self {
        let range = Self { from: parameters.instant("from"), to: parameters.instant("to") };
        if let (Some(from), Some(to)) = (range.from, range.to)
            && from >= to
        {
            parameters.wrong("to", "must be after 'from'");
        }
        range
    }

    /// The range among the filters of a query.
    pub(super) fn hashed(self) -> [(&'static str, Option<String>); 2] {
        [("from", self.from.map(instant::text)), ("to", self.to.map(instant::text))]
    }

    /// Whether a run is before the range.
    pub(super) fn is_after(self, run: &Run) -> bool {
        self.from.is_some_and(|from| run.id.instant() < from)
    }

    /// The cursor right before the newest run of the range: ids sort by time, so it is the least id of `to`.
    pub(super) fn newest(self) -> Option<PageCursor> {
        self.to.map(|to| after(RunId::at(to, [0; 10])))
    }
}

/// The cursor after a run.
pub(super) fn after(run: RunId) -> PageCursor {
    PageCursor { after: run.uuid() }
}
