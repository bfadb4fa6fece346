//! Sends messages in batches.

use app::ports::QueueError;
use aws_sdk_sqs::Client;
use aws_sdk_sqs::error::DisplayErrorContext;
use aws_sdk_sqs::operation::send_message_batch::SendMessageBatchOutput;
use aws_sdk_sqs::types::SendMessageBatchRequestEntry;
use domain::id::UserId;
use futures::stream::{self, StreamExt};
use std::sync::atomic::{AtomicBool, Ordering};

/// Messages in one call
/// (<https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html>).
const BATCH_MESSAGES: usize = 10;

/// Calls that are made at the same time.
const CALLS_AT_ONCE: usize = 8;

/// Calls for the messages of one batch: a message that is refused in all of them is found again through the due index.
const ROUNDS_MAX: usize = 3;

/// A message before it is sent.
pub(super) struct Outgoing {
    /// The message group. On a standard queue it makes the queue fair: while one group has many messages in flight,
    /// those of other groups are received first
    /// (<https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-fair-queues.html>).
    group: String,
    body: String,
}

impl Outgoing {
    /// A message whose group is the account.
    pub(super) fn of(user: UserId, body: String) -> Self {
        Self { group: user.to_string(), body }
    }
}

/// Sends every message, ten a call, several calls at a time. A call can fail in part: only the entries that it refused
/// are sent again. A call that fails as a whole, after the client's own retries, ends the sending, because the next
/// would probably fail too and the caller's time is short.
pub(super) async fn send(
    client: &Client,
    url: &str,
    messages: Vec<Outgoing>,
    delay_seconds: u32,
) -> Result<(), QueueError> {
    let sent = messages.len();
    let delay_seconds = i32::try_from(delay_seconds).unwrap_or(i32::MAX);
    let has_failed = &AtomicBool::new(false);
    let calls = stream::iter(batches(messages)).map(|batch| async move {
        if has_failed.load(Ordering::Relaxed) {
            return Refused { count: batch.len(), detail: String::new() };
        }
        send_batch(client, url, &batch, delay_seconds).await.unwrap_or_else(|detail| {
            has_failed.store(true, Ordering::Relaxed);
            Refused { count: batch.len(), detail }
        })
    });
    let refusals = calls.buffer_unordered(CALLS_AT_ONCE).fold(Refusals::default(), async |mut refusals, refused| {
        refusals.add(refused);
        refusals
    });
    refusals.await.result(sent)
}

fn batches(messages: Vec<Outgoing>) -> Vec<Vec<Outgoing>> {
    let mut messages = messages.into_iter();
    let batch = || Some(messages.by_ref().take(BATCH_MESSAGES).collect()).filter(|batch: &Vec<_>| !batch.is_empty());
    std::iter::from_fn(batch).collect()
}

/// Messages that the queue refused, and why.
#[derive(Default)]
struct Refused {
    count: usize,
    detail: String,
}

#[derive(Default)]
struct Refusals(Refused);

impl Refusals {
    fn add(&mut self, refused: Refused) {
        self.0.count = self.0.count.saturating_add(refused.count);
        if !refused.detail.is_empty() {
            self.0.detail = refused.detail;
        }
    }

    fn result(self, sent: usize) -> Result<(), QueueError> {
        let Refused { count: refused, detail } = self.0;
        if refused == 0 {
            return Ok(());
        }
        Err(QueueError { sent, refused, detail })
    }
}

/// Sends one batch and repeats its refused entries, [`ROUNDS_MAX`] calls in all. `Err` if a call failed as a whole
/// before any message was taken.
async fn send_batch(client: &Client, url: &str, batch: &[Outgoing], delay_seconds: i32) -> Result<Refused, String> {
    let mut entries = entries(batch, delay_seconds);
    let mut refused = Refused::default();
    for round in 1..=ROUNDS_MAX {
        let call = client.send_message_batch().queue_url(url).set_entries(Some(entries.clone()));
        let answer = match call.send().await {
            Ok(answer) => answer,
            Err(error) if round == 1 => return Err(DisplayErrorContext(&error).to_string()),
            Err(error) => {
                refused.count = refused.count.saturating_add(entries.len());
                refused.detail = DisplayErrorContext(&error).to_string();
                return Ok(refused);
            }
        };
        let (again, permanent) = refused_entries(entries, &answer);
        refused.count = refused.count.saturating_add(permanent);
        if let Some(failure) = answer.failed().last() {
            refused.detail = format!("{} {}", failure.code(), failure.message().unwrap_or_default());
        }
        if again.is_empty() {
            return Ok(refused);
        }
        entries = again;
    }
    refused.count = refused.count.saturating_add(entries.len());
    Ok(refused)
}

/// The entries to send again, and the number of those that the queue calls our own fault, which would fail again.
fn refused_entries(
    entries: Vec<SendMessageBatchRequestEntry>,
    answer: &SendMessageBatchOutput,
) -> (Vec<SendMessageBatchRequestEntry>, usize) {
    let failure = |id: &str| answer.failed().iter().find(|failure| failure.id() == id);
    let mut again = Vec::new();
    let mut permanent: usize = 0;
    for entry in entries {
        // Only an entry that the answer reports as taken is certain; an entry that it does not mention is sent again.
        match failure(entry.id()) {
            None if answer.successful().iter().any(|taken| taken.id() == entry.id()) => {}
            Some(failure) if failure.sender_fault() => permanent = permanent.saturating_add(1),
            Some(_) | None => again.push(entry),
        }
    }
    (again, permanent)
}

fn entries(batch: &[Outgoing], delay_seconds: i32) -> Vec<SendMessageBatchRequestEntry> {
    batch
        .iter()
        .enumerate()
        .filter_map(|(index, message)| {
            SendMessageBatchRequestEntry::builder()
                .id(index.to_string())
                .message_body(&message.body)
                .message_group_id(&message.group)
                .set_delay_seconds((delay_seconds > 0).then_some(delay_seconds))
                .build()
                // Both required fields are set, so no entry is dropped here.
                .ok()
        })
        .collect()
}
