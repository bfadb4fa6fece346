//! `GET /problems/{code}`: the page to which the `type` of a problem leads: what happened and what to do.

use crate::routes::prelude::{Answer, Api, Arc, Code, HeaderValue, IntoResponse, NoParameters, Problem, State, header};
use axum::extract::Path;

/// The page loads no resource and runs no script.
const POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// What a kind of problem means, and what to do about it.
///
/// The `type` of every problem leads to its page.
#[utoipa::path(
    get,
    path = "/problems/{code}",
    operation_id = "explainProblem",
    security(()),
    params(
        (
            "code" = String,
            Path,
            description = "The last part of a problem's `type`, or its `code`.",
            example = "usage-limit-exceeded",
        ),
    ),
    responses((status = 200, description = "A page for people.", body = String, content_type = "text/html")),
)]
pub(crate) async fn problem(
    State(api): State<Arc<Api>>,
    _: NoParameters,
    path: Result<Path<String>, axum::extract::rejection::PathRejection>,
) -> Answer {
    // The code itself, as it is in bodies, leads to the page too.
    let name = path.map(|Path(text)| text.to_ascii_lowercase().replace('_', "-")).unwrap_or_default();
    let code = Code::ALL.iter().copied().find(|code| code.path() == format!("/problems/{name}"));
    let code = code.ok_or_else(|| Problem::not_found("kind of problem"))?;
    let mut answer = page(code, &api.settings.base_path).into_response();
    let headers = answer.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    Ok(answer)
}

/// The page contains no text of a caller.
fn page(code: Code, base: &str) -> String {
    let (title, name, status) = (code.title(), code.as_str(), code.status().as_u16());
    let (meaning, remedy) = (code.meaning(), code.remedy());
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<title>{title} ({name})</title>\n\
         <style>body {{ font: 1rem/1.5 system-ui, sans-serif; max-width: 40rem; margin: 3rem auto; \
         padding: 0 1rem }}</style>\n\
         </head>\n<body>\n<h1>{title}</h1>\n<p><code>{name}</code>, HTTP status {status}</p>\n\
         <h2>What it means</h2>\n<p>{meaning}</p>\n<h2>What to do</h2>\n<p>{remedy}</p>\n\
         <p>The response's <code>detail</code> states what happened in this case, and its <code>request_id</code> \
         finds it in the logs. All problems: <a href=\"{base}/openapi.json\">openapi.json</a>.</p>\n</body>\n</html>\n"
    )
}
