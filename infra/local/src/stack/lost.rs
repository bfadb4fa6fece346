//! What was requested by messages that an earlier process lost.
//!
//! The tick moves what it requests ten minutes back in the index, because a message takes its time. The queues are in
//! memory, so no message is left when the system starts: what was requested before is due at once. This writes what a
//! sweep writes, under the same condition.

use adapters::wiring::Deployment;
use app::limits::dispatch_lease;
use app::ports::{DueItem, DueKind, DueRef, Refusal, StoreError, readable};
use domain::id::SHARDS;
use domain::instant::Instant;

/// The kinds that messages request.
const REQUESTED: [DueKind; 3] = [DueKind::Fire, DueKind::Lease, DueKind::Delivery];

/// Items of one kind and shard that are read at most; the others are requested when the index returns them.
const ITEMS_MAX: usize = 10_000;

/// Makes everything due whose message is lost, before the first tick.
pub async fn make_due(deployment: &Deployment) -> Result<(), StoreError> {
    let now = deployment.clock.now();
    for kind in REQUESTED {
        for shard in 0..SHARDS {
            for item in deployment.store.due(kind, shard, now + dispatch_lease(), ITEMS_MAX).await? {
                if item.due_at > now && was_due(deployment, &item, now).await? {
                    make_one_due(deployment, &item, now).await?;
                }
            }
        }
    }
    Ok(())
}

/// Whether an item was due before it was requested: the time that the item itself holds has come.
async fn was_due(deployment: &Deployment, item: &DueItem, now: Instant) -> Result<bool, StoreError> {
    let (store, user) = (&deployment.store, item.user);
    let due_at = match item.item {
        DueRef::Fire { fire, .. } => Some(fire),
        DueRef::Lease(run) => readable(store.run(user, run).await)?.and_then(|run| Some(run.lease()?.until)),
        DueRef::RunDelivery { run, .. } => readable(store.run(user, run).await)?.and_then(|run| run.delivery.due_at()),
        DueRef::NoticeDelivery { notice, .. } => {
            readable(store.notice(user, notice).await)?.and_then(|notice| notice.delivery.due_at())
        }
        DueRef::Event(_) | DueRef::Deletion => None,
    };
    Ok(due_at.is_some_and(|due_at| due_at <= now))
}

async fn make_one_due(deployment: &Deployment, item: &DueItem, now: Instant) -> Result<(), StoreError> {
    match deployment.store.postpone(item, now).await {
        Ok(()) | Err(Refusal::MovedOn) => Ok(()),
        Err(Refusal::Store(error)) => Err(error),
    }
}
