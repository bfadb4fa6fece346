//! The transaction that adds tokens that were paid for outside a run's end.

use super::super::figures::{add_amounts, origin};
use super::super::item::instant;
use super::super::{Change, Key, Write, attribute, rollup, usage_counter};
use super::{paid, unpriced_once};
use app::ports::{Part, StoreError};
use domain::instant::Instant;
use domain::run::{CounterMove, Payment, RollupMove, Run};

pub(super) fn writes(table: &str, run: &Run, payment: &Payment, now: Instant) -> Result<Vec<Write>, StoreError> {
    let priced = &payment.priced;
    let unpriced = priced.is_unpriced() && !run.figures.unpriced;
    let (number, set) = paid(payment.attempt);
    let change = Change::of_existing()
        .unless_contains(attribute::PAID_ATTEMPTS, number)
        .add(attribute::PAID_ATTEMPTS, set)
        .set(attribute::UPDATED_AT, instant(now))
        .set_all(origin(priced.source, priced.model.as_deref(), priced.rates.as_ref()));
    let change = if unpriced { unpriced_once(change) } else { change };
    let run_part =
        add_amounts(change, priced.tokens, priced.cost).into_update(Part::Run, table, Key::run(run.user, run.id))?;
    let step = CounterMove::Pay { tokens: priced.tokens, cost: priced.cost, unpriced };
    let counter =
        usage_counter::change(&step).into_update(Part::Counter, table, Key::usage(run.user, run.id.month()))?;
    let sums = RollupMove::of_run(run, &step, priced.model.as_deref());
    Ok(vec![run_part, counter, rollup::write(table, &sums)?])
}
