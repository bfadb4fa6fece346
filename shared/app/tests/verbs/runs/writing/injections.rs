//! Commit messages of strangers that instruct the model, and a model that obeys: the title, the figures and the facts
//! are those of the plain report, the tokens are counted as ever, and what is delivered is what is stored.

use domain::money::TokenUsage;
use domain::report::answer::AnswerEnd;
use domain::run::{Outcome, Status};
use testkit::answers::{Injection, injections};
use testkit::builders::at;
use testkit::outside::ScriptedModel;
use testkit::world::{Scene, World};

/// The title and the figures of a report: its only heading of the first level, and the first line about the branch.
fn own_lines(text: &str) -> [&str; 2] {
    let titles: Vec<&str> = text.lines().filter(|line| line.starts_with("# ")).collect();
    assert_eq!(titles.len(), 1, "{text}");
    [titles[0], text.lines().find(|line| line.starts_with("Branch **main**: ")).expect("figures")]
}

async fn content(world: &World, scene: &Scene) -> domain::run::Content {
    let run = world.runs(scene.user()).await.pop().expect("a run");
    assert_eq!(run.status(), Status::Success);
    world.deployment.store.content(scene.user(), run.id).await.expect("a read").expect("a text")
}

/// Whether the answer became the report.
async fn is_obeyed(injection: &Injection) -> bool {
    let Injection { name, message, answer } = injection;
    let (world, obeyed) = World::with_scene(17, |scene| scene.write_with("gpt-4o-mini")).await;
    let plain = world.scene(2).await;
    world.store(&plain).await;
    world.git.push(at("2026-01-01T00:10:00Z"), "feat: sell apples");
    world.git.push(at("2026-01-01T00:20:00Z"), message);
    world.git.push(at("2026-01-01T00:30:00Z"), "fix: weigh pears");
    world.clock.set(at("2026-01-01T01:00:10Z"));
    world.model.answer(answer.clone(), AnswerEnd::Whole);
    world.tick().await;
    world.drain().await;

    let (of_model, of_plain) = (content(&world, &obeyed).await, content(&world, &plain).await);
    assert_eq!(of_model.facts, of_plain.facts, "{name}");
    let title = |scene: &Scene| format!("# {}: ", scene.repository.name);
    let (own, wanted) = (own_lines(&of_model.text), own_lines(&of_plain.text));
    assert_eq!(own[0].strip_prefix(&title(&obeyed)), wanted[0].strip_prefix(&title(&plain)), "{name}");
    assert!(own[0].starts_with(&title(&obeyed)) && own[1] == wanted[1], "{name}: {own:?}");
    assert!(of_model.headline.is_some_and(|headline| !headline.contains("evil.example")), "{name}");

    let run = world.runs(obeyed.user()).await.pop().expect("a run");
    let calls = world.model.calls();
    let paid: TokenUsage = (0..calls).map(|_| ScriptedModel::usage()).sum();
    assert!((1..=2).contains(&calls) && run.figures.tokens == paid, "{name}: {calls} calls");
    let delivered = world.receiver.reports();
    assert_eq!(delivered.len(), 2, "{name}");
    assert!(delivered.iter().any(|(_, text)| *text == of_model.text), "{name}");
    matches!(&run.end().expect("an end").outcome, Outcome::Success(findings) if !findings.degraded)
}

#[tokio::test]
async fn title_figures_facts_and_tokens_are_ours_although_the_model_obeys_a_commit() {
    let injections = injections();
    assert!(injections.len() >= 60, "{}", injections.len());
    let mut obeyed = 0;
    for injection in &injections {
        obeyed += usize::from(is_obeyed(injection).await);
    }
    // The others are no reports, or have figures that can't be true.
    assert!(obeyed >= 45, "{obeyed}");
}
