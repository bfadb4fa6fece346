//! Skipping a due fire because the limit is reached.

use crate::optimistic::{self, Step};
use crate::ports::{Block, Clock, Configurations, Entropy, LimitSeen, Notices, Part, RunLedger, StoreError};
use domain::account::Account;
use domain::configuration::Configuration;
use domain::event::{Event, Fact};
use domain::id::{EventId, NoticeId};
use domain::instant::Instant;
use domain::month::Month;
use domain::notice::{Matter, Notice, Recipient};
use domain::usage::Admission;
use std::sync::Arc;

/// Blocks fires. The user gets one notice for each configuration and month.
#[derive(Clone)]
pub struct BlockFire {
    pub clock: Arc<dyn Clock>,
    pub entropy: Arc<dyn Entropy>,
    pub configurations: Arc<dyn Configurations>,
    pub notices: Arc<dyn Notices>,
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
                // If only the notice refused, it exists by now: the next try omits it.
                Ok(Step::of(blocked, ())?.map(|()| Blocked::Yes))
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
        let id = NoticeId::paused(configuration.id, month);
        let is_reported = self.notices.notice(configuration.user, id).await?.is_some();
        let uncounted = admission == Admission::UncountedReached;
        let limit = if uncounted { limits.uncounted_runs() } else { limits.monthly_runs };
        let matter = Matter::Paused { limit, uncounted, until };
        let recipient = Recipient::of(account, configuration);
        let notice = (!is_reported).then(|| Notice::new(id, &recipient, matter, month, now));
        let event = (!is_reported).then(|| Event {
            id: EventId::at(now, self.entropy.randomness()),
            user: configuration.user,
            at: now,
            fact: Fact::ConfigurationPaused { configuration: configuration.id, month, until },
        });
        Ok(Block {
            user: configuration.user,
            configuration: configuration.id,
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
}
