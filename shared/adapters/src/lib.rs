//! The implementations of the ports: DynamoDB, SQS, EventBridge, git hosts, language models, webhooks, e-mail.

pub mod boot;
pub mod clock;
pub mod dynamodb;
pub mod entropy;
pub mod eventbridge;
pub mod git;
pub mod guard;
pub mod mail;
pub mod model;
mod page;
pub mod secrets;
mod signed;
pub mod sqs;
pub mod tenants;
pub mod vault;
pub mod webhook;
pub mod wiring;
