//! E-mail: the confirmation of an address, and the notices that are sent to it.

use super::Served;
use crate::support::call::{self, pointers};
use app::ports::MailBody;
use axum::http::Method;
use domain::account::Account;
use domain::delivery::{Answer, DisabledReason, Health, NoAnswer};
use domain::instant::Duration;
use serde_json::{Value, json};
use testkit::partition::partition;

const ADDRESS: &str = "Ann.Lee+reports@Example.com";

impl Served {
    async fn set_email(&self, address: &str) -> Value {
        self.put("/users/profile", &json!({"notification_email": address})).await.expect(200)
    }

    async fn ask_for_code(&self) -> call::Answer {
        self.ask(self.scene.user(), Method::POST, "/users/profile/email-code", None).await
    }

    async fn enter(&self, code: &str) -> call::Answer {
        let body = json!({"code": code});
        self.ask(self.scene.user(), Method::POST, "/users/profile/confirm-email", Some(&body)).await
    }

    /// The codes that were sent, with their addresses.
    fn codes(&self) -> Vec<(String, String)> {
        let code = |mail: app::ports::Mail| match mail.body {
            MailBody::Code(code) => Some((mail.to.to_string(), code.text())),
            MailBody::Notice(_) => None,
        };
        self.world.mailer.sent().into_iter().filter_map(code).collect()
    }

    fn last_code(&self) -> String {
        self.codes().pop().unwrap().1
    }

    /// The titles of the notices that were sent as e-mail.
    fn mailed(&self) -> Vec<String> {
        let title = |mail: app::ports::Mail| match mail.body {
            MailBody::Notice(notice) => Some(notice.title()),
            MailBody::Code(_) => None,
        };
        self.world.mailer.sent().into_iter().filter_map(title).collect()
    }

    async fn confirmed(&self) {
        self.set_email(ADDRESS).await;
        self.ask_for_code().await.expect(200);
        self.enter(&self.last_code()).await.expect(200);
    }

    async fn latest(&self) -> (Value, Value) {
        let list = self.get("/notices?limit=1").await;
        (list["data"][0]["delivery"].clone(), list["data"][0]["sent_to"].clone())
    }
}

#[tokio::test]
async fn address_gets_notices_once_its_code_is_sent_back() {
    let served = Served::new().await;
    let set = served.set_email(ADDRESS).await;
    let state = |body: &Value| (body["notification_email"].clone(), body["notification_email_confirmed"].clone());
    assert_eq!(state(&set), (json!("Ann.Lee+reports@example.com"), json!(false)));
    served.enable_again().await;
    assert_eq!((served.mailed().len(), served.world.receiver.notices().len()), (0, 1), "not before it is confirmed");
    served.ask_for_code().await.expect(200);
    assert_eq!(served.codes()[0].0, "Ann.Lee+reports@example.com");
    let code = served.last_code();
    let stored = format!("{:?}", partition(&served.world.engine, served.scene.user()).await["ACCOUNT"]);
    assert!(stored.contains("email_code") && !stored.contains(&code.replace('-', "")), "only the hash is stored");
    let entered = format!(" {} ", code.to_lowercase().replace('-', " "));
    assert_eq!(state(&served.enter(&entered).await.expect(200)).1, json!(true));
    served.enable_again().await;
    assert_eq!((served.mailed().len(), served.world.receiver.notices().len()), (1, 1));
    let (delivery, sent_to) = served.latest().await;
    assert_eq!((&delivery["state"], &delivery["attempts"]), (&json!("delivered"), &json!(1)));
    assert_eq!(sent_to, json!({"channel": "email", "endpoint": null, "host": null}));
    assert_eq!(served.get("/users/profile").await["notification_email_confirmed"], true);
}

#[tokio::test]
async fn muted_notice_is_not_mailed() {
    let served = Served::new().await;
    served.confirmed().await;
    let body = json!({"notification_email": ADDRESS, "muted_notices": ["endpoint.enabled"]});
    assert_eq!(served.put("/users/profile", &body).await.expect(200)["notification_email_confirmed"], true);
    served.enable_again().await;
    assert_eq!((served.mailed().len(), served.world.receiver.notices().len()), (0, 0));
    assert_eq!(served.latest().await.0["state"], "none");
}

#[tokio::test]
async fn webhook_of_the_account_comes_first_unless_it_is_disabled() {
    let served = Served::new().await;
    served.confirmed().await;
    let body = json!({"notification_email": ADDRESS, "notification_webhook_url": "https://hooks.example.com/n"});
    served.put("/users/profile", &body).await.expect(200);
    served.enable_again().await;
    assert_eq!((served.mailed().len(), served.world.receiver.notices().len()), (0, 1));
    let store = &served.world.deployment.store;
    let account = store.account(served.scene.user()).await.unwrap();
    let gone =
        Health::Disabled { since: account.email_codes.unwrap().since, reason: DisabledReason::Gone, status: None };
    store.put_account(&Account { notification_health: gone, ..account }).await.unwrap();
    served.enable_again().await;
    assert_eq!((served.mailed().len(), served.world.receiver.notices().len()), (1, 1));
}

#[tokio::test]
async fn failed_mail_is_tried_again_and_a_refused_one_is_not() {
    let served = Served::new().await;
    served.confirmed().await;
    served.world.mailer.answer_status(503);
    served.enable_again().await;
    served.world.pass(Duration::minutes(5)).await;
    assert_eq!(served.mailed().len(), 2, "one that failed, and one that did not");
    assert_eq!(served.latest().await.0["state"], "delivered");
    served.world.mailer.answer_status(400);
    served.enable_again().await;
    served.world.pass(Duration::minutes(5)).await;
    assert_eq!((served.mailed().len(), served.latest().await.0["state"].clone()), (3, json!("refused")));
}

#[tokio::test]
async fn another_address_must_be_confirmed_again() {
    let served = Served::new().await;
    served.confirmed().await;
    let other = served.set_email("bob@example.com").await;
    assert_eq!(other["notification_email_confirmed"], false);
    served.enter(&served.last_code()).await.expect_problem("VALIDATION_FAILED");
    served.ask_for_code().await.expect(200);
    let code_of_bob = served.last_code();
    assert_eq!(served.codes().pop().unwrap().0, "bob@example.com");
    served.set_email("eve@example.com").await;
    let problem = served.enter(&code_of_bob).await.expect_problem("VALIDATION_FAILED");
    assert_eq!(pointers(&problem), ["/code"]);
    served.enable_again().await;
    assert_eq!(served.mailed().len(), 0);
}

#[tokio::test]
async fn wrong_codes_are_counted_and_five_use_a_code_up() {
    let served = Served::new().await;
    served.set_email(ADDRESS).await;
    served.enter("0000").await.expect_problem("VALIDATION_FAILED");
    served.ask_for_code().await.expect(200);
    let code = served.last_code();
    for left in (0..5).rev() {
        let problem = served.enter("0000-0000-0000").await.expect_problem("VALIDATION_FAILED");
        let detail = problem["errors"][0]["detail"].as_str().unwrap().to_owned();
        assert!(detail.contains(&format!("{left} more tries")), "{detail}");
    }
    let problem = served.enter(&code).await.expect_problem("VALIDATION_FAILED");
    assert!(problem["errors"][0]["detail"].as_str().unwrap().contains("ask for another one"), "{problem}");
    served.ask_for_code().await.expect(200);
    served.enter(&served.last_code()).await.expect(200);
}

#[tokio::test]
async fn wrong_codes_at_the_same_time_are_all_counted() {
    let served = Served::new().await;
    served.set_email(ADDRESS).await;
    served.ask_for_code().await.expect(200);
    let tries = (0..12).map(|_| served.enter("0000-0000-0000"));
    for answer in futures::future::join_all(tries).await {
        assert!([422, 503].contains(&answer.status.as_u16()), "{}", answer.text);
    }
    served.enter(&served.last_code()).await.expect_problem("VALIDATION_FAILED");
}

#[tokio::test]
async fn code_is_valid_for_an_hour() {
    let served = Served::new().await;
    served.set_email(ADDRESS).await;
    served.ask_for_code().await.expect(200);
    served.world.clock.advance(Duration::hours(1));
    let problem = served.enter(&served.last_code()).await.expect_problem("VALIDATION_FAILED");
    assert!(problem["errors"][0]["detail"].as_str().unwrap().contains("expired"), "{problem}");
}

#[tokio::test]
async fn five_codes_are_sent_in_a_day_whatever_the_addresses() {
    let served = Served::new().await;
    for place in 0..5 {
        served.set_email(&format!("ann{place}@example.com")).await;
        served.ask_for_code().await.expect(200);
    }
    served.set_email(ADDRESS).await;
    let refused = served.ask_for_code().await;
    refused.expect_problem("EMAIL_CODES_EXCEEDED");
    assert_eq!(refused.header("retry-after"), Some("86401"));
    assert_eq!(served.codes().len(), 5);
    served.world.clock.advance(Duration::hours(24));
    served.ask_for_code().await.expect(200);
    assert_eq!(served.codes().len(), 6);
}

#[tokio::test]
async fn code_that_can_not_be_sent_is_an_error() {
    let served = Served::new().await;
    served.ask_for_code().await.expect_problem("CONFLICT");
    served.set_email(ADDRESS).await;
    served.world.mailer.answer_status(400);
    served.ask_for_code().await.expect_problem("CONFLICT");
    served.world.mailer.answer_status(500);
    served.ask_for_code().await.expect_problem("SERVICE_UNAVAILABLE");
    assert_eq!(served.codes().len(), 2);
}

#[tokio::test]
async fn code_that_the_mail_service_does_not_take_is_not_counted() {
    let served = Served::new().await;
    served.set_email(ADDRESS).await;
    let outage = [
        Answer::Status { status: 503, retry_after: None },
        Answer::NotTaken { status: 403, retry_after: None },
        Answer::NoAnswer(NoAnswer::Dns),
    ];
    for answer in outage.iter().cycle().take(12) {
        served.world.mailer.answer(answer.clone());
        served.ask_for_code().await.expect_problem("SERVICE_UNAVAILABLE");
    }
    let problem = served.enter(&served.last_code()).await.expect_problem("VALIDATION_FAILED");
    assert!(problem["errors"][0]["detail"].as_str().unwrap().contains("no code was sent"), "{problem}");
    for _ in 0..5 {
        served.ask_for_code().await.expect(200);
    }
    served.ask_for_code().await.expect_problem("EMAIL_CODES_EXCEEDED");
    assert_eq!(served.codes().len(), 12 + 5);
}

#[tokio::test]
async fn code_that_is_refused_or_may_have_been_sent_is_counted() {
    for answer in [Answer::Status { status: 400, retry_after: None }, Answer::NoAnswer(NoAnswer::Timeout)] {
        let served = Served::new().await;
        served.set_email(ADDRESS).await;
        for _ in 0..5 {
            served.world.mailer.answer(answer.clone());
            assert!(!served.ask_for_code().await.status.is_success());
        }
        served.ask_for_code().await.expect_problem("EMAIL_CODES_EXCEEDED");
    }
}

#[tokio::test]
async fn confirmed_address_gets_no_code() {
    let served = Served::new().await;
    served.confirmed().await;
    served.ask_for_code().await.expect(200);
    served.enter("0000").await.expect(200);
    assert_eq!(served.codes().len(), 1);
}

#[tokio::test]
async fn invalid_addresses_are_refused() {
    let served = Served::new().await;
    let long = format!("{}@example.com", "a".repeat(65));
    for address in [
        "ann",
        "ann@localhost",
        "ann@127.0.0.1",
        "a b@example.com",
        "ann@example..com",
        "@example.com",
        "ann@-example.com",
        "ann\r\nbcc: eve@example.com",
        "ann@example.com,eve@example.com",
        "\"a\"@example.com",
        "ann@exämple.com",
        long.as_str(),
        "",
    ] {
        let problem = served.put("/users/profile", &json!({"notification_email": address})).await;
        assert_eq!(pointers(&problem.expect_problem("VALIDATION_FAILED")), ["/notification_email"], "{address}");
    }
}

#[tokio::test]
async fn deployment_without_mail_accepts_no_address() {
    let served = Served::with(|deployment| deployment.mailer = None).await;
    let set = served.put("/users/profile", &json!({"notification_email": ADDRESS})).await;
    assert_eq!(pointers(&set.expect_problem("VALIDATION_FAILED")), ["/notification_email"]);
    served.ask_for_code().await.expect_problem("CONFLICT");
    served.enable_again().await;
    assert_eq!(served.latest().await.0["state"], "delivered", "by webhook");
}

#[tokio::test]
async fn deleted_account_leaves_no_address() {
    let served = Served::new().await;
    served.confirmed().await;
    served.ask(served.scene.user(), Method::DELETE, "/users/profile", None).await.expect(202);
    let left = partition(&served.world.engine, served.scene.user()).await;
    assert!(!format!("{:?}", left["ACCOUNT"]).contains("email"), "{:?}", left["ACCOUNT"]);
    served.ask_for_code().await.expect_problem("FORBIDDEN");
    served.enter("0000").await.expect_problem("FORBIDDEN");
}
