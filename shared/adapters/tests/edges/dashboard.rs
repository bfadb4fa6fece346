//! The dashboard in the deployment template: its headers are those of the local stack, and a stack without it is
//! unchanged.

use crate::template::file::{at, property};
use serde_json::{Value, json};
use std::collections::BTreeMap;

const HEADERS: &str = include_str!("../../../../infra/web/headers.json");
const PREVIEW: &str = include_str!("../../../../web/vite.config.ts");
const DEPLOY: &str = include_str!("../../../../infra/web/deploy");

fn headers() -> BTreeMap<String, String> {
    serde_json::from_str(HEADERS).expect("headers")
}

#[test]
fn cloudfront_sends_the_headers_of_the_local_stack() {
    let mut expected = headers();
    let policy = expected.remove("Content-Security-Policy").expect("a policy");
    let security = property("DashboardHeaders", "ResponseHeadersPolicyConfig/SecurityHeadersConfig");
    let of_content = &security["ContentSecurityPolicy"]["ContentSecurityPolicy"]["Fn::If"];
    assert_eq!((&of_content[0], &of_content[2]), (&json!("HasOidcIssuer"), &json!(policy)));
    // With an issuer, pages may ask it too, and no other host.
    let with_issuer = policy.replace("connect-src 'self'", "connect-src 'self' https://${Issuer}");
    assert_eq!(of_content[1]["Fn::Sub"][0], with_issuer);
    assert_eq!(
        expected.remove("Referrer-Policy"),
        security["ReferrerPolicy"]["ReferrerPolicy"].as_str().map(Into::into)
    );
    assert_eq!(expected.remove("X-Content-Type-Options").as_deref(), Some("nosniff"));
    assert_eq!(security["ContentTypeOptions"]["Override"], true);
    let custom = property("DashboardHeaders", "ResponseHeadersPolicyConfig/CustomHeadersConfig/Items");
    let custom: BTreeMap<String, String> = custom
        .as_array()
        .expect("headers")
        .iter()
        .map(|item| ["Header", "Value"].map(|name| item[name].as_str().expect("a text").to_owned()).into())
        .collect();
    assert_eq!(custom, expected);
}

#[test]
fn preview_of_the_application_has_the_same_headers() {
    for (name, value) in headers() {
        for part in value.split("; ") {
            assert!(PREVIEW.contains(&name) && PREVIEW.contains(part), "web/vite.config.ts lacks {name}: {part}");
        }
    }
}

#[test]
fn every_file_has_the_headers_and_everything_else_is_the_api_s() {
    let distribution = property("DashboardDistribution", "DistributionConfig");
    assert_eq!(distribution["DefaultCacheBehavior"]["TargetOriginId"], "api");
    let behaviors = distribution["CacheBehaviors"].as_array().expect("behaviors");
    let paths: Vec<&str> = behaviors.iter().map(|one| one["PathPattern"].as_str().expect("a path")).collect();
    // Those that the local stack answers. A test of its own shows that the API has no such path.
    assert_eq!(paths, ["/", "/app", "/app/*", "/assets/*", "/*.svg"]);
    for behavior in behaviors {
        assert_eq!(behavior["TargetOriginId"], "files", "{behavior}");
        assert_eq!(behavior["ResponseHeadersPolicyId"], json!({"Ref": "DashboardHeaders"}), "{behavior}");
    }
    let allowed = &property("DashboardBucketPolicy", "PolicyDocument/Statement")[0];
    assert_eq!(allowed["Principal"], json!({"Service": "cloudfront.amazonaws.com"}));
    assert!(allowed["Condition"]["StringEquals"]["AWS:SourceArn"].is_object(), "one distribution reads the bucket");
}

#[test]
fn stack_without_the_dashboard_has_none_of_its_resources() {
    assert_eq!(*at("/Parameters/Dashboard/Default"), "no");
    for part in ["Resources", "Outputs"] {
        let named = at(&format!("/{part}")).as_object().expect("entries").iter();
        let of_dashboard: Vec<(&String, &Value)> = named.filter(|(name, _)| name.starts_with("Dashboard")).collect();
        assert!(of_dashboard.len() >= 3, "{part}");
        for (name, entry) in of_dashboard {
            let condition = entry["Condition"].as_str().unwrap_or_else(|| panic!("{name} has no condition"));
            let requires_it = condition == "HasDashboard"
                || at(&format!("/Conditions/{condition}/Fn::And/0")) == &json!({"Condition": "HasDashboard"});
            assert!(requires_it, "{name}");
        }
    }
    for output in ["DashboardBucketName", "DashboardDistributionId", "DashboardUrl"] {
        assert!(DEPLOY.contains(output), "infra/web/deploy reads {output}");
    }
}
