//! The variants of a request: servers that call themselves compatible reject parts of a request that OpenAI takes.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// The most servers and models that are remembered: users choose their own, and a process lives long.
const REMEMBERED_MAX: usize = 1_000;

/// The variant of a request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Manner {
    pub(super) limit: Limit,
    pub(super) system: System,
    pub(super) size: Size,
}

/// The name of the limit on the answer's tokens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Limit {
    /// The current name. Mistral rejects it, as do servers that know only the older one.
    #[default]
    MaxCompletionTokens,
    /// The older name. OpenAI's reasoning models reject it.
    MaxTokens,
}

/// How high the limit is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Size {
    /// As high as it is set.
    #[default]
    Whole,
    /// A quarter of it: vLLM and others reject a limit that, with the prompt, exceeds a small model's context.
    Quarter,
}

/// Where the instructions are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum System {
    #[default]
    OfItsOwn,
    /// Before the user's text: the templates of Gemma and of some older models have no role `system`.
    BeforeTheUsers,
}

/// A part of a request that a server rejects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Quirk {
    Limit,
    Size,
    System,
}

impl Quirk {
    /// The rejected part, by a refusal's status and its words in lower case. Servers name the parameter in many ways,
    /// and some repeat the request: a wrong guess costs one more rejected request, and is not remembered.
    pub(super) fn named_by(status: u16, words: &str) -> Option<Self> {
        let has = |some: &[&str]| some.iter().any(|word| words.contains(word));
        let no_system =
            ["system role", "role 'system'", "role \"system\"", "roles must alternate", "developer instruction"];
        match status {
            400 | 422 if has(&["max_completion_tokens", "max_tokens", "in the completion"]) => {
                let by_size = [
                    "too large",
                    "at most",
                    "less than or equal",
                    "exceeds",
                    "maximum context length",
                    "in the completion",
                ];
                Some(if has(&by_size) { Self::Size } else { Self::Limit })
            }
            400 | 422 | 500 if has(&no_system) => Some(Self::System),
            400 | 422 if has(&["system"]) && has(&["role", "messages[0]"]) => Some(Self::System),
            422 => Some(Self::Limit),
            _ => None,
        }
    }
}

impl Manner {
    /// The variant without the rejected part; `None` if no other exists, or it was tried before.
    pub(super) fn without(self, quirk: Quirk, tried: &[Self]) -> Option<Self> {
        let other = match (quirk, self) {
            (Quirk::Limit, Self { limit: Limit::MaxCompletionTokens, .. }) => Self { limit: Limit::MaxTokens, ..self },
            (Quirk::Limit, Self { limit: Limit::MaxTokens, .. }) => Self { limit: Limit::MaxCompletionTokens, ..self },
            (Quirk::System, Self { system: System::OfItsOwn, .. }) => Self { system: System::BeforeTheUsers, ..self },
            (Quirk::Size, Self { size: Size::Whole, .. }) => Self { size: Size::Quarter, ..self },
            (Quirk::Size, Self { size: Size::Quarter, .. })
            | (Quirk::System, Self { system: System::BeforeTheUsers, .. }) => return None,
        };
        (!tried.contains(&other)).then_some(other)
    }
}

/// A server and one of its models: a gateway's models differ.
pub(super) type ServerModel = (String, String);

/// The variants that servers accepted, as long as the process lives. Clones share them.
#[derive(Clone, Debug, Default)]
pub(super) struct Manners(Arc<Mutex<HashMap<ServerModel, Manner>>>);

impl Manners {
    /// The variant that worked before, else the one that OpenAI documents.
    pub(super) fn of(&self, server_model: &ServerModel) -> Manner {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(server_model).copied().unwrap_or_default()
    }

    /// Remembers what a server accepted. When too many are known, all are forgotten: each costs one rejected request.
    pub(super) fn remember(&self, server_model: ServerModel, manner: Manner) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= REMEMBERED_MAX && !known.contains_key(&server_model) {
            known.clear();
        }
        known.insert(server_model, manner);
    }
}
