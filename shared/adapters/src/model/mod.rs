//! Language models: [`OpenAiCompatible`] speaks the chat completions that most providers and local servers understand;
//! [`NoModel`] stands for a deployment that has none; [`Providers`] asks the deployment's or an account's own;
//! [`ModelLists`] says which models they have.
//!
//! In reading order: `openai` asks; `wire` is the request, in the `manner` that its server accepts; `completion` reads
//! the answer, its `usage`, what can be read of one that is damaged (`salvage`) or comes as a `stream`; `refusal`
//! judges the errors. An answer is paid for: whatever it is, it is read as far as it goes, and no one asks again.

mod catalog;
mod completion;
mod key;
mod manner;
mod none;
mod openai;
mod providers;
mod refusal;
mod salvage;
mod stream;
mod usage;
mod wire;

pub use catalog::ModelLists;
pub use key::ModelKey;
pub use none::NoModel;
pub use openai::OpenAiCompatible;
pub use providers::Providers;
