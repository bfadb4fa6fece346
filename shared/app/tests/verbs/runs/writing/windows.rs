//! A report by a model with a small window: the changes are read in parts, and every answer is paid for once.

use super::{ran, world, world_of};
use app::limits::NOTES_TOKENS_MAX;
use app::ports::{ModelError, ModelRequest, ModelText, ReportWriter};
use async_trait::async_trait;
use domain::money::{ReportedUsage, TokenUsage, UsageSource};
use domain::report::PROMPT_CUT_NOTE;
use domain::report::answer::AnswerEnd;
use domain::report::prompt::PROMPT_BYTES_MIN;
use domain::run::{CountReason, Outcome, Window};
use std::sync::{Arc, Mutex};
use testkit::builders::{at, epoch};
use testkit::world::{Scene, Verbs, World};

const WINDOW: u64 = 8_192;

/// A model whose window the price list has as [`WINDOW`].
const LISTED: &str = "gpt-4-0613";

/// A model of which the price list has a larger window, as if a proxy served another one under its name.
const LARGER: &str = "gpt-4o-mini";

/// The first answer of a server.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum First {
    #[default]
    AsOthers,
    /// It is to the whole prompt, and is no report.
    Refusal,
    /// After it the server is not available.
    Last,
}

/// A server as llama.cpp: a prompt beyond its window is refused, and an answer ends where the window is full.
#[derive(Clone, Default)]
struct Small {
    states_window: bool,
    /// As Ollama: of a prompt beyond this window the rest is read, without a word.
    cuts_to: Option<u64>,
    first: First,
    /// Notes about a part are empty.
    takes_no_notes: bool,
    /// Answers are metered by estimates.
    omits_usage: bool,
    /// The prompt's bytes and the usage of every answer.
    answers: Arc<Mutex<Vec<(usize, ReportedUsage)>>>,
    last: Arc<Mutex<String>>,
    refusals: Arc<Mutex<usize>>,
}

#[async_trait]
impl ReportWriter for Small {
    async fn write(&self, request: &ModelRequest) -> Result<ModelText, ModelError> {
        let bytes = request.prompt.bytes();
        // As many as a text that consists of numbers and ids has.
        let prompt = u64::try_from(bytes).unwrap() / 2;
        if prompt >= WINDOW && self.cuts_to.is_none() {
            *self.refusals.lock().unwrap() += 1;
            return Err(ModelError::PromptTooLong { window_tokens: self.states_window.then_some(WINDOW) });
        }
        let is_first = self.answers.lock().unwrap().is_empty();
        if self.first == First::Last && !is_first {
            return Err(ModelError::Unavailable { detail: "the server was stopped".into() });
        }
        let is_refusal = self.first == First::Refusal && is_first;
        let prompt = prompt.min(self.cuts_to.filter(|_| !is_refusal).unwrap_or(prompt));
        let window = if is_refusal { u64::MAX } else { WINDOW };
        let room = u64::from(request.completion_tokens).min(window - prompt);
        let (completion, end) = if room < 800 { (room, AnswerEnd::Length) } else { (800, AnswerEnd::Whole) };
        let text = "# Apples\n\nApples are sold by weight, and pears by number.\n\n- Pears\n".repeat(40);
        let is_of_part = request.completion_tokens == NOTES_TOKENS_MAX;
        let end_of_text = if self.takes_no_notes && is_of_part { 0 } else { usize::try_from(completion).unwrap() };
        let text = if is_refusal { "I am unable to help.".to_owned() } else { text[..end_of_text].to_owned() };
        *self.last.lock().unwrap() = request.prompt.user.clone();
        let usage = ReportedUsage { prompt: Some(prompt), completion: Some(completion), ..ReportedUsage::default() };
        self.answers.lock().unwrap().push((bytes, usage));
        let usage = (!self.omits_usage).then_some(usage);
        Ok(ModelText { text, model: None, usage, end, unread_bytes: 0 })
    }
}

/// A world with this many commits more, whose reports the model writes under this name.
async fn orchard(name: &str, commits: usize, model: &Small) -> (World, Scene) {
    let (mut world, scene) = world_of(name).await;
    for number in 0..commits {
        world.git.push(at("2026-01-01T00:40:00Z"), &format!("fix(area{}): weigh crate {number} again", number % 7));
    }
    world.deployment.writer = Arc::new(model.clone());
    (world, scene)
}

/// Runs the due report about this many commits, and returns the bytes of the answered prompts and the report.
async fn report_about(name: &str, commits: usize, model: Small) -> (Vec<usize>, String) {
    let (world, scene) = orchard(name, commits, &model).await;
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
    let (prompts, text) = report_about(LARGER, 1_300, Small { states_window: true, ..Small::default() }).await;
    assert!(prompts.len() > 3, "{prompts:?}");
    assert!(prompts.iter().all(|bytes| *bytes <= 12_288), "three quarters of the window: {prompts:?}");
    assert!(text.contains("1,301 commits") && !text.contains("stopped here"), "{text}");
}

#[tokio::test]
async fn listed_window_is_planned_for_without_a_refused_request() {
    for states_window in [true, false] {
        let model = Small { states_window, ..Small::default() };
        let (prompts, text) = report_about(LISTED, 1_300, model.clone()).await;
        assert_eq!(*model.refusals.lock().unwrap(), 0);
        assert!(prompts.len() > 3 && prompts.iter().all(|bytes| *bytes <= 12_288), "{prompts:?}");
        assert!(text.contains("1,301 commits") && !text.contains("stopped here"), "{text}");
    }
}

#[tokio::test]
async fn unknown_or_smaller_window_is_learnt_from_the_refusal() {
    for name in ["house-made", LARGER] {
        let model = Small { states_window: true, ..Small::default() };
        let (prompts, text) = report_about(name, 1_300, model.clone()).await;
        assert_eq!(*model.refusals.lock().unwrap(), 1, "{name}");
        assert!(prompts.len() > 3 && !text.contains("stopped here"), "{name}: {prompts:?}");
    }
}

#[tokio::test]
async fn estimate_of_parts_for_a_listed_window_is_at_least_the_cost_of_the_run() {
    for takes_no_notes in [false, true] {
        let model = Small { states_window: true, takes_no_notes, omits_usage: true, ..Small::default() };
        let (world, scene) = orchard(LISTED, 1_300, &model).await;
        let window = Window::new(epoch(), at("2026-01-01T00:50:00Z")).unwrap();
        let verb = world.deployment.estimate_run();
        let estimate = verb.estimate(scene.user(), scene.configuration.id, window, world.soon()).await.unwrap();
        let started = world.deployment.start_manual_run();
        let started = started.start(scene.user(), scene.configuration.id, window, None).await.unwrap();
        world.drain().await;
        let run = world.run(scene.user(), started.id).await;
        assert_eq!((run.count_reason(), run.figures.source), (CountReason::Report, UsageSource::Estimate));
        let (bound, used) = (estimate.tokens, run.figures.tokens);
        let parts = u64::try_from(model.answers.lock().unwrap().len()).unwrap() - 1;
        assert!(parts > 2, "read in parts");
        assert!(bound.prompt() >= used.prompt() && bound.completion() >= used.completion(), "{bound:?} {used:?}");
        assert!(estimate.cost.unwrap() >= run.figures.cost, "{estimate:?}");
        // It is an estimate of these parts: two reports of a quarter of the window each, and the notes.
        assert_eq!(bound.completion(), 2 * WINDOW / 4 + parts * u64::from(NOTES_TOKENS_MAX));
    }
}

#[tokio::test]
async fn part_without_notes_is_shown_again_for_the_report() {
    let model = Small { states_window: true, takes_no_notes: true, ..Small::default() };
    let (prompts, _) = report_about(LARGER, 1_300, model.clone()).await;
    let last = model.last.lock().unwrap().clone();
    let shown = last.lines().filter(|line| line.contains("weigh crate")).count();
    assert!(shown > prompts.len() * 2, "{shown} in {last}");
}

#[tokio::test]
async fn window_that_is_not_stated_is_searched_by_quarters() {
    let (prompts, text) = report_about(LARGER, 400, Small::default()).await;
    assert!(prompts.len() > 2 && !text.contains("stopped here"), "{prompts:?} {text}");
}

#[tokio::test]
async fn prompt_that_leaves_no_room_for_an_answer_is_read_in_parts() {
    let (prompts, text) = report_about(LARGER, 380, Small { states_window: true, ..Small::default() }).await;
    let (first, parts) = prompts.split_first().unwrap();
    assert!((14_800..16_384).contains(first) && parts.len() > 2, "{prompts:?}");
    assert!(parts.iter().all(|bytes| *bytes <= 12_288), "{prompts:?}");
    assert!(!text.contains("stopped here"), "{text}");
}

#[tokio::test]
async fn prompt_that_a_server_cuts_is_noticed_by_its_count_and_read_in_parts() {
    let model = Small { cuts_to: Some(4_096), ..Small::default() };
    let (prompts, text) = report_about("house-made", 1_300, model.clone()).await;
    let (first, parts) = prompts.split_first().unwrap();
    assert!(*first > 40_000 && parts.len() > 4, "{prompts:?}");
    assert!(parts.iter().all(|bytes| *bytes <= PROMPT_BYTES_MIN), "{prompts:?}");
    assert!(text.contains("1,301 commits") && !text.contains(PROMPT_CUT_NOTE), "{text}");
    // A short prompt is asked once, whatever the server counts.
    let model = Small { cuts_to: Some(1), ..Small::default() };
    assert_eq!(report_about("house-made", 3, model).await.0.len(), 1);
}

#[tokio::test]
async fn answer_to_a_cut_prompt_is_kept_and_marked_if_no_other_plan_is_answered() {
    let model = Small { cuts_to: Some(4_096), first: First::Last, ..Small::default() };
    let (prompts, text) = report_about("house-made", 1_300, model).await;
    assert_eq!(prompts.len(), 1);
    assert!(text.trim_end().ends_with(PROMPT_CUT_NOTE), "{text}");
}

#[tokio::test]
async fn second_answer_to_a_cut_prompt_is_marked() {
    let model = Small { cuts_to: Some(4_096), first: First::Refusal, ..Small::default() };
    let (prompts, text) = report_about("house-made", 1_300, model).await;
    assert_eq!(prompts.len(), 2);
    assert!(text.trim_end().ends_with(PROMPT_CUT_NOTE), "{text}");
}

#[tokio::test]
async fn parts_that_a_server_cuts_are_planned_again() {
    let model = Small { cuts_to: Some(300), ..Small::default() };
    let (prompts, _) = report_about(LISTED, 1_300, model.clone()).await;
    let read: Vec<usize> = prompts.iter().copied().filter(|bytes| *bytes > PROMPT_BYTES_MIN).collect();
    let again = prompts.len() - read.len();
    assert!(read.len() > 3 && again > read.len(), "{prompts:?}");
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
