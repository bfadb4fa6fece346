//! The verbs of a deployment that only read.

use super::deployment::Deployment;
use app::accounts::UserView;
use app::holdings::ListBranches;
use app::runs::EstimateRun;
use app::usage::Recount;
use app::usage::{ForecastUsage, ReadHistory, ReadUsage};
use std::sync::Arc;

impl Deployment {
    /// Records as their user sees them.
    #[must_use]
    pub fn user_view(&self) -> Arc<UserView> {
        Arc::new(UserView {
            accounts: self.store(),
            repositories: self.store(),
            configurations: self.store(),
            runs: self.store(),
        })
    }

    /// What a manual run would come to.
    #[must_use]
    pub fn estimate_run(&self) -> EstimateRun {
        EstimateRun {
            clock: Arc::clone(&self.clock),
            read_usage: self.read_usage(),
            repositories: self.store(),
            configurations: self.store(),
            observer: self.observer(),
            prices: Arc::clone(&self.prices),
            default_writer: self.default_writer.clone(),
        }
    }

    /// This month's figures.
    #[must_use]
    pub fn read_usage(&self) -> ReadUsage {
        ReadUsage {
            clock: Arc::clone(&self.clock),
            accounts: self.user_view(),
            usage: self.store(),
            runs: self.store(),
        }
    }

    /// Lists the branches of a repository.
    #[must_use]
    pub fn list_branches(&self) -> ListBranches {
        ListBranches {
            repositories: self.user_view(),
            vault: Arc::clone(&self.vault),
            commits: Arc::clone(&self.commits),
        }
    }

    /// A month, counted anew.
    #[must_use]
    pub fn recount(&self) -> Recount {
        Recount { usage: self.store(), runs: self.store() }
    }

    /// The figures of months gone by.
    #[must_use]
    pub fn read_history(&self) -> ReadHistory {
        ReadHistory { clock: Arc::clone(&self.clock), usage: self.store(), runs: self.user_view() }
    }

    /// Where this month ends.
    #[must_use]
    pub fn forecast_usage(&self) -> ForecastUsage {
        ForecastUsage {
            clock: Arc::clone(&self.clock),
            accounts: self.user_view(),
            usage: self.store(),
            runs: self.store(),
            configurations: self.user_view(),
        }
    }
}
