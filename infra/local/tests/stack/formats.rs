//! A configuration's `webhook_format` decides what its receiver gets, over the API and on the wire.

use crate::program::Place;
use serde_json::json;

#[tokio::test]
async fn test_report_arrives_in_the_configured_format() {
    let place = Place::with_repository();
    let system = place.start(&[], &[]).await;
    system.settled().await;
    let repositories = system.get("/repositories").await;
    let repository = repositories["data"][0]["id"].as_str().unwrap();
    let webhook = format!("{}/webhook", system.variable("GIT_REPORT_RECEIVER_URL"));
    for (format, part) in [
        ("generic", "data"),
        ("slack", "blocks"),
        ("discord", "embeds"),
        ("teams", "attachments"),
        ("google_chat", "text"),
        ("mattermost", "attachments"),
        ("auto", "data"),
    ] {
        let body = json!({
            "repository_id": repository, "branch": "main", "schedule": "@weekly",
            "webhook_url": webhook, "webhook_format": format, "if_no_updates": "notify",
        });
        let made = system.post("/report-configurations", &body).await;
        assert_eq!(made["webhook_format"], format, "{made}");
        let path = format!("/report-configurations/{}/test-webhook", made["id"].as_str().unwrap());
        let tested = system.post(&path, &json!({})).await;
        assert_eq!(tested["webhook"]["delivered"], true, "{format}: {tested}");
        let received = system.received().await;
        let message = received.iter().find(|one| one["id"] == format!("run_{}", tested["id"].as_str().unwrap()));
        let message = message.unwrap_or_else(|| panic!("{format}: {received:?}"));
        assert!(message["body"].get(part).is_some(), "{format}: {message}");
    }
    let inside = json!({
        "repository_id": repository, "branch": "main", "schedule": "@weekly", "webhook_url": "https://10.0.0.1/hook",
    });
    let refused = system.post("/report-configurations", &inside).await;
    assert_eq!(
        (&refused["code"], &refused["errors"][0]["pointer"]),
        (&json!("VALIDATION_FAILED"), &json!("/webhook_url"))
    );
}
