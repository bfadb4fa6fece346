//! Reports about several branches: what is stored beside the first one, and on which conditions its coverage moves.

use crate::records::paths;
use crate::world::{World, refused, sha};
use app::ports::{Configurations, Contents, CoverageMove, Part, RunLedger};
use domain::configuration::{BranchName, Configuration, Coverage, WatchedBranch};
use domain::delivery::Delivery;
use domain::repository::PathFilter;
use domain::run::{ErrorCode, FailedBranch, Failure, Findings, Outcome, Run, RunBranch};
use testkit::builders;

/// The branch `next` has paths.
fn watched(world: &World, name: &str) -> WatchedBranch {
    WatchedBranch {
        repository: world.repository.id,
        branch: BranchName::parse(name).expect("a branch"),
        paths: if name == "next" { paths() } else { PathFilter::default() },
    }
}

/// The configuration with two further branches, which is stored.
async fn with_three(world: &World) -> Configuration {
    let before = world.current().await;
    let branches = ["main", "next", "old"].map(|name| watched(world, name)).to_vec();
    let after = before.edited(before.settings.clone().watching(branches), builders::epoch());
    world.store.put_configuration(&after).await.expect("put");
    after
}

/// The fire's run, with the two further branches in its snapshot.
async fn begun(world: &World, configuration: &Configuration) -> Run {
    let mut run = world.scheduled(world.fire());
    let further = configuration.settings.further.iter().zip(&configuration.progress.further);
    run.snapshot.further = further
        .map(|(watched, coverage)| RunBranch {
            repository: watched.repository,
            repository_name: "octocat/hello-world".to_owned(),
            repository_url: "https://github.com/octocat/hello-world".to_owned(),
            branch: watched.branch.clone(),
            paths: watched.paths.clone(),
            generation: coverage.generation,
        })
        .collect();
    world.begin(run).await
}

fn failed(world: &World) -> Vec<FailedBranch> {
    let failure = Failure::new(ErrorCode::TokenInvalid, "the host refused the token");
    vec![FailedBranch { repository: world.repository.id, branch: BranchName::parse("old").expect("a branch"), failure }]
}

#[tokio::test]
async fn list_and_coverage_read_back_and_edits_of_them_too() {
    let world = World::new().await;
    let mut three = with_three(&world).await;
    let coverage = Coverage {
        covered_until: Some(world.fire()),
        last_head: Some(sha('d')),
        reset_at: Some(builders::epoch()),
        ..three.progress.further[1].clone()
    };
    three.progress.further[1] = coverage;
    world.store.put_configuration(&three).await.expect("put");
    assert_eq!(world.current().await, three);
    let branches = ["old", "main"].map(|name| watched(&world, name)).to_vec();
    let swapped = three.edited(three.settings.clone().watching(branches), world.fire());
    world.store.replace_configuration(&three, &swapped).await.expect("replaced");
    assert_eq!(world.current().await, swapped);
    let single = swapped.edited(swapped.settings.clone().watching(vec![watched(&world, "main")]), world.fire());
    world.store.replace_configuration(&swapped, &single).await.expect("replaced");
    assert_eq!(world.current().await, single);
    assert_eq!((single.progress.coverage.generation, single.progress.dropped_generation), (0, 2));
}

#[tokio::test]
async fn configuration_of_one_branch_has_no_attribute_of_a_list() {
    let world = World::new().await;
    let raw = world.raw(&format!("CONFIG#{}", world.configuration.id)).await.expect("an item");
    let names = ["further", "dropped_generation", "include_paths", "exclude_paths"];
    assert!(!raw.keys().any(|name| names.contains(&name.as_str()) || name.starts_with("coverage_")), "{raw:?}");
    let run = world.begin(world.scheduled(world.fire())).await;
    let finish = world.success(run.clone(), Vec::new());
    world.store.finish(&finish).await.expect("finished");
    let raw = world.raw(&format!("RUN#{}", run.id)).await.expect("an item");
    let names = ["s_more", "failed_branches", "s_in", "s_out"];
    assert!(!raw.keys().any(|name| names.contains(&name.as_str())), "{raw:?}");
}

#[tokio::test]
async fn run_and_text_of_several_branches_read_back() {
    let world = World::new().await;
    let run = begun(&world, &with_three(&world).await).await;
    assert_eq!(world.stored(&run).await, Some(run.clone()));
    let content = domain::run::Content {
        further: vec![domain::run::BranchContent {
            generation: 1,
            head: Some(sha('e')),
            was_reset: true,
            observed_at: world.fire(),
            covered_from: Some(builders::epoch()),
            reported: [[1; 8], [2; 8]].into(),
        }],
        failed: failed(&world),
        ..crate::lifetime::retention::content(&world)
    };
    world.store.put_content(&content).await.expect("put");
    assert_eq!(world.store.content(content.user, content.run).await, Ok(Some(content)));
    let findings = Findings { commits: 2, failed: failed(&world), ..Findings::default() };
    let finish = world.end(run.clone(), Outcome::Success(findings), Vec::new(), Delivery::none());
    world.store.finish(&finish).await.expect("finished");
    assert_eq!(world.stored(&run).await.and_then(|run| run.end().cloned()), finish.run.end().cloned());
}

#[tokio::test]
async fn coverage_of_a_further_branch_moves_only_from_what_was_read_and_in_its_generation() {
    let world = World::new().await;
    let three = with_three(&world).await;
    let finish = world.success(begun(&world, &three).await, Vec::new());
    let further = three.progress.further[0].clone();
    let attempt = |change: &dyn Fn(&mut CoverageMove)| {
        let mut finish = finish.clone();
        let moves = &mut finish.configuration.as_mut().expect("an end").coverage;
        let first = moves[0].clone();
        let mut second =
            CoverageMove { generation: 1, head: sha('f'), was_reset: true, further: Some(further.clone()), ..first };
        change(&mut second);
        moves.push(second);
        finish
    };
    for refusing in [
        attempt(&|second| second.generation = 7),
        attempt(&|second| second.further.as_mut().expect("coverage").covered_until = Some(builders::epoch())),
        attempt(&|second| second.further.as_mut().expect("coverage").since = None),
    ] {
        refused(world.store.finish(&refusing).await, &[Part::Configuration]);
    }
    assert_eq!(world.current().await.progress.coverages().filter_map(|one| one.covered_until).count(), 0);
    world.store.finish(&attempt(&|_| {})).await.expect("finished");
    let progress = world.current().await.progress;
    let at = Some(finish.run.updated_at);
    assert_eq!((progress.coverage.last_head, progress.coverage.covered_until), (Some(sha('b')), at));
    let moved = &progress.further[0];
    assert_eq!((moved.since, moved.covered_until, moved.reset_at), (further.since, at, at));
    assert_eq!((moved.last_head.clone(), &progress.further[1]), (Some(sha('f')), &three.progress.further[1]));
}
