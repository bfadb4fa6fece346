//! `GET /config`: what a web application needs before it signs in its user. It uses no other service.

use crate::routes::prelude::{
    Api, Arc, IntoResponse, Json, NoParameters, Serialize, State, ToSchema, answer_body, examples, header, words,
};
use adapters::boot::SignIn;

/// How long a copy of the answer may be used: a deployment changes it seldom, and a minute later everyone has it.
const CACHE_CONTROL: &str = "public, max-age=60";

answer_body! {
    /// What a web application needs before it signs in its user.
    #[schema(example = json!(examples::config()))]
    pub(crate) struct ConfigBody of(api: &Api) {
        /// The name that pages show.
        name: String = api.settings.dashboard.name.clone(),
        /// The version of the API.
        version: &'static str = env!("CARGO_PKG_VERSION"),
        sign_in: SignInBody = SignInBody::of(&api.settings.dashboard.sign_in),
        features: FeaturesBody = FeaturesBody::of(api),
    }

    /// What this deployment offers.
    pub(crate) struct FeaturesBody of(api: &Api) {
        /// Whether notices are sent by e-mail to accounts that confirm an address.
        email_notices: bool = api.verbs.confirm_email.mailer.is_some(),
        /// Whether accounts whose plan allows it can use their own model.
        own_model: bool = true,
        /// Whether this is the local stack, which signs in its demo user.
        demo: bool = api.settings.dashboard.sign_in == SignIn::Demo,
    }
}

/// How users sign in. The other members are present with `oidc` only.
#[derive(Serialize, ToSchema)]
pub(crate) struct SignInBody {
    #[schema(value_type = words::SignInKind)]
    kind: &'static str,
    /// The address of the OIDC issuer.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    issuer: Option<String>,
    /// The id of the dashboard's public client at the issuer.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    client_id: Option<String>,
    /// The scopes to ask for, separated by spaces.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    scope: Option<String>,
}

impl SignInBody {
    fn of(sign_in: &SignIn) -> Self {
        let without_issuer = |kind| Self { kind, issuer: None, client_id: None, scope: None };
        match sign_in {
            SignIn::Demo => without_issuer("demo"),
            SignIn::Bearer => without_issuer("bearer"),
            SignIn::Oidc { issuer, client_id, scope } => Self {
                kind: "oidc",
                issuer: Some(issuer.clone()),
                client_id: Some(client_id.clone()),
                scope: Some(scope.clone()),
            },
        }
    }
}

/// What a web application needs before it signs in its user.
///
/// The operator's settings of the dashboard. It may be cached for a minute.
#[utoipa::path(
    get,
    path = "/config",
    operation_id = "getConfig",
    security(()),
    responses((status = 200, description = "The settings of the dashboard.", body = ConfigBody)),
)]
pub(crate) async fn config(State(api): State<Arc<Api>>, _: NoParameters) -> impl IntoResponse {
    ([(header::CACHE_CONTROL, CACHE_CONTROL)], Json(ConfigBody::of(&api)))
}
