//! Stopping: said once, heard everywhere.

use tokio::sync::watch;

/// Says when to stop.
#[derive(Debug)]
pub struct Stopper(watch::Sender<bool>);

/// Hears it.
#[derive(Clone, Debug)]
pub struct Stop(watch::Receiver<bool>);

/// A pair of both.
#[must_use]
pub fn stopping() -> (Stopper, Stop) {
    let (sender, receiver) = watch::channel(false);
    (Stopper(sender), Stop(receiver))
}

impl Stopper {
    /// Now.
    pub fn stop(&self) {
        self.0.send_replace(true);
    }
}

impl Stop {
    /// Ends when it is time to stop.
    pub async fn stopped(mut self) {
        // An error means that whoever could say so is gone.
        let _said = self.0.wait_for(|stop| *stop).await;
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
