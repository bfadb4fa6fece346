//! Every variable that the functions read: who sets it, and which of them read it. A test compares the list with
//! `template.yaml`.

use super::role::Role;

/// A variable of the environment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Variable {
    pub name: &'static str,
    /// What its value must be, for the error message.
    pub expected: &'static str,
    pub set_by: SetBy,
    read_by: &'static [Role],
}

/// Who sets a variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SetBy {
    /// `template.yaml`.
    Template,
    /// Lambda itself, or the person who starts a function elsewhere.
    Lambda,
    /// The local stack and tests alone.
    LocalStack,
}

impl Variable {
    /// Whether this function reads it. A function receives only the secrets that it reads.
    #[must_use]
    pub fn is_read_by(self, role: Role) -> bool {
        self.read_by.contains(&role)
    }

    const fn template(name: &'static str, read_by: &'static [Role], expected: &'static str) -> Self {
        Self { name, expected, set_by: SetBy::Template, read_by }
    }

    const fn lambda(name: &'static str, expected: &'static str) -> Self {
        Self { name, expected, set_by: SetBy::Lambda, read_by: EVERY }
    }

    const fn local(name: &'static str, expected: &'static str) -> Self {
        Self { name, expected, set_by: SetBy::LocalStack, read_by: EVERY }
    }

    const fn endpoint(name: &'static str) -> Self {
        Self::local(name, "an http or https address to use in place of AWS's own")
    }
}

const EVERY: &[Role] = &Role::ALL;
/// Those that open stored secrets.
const OPENS_SECRETS: &[Role] = &[Role::Api, Role::Runner, Role::Delivery];
/// Those that ask models.
const ASKS_MODELS: &[Role] = &[Role::Api, Role::Runner];
const API: &[Role] = &[Role::Api];

pub(super) const TABLE_NAME: Variable = Variable::template("TABLE_NAME", EVERY, "the name of the DynamoDB table");
pub(super) const RUN_QUEUE_URL: Variable =
    Variable::template("RUN_QUEUE_URL", EVERY, "the address of the SQS queue of run requests, https://…");
pub(super) const DELIVERY_QUEUE_URL: Variable =
    Variable::template("DELIVERY_QUEUE_URL", EVERY, "the address of the SQS queue of deliveries, https://…");
pub(super) const EVENT_BUS_NAME: Variable =
    Variable::template("EVENT_BUS_NAME", EVERY, "the name of an EventBridge bus (default: default)");
pub(super) const DEFAULT_MODEL: Variable = Variable::template(
    "DEFAULT_MODEL",
    ASKS_MODELS,
    "'plain', or a model's name of at most 100 characters together with OPENAI_API_KEY or OPENAI_BASE_URL \
     (default: gpt-6-luna where one of these is set, else plain)",
);
pub(super) const OPENAI_API_KEY: Variable = Variable::template(
    "OPENAI_API_KEY",
    ASKS_MODELS,
    "the key of an OpenAI-compatible provider: visible ASCII characters, no spaces",
);
pub(super) const OPENAI_BASE_URL: Variable = Variable::template(
    "OPENAI_BASE_URL",
    ASKS_MODELS,
    "the https address of an OpenAI-compatible provider (default: https://api.openai.com/v1); on this \
     machine, plain http on loopback is allowed too",
);
pub(super) const TEST_RUNS_COUNT: Variable =
    Variable::template("TEST_RUNS_COUNT", API, "true or false (default: false)");
pub(super) const REPORT_TEXT_RETENTION_DAYS: Variable = Variable::template(
    "REPORT_TEXT_RETENTION_DAYS",
    EVERY,
    "a whole number of days from 99 to 36500, or 0 for ever (default: 400); not fewer than 99, because after a \
     force-push the texts of earlier reports say which commits were reported already",
);
pub(super) const ATTEMPT_RETENTION_DAYS: Variable = Variable::template(
    "ATTEMPT_RETENTION_DAYS",
    EVERY,
    "a whole number of days from 7 to 36500, or 0 for ever (default: 90)",
);
pub(super) const SECRETS_KEY: Variable = Variable::template(
    "SECRETS_KEY",
    OPENS_SECRETS,
    "the base64 of 32 random bytes: `openssl rand -base64 32` makes one; or KMS_KEY_ID in its place",
);
pub(super) const KMS_KEY_ID: Variable = Variable::template(
    "KMS_KEY_ID",
    OPENS_SECRETS,
    "the id or ARN of a symmetric KMS key, or its alias, in place of SECRETS_KEY and never beside it",
);
pub(super) const JWT_ISSUER: Variable = Variable::template(
    "JWT_ISSUER",
    API,
    "the issuer that every token names, such as https://project.supabase.co/auth/v1",
);
pub(super) const JWT_AUDIENCE: Variable =
    Variable::template("JWT_AUDIENCE", API, "the audience that every token names, such as authenticated");
pub(super) const JWT_SECRET: Variable =
    Variable::template("JWT_SECRET", API, "the secret that tokens are signed with (HS256), at least 32 bytes");
pub(super) const JWT_JWKS_URL: Variable = Variable::template(
    "JWT_JWKS_URL",
    API,
    "the https address of the public keys that tokens are verified with, or JWT_SECRET in its place; on this \
     machine, plain http on loopback is allowed too",
);
pub(super) const CORS_ORIGINS: Variable = Variable::template(
    "CORS_ORIGINS",
    API,
    "origins such as https://app.example.com, without a path, separated by commas (default: none)",
);
pub(super) const API_BASE_PATH: Variable =
    Variable::template("API_BASE_PATH", API, "a path such as /prod, without a '/' at its end (default: none)");
pub(super) const PUBLIC_URL: Variable =
    Variable::template("PUBLIC_URL", EVERY, "the address at which people reach the dashboard, https://… (optional)");
pub(super) const LOG_LEVEL: Variable =
    Variable::template("LOG_LEVEL", EVERY, "error, warn, info, debug or trace (default: info)");
pub(super) const FUNCTION_TIMEOUT_SECONDS: Variable = Variable::template(
    "FUNCTION_TIMEOUT_SECONDS",
    EVERY,
    "a whole number of seconds from 1 to 900: the function's time-out (default: 180)",
);
pub(super) const AWS_REGION: Variable = Variable::lambda("AWS_REGION", "an AWS region such as eu-west-1");
pub(super) const AWS_ACCESS_KEY_ID: Variable =
    Variable::lambda("AWS_ACCESS_KEY_ID", "the id of an AWS access key (any text for the local stack)");
pub(super) const AWS_SECRET_ACCESS_KEY: Variable =
    Variable::lambda("AWS_SECRET_ACCESS_KEY", "the secret of that access key (any text for the local stack)");
pub(super) const AWS_SESSION_TOKEN: Variable =
    Variable::lambda("AWS_SESSION_TOKEN", "the session token, where the access key is a temporary one");
pub(super) const AWS_ENDPOINT_URL: Variable = Variable::endpoint("AWS_ENDPOINT_URL");
pub(super) const AWS_ENDPOINT_URL_DYNAMODB: Variable = Variable::endpoint("AWS_ENDPOINT_URL_DYNAMODB");
pub(super) const AWS_ENDPOINT_URL_SQS: Variable = Variable::endpoint("AWS_ENDPOINT_URL_SQS");
pub(super) const AWS_ENDPOINT_URL_EVENTBRIDGE: Variable = Variable::endpoint("AWS_ENDPOINT_URL_EVENTBRIDGE");
pub(super) const AWS_ENDPOINT_URL_KMS: Variable = Variable::endpoint("AWS_ENDPOINT_URL_KMS");
pub(super) const ALLOW_LOOPBACK: Variable =
    Variable::local("ALLOW_LOOPBACK", "true or false (default: false); never true in AWS");

/// Every variable, in the order in which a message names them.
pub const VARIABLES: [Variable; 31] = [
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
    JWT_ISSUER,
    JWT_AUDIENCE,
    JWT_SECRET,
    JWT_JWKS_URL,
    CORS_ORIGINS,
    API_BASE_PATH,
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
