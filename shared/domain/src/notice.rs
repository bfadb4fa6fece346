//! Messages that are no run's report.

use crate::delivery::Delivery;
use crate::id::{ConfigurationId, NoticeId, UserId};
use crate::instant::{Instant, NaiveDate};
use crate::month::Month;
use crate::usage::Mark;

/// A message to the user, delivered as a report is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Its id.
    pub id: NoticeId,
    /// To whom.
    pub user: UserId,
    /// The configuration it is about, or whose run brought it about; its webhook and secret serve where the account
    /// has none of its own.
    pub configuration: ConfigurationId,
    /// What it says.
    pub matter: Matter,
    /// The month it speaks of.
    pub month: Month,
    /// When it was made.
    pub created_at: Instant,
    /// How far it got.
    pub delivery: Delivery,
}

/// What a notice says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Matter {
    /// A part of the monthly limit is used.
    ThresholdReached {
        /// Which part of which limit.
        mark: Mark,
        /// Counted runs at that moment.
        used: u64,
    },
    /// A configuration waits for the 1st, because a limit is reached.
    Paused {
        /// The limit.
        limit: u64,
        /// It is the limit on runs that do not count.
        uncounted: bool,
        /// When the limit returns.
        until: Instant,
    },
    /// The provider of a configuration's model has announced its end.
    ModelRetires {
        /// The model, as the configuration names it.
        model: String,
        /// The first day without it.
        on: NaiveDate,
    },
}

impl Matter {
    /// The word in records and messages.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::ThresholdReached { .. } => "usage.threshold_reached",
            Self::Paused { .. } => "configuration.paused",
            Self::ModelRetires { .. } => "model.retires",
        }
    }
}

impl Notice {
    /// What it is about, in a line.
    #[must_use]
    pub fn title(&self) -> String {
        match &self.matter {
            Matter::ThresholdReached { mark, .. } if mark.percent >= 100 => {
                format!("All report runs of {} are used", self.month)
            }
            Matter::ThresholdReached { mark, .. } => {
                format!("{} % of the report runs of {} are used", mark.percent, self.month)
            }
            Matter::Paused { until, .. } => format!("A report is paused until {}", until.format("%-d %B %Y")),
            Matter::ModelRetires { model, on } => {
                format!("The model {model} {} on {}", self.ends(*on), on.format("%-d %B %Y"))
            }
        }
    }

    /// What it says, for people.
    #[must_use]
    pub fn text(&self) -> String {
        match &self.matter {
            Matter::ThresholdReached { mark, used } if mark.percent >= 100 => format!(
                "All {limit} report runs of {month} are used ({used} of {limit}). Further reports are paused until {until}; \
                 their commits come with the next report after that.",
                limit = mark.limit,
                month = self.month,
                until = self.month.resets_at().format("%-d %B %Y"),
            ),
            Matter::ThresholdReached { mark, used } => format!(
                "{used} of {limit} report runs of {month} are used ({percent} % of the limit is reached). The limit resets on {until}.",
                limit = mark.limit,
                month = self.month,
                percent = mark.percent,
                until = self.month.resets_at().format("%-d %B %Y"),
            ),
            Matter::Paused { limit, uncounted: true, until } => format!(
                "This report is paused until {until}: {limit} report runs of {month} did not count (they failed, were \
                 cancelled, were tests, or were written without the model), and no more of them may start. \
                 Its commits come with the next report after that.",
                until = until.format("%-d %B %Y"),
                month = self.month,
            ),
            Matter::Paused { limit, uncounted: false, until } => format!(
                "This report is paused until {until}: all {limit} report runs of {month} are used. \
                 Its commits come with the next report after that.",
                until = until.format("%-d %B %Y"),
                month = self.month,
            ),
            Matter::ModelRetires { model, on } => format!(
                "The model {model}, which writes this report, {ends} on {on}: its provider switches it off. \
                 Choose another model for the report. Without one, reports are written without a model and do not count.",
                ends = self.ends(*on),
                on = on.format("%-d %B %Y"),
            ),
        }
    }

    /// Whether a model's last day was still to come when the notice was made.
    fn ends(&self, on: NaiveDate) -> &'static str {
        if self.created_at.date_naive() < on { "ends" } else { "ended" }
    }
}
