//! A report by a model with a small window: the changes are read in parts, and every answer is paid for once.

use super::{ran, world};
use app::limits::NOTES_TOKENS_MAX;
use app::ports::{ModelError, ModelRequest, ModelText, ReportWriter};
use async_trait::async_trait;
use domain::money::{ReportedUsage, TokenUsage, UsageSource};
use domain::report::answer::AnswerEnd;
use domain::run::{CountReason, Outcome};
use std::sync::{Arc, Mutex};
use testkit::builders::at;
use testkit::world::World;

const WINDOW: u64 = 8_192;

/// A server as llama.cpp: a prompt beyond its window is refused, and an answer ends where the window is full.
#[derive(Clone, Default)]
struct Small {
    states_window: bool,
    /// Notes about a part are empty.
    takes_no_notes: bool,
    /// The prompt's bytes and the usage of every answer.
    answers: Arc<Mutex<Vec<(usize, ReportedUsage)>>>,
    last: Arc<Mutex<String>>,
}

#[async_trait]
impl ReportWriter for Small {
    async fn write(&self, request: &ModelRequest) -> Result<ModelText, ModelError> {
        let bytes = request.prompt.bytes();
        // As many as a text that consists of numbers and ids has.
        let prompt = u64::try_from(bytes).unwrap() / 2;
        if prompt >= WINDOW {
            return Err(ModelError::PromptTooLong { window_tokens: self.states_window.then_some(WINDOW) });
        }
        let room = u64::from(request.completion_tokens).min(WINDOW - prompt);
        let (completion, end) = if room < 800 { (room, AnswerEnd::Length) } else { (800, AnswerEnd::Whole) };
        let text = "# Apples\n\nApples are sold by weight, and pears by number.\n\n- Pears\n".repeat(40);
        let is_of_part = request.completion_tokens == NOTES_TOKENS_MAX;
        let end_of_text = if self.takes_no_notes && is_of_part { 0 } else { usize::try_from(completion).unwrap() };
        let text = text[..end_of_text].to_owned();
        *self.last.lock().unwrap() = request.prompt.user.clone();
        let usage = ReportedUsage { prompt: Some(prompt), completion: Some(completion), ..ReportedUsage::default() };
        self.answers.lock().unwrap().push((bytes, usage));
        Ok(ModelText { text, model: None, usage: Some(usage), end, unread_bytes: 0 })
    }
}

/// Runs the due report about this many commits, and returns the bytes of the answered prompts and the report.
async fn report_about(commits: usize, model: Small) -> (Vec<usize>, String) {
    let (mut world, scene): (World, _) = world().await;
    for number in 0..commits {
        world.git.push(at("2026-01-01T00:40:00Z"), &format!("fix(area{}): weigh crate {number} again", number % 7));
    }
    world.deployment.writer = Arc::new(model.clone());
    let run = ran(&world, &scene).await;
    let Outcome::Success(findings) = &run.end().unwrap().outcome else { panic!("{run:?}") };
    assert_eq!((findings.degraded_reason, run.count_reason()), (None, CountReason::Report));
    let answers = model.answers.lock().unwrap().clone();
    let paid: TokenUsage =
        answers.iter().map(|(_, usage)| TokenUsage::new(usage.prompt.unwrap(), 0, usage.completion.unwrap(), 0)).sum();
    assert_eq!((run.figures.tokens, run.figures.source), (paid, UsageSource::Api));
    assert_eq!(world.counter(scene.user()).await.tokens, paid);
    let text = world.deployment.store.content(scene.user(), run.id).await.unwrap().unwrap().text;
    (answers.into_iter().map(|(bytes, _)| bytes).collect(), text)
}

#[tokio::test]
async fn changes_beyond_a_stated_window_are_read_in_parts_that_fit() {
    let (prompts, text) = report_about(1_300, Small { states_window: true, ..Small::default() }).await;
    assert!(prompts.len() > 3, "{prompts:?}");
    assert!(prompts.iter().all(|bytes| *bytes <= 12_288), "three quarters of the window: {prompts:?}");
    assert!(text.contains("1,301 commits") && !text.contains("stopped here"), "{text}");
}

#[tokio::test]
async fn part_without_notes_is_shown_again_for_the_report() {
    let model = Small { states_window: true, takes_no_notes: true, ..Small::default() };
    let (prompts, _) = report_about(1_300, model.clone()).await;
    let last = model.last.lock().unwrap().clone();
    let shown = last.lines().filter(|line| line.contains("weigh crate")).count();
    assert!(shown > prompts.len() * 2, "{shown} in {last}");
}

#[tokio::test]
async fn window_that_is_not_stated_is_searched_by_quarters() {
    let (prompts, text) = report_about(400, Small::default()).await;
    assert!(prompts.len() > 2 && !text.contains("stopped here"), "{prompts:?} {text}");
}

#[tokio::test]
async fn prompt_that_leaves_no_room_for_an_answer_is_read_in_parts() {
    let (prompts, text) = report_about(340, Small { states_window: true, ..Small::default() }).await;
    let (first, parts) = prompts.split_first().unwrap();
    assert!((14_800..16_384).contains(first) && parts.len() > 2, "{prompts:?}");
    assert!(parts.iter().all(|bytes| *bytes <= 12_288), "{prompts:?}");
    assert!(!text.contains("stopped here"), "{text}");
}

#[tokio::test]
async fn cut_answer_to_a_short_prompt_is_kept_and_marked() {
    let (world, scene) = world().await;
    world.model.answer("# Apples\n\nApples are sold by", AnswerEnd::Length);
    let run = ran(&world, &scene).await;
    let text = world.deployment.store.content(scene.user(), run.id).await.unwrap().unwrap().text;
    assert_eq!((world.model.calls(), run.count_reason()), (1, CountReason::Report));
    assert!(text.ends_with("_The model stopped here, at its length limit._\n"), "{text}");
}
