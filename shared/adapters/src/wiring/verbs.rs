//! How each verb is built from ports.

use super::ports::Ports;
use app::accounts::{CloseAccount, EraseAccount, KeepProfile, SetLimits};
use app::deliveries::{Deliver, Recover, Redeliver};
use app::holdings::{ChooseModel, KeepConfigurations, KeepRepositories, ListBranches};
use app::runs::{
    BeginRun, CancelRun, Composer, EndRun, EstimateRun, ExecuteRun, ModelChoice, Observer, StartManualRun, TestReport,
    WarnOfRetirement,
};
use app::schedules::{BlockFire, ScheduleDueRuns, Sweep};
use app::usage::{ForecastUsage, ReadHistory, ReadUsage, Recount};
use domain::delivery::RetryPolicy;

/// Builds every verb, each from exactly the ports that it needs. A verb that needs another port gets it here and
/// nowhere else.
pub trait Verbs: Ports {
    /// Sends run requests for due schedules, each minute.
    fn schedule_due_runs(&self) -> ScheduleDueRuns {
        ScheduleDueRuns {
            clock: self.clock(),
            due: self.store(),
            accounts: self.store(),
            usage: self.store(),
            configurations: self.store(),
            block: self.block_fire(),
            run_queue: self.run_queue(),
        }
    }

    /// Repeats what was lost, each minute.
    fn sweep(&self) -> Sweep {
        Sweep {
            clock: self.clock(),
            due: self.store(),
            runs: self.store(),
            contents: self.store(),
            end: self.end_run(),
            run_queue: self.run_queue(),
            delivery_queue: self.delivery_queue(),
            outbox: self.store(),
            event_bus: self.event_bus(),
            erase_account: self.erase_account(),
        }
    }

    /// Closes an account: from then on nothing new begins in it.
    fn close_account(&self) -> CloseAccount {
        CloseAccount {
            clock: self.clock(),
            entropy: self.entropy(),
            accounts: self.store(),
            changes: self.store(),
            configurations: self.store(),
            holdings: self.store(),
        }
    }

    /// Erases the records of a closed account.
    fn erase_account(&self) -> EraseAccount {
        EraseAccount {
            clock: self.clock(),
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

    /// Carries out a run request.
    fn execute_run(&self) -> ExecuteRun {
        ExecuteRun {
            clock: self.clock(),
            entropy: self.entropy(),
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
            delivery_queue: self.delivery_queue(),
            default_writer: self.default_writer(),
        }
    }

    /// Makes one attempt of a delivery.
    fn deliver(&self) -> Deliver {
        Deliver {
            clock: self.clock(),
            entropy: self.entropy(),
            accounts: self.store(),
            configurations: self.store(),
            runs: self.store(),
            contents: self.store(),
            notices: self.store(),
            deliveries: self.store(),
            vault: self.vault(),
            webhooks: self.webhooks(),
            delivery_queue: self.delivery_queue(),
            policy: RetryPolicy::default(),
        }
    }

    /// Starts a run over a range that the user gave.
    fn start_manual_run(&self) -> StartManualRun {
        StartManualRun {
            clock: self.clock(),
            entropy: self.entropy(),
            begin: self.begin_run(),
            run_queue: self.run_queue(),
        }
    }

    /// Cancels a running run for its user.
    fn cancel_run(&self) -> CancelRun {
        CancelRun { accounts: self.store(), runs: self.store(), contents: self.store(), end: self.end_run() }
    }

    /// Writes and delivers a test report at once.
    fn test_report(&self) -> TestReport {
        TestReport {
            clock: self.clock(),
            entropy: self.entropy(),
            configurations: self.store(),
            contents: self.store(),
            begin: self.begin_run(),
            composer: self.composer(),
            end: self.end_run(),
            deliver: self.deliver(),
            test_runs_count: self.test_runs_count(),
        }
    }

    /// Adds, edits and deletes repositories.
    fn keep_repositories(&self) -> KeepRepositories {
        KeepRepositories {
            clock: self.clock(),
            entropy: self.entropy(),
            accounts: self.store(),
            repositories: self.store(),
            configurations: self.store(),
            idempotency: self.store(),
            holdings: self.store(),
            vault: self.vault(),
            addresses: self.addresses(),
        }
    }

    /// Adds, edits and deletes configurations.
    fn keep_configurations(&self) -> KeepConfigurations {
        KeepConfigurations {
            clock: self.clock(),
            entropy: self.entropy(),
            accounts: self.store(),
            repositories: self.store(),
            configurations: self.store(),
            idempotency: self.store(),
            holdings: self.store(),
            vault: self.vault(),
            models: self.choose_model(),
        }
    }

    /// Checks the models that users name.
    fn choose_model(&self) -> ChooseModel {
        ChooseModel {
            clock: self.clock(),
            catalog: self.catalog(),
            prices: self.prices(),
            vault: self.vault(),
            default_writer: self.default_writer(),
        }
    }

    /// Changes a user's profile.
    fn keep_profile(&self) -> KeepProfile {
        KeepProfile {
            accounts: self.store(),
            changes: self.store(),
            vault: self.vault(),
            addresses: self.addresses(),
            models: self.choose_model(),
        }
    }

    /// Changes an account's plan and overrides.
    fn set_limits(&self) -> SetLimits {
        SetLimits {
            clock: self.clock(),
            entropy: self.entropy(),
            accounts: self.store(),
            changes: self.store(),
            usage: self.store(),
            configurations: self.store(),
        }
    }

    /// Delivers a report again.
    fn redeliver(&self) -> Redeliver {
        Redeliver {
            clock: self.clock(),
            accounts: self.store(),
            runs: self.store(),
            deliveries: self.store(),
            idempotency: self.store(),
            delivery_queue: self.delivery_queue(),
        }
    }

    /// Delivers again all reports of a configuration whose delivery failed.
    fn recover(&self) -> Recover {
        Recover { configurations: self.store(), redeliver: self.redeliver() }
    }

    /// Reserves a run that a user asks for.
    fn begin_run(&self) -> BeginRun {
        BeginRun {
            accounts: self.store(),
            repositories: self.store(),
            configurations: self.store(),
            runs: self.store(),
            idempotency: self.store(),
            usage: self.store(),
            ledger: self.store(),
            default_writer: self.default_writer(),
        }
    }

    /// Skips a fire because the limit is reached.
    fn block_fire(&self) -> BlockFire {
        BlockFire {
            clock: self.clock(),
            entropy: self.entropy(),
            configurations: self.store(),
            notices: self.store(),
            ledger: self.store(),
        }
    }

    /// Ends a run.
    fn end_run(&self) -> EndRun {
        EndRun {
            clock: self.clock(),
            entropy: self.entropy(),
            accounts: self.store(),
            configurations: self.store(),
            runs: self.store(),
            usage: self.store(),
            ledger: self.store(),
            retirement: WarnOfRetirement {
                prices: self.prices(),
                notices: self.store(),
                accounts: self.store(),
                configurations: self.store(),
            },
        }
    }

    /// Writes the text of a run's report.
    fn composer(&self) -> Composer {
        Composer {
            clock: self.clock(),
            observer: self.observer(),
            choice: ModelChoice { accounts: self.store(), vault: self.vault(), default_writer: self.default_writer() },
            writer: self.writer(),
            prices: self.prices(),
        }
    }

    /// Lists the commits that a report is about.
    fn observer(&self) -> Observer {
        Observer {
            clock: self.clock(),
            repositories: self.store(),
            runs: self.store(),
            contents: self.store(),
            vault: self.vault(),
            commits: self.commits(),
        }
    }

    /// Estimates what a manual run would cost.
    fn estimate_run(&self) -> EstimateRun {
        EstimateRun {
            clock: self.clock(),
            read_usage: self.read_usage(),
            repositories: self.store(),
            configurations: self.store(),
            observer: self.observer(),
            prices: self.prices(),
            default_writer: self.default_writer(),
        }
    }

    /// Reads the usage of the current month.
    fn read_usage(&self) -> ReadUsage {
        ReadUsage { clock: self.clock(), accounts: self.user_view(), usage: self.store(), runs: self.store() }
    }

    /// Lists the branches of a repository.
    fn list_branches(&self) -> ListBranches {
        ListBranches { repositories: self.user_view(), vault: self.vault(), commits: self.commits() }
    }

    /// Compares a month's counter with its runs.
    fn recount(&self) -> Recount {
        Recount { usage: self.store(), runs: self.store() }
    }

    /// Reads the usage of earlier months.
    fn read_history(&self) -> ReadHistory {
        ReadHistory { clock: self.clock(), usage: self.store(), runs: self.user_view() }
    }

    /// Forecasts the usage at the end of the month.
    fn forecast_usage(&self) -> ForecastUsage {
        ForecastUsage {
            clock: self.clock(),
            accounts: self.user_view(),
            usage: self.store(),
            runs: self.store(),
            configurations: self.user_view(),
        }
    }
}

impl<P: Ports> Verbs for P {}

macro_rules! api_verbs {
    ($($name:ident: $verb:ty,)+) => {
        /// The verbs that the routes of the HTTP API call.
        pub struct ApiVerbs { $(pub $name: $verb),+ }

        impl ApiVerbs {
            /// The verbs on these ports.
            pub fn new(ports: &impl Ports) -> Self {
                Self { $($name: ports.$name()),+ }
            }
        }
    };
}

api_verbs! {
    cancel_run: CancelRun,
    choose_model: ChooseModel,
    close_account: CloseAccount,
    estimate_run: EstimateRun,
    forecast_usage: ForecastUsage,
    keep_configurations: KeepConfigurations,
    keep_profile: KeepProfile,
    keep_repositories: KeepRepositories,
    list_branches: ListBranches,
    read_history: ReadHistory,
    read_usage: ReadUsage,
    recover: Recover,
    redeliver: Redeliver,
    set_limits: SetLimits,
    start_manual_run: StartManualRun,
    test_report: TestReport,
}
