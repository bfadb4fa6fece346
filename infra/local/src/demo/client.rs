//! A client of the API, as any caller would write one.

use serde_json::Value;
use std::time::Duration;

/// How long one request may take.
const TIMEOUT: Duration = Duration::from_secs(30);

/// A client of the API with a token.
#[derive(Clone, Debug)]
pub struct Client {
    http: reqwest::Client,
    base: String,
    token: String,
}

/// An answer of the API.
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: u16,
    pub body: Value,
}

impl Client {
    /// A client for the API at `base`.
    pub fn new(base: &str, token: &str) -> Result<Self, reqwest::Error> {
        let http = reqwest::Client::builder().no_proxy().timeout(TIMEOUT).build()?;
        Ok(Self { http, base: base.to_owned(), token: token.to_owned() })
    }

    /// Sends a `GET`.
    pub async fn get(&self, path: &str) -> Result<Answer, reqwest::Error> {
        self.answer(self.http.get(format!("{}{path}", self.base))).await
    }

    /// Sends a `POST` with a JSON body.
    pub async fn post(&self, path: &str, body: &Value) -> Result<Answer, reqwest::Error> {
        self.answer(self.http.post(format!("{}{path}", self.base)).json(body)).await
    }

    async fn answer(&self, request: reqwest::RequestBuilder) -> Result<Answer, reqwest::Error> {
        let response = request.bearer_auth(&self.token).send().await?;
        let status = response.status().as_u16();
        Ok(Answer { status, body: response.json().await? })
    }
}

impl Answer {
    /// The text in a field of the body; `None` if it is absent or not a text.
    #[must_use]
    pub fn text(&self, field: &str) -> Option<&str> {
        self.body.get(field).and_then(Value::as_str)
    }

    /// A message with the detail or the title of a problem.
    #[must_use]
    pub fn problem(&self) -> String {
        let detail = self.text("detail").or_else(|| self.text("title")).unwrap_or("no detail");
        format!("the API answered {}: {detail}", self.status)
    }
}
