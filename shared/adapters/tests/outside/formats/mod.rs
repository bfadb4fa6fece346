//! Messages in the shapes of Slack, Discord and Teams: their contents, their services' limits, and that no report can
//! mention anyone.

mod answers;
mod corpus;
mod laws;
mod long;
mod shapes;

use crate::webhook::{began, message, report};
use adapters::webhook::body;
use app::ports::{Message, MessageBody};
use domain::delivery::{Delivery, Shape};
use domain::id::{ConfigurationId, NoticeId, UserId};
use domain::month::Month;
use domain::notice::{Matter, Notice};
use domain::usage::Mark;
use serde_json::Value;
use testkit::builders;
use url::Url;
use uuid::Uuid;

pub(crate) const PAGE: &str = "https://reports.example/app/report-runs/019caddc-ae80-7000-8000-000000000001";
const ZERO_WIDTH_SPACE: char = '\u{200B}';

fn public_url() -> Url {
    "https://reports.example/app".parse().unwrap()
}

fn made(shape: Shape, message: &Message, public_url: Option<&Url>) -> Value {
    serde_json::from_slice(&body(shape, message, public_url).unwrap()).unwrap()
}

/// A report's message in a shape, with a link.
fn with_link(shape: Shape, text: &str) -> Value {
    made(shape, &report(text), Some(&public_url()))
}

fn notice(matter: Matter) -> Message {
    message(MessageBody::Notice(Box::new(Notice {
        id: NoticeId::from_uuid(Uuid::from_u128(4)),
        user: UserId::from_record(&Uuid::from_u128(1).to_string()).unwrap(),
        configuration: builders::named(ConfigurationId::from_uuid(Uuid::from_u128(3))),
        matter,
        month: Month::of(began()),
        created_at: began(),
        delivery: Delivery::none(),
        sent_to: None,
    })))
}

fn reached() -> Message {
    notice(Matter::ThresholdReached { mark: Mark { percent: 80, limit: 50 }, used: 40 })
}

/// Every text of a Slack message, the notification's first, then block by block.
fn slack_texts(body: &Value) -> Vec<String> {
    let mut texts = vec![body["text"].as_str().unwrap().to_owned()];
    for block in body["blocks"].as_array().unwrap() {
        match block["elements"].as_array() {
            Some(elements) => texts.extend(elements.iter().map(|text| text["text"].as_str().unwrap().to_owned())),
            None => texts.push(block["text"]["text"].as_str().unwrap().to_owned()),
        }
    }
    texts
}

/// The texts of a Slack message's sections.
fn sections(body: &Value) -> Vec<String> {
    let blocks = body["blocks"].as_array().unwrap().iter().filter(|block| block["type"] == "section");
    blocks.map(|block| block["text"]["text"].as_str().unwrap().to_owned()).collect()
}

/// The descriptions of a Discord message.
fn descriptions(body: &Value) -> Vec<String> {
    let embeds = body["embeds"].as_array().unwrap();
    embeds.iter().filter_map(|embed| embed["description"].as_str()).map(str::to_owned).collect()
}

/// The blocks of a Teams card.
fn card(body: &Value) -> Vec<Value> {
    body["attachments"][0]["content"]["body"].as_array().unwrap().clone()
}

/// The texts of a Teams card's blocks.
fn card_texts(body: &Value) -> Vec<String> {
    card(body).iter().map(|block| block["text"].as_str().unwrap().to_owned()).collect()
}
