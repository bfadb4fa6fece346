//! The data folder: its permissions, and what happens if a part of it is lost or damaged.

use crate::program::{FREE, Place};
use serde_json::json;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

/// The program must refuse to start, with one message that contains all parts.
fn refuses(place: &Place, parts: &[&str]) {
    let output = place.run(&FREE, &[]);
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert_eq!(said.lines().filter(|line| line.starts_with("error:")).count(), 1, "{said}");
    for part in parts {
        assert!(said.contains(part), "'{part}' is missing: {said}");
    }
}

/// A folder in which the demo has been started and stopped.
async fn used() -> Place {
    let place = Place::with_repository();
    let system = place.start(&["--no-report"], &[]).await;
    system.settled().await;
    assert_eq!(system.interrupt().await, Some(0));
    place
}

#[tokio::test]
async fn folder_and_table_are_readable_by_their_owner_only() {
    let place = used().await;
    let data = place.path().join(".git-report");
    // The modes of an earlier version.
    fs::set_permissions(&data, Permissions::from_mode(0o755)).unwrap();
    fs::set_permissions(data.join("table.sqlite"), Permissions::from_mode(0o644)).unwrap();
    let system = place.start(&["--no-report"], &[]).await;
    system.settled().await;
    assert_eq!(mode(&data), 0o700);
    let mut names = Vec::new();
    for file in fs::read_dir(&data).unwrap() {
        let file = file.unwrap();
        let name = file.file_name().into_string().unwrap();
        // The lock is empty, so its mode does not matter.
        if name != "lock" {
            assert_eq!(mode(&file.path()), 0o600, "{name}");
        }
        names.push(name);
    }
    for name in ["table.sqlite", "secrets-key", "jwt-secret", "webhook-secret", "token", "env"] {
        assert!(names.contains(&name.to_owned()), "{names:?}");
    }
}

#[tokio::test]
async fn lost_key_is_not_replaced_while_the_table_has_records() {
    let place = used().await;
    for secret in ["secrets-key", "webhook-secret"] {
        let (file, copy) = (place.path().join(".git-report").join(secret), place.path().join("copy"));
        fs::rename(&file, &copy).unwrap();
        refuses(&place, &[secret, "is missing", "restore the file", "move the folder away"]);
        assert!(!file.exists(), "{secret} was generated again");
        fs::rename(&copy, &file).unwrap();
    }
    let system = place.start(&["--no-report"], &[]).await;
    system.settled().await;
}

#[tokio::test]
async fn lost_key_of_an_empty_table_is_replaced() {
    let place = Place::with_repository();
    fs::rename(place.path().join(".git"), place.path().join("moved")).unwrap();
    let system = place.start(&[], &[]).await;
    system.settled().await;
    assert_eq!(system.interrupt().await, Some(0));
    fs::remove_file(place.path().join(".git-report/secrets-key")).unwrap();
    let system = place.start(&[], &[]).await;
    system.settled().await;
    assert!(place.path().join(".git-report/secrets-key").exists());
}

#[tokio::test]
async fn damaged_table_is_reported_with_what_to_do() {
    let place = used().await;
    let table = place.path().join(".git-report/table.sqlite");
    let whole = fs::read(&table).unwrap();
    let middle = [&whole[..100], &vec![0xa5; whole.len() - 100][..]].concat();
    for damaged in [b"this is not a table".repeat(100), middle] {
        fs::write(&table, damaged).unwrap();
        let _gone = fs::remove_file(table.with_extension("sqlite-wal"));
        refuses(&place, &["table.sqlite", "can't be read", "restore it from a copy", "move it away"]);
    }
}

/// The index of sums over all accounts is younger than the table.
#[tokio::test]
async fn table_of_an_earlier_version_gets_the_index_that_it_lacks() {
    let place = Place::with_repository();
    let system = place.start(&[], &[]).await;
    system.settled().await;
    let without =
        json!({"TableName": "git-report", "GlobalSecondaryIndexUpdates": [{"Delete": {"IndexName": "fleet"}}]});
    system.dynamodb("UpdateTable", &without).await;
    assert_eq!(system.interrupt().await, Some(0));

    let system = place.start(&["--no-report"], &[]).await;
    system.settled().await;
    let table = system.dynamodb("DescribeTable", &json!({"TableName": "git-report"})).await;
    let indexes = table["Table"]["GlobalSecondaryIndexes"].as_array().unwrap();
    assert!(indexes.iter().any(|index| index["IndexName"] == "fleet"), "{indexes:?}");
    let all = json!({"TableName": "git-report", "IndexName": "fleet"});
    assert!(system.dynamodb("Scan", &all).await["Count"].as_u64().unwrap() > 0, "the records of before are in it");
}
