//! The ports' far sides: DynamoDB, SQS, EventBridge, git hosts, language models, webhooks.
pub mod boot;
pub mod eventbridge;
pub mod sqs;
