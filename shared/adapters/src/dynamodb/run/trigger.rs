//! What started a run, and its range of time, as attributes.

use super::super::item::{instant_of, text};
use super::super::{Attributes, Record};
use app::ports::StoreError;
use domain::run::{Trigger, TriggerKind, Window};

const TRIGGER: &str = "trigger";
const FIRE: &str = "fire";
/// The range of time that was asked for, or that a scheduled run observed.
const FROM: &str = "from";
const TO: &str = "to";

pub(super) fn attributes(trigger: &Trigger) -> Attributes {
    let (fire, window) = match trigger {
        Trigger::Schedule { fire } => (Some(*fire), None),
        Trigger::Manual(window) | Trigger::Test(window) => (None, Some(*window)),
    };
    let mut attributes = vec![(TRIGGER, text(trigger.kind().as_str())), (FIRE, instant_of(fire))];
    attributes.extend(range(window));
    attributes
}

/// The attributes of a range: the one that was asked for, or that a scheduled run observed.
pub(super) fn range(window: Option<Window>) -> Attributes {
    vec![(FROM, instant_of(window.map(|window| window.from))), (TO, instant_of(window.map(|window| window.to)))]
}

pub(super) fn read(record: Record<'_>) -> Result<Trigger, StoreError> {
    let window =
        || -> Result<Window, StoreError> { Ok(Window { from: record.instant(FROM)?, to: record.instant(TO)? }) };
    match record.read(TRIGGER, TriggerKind::parse)? {
        TriggerKind::Schedule => Ok(Trigger::Schedule { fire: record.instant(FIRE)? }),
        TriggerKind::Manual => window().map(Trigger::Manual),
        TriggerKind::Test => window().map(Trigger::Test),
    }
}

/// The range that a scheduled run observed; older records lack it.
pub(super) fn read_observed(record: Record<'_>) -> Result<Option<Window>, StoreError> {
    if record.read(TRIGGER, TriggerKind::parse)? != TriggerKind::Schedule {
        return Ok(None);
    }
    let (from, to) = (record.instant_or_none(FROM)?, record.instant_or_none(TO)?);
    Ok(from.zip(to).map(|(from, to)| Window { from, to }))
}
