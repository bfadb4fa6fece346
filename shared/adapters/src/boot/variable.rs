//! Every variable that the functions read: who sets it, and who reads it. A test compares it with `template.yaml`.

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
    /// The local stack, tests, and those who start a function elsewhere.
    LocalStack,
}

impl Variable {
    /// Whether this function reads it. A function receives only the secrets that it reads.
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
        Self::outside(name, EVERY, expected)
    }

    /// A variable that is not set in AWS.
    const fn outside(name: &'static str, read_by: &'static [Role], expected: &'static str) -> Self {
        Self { name, expected, set_by: SetBy::LocalStack, read_by }
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
/// Those that send e-mail: a notice, and the code that confirms an address, for which its user waits.
const SENDS_MAIL: &[Role] = &[Role::Api, Role::Delivery];
const API: &[Role] = &[Role::Api];

/// The variables with the ARN of a secret.
pub(super) const SECRET_ARNS: [Variable; 3] = [OPENAI_API_KEY_ARN, SECRETS_KEY_ARN, JWT_SECRET_ARN];

/// Defines the variables, and their list. `NAME: who_sets_it(…)` are the arguments of [`Variable`]'s function.
macro_rules! variables {
    ($($name:ident: $set_by:ident($($argument:expr),*);)+) => {
        $(pub(super) const $name: Variable = Variable::$set_by(stringify!($name), $($argument),*);)+

        /// Every variable, in the order in which a message names them.
        pub const VARIABLES: [Variable; [$(stringify!($name)),+].len()] = [$($name),+];
    };
}

variables! {
    TABLE_NAME: template(EVERY, "the name of the DynamoDB table");
    RUN_QUEUE_URL: template(EVERY, "the address of the SQS queue of run requests, https://…");
    DELIVERY_QUEUE_URL: template(EVERY, "the address of the SQS queue of deliveries, https://…");
    DELIVERY_SLOW_QUEUE_URL: template(EVERY,
        "the address of the SQS queue of deliveries to endpoints that answer late or not at all, https://…");
    ENDPOINT_MESSAGES_PER_SECOND: template(&[Role::Delivery],
        "a whole number from 0 to 1000: messages a second to one endpoint that is no chat service (default: 0, no \
         limit)");
    EVENT_BUS_NAME: template(EVERY, "the name of an EventBridge bus (default: default)");
    DEFAULT_MODEL: template(ASKS_MODELS,
        "'plain', or a model's name of at most 100 characters together with OPENAI_API_KEY or OPENAI_BASE_URL \
         (default: gpt-6-luna where one of these is set, else plain)");
    OPENAI_API_KEY: outside(ASKS_MODELS,
        "the key of an OpenAI-compatible provider: visible ASCII characters, no spaces");
    OPENAI_API_KEY_ARN: template(ASKS_MODELS,
        "the ARN of a secret in AWS Secrets Manager that this function may read, that holds the \
         value described at OPENAI_API_KEY; set only one of the two");
    OPENAI_BASE_URL: template(ASKS_MODELS,
        "the https address of an OpenAI-compatible provider (default: https://api.openai.com/v1); on this machine, \
         plain http on loopback is allowed too");
    TEST_RUNS_COUNT: template(API, "true or false (default: false)");
    REPORT_TEXT_RETENTION_DAYS: template(EVERY,
        "a whole number of days from 99 to 36500, or 0 for no limit (default: 400); not fewer than 99, because after a \
         force-push the texts of earlier reports say which commits were reported already");
    ATTEMPT_RETENTION_DAYS: template(EVERY, "a whole number of days from 7 to 36500, or 0 for no limit (default: 90)");
    SECRETS_KEY: outside(OPENS_SECRETS,
        "the base64 of 32 random bytes: `openssl rand -base64 32` makes one; or KMS_KEY_ID in its place");
    SECRETS_KEY_ARN: template(OPENS_SECRETS,
        "the ARN of a secret in AWS Secrets Manager that this function may read, that holds the \
         value described at SECRETS_KEY; set only one of the two");
    KMS_KEY_ID: template(OPENS_SECRETS,
        "the id or ARN of a symmetric KMS key, or its alias, in place of SECRETS_KEY and never beside it");
    JWT_ISSUER: template(API, "the issuer that every token names, such as https://project.supabase.co/auth/v1");
    JWT_AUDIENCE: template(API, "the audience that every token names, such as authenticated");
    JWT_SECRET: outside(API, "the secret that tokens are signed with (HS256), at least 32 bytes");
    JWT_SECRET_ARN: template(API,
        "the ARN of a secret in AWS Secrets Manager that this function may read, that holds the \
         value described at JWT_SECRET; set only one of the two");
    JWT_JWKS_URL: template(API,
        "the https address of the public keys that tokens are verified with, or JWT_SECRET in its place; on this \
         machine, plain http on loopback is allowed too");
    TENANT_ROLE_ARN: template(API,
        "the ARN of the role with whose credentials the items of a user are accessed (default: the function's own \
         credentials)");
    CORS_ORIGINS: template(API,
        "origins such as https://app.example.com, without a path, separated by commas (default: none)");
    API_BASE_PATH: template(API, "a path such as /prod, without a '/' at its end (default: none)");
    DASHBOARD_NAME: template(API,
        "the name that the dashboard's pages show, at most 60 characters (default: git-report)");
    DASHBOARD_OIDC_ISSUER: template(API,
        "the https address of the OpenID Connect issuer at which the dashboard's users sign in, together with \
         DASHBOARD_OIDC_CLIENT_ID (default: users paste a bearer token); on this machine, plain http on loopback is \
         allowed too");
    DASHBOARD_OIDC_CLIENT_ID: template(API,
        "the id of the dashboard's public client at DASHBOARD_OIDC_ISSUER, at most 256 visible ASCII characters");
    DASHBOARD_OIDC_SCOPE: template(API,
        "the scopes that the dashboard asks of the issuer, separated by spaces (default: openid profile)");
    PUBLIC_URL: template(EVERY, "the address at which people reach the dashboard, https://… (optional)");
    NOTIFICATION_EMAIL_FROM: template(SENDS_MAIL,
        "the address that e-mail is sent from, such as reports@example.com; its identity is verified in Amazon SES \
         (default: no e-mail)");
    LOG_LEVEL: template(EVERY, "error, warn, info, debug or trace (default: info)");
    METRICS_NAMESPACE: template(EVERY, "the CloudWatch namespace of the metrics (default: no metrics are written)");
    FUNCTION_TIMEOUT_SECONDS: template(EVERY,
        "a whole number of seconds from 1 to 900: the function's time-out (default: 180)");
    AWS_REGION: lambda("an AWS region such as eu-west-1");
    AWS_ACCESS_KEY_ID: lambda("the id of an AWS access key (any text for the local stack)");
    AWS_SECRET_ACCESS_KEY: lambda("the secret of that access key (any text for the local stack)");
    AWS_SESSION_TOKEN: lambda("the session token, where the access key is a temporary one");
    AWS_ENDPOINT_URL: endpoint();
    AWS_ENDPOINT_URL_DYNAMODB: endpoint();
    AWS_ENDPOINT_URL_SQS: endpoint();
    AWS_ENDPOINT_URL_EVENTBRIDGE: endpoint();
    AWS_ENDPOINT_URL_KMS: endpoint();
    AWS_ENDPOINT_URL_SESV2: endpoint();
    AWS_ENDPOINT_URL_SECRETS_MANAGER: endpoint();
    AWS_ENDPOINT_URL_STS: endpoint();
    AWS_LAMBDA_RUNTIME_API: lambda("the host and port of Lambda's runtime interface, such as 127.0.0.1:9001");
    ALLOW_LOOPBACK: local("true or false (default: false); a Lambda takes true only where AWS_ENDPOINT_URL or \
         AWS_ENDPOINT_URL_DYNAMODB is an address of this machine");
}
