//! The confirmation of the e-mail address for notices: `POST /users/profile/email-code` sends a code to it, and
//! `POST /users/profile/confirm-email` takes the code back.

use super::profile::{ProfileBody, answer};
use crate::request::Line;
use crate::routes::prelude::{
    Answer, Call, Code, FieldError, Instant, JsonBody, NoParameters, Problem, closed, examples, request_body,
};
use app::accounts::EmailError;
use domain::account::EmailCode;

/// The longest text that is accepted as a code, in characters: a code has 14, and may be written with spaces.
const ENTERED_CHARS_MAX: usize = 40;

request_body! {
    /// The request body.
    pub(crate) struct ConfirmEmailRequestBody {
        /// The code that was sent to the address last. Case, spaces and hyphens don't matter.
        code: Line<ENTERED_CHARS_MAX>,
    }
    example: examples::confirm_email_request();
}

/// Sends a code to the profile's e-mail address.
///
/// The code is valid for an hour, and the one before is not valid any more. At most five codes are sent in 24 hours,
/// whatever the addresses; one that could not be sent because of an outage does not count. A confirmed address gets
/// none.
#[utoipa::path(
    post,
    path = "/users/profile/email-code",
    operation_id = "sendEmailCode",
    responses((status = 200, description = "The profile in its current state.", body = ProfileBody)),
    extensions(("x-problems" = json!(["CONFLICT", "FORBIDDEN", "EMAIL_CODES_EXCEEDED"]))),
)]
pub(crate) async fn send_code(Call(api, caller): Call, _: NoParameters) -> Answer {
    let sent = api.verbs.confirm_email.send_code(caller.user).await;
    Ok(answer(&sent.map_err(|error| refused(error, api.clock.now()))?))
}

/// Confirms the profile's e-mail address with the code that was sent to it.
///
/// Notices are sent to a confirmed address only. A code can be entered wrongly five times. An address that is confirmed
/// stays so until another one is set.
#[utoipa::path(
    post,
    path = "/users/profile/confirm-email",
    operation_id = "confirmEmail",
    request_body(content = ConfirmEmailRequestBody, content_type = "application/json"),
    responses((status = 200, description = "The profile in its current state.", body = ProfileBody)),
    extensions(("x-problems" = json!(["CONFLICT", "FORBIDDEN"]))),
)]
pub(crate) async fn confirm(
    Call(api, caller): Call,
    _: NoParameters,
    body: JsonBody<ConfirmEmailRequestBody>,
) -> Answer {
    let code = EmailCode::entered(&body.value.code.0);
    let confirmed = api.verbs.confirm_email.confirm(caller.user, &code).await;
    Ok(answer(&confirmed.map_err(|error| refused(error, api.clock.now()))?))
}

fn refused(error: EmailError, now: Instant) -> Problem {
    let detail = error.to_string();
    match error {
        EmailError::AccountClosed => closed(detail),
        EmailError::NoMail | EmailError::NoAddress | EmailError::Refused => Problem::new(Code::Conflict, detail),
        EmailError::CodesReached { at } => Problem::email_codes_exceeded(at, now, detail),
        EmailError::Unavailable => Problem::new(Code::ServiceUnavailable, detail).with_retry(),
        EmailError::Code(_) | EmailError::Wrong { .. } => Problem::validation(vec![FieldError::at("code", detail)]),
        EmailError::Store(error) => error.into(),
    }
}
