//! The words about earlier periods.

use super::markdown::{count, grouped};
use super::wording::by;
use crate::count::total;
use crate::digest::{Period, Trend};

/// A sentence that compares a period with those before it; `None` where nothing true can be said. It has only numbers.
pub(super) fn sentence(trend: &Trend) -> Option<String> {
    let at_least = if trend.quiet_at_least { "at least " } else { "" };
    match (trend.period.commits, trend.quiet_before) {
        (0, 0) => None,
        (0, before) => {
            let streak = before.saturating_add(1);
            Some(format!("This is {}the {} quiet period in a row.", at_least, ordinal(streak)))
        }
        (_, 0) => compared(trend),
        (_, 1) if !trend.quiet_at_least => Some("These are the first commits after a quiet period.".to_owned()),
        (_, before) => {
            let periods = count(before, "quiet period", "quiet periods");
            Some(format!("These are the first commits after {at_least}{periods}."))
        }
    }
}

/// The sentence for a report about several branches, which shows the figures of each only.
pub(super) fn sentence_of_several(trend: &Trend) -> Option<String> {
    let sentence = sentence(trend)?;
    if trend.period.commits == 0 {
        return Some(sentence);
    }
    Some(format!("{} in all. {sentence}", figures(&trend.period)))
}

/// The same as data for a model, a line for each fact.
pub(super) fn data(trend: &Trend) -> String {
    let mut text = String::new();
    if let Some(earlier) = trend.comparable().first() {
        text = format!("Period before: {}\n", figures(earlier));
    }
    if let Some(mean) = trend.mean_commits() {
        let periods = trend.comparable().len();
        text = format!("{text}Mean of the {periods} periods before: {}\n", count(mean, "commit", "commits"));
    }
    if trend.quiet_before > 0 {
        let at_least = if trend.quiet_at_least { "at least " } else { "" };
        text = format!("{text}Periods without commits directly before: {at_least}{}\n", trend.quiet_before);
    }
    text
}

fn compared(trend: &Trend) -> Option<String> {
    let earlier = trend.comparable().first()?;
    let mean = trend.mean_commits().map(|mean| {
        let periods = grouped(total(trend.comparable().len()));
        format!(" The mean of the {periods} periods before is {}.", count(mean, "commit", "commits"))
    });
    Some(format!("The period before had {}.{}", figures(earlier), mean.unwrap_or_default()))
}

/// `31 commits by 6 people, +400 −120 lines`.
fn figures(period: &Period) -> String {
    let commits = count(period.commits, "commit", "commits");
    if period.commits == 0 {
        return commits;
    }
    let lines = period.lines.map(|(added, deleted)| format!(", +{} −{} lines", grouped(added), grouped(deleted)));
    format!("{commits} by {}{}", by(period.people, period.bots), lines.unwrap_or_default())
}

/// `2nd`, `11th`.
fn ordinal(number: u64) -> String {
    let ending = match (number % 100, number % 10) {
        (11..=13, _) => "th",
        (_, 1) => "st",
        (_, 2) => "nd",
        (_, 3) => "rd",
        _ => "th",
    };
    format!("{}{ending}", grouped(number))
}
