//! What came of the rows, and what is printed of it.

use super::row::{Place, Reason};
use crate::output::{OutputError, say};
use domain::id::UserId;
use domain::month::Month;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// The tables of an export, in the order in which they are imported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Table {
    Repositories,
    Configurations,
    Runs,
}

impl fmt::Display for Table {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Repositories => "repositories",
            Self::Configurations => "report configurations",
            Self::Runs => "report runs",
        })
    }
}

/// What came of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    Written,
    /// An earlier import has written it.
    There,
    Refused(Reason),
}

/// The rows of one table. Every row that was read has one fate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rows {
    pub read: u64,
    pub written: u64,
    pub there: u64,
    pub refused: u64,
}

/// What came of all rows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub rows: BTreeMap<Table, Rows>,
    /// The refused rows.
    pub refused: Vec<(Place, Reason)>,
    /// Months that have imported runs.
    pub months: BTreeSet<(UserId, Month)>,
    /// Reports that were not stored, because their time is over.
    pub expired_texts: u64,
    /// Configurations whose schedules were started.
    pub enabled: u64,
    /// Configurations that stay paused, and why.
    pub paused: Vec<(Place, String)>,
    /// Columns that are not imported.
    pub ignored: BTreeSet<(Table, String)>,
}

impl Tally {
    /// Records what came of a row; a refusal is printed at once.
    pub(super) fn add(&mut self, table: Table, place: &Place, fate: Fate) -> Result<(), OutputError> {
        let rows = self.rows.entry(table).or_default();
        rows.read += 1;
        match fate {
            Fate::Written => rows.written += 1,
            Fate::There => rows.there += 1,
            Fate::Refused(reason) => {
                rows.refused += 1;
                say(&format!("{place}: {reason}"))?;
                self.refused.push((place.clone(), reason));
            }
        }
        Ok(())
    }

    /// The number of refused rows of all tables.
    #[must_use]
    pub fn refused_rows(&self) -> u64 {
        self.rows.values().map(|rows| rows.refused).sum()
    }

    /// The numbers of rows of each table, and what else is to be known.
    pub(super) fn summary(&self, dry_run: bool) -> String {
        let mut lines: Vec<String> = Vec::new();
        for (table, Rows { read, written, there, refused }) in &self.rows {
            lines.push(if dry_run {
                format!("{table}: {read} read, {written} valid, {refused} refused")
            } else {
                format!("{table}: {read} read, {written} written, {there} already there, {refused} refused")
            });
        }
        if self.expired_texts > 0 {
            let days = "REPORT_TEXT_RETENTION_DAYS";
            lines.push(format!(
                "texts of reports that have expired and were not stored ({days}): {}",
                self.expired_texts
            ));
        }
        if self.enabled > 0 {
            lines.push(format!("schedules that were started: {}", self.enabled));
        }
        for (place, why) in &self.paused {
            lines.push(format!("{place}: the configuration stays paused: {why}"));
        }
        for (table, column) in &self.ignored {
            lines.push(format!("{table}: the column '{column}' was not imported"));
        }
        lines.join("\n")
    }
}
