//! A notice in words.

use super::{EndpointOf, Matter, Named, Notice};
use crate::delivery::{DISABLED_AFTER_DAYS, DisabledReason};
use crate::instant::{Instant, NaiveDate};
use crate::usage::Mark;
use std::fmt;

impl fmt::Display for Named {
    /// `"Weekly" (owner/name)`: the name, the repository, or the id if there is neither.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.name, &self.repository) {
            (Some(name), Some(repository)) => write!(formatter, "\"{name}\" ({repository})"),
            (Some(name), None) => write!(formatter, "\"{name}\""),
            (None, Some(repository)) => formatter.write_str(repository),
            (None, None) => write!(formatter, "{}", self.id),
        }
    }
}

impl Notice {
    /// What it is about, in a line.
    #[must_use]
    pub fn title(&self) -> String {
        let about = &self.configuration;
        match &self.matter {
            Matter::ReportFailed { .. } => format!("The report {about} failed"),
            Matter::ReportRecovered { .. } => format!("The report {about} works again"),
            Matter::DeliveryFailed { .. } => format!("A report of {about} was not delivered"),
            Matter::EndpointFailing { endpoint, .. } => format!("{} does not take messages", self.webhook(*endpoint)),
            Matter::EndpointDisabled { endpoint, .. } => format!("{} is disabled", self.webhook(*endpoint)),
            Matter::EndpointEnabled { endpoint, .. } => format!("{} takes messages again", self.webhook(*endpoint)),
            Matter::ThresholdReached { mark, .. } if mark.percent >= 100 => {
                format!("All report runs of {} are used", self.month)
            }
            Matter::ThresholdReached { mark, .. } => {
                format!("{} % of the report runs of {} are used", mark.percent, self.month)
            }
            Matter::Paused { until, .. } => format!("Reports are paused until {}", day(*until)),
            Matter::Resumed => "Reports continue".to_owned(),
            Matter::ModelRetires { model, on } => {
                format!("The model {model} {} on {}", self.ends(*on), on.format("%-d %B %Y"))
            }
        }
    }

    /// What it says, for people.
    #[must_use]
    pub fn text(&self) -> String {
        match &self.matter {
            Matter::ReportFailed { message, .. } => format!(
                "The scheduled report {} failed: {} There is no further notice until it works again.",
                self.configuration,
                sentence(message),
            ),
            Matter::ReportRecovered { failing_since, .. } => format!(
                "The scheduled report {}, which had failed since {}, was written again. It includes the commits since \
                 the last report.",
                self.configuration,
                moment(*failing_since),
            ),
            Matter::DeliveryFailed { run, attempts, status } => {
                self.delivery_failed(&run.to_string(), *attempts, *status)
            }
            Matter::EndpointFailing { endpoint, host, since } => format!(
                "{} at {host} has not taken any message since {}. We keep trying; after {DISABLED_AFTER_DAYS} days \
                 without success it is disabled{}.",
                self.webhook(*endpoint),
                moment(*since),
                if *endpoint == EndpointOf::Configuration { " and the schedule paused" } else { "" },
            ),
            Matter::EndpointDisabled { endpoint, host, reason } => self.disabled(*endpoint, host, *reason),
            Matter::EndpointEnabled { endpoint, host } => {
                format!("{} at {host} takes messages again.", self.webhook(*endpoint))
            }
            Matter::ThresholdReached { mark, used } => self.threshold(*mark, *used),
            Matter::Paused { limit, uncounted, until, paused, count } => {
                self.paused(*limit, *uncounted, *until, paused, *count)
            }
            Matter::Resumed => "The reports that were paused because the limit was reached continue. Each includes \
                                the commits since its last report."
                .to_owned(),
            Matter::ModelRetires { model, on } => format!(
                "The model {model}, which writes the report {about}, {ends} on {on}: its provider switches it off. \
                 Choose another model for the report. Without one, reports are written without a model and do not \
                 count.",
                about = self.configuration,
                ends = self.ends(*on),
                on = on.format("%-d %B %Y"),
            ),
        }
    }

    fn webhook(&self, endpoint: EndpointOf) -> String {
        match endpoint {
            EndpointOf::Configuration => format!("The webhook of the report {}", self.configuration),
            EndpointOf::Account => "The webhook for notices".to_owned(),
        }
    }

    fn delivery_failed(&self, run: &str, attempts: u32, status: Option<u16>) -> String {
        let answer = status.map_or_else(String::new, |status| format!(" The last answer was HTTP {status}."));
        let tries = if attempts == 1 { "an attempt".to_owned() } else { format!("{attempts} attempts") };
        format!(
            "A report of {} was not delivered after {tries}.{answer} It is stored as run {run}, and can be sent again \
             once the webhook works.",
            self.configuration,
        )
    }

    fn disabled(&self, endpoint: EndpointOf, host: &str, reason: DisabledReason) -> String {
        let webhook = self.webhook(endpoint);
        let why = match reason {
            DisabledReason::Gone => "its receiver answered that it no longer exists (HTTP 410)".to_owned(),
            DisabledReason::Rejected => "the chat service answered that the address is not valid".to_owned(),
            DisabledReason::NoSuccess => format!("no message has arrived for {DISABLED_AFTER_DAYS} days"),
        };
        match endpoint {
            EndpointOf::Configuration => format!(
                "{webhook} at {host} is disabled, because {why}. The schedule is paused; the commits of the pause are \
                 in the next report. Change the address, or send a test once the webhook works. Reports that were not \
                 delivered are stored, and can be sent again then.",
            ),
            EndpointOf::Account => format!(
                "{webhook} at {host} is disabled, because {why}. Until it is changed or enabled, notices go to your \
                 e-mail address if one is confirmed, and otherwise to the webhook of their report.",
            ),
        }
    }

    fn threshold(&self, mark: Mark, used: u64) -> String {
        let (limit, month) = (mark.limit, self.month);
        let until = day(self.month.resets_at());
        if mark.percent >= 100 {
            return format!(
                "All {limit} report runs of {month} are used ({used} of {limit}). Further reports are paused until \
                 {until}; their commits come with the next report after that.",
            );
        }
        format!(
            "{used} of {limit} report runs of {month} are used ({percent} % of the limit is reached). The limit \
             resets on {until}.",
            percent = mark.percent,
        )
    }

    fn paused(&self, limit: u64, uncounted: bool, until: Instant, paused: &[Named], count: u64) -> String {
        let why = if uncounted {
            format!(
                "{limit} report runs of {} did not count (they failed, were cancelled, were tests, or were written \
                 without the model), and no more of them may start",
                self.month,
            )
        } else {
            format!("all {limit} report runs of {} are used", self.month)
        };
        let mut list: Vec<String> = paused.iter().map(ToString::to_string).collect();
        let others = usize::try_from(count).unwrap_or(usize::MAX).saturating_sub(paused.len());
        if others > 0 {
            list.push(format!("{others} more"));
        }
        let list = if list.is_empty() { self.configuration.to_string() } else { list.join(", ") };
        format!(
            "Reports are paused until {}: {why}. Paused: {list}. Their commits come with the next report after that.",
            day(until),
        )
    }

    /// Whether a model's last day was still to come when the notice was made.
    fn ends(&self, on: NaiveDate) -> &'static str {
        if self.created_at.date_naive() < on { "ends" } else { "ended" }
    }
}

fn day(at: Instant) -> String {
    at.format("%-d %B %Y").to_string()
}

fn moment(at: Instant) -> String {
    at.format("%-d %B %Y, %H:%M UTC").to_string()
}

/// A message that ends as a sentence does.
fn sentence(message: &str) -> String {
    let message = message.trim_end();
    if message.ends_with(['.', '!', '?']) { message.to_owned() } else { format!("{message}.") }
}
