//! A model of the account's own, where its plan allows one.

use crate::configuration::{MODEL_CHARS_MAX, Writer};
use crate::loopback::is_on_loopback;
use crate::money::Rates;
use crate::repository::Sealed;
use std::fmt;
use url::Url;

/// The longest base address, in bytes: the account's item, which every end of a run reads, stays near a kilobyte.
pub const BASE_URL_BYTES_MAX: usize = 200;

/// A model of the account's own, used instead of the deployment's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnModel {
    pub base_url: BaseUrl,
    /// The provider's API key; `None` for a server that needs no key.
    pub key: Option<Sealed>,
    /// The model for configurations that choose none.
    pub model: ModelName,
    /// The prices that the user gave. Without them, those of the price list; unknown for a model that is not in it.
    pub rates: Option<Rates>,
}

/// The base address of an OpenAI-compatible provider, such as `https://api.openai.com/v1`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaseUrl(Url);

/// Why an address is not the base address of a provider.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BaseUrlError {
    #[error("the value is not an address of at most {BASE_URL_BYTES_MAX} characters: write it as https://host/v1")]
    NotAnAddress,
    #[error("the address begins with '{0}:': only https is accepted")]
    NotHttps(String),
    #[error("the address contains a user name, a password, a query or a fragment: send the key in its own member")]
    MoreThanAPath,
}

impl BaseUrl {
    /// Parses an address. Plain http is accepted on loopback alone; the guard decides whether that may be reached.
    pub fn parse(text: &str) -> Result<Self, BaseUrlError> {
        let url = Url::parse(text.trim())
            .ok()
            .filter(|url| url.has_host() && url.as_str().len() <= BASE_URL_BYTES_MAX)
            .ok_or(BaseUrlError::NotAnAddress)?;
        let credentials = !url.username().is_empty() || url.password().is_some();
        if credentials || url.query().is_some() || url.fragment().is_some() {
            return Err(BaseUrlError::MoreThanAPath);
        }
        match url.scheme() {
            "https" => Ok(Self(url)),
            "http" if is_on_loopback(&url) => Ok(Self(url)),
            other => Err(BaseUrlError::NotHttps(other.to_owned())),
        }
    }

    /// The address.
    pub fn url(&self) -> &Url {
        &self.0
    }

    /// Whether both have the same scheme, host and port, so that a key of one may be sent to the other.
    pub fn is_at_host_of(&self, other: &Self) -> bool {
        self.0.origin() == other.0.origin()
    }
}

/// Words that would be taken for something else in a setting or a list of models.
const NOT_MODELS: [&str; 3] = [Writer::PLAIN, Writer::NONE, Writer::OTHERS];

/// The name of a model, as its provider calls it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModelName(String);

/// The text is not the name of a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "a model's name has 1 to {MODEL_CHARS_MAX} characters, no line breaks, and is not one of {}",
    NOT_MODELS.join(", ")
)]
pub struct ModelNameError;

impl ModelName {
    /// Parses a name.
    pub fn parse(text: &str) -> Result<Self, ModelNameError> {
        let text = text.trim();
        let fits = !text.is_empty()
            && text.chars().count() <= MODEL_CHARS_MAX
            && !text.chars().any(char::is_control)
            && !NOT_MODELS.contains(&text);
        if fits { Ok(Self(text.to_owned())) } else { Err(ModelNameError) }
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ModelName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}
