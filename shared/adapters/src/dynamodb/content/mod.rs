//! Texts of reports with their `facts`: compressed, in items of their own, so that lists of runs never read them.

mod facts;
mod trend;

use super::figures::{amounts, origin, read_priced};
use super::item::{bytes, figure, flag, instant, instant_of, item, list, number, shown};
use super::retention::{Kept, expires_at};
use super::{Attributes, Change, DynamoStore, Item, Key, Record, WriteError, attribute, key, paths, run};
use app::ports::{Contents, StoreError};
use async_trait::async_trait;
use aws_sdk_dynamodb::types::AttributeValue;
use domain::commit::Sha;
use domain::digest::Facts;
use domain::id::{RunId, UserId};
use domain::instant::Instant;
use domain::report::DegradedReason;
use domain::repository::PathFilter;
use domain::run::{BranchContent, Content, ShaPrefix};
use flate2::Compression;
use flate2::read::{GzDecoder, GzEncoder};
use std::collections::BTreeSet;
use std::io::Read;

/// Markdown, compressed with gzip.
const TEXT: &str = "text";
const HEADLINE: &str = "headline";
/// JSON, compressed with gzip.
const FACTS: &str = "facts";
const COMMITS: &str = "commits";
const COMMITS_AT_LEAST: &str = "commits_at_least";
const RANGE_FROM: &str = "range_from";
const HEAD: &str = "head";
const WAS_RESET: &str = "was_reset";
const OBSERVED_AT: &str = "observed_at";
const COVERED_FROM: &str = "covered_from";
const DEGRADED: &str = "degraded";
const DEGRADED_REASON: &str = "degraded_reason";
/// The first 8 bytes of each commit id, concatenated.
const REPORTED: &str = "reported";
/// The further branches: a list of maps with names that are above.
const FURTHER: &str = "further";
/// The paths of all branches: a list of maps; absent for all files.
const PATHS: &str = "paths";

/// The longest text that is unpacked, in bytes: what an item of 400 KB can hold, and less memory than a function has,
/// so that a damaged record can't exhaust it.
const TEXT_BYTES_MAX: u64 = 16 * 1024 * 1024;

pub(crate) fn to_item(content: &Content, kept: Kept) -> Result<Item, StoreError> {
    let priced = &content.priced;
    let mut attributes = vec![
        (attribute::ATTEMPT, number(content.attempt)),
        (TEXT, bytes(pack(&content.text)?)),
        (HEADLINE, shown(content.headline.as_deref())),
        (FACTS, packed_facts(content.facts.as_deref())?),
        (COMMITS, figure(content.commits)),
        (COMMITS_AT_LEAST, flag(content.commits_at_least)),
        (RANGE_FROM, shown(content.range_from.as_ref())),
        (HEAD, shown(content.head.as_ref())),
        (WAS_RESET, flag(content.was_reset)),
        (OBSERVED_AT, instant(content.observed_at)),
        (COVERED_FROM, instant_of(content.covered_from)),
        (attribute::GENERATION, number(content.generation)),
        (DEGRADED, flag(content.degraded)),
        (DEGRADED_REASON, shown(content.degraded_reason.map(DegradedReason::as_str))),
        (attribute::EXPIRES_AT, expires_at(content.observed_at, kept)),
        (REPORTED, reported(&content.reported)),
        (FURTHER, list(content.further.iter().map(further))),
        (PATHS, list(content.paths.iter().map(|paths| paths::IN_RUN.attributes(paths)))),
        (run::FAILED, run::failed(&content.failed)),
    ];
    attributes.extend(amounts(priced.tokens, priced.cost));
    attributes.extend(origin(priced.source, priced.model.as_deref(), priced.rates.as_ref()));
    Ok(item(Key::content(content.user, content.run), attributes))
}

fn from_item(item: &Item) -> Result<Content, StoreError> {
    let record = Record(item);
    let [range_from, head] = read_range(record)?;
    let (degraded, degraded_reason) = read_degraded(record)?;
    let (text, headline) = read_report(record)?;
    let (observed_at, covered_from) = read_times(record)?;
    let (commits, commits_at_least) = read_count(record)?;
    let (run, user, attempt) = read_attempt(record)?;
    Ok(Content {
        run,
        user,
        attempt,
        text,
        headline,
        facts: read_facts(record)?,
        commits,
        commits_at_least,
        range_from,
        head,
        was_reset: record.flag(WAS_RESET)?,
        observed_at,
        covered_from,
        generation: record.number(attribute::GENERATION)?,
        degraded,
        degraded_reason,
        priced: read_priced(record)?,
        reported: read_reported(record)?,
        further: read_all_further(record)?,
        paths: read_all_paths(record)?,
        failed: run::read_failed(record)?,
    })
}

/// The run, its user, and the attempt that wrote the text.
fn read_attempt(record: Record<'_>) -> Result<(RunId, UserId, u32), StoreError> {
    Ok((record.key_rest(key::CONTENT, RunId::parse)?, record.user()?, record.number(attribute::ATTEMPT)?))
}

/// The number of commits, and whether it is a minimum.
fn read_count(record: Record<'_>) -> Result<(u64, bool), StoreError> {
    Ok((record.figure(COMMITS)?, record.flag(COMMITS_AT_LEAST)?))
}

/// The text and its headline.
fn read_report(record: Record<'_>) -> Result<(String, Option<String>), StoreError> {
    Ok((read_text(record)?, record.text_or_none(HEADLINE)?.map(ToOwned::to_owned)))
}

/// When the branch was observed, and from when on it was not covered.
fn read_times(record: Record<'_>) -> Result<(Instant, Option<Instant>), StoreError> {
    Ok((record.instant(OBSERVED_AT)?, record.instant_or_none(COVERED_FROM)?))
}

fn read_all_further(record: Record<'_>) -> Result<Vec<BranchContent>, StoreError> {
    record.maps(FURTHER)?.into_iter().map(|map| read_further(Record(map))).collect()
}

fn read_all_paths(record: Record<'_>) -> Result<Vec<PathFilter>, StoreError> {
    record.maps(PATHS)?.into_iter().map(|map| paths::IN_RUN.read(Record(map))).collect()
}

fn reported(prefixes: &BTreeSet<ShaPrefix>) -> Option<AttributeValue> {
    let prefixes = prefixes.iter().flatten().copied().collect::<Vec<u8>>();
    if prefixes.is_empty() { None } else { bytes(prefixes) }
}

fn further(branch: &BranchContent) -> Attributes {
    vec![
        (attribute::GENERATION, number(branch.generation)),
        (HEAD, shown(branch.head.as_ref())),
        (WAS_RESET, flag(branch.was_reset)),
        (OBSERVED_AT, instant(branch.observed_at)),
        (COVERED_FROM, instant_of(branch.covered_from)),
        (REPORTED, reported(&branch.reported)),
    ]
}

fn read_further(record: Record<'_>) -> Result<BranchContent, StoreError> {
    Ok(BranchContent {
        generation: record.number(attribute::GENERATION)?,
        head: record.read_or_none(HEAD, |text| Sha::parse(text).ok())?,
        was_reset: record.flag(WAS_RESET)?,
        observed_at: record.instant(OBSERVED_AT)?,
        covered_from: record.instant_or_none(COVERED_FROM)?,
        reported: read_reported(record)?,
    })
}

fn packed_facts(facts: Option<&Facts>) -> Result<Option<AttributeValue>, StoreError> {
    facts.map(|facts| pack(&facts::to_json(facts))).transpose().map(|packed| packed.and_then(bytes))
}

fn read_facts(record: Record<'_>) -> Result<Option<Box<Facts>>, StoreError> {
    let Some(packed) = record.bytes_or_none(FACTS)? else { return Ok(None) };
    let read = unpack(packed).and_then(|json| facts::from_json(&json));
    read.map(|facts| Some(Box::new(facts))).ok_or_else(|| record.broken(FACTS, "compressed facts"))
}

fn read_text(record: Record<'_>) -> Result<String, StoreError> {
    unpack(record.bytes(TEXT)?).ok_or_else(|| record.broken(TEXT, "a compressed text"))
}

/// The commit before the range, and the head.
fn read_range(record: Record<'_>) -> Result<[Option<Sha>; 2], StoreError> {
    let sha = |name| record.read_or_none(name, |text| Sha::parse(text).ok());
    Ok([sha(RANGE_FROM)?, sha(HEAD)?])
}

fn read_degraded(record: Record<'_>) -> Result<(bool, Option<DegradedReason>), StoreError> {
    let reason = record.text_or_none(DEGRADED_REASON)?.and_then(DegradedReason::parse);
    Ok((record.flag(DEGRADED)?, reason))
}

fn read_reported(record: Record<'_>) -> Result<BTreeSet<ShaPrefix>, StoreError> {
    let (prefixes, rest) = record.bytes_or_none(REPORTED)?.unwrap_or_default().as_chunks();
    if rest.is_empty() {
        Ok(prefixes.iter().copied().collect())
    } else {
        Err(record.broken(REPORTED, "prefixes of 8 bytes each"))
    }
}

fn pack(text: &str) -> Result<Vec<u8>, StoreError> {
    let mut packed = Vec::new();
    match GzEncoder::new(text.as_bytes(), Compression::default()).read_to_end(&mut packed) {
        Ok(_) => Ok(packed),
        Err(error) => Err(StoreError::Broken { detail: format!("a report's text can't be compressed: {error}") }),
    }
}

fn unpack(packed: &[u8]) -> Option<String> {
    let mut text = String::new();
    let mut unpacked = GzDecoder::new(packed).take(TEXT_BYTES_MAX + 1);
    unpacked.read_to_string(&mut text).ok()?;
    (unpacked.limit() > 0).then_some(text)
}

#[async_trait]
impl Contents for DynamoStore {
    async fn content(&self, user: UserId, run: RunId) -> Result<Option<Content>, StoreError> {
        let found = self.get(Key::content(user, run)).await?.and_then(|item| self.live(item));
        self.decoded(found.as_ref(), from_item)
    }

    async fn put_content(&self, content: &Content) -> Result<Content, StoreError> {
        match self.put_text(&Change::if_absent(), to_item(content, self.retention.texts)?).await {
            Ok(()) => Ok(content.clone()),
            Err(WriteError::Refused(Some(stored))) => match self.live(stored) {
                Some(stored) => from_item(&stored),
                // The run's records were erased with its account: the worker continues as if the text were stored, and
                // its end is refused.
                None => Ok(content.clone()),
            },
            Err(WriteError::Refused(None)) => self.content(content.user, content.run).await?.ok_or_else(|| {
                StoreError::Unavailable { detail: "a text was found and was missing at the next read".to_owned() }
            }),
            Err(WriteError::Store(error)) => Err(error),
        }
    }
}
