//! The files of this repository.

use std::fs;
use std::path::{Path, PathBuf};

/// The folders whose words and doc comments are checked, besides the files in the root folder.
pub(crate) const PLAIN_FOLDERS: [&str; 8] =
    [".cargo", ".ci", ".github", "docs", "events", "functions", "infra", "shared"];

/// The root of the workspace.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().expect("the workspace's root")
}

/// A file, with its path from the root.
pub(crate) struct Source {
    pub(crate) path: String,
    pub(crate) text: String,
}

impl Source {
    pub(crate) fn is_test(&self) -> bool {
        self.path.contains("/tests/")
    }

    pub(crate) fn lines(&self) -> usize {
        self.text.lines().count()
    }
}

/// Every text file in these folders, and those in the root folder itself.
pub(crate) fn texts(folders: &[&str]) -> Vec<Source> {
    let found = files(folders, is_text);
    assert!(found.len() > 40, "the walk found the texts: {}", found.len());
    found
}

/// Every document in Markdown.
pub(crate) fn documents() -> Vec<Source> {
    let folders: Vec<&str> = PLAIN_FOLDERS.into_iter().chain(["web"]).collect();
    let found = files(&folders, |path| path.extension().is_some_and(|extension| extension == "md"));
    assert!(found.len() > 40, "the walk found the documents: {}", found.len());
    found
}

fn files(folders: &[&str], is_wanted: fn(&Path) -> bool) -> Vec<Source> {
    let mut found = Vec::new();
    for entry in fs::read_dir(root()).expect("the root") {
        let path = entry.expect("an entry").path();
        if path.is_file() {
            push(&path, &mut found, is_wanted);
        }
    }
    for folder in folders {
        walk(&root().join(folder), &mut found, is_wanted);
    }
    found
}

/// Files that people write: code, configuration, documents, patches, and scripts, which have no extension.
fn is_text(path: &Path) -> bool {
    const EXTENSIONS: [&str; 11] = ["rs", "md", "yaml", "yml", "toml", "json", "py", "sh", "ts", "tsv", "patch"];
    match path.extension() {
        Some(extension) => EXTENSIONS.iter().any(|text| extension == *text),
        None => path.file_name().is_some_and(|name| name != ".git" && name != ".gitignore"),
    }
}

fn is_rust(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "rs")
}

/// Every Rust file of the workspace's crates.
pub(crate) fn sources() -> Vec<Source> {
    let mut found = Vec::new();
    for folder in ["functions", "shared", "infra"] {
        walk(&root().join(folder), &mut found, is_rust);
    }
    assert!(found.len() > 40, "the walk found the sources: {}", found.len());
    found
}

fn walk(folder: &Path, found: &mut Vec<Source>, is_wanted: fn(&Path) -> bool) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() && !path.ends_with("node_modules") && !path.ends_with("target") {
            walk(&path, found, is_wanted);
        } else if path.is_file() {
            push(&path, found, is_wanted);
        }
    }
}

fn push(path: &Path, found: &mut Vec<Source>, is_wanted: fn(&Path) -> bool) {
    if is_wanted(path) {
        let text = match fs::read_to_string(path) {
            // A binary file of an operating system or an editor, not one of this repository.
            Err(_) if path.extension().is_none() => return,
            text => text.unwrap_or_else(|error| panic!("{}: {error}", path.display())),
        };
        let path = path.strip_prefix(root()).expect("below the root").display().to_string();
        found.push(Source { path, text });
    }
}

/// Fails with all breaches.
pub(crate) fn assert_none(rule: &str, breaches: &[String]) {
    assert!(breaches.is_empty(), "{rule}:\n  {}", breaches.join("\n  "));
}
