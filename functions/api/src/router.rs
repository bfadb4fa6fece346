//! The routes, and the layers around them.

use crate::Api;
use crate::idempotency::IDEMPOTENCY_KEY;
use crate::problem::Problem;
use crate::quota::{RATELIMIT_LIMIT, RATELIMIT_REMAINING, RATELIMIT_RESET};
use crate::request_id::time_limit::time_limit;
use crate::request_id::{X_REQUEST_ID, outermost};
use crate::routes::{
    admin, config, health, notices, openapi, plans, problems, ready, report_configurations, report_runs, repositories,
    users,
};
use axum::Router;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use std::any::Any;
use std::sync::Arc;
use std::time::Duration;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::cors::{AllowOrigin, CorsLayer};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// How long a browser may cache which requests another origin may make.
const PREFLIGHT_AGE: Duration = Duration::from_hours(1);

/// The API as a service. A request passes, from outside to inside, the outermost layer (its id, the bodies of
/// problems), CORS, the time limit, the handler of panics, and its route.
pub fn router(api: Api) -> Router {
    router_with(api, Router::new())
}

/// The same with more routes, which no Lambda has and the document does not describe.
pub fn router_with(api: Api, more: Router<Arc<Api>>) -> Router {
    let origins = api.settings.cors_origins.clone();
    let api = Arc::new(api);
    let (routes, _) = operations().split_for_parts();
    let routes = match api.settings.base_path.as_str() {
        "" => routes,
        // A custom domain can lead to the stage without its name in the path, so both are served.
        base => Router::new().nest(base, routes.clone()).merge(routes),
    };
    let routes = routes
        .merge(more)
        .fallback(async || Problem::of_status(StatusCode::NOT_FOUND))
        .method_not_allowed_fallback(async || Problem::of_status(StatusCode::METHOD_NOT_ALLOWED))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn_with_state(Arc::clone(&api), time_limit));
    let routes = if origins.is_empty() { routes } else { routes.layer(cors(origins)) };
    routes.layer(from_fn_with_state(Arc::clone(&api), outermost)).with_state(api)
}

/// Another path of a `POST` operation.
pub(crate) struct Alias {
    pub(crate) path: &'static str,
    pub(crate) of: &'static str,
    pub(crate) operation_id: &'static str,
}

pub(crate) const TEST: Alias = Alias {
    path: "/report-configurations/{id}/test",
    of: "/report-configurations/{id}/test-webhook",
    operation_id: "testReport",
};
pub(crate) const MANUAL_TRIGGER: Alias = Alias {
    path: "/report-configurations/{id}/manual-trigger",
    of: "/report-configurations/{id}/run",
    operation_id: "triggerRun",
};

/// The aliases, for the document.
pub(crate) const ALIASES: [Alias; 2] = [TEST, MANUAL_TRIGGER];

/// Every operation, with its description. An operation that is not registered here is neither served nor documented.
pub(crate) fn operations() -> OpenApiRouter<Arc<Api>> {
    OpenApiRouter::new()
        .routes(routes!(health::health))
        .routes(routes!(ready::ready))
        .routes(routes!(openapi::openapi))
        .routes(routes!(config::config))
        .routes(routes!(plans::plans))
        .routes(routes!(problems::problem))
        .merge(report_runs::operations())
        .merge(repositories::operations())
        .merge(report_configurations::operations())
        .merge(notices::operations())
        .merge(users::operations())
        .merge(admin::operations())
}

fn cors(origins: Vec<HeaderValue>) -> CorsLayer {
    CorsLayer::new()
        .allow_origin(AllowOrigin::list(origins))
        .allow_methods([Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::PATCH, Method::DELETE])
        .allow_headers([
            header::AUTHORIZATION,
            header::CONTENT_TYPE,
            header::IF_MATCH,
            header::IF_NONE_MATCH,
            IDEMPOTENCY_KEY,
        ])
        .expose_headers([
            X_REQUEST_ID,
            header::ETAG,
            header::LINK,
            header::LOCATION,
            header::RETRY_AFTER,
            header::WWW_AUTHENTICATE,
            header::CONTENT_DISPOSITION,
            RATELIMIT_LIMIT,
            RATELIMIT_REMAINING,
            RATELIMIT_RESET,
        ])
        .max_age(PREFLIGHT_AGE)
}

/// A panic is our fault and affects one request only: the others continue.
#[expect(clippy::needless_pass_by_value, reason = "the layer passes the panic by value")]
fn panicked(panic: Box<dyn Any + Send>) -> Response {
    let text = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    Problem::internal(&format!("panic: {}", text.unwrap_or("without words"))).into_response()
}
