//! E-mail: what it says, the request to Amazon SES, and what its answers mean.

use crate::server::requests;
use adapters::boot::Aws;
use adapters::mail::{SesMailer, compose};
use app::ports::{Mail, MailBody, Mailer, WebhookAnswer};
use aws_credential_types::Credentials;
use domain::account::{EmailAddress, EmailCode, NoticeKind};
use domain::delivery::{Answer, NoAnswer, Verdict};
use domain::notice::Notice;
use serde_json::{Value, json};
use testkit::builders::at;
use url::Url;
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

const PATH: &str = "/v2/email/outbound-emails";

fn aws(endpoint: &str) -> Aws {
    Aws {
        region: "eu-west-1".to_owned(),
        credentials: Credentials::new("AKIDEXAMPLE", "secret", Some("session".to_owned()), None, "test"),
        endpoint_url: None,
        dynamodb_endpoint_url: None,
        sqs_endpoint_url: None,
        eventbridge_endpoint_url: None,
        kms_endpoint_url: None,
        secrets_manager_endpoint_url: None,
        sts_endpoint_url: None,
        ses_endpoint_url: Some(Url::parse(endpoint).unwrap()),
    }
}

fn mailer(endpoint: &str) -> SesMailer {
    let from = EmailAddress::parse("reports@example.com").unwrap();
    SesMailer::new(&aws(endpoint), from, Some(Url::parse("https://app.example.com/x/").unwrap()))
}

fn mail(body: MailBody) -> Mail {
    Mail { to: EmailAddress::parse("ann@example.com").unwrap(), at: at("2026-01-15T10:30:00Z"), body }
}

fn notice(kind: NoticeKind) -> MailBody {
    MailBody::Notice(Box::new(Notice::example(kind)))
}

async fn answered(status: u16, kind: &str) -> WebhookAnswer {
    answered_with(status, kind, "Email address is not valid.").await
}

async fn answered_with(status: u16, kind: &str, text: &str) -> WebhookAnswer {
    let server = MockServer::start().await;
    let template = ResponseTemplate::new(status)
        .insert_header("x-amzn-ErrorType", format!("{kind}:http://internal.amazon.com/").as_str())
        .set_body_json(json!({"message": text}));
    Mock::given(method("POST")).and(path(PATH)).respond_with(template).mount(&server).await;
    mailer(&server.uri()).send(&mail(notice(NoticeKind::Resumed))).await
}

#[tokio::test]
async fn request_is_signed_and_has_the_notice_in_two_forms() {
    let server = MockServer::start().await;
    let taken = ResponseTemplate::new(200).set_body_json(json!({"MessageId": "1"}));
    Mock::given(method("POST")).and(path(PATH)).respond_with(taken).mount(&server).await;

    let answer = mailer(&server.uri()).send(&mail(notice(NoticeKind::ReportFailed))).await;

    assert_eq!(answer.answer, Answer::Status { status: 200, retry_after: None });
    let received = requests(&server).await;
    assert_eq!(received.len(), 1);
    let header = |name: &str| received[0].headers.get(name).unwrap().to_str().unwrap().to_owned();
    let signature = header("authorization");
    let scope = "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260115/eu-west-1/ses/aws4_request, ";
    assert!(signature.starts_with(scope), "{signature}");
    assert!(signature.contains("SignedHeaders=content-type;host;x-amz-date;x-amz-security-token, "), "{signature}");
    assert_eq!(signature.rsplit_once("Signature=").unwrap().1.len(), 64);
    assert_eq!(
        (header("x-amz-date"), header("x-amz-security-token")),
        ("20260115T103000Z".to_owned(), "session".to_owned())
    );
    let body: Value = serde_json::from_slice(&received[0].body).unwrap();
    let composed = compose(&notice(NoticeKind::ReportFailed), Some(&Url::parse("https://app.example.com/x").unwrap()));
    let content = |text: &str| json!({"Data": text, "Charset": "UTF-8"});
    assert_eq!(
        body,
        json!({
            "FromEmailAddress": "reports@example.com",
            "Destination": {"ToAddresses": ["ann@example.com"]},
            "Content": {"Simple": {
                "Subject": content("The report \"Daily report\" (octocat/hello-world) failed"),
                "Body": {"Text": content(&composed.text), "Html": content(&composed.html)},
            }},
        })
    );
}

#[tokio::test]
async fn refusals_of_the_message_are_final_and_those_of_the_sender_are_tried_again() {
    for (status, kind, verdict, is_shown) in [
        (400, "MessageRejected", Verdict::Refused, true),
        (400, "BadRequestException", Verdict::Refused, true),
        (400, "AccountSuspendedException", Verdict::Retry, false),
        (400, "MailFromDomainNotVerifiedException", Verdict::Retry, false),
        (403, "AccessDeniedException", Verdict::Retry, false),
        (404, "NotFoundException", Verdict::Retry, false),
        (429, "TooManyRequestsException", Verdict::Retry, false),
        (500, "InternalFailure", Verdict::Retry, false),
        (503, "ServiceUnavailable", Verdict::Retry, false),
    ] {
        let found = answered(status, kind).await;
        assert_eq!((found.answer.verdict(), found.answer.status()), (verdict, Some(status)), "{kind}");
        assert_eq!(found.excerpt.is_some(), is_shown, "{kind}: what names our account is not for the user");
    }
    let unreachable = mailer("http://127.0.0.1:1").send(&mail(notice(NoticeKind::Resumed))).await;
    assert_eq!(unreachable.answer, Answer::NoAnswer(NoAnswer::Refused));
}

/// In the sandbox of SES every recipient must be verified, and outside of it the sender.
#[tokio::test]
async fn identity_that_is_not_verified_is_the_operators_to_correct() {
    let text = "Email address is not verified. The following identities failed the check in region EU-WEST-1: \
                reports@example.com, arn:aws:ses:eu-west-1:123456789012:identity/example.com";
    let found = answered_with(400, "MessageRejected", text).await;
    assert_eq!((found.answer.verdict(), found.excerpt), (Verdict::Retry, None));
}

#[tokio::test]
async fn text_of_a_refusal_is_shown_without_addresses() {
    let text = "Address <reports@example.com> of\narn:aws:ses:eu-west-1:123456789012:identity/example.com is invalid";
    let found = answered_with(400, "MessageRejected", text).await;
    assert_eq!(found.excerpt.as_deref(), Some("Address [address] of [address] is invalid"));
}

#[test]
fn notice_has_its_text_its_link_and_how_to_stop() {
    let base = Url::parse("https://app.example.com/x").unwrap();
    for kind in NoticeKind::ALL {
        let example = Notice::example(kind);
        let composed = compose(&notice(kind), Some(&base));
        assert_eq!(composed.subject, example.title());
        for part in [example.text(), "https://app.example.com/x/report-".to_owned(), kind.as_str().to_owned()] {
            assert!(composed.text.contains(&part), "{}: {}", kind.as_str(), composed.text);
        }
        assert!(composed.text.contains("remove 'notification_email'"), "{}", composed.text);
        assert!(!compose(&notice(kind), None).text.contains("http"), "no link without an address of the deployment");
    }
    let failed = compose(&notice(NoticeKind::ReportFailed), Some(&base)).text;
    assert!(failed.contains("https://app.example.com/x/report-runs/"), "{failed}");
}

#[test]
fn names_are_text_in_html() {
    let mut example = Notice::example(NoticeKind::EndpointEnabled);
    example.configuration.name = Some("<img src=x onerror=\"a\"> & <b>".to_owned());
    let composed = compose(&MailBody::Notice(Box::new(example)), None);
    assert!(!composed.html.contains("<img") && !composed.html.contains("<b>"), "{}", composed.html);
    assert!(composed.html.contains("&lt;img src=x onerror=&quot;a&quot;&gt; &amp; &lt;b&gt;"), "{}", composed.html);
}

#[test]
fn code_is_in_both_forms() {
    let code = EmailCode::new([0xA5; 10]);
    let composed = compose(&MailBody::Code(code.clone()), None);
    assert!(composed.text.contains(&code.text()) && composed.html.contains(&code.text()));
    assert!(!composed.subject.contains(&code.text()), "a subject is shown on locked screens");
}
