//! An orderly stop: signalled once, seen by every worker.

#[cfg(unix)]
use std::time::Duration;
use tokio::sync::watch;

/// How long a function gets after SIGTERM to release what it holds: Lambda kills it half a second after the signal
/// (<https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html#runtimes-lifecycle-shutdown>).
#[cfg(unix)]
const RELEASE_WITHIN: Duration = Duration::from_millis(400);

/// Signals the stop.
#[derive(Debug)]
pub struct Stopper(watch::Sender<bool>);

/// Sees the signal.
#[derive(Clone, Debug)]
pub struct Stop(watch::Receiver<bool>);

/// A pair of both.
pub fn stopping() -> (Stopper, Stop) {
    let (sender, receiver) = watch::channel(false);
    (Stopper(sender), Stop(receiver))
}

impl Stopper {
    /// Signals it now.
    pub fn stop(&self) {
        self.0.send_replace(true);
    }
}

impl Stop {
    /// Whether it was signalled.
    pub fn is_stopped(&self) -> bool {
        *self.0.borrow() || self.0.has_changed().is_err()
    }

    /// Ends when it is time to stop.
    pub async fn stopped(mut self) {
        // An error means that the stopper was dropped, which counts as the signal.
        let _ = self.0.wait_for(|stop| *stop).await;
    }

    /// The future's value, unless it is time to stop before.
    pub async fn unless<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        tokio::select! {
            biased;
            () = self.clone().stopped() => None,
            value = work => Some(value),
        }
    }
}

/// Ends a little after SIGTERM, which signals the stop; never on a system without such signals.
///
/// Lambda sends SIGTERM only to functions with an extension. The functions register none: it would cost every cold
/// start a call, and Lambda ends idle processes, which hold nothing. Where a deployment adds an extension, the signal
/// counts.
pub async fn terminated(stopper: &Stopper) {
    #[cfg(unix)]
    if let Ok(mut terminate) = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())
        && terminate.recv().await.is_some()
    {
        stopper.stop();
        return tokio::time::sleep(RELEASE_WITHIN).await;
    }
    std::future::pending::<()>().await;
}
