//! Addresses that callers name.

use crate::Api;
use crate::problem::{FieldError, Problem};
use url::Url;

/// Refuses a webhook's address that leads inside, naming the member that it came in. On this machine, and over plain
/// http, it may be in the local stack alone.
pub(crate) async fn allow_webhook(api: &Api, member: &str, url: Option<&Url>) -> Result<(), Problem> {
    let Some(url) = url else { return Ok(()) };
    let refused = |why: &str| Err(Problem::validation(vec![FieldError::at(member, why)]));
    if url.scheme() != "https" && !api.settings.allow_loopback {
        return refused("the webhook address begins with 'http:': only https is accepted");
    }
    match api.addresses.check(url).await {
        Ok(()) => Ok(()),
        Err(inside) => refused(&format!("{}: give an address that is public", inside.why)),
    }
}
