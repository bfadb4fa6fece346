//! The addresses that the guard admits and refuses.

use crate::server::{at, loopback, requests};
use adapters::guard::{AddressPolicy, Guard, GuardError};
use app::ports::Addresses;
use url::Url;
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, ResponseTemplate};

async fn reached(policy: AddressPolicy, address: &str) -> Result<(), GuardError> {
    let url = Url::parse(address).unwrap();
    Guard::new(policy).client_for(&url).await.map(|_| ())
}

async fn public(host: &str) -> Result<(), GuardError> {
    reached(AddressPolicy::Public, &format!("https://{host}/hook")).await
}

/// First and last address of each range that is denied.
const DENIED: [(&str, &str); 24] = [
    ("0.0.0.0", "0.255.255.255"),
    ("10.0.0.0", "10.255.255.255"),
    ("100.64.0.0", "100.127.255.255"),
    ("127.0.0.0", "127.255.255.255"),
    ("169.254.0.0", "169.254.255.255"),
    ("172.16.0.0", "172.31.255.255"),
    ("192.0.0.0", "192.0.0.255"),
    ("192.0.2.0", "192.0.2.255"),
    ("192.88.99.0", "192.88.99.255"),
    ("192.168.0.0", "192.168.255.255"),
    ("198.18.0.0", "198.19.255.255"),
    ("198.51.100.0", "198.51.100.255"),
    ("203.0.113.0", "203.0.113.255"),
    ("224.0.0.0", "239.255.255.255"),
    ("240.0.0.0", "255.255.255.255"),
    ("[::]", "[1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]"),
    ("[64:ff9b::a00:1]", "[100::1]"),
    ("[2001::]", "[2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff]"),
    ("[2001:db8::]", "[2001:db8:ffff:ffff:ffff:ffff:ffff:ffff]"),
    ("[2002::]", "[2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff]"),
    ("[3fff::]", "[3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff]"),
    ("[4000::]", "[fc00::1]"),
    ("[fe80::1]", "[fec0::1]"),
    ("[ff00::]", "[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]"),
];

/// The neighbours of those ranges.
const ADMITTED: [&str; 34] = [
    "1.0.0.0",
    "9.255.255.255",
    "11.0.0.0",
    "100.63.255.255",
    "100.128.0.0",
    "126.255.255.255",
    "128.0.0.0",
    "169.253.255.255",
    "169.255.0.0",
    "172.15.255.255",
    "172.32.0.0",
    "191.255.255.255",
    "192.0.1.0",
    "192.0.3.0",
    "192.88.98.255",
    "192.88.100.0",
    "192.167.255.255",
    "192.169.0.0",
    "198.17.255.255",
    "198.20.0.0",
    "198.51.99.255",
    "198.51.101.0",
    "203.0.112.255",
    "203.0.114.0",
    "223.255.255.255",
    "[::ffff:8.8.8.8]",
    "[2000::]",
    "[2001:200::]",
    "[2001:db7:ffff::]",
    "[2001:db9::]",
    "[2003::]",
    "[3ffe::]",
    "[3fff:1000::]",
    "[2a00:1450:4001:82a::200e]",
];

#[tokio::test]
async fn ends_of_every_private_range_are_denied() {
    for (first, last) in DENIED {
        for host in [first, last] {
            assert!(matches!(public(host).await, Err(GuardError::Forbidden { .. })), "{host} is reached");
        }
    }
}

#[tokio::test]
async fn private_addresses_mapped_to_ipv6_are_denied() {
    for (first, last) in DENIED.iter().filter(|(first, _)| !first.starts_with('[')) {
        for host in [format!("[::ffff:{first}]"), format!("[::ffff:{last}]")] {
            assert!(matches!(public(&host).await, Err(GuardError::Forbidden { .. })), "{host}");
        }
    }
}

#[tokio::test]
async fn neighbours_of_private_ranges_are_reached() {
    for host in ADMITTED {
        assert_eq!(public(host).await, Ok(()), "{host}");
    }
}

#[tokio::test]
async fn unusual_spellings_of_loopback_are_denied() {
    for host in ["2130706433", "0x7f.1", "0177.0.0.1", "127.1"] {
        assert!(matches!(public(host).await, Err(GuardError::Forbidden { .. })), "{host}");
    }
    for host in ["localhost", "LOCALHOST", "localhost.", "a.localhost", "ip6-localhost", "metadata.google.internal"] {
        let refused = public(host).await.unwrap_err();
        assert!(matches!(refused, GuardError::Host(_)) && refused.is_forbidden(), "{host}: {refused}");
    }
    for host in ["*", "-", "a..b", "example.com:0"] {
        assert!(matches!(public(host).await, Err(GuardError::Host(_))), "{host}");
    }
}

#[tokio::test]
async fn only_https_is_reached_and_http_on_allowed_loopback() {
    use AddressPolicy::{LoopbackToo, Public};
    let scheme = |scheme: &str| Err(GuardError::Scheme { scheme: scheme.to_owned() });
    assert_eq!(reached(Public, "http://8.8.8.8/").await, scheme("http"));
    assert_eq!(reached(Public, "http://127.0.0.1/").await, scheme("http"));
    assert_eq!(reached(LoopbackToo, "ftp://127.0.0.1/").await, scheme("ftp"));
    for address in ["http://127.0.0.1/", "http://[::1]/", "http://localhost/", "https://127.0.0.1/", "https://8.8.8.8/"]
    {
        assert_eq!(reached(LoopbackToo, address).await, Ok(()), "{address}");
    }
    for address in ["http://8.8.8.8/", "http://10.0.0.1/", "https://10.0.0.1/", "https://169.254.169.254/"] {
        let refused = reached(LoopbackToo, address).await.unwrap_err();
        assert!(refused.is_forbidden(), "{address}");
    }
}

#[tokio::test]
async fn runtime_interface_of_lambda_is_denied_where_loopback_is_allowed() {
    let guard = Guard::new(AddressPolicy::LoopbackToo).without_port(Some(9001));
    let check = async |address: &str| guard.check(&Url::parse(address).unwrap()).await;
    for denied in ["http://127.0.0.1:9001/", "http://localhost:9001/a", "https://[::1]:9001/", "http://127.9.9.9:9001/"]
    {
        assert!(check(denied).await.is_err(), "{denied}");
    }
    for kept in ["http://127.0.0.1:9002/", "http://127.0.0.1/", "https://8.8.8.8:9001/"] {
        assert_eq!(check(kept).await, Ok(()), "{kept}");
    }
    let open = Guard::new(AddressPolicy::LoopbackToo).without_port(None);
    assert_eq!(open.check(&Url::parse("http://127.0.0.1:9001/").unwrap()).await, Ok(()));
}

#[tokio::test]
async fn address_is_checked_without_being_reached() {
    use AddressPolicy::{LoopbackToo, Public};
    let check = async |policy, address: &str| Guard::new(policy).check(&Url::parse(address).unwrap()).await;
    for inside in ["https://10.0.0.1/a/b", "https://[::1]/a/b", "https://169.254.169.254/", "http://8.8.8.8/", "data:x"]
    {
        let refused = check(Public, inside).await.unwrap_err();
        assert!(!refused.why.is_empty(), "{inside}");
    }
    // A name that leads into a private network is refused without naming that network.
    let refused = check(Public, "https://localhost/a/b").await.unwrap_err();
    assert!(refused.why.contains("'localhost'") && !refused.why.contains("127."), "{refused}");
    for kept in ["https://8.8.8.8/a/b", "https://no-such-name.invalid/a/b"] {
        assert_eq!(check(Public, kept).await, Ok(()), "{kept}");
    }
    for kept in ["https://127.0.0.1/a/b", "http://localhost:4001/hook"] {
        assert_eq!(check(LoopbackToo, kept).await, Ok(()), "{kept}");
    }
    assert!(check(LoopbackToo, "https://10.0.0.1/a/b").await.is_err());
}

#[tokio::test]
async fn unresolved_name_is_not_forbidden() {
    let refused = public("no-such-name.invalid").await.unwrap_err();
    assert!(matches!(refused, GuardError::Unresolved { .. }) && !refused.is_forbidden());
}

#[tokio::test]
async fn client_follows_no_redirect_and_connects_to_no_other_name() {
    let server = MockServer::start().await;
    let away = ResponseTemplate::new(302).insert_header("location", at(&server, "/inside").as_str());
    Mock::given(any()).respond_with(away).mount(&server).await;
    let mut url = at(&server, "/");
    url.set_host(Some("localhost")).unwrap();
    let client = loopback().client_for(&url).await.unwrap();

    assert_eq!(client.get(url.clone()).send().await.unwrap().status(), 302);
    assert_eq!(requests(&server).await.len(), 1);

    url.set_host(Some("other.localhost")).unwrap();
    assert!(client.get(url).send().await.unwrap_err().is_connect());
    assert_eq!(requests(&server).await.len(), 1);
}
