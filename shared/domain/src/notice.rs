//! Messages that are not a run's report, and the event of some of them.

use crate::account::Account;
use crate::configuration::Configuration;
use crate::delivery::Delivery;
use crate::event::{Event, Fact};
use crate::id::{ConfigurationId, EventId, NoticeId, UserId};
use crate::instant::{Duration, Instant, NaiveDate};
use crate::money::RETIREMENT_NOTICE_DAYS;
use crate::month::Month;
use crate::usage::Mark;
use crate::words::words;
use chrono::NaiveTime;

/// A message to the user, delivered as a report is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    pub id: NoticeId,
    pub user: UserId,
    /// The configuration that it is about, or whose run caused it. Its webhook and its secret are used where the
    /// account has no webhook of its own.
    pub configuration: ConfigurationId,
    pub matter: Matter,
    pub month: Month,
    pub created_at: Instant,
    pub delivery: Delivery,
}

/// The recipient of a notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recipient {
    pub user: UserId,
    pub configuration: ConfigurationId,
    /// Whether the account or the configuration has a webhook.
    pub has_webhook: bool,
}

impl Recipient {
    /// The webhook of the account, else the one of the configuration that a notice is about.
    pub fn of(account: &Account, configuration: &Configuration) -> Self {
        let has_webhook = account.notification_webhook.is_some() || configuration.settings.webhook.is_some();
        Self { user: configuration.user, configuration: configuration.id, has_webhook }
    }

    /// The webhook of the account alone, for a notice about a configuration that was erased.
    pub fn of_erased(account: &Account, configuration: ConfigurationId) -> Self {
        Self { user: account.user, configuration, has_webhook: account.notification_webhook.is_some() }
    }
}

/// What a notice says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Matter {
    ThresholdReached {
        mark: Mark,
        used: u64,
    },
    /// A configuration waits for the 1st, because a limit is reached.
    Paused {
        limit: u64,
        /// It is the limit on runs that do not count.
        uncounted: bool,
        /// When the limit returns.
        until: Instant,
    },
    ModelRetires {
        /// The model, as the configuration names it.
        model: String,
        /// The first day without it.
        on: NaiveDate,
    },
}

words! {
    /// What a notice says, in one word.
    pub enum MatterKind of Matter {
        ThresholdReached = "usage.threshold_reached",
        Paused = "configuration.paused",
        ModelRetires = "model.retires",
    }
}

impl NoticeId {
    /// The one notice that a configuration is paused for a month.
    pub fn paused(configuration: ConfigurationId, month: Month) -> Self {
        let (configuration, text) = (configuration.uuid(), month.to_string());
        Self::once("paused", &[configuration.as_bytes(), text.as_bytes()], month.first_instant())
    }

    /// The one notice that a configuration's model ends on a day. Its instant is the first at which it is made, so that
    /// it sorts among the notices of its time.
    pub fn model_retires(configuration: ConfigurationId, model: &str, on: NaiveDate) -> Self {
        let first_day = on.checked_sub_signed(Duration::days(RETIREMENT_NOTICE_DAYS)).unwrap_or(on);
        let (configuration, day) = (configuration.uuid(), on.to_string());
        let parts = [configuration.as_bytes().as_slice(), model.as_bytes(), day.as_bytes()];
        Self::once("model_retires", &parts, first_day.and_time(NaiveTime::MIN).and_utc())
    }
}

/// A threshold of the monthly limit that is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReachedThreshold {
    pub user: UserId,
    pub mark: Mark,
    /// Counted runs at that moment.
    pub used: u64,
    pub month: Month,
}

impl ReachedThreshold {
    /// The event, and the notice for its recipient, if there is one. They are stored in one transaction with the mark.
    pub fn announce(
        self,
        recipient: Option<&Recipient>,
        (notice, event): (NoticeId, EventId),
        now: Instant,
    ) -> (Option<Notice>, Event) {
        let Self { user, mark, used, month } = self;
        let matter = Matter::ThresholdReached { mark, used };
        let notice = recipient.map(|recipient| Notice::new(notice, recipient, matter, month, now));
        let fact = Fact::UsageThresholdReached { mark, used, month };
        (notice, Event { id: event, user, at: now, fact })
    }
}

impl Notice {
    /// A notice that is due at once; one without a webhook to go to can only be read.
    pub fn new(id: NoticeId, recipient: &Recipient, matter: Matter, month: Month, now: Instant) -> Self {
        Self {
            id,
            user: recipient.user,
            configuration: recipient.configuration,
            matter,
            month,
            created_at: now,
            delivery: if recipient.has_webhook { Delivery::pending(now) } else { Delivery::none() },
        }
    }

    /// What it is about, in a line.
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
    pub fn text(&self) -> String {
        match &self.matter {
            Matter::ThresholdReached { mark, used } if mark.percent >= 100 => format!(
                "All {limit} report runs of {month} are used ({used} of {limit}). Further reports are paused until \
                 {until}; their commits come with the next report after that.",
                limit = mark.limit,
                month = self.month,
                until = self.month.resets_at().format("%-d %B %Y"),
            ),
            Matter::ThresholdReached { mark, used } => format!(
                "{used} of {limit} report runs of {month} are used ({percent} % of the limit is reached). The limit \
                 resets on {until}.",
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
                 Choose another model for the report. Without one, reports are written without a model and do not \
                 count.",
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
