//! The headers of a configuration's webhook: what an edit keeps, sets and removes.

use super::KeepError;
use crate::ports::{SecretContext, Vault, VaultError};
use domain::configuration::{Configuration, Webhook};
use domain::delivery::{CustomHeaders, HeaderChange, HeaderName, HeaderValue, SealedHeaders};

/// The headers after an edit. A header that the draft does not name is removed; without a webhook all are.
///
/// A value is kept only while the webhook's address has the same scheme, host and port: it may be a credential, and
/// must not be sent to another host.
pub(super) async fn sealed(
    vault: &dyn Vault,
    context: SecretContext,
    before: Option<&Configuration>,
    webhook: Option<&Webhook>,
    draft: &[(HeaderName, HeaderChange)],
) -> Result<Option<SealedHeaders>, KeepError> {
    allow(before, webhook, draft)?;
    if webhook.is_none() || draft.is_empty() {
        return Ok(None);
    }
    let names: Vec<HeaderName> = draft.iter().map(|(name, _)| name.clone()).collect();
    let stored = before.and_then(|before| before.headers.as_ref());
    let known = match stored {
        Some(stored) if draft.iter().all(is_kept) && stored.names == names => return Ok(Some(stored.clone())),
        Some(stored) if draft.iter().any(is_kept) => opened(vault, context, stored).await?,
        _ => CustomHeaders::default(),
    };
    let headers = applied(draft, &known).ok_or(KeepError::Vault(VaultError::DoesNotOpen))?;
    let sealed = vault.seal(context, &headers.to_bytes()).await?;
    Ok(Some(SealedHeaders { names, sealed }))
}

/// Rejects a draft that sets headers without a webhook, or keeps a value that is absent or is for another host.
fn allow(
    before: Option<&Configuration>,
    webhook: Option<&Webhook>,
    draft: &[(HeaderName, HeaderChange)],
) -> Result<(), KeepError> {
    let Some(webhook) = webhook else {
        return if draft.iter().all(is_kept) { Ok(()) } else { Err(KeepError::HeadersWithoutWebhook) };
    };
    let stored = before.and_then(|before| before.headers.as_ref());
    for (name, _) in draft.iter().filter(|header| is_kept(header)) {
        if !stored.is_some_and(|stored| stored.names.iter().any(|known| known.is_same(name))) {
            return Err(KeepError::HeaderWithoutValue(name.clone()));
        }
    }
    let old = before.and_then(|before| before.settings.webhook.as_ref());
    let moves = !old.is_some_and(|old| old.is_at_host_of(webhook));
    if moves && draft.iter().any(is_kept) { Err(KeepError::HeadersOfAnotherHost) } else { Ok(()) }
}

fn is_kept((_, change): &(HeaderName, HeaderChange)) -> bool {
    *change == HeaderChange::Keep
}

/// The draft with the values that it keeps; `None` if one is absent.
fn applied(draft: &[(HeaderName, HeaderChange)], known: &CustomHeaders) -> Option<CustomHeaders> {
    let value = |name: &HeaderName, change: &HeaderChange| match change {
        HeaderChange::Set(value) => Some(value.clone()),
        HeaderChange::Keep => known.value(name).cloned(),
    };
    let headers: Option<Vec<(HeaderName, HeaderValue)>> =
        draft.iter().map(|(name, change)| Some((name.clone(), value(name, change)?))).collect();
    headers.map(CustomHeaders::new)
}

/// The headers in the clear.
pub(crate) async fn opened(
    vault: &dyn Vault,
    context: SecretContext,
    stored: &SealedHeaders,
) -> Result<CustomHeaders, VaultError> {
    let bytes = vault.open(context, &stored.sealed).await?;
    CustomHeaders::from_bytes(&bytes).ok_or(VaultError::DoesNotOpen)
}
