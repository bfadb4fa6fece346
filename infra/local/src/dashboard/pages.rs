//! What is shown while there is no dashboard: plain pages without scripts and styles, which the strict headers refuse.

use super::Absence;
use super::build::Log;
use super::sources::Sources;
use crate::stack::receiver::escaped;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};

/// How often a page loads itself again while the dashboard is being built, in seconds.
const RELOAD_SECONDS: u32 = 2;

/// The commands that build the dashboard by hand.
const BY_HAND: &str = "npm ci &amp;&amp; npm run build";

/// The progress of the build. The page loads itself again until it is the dashboard.
pub(super) fn building(log: &Log) -> Response {
    let (step, lines) = log.last();
    let step = if step.is_empty() { "Looking for the dashboard".to_owned() } else { step };
    let body = format!(
        "<p>{} …</p>{}<p>This page loads itself again every {RELOAD_SECONDS} seconds. The HTTP API works \
         meanwhile.</p>",
        escaped(&step),
        output(&lines),
    );
    let mut answer = page("The dashboard is being built", &body, Some(RELOAD_SECONDS));
    answer.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(RELOAD_SECONDS));
    answer
}

/// Why there is no dashboard, and how to get it.
pub(super) fn absent(why: &Absence, sources: &Sources) -> Response {
    let folder = escaped(&sources.folder().display().to_string());
    let body = match why {
        Absence::NotWanted => {
            "<p>This start serves no dashboard. Start without <code>--no-dashboard</code>.</p>".to_owned()
        }
        Absence::NoSources => format!(
            "<p>The folder of its sources, <code>{folder}</code>, does not exist. Start the program in its checkout \
             with <code>cargo run</code>, or name the folder with <code>--web-dir</code>.</p>"
        ),
        Absence::NoNode(reason) => format!(
            "<p>{}. Install <a href=\"https://nodejs.org\">Node</a> 20.19 or later and start again: the dashboard is \
             then built by itself, which takes about a minute once.</p><p>Or build it on another machine, with \
             <code>{BY_HAND}</code> in <code>web/</code>, copy its <code>dist</code> to <code>{folder}/dist</code>, \
             and load this page again.</p>",
            escaped(reason),
        ),
        Absence::Failed(failure) => format!(
            "<p>The build failed: <code>{}</code></p>{}<p>Correct the cause and start again; or run \
             <code>{BY_HAND}</code> in <code>{folder}</code>, and load this page again.</p>",
            escaped(&failure.what),
            output(&failure.lines),
        ),
    };
    let rest =
        "<p>Everything else works: the HTTP API is described at <a href=\"/openapi.json\">/openapi.json</a>.</p>";
    page("The dashboard is not available", &(body + rest), None)
}

/// The same in one line, for the terminal.
pub(super) fn line(why: &Absence, sources: &Sources, address: &str) -> String {
    match why {
        Absence::NotWanted => "No dashboard is served (--no-dashboard)".to_owned(),
        Absence::NoSources => {
            format!("No dashboard is served: the folder '{}' does not exist (--web-dir)", sources.folder().display())
        }
        Absence::NoNode(reason) => format!("No dashboard is served: {reason}. {address} says how to get it"),
        Absence::Failed(failure) => format!("The build of the dashboard failed ({}): see {address}", failure.what),
    }
}

fn output(lines: &[String]) -> String {
    if lines.is_empty() { String::new() } else { format!("<pre>{}</pre>", escaped(&lines.join("\n"))) }
}

/// A page that is no dashboard: 503, so that a script that waits for the dashboard sees it.
fn page(title: &str, body: &str, reload_seconds: Option<u32>) -> Response {
    let reload = reload_seconds.map(|seconds| format!("<meta http-equiv=\"refresh\" content=\"{seconds}\">"));
    let html = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"><meta name=\"color-scheme\" content=\"light dark\">\
         {}<title>{title}</title><main><h1>{title}</h1>{body}</main>",
        reload.unwrap_or_default(),
    );
    (StatusCode::SERVICE_UNAVAILABLE, [(header::CACHE_CONTROL, "no-store")], Html(html)).into_response()
}
