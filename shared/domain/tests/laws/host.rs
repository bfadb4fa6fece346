//! Hosts that can't exist and names that are local by definition are refused, with the part that is wrong.

use domain::host::check;
use url::Url;

fn refusal(text: &str) -> String {
    let url = Url::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
    check(&url, false).expect_err(text).to_string()
}

#[test]
fn host_that_cannot_exist_is_refused_with_the_part_that_is_wrong() {
    let label = "a".repeat(64);
    let name = ["a".repeat(60).as_str(); 5].join(".");
    let table = [
        ("https://*/hook".to_owned(), "the part '*' of the host contains '*'"),
        ("https://*.example.com/hook".to_owned(), "the part '*' of the host contains '*'"),
        ("https://a!b.example.com/".to_owned(), "the part 'a!b' of the host contains '!'"),
        ("https://-/hook".to_owned(), "the part '-' of the host begins or ends with a hyphen"),
        ("https://-a.example.com/".to_owned(), "the part '-a' of the host begins or ends with a hyphen"),
        ("https://a-.example.com/".to_owned(), "the part 'a-' of the host begins or ends with a hyphen"),
        ("https://./hook".to_owned(), "only dots"),
        ("https://../hook".to_owned(), "only dots"),
        ("https://a..example.com/".to_owned(), "two dots in a row"),
        ("https://.example.com/".to_owned(), "begins with a dot"),
        ("https://example.com../".to_owned(), "two dots in a row"),
        (format!("https://{label}.example.com/"), "is longer than 63 characters"),
        (format!("https://{name}/"), "is longer than 253 characters"),
        ("https://example.com:0/hook".to_owned(), "the port of the address is 0"),
        ("https://93.184.215.14:0/hook".to_owned(), "the port of the address is 0"),
    ];
    for (text, wanted) in table {
        let refusal = refusal(&text);
        assert!(refusal.contains(wanted), "{text}: {refusal}");
        assert!(refusal.chars().count() < 200, "{refusal}");
    }
}

#[test]
fn name_that_is_local_by_definition_is_refused() {
    for host in [
        "localhost",
        "localhost.",
        "LOCALHOST",
        "a.localhost",
        "a.b.localhost.",
        "localhost.localdomain",
        "ip6-localhost",
        "ip6-loopback",
    ] {
        assert!(refusal(&format!("https://{host}/")).contains("is a name of the machine itself"), "{host}");
        assert_eq!(check(&Url::parse(&format!("http://{host}/")).unwrap(), true), Ok(()), "{host} in the local stack");
    }
    for host in [
        "printer.local",
        "local.",
        "metadata.google.internal",
        "metadata.google.internal.",
        "a.internal",
        "ip-10-0-0-1.eu-west-1.compute.internal",
        "router.home.arpa",
    ] {
        let refusal = refusal(&format!("https://{host}/"));
        assert!(refusal.contains("is a name of a local network"), "{host}: {refusal}");
        assert!(check(&Url::parse(&format!("https://{host}/")).unwrap(), true).is_err(), "{host} in the local stack");
    }
}

#[test]
fn name_that_only_looks_local_and_a_literal_address_are_accepted() {
    let longest_label = format!("{}.example.com", "a".repeat(63));
    let longest = format!("{0}.{0}.{0}.{1}", "a".repeat(63), "b".repeat(61));
    assert_eq!(longest.len(), 253);
    for host in [
        "hooks.example.com",
        "hooks.example.com.",
        "localhost.example.com",
        "notlocalhost",
        "mylocal",
        "internal.example.com",
        "xn--bcher-kva.example",
        "bücher.example",
        "a_b.example.com",
        "a--b.example.com",
        "1.example.com",
        longest_label.as_str(),
        longest.as_str(),
        "93.184.215.14",
        "[2606:2800:21f::1]",
        "127.0.0.1",
    ] {
        let url = Url::parse(&format!("https://{host}:8443/hook")).unwrap();
        assert_eq!(check(&url, false), Ok(()), "{host}");
    }
}
