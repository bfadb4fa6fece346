//! The prompts for a language model, each within a budget.
//!
//! [`plan`] decides whether the changes fit into one prompt or are read in parts: then the model writes notes about
//! each part, and [`from_notes`] asks for the report from them. `manner` has the instructions, `data` the changes.

mod data;
mod fence;
mod manner;

use super::Brief;
use super::tokens::{Family, tokens_at_least, tokens_at_most};
use super::wording::{counted_kind, listed};
use crate::activity::Activity;
use crate::commit::Kind;
use crate::count::total;
use crate::digest::{Change, Digest};
use data::{CLOSING, HEADINGS_BYTES_MAX, OPENING, Size, beside, change, changes, head, updates};
use fence::defused;
use manner::{Task, instructions};
use std::collections::BTreeMap;

/// The smallest budget, in bytes: room for the longest instructions, with a user's wishes, and for a few changes. A
/// smaller one is raised to it.
pub const PROMPT_BYTES_MIN: usize = 10_000;

/// The tokens around a message: its role and its ends. OpenAI counts four for each message and three more before the
/// answer, `SmolLM2`'s template five and three.
const MESSAGE_TOKENS: u64 = 8;

/// The most bytes of the notes about one part that the last prompt takes.
const NOTES_BYTES_MAX: usize = 4_000;

/// The line breaks after the notes about a part.
const NOTES_GAP_BYTES: usize = 2;

/// The most bytes of what is folded, and of what happened beside commits, and the part of the budget that each has at
/// most.
const FOLDED_BYTES_MAX: usize = 4_000;
const FOLDED_SHARE: usize = 4;

/// The messages to a chat model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prompt {
    pub system: String,
    pub user: String,
}

impl Prompt {
    /// At most how many tokens a model of this name counts for the two messages: see [`tokens_at_most`].
    pub fn tokens_at_most(&self, model: &str) -> u64 {
        let of = |text: &str| tokens_at_most(text, Family::of(model)).saturating_add(MESSAGE_TOKENS);
        of(&self.system).saturating_add(of(&self.user))
    }

    /// At least how many tokens any model counts for the two messages, without those around each message, which servers
    /// count differently: see [`tokens_at_least`].
    pub fn tokens_at_least(&self) -> u64 {
        tokens_at_least(&self.system).saturating_add(tokens_at_least(&self.user))
    }

    /// The changes that it shows, as it shows them.
    pub fn changes(&self) -> &str {
        let data = self.user.split_once(OPENING).map_or("", |(_, data)| data);
        data.rsplit_once(CLOSING).map_or(data, |(data, _)| data)
    }

    /// The length of both messages, in bytes.
    pub fn bytes(&self) -> usize {
        self.system.len().saturating_add(self.user.len())
    }
}

/// The most bytes of a prompt that this many tokens are enough for, with any tokenizer: two bytes a token.
pub fn window_bytes(tokens: u64) -> usize {
    usize::try_from(tokens.saturating_mul(2)).unwrap_or(usize::MAX)
}

/// How the changes of a range are shown to a model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// One prompt that asks for the report, or several that ask for notes about a part each.
    pub prompts: Vec<Prompt>,
    /// A sentence about the changes that no prompt shows; `None` if all are shown.
    pub not_shown: Option<String>,
}

/// Plans prompts whose system and user text have at most `budget_bytes` bytes each (but see [`PROMPT_BYTES_MIN`]), at
/// most `parts_max` of them.
///
/// All changes are in one prompt if they fit by their subjects; what room is left is filled with the bodies of their
/// messages, those of the most significant changes first. Otherwise the changes are read in parts, in the order of
/// their days. If that is not enough, the least significant ones are not shown, and are counted by kind.
pub fn plan(brief: &Brief<'_>, digest: &Digest<'_>, budget_bytes: usize, parts_max: usize) -> Plan {
    let budget = budget_bytes.max(PROMPT_BYTES_MIN);
    let folded = folded(brief, digest, budget);
    let fixed = fixed_bytes(brief, digest, Task::Report).saturating_add(folded.len());
    let all: Vec<&Change<'_>> = digest.changes.iter().collect();
    let sizes: Vec<usize> = all.iter().map(|one| change(brief, digest, one, Size::Subject).len()).collect();
    let room = budget.saturating_sub(fixed.saturating_add(HEADINGS_BYTES_MAX));
    if sizes.iter().sum::<usize>() <= room || parts_max < 2 {
        let shown = fitting(&all, &sizes, room, room);
        return Plan { prompts: vec![whole(brief, digest, &shown, room, &folded)], not_shown: not_shown(&all, &shown) };
    }
    let fixed = fixed_bytes(brief, digest, Task::Notes);
    let part_room = budget.saturating_sub(fixed.saturating_add(HEADINGS_BYTES_MAX));
    let mut room = part_room.saturating_mul(parts_max);
    let mut parts = in_parts(brief, digest, &fitting(&all, &sizes, part_room, room), part_room);
    // Whole entries don't fill every part to its end: then fewer of the least significant ones are shown.
    while parts.len() > parts_max && room > 0 {
        let size = |one: &&Change<'_>| change(brief, digest, one, Size::Subject).len();
        let beyond: usize = parts.iter().skip(parts_max).flatten().map(size).sum();
        room = room.saturating_sub(beyond.max(1));
        parts = in_parts(brief, digest, &fitting(&all, &sizes, part_room, room), part_room);
    }
    let shown: Vec<&Change<'_>> = parts.iter().flatten().copied().collect();
    let prompt =
        |part: &Vec<&Change<'_>>| prompt_of(brief, digest, Task::Notes, &changes(brief, digest, part, part_room));
    let prompts = parts.iter().map(prompt);
    Plan { prompts: prompts.collect(), not_shown: not_shown(&all, &shown) }
}

/// The prompt that asks for the report from the notes about all parts, in at most `budget_bytes` bytes. Notes that are
/// too long end after a line.
pub fn from_notes(brief: &Brief<'_>, digest: &Digest<'_>, notes: &[String], budget_bytes: usize) -> Prompt {
    let budget = budget_bytes.max(PROMPT_BYTES_MIN);
    let folded = folded(brief, digest, budget);
    let fixed = fixed_bytes(brief, digest, Task::FromNotes).saturating_add(folded.len());
    let room = budget.saturating_sub(fixed);
    let bytes_max =
        NOTES_BYTES_MAX.min(room.checked_div(notes.len()).unwrap_or_default().saturating_sub(NOTES_GAP_BYTES));
    let cut = |text: &String| {
        let text = defused(text.trim());
        let begun = text.get(..text.floor_char_boundary(bytes_max)).unwrap_or_default();
        let end = begun.rfind('\n').filter(|_| begun.len() < text.len()).unwrap_or(begun.len());
        begun.get(..end).unwrap_or_default().to_owned()
    };
    let notes: Vec<String> = notes.iter().map(cut).collect();
    prompt_of(brief, digest, Task::FromNotes, &format!("{}\n{folded}", notes.join("\n\n")))
}

fn whole(brief: &Brief<'_>, digest: &Digest<'_>, shown: &[&Change<'_>], room: usize, folded: &str) -> Prompt {
    prompt_of(brief, digest, Task::Report, &(changes(brief, digest, shown, room) + folded))
}

/// Updated dependencies, what was taken back, and what happened beside commits. It is shown where the report is
/// written, in a part of the budget.
fn folded(brief: &Brief<'_>, digest: &Digest<'_>, budget: usize) -> String {
    let fixed = fixed_bytes(brief, digest, Task::Report).max(fixed_bytes(brief, digest, Task::FromNotes));
    let room = (budget.saturating_sub(fixed) / FOLDED_SHARE).min(FOLDED_BYTES_MAX);
    updates(digest, room) + &beside(brief, room)
}

fn prompt_of(brief: &Brief<'_>, digest: &Digest<'_>, task: Task, data: &str) -> Prompt {
    let user = format!("{}{OPENING}{data}{CLOSING}", head(brief, digest));
    let beside = brief.activity.map_or(0, Activity::items);
    let changes = [digest.changes.len(), digest.updates.len(), digest.reverted.len(), beside].iter().sum();
    Prompt { system: instructions(&brief.writing, task, changes), user }
}

/// The length of everything but the data.
fn fixed_bytes(brief: &Brief<'_>, digest: &Digest<'_>, task: Task) -> usize {
    prompt_of(brief, digest, task, "").bytes()
}

/// The most significant changes that fit, in their order: each has at most `size_max` bytes, and all together `room`.
fn fitting<'c, 'a>(all: &[&'c Change<'a>], sizes: &[usize], size_max: usize, room: usize) -> Vec<&'c Change<'a>> {
    let mut places: Vec<usize> = (0..all.len()).collect();
    let significance = |place: &usize| all.get(*place).map(|change| change.significance());
    places.sort_by_key(|place| std::cmp::Reverse(significance(place)));
    let mut left = room;
    let mut kept: Vec<usize> = places
        .into_iter()
        .filter(|place| {
            let size = sizes.get(*place).copied().unwrap_or_default();
            let fits = size <= left.min(size_max);
            left -= if fits { size } else { 0 };
            fits
        })
        .collect();
    kept.sort_unstable();
    kept.into_iter().filter_map(|place| all.get(place).copied()).collect()
}

/// Consecutive changes that fit into a part each.
fn in_parts<'c, 'a>(
    brief: &Brief<'_>,
    digest: &Digest<'_>,
    shown: &[&'c Change<'a>],
    room: usize,
) -> Vec<Vec<&'c Change<'a>>> {
    let mut parts: Vec<Vec<&'c Change<'a>>> = Vec::new();
    let mut left = 0;
    for one in shown {
        let size = change(brief, digest, one, Size::Subject).len();
        match parts.last_mut() {
            Some(part) if size <= left => part.push(one),
            _ => {
                parts.push(vec![one]);
                left = room;
            }
        }
        left = left.saturating_sub(size);
    }
    parts
}

/// What was not shown, by kind. We write it below the report: a model can't know it.
fn not_shown(all: &[&Change<'_>], shown: &[&Change<'_>]) -> Option<String> {
    let mut kinds: BTreeMap<Kind, u64> = BTreeMap::new();
    for change in all {
        *kinds.entry(change.kind).or_default() += 1;
    }
    for change in shown {
        *kinds.entry(change.kind).or_default() -= 1;
    }
    let counted = kinds.into_iter().filter(|(_, number)| *number > 0);
    let words: Vec<String> = counted.map(|(kind, number)| counted_kind(kind, number)).collect();
    let number = total(all.len() - shown.len());
    let (one, many) = ("change was not shown to the model", "changes were not shown to the model");
    (number > 0).then(|| format!("{}: {}.", super::count(number, one, many), listed(&words)))
}
