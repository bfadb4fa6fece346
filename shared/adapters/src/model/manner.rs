//! How a server wants to be asked: servers that call themselves compatible reject parts of a request that OpenAI takes.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// The most servers and models that are remembered: users choose their own, and a process lives long.
const REMEMBERED_MAX: usize = 1_000;

/// The manner of a request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Manner {
    pub(super) limit: Limit,
    pub(super) system: System,
    pub(super) size: Size,
}

/// What the limit on the answer's tokens is called.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Limit {
    /// The current name. Mistral rejects it, as servers do that know the older one alone.
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

/// Where the orders are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum System {
    /// In a message of the role `system`.
    #[default]
    OfItsOwn,
    /// Before the user's text: Gemma's and some older models' templates have no such role.
    BeforeTheUsers,
}

/// A part of a request that a server rejects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Quirk {
    /// The limit's name.
    Limit,
    /// How high the limit is.
    Size,
    /// The role `system`.
    System,
}

impl Quirk {
    /// What a refusal rejects, by its status and words (in lower case). Servers name the parameter in many ways, and
    /// some repeat the request: a wrong guess costs one more request that is rejected, and is not remembered.
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
    /// The manner without what was rejected; none where there is no other, or where it is one that was tried before.
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

/// Which server and which of its models: a gateway's models differ.
pub(super) type Whom = (String, String);

/// The manners that servers accepted, as long as the process lives. Clones share them.
#[derive(Clone, Debug, Default)]
pub(super) struct Manners(Arc<Mutex<HashMap<Whom, Manner>>>);

impl Manners {
    /// How to ask: as it worked before, else as OpenAI documents it.
    pub(super) fn of(&self, whom: &Whom) -> Manner {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(whom).copied().unwrap_or_default()
    }

    /// Remembers what a server accepted. Where there are too many, all are forgotten: each costs one rejected request.
    pub(super) fn remember(&self, whom: Whom, manner: Manner) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= REMEMBERED_MAX && !known.contains_key(&whom) {
            known.clear();
        }
        known.insert(whom, manner);
    }
}
