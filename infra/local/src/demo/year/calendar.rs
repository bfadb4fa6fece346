//! What happens in the year, and when. It follows from the dates alone.

use app::ports::GitFailure;
use domain::instant::{Duration, Instant};
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

/// In this month before the current one, the user starts so many runs that the limit is reached.
const BUSY_MONTHS_AGO: i64 = 2;
/// The days of a month, about, for the distance of months.
const MONTH_DAYS: i64 = 30;

impl Happening {
    /// Whether a schedule fires.
    pub(super) fn is_fire(self) -> bool {
        matches!(self, Self::Fire | Self::FireWhile(_) | Self::FireWithoutModel | Self::FireAnswered(_))
    }
}

/// The events of the year, in order. The first schedule is that of the demo's own report.
pub(super) fn of_year(schedules: &[Schedule], begin: Instant, now: Instant) -> Vec<Event> {
    let mut events = Vec::new();
    for (index, schedule) in schedules.iter().enumerate() {
        let fires = schedule.fires_after(begin).take_while(|fire| *fire < now);
        for (number, at) in fires.enumerate() {
            let is_own = index == 0;
            let what = if is_own { own(number) } else { other(index, number) };
            events.push(Event { at, what });
            if is_own {
                events.extend(of_the_user(number, at, now));
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
fn of_the_user(number: usize, fire: Instant, now: Instant) -> Vec<Event> {
    let after = |hours: i64, what: Happening| Event { at: fire + Duration::minutes(hours * 60 + 12), what };
    let months_ago = (now - fire).num_days() / MONTH_DAYS;
    let mut events = Vec::new();
    if months_ago == BUSY_MONTHS_AGO {
        events.push(after(2, Happening::Start { days: 7 }));
        events.push(after(5, Happening::Start { days: 14 }));
        events.push(after(9, Happening::Start { days: 30 }));
    } else if months_ago == 0 {
        events.push(after(3, Happening::Start { days: 7 }));
        events.push(after(6, Happening::Start { days: 3 }));
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
