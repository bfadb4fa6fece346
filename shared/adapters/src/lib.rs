//! The ports' far sides: DynamoDB, SQS, EventBridge, git hosts, language models, webhooks.

pub mod clock;
pub mod entropy;
pub mod git;
pub mod guard;
pub mod model;
pub mod vault;
pub mod webhook;
