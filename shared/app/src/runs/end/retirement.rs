//! The notice that a report's model will be retired.

use crate::ports::{Accounts, Configurations, Notices, StoreError};
use domain::configuration::Writer;
use domain::id::NoticeId;
use domain::instant::Instant;
use domain::money::{PriceTable, Retirement};
use domain::notice::{Matter, Named, Notice, Recipient};
use domain::run::Run;
use std::sync::Arc;

/// Makes the notice that the model of a scheduled report will be retired, once for each configuration, model and last
/// day. The transaction that ends the run stores it, so that a deleted account gets none. A run whose model has no
/// announced end reads nothing for it; in the last 90 days of a model each of its runs reads one record.
#[derive(Clone)]
pub struct WarnOfRetirement {
    pub prices: Arc<PriceTable>,
    pub notices: Arc<dyn Notices>,
    pub accounts: Arc<dyn Accounts>,
    pub configurations: Arc<dyn Configurations>,
}

impl WarnOfRetirement {
    /// The notice to store with the end of this run, unless it exists.
    pub(crate) async fn notice(&self, run: &Run, now: Instant) -> Result<Option<Notice>, StoreError> {
        let Writer::Model(model) = &run.snapshot.writer else { return Ok(None) };
        if !run.trigger.is_scheduled() {
            return Ok(None);
        }
        let Some(Retirement::Soon(on) | Retirement::Over(on)) = self.prices.retirement(model, now.date_naive()) else {
            return Ok(None);
        };
        let id = NoticeId::model_retires(run.configuration, model, on);
        if self.notices.notice(run.user, id).await?.is_some() {
            return Ok(None);
        }
        let configuration = self.configurations.configuration(run.user, run.configuration).await?;
        let account = self.accounts.account(run.user).await?;
        let named = Named::of_run(run.configuration, &run.snapshot);
        let recipient = Recipient::of(&account, named, configuration.as_ref());
        let matter = Matter::ModelRetires { model: model.clone(), on };
        Ok(Some(Notice::new(id, &recipient, matter, run.month(), now)))
    }
}
