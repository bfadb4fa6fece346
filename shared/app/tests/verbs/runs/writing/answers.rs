//! Whatever a model answers, its tokens are recorded once, under the attempt that paid them.

use super::{COST_MICROS, world};
use app::ports::{Contents, ModelError, StoreError};
use async_trait::async_trait;
use domain::id::{RunId, UserId};
use domain::money::{ANSWER_TOKENS_MAX, Cost, ReportedUsage, TokenUsage, UsageSource};
use domain::report::DegradedReason;
use domain::report::answer::AnswerEnd;
use domain::report::plain::REPORT_BYTES_MAX;
use domain::run::{Content, CountReason, ErrorCode, Outcome, Run, Status};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use testkit::outside::ScriptedModel;
use testkit::world::{Scene, Verbs, World};

async fn ran(world: &World, scene: &Scene) -> (Run, String) {
    let run = super::ran(world, scene).await;
    let text = world.deployment.store.content(scene.user(), run.id).await.unwrap().unwrap().text;
    (run, text)
}

fn reason(run: &Run) -> Option<DegradedReason> {
    let Outcome::Success(findings) = &run.end().unwrap().outcome else { panic!("{run:?}") };
    assert_eq!(findings.degraded, findings.degraded_reason.is_some());
    findings.degraded_reason
}

/// Text that gzip makes no shorter than six bits a letter.
fn noise(bytes: usize) -> String {
    let alphabet: Vec<char> = ('a'..='z').chain('A'..='Z').chain('0'..='9').chain(['+', '/']).collect();
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut letter = |place: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        if place % 80 == 79 { '\n' } else { alphabet[usize::try_from(state >> 58).unwrap()] }
    };
    (0..bytes).map(&mut letter).collect()
}

#[tokio::test]
async fn text_of_600_kilobytes_is_paid_once_and_stored_cut() {
    let (world, scene) = world().await;
    world.model.answer(format!("# Report\n\n{}", noise(600_000)), AnswerEnd::Whole);
    let (run, text) = ran(&world, &scene).await;
    assert_eq!((run.status(), run.attempt, world.model.calls()), (Status::Success, 1, 1));
    assert_eq!((run.figures.tokens, run.figures.cost), (ScriptedModel::usage(), Cost::from_micros(COST_MICROS)));
    assert_eq!(world.counter(scene.user()).await.cost, Cost::from_micros(COST_MICROS));
    assert!(text.len() <= REPORT_BYTES_MAX && text.len() > REPORT_BYTES_MAX - 400, "{}", text.len());
    assert!(text.ends_with("_The report was cut here: it is longer than 100,000 bytes._\n"));
    assert_eq!(world.receiver.reports().pop().unwrap().1, text);
}

#[tokio::test]
async fn foreign_link_is_removed_before_the_text_is_stored_and_delivered() {
    let (mut world, scene) = world().await;
    world.deployment.public_url = Some("https://reports.example/app".parse().unwrap());
    let answer = "# R\n\n[log in](https://evil.example) <b>@everyone</b> [all](https://reports.example/app/runs) \
                  `abc1234`";
    world.model.answer(answer.to_owned(), AnswerEnd::Whole);
    let (run, text) = ran(&world, &scene).await;
    assert_eq!((run.status(), reason(&run)), (Status::Success, None));
    let opening = "\n\nlog in (`https://evil.example`) @\u{200B}everyone [all](https://reports.example/app/runs)";
    assert!(text.contains(opening) && !text.contains("abc1234") && !text.contains("# R\n"), "{text}");
    assert_eq!(world.receiver.reports().pop().unwrap().1, text);
}

#[tokio::test]
async fn answer_that_is_no_report_is_metered_and_the_report_is_degraded() {
    let cases = [
        ("I'm sorry, but I can't assist with that.", AnswerEnd::Whole, DegradedReason::NotAReport),
        ("", AnswerEnd::Whole, DegradedReason::NoText),
        ("", AnswerEnd::Refused, DegradedReason::Refusal),
        ("", AnswerEnd::ToolCall, DegradedReason::ToolCall),
        ("", AnswerEnd::BrokenOff, DegradedReason::UnreadableAnswer),
        ("Half a", AnswerEnd::Filtered, DegradedReason::ContentFilter),
        ("<think># Apples, I think", AnswerEnd::Length, DegradedReason::OnlyThinking),
    ];
    for (answer, end, wanted) in cases {
        let (world, scene) = world().await;
        world.model.answer(answer, end);
        let (run, text) = ran(&world, &scene).await;
        assert_eq!((reason(&run), run.count_reason()), (Some(wanted), CountReason::Degraded));
        // What is no report is asked for once more, and both answers are paid for.
        let calls = if wanted == DegradedReason::NotAReport { 2 } else { 1 };
        let paid: TokenUsage = (0..calls).map(|_| ScriptedModel::usage()).sum();
        assert_eq!((run.figures.tokens, run.figures.source), (paid, UsageSource::Api));
        assert_eq!(run.paid_attempts.iter().copied().collect::<Vec<_>>(), [1]);
        let counter = world.counter(scene.user()).await;
        assert_eq!((counter.tokens, counter.degraded_runs, counter.slots_used), (paid, 1, 0));
        assert!(text.starts_with("> Written without the language model (gpt-4o-mini). "), "{text}");
        assert!(text.contains(wanted.message()) && text.contains("Apples"), "{text}");
        assert_eq!(world.model.calls(), calls);
    }
}

#[tokio::test]
async fn wrapped_report_is_extracted_and_a_cut_one_is_marked() {
    let (world, scene) = world().await;
    world.model.answer("<think>Hm.</think>\n```markdown\n# Apples\n\nHalf", AnswerEnd::Filtered);
    let (run, text) = ran(&world, &scene).await;
    assert_eq!((reason(&run), run.count_reason()), (None, CountReason::Report));
    assert!(text.ends_with("\n\nHalf\n\n_The model stopped here, at its provider's content filter._\n"), "{text}");
}

#[tokio::test]
async fn missing_zero_or_absurd_usage_is_estimated_and_marked() {
    let counts = |prompt, completion| ReportedUsage {
        prompt: Some(prompt),
        completion: Some(completion),
        total: Some(prompt.saturating_add(completion)),
        ..ReportedUsage::default()
    };
    for usage in [
        None,
        Some(ReportedUsage::default()),
        Some(counts(0, 0)),
        Some(counts(u64::MAX, u64::MAX)),
        Some(counts(1_000, ANSWER_TOKENS_MAX)),
    ] {
        let (world, scene) = world().await;
        match usage {
            Some(usage) => world.model.report_usage(usage),
            None => world.model.omit_usage(true),
        }
        let (run, _) = ran(&world, &scene).await;
        let tokens = run.figures.tokens;
        assert_eq!(run.figures.source, UsageSource::Estimate, "{usage:?}");
        assert!((100..10_000).contains(&tokens.prompt()) && (5..100).contains(&tokens.completion()), "{tokens:?}");
        assert!(run.figures.cost > Cost::ZERO);
        let counter = world.counter(scene.user()).await;
        assert_eq!((counter.tokens, counter.cost), (tokens, run.figures.cost));
    }
}

#[tokio::test]
async fn answer_that_can_not_be_read_is_estimated_by_its_size() {
    let prompt = ReportedUsage { prompt: Some(1_000), ..ReportedUsage::default() };
    for usage in [prompt, ReportedUsage { total: Some(1_000), ..prompt }] {
        let (world, scene) = world().await;
        world.model.answer("", AnswerEnd::BrokenOff);
        world.model.answer_unread(5_000);
        world.model.report_usage(usage);
        let (run, _) = ran(&world, &scene).await;
        assert_eq!(reason(&run), Some(DegradedReason::UnreadableAnswer));
        let wanted = (TokenUsage::new(1_000, 0, 2_000, 0), UsageSource::Estimate);
        assert_eq!((run.figures.tokens, run.figures.source), wanted, "{usage:?}");
    }
}

#[tokio::test]
async fn answer_of_no_model_is_not_reported_as_an_outage() {
    let (world, scene) = world().await;
    world.model.fail(Some(ModelError::Unreadable { detail: "a page".to_owned() }));
    let (run, text) = ran(&world, &scene).await;
    assert_eq!(reason(&run), Some(DegradedReason::UnreadableAnswer));
    assert!(text.contains(DegradedReason::UnreadableAnswer.message()), "{text}");
    assert_eq!(run.figures.tokens, TokenUsage::ZERO);
}

#[tokio::test]
async fn separate_reasoning_tokens_are_paid_for() {
    let (world, scene) = world().await;
    let beside = ReportedUsage { prompt: Some(21), completion: Some(0), total: Some(81), ..ReportedUsage::default() };
    world.model.report_usage(ReportedUsage { reasoning: Some(60), ..beside });
    let (run, _) = ran(&world, &scene).await;
    assert_eq!((run.figures.tokens, run.figures.source), (TokenUsage::new(21, 0, 60, 60), UsageSource::Api));
}

#[tokio::test]
async fn recorded_model_name_is_bounded_and_no_path() {
    for name in ["/models/gpt.gguf".to_owned(), "m".repeat(5_000), "two\nlines".to_owned()] {
        let (world, scene) = world().await;
        world.model.set_model_name(name);
        let (run, _) = ran(&world, &scene).await;
        assert_eq!(run.figures.model.as_deref(), Some("gpt-4o-mini"));
        assert!(run.figures.rates.is_some(), "it is priced by the name that was asked for");
    }
}

/// Texts that can't be stored.
struct Refusing {
    inner: Arc<dyn Contents>,
    error: StoreError,
    /// How many writes of a text fail.
    failing: usize,
    /// A failed write stores its text all the same.
    stores: bool,
    puts: AtomicUsize,
}

#[async_trait]
impl Contents for Refusing {
    async fn content(&self, user: UserId, run: RunId) -> Result<Option<Content>, StoreError> {
        self.inner.content(user, run).await
    }

    async fn put_content(&self, content: &Content) -> Result<Content, StoreError> {
        if self.puts.fetch_add(1, Ordering::Relaxed) >= self.failing {
            return self.inner.put_content(content).await;
        }
        if self.stores {
            self.inner.put_content(content).await?;
        }
        Err(self.error.clone())
    }
}

/// The result of a run whose text could not be stored so many times.
async fn run_with(error: StoreError, failing: usize, by_model: bool) -> (World, Scene, Arc<Refusing>) {
    run(error, failing, by_model, false).await
}

/// The result of a run whose text was stored with a lost answer.
async fn run_with_lost_answer(error: StoreError) -> (World, Scene, Arc<Refusing>) {
    run(error, 1, true, true).await
}

async fn run(error: StoreError, failing: usize, by_model: bool, stores: bool) -> (World, Scene, Arc<Refusing>) {
    let (world, mut scene) = world().await;
    if !by_model {
        scene.configuration.settings.writer =
            domain::configuration::WriterChoice::Chosen(domain::configuration::Writer::Plain);
        world.store(&scene).await;
    }
    let contents = Arc::new(Refusing {
        inner: world.deployment.execute_run().contents,
        error,
        failing,
        stores,
        puts: AtomicUsize::new(0),
    });
    world.tick().await;
    let request = world.queue.take_runs()[0];
    let mut verb = world.deployment.execute_run();
    verb.contents = contents.clone();
    let _ = verb.execute(&request, world.soon()).await;
    (world, scene, contents)
}

fn broken() -> StoreError {
    StoreError::Broken { detail: "ValidationException: Item size has exceeded the maximum allowed size".to_owned() }
}

fn down() -> StoreError {
    StoreError::Unavailable { detail: "no answer".to_owned() }
}

#[tokio::test]
async fn unstorable_text_fails_its_run_and_keeps_the_cost() {
    for error in [broken(), down()] {
        let (world, scene, _) = run_with(error, usize::MAX, true).await;
        let run = world.runs(scene.user()).await.pop().unwrap();
        let Outcome::Failed(failure) = &run.end().unwrap().outcome else { panic!("{run:?}") };
        assert_eq!(failure.code, ErrorCode::Internal);
        assert!(failure.message.contains("could not be stored") && !failure.message.contains("Exception"));
        assert_eq!(run.figures.cost, Cost::from_micros(COST_MICROS));
        assert_eq!(run.paid_attempts.iter().copied().collect::<Vec<_>>(), [1]);
        let counter = world.counter(scene.user()).await;
        assert_eq!((counter.cost, counter.slots_used), (Cost::from_micros(COST_MICROS), 0));
        world.pass(domain::instant::Duration::minutes(30)).await;
        assert_eq!(world.model.calls(), 1, "no attempt asks again");
    }
}

#[tokio::test]
async fn stored_text_with_lost_answer_is_found() {
    let (world, scene, contents) = run_with_lost_answer(down()).await;
    let run = world.runs(scene.user()).await.pop().unwrap();
    assert_eq!((run.status(), contents.puts.load(Ordering::Relaxed)), (Status::Success, 1));
    assert_eq!((world.model.calls(), run.figures.cost), (1, Cost::from_micros(COST_MICROS)));
}

#[tokio::test]
async fn text_without_cost_is_written_again_by_the_next_attempt() {
    let (world, scene, _) = run_with(down(), usize::MAX, false).await;
    let run = world.runs(scene.user()).await.pop().unwrap();
    assert_eq!(run.status(), Status::Running);
    world.pass(domain::instant::Duration::minutes(6)).await;
    let run = world.run(scene.user(), run.id).await;
    assert_eq!((run.status(), run.attempt), (Status::Success, 2));
}
