//! Addresses of repositories, and their secrets.

use crate::sample::{instant, repository};
use domain::repository::{AccessToken, Location, LocationError, Provider, Repository, Sealed, URL_BYTES_MAX};
use proptest::prelude::*;

fn location(text: &str) -> Result<(Provider, String), LocationError> {
    match Location::host(text, None)? {
        Location::Host { provider, url } => Ok((provider, url.to_string())),
        Location::Path(path) => panic!("{path} is no host's"),
    }
}

/// The provider and the stored form of each address.
fn assert_stored(table: &[(&str, Provider, &str)]) {
    for (text, provider, address) in table {
        assert_eq!(location(text), Ok((*provider, (*address).to_owned())), "{text}");
        assert_eq!(location(address), Ok((*provider, (*address).to_owned())), "{address} is stored as it is");
    }
}

#[test]
fn address_without_a_provider_has_the_one_of_its_known_host() {
    assert_stored(&[
        ("https://github.com/octocat/hello", Provider::GitHub, "https://github.com/octocat/hello"),
        (" https://www.github.com/octocat/hello.git?x=1#y ", Provider::GitHub, "https://github.com/octocat/hello"),
        ("https://GitHub.com./Octocat/Hello/", Provider::GitHub, "https://github.com/Octocat/Hello"),
        ("https://gitlab.com/group/part/name/", Provider::GitLab, "https://gitlab.com/group/part/name"),
        ("https://codeberg.org/owner/name", Provider::Gitea, "https://codeberg.org/owner/name"),
        ("https://gitea.com/owner/name", Provider::Gitea, "https://gitea.com/owner/name"),
    ]);
    let own = Location::host("https://git.example.com/owner/name", Some(Provider::Gitea)).unwrap();
    assert_eq!((own.text(), own.default_name()), ("https://git.example.com/owner/name", "owner/name".to_owned()));
}

#[test]
fn address_is_found_in_what_was_pasted() {
    for text in [
        "<https://github.com/octocat/hello>",
        "\"https://github.com/octocat/hello\"",
        "'octocat/hello'",
        "`git@github.com:octocat/hello.git`",
        "git clone https://github.com/octocat/hello.git",
        "$ git clone  --depth 1 -b feature/x git@github.com:octocat/hello.git my/folder",
        "git clone 'https://github.com/octocat/hello.git'",
        "git clone -c http.proxy=http://proxy:8080 git@github.com:octocat/hello",
        "git clone -b feature/x github.com/octocat/hello",
        "git clone github.com/octocat/hello --branch feature/x",
        "git remote add origin https://github.com/octocat/hello.git",
        "gh repo clone octocat/hello",
    ] {
        let hello = "https://github.com/octocat/hello".to_owned();
        assert_eq!(location(text), Ok((Provider::GitHub, hello)), "{text}");
    }
    for text in ["git clone", "git clone --depth 1", "git clonehttps://github.com/octocat/hello", "<>", "''"] {
        assert!(matches!(location(text), Err(LocationError::NotAnAddress(_) | LocationError::NotHttps(_))), "{text}");
    }
    assert_eq!(location("git clone https://ada:secret@github.com/a/b"), Err(LocationError::Credentials));
}

#[test]
fn pasted_address_is_stored_as_https() {
    let hello = "https://github.com/octocat/hello";
    for text in [
        "git@github.com:octocat/hello.git",
        "git@github.com:/octocat/hello.git",
        "github.com:octocat/hello",
        "org-14957082@github.com:octocat/hello.git",
        "ssh://git@github.com/octocat/hello.git",
        "ssh://git@github.com:22/octocat/hello.git",
        "ssh://git@ssh.github.com:443/octocat/hello.git",
        "ssh://git@github.com:octocat/hello.git",
        "git://github.com/octocat/hello.git",
        "git+ssh://git@github.com/octocat/hello.git",
        "git+https://github.com/octocat/hello.git#v1",
        "http://github.com/octocat/hello",
        "HTTP://GITHUB.COM:80/octocat/hello/",
        "github.com/octocat/hello",
        "www.github.com/octocat/hello/",
        "github.com:443/octocat/hello",
        "octocat/hello",
        "octocat/hello/",
        "octocat/hello.git",
        "octocat/hello?tab=readme#usage",
    ] {
        assert_eq!(location(text), Ok((Provider::GitHub, hello.to_owned())), "{text}");
    }
    assert_stored(&[
        ("git@gitlab.com:group/part/name.git", Provider::GitLab, "https://gitlab.com/group/part/name"),
        ("git@codeberg.org:owner/name.git", Provider::Gitea, "https://codeberg.org/owner/name"),
        ("octocat/site.github.io", Provider::GitHub, "https://github.com/octocat/site.github.io"),
    ]);
    let named = |text, provider| Location::host(text, Some(provider)).map(|found| found.text().to_owned());
    let own = "https://git.example.com/owner/name".to_owned();
    assert_eq!(named("ssh://git@git.example.com:2222/owner/name.git", Provider::Gitea), Ok(own.clone()));
    assert_eq!(named("gitea@git.example.com:owner/name.git", Provider::Gitea), Ok(own));
    let with_port = "https://git.example.com:8443/owner/name".to_owned();
    assert_eq!(named("git.example.com:8443/owner/name", Provider::Gitea), Ok(with_port));
    assert_eq!(named("group/name", Provider::GitLab), Ok("https://gitlab.com/group/name".to_owned()));
}

#[test]
fn address_of_a_page_is_stored_as_the_repository() {
    let hello = "https://github.com/octocat/hello";
    for page in [
        "tree/main",
        "tree/feature/x%20y",
        "blob/main/src/a%20b.rs?plain=1#L3",
        "pull/12/files",
        "pulls",
        "issues/7",
        "commits/main",
        "commit/7fd1a60b01f91b314f59955a4e4d4e80d8edf11d",
        "compare/a...b",
        "releases/tag/v1.0",
        "actions/runs/1",
        "wiki",
        "branches",
        "tags",
        "settings/access",
        "network/members",
    ] {
        let text = format!("{hello}/{page}");
        assert_eq!(location(&text), Ok((Provider::GitHub, hello.to_owned())), "{text}");
    }
    assert_stored(&[
        ("octocat/hello/tree/main", Provider::GitHub, hello),
        ("https://github.com/octocat/hello.git/tree/main", Provider::GitHub, hello),
        ("https://github.com/octocat/issues", Provider::GitHub, "https://github.com/octocat/issues"),
        ("https://gitlab.com/g/p/-/merge_requests/1", Provider::GitLab, "https://gitlab.com/g/p"),
        ("https://gitlab.com/g/s/p/-/tree/main?ref_type=heads", Provider::GitLab, "https://gitlab.com/g/s/p"),
        ("https://gitlab.com/g/p/-/", Provider::GitLab, "https://gitlab.com/g/p"),
        ("https://gitlab.com/g/p/tree/master", Provider::GitLab, "https://gitlab.com/g/p"),
        ("https://gitlab.com/g/p/merge_requests/1", Provider::GitLab, "https://gitlab.com/g/p"),
        ("https://gitlab.com/g/s/issues", Provider::GitLab, "https://gitlab.com/g/s/issues"),
        ("https://codeberg.org/o/r/src/branch/x/docs", Provider::Gitea, "https://codeberg.org/o/r"),
        ("https://codeberg.org/o/r/pulls/3", Provider::Gitea, "https://codeberg.org/o/r"),
        ("https://gitea.com/o/r/commits/branch/main", Provider::Gitea, "https://gitea.com/o/r"),
    ]);
}

#[test]
fn server_below_a_path_keeps_its_prefix() {
    let stored = |text, provider| Location::host(text, Some(provider)).unwrap();
    let gitea = stored("https://example.com/git/owner/name/src/branch/main", Provider::Gitea);
    assert_eq!(gitea.text(), "https://example.com/git/owner/name");
    assert_eq!(gitea.default_name(), "owner/name");
    let gitlab = stored("https://example.com/gitlab/group/name/-/issues", Provider::GitLab);
    assert_eq!(gitlab.text(), "https://example.com/gitlab/group/name");
}

#[test]
fn address_that_can_not_be_read_is_refused_for_its_reason() {
    for text in ["not an address", "", "octocat", "/srv/code", "./code/here", "~/src/code", "mailto:a@b", "C:\\code"] {
        assert!(matches!(location(text), Err(LocationError::NotAnAddress(_))), "{text}: {:?}", location(text));
    }
    let long = format!("https://github.com/owner/{}", "x".repeat(URL_BYTES_MAX));
    assert!(matches!(location(&long), Err(LocationError::NotAnAddress(_))));
    let longest = format!("https://github.com/owner/{}", "x".repeat(URL_BYTES_MAX - 25));
    assert!(longest.len() == URL_BYTES_MAX && location(&longest).is_ok());
    for text in ["https://user@github.com/a/b", "https://:secret@github.com/a/b", "ssh://git:secret@github.com/a/b"] {
        assert_eq!(location(text), Err(LocationError::Credentials), "{text}");
    }
    for text in ["ftp://github.com/a/b", "file:///srv/code"] {
        assert!(matches!(location(text), Err(LocationError::NotHttps(_))), "{text}");
    }
    assert!(matches!(location("http://github.com:3000/a/b"), Err(LocationError::PlainHttpPort(_))));
    for text in ["https://git.example.com/a/b", "git@git.example.com:a/b.git", "git.example.com/a/b"] {
        assert_eq!(location(text), Err(LocationError::UnknownHost("git.example.com".to_owned())), "{text}");
    }
    for text in [
        "https://github.com/a",
        "https://github.com/a/b/c",
        "https://gitlab.com/a",
        "https://github.com/",
        "https://codeberg.org/a/b/c",
        "github.com",
        "git@github.com:a.git",
    ] {
        assert!(matches!(location(text), Err(LocationError::NoRepository(_))), "{text}: {:?}", location(text));
    }
    for text in ["https://github.com//a/b", "https://github.com/a//b", "https://github.com/a/b//", "a//b"] {
        assert!(matches!(location(text), Err(LocationError::EmptyPart(_))), "{text}: {:?}", location(text));
    }
    for (text, part) in [
        ("https://github.com/a/b%20c", "b%20c"),
        ("https://github.com/a/b c", "b%20c"),
        ("https://github.com/a/b%2Fc", "b%2Fc"),
        ("https://gitlab.com/g%20h/p", "g%20h"),
        ("https://github.com/~a/b", "~a"),
    ] {
        assert_eq!(location(text), Err(LocationError::NotAName(part.to_owned())), "{text}");
    }
    let no_host = Location::host("owner/name", Some(Provider::Gitea));
    assert!(matches!(no_host, Err(LocationError::NoHost(_))));
}

#[test]
fn known_host_with_another_provider_is_refused() {
    for (text, named, provider) in [
        ("https://github.com/a/b", Provider::GitLab, Provider::GitHub),
        ("https://gitlab.com/a/b", Provider::Gitea, Provider::GitLab),
        ("https://codeberg.org/a/b", Provider::GitHub, Provider::Gitea),
    ] {
        let refused = Location::host(text, Some(named)).unwrap_err();
        assert!(matches!(&refused, LocationError::OtherProvider { provider: found, .. } if *found == provider));
        assert!(refused.to_string().contains(&format!("is '{}'", provider.as_str())), "{refused}");
        assert!(Location::host(text, Some(provider)).is_ok());
    }
}

#[test]
fn unsupported_host_is_named_and_no_work_around_is_given() {
    for (text, name) in [
        ("https://bitbucket.org/team/repo", "Bitbucket"),
        ("git@bitbucket.org:team/repo.git", "Bitbucket"),
        ("https://dev.azure.com/org/project/_git/repo", "Azure DevOps"),
        ("git@ssh.dev.azure.com:v3/org/project/repo", "Azure DevOps"),
        ("https://org.visualstudio.com/project/_git/repo", "Azure DevOps"),
        ("https://git.sr.ht/~sircmpwn/hare", "SourceHut"),
        ("git@git.sr.ht:~sircmpwn/hare", "SourceHut"),
    ] {
        for provider in [None, Some(Provider::GitHub), Some(Provider::Gitea)] {
            let refused = Location::host(text, provider).unwrap_err();
            assert_eq!(refused, LocationError::Unsupported(name), "{text}");
            let message = refused.to_string();
            assert!(message.contains("not supported") && !message.contains("provider"), "{message}");
        }
    }
}

#[test]
fn error_names_every_kind_of_host() {
    let unknown = location("https://git.example.com/a/b").unwrap_err().to_string();
    let choices = "('github', 'gitlab' or 'gitea'; Forgejo is 'gitea')";
    assert_eq!(unknown, format!("'git.example.com' is not a known git host: name its provider {choices}"));
    let unsupported = location("https://bitbucket.org/a/b").unwrap_err().to_string();
    assert!(unsupported.ends_with("repositories at GitHub, GitLab, Gitea and Forgejo"), "{unsupported}");
}

#[test]
fn refused_address_does_not_repeat_a_secret() {
    for text in ["https://user:s3cret@", "user:s3cret@github.com:a/b", "ftp://u:s3cret@host/a", "u:s3cret@x"] {
        let refused = location(text).unwrap_err().to_string();
        assert!(!refused.contains("s3cret"), "{refused}");
    }
}

#[test]
fn host_of_dots_is_no_host() {
    for text in ["ssh://git@./0/a", "https://./a/b", "git@.:a/b", "https://../a/b", "http://./1/a"] {
        let refused = Location::host(text, Some(Provider::GitHub));
        assert!(matches!(refused, Err(LocationError::NotAnAddress(_))), "{text}: {refused:?}");
    }
}

proptest! {
    /// Whatever is accepted is stored in a form that is accepted and stays as it is.
    #[test]
    fn stored_address_is_stored_again_as_it_is(
        scheme in "(https://|http://|git@|ssh://git@|)",
        host in "(github\\.com|git\\.example\\.com|gitlab\\.com|[a-z.]{0,9})",
        path in "[:/][a-zA-Z0-9%./:@ -]{0,30}",
        provider in proptest::option::of(prop::sample::select(Provider::ALL.to_vec())),
    ) {
        let text = format!("{scheme}{host}{path}");
        if let Ok(Location::Host { provider, url }) = Location::host(&text, provider) {
            prop_assert!(url.scheme() == "https" && url.query().is_none() && url.username().is_empty());
            let again = Location::host(url.as_str(), Some(provider));
            prop_assert_eq!(again, Ok(Location::Host { provider, url }));
        }
    }
}

#[test]
fn same_repository_is_recognised_in_another_case() {
    let at = |text| Location::host(text, Some(Provider::GitHub)).unwrap();
    assert!(at("https://github.com/Octocat/Hello").is_same(&at("git@github.com:octocat/hello.git")));
    assert!(!at("https://github.com/octocat/hello").is_same(&at("https://github.com/octocat/hello2")));
    let folder = |path: &str| Location::Path(path.to_owned());
    assert!(folder("/srv/a").is_same(&folder("/srv/a")) && !folder("/srv/a").is_same(&folder("/srv/A")));
}

#[test]
fn folder_is_named_by_its_last_part() {
    for (path, name) in [("/srv/code/", "code"), ("code", "code"), ("/srv/a/b", "b")] {
        assert_eq!(Location::Path(path.to_owned()).default_name(), name);
        assert_eq!(Location::Path(path.to_owned()).text(), path);
    }
}

#[test]
fn providers_are_parsed_from_their_words() {
    for (provider, name) in [(Provider::GitHub, "github"), (Provider::GitLab, "gitlab"), (Provider::Gitea, "gitea")] {
        assert_eq!((provider.as_str(), Provider::parse(name)), (name, Some(provider)));
    }
    assert_eq!(Provider::parse("bitbucket"), None);
}

#[test]
fn tombstone_has_no_token() {
    let token = Some(Sealed::from_bytes(vec![1, 2, 3]));
    let before = Repository { token, ..repository() };
    let now = instant("2026-03-10T09:00:00Z");
    let after = Repository { token: None, version: before.version + 1, deleted_at: Some(now), ..before.clone() };
    assert_eq!(before.deleted(now), after);
}

#[test]
fn debug_output_hides_secrets() {
    let token = AccessToken::new("ghp_secret".to_owned());
    assert_eq!(token.expose(), "ghp_secret");
    assert_eq!(format!("{token:?}"), "AccessToken(…)");
    let sealed = Sealed::from_bytes(vec![1, 2, 3]);
    assert_eq!((sealed.bytes(), format!("{sealed:?}")), (&[1, 2, 3][..], "Sealed(3 bytes)".to_owned()));
}
