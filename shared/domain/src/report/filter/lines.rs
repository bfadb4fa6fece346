//! Writes blocks, each within the lists and quotations around it.

/// The deepest nesting that is written. What is deeper is written at this depth, so that a line is never much longer
/// than its text.
const DEPTH_MAX: usize = 12;

/// What a block is in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Container {
    Quote,
    /// Whether its items have no blank lines between them, and whether it can follow a line of text directly.
    List {
        tight: bool,
        interrupts: bool,
    },
    /// Its mark, and whether that has been written.
    Item {
        mark: String,
        written: bool,
    },
}

/// The kind of a block, as far as that decides what may be before it without a blank line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Block {
    /// Its first line says what it is.
    Marked,
    /// Text that would continue the line before it.
    Text,
}

/// The text so far, and the containers that are open.
#[derive(Default)]
pub(super) struct Lines {
    pub(super) out: String,
    containers: Vec<Container>,
    /// Containers that are too deep to be written.
    ignored: usize,
    /// How many of the open containers the last block is in too.
    common: usize,
}

impl Lines {
    pub(super) fn open(&mut self, container: Container) {
        if self.ignored > 0 || self.containers.len() >= DEPTH_MAX {
            self.ignored += 1;
        } else {
            self.containers.push(container);
        }
    }

    pub(super) fn close(&mut self) {
        if self.ignored > 0 {
            self.ignored -= 1;
        } else {
            self.containers.pop();
            self.common = self.common.min(self.containers.len());
        }
    }

    pub(super) fn is_in_item(&self) -> bool {
        self.containers.iter().any(|container| matches!(container, Container::Item { .. }))
    }

    /// Writes a block of lines. An empty one is skipped.
    pub(super) fn block(&mut self, text: &str, kind: Block) {
        if text.is_empty() {
            return;
        }
        if !self.out.is_empty() {
            self.out.push('\n');
            if !self.is_adjacent(kind) {
                let prefix = blank_prefix(self.containers.get(..self.common).unwrap_or_default());
                self.out.push_str(prefix.trim_end());
                self.out.push('\n');
            }
        }
        for (place, line) in text.split('\n').enumerate() {
            if place > 0 {
                self.out.push('\n');
            }
            let start = self.out.len();
            self.prefix();
            self.out.push_str(line);
            // A blank line within code has no spaces of a list before it.
            if line.is_empty() {
                let kept = self.out.trim_end_matches(' ').len().max(start);
                self.out.truncate(kept);
            }
        }
        self.common = self.containers.len();
    }

    /// Whether the next block follows the last one without a blank line.
    fn is_adjacent(&self, kind: Block) -> bool {
        let (common, new) = self.containers.split_at(self.common.min(self.containers.len()));
        let list = match common {
            [.., Container::List { tight, .. }, Container::Item { .. }] | [.., Container::List { tight, .. }] => *tight,
            _ => false,
        };
        let interrupts = match new.first() {
            Some(Container::List { interrupts, .. }) => *interrupts,
            Some(Container::Item { .. } | Container::Quote) => true,
            None => kind == Block::Marked,
        };
        list && interrupts
    }

    /// The marks before a line.
    fn prefix(&mut self) {
        for container in &mut self.containers {
            match container {
                Container::Quote => self.out.push_str("> "),
                Container::List { .. } => {}
                Container::Item { mark, written: true } => self.out.extend(std::iter::repeat_n(' ', mark.len())),
                Container::Item { mark, written } => {
                    *written = true;
                    self.out.push_str(mark);
                }
            }
        }
    }
}

fn blank_prefix(containers: &[Container]) -> String {
    let marks = containers.iter().map(|container| match container {
        Container::Quote => "> ".to_owned(),
        Container::List { .. } => String::new(),
        Container::Item { mark, .. } => " ".repeat(mark.len()),
    });
    marks.collect()
}
