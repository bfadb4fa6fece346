//! The types that fields of request bodies have. Bounds, words and formats come from the domain's own constants and
//! parsers, so that a schema can't differ from what is accepted.

use super::field::invalid;
use super::{Field, Given, shown};
use crate::problem::FieldError;
use app::holdings::TokenChange;
use domain::account::{BASE_URL_BYTES_MAX, BaseUrl, EMAIL_BYTES_MAX, EmailAddress, ModelName};
use domain::configuration::{BranchName, MODEL_CHARS_MAX, Webhook};
use domain::delivery::WebhookFormat;
use domain::id::{ConfigurationId, RepositoryId, RunId};
use domain::instant::{self, Instant};
use domain::repository::{AccessToken, Location, PATH_BYTES_MAX, Provider, RepositoryPath, URL_BYTES_MAX};
use domain::schedule::{CRON_CHARS_MAX, Schedule};
use serde_json::Value;
use std::fmt::Display;
use utoipa::openapi::schema::{KnownFormat, SchemaFormat, Type};
use utoipa::openapi::{ObjectBuilder, RefOr, Schema};

/// The time zone of a schedule that names none.
const ZONE_DEFAULT: &str = "UTC";
/// The longest name of a zone in the time zone database has 32 characters.
const ZONE_CHARS_MAX: usize = 40;
/// The shortest expression that can be valid: `@daily`.
const CRON_CHARS_MIN: usize = 6;

/// What [`Line`] accepts, except for its length, as a pattern of a schema (ECMA 262): no control characters, and at
/// least one character that is not a space.
const LINE_PATTERN: &str = concat!(
    r"^[^\u0000-\u001f\u007f-\u009f]*",
    r"[^\u0000-\u0020\u007f-\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]",
    r"[^\u0000-\u001f\u007f-\u009f]*$",
);

/// What a [`Secret`] consists of: visible ASCII characters.
const VISIBLE_PATTERN: &str = "^[!-~]+$";

pub(super) fn text(value: &Value) -> Result<&str, Vec<FieldError>> {
    value.as_str().ok_or_else(|| invalid("a text is expected"))
}

fn string() -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::String)
}

fn format(name: &str) -> SchemaFormat {
    SchemaFormat::Custom(name.to_owned())
}

fn line_schema(chars_max: usize) -> ObjectBuilder {
    string().min_length(Some(1)).max_length(Some(chars_max)).pattern(Some(LINE_PATTERN))
}

/// Texts with a parser: what is expected, the parser, the schema.
macro_rules! text_fields {
    ($($type:ty: $expected:literal, $parse:expr, $schema:expr;)+) => {$(
        impl Field for $type {
            fn expected() -> String {
                $expected.to_owned()
            }

            fn parse(value: &Value, _: Option<&Value>) -> Result<Self, Vec<FieldError>> {
                parsed(text(value)?, $parse)
            }

            fn schema() -> RefOr<Schema> {
                RefOr::T($schema.into())
            }
        }
    )+};
}

fn parsed<T, E: Display>(text: &str, parse: impl Fn(&str) -> Result<T, E>) -> Result<T, Vec<FieldError>> {
    parse(text).map_err(|error| invalid(error.to_string()))
}

text_fields! {
    RepositoryId: "the id of a repository", RepositoryId::parse, string().format(Some(format("uuid")));
    ConfigurationId: "the id of a report configuration", ConfigurationId::parse,
        string().format(Some(format("uuid")));
    RunId: "the id of a run", RunId::parse, string().format(Some(format("uuid")));
    BranchName: "the name of a branch", BranchName::parse,
        string().min_length(Some(1)).max_length(Some(BranchName::BYTES_MAX)).format(Some(format("git-branch")));
    RepositoryPath: "the path of a folder or file, such as 'packages/api'", RepositoryPath::parse,
        string().min_length(Some(1)).max_length(Some(PATH_BYTES_MAX)).format(Some(format("repository-path")));
    BaseUrl: "the https address of a provider", BaseUrl::parse,
        string().max_length(Some(BASE_URL_BYTES_MAX)).format(Some(format("uri")));
    EmailAddress: "an e-mail address", EmailAddress::parse,
        string().max_length(Some(EMAIL_BYTES_MAX)).format(Some(format("email")));
    ModelName: "the name of a model", ModelName::parse, line_schema(MODEL_CHARS_MAX);
    CronExpression: "a cron expression of five fields, such as '0 9 * * 1-5'", CronExpression::parse,
        string().min_length(Some(CRON_CHARS_MIN)).max_length(Some(CRON_CHARS_MAX)).format(Some(format("cron")));
    WebhookUrl: "an https address", WebhookUrl::parse,
        string().max_length(Some(URL_BYTES_MAX)).format(Some(format("uri")));
}

/// Makes an enumeration a field: its type, and the schema that lists its words.
macro_rules! word_field {
    ($type:ty, $schema:ty) => {
        impl $crate::request::Field for $type {
            fn expected() -> String {
                format!("one of {}", $crate::request::quoted(&<$type>::ALL.map(<$type>::as_str)))
            }

            fn parse(value: &serde_json::Value, _: Option<&serde_json::Value>) -> Result<Self, Vec<FieldError>> {
                $crate::request::one_of(value, &<$type>::ALL, <$type>::as_str)
            }

            fn schema() -> RefOr<Schema> {
                utoipa::openapi::Ref::from_schema_name(<$schema>::name()).into()
            }

            fn as_text(&self) -> String {
                self.as_str().to_owned()
            }

            fn add_named(schemas: &mut Vec<(String, RefOr<Schema>)>) {
                schemas.push((<$schema>::name().into_owned(), <$schema as PartialSchema>::schema()));
            }
        }
    };
}

pub(crate) use word_field;

/// Parses one of the values by its word.
pub(crate) fn one_of<T: Copy>(
    value: &Value,
    values: &[T],
    as_str: impl Fn(T) -> &'static str,
) -> Result<T, Vec<FieldError>> {
    let text = text(value)?;
    values.iter().copied().find(|value| as_str(*value) == text).ok_or_else(|| {
        let known: Vec<&str> = values.iter().map(|value| as_str(*value)).collect();
        invalid(format!("'{}' must be one of: {}", shown(text), quoted(&known)))
    })
}

/// Words in quotes, for an error.
pub(crate) fn quoted(words: &[&str]) -> String {
    words.iter().map(|word| format!("'{word}'")).collect::<Vec<_>>().join(", ")
}

impl Field for bool {
    fn expected() -> String {
        "true or false".to_owned()
    }

    fn parse(value: &Value, _: Option<&Value>) -> Result<Self, Vec<FieldError>> {
        value.as_bool().ok_or_else(|| invalid("true or false is expected"))
    }

    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new().schema_type(Type::Boolean).into()
    }

    fn as_text(&self) -> String {
        self.to_string()
    }
}

impl Field for Instant {
    fn expected() -> String {
        "an RFC 3339 instant such as 2024-01-15T10:30:00.000Z".to_owned()
    }

    fn parse(value: &Value, _: Option<&Value>) -> Result<Self, Vec<FieldError>> {
        let expected = Self::expected();
        let text = value.as_str().ok_or_else(|| invalid(format!("{expected} is expected")))?;
        instant::parse(text)
            .ok_or_else(|| invalid(format!("'{}' is not an instant: {expected} is expected", shown(text))))
    }

    fn schema() -> RefOr<Schema> {
        string().format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime))).into()
    }
}

/// A text for people: not empty, without control characters, of at most `CHARS_MAX` characters. Spaces around it are
/// dropped.
#[derive(Clone, Debug)]
pub(crate) struct Line<const CHARS_MAX: usize>(pub(crate) String);

impl<const CHARS_MAX: usize> Field for Line<CHARS_MAX> {
    fn expected() -> String {
        format!("1 to {CHARS_MAX} characters without line breaks")
    }

    fn parse(value: &Value, _: Option<&Value>) -> Result<Self, Vec<FieldError>> {
        let text = text(value)?;
        let trimmed = text.trim();
        if trimmed.is_empty() || text.chars().count() > CHARS_MAX || text.chars().any(char::is_control) {
            return Err(invalid(format!("{} are expected", Self::expected())));
        }
        Ok(Self(trimmed.to_owned()))
    }

    fn schema() -> RefOr<Schema> {
        line_schema(CHARS_MAX).into()
    }

    fn as_text(&self) -> String {
        self.0.clone()
    }
}

/// A secret: at most `BYTES_MAX` visible ASCII characters. It is never repeated in an error.
pub(crate) struct Secret<const BYTES_MAX: usize>(AccessToken);

impl<const BYTES_MAX: usize> Field for Secret<BYTES_MAX> {
    fn expected() -> String {
        format!("1 to {BYTES_MAX} visible ASCII characters")
    }

    fn parse(value: &Value, _: Option<&Value>) -> Result<Self, Vec<FieldError>> {
        let text = text(value)?.trim();
        let is_valid = (1..=BYTES_MAX).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
        is_valid
            .then(|| Self(AccessToken::new(text.to_owned())))
            .ok_or_else(|| invalid(format!("{} are expected", Self::expected())))
    }

    fn schema() -> RefOr<Schema> {
        string().min_length(Some(1)).max_length(Some(BYTES_MAX)).pattern(Some(VISIBLE_PATTERN)).write_only(true).into()
    }
}

/// An absent secret is kept, null removes it.
impl<const BYTES_MAX: usize> From<Given<Secret<BYTES_MAX>>> for TokenChange {
    fn from(given: Given<Secret<BYTES_MAX>>) -> Self {
        match given {
            Given::Absent => Self::Keep,
            Given::Null => Self::Remove,
            Given::Value(Secret(token)) => Self::Set(token),
        }
    }
}

/// A cron expression that is valid by itself; a schedule also needs a zone.
#[derive(Clone, Debug)]
pub(crate) struct CronExpression(pub(crate) String);

impl CronExpression {
    fn parse(text: &str) -> Result<Self, impl Display + use<>> {
        Schedule::parse(text, ZONE_DEFAULT).map(|_| Self(text.to_owned()))
    }
}

/// The name of a time zone, as the time zone database spells it.
#[derive(Clone, Debug)]
pub(crate) struct ZoneName(pub(crate) String);

impl ZoneName {
    pub(crate) fn utc() -> Self {
        Self(ZONE_DEFAULT.to_owned())
    }
}

impl Field for ZoneName {
    fn expected() -> String {
        "the name of an IANA time zone, such as 'Europe/Berlin'".to_owned()
    }

    fn parse(value: &Value, _: Option<&Value>) -> Result<Self, Vec<FieldError>> {
        parsed(text(value)?, |text| Schedule::parse("@daily", text).map(|schedule| Self(schedule.zone().to_owned())))
    }

    fn schema() -> RefOr<Schema> {
        string().min_length(Some(1)).max_length(Some(ZONE_CHARS_MAX)).format(Some(format("iana-timezone"))).into()
    }

    fn as_text(&self) -> String {
        self.0.clone()
    }
}

/// The address of a webhook. Whether plain http on this machine is accepted is decided by the deployment.
#[derive(Clone, Debug)]
pub(crate) struct WebhookUrl(String);

impl WebhookUrl {
    fn parse(text: &str) -> Result<Self, impl Display + use<>> {
        Webhook::parse(text, WebhookFormat::Auto, true).map(|_| Self(text.to_owned()))
    }

    /// `None` can't happen: the address was parsed.
    pub(crate) fn with_format(&self, format: WebhookFormat) -> Option<Webhook> {
        Webhook::parse(&self.0, format, true).ok()
    }
}

/// The address of a repository, in any of the accepted forms.
#[derive(Clone, Debug)]
pub(crate) struct RepositoryAddress {
    text: String,
    /// It is the address that the edited repository has.
    is_current: bool,
}

impl RepositoryAddress {
    /// The place that the address names. A folder on this machine can be kept in an edit, and never chosen.
    pub(crate) fn location(&self, provider: Option<Provider>) -> Result<Location, impl Display + use<>> {
        let keeps_folder = self.is_current && !self.text.contains("://");
        if keeps_folder { Ok(Location::Path(self.text.clone())) } else { Location::host(&self.text, provider) }
    }
}

impl Field for RepositoryAddress {
    fn expected() -> String {
        "the address of a repository".to_owned()
    }

    fn parse(value: &Value, current: Option<&Value>) -> Result<Self, Vec<FieldError>> {
        let address = Self { text: text(value)?.to_owned(), is_current: current == Some(value) };
        // An address that is invalid whatever the provider is reported with the other invalid fields.
        let mut providers = Provider::ALL.into_iter().map(Some);
        match address.location(None) {
            Err(error) if !providers.any(|provider| address.location(provider).is_ok()) => {
                Err(invalid(error.to_string()))
            }
            _ => Ok(address),
        }
    }

    fn schema() -> RefOr<Schema> {
        string().min_length(Some(1)).max_length(Some(URL_BYTES_MAX)).into()
    }
}
