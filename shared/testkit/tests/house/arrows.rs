//! `functions → adapters → app → domain`. The local stack starts the functions' libraries; the testkit is for tests and
//! the local stack only.

use crate::tree::{assert_none, root};
use serde_json::Value;
use std::collections::BTreeMap;
use std::process::Command;

const FUNCTIONS: [&str; 4] = ["api", "report-scheduler", "report-runner", "webhook-delivery"];

/// The crates of this workspace that a crate may depend on, outside its tests.
fn allowed(name: &str) -> Vec<&'static str> {
    match name {
        "domain" => vec![],
        "app" => vec!["domain"],
        "adapters" => vec!["app", "domain"],
        "testkit" => vec!["adapters", "app", "domain"],
        "git-report" => [&["adapters", "app", "domain", "testkit"][..], &FUNCTIONS[..]].concat(),
        function if FUNCTIONS.contains(&function) => vec!["adapters", "app", "domain"],
        other => panic!("{other} is a new crate: add it to this list"),
    }
}

fn packages() -> Vec<Value> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--no-deps", "--offline"])
        .current_dir(root())
        .output()
        .expect("cargo metadata");
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("metadata");
    metadata["packages"].as_array().expect("packages").clone()
}

#[test]
fn dependencies_point_inwards() {
    let packages = packages();
    let names: Vec<&str> = packages.iter().map(|package| package["name"].as_str().expect("a name")).collect();
    let mut breaches = Vec::new();
    for package in &packages {
        let name = package["name"].as_str().expect("a name");
        for dependency in package["dependencies"].as_array().expect("dependencies") {
            let to = dependency["name"].as_str().expect("a name");
            let is_dev = dependency["kind"].as_str() == Some("dev");
            if names.contains(&to) && !is_dev && !allowed(name).contains(&to) {
                breaches.push(format!("{name} → {to}"));
            }
        }
    }
    assert_none("a dependency points outwards", &breaches);
}

#[test]
fn the_domain_knows_no_clock_network_or_database() {
    let banned = ["tokio", "reqwest", "aws-", "axum", "hyper", "lambda", "tracing", "git2", "rand", "futures"];
    let packages = packages();
    let domain = packages.iter().find(|package| package["name"] == "domain").expect("the domain");
    let breaches: Vec<String> = domain["dependencies"]
        .as_array()
        .expect("dependencies")
        .iter()
        .filter(|dependency| dependency["kind"].as_str() != Some("dev"))
        .map(|dependency| dependency["name"].as_str().expect("a name").to_owned())
        .filter(|name| banned.iter().any(|word| name.starts_with(word)))
        .collect();
    assert_none("the domain depends on", &breaches);
}

#[test]
fn every_dependency_has_a_comment_with_its_purpose() {
    let manifest = std::fs::read_to_string(root().join("Cargo.toml")).expect("the manifest");
    let section = manifest.split("[workspace.dependencies]").nth(1).expect("dependencies");
    let section = section.split("\n[").next().expect("a section");
    let mut seen = BTreeMap::new();
    for line in section.lines().filter(|line| line.contains('=') && !line.contains("path = ")) {
        let (name, rest) = line.split_once('=').expect("a dependency");
        seen.insert(name.trim().to_owned(), rest.contains(" # "));
    }
    assert!(seen.len() > 20, "the dependencies were read: {}", seen.len());
    let breaches: Vec<String> =
        seen.into_iter().filter(|(_, has_comment)| !has_comment).map(|(name, _)| name).collect();
    assert_none("a dependency without a comment", &breaches);
}
