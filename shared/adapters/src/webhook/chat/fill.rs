//! Writes leaves into the boxes of a message, in order, as long as there is room; the first leaf without room is cut.

use super::leaf::{Leaf, Place};
use super::service::Service;
use std::marker::PhantomData;

/// The end of a text that was cut.
pub(super) const ELLIPSIS: &str = "…";

/// The limits of a message, in the service's own measure.
pub(in crate::webhook) struct Room {
    /// The limit of one box.
    pub(in crate::webhook) box_max: usize,
    pub(in crate::webhook) boxes_max: usize,
    /// The limit of all boxes together.
    pub(in crate::webhook) total_max: usize,
    /// What an empty box takes of the total.
    pub(in crate::webhook) box_cost: usize,
}

/// A box of a message.
pub(in crate::webhook) struct TextBox {
    pub(in crate::webhook) place: Place,
    pub(in crate::webhook) quoted: bool,
    pub(in crate::webhook) text: String,
}

/// A text in boxes, and whether it is the whole one.
pub(in crate::webhook) struct BoxedText {
    pub(in crate::webhook) boxes: Vec<TextBox>,
    pub(in crate::webhook) whole: bool,
}

/// Fills the boxes of a message.
pub(super) fn fill<S: Service>(leaves: Vec<Leaf>, room: &Room) -> BoxedText {
    let mark = S::length(ELLIPSIS);
    let mut filling = Filling::<S> {
        box_max: room.box_max.saturating_sub(mark),
        left: room.total_max.saturating_sub(mark),
        boxes_left: room.boxes_max,
        box_cost: room.box_cost,
        boxes: Vec::new(),
        used: 0,
        last: None,
        service: PhantomData,
    };
    let mut leaves = leaves.into_iter().peekable();
    let mut whole = true;
    while let (true, Some(leaf)) = (whole, leaves.next()) {
        let in_new_box = filling.is_apart(&leaf, leaves.peek());
        whole = filling.add(leaf, in_new_box);
    }
    if let (false, Some(last)) = (whole, filling.boxes.last_mut()) {
        last.text.push_str(ELLIPSIS);
    }
    BoxedText { boxes: filling.boxes, whole }
}

struct Filling<S> {
    box_max: usize,
    left: usize,
    boxes_left: usize,
    box_cost: usize,
    boxes: Vec<TextBox>,
    /// The length of the last box.
    used: usize,
    /// The last leaf that was written.
    last: Option<Leaf>,
    service: PhantomData<S>,
}

/// Where a leaf can be written: behind another, or into a new box.
#[derive(Clone, Copy)]
enum Spot {
    Behind(&'static str),
    NewBox,
}

/// The beginning of a leaf for which there is room, and the rest.
struct Part {
    spot: Spot,
    head: Leaf,
    rest: Option<Leaf>,
}

impl<S: Service> Filling<S> {
    /// Whether a heading would be the end of a box, and what it is about the beginning of the next one.
    fn is_apart(&self, leaf: &Leaf, next: Option<&Leaf>) -> bool {
        let (Place::Heading(_), Some(next), Some(last)) = (&leaf.place, next, &self.last) else { return false };
        let gaps = S::gap(last, leaf).map_or(0, S::length).saturating_add(S::gap(leaf, next).map_or(0, S::length));
        let both = S::length(&S::leaf(leaf)).saturating_add(gaps).saturating_add(S::length(&S::leaf(next)));
        let room = self.room(Spot::Behind(""));
        // A next leaf that no box has room for is divided anyway.
        both > room && both <= self.box_max
    }

    /// Writes a leaf, or its beginning: then the result is false.
    fn add(&mut self, leaf: Leaf, in_new_box: bool) -> bool {
        let mut rest = Some(leaf);
        while let Some(leaf) = rest.take() {
            let Some(part) = self.part(leaf, in_new_box) else { return false };
            rest = part.rest;
            // Services refuse boxes that show nothing.
            if !part.head.is_blank() {
                self.write(part.spot, part.head);
            }
        }
        true
    }

    fn part(&self, leaf: Leaf, in_new_box: bool) -> Option<Part> {
        let spots = self.spots(&leaf, in_new_box);
        // No language makes a text shorter, so a leaf that is far too long is not written at all.
        if leaf.chars() <= self.left {
            let length = S::length(&S::leaf(&leaf));
            if let Some(spot) = spots.iter().copied().find(|spot| length <= self.room(*spot)) {
                return Some(Part { spot, head: leaf, rest: None });
            }
        }
        let parts = spots.into_iter().filter_map(|spot| {
            let room = self.room(spot);
            let (head, rest) = leaf.split(room, |part| S::length(&S::leaf(part)) <= room)?;
            Some(Part { spot, head, rest })
        });
        // A word is only cut where no place has room for it, and then where most of it has: what is left is smaller, so
        // that it is not cut again.
        let mut best: Option<Part> = None;
        for part in parts {
            if part.rest.is_none() || part.head.ends_in_space() {
                return Some(part);
            }
            if best.as_ref().is_none_or(|best| best.head.chars() < part.head.chars()) {
                best = Some(part);
            }
        }
        best
    }

    /// The possible places of the leaf, the better one first.
    fn spots(&self, leaf: &Leaf, in_new_box: bool) -> Vec<Spot> {
        // No service has tables, and the rows of one have no empty lines between them.
        let gap = |gap: &'static str| if leaf.next_row { "\n" } else { gap };
        let behind = self.last.as_ref().and_then(|last| S::gap(last, leaf)).map(|text| Spot::Behind(gap(text)));
        let own = (self.boxes_left > 0).then_some(Spot::NewBox);
        let starts_box = self.last.as_ref().is_some_and(|last| S::starts_box(last, leaf));
        let spots = if starts_box || in_new_box { [own, behind] } else { [behind, own] };
        spots.into_iter().flatten().collect()
    }

    fn room(&self, spot: Spot) -> usize {
        match spot {
            Spot::NewBox => self.left.saturating_sub(self.box_cost).min(self.box_max),
            Spot::Behind(gap) => self.left.min(self.box_max.saturating_sub(self.used)).saturating_sub(S::length(gap)),
        }
    }

    fn write(&mut self, spot: Spot, leaf: Leaf) {
        let text = S::leaf(&leaf);
        let length = S::length(&text);
        if let (Spot::Behind(gap), Some(last)) = (spot, self.boxes.last_mut()) {
            last.text.push_str(gap);
            last.text.push_str(&text);
            let added = S::length(gap).saturating_add(length);
            self.used = self.used.saturating_add(added);
            self.left = self.left.saturating_sub(added);
        } else {
            self.boxes.push(TextBox { place: leaf.place.clone(), quoted: leaf.quoted, text });
            self.boxes_left = self.boxes_left.saturating_sub(1);
            self.used = length;
            self.left = self.left.saturating_sub(self.box_cost.saturating_add(length));
        }
        self.last = Some(leaf);
    }
}

#[cfg(test)]
mod tests {
    use super::{Room, fill};
    use crate::webhook::chat::leaf::Leaf;
    use crate::webhook::shapes::slack::Slack;

    /// The box has room for three letters of the last word, and the message for seven.
    #[test]
    fn last_word_is_cut_once_where_most_of_it_has_room() {
        let room = Room { box_max: 9, boxes_max: 3, total_max: 11, box_cost: 0 };
        let filled = fill::<Slack>(vec![Leaf::plain("aa bbbbbbbb")], &room);
        let texts: Vec<&str> = filled.boxes.iter().map(|text_box| text_box.text.trim_end()).collect();
        assert_eq!((texts, filled.whole), (vec!["aa", "bbbbbbb…"], false));
    }
}
