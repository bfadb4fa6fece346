//! Isolation of tenants at the table: the API reads and writes a user's items with credentials that IAM limits to the
//! user's own partition.
//!
//! A request is handled within [`isolated`]. When its token is verified, [`belongs_to`] pins it to its user: from then
//! on each call of the table is signed with credentials of the tenant role, which carry the user as a session tag, and
//! the role's policy admits only the partition of the tagged user. [`belongs_to_no_user`] lifts this for
//! administrators' requests, which are about all users. Before that, a call of the table is an error.

use crate::boot::Aws;
use crate::guard::{failure_class, read_beginning};
use crate::signed::{CallError, SignedService};
use app::ports::Clock;
use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::future::ProvideCredentials as ProvidedCredentials;
use aws_credential_types::provider::{ProvideCredentials, Result as CredentialsResult};
use domain::id::UserId;
use domain::instant::{Duration, Instant};
use std::cell::Cell;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use url::form_urlencoded;

/// How long credentials are valid, in seconds: the longest time for a role that a role assumes.
const VALID_SECONDS: i64 = 3_600;
/// How long before their end credentials are replaced: longer than any request takes.
const RESERVE_SECONDS: i64 = 300;
/// Users whose credentials a process keeps. Those that end first are dropped.
const USERS_MAX: usize = 500;
/// The session tag with the user. The role's policy names it.
pub const TAG: &str = "user";

const SERVICE: (&str, &str) = ("sts", "sts");
const FORM: &str = "application/x-www-form-urlencoded";
/// Less than the table's own limit for a try, which contains this call, so that the log names this service.
const TIMEOUT: std::time::Duration = std::time::Duration::from_millis(1_500);
const ANSWER_BYTES_MAX: usize = 16 * 1024;

/// Whose items a request is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Scope {
    /// No token is verified yet: nothing of the table may be read.
    Unknown,
    User(UserId),
    /// No user's, or an administrator's.
    Function,
}

tokio::task_local! {
    static SCOPE: Cell<Scope>;
}

/// Handles a request whose user is not known yet.
pub async fn isolated<F: Future>(request: F) -> F::Output {
    SCOPE.scope(Cell::new(Scope::Unknown), request).await
}

/// From now on, the request is about this user. Outside of [`isolated`] this changes nothing.
pub fn belongs_to(user: UserId) {
    set(Scope::User(user));
}

/// From now on, the request is an administrator's, which is about all users, or reads nothing of a user.
pub fn belongs_to_no_user() {
    set(Scope::Function);
}

fn set(scope: Scope) {
    // Where requests are not isolated, as in the local stack, no credentials depend on it.
    let _not_isolated = SCOPE.try_with(|current| current.set(scope));
}

/// Credentials for the table, by the user that the current request belongs to.
pub struct TenantCredentials {
    own: Credentials,
    role_arn: String,
    sts: SignedService,
    clock: Arc<dyn Clock>,
    kept: Mutex<BTreeMap<UserId, Kept>>,
    /// Held while a role is assumed: the calls of a request, which are made at the same time, need it once. A Lambda
    /// has one request at a time.
    assuming: tokio::sync::Mutex<()>,
}

#[derive(Clone)]
struct Kept {
    credentials: Credentials,
    until: Instant,
}

impl fmt::Debug for TenantCredentials {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "TenantCredentials({})", self.role_arn)
    }
}

impl TenantCredentials {
    /// Credentials of this role for users' requests, and the function's own for all others.
    pub fn new(aws: &Aws, role_arn: &str, clock: Arc<dyn Clock>) -> Self {
        let sts = SignedService::new(aws, SERVICE, &aws.region, aws.sts_endpoint_url.as_ref(), TIMEOUT);
        let (own, role_arn) = (aws.credentials.clone(), role_arn.to_owned());
        Self { own, role_arn, sts, clock, kept: Mutex::default(), assuming: tokio::sync::Mutex::default() }
    }

    async fn current(&self) -> CredentialsResult {
        match SCOPE.try_with(Cell::get) {
            Ok(Scope::User(user)) => self.of_user(user).await,
            Ok(Scope::Function) => Ok(self.own.clone()),
            // Neither a request whose user is unknown nor one that lost its scope has the credentials for all users.
            Ok(Scope::Unknown) | Err(_) => {
                Err(CredentialsError::not_loaded("a call of the table whose user is unknown"))
            }
        }
    }

    async fn of_user(&self, user: UserId) -> CredentialsResult {
        if let Some(credentials) = self.kept(user) {
            return Ok(credentials);
        }
        let _assuming = self.assuming.lock().await;
        if let Some(credentials) = self.kept(user) {
            return Ok(credentials);
        }
        let now = self.clock.now();
        let credentials = self.assume(user, now).await.map_err(CredentialsError::provider_error)?;
        let until = now + Duration::seconds(VALID_SECONDS - RESERVE_SECONDS);
        let mut kept = self.lock();
        kept.retain(|_, kept| kept.until > now);
        if kept.len() >= USERS_MAX {
            let soonest_to_end = kept.iter().min_by_key(|(_, kept)| kept.until).map(|(user, _)| *user);
            soonest_to_end.map(|user| kept.remove(&user));
        }
        kept.insert(user, Kept { credentials: credentials.clone(), until });
        Ok(credentials)
    }

    fn kept(&self, user: UserId) -> Option<Credentials> {
        let now = self.clock.now();
        self.lock().get(&user).filter(|kept| kept.until > now).map(|kept| kept.credentials.clone())
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeMap<UserId, Kept>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html>
    async fn assume(&self, user: UserId, now: Instant) -> Result<Credentials, AssumeError> {
        let (user, seconds) = (user.to_string(), VALID_SECONDS.to_string());
        let body = form_urlencoded::Serializer::new(String::new())
            .append_pair("Action", "AssumeRole")
            .append_pair("Version", "2011-06-15")
            .append_pair("RoleArn", &self.role_arn)
            .append_pair("RoleSessionName", &user)
            .append_pair("DurationSeconds", &seconds)
            .append_pair("Tags.member.1.Key", TAG)
            .append_pair("Tags.member.1.Value", &user)
            .finish();
        let response = self.sts.post("/", &[("content-type", FORM)], body.into_bytes(), now).await;
        let response = response.map_err(|error| match error {
            CallError::NotMade(error) => AssumeError(error.to_string()),
            CallError::NoAnswer(error) => AssumeError(failure_class(&error).as_str().to_owned()),
        })?;
        let status = response.status();
        let read = read_beginning(response, ANSWER_BYTES_MAX).await;
        let (body, _) = read.map_err(|error| AssumeError(error.as_str().to_owned()))?;
        let body = String::from_utf8_lossy(&body);
        if !status.is_success() {
            let code = element(&body, "Code").unwrap_or_default();
            return Err(AssumeError(format!("status {} {code}", status.as_u16())));
        }
        let text = |name| element(&body, name).map(str::to_owned).ok_or_else(|| AssumeError(format!("no {name}")));
        let (key, secret, session) = (text("AccessKeyId")?, text("SecretAccessKey")?, text("SessionToken")?);
        Ok(Credentials::new(key, secret, Some(session), None, "tenant"))
    }
}

/// The tenant role was not assumed.
#[derive(Debug, thiserror::Error)]
#[error("the tenant role was not assumed: {0}")]
struct AssumeError(String);

/// The text of the first element of this name. Those that are read here contain no markup and nothing that is escaped.
fn element<'a>(body: &'a str, name: &str) -> Option<&'a str> {
    let (_, after) = body.split_once(&format!("<{name}>"))?;
    Some(after.split_once(&format!("</{name}>"))?.0.trim())
}

impl ProvideCredentials for TenantCredentials {
    fn provide_credentials<'a>(&'a self) -> ProvidedCredentials<'a>
    where
        Self: 'a,
    {
        ProvidedCredentials::new(self.current())
    }
}
