//! The time zones are those of the newest database, under every name.

use super::{at, fires};
use domain::instant::text;
use domain::schedule::{Change, Schedule, Zone};

#[test]
fn zone_is_found_in_any_case() {
    for (written, name) in [
        ("europe/berlin", "Europe/Berlin"),
        ("AMERICA/NEW_YORK", "America/New_York"),
        ("america/argentina/buenos_aires", "America/Argentina/Buenos_Aires"),
        ("utc", "UTC"),
        ("etc/utc", "Etc/UTC"),
        ("us/pacific", "US/Pacific"),
        ("asia/calcutta", "Asia/Calcutta"),
        ("gmt", "GMT"),
        (" Europe/Berlin ", "Europe/Berlin"),
    ] {
        let schedule = Schedule::parse("@daily", written).unwrap();
        assert_eq!(schedule.zone(), name);
        assert_eq!(schedule, Schedule::parse("@daily", name).unwrap());
    }
}

#[test]
fn unknown_zone_is_refused() {
    for name in ["", "Berlin", "Europe", "Europe/", "Etc/Unknown", "Factory", "Europe/Berlin\0", "../UTC", "+02:00"] {
        assert!(Zone::parse(name).is_err(), "{name:?}");
    }
}

#[test]
fn refusal_of_a_zone_names_similar_ones() {
    for (written, named) in [
        ("Berlin", "'Berlin' is not an IANA time zone; similar names: Europe/Berlin"),
        ("New York", "America/New_York"),
        ("Europe/Kiew", "Europe/Kiev"),
        ("+02:00", "write a name such as Europe/Berlin or UTC"),
    ] {
        let message = Zone::parse(written).unwrap_err().to_string();
        assert!(message.contains(named), "{message}");
    }
}

#[test]
fn offset_in_place_of_a_zone_is_refused_with_the_zone_of_this_offset() {
    let (winter, noon) = (at("2026-01-01T00:00:00Z"), at("2026-01-01T12:00:00Z"));
    for (written, named, hours) in [
        ("GMT+5", "Etc/GMT-5", 5),
        ("UTC+2", "Etc/GMT-2", 2),
        ("utc-5", "Etc/GMT+5", -5),
        ("UTC+02:00", "Etc/GMT-2", 2),
        ("+02:00", "Etc/GMT-2", 2),
        ("-0300", "Etc/GMT+3", -3),
        ("UTC +14", "Etc/GMT-14", 14),
        ("UTC\u{2212}1", "Etc/GMT+1", -1),
    ] {
        let message = Zone::parse(written).unwrap_err().to_string();
        assert!(message.contains(&format!("write {named} for")) && message.contains("opposite sign"), "{message}");
        let side = if hours > 0 { "ahead of UTC" } else { "behind UTC" };
        assert!(message.contains(side), "{message}");
        let zone = Zone::parse(named).unwrap();
        for instant in [winter, noon] {
            assert_eq!(zone.local(instant).offset().local_minus_utc(), hours * 3_600, "{written}");
        }
    }
    for written in ["UTC+0", "+00:00", "UTC-00:00", "gmt+00:00"] {
        let message = Zone::parse(written).unwrap_err().to_string();
        assert_eq!(message, format!("'{written}' is not an IANA time zone; write UTC"));
    }
    for written in ["GMT+5:30", "+0545", "UTC+15", "UTC-13", "UTC-00:30", "GMT+99"] {
        let message = Zone::parse(written).unwrap_err().to_string();
        assert!(message.contains(written) && message.contains("no zone is named by this offset"), "{message}");
        assert!(message.contains("Europe/Berlin") && !message.contains("Etc/"), "{message}");
    }
    for written in ["GMT+", "UTC+x", "+1:2:3", "UTC+100000", "+é"] {
        assert!(Zone::parse(written).unwrap_err().to_string().contains("is not an IANA time zone"), "{written}");
    }
}

/// The rules of 2026: British Columbia stays on UTC-7 from November on, and Morocco on UTC.
#[test]
fn changes_of_2026_are_known() {
    assert_eq!(fires("0 9 * * *", "America/Vancouver", "2026-12-01T00:00:00Z", 1), ["2026-12-01T16:00:00.000Z"]);
    assert_eq!(fires("0 9 * * *", "America/Vancouver", "2027-07-01T00:00:00Z", 1), ["2027-07-01T16:00:00.000Z"]);
    assert_eq!(fires("0 9 * * *", "Africa/Casablanca", "2026-12-01T00:00:00Z", 1), ["2026-12-01T09:00:00.000Z"]);
    assert_eq!(fires("0 9 * * *", "Africa/Casablanca", "2027-07-01T00:00:00Z", 1), ["2027-07-01T09:00:00.000Z"]);
}

#[test]
fn every_zone_is_in_the_list_under_its_own_name() {
    let names = Zone::names();
    assert!(names.len() > 590, "{}", names.len());
    for name in &names {
        assert_eq!(Zone::parse(name).unwrap().name(), name);
        assert_eq!(Zone::parse(&name.to_uppercase()).unwrap().name(), name);
    }
}

/// Stretches follow each other without a hole, in every zone.
#[test]
fn stretches_of_every_zone_follow_each_other() {
    let (from, to) = (at("1970-01-01T00:00:00Z"), at("2060-01-01T00:00:00Z"));
    for name in Zone::names() {
        let zone = Zone::parse(&name).unwrap();
        let mut stretch = zone.stretch(from);
        while let Some(end) = stretch.end.filter(|end| *end < to) {
            let next = zone.stretch(end);
            assert_eq!(next.start, Some(Change { at: end, offset_before: stretch.offset }), "{name} at {}", text(end));
            let last = zone.stretch(end - chrono::TimeDelta::milliseconds(1));
            assert_eq!((last.offset, last.end), (stretch.offset, stretch.end), "{name} before {}", text(end));
            assert!(next.end.is_none_or(|next| next > end), "{name} after {}", text(end));
            stretch = next;
        }
    }
}
