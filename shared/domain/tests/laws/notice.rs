//! The texts of notices, and the caption of a report.

use crate::configuration::paths::filter;
use crate::sample::{configuration, instant, run, user};
use domain::account::{Account, NoticeChoice, NoticeKind};
use domain::configuration::Configuration;
use domain::delivery::{Delivery, DisabledReason, Health};
use domain::event::{DeliverySubject, Fact, FactKind};
use domain::id::{ConfigurationId, EventId, NoticeId, UserId};
use domain::month::Month;
use domain::notice::{Matter, Named, Notice, ReachedThreshold, Recipient};
use domain::run::{Caption, End, Findings, Outcome, Phase, Run, Trigger, Window};
use domain::usage::Mark;

fn named(id: u8, name: Option<&str>) -> Named {
    let id = ConfigurationId::at(instant("2026-03-10T09:00:00Z"), [id; 10]);
    Named { id, name: name.map(str::to_owned), repository: Some("acme/shop".to_owned()) }
}

fn notice(matter: Matter) -> Notice {
    let now = instant("2026-03-10T09:00:00Z");
    Notice {
        id: NoticeId::at(now, [1; 10]),
        user: UserId::from_record("00000000-0000-4000-8000-000000000001").unwrap(),
        configuration: named(2, Some("Weekly")),
        matter,
        month: Month::of(now),
        created_at: now,
        delivery: Delivery::none(),
        sent_to: None,
    }
}

#[test]
fn notice_has_title_and_text_of_its_matter() {
    let reached = |percent, used| notice(Matter::ThresholdReached { mark: Mark { percent, limit: 50 }, used }).text();
    assert!(reached(80, 40).starts_with("40 of 50 report runs of "), "{}", reached(80, 40));
    assert!(reached(80, 40).contains("80 %") && reached(80, 40).ends_with("resets on 1 April 2026."));
    assert!(reached(100, 50).starts_with("All 50 report runs of "), "{}", reached(100, 50));
    let until = instant("2026-04-01T00:00:00Z");
    let listed = vec![named(2, Some("Weekly")), named(3, None)];
    let paused = notice(Matter::Paused { limit: 50, uncounted: false, until, paused: listed, count: 5 });
    let text = paused.text();
    assert!(text.starts_with("Reports are paused until 1 April 2026: all 50"), "{text}");
    assert!(text.contains("Paused: \"Weekly\" (acme/shop), acme/shop, 3 more."), "{text}");
    assert_eq!(paused.matter.kind().as_str(), "configuration.paused");
    let threshold = Matter::ThresholdReached { mark: Mark { percent: 80, limit: 50 }, used: 40 };
    assert_eq!(threshold.kind().as_str(), "usage.threshold_reached");
    assert_eq!(notice(threshold).title(), "80 % of the report runs of 2026-03 are used");
    let all = Matter::ThresholdReached { mark: Mark { percent: 100, limit: 50 }, used: 50 };
    assert_eq!(notice(all).title(), "All report runs of 2026-03 are used");
    assert_eq!(paused.title(), "Reports are paused until 1 April 2026");
    let retires = |on: &str| notice(Matter::ModelRetires { model: "gpt-4o-mini".into(), on: on.parse().unwrap() });
    assert_eq!(retires("2026-03-11").title(), "The model gpt-4o-mini ends on 11 March 2026");
    assert_eq!(retires("2026-03-10").title(), "The model gpt-4o-mini ended on 10 March 2026");
    let text = retires("2026-03-11").text();
    assert!(text.contains("ends on 11 March 2026") && text.contains("Choose another model"), "{text}");
    assert_eq!(retires("2026-03-11").matter.kind().as_str(), "model.retires");
}

fn without_webhook(mut configuration: Configuration) -> Configuration {
    configuration.settings.webhook = None;
    configuration
}

#[test]
fn reached_threshold_gives_an_event_and_a_notice_for_its_recipient() {
    let now = instant("2026-03-10T09:00:00Z");
    let (mark, month) = (Mark { percent: 80, limit: 50 }, Month::of(now));
    let reached = ReachedThreshold { user: user(), mark, used: 40, month };
    let ids = (NoticeId::at(now, [1; 10]), EventId::at(now, [2; 10]));
    let account = Account::free(user());
    let configuration = configuration("@daily");
    let about = Named::of(&configuration, None);
    let to = |account: &Account, configuration: Option<&_>| Recipient::of(account, about.clone(), configuration);
    let (notice, event) = reached.announce(Some(&to(&account, Some(&configuration))), ids, now);
    let notice = notice.expect("a notice");
    assert_eq!((notice.id, notice.user, notice.configuration), (ids.0, user(), about.clone()));
    assert_eq!((notice.matter, notice.month), (Matter::ThresholdReached { mark, used: 40 }, month));
    assert_eq!((event.id, event.user, event.at), (ids.1, user(), now));
    assert_eq!(event.fact, Fact::UsageThresholdReached { mark, used: 40, month });
    assert_eq!(reached.announce(None, ids, now), (None, event));

    let configuration = without_webhook(configuration);
    let own = Account { notification_webhook: Some("https://example.com/hook".parse().unwrap()), ..account.clone() };
    let muting = Account { notices: NoticeChoice::without([NoticeKind::ThresholdReached]), ..own.clone() };
    let disabled = Health::Disabled { since: now, reason: DisabledReason::Gone, status: Some(410) };
    let unreachable = Account { notification_health: disabled, ..own.clone() };
    for (recipient, delivery) in [
        (to(&own, Some(&configuration)), Delivery::pending(now)),
        (to(&account, Some(&configuration)), Delivery::none()),
        (to(&own, None), Delivery::pending(now)),
        (to(&account, None), Delivery::none()),
        (to(&muting, None), Delivery::none()),
        (to(&unreachable, None), Delivery::none()),
    ] {
        let (notice, _) = reached.announce(Some(&recipient), ids, now);
        assert_eq!(notice.map(|notice| notice.delivery), Some(delivery), "{recipient:?}");
    }
}

#[test]
fn event_has_the_type_that_consumers_expect() {
    let month = Month::of(instant("2026-03-10T09:00:00Z"));
    let configuration = ConfigurationId::at(month.first_instant(), [2; 10]);
    let mark = Mark { percent: 80, limit: 50 };
    let subject = DeliverySubject::Run(run(Trigger::Schedule { fire: month.first_instant() }, true).id);
    let facts = [
        (Fact::UsageThresholdReached { mark, used: 40, month }, "usage.threshold_reached"),
        (
            Fact::ConfigurationPaused { configuration, fire: month.first_instant(), month, until: month.resets_at() },
            "configuration.paused",
        ),
        (Fact::DeliveryFailed { subject, attempts: 11, status: Some(503) }, "delivery.failed"),
    ];
    for (fact, kind) in facts {
        assert_eq!((fact.kind().as_str(), FactKind::parse(kind)), (kind, Some(fact.kind())));
    }
}

fn ended(trigger: Trigger, commits: u64, degraded: bool, model: Option<&str>) -> Run {
    let mut run = run(trigger, true);
    let findings = Findings { commits, degraded, ..Findings::default() };
    run.phase = Phase::Ended(End { at: run.started_at, outcome: Outcome::Success(findings), counted: true });
    run.figures.model = model.map(str::to_owned);
    run
}

#[test]
fn caption_names_source_and_writer() {
    let fire = instant("2026-03-31T23:59:00Z");
    let scheduled = Trigger::Schedule { fire };
    let test = Trigger::Test(Window::of_any_length(fire, fire));
    let byline = |run: Run| Caption::of(&run).byline;
    assert_eq!(
        byline(ended(scheduled.clone(), 1, false, Some("gpt-4o-mini"))),
        "acme/shop, branch main · 1 commit · written by gpt-4o-mini"
    );
    assert_eq!(
        byline(ended(scheduled.clone(), 1_200, false, None)),
        "acme/shop, branch main · 1,200 commits · written without a model"
    );
    assert_eq!(
        byline(ended(scheduled.clone(), 3, true, Some("gpt-4o-mini"))),
        "acme/shop, branch main · 3 commits · written without the model"
    );
    assert!(byline(ended(test, 3, false, None)).ends_with(" · a test"));
    let mut of_paths = ended(scheduled.clone(), 3, false, None);
    of_paths.snapshot.paths = filter(&["api", "docs"], &["api/tests"]);
    let expected = "acme/shop, branch main in api and docs, without api/tests · 3 commits · written without a model";
    assert_eq!(Caption::of(&of_paths).title, "acme/shop (api and docs, without api/tests)");
    assert_eq!(byline(of_paths), expected);
    let findings = Findings { commits: 2_100, commits_at_least: true, ..Findings::default() };
    let mut long = ended(scheduled.clone(), 0, false, None);
    long.phase = Phase::Ended(End { at: fire, outcome: Outcome::Success(findings), counted: true });
    assert!(byline(long).contains(" · at least 2,100 commits · "));
    let mut named = ended(scheduled, 3, false, None);
    assert_eq!(Caption::of(&named).title, "acme/shop");
    named.snapshot.name = Some("Weekly".to_owned());
    assert_eq!(Caption::of(&named).title, "Weekly: acme/shop");
}
