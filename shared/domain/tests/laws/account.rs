//! Plans, and models of the account's own.

use crate::sample::{configuration, instant, repository, user};
use domain::account::{Account, BASE_URL_BYTES_MAX, BaseUrl, BaseUrlError, ModelName, OwnModel, Plan, Standing};
use domain::configuration::{MODEL_CHARS_MAX, Writer, WriterChoice};
use domain::run::Snapshot;
use proptest::prelude::*;

fn base(text: &str) -> BaseUrl {
    BaseUrl::parse(text).unwrap()
}

fn account(plan: Plan) -> Account {
    let own_model = OwnModel {
        base_url: base("https://models.example.com/v1"),
        key: None,
        model: ModelName::parse("own-1").unwrap(),
        rates: None,
    };
    Account { plan, own_model: Some(own_model), ..Account::free(user()) }
}

#[test]
fn plans_are_parsed_from_their_words() {
    for (plan, name) in [(Plan::Free, "free"), (Plan::Pro, "pro")] {
        assert_eq!((plan.as_str(), Plan::parse(name)), (name, Some(plan)));
    }
    assert_eq!(Plan::parse("gold"), None);
}

#[test]
fn account_is_open_then_closed_then_deleted() {
    let (since, at) = (instant("2026-03-10T09:00:00Z"), instant("2026-03-10T10:00:00Z"));
    for (standing, expected) in [
        (Standing::Open, (true, None, None)),
        (Standing::Closing { since }, (false, Some(since), None)),
        (Standing::Deleted { since, at }, (false, Some(since), Some(at))),
    ] {
        assert_eq!((standing.is_open(), standing.closed_at(), standing.deleted_at()), expected, "{standing:?}");
    }
}

#[test]
fn own_model_is_used_only_while_the_plan_allows_it() {
    assert_eq!(Plan::ALL.map(Plan::allows_own_model), [false, true]);
    assert!(account(Plan::Pro).own_model_in_use().is_some());
    let free = account(Plan::Free);
    assert!(free.own_model.is_some() && free.own_model_in_use().is_none());
    assert!(Account { own_model: None, ..account(Plan::Pro) }.own_model_in_use().is_none());
}

#[test]
fn own_model_is_the_default_and_serves_any_chosen_model() {
    let default = Writer::Model("house-1".to_owned());
    let snapshot = |plan, choice: WriterChoice| {
        let mut configuration = configuration("@daily");
        configuration.settings.writer = choice;
        let snapshot = Snapshot::for_account(&account(plan), &configuration, (&repository(), &[]), &default);
        (snapshot.writer.as_str().to_owned(), snapshot.own_model)
    };
    let named = || WriterChoice::Chosen(Writer::Model("named-1".to_owned()));
    let plain = || WriterChoice::Chosen(Writer::Plain);
    let is = |name: &str, own: bool| (name.to_owned(), own);
    assert_eq!(snapshot(Plan::Pro, WriterChoice::Deployment), is("own-1", true));
    assert_eq!(snapshot(Plan::Pro, named()), is("named-1", true));
    assert_eq!(snapshot(Plan::Pro, plain()), is("plain", false));
    assert_eq!(snapshot(Plan::Free, WriterChoice::Deployment), is("house-1", false));
    assert_eq!(snapshot(Plan::Free, named()), is("named-1", false));
}

#[test]
fn base_address_is_https_or_loopback_and_has_no_secret() {
    for good in
        ["https://api.openai.com/v1", " https://models.example.com ", "http://127.0.0.1:8080/v1", "http://[::1]/"]
    {
        assert!(BaseUrl::parse(good).is_ok(), "{good}");
    }
    for (wrong, why) in [
        ("", BaseUrlError::NotAnAddress),
        ("models.example.com/v1", BaseUrlError::NotAnAddress),
        ("http://models.example.com/v1", BaseUrlError::NotHttps("http".to_owned())),
        ("ftp://models.example.com/v1", BaseUrlError::NotHttps("ftp".to_owned())),
        ("https://me@models.example.com/v1", BaseUrlError::MoreThanAPath),
        ("https://:secret@models.example.com/v1", BaseUrlError::MoreThanAPath),
        ("https://models.example.com/v1?key=secret", BaseUrlError::MoreThanAPath),
        ("https://models.example.com/v1#x", BaseUrlError::MoreThanAPath),
    ] {
        assert_eq!(BaseUrl::parse(wrong), Err(why), "{wrong}");
        assert!(!BaseUrl::parse(wrong).unwrap_err().to_string().contains("secret"));
    }
    let long = |bytes: usize| format!("https://a.example/{}", "x".repeat(bytes - "https://a.example/".len()));
    assert!(BaseUrl::parse(&long(BASE_URL_BYTES_MAX)).is_ok());
    assert_eq!(BaseUrl::parse(&long(BASE_URL_BYTES_MAX + 1)), Err(BaseUrlError::NotAnAddress));
}

#[test]
fn same_host_has_the_same_scheme_name_and_port() {
    let here = base("https://models.example.com/v1");
    for same in ["https://models.example.com/v2", "https://models.example.com:443", "https://MODELS.example.com/"] {
        assert!(here.is_at_host_of(&base(same)), "{same}");
    }
    for other in
        ["https://models.example.com:8443/v1", "https://example.com/v1", "https://models.example.com.evil.example/v1"]
    {
        assert!(!here.is_at_host_of(&base(other)), "{other}");
    }
    assert!(!base("http://localhost/v1").is_at_host_of(&base("https://localhost/v1")));
}

#[test]
fn model_name_is_one_line_and_not_plain() {
    assert_eq!(ModelName::parse(" llama 3 ").unwrap().as_str(), "llama 3");
    for wrong in ["", "  ", "plain", "a\nb", &"m".repeat(MODEL_CHARS_MAX + 1)] {
        assert!(ModelName::parse(wrong).is_err(), "{wrong:?}");
    }
    assert!(ModelName::parse(&"ü".repeat(MODEL_CHARS_MAX)).is_ok());
}

proptest! {
    #[test]
    fn base_address_is_parsed_from_its_text(text in "https://[a-zü0-9.]{1,180}(:[0-9]{1,4})?(/[ -~ü]{0,90})?") {
        if let Ok(read) = BaseUrl::parse(&text) {
            prop_assert!(read.url().as_str().len() <= BASE_URL_BYTES_MAX);
            prop_assert_eq!(BaseUrl::parse(read.url().as_str()), Ok(read));
        }
    }
}
