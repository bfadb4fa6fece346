//! The verbs of a deployment. Each takes the ports that its fields name, and no other.

use super::deployment::Deployment;
use app::accounts::{CloseAccount, EraseAccount};
use app::accounts::{KeepProfile, SetLimits};
use app::deliveries::Deliver;
use app::deliveries::{Recover, Redeliver};
use app::holdings::{ChooseModel, KeepConfigurations, KeepRepositories};
use app::ports::Store;
use app::runs::BeginRun;
use app::runs::CancelRun;
use app::runs::StartManualRun;
use app::runs::TestReport;
use app::runs::{Composer, ExecuteRun, ModelChoice, Observer};
use app::runs::{EndRun, WarnOfRetirement};
use app::schedules::BlockFire;
use app::schedules::ScheduleDueRuns;
use app::schedules::Sweep;
use domain::delivery::RetryPolicy;
use std::sync::Arc;

impl Deployment {
    /// The tick.
    #[must_use]
    pub fn schedule_due_runs(&self) -> ScheduleDueRuns {
        ScheduleDueRuns {
            clock: Arc::clone(&self.clock),
            due: self.store(),
            accounts: self.store(),
            usage: self.store(),
            configurations: self.store(),
            block: self.block_fire(),
            run_queue: Arc::clone(&self.run_queue),
        }
    }

    /// Finding again what was lost.
    #[must_use]
    pub fn sweep(&self) -> Sweep {
        Sweep {
            clock: Arc::clone(&self.clock),
            due: self.store(),
            runs: self.store(),
            contents: self.store(),
            end: self.end_run(),
            run_queue: Arc::clone(&self.run_queue),
            delivery_queue: Arc::clone(&self.delivery_queue),
            outbox: self.store(),
            event_bus: Arc::clone(&self.event_bus),
            erase_account: self.erase_account(),
        }
    }

    /// The end of an account, as far as nothing new begins.
    #[must_use]
    pub fn close_account(&self) -> CloseAccount {
        CloseAccount {
            clock: Arc::clone(&self.clock),
            entropy: Arc::clone(&self.entropy),
            accounts: self.store(),
            changes: self.store(),
            configurations: self.store(),
            holdings: self.store(),
        }
    }

    /// The rest of it.
    #[must_use]
    pub fn erase_account(&self) -> EraseAccount {
        EraseAccount {
            clock: Arc::clone(&self.clock),
            accounts: self.store(),
            close: self.close_account(),
            repositories: self.store(),
            holdings: self.store(),
            runs: self.store(),
            contents: self.store(),
            end: self.end_run(),
            deliveries: self.store(),
            erasure: self.store(),
        }
    }

    /// One run request, one report.
    #[must_use]
    pub fn execute_run(&self) -> ExecuteRun {
        ExecuteRun {
            clock: Arc::clone(&self.clock),
            entropy: Arc::clone(&self.entropy),
            accounts: self.store(),
            repositories: self.store(),
            configurations: self.store(),
            runs: self.store(),
            contents: self.store(),
            usage: self.store(),
            ledger: self.store(),
            block: self.block_fire(),
            composer: self.composer(),
            end: self.end_run(),
            delivery_queue: Arc::clone(&self.delivery_queue),
            default_writer: self.default_writer.clone(),
        }
    }

    /// One delivery message, one attempt.
    #[must_use]
    pub fn deliver(&self) -> Deliver {
        Deliver {
            clock: Arc::clone(&self.clock),
            entropy: Arc::clone(&self.entropy),
            accounts: self.store(),
            configurations: self.store(),
            runs: self.store(),
            contents: self.store(),
            notices: self.store(),
            deliveries: self.store(),
            vault: Arc::clone(&self.vault),
            webhooks: Arc::clone(&self.webhooks),
            delivery_queue: Arc::clone(&self.delivery_queue),
            policy: RetryPolicy::default(),
        }
    }

    /// A report now, over a range.
    #[must_use]
    pub fn start_manual_run(&self) -> StartManualRun {
        StartManualRun {
            clock: Arc::clone(&self.clock),
            entropy: Arc::clone(&self.entropy),
            begin: self.begin_run(),
            run_queue: Arc::clone(&self.run_queue),
        }
    }

    /// The end of a run by its user.
    #[must_use]
    pub fn cancel_run(&self) -> CancelRun {
        CancelRun { accounts: self.store(), runs: self.store(), contents: self.store(), end: self.end_run() }
    }

    /// A test report, now.
    #[must_use]
    pub fn test_report(&self) -> TestReport {
        TestReport {
            clock: Arc::clone(&self.clock),
            entropy: Arc::clone(&self.entropy),
            configurations: self.store(),
            contents: self.store(),
            begin: self.begin_run(),
            composer: self.composer(),
            end: self.end_run(),
            deliver: self.deliver(),
            test_runs_count: self.test_runs_count,
        }
    }

    /// Repositories, made, edited and deleted.
    #[must_use]
    pub fn keep_repositories(&self) -> KeepRepositories {
        KeepRepositories {
            clock: Arc::clone(&self.clock),
            entropy: Arc::clone(&self.entropy),
            accounts: self.store(),
            repositories: self.store(),
            configurations: self.store(),
            idempotency: self.store(),
            holdings: self.store(),
            vault: Arc::clone(&self.vault),
            addresses: Arc::clone(&self.addresses),
        }
    }

    /// Configurations, made, edited and deleted.
    #[must_use]
    pub fn keep_configurations(&self) -> KeepConfigurations {
        KeepConfigurations {
            clock: Arc::clone(&self.clock),
            entropy: Arc::clone(&self.entropy),
            accounts: self.store(),
            repositories: self.store(),
            configurations: self.store(),
            idempotency: self.store(),
            holdings: self.store(),
            vault: Arc::clone(&self.vault),
            models: self.choose_model(),
        }
    }

    /// The judge of models that users name.
    #[must_use]
    pub fn choose_model(&self) -> ChooseModel {
        ChooseModel {
            clock: Arc::clone(&self.clock),
            catalog: Arc::clone(&self.catalog),
            prices: Arc::clone(&self.prices),
            vault: Arc::clone(&self.vault),
            default_writer: self.default_writer.clone(),
        }
    }

    /// What users choose for their whole account.
    #[must_use]
    pub fn keep_profile(&self) -> KeepProfile {
        KeepProfile {
            accounts: self.store(),
            changes: self.store(),
            vault: Arc::clone(&self.vault),
            addresses: Arc::clone(&self.addresses),
            models: self.choose_model(),
        }
    }

    /// Plans and overrides of accounts.
    #[must_use]
    pub fn set_limits(&self) -> SetLimits {
        SetLimits {
            clock: Arc::clone(&self.clock),
            entropy: Arc::clone(&self.entropy),
            accounts: self.store(),
            changes: self.store(),
            usage: self.store(),
            configurations: self.store(),
        }
    }

    /// A report once more.
    #[must_use]
    pub fn redeliver(&self) -> Redeliver {
        Redeliver {
            clock: Arc::clone(&self.clock),
            accounts: self.store(),
            runs: self.store(),
            deliveries: self.store(),
            idempotency: self.store(),
            delivery_queue: Arc::clone(&self.delivery_queue),
        }
    }

    /// All reports of a configuration once more that failed.
    #[must_use]
    pub fn recover(&self) -> Recover {
        Recover { configurations: self.store(), redeliver: self.redeliver() }
    }

    fn begin_run(&self) -> BeginRun {
        BeginRun {
            accounts: self.store(),
            repositories: self.store(),
            configurations: self.store(),
            runs: self.store(),
            idempotency: self.store(),
            usage: self.store(),
            ledger: self.store(),
            default_writer: self.default_writer.clone(),
        }
    }

    fn block_fire(&self) -> BlockFire {
        BlockFire {
            clock: Arc::clone(&self.clock),
            entropy: Arc::clone(&self.entropy),
            configurations: self.store(),
            notices: self.store(),
            ledger: self.store(),
        }
    }

    fn end_run(&self) -> EndRun {
        EndRun {
            clock: Arc::clone(&self.clock),
            entropy: Arc::clone(&self.entropy),
            accounts: self.store(),
            configurations: self.store(),
            runs: self.store(),
            usage: self.store(),
            ledger: self.store(),
            retirement: WarnOfRetirement {
                prices: Arc::clone(&self.prices),
                notices: self.store(),
                accounts: self.store(),
                configurations: self.store(),
            },
        }
    }

    fn composer(&self) -> Composer {
        Composer {
            clock: Arc::clone(&self.clock),
            observer: self.observer(),
            choice: ModelChoice {
                accounts: self.store(),
                vault: Arc::clone(&self.vault),
                default_writer: self.default_writer.clone(),
            },
            writer: Arc::clone(&self.writer),
            prices: Arc::clone(&self.prices),
        }
    }

    pub(super) fn observer(&self) -> Observer {
        Observer {
            clock: Arc::clone(&self.clock),
            repositories: self.store(),
            runs: self.store(),
            contents: self.store(),
            vault: Arc::clone(&self.vault),
            commits: Arc::clone(&self.commits),
        }
    }

    /// The store, as whichever of its ports the field asks for.
    pub(super) fn store(&self) -> Arc<dyn Store> {
        Arc::clone(&self.store)
    }
}
