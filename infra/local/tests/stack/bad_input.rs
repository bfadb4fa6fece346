//! Invalid input: one clear message, and an exit code that is not 0.

use crate::program::{Place, Variables};

/// Runs the program, which must fail with one message that contains all parts.
fn refuses(place: &Place, arguments: &[&str], variables: Variables<'_>, parts: &[&str]) {
    let output = place.run(arguments, variables);
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.code().is_some_and(|code| code != 0), "{arguments:?}: {:?} {said}", output.status);
    assert_eq!(said.matches("error:").count(), 1, "one message for {arguments:?}: {said}");
    assert!(!said.contains("panicked") && !said.contains("RUST_BACKTRACE"), "{said}");
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "", "{arguments:?}");
    for part in parts {
        assert!(said.contains(part), "'{part}' is missing for {arguments:?}: {said}");
    }
}

#[test]
fn invalid_repositories_are_refused() {
    let place = Place::with_repository();
    let empty = tempfile::tempdir().unwrap();
    let empty = empty.path().to_str().unwrap();
    let cases: [(&str, &[&str]); 10] = [
        ("/no/such/folder", &["there is no folder '/no/such/folder'"]),
        (empty, &["is not a git repository", empty]),
        ("nowhere", &["there is no folder 'nowhere'"]),
        ("./owner/name", &["there is no folder './owner/name'"]),
        ("https://github.com/owner", &["an owner and a name are expected"]),
        ("github.com/owner//name", &["empty part"]),
        ("https://example.com/owner/name", &["example.com", "provider"]),
        ("git@bitbucket.org:owner/name.git", &["Bitbucket is not supported"]),
        ("https://user:password@github.com/owner/name", &["user name or a password"]),
        ("https://", &["is not the address of a repository"]),
    ];
    for (repository, parts) in cases {
        refuses(&place, &["report", repository], &[], parts);
    }
    refuses(&place, &["--repository", "/no/such/folder"], &[], &["there is no folder '/no/such/folder'"]);
}

#[test]
fn invalid_arguments_are_refused() {
    let place = Place::with_repository();
    let cases: [(&[&str], &[&str]); 11] = [
        (&["report", ".", "--since", "tomorrow"], &["--since", "'tomorrow'", "30d"]),
        (&["report", ".", "--since", "2999-01-01"], &["--since", "future"]),
        (&["report", ".", "--branch", "nowhere"], &["no branch 'nowhere'"]),
        (&["report", ".", "--branch", "a..b"], &["--branch", "a..b"]),
        (&["report", ".", "--style", "baroque"], &["'baroque'", "changelog"]),
        (&["report", ".", "--model", "gpt-4o-mini"], &["gpt-4o-mini", "OPENAI_API_KEY", "OPENAI_BASE_URL"]),
        (&["recount", "--month", "2026-13"], &["--month", "2026-13", "YYYY-MM"]),
        (&["recount", "--account", "not-a-uuid"], &["--account", "not-a-uuid", "UUID"]),
        (&["recount", "--data-dir", "nowhere"], &["there is no table in 'nowhere'", "--data-dir"]),
        (&["--schedule", "99 * * * *"], &["99"]),
        (&["--timezone", "Mars/Olympus"], &["Mars/Olympus"]),
    ];
    for (arguments, parts) in cases {
        refuses(&place, arguments, &[], parts);
    }
}

#[test]
fn all_wrong_variables_are_named_at_once() {
    let place = Place::with_repository();
    let variables = [
        ("OPENAI_BASE_URL", "nonsense"),
        ("TEST_RUNS_COUNT", "perhaps"),
        ("CORS_ORIGINS", "*"),
        ("GIT_REPORT_CLOCK_OFFSET_SECONDS", "soon"),
        ("GIT_REPORT_GITLAB_API_URL", "here"),
        ("GIT_REPORT_GITEA_API_URL", "there"),
        ("GIT_REPORT_DYNAMODB_URL", "nowhere"),
        ("LOG_LEVEL", "loud"),
    ];
    let names: Vec<&str> = variables.iter().map(|(name, _)| *name).collect();
    refuses(&place, &["report", "."], &variables, &names);
    let free = ["--api-port=0", "--receiver-port=0", "--dynamodb-port=0", "--sqs-port=0", "--eventbridge-port=0"];
    refuses(&place, &free, &variables, &names);
}

#[test]
fn wrong_variable_is_refused_with_its_value_and_what_to_write() {
    let place = Place::with_repository();
    let cases: [((&str, &str), &[&str]); 5] = [
        (("OPENAI_BASE_URL", "localhost:8080"), &["OPENAI_BASE_URL ('localhost:8080') is invalid", "https address"]),
        (("OPENAI_API_KEY", "sk wrong"), &["OPENAI_API_KEY is invalid", "no spaces", "unset it"]),
        (("TEST_RUNS_COUNT", "perhaps"), &["TEST_RUNS_COUNT ('perhaps') is invalid", "true or false"]),
        (
            ("GIT_REPORT_GITHUB_API_URL", "here"),
            &["GIT_REPORT_GITHUB_API_URL ('here')", "set it to the https address of an API"],
        ),
        (("GIT_REPORT_CLOCK_OFFSET_SECONDS", "soon"), &["('soon') is invalid", "a whole number of seconds"]),
    ];
    for (variable, parts) in cases {
        refuses(&place, &["report", "."], &[variable], parts);
        let said = String::from_utf8(place.run(&["report", "."], &[variable]).stderr).unwrap();
        assert!(!said.contains("does not describe a deployment") && !said.contains("sk wrong"), "{said}");
    }
}

#[test]
fn wrong_access_token_is_refused_with_its_source() {
    let place = Place::with_repository();
    let address = "https://github.com/owner/name";
    refuses(&place, &["report", address, "--token", "ghp a"], &[], &["--token", "copy it again"]);
    refuses(&place, &["report", address], &[("GITHUB_TOKEN", "ghp\na")], &["GITHUB_TOKEN", "copy it again"]);
}

#[test]
fn a_port_in_use_is_named_with_its_flag() {
    let place = Place::with_repository();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let arguments =
        ["--api-port=0", "--receiver-port=0", "--dynamodb-port=0", "--sqs-port", &port, "--eventbridge-port=0"];
    refuses(&place, &arguments, &[], &[&format!("port {port}"), "in use", "--sqs-port"]);
}

#[test]
fn invalid_port_is_refused_with_the_range() {
    let place = Place::with_repository();
    for name in ["api", "receiver", "dynamodb", "sqs", "eventbridge"] {
        let flag = format!("--{name}-port");
        let parts = [flag.as_str(), "give a number from 0 to 65535; 0 selects any free port"];
        for value in ["x", "", "-1", "65536", "1.5", "99999999999999999999", "🍎"] {
            let shown = format!("'{value}'");
            let expected = [&parts[..], &[&shown]].concat();
            let own = format!("{flag}={value}");
            let refused = |arguments: &[&str]| {
                refuses(&place, arguments, &[], &expected);
                let said = String::from_utf8(place.run(arguments, &[]).stderr).unwrap();
                assert!(!said.contains("digit") && !said.contains("in string"), "{said}");
            };
            refused(&[&own]);
            refused(&["serve", &own]);
            let variable = format!("GIT_REPORT_{}_PORT", name.to_uppercase());
            refuses(&place, &[], &[(&variable, value)], &expected);
        }
    }
}

#[tokio::test]
async fn unusable_folders_are_refused() {
    let place = Place::with_repository();
    std::fs::write(place.path().join("file"), "").unwrap();
    let free = ["--api-port=0", "--receiver-port=0", "--dynamodb-port=0", "--sqs-port=0", "--eventbridge-port=0"];
    let in_a_file: Vec<&str> = free.iter().copied().chain(["--data-dir", "file/folder"]).collect();
    refuses(&place, &in_a_file, &[], &["can't write to 'file/folder'", "--data-dir"]);

    let system = place.start(&["--no-report"], &[]).await;
    refuses(&place, &free, &[], &["another local stack uses", "--data-dir"]);
    drop(system);
}

#[test]
fn a_git_host_that_does_not_answer_fails_the_run() {
    let place = Place::with_repository();
    let gone = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let url = format!("http://{gone}");
    let variables = [("GIT_REPORT_GITHUB_API_URL", url.as_str())];
    refuses(&place, &["report", "https://github.com/owner/name"], &variables, &["GitHub"]);
}
