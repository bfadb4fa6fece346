//! One call of the table: its tries, the waits between them, and their time. The only place that repeats a request.

mod budget;

pub use budget::{Allowance, Budget};
pub(crate) use budget::{Kind, Trouble};

use super::write::failure::{of_call, trouble_of};
use app::ports::{Entropy, StoreError};
use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use std::time::Duration;
use tokio::time::Instant;

/// The longest wait after the first conflict, and after any.
const CONFLICT_WAITS: (Duration, Duration) = (Duration::from_millis(25), Duration::from_millis(500));
/// The longest wait after the first failure, and after any.
const FAILURE_WAITS: (Duration, Duration) = (Duration::from_millis(200), Duration::from_secs(2));

/// A call that is under way.
pub(crate) struct Call<'a> {
    entropy: &'a dyn Entropy,
    budget: Budget,
    kind: Kind,
    ends: Instant,
    failures: u32,
    conflicts: u32,
}

impl<'a> Call<'a> {
    /// Starts a call, if the budget has something left for it.
    pub(crate) fn begin(entropy: &'a dyn Entropy, kind: Kind) -> Result<Self, StoreError> {
        let budget = Budget::current();
        let ends = budget.begin(kind)?;
        Ok(Self { entropy, budget, kind, ends, failures: 0, conflicts: 0 })
    }

    /// Makes one try, within the call's time.
    pub(crate) async fn attempt<T, E>(
        &self,
        request: impl Future<Output = Result<T, SdkError<E>>>,
    ) -> Result<T, SdkError<E>> {
        // A request of the SDK is a large future.
        let answer = match tokio::time::timeout_at(self.ends, Box::pin(request)).await {
            Ok(answer) => answer,
            Err(_) => Err(SdkError::timeout_error("the call's share of the time is used up")),
        };
        if answer.is_ok() {
            self.budget.restore(self.kind);
        }
        answer
    }

    /// Waits before the next try; false if no further try is allowed.
    pub(crate) async fn repeat(&mut self, trouble: Trouble, detail: &str) -> bool {
        let allowance = *self.budget.allowance();
        let (spent, share) = match trouble {
            Trouble::Failure => (&mut self.failures, allowance.call_failures),
            Trouble::Conflict => (&mut self.conflicts, allowance.call_conflicts),
        };
        *spent = spent.saturating_add(1);
        let (number, has_share) = (*spent, *spent < share);
        // The failure counts against the budget even where the call has no try left.
        if !(self.budget.spend(self.kind, trouble, detail) && has_share) {
            return false;
        }
        let wait = self.wait(trouble, number);
        if Instant::now() + wait >= self.ends {
            return false;
        }
        tokio::time::sleep(wait).await;
        true
    }

    /// Exponential waits. After a conflict the wait is drawn from the whole range, so that the two writers do not meet
    /// again; after a failure it is at least half of the range, to relieve the table.
    fn wait(&self, trouble: Trouble, number: u32) -> Duration {
        let (first, longest) = match trouble {
            Trouble::Failure => FAILURE_WAITS,
            Trouble::Conflict => CONFLICT_WAITS,
        };
        let doubled = 1_u32.checked_shl(number.saturating_sub(1)).unwrap_or(u32::MAX);
        let ceiling = first.saturating_mul(doubled).min(longest);
        let drawn = |range: Duration| range.saturating_mul(u32::from(self.entropy.jitter())) / u32::from(u8::MAX);
        match trouble {
            Trouble::Failure => ceiling / 2 + drawn(ceiling / 2),
            Trouble::Conflict => drawn(ceiling),
        }
    }
}

/// Reads, repeated while the table fails and the budget lasts.
pub(crate) async fn read<T, E, F>(entropy: &dyn Entropy, request: impl Fn() -> F + Send) -> Result<T, StoreError>
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
    F: Future<Output = Result<T, SdkError<E>>> + Send,
{
    let mut call = Call::begin(entropy, Kind::Read)?;
    loop {
        let error = match call.attempt(request()).await {
            Ok(answer) => return Ok(answer),
            Err(error) => error,
        };
        let failure = of_call(&error);
        match trouble_of(&error) {
            Some(trouble) if call.repeat(trouble, &failure.to_string()).await => {}
            _ => return Err(failure),
        }
    }
}
