//! What happens in the year, and when. It follows from the dates alone.

use app::ports::GitFailure;
use domain::instant::{Duration, Instant};
use domain::month::Month;
use domain::schedule::Schedule;

/// Something that happens at an instant.
#[derive(Clone, Debug)]
pub(super) struct Event {
    pub(super) at: Instant,
    pub(super) what: Happening,
}

/// What happens.
#[derive(Clone, Copy, Debug)]
pub(super) enum Happening {
    /// A schedule fires.
    Fire,
    /// A schedule fires while the git host refuses.
    FireWhile(GitFailure),
    /// A schedule fires while the model does not answer.
    FireWithoutModel,
    /// A schedule fires, and its delivery gets these answers first.
    FireAnswered(&'static [u16]),
    /// The user starts a run over the last days.
    Start { days: i64 },
    /// The user starts a run and cancels it.
    Cancel,
    /// The user tests a configuration.
    Test,
    /// The user enables webhooks that are disabled.
    Enable,
}

/// How long before now the user begins to start a run after every fire.
const EAGER_DAYS: i64 = 30;

impl Happening {
    /// Whether a schedule fires.
    pub(super) fn is_fire(self) -> bool {
        matches!(self, Self::Fire | Self::FireWhile(_) | Self::FireWithoutModel | Self::FireAnswered(_))
    }
}

/// The events of the year, in order. The first schedule is that of the demo's own report.
pub(super) fn of_year(schedules: &[Schedule], begin: Instant, now: Instant) -> Vec<Event> {
    let busy = busy_month(now);
    let mut events = Vec::new();
    for (index, schedule) in schedules.iter().enumerate() {
        let fires = schedule.fires_after(begin).take_while(|fire| *fire < now);
        for (number, at) in fires.enumerate() {
            let is_own = index == 0;
            let what = if is_own { own(number) } else { other(index, number) };
            events.push(Event { at, what });
            if is_own {
                events.extend(of_the_user(number, at, Month::of(at) == busy, now - at < Duration::days(EAGER_DAYS)));
            }
            if matches!(what, Happening::FireAnswered([410])) {
                events.push(Event { at: at + Duration::days(3), what: Happening::Enable });
            }
        }
    }
    events.retain(|event| event.at < now);
    events.sort_by_key(|event| event.at);
    events
}

/// The month in which the user starts so many runs that the limit is reached, on whatever day of a month it is now.
fn busy_month(now: Instant) -> Month {
    Month::of(now).previous().previous()
}

/// How a fire of the demo's own report ends, by its number: most succeed.
fn own(number: usize) -> Happening {
    match number {
        31 | 32 | 138 => Happening::FireWhile(GitFailure::TokenInvalid),
        57 | 90 | 147 => Happening::FireWhile(GitFailure::Forbidden),
        64 | 121 => Happening::FireWithoutModel,
        _ if number % 19 == 7 => Happening::FireAnswered(&[503, 500]),
        _ if number % 11 == 3 => Happening::FireAnswered(&[503]),
        _ => Happening::Fire,
    }
}

/// The same for another schedule. Once, the receiver of the weekly report is closed down.
fn other(index: usize, number: usize) -> Happening {
    if index == 1 && number == 38 { Happening::FireAnswered(&[410]) } else { Happening::Fire }
}

/// What the user does after a fire.
fn of_the_user(number: usize, fire: Instant, is_busy: bool, is_eager: bool) -> Vec<Event> {
    let after = |hours: i64, what: Happening| Event { at: fire + Duration::minutes(hours * 60 + 12), what };
    let mut events = Vec::new();
    if is_busy {
        for (hours, days) in [(2, 7), (5, 14), (7, 3), (9, 30)] {
            events.push(after(hours, Happening::Start { days }));
        }
    } else if is_eager {
        events.push(after(3, Happening::Start { days: 7 }));
    } else if number % 9 == 5 {
        events.push(after(4, Happening::Start { days: 30 }));
    }
    if number % 8 == 2 {
        events.push(after(1, Happening::Test));
    }
    if number % 30 == 21 {
        events.push(after(6, Happening::Cancel));
    }
    events
}

#[cfg(test)]
mod tests {
    use super::super::{DAYS, FIRST_OF_MONTH, MONDAYS, THRICE_A_WEEK};
    use super::{Event, Happening, busy_month, of_year};
    use domain::account::Plan;
    use domain::instant::{Duration, parse};
    use domain::month::Month;
    use domain::schedule::Schedule;

    /// Commits are made on five days of six, so that at most this many runs of a month find none, fail, or have no
    /// model. They are free.
    const FREE_RUNS_MAX: usize = 8;

    fn starts_in(events: &[Event], month: Month) -> usize {
        let starts = |event: &&Event| event.what.is_fire() || matches!(event.what, Happening::Start { .. });
        events.iter().filter(|event| Month::of(event.at) == month).filter(starts).count()
    }

    #[test]
    fn only_the_busy_month_reaches_the_limit_on_every_date() {
        let schedules = [THRICE_A_WEEK, MONDAYS, FIRST_OF_MONTH].map(|cron| Schedule::parse(cron, "UTC").unwrap());
        let limit = usize::try_from(Plan::Free.limits().monthly_runs).unwrap();
        for day in 0..800 {
            let now = parse("2026-12-01T07:40:00Z").unwrap() + Duration::days(day);
            let events = of_year(&schedules, now - Duration::days(DAYS), now);
            let month = Month::of(now);
            let busy = starts_in(&events, busy_month(now));
            assert!(busy > limit + FREE_RUNS_MAX, "{now:?}: {busy}");
            for quiet in [month, month.previous(), busy_month(now).previous()] {
                let runs = starts_in(&events, quiet);
                assert!(runs + 10 < limit, "{now:?}, {quiet:?}: {runs}");
            }
        }
    }
}
