//! The queues. A message is only a hint: the due index repeats a lost one, and a duplicate does no harm.

use super::proxy::port;
use domain::delivery::Lane;
use domain::event::DeliverySubject;
use domain::id::{ConfigurationId, RunId, UserId};
use domain::instant::Instant;

/// A request to execute a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RunRequest {
    pub user: UserId,
    pub run: RunId,
    pub configuration: ConfigurationId,
    /// For a scheduled run, which may not be reserved yet.
    pub fire: Option<Instant>,
}

/// A request to make one delivery attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeliveryRequest {
    pub user: UserId,
    pub subject: DeliverySubject,
    /// From 1.
    pub attempt: u32,
    /// The queue that carries the request. The worker moves a request of the standard lane whose endpoint is slow, so
    /// that a sender need not know it.
    pub lane: Lane,
    /// Whether the attempt has its place in the rate of its endpoint already.
    pub paced: bool,
}

impl DeliveryRequest {
    /// A request for an attempt, in the standard lane.
    #[must_use]
    pub fn of(user: UserId, subject: DeliverySubject, attempt: u32) -> Self {
        Self { user, subject, attempt, lane: Lane::Standard, paced: false }
    }

    /// The same in this lane.
    #[must_use]
    pub fn in_lane(self, lane: Lane) -> Self {
        Self { lane, ..self }
    }
}

/// The queue did not accept messages. Nothing is lost: the due index repeats them. `detail` is for the log.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the queue rejected {refused} of {sent} messages: {detail}")]
pub struct QueueError {
    pub sent: usize,
    pub refused: usize,
    pub detail: String,
}

port! {
    /// Requests to execute runs.
    pub trait RunQueue;

    /// Sends any number of requests.
    async fn request_runs(&self, requests: &[RunRequest]) -> Result<(), QueueError>;
}

port! {
    /// Requests to deliver.
    pub trait DeliveryQueue;

    /// Sends requests that are due after `delay_seconds`, at most 900.
    async fn request_deliveries(&self, requests: &[DeliveryRequest], delay_seconds: u32) -> Result<(), QueueError>;
}
