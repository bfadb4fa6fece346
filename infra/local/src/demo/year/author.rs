//! The model that writes the reports of the year, and reports tokens in proportion to what it was sent.

use app::ports::{ModelError, ModelRequest, ModelText, ReportWriter};
use async_trait::async_trait;
use domain::money::TokenUsage;
use domain::report::answer::AnswerEnd;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// How many bytes of a prompt make a token, about.
const BYTES_PER_TOKEN: usize = 4;

const HIGHLIGHTS: [&str; 6] = [
    "The cart is kept for thirty days, and counts each article once.",
    "Search finds products by their colour and reads its index in pages.",
    "Payments accept bank transfers, and a request that timed out is repeated.",
    "Orders show their date of delivery; the states of an order have names.",
    "Confirmations are sent once for each order.",
    "The data of an account can be exported.",
];

/// The model. Clones share it.
#[derive(Clone, Default)]
pub(super) struct Author {
    unavailable: Arc<AtomicBool>,
    written: Arc<AtomicU64>,
}

impl Author {
    /// Whether it answers nothing from now on.
    pub(super) fn be_unavailable(&self, unavailable: bool) {
        self.unavailable.store(unavailable, Ordering::Relaxed);
    }
}

#[async_trait]
impl ReportWriter for Author {
    async fn write(&self, request: &ModelRequest) -> Result<ModelText, ModelError> {
        if self.unavailable.load(Ordering::Relaxed) {
            return Err(ModelError::Unavailable { detail: "no answer within 60 s".to_owned() });
        }
        let number = usize::try_from(self.written.fetch_add(1, Ordering::Relaxed)).unwrap_or_default();
        let picked = HIGHLIGHTS.iter().cycle().skip(number % HIGHLIGHTS.len()).take(3);
        let text = picked.fold("## Highlights\n\n".to_owned(), |text, line| text + "- " + line + "\n");
        let tokens = |bytes: usize| u64::try_from(bytes / BYTES_PER_TOKEN).unwrap_or(u64::MAX);
        let prompt = tokens(format!("{request:?}").len());
        let completion = tokens(text.len()) * 3 + u64::try_from(number % 7).unwrap_or_default() * 40;
        let usage = TokenUsage::new(prompt, prompt / 5, completion, 0);
        Ok(ModelText {
            text,
            model: Some(request.model.clone()),
            usage: Some(usage.into()),
            end: AnswerEnd::Whole,
            unread_bytes: 0,
        })
    }
}
