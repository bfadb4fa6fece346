//! Who contributed for the first time, as scheduled reports say it.

use domain::commit::Author;
use domain::report::AuthorDisplay;
use testkit::builders::at;
use testkit::world::{Scene, World};

/// Lets one of these people commit half an hour before the given hour, and lets that hour's fire happen.
async fn hour(world: &World, hour: u32, people: &[&str]) {
    for name in people {
        let author = Author { name: (*name).to_owned(), email: None, login: None, is_bot: false };
        let author = Author { is_bot: author.is_machine(), ..author };
        let date = at(&format!("2026-01-01T{:02}:30:00Z", hour - 1));
        world.git.push_by(author, date, &format!("feat: {hour} {name}"));
    }
    world.jump_to(at(&format!("2026-01-01T{hour:02}:00:10Z"))).await;
}

fn last_report(world: &World) -> String {
    world.receiver.reports().pop().expect("a report").1
}

async fn world(display: AuthorDisplay) -> (World, Scene) {
    World::with_scene(7, |scene| scene.configuration.settings.writing.author_display = display).await
}

async fn new_people(world: &World, scene: &Scene) -> Vec<String> {
    let run = world.runs(scene.user()).await.pop().expect("a run");
    let content = world.deployment.store.content(run.user, run.id).await.expect("the store").expect("a text");
    let authors = content.facts.expect("facts").authors;
    authors.into_iter().filter(|author| author.is_new).map(|author| author.name).collect()
}

#[tokio::test]
async fn author_without_an_earlier_commit_is_named_once() {
    let (world, scene) = world(AuthorDisplay::Name).await;
    hour(&world, 1, &["Ada"]).await;
    assert!(!last_report(&world).contains("First commits"), "nothing is known before the first report");
    hour(&world, 2, &["Ada", "Grace", "renovate[bot]"]).await;
    assert!(last_report(&world).contains(" First commits by Grace.\n"), "{}", last_report(&world));
    assert_eq!(new_people(&world, &scene).await, ["Grace"]);
    hour(&world, 3, &["Grace"]).await;
    assert!(!last_report(&world).contains("First commits"), "{}", last_report(&world));
    hour(&world, 4, &["Ada", "Tom"]).await;
    assert!(last_report(&world).contains(" First commits by Tom.\n"), "{}", last_report(&world));
}

#[tokio::test]
async fn hidden_authors_are_not_looked_up() {
    let (world, scene) = world(AuthorDisplay::Hidden).await;
    hour(&world, 1, &["Ada"]).await;
    hour(&world, 2, &["Grace"]).await;
    assert!(!last_report(&world).contains("First commits"), "{}", last_report(&world));
    assert_eq!(new_people(&world, &scene).await, [""; 0]);
}

#[tokio::test]
async fn nothing_is_said_after_a_force_push() {
    let (world, _) = world(AuthorDisplay::Name).await;
    hour(&world, 1, &["Ada", "Ada"]).await;
    world.git.drop_last(1);
    hour(&world, 2, &["Grace"]).await;
    assert!(last_report(&world).contains("Grace") && !last_report(&world).contains("First commits"));
}

#[tokio::test]
async fn failure_of_the_search_fails_no_run() {
    let (world, scene) = world(AuthorDisplay::Name).await;
    hour(&world, 1, &["Ada"]).await;
    world.git.refuse_searches();
    hour(&world, 2, &["Grace"]).await;
    assert!(last_report(&world).contains("Grace") && !last_report(&world).contains("First commits"));
    assert_eq!(new_people(&world, &scene).await, [""; 0]);
}
