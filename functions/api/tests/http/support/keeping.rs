//! The verbs of what users keep, and of tests, on a store, with an outside that the test scripts.

use super::stack::Store;
use adapters::guard::{AddressPolicy, Guard};
use adapters::vault::LocalVault;
use app::accounts::CloseAccount;
use app::accounts::UserView;
use app::accounts::{KeepProfile, SetLimits};
use app::deliveries::Deliver;
use app::holdings::ListBranches;
use app::holdings::{ChooseModel, KeepConfigurations, KeepRepositories};
use app::ports::{Clock, Entropy, Vault};
use app::runs::BeginRun;
use app::runs::EndRun;
use app::runs::EstimateRun;
use app::runs::TestReport;
use app::runs::{Composer, ModelChoice, Observer};
use app::usage::ReadUsage;
use domain::configuration::Writer;
use domain::delivery::RetryPolicy;
use domain::money::PriceTable;
use std::sync::Arc;
use testkit::git::ScriptedGit;
use testkit::outside::{ScriptedCatalog, ScriptedModel, ScriptedNames, ScriptedReceiver};
use testkit::queue::ManualQueue;

/// The base64 of the bytes 0 to 31.
const KEY: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

/// What a test scripts.
#[derive(Clone)]
pub(crate) struct Outside {
    pub(crate) git: ScriptedGit,
    pub(crate) model: ScriptedModel,
    pub(crate) receiver: ScriptedReceiver,
    pub(crate) names: ScriptedNames,
    pub(crate) catalog: ScriptedCatalog,
    pub(crate) vault: Arc<LocalVault>,
}

/// Builds verbs.
pub(crate) struct Keeping<S> {
    pub(crate) store: Arc<S>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) entropy: Arc<dyn Entropy>,
    pub(crate) outside: Outside,
}

impl Outside {
    pub(crate) fn new() -> Self {
        let vault = Arc::new(LocalVault::from_base64(KEY).unwrap());
        let (git, receiver, names) = (ScriptedGit::default(), ScriptedReceiver::default(), ScriptedNames::default());
        let (model, catalog) = (ScriptedModel::default(), ScriptedCatalog::default());
        Self { git, model, receiver, names, catalog, vault }
    }
}

impl<S: Store> Keeping<S> {
    fn vault(&self) -> Arc<dyn Vault> {
        self.outside.vault.clone()
    }

    pub(crate) fn repositories(&self) -> KeepRepositories {
        KeepRepositories {
            clock: self.clock.clone(),
            entropy: self.entropy.clone(),
            accounts: self.store.clone(),
            repositories: self.store.clone(),
            configurations: self.store.clone(),
            idempotency: self.store.clone(),
            holdings: self.store.clone(),
            vault: self.vault(),
            addresses: Arc::new(self.outside.names.clone()),
        }
    }

    pub(crate) fn branches(&self) -> ListBranches {
        ListBranches {
            repositories: Arc::new(UserView {
                accounts: self.store.clone(),
                repositories: self.store.clone(),
                configurations: self.store.clone(),
                runs: self.store.clone(),
            }),
            vault: self.vault(),
            commits: Arc::new(self.outside.git.clone()),
        }
    }

    pub(crate) fn configurations(&self) -> KeepConfigurations {
        KeepConfigurations {
            clock: self.clock.clone(),
            entropy: self.entropy.clone(),
            accounts: self.store.clone(),
            repositories: self.store.clone(),
            configurations: self.store.clone(),
            idempotency: self.store.clone(),
            holdings: self.store.clone(),
            vault: self.vault(),
            models: self.models(),
        }
    }

    /// The provider lists what the scripted catalog says.
    pub(crate) fn models(&self) -> ChooseModel {
        ChooseModel {
            clock: self.clock.clone(),
            catalog: Arc::new(self.outside.catalog.clone()),
            prices: Arc::new(PriceTable::bundled()),
            vault: self.vault(),
            default_writer: Writer::Plain,
        }
    }

    /// Addresses on this machine are refused, as they are in a deployment.
    pub(crate) fn profile(&self) -> KeepProfile {
        KeepProfile {
            accounts: self.store.clone(),
            changes: self.store.clone(),
            vault: self.vault(),
            addresses: Arc::new(Guard::new(AddressPolicy::Public)),
            models: self.models(),
        }
    }

    pub(crate) fn limits(&self) -> SetLimits {
        SetLimits {
            clock: self.clock.clone(),
            entropy: self.entropy.clone(),
            accounts: self.store.clone(),
            changes: self.store.clone(),
            usage: self.store.clone(),
            configurations: self.store.clone(),
        }
    }

    pub(crate) fn closing(&self) -> CloseAccount {
        CloseAccount {
            clock: self.clock.clone(),
            entropy: self.entropy.clone(),
            accounts: self.store.clone(),
            changes: self.store.clone(),
            configurations: self.store.clone(),
            holdings: self.store.clone(),
        }
    }

    pub(crate) fn tests(&self, end: &EndRun, queue: &ManualQueue) -> TestReport {
        let composer = Composer {
            clock: self.clock.clone(),
            observer: self.observer(),
            choice: ModelChoice { accounts: self.store.clone(), vault: self.vault(), default_writer: Writer::Plain },
            writer: Arc::new(self.outside.model.clone()),
            prices: Arc::new(PriceTable::bundled()),
        };
        let deliver = Deliver {
            clock: self.clock.clone(),
            entropy: self.entropy.clone(),
            accounts: self.store.clone(),
            configurations: self.store.clone(),
            runs: self.store.clone(),
            contents: self.store.clone(),
            notices: self.store.clone(),
            deliveries: self.store.clone(),
            vault: self.vault(),
            webhooks: Arc::new(self.outside.receiver.clone()),
            delivery_queue: Arc::new(queue.clone()),
            policy: RetryPolicy::default(),
        };
        TestReport {
            clock: self.clock.clone(),
            entropy: self.entropy.clone(),
            configurations: self.store.clone(),
            contents: self.store.clone(),
            begin: self.beginning(),
            composer,
            end: end.clone(),
            deliver,
            test_runs_count: false,
        }
    }

    fn observer(&self) -> Observer {
        Observer {
            clock: self.clock.clone(),
            repositories: self.store.clone(),
            runs: self.store.clone(),
            contents: self.store.clone(),
            vault: self.vault(),
            commits: Arc::new(self.outside.git.clone()),
        }
    }

    pub(crate) fn estimates(&self) -> EstimateRun {
        EstimateRun {
            clock: self.clock.clone(),
            read_usage: ReadUsage {
                clock: self.clock.clone(),
                accounts: self.store.clone(),
                usage: self.store.clone(),
                runs: self.store.clone(),
            },
            repositories: self.store.clone(),
            configurations: self.store.clone(),
            observer: self.observer(),
            prices: Arc::new(PriceTable::bundled()),
            default_writer: Writer::Plain,
        }
    }

    pub(crate) fn beginning(&self) -> BeginRun {
        BeginRun {
            accounts: self.store.clone(),
            repositories: self.store.clone(),
            configurations: self.store.clone(),
            runs: self.store.clone(),
            idempotency: self.store.clone(),
            usage: self.store.clone(),
            ledger: self.store.clone(),
            default_writer: Writer::Plain,
        }
    }
}
