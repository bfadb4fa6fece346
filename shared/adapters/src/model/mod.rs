//! Language models: [`OpenAiCompatible`] speaks the chat completions that most providers and local servers understand;
//! [`NoModel`] is the writer of a deployment without a model; [`Providers`] asks the deployment's or an account's own;
//! [`ModelLists`] lists their models.
//!
//! In reading order: `openai` sends; `wire` is the request, in the variant (`manner`) that its server accepts;
//! `decode` unpacks the body; `completion` parses the answer, its `usage`, and answers that are damaged (`salvage`),
//! end early (`cut`) or are a `stream`; `refusal` interprets the errors. An answer is paid for: it is read as far as
//! possible, and never requested twice.

mod catalog;
mod completion;
mod cut;
mod decode;
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
pub use none::NoModel;
pub use openai::OpenAiCompatible;
pub use providers::Providers;
