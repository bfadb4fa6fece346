//! The event bus over EventBridge.
//!
//! An event's `detail` is `{"version", "id", "user_id", "at", …}` and the fields of its kind, which is the
//! `detail-type`; the source is `git-report`. The bus may deliver an event twice; a receiver recognises it by `id`.

mod detail;

use app::ports::EventBus;
use async_trait::async_trait;
use aws_sdk_eventbridge::Client;
use aws_sdk_eventbridge::error::DisplayErrorContext;
use aws_sdk_eventbridge::primitives::DateTime;
use aws_sdk_eventbridge::types::{PutEventsRequestEntry, PutEventsResultEntry};
use domain::event::Event;

pub const SOURCE: &str = "git-report";

/// Events in one call (<https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html>).
const BATCH_EVENTS: usize = 10;

/// The event bus over EventBridge. A refused event is not sent again here: it stays in the outbox.
#[derive(Clone, Debug)]
pub struct EventBridgeBus {
    client: Client,
    name: String,
}

impl EventBridgeBus {
    /// The bus of this name.
    pub fn new(client: Client, name: impl Into<String>) -> Self {
        Self { client, name: name.into() }
    }

    async fn put(&self, events: &[Event]) -> Vec<bool> {
        let entries = events.iter().map(|event| self.entry(event)).collect();
        match self.client.put_events().set_entries(Some(entries)).send().await {
            Ok(answer) => {
                if answer.failed_entry_count() > 0 {
                    log_refusals(answer.entries());
                }
                // The answer's entries are in the order of the request's; an absent one counts as refused.
                let taken = answer.entries().iter().map(was_taken).chain(std::iter::repeat(false));
                taken.take(events.len()).collect()
            }
            Err(error) => {
                tracing::warn!(events = events.len(), error = %DisplayErrorContext(&error),
                    "the event bus does not answer");
                vec![false; events.len()]
            }
        }
    }

    fn entry(&self, event: &Event) -> PutEventsRequestEntry {
        PutEventsRequestEntry::builder()
            .event_bus_name(&self.name)
            .source(SOURCE)
            .detail_type(event.fact.kind().as_str())
            .detail(detail::text(event))
            .time(DateTime::from_millis(event.at.timestamp_millis()))
            .build()
    }
}

#[async_trait]
impl EventBus for EventBridgeBus {
    async fn publish(&self, events: &[Event]) -> Vec<bool> {
        let mut taken = Vec::with_capacity(events.len());
        for batch in events.chunks(BATCH_EVENTS) {
            taken.extend(self.put(batch).await);
        }
        taken
    }
}

fn was_taken(entry: &PutEventsResultEntry) -> bool {
    entry.error_code().is_none() && entry.event_id().is_some()
}

fn log_refusals(entries: &[PutEventsResultEntry]) {
    for entry in entries.iter().filter(|entry| !was_taken(entry)) {
        tracing::warn!(
            code = entry.error_code().unwrap_or_default(),
            message = entry.error_message().unwrap_or_default(),
            "the event bus refused an event"
        );
    }
}
