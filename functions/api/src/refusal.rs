//! The problems of repositories and configurations that can't be created, edited, deleted or read.

use crate::deletion::closed;
use crate::problem::{Code, FieldError, Problem, sentence};
use app::holdings::{KeepError, ModelRefusal};
use app::ports::{GitError, GitFailure, VaultError};

/// The problem of a refusal. `what` is the name of the record type in the answer.
pub(crate) fn refused(what: &str, error: KeepError) -> Problem {
    let detail = sentence(&error.to_string());
    match error {
        KeepError::NotFound => Problem::not_found(what),
        KeepError::AccountClosed => closed(detail),
        KeepError::Changed { .. } => Problem::new(Code::PreconditionFailed, detail),
        KeepError::RepositoriesReached { .. }
        | KeepError::ConfigurationsReached { .. }
        | KeepError::TooOften { .. }
        | KeepError::NoOwnModel => Problem::new(Code::PlanLimitReached, detail),
        KeepError::RepositoryExists { .. } => Problem::new(Code::RepositoryExists, detail),
        KeepError::Model(ModelRefusal::Unreachable { .. }) | KeepError::OwnModel(ModelRefusal::Unreachable { .. }) => {
            Problem::new(Code::LlmUnavailable, detail)
        }
        KeepError::SecretsInUse(_) => Problem::new(Code::SigningSecretsInUse, detail),
        KeepError::NoNotificationWebhook => Problem::new(Code::Conflict, detail),
        KeepError::MadeAndDeleted => Problem::new(Code::IdempotencyResultDeleted, detail),
        KeepError::KeyReused => Problem::new(Code::IdempotencyKeyReused, detail),
        KeepError::Vault(error) => vault_problem(&error),
        KeepError::Store(error) => error.into(),
        invalid => Problem::validation(vec![refused_member(&invalid, detail)]),
    }
}

/// The member of the body because of which it is refused.
fn refused_member(error: &KeepError, detail: String) -> FieldError {
    match error {
        KeepError::NoRepository => FieldError::at("repository_id", detail),
        KeepError::NoListedRepository { .. } => FieldError::at("repositories", detail),
        KeepError::Inside(_) => FieldError::at("url", detail),
        KeepError::TokenOfAnotherHost => FieldError::at("token", detail),
        KeepError::HeadersOfAnotherHost | KeepError::HeadersWithoutWebhook => FieldError::at("webhook_headers", detail),
        KeepError::HeaderWithoutValue(name) => FieldError::within("webhook_headers", name.as_str(), detail),
        KeepError::NoMail => FieldError::at("notification_email", detail),
        KeepError::Model(_) => FieldError::at("model", detail),
        KeepError::KeyOfAnotherHost => FieldError::within("model", "api_key", detail),
        KeepError::ModelInside(_) => FieldError::within("model", "base_url", detail),
        KeepError::OwnModel(_) => FieldError::within("model", "model", detail),
        // These have codes of their own, and don't come here. Without a catch-all arm, a new error must be sorted in.
        KeepError::NotFound
        | KeepError::AccountClosed
        | KeepError::Changed { .. }
        | KeepError::RepositoriesReached { .. }
        | KeepError::ConfigurationsReached { .. }
        | KeepError::TooOften { .. }
        | KeepError::NoOwnModel
        | KeepError::RepositoryExists { .. }
        | KeepError::SecretsInUse(_)
        | KeepError::NoNotificationWebhook
        | KeepError::MadeAndDeleted
        | KeepError::KeyReused
        | KeepError::Vault(_)
        | KeepError::Store(_) => FieldError { pointer: String::new(), detail },
    }
}

/// The problem of a repository that can't be read from its git host.
pub(crate) fn git_problem(error: &GitError) -> Problem {
    let detail = error.message.as_str();
    match error.failure {
        GitFailure::NotFound => Problem::new(Code::RepositoryNotFound, detail),
        GitFailure::TokenInvalid => Problem::new(Code::TokenInvalid, detail),
        GitFailure::RateLimited { retry_after } => Problem::git_rate_limited(detail, retry_after),
        GitFailure::Unavailable | GitFailure::Refused | GitFailure::Forbidden => {
            Problem::new(Code::RepositoryUnreachable, detail)
        }
    }
}

/// The problem of a secret that can't be opened.
pub(crate) fn vault_problem(error: &VaultError) -> Problem {
    match error {
        VaultError::Unavailable(cause) => Problem::unavailable(cause),
        VaultError::DoesNotOpen | VaultError::OtherVault { .. } | VaultError::Refused(_) => {
            Problem::internal(&error.to_string())
        }
    }
}
