//! The four functions, and what differs between them when they start.

use std::time::Duration;

/// A function of the deployment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    Api,
    Scheduler,
    Runner,
    Delivery,
}

impl Role {
    /// All four, in the order of `template.yaml`.
    pub const ALL: [Self; 4] = [Self::Api, Self::Scheduler, Self::Runner, Self::Delivery];

    /// The package, and the folder below `functions/`.
    pub const fn package(self) -> &'static str {
        match self {
            Self::Api => "api",
            Self::Scheduler => "report-scheduler",
            Self::Runner => "report-runner",
            Self::Delivery => "webhook-delivery",
        }
    }

    /// How long an invocation may take, in seconds: the function's `Timeout` in `template.yaml`, which a test compares.
    ///
    /// API Gateway gives up after 30 s, so the API ends before. A tick ends before the next one begins. The runner's
    /// lease and the claim of a delivery outlive their functions ([`app::limits`]).
    pub const fn timeout_seconds(self) -> u64 {
        match self {
            Self::Api => 29,
            Self::Scheduler => 50,
            Self::Runner => 180,
            Self::Delivery => 30,
        }
    }

    /// [`Self::timeout_seconds`] as a duration.
    pub const fn timeout(self) -> Duration {
        Duration::from_secs(self.timeout_seconds())
    }

    /// How long a message that this function received stays hidden from other workers, in seconds: six times the
    /// function's time-out, as AWS advises for a Lambda that reads a queue
    /// (<https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html>).
    pub const fn visibility_seconds(self) -> u64 {
        6 * self.timeout_seconds()
    }
}
