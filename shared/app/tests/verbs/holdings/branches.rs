//! Branches are listed for their own user, with the repository's token and a time-out.

use app::holdings::BranchesError;
use app::ports::{Branch, BranchPage, BranchQuery, GitFailure, SecretContext, VaultError};
use domain::configuration::BranchName;
use domain::repository::Sealed;
use std::time::Duration;
use testkit::builders::user;
use testkit::world::{Scene, Verbs, World};

const LONG: Duration = Duration::from_mins(1);

async fn world() -> (World, Scene) {
    let world = World::new(31).await.unwrap();
    let mut scene = world.scene(1).await;
    let context = SecretContext::of_repository(scene.user(), scene.repository.id);
    scene.repository.token = Some(world.deployment.vault.seal(context, b"a token").await.unwrap());
    world.store(&scene).await;
    let name = BranchName::parse("main").unwrap();
    world.git.list(vec![Branch { name, is_default: true, protected: None, head: None }]);
    (world, scene)
}

fn query() -> BranchQuery {
    BranchQuery { search: None, page: 1, per_page: 10 }
}

async fn listed(world: &World, scene: &Scene, within: Duration) -> Result<BranchPage, BranchesError> {
    world.deployment.list_branches().list(scene.user(), scene.repository.id, &query(), within).await
}

#[tokio::test]
async fn branches_are_requested_with_the_decrypted_token() {
    let (world, scene) = world().await;
    let page = listed(&world, &scene, LONG).await.unwrap();
    assert_eq!((page.branches.len(), page.has_more, page.complete), (1, false, true));
    let asked = world.git.listed_for();
    assert_eq!((asked.len(), asked[0].token.as_ref().unwrap().expose()), (1, "a token"));
    assert_eq!(asked[0].location, scene.repository.location);
}

#[tokio::test]
async fn silent_host_is_not_waited_for() {
    let (world, scene) = world().await;
    world.git.hang(true);
    let Err(BranchesError::Git(error)) = listed(&world, &scene, Duration::from_millis(50)).await else {
        panic!("an answer of a host that gives none")
    };
    assert_eq!(error.failure, GitFailure::Unavailable);
    assert!(error.message.contains("in time"), "{error}");
}

#[tokio::test]
async fn foreign_deleted_or_undecryptable_repository_is_not_requested() {
    let (world, mut scene) = world().await;
    let other = world.deployment.list_branches().list(user(2), scene.repository.id, &query(), LONG).await;
    assert_eq!(other, Err(BranchesError::NoRepository));
    let token = scene.repository.token.take();
    scene.repository.token = Some(Sealed::from_bytes(vec![7; 40]));
    world.store(&scene).await;
    assert_eq!(listed(&world, &scene, LONG).await, Err(BranchesError::Vault(VaultError::DoesNotOpen)));
    scene.repository.token = token;
    scene.repository.deleted_at = Some(scene.repository.created_at);
    world.store(&scene).await;
    assert_eq!(listed(&world, &scene, LONG).await, Err(BranchesError::NoRepository));
    assert!(world.git.listed_for().is_empty());
}
