//! The web dashboard on the API's port.
//!
//! In reading order: [`Dashboard`], which answers; `place`, the paths that it answers; `headers`, what every answer
//! of it has; `site`, the built files in memory; `sources`, whether they are up to date; `node` and `build`,
//! which install and build them; `pages`, what is shown meanwhile; [`session`], the sign-in of the demo
//! user.
//!
//! Everything else works without the dashboard, and while it is being built.

mod build;
mod headers;
mod node;
mod pages;
mod place;
pub mod session;
mod site;
mod sources;

use crate::progress::Progress;
use adapters::boot::Environment;
use axum::Router;
use axum::extract::{Request, State};
use axum::http::Method;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use build::{Failure, Log};
use headers::Headers;
use place::Place;
use site::Site;
use sources::Sources;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

/// The dashboard of the checkout from which this program was built.
pub const WEB_FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../web");

/// The dashboard: what `/`, `/app/…` and `/assets/…` answer.
pub struct Dashboard {
    sources: Sources,
    headers: Headers,
    state: Mutex<Shown>,
}

/// What is shown.
#[derive(Clone)]
enum Shown {
    /// It is being looked for, installed or built.
    Building(Log),
    Site(Arc<Site>),
    /// It is absent, for a reason. `seen` is the build that was there already.
    Nothing {
        why: Absence,
        seen: Option<SystemTime>,
    },
}

/// Why there is no dashboard.
#[derive(Clone, Debug)]
enum Absence {
    /// `--no-dashboard`.
    NotWanted,
    /// The folder of its sources is missing: the program runs without its checkout.
    NoSources,
    /// Node is missing or too old; the text says which.
    NoNode(String),
    Failed(Failure),
}

impl Dashboard {
    /// A dashboard that is not served.
    #[must_use]
    pub fn not_wanted() -> Arc<Self> {
        Self::showing(PathBuf::from(WEB_FOLDER), Shown::Nothing { why: Absence::NotWanted, seen: None })
    }

    /// The dashboard whose sources are in this folder. It is looked for, and built if necessary, in the background.
    /// `address` is where it is served.
    #[must_use]
    pub fn of_folder(folder: PathBuf, environment: &Environment, address: &str, progress: &Progress) -> Arc<Self> {
        let log = Log::default();
        let dashboard = Self::showing(folder, Shown::Building(log.clone()));
        let (prepared, path) = (Arc::clone(&dashboard), environment.get("PATH").map(str::to_owned));
        let (address, progress) = (format!("{address}/"), progress.clone());
        tokio::spawn(async move { prepared.prepare(path.as_deref(), &log, &address, &progress).await });
        dashboard
    }

    fn showing(folder: PathBuf, shown: Shown) -> Arc<Self> {
        Arc::new(Self { sources: Sources::in_folder(folder), headers: Headers::of_site(), state: Mutex::new(shown) })
    }

    /// The API's router with the dashboard in front of it.
    ///
    /// The path alone decides, so that no client of the API is answered with a page: `/`, `/app`, `/app/…`, `/assets/…`
    /// and files such as `/icon.svg` belong to the dashboard, if they are read, and no operation of the API has such a
    /// path. A file that does not exist is answered by the API, with 404.
    pub fn in_front_of(self: &Arc<Self>, api: Router) -> Router {
        api.layer(from_fn_with_state(Arc::clone(self), answer))
    }

    fn shown(&self) -> Shown {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn show(&self, shown: Shown) {
        *self.state.lock().unwrap_or_else(PoisonError::into_inner) = shown;
    }

    /// What is shown now. A build that someone else made since the last request is loaded.
    async fn current(&self) -> Shown {
        let shown = self.shown();
        let known = match &shown {
            Shown::Building(_) | Shown::Nothing { why: Absence::NotWanted, .. } => return shown,
            Shown::Site(site) => Some(site.built_at),
            Shown::Nothing { seen, .. } => *seen,
        };
        if self.sources.built_at().is_none_or(|found| Some(found) == known) {
            return shown;
        }
        match self.load().await {
            Some(site) => {
                let shown = Shown::Site(site);
                self.show(shown.clone());
                shown
            }
            None => shown,
        }
    }

    /// The built files, unless they are missing or incomplete.
    async fn load(&self) -> Option<Arc<Site>> {
        let built = self.sources.built_folder();
        let loaded = tokio::task::spawn_blocking(move || Site::load(&built)).await;
        loaded.ok().flatten().map(Arc::new)
    }

    /// Finds the dashboard, or installs and builds it.
    async fn prepare(&self, path: Option<&str>, log: &Log, address: &str, progress: &Progress) {
        let shown = match self.find_or_build(path, log, address, progress).await {
            Ok(site) => {
                progress.line(&format!("The dashboard is at {address}"));
                Shown::Site(site)
            }
            Err(why) => {
                progress.line(&pages::line(&why, &self.sources, address));
                Shown::Nothing { why, seen: self.sources.built_at() }
            }
        };
        self.show(shown);
    }

    async fn find_or_build(
        &self,
        path: Option<&str>,
        log: &Log,
        address: &str,
        progress: &Progress,
    ) -> Result<Arc<Site>, Absence> {
        if self.sources.are_built()
            && let Some(site) = self.load().await
        {
            return Ok(site);
        }
        if !self.sources.exist() {
            return Err(Absence::NoSources);
        }
        let tools = match node::find(path).await {
            Ok(tools) => tools,
            Err(why) => {
                // An older build is better than none.
                let older = self.load().await.ok_or(Absence::NoNode(why))?;
                progress.line("The dashboard is older than its sources, and is not built again without Node.");
                return Ok(older);
            }
        };
        progress.line(&format!("The dashboard is being built; {address} shows the progress"));
        build::build(&self.sources, &tools, log).await.map_err(Absence::Failed)?;
        self.load().await.ok_or_else(|| Absence::Failed(Failure::without_result(log)))
    }
}

async fn answer(State(dashboard): State<Arc<Dashboard>>, request: Request, next: Next) -> Response {
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    let Some(place) = Place::of(request.uri().path()).filter(|_| reads) else {
        return next.run(request).await;
    };
    match (place, dashboard.current().await) {
        (Place::Page, Shown::Site(site)) => dashboard.headers.on(site.page(request.headers())),
        (Place::Page, Shown::Building(log)) => dashboard.headers.on(pages::building(&log)),
        (Place::Page, Shown::Nothing { why, .. }) => dashboard.headers.on(pages::absent(&why, &dashboard.sources)),
        (Place::File(name), Shown::Site(site)) => match site.file(name, request.headers()) {
            Some(file) => dashboard.headers.on(file),
            None => next.run(request).await,
        },
        (Place::File(_), _) => next.run(request).await,
    }
}
