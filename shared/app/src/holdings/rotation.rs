//! The rotation of a signing secret, whichever record has it.

use super::signing::new_secret;
use super::{Expected, KeepError};
use crate::optimistic::{self, Step};
use crate::ports::{Entropy, IdempotencyKey, Part, Refusal, SecretContext, TransactionError, Vault};
use async_trait::async_trait;
use domain::delivery::{SigningSecret, SigningSecrets, WhenFull};
use domain::instant::Instant;
use domain::repository::Sealed;

/// Gives a record a new signing secret; the old one stays valid for a day, and so do those that were replaced within
/// the last day. With the same key again, the record is returned without the secret, which is shown once.
pub(crate) async fn rotate<R: Rotation>(
    rotation: &R,
    (entropy, vault): (&dyn Entropy, &dyn Vault),
    (expected, key): (&Expected, Option<&IdempotencyKey>),
    when_full: WhenFull,
    now: Instant,
) -> Result<(R::Record, Option<SigningSecret>), KeepError> {
    if let Some(made) = rotation.made_before(key, now).await? {
        return Ok((made, None));
    }
    let (secret, sealed) = &new_secret(entropy, vault, rotation.context()).await?;
    let is_mine = |found: &R::Record| R::secrets(found).is_some_and(|all| all.contain(sealed));
    let shown = |record| (record, Some(secret.clone()));
    optimistic::update(
        rotation.name(),
        |_| rotation.read(),
        |found: &R::Record, _: &R::Record| is_mine(found).then(|| shown(found.clone())),
        |before| async move {
            if let Err(changed) = expected.check(R::version(&before)) {
                // A request with the same key may have changed it meanwhile.
                let made = rotation.made_before(key, now).await?.ok_or(changed)?;
                return Ok(Step::Done((made, None)));
            }
            let after = R::rotated(&before, sealed.clone(), when_full, now)?;
            let Some(key) = key else {
                return Ok(Step::of(rotation.put(&before, &after).await, after)?.map(shown));
            };
            let written = rotation.put_once(&before, &after, key, now).await;
            if let Some(made) = made_by_another(rotation, &written, key, now).await? {
                let secret = is_mine(&made).then(|| secret.clone());
                return Ok(Step::Done((made, secret)));
            }
            Ok(Step::of(written, after)?.map(shown))
        },
    )
    .await
}

/// The record that another request with the same key has changed first.
async fn made_by_another<R: Rotation>(
    rotation: &R,
    written: &Result<(), TransactionError>,
    key: &IdempotencyKey,
    now: Instant,
) -> Result<Option<R::Record>, KeepError> {
    if written.as_ref().is_err_and(|error| error.refused_by(Part::Idempotency)) {
        return rotation.made_before(Some(key), now).await;
    }
    Ok(None)
}

/// A record whose signing secret is rotated: how it is read, changed and written.
#[async_trait]
pub(crate) trait Rotation: Sync {
    type Record: Clone + Send + Sync;

    /// The rotation and the id of its record, for the error after the last try.
    fn name(&self) -> (&'static str, String);

    /// What the new secret is encrypted for.
    fn context(&self) -> SecretContext;

    fn version(record: &Self::Record) -> u64;

    fn secrets(record: &Self::Record) -> Option<&SigningSecrets>;

    /// The record with a new secret.
    fn rotated(
        record: &Self::Record,
        fresh: Sealed,
        when_full: WhenFull,
        now: Instant,
    ) -> Result<Self::Record, KeepError>;

    async fn read(&self) -> Result<Self::Record, KeepError>;

    /// The record that the same key has changed before.
    async fn made_before(&self, key: Option<&IdempotencyKey>, now: Instant) -> Result<Option<Self::Record>, KeepError>;

    async fn put(&self, before: &Self::Record, after: &Self::Record) -> Result<(), Refusal>;

    /// The same with the record of the key (condition: absent or expired).
    async fn put_once(
        &self,
        before: &Self::Record,
        after: &Self::Record,
        key: &IdempotencyKey,
        now: Instant,
    ) -> Result<(), TransactionError>;
}
