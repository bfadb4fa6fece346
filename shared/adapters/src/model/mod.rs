//! Language models: [`OpenAiCompatible`] speaks the chat completions that most providers and local servers understand;
//! [`NoModel`] stands for a deployment that has none; [`Providers`] asks the deployment's or an account's own;
//! [`ModelLists`] says which models they have.

mod catalog;
mod key;
mod none;
mod openai;
mod providers;
mod refusal;
mod wire;

pub use catalog::ModelLists;
pub use key::ModelKey;
pub use none::NoModel;
pub use openai::OpenAiCompatible;
pub use providers::Providers;
