//! Addresses of repositories as people paste them, converted to the one form that is stored: `https://host/path`,
//! without a user, a query, a fragment, `.git` or the path of one of the host's pages.

use super::hosts::{known, official_name, unsupported, without_page};
use super::pasted::bare;
use super::{Location, LocationError, Provider};
use url::Url;

pub const URL_BYTES_MAX: usize = 500;

/// The most characters of an address that an error repeats.
const SHOWN_CHARS_MAX: usize = 120;

impl Location {
    /// Reads a repository's address as people paste it, and converts it to the stored form: `https://host/path`.
    ///
    /// Accepted are `git@host:owner/name.git`, `ssh://`, `git://`, `http://`, an address without a scheme, `owner/name`
    /// (at GitHub), the address of a page of the repository, and any of them in a command that clones it, in quotes or
    /// in angle brackets. What is stored is read back as it is. The provider follows from the host where that is known.
    pub fn host(text: &str, provider: Option<Provider>) -> Result<Self, LocationError> {
        read(text, provider)
    }
}

fn read(text: &str, provider: Option<Provider>) -> Result<Location, LocationError> {
    let text = bare(text);
    if text.is_empty() || text.len() > URL_BYTES_MAX {
        return Err(not_an_address(text));
    }
    let url = with_https(text, provider)?;
    let host = official_name(url.host_str().unwrap_or_default());
    // Of dots alone, no name remains.
    if host.is_empty() {
        return Err(not_an_address(text));
    }
    if let Some(name) = unsupported(&host) {
        return Err(LocationError::Unsupported(name));
    }
    let known = known(&host);
    let provider = match (provider, known) {
        (Some(named), Some(known)) if named != known => {
            return Err(LocationError::OtherProvider { host, provider: known });
        }
        (_, Some(provider)) | (Some(provider), None) => provider,
        (None, None) => return Err(LocationError::UnknownHost(host)),
    };
    let path = path(&url, provider, known.is_some(), text)?;
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    let url = Url::parse(&format!("https://{host}{port}/{path}")).map_err(|_| not_an_address(text))?;
    Ok(Location::Host { provider, url })
}

fn not_an_address(text: &str) -> LocationError {
    LocationError::NotAnAddress(shown(text))
}

/// What an error repeats of an address: a bounded part of it, without what is before an `@`, which can be a secret.
fn shown(text: &str) -> String {
    let text = text.rsplit_once('@').map_or_else(|| text.to_owned(), |(_, rest)| format!("…@{rest}"));
    text.chars().take(SHOWN_CHARS_MAX).collect()
}

/// The https address of what was written in any accepted form.
fn with_https(text: &str, provider: Option<Provider>) -> Result<Url, LocationError> {
    let text = text.strip_prefix("git+").unwrap_or(text);
    if text.contains("://") {
        return of_scheme(text);
    }
    let first = text.split('/').next().unwrap_or_default();
    match first.split_once(':') {
        // A host with a port, as browsers show it without its scheme.
        Some((host, port)) if !host.contains('@') && is_number(port) => of_scheme(&format!("https://{text}")),
        Some(_) => of_ssh(text),
        None if first.starts_with('.') || first.starts_with('~') => Err(not_an_address(text)),
        None if first.contains('.') => of_scheme(&format!("https://{text}")),
        None => of_name(text, provider),
    }
}

fn of_scheme(text: &str) -> Result<Url, LocationError> {
    let (scheme, rest) = text.split_once("://").unwrap_or(("", text));
    let scheme = scheme.to_ascii_lowercase();
    let (place, path) = rest.split_once('/').unwrap_or((rest, ""));
    let (user, server) = place.rsplit_once('@').unwrap_or(("", place));
    let port = server.rsplit_once(':').map(|(_, port)| port);
    match scheme.as_str() {
        "https" | "http" if !user.is_empty() => Err(LocationError::Credentials),
        _ if user.contains(':') => Err(LocationError::Credentials),
        // The port of plain http is not the one of https, and which that is can't be known.
        "http" if port.is_some_and(|port| !matches!(port, "80" | "443")) => {
            Err(LocationError::PlainHttpPort(shown(text)))
        }
        "https" => Url::parse(text).map_err(|_| not_an_address(text)),
        "http" | "ssh" | "git" if port.is_none_or(is_number) => {
            let place = port.map_or(place, |port| place.trim_end_matches(port).trim_end_matches(':'));
            of_ssh(&format!("{place}:{path}"))
        }
        // Both forms of ssh in one.
        "ssh" => of_ssh(rest),
        _ => Err(LocationError::NotHttps(shown(text))),
    }
}

/// The short form of ssh: `git@host:owner/name.git`, also without the user.
fn of_ssh(text: &str) -> Result<Url, LocationError> {
    let (place, path) = text.split_once(':').unwrap_or((text, ""));
    let (user, host) = place.rsplit_once('@').map_or((None, place), |(user, host)| (Some(user), host));
    if host.is_empty() || (user.is_none() && !host.contains('.')) {
        return Err(not_an_address(text));
    }
    if user.is_some_and(|user| user.contains(':')) {
        return Err(LocationError::Credentials);
    }
    let path = path.strip_prefix('/').unwrap_or(path);
    Url::parse(&format!("https://{host}/{path}")).map_err(|_| not_an_address(text))
}

/// Owner and name alone, as GitHub's users write it: at GitHub, if no provider is named.
fn of_name(text: &str, provider: Option<Provider>) -> Result<Url, LocationError> {
    if !text.trim_end_matches('/').contains('/') || text.starts_with('/') {
        return Err(not_an_address(text));
    }
    let main_host = provider.unwrap_or(Provider::GitHub).kind().main_host;
    let host = main_host.ok_or_else(|| LocationError::NoHost(shown(text)))?;
    Url::parse(&format!("https://{host}/{text}")).map_err(|_| not_an_address(text))
}

/// The path of the repository, without the page of it that was open.
fn path(url: &Url, provider: Provider, is_known: bool, text: &str) -> Result<String, LocationError> {
    let all: Vec<&str> = url.path().strip_prefix('/').unwrap_or_default().split('/').collect();
    let all = match all.as_slice() {
        [before @ .., ""] => before,
        all => all,
    };
    let mut parts: Vec<&str> = without_page(all, provider, is_known).to_vec();
    if parts.iter().any(|part| part.is_empty()) {
        return Err(LocationError::EmptyPart(shown(text)));
    }
    if let Some(last) = parts.last_mut() {
        *last = last.strip_suffix(".git").filter(|name| !name.is_empty()).unwrap_or(last);
    }
    if let Some(part) = parts.iter().find(|part| !is_name(part)) {
        return Err(LocationError::NotAName(shown(part)));
    }
    let may_be_longer = provider.kind().owners.may_be_longer(is_known);
    if parts.len() < 2 || (parts.len() > 2 && !may_be_longer) {
        return Err(LocationError::NoRepository(shown(text)));
    }
    Ok(parts.join("/"))
}

/// What all kinds of host accept as the name of an owner, a group or a repository.
fn is_name(part: &str) -> bool {
    let known = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    part.bytes().all(known) && part.bytes().any(|byte| byte != b'.')
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}
