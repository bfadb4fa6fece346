//! The queues. They are hints: what is lost there, the due index finds again; what comes twice does no harm.

use async_trait::async_trait;
use domain::event::DeliverySubject;
use domain::id::{ConfigurationId, RunId, UserId};
use domain::instant::Instant;

/// A request to execute a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RunRequest {
    /// Whose.
    pub user: UserId,
    /// The run.
    pub run: RunId,
    /// The configuration.
    pub configuration: ConfigurationId,
    /// For a scheduled run, its fire: the run may have to be reserved yet.
    pub fire: Option<Instant>,
}

/// A request to make one delivery attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeliveryRequest {
    /// Whose.
    pub user: UserId,
    /// What is to be delivered.
    pub subject: DeliverySubject,
    /// The attempt's number, from 1.
    pub attempt: u32,
}

/// The queue did not take messages. Nothing is lost: the due index asks again.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the queue rejected {refused} of {sent} messages: {detail}")]
pub struct QueueError {
    /// Messages that were to be sent.
    pub sent: usize,
    /// Messages that were not taken.
    pub refused: usize,
    /// For the log.
    pub detail: String,
}

/// Requests to execute runs.
#[async_trait]
pub trait RunQueue: Send + Sync {
    /// Sends requests, any number of them.
    async fn request_runs(&self, requests: &[RunRequest]) -> Result<(), QueueError>;
}

/// Requests to deliver.
#[async_trait]
pub trait DeliveryQueue: Send + Sync {
    /// Sends requests that are due after `delay_seconds`, 900 at most.
    async fn request_deliveries(&self, requests: &[DeliveryRequest], delay_seconds: u32) -> Result<(), QueueError>;
}
