//! A whole run from its row, with what is stored of its account, its configuration and its repository.

use super::row::Reason;
use super::runs::RunRow;
use adapters::dynamodb::{Kept, Retention};
use app::ports::{Attempt, ImportedRun};
use domain::account::Account;
use domain::configuration::Configuration;
use domain::event::DeliverySubject;
use domain::instant::{Duration, Instant};
use domain::money::UsageSource;
use domain::report::answer;
use domain::repository::Repository;
use domain::run::{Content, Figures, Outcome, Phase, Priced, Receipt, Run, Trigger, Waits};
use std::collections::BTreeSet;

/// The number of the attempt of every imported run.
const ATTEMPT: u32 = 1;

/// What a run belongs to, as it is stored.
#[derive(Clone, Debug, Default)]
pub(super) struct Holders {
    pub(super) configuration: Option<Configuration>,
    pub(super) repository: Option<Repository>,
}

/// A run, and whether it has a report whose time is over.
pub(super) struct Whole {
    pub(super) imported: ImportedRun,
    pub(super) has_expired_text: bool,
}

impl Whole {
    pub(super) fn of(
        row: RunRow,
        account: &Account,
        holders: &Holders,
        retention: Retention,
        now: Instant,
    ) -> Result<Self, Reason> {
        let model = row.figures.model.as_deref();
        let snapshot = row.snapshot.settings(model, holders.configuration.as_ref(), holders.repository.as_ref())?;
        let text = row.text.map(|text| answer::imported(&text, &snapshot.repository_url));
        let is_paid = row.figures.source != UsageSource::None;
        let mut run = Run {
            id: row.id,
            user: row.user,
            repository: row.repository,
            configuration: row.configuration,
            trigger: Trigger::Schedule { fire: row.started_at },
            snapshot,
            receipt: Receipt { plan: account.plan, limit: account.limits().monthly_runs, holds_slot: true },
            generation: 0,
            started_at: row.started_at,
            attempt: ATTEMPT,
            waits: Waits::default(),
            paid_attempts: is_paid.then_some(ATTEMPT).into_iter().collect(),
            figures: row.figures,
            phase: Phase::Ended(row.end),
            delivery: row.delivery,
            updated_at: row.updated_at,
        };
        let content = text.filter(|text| !text.is_empty()).and_then(|text| content(&run, text));
        if content.is_some() {
            has_text(&mut run);
        }
        let is_live = |content: &Content| !has_expired(content.observed_at, retention.texts, now);
        let has_expired_text = content.as_ref().is_some_and(|content| !is_live(content));
        let attempt = row.attempt.filter(|(at, _)| !has_expired(*at, retention.attempts, now));
        let attempt = attempt.map(|(at, result)| Attempt {
            user: run.user,
            subject: DeliverySubject::Run(run.id),
            number: run.delivery.attempts,
            at,
            duration_ms: None,
            result,
            response_excerpt: None,
            next_attempt_at: None,
        });
        let imported = ImportedRun { run, earlier_id: row.earlier_id, text: content.filter(is_live), attempt };
        Ok(Self { imported, has_expired_text })
    }
}

/// The text of a successful run.
fn content(run: &Run, text: String) -> Option<Content> {
    let end = run.end()?;
    let Outcome::Success(findings) = &end.outcome else { return None };
    let Figures { tokens, cost, source, model, .. } = &run.figures;
    Some(Content {
        headline: None,
        facts: None,
        run: run.id,
        user: run.user,
        attempt: ATTEMPT,
        text,
        commits: findings.commits,
        commits_at_least: false,
        range_from: findings.range_from.clone(),
        head: findings.range_to.clone(),
        was_reset: false,
        observed_at: end.at,
        covered_from: None,
        generation: 0,
        degraded: false,
        degraded_reason: None,
        priced: Priced { tokens: *tokens, cost: *cost, source: *source, model: model.clone(), rates: None },
        reported: BTreeSet::new(),
        further: Vec::new(),
        paths: Vec::new(),
        failed: Vec::new(),
    })
}

/// Names the attempt whose text is the report, also of one that has expired.
fn has_text(run: &mut Run) {
    if let Phase::Ended(end) = &mut run.phase
        && let Outcome::Success(findings) = &mut end.outcome
    {
        findings.content_attempt = Some(ATTEMPT);
    }
}

fn has_expired(at: Instant, kept: Kept, now: Instant) -> bool {
    match kept {
        Kept::ForEver => false,
        Kept::Days(days) => at + Duration::days(days) <= now,
    }
}
