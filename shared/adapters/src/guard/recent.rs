//! A map of bounded size.

use std::collections::HashMap;
use std::hash::Hash;

/// Values by key. When it is full, a new entry takes the place of the one that was used least recently.
#[derive(Debug)]
pub(super) struct Recent<K, V> {
    entries: HashMap<K, Entry<V>>,
    entries_max: usize,
    /// Uses so far, which order the entries.
    uses: u64,
}

#[derive(Debug)]
struct Entry<V> {
    value: V,
    used: u64,
}

impl<K: Clone + Eq + Hash, V: Clone> Recent<K, V> {
    /// An empty map of at most `entries_max` entries.
    pub(super) fn new(entries_max: usize) -> Self {
        Self { entries: HashMap::new(), entries_max, uses: 0 }
    }

    /// The value of a key, which counts as a use.
    pub(super) fn get(&mut self, key: &K) -> Option<V> {
        self.uses = self.uses.saturating_add(1);
        let entry = self.entries.get_mut(key)?;
        entry.used = self.uses;
        Some(entry.value.clone())
    }

    /// Inserts a value. The search for the entry to drop takes microseconds, and a new client milliseconds.
    pub(super) fn insert(&mut self, key: K, value: V) {
        self.uses = self.uses.saturating_add(1);
        if self.entries.len() >= self.entries_max && !self.entries.contains_key(&key) {
            let oldest = self.entries.iter().min_by_key(|(_, entry)| entry.used).map(|(key, _)| key.clone());
            oldest.and_then(|oldest| self.entries.remove(&oldest));
        }
        self.entries.insert(key, Entry { value, used: self.uses });
    }
}

#[cfg(test)]
mod tests {
    use super::Recent;

    #[test]
    fn full_map_drops_the_entry_that_was_used_least_recently() {
        let mut recent = Recent::new(2);
        recent.insert("a", 1);
        recent.insert("b", 2);
        assert_eq!(recent.get(&"a"), Some(1));
        recent.insert("c", 3);
        assert_eq!(["a", "b", "c"].map(|key| recent.get(&key)), [Some(1), None, Some(3)]);
    }

    #[test]
    fn entry_that_is_replaced_drops_no_other() {
        let mut recent = Recent::new(2);
        recent.insert("a", 1);
        recent.insert("b", 2);
        recent.insert("b", 4);
        assert_eq!(["a", "b"].map(|key| recent.get(&key)), [Some(1), Some(4)]);
    }
}
