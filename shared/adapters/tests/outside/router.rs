//! Each repository is read by the source that can.

use crate::server::loopback;
use adapters::git::{Commits, GitHub};
use app::ports::{CommitSource, GitFailure, RepositoryAccess};
use domain::configuration::BranchName;
use domain::repository::{Location, Provider};
use std::sync::Arc;

#[tokio::test]
async fn what_can_not_be_read_here_is_said_plainly() {
    let commits = Commits { github: Arc::new(GitHub::new(loopback())), local: None };
    let main = BranchName::parse("main").unwrap();
    let refused = async |location| {
        let access = RepositoryAccess { location, token: None };
        commits.head(&access, &main).await.unwrap_err()
    };

    let folder = refused(Location::Path("/srv/shop".to_owned())).await;
    assert_eq!(folder.failure, GitFailure::Forbidden);
    assert!(folder.message.contains("'/srv/shop' is a folder"), "{folder}");

    let gitlab = refused(Location::host("https://gitlab.com/acme/shop", None).unwrap()).await;
    assert_eq!(gitlab.failure, GitFailure::Unavailable);
    assert!(gitlab.message.contains("GitLab is not supported yet"), "{gitlab}");

    let gitea = refused(Location::host("https://git.acme.example/acme/shop", Some(Provider::Gitea)).unwrap()).await;
    assert!(gitea.message.contains("Gitea is not supported yet"), "{gitea}");

    // An Enterprise server inside our network is reached through the guard like everything else.
    let inside = refused(Location::host("https://10.1.2.3/acme/shop", Some(Provider::GitHub)).unwrap()).await;
    assert_eq!(inside.failure, GitFailure::Forbidden);
}
