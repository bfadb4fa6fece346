//! The forecast of the current month.

use super::statement::sound;
use crate::ports::{Accounts, Clock, Configurations, Runs, StoreError, UsageCounters};
use domain::configuration::Configuration;
use domain::id::UserId;
use domain::instant::{self, Instant};
use domain::month::Month;
use domain::usage::{Admission, DueReport, Forecast, ReportForecast, UsageCounter, admission, forecast};
use std::sync::Arc;

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

impl ForecastUsage {
    /// The forecast of the current month.
    pub async fn month(&self, user: UserId) -> Result<UsageForecast, StoreError> {
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
        let due: Vec<DueReport<'_>> = configurations
            .iter()
            .map(|found| DueReport {
                configuration: found.id,
                schedule: &found.settings.schedule,
                next_run_at: found.progress.next_run_at.filter(|_| found.settings.enabled),
            })
            .collect();
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
