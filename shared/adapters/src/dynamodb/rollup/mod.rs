//! Rollups as items. A rollup of a month is in three pieces, of the days 1 to 10, 11 to 20 and 21 to 31, so that a
//! piece stays under a kilobyte and a write of it costs as much as one of a run. There is no `to_item`, because a
//! rollup is only ever added to.
//!
//! A figure of a day is an attribute of its own: a letter and the day, such as `s07`. Figures of 0 are absent.

mod fleet;

use super::item::{Record, instant, number, shown, text};
use super::{Attributes, Change, DynamoStore, Item, Key, Write, attribute, key};
use app::ports::{Part, Rollups, StoreError};
use async_trait::async_trait;
use domain::id::{ConfigurationId, RepositoryId, UserId};
use domain::money::{Cost, TokenUsage};
use domain::month::Month;
use domain::run::{DayFigures, ErrorCode, Rollup, RollupFacts, RollupMove, RollupOf, fleet_shard};
use std::collections::BTreeMap;

const CONFIGURATION_NAME: &str = "name";
const REPOSITORY_NAME: &str = "repo_name";
const LIMIT: &str = "limit";
/// Before the word of an error code.
const ERROR: &str = "e_";

/// The days of a piece; the last one has an eleventh.
const PIECE_DAYS: u32 = 10;
const PIECE_LAST: u32 = 2;

/// The figures of a day, each with its letter.
pub(crate) fn letters(figures: &DayFigures) -> [(char, u64); 11] {
    [
        ('k', figures.counted_runs),
        ('s', figures.successful_runs),
        ('f', figures.failed_runs),
        ('c', figures.cancelled_runs),
        ('g', figures.degraded_runs),
        ('x', figures.test_runs),
        ('b', figures.blocked_runs),
        ('u', figures.unpriced_runs),
        ('p', figures.tokens.prompt()),
        ('o', figures.tokens.completion()),
        ('m', figures.cost.micros()),
    ]
}

/// The figure of a letter alone; `None` if no figure has this letter.
pub(crate) fn of_letter(letter: char, value: u64) -> Option<DayFigures> {
    let mut figures = DayFigures::default();
    match letter {
        'k' => figures.counted_runs = value,
        's' => figures.successful_runs = value,
        'f' => figures.failed_runs = value,
        'c' => figures.cancelled_runs = value,
        'g' => figures.degraded_runs = value,
        'x' => figures.test_runs = value,
        'b' => figures.blocked_runs = value,
        'u' => figures.unpriced_runs = value,
        'p' => figures.tokens = TokenUsage::new(value, 0, 0, 0),
        'o' => figures.tokens = TokenUsage::new(0, 0, value, 0),
        'm' => figures.cost = Cost::from_micros(value),
        _ => return None,
    }
    Some(figures)
}

/// The part of a transaction that adds to a rollup. It has no condition: it is made if the others are.
pub(crate) fn write(table: &str, step: &RollupMove) -> Result<Write, StoreError> {
    change([step], step.facts.as_ref()).into_update(Part::Rollup, table, piece_key(step))
}

/// The part of a transaction that adds several moves to one piece of a rollup, of which `stored` is the item. The facts
/// of a later run stay.
pub(crate) fn import(table: &str, steps: &[RollupMove], stored: Option<&Item>) -> Result<Option<Write>, StoreError> {
    let Some(first) = steps.first() else { return Ok(None) };
    let known = match stored {
        Some(item) => Record(item).instant_or_none(attribute::LAST_RUN_AT)?,
        None => None,
    };
    let facts = steps.iter().filter_map(|step| step.facts.as_ref()).max_by_key(|facts| facts.run_at);
    let facts = facts.filter(|facts| known.is_none_or(|known| known < facts.run_at));
    change(steps, facts).into_update(Part::Rollup, table, piece_key(first)).map(Some)
}

/// The key of the piece that a move adds to.
pub(crate) fn piece_key(step: &RollupMove) -> Key {
    let piece = (step.day.saturating_sub(1) / PIECE_DAYS).min(PIECE_LAST);
    Key::rollup(step.user, step.month, &step.of, piece)
}

/// The addition of moves of one piece.
fn change<'a>(steps: impl IntoIterator<Item = &'a RollupMove>, facts: Option<&RollupFacts>) -> Change {
    let mut sums: BTreeMap<String, u64> = BTreeMap::new();
    let mut fleet = None;
    for step in steps {
        for (letter, value) in letters(&step.figures) {
            *sums.entry(format!("{letter}{:02}", step.day)).or_default() += value;
        }
        if let Some(code) = step.error {
            *sums.entry(format!("{ERROR}{}", code.as_str())).or_default() += 1;
        }
        fleet = text(key::fleet_partition(step.month, fleet_shard(step.user)));
    }
    let change = Change::default().set(attribute::FLEET, fleet);
    let change = sums.into_iter().fold(change, |change, (name, value)| change.add_number(&name, value));
    match facts {
        Some(facts) => change.set_all(facts_as_attributes(facts)),
        None => change,
    }
}

fn facts_as_attributes(facts: &RollupFacts) -> Attributes {
    vec![
        (CONFIGURATION_NAME, shown(facts.configuration_name.as_ref())),
        (REPOSITORY_NAME, text(&facts.repository_name)),
        (attribute::LAST_RUN_AT, instant(facts.run_at)),
        (LIMIT, number(facts.limit)),
    ]
}

pub(crate) fn from_item(item: &Item) -> Result<Rollup, StoreError> {
    let record = Record(item);
    let (month, of) = record.key_rest(key::ROLLUP, |rest| read_key(rest).ok_or(()))?;
    let mut rollup = Rollup::empty(record.user()?, month, of);
    for name in item.keys() {
        if let Some(code) = name.strip_prefix(ERROR).and_then(ErrorCode::parse) {
            rollup.errors.insert(code.as_str(), record.amount(name)?);
        } else if let Some((letter, day)) = read_name(name)
            && let Some(figures) = of_letter(letter, record.amount(name)?)
        {
            *rollup.days.entry(day).or_default() += figures;
        }
    }
    rollup.facts = match record.instant_or_none(attribute::LAST_RUN_AT)? {
        None => None,
        Some(run_at) => Some(RollupFacts {
            configuration_name: record.text_or_none(CONFIGURATION_NAME)?.map(str::to_owned),
            repository_name: record.text(REPOSITORY_NAME)?.to_owned(),
            run_at,
            limit: record.figure(LIMIT)?,
        }),
    };
    Ok(rollup)
}

/// The month and what the rollup is of, from the key after its prefix. A model's name may contain anything.
fn read_key(rest: &str) -> Option<(Month, RollupOf)> {
    let mut parts = rest.splitn(5, '#');
    let month = Month::parse(parts.next()?).ok()?;
    let _piece: u32 = parts.next()?.parse().ok()?;
    let configuration = ConfigurationId::parse(parts.next()?).ok()?;
    let repository = RepositoryId::parse(parts.next()?).ok()?;
    let model = parts.next().filter(|model| !model.is_empty()).map(str::to_owned);
    Some((month, RollupOf { configuration, repository, model }))
}

/// The letter and the day in the name of an attribute.
fn read_name(name: &str) -> Option<(char, u32)> {
    let mut letters = name.chars();
    let letter = letters.next()?;
    let day = letters.as_str();
    let is_day = day.len() == 2 && day.bytes().all(|byte| byte.is_ascii_digit());
    is_day.then(|| day.parse().ok()).flatten().map(|day| (letter, day))
}

impl DynamoStore {
    /// Empties the pieces of a month that can't be read; returns whether there was one. They are put, because only the
    /// scheduler may delete.
    pub(crate) async fn empty_unreadable(&self, user: UserId, month: Month) -> Result<bool, StoreError> {
        let items = self.read_pages(self.query_prefix(user, key::rollups(month)), None, usize::MAX).await?;
        let mut found = false;
        for item in items.iter().filter(|item| self.readable(from_item(item)).is_none()) {
            self.put_any(Key::of(item)?.into_item()).await?;
            found = true;
        }
        Ok(found)
    }
}

#[async_trait]
impl Rollups for DynamoStore {
    async fn rollups(&self, user: UserId, month: Month) -> Result<Vec<Rollup>, StoreError> {
        let items = self.read_pages(self.query_prefix(user, key::rollups(month)), None, usize::MAX).await?;
        let mut rollups: BTreeMap<RollupOf, Rollup> = BTreeMap::new();
        for piece in items.iter().filter_map(|item| self.readable(from_item(item))) {
            let (of, empty) = (piece.of.clone(), Rollup::empty(user, month, piece.of.clone()));
            rollups.entry(of).or_insert(empty).merge(piece);
        }
        Ok(rollups.into_values().collect())
    }
}
