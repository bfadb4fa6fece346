//! Changes that a user makes to a configuration: create, edit, stop and delete. Each gives a new value; the store
//! writes it on the condition that nothing else has changed.

use super::{Configuration, Progress, Settings};
use crate::delivery::{Health, SecretsInUse, SigningSecrets, WhenFull};
use crate::id::{ConfigurationId, UserId};
use crate::instant::{Duration, Instant};
use crate::month::Month;
use crate::repository::Sealed;
use crate::schedule::Schedule;

/// How many runs a schedule uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QuotaImpact {
    /// Fires remaining this month.
    pub runs_this_month: u64,
    /// Fires in the whole month after it.
    pub runs_per_month: u64,
}

impl Configuration {
    /// A new configuration. It waits for the first fire after `now`, and its first report covers one period.
    pub fn made(id: ConfigurationId, user: UserId, settings: Settings, secret: Sealed, now: Instant) -> Self {
        let settings = settings.distinct();
        let next = settings.enabled.then(|| settings.schedule.next_after(now)).flatten();
        let mut progress = Progress { next_run_at: next, due_at: next, ..Progress::default() };
        progress.begun(&settings, now);
        Self {
            id,
            user,
            settings,
            version: 1,
            progress,
            delivery_health: Health::Healthy,
            secrets: SigningSecrets::new(secret),
            headers: None,
            created_at: now,
            deleted_at: None,
        }
    }

    /// The same with other settings. The next fire stays while the schedule stays, so that an edit of a name loses no
    /// fire; another schedule, or one that is enabled again, waits for its first fire after every instant that has a
    /// run. Another branch or repository begins without coverage; one that stays in the list keeps its own, wherever it
    /// is. Another webhook is healthy and not slow until an attempt shows otherwise.
    #[must_use]
    pub fn edited(&self, settings: Settings, now: Instant) -> Self {
        let settings = settings.distinct();
        let mut after = self.clone();
        after.version = self.version.saturating_add(1);
        let old = &self.settings;
        let (watched_before, watched) = (old.watched(), settings.watched());
        if watched != watched_before {
            after.progress.watch(&watched_before, &watched, &settings.schedule, now);
        }
        if settings.webhook != old.webhook {
            after.delivery_health = Health::Healthy;
            after.progress.slow_since = None;
        }
        let same_schedule = settings.schedule == old.schedule;
        after.settings = settings;
        let fires_as_before = self.fires() && after.fires() && same_schedule;
        if !fires_as_before {
            after.schedule_next(now);
        }
        after
    }

    /// The same with another health of its webhook. A disabled webhook pauses the schedule, which continues with the
    /// first fire after it is enabled again; coverage stays, so that the next report includes the commits of the pause.
    #[must_use]
    pub fn with_delivery_health(&self, health: Health, now: Instant) -> Self {
        let mut after = Self { delivery_health: health, ..self.clone() };
        if after.fires() != self.fires() {
            after.schedule_next(now);
        }
        after
    }

    /// Whether the schedule fires: it is enabled, and its reports can be sent.
    #[must_use]
    pub fn fires(&self) -> bool {
        self.settings.enabled && !self.delivery_health.is_disabled()
    }

    fn schedule_next(&mut self, now: Instant) {
        let next = self.fires().then(|| self.settings.schedule.next_after(self.fired_until(now))).flatten();
        self.progress.next_run_at = next;
        self.progress.due_at = next;
    }

    /// The last instant that may have a run: the next fire must be later.
    fn fired_until(&self, now: Instant) -> Instant {
        let active = self.progress.active_run.map(crate::id::RunId::instant);
        [Some(now), active, self.progress.last_run_at].into_iter().flatten().max().unwrap_or(now)
    }

    /// The same, disabled: nothing is scheduled any more. `None` where nothing was.
    #[must_use]
    pub fn stopped(&self, now: Instant) -> Option<Self> {
        let scheduled = self.settings.enabled || self.progress.next_run_at.is_some();
        scheduled.then(|| self.edited(Settings { enabled: false, ..self.settings.clone() }, now))
    }

    /// The tombstone: nothing is scheduled; a run in flight can still end.
    #[must_use]
    pub fn deleted(&self, now: Instant) -> Self {
        let mut after = self.stopped(now).unwrap_or_else(|| self.clone());
        after.version = self.version.saturating_add(1);
        after.deleted_at = Some(now);
        after
    }

    /// The same with a new signing secret; see [`SigningSecrets::rotated`].
    pub fn rotated(&self, fresh: Sealed, when_full: WhenFull, now: Instant) -> Result<Self, SecretsInUse> {
        let secrets = self.secrets.rotated(fresh, when_full, now)?;
        Ok(Self { version: self.version.saturating_add(1), secrets, ..self.clone() })
    }

    /// The same, due at once although it was blocked: the limit was raised. `None` where it is not blocked.
    #[must_use]
    pub fn woken(&self, now: Instant) -> Option<Self> {
        let blocked = self.progress.last_run_status == Some(super::LastRunStatus::LimitReached);
        let waits = self.progress.next_run_at.is_some_and(|next| next > now);
        if !(blocked && waits && self.deleted_at.is_none() && self.progress.active_run.is_none()) {
            return None;
        }
        let mut after = self.clone();
        after.progress.next_run_at = Some(now);
        after.progress.due_at = Some(now);
        Some(after)
    }

    /// How many runs the schedule uses: 0 while it or the webhook is disabled.
    pub fn quota_impact(&self, now: Instant) -> QuotaImpact {
        let enabled = self.fires();
        Settings { enabled, ..self.settings.clone() }.quota_impact(now)
    }
}

impl Settings {
    /// How many runs the schedule uses: 0 while it is disabled.
    pub fn quota_impact(&self, now: Instant) -> QuotaImpact {
        QuotaImpact::of(&self.schedule, self.enabled, now)
    }
}

impl QuotaImpact {
    /// How many runs a schedule uses: 0 while it is disabled. A fire at midnight of a 1st belongs to the new month.
    pub fn of(schedule: &Schedule, enabled: bool, now: Instant) -> Self {
        if !enabled {
            return Self { runs_this_month: 0, runs_per_month: 0 };
        }
        let next = Month::of(now).next();
        let last_moment = next.first_instant() - Duration::milliseconds(1);
        Self {
            runs_this_month: schedule.fires_between(now, next.first_instant()),
            runs_per_month: schedule.fires_between(last_moment, next.resets_at()),
        }
    }
}
