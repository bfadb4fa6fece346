//! Fills the boxes of a message with leaves, in order, as long as there is room; the first leaf without room is cut.

use super::leaf::{Leaf, Place};
use std::collections::VecDeque;

/// The end of a text that was cut.
const ELLIPSIS: &str = "…";

/// A service's language.
pub(super) trait Markup {
    /// A leaf in this language. It contains no mention.
    fn leaf(&self, leaf: &Leaf) -> String;

    /// The length of a text as the service counts it.
    fn length(&self, text: &str) -> usize;

    /// The text between two leaves of one box; `None` if they can't share a box.
    fn gap(&self, before: &Leaf, after: &Leaf) -> Option<&'static str>;

    /// Whether the second leaf should begin a new box, if one is left.
    fn starts_box(&self, before: &Leaf, after: &Leaf) -> bool;
}

/// The limits of a message, in the service's own measure.
pub(super) struct Room {
    /// The limit of one box.
    pub(super) box_max: usize,
    pub(super) boxes_max: usize,
    /// The limit of all boxes together.
    pub(super) total_max: usize,
    /// What an empty box takes of the total.
    pub(super) box_cost: usize,
}

/// A box of a message.
pub(super) struct Filled {
    /// The kind of its first leaf.
    pub(super) place: Place,
    pub(super) quoted: bool,
    pub(super) text: String,
}

/// The boxes, and whether everything found room.
pub(super) struct Fill {
    pub(super) boxes: Vec<Filled>,
    pub(super) whole: bool,
}

/// Fills the boxes of a message.
pub(super) fn fill(leaves: Vec<Leaf>, markup: &dyn Markup, room: &Room) -> Fill {
    let mark = markup.length(ELLIPSIS);
    let mut filling = Filling {
        markup,
        box_max: room.box_max.saturating_sub(mark),
        left: room.total_max.saturating_sub(mark),
        boxes_left: room.boxes_max,
        box_cost: room.box_cost,
        boxes: Vec::new(),
        last: None,
    };
    let mut waiting = VecDeque::from(leaves);
    while let Some(leaf) = waiting.pop_front() {
        match filling.put(leaf) {
            Put::Whole => {}
            Put::Begun(rest) => waiting.push_front(rest),
            Put::NoRoom => {
                if let Some(last) = filling.boxes.last_mut() {
                    last.text.push_str(ELLIPSIS);
                }
                return Fill { boxes: filling.boxes, whole: false };
            }
        }
    }
    Fill { boxes: filling.boxes, whole: true }
}

/// The result of writing a leaf.
enum Put {
    Whole,
    /// Its beginning found room; contains the rest.
    Begun(Leaf),
    NoRoom,
}

struct Filling<'a> {
    markup: &'a dyn Markup,
    box_max: usize,
    left: usize,
    boxes_left: usize,
    box_cost: usize,
    boxes: Vec<Filled>,
    /// The last leaf that was written.
    last: Option<Leaf>,
}

/// Where a leaf can be written: behind another, or into a new box.
#[derive(Clone, Copy)]
enum Spot {
    Behind(&'static str),
    NewBox,
}

impl Filling<'_> {
    fn put(&mut self, leaf: Leaf) -> Put {
        let spots = self.spots(&leaf);
        // No language makes a text shorter, so a leaf that is far too long is not written at all.
        if leaf.chars() <= self.left {
            let written = self.markup.leaf(&leaf);
            let length = self.markup.length(&written);
            if let Some(spot) = spots.iter().copied().find(|spot| length <= self.room(*spot)) {
                self.write(spot, leaf, &written);
                return Put::Whole;
            }
        }
        for spot in spots {
            let room = self.room(spot);
            let fits = |part: &Leaf| self.markup.length(&self.markup.leaf(part)) <= room;
            if let Some((head, rest)) = leaf.split(room, fits) {
                // Services refuse boxes that show nothing.
                if head.is_blank() {
                    return rest.map_or(Put::Whole, Put::Begun);
                }
                let written = self.markup.leaf(&head);
                self.write(spot, head, &written);
                return rest.map_or(Put::Whole, Put::Begun);
            }
        }
        Put::NoRoom
    }

    /// The possible places of the leaf, the better one first.
    fn spots(&self, leaf: &Leaf) -> Vec<Spot> {
        let behind = self.last.as_ref().and_then(|last| self.markup.gap(last, leaf)).map(Spot::Behind);
        let own = (self.boxes_left > 0).then_some(Spot::NewBox);
        let starts_box = self.last.as_ref().is_some_and(|last| self.markup.starts_box(last, leaf));
        let spots = if starts_box { [own, behind] } else { [behind, own] };
        spots.into_iter().flatten().collect()
    }

    fn room(&self, spot: Spot) -> usize {
        match spot {
            Spot::NewBox => self.left.saturating_sub(self.box_cost).min(self.box_max),
            Spot::Behind(gap) => {
                let gap = self.markup.length(gap);
                let used = self.boxes.last().map_or(0, |last| self.markup.length(&last.text));
                self.left.min(self.box_max.saturating_sub(used)).saturating_sub(gap)
            }
        }
    }

    fn write(&mut self, spot: Spot, leaf: Leaf, written: &str) {
        let length = self.markup.length(written);
        if let (Spot::Behind(gap), Some(last)) = (spot, self.boxes.last_mut()) {
            last.text.push_str(gap);
            last.text.push_str(written);
            self.left = self.left.saturating_sub(self.markup.length(gap).saturating_add(length));
        } else {
            self.boxes.push(Filled { place: leaf.place.clone(), quoted: leaf.quoted, text: written.to_owned() });
            self.boxes_left = self.boxes_left.saturating_sub(1);
            self.left = self.left.saturating_sub(self.box_cost.saturating_add(length));
        }
        self.last = Some(leaf);
    }
}
