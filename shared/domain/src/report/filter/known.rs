//! What the writer of a report was given: the pages that its links may lead to, and the commits that it may cite.

use crate::commit::Commit;
use crate::report::Brief;
use std::collections::BTreeSet;
use url::Url;

/// The fewest digits by which a text cites a commit.
const SHA_DIGITS_MIN: usize = 7;
/// The most digits of a commit id.
const SHA_DIGITS_MAX: usize = 64;

/// The first parts of the paths of pages with a number, below a repository: pull requests, merge requests and issues.
const NUMBERED: [&str; 5] = ["pull", "pulls", "issues", "merge_requests", "work_items"];

/// The links and citations that are kept.
pub(super) struct Known<'a> {
    repository: Option<Url>,
    public: Option<&'a Url>,
    /// The pages of the commits.
    pages: BTreeSet<&'a str>,
    /// The ids of the commits, and the words like ids in their messages; in lower case. `None` if the commits are
    /// unknown: then every citation is kept.
    ids: Option<BTreeSet<String>>,
}

/// Which words cite commits of a brief, and which others.
pub(in crate::report) struct Citations<'a>(Known<'a>);

impl<'a> Citations<'a> {
    pub(in crate::report) fn of(brief: &'a Brief<'_>) -> Self {
        Self(Known::of(brief))
    }

    /// Whether a word cites a commit that is not among those of the brief.
    pub(in crate::report) fn is_foreign(&self, word: &str) -> bool {
        self.0.is_foreign_citation(word)
    }

    /// Whether a word cites a commit of the brief.
    pub(in crate::report) fn is_own(&self, word: &str) -> bool {
        is_like_id(word) && self.0.is_cited_rightly(word)
    }
}

impl<'a> Known<'a> {
    pub(super) fn of(brief: &'a Brief<'_>) -> Self {
        let mut ids: BTreeSet<String> = brief.unread_before.iter().map(ToString::to_string).collect();
        for commit in brief.commits {
            ids.insert(commit.sha.to_string());
            ids.extend(commit.parents.iter().map(ToString::to_string));
            let words = commit.message.split(|letter: char| !letter.is_ascii_alphanumeric());
            ids.extend(words.filter(|word| is_like_id(word)).map(str::to_ascii_lowercase));
        }
        Self {
            public: brief.public_url,
            pages: brief.commits.iter().filter_map(|commit: &Commit| Some(commit.page.as_ref()?.as_str())).collect(),
            ids: Some(ids),
            ..Self::of_repository(brief.repository_url)
        }
    }

    /// A repository of which no commit is known.
    pub(super) fn of_repository(url: &str) -> Self {
        let is_web = |url: &Url| matches!(url.scheme(), "https" | "http");
        Self { repository: Url::parse(url).ok().filter(is_web), public: None, pages: BTreeSet::new(), ids: None }
    }

    /// The address of a link that is kept, as it must be written; `None` for any other target. The text must be the
    /// address itself: what parses to the same address may look like another one.
    pub(super) fn page(&self, target: &str) -> Option<Url> {
        let written = target.replace("%28", "(").replace("%29", ")").replace("%40", "@").replace("%5C", "\\");
        let url = Url::parse(target).ok()?;
        let is_plain = matches!(url.scheme(), "https" | "http")
            && url.username().is_empty()
            && url.password().is_none()
            && target.bytes().all(is_plain_in_address);
        let is_page = self.pages.contains(target) || self.pages.contains(written.as_str());
        let is_exact = url.as_str() == target;
        (is_plain && (is_page || (is_exact && (self.is_of_repository(&url) || self.is_public(&url))))).then_some(url)
    }

    /// A commit, a pull request or an issue of the repository.
    fn is_of_repository(&self, url: &Url) -> bool {
        let Some(home) = self.repository.as_ref().filter(|home| home.origin() == url.origin()) else { return false };
        let below = url.path().strip_prefix(home.path().trim_end_matches('/')).and_then(|path| path.strip_prefix('/'));
        let Some(below) = below.filter(|_| url.query().is_none() && url.fragment().is_none()) else { return false };
        let parts: Vec<&str> = below.strip_prefix("-/").unwrap_or(below).split('/').collect();
        match parts.as_slice() {
            ["commit", id] => is_like_id(id) && self.is_cited_rightly(id),
            [kind, number] => NUMBERED.contains(kind) && is_number(number),
            _ => false,
        }
    }

    /// A page of this deployment.
    fn is_public(&self, url: &Url) -> bool {
        self.public.is_some_and(|base| {
            let below = url.path().strip_prefix(base.path().trim_end_matches('/'));
            base.origin() == url.origin() && below.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
    }

    /// Whether a word cites a commit that is not among those of the brief.
    pub(super) fn is_foreign_citation(&self, word: &str) -> bool {
        let has = |is: fn(&u8) -> bool| word.as_bytes().iter().any(is);
        is_like_id(word) && has(u8::is_ascii_digit) && has(u8::is_ascii_alphabetic) && !self.is_cited_rightly(word)
    }

    fn is_cited_rightly(&self, word: &str) -> bool {
        let Some(ids) = &self.ids else { return true };
        let word = word.to_ascii_lowercase();
        ids.range(word.clone()..).next().is_some_and(|id| id.starts_with(&word))
    }
}

fn is_like_id(word: &str) -> bool {
    (SHA_DIGITS_MIN..=SHA_DIGITS_MAX).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn is_number(text: &str) -> bool {
    (1..=10).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Characters that end no link in any language and begin nothing in it.
fn is_plain_in_address(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~:/?#&=%+,;!$'".contains(&byte)
}
