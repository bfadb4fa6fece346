//! `.mailmap`: which names and addresses are one person's (<https://git-scm.com/docs/gitmailmap>).

use super::Identity;
use std::collections::BTreeMap;

/// The longest file that is read, in bytes: Linux's has thirty thousand.
pub const MAILMAP_BYTES_MAX: usize = 256 * 1024;

const LINES_MAX: usize = 10_000;

/// The mapping of a repository; empty for a repository without the file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mailmap {
    /// By the address in commits and the name in commits, both in lower case; without a name, for every name.
    entries: BTreeMap<(String, Option<String>), Proper>,
}

/// The name and the address to use instead.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Proper {
    name: Option<String>,
    email: Option<String>,
}

impl Mailmap {
    /// Parses the file. A line that can't be read is skipped, as git does.
    pub fn parse(text: &str) -> Self {
        let text = text.get(..text.floor_char_boundary(MAILMAP_BYTES_MAX)).unwrap_or(text);
        let mut entries: BTreeMap<_, Proper> = BTreeMap::new();
        for (key, proper) in text.lines().take(LINES_MAX).filter_map(entry) {
            let known = entries.entry(key).or_default();
            known.name = proper.name.or(known.name.take());
            known.email = proper.email.or(known.email.take());
        }
        Self { entries }
    }

    /// Whether it has no entries.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Whether it has an entry for a person with this name or address, by which their commits may have other ones.
    pub(crate) fn mentions(&self, identity: &Identity) -> bool {
        let is_email = |email: &str| identity.email.as_deref() == Some(email.to_lowercase().as_str());
        let is_name = |name: &str| name.to_lowercase() == identity.name.to_lowercase();
        self.entries.iter().any(|((email, name), proper)| {
            let emails = std::iter::once(email).chain(proper.email.as_ref());
            let names = name.iter().chain(proper.name.as_ref());
            emails.into_iter().any(|email| is_email(email)) || names.into_iter().any(|name| is_name(name))
        })
    }

    /// The identity to use for one of a commit.
    pub(crate) fn resolve(&self, identity: Identity) -> Identity {
        let Some(email) = identity.email.clone().filter(|_| !self.is_empty()) else { return identity };
        let named = (email.clone(), Some(identity.name.to_lowercase()));
        let Some(proper) = self.entries.get(&named).or_else(|| self.entries.get(&(email, None))) else {
            return identity;
        };
        let name = proper.name.clone().unwrap_or(identity.name);
        Identity::new(&name, proper.email.as_deref().or(identity.email.as_deref()))
    }
}

/// `[name] <email> [[commit name] <commit email>]`.
fn entry(line: &str) -> Option<((String, Option<String>), Proper)> {
    let line = line.split('#').next().unwrap_or_default();
    let (first_name, rest) = line.split_once('<')?;
    let (first_email, rest) = rest.split_once('>')?;
    let some = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    let first_email = some(first_email)?;
    match rest.split_once('<').and_then(|(name, rest)| Some((name, rest.split_once('>')?.0))) {
        Some((name, email)) => {
            let key = (some(email)?.to_lowercase(), some(name).map(|name| name.to_lowercase()));
            Some((key, Proper { name: some(first_name), email: Some(first_email) }))
        }
        None => Some(((first_email.to_lowercase(), None), Proper { name: Some(some(first_name)?), email: None })),
    }
}
