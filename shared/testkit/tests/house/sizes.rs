//! Files are short enough to understand as a whole, and folders contain few files.

use crate::tree::{assert_none, sources};
use std::collections::BTreeMap;
use std::path::Path;

const FILE_LINES_MAX: usize = 350;
const MAIN_LINES_MAX: usize = 40;
const FOLDER_FILES_MAX: usize = 15;
const LINE_COLUMNS_MAX: usize = 120;

#[test]
fn files_are_short() {
    let mut breaches = Vec::new();
    for source in sources() {
        let is_function_main = source.path.starts_with("functions/") && source.path.ends_with("src/main.rs");
        let max = if is_function_main { MAIN_LINES_MAX } else { FILE_LINES_MAX };
        if source.lines() > max {
            breaches.push(format!("{} has {} lines, at most {max} are allowed", source.path, source.lines()));
        }
    }
    assert_none("a file is too long", &breaches);
}

#[test]
fn lines_are_short() {
    let mut breaches = Vec::new();
    for source in sources() {
        for (at, line) in source.text.lines().enumerate() {
            let columns = line.chars().count();
            if columns > LINE_COLUMNS_MAX {
                let place = format!("{}:{}", source.path, at + 1);
                breaches.push(format!("{place} has {columns} columns, at most {LINE_COLUMNS_MAX} are allowed"));
            }
        }
    }
    assert_none("a line is too long", &breaches);
}

#[test]
fn folders_are_small() {
    let mut files: BTreeMap<String, usize> = BTreeMap::new();
    for source in sources() {
        let folder = Path::new(&source.path).parent().expect("a folder").display().to_string();
        *files.entry(folder).or_default() += 1;
    }
    let breaches: Vec<String> = files
        .into_iter()
        .filter(|(_, count)| *count > FOLDER_FILES_MAX)
        .map(|(folder, count)| format!("{folder} contains {count} files, at most {FOLDER_FILES_MAX} are allowed"))
        .collect();
    assert_none("a folder contains too many files", &breaches);
}
