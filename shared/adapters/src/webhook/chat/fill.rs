//! Leaves into the boxes of a message: as many as have room, in order, and of the first that has none its beginning.

use super::leaf::{Leaf, Place};
use std::collections::VecDeque;

/// What stands at the end of what is cut.
const ELLIPSIS: &str = "…";

/// A service's language.
pub(super) trait Dialect {
    /// A leaf in this language. Nothing in it mentions anybody.
    fn leaf(&self, leaf: &Leaf) -> String;

    /// How long the service finds a text.
    fn length(&self, text: &str) -> usize;

    /// What stands between two leaves of one box; none where they can't share one.
    fn gap(&self, before: &Leaf, after: &Leaf) -> Option<&'static str>;

    /// Whether the second rather begins a box, while there are any.
    fn parts(&self, before: &Leaf, after: &Leaf) -> bool;
}

/// How much a message holds, in the service's own measure.
pub(super) struct Room {
    /// One box.
    pub(super) box_max: usize,
    /// How many boxes.
    pub(super) boxes_max: usize,
    /// All boxes together.
    pub(super) total_max: usize,
    /// What an empty box takes of the total.
    pub(super) box_cost: usize,
}

/// A box of a message.
pub(super) struct Filled {
    /// What its first leaf is.
    pub(super) place: Place,
    pub(super) quoted: bool,
    pub(super) text: String,
}

/// The boxes, and whether everything found room.
pub(super) struct Fill {
    pub(super) boxes: Vec<Filled>,
    pub(super) whole: bool,
}

/// Fills boxes.
pub(super) fn fill(leaves: Vec<Leaf>, dialect: &dyn Dialect, room: &Room) -> Fill {
    let mark = dialect.length(ELLIPSIS);
    let mut filling = Filling {
        dialect,
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

/// What became of a leaf.
enum Put {
    Whole,
    /// Its beginning found room; this is left.
    Begun(Leaf),
    NoRoom,
}

struct Filling<'a> {
    dialect: &'a dyn Dialect,
    box_max: usize,
    left: usize,
    boxes_left: usize,
    box_cost: usize,
    boxes: Vec<Filled>,
    /// What was put in last.
    last: Option<Leaf>,
}

/// Where a leaf can go: behind another, or into a box of its own.
#[derive(Clone, Copy)]
enum Spot {
    Behind(&'static str),
    NewBox,
}

impl Filling<'_> {
    fn put(&mut self, leaf: Leaf) -> Put {
        let spots = self.spots(&leaf);
        // No language is shorter than its words: what is far too long is not written at all.
        if leaf.chars() <= self.left {
            let written = self.dialect.leaf(&leaf);
            let length = self.dialect.length(&written);
            if let Some(spot) = spots.iter().copied().find(|spot| length <= self.room(*spot)) {
                self.write(spot, leaf, &written);
                return Put::Whole;
            }
        }
        for spot in spots {
            let room = self.room(spot);
            let fits = |part: &Leaf| self.dialect.length(&self.dialect.leaf(part)) <= room;
            if let Some((head, rest)) = leaf.split(room, fits) {
                // Services refuse boxes that show nothing.
                if head.is_blank() {
                    return rest.map_or(Put::Whole, Put::Begun);
                }
                let written = self.dialect.leaf(&head);
                self.write(spot, head, &written);
                return rest.map_or(Put::Whole, Put::Begun);
            }
        }
        Put::NoRoom
    }

    /// Where the leaf can go, the better place first.
    fn spots(&self, leaf: &Leaf) -> Vec<Spot> {
        let behind = self.last.as_ref().and_then(|last| self.dialect.gap(last, leaf)).map(Spot::Behind);
        let own = (self.boxes_left > 0).then_some(Spot::NewBox);
        let parts = self.last.as_ref().is_some_and(|last| self.dialect.parts(last, leaf));
        let spots = if parts { [own, behind] } else { [behind, own] };
        spots.into_iter().flatten().collect()
    }

    fn room(&self, spot: Spot) -> usize {
        match spot {
            Spot::NewBox => self.left.saturating_sub(self.box_cost).min(self.box_max),
            Spot::Behind(gap) => {
                let gap = self.dialect.length(gap);
                let used = self.boxes.last().map_or(0, |last| self.dialect.length(&last.text));
                self.left.min(self.box_max.saturating_sub(used)).saturating_sub(gap)
            }
        }
    }

    fn write(&mut self, spot: Spot, leaf: Leaf, written: &str) {
        let length = self.dialect.length(written);
        if let (Spot::Behind(gap), Some(last)) = (spot, self.boxes.last_mut()) {
            last.text.push_str(gap);
            last.text.push_str(written);
            self.left = self.left.saturating_sub(self.dialect.length(gap).saturating_add(length));
        } else {
            self.boxes.push(Filled { place: leaf.place.clone(), quoted: leaf.quoted, text: written.to_owned() });
            self.boxes_left = self.boxes_left.saturating_sub(1);
            self.left = self.left.saturating_sub(self.box_cost.saturating_add(length));
        }
        self.last = Some(leaf);
    }
}
