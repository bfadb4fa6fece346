//! How each verb is built from ports.

use super::ports::Ports;
use app::accounts::{CloseAccount, ConfirmEmail, EraseAccount, KeepProfile, SetLimits};
use app::deliveries::{Deliver, EnableEndpoint, Recover, Redeliver};
use app::holdings::{ChooseModel, KeepConfigurations, KeepRepositories, ListBranches, PreviewConfiguration};
use app::notices::{ListNotices, MarkNoticesRead};
use app::runs::{
    BeginRun, CancelRun, Composer, EndRun, EstimateRun, ExecuteRun, ModelChoice, Observer, StartManualRun, TestReport,
    WarnOfRetirement,
};
use app::schedules::{BlockFire, ScheduleDueRuns, Sweep};
use app::usage::{FoldFleet, ForecastUsage, ListAccounts, ReadFleet, ReadHistory, ReadUsage, Recount, RecountAll};

macro_rules! verbs {
    ($($name:ident: $verb:ident [$($same:ident)*] { $($port:ident: $($field:ident)+,)* })+) => {
        /// Builds every verb, each from exactly the ports that it needs.
        pub trait Verbs: Ports {
            $(
                #[doc = concat!("Builds [`", stringify!($verb), "`].")]
                fn $name(&self) -> $verb { $verb { $($same: self.$same(),)* $($($field: self.$port(),)+)* } }
            )+
        }
    };
}

// In brackets: the ports whose fields have their name. Then each other port, or another verb, and its fields.
verbs! {
    schedule_due_runs: ScheduleDueRuns [clock run_queue] {
        store: due accounts usage configurations,
        block_fire: block,
    }

    sweep: Sweep [clock run_queue delivery_queue event_bus erase_account] {
        store: due runs contents outbox,
        end_run: end,
    }

    close_account: CloseAccount [clock entropy] { store: accounts changes configurations holdings, }

    erase_account: EraseAccount [clock] {
        store: accounts repositories holdings runs contents deliveries erasure,
        close_account: close,
        end_run: end,
    }

    execute_run: ExecuteRun [clock entropy composer delivery_queue default_writer] {
        store: accounts repositories configurations runs contents usage ledger,
        block_fire: block,
        end_run: end,
    }

    deliver: Deliver [clock entropy vault webhooks mailer delivery_queue throttle] {
        store: accounts configurations runs contents notices deliveries rates due,
        retry_policy: policy,
    }

    start_manual_run: StartManualRun [clock entropy run_queue] { begin_run: begin, }

    cancel_run: CancelRun [] {
        store: accounts runs contents,
        end_run: end,
    }

    test_report: TestReport [clock entropy composer deliver test_runs_count] {
        store: configurations contents rates,
        begin_run: begin,
        end_run: end,
    }

    keep_repositories: KeepRepositories [clock entropy vault addresses] {
        store: accounts repositories configurations idempotency holdings,
    }

    keep_configurations: KeepConfigurations [clock entropy vault] {
        store: accounts repositories configurations idempotency holdings,
        choose_model: models,
    }

    preview_configuration: PreviewConfiguration [clock addresses] {
        user_view: accounts repositories configurations,
        forecast_usage: forecast,
    }

    choose_model: ChooseModel [clock catalog prices vault default_writer] {}

    keep_profile: KeepProfile [clock entropy vault addresses sends_mail] {
        store: accounts idempotency changes,
        choose_model: models,
    }

    confirm_email: ConfirmEmail [clock entropy mailer] { store: accounts emails, }

    set_limits: SetLimits [clock entropy] { store: accounts changes usage configurations repositories, }

    redeliver: Redeliver [clock delivery_queue] { store: accounts configurations runs deliveries idempotency rates, }

    list_notices: ListNotices [] { user_view: accounts notices, }

    mark_notices_read: MarkNoticesRead [clock] {
        store: accounts changes,
        list_notices: list,
    }

    enable_endpoint: EnableEndpoint [clock entropy] { store: accounts configurations repositories deliveries, }

    recover: Recover [redeliver] { store: configurations, }

    begin_run: BeginRun [default_writer] { store: accounts repositories configurations runs idempotency usage ledger, }

    block_fire: BlockFire [clock entropy] { store: configurations repositories runs usage ledger, }

    end_run: EndRun [clock entropy] {
        store: accounts configurations runs usage ledger,
        warn_of_retirement: retirement,
    }

    warn_of_retirement: WarnOfRetirement [prices] { store: notices accounts configurations, }

    model_choice: ModelChoice [vault default_writer] { store: accounts, }

    composer: Composer [clock observer writer prices public_url] { model_choice: choice, }

    observer: Observer [clock vault commits] { store: repositories runs contents, }

    estimate_run: EstimateRun [clock read_usage observer prices default_writer] { store: repositories configurations, }

    read_usage: ReadUsage [clock] {
        user_view: accounts,
        store: usage runs,
    }

    list_branches: ListBranches [vault commits] { user_view: repositories, }

    recount: Recount [] { store: usage runs, }

    recount_all: RecountAll [clock recount] { store: fleet, }

    read_history: ReadHistory [clock] {
        store: usage,
        user_view: rollups runs,
    }

    fold_fleet: FoldFleet [clock] { store: fleet, }

    read_fleet: ReadFleet [clock] { store: fleet, }

    list_accounts: ListAccounts [clock] { store: fleet accounts usage, }

    forecast_usage: ForecastUsage [clock] {
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
    confirm_email: ConfirmEmail,
    enable_endpoint: EnableEndpoint,
    estimate_run: EstimateRun,
    forecast_usage: ForecastUsage,
    keep_configurations: KeepConfigurations,
    keep_profile: KeepProfile,
    keep_repositories: KeepRepositories,
    list_accounts: ListAccounts,
    list_branches: ListBranches,
    list_notices: ListNotices,
    mark_notices_read: MarkNoticesRead,
    preview_configuration: PreviewConfiguration,
    read_fleet: ReadFleet,
    read_history: ReadHistory,
    read_usage: ReadUsage,
    recover: Recover,
    redeliver: Redeliver,
    set_limits: SetLimits,
    start_manual_run: StartManualRun,
    test_report: TestReport,
}
