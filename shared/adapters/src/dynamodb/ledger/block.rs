//! The transaction that skips a fire because the limit is reached.

use super::super::item::{instant, text};
use super::super::{Change, Key, Write, attribute, configuration, usage_counter};
use super::{limit_check, new_event, new_notice};
use app::ports::{Block, Part, StoreError};
use domain::configuration::LastRunStatus;
use domain::run::CounterMove;

pub(super) fn writes(table: &str, block: &Block) -> Result<Vec<Write>, StoreError> {
    let counter = usage_counter::change(&CounterMove::Block)
        .if_either_reached((attribute::COUNTED_RUNS, block.limit), (attribute::UNCOUNTED_RUNS, block.uncounted_max));
    let counter = match &block.notice {
        Some((_, mark)) => usage_counter::mark_pause(counter, *mark),
        None => counter,
    };
    let counter = counter.into_update(Part::Counter, table, Key::usage(block.user, block.month));
    let configuration = Change::of_existing()
        .if_equal(attribute::NEXT_RUN_AT, instant(block.fire))
        .unless_there(attribute::ACTIVE_RUN)
        .unless_there(attribute::DELETED_AT)
        .set(attribute::NEXT_RUN_AT, instant(block.next_fire))
        .set_all(configuration::due(block.configuration, Some(block.next_fire)))
        .set(attribute::LAST_RUN_STATUS, text(LastRunStatus::LimitReached.as_str()))
        .set(attribute::LAST_RUN_AT, instant(block.now))
        .set(attribute::SKIPPED_AT, instant(block.now))
        .into_update(Part::Configuration, table, Key::configuration(block.user, block.configuration));
    [counter, configuration, limit_check(table, block.user, block.limit_seen)]
        .into_iter()
        .chain(block.notice.as_ref().map(|(notice, _)| new_notice(table, notice)))
        .chain(block.event.as_ref().map(|event| new_event(table, event)))
        .collect()
}
