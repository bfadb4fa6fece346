//! Each repository is read by the source of its location.

use crate::server::loopback;
use adapters::git::Commits;
use app::ports::{CommitSource, GitFailure, RepositoryAccess};
use domain::configuration::BranchName;
use domain::repository::{Location, Provider};

#[tokio::test]
async fn unreadable_location_is_an_error_with_its_reason() {
    let commits = Commits::through(&loopback());
    let main = BranchName::parse("main").unwrap();
    let refused = async |location| {
        let access = RepositoryAccess { location, token: None };
        commits.head(&access, &main).await.unwrap_err()
    };

    let folder = refused(Location::Path("/srv/shop".to_owned())).await;
    assert_eq!(folder.failure, GitFailure::Forbidden);
    assert!(folder.message.contains("'/srv/shop' is a folder"), "{folder}");
    let access = RepositoryAccess { location: Location::Path("/srv/shop".to_owned()), token: None };
    assert_eq!(commits.default_branch(&access).await.unwrap_err(), folder);

    // The guard checks servers of every kind, so none inside our network is reached.
    for (provider, brand) in [(Provider::GitHub, "GitHub"), (Provider::GitLab, "GitLab"), (Provider::Gitea, "Gitea")] {
        let location = Location::host("https://10.1.2.3/acme/shop", Some(provider)).unwrap();
        let inside = refused(location.clone()).await;
        assert_eq!(inside.failure, GitFailure::Forbidden);
        assert!(inside.message.contains("private or reserved network"), "{inside}");
        let access = RepositoryAccess { location, token: None };
        assert_eq!(commits.default_branch(&access).await.unwrap_err(), inside);

        // Nothing listens there, and each error names its own server.
        let away = refused(Location::host("https://127.0.0.1:9/acme/shop", Some(provider)).unwrap()).await;
        assert_eq!(away.failure, GitFailure::Unavailable);
        assert!(away.message.starts_with(&format!("{brand} at 127.0.0.1")), "{away}");
    }
}
