//! The whole system in one process: the embedded services, the functions, and their event sources.
//!
//! In reading order: [`ports`], the sockets; [`folder`], the data on disk; [`table`], [`queues`] and [`events`], the
//! services; [`foundation`], the environment and the deployment built from them; [`receiver`], the webhook receiver;
//! [`pollers`] and [`ticker`], which call the functions with the JSON that AWS sends; [`lost`], what lost messages
//! requested; [`Stack`], all of them together.
//!
//! The functions' libraries are called in this process. All differences from AWS are in this module.

pub mod clock;
pub mod events;
pub mod folder;
pub mod foundation;
pub mod lost;
mod mail;
pub mod pollers;
pub mod ports;
pub mod queues;
pub mod receiver;
pub mod stop;
pub mod table;
pub mod ticker;
mod variables;

pub use folder::{Folder, Secret, Secrets};
pub use foundation::{Addresses, Foundation};
pub use ports::{Listeners, Ports};

use crate::dashboard::Dashboard;
use crate::dashboard::session::{self, Sessions};
use adapters::boot::{Environment, Role};
use adapters::wiring::Verbs;
use axum::Router;
use domain::id::UserId;
use pollers::Poller;
use queues::{DELIVERIES, Queue, RUNS, SLOW_DELIVERIES};
use receiver::Received;
use report_runner::Runner;
use report_scheduler::Scheduler;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use stop::{Stop, Stopper, stopping};
use table::Storage;
use ticker::Ticker;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use webhook_delivery::Courier;

/// The region of the embedded services.
pub const REGION: &str = "us-east-1";
/// `iss` of the local stack's tokens.
pub const ISSUER: &str = "git-report-local";
/// `aud` of the local stack's tokens.
pub const AUDIENCE: &str = "authenticated";

/// How long functions may take to finish when the system stops. A run that takes longer is released.
const GRACE: Duration = Duration::from_secs(10);
/// How long releasing a run may take.
const RELEASE_GRACE: Duration = Duration::from_secs(3);
/// How long the API's requests get: as long as a request may take.
const API_GRACE: Duration = Role::Api.timeout();
/// How long open connections of the services get.
const SERVER_GRACE: Duration = Duration::from_secs(1);

/// Why the system can't start.
#[derive(Debug, thiserror::Error)]
pub enum StackError {
    #[error(transparent)]
    Port(#[from] ports::PortError),
    /// The address of a socket can't be read.
    #[error("a socket failed: {0}")]
    Socket(std::io::Error),
    #[error(transparent)]
    Folder(#[from] folder::FolderError),
    #[error(transparent)]
    Table(#[from] table::TableError),
    #[error(transparent)]
    Queue(#[from] queues::QueueError),
    /// All invalid variables of the environment, in one message.
    #[error("{0}")]
    Variables(String),
    /// The API can't fetch public keys.
    #[error(transparent)]
    Api(#[from] api::auth::KeySetError),
}

/// The running system.
pub struct Stack {
    pub foundation: Foundation,
    api: Option<(TcpListener, Router)>,
    callers: Vec<JoinHandle<()>>,
    workers: Vec<JoinHandle<()>>,
    servers: Vec<JoinHandle<()>>,
    stop_callers: (Stopper, Stop),
    stop_workers: (Stopper, Stop),
    release: (Stopper, Stop),
    stop_servers: Stopper,
}

impl Stack {
    /// Starts the services and the receiver. Requests to the API wait for [`Stack::serve_api`], and the functions do
    /// not run before [`Stack::work`]. `user` is the one whom the dashboard signs
    /// in, and `arrived` is called for every webhook.
    pub async fn start(
        process: &Environment,
        listeners: Listeners,
        folder: &Folder,
        secrets: &Secrets,
        user: UserId,
        arrived: impl Fn(&Received) + Send + Sync + 'static,
    ) -> Result<Self, StackError> {
        let (end_servers, stop) = stopping();
        let storage = Storage::File(folder.table_file());
        let (mut foundation, api, receiver) = Foundation::start(process, listeners, &storage, secrets, &stop).await?;
        folder.write("env", &foundation.surroundings.env_file(&foundation.addresses))?;
        let clock = Arc::clone(&foundation.deployment.clock);
        let endpoint = receiver::router(secrets.webhook_secret.clone(), Arc::clone(&clock), arrived);
        let sessions = Sessions { user, secret: secrets.jwt_secret.clone(), clock };
        let mut servers = std::mem::take(&mut foundation.servers);
        servers.push(serve(receiver, endpoint, &stop));
        Ok(Self {
            api: Some((api, foundation.api(session::routes(sessions))?)),
            foundation,
            callers: Vec::new(),
            workers: Vec::new(),
            servers,
            stop_callers: stopping(),
            stop_workers: stopping(),
            release: stopping(),
            stop_servers: end_servers,
        })
    }

    /// Starts serving the API and the dashboard, after all records have been seeded.
    pub fn serve_api(&mut self, dashboard: &Arc<Dashboard>) {
        if let Some((listener, router)) = self.api.take() {
            let router = dashboard.in_front_of(router);
            self.callers.push(serve(listener, router, &self.stop_callers.1));
        }
    }

    /// Starts the functions: a poller for each queue, and the rules of the scheduler.
    pub fn work(&mut self) {
        let deployment = &self.foundation.deployment;
        let stop = &self.stop_workers.1;
        let runner = Runner { verb: deployment.execute_run(), stop: Some(self.release.1.clone()), queues: None };
        let courier = || Courier { verb: deployment.deliver(), queues: None };
        let scheduler = Scheduler::new(deployment);
        let ticker = Ticker { scheduler, clock: Arc::clone(&deployment.clock) };
        let table = self.foundation.table.handle();
        let mut workers = ticker.start(stop, move || table.remove_expired());
        workers.push(self.poller(&RUNS, runner).start(stop.clone()));
        workers.push(self.poller(&DELIVERIES, courier()).start(stop.clone()));
        workers.push(self.poller(&SLOW_DELIVERIES, courier()).start(stop.clone()));
        self.workers = workers;
    }

    /// Stops in order: first the pollers, the ticker and the API, which finish their work, then the services.
    pub async fn stop(self) {
        self.stop_workers.0.stop();
        self.stop_callers.0.stop();
        let workers = async {
            let late = ended(self.workers, GRACE).await;
            self.release.0.stop();
            end(late, RELEASE_GRACE).await;
        };
        tokio::join!(workers, end(self.callers, API_GRACE));
        self.stop_servers.stop();
        let mut servers = self.servers;
        servers.push(self.foundation.table.server);
        end(servers, SERVER_GRACE).await;
    }

    fn poller<F>(&self, queue: &Queue, function: F) -> Poller<F> {
        Poller {
            client: self.foundation.sqs.clone(),
            queue_url: queue.url(&self.foundation.addresses.sqs),
            queue_arn: format!("arn:aws:sqs:{REGION}:000000000000:{}", queue.name),
            function: Arc::new(function),
            batch_size: queue.batch_size,
            concurrency: queue.concurrency,
            clock: Arc::clone(&self.foundation.deployment.clock),
        }
    }
}

/// Serves until `stop`.
fn serve(listener: TcpListener, router: Router, stop: &Stop) -> JoinHandle<()> {
    let stop = stop.clone().stopped();
    tokio::spawn(async move {
        let service = router.into_make_service_with_connect_info::<SocketAddr>();
        if let Err(error) = axum::serve(listener, service).with_graceful_shutdown(stop).await {
            tracing::error!(%error, "a server stopped");
        }
    })
}

/// Waits for tasks, and aborts those that take longer than the grace period.
async fn end(tasks: Vec<JoinHandle<()>>, grace: Duration) {
    for task in ended(tasks, grace).await {
        task.abort();
    }
}

/// Waits for tasks, and returns those that take longer than the grace period.
async fn ended(tasks: Vec<JoinHandle<()>>, grace: Duration) -> Vec<JoinHandle<()>> {
    let until = tokio::time::Instant::now() + grace;
    let mut late = Vec::new();
    for mut task in tasks {
        if tokio::time::timeout_at(until, &mut task).await.is_err() {
            late.push(task);
        }
    }
    late
}
