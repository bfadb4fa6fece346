//! Each item belongs to one of consecutive periods.

use domain::activity::{ActivityPeriod, DELAY_SECONDS, Source, Sources};
use domain::instant::{Duration, Instant};
use proptest::prelude::*;

fn second(seconds: i64) -> Instant {
    Instant::from_timestamp(1_767_225_600 + seconds, 0).expect("an instant")
}

proptest! {
    #[test]
    fn instant_is_in_one_of_consecutive_periods(
        steps in proptest::collection::vec(1_i64..10_000, 1..12),
        at in 0_i64..10_000,
    ) {
        let ends = steps.iter().scan(0, |end, step| {
            *end += step;
            Some(*end)
        });
        let ends: Vec<i64> = ends.collect();
        let begins = std::iter::once(0).chain(ends.iter().copied());
        let periods = begins.zip(&ends).map(|(from, to)| ActivityPeriod::scheduled(second(from), second(*to)));
        let at = second(at);
        let found = periods.filter(|period| period.has(at)).count();
        let last = second(*ends.last().expect("an end")) - Duration::seconds(DELAY_SECONDS);
        prop_assert_eq!(found, usize::from(at < last));
    }
}

#[test]
fn period_of_an_empty_range_is_empty() {
    let (earlier, later) = (second(0), second(5));
    assert!(!ActivityPeriod::scheduled(later, earlier).has(earlier));
    let period = ActivityPeriod::scheduled(later, later);
    assert!(!period.has(later) && !period.has(period.from));
}

#[test]
fn sources_are_those_of_the_list_and_commits() {
    assert_eq!(Sources::of(&[Source::Commits]), Sources::default());
    assert_eq!(Sources::of(&Source::ALL), Sources::EVERYTHING);
    assert_eq!(Sources::of(&[Source::Issues]).list(), [Source::Commits, Source::Issues]);
    for source in Source::ALL {
        assert_eq!(Sources::of(&[source]).is_commits_only(), source == Source::Commits);
    }
}
