//! Bodies, values and queries that no client should send.

/// Bodies that are not JSON, or JSON without a reliable meaning.
const MALFORMED: [&[u8]; 22] = [
    b"",
    b"{",
    b"nul",
    b"{} {}",
    b"\0",
    b"{}\0",
    b"\xef\xbb\xbf{}",
    b"\xff\xfe{\0}\0",
    b"{\"url\": \"\xff\"}",
    b"{\"\xc3\x28\": 1}",
    b"{\"name\": \"\xed\xa0\x80\"}",
    b"{\"name\": \"a\0b\"}",
    b"{\"name\": NaN}",
    b"{\"name\": Infinity}",
    b"{\"name\": 0x10}",
    b"{\"name\": 01}",
    b"{\"name\": 1,}",
    br#"{"name": "\ud800"}"#,
    br#"{"name": "\udc00\ud800"}"#,
    br#"{"\ud800": 1}"#,
    br#"{"name": "a", "name": "b"}"#,
    br#"{"name": "a", "n\u0061me": "b"}"#,
];

/// JSON texts of values that no member should have.
const HOSTILE: [&str; 43] = [
    "null",
    "true",
    "false",
    "0",
    "-0",
    "-1",
    "1.5",
    "1e999",
    "-1e999",
    "1e-999",
    "1e2147483648",
    "1180591620717411303424",
    "-1180591620717411303424",
    "18446744073709551616",
    "9223372036854775808",
    "0.1000000000000000055511151231257827",
    "[]",
    "[[]]",
    "{}",
    r#"{"a": {"b": [1, null]}}"#,
    r#""""#,
    r#"" ""#,
    r#""\u0000""#,
    r#""a\u0000b""#,
    r#""\r\nX-Evil: 1""#,
    r#""\u202e""#,
    r#""\ufeff""#,
    r#""💥""#,
    r#""../../etc/passwd""#,
    r#""'; drop table runs; --""#,
    r#""https://\u0000/a/b""#,
    r#""https://[::1]:99999/a/b""#,
    r#""https://github.com""#,
    r#""file:///etc/passwd""#,
    r#""javascript:alert(1)""#,
    r#""* * * * * *""#,
    r#""0 0 31 2 *""#,
    r#""*/0 * * * *""#,
    r#""9999-12-31T23:59:59-23:59""#,
    r#""0000-01-01T00:00:00+23:59""#,
    r#""2016-12-31T23:59:60Z""#,
    r#"{"$serde_json::private::Number": "1"}"#,
    r#"{"$serde_json::private::RawValue": "{"}"#,
];

const QUERIES: [&str; 39] = [
    "",
    "&",
    "=",
    "==&&",
    "a",
    "a=",
    "=a",
    "%",
    "%zz",
    "%ff=%fe",
    "%00=%00",
    "a=%00",
    "limit=%00",
    "limit=1&limit=1",
    "limit=1e2",
    "limit=0x10",
    "limit=1180591620717411303424",
    "limit=-0",
    "limit[]=1",
    "limit=1;offset=2",
    "offset=%f0%9f%92%a5",
    "cursor=eyJ9",
    "cursor=%F0%9F%92%A5",
    "cursor=..%2F..",
    "month=0000-00",
    "month=9999-12",
    "month=2026-1",
    "months=0",
    "from=9999-12-31T23:59:59-23:59",
    "to=0000-01-01T00:00:00%2B23:59",
    "from=2016-12-31T23:59:60Z",
    "status=%0d%0aX-Evil:1",
    "format=csv%00",
    "deliver=TRUE",
    "deliver=1",
    "search=%25%5f",
    "page=0",
    "perPage=100000",
    "estimate=maybe",
];

/// Bodies that are not JSON, also deep ones.
pub(super) fn malformed() -> impl Iterator<Item = Vec<u8>> {
    let deep = |open: &str, close: &str| format!("{}1{}", open.repeat(20_000), close.repeat(20_000)).into_bytes();
    let deep = [deep("[", "]"), deep(r#"{"a":"#, "}"), deep("[{\"a\":", "}]")];
    MALFORMED.iter().map(|body| body.to_vec()).chain(deep)
}

/// JSON texts of values that no member should have, also long and deep ones.
pub(super) fn hostile() -> impl Iterator<Item = String> {
    let (long, digits) = ("x".repeat(100_000), "9".repeat(100_000));
    let long = [
        format!("\"{long}\""),
        digits.clone(),
        format!("-{digits}"),
        format!("1.{digits}"),
        format!("1e{digits}"),
        format!("{}{}", "[".repeat(100), "]".repeat(100)),
    ];
    HOSTILE.into_iter().map(str::to_owned).chain(long)
}

/// Queries that no client should send, also long ones.
pub(super) fn queries() -> impl Iterator<Item = String> {
    let long =
        [format!("cursor={}", "A".repeat(20_000)), format!("limit={}", "9".repeat(20_000)), "a=1&".repeat(5_000)];
    QUERIES.into_iter().map(str::to_owned).chain(long)
}
