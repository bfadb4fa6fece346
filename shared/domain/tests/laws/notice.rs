//! What notices and events say.

use crate::sample::instant;
use domain::delivery::Delivery;
use domain::id::{ConfigurationId, NoticeId, UserId};
use domain::month::Month;
use domain::notice::{Matter, Notice};
use domain::usage::Mark;

fn notice(matter: Matter) -> Notice {
    let now = instant("2026-03-10T09:00:00Z");
    Notice {
        id: NoticeId::at(now, [1; 10]),
        user: UserId::from_record("00000000-0000-4000-8000-000000000001").unwrap(),
        configuration: ConfigurationId::at(now, [2; 10]),
        matter,
        month: Month::of(now),
        created_at: now,
        delivery: Delivery::none(),
    }
}

#[test]
fn each_matter_is_said_in_its_own_words() {
    let reached = |percent, used| notice(Matter::ThresholdReached { mark: Mark { percent, limit: 50 }, used }).text();
    assert!(reached(80, 40).starts_with("40 of 50 report runs of "), "{}", reached(80, 40));
    assert!(reached(80, 40).contains("80 %") && reached(80, 40).ends_with("returns on 1 April 2026."));
    assert!(reached(100, 50).starts_with("All 50 report runs of "), "{}", reached(100, 50));
    let paused = notice(Matter::Paused { limit: 50, until: instant("2026-04-01T00:00:00Z") });
    assert!(paused.text().starts_with("This report is paused until 1 April 2026: all 50"), "{}", paused.text());
    assert_eq!(paused.matter.kind(), "configuration.paused");
    let threshold = Matter::ThresholdReached { mark: Mark { percent: 80, limit: 50 }, used: 40 };
    assert_eq!(threshold.kind(), "usage.threshold_reached");
}
