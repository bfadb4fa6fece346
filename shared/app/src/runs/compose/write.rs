//! From commits to a text: by the model, or without it.

use super::Composer;
use super::brief::{brief, model_asked};
use super::choice::Asked;
use super::observe::Observed;
use crate::limits::{FINISH_RESERVE_SECONDS, PROMPT_BYTES_MAX};
use crate::ports::{ModelError, ModelRequest, ModelText, StoreError};
use domain::instant::{Duration, Instant};
use domain::money::{TokenUsage, cost};
use domain::report::answer::{bounded, report_of};
use domain::report::plain::plain_report;
use domain::report::prompt::{estimated_tokens, prompt};
use domain::report::{Brief, DegradedReason, Prompt};
use domain::run::{Priced, Run, model_used};

/// A text and what it cost.
pub(super) struct Written {
    pub(super) text: String,
    /// Why it was written without the chosen model.
    pub(super) degraded_reason: Option<DegradedReason>,
    pub(super) priced: Priced,
}

impl Composer {
    /// Writes the text of a run. Every answer of a model is paid for: its tokens are part of the result, also if the
    /// text is written without the model.
    pub(super) async fn write(&self, run: &Run, observed: &Observed, deadline: Instant) -> Result<Written, StoreError> {
        let brief = brief(run, observed, self.public_url.as_ref());
        let plain = || Written { text: plain_report(&brief), degraded_reason: None, priced: Priced::default() };
        let Some(model) = model_asked(run, observed) else { return Ok(plain()) };
        let Some(asked) = self.choice.of(run, model).await? else { return Ok(plain()) };
        let (reason, priced) = match self.ask(&asked, &brief, deadline).await {
            Ok((prompt, answer)) => {
                let priced = self.priced(run, &asked, &prompt, &answer);
                match report_of(&answer.text, answer.end, &brief) {
                    Ok(text) => return Ok(Written { text, degraded_reason: None, priced }),
                    Err(reason) => {
                        let (model, reason_code, bytes) = (&asked.model, reason.as_str(), answer.text.len());
                        tracing::warn!(run = %run.id, model, reason_code, bytes, "the model's answer is no report");
                        (reason, priced)
                    }
                }
            }
            Err(error) => {
                tracing::warn!(run = %run.id, model = asked.model, %error, "the report is written without the model");
                let reason = match error {
                    ModelError::Unavailable { .. } => DegradedReason::LlmUnavailable,
                    ModelError::Rejected { .. } => DegradedReason::LlmRejected,
                    ModelError::PromptTooLong => DegradedReason::PromptTooLong,
                    ModelError::Unreadable { .. } => DegradedReason::UnreadableAnswer,
                };
                (reason, Priced::default())
            }
        };
        let text = bounded(reason.note(&asked.model) + &plain().text);
        Ok(Written { text, degraded_reason: Some(reason), priced })
    }

    /// Asks the model; again with half the commits if the prompt was too long.
    async fn ask(
        &self,
        asked: &Asked,
        brief: &Brief<'_>,
        deadline: Instant,
    ) -> Result<(Prompt, ModelText), ModelError> {
        let provider = asked.provider.clone()?;
        let mut budget = PROMPT_BYTES_MAX;
        let mut last = ModelError::PromptTooLong;
        for _ in 0..2 {
            let left = deadline - self.clock.now() - Duration::seconds(FINISH_RESERVE_SECONDS);
            let Ok(timeout) = left.to_std() else {
                return Err(ModelError::Unavailable { detail: "no time is left to ask the model".into() });
            };
            let prompt = prompt(brief, budget);
            let (model, provider) = (asked.model.clone(), provider.clone());
            let request = ModelRequest { model, provider, prompt: prompt.clone(), timeout };
            match self.writer.write(&request).await {
                Ok(text) => return Ok((prompt, text)),
                Err(ModelError::PromptTooLong) => budget /= 2,
                Err(error) => {
                    last = error;
                    break;
                }
            }
        }
        Err(last)
    }

    /// The tokens and the cost of an answer: by its own figures, or else by an estimate that is marked as one.
    fn priced(&self, run: &Run, asked: &Asked, prompt: &Prompt, answer: &ModelText) -> Priced {
        let written = estimated_tokens(answer.text.len().saturating_add(answer.unread_bytes));
        let estimate = TokenUsage::new(prompt.estimated_tokens(), 0, written, 0);
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
