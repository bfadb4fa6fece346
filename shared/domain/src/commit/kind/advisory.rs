//! The ids of published vulnerabilities, and of the sorts of weakness that they are.

/// Whether a text has the id of an advisory (`CVE-2024-1234`, `GHSA-xxxx-xxxx-xxxx`, `RUSTSEC-2024-0001`) or of a
/// weakness (`CWE-79`).
pub(super) fn names_advisory(text: &str) -> bool {
    text.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '-').any(|word| {
        let mut parts = word.split('-');
        let name = parts.next().unwrap_or_default();
        let rest: Vec<&str> = parts.take(3).collect();
        let is_number =
            |part: &str, least: usize| part.len() >= least && part.bytes().all(|byte| byte.is_ascii_digit());
        match rest.as_slice() {
            [year, number, ..] if name.eq_ignore_ascii_case("CVE") || name.eq_ignore_ascii_case("RUSTSEC") => {
                is_number(year, 4) && is_number(number, 4)
            }
            [number, ..] if name.eq_ignore_ascii_case("CWE") => is_number(number, 1),
            [_, _, _] if name.eq_ignore_ascii_case("GHSA") => rest.iter().all(|part| part.len() == 4),
            _ => false,
        }
    })
}
