//! The kinds of problems. One entry has all that is known of a kind: its code, status and title, and the text of its
//! page.

use axum::http::StatusCode;

macro_rules! codes {
    ($(
        $name:ident: $code:literal, $status:ident, $title:literal {
            meaning: $meaning:literal,
            remedy: $remedy:literal,
        }
    )+) => {
        /// Every code of a problem. Codes are stable: clients act on them.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Code { $($name),+ }

        impl Code {
            /// Every code.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// The code in bodies, `SCREAMING_SNAKE`.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $code),+ }
            }

            /// The HTTP status of every problem with this code.
            #[must_use]
            pub fn status(self) -> StatusCode {
                match self { $(Self::$name => StatusCode::$status),+ }
            }

            /// The `title` of every problem with this code.
            #[must_use]
            pub fn title(self) -> &'static str {
                match self { $(Self::$name => $title),+ }
            }

            /// What happened, for people.
            pub(crate) fn meaning(self) -> &'static str {
                match self { $(Self::$name => $meaning),+ }
            }

            /// What to do, for people.
            pub(crate) fn remedy(self) -> &'static str {
                match self { $(Self::$name => $remedy),+ }
            }
        }
    };
}

impl Code {
    /// The problem's `type`: a stable path, whose page explains the problem.
    #[must_use]
    pub fn path(self) -> String {
        format!("/problems/{}", self.as_str().to_ascii_lowercase().replace('_', "-"))
    }
}

codes! {
    Unauthorized: "UNAUTHORIZED", UNAUTHORIZED, "A valid access token is required" {
        meaning: "The request has no access token, or one that is expired or invalid.",
        remedy: "Sign in again and send the new token as 'Authorization: Bearer …'. The header WWW-Authenticate \
                 says what is wrong with the token.",
    }
    Forbidden: "FORBIDDEN", FORBIDDEN, "Not allowed" {
        meaning: "The token is valid, but its user may not do this: it is for administrators, or the account is \
                  closed.",
        remedy: "Ask an administrator.",
    }
    NotFound: "NOT_FOUND", NOT_FOUND, "Not found" {
        meaning: "The record does not exist, was deleted, or belongs to another user.",
        remedy: "Check the id or the path.",
    }
    ValidationFailed: "VALIDATION_FAILED", UNPROCESSABLE_ENTITY, "The request has invalid values" {
        meaning: "One or more values of the body, the query or the headers are missing, unknown or wrong.",
        remedy: "Correct the values that 'errors' names by their pointers, and send the request again.",
    }
    MalformedJson: "MALFORMED_JSON", BAD_REQUEST, "The body is not valid JSON" {
        meaning: "The body is not valid JSON.",
        remedy: "Correct the body. No key may appear twice in an object.",
    }
    InvalidCursor: "INVALID_CURSOR", BAD_REQUEST, "The cursor is invalid for this query" {
        meaning: "The cursor was changed, or comes from a list with other filters.",
        remedy: "Send the 'next_cursor' of a page as it is and with the same filters, or start again without a \
                 cursor.",
    }
    PayloadTooLarge: "PAYLOAD_TOO_LARGE", PAYLOAD_TOO_LARGE, "The body is too large" {
        meaning: "The body has more than 256 KiB.",
        remedy: "Send a smaller body.",
    }
    UnsupportedMediaType: "UNSUPPORTED_MEDIA_TYPE", UNSUPPORTED_MEDIA_TYPE,
        "The media type or encoding is not supported" {
        meaning: "The body is not declared as JSON, or it is compressed.",
        remedy: "Send JSON with 'Content-Type: application/json' and without 'Content-Encoding'.",
    }
    MethodNotAllowed: "METHOD_NOT_ALLOWED", METHOD_NOT_ALLOWED, "The method is not allowed here" {
        meaning: "The path exists, but not with this method.",
        remedy: "Use a method that the header Allow names.",
    }
    Conflict: "CONFLICT", CONFLICT, "The record's state doesn't allow this" {
        meaning: "The record's state doesn't allow this: for example, a run that has ended can't be cancelled.",
        remedy: "Read the record, and decide again.",
    }
    WebhookDisabled: "WEBHOOK_DISABLED", CONFLICT, "The webhook is disabled" {
        meaning: "The webhook is disabled, because it did not take messages. Nothing is sent to it, and its schedule \
                  is paused.",
        remedy: "Send a test report, change the address, or enable the webhook with POST \
                 /report-configurations/{id}/enable. Then repeat the request.",
    }
    RepositoryExists: "REPOSITORY_EXISTS", CONFLICT, "The repository exists already" {
        meaning: "The account has this repository already, under the same address.",
        remedy: "Use the repository that exists: 'detail' names it.",
    }
    IdempotencyKeyReused: "IDEMPOTENCY_KEY_REUSED", CONFLICT, "The idempotency key was already used" {
        meaning: "The Idempotency-Key was used within 24 hours for a request with another path or body.",
        remedy: "Use a new key for each new request, and the same key only to repeat one.",
    }
    IdempotencyResultDeleted: "IDEMPOTENCY_RESULT_DELETED", CONFLICT, "The result of the idempotency key was deleted" {
        meaning: "The Idempotency-Key repeats a request whose result was deleted since.",
        remedy: "Use a new key to make it again.",
    }
    IdempotencyKeyInUse: "IDEMPOTENCY_KEY_IN_USE", CONFLICT, "The idempotency key is in use" {
        meaning: "The first request with this Idempotency-Key has not ended.",
        remedy: "Wait for its answer, or repeat this request with the same key later.",
    }
    SigningSecretsInUse: "SIGNING_SECRETS_IN_USE", CONFLICT, "All signing secrets are in use" {
        meaning: "A replaced signing secret signs for 24 hours more. The secret was replaced so often within a day \
                  that five secrets sign, which is the limit, and a new one would end the oldest before its time.",
        remedy: "Rotate again after the instant that 'detail' names. If the oldest secret may stop signing at once, \
                 send 'force=true'.",
    }
    UsageLimitExceeded: "USAGE_LIMIT_EXCEEDED", TOO_MANY_REQUESTS, "The monthly limit is reached" {
        meaning: "The plan's reports of this month are used up.",
        remedy: "Wait until 'resets_at', or ask for a larger plan. Scheduled reports continue by themselves then, \
                 and nothing is lost.",
    }
    UncountedRunsExceeded: "UNCOUNTED_RUNS_EXCEEDED", TOO_MANY_REQUESTS, "Too many uncounted runs this month" {
        meaning: "Too many runs of this month ended without a counted report: tests, failures, and reports without \
                  the model.",
        remedy: "Wait until 'resets_at', or ask for a larger plan. Look for what makes the runs fail.",
    }
    SlotsInUse: "SLOTS_IN_USE", TOO_MANY_REQUESTS, "Running reports hold the last free slots" {
        meaning: "Reports that are being written hold the last places of this month's limit.",
        remedy: "Try again after 'Retry-After' seconds.",
    }
    RateLimited: "RATE_LIMITED", TOO_MANY_REQUESTS, "Too many requests" {
        meaning: "The account has asked for too many redeliveries, recoveries and tests within a short time.",
        remedy: "Try again after 'Retry-After' seconds.",
    }
    PlanLimitReached: "PLAN_LIMIT_REACHED", FORBIDDEN, "The plan's limit is reached" {
        meaning: "The plan allows no more records of this kind, or no schedule that is this frequent.",
        remedy: "Delete a record, choose a less frequent schedule, or ask for a larger plan.",
    }
    PreconditionFailed: "PRECONDITION_FAILED", PRECONDITION_FAILED, "The record has changed" {
        meaning: "The record was changed since it was read: its version is not the one that If-Match names.",
        remedy: "Read it again, and repeat the change.",
    }
    RepositoryUnreachable: "REPOSITORY_UNREACHABLE", BAD_GATEWAY, "The git host can't be reached" {
        meaning: "The git host can't be reached, or refuses access.",
        remedy: "Try again later. If it persists, check the address, the token and the host's status page.",
    }
    RepositoryNotFound: "REPOSITORY_NOT_FOUND", UNPROCESSABLE_ENTITY, "The repository was not found" {
        meaning: "The git host does not know the repository, or the token may not read it.",
        remedy: "Check the address of the repository, and the token's access.",
    }
    TokenInvalid: "TOKEN_INVALID", UNPROCESSABLE_ENTITY, "The git host refused the access token" {
        meaning: "The git host refused the repository's access token.",
        remedy: "Create a token that may read the repository, and set it on the repository.",
    }
    EmailCodesExceeded: "EMAIL_CODES_EXCEEDED", TOO_MANY_REQUESTS, "Too many codes were sent" {
        meaning: "Five codes to confirm an e-mail address were sent for the account within 24 hours.",
        remedy: "Enter the code that was sent last, or ask for another one after 'Retry-After' seconds.",
    }
    GitRateLimited: "GIT_RATE_LIMITED", SERVICE_UNAVAILABLE, "The git host's rate limit is reached" {
        meaning: "The git host limits requests and asks to wait.",
        remedy: "Try again after 'Retry-After' seconds. A repository with a token has a higher limit.",
    }
    LlmUnavailable: "LLM_UNAVAILABLE", BAD_GATEWAY, "The language model is unavailable" {
        meaning: "The language model is unavailable.",
        remedy: "Try again later.",
    }
    ServiceUnavailable: "SERVICE_UNAVAILABLE", SERVICE_UNAVAILABLE, "Temporarily unavailable" {
        meaning: "Something that the service needs does not answer.",
        remedy: "Try again after 'Retry-After' seconds, with the same Idempotency-Key.",
    }
    Internal: "INTERNAL", INTERNAL_SERVER_ERROR, "Internal error" {
        meaning: "The service has a fault.",
        remedy: "Try again. If it persists, report the 'request_id'.",
    }
}
