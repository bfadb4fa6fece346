//! Which addresses a user may set, tested on the whole system.

use crate::program::Place;
use serde_json::json;

#[tokio::test]
async fn repository_in_a_private_network_is_refused_unless_it_is_on_this_machine() {
    let place = Place::with_repository();
    let system = place.start(&["--no-report"], &[]).await;
    let asked = async |host: &str| {
        let url = format!("https://{host}/owner/name");
        system.post("/repositories", &json!({"url": url, "provider": "gitea"})).await
    };
    for inside in ["10.0.0.1", "192.168.1.1:8443", "169.254.169.254", "[fd00::1]", "[::ffff:10.0.0.1]"] {
        let refused = asked(inside).await;
        assert_eq!(refused["code"], "VALIDATION_FAILED", "{inside}: {refused}");
        assert_eq!(refused["errors"][0]["pointer"], "/url", "{refused}");
    }
    for kept in ["127.0.0.1:3000", "no-such-name.invalid"] {
        let made = asked(kept).await;
        assert_eq!(made["provider"], "gitea", "{kept}: {made}");
    }
    // The branches are read from the host, but no server listens there.
    let made = asked("127.0.0.1:9").await;
    let branches = format!("/repositories/{}/branches", made["id"].as_str().unwrap());
    let unreachable = system.get_problem(&branches).await;
    assert_eq!(unreachable["code"], "REPOSITORY_UNREACHABLE", "{unreachable}");
    assert!(unreachable["detail"].as_str().unwrap().starts_with("Gitea at 127.0.0.1"), "{unreachable}");
}
