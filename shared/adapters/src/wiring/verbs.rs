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

macro_rules! verbs {
    ($($(#[$doc:meta])* $name:ident: $verb:ident { $($port:ident: $($field:ident)+,)+ })+) => {
        /// Builds every verb, each from exactly the ports that it needs.
        pub trait Verbs: Ports {
            $($(#[$doc])* fn $name(&self) -> $verb { $verb { $($($field: self.$port()),+),+ } })+
        }
    };
}

// Each line names a port, or another verb, and the fields of the verb that get it.
verbs! {
    /// Sends run requests for due schedules, each minute.
    schedule_due_runs: ScheduleDueRuns {
        clock: clock,
        store: due accounts usage configurations,
        block_fire: block,
        run_queue: run_queue,
    }

    /// Repeats what was lost, each minute.
    sweep: Sweep {
        clock: clock,
        store: due runs contents outbox,
        end_run: end,
        run_queue: run_queue,
        delivery_queue: delivery_queue,
        event_bus: event_bus,
        erase_account: erase_account,
    }

    /// Closes an account: from then on nothing new begins in it.
    close_account: CloseAccount {
        clock: clock,
        entropy: entropy,
        store: accounts changes configurations holdings,
    }

    /// Erases the records of a closed account.
    erase_account: EraseAccount {
        clock: clock,
        store: accounts repositories holdings runs contents deliveries erasure,
        close_account: close,
        end_run: end,
    }

    /// Carries out a run request.
    execute_run: ExecuteRun {
        clock: clock,
        entropy: entropy,
        store: accounts repositories configurations runs contents usage ledger,
        block_fire: block,
        composer: composer,
        end_run: end,
        delivery_queue: delivery_queue,
        default_writer: default_writer,
    }

    /// Makes one attempt of a delivery.
    deliver: Deliver {
        clock: clock,
        entropy: entropy,
        store: accounts configurations runs contents notices deliveries rates,
        vault: vault,
        webhooks: webhooks,
        throttle: throttle,
        delivery_queue: delivery_queue,
        retry_policy: policy,
    }

    /// Starts a run over a range that the user gave.
    start_manual_run: StartManualRun {
        clock: clock,
        entropy: entropy,
        begin_run: begin,
        run_queue: run_queue,
    }

    /// Cancels a running run for its user.
    cancel_run: CancelRun {
        store: accounts runs contents,
        end_run: end,
    }

    /// Writes and delivers a test report at once.
    test_report: TestReport {
        clock: clock,
        entropy: entropy,
        store: configurations contents rates,
        begin_run: begin,
        composer: composer,
        end_run: end,
        deliver: deliver,
        test_runs_count: test_runs_count,
    }

    /// Adds, edits and deletes repositories.
    keep_repositories: KeepRepositories {
        clock: clock,
        entropy: entropy,
        store: accounts repositories configurations idempotency holdings,
        vault: vault,
        addresses: addresses,
    }

    /// Adds, edits and deletes configurations.
    keep_configurations: KeepConfigurations {
        clock: clock,
        entropy: entropy,
        store: accounts repositories configurations idempotency holdings,
        vault: vault,
        choose_model: models,
    }

    /// Checks the models that users name.
    choose_model: ChooseModel {
        clock: clock,
        catalog: catalog,
        prices: prices,
        vault: vault,
        default_writer: default_writer,
    }

    /// Changes a user's profile.
    keep_profile: KeepProfile {
        store: accounts changes,
        vault: vault,
        addresses: addresses,
        choose_model: models,
    }

    /// Changes an account's plan and overrides.
    set_limits: SetLimits {
        clock: clock,
        entropy: entropy,
        store: accounts changes usage configurations,
    }

    /// Delivers a report again.
    redeliver: Redeliver {
        clock: clock,
        store: accounts runs deliveries idempotency rates,
        delivery_queue: delivery_queue,
    }

    /// Delivers again all reports of a configuration whose delivery failed.
    recover: Recover {
        store: configurations,
        redeliver: redeliver,
    }

    /// Reserves a run that a user asks for.
    begin_run: BeginRun {
        store: accounts repositories configurations runs idempotency usage ledger,
        default_writer: default_writer,
    }

    /// Skips a fire because the limit is reached.
    block_fire: BlockFire {
        clock: clock,
        entropy: entropy,
        store: configurations notices ledger,
    }

    /// Ends a run.
    end_run: EndRun {
        clock: clock,
        entropy: entropy,
        store: accounts configurations runs usage ledger,
        warn_of_retirement: retirement,
    }

    /// Warns a user whose model its provider will retire.
    warn_of_retirement: WarnOfRetirement {
        prices: prices,
        store: notices accounts configurations,
    }

    /// Chooses the model of a report.
    model_choice: ModelChoice {
        store: accounts,
        vault: vault,
        default_writer: default_writer,
    }

    /// Writes the text of a run's report.
    composer: Composer {
        clock: clock,
        observer: observer,
        model_choice: choice,
        writer: writer,
        prices: prices,
    }

    /// Lists the commits that a report is about.
    observer: Observer {
        clock: clock,
        store: repositories runs contents,
        vault: vault,
        commits: commits,
    }

    /// Estimates what a manual run would cost.
    estimate_run: EstimateRun {
        clock: clock,
        read_usage: read_usage,
        store: repositories configurations,
        observer: observer,
        prices: prices,
        default_writer: default_writer,
    }

    /// Reads the usage of the current month.
    read_usage: ReadUsage {
        clock: clock,
        user_view: accounts,
        store: usage runs,
    }

    /// Lists the branches of a repository.
    list_branches: ListBranches {
        user_view: repositories,
        vault: vault,
        commits: commits,
    }

    /// Compares a month's counter with its runs.
    recount: Recount {
        store: usage runs,
    }

    /// Reads the usage of earlier months.
    read_history: ReadHistory {
        clock: clock,
        store: usage,
        user_view: runs,
    }

    /// Forecasts the usage at the end of the month.
    forecast_usage: ForecastUsage {
        clock: clock,
        user_view: accounts configurations,
        store: usage runs,
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
