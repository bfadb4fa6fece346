//! Answers of models, harmless and hostile, the reports that are stored for them, and the messages that contain these.
#![expect(
    clippy::expect_used,
    reason = "the values are constants of this repository; a test can do nothing about a wrong one"
)]

use crate::builders::{account, at, configuration, owner, repository, scheduled_run, user};
use app::ports::{Message, MessageBody};
use domain::commit::{Author, Commit, Mailmap, Sha};
use domain::digest::Digest;
use domain::report::Brief;
use domain::report::answer::{AnswerEnd, fault, report_of};
use domain::report::plain::plain_report_of;
use domain::repository::Provider;
use serde::Deserialize;
use url::Url;

/// An answer of a model.
#[derive(Clone, Debug, Deserialize)]
pub struct ModelAnswer {
    pub name: String,
    text: String,
    /// How often the text is repeated.
    times: Option<usize>,
}

/// A commit message of a stranger that instructs the model that reads it, and the answer of one that obeys.
#[derive(Clone, Debug, Deserialize)]
pub struct Injection {
    pub name: String,
    pub message: String,
    pub answer: String,
}

/// The address of the deployment that the messages are of.
pub const PUBLIC_URL: &str = "https://reports.example/app";

/// The answers of `infra/text/answers.json`.
///
/// # Panics
/// If the file is invalid.
#[must_use]
pub fn answers() -> Vec<ModelAnswer> {
    serde_json::from_str(include_str!("../../../infra/text/answers.json")).expect("a list of answers")
}

/// The messages of `infra/text/injections.json`.
///
/// # Panics
/// If the file is invalid.
#[must_use]
pub fn injections() -> Vec<Injection> {
    serde_json::from_str(include_str!("../../../infra/text/injections.json")).expect("a list of messages")
}

impl Injection {
    /// The report that is stored if the model obeys: from its answer, or the plain one if the answer is no report.
    #[must_use]
    pub fn stored(&self) -> String {
        let injected = Commit { message: self.message.clone(), ..commit() };
        let end = AnswerEnd::Whole;
        with_brief(&[commit(), injected], |brief, digest| match fault(&self.answer, end, brief, digest) {
            None => report_of(&self.answer, end, brief, digest)
                .map_or_else(|_| plain_report_of(brief, digest), |report| report.text),
            Some(_) => plain_report_of(brief, digest),
        })
    }
}

impl ModelAnswer {
    /// The text, which begins with a heading, and has a word: an answer without one is no report.
    #[must_use]
    pub fn text(&self) -> String {
        let text = self.text.repeat(self.times.unwrap_or(1));
        if text.contains("# R") || text.starts_with("R\n") || text.starts_with("# ") {
            text
        } else if text.contains(char::is_alphanumeric) {
            format!("# R\n\n{text}")
        } else {
            format!("# R\n\nMarks:\n\n{text}")
        }
    }

    /// The report that is stored for the answer.
    ///
    /// # Panics
    /// If the answer is no report.
    #[must_use]
    pub fn stored(&self) -> String {
        let report = with_brief(&[commit()], |brief, digest| report_of(&self.text(), AnswerEnd::Whole, brief, digest));
        report.expect("a report").text
    }
}

/// What is written about these commits of a week.
fn with_brief<T>(commits: &[Commit], write: impl FnOnce(&Brief<'_>, &Digest<'_>) -> T) -> T {
    let mailmap = Mailmap::default();
    let public_url = Url::parse(PUBLIC_URL).expect("an address");
    let place = ("octocat/hello-world", "https://github.com/octocat/hello-world", "main");
    let brief = Brief {
        provider: Some(Provider::GitHub),
        public_url: Some(&public_url),
        ..Brief::new(place, (at("2026-03-02T08:00:00Z"), at("2026-03-09T08:00:00Z")), commits, &mailmap)
    };
    write(&brief, &Digest::of(&brief.range()))
}

/// A message with this report.
#[must_use]
pub fn message(text: &str) -> Message {
    let repository = repository(user(1), 1);
    let fire = at("2026-03-09T08:00:00Z");
    let run = scheduled_run((&account(user(1)), &repository, &configuration(&repository, 1)), fire, owner(1), fire);
    Message {
        id: "msg_1".to_owned(),
        at: fire,
        body: MessageBody::Report { run: Box::new(run), text: text.to_owned() },
    }
}

fn commit() -> Commit {
    let sha = Sha::parse(&format!("0c0ffee{}", "1".repeat(33))).expect("a commit id");
    Commit {
        page: Url::parse(&format!("https://github.com/octocat/hello-world/commit/{sha}")).ok(),
        sha,
        parents: Vec::new(),
        author: Author { name: "Ann".to_owned(), email: None, login: None, is_bot: false },
        committed_at: at("2026-03-08T08:00:00Z"),
        message: "feat: sell apples\n\nReverts 1234abc.".to_owned(),
        changes: None,
        files: Vec::new(),
    }
}
