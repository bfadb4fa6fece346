//! A run ends once, each attempt is paid once, and only the right outcomes count.

mod failure;
mod recount;
mod rollup;
mod wait;

use crate::sample::{configuration, instant, owner, repository, run, user};
use domain::account::{Account, Plan};
use domain::configuration::Writer;
use domain::delivery::Delivery;
use domain::instant::Duration;
use domain::money::{Cost, Rates, TokenUsage, UsageSource};
use domain::report::DegradedReason;
use domain::run::{
    ATTEMPTS_MAX, ClaimError, Content, CountReason, CounterMove, Draft, ErrorCode, Failure, Figures, Findings, Lease,
    Outcome, Payment, Priced, Run, RunEnded, Status, Subject, Trigger, Window, WindowError, Worker, sha_prefix,
};
use proptest::prelude::*;
use std::collections::BTreeSet;

fn scheduled() -> Trigger {
    Trigger::Schedule { fire: instant("2026-03-31T23:59:00Z") }
}

fn test_trigger() -> Trigger {
    Trigger::Test(Window::of_any_length(instant("2026-03-24T00:00:00Z"), instant("2026-03-31T00:00:00Z")))
}

fn success(commits: u64, degraded: bool) -> Outcome {
    Outcome::Success(Findings { commits, degraded, content_attempt: Some(1), ..Findings::default() })
}

/// A payment at a known price, unless its tokens are a multiple of five.
fn payment(attempt: u32, tokens: u64) -> Payment {
    let priced = Priced {
        tokens: TokenUsage::new(tokens, 0, 0, 0),
        cost: Cost::from_micros(tokens),
        source: UsageSource::Api,
        model: Some("gpt-4o-mini".into()),
        rates: (!tokens.is_multiple_of(5)).then_some(Rates::ZERO),
    };
    Payment { attempt, priced }
}

#[test]
fn trigger_has_its_kind() {
    let manual =
        Trigger::Manual(Window::of_any_length(instant("2026-03-24T00:00:00Z"), instant("2026-03-31T00:00:00Z")));
    for (trigger, word, scheduled, test) in [
        (scheduled(), "schedule", true, false),
        (manual, "manual", false, false),
        (test_trigger(), "test", false, true),
    ] {
        assert_eq!((trigger.kind().as_str(), trigger.is_scheduled(), trigger.is_test()), (word, scheduled, test));
    }
}

#[test]
fn outcome_decides_whether_a_run_counts() {
    let failed = Outcome::Failed(Failure::new(ErrorCode::GitUnavailable, "no answer"));
    for (trigger, holds_slot, outcome, counts, reason) in [
        (scheduled(), true, success(1, false), true, "report"),
        (scheduled(), true, success(0, false), false, "no_commits"),
        (scheduled(), true, success(3, true), false, "degraded"),
        (scheduled(), true, failed.clone(), false, "failed"),
        (scheduled(), true, Outcome::Cancelled, false, "cancelled"),
        (test_trigger(), false, success(3, false), false, "test"),
        (test_trigger(), true, success(3, false), true, "report"),
    ] {
        let before = run(trigger, holds_slot);
        assert_eq!(before.count_reason(), CountReason::Running);
        let (after, _) =
            before.finish(outcome.clone(), &[], Delivery::none(), instant("2026-04-01T00:01:00Z")).unwrap();
        assert_eq!(after.end().map(|end| end.counted), Some(counts), "{outcome:?}");
        assert_eq!(after.count_reason().as_str(), reason);
        assert_eq!(after.status(), outcome.status());
        assert_eq!(after.updated_at, instant("2026-04-01T00:01:00Z"));
        assert_eq!(after.month().to_string(), "2026-03", "a run belongs to the month in which it began");
    }
}

#[test]
fn run_begins_with_its_worker_or_waits_for_one() {
    let (id, now) = (run(scheduled(), true).id, instant("2026-03-31T23:59:30Z"));
    let (configuration, repository) = (configuration("@daily"), repository());
    let mut account = Account::free(user());
    account.overrides.monthly_runs = Some(7);
    let subject = Subject {
        configuration: &configuration,
        repository: &repository,
        further: &[],
        account: &account,
        default_writer: &Writer::Plain,
    };
    let worker = Worker { owner: owner(1), lease: Duration::minutes(4) };
    let held = Run::begin(&Draft::scheduled(id, now, worker, now), &subject);
    assert_eq!((held.attempt, held.status(), held.is_held_by(owner(1), 1)), (1, Status::Running, true));
    assert_eq!(held.lease().map(|lease| lease.until), Some(now + Duration::minutes(4)));
    assert_eq!((held.receipt.plan, held.receipt.limit, held.receipt.holds_slot), (Plan::Free, 7, true));
    assert_eq!((held.user, held.configuration, held.repository), (user(), configuration.id, repository.id));
    assert_eq!((held.figures.clone(), held.delivery.clone()), (Figures::default(), Delivery::none()));
    let window = Window::of_any_length(now - Duration::hours(1), now);
    let manual = Run::begin(&Draft::manual(id, window, now), &subject);
    assert_eq!((manual.attempt, manual.lease()), (0, Some(Lease { owner: None, until: now })));
    assert!(manual.receipt.holds_slot && manual.claim(owner(2), now, Duration::minutes(4)).is_ok());
    for holds_slot in [false, true] {
        let test = Run::begin(&Draft::test(id, window, worker, holds_slot, now), &subject);
        assert_eq!((test.trigger, test.receipt.holds_slot), (Trigger::Test(window), holds_slot));
    }
}

#[test]
fn run_ends_once() {
    let now = instant("2026-04-01T00:01:00Z");
    let pending = Delivery::pending(now);
    let (ended, _) = run(scheduled(), true).finish(Outcome::Cancelled, &[], pending.clone(), now).unwrap();
    assert_eq!(ended.delivery, pending);
    assert_eq!(ended.clone().finish(success(1, false), &[], Delivery::none(), now), Err(RunEnded));
    assert_eq!(ended.claim(owner(2), now + Duration::hours(1), Duration::minutes(4)), Err(ClaimError::Ended));
}

#[test]
fn expired_lease_is_taken_over_at_most_three_times() {
    let mut held = run(scheduled(), true);
    let mut now = held.started_at;
    assert_eq!(
        held.clone().claim(owner(2), now + Duration::minutes(3), Duration::minutes(4)),
        Err(ClaimError::LeaseLive)
    );
    for attempt in 2..=ATTEMPTS_MAX {
        now += Duration::minutes(4);
        assert!(!held.is_abandoned(now));
        held = held.claim(owner(u128::from(attempt)), now, Duration::minutes(4)).unwrap();
        assert_eq!(held.updated_at, now);
        assert!(held.is_held_by(owner(u128::from(attempt)), attempt));
        assert!(!held.is_held_by(owner(u128::from(attempt)), attempt - 1), "a worker's own earlier attempt is over");
        assert!(!held.is_held_by(owner(1), attempt));
        assert!(!held.is_held_by(owner(1), 1));
    }
    now += Duration::minutes(4);
    assert_eq!(held.clone().claim(owner(9), now, Duration::minutes(4)), Err(ClaimError::AttemptsUsedUp));
    assert!(held.is_abandoned(now));
    assert!(!held.is_abandoned(now - Duration::milliseconds(1)));
    assert!(run(test_trigger(), false).is_abandoned(now), "a lost test is not tried again");
}

#[test]
fn empty_or_long_range_is_refused() {
    let from = instant("2026-03-01T00:00:00Z");
    assert_eq!(Window::new(from, from), Err(WindowError::Empty));
    assert_eq!(Window::new(from, from + Duration::days(31) + Duration::milliseconds(1)), Err(WindowError::TooLong));
    assert!(Window::new(from, from + Duration::days(31)).is_ok());
}

#[test]
fn failure_message_is_bounded() {
    let failure = Failure::new(ErrorCode::Internal, &"é".repeat(1_000));
    assert_eq!(failure.message.chars().count(), Failure::MESSAGE_CHARS_MAX);
    for code in ErrorCode::ALL {
        assert_eq!(ErrorCode::parse(code.as_str()), Some(code));
    }
    for status in Status::ALL {
        assert_eq!(Status::parse(status.as_str()), Some(status));
    }
}

#[test]
fn content_gives_findings_and_payment() {
    let paid = payment(2, 40);
    let sha = |digit: &str| Some(domain::commit::Sha::parse(&digit.repeat(40)).unwrap());
    let run = run(scheduled(), true);
    let content = Content {
        run: run.id,
        user: run.user,
        attempt: 2,
        text: "# Report".into(),
        headline: Some("Two fixes.".into()),
        facts: Some(Box::default()),
        commits: 3,
        commits_at_least: true,
        range_from: sha("a"),
        head: sha("b"),
        was_reset: false,
        observed_at: run.started_at,
        covered_from: None,
        generation: 0,
        degraded: true,
        degraded_reason: Some(DegradedReason::NoText),
        priced: paid.priced.clone(),
        reported: BTreeSet::new(),
        further: Vec::new(),
        paths: Vec::new(),
        failed: Vec::new(),
    };
    let found = Findings {
        commits: 3,
        commits_at_least: true,
        headline: Some("Two fixes.".into()),
        window: None,
        range_from: sha("a"),
        range_to: sha("b"),
        degraded: true,
        degraded_reason: Some(DegradedReason::NoText),
        content_attempt: Some(2),
        failed: Vec::new(),
    };
    assert_eq!((content.findings(), content.payment()), (found.clone(), paid));
    assert!(Outcome::Success(found).is_degraded() && !success(3, false).is_degraded());
    assert!(!Outcome::Cancelled.is_degraded());
}

#[test]
fn commit_is_identified_by_its_first_eight_bytes() {
    let sha = domain::commit::Sha::parse("0123456789ABCDEF0123456789abcdef01234567").unwrap();
    assert_eq!(sha_prefix(&sha), [0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef]);
}

proptest! {
    #[test]
    fn attempt_is_paid_once(
        early in prop::collection::vec((1_u32..4, 0_u64..1_000), 0..6),
        late in prop::collection::vec((1_u32..4, 0_u64..1_000), 0..6),
    ) {
        let payments = |list: &[(u32, u64)]| -> Vec<Payment> {
            list.iter().map(|(attempt, tokens)| payment(*attempt, *tokens)).collect()
        };
        let now = instant("2026-04-01T00:01:00Z");
        let (paid, added) = run(scheduled(), true).with_payments(&payments(&early), now);
        let (ended, counter) = paid.finish(success(1, false), &payments(&late), Delivery::none(), now).unwrap();
        let mut first = std::collections::BTreeMap::new();
        for (attempt, tokens) in early.iter().chain(&late) {
            first.entry(*attempt).or_insert(*tokens);
        }
        let total: u64 = first.values().sum();
        prop_assert_eq!(ended.figures.tokens.total(), total);
        prop_assert_eq!(ended.figures.cost, Cost::from_micros(total));
        let CounterMove::End { tokens, cost, unpriced, .. } = counter else { unreachable!("an end") };
        let any_unpriced = first.values().any(|tokens| tokens % 5 == 0);
        prop_assert_eq!(ended.figures.unpriced, any_unpriced);
        prop_assert_eq!(u8::from(added.unpriced) + u8::from(unpriced), u8::from(any_unpriced), "counted once");
        prop_assert_eq!(ended.figures.total_cost().is_none(), any_unpriced);
        prop_assert_eq!(added.tokens.total() + tokens.total(), total);
        prop_assert_eq!(added.cost + cost, Cost::from_micros(total));
    }
}
