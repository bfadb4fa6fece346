//! The enumerations of requests and answers, as schemas.
//!
//! Their values are the domain's own lists, so a new value appears in the document too. A body refers to one by
//! `#[schema(value_type = words::RunStatus)]`; clients get one type of that name. A name that is followed by `=` and a
//! type is the schema of a request's fields of that type too.

use crate::problem::{Code, FieldError};
use crate::request::word_field;
use domain::account::{NoticeKind, Plan};
use domain::activity::Source as Covered;
use domain::commit::{Kind, Rule};
use domain::delivery::{DeliveryState as State, DisabledReason as Disabled, HealthState, WebhookFormat as Format};
use domain::digest::WarningKind as Unusual;
use domain::money::UsageSource as Source;
use domain::notice::EndpointOf;
use domain::report::{AuthorDisplay as Display, DegradedReason, IfNoUpdates, Style, Tone};
use domain::repository::Provider;
use domain::run::{Breakdown, CountReason as Reason, ErrorCode, Status, TriggerKind};
use domain::usage::{BlockedReason as Blocked, Warning};
use std::borrow::Cow;
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

/// The description of a format of messages, at the word and at the member of a body.
macro_rules! webhook_format {
    () => {
        "Format of the message: signed JSON (`generic`), Slack, Discord, Teams, Google Chat, or Mattermost, which \
         Rocket.Chat takes too. `auto` chooses by the host of the address, and never Mattermost."
    };
}
pub(crate) use webhook_format;

/// The channel of a notice that was sent to a webhook.
pub(crate) const WEBHOOK: &str = "webhook";
/// The channel of a notice that was sent to the account's e-mail address.
pub(crate) const EMAIL: &str = "email";

macro_rules! words {
    ($($(#[doc = $doc:expr])+ $name:ident $(= $type:ty)?: $words:expr;)+) => {$(
        $(#[doc = $doc])+
        pub(crate) struct $name;

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                enumeration(concat!($($doc),+), $words)
            }
        }

        impl ToSchema for $name {
            fn name() -> Cow<'static, str> {
                Cow::Borrowed(stringify!($name))
            }
        }

        $(word_field!($type, $name);)?
    )+};
}

words! {
    /// The kind of a problem. More kinds can come.
    ProblemCode: Code::ALL.iter().map(|code| code.as_str());
    /// State of a run.
    RunStatus: Status::ALL.map(Status::as_str);
    /// What started a run.
    RunTrigger: TriggerKind::ALL.map(TriggerKind::as_str);
    /// Why a run failed.
    RunErrorCode: ErrorCode::ALL.map(ErrorCode::as_str);
    /// Why a report was written without the model that was chosen. More codes can come.
    DegradedCode: DegradedReason::ALL.map(DegradedReason::as_str);
    /// Where the token counts come from: the provider's answer, an estimate, or no model was called.
    UsageSource: Source::ALL.map(Source::as_str);
    /// Why a run counts against the monthly limit, or why it does not.
    CountReason: Reason::ALL.map(Reason::as_str);
    /// How the last scheduled run ended; `limit_reached` is one that did not start.
    LastRunStatus: Status::ALL.map(Status::as_str).into_iter().chain(["limit_reached"]);
    /// The state of a delivery.
    DeliveryState: State::ALL.map(State::as_str);
    /// The health of a webhook: `failing` since the first of the last failed attempts; `disabled` if nothing is sent to
    /// it.
    EndpointState: HealthState::ALL.map(HealthState::as_str);
    /// Why a webhook is disabled: it answered 410; its chat service answered that the address is not valid; or no
    /// message has arrived for five days. More reasons can come.
    DisabledReason: Disabled::ALL.map(Disabled::as_str);
    /// What a notice is about. More types can come.
    NoticeType = NoticeKind: NoticeKind::ALL.map(NoticeKind::as_str);
    /// How a notice was sent.
    NoticeChannel: [WEBHOOK, EMAIL];
    /// Whose webhook: that of a report configuration, or that of the account for notices.
    EndpointOwner: EndpointOf::ALL.map(EndpointOf::as_str);
    /// How near the monthly limit is: `approaching` from 80 %, `reached` at 100 %.
    UsageWarning: Warning::ALL.map(Warning::as_str);
    /// Why no run may start: `slots_in_use` passes when a running run ends, a reached limit on the 1st, and a closed
    /// account never.
    BlockedReason: Blocked::ALL.map(Blocked::as_str);
    /// What a month's usage is divided by.
    UsageBreakdown: Breakdown::ALL.map(Breakdown::as_str);
    /// What accounts are sorted by: most counted runs first, or by user id.
    AccountOrder: ["usage", "user"];
    /// What runs are sorted by.
    RunSort: ["started_at"];
    /// Newest first, or oldest first.
    SortOrder: ["desc", "asc"];
    /// One plan.
    PlanName = Plan: Plan::ALL.map(Plan::as_str);
    /// What a git host runs. Forgejo is `gitea`.
    GitProvider = Provider: Provider::ALL.map(Provider::as_str);
    /// Layout of the report.
    ReportStyle = Style: Style::ALL.map(Style::as_str);
    /// What kind of change it is.
    ChangeKind: Kind::ALL.map(Kind::as_str);
    /// Which rule chose the kind of a change.
    KindRule: Rule::ALL.map(Rule::as_str);
    /// Something that a report covers. More sources can come.
    ReportSource = Covered: Covered::ALL.map(Covered::as_str);
    /// What is unusual in a range: over half of the changes are fixes, a revert was taken back, or everyone changed one
    /// file. More kinds can come.
    WarningKind: Unusual::ALL.map(Unusual::as_str);
    /// Tone of the report.
    ToneOfVoice = Tone: Tone::ALL.map(Tone::as_str);
    /// How authors are named in the report.
    AuthorDisplay = Display: Display::ALL.map(Display::as_str);
    /// What to do when there are no commits.
    NoUpdatesAction = IfNoUpdates: IfNoUpdates::ALL.map(IfNoUpdates::as_str);
    #[doc = webhook_format!()]
    WebhookFormat = Format: Format::ALL.map(Format::as_str);
    /// Progress of an account's deletion.
    DeletionStatus: ["deleting", "deleted"];
    /// How users of the dashboard sign in: the local stack's demo, an OIDC issuer, or a pasted token.
    SignInKind: ["demo", "oidc", "bearer"];
    /// How the text of a report is written.
    ReportFormat: ["markdown"];
    /// How the rows of an export are written.
    ExportFormat: ["csv", "ndjson"];
    /// What is kept of a deleted account.
    KeptRecords: ["usage", "audit"];
}

fn enumeration(doc: &str, words: impl IntoIterator<Item = &'static str>) -> RefOr<Schema> {
    ObjectBuilder::new().schema_type(Type::String).description(Some(doc.trim())).enum_values(Some(words)).build().into()
}
