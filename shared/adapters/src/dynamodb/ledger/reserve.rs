//! The transaction that begins a run.

use super::super::item::{instant, instant_of, text};
use super::super::{Change, Key, Write, attribute, configuration, idempotency, run, usage_counter};
use app::ports::{Part, Reservation, StoreError, TransactionError};
use domain::run::{CounterMove, Trigger};
use std::collections::BTreeSet;

pub(super) fn writes(table: &str, reservation: &Reservation) -> Result<Vec<Write>, TransactionError> {
    let run = &reservation.run;
    // A counter without an item has used nothing: its condition holds for a bound of 0 too, which is checked here.
    if reservation.uncounted_max == 0 || (run.receipt.holds_slot && run.receipt.limit == 0) {
        return Err(TransactionError::Refused(BTreeSet::from([Part::Counter])));
    }
    let mut writes = vec![
        Change::if_absent().into_put(Part::Run, table, run::to_item(run))?,
        counter(table, reservation)?,
        configuration_part(table, reservation)?,
    ];
    if let Some(key) = &reservation.idempotency {
        writes.push(idempotency::new_record(table, run.user, key, run.id.uuid(), run.started_at)?);
    }
    Ok(writes)
}

fn counter(table: &str, reservation: &Reservation) -> Result<Write, StoreError> {
    let run = &reservation.run;
    let begin =
        CounterMove::Begin { holds_slot: run.receipt.holds_slot, test: run.trigger.is_test(), at: run.started_at };
    let mut change = usage_counter::change(&begin).if_below(attribute::UNCOUNTED_RUNS, reservation.uncounted_max);
    if run.receipt.holds_slot {
        change = change.if_below(attribute::SLOTS_USED, run.receipt.limit);
    }
    change.into_update(Part::Counter, table, Key::usage(run.user, run.id.month()))
}

fn configuration_part(table: &str, reservation: &Reservation) -> Result<Write, StoreError> {
    let run = &reservation.run;
    let begun = Change::of_existing().unless_there(attribute::DELETED_AT).add_number(attribute::TOTAL_RUNS, 1);
    let change = match run.trigger {
        Trigger::Schedule { fire } => begun
            .if_equal(attribute::NEXT_RUN_AT, instant(fire))
            .unless_there(attribute::ACTIVE_RUN)
            .set(attribute::ACTIVE_RUN, text(run.id.to_string()))
            .set(attribute::NEXT_RUN_AT, instant_of(reservation.next_fire))
            .set_all(configuration::due(run.configuration, reservation.next_fire)),
        Trigger::Manual(_) | Trigger::Test(_) => begun,
    };
    change.into_update(Part::Configuration, table, Key::configuration(run.user, run.configuration))
}
