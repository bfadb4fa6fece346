//! Where repositories are, and who may see their secrets.

use crate::sample::{instant, repository};
use domain::repository::{AccessToken, Location, LocationError, Provider, Repository, Sealed, URL_BYTES_MAX};

fn location(text: &str) -> Result<(Provider, String), LocationError> {
    match Location::host(text, None)? {
        Location::Host { provider, url } => Ok((provider, url.to_string())),
        Location::Path(path) => panic!("{path} is no host's"),
    }
}

#[test]
fn the_provider_follows_from_a_host_that_is_known() {
    for (text, provider, address) in [
        ("https://github.com/octocat/hello", Provider::GitHub, "https://github.com/octocat/hello"),
        (" https://www.github.com/octocat/hello.git?x=1#y ", Provider::GitHub, "https://www.github.com/octocat/hello"),
        ("https://gitlab.com/group/part/name/", Provider::GitLab, "https://gitlab.com/group/part/name"),
        ("https://codeberg.org/owner/name", Provider::Gitea, "https://codeberg.org/owner/name"),
        ("https://gitea.com/owner/name", Provider::Gitea, "https://gitea.com/owner/name"),
    ] {
        assert_eq!(location(text), Ok((provider, address.to_owned())), "{text}");
    }
    let own = Location::host("https://git.example.com/owner/name", Some(Provider::Gitea)).unwrap();
    assert_eq!((own.text(), own.default_name()), ("https://git.example.com/owner/name", "owner/name".to_owned()));
}

#[test]
fn an_address_that_can_not_be_read_is_refused_for_its_reason() {
    assert!(matches!(location("not an address"), Err(LocationError::NotAnAddress(_))));
    let long = format!("https://github.com/owner/{}", "x".repeat(URL_BYTES_MAX));
    assert!(matches!(location(&long), Err(LocationError::NotAnAddress(_))));
    let longest = format!("https://github.com/owner/{}", "x".repeat(URL_BYTES_MAX - 25));
    assert!(longest.len() == URL_BYTES_MAX && location(&longest).is_ok());
    for text in ["https://user@github.com/a/b", "https://:secret@github.com/a/b"] {
        assert_eq!(location(text), Err(LocationError::Credentials), "{text}");
    }
    assert!(matches!(location("http://github.com/a/b"), Err(LocationError::NotHttps(_))));
    assert!(matches!(location("https://git.example.com/a/b"), Err(LocationError::UnknownHost(_))));
    for text in ["https://github.com/a", "https://github.com/a/b/c", "https://gitlab.com/a", "https://github.com/"] {
        assert!(matches!(location(text), Err(LocationError::NoRepository(_))), "{text}");
    }
}

#[test]
fn a_folder_is_called_by_its_name() {
    for (path, name) in [("/srv/code/", "code"), ("code", "code"), ("/srv/a/b", "b")] {
        assert_eq!(Location::Path(path.to_owned()).default_name(), name);
        assert_eq!(Location::Path(path.to_owned()).text(), path);
    }
}

#[test]
fn providers_are_read_as_they_are_written() {
    for (provider, name) in [(Provider::GitHub, "github"), (Provider::GitLab, "gitlab"), (Provider::Gitea, "gitea")] {
        assert_eq!((provider.name(), Provider::parse(name)), (name, Some(provider)));
    }
    assert_eq!(Provider::parse("bitbucket"), None);
}

#[test]
fn a_tombstone_keeps_no_token() {
    let token = Some(Sealed::from_bytes(vec![1, 2, 3]));
    let before = Repository { token, ..repository() };
    let now = instant("2026-03-10T09:00:00Z");
    let after = Repository { token: None, version: before.version + 1, deleted_at: Some(now), ..before.clone() };
    assert_eq!(before.deleted(now), after);
}

#[test]
fn secrets_are_had_by_name_and_never_shown() {
    let token = AccessToken::new("ghp_secret".to_owned());
    assert_eq!(token.expose(), "ghp_secret");
    assert_eq!(format!("{token:?}"), "AccessToken(…)");
    let sealed = Sealed::from_bytes(vec![1, 2, 3]);
    assert_eq!((sealed.bytes(), format!("{sealed:?}")), (&[1, 2, 3][..], "Sealed(3 bytes)".to_owned()));
}
