//! Checks of addresses that callers name.

use crate::Api;
use crate::problem::{FieldError, Problem};
use url::Url;

/// Refuses a webhook's address in a private network, with a pointer to the member. Loopback and plain http are allowed
/// in the local stack only.
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
