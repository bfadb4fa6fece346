//! The one loop of conditional writes, on a record that is a number.

use app::limits::TRIES_MAX;
use app::optimistic::{self, Step};
use app::ports::{Part, Refusal, StoreError, TransactionError};
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::time::Duration;

/// What the store does with a write of one more than what was read.
#[derive(Clone, Copy, Debug)]
enum Fate {
    Written,
    /// Another writer was first.
    Refused,
    /// Written, and the answer is lost.
    AnswerLost,
    /// The answer is lost, and the write takes effect after the next read.
    Late,
    Busy,
    Broken,
}

#[derive(Default)]
struct Record {
    value: Cell<u64>,
    late: Cell<Option<u64>>,
    fates: RefCell<VecDeque<Fate>>,
    reads: Cell<usize>,
    writes: Cell<usize>,
}

impl Record {
    fn with(fates: impl IntoIterator<Item = Fate>) -> Self {
        Self { fates: RefCell::new(fates.into_iter().collect()), ..Self::default() }
    }

    fn read(&self) -> u64 {
        self.reads.set(self.reads.get() + 1);
        let found = self.value.get();
        if let Some(late) = self.late.take() {
            self.value.set(late);
        }
        found
    }

    fn write(&self, before: u64, after: u64) -> Result<(), TransactionError> {
        self.writes.set(self.writes.get() + 1);
        if before != self.value.get() {
            return Err(TransactionError::Refused([Part::Run].into()));
        }
        match self.fates.borrow_mut().pop_front().unwrap_or(Fate::Written) {
            Fate::Written => self.value.set(after),
            Fate::Refused => {
                self.value.set(before + 100);
                return Err(TransactionError::Refused([Part::Run].into()));
            }
            Fate::AnswerLost => {
                self.value.set(after);
                return Err(unavailable().into());
            }
            Fate::Late => {
                self.late.set(Some(after));
                return Err(unavailable().into());
            }
            Fate::Busy => return Err(busy().into()),
            Fate::Broken => return Err(broken().into()),
        }
        Ok(())
    }

    /// Adds one, and returns the new value.
    async fn increment(&self) -> Result<u64, StoreError> {
        optimistic::update(
            ("the increment of record", 7),
            |_| async move { Ok(self.read()) },
            |found: &u64, sent: &u64| (found == sent).then_some(*found),
            |found| async move { Step::of(self.write(found, found + 1), found + 1) },
        )
        .await
    }
}

fn unavailable() -> StoreError {
    StoreError::Unavailable { detail: "no answer".to_owned() }
}

fn busy() -> StoreError {
    StoreError::Busy { detail: "throttled".to_owned(), retry_after: Duration::from_secs(40) }
}

fn broken() -> StoreError {
    StoreError::Broken { detail: "no such table".to_owned() }
}

#[tokio::test]
async fn refused_write_is_decided_again_on_a_fresh_read() {
    let record = Record::with([Fate::Refused, Fate::Refused]);
    assert_eq!(record.increment().await, Ok(201));
    assert_eq!((record.reads.get(), record.writes.get()), (3, 3));
}

#[tokio::test]
async fn write_whose_answer_was_lost_is_recognised_and_not_repeated() {
    let record = Record::with([Fate::AnswerLost]);
    assert_eq!(record.increment().await, Ok(1));
    assert_eq!((record.reads.get(), record.writes.get()), (2, 1));
}

#[tokio::test]
async fn write_that_takes_effect_late_is_recognised_after_its_repetition_was_refused() {
    let record = Record::with([Fate::Busy, Fate::Late]);
    assert_eq!(record.increment().await, Ok(1));
    assert_eq!(record.value.get(), 1, "it is made once");
}

#[tokio::test]
async fn answer_that_is_lost_at_the_last_try_is_looked_for_once_more() {
    let fates = std::iter::repeat_n(Fate::Refused, TRIES_MAX - 1).chain([Fate::AnswerLost]);
    let record = Record::with(fates);
    assert!(record.increment().await.is_ok());
    assert_eq!((record.reads.get(), record.writes.get()), (TRIES_MAX + 1, TRIES_MAX));
}

#[tokio::test]
async fn used_up_tries_are_busy_with_a_time_to_retry() {
    for (fate, seconds) in [(Fate::Refused, 5), (Fate::Busy, 40)] {
        let record = Record::with([fate; TRIES_MAX]);
        let Err(StoreError::Busy { detail, retry_after }) = record.increment().await else { panic!("{fate:?}") };
        assert_eq!(retry_after, Duration::from_secs(seconds), "{fate:?}");
        assert!(detail.contains("the increment of record 7"), "{detail}");
        assert_eq!(record.writes.get(), TRIES_MAX, "{fate:?}");
    }
}

#[tokio::test]
async fn failure_that_stays_is_returned_at_once() {
    let record = Record::with([Fate::Refused, Fate::Broken]);
    assert_eq!(record.increment().await, Err(broken()));
    assert_eq!(record.writes.get(), 2);
}

#[test]
fn refusal_of_one_item_may_be_its_own_earlier_try() {
    let refused = || Err::<(), _>(Refusal::MovedOn);
    assert!(matches!(Step::of(refused(), 1), Ok(Step::Unknown(1, None))));
    let refused = || Err::<(), _>(TransactionError::Refused([Part::Run].into()));
    assert!(matches!(Step::of(refused(), 1), Ok(Step::Refused)));
    assert!(matches!(Step::of_once(refused(), 1), Ok(Step::Unknown(1, None))));
}
