//! What the environment sets for the API alone.

use crate::surroundings::required_variables;
use adapters::boot::{ApiSettings, Environment, Settings, SettingsError};

fn read(pairs: &[(&'static str, &'static str)]) -> Result<ApiSettings, SettingsError> {
    ApiSettings::read(&Environment::from_pairs(pairs.iter().copied()))
}

#[test]
fn every_invalid_variable_is_named_at_once_with_its_invalid_part() {
    let invalid = [
        ("JWT_SECRET", "short"),
        ("JWT_JWKS_URL", "http://example.com/jwks"),
        ("API_BASE_PATH", "prod/"),
        ("CORS_ORIGINS", "*,https://good.example,https://bad.example/path"),
    ];
    let error = read(&invalid).unwrap_err().to_string();
    for part in
        ["JWT_ISSUER", "JWT_AUDIENCE", "JWT_SECRET", "JWT_JWKS_URL", "'prod/'", "'*'", "'https://bad.example/path'"]
    {
        assert!(error.contains(part), "{part} is missing in: {error}");
    }
    assert!(!error.contains("good.example") && !error.contains("short"), "{error}");
}

#[test]
fn variables_of_every_function_and_of_the_api_are_named_in_one_error() {
    let mut variables = required_variables();
    variables.retain(|(name, _)| *name != "TABLE_NAME");
    variables.extend([("LOG_LEVEL", "loud".to_owned()), ("CORS_ORIGINS", "*".to_owned())]);
    let error = Settings::read_for_api(&Environment::from_pairs(variables)).unwrap_err();
    let named: Vec<_> = error.faults.iter().map(|fault| (fault.variable.name, fault.missing)).collect();
    assert_eq!(
        named,
        [
            ("TABLE_NAME", true),
            ("JWT_ISSUER", true),
            ("JWT_AUDIENCE", true),
            ("JWT_JWKS_URL", true),
            ("CORS_ORIGINS", false),
            ("LOG_LEVEL", false),
        ]
    );
}

#[test]
fn tokens_need_a_key_of_either_kind() {
    let error = read(&[("JWT_ISSUER", "i"), ("JWT_AUDIENCE", "a")]).unwrap_err().to_string();
    assert!(error.contains("JWT_JWKS_URL is missing") && error.contains("or JWT_SECRET in its place"), "{error}");
}

#[test]
fn valid_variables_are_read_without_the_spaces_around_them_and_no_secret_is_shown() {
    let secret = "0123456789abcdef0123456789abcdef";
    let settings = read(&[
        ("JWT_SECRET", "0123456789abcdef0123456789abcdef\n"),
        ("JWT_JWKS_URL", "http://127.0.0.1:9/jwks.json"),
        ("JWT_ISSUER", " i"),
        ("JWT_AUDIENCE", "a"),
        ("CORS_ORIGINS", "http://localhost:5173, https://app.example.com"),
    ])
    .unwrap();
    assert_eq!(
        (settings.auth.secret.as_ref().map(|kept| kept.last().to_string()).as_deref(), settings.auth.issuer.as_str()),
        (Some(secret), "i")
    );
    assert_eq!(settings.base_path, "");
    assert!(!settings.allow_loopback);
    assert_eq!(settings.cors_origins, ["http://localhost:5173", "https://app.example.com"]);
    assert!(!format!("{settings:?}").contains(secret));
}

#[test]
fn dashboard_needs_an_issuer_and_a_client_or_neither() {
    use adapters::boot::SignIn;
    let key = [("JWT_SECRET", "0123456789abcdef0123456789abcdef"), ("JWT_ISSUER", "i"), ("JWT_AUDIENCE", "a")];
    let read = |more: &[(&'static str, &'static str)]| read(&[&key[..], more].concat());
    assert_eq!(read(&[]).unwrap().dashboard.sign_in, SignIn::Bearer);
    for (given, missing) in [
        (("DASHBOARD_OIDC_ISSUER", "https://issuer.example.com"), "DASHBOARD_OIDC_CLIENT_ID"),
        (("DASHBOARD_OIDC_CLIENT_ID", "c"), "DASHBOARD_OIDC_ISSUER"),
    ] {
        let faults = read(&[given]).unwrap_err().faults;
        let named: Vec<_> = faults.iter().map(|fault| (fault.variable.name, fault.missing)).collect();
        assert_eq!(named, [(missing, true)]);
    }
    let error = read(&[
        ("DASHBOARD_OIDC_ISSUER", "http://issuer.example.com"),
        ("DASHBOARD_OIDC_CLIENT_ID", "c\u{e9}"),
        ("DASHBOARD_NAME", "a\u{7}b"),
    ]);
    assert_eq!(error.unwrap_err().faults.len(), 3);
}
