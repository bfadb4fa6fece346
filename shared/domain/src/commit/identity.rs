//! Names and e-mail addresses of people, as git and its hosts write them. An address only distinguishes people.

use std::borrow::Cow;

/// What aider adds to the name of the person whose work it does (<https://aider.chat/docs/git.html>).
const AIDER_MARK: &str = " (aider)";

/// A name and an address, as a commit or a trailer has them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Identity {
    /// Without addresses; empty where the name is missing.
    pub name: String,
    /// The e-mail address, in lower case.
    pub email: Option<String>,
}

/// The account of a git host that an address belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NoReply<'a> {
    /// The account's number, which stays when it is renamed.
    pub(crate) number: Option<&'a str>,
    pub(crate) login: &'a str,
}

impl Identity {
    /// A name and an address as they are written. A name that is an address, or has one in it, loses it; where nothing
    /// else is left, the part of the address before its `@` is the name.
    pub fn new(name: &str, email: Option<&str>) -> Self {
        let given = email.map(|email| email.trim().trim_matches(['<', '>']).to_lowercase());
        let given = given.filter(|email| email.contains('@'));
        let email = given.or_else(|| name.split_whitespace().find_map(address).map(str::to_lowercase));
        let words: Vec<&str> = name.split_whitespace().filter(|word| address(word).is_none()).collect();
        let name = words.join(" ");
        let name = name.strip_suffix(AIDER_MARK).unwrap_or(&name);
        let name = name.trim_matches(|letter: char| letter.is_whitespace() || matches!(letter, '"' | ','));
        let name = if name.is_empty() { email.as_deref().map_or("", local_part) } else { name };
        Self { name: name.to_owned(), email }
    }

    /// The identities in the value of a trailer, however it is written: `Ada <a@b>`, `Ada <a@b>, Bob <c@d>`, `Ada a@b`,
    /// `Ada` or `a@b`.
    pub(super) fn all(value: &str) -> Vec<Self> {
        let one = |part: &str| {
            let (name, email) = part.split_once('<').map_or((part, None), |(name, email)| (name, Some(email)));
            let name = name.trim_matches(|letter: char| letter.is_whitespace() || matches!(letter, ',' | ';' | '&'));
            let found = Self::new(name.strip_prefix("and ").unwrap_or(name), email);
            Some(found).filter(|found| !found.name.is_empty())
        };
        value.split('>').filter_map(one).collect()
    }

    /// The address, if it is one person's. Some addresses belong to no one, or are shared.
    pub(crate) fn own_email(&self) -> Option<&str> {
        let email = self.email.as_deref()?;
        let (local, host) = email.split_once('@')?;
        let is_shared = email == "noreply@github.com" || host.starts_with("localhost") || local.is_empty();
        Some(email).filter(|_| !is_shared && host.contains('.'))
    }
}

impl<'a> NoReply<'a> {
    /// Reads `number+login@users.noreply.github.com` and its like: the older form without the number, GitLab's
    /// `number-login@users.noreply.gitlab.com`, and Gitea's `login@noreply.host`.
    pub(crate) fn of(email: &'a str) -> Option<Self> {
        let (local, host) = email.split_once('@')?;
        if !(host.starts_with("users.noreply.") || host.starts_with("noreply.")) || local.is_empty() {
            return None;
        }
        let mark = if host == "users.noreply.github.com" { '+' } else { '-' };
        let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let parts = local.split_once('+').or_else(|| local.split_once(mark));
        Some(match parts.filter(|(number, login)| is_number(number) && !login.is_empty()) {
            Some((number, login)) => Self { number: Some(number), login },
            None => Self { number: None, login: local },
        })
    }
}

/// The name for an address alone: its account at a git host, or the part before its `@`.
fn local_part(email: &str) -> &str {
    match NoReply::of(email) {
        Some(account) => account.login,
        None => email.split('@').next().unwrap_or_default(),
    }
}

/// The address that a word is, without the marks around it.
fn address(word: &str) -> Option<&str> {
    let bare = word.trim_matches(|letter: char| !letter.is_alphanumeric());
    let bare = bare.strip_prefix("mailto:").unwrap_or(bare);
    let (local, host) = bare.split_once('@')?;
    let is_host = host.contains('.') && host.rsplit('.').next().is_some_and(|end| end.len() > 1 && is_letters(end));
    (!local.is_empty() && is_host).then_some(bare)
}

fn is_letters(text: &str) -> bool {
    text.chars().all(char::is_alphabetic)
}

/// A line of a message without people's addresses: those in angle brackets, and every address of a trailer.
pub(crate) fn without_addresses(line: &str) -> Cow<'_, str> {
    if !line.contains('@') {
        return Cow::Borrowed(line);
    }
    let lower = line.to_lowercase();
    let names_people = is_trailer(line) || ["-by:", "-by ", " cc:"].iter().any(|mark| lower.contains(mark));
    let is_person =
        |word: &str| address(word).is_some() && (names_people || (word.contains('<') && word.contains('>')));
    let words: Vec<&str> = line.split(' ').filter(|word| !is_person(word)).collect();
    Cow::Owned(words.join(" "))
}

/// Whether a line names people, as `Co-authored-by:` does: also where its colon or a hyphen is missing.
pub(crate) fn is_trailer(line: &str) -> bool {
    let lower = line.trim().to_lowercase();
    let key = lower.split(':').next().unwrap_or_default().trim_end();
    let known = ["co-authored", "coauthored", "signed-off", "signed off", "reviewed-by", "acked-by", "tested-by"];
    matches!(key, "cc" | "author" | "co-author" | "co-authors")
        || (key.ends_with("-by") && !key.contains(' '))
        || known.iter().any(|known| lower.starts_with(known))
}
