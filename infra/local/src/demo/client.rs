//! The API, called as anybody would.

use serde_json::Value;
use std::time::Duration;

/// How long one request may take.
const TIMEOUT: Duration = Duration::from_secs(30);

/// A caller of the API.
#[derive(Clone, Debug)]
pub struct Client {
    http: reqwest::Client,
    base: String,
    token: String,
}

/// An answer.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The body.
    pub body: Value,
}

impl Client {
    /// A caller with a token.
    pub fn new(base: &str, token: &str) -> Result<Self, reqwest::Error> {
        let http = reqwest::Client::builder().no_proxy().timeout(TIMEOUT).build()?;
        Ok(Self { http, base: base.to_owned(), token: token.to_owned() })
    }

    /// `GET` a path.
    pub async fn get(&self, path: &str) -> Result<Answer, reqwest::Error> {
        self.answer(self.http.get(format!("{}{path}", self.base))).await
    }

    /// `POST` JSON to a path.
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
    /// A text in the body.
    #[must_use]
    pub fn text(&self, field: &str) -> Option<&str> {
        self.body.get(field).and_then(Value::as_str)
    }

    /// What went wrong, in the words of the problem that was answered.
    #[must_use]
    pub fn problem(&self) -> String {
        let words = self.text("detail").or_else(|| self.text("title")).unwrap_or("no words");
        format!("the API answered {}: {words}", self.status)
    }
}
