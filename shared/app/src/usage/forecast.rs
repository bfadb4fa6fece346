//! The forecast of the current month.

use super::statement::sound;
use crate::ports::{Accounts, Clock, Configurations, Runs, StoreError, UsageCounters};
use domain::configuration::Configuration;
use domain::id::{ConfigurationId, UserId};
use domain::instant::{self, Instant};
use domain::month::Month;
use domain::schedule::Schedule;
use domain::usage::{Admission, DueReport, Forecast, ReportForecast, UsageCounter, admission, forecast};
use std::sync::Arc;
use uuid::Uuid;

/// Predicts usage from the current schedules.
#[derive(Clone)]
pub struct ForecastUsage {
    pub clock: Arc<dyn Clock>,
    pub accounts: Arc<dyn Accounts>,
    pub usage: Arc<dyn UsageCounters>,
    pub runs: Arc<dyn Runs>,
    pub configurations: Arc<dyn Configurations>,
}

/// The expected usage of a month under the current limit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UsageForecast {
    pub as_of: Instant,
    pub counter: UsageCounter,
    /// Counted runs that the month allows.
    pub limit: u64,
    pub admission: Admission,
    pub resets_at: Instant,
    pub month: Forecast,
    /// In the order of their next runs.
    pub reports: Vec<ForecastReport>,
}

/// The forecast of one configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForecastReport {
    pub configuration: Configuration,
    pub forecast: ReportForecast,
}

/// A report that is not saved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedReport {
    pub schedule: Schedule,
    pub enabled: bool,
    /// The saved configuration that it would replace.
    pub replaces: Option<ConfigurationId>,
}

impl ForecastUsage {
    /// The forecast of the current month.
    pub async fn month(&self, user: UserId) -> Result<UsageForecast, StoreError> {
        self.with(user, None).await
    }

    /// The forecast of the current month if a report were saved now.
    pub async fn planned(&self, user: UserId, planned: &PlannedReport) -> Result<UsageForecast, StoreError> {
        self.with(user, Some(planned)).await
    }

    async fn with(&self, user: UserId, planned: Option<&PlannedReport>) -> Result<UsageForecast, StoreError> {
        // Schedules are in whole minutes, so forecasts within one minute are the same.
        let now = instant::to_minute(self.clock.now());
        let month = Month::of(now);
        let (account, counter, mut configurations) = futures::try_join!(
            self.accounts.account(user),
            self.usage.usage(user, month),
            self.configurations.configurations(user)
        )?;
        let counter = sound(counter, self.runs.as_ref()).await?;
        configurations
            .sort_by_key(|found| (found.progress.next_run_at.is_none(), found.progress.next_run_at, found.id));
        let replaced = planned.and_then(|planned| planned.replaces);
        let saved = configurations.iter().map(|found| match planned.filter(|_| Some(found.id) == replaced) {
            Some(planned) => due_as_planned(planned, Some(found), now),
            None => DueReport {
                configuration: found.id,
                schedule: &found.settings.schedule,
                next_run_at: found.progress.next_run_at.filter(|_| found.settings.enabled),
            },
        });
        let new = planned.filter(|planned| planned.replaces.is_none());
        let new = new.map(|planned| due_as_planned(planned, None, now));
        let due: Vec<DueReport<'_>> = saved.chain(new).collect();
        let limit = account.limits().monthly_runs;
        let admission = admission(&account, &counter, true);
        let free = if admission.leaves_runs() { limit.saturating_sub(counter.slots_used) } else { 0 };
        let forecast = forecast(&due, free, now);
        let reports = configurations
            .into_iter()
            .zip(forecast.reports.iter().copied())
            .map(|(configuration, forecast)| ForecastReport { configuration, forecast })
            .collect();
        let resets_at = month.resets_at();
        Ok(UsageForecast { as_of: now, counter, limit, admission, resets_at, month: forecast, reports })
    }
}

/// When a planned report is due: an unchanged schedule keeps its next fire.
fn due_as_planned<'a>(planned: &'a PlannedReport, saved: Option<&Configuration>, now: Instant) -> DueReport<'a> {
    let is_kept = |saved: &&Configuration| saved.settings.enabled && saved.settings.schedule == planned.schedule;
    let next = match saved.filter(is_kept) {
        Some(saved) => saved.progress.next_run_at,
        None => planned.schedule.next_after(now),
    };
    DueReport {
        configuration: saved.map_or(ConfigurationId::from_uuid(Uuid::nil()), |saved| saved.id),
        schedule: &planned.schedule,
        next_run_at: next.filter(|_| planned.enabled),
    }
}
