//! The ports' far sides: DynamoDB, SQS, EventBridge, git hosts, language models, webhooks.

pub mod dynamodb;
