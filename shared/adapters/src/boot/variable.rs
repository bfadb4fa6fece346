//! Every variable that the functions read, with who sets it. The deployment template is checked against this list.

/// A variable of the environment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Variable {
    /// Its name, the same in the template.
    pub name: &'static str,
    /// What it must be, for the message to whoever set it wrong.
    pub expected: &'static str,
    /// Who sets it.
    pub set_by: SetBy,
}

/// Who sets a variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SetBy {
    /// The deployment template.
    Template,
    /// Lambda itself, and whoever starts a function elsewhere.
    Lambda,
    /// The local stack and tests alone.
    LocalStack,
}

const fn variable(name: &'static str, set_by: SetBy, expected: &'static str) -> Variable {
    Variable { name, expected, set_by }
}

/// The table.
pub(super) const TABLE_NAME: Variable = variable("TABLE_NAME", SetBy::Template, "the name of the DynamoDB table");
/// The queue of run requests.
pub(super) const RUN_QUEUE_URL: Variable =
    variable("RUN_QUEUE_URL", SetBy::Template, "the address of the SQS queue of run requests, https://…");
/// The queue of deliveries.
pub(super) const DELIVERY_QUEUE_URL: Variable =
    variable("DELIVERY_QUEUE_URL", SetBy::Template, "the address of the SQS queue of deliveries, https://…");
/// The event bus.
pub(super) const EVENT_BUS_NAME: Variable =
    variable("EVENT_BUS_NAME", SetBy::Template, "the name of an EventBridge bus (default: default)");
/// The writer of reports.
pub(super) const DEFAULT_MODEL: Variable = variable(
    "DEFAULT_MODEL",
    SetBy::Template,
    "'plain', or a model's name of at most 100 characters together with OPENAI_API_KEY or OPENAI_BASE_URL \
     (default: gpt-6-luna where one of these is set, else plain)",
);
/// The model provider's key.
pub(super) const OPENAI_API_KEY: Variable = variable(
    "OPENAI_API_KEY",
    SetBy::Template,
    "the key of an OpenAI-compatible provider: visible ASCII characters, no spaces",
);
/// The model provider's address.
pub(super) const OPENAI_BASE_URL: Variable = variable(
    "OPENAI_BASE_URL",
    SetBy::Template,
    "the https address of an OpenAI-compatible provider (default: https://api.openai.com/v1); on this \
     machine, plain http on loopback is allowed too",
);
/// Whether test runs count.
pub(super) const TEST_RUNS_COUNT: Variable =
    variable("TEST_RUNS_COUNT", SetBy::Template, "true or false (default: false)");
/// How long texts are kept.
pub(super) const REPORT_TEXT_RETENTION_DAYS: Variable = variable(
    "REPORT_TEXT_RETENTION_DAYS",
    SetBy::Template,
    "a whole number of days from 99 to 36500, or 0 for ever (default: 400); not fewer than 99, because after a \
     force-push the texts of earlier reports say which commits were reported already",
);
/// How long attempts to deliver are kept.
pub(super) const ATTEMPT_RETENTION_DAYS: Variable = variable(
    "ATTEMPT_RETENTION_DAYS",
    SetBy::Template,
    "a whole number of days from 7 to 36500, or 0 for ever (default: 90)",
);
/// The key that seals secrets.
pub(super) const SECRETS_KEY: Variable = variable(
    "SECRETS_KEY",
    SetBy::Template,
    "the base64 of 32 random bytes: `openssl rand -base64 32` makes one; or KMS_KEY_ID in its place",
);
/// The KMS key that seals secrets.
pub(super) const KMS_KEY_ID: Variable = variable(
    "KMS_KEY_ID",
    SetBy::Template,
    "the id or ARN of a symmetric KMS key, or its alias, in place of SECRETS_KEY and never beside it",
);
/// Where people reach the product.
pub(super) const PUBLIC_URL: Variable =
    variable("PUBLIC_URL", SetBy::Template, "the address at which people reach the dashboard, https://… (optional)");
/// How much is logged.
pub(super) const LOG_LEVEL: Variable = variable("LOG_LEVEL", SetBy::Template, "error, warn, info, debug or trace");
/// The function's time-out.
pub(super) const FUNCTION_TIMEOUT_SECONDS: Variable = variable(
    "FUNCTION_TIMEOUT_SECONDS",
    SetBy::Template,
    "a whole number of seconds from 1 to 900: the function's time-out (default: 180)",
);
/// The region.
pub(super) const AWS_REGION: Variable = variable("AWS_REGION", SetBy::Lambda, "an AWS region such as eu-west-1");
/// Whose requests these are.
pub(super) const AWS_ACCESS_KEY_ID: Variable =
    variable("AWS_ACCESS_KEY_ID", SetBy::Lambda, "the id of an AWS access key (any text for the local stack)");
/// What signs them.
pub(super) const AWS_SECRET_ACCESS_KEY: Variable =
    variable("AWS_SECRET_ACCESS_KEY", SetBy::Lambda, "the secret of that access key (any text for the local stack)");
/// The session of temporary credentials.
pub(super) const AWS_SESSION_TOKEN: Variable =
    variable("AWS_SESSION_TOKEN", SetBy::Lambda, "the session token, where the access key is a temporary one");
/// Where every AWS service is.
pub(super) const AWS_ENDPOINT_URL: Variable = endpoint("AWS_ENDPOINT_URL");
/// Where DynamoDB is.
pub(super) const AWS_ENDPOINT_URL_DYNAMODB: Variable = endpoint("AWS_ENDPOINT_URL_DYNAMODB");
/// Where SQS is.
pub(super) const AWS_ENDPOINT_URL_SQS: Variable = endpoint("AWS_ENDPOINT_URL_SQS");
/// Where EventBridge is.
pub(super) const AWS_ENDPOINT_URL_EVENTBRIDGE: Variable = endpoint("AWS_ENDPOINT_URL_EVENTBRIDGE");
/// Where KMS is.
pub(super) const AWS_ENDPOINT_URL_KMS: Variable = endpoint("AWS_ENDPOINT_URL_KMS");
/// Whether loopback may be reached.
pub(super) const ALLOW_LOOPBACK: Variable =
    variable("ALLOW_LOOPBACK", SetBy::LocalStack, "true or false (default: false); never true in AWS");

const fn endpoint(name: &'static str) -> Variable {
    variable(name, SetBy::LocalStack, "an http or https address to use in place of AWS's own")
}

/// Every variable, in the order in which a message names them.
pub const VARIABLES: [Variable; 25] = [
    TABLE_NAME,
    RUN_QUEUE_URL,
    DELIVERY_QUEUE_URL,
    EVENT_BUS_NAME,
    DEFAULT_MODEL,
    OPENAI_API_KEY,
    OPENAI_BASE_URL,
    TEST_RUNS_COUNT,
    REPORT_TEXT_RETENTION_DAYS,
    ATTEMPT_RETENTION_DAYS,
    SECRETS_KEY,
    KMS_KEY_ID,
    PUBLIC_URL,
    LOG_LEVEL,
    FUNCTION_TIMEOUT_SECONDS,
    AWS_REGION,
    AWS_ACCESS_KEY_ID,
    AWS_SECRET_ACCESS_KEY,
    AWS_SESSION_TOKEN,
    AWS_ENDPOINT_URL,
    AWS_ENDPOINT_URL_DYNAMODB,
    AWS_ENDPOINT_URL_SQS,
    AWS_ENDPOINT_URL_EVENTBRIDGE,
    AWS_ENDPOINT_URL_KMS,
    ALLOW_LOOPBACK,
];
