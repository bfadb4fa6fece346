//! Chat completions as they are sent.

use super::manner::{Limit, Manner, Size, System};
use app::ports::ModelRequest;
use serde::Serialize;

/// The body of a request.
#[derive(Serialize)]
pub(super) struct Ask<'a> {
    model: &'a str,
    messages: Vec<Message<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_completion_tokens: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_tokens: Option<u32>,
}

#[derive(Serialize)]
struct Message<'a> {
    role: &'static str,
    content: std::borrow::Cow<'a, str>,
}

impl<'a> Ask<'a> {
    /// The request for a text, in the variant of its server. Newer models reject a temperature, so it has none.
    pub(super) fn new(request: &'a ModelRequest, tokens_max: u32, manner: Manner) -> Self {
        let (system, user) = (request.prompt.system.as_str(), request.prompt.user.as_str());
        let messages = match manner.system {
            System::OfItsOwn => {
                vec![Message { role: "system", content: system.into() }, Message { role: "user", content: user.into() }]
            }
            System::BeforeTheUsers => vec![Message { role: "user", content: format!("{system}\n\n{user}").into() }],
        };
        let tokens_max = match manner.size {
            Size::Whole => tokens_max,
            Size::Quarter => tokens_max / 4,
        };
        Self {
            model: &request.model,
            messages,
            max_completion_tokens: (manner.limit == Limit::MaxCompletionTokens).then_some(tokens_max),
            max_tokens: (manner.limit == Limit::MaxTokens).then_some(tokens_max),
        }
    }
}
