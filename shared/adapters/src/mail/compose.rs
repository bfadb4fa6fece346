//! The subject and the two forms of an e-mail.
//!
//! Names of configurations and repositories are a user's own text; the HTML shows them as text.

use crate::page;
use app::ports::MailBody;
use domain::account::EmailCode;
use domain::notice::{Matter, Notice};
use url::Url;

/// The longest subject, in characters.
const SUBJECT_CHARS_MAX: usize = 200;

/// An e-mail in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Composed {
    pub subject: String,
    pub text: String,
    pub html: String,
}

/// What an e-mail says. A notice links to its run or its report configuration if `public_url`, the address of this
/// deployment for its users, is set.
#[must_use]
pub fn compose(body: &MailBody, public_url: Option<&Url>) -> Composed {
    match body {
        MailBody::Notice(notice) => of_notice(notice, public_url),
        MailBody::Code(code) => of_code(code),
    }
}

const STOP: &str = "You get this e-mail because this address is set for notices in your git-report profile. To stop \
                    it, remove 'notification_email' from the profile, or add this type to 'muted_notices'";

fn of_notice(notice: &Notice, public_url: Option<&Url>) -> Composed {
    let (title, said) = (notice.title(), notice.text());
    let stop = format!("{STOP}: {}.", notice.matter.kind().as_str());
    let link = public_url.and_then(|base| link(notice, base));
    let shown = link.as_ref().map(|link| format!("{link}\n\n")).unwrap_or_default();
    let anchor = link.as_ref().map(|link| format!("<p><a href=\"{0}\">{0}</a></p>", escaped(link))).unwrap_or_default();
    Composed {
        subject: subject(&title),
        text: format!("{said}\n\n{shown}-- \n{stop}\n"),
        html: document(&format!(
            "<h1>{}</h1><p>{}</p>{anchor}<hr><p>{}</p>",
            escaped(&title),
            escaped(&said),
            escaped(&stop)
        )),
    }
}

fn of_code(code: &EmailCode) -> Composed {
    let code = code.text();
    let why = "Someone has set this address for the notices of a git-report account. If it was not you, ignore this \
               e-mail: without the code, nothing more is sent to you.";
    Composed {
        subject: "Confirm your e-mail address for git-report".to_owned(),
        text: format!("The code is {code}. It is valid for an hour.\n\n{why}\n"),
        html: document(&format!("<p>The code is <b>{code}</b>. It is valid for an hour.</p><p>{why}</p>")),
    }
}

/// The page of the run that a notice is about, otherwise that of its configuration.
fn link(notice: &Notice, base: &Url) -> Option<String> {
    match &notice.matter {
        Matter::ReportFailed { run, .. } | Matter::ReportRecovered { run, .. } | Matter::DeliveryFailed { run, .. } => {
            page::of_run(base, *run)
        }
        _ => page::of_configuration(base, notice.configuration.id),
    }
}

fn subject(title: &str) -> String {
    title.chars().filter(|letter| !letter.is_control()).take(SUBJECT_CHARS_MAX).collect()
}

fn document(body: &str) -> String {
    format!("<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><body>{body}</body></html>")
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            other => escaped.push(other),
        }
    }
    escaped
}
