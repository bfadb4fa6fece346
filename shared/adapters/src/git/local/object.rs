//! A commit as it is stored, parsed as leniently as git does.
//!
//! libgit2 refuses a commit whose date or person is malformed, and with it every walk that meets it. Git shows such a
//! commit: here a part that can't be parsed is absent, and only the object itself must exist.

use chrono::{DateTime, Datelike};
use domain::instant::Instant;
use encoding_rs::{Encoding, WINDOWS_1252};
use git2::{ErrorClass, ErrorCode, ObjectType, Odb, Oid};

/// The longest message that is kept, in bytes: a report shows two thousand.
const MESSAGE_BYTES_MAX: usize = 100_000;

/// A commit. A part that can't be parsed is `None` or empty.
pub(super) struct RawCommit {
    pub(super) tree: Option<Oid>,
    pub(super) parents: Vec<Oid>,
    /// Whether it names a parent whose id can't be parsed.
    pub(super) has_malformed_parent: bool,
    pub(super) author: Person,
    /// The committer's date; the author's where that can't be parsed.
    pub(super) committed_at: Option<Instant>,
    pub(super) message: String,
}

/// The author or committer of a commit.
#[derive(Default)]
pub(super) struct Person {
    pub(super) name: String,
    pub(super) email: String,
    at: Option<Instant>,
}

/// Reads a commit. It is an error if the object is missing or is no commit.
pub(super) fn read(odb: &Odb<'_>, id: Oid) -> Result<RawCommit, git2::Error> {
    let object = odb.read(id)?;
    if object.kind() != ObjectType::Commit {
        let message = format!("{id} is not a commit");
        return Err(git2::Error::new(ErrorCode::NotFound, ErrorClass::Object, message));
    }
    Ok(parse(object.data()))
}

fn parse(data: &[u8]) -> RawCommit {
    let (headers, message) = parts(data);
    let lines: Vec<&[u8]> = headers.split(|byte| *byte == b'\n').collect();
    let values = |name: &'static str| {
        lines.iter().filter_map(move |line| line.strip_prefix(name.as_bytes())?.strip_prefix(b" "))
    };
    let ids = |name| values(name).filter_map(|value| Oid::from_str(std::str::from_utf8(value).ok()?.trim()).ok());
    let label = values("encoding").next().map(<[u8]>::trim_ascii);
    let person = |name| values(name).next().map_or_else(Person::default, |value| person(&decoded(value, label)));
    let (author, committer) = (person("author"), person("committer"));
    let mut message = decoded(message, label).trim_start_matches('\n').to_owned();
    message.truncate(message.floor_char_boundary(MESSAGE_BYTES_MAX));
    let parents: Vec<Oid> = ids("parent").collect();
    RawCommit {
        tree: ids("tree").next(),
        has_malformed_parent: parents.len() < values("parent").count(),
        parents,
        committed_at: committer.at.or(author.at),
        author,
        message,
    }
}

/// The headers, and the message after the first empty line.
fn parts(data: &[u8]) -> (&[u8], &[u8]) {
    let end = data.windows(2).position(|pair| pair == b"\n\n").unwrap_or(data.len());
    (data.get(..end).unwrap_or_default(), data.get(end..).unwrap_or_default())
}

/// Text in the encoding that the commit names. Without one it is UTF-8; bytes that are not UTF-8 are read as Western
/// European, the most frequent encoding of old commits that name none.
fn decoded(bytes: &[u8], label: Option<&[u8]>) -> String {
    let named = label.and_then(Encoding::for_label).filter(|named| named.is_ascii_compatible());
    match (named, std::str::from_utf8(bytes)) {
        (Some(named), _) if named != encoding_rs::UTF_8 => named.decode_without_bom_handling(bytes).0.into_owned(),
        (_, Ok(text)) => text.to_owned(),
        (_, Err(_)) => WINDOWS_1252.decode_without_bom_handling(bytes).0.into_owned(),
    }
}

/// Parses `name <email> seconds zone`, of which any part can be missing or malformed.
fn person(line: &str) -> Person {
    let (named, date) = match line.rfind('>') {
        Some(end) => (line.get(..end).unwrap_or_default(), line.get(end + 1..).unwrap_or_default()),
        None => without_date(line),
    };
    let (name, email) = named.split_once('<').unwrap_or((named, ""));
    let email = email.split(['<', '>']).next().unwrap_or_default();
    let name = name.trim_matches(|letter: char| letter.is_whitespace() || matches!(letter, '<' | '>'));
    Person {
        name: name.to_owned(),
        email: email.trim().to_owned(),
        at: date.split_whitespace().next().and_then(instant),
    }
}

/// Removes the seconds and the zone from the end of a line whose address has no closing bracket.
fn without_date(line: &str) -> (&str, &str) {
    let is_zone = |zone: &str| zone.starts_with(['+', '-']) && zone.len() == 5;
    let found = line.rsplit_once(' ').filter(|(_, zone)| is_zone(zone)).and_then(|(rest, _)| rest.rsplit_once(' '));
    found.filter(|(_, seconds)| seconds.parse::<i64>().is_ok()).unwrap_or((line, ""))
}

/// Seconds since 1970. A date beyond the years that are written with four digits can't be right.
fn instant(seconds: &str) -> Option<Instant> {
    let at = DateTime::from_timestamp_secs(seconds.parse().ok()?)?;
    (1..=9_999).contains(&at.year()).then_some(at)
}

#[cfg(test)]
mod tests {
    use super::{parse, person};

    #[test]
    fn malformed_person_keeps_its_readable_parts() {
        let table = [
            ("Ada <ada@acme.example> 1772366400 +0100", "Ada", "ada@acme.example", Some(1_772_366_400)),
            ("Ada <ada@acme.example>> 1772366400 +0100", "Ada", "ada@acme.example", Some(1_772_366_400)),
            ("Ada <<ada@acme.example> 1772366400 +0100", "Ada", "", Some(1_772_366_400)),
            ("Ada <ada@acme.example 1772366400 +0100", "Ada", "ada@acme.example", Some(1_772_366_400)),
            ("Ada ada@acme.example 1772366400 +0100", "Ada ada@acme.example", "", Some(1_772_366_400)),
            ("<ada@acme.example> 1772366400 +0100", "", "ada@acme.example", Some(1_772_366_400)),
            ("Ada <ada@acme.example> 18446744073709551615 +0000", "Ada", "ada@acme.example", None),
            ("Ada <ada@acme.example> 999999999999 -7700", "Ada", "ada@acme.example", None),
            ("Ada <ada@acme.example> yesterday", "Ada", "ada@acme.example", None),
            ("Ada <ada@acme.example>", "Ada", "ada@acme.example", None),
            ("Ada", "Ada", "", None),
            ("", "", "", None),
        ];
        for (line, name, email, at) in table {
            let found = person(line);
            let seconds = found.at.map(|at| at.timestamp());
            assert_eq!((found.name.as_str(), found.email.as_str(), seconds), (name, email, at), "{line}");
        }
    }

    #[test]
    fn text_is_decoded_by_its_named_encoding() {
        let commit = |encoding: &str, bytes: &[u8]| {
            let mut data = format!("author Ada <a@b> 1 +0000\n{encoding}\n").into_bytes();
            data.extend_from_slice(bytes);
            parse(&data).message
        };
        assert_eq!(commit("", "Größe\n".as_bytes()), "Größe\n");
        assert_eq!(commit("", b"Gr\xf6\xdfe"), "Größe");
        assert_eq!(commit("encoding ISO-8859-1\n", b"Gr\xf6\xdfe"), "Größe");
        assert_eq!(commit("encoding UTF-8\n", b"Gr\xf6\xdfe"), "Größe");
        assert_eq!(commit("encoding KOI8-R\n", b"\xf0\xd2\xc9\xd7\xc5\xd4"), "Привет");
        assert_eq!(commit("encoding Shift_JIS\n", b"\x93\xfa\x96\x7b"), "日本");
        assert_eq!(commit("encoding no-such\n", "Größe".as_bytes()), "Größe");
    }

    #[test]
    fn bytes_that_are_no_commit_are_an_empty_commit() {
        for data in [&b""[..], b"\n", b"\n\n", b"tree x\nparent y\nauthor\n\nsubject", b"\xff\xfe\x00"] {
            let found = parse(data);
            assert!(found.tree.is_none() && found.parents.is_empty() && found.committed_at.is_none());
        }
        assert_eq!(parse(b"author\n\nsubject").message, "subject");
    }
}
