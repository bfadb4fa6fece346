//! `auto` follows the host exactly, and the body of an answer decides where its status is not reliable.

use domain::delivery::{Answer, Shape, Verdict, WebhookFormat, connector_answer};
use proptest::prelude::*;
use std::time::Duration;
use url::Url;

fn url(text: &str) -> Url {
    Url::parse(text).unwrap()
}

fn auto(text: &str) -> Shape {
    WebhookFormat::Auto.shape(&url(text))
}

const KNOWN: [(&str, Shape); 16] = [
    ("https://hooks.slack.com/services/T0/B0/x", Shape::Slack),
    ("https://HOOKS.SLACK.COM./services/T0/B0/x", Shape::Slack),
    ("https://hooks.slack-gov.com/services/T0/B0/x", Shape::Slack),
    ("https://discord.com/api/webhooks/1/x", Shape::Discord),
    ("https://discordapp.com/api/webhooks/1/x?thread_id=2", Shape::Discord),
    ("https://canary.discord.com/api/webhooks/1/x", Shape::Discord),
    ("https://discord.com/api/v10/webhooks/1/x", Shape::Discord),
    ("https://acme.webhook.office.com/webhookb2/a/IncomingWebhook/b/c", Shape::Teams),
    ("https://prod-07.westeurope.logic.azure.com:443/workflows/a/triggers/manual/paths/invoke", Shape::Teams),
    ("https://default1.2a.environment.api.powerplatform.com/powerautomate/automations/direct/x", Shape::Teams),
    ("https://make.powerautomate.com/x", Shape::Teams),
    ("https://chat.googleapis.com/v1/spaces/AAAA/messages?key=a&token=b", Shape::GoogleChat),
    ("https://example.com/hook", Shape::Generic),
    ("https://slack.com/api/chat.postMessage", Shape::Generic),
    ("https://discord.com/channels/1", Shape::Generic),
    ("https://127.0.0.1/api/webhooks/1", Shape::Generic),
];

#[test]
fn auto_format_follows_the_host() {
    for (address, shape) in KNOWN {
        assert_eq!(auto(address), shape, "{address}");
    }
}

#[test]
fn similar_host_gets_the_generic_shape() {
    for address in [
        "https://hooks.slack.com.example.com/services/T0/B0/x",
        "https://myhooks.slack.com/services/T0/B0/x",
        "https://a.hooks.slack.com/services/T0/B0/x",
        "https://notdiscord.com/api/webhooks/1/x",
        "https://discord.com.example.com/api/webhooks/1/x",
        "https://discord.com/x/api/webhooks/1/x",
        "https://discord.com/api/vx/webhooks/1/x",
        "https://discord.com/api/v/webhooks/1/x",
        "https://webhook.office.com.example.com/x",
        "https://webhook.office.com/x",
        "https://xlogic.azure.com/workflows/a",
        "https://example.com/hooks.slack.com?discord.com/api/webhooks",
        "https://[::1]/api/webhooks/1/x",
        "https://chat.googleapis.com.example.com/v1/spaces/AAAA/messages",
        "https://a.chat.googleapis.com/v1/spaces/AAAA/messages",
        "https://chat.googleapis.com/v1/other",
        "https://mattermost.example.com/hooks/x",
    ] {
        assert_eq!(auto(address), Shape::Generic, "{address}");
    }
}

#[test]
fn fixed_format_ignores_the_host() {
    for shape in Shape::ALL {
        let format = WebhookFormat::Fixed(shape);
        for (address, _) in KNOWN {
            assert_eq!(format.shape(&url(address)), shape);
        }
    }
}

#[test]
fn only_a_connectors_200_needs_its_body() {
    let connector = url("https://acme.webhook.office.com/webhookb2/a");
    let workflow = url("https://prod-07.westeurope.logic.azure.com/workflows/a");
    let relay = url("https://relay.example.com/teams");
    for shape in Shape::ALL {
        for status in [200, 202, 204, 400, 500] {
            let teams_200 = shape == Shape::Teams && status == 200;
            assert_eq!(shape.needs_words(&connector, status), teams_200, "{shape:?} {status}");
            assert_eq!(shape.needs_words(&relay, status), teams_200, "{shape:?} {status}");
            assert!(!shape.needs_words(&workflow, status), "a workflow means its status");
        }
    }
}

#[test]
fn connector_body_decides_the_answer() {
    let wait = Some(Duration::from_secs(7));
    let status = |status| Answer::Status { status, retry_after: wait };
    let not_taken = Answer::NotTaken { status: 200, retry_after: wait };
    let failed = |status: &str| {
        format!(
            "Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error {status} with \
             ContextId tcid=0,server=DB3PEPF00000029"
        )
    };
    let table = [
        ("1".to_owned(), status(200)),
        (" 1\r\n".to_owned(), status(200)),
        (String::new(), not_taken.clone()),
        ("11".to_owned(), not_taken.clone()),
        ("ok".to_owned(), not_taken.clone()),
        ("Summary or Text is required.".to_owned(), not_taken.clone()),
        (failed("429"), status(429)),
        (failed("404"), status(404)),
        (failed("200"), not_taken.clone()),
        (failed("4290"), not_taken.clone()),
        (failed("4é9"), not_taken.clone()),
        ("HTTP error 4".to_owned(), not_taken.clone()),
        ("HTTP error 503".to_owned(), status(503)),
    ];
    for (words, answer) in table {
        assert_eq!(connector_answer(&words, wait), answer, "{words}");
    }
}

proptest! {
    #[test]
    fn any_other_connector_body_is_a_failure(words in "(.{0,40}|HTTP error [0-9]{1,4}.{0,5})") {
        prop_assume!(words.trim() != "1");
        let good = match connector_answer(&words, None) {
            Answer::Status { status, .. } => Verdict::of_status(status) == Verdict::Delivered,
            Answer::NotTaken { .. } => false,
            Answer::NoAnswer { .. } | Answer::Forbidden { .. } => true,
        };
        prop_assert!(!good);
    }

    #[test]
    fn unknown_host_gets_the_generic_shape(
        host in "[a-z]{1,12}(\\.[a-z]{1,12}){1,3}",
        path in "(/[a-z0-9]{1,8}){0,4}",
    ) {
        let chat = ["slack.com", "slack-gov.com", "discord.com", "discordapp.com"];
        let microsoft = ["office.com", "azure.com", "powerplatform.com", "powerautomate.com"];
        let known = [chat, microsoft].concat();
        prop_assume!(!known.iter().any(|domain| host.ends_with(domain)));
        let address = Url::parse(&format!("https://{host}{path}"));
        prop_assume!(address.is_ok());
        prop_assert_eq!(WebhookFormat::Auto.shape(&address.unwrap()), Shape::Generic);
    }
}
