//! Why a repository or a configuration can't be made, edited or deleted, for its caller.

use crate::problem::{Code, FieldError, Problem};
use app::holdings::KeepError;
use app::ports::VaultError;

/// The problem of a refusal. `what` is the thing, as people call it.
pub(crate) fn refused(what: &str, error: KeepError) -> Problem {
    let detail = sentence(&error.to_string());
    match error {
        KeepError::NotFound => Problem::not_found(what),
        KeepError::Changed { .. } => Problem::new(Code::PreconditionFailed, detail),
        KeepError::RepositoriesReached { .. }
        | KeepError::ConfigurationsReached { .. }
        | KeepError::TooOften { .. }
        | KeepError::NoOwnModel => Problem::new(Code::PlanLimitReached, detail),
        KeepError::NoRepository => Problem::validation(vec![FieldError::at("repository_id", detail)]),
        KeepError::TokenOfAnotherHost => Problem::validation(vec![FieldError::at("token", detail)]),
        KeepError::KeyOfAnotherHost => Problem::validation(vec![FieldError::within("model", "api_key", detail)]),
        KeepError::Address(_) => Problem::validation(vec![FieldError::within("model", "base_url", detail)]),
        KeepError::KeyReused => Problem::new(Code::IdempotencyKeyReused, detail),
        KeepError::Vault(VaultError::Unavailable(cause)) => Problem::unavailable(&cause),
        KeepError::Vault(error) => Problem::internal(&error.to_string()),
        KeepError::Store(error) => error.into(),
    }
}

fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| format!("{}{}.", first.to_uppercase(), letters.as_str()))
}
