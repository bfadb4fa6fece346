//! The modules of the domain have one order, which its `lib.rs` states, and its files no cycle.

use crate::imports::Crate;
use crate::tree::{Source, assert_none, sources};
use std::collections::{BTreeMap, BTreeSet};

const FOLDER: &str = "shared/domain/src/";

fn files() -> Vec<Source> {
    let mut files = sources();
    files.retain_mut(|source| {
        let below = source.path.strip_prefix(FOLDER).map(str::to_owned);
        below.is_some_and(|below| {
            source.path = below;
            true
        })
    });
    files
}

fn imports(files: &[Source]) -> BTreeMap<String, BTreeSet<String>> {
    Crate::read(files.iter().map(|file| (file.path.as_str(), file.text.as_str()))).imports()
}

/// The modules in the order of the numbered list in the documentation of `lib.rs`.
fn order(lib: &str) -> Vec<String> {
    let lines = lib.lines().filter_map(|line| line.strip_prefix("//! "));
    let entries = lines.filter(|line| line.starts_with(|letter: char| letter.is_ascii_digit()));
    entries.map(|entry| entry.split('`').nth(1).expect("a module in backticks").to_owned()).collect()
}

/// Imports of a module that is not above the importing one in the list.
fn upward(imports: &BTreeMap<String, BTreeSet<String>>, order: &[String]) -> Vec<String> {
    let outer = |module: &str| module.split("::").next().unwrap_or_default().to_owned();
    let place = |module: &str| order.iter().position(|known| *known == outer(module));
    let mut breaches = Vec::new();
    for (from, targets) in imports.iter().filter(|(from, _)| !from.is_empty()) {
        for to in targets.iter().filter(|to| outer(to) != outer(from)) {
            if place(from).is_none() || place(to) >= place(from) {
                breaches.push(format!("{from} → {to}"));
            }
        }
    }
    breaches
}

/// Imports between files that import each other, directly or through others.
fn cycles(imports: &BTreeMap<String, BTreeSet<String>>) -> Vec<String> {
    let mut arrows: Vec<(&str, &str)> =
        imports.iter().flat_map(|(from, targets)| targets.iter().map(move |to| (from.as_str(), to.as_str()))).collect();
    loop {
        let before = arrows.len();
        let (from, to): (BTreeSet<&str>, BTreeSet<&str>) = arrows.iter().copied().unzip();
        // A file that imports nothing more, or that nothing more imports, is in no cycle.
        arrows.retain(|(one, other)| to.contains(one) && from.contains(other));
        if arrows.len() == before {
            return arrows.into_iter().map(|(from, to)| format!("{from} → {to}")).collect();
        }
    }
}

#[test]
fn modules_of_the_domain_use_only_those_above_them_in_the_list() {
    let files = files();
    let lib = &files.iter().find(|file| file.path == "lib.rs").expect("lib.rs").text;
    let order = order(lib);
    let declared = lib.lines().filter_map(|line| line.trim_start_matches("pub ").strip_prefix("mod "));
    let mut declared: Vec<String> = declared.map(|name| name.trim_end_matches(';').to_owned()).collect();
    declared.sort();
    let mut listed = order.clone();
    listed.sort();
    assert_eq!(listed, declared, "every module is in the list of lib.rs once");
    let imports = imports(&files);
    let arrows: usize = imports.values().map(BTreeSet::len).sum();
    assert!(arrows > 100, "the imports were read: {arrows}");
    assert_none("a module of the domain uses one that is not above it", &upward(&imports, &order));
}

#[test]
fn no_files_of_the_domain_import_each_other() {
    assert_none("files of the domain import each other", &cycles(&imports(&files())));
}

#[test]
fn an_upward_import_and_a_cycle_are_found() {
    let file = |path: &str, text: &str| Source { path: path.to_owned(), text: text.to_owned() };
    let files = [
        file("lib.rs", "//! 1. [`id`]: ids\n//! 2. `run`: runs\n"),
        file("id.rs", "fn id(_: crate::run::Run) {}"),
        file("run/mod.rs", "mod wait;\npub use wait::Wait;\npub struct Run(Wait);"),
        file("run/wait.rs", "use super::Run;\npub struct Wait;\nimpl Run {}"),
    ];
    let order = order(&files[0].text);
    assert_eq!(order, ["id", "run"]);
    let imports = imports(&files);
    assert_eq!(upward(&imports, &order), ["id → run"]);
    assert_eq!(cycles(&imports), ["run → run::wait", "run::wait → run"]);
}
