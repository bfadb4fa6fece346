//! The files of an export: CSV with a header, as `\copy … csv header` writes it, and JSON lines.

use super::row::{Place, Reason, Row};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// The mark at the beginning of a file that some programs write before UTF-8.
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";
/// How CSV files write NULL besides an empty field.
const NULL: &str = "\\N";

/// The columns of an exported table.
#[derive(Clone, Copy, Debug)]
pub(super) struct Columns {
    /// A file without one of these is refused.
    pub(super) required: &'static [&'static str],
    pub(super) optional: &'static [&'static str],
}

/// A file that can't be read.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    #[error("'{file}' can't be read: {error}")]
    File { file: String, error: io::Error },
    #[error("'{0}' must be a .csv file with a header, or a .jsonl file with one object in each line")]
    Format(String),
    #[error("'{file}' has no column '{column}': export it under this name; docs/MIGRATING.md has the commands")]
    Column { file: String, column: &'static str },
}

/// A row, or the reason why it can't be read.
pub(super) type Found = Result<Row, (Place, Reason)>;

/// Reads the beginning of a file: whether it exists, has a known form and has every column that is required.
pub(super) fn check(path: &Path, columns: Columns) -> Result<(), SourceError> {
    read(path, columns, |_| false).map(|_| ())
}

/// Calls `take` with each row until it returns false. Returns the columns that are not imported.
pub(super) fn read(
    path: &Path,
    columns: Columns,
    mut take: impl FnMut(Found) -> bool,
) -> Result<BTreeSet<String>, SourceError> {
    let file: Arc<str> = Arc::from(path.to_string_lossy());
    let failed = |error| SourceError::File { file: file.to_string(), error };
    let mut reader = BufReader::new(File::open(path).map_err(failed)?);
    if reader.fill_buf().map_err(failed)?.starts_with(BYTE_ORDER_MARK) {
        reader.consume(BYTE_ORDER_MARK.len());
    }
    let begin = reader.fill_buf().map_err(failed)?;
    let first_line = begin.split(|byte| *byte == b'\n').next().unwrap_or_default();
    // The reader of CSV counts the line feed of a line end of two characters to the row after it.
    let lines_late = u64::from(first_line.ends_with(b"\r"));
    match path.extension().and_then(|ending| ending.to_str()) {
        Some("csv") => read_csv(&file, (reader, lines_late), columns, &mut take),
        Some("jsonl" | "ndjson" | "json") => read_lines(&file, reader, columns, &mut take).map_err(failed),
        _ => Err(SourceError::Format(file.to_string())),
    }
}

/// Counts the quotes that are read: their number is even in a whole file.
struct Quotes<R>(R, Arc<AtomicU64>);

impl<R: Read> Read for Quotes<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let bytes = self.0.read(buffer)?;
        let quotes = buffer.iter().take(bytes).filter(|byte| **byte == b'"').count();
        self.1.fetch_add(u64::try_from(quotes).unwrap_or(0), Ordering::Relaxed);
        Ok(bytes)
    }
}

fn read_csv(
    file: &Arc<str>,
    (reader, lines_late): (impl Read, u64),
    columns: Columns,
    take: &mut dyn FnMut(Found) -> bool,
) -> Result<BTreeSet<String>, SourceError> {
    let quotes = Arc::new(AtomicU64::new(0));
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(Quotes(reader, Arc::clone(&quotes)));
    let failed = |error: csv::Error| SourceError::File { file: file.to_string(), error: error.into() };
    let header = reader.byte_headers().map_err(failed)?;
    let header: Vec<Arc<str>> = header.iter().map(|name| Arc::from(String::from_utf8_lossy(name).trim())).collect();
    for column in columns.required {
        if !header.iter().any(|name| &**name == *column) {
            return Err(SourceError::Column { file: file.to_string(), column });
        }
    }
    let mut record = csv::ByteRecord::new();
    // The last row is known to be whole only at the end of the file.
    let mut held: Option<Found> = None;
    while reader.read_byte_record(&mut record).map_err(failed)? {
        let line = record.position().map_or(0, csv::Position::line) + lines_late;
        let found = csv_row(&header, &record, Place { file: Arc::clone(file), line });
        if held.replace(found).is_some_and(|before| !take(before)) {
            return Ok(BTreeSet::new());
        }
    }
    if let Some(last) = held {
        let is_whole = quotes.load(Ordering::Relaxed).is_multiple_of(2);
        take(if is_whole { last } else { Err((place_of(&last), broken_quotes())) });
    }
    Ok(header.iter().map(ToString::to_string).filter(|name| columns.ignore(name)).collect())
}

fn place_of(found: &Found) -> Place {
    match found {
        Ok(row) => row.place.clone(),
        Err((place, _)) => place.clone(),
    }
}

fn broken_quotes() -> Reason {
    Reason::new("the file ends inside a quoted value: it is incomplete, or a quote is missing; export it again")
}

fn csv_row(header: &[Arc<str>], record: &csv::ByteRecord, place: Place) -> Found {
    if record.len() != header.len() {
        let reason = format!("the row has {} values, and the header has {} columns", record.len(), header.len());
        return Err((place, Reason::new(reason)));
    }
    let mut values = Vec::with_capacity(header.len());
    for (name, value) in header.iter().zip(record) {
        match std::str::from_utf8(value) {
            Ok("" | NULL) => {}
            Ok(value) => values.push((Arc::clone(name), value.to_owned())),
            Err(_) => return Err((place, Reason::new(format!("'{name}' is not UTF-8: export with UTF8 encoding")))),
        }
    }
    Ok(Row { place, values })
}

fn read_lines(
    file: &Arc<str>,
    mut reader: impl BufRead,
    columns: Columns,
    take: &mut dyn FnMut(Found) -> bool,
) -> io::Result<BTreeSet<String>> {
    let mut ignored = BTreeSet::new();
    let (mut line, mut text) = (0, Vec::new());
    while reader.read_until(b'\n', &mut text)? > 0 {
        line += 1;
        if !text.trim_ascii().is_empty() {
            let found = json_row(&text, Place { file: Arc::clone(file), line });
            if let Ok(row) = &found {
                let unknown = row.values.iter().filter(|(name, _)| columns.ignore(name));
                ignored.extend(unknown.map(|(name, _)| name.to_string()));
            }
            if !take(found) {
                break;
            }
        }
        text.clear();
    }
    Ok(ignored)
}

fn json_row(text: &[u8], place: Place) -> Found {
    let object = match serde_json::from_slice(text) {
        Ok(Value::Object(object)) => object,
        Ok(_) => return Err((place, Reason::new("the line is not a JSON object"))),
        Err(error) => {
            return Err((place, Reason::new(format!("the line is not JSON (column {})", error.column()))));
        }
    };
    let mut values = Vec::with_capacity(object.len());
    for (name, value) in object {
        let value = match value {
            Value::Null => continue,
            Value::String(text) => text,
            other => other.to_string(),
        };
        if !value.is_empty() {
            values.push((Arc::from(name), value));
        }
    }
    Ok(Row { place, values })
}

impl Columns {
    fn ignore(&self, name: &str) -> bool {
        !self.required.contains(&name) && !self.optional.contains(&name)
    }
}
