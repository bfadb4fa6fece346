//! What a configuration would lead to, before it is saved.

use super::configurations::{allow_edit, allow_schedule};
use super::{KeepError, access, open_account};
use crate::ports::{Accounts, Addresses, Clock, Configurations, Repositories, StoreError};
use crate::usage::{ForecastUsage, PlannedReport, UsageForecast};
use domain::account::Account;
use domain::configuration::{Configuration, QuotaImpact};
use domain::id::{ConfigurationId, RepositoryId, UserId};
use domain::instant::Instant;
use domain::schedule::Schedule;
use std::sync::Arc;
use url::Url;

/// Previews configurations. It changes nothing, and reads no repository and no model.
#[derive(Clone)]
pub struct PreviewConfiguration {
    pub clock: Arc<dyn Clock>,
    pub accounts: Arc<dyn Accounts>,
    pub repositories: Arc<dyn Repositories>,
    pub configurations: Arc<dyn Configurations>,
    pub addresses: Arc<dyn Addresses>,
    pub forecast: ForecastUsage,
}

/// The settings that a preview depends on. Those that are `None` are not known yet: those of the saved configuration
/// apply, if there is one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PreviewDraft {
    /// A saved configuration, which this one would replace.
    pub id: Option<ConfigurationId>,
    pub repository: Option<RepositoryId>,
    /// The repositories of a list, in its order.
    pub listed: Vec<RepositoryId>,
    pub schedule: Option<String>,
    /// Without one, a new configuration has the zone UTC.
    pub timezone: Option<String>,
    /// Whether the expression or the zone is invalid. Then there is no schedule, not even the saved one.
    pub is_unscheduled: bool,
    pub enabled: Option<bool>,
    pub webhook: Option<Url>,
}

/// What is known of a configuration that is not saved.
#[derive(Clone, Debug)]
pub struct Preview {
    pub now: Instant,
    /// The monthly limit.
    pub limit: u64,
    /// `None` without a valid expression and zone.
    pub schedule: Option<Schedule>,
    /// `None` without a schedule.
    pub quota_impact: Option<QuotaImpact>,
    /// The month with this configuration; `None` without a schedule.
    pub forecast: Option<UsageForecast>,
    /// The fields that a request to save it would be refused for, each with the reason.
    pub problems: Vec<(&'static str, String)>,
}

impl PreviewConfiguration {
    /// Previews a configuration.
    pub async fn preview(&self, user: UserId, draft: PreviewDraft) -> Result<Preview, KeepError> {
        let now = self.clock.now();
        let account = open_account(self.accounts.as_ref(), user).await?;
        let mut problems = Vec::new();
        let saved = self.saved(user, draft.id, &mut problems).await?;
        self.check_records(&account, &draft, &mut problems).await?;
        let schedule = schedule(&draft, saved.as_ref(), &mut problems);
        let enabled = draft.enabled.or(saved.as_ref().map(|saved| saved.settings.enabled)).unwrap_or(true);
        if let Some(schedule) = &schedule
            && let Err(error) = match &saved {
                Some(saved) => allow_edit(&saved.settings, (schedule, enabled), &account.limits(), now),
                None => allow_schedule(schedule, &account.limits(), now),
            }
        {
            problems.push(("schedule", error.to_string()));
        }
        let forecast = match &schedule {
            None => None,
            Some(schedule) => {
                let replaces = saved.as_ref().map(|saved| saved.id);
                let planned = PlannedReport { schedule: schedule.clone(), enabled, replaces };
                Some(self.forecast.planned(user, &planned).await?)
            }
        };
        let quota_impact = schedule.as_ref().map(|schedule| QuotaImpact::of(schedule, enabled, now));
        Ok(Preview { now, limit: account.limits().monthly_runs, schedule, quota_impact, forecast, problems })
    }

    async fn saved(
        &self,
        user: UserId,
        id: Option<ConfigurationId>,
        problems: &mut Vec<(&'static str, String)>,
    ) -> Result<Option<Configuration>, StoreError> {
        let Some(id) = id else { return Ok(None) };
        let found = access::configuration(self.configurations.as_ref(), user, id).await?;
        if found.is_none() {
            problems
                .push(("id", "the report configuration is unknown: use the id of one of yours, or omit it".to_owned()));
        }
        Ok(found)
    }

    /// What depends on other records: a place in the plan, the repository, and where the webhook's host is.
    async fn check_records(
        &self,
        account: &Account,
        draft: &PreviewDraft,
        problems: &mut Vec<(&'static str, String)>,
    ) -> Result<(), StoreError> {
        let limit = account.limits().configurations;
        if draft.id.is_none() && account.configurations >= limit {
            problems.push(("", KeepError::ConfigurationsReached { limit }.to_string()));
        }
        let (single, others) = (draft.repository, draft.listed.iter().filter(|id| Some(**id) != draft.repository));
        for id in single.iter().chain(others) {
            if access::repository(self.repositories.as_ref(), account.user, *id).await?.is_none() {
                problems.push(if single == Some(*id) {
                    ("repository_id", KeepError::NoRepository.to_string())
                } else {
                    ("repositories", KeepError::NoListedRepository { id: *id }.to_string())
                });
            }
        }
        if let Some(url) = &draft.webhook
            && let Err(inside) = self.addresses.check(url).await
        {
            problems.push(("webhook_url", format!("{}: give an address that is public", inside.why)));
        }
        Ok(())
    }
}

/// The schedule of a draft, with what the saved configuration has where the draft has nothing.
fn schedule(
    draft: &PreviewDraft,
    saved: Option<&Configuration>,
    problems: &mut Vec<(&'static str, String)>,
) -> Option<Schedule> {
    if draft.is_unscheduled {
        return None;
    }
    let of_saved = saved.map(|saved| &saved.settings.schedule);
    let cron = draft.schedule.as_deref().or(of_saved.map(Schedule::cron))?;
    let zone = draft.timezone.as_deref().or(of_saved.map(Schedule::zone)).unwrap_or("UTC");
    Schedule::parse(cron, zone).map_err(|error| problems.push(("schedule", error.to_string()))).ok()
}
