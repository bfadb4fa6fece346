//! Skipping a due fire because the limit is reached.

use crate::holdings::access;
use crate::metrics;
use crate::optimistic::{self, Step};
use crate::ports::{
    Block, Clock, Configurations, Entropy, LimitSeen, Part, PauseMark, Repositories, RunLedger, Runs, StoreError,
    UsageCounters,
};
use crate::usage::unless_repaired;
use domain::account::Account;
use domain::configuration::Configuration;
use domain::event::{Event, Fact};
use domain::id::{EventId, NoticeId};
use domain::instant::Instant;
use domain::month::Month;
use domain::notice::{Matter, Notice, Recipient};
use domain::usage::{Admission, PauseReported};
use std::sync::Arc;

/// Blocks fires. The user gets one notice when the reports of the account are paused.
#[derive(Clone)]
pub struct BlockFire {
    pub clock: Arc<dyn Clock>,
    pub entropy: Arc<dyn Entropy>,
    pub configurations: Arc<dyn Configurations>,
    pub repositories: Arc<dyn Repositories>,
    pub runs: Arc<dyn Runs>,
    pub usage: Arc<dyn UsageCounters>,
    pub ledger: Arc<dyn RunLedger>,
}

/// The result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Blocked {
    Yes,
    /// The configuration has changed, or a run of it is active.
    MovedOn,
    LimitMoved,
}

impl BlockFire {
    /// Blocks one fire of a configuration. `configuration` and `account` are as they were read; `admission` is why the
    /// month admits no run.
    pub async fn block(
        &self,
        configuration: &Configuration,
        fire: Instant,
        account: &Account,
        admission: Admission,
    ) -> Result<Blocked, StoreError> {
        let blocked = self.block_once(configuration, fire, account, admission).await?;
        if blocked == Blocked::Yes {
            metrics::run_blocked();
        }
        Ok(blocked)
    }

    async fn block_once(
        &self,
        configuration: &Configuration,
        fire: Instant,
        account: &Account,
        admission: Admission,
    ) -> Result<Blocked, StoreError> {
        optimistic::update(
            ("the block of a fire of configuration", configuration.id),
            |again| async move {
                if !again {
                    return Ok(true);
                }
                let found = self.configurations.configuration(configuration.user, configuration.id).await?;
                Ok(found.is_some_and(|found| found.awaits(fire)))
            },
            |awaits_fire, ()| (!awaits_fire).then_some(Blocked::Yes),
            |_| async move {
                let block = self.prepare(configuration, fire, account, admission).await?;
                let blocked = self.ledger.block(&block).await;
                let refused_by = |part| blocked.as_ref().is_err_and(|error| error.refused_by(part));
                if refused_by(Part::Configuration) {
                    return Ok(Step::Done(Blocked::MovedOn));
                }
                if refused_by(Part::Counter) || refused_by(Part::Account) {
                    return Ok(Step::Done(Blocked::LimitMoved));
                }
                let step =
                    unless_repaired(Step::of(blocked, ()), &self.usage, &self.runs, block.user, block.month).await?;
                Ok(step.map(|()| Blocked::Yes))
            },
        )
        .await
    }

    async fn prepare(
        &self,
        configuration: &Configuration,
        fire: Instant,
        account: &Account,
        admission: Admission,
    ) -> Result<Block, StoreError> {
        let now = self.clock.now();
        let month = Month::of(fire);
        let limits = account.limits();
        let until = month.resets_at();
        let uncounted = admission == Admission::UncountedReached;
        let notice = self.notice(configuration, account, month, uncounted).await?;
        let event = (!is_paused(configuration, month)).then(|| Event {
            id: EventId::at(now, self.entropy.randomness()),
            user: configuration.user,
            at: now,
            fact: Fact::ConfigurationPaused { configuration: configuration.id, fire, month, until },
        });
        Ok(Block {
            user: configuration.user,
            configuration: configuration.id,
            repository: configuration.settings.repository,
            fire,
            month,
            next_fire: configuration.fire_after_block(fire, now),
            now,
            limit: limits.monthly_runs,
            uncounted_max: limits.uncounted_runs(),
            limit_seen: LimitSeen { version: account.limits_version },
            notice,
            event,
        })
    }

    /// The notice that the reports of an account are paused, with the list of them; `None` if there is one since they
    /// last ran.
    async fn notice(
        &self,
        configuration: &Configuration,
        account: &Account,
        month: Month,
        uncounted: bool,
    ) -> Result<Option<(Notice, PauseMark)>, StoreError> {
        let seen = self.usage.usage(account.user, month).await?.pause;
        if seen == Some(PauseReported::Paused) {
            return Ok(None);
        }
        let (now, limits) = (self.clock.now(), account.limits());
        let limit = if uncounted { limits.uncounted_runs() } else { limits.monthly_runs };
        let scheduled = self.configurations.configurations(account.user).await?;
        let scheduled: Vec<Configuration> = scheduled.into_iter().filter(Configuration::fires).collect();
        let count = u64::try_from(scheduled.len()).unwrap_or(u64::MAX);
        let mut paused = Vec::new();
        for listed in scheduled.iter().take(Matter::PAUSED_LISTED_MAX) {
            paused.push(access::named(self.repositories.as_ref(), listed).await?);
        }
        let matter = Matter::Paused { limit, uncounted, until: month.resets_at(), paused, count };
        let named = access::named(self.repositories.as_ref(), configuration).await?;
        let recipient = Recipient::of(account, named, Some(configuration));
        let id = NoticeId::at(now, self.entropy.randomness());
        let notice = Notice::new(id, &recipient, matter, month, now);
        Ok(Some((notice, PauseMark { seen, reported: PauseReported::Paused })))
    }
}

/// Whether another fire of a configuration was skipped in this month, and no report was written since.
fn is_paused(configuration: &Configuration, month: Month) -> bool {
    let progress = &configuration.progress;
    progress.skipped_at.map(Month::of) == Some(month)
}
