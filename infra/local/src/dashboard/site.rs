//! The built dashboard in memory: less than a megabyte, read once, so that a request can name no other file.

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use flate2::Compression;
use flate2::write::GzEncoder;
use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::time::SystemTime;

/// The page of every path of the application.
const INDEX: &str = "index.html";
/// The folder of files whose names contain a hash of their content.
const HASHED: &str = "assets/";
/// Smaller files are sent as they are, in bytes.
const COMPRESSED_BYTES_MIN: usize = 1_024;

/// A name never has another content, so a browser asks once.
const IMMUTABLE: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
/// A browser asks each time: the page names the files of its build.
const NO_CACHE: HeaderValue = HeaderValue::from_static("no-cache");

/// The built files, by their paths.
pub(super) struct Site {
    index: File,
    files: BTreeMap<String, File>,
    /// When its page was written, which identifies a build.
    pub(super) built_at: SystemTime,
}

struct File {
    kind: HeaderValue,
    cached: HeaderValue,
    bytes: Bytes,
    /// For files that become smaller.
    compressed: Option<Bytes>,
}

impl Site {
    /// The site in this folder; `None` if its page, or a file that its page names, is missing.
    pub(super) fn load(folder: &Path) -> Option<Self> {
        let built_at = fs::metadata(folder.join(INDEX)).ok()?.modified().ok()?;
        let mut files = BTreeMap::new();
        read_folder(folder, "", &mut files).ok()?;
        let index = files.remove(INDEX)?;
        let page = std::str::from_utf8(&index.bytes).ok()?;
        let mut named =
            page.split('"').filter_map(|text| text.strip_prefix('/')).filter(|name| name.starts_with(HASHED));
        named.all(|name| files.contains_key(name)).then_some(())?;
        Some(Self { index, files, built_at })
    }

    /// The page of every path of the application.
    pub(super) fn page(&self, asked: &HeaderMap) -> Response {
        self.index.answer(asked)
    }

    /// A file by its path.
    pub(super) fn file(&self, name: &str, asked: &HeaderMap) -> Option<Response> {
        self.files.get(name).map(|file| file.answer(asked))
    }
}

/// Reads the files below a folder. Hidden ones, such as the manifest of the build, are not served.
fn read_folder(folder: &Path, prefix: &str, files: &mut BTreeMap<String, File>) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let Ok(name) = entry.file_name().into_string() else { continue };
        if name.starts_with('.') {
            continue;
        }
        let path = format!("{prefix}{name}");
        if entry.file_type()?.is_dir() {
            read_folder(&entry.path(), &format!("{path}/"), files)?;
        } else {
            files.insert(path.clone(), File::of(&path, fs::read(entry.path())?));
        }
    }
    Ok(())
}

impl File {
    fn of(path: &str, bytes: Vec<u8>) -> Self {
        let (kind, is_text) = kind(path);
        let compressed = (is_text && bytes.len() >= COMPRESSED_BYTES_MIN).then(|| compressed(&bytes)).flatten();
        Self {
            kind: HeaderValue::from_static(kind),
            cached: if path.starts_with(HASHED) { IMMUTABLE } else { NO_CACHE },
            bytes: Bytes::from(bytes),
            compressed,
        }
    }

    fn answer(&self, asked: &HeaderMap) -> Response {
        let compressed = self.compressed.as_ref().filter(|_| accepts_gzip(asked));
        let mut answer = Response::new(Body::from(compressed.unwrap_or(&self.bytes).clone()));
        let headers = answer.headers_mut();
        headers.insert(header::CONTENT_TYPE, self.kind.clone());
        headers.insert(header::CACHE_CONTROL, self.cached.clone());
        if self.compressed.is_some() {
            headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
        }
        if compressed.is_some() {
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        }
        answer
    }
}

/// The media type of a file, and whether it is text.
fn kind(path: &str) -> (&'static str, bool) {
    match path.rsplit_once('.').map(|(_, extension)| extension) {
        Some("html") => ("text/html; charset=utf-8", true),
        Some("js") => ("text/javascript; charset=utf-8", true),
        Some("css") => ("text/css; charset=utf-8", true),
        Some("svg") => ("image/svg+xml", true),
        Some("json" | "map") => ("application/json", true),
        Some("webmanifest") => ("application/manifest+json", true),
        Some("txt") => ("text/plain; charset=utf-8", true),
        Some("woff2") => ("font/woff2", false),
        Some("png") => ("image/png", false),
        Some("ico") => ("image/x-icon", false),
        _ => ("application/octet-stream", false),
    }
}

/// Whether a browser names gzip. Those that refuse it (`q=0`) don't exist, so qualities are not parsed.
fn accepts_gzip(asked: &HeaderMap) -> bool {
    let mut listed = asked.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    listed.any(|value| value.split(',').any(|coding| coding.trim().eq_ignore_ascii_case("gzip")))
}

fn compressed(bytes: &[u8]) -> Option<Bytes> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).ok()?;
    encoder.finish().ok().filter(|smaller| smaller.len() < bytes.len()).map(Bytes::from)
}
