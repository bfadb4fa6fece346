//! Every kind of host on a test's server, and the histories that their tests share.

use crate::server::{NO_WAIT, at, loopback};
use adapters::git::{Commits, Reach};
use app::ports::{CommitList, CommitSource, Listing, RepositoryAccess};
use domain::commit::{Commit, Sha};
use domain::configuration::BranchName;
use domain::instant::{Instant, parse};
use domain::repository::{AccessToken, Location, Provider};
use serde_json::{Value, json};
use url::Url;
use wiremock::{Mock, MockServer, ResponseTemplate, matchers::path};

pub(crate) const TOKEN: &str = "ghp_0123456789";

/// One kind of host on a test's server.
pub(crate) struct Host {
    pub(crate) name: &'static str,
    pub(crate) source: Box<dyn CommitSource>,
    pub(crate) access: RepositoryAccess,
    /// The path of the branch `main`.
    pub(crate) main: &'static str,
    /// The branch whose head is the commit of that number.
    pub(crate) branch: fn(usize) -> Value,
}

/// Each kind, on the server.
pub(crate) fn all(server: &MockServer) -> [Host; 3] {
    all_at(&at(server, "/"))
}

/// Each kind, on the server at an address.
pub(crate) fn all_at(root: &Url) -> [Host; 3] {
    let reach = |path| reach_of(&root.join(path).unwrap());
    [
        Host {
            name: "GitHub",
            source: Box::new(Commits::new(reach("/"))),
            access: access("https://github.com/acme/shop", None),
            main: "/repos/acme/shop/branches/main",
            branch: |number| json!({"name": "main", "commit": {"sha": sha(number).as_str()}}),
        },
        Host {
            name: "GitLab",
            source: Box::new(Commits::new(reach("/api/v4"))),
            access: access("https://gitlab.com/acme/shop", None),
            main: "/api/v4/projects/acme%2Fshop/repository/branches/main",
            branch: |number| json!({"name": "main", "commit": {"id": sha(number).as_str()}}),
        },
        Host {
            name: "Gitea at git.example.com",
            source: Box::new(Commits::new(reach("/api/v1"))),
            access: access("https://git.example.com/acme/shop", Some(Provider::Gitea)),
            main: "/api/v1/repos/acme/shop/branches/main",
            branch: |number| json!({"name": "main", "commit": {"id": sha(number).as_str()}}),
        },
    ]
}

pub(crate) fn reach(server: &MockServer, path: &str) -> Reach {
    reach_of(&at(server, path))
}

fn reach_of(base: &Url) -> Reach {
    let reach = Reach::through(loopback()).with_first_wait(NO_WAIT);
    Provider::ALL.into_iter().fold(reach, |reach, provider| reach.with_base(provider, base.clone()))
}

pub(crate) fn access(url: &str, provider: Option<Provider>) -> RepositoryAccess {
    let location = Location::host(url, provider).unwrap();
    RepositoryAccess { location, token: Some(AccessToken::new(TOKEN.to_owned())) }
}

pub(crate) fn main_branch() -> BranchName {
    BranchName::parse("main").unwrap()
}

pub(crate) fn sha(number: usize) -> Sha {
    Sha::parse(&format!("{number:040x}")).unwrap()
}

/// When the n-th commit of a history was made, one a minute.
pub(crate) fn date(number: usize) -> String {
    format!("2026-03-{:02}T{:02}:{:02}:00Z", 1 + number / 1440, number / 60 % 24, number % 60)
}

pub(crate) fn instant(number: usize) -> Instant {
    parse(&date(number)).unwrap()
}

pub(crate) fn commits(listing: Listing) -> CommitList {
    match listing {
        Listing::Commits(list) => list,
        Listing::NotAnAncestor => panic!("not an ancestor"),
    }
}

pub(crate) fn subjects(list: &CommitList) -> Vec<&str> {
    list.commits.iter().map(Commit::subject).collect()
}

pub(crate) async fn answers(server: &MockServer, at: &str, status: u16, body: &Value) {
    let answer = ResponseTemplate::new(status).set_body_json(body);
    Mock::given(path(at)).respond_with(answer).mount(server).await;
}
