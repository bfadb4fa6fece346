//! Headers that a user adds can't replace what the service sends, and their values are not shown.

use domain::delivery::{
    CustomHeaders, HEADER_NAME_BYTES_MAX, HEADER_VALUE_BYTES_MAX, HeaderName, HeaderNameError, HeaderValue,
};
use proptest::prelude::*;

#[test]
fn token_that_is_not_reserved_is_a_name() {
    for name in ["X-Api-Key", "authorization", "x", "a!#$%&'*+-.^_`|~9", "webhooks", "x-webhook-id", "Content-Language"]
    {
        assert_eq!(HeaderName::parse(name).unwrap().as_str(), name);
    }
    for name in ["", &"x".repeat(HEADER_NAME_BYTES_MAX + 1)] {
        assert_eq!(HeaderName::parse(name), Err(HeaderNameError::Length));
    }
    for name in ["x y", "x:", "x\n", "é", "x\u{0}", "(x)", "x/y", "x@y", "\"x\"", "[x]", "x,y"] {
        assert_eq!(HeaderName::parse(name), Err(HeaderNameError::NotAToken(name.to_owned())));
    }
}

#[test]
fn name_of_the_message_or_the_connection_is_reserved() {
    for name in [
        "host",
        "Host",
        "content-length",
        "Content-Type",
        "transfer-encoding",
        "Connection",
        "keep-alive",
        "te",
        "trailer",
        "upgrade",
        "proxy-authorization",
        "proxy-authenticate",
        "proxy-connection",
        "content-encoding",
        "Content-Disposition",
        "content-digest",
        "expect",
        "accept-encoding",
        "webhook-id",
        "Webhook-Signature",
        "WEBHOOK-anything",
    ] {
        assert_eq!(HeaderName::parse(name), Err(HeaderNameError::Reserved(name.to_owned())));
    }
}

#[test]
fn value_is_a_line_of_visible_characters_that_is_not_shown() {
    let value = HeaderValue::parse(" Bearer abc ").unwrap();
    assert_eq!((value.expose(), format!("{value:?}").as_str()), ("Bearer abc", "HeaderValue(…)"));
    assert!(HeaderValue::parse(&"x".repeat(HEADER_VALUE_BYTES_MAX)).is_ok());
    for text in ["", "  ", "a\r\nb", "a\nhost: x", "é", "a\u{0}", "a\tb", &"x".repeat(HEADER_VALUE_BYTES_MAX + 1)] {
        let error = HeaderValue::parse(text).unwrap_err().to_string();
        assert!(error.contains("visible ASCII") && !error.contains("a\n"), "{error}");
    }
}

proptest! {
    #[test]
    fn headers_are_read_back(headers in prop::collection::vec(("[a-z]x{1,8}", "[!-~]{1,9}( : [!-~]{1,9})?"), 1..10)) {
        let parsed = |(name, value): &(String, String)| {
            (HeaderName::parse(name).unwrap(), HeaderValue::parse(value).unwrap())
        };
        let headers = CustomHeaders::new(headers.iter().map(parsed).collect());
        prop_assert_eq!(CustomHeaders::from_bytes(&headers.to_bytes()), Some(headers));
    }

    #[test]
    fn any_other_bytes_are_no_headers(bytes in prop::collection::vec(any::<u8>(), 0..40)) {
        prop_assume!(!bytes.windows(2).any(|pair| pair == b": "));
        prop_assert_eq!(CustomHeaders::from_bytes(&bytes), None);
    }
}
