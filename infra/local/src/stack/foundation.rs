//! The base of the local stack: the embedded services, the environment that names them, and the deployment that is
//! built from this environment as in a Lambda.

use super::clock::OffsetClock;
use super::folder::Secrets;
use super::mail::ShownMail;
use super::ports::Listeners;
use super::queues::{self, DELIVERIES, RUNS, SLOW_DELIVERIES};
use super::stop::Stop;
use super::table::{Storage, TABLE, Table};
use super::variables::{invalid, refused};
use super::{AUDIENCE, ISSUER, REGION, StackError, events, ports, serve};
use adapters::boot::{ApiSettings, Environment, Settings, SignIn, aws_config};
use adapters::git::{Commits, LocalGit, Reach};
use adapters::guard::{AddressPolicy, Guard};
use adapters::wiring::{Deployment, LivePorts};
use api::Api;
use axum::Router;
use domain::repository::Provider;
use std::collections::BTreeMap;
use std::sync::Arc;
use tokio::task::JoinHandle;
use url::Url;

/// Variables of the process that are passed on to the functions.
pub const PASSED_ON: [&str; 12] = [
    "DEFAULT_MODEL",
    "OPENAI_API_KEY",
    "OPENAI_BASE_URL",
    "TEST_RUNS_COUNT",
    "REPORT_TEXT_RETENTION_DAYS",
    "ATTEMPT_RETENTION_DAYS",
    "PUBLIC_URL",
    "DASHBOARD_NAME",
    "LOG_LEVEL",
    "CORS_ORIGINS",
    "FUNCTION_TIMEOUT_SECONDS",
    "ENDPOINT_MESSAGES_PER_SECOND",
];

/// The addresses of a dashboard under development.
const DASHBOARDS: &str = "http://localhost:5173,http://127.0.0.1:5173";

/// `GIT_REPORT_DYNAMODB_URL`: the address at which the functions reach the embedded DynamoDB, such as that of a proxy
/// in front of it. For tests. Default: its own address.
const DYNAMODB_URL: &str = "GIT_REPORT_DYNAMODB_URL";

/// `GIT_REPORT_CLOCK_OFFSET_SECONDS`: how far this process's clock is ahead of the system's. For tests. Default: 0.
const CLOCK_OFFSET_SECONDS: &str = "GIT_REPORT_CLOCK_OFFSET_SECONDS";

/// The addresses of the services, each `http://127.0.0.1:<port>`.
#[derive(Clone, Debug)]
pub struct Addresses {
    pub api: String,
    pub receiver: String,
    pub dynamodb: String,
    pub sqs: String,
    pub eventbridge: String,
}

/// The validated variables of the local deployment.
pub struct Surroundings {
    /// The variables that the stack itself sets.
    pub own: BTreeMap<&'static str, String>,
    /// All variables that the functions get.
    pub environment: Environment,
    /// What the environment sets.
    pub settings: Settings,
    api: ApiSettings,
    clock: OffsetClock,
    apis: HostApis,
}

/// The addresses of git hosts' APIs, if they are not derived from a repository's address.
struct HostApis(Vec<(Provider, Url)>);

/// The embedded services and the deployment on them.
pub struct Foundation {
    pub addresses: Addresses,
    pub surroundings: Surroundings,
    /// The adapters of all ports.
    pub deployment: Deployment,
    /// Reads repositories at their hosts and in local folders.
    pub commits: Commits,
    pub sqs: aws_sdk_sqs::Client,
    pub table: Table,
    /// The servers of SQS and EventBridge.
    pub servers: Vec<JoinHandle<()>>,
}

impl Addresses {
    /// The addresses of the listeners.
    pub fn of(listeners: &Listeners) -> Result<Self, std::io::Error> {
        Ok(Self {
            api: ports::address(&listeners.api)?,
            receiver: ports::address(&listeners.receiver)?,
            dynamodb: ports::address(&listeners.dynamodb)?,
            sqs: ports::address(&listeners.sqs)?,
            eventbridge: ports::address(&listeners.eventbridge)?,
        })
    }
}

impl Surroundings {
    /// The stack's own variables and those of the process that are passed on. One error lists all invalid variables.
    pub fn read(process: &Environment, addresses: &Addresses, secrets: &Secrets) -> Result<Self, StackError> {
        let table = table_url(process, addresses);
        let own = BTreeMap::from([
            ("TABLE_NAME", TABLE.to_owned()),
            ("RUN_QUEUE_URL", RUNS.url(&addresses.sqs)),
            ("DELIVERY_QUEUE_URL", DELIVERIES.url(&addresses.sqs)),
            ("DELIVERY_SLOW_QUEUE_URL", SLOW_DELIVERIES.url(&addresses.sqs)),
            ("EVENT_BUS_NAME", "default".to_owned()),
            ("SECRETS_KEY", secrets.secrets_key.expose().to_owned()),
            ("ALLOW_LOOPBACK", "true".to_owned()),
            ("JWT_SECRET", secrets.jwt_secret.expose().to_owned()),
            ("JWT_ISSUER", ISSUER.to_owned()),
            ("JWT_AUDIENCE", AUDIENCE.to_owned()),
            ("AWS_REGION", REGION.to_owned()),
            ("AWS_ACCESS_KEY_ID", "local".to_owned()),
            ("AWS_SECRET_ACCESS_KEY", "local".to_owned()),
            ("AWS_ENDPOINT_URL_DYNAMODB", table.clone().unwrap_or_else(|_| addresses.dynamodb.clone())),
            ("AWS_ENDPOINT_URL_SQS", addresses.sqs.clone()),
            ("AWS_ENDPOINT_URL_EVENTBRIDGE", addresses.eventbridge.clone()),
        ]);
        let mut variables = BTreeMap::from([("CORS_ORIGINS", DASHBOARDS.to_owned())]);
        variables.extend(PASSED_ON.iter().filter_map(|name| Some((*name, process.get(name)?.to_owned()))));
        variables.extend(own.iter().map(|(name, value)| (*name, value.clone())));
        let environment = Environment::from_pairs(variables);
        let settings = Settings::read_for_api(&environment);
        let clock = clock(process);
        let apis = HostApis::read(process);
        match (settings, clock, apis, table) {
            (Ok((settings, mut api)), Ok(clock), Ok(apis), Ok(_)) => {
                api.dashboard.sign_in = SignIn::Demo;
                Ok(Self { own, environment, settings, api, clock, apis })
            }
            (settings, clock, apis, table) => {
                let errors =
                    [table.err(), settings.err().map(|error| refused(&error, process)), clock.err(), apis.err()];
                Err(StackError::Variables(errors.into_iter().flatten().collect::<Vec<_>>().join("\n")))
            }
        }
    }

    /// Lines of `NAME='VALUE'` for a shell: the variables of a function that runs in its own process, and the addresses
    /// of the API and the receiver.
    #[must_use]
    pub fn env_file(&self, addresses: &Addresses) -> String {
        let stack = [("GIT_REPORT_API_URL", &addresses.api), ("GIT_REPORT_RECEIVER_URL", &addresses.receiver)];
        let variables = self.own.iter().map(|(name, value)| (*name, value)).chain(stack);
        variables.fold(String::new(), |text, (name, value)| text + name + "='" + value + "'\n")
    }
}

impl Foundation {
    /// Starts the embedded services on their listeners, until `stop`, and builds the deployment. Returns the unused
    /// listeners of the API and of the receiver.
    pub async fn start(
        process: &Environment,
        listeners: Listeners,
        storage: &Storage,
        secrets: &Secrets,
        stop: &Stop,
    ) -> Result<(Self, tokio::net::TcpListener, tokio::net::TcpListener), StackError> {
        let addresses = Addresses::of(&listeners).map_err(StackError::Socket)?;
        let surroundings = Surroundings::read(process, &addresses, secrets)?;
        let aws = aws_config(&surroundings.settings);
        let table = Table::serve(listeners.dynamodb, storage, stop.clone().stopped())?;
        let servers =
            vec![serve(listeners.sqs, queues::router(), stop), serve(listeners.eventbridge, events::router(), stop)];
        Table::create(&aws_sdk_dynamodb::Client::new(&aws)).await?;
        let sqs = aws_sdk_sqs::Client::new(&aws);
        for queue in [RUNS, DELIVERIES, SLOW_DELIVERIES] {
            queue.create(&sqs).await?;
        }
        let commits = surroundings.apis.commits();
        let deployment = Deployment {
            clock: Arc::new(surroundings.clock),
            commits: Arc::new(commits.clone()),
            mailer: Some(Arc::new(ShownMail)),
            ..Deployment::of(&LivePorts::new(&surroundings.settings))
        };
        let foundation = Self { addresses, surroundings, deployment, commits, sqs, table, servers };
        Ok((foundation, listeners.api, listeners.receiver))
    }

    /// The router of the HTTP API on this deployment, with more routes.
    pub fn api(&self, more: Router<Arc<Api>>) -> Result<Router, StackError> {
        Ok(api::router_with(Api::new(&self.deployment, self.surroundings.api.clone())?, more))
    }
}

impl HostApis {
    fn read(process: &Environment) -> Result<Self, String> {
        let (mut found, mut wrong) = (Vec::new(), Vec::new());
        for provider in Provider::ALL {
            let name = api_variable(provider);
            let Some(text) = process.get(&name) else { continue };
            match Url::parse(text) {
                Ok(url) => found.push((provider, url)),
                Err(_) => {
                    wrong.push(invalid(&name, text, ": set it to the https address of an API."));
                }
            }
        }
        if wrong.is_empty() { Ok(Self(found)) } else { Err(wrong.join("\n")) }
    }

    /// The sources of commits: the git hosts and local folders.
    fn commits(&self) -> Commits {
        let reach = Reach::through(Arc::new(Guard::new(AddressPolicy::LoopbackToo)));
        let reach = self.0.iter().fold(reach, |reach, (provider, base)| reach.with_base(*provider, base.clone()));
        Commits::new(reach).with_local(Arc::new(LocalGit))
    }
}

/// `GIT_REPORT_GITHUB_API_URL` for GitHub: the variable with the address of the API of every server of this kind, such
/// as a proxy's. Optional.
fn api_variable(provider: Provider) -> String {
    format!("GIT_REPORT_{}_API_URL", provider.as_str().to_uppercase())
}

/// `GITHUB_TOKEN` for GitHub: the variable with the access token for the main host of this kind. Optional.
pub(crate) fn token_variable(provider: Provider) -> String {
    format!("{}_TOKEN", provider.as_str().to_uppercase())
}

/// The address at which the functions reach the table.
fn table_url(process: &Environment, addresses: &Addresses) -> Result<String, String> {
    match process.get(DYNAMODB_URL) {
        Some(text) if Url::parse(text).is_err() => {
            Err(invalid(DYNAMODB_URL, text, ": set it to an address such as http://127.0.0.1:4002"))
        }
        found => Ok(found.unwrap_or(&addresses.dynamodb).to_owned()),
    }
}

fn clock(process: &Environment) -> Result<OffsetClock, String> {
    let seconds = match process.get(CLOCK_OFFSET_SECONDS) {
        Some(text) => {
            let remedy = ": set it to a whole number of seconds";
            text.parse().map_err(|_| invalid(CLOCK_OFFSET_SECONDS, text, remedy))?
        }
        None => 0,
    };
    Ok(OffsetClock::by_seconds(seconds))
}

/// Every variable of the process that is read, except those of command line options.
#[cfg(test)]
pub(crate) fn variables() -> Vec<String> {
    let with_main_host = Provider::ALL.into_iter().filter(|provider| provider.kind().main_host.is_some());
    let of_hosts = Provider::ALL.map(api_variable).into_iter().chain(with_main_host.map(token_variable));
    PASSED_ON.into_iter().chain([DYNAMODB_URL, CLOCK_OFFSET_SECONDS]).map(str::to_owned).chain(of_hosts).collect()
}
