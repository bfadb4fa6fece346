//! An active verb, polled by the simulation: it can be suspended after any request, resumed later, or dropped.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use testkit::queue::Queued;

/// More polls than any verb needs: one that is still not done makes requests without end.
const POLLS_MAX: u32 = 30_000;

/// An active verb.
pub(crate) struct Task {
    pub(crate) name: String,
    /// The message that it handles.
    pub(crate) message: Option<Queued>,
    future: Pin<Box<dyn Future<Output = bool> + Send>>,
    polls: u32,
}

#[derive(Default)]
struct Woken(AtomicBool);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::Relaxed);
    }
}

impl Task {
    /// A verb; it returns whether it succeeded.
    pub(crate) fn new(
        name: String,
        message: Option<Queued>,
        future: impl Future<Output = bool> + Send + 'static,
    ) -> Self {
        Self { name, message, future: Box::pin(future), polls: 0 }
    }

    /// Polls at most so often; returns whether it succeeded, or `None` if it is not done.
    pub(crate) async fn poll(&mut self, times: u32) -> Result<Option<bool>, String> {
        for _ in 0..times {
            let woken = Arc::new(Woken::default());
            let waker = Waker::from(Arc::clone(&woken));
            if let Poll::Ready(succeeded) = self.future.as_mut().poll(&mut Context::from_waker(&waker)) {
                return Ok(Some(succeeded));
            }
            self.polls += 1;
            if self.polls > POLLS_MAX {
                return Err(format!("{} asks without end", self.name));
            }
            if !woken.0.load(Ordering::Relaxed) {
                // It waits for a timer: let the paused time pass.
                tokio::time::advance(std::time::Duration::from_millis(600)).await;
            }
        }
        Ok(None)
    }

    /// Polls until it is done.
    pub(crate) async fn finish(&mut self) -> Result<bool, String> {
        Ok(self.poll(u32::MAX).await?.unwrap_or(false))
    }
}
