//! A model behind servers that count its tokens in every way that servers do: as they should, not at all, as zero, in
//! part, beside the completion, hugely, and as nothing can have been used.

use app::ports::{ModelError, ModelRequest, ModelText, ReportWriter};
use async_trait::async_trait;
use domain::money::{ReportedUsage, TokenUsage};
use domain::report::answer::AnswerEnd;
use domain::report::tokens::{Family, tokens_at_most};
use domain::run::{Content, Run};
use std::sync::{Arc, Mutex};
use testkit::engine::direct::pause;
use testkit::entropy::SeededEntropy;
use testkit::outside::ScriptedModel;

/// A model. Each of its texts contains its number.
#[derive(Clone, Debug)]
pub(crate) struct SimulatedModel {
    failing: Arc<Mutex<Option<ModelError>>>,
    random: Arc<SeededEntropy>,
    /// The expected record of each text.
    written: Arc<Mutex<Vec<Counted>>>,
}

/// What a server reports about a text, and the expected record.
#[derive(Clone, Copy, Debug)]
struct Counted {
    reported: Option<ReportedUsage>,
    recorded: TokenUsage,
    extreme: bool,
}

impl SimulatedModel {
    pub(crate) fn new(seed: u64) -> Self {
        Self { failing: Arc::default(), random: Arc::new(SeededEntropy::new(seed)), written: Arc::default() }
    }

    pub(crate) fn fail(&self, failure: Option<ModelError>) {
        *self.failing.lock().unwrap() = failure;
    }

    /// The tokens of all texts.
    pub(crate) fn paid(&self) -> TokenUsage {
        self.written.lock().unwrap().iter().map(|text| text.recorded).sum()
    }

    /// How many texts had extreme counts.
    pub(crate) fn extreme(&self) -> u64 {
        u64::try_from(self.written.lock().unwrap().iter().filter(|text| text.extreme).count()).unwrap()
    }

    /// A text has the tokens that its server counted if they are possible, and a run without other payments has them
    /// and their cost.
    pub(crate) fn check(&self, run: &Run, content: &Content) -> Result<(), String> {
        let number = content.text.strip_prefix("# Text ").and_then(|rest| rest.split_whitespace().next()?.parse().ok());
        let counted = number.and_then(|number: usize| self.written.lock().unwrap().get(number).copied());
        if let Some(counted) = counted.filter(|counted| counted.recorded != content.priced.tokens) {
            return Err(format!("the text of run {} has {:?} and was counted as {counted:?}", run.id, content.priced));
        }
        let paid_for_nothing_else = run.paid_attempts.len() == 1 && run.paid_attempts.contains(&content.attempt);
        let has = (run.figures.tokens, run.figures.cost);
        if paid_for_nothing_else && has != (content.priced.tokens, content.priced.cost) {
            return Err(format!("run {} has {has:?}, and its only text {:?}", run.id, content.priced));
        }
        Ok(())
    }

    /// How the server counts a text, given our estimate of it.
    fn count(&self, estimate: TokenUsage) -> Counted {
        let right = ScriptedModel::usage();
        let huge = TokenUsage::new(60_000_000, 0, 40_000_000, 0);
        let parts = |prompt, completion, total| ReportedUsage { prompt, completion, total, ..ReportedUsage::default() };
        let (reported, recorded, extreme) = match self.random.below(16) {
            0 => (None, estimate, true),
            1 => (Some(ReportedUsage::default()), estimate, true),
            2 => (Some(TokenUsage::ZERO.into()), estimate, true),
            3 => (Some(parts(Some(1_000), None, None)), TokenUsage::new(1_000, 0, estimate.completion(), 0), true),
            4 => (
                Some(ReportedUsage { reasoning: Some(60), ..parts(Some(21), Some(0), Some(81)) }),
                TokenUsage::new(21, 0, 60, 60),
                true,
            ),
            5 => (Some(huge.into()), huge, true),
            6 => (Some(parts(Some(u64::MAX), Some(u64::MAX), Some(u64::MAX))), estimate, true),
            7 => (Some(parts(Some(1_000), Some(100), Some(100_000_001))), estimate, true),
            _ => (Some(right.into()), right, false),
        };
        Counted { reported, recorded, extreme }
    }
}

#[async_trait]
impl ReportWriter for SimulatedModel {
    async fn write(&self, request: &ModelRequest) -> Result<ModelText, ModelError> {
        pause().await;
        if let Some(error) = self.failing.lock().unwrap().clone() {
            return Err(error);
        }
        let (text, counted) = {
            let mut written = self.written.lock().unwrap();
            let text = format!("# Text {} is written", written.len());
            let read = request.prompt.tokens_at_most(&request.model);
            let counted = self.count(TokenUsage::new(read, 0, tokens_at_most(&text, Family::of(&request.model)), 0));
            written.push(counted);
            (text, counted)
        };
        pause().await;
        let (model, usage) = (Some(request.model.clone()), counted.reported);
        Ok(ModelText { text, model, usage, end: AnswerEnd::Whole, unread_bytes: 0 })
    }
}
