//! Pull requests, merge requests and issues that a message names, and their pages.

use super::subject::{last_number, number};
use crate::commit::{subject_and_body, tickets_in_front};
use crate::repository::Provider;
use crate::words::words;
use url::Url;

/// The most references of one message; the others are ignored.
pub const REFERENCES_MAX: usize = 20;

words! {
    /// What a number is of.
    pub enum ReferenceKind {
        PullRequest = "pull_request",
        /// A pull request at GitLab, which has numbers of its own.
        MergeRequest = "merge_request",
        Issue = "issue",
        /// An issue or a pull request: hosts that give both one series of numbers lead from one page to the other.
        Unknown = "unknown",
    }
}

/// A number that a message names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    pub number: u64,
    pub kind: ReferenceKind,
    /// `owner/name`, or the path of groups, where the message names another repository or its own in full.
    pub repository: Option<String>,
    /// The host, where the message has the address of a page.
    pub host: Option<String>,
    /// Whether a closing keyword is before it.
    pub closes: bool,
}

/// Keywords that close what follows. Sources: GitHub's page on linking a pull request to an issue, and GitLab's default
/// closing pattern (<https://docs.gitlab.com/user/project/issues/managing_issues/#default-closing-pattern>).
const CLOSING: &str = "close closes closed closing fix fixes fixed fixing resolve resolves resolved resolving \
                       implement implements implemented implementing";
/// Words that introduce a reference in a body, where other numbers are often those of another project.
const NAMING: &str =
    "see ref refs reference references related relates issue issues pr pr-url pull ticket part-of addresses";
/// Words between a keyword and its number.
const BETWEEN: &str = "issue issues to pr pull request bug and &";
/// Words before numbers that count something else.
const COUNTING: &str = "step case part attempt test phase try take round line chapter day week number rule section \
                        item version option method example color colour";

/// The references of a message, in their order and each once; at most [`REFERENCES_MAX`].
///
/// In the subject every number counts; in the body those after a keyword, which the host's own text (`See merge request
/// group/project!12`) has too. Quoted text and text in backticks is skipped.
pub fn references(message: &str, is_merge: bool) -> Vec<Reference> {
    let mut found = Vec::new();
    let (subject, body) = subject_and_body(message);
    let subject = subject.trim();
    of_host(subject, is_merge, &mut found);
    of_words(subject, true, &mut found);
    // Also where they are no words: `fix(#12): …`, `#12/#13 …`.
    for number in tickets_in_front(subject).into_iter().filter_map(reference) {
        put(&mut found, number);
    }
    let mut depth = 0_usize;
    for line in body.lines().map(str::trim) {
        depth = depth.saturating_add(line.matches("<details>").count());
        if depth == 0 && !line.starts_with('>') {
            of_words(line, false, &mut found);
        }
        depth = depth.saturating_sub(line.matches("</details>").count());
    }
    found
}

/// Adds a reference, or what is new about one that is known.
fn put(found: &mut Vec<Reference>, reference: Reference) {
    let has_room = found.len() < REFERENCES_MAX;
    let known = found.iter_mut().find(|known| {
        let is_mark = |one: &Reference| one.kind == ReferenceKind::MergeRequest;
        known.number == reference.number
            && known.repository == reference.repository
            && known.host == reference.host
            && is_mark(known) == is_mark(&reference)
    });
    match known {
        Some(known) => {
            known.closes |= reference.closes;
            if known.kind == ReferenceKind::Unknown {
                known.kind = reference.kind;
            }
        }
        None if has_room => found.push(reference),
        None => {}
    }
}

fn own(number: u64, kind: ReferenceKind) -> Reference {
    Reference { number, kind, repository: None, host: None, closes: false }
}

/// What a host writes into a subject about the pull request of the commit.
fn of_host(subject: &str, is_merge: bool, found: &mut Vec<Reference>) {
    let digits = |text: &str| {
        let end = text.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(text.len());
        text.get(..end).and_then(number)
    };
    let after = |start: &str| subject.strip_prefix(start).and_then(digits);
    let is_bitbucket = subject.starts_with("Merged in ");
    let by_start = ["Merge pull request #", "Merged PR ", "Merge PR #", "Merge #", "Auto merge of #"];
    let by_start = by_start.iter().find_map(|start| after(start));
    let quoted = subject.strip_prefix("Merge pull request '").and_then(|rest| digits(rest.rsplit_once("' (#")?.1));
    let named = subject.rsplit_once("(pull request #").filter(|_| is_bitbucket).and_then(|(_, rest)| digits(rest));
    if let Some(number) = by_start.or(quoted).or(named) {
        put(found, own(number, ReferenceKind::PullRequest));
    }
    let last = last_number(subject).filter(|_| is_merge || !subject.starts_with("Merge branch "));
    if let Some((_, (mark, number))) = last {
        let kind = if mark == '!' { ReferenceKind::MergeRequest } else { ReferenceKind::PullRequest };
        put(found, own(number, kind));
    }
}

/// What the words before a number do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Role {
    #[default]
    Nothing,
    Close,
    Name,
    /// They count something else.
    Count,
}

/// What is known about the words before the one that is read.
#[derive(Clone, Copy, Default)]
struct Before {
    role: Role,
    is_merge: bool,
    kind: Option<ReferenceKind>,
}

fn of_words(line: &str, is_subject: bool, found: &mut Vec<Reference>) {
    let mut before = Before::default();
    for word in without_code(line).split_whitespace() {
        let Some(mut reference) = reference(word) else {
            before = before.and(word);
            continue;
        };
        let is_named = matches!(before.role, Role::Close | Role::Name);
        let is_plain = is_subject && before.role != Role::Count && !is_marked(word, '!');
        reference.closes = before.role == Role::Close;
        reference.kind = match reference.kind {
            ReferenceKind::Unknown if reference.closes && before.kind.is_none() => ReferenceKind::Issue,
            ReferenceKind::Unknown => before.kind.unwrap_or(ReferenceKind::Unknown),
            kind => kind,
        };
        if is_named || is_plain {
            put(found, reference);
        } else if !word.ends_with(',') {
            // A list continues: `Closes #1, #2 and #3`.
            before = Before::default();
        }
    }
}

impl Before {
    /// What is known after another word that is no reference.
    fn and(self, word: &str) -> Self {
        let is_in = |words: &str| words.split(' ').any(|known| known.eq_ignore_ascii_case(plain(word)));
        if is_in(CLOSING) {
            Self { role: Role::Close, ..Self::default() }
        } else if is_in(NAMING) && self.role != Role::Close {
            Self { role: Role::Name, kind: kind_of(word).or(self.kind), ..Self::default() }
        } else if is_in("merge") {
            Self { is_merge: true, role: self.role, ..Self::default() }
        } else if is_in("request") && (self.is_merge || self.kind.is_some()) {
            Self { kind: self.kind.or(Some(ReferenceKind::MergeRequest)), ..self }
        } else if is_in(BETWEEN) {
            Self { kind: kind_of(word).or(self.kind), ..self }
        } else {
            Self { role: if is_in(COUNTING) { Role::Count } else { Role::Nothing }, ..Self::default() }
        }
    }
}

fn kind_of(word: &str) -> Option<ReferenceKind> {
    match plain(word).to_ascii_lowercase().as_str() {
        "issue" | "issues" | "bug" | "ticket" => Some(ReferenceKind::Issue),
        "pr" | "pull" => Some(ReferenceKind::PullRequest),
        _ => None,
    }
}

/// A line without what is in backticks.
fn without_code(line: &str) -> String {
    let parts = line.split('`').enumerate().filter(|(place, _)| place.is_multiple_of(2)).map(|(_, part)| part);
    // A sign keeps the words beside the code apart.
    parts.collect::<Vec<_>>().join(" ` ")
}

/// A word without the punctuation around it.
fn plain(word: &str) -> &str {
    word.trim_start_matches(['(', '[', '{', '"', '\'', '*', '<', '_'])
        .trim_end_matches([')', ']', '}', '"', '\'', '*', '>', '_', ',', '.', ';', ':', '!', '?'])
}

fn is_marked(word: &str, mark: char) -> bool {
    plain(word).rsplit_once(mark).is_some_and(|(_, digits)| number(digits).is_some())
}

/// The reference that one word is.
fn reference(word: &str) -> Option<Reference> {
    let word = plain(word);
    if let Some(rest) = word.strip_prefix("https://").or_else(|| word.strip_prefix("http://")) {
        return of_address(rest);
    }
    if let Some(digits) = word.strip_prefix("GH-") {
        return number(digits).map(|number| own(number, ReferenceKind::Unknown));
    }
    let (path, digits) = word.rsplit_once(['#', '!'])?;
    let kind = if is_marked(word, '!') { ReferenceKind::MergeRequest } else { ReferenceKind::Unknown };
    let repository = match path {
        "" => None,
        path => Some(path.to_owned()).filter(|path| is_path(path)).map(Some)?,
    };
    Some(Reference { repository, ..own(number(digits)?, kind) })
}

/// The reference of a page's address, without its scheme.
fn of_address(address: &str) -> Option<Reference> {
    let address = address.split(['?', '#']).next().unwrap_or_default();
    let (host, path) = address.split_once('/')?;
    let parts: Vec<&str> = path.trim_end_matches('/').split('/').collect();
    let place = parts.iter().skip(2).position(|part| kind_of_page(part).is_some())? + 2;
    let [kind, digits, ..] = parts.get(place..)? else { return None };
    let owner = parts.get(..place)?;
    let owner = owner.strip_suffix(&["-"]).unwrap_or(owner).join("/");
    let host = host.to_ascii_lowercase();
    let reference = own(number(digits)?, kind_of_page(kind)?);
    is_path(&owner).then_some(Reference { repository: Some(owner), host: Some(host), ..reference })
}

fn kind_of_page(part: &str) -> Option<ReferenceKind> {
    Some(match part {
        "pull" | "pulls" => ReferenceKind::PullRequest,
        "merge_requests" => ReferenceKind::MergeRequest,
        "issues" | "work_items" => ReferenceKind::Issue,
        _ => return None,
    })
}

/// Whether a text is a path of an owner, or groups, and a name.
fn is_path(text: &str) -> bool {
    let is_name = |part: &str| {
        let known = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
        !part.is_empty() && part.bytes().all(known) && part.bytes().any(|byte| byte.is_ascii_alphanumeric())
    };
    text.len() <= 200 && text.contains('/') && text.split('/').all(is_name)
}

/// The page of a reference in a message of a repository, which is at `repository`; `None` if it is at another host, or
/// if the host can't have it. Only the origin of the repository and names that no host refuses are in it.
pub fn page(reference: &Reference, provider: Provider, repository: &Url) -> Option<Url> {
    let host = repository.host_str()?;
    let place = repository.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
    if reference.host.as_ref().is_some_and(|named| *named != place) {
        return None;
    }
    let home = repository.path().trim_matches('/');
    let path = match &reference.repository {
        Some(path) => elsewhere(path, provider, home)?,
        None => home.to_owned(),
    };
    let page = match (provider, reference.kind) {
        (Provider::GitHub, ReferenceKind::PullRequest) => "pull",
        (Provider::Gitea, ReferenceKind::PullRequest) => "pulls",
        (Provider::GitHub | Provider::Gitea, ReferenceKind::Issue | ReferenceKind::Unknown) => "issues",
        (Provider::GitLab, ReferenceKind::MergeRequest) => "-/merge_requests",
        (Provider::GitLab, ReferenceKind::Issue | ReferenceKind::Unknown) => "-/issues",
        // A number with `#` is of an issue at GitLab, and `!` means nothing at the others.
        (Provider::GitLab, ReferenceKind::PullRequest) | (_, ReferenceKind::MergeRequest) => return None,
    };
    let mut url = repository.clone();
    url.set_path(&format!("/{path}/{page}/{}", reference.number));
    url.set_query(None);
    url.set_fragment(None);
    Some(url)
}

/// The path of another repository at the same server, whose own path may be below that of the server.
fn elsewhere(path: &str, provider: Provider, home: &str) -> Option<String> {
    let is_same = home.eq_ignore_ascii_case(path);
    let parts = path.split('/').count();
    match provider {
        _ if is_same => Some(home.to_owned()),
        Provider::GitHub => (parts == 2).then(|| path.to_owned()),
        Provider::GitLab => Some(path.to_owned()),
        Provider::Gitea => {
            let own: Vec<&str> = home.split('/').collect();
            let server = own.len().checked_sub(2).and_then(|end| own.get(..end))?.join("/");
            // The address of a page has the server's path already.
            let path = path.strip_prefix(&format!("{server}/")).unwrap_or(path);
            let has_owner = path.split('/').count() == 2;
            has_owner.then(|| if server.is_empty() { path.to_owned() } else { format!("{server}/{path}") })
        }
    }
}
