//! What the verbs need from outside. A port uses the domain's types and states its laws; it never uses a vendor's type.
//!
//! In reading order: [`Clock`] and [`Entropy`]; the store, noun by noun ([`Accounts`], [`Repositories`],
//! [`Configurations`], [`Runs`], [`Contents`], [`UsageCounters`], [`Rollups`], [`Fleet`], [`Notices`],
//! [`IdempotencyRecords`], [`Rates`], [`Readiness`]), its transactions ([`RunLedger`], [`Deliveries`], [`Outbox`],
//! [`Holdings`], [`AccountChanges`], [`EmailConfirmation`], [`Erasure`], [`Imports`]), its index of due items
//! ([`DueIndex`]), and all but the imports together ([`Store`]); the queues ([`RunQueue`], [`DeliveryQueue`]); services
//! outside ([`Addresses`], [`CommitSource`], [`ModelCatalog`], [`ReportWriter`], [`WebhookSender`], [`Mailer`],
//! [`EventBus`]); and the [`Vault`]. All but the first two are declared by `port!`, which also implements them for
//! every [`Proxy`].

mod branches;
mod clock;
mod due;
mod erasure;
mod error;
mod git;
mod holdings;
mod ledger;
mod outside;
mod proxy;
mod queue;
mod records;
mod store;
mod vault;

pub use branches::{Branch, BranchPage, BranchQuery};
pub use clock::{Clock, Entropy};
pub use due::{DueIndex, DueItem, DueKind, DueRef};
pub use erasure::{Erasable, Erasure, Leaving};
pub use error::{Refusal, StoreError, readable};
pub use git::{ActivityQuery, CommitList, CommitQuery, CommitSource, GitError, GitFailure, Listing, RepositoryAccess};
pub use holdings::{
    AccountChanges, EmailConfirmation, FoundRun, Holdings, ImportedRun, Imports, Place, ReachedAlready,
};
pub use ledger::{
    Attempt, Block, ConfigurationEnd, CoverageMove, Deliveries, DeliveryMove, EndpointMove, Fence, Finish, HealthMove,
    IdempotencyKey, LimitSeen, Outbox, Part, PauseMark, Reservation, RunLedger, TransactionError,
};
pub use outside::{
    Addresses, CatalogError, EXCERPT_BYTES_MAX, EventBus, Inside, Mail, MailBody, Mailer, Message, MessageBody,
    ModelCatalog, ModelError, ModelProvider, ModelRequest, ModelText, ReportWriter, WebhookAnswer, WebhookSender,
    WebhookTarget,
};
pub use proxy::{Call, Intercept, Proxy};
pub use queue::{DeliveryQueue, DeliveryRequest, QueueError, RunQueue, RunRequest};
pub use records::{
    Accounts, Configurations, Contents, Fleet, FleetPage, FleetPlace, IdempotencyRecord, IdempotencyRecords, Notices,
    Page, PageCursor, Rate, RateOf, Rates, Readiness, Repositories, Reserved, Rollups, Runs, UsageCounters,
};
pub use store::Store;
pub use vault::{SecretContext, SecretHolder, Vault, VaultError};
