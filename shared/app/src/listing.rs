//! Pages of lists with filters: records are read in batches until enough of them match.

use crate::ports::{Page, PageCursor};

/// How much one page reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reads {
    /// Records in all.
    pub max: usize,
    /// Records at a time.
    pub batch: usize,
}

/// What a filter finds a record to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen {
    Matches,
    Differs,
    /// It and all that follow are outside of what is listed.
    End,
    /// More may not be read for this page: the next one begins with it.
    Stop,
}

/// The records after `start` that match, at most `wanted`.
///
/// It looks for one more, so that whether there is a next page is exact. If the reads are used up first, the page is
/// shorter and has a next one. `complete` makes what is listed of a record that matches, or nothing if it does not
/// match after all; `place` is the cursor after a record.
pub async fn collect<T, M, E, Read, Complete>(
    (wanted, start): (usize, Option<PageCursor>),
    reads: Reads,
    mut read: impl FnMut(usize, Option<PageCursor>) -> Read,
    place: impl Fn(&T) -> PageCursor,
    mut seen: impl FnMut(&T) -> Seen,
    complete: impl Fn(T) -> Complete,
) -> Result<Page<M>, E>
where
    Read: Future<Output = Result<Page<T>, E>>,
    Complete: Future<Output = Result<Option<M>, E>>,
{
    let mut found = Found { items: Vec::new(), places: Vec::new(), unreadable: 0 };
    let (mut left, mut after) = (reads.max, start);
    while left > 0 {
        let batch = read(reads.batch.min(left), after.clone()).await?;
        left = left.saturating_sub(batch.items.len().max(1));
        found.unreadable = found.unreadable.saturating_add(batch.unreadable);
        for record in batch.items {
            let here = place(&record);
            match seen(&record) {
                Seen::End => return Ok(found.page(wanted, None)),
                Seen::Stop => return Ok(found.page(wanted, after)),
                Seen::Differs => {}
                Seen::Matches => {
                    if let Some(item) = complete(record).await? {
                        found.items.push(item);
                        found.places.push(here.clone());
                    }
                    if found.items.len() > wanted {
                        return Ok(found.page(wanted, None));
                    }
                }
            }
            after = Some(here);
        }
        after = batch.next;
        if after.is_none() {
            break;
        }
    }
    Ok(found.page(wanted, after))
}

/// What matches so far, with the cursors after each.
struct Found<M> {
    items: Vec<M>,
    places: Vec<PageCursor>,
    unreadable: usize,
}

impl<M> Found<M> {
    /// The page. `unread` is where reading stopped, if more may follow.
    fn page(mut self, wanted: usize, unread: Option<PageCursor>) -> Page<M> {
        let more = self.items.len() > wanted;
        self.items.truncate(wanted);
        self.places.truncate(wanted);
        let next = if more { self.places.pop() } else { unread };
        Page { items: self.items, next, unreadable: self.unreadable }
    }
}

#[cfg(test)]
mod tests {
    use super::{Reads, Seen, collect};
    use crate::ports::{Page, PageCursor};
    use std::convert::Infallible;
    use uuid::Uuid;

    /// The numbers from 1, as a store pages them.
    async fn read(limit: usize, after: Option<PageCursor>) -> Result<Page<u128>, Infallible> {
        let first = after.map_or(1, |cursor| cursor.after.as_u128() + 1);
        let items: Vec<u128> = (first..=40).take(limit).collect();
        let next = items.last().filter(|last| **last < 40).map(place);
        Ok(Page { items, next, unreadable: 0 })
    }

    fn place(number: &u128) -> PageCursor {
        PageCursor { after: Uuid::from_u128(*number) }
    }

    /// Even numbers below 30, of which those that 6 divides are complete, and at most five are completed for a page.
    async fn page(wanted: usize, start: Option<PageCursor>, reads: Reads) -> Page<u128> {
        let mut completed = 0;
        let seen = |number: &u128| match number {
            30.. => Seen::End,
            number if number % 2 == 1 => Seen::Differs,
            _ if completed == 5 => Seen::Stop,
            _ => {
                completed += 1;
                Seen::Matches
            }
        };
        let complete = |number: u128| async move { Ok(number.is_multiple_of(6).then_some(number)) };
        collect((wanted, start), reads, read, place, seen, complete).await.unwrap()
    }

    #[tokio::test]
    async fn pages_have_every_match_once_whatever_is_read_at_a_time() {
        for wanted in 1..6 {
            for max in 1..12 {
                for batch in 1..6 {
                    let (mut all, mut cursor) = (Vec::new(), None);
                    loop {
                        let found = page(wanted, cursor, Reads { max, batch }).await;
                        assert!(found.items.len() <= wanted);
                        all.extend(found.items);
                        cursor = found.next;
                        if cursor.is_none() {
                            break;
                        }
                    }
                    assert_eq!(all, [6, 12, 18, 24], "{wanted} wanted, {max} read, {batch} at a time");
                }
            }
        }
    }

    #[tokio::test]
    async fn last_page_has_no_next_one() {
        let reads = Reads { max: 100, batch: 100 };
        let complete = async |wanted| {
            let every = |number: u128| async move { Ok(Some(number)) };
            collect((wanted, None), reads, read, place, |_| Seen::Matches, every).await.unwrap()
        };
        assert_eq!((complete(40).await.next, complete(39).await.next), (None, Some(place(&39))));
    }
}
