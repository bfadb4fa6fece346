//! The map of routes, and the layers around them.

use crate::Api;
use crate::idempotency::IDEMPOTENCY_KEY;
use crate::problem::Problem;
use crate::quota::{RATELIMIT_LIMIT, RATELIMIT_REMAINING, RATELIMIT_RESET};
use crate::request_id::{X_REQUEST_ID, door};
use crate::routes::{admin, health, openapi, plans, ready, report_configurations, report_runs, repositories, users};
use axum::Router;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post, put};
use std::any::Any;
use std::sync::Arc;
use std::time::Duration;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::cors::{AllowOrigin, CorsLayer};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// How long a browser may remember what another origin may do.
const PREFLIGHT_AGE: Duration = Duration::from_hours(1);

/// The API as a service. From outside to inside a request passes the door (its id, problems as bodies), CORS, the net
/// for panics, and its route.
pub fn router(api: Api) -> Router {
    let origins = api.settings.cors_origins.clone();
    let api = Arc::new(api);
    let (routes, _) = operations().split_for_parts();
    // Served and not described yet: what a user keeps, and the administration of plans.
    let routes = routes
        .route("/repositories", get(repositories::list).post(repositories::create))
        .route("/repositories/{id}", get(repositories::get).put(repositories::replace).delete(repositories::delete))
        .route("/report-configurations", get(report_configurations::list).post(report_configurations::create))
        .route(
            "/report-configurations/{id}",
            get(report_configurations::get).put(report_configurations::replace).delete(report_configurations::delete),
        )
        .route("/report-configurations/{id}/test-webhook", post(report_configurations::test_webhook))
        .route("/report-configurations/{id}/test", post(report_configurations::test_webhook))
        .route("/report-configurations/{id}/scheduling-info", get(report_configurations::scheduling_info))
        .route("/report-configurations/{id}/rotate-secret", post(report_configurations::rotate_secret))
        .route("/users/profile", get(users::profile).put(users::replace_profile))
        .route("/admin/accounts/{user_id}", put(admin::set_account))
        .fallback(async || Problem::of_status(StatusCode::NOT_FOUND))
        .method_not_allowed_fallback(async || Problem::of_status(StatusCode::METHOD_NOT_ALLOWED))
        .layer(CatchPanicLayer::custom(panicked));
    let routes = if origins.is_empty() { routes } else { routes.layer(cors(origins)) };
    routes.layer(from_fn_with_state(Arc::clone(&api), door)).with_state(api)
}

/// The operations that are described: what is registered here stands in the document too.
pub(crate) fn operations() -> OpenApiRouter<Arc<Api>> {
    OpenApiRouter::new()
        .routes(routes!(health::health))
        .routes(routes!(ready::ready))
        .routes(routes!(openapi::openapi))
        .routes(routes!(plans::plans))
        .routes(routes!(report_runs::list::list))
        .routes(routes!(report_runs::usage::current::usage))
        .routes(routes!(report_runs::usage::history::history))
        .routes(routes!(report_runs::usage::daily::daily))
        .routes(routes!(report_runs::usage::forecast::forecast))
        .routes(routes!(report_runs::export::export))
        .routes(routes!(report_runs::get::get))
        .routes(routes!(report_runs::cancel::cancel))
        .routes(routes!(report_runs::deliveries::deliveries))
        .routes(routes!(report_runs::redeliver::redeliver))
        .routes(routes!(report_configurations::run::run))
        .routes(routes!(report_configurations::run::manual_trigger))
}

fn cors(origins: Vec<HeaderValue>) -> CorsLayer {
    CorsLayer::new()
        .allow_origin(AllowOrigin::list(origins))
        .allow_methods([Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::DELETE])
        .allow_headers([header::AUTHORIZATION, header::CONTENT_TYPE, header::IF_MATCH, IDEMPOTENCY_KEY])
        .expose_headers([
            X_REQUEST_ID,
            header::ETAG,
            header::LINK,
            header::LOCATION,
            header::RETRY_AFTER,
            RATELIMIT_LIMIT,
            RATELIMIT_REMAINING,
            RATELIMIT_RESET,
        ])
        .max_age(PREFLIGHT_AGE)
}

/// A panic is our fault and one request's: the others go on.
#[expect(clippy::needless_pass_by_value, reason = "the layer hands the panic over")]
fn panicked(panic: Box<dyn Any + Send>) -> Response {
    let text = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    Problem::internal(&format!("panic: {}", text.unwrap_or("without words"))).into_response()
}
