//! Shortens a report that does not fit into a message: of every section, its heading and its first lines.

use super::fill::{BoxedText, ELLIPSIS, Room, fill};
use super::leaf::{Leaf, Place, Span};
use super::service::Service;
use domain::report::grouped;

/// How many paragraphs before the first heading are shown in any case.
const OPENING_ENTRIES: usize = 3;
/// How many paragraphs after the last list are shown in any case: what the report does not cover.
const CLOSING_ENTRIES: usize = 2;
/// The longest line or paragraph of a shortened report, in characters: the first limit with which something of every
/// section fits.
const LEAF_CHARS_MAX: [usize; 5] = [usize::MAX, 2_000, 1_000, 300, HEADINGS_CHARS_MAX];
/// The same where nothing but headings has room.
const HEADINGS_CHARS_MAX: usize = 120;
/// The longest paragraph before the first heading, in characters.
const OPENING_CHARS_MAX: usize = 600;
/// The deepest level of headings.
const LEVEL_MAX: u8 = 6;

/// Writes leaves into the boxes of a message. If not all of them fit, less of each section is written; a text without
/// sections is cut.
pub(super) fn filled<S: Service>(leaves: &[Leaf], room: &Room) -> BoxedText {
    let all = fill::<S>(leaves.to_vec(), room);
    if all.whole {
        return all;
    }
    let top = leaves.iter().filter_map(heading_level).min().unwrap_or(LEVEL_MAX);
    let shortened = [LEVEL_MAX, top].into_iter().find_map(|level| Report::of(leaves, level).fitting::<S>(room));
    let shortened = shortened.or_else(|| Report::of(leaves, top).fitting_sections::<S>(room));
    shortened.map_or(all, |text| BoxedText { whole: false, ..text })
}

fn heading_level(leaf: &Leaf) -> Option<u8> {
    match leaf.place {
        Place::Heading(level) => Some(level),
        _ => None,
    }
}

/// A line of a list with what is below it, or a paragraph.
type Entry = Vec<Leaf>;

/// A report by its headings.
struct Report {
    opening: Vec<Entry>,
    sections: Vec<Section>,
    closing: Vec<Entry>,
}

struct Section {
    heading: Leaf,
    entries: Vec<Entry>,
}

/// How much of a report is shown.
#[derive(Clone, Copy)]
struct Extent {
    /// The entries of a section.
    entries: usize,
    /// How many of the first sections have one entry more.
    longer: usize,
    sections: usize,
    chars_max: usize,
}

impl Report {
    /// Headings down to this level begin a section.
    fn of(leaves: &[Leaf], level: u8) -> Self {
        let mut report = Self { opening: Vec::new(), sections: Vec::new(), closing: Vec::new() };
        for leaf in leaves {
            if heading_level(leaf).is_some_and(|of_leaf| of_leaf <= level) {
                report.sections.push(Section { heading: leaf.clone(), entries: Vec::new() });
                continue;
            }
            let entries = report.sections.last_mut().map_or(&mut report.opening, |section| &mut section.entries);
            let begins = match &leaf.place {
                Place::Item { depth, mark } => *depth == 1 && !mark.is_empty(),
                _ => !leaf.next_row,
            };
            match entries.last_mut() {
                Some(last) if !begins => last.push(leaf.clone()),
                _ => entries.push(vec![leaf.clone()]),
            }
        }
        if let Some(last) = report.sections.last_mut() {
            let items = last.entries.iter().rposition(is_item);
            report.closing = items.map(|place| last.entries.split_off(place + 1)).unwrap_or_default();
        }
        report
    }

    /// The longest extent that fits and has something of every section, or else every heading.
    fn fitting<S: Service>(&self, room: &Room) -> Option<BoxedText> {
        let sections = self.sections.len();
        if sections == 0 {
            return None;
        }
        let longest = self.sections.iter().map(|section| section.entries.len()).max().unwrap_or_default();
        let fits = |extent: Extent| fill::<S>(self.shown(extent), room).whole;
        let first = LEAF_CHARS_MAX
            .into_iter()
            .map(|chars_max| Extent { entries: 1, longer: 0, sections, chars_max })
            .find(|extent| fits(*extent));
        let start = match first {
            Some(extent) => extent,
            None => Extent { entries: 0, longer: 0, sections, chars_max: HEADINGS_CHARS_MAX },
        };
        let entries = last_fitting(start.entries, longest, |entries| fits(Extent { entries, ..start }))?;
        let longer = last_fitting(0, sections, |longer| fits(Extent { entries, longer, ..start }))?;
        Some(fill::<S>(self.shown(Extent { entries, longer, ..start }), room))
    }

    /// As many headings as fit.
    fn fitting_sections<S: Service>(&self, room: &Room) -> Option<BoxedText> {
        let of = |sections| {
            let extent = Extent { entries: 0, longer: 0, sections, chars_max: HEADINGS_CHARS_MAX };
            fill::<S>(self.shown(extent), room)
        };
        let sections = self.sections.len();
        (sections > 0).then(|| last_fitting(1, sections, |sections| of(sections).whole)).flatten().map(of)
    }

    fn shown(&self, extent: Extent) -> Vec<Leaf> {
        let (mut leaves, chars_max) = (Vec::new(), extent.chars_max);
        let opening_max = if chars_max == usize::MAX { chars_max } else { OPENING_CHARS_MAX };
        show(&mut leaves, &self.opening, extent.entries.max(OPENING_ENTRIES), opening_max);
        for (place, section) in self.sections.iter().take(extent.sections).enumerate() {
            leaves.push(section.heading.clone());
            let entries = extent.entries + usize::from(place < extent.longer);
            show(&mut leaves, &section.entries, entries, chars_max);
        }
        let more = self.sections.len().saturating_sub(extent.sections);
        if more > 0 {
            leaves.push(Leaf::plain(&format!("… and {more} more sections")));
        }
        show(&mut leaves, &self.closing, CLOSING_ENTRIES, OPENING_CHARS_MAX);
        leaves
    }
}

/// The largest number for which something fits; `None` if not even the smallest one does.
fn last_fitting(smallest: usize, largest: usize, fits: impl Fn(usize) -> bool) -> Option<usize> {
    if !fits(smallest) {
        return None;
    }
    let (mut low, mut high) = (smallest, largest.max(smallest));
    while low < high {
        let middle = low + (high - low).div_ceil(2);
        if fits(middle) {
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    Some(low)
}

/// Adds the first entries, and a line about the others.
fn show(leaves: &mut Vec<Leaf>, entries: &[Entry], number: usize, chars_max: usize) {
    let (shown, others) = entries.split_at(number.min(entries.len()));
    leaves.extend(shown.iter().flatten().map(|leaf| cut(leaf, chars_max)));
    if shown.is_empty() || others.is_empty() {
        return;
    }
    let are_items = others.iter().all(is_item);
    let more: u64 = others.iter().map(|entry| uncounted(entry).unwrap_or(1)).sum();
    let mut line =
        Leaf::plain(&if are_items { format!("… and {} more", grouped(more)) } else { ELLIPSIS.to_owned() });
    if are_items {
        line.place = Place::Item { depth: 1, mark: "•".to_owned() };
    }
    leaves.push(line);
}

fn is_item(entry: &Entry) -> bool {
    entry.first().is_some_and(|leaf| matches!(leaf.place, Place::Item { .. }))
}

/// The number in a line such as `… and 1,234 more`, which counts others already.
fn uncounted(entry: &Entry) -> Option<u64> {
    let words = entry.first()?.words();
    let number = words.strip_prefix("… and ")?.split(' ').next()?;
    number.replace(',', "").parse().ok()
}

/// The beginning of a leaf, with an ellipsis if more follows.
fn cut(leaf: &Leaf, chars_max: usize) -> Leaf {
    if leaf.chars() <= chars_max {
        return leaf.clone();
    }
    let Some((head, Some(_))) = leaf.split(chars_max, |part| part.chars() <= chars_max) else { return leaf.clone() };
    let Some(mut head) = head.trimmed() else { return leaf.clone() };
    head.spans.push(Span { text: ELLIPSIS.to_owned(), ..Span::default() });
    head
}
