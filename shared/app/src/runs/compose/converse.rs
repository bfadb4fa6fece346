//! The requests to a model for one report: one prompt, or notes about parts and a report from them; the same once more
//! if the answer contradicts the facts. Every answer is kept, because every answer is paid for.

use super::Composer;
use super::choice::Asked;
use super::room::Room;
use super::write::degraded;
use crate::limits::{
    CUT_ANSWER_TOKENS_MAX, FINISH_RESERVE_SECONDS, NOTES_TOKENS_MAX, PARTS_AT_ONCE, PARTS_MAX, WINDOW_COMPLETION_SHARE,
};
use crate::ports::{Clock, ModelError, ModelRequest, ModelText, ReportWriter};
use domain::digest::Digest;
use domain::id::RunId;
use domain::instant::{Duration, Instant};
use domain::money::{Cost, TokenUsage, UsageSource, cost};
use domain::report::answer::{AnswerEnd, fault, notes_of, report_of};
use domain::report::prompt::{PROMPT_BYTES_MIN, Plan, from_notes, plan};
use domain::report::tokens::{Family, tokens_at_most, unread_tokens};
use domain::report::{Brief, DegradedReason, PROMPT_CUT_NOTE, Prompt, Report};
use domain::run::{Priced, Run, model_used};
use futures::{StreamExt, stream};

/// The most plans for one report: the first, for the window that the price list has; one for the window that the server
/// states, and one for half of that. Of a window that is not stated, each plan assumes a quarter of the one before.
const PLANS_MAX: usize = 3;

/// The requests for one report.
pub(super) struct Conversation<'a> {
    clock: &'a dyn Clock,
    writer: &'a dyn ReportWriter,
    run: RunId,
    asked: &'a Asked,
    deadline: Instant,
    /// Of each request.
    room: Room,
    answers: Vec<(Prompt, ModelText)>,
}

/// A prompt that asks for the report, and its answer.
struct Answered {
    prompt: Prompt,
    answer: ModelText,
    /// A sentence about what no prompt showed.
    not_shown: Option<String>,
}

impl Composer {
    pub(super) fn converse<'a>(&'a self, run: &Run, asked: &'a Asked, deadline: Instant) -> Conversation<'a> {
        Conversation {
            clock: self.clock.as_ref(),
            writer: self.writer.as_ref(),
            run: run.id,
            asked,
            deadline,
            room: Room::of(&self.prices, &asked.model),
            answers: Vec::new(),
        }
    }

    /// The tokens and the cost of all answers: by their own figures, or else by estimates that are marked as such.
    pub(super) fn priced(&self, run: &Run, asked: &Asked, answers: &[(Prompt, ModelText)]) -> Priced {
        let parts = answers.iter().map(|(prompt, answer)| self.priced_answer(run, asked, prompt, answer));
        parts.reduce(|one, other| together(&one, other)).unwrap_or_default()
    }

    fn priced_answer(&self, run: &Run, asked: &Asked, prompt: &Prompt, answer: &ModelText) -> Priced {
        let written = tokens_at_most(&answer.text, Family::of(&asked.model));
        let written = written.saturating_add(unread_tokens(answer.unread_bytes));
        let estimate = TokenUsage::new(prompt.tokens_at_most(&asked.model), 0, written, 0);
        let metered = answer.usage.unwrap_or_default().metered(estimate);
        if let Some(count) = metered.rejected {
            let model = &asked.model;
            let what = "the answer reports impossible numbers of tokens: an estimate is recorded";
            tracing::warn!(run = %run.id, model, count, "{what}");
        }
        let model = model_used(&asked.model, answer.model.as_deref());
        let rates = asked.rates(&self.prices, &model, metered.tokens.prompt(), self.clock.now());
        let cost = rates.as_ref().map(|rates| cost(metered.tokens, rates)).unwrap_or_default();
        Priced { tokens: metered.tokens, cost, source: metered.source, model: Some(model), rates }
    }
}

/// Two payments as one. The rates are those of the last answer; they are unknown if those of any answer are, because
/// then the cost is too.
fn together(one: &Priced, other: Priced) -> Priced {
    let source = match (one.source, other.source) {
        (UsageSource::Api, UsageSource::Api) => UsageSource::Api,
        _ => UsageSource::Estimate,
    };
    Priced {
        tokens: one.tokens + other.tokens,
        cost: [one.cost, other.cost].into_iter().sum::<Cost>(),
        source,
        model: other.model,
        rates: one.rates.and(other.rates),
    }
}

impl Conversation<'_> {
    /// Every answer of the model so far.
    pub(super) fn answers(&self) -> &[(Prompt, ModelText)] {
        &self.answers
    }

    /// The model's report. If its answer has a fault, the model is asked once more, with the fault named.
    pub(super) async fn report(&mut self, brief: &Brief<'_>, digest: &Digest<'_>) -> Result<Report, DegradedReason> {
        let Answered { mut prompt, mut answer, not_shown } =
            self.first_answer(brief, digest).await.map_err(|error| self.gave_up(&error))?;
        if let Some(found) = fault(&answer.text, answer.end, brief, digest) {
            tracing::warn!(run = %self.run, model = self.asked.model, fault = ?found, "the model is asked once more");
            let again = Prompt { user: format!("{}{}", prompt.user, found.request()), ..prompt.clone() };
            // A failure of the second request is not the reason: the first answer was no report.
            if let Ok(second) = self.answered(again).await {
                (prompt, answer) = second;
            }
            if let Some(found) = fault(&answer.text, answer.end, brief, digest) {
                let reason = report_of(&answer.text, answer.end, brief, digest).err();
                let model = &self.asked.model;
                tracing::warn!(run = %self.run, model, fault = ?found, "the second answer has a fault too");
                return Err(self.refused(reason.unwrap_or(DegradedReason::CheckFailed), &answer));
            }
        }
        let report = report_of(&answer.text, answer.end, brief, digest);
        let report = report.map_err(|reason| self.refused(reason, &answer))?;
        let cut = window_that_cut(&prompt, &answer).map(|_| PROMPT_CUT_NOTE.to_owned());
        Ok(report.with_notes(not_shown.into_iter().chain(cut), brief))
    }

    fn gave_up(&self, error: &ModelError) -> DegradedReason {
        tracing::warn!(run = %self.run, model = self.asked.model, %error, "the report is written without the model");
        degraded(error)
    }

    fn refused(&self, reason: DegradedReason, answer: &ModelText) -> DegradedReason {
        let (model, reason_code, bytes) = (&self.asked.model, reason.as_str(), answer.text.len());
        tracing::warn!(run = %self.run, model, reason_code, bytes, "the model's answer is no report");
        reason
    }

    /// The answer to the first plan that the server reads whole, or the last one. A server that refuses a prompt as
    /// too long often states its window, and one whose window ends the answer, or that cuts the prompt, shows it: then
    /// the changes are planned again, perhaps in parts.
    async fn first_answer(&mut self, brief: &Brief<'_>, digest: &Digest<'_>) -> Result<Answered, ModelError> {
        let mut last = ModelError::PromptTooLong { window_tokens: None };
        let mut kept = None;
        for _ in 0..PLANS_MAX {
            let Plan { mut prompts, not_shown } = plan(brief, digest, self.room.prompt_bytes, PARTS_MAX);
            let result = match (prompts.pop(), prompts.is_empty()) {
                (Some(only), true) => self.answered(only).await,
                (Some(last), false) => {
                    prompts.push(last);
                    self.read_in_parts(prompts, brief, digest).await
                }
                (None, _) => break,
            };
            match result {
                Ok((prompt, answer)) => {
                    let window = window_that_ended(&answer).or_else(|| window_that_cut(&prompt, &answer));
                    let bytes = prompt.bytes();
                    kept = Some(Answered { prompt, answer, not_shown });
                    let Some(window) = window else { break };
                    self.narrow(Some(window));
                    // A shorter prompt leaves more room; one that stays as it is leaves none.
                    if bytes <= self.room.prompt_bytes.max(PROMPT_BYTES_MIN) {
                        break;
                    }
                    let model = &self.asked.model;
                    tracing::info!(run = %self.run, model, window, "the prompt was cut or left no room for the answer");
                }
                Err(ModelError::PromptTooLong { window_tokens }) => {
                    self.narrow(window_tokens);
                    last = ModelError::PromptTooLong { window_tokens };
                }
                Err(error) => {
                    last = error;
                    break;
                }
            }
        }
        // An answer that ended early, or about a part of the changes, is better than none: the report states it.
        kept.ok_or(last)
    }

    async fn answered(&mut self, prompt: Prompt) -> Result<(Prompt, ModelText), ModelError> {
        let answer = self.answer(prompt.clone(), self.room.completion_tokens).await?;
        Ok((prompt, answer))
    }

    /// Asks for notes about each part, some parts at a time, and then for the report from them.
    async fn read_in_parts(
        &mut self,
        parts: Vec<Prompt>,
        brief: &Brief<'_>,
        digest: &Digest<'_>,
    ) -> Result<(Prompt, ModelText), ModelError> {
        tracing::info!(run = %self.run, model = self.asked.model, parts = parts.len(), "the changes are read in parts");
        let this = &*self;
        let limit = this.room.completion_tokens.min(NOTES_TOKENS_MAX);
        let ask = |prompt: Prompt| async move { (prompt.clone(), this.request(prompt, limit).await) };
        let results: Vec<_> = stream::iter(parts.into_iter().map(ask)).buffered(PARTS_AT_ONCE).collect().await;
        let mut notes = Vec::new();
        let mut failed = None;
        // What was answered is paid for, also if another part failed.
        for (prompt, result) in results {
            match result {
                Ok(answer) => {
                    if let Some(window) = window_that_cut(&prompt, &answer) {
                        failed = failed.or(Some(ModelError::PromptTooLong { window_tokens: Some(window) }));
                    }
                    // A part of which the model took no notes is shown to it again, as far as there is room.
                    let found = notes_of(&answer.text);
                    notes.push(if found.is_empty() { prompt.changes().to_owned() } else { found });
                    self.answers.push((prompt, answer));
                }
                Err(error) => failed = failed.or(Some(error)),
            }
        }
        if let Some(error) = failed {
            return Err(error);
        }
        self.answered(from_notes(brief, digest, &notes, self.room.prompt_bytes)).await
    }

    /// Plans for a smaller window: the stated one, or a quarter of the prompt that was too long.
    fn narrow(&mut self, window_tokens: Option<u64>) {
        // After two quarters, a prompt has at most 10,000 bytes, which the smallest usual window of 8,192 tokens holds.
        self.room.prompt_bytes /= if window_tokens.is_some() { 2 } else { 4 };
        if let Some(tokens) = window_tokens {
            self.room = self.room.limited_to(tokens);
        }
    }

    /// Makes one request and keeps its answer.
    async fn answer(&mut self, prompt: Prompt, completion_tokens: u32) -> Result<ModelText, ModelError> {
        let answer = self.request(prompt.clone(), completion_tokens).await?;
        self.answers.push((prompt, answer.clone()));
        Ok(answer)
    }

    async fn request(&self, prompt: Prompt, completion_tokens: u32) -> Result<ModelText, ModelError> {
        let left = self.deadline - self.clock.now() - Duration::seconds(FINISH_RESERVE_SECONDS);
        let Ok(timeout) = left.to_std() else {
            return Err(ModelError::Unavailable { detail: "no time is left to ask the model".into() });
        };
        let (model, provider) = (self.asked.model.clone(), self.asked.provider.clone()?);
        self.writer.write(&ModelRequest { model, provider, prompt, completion_tokens, timeout }).await
    }
}

/// The window of the server, in tokens, if it ended an answer early, because the prompt had nearly filled it.
fn window_that_ended(answer: &ModelText) -> Option<u64> {
    let usage = answer.usage.filter(|_| answer.end == AnswerEnd::Length)?;
    let (prompt, written) = (usage.prompt?, usage.completion?);
    let window = prompt.checked_add(written)?;
    (written < CUT_ANSWER_TOKENS_MAX.min(window / WINDOW_COMPLETION_SHARE)).then_some(window)
}

/// The window of the server, in tokens, if it counts fewer tokens than the prompt has: some servers cut a prompt that
/// is longer than their window, and answer about the rest. One is Ollama, whose window is 4,096 tokens with less than
/// 24 GiB of video memory, unless it is set: <https://docs.ollama.com/context-length>.
fn window_that_cut(prompt: &Prompt, answer: &ModelText) -> Option<u64> {
    let usage = answer.usage?;
    let counted = usage.prompt.filter(|counted| *counted > 0)?;
    // No plan has a shorter one.
    let is_shortest = prompt.bytes() <= PROMPT_BYTES_MIN;
    (!is_shortest && counted < prompt.tokens_at_least()).then_some(counted)
}
