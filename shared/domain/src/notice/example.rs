//! A notice of each kind, for documentation.

use super::{EndpointOf, Matter, Named, Notice};
use crate::account::NoticeKind;
use crate::delivery::{Delivery, DisabledReason};
use crate::id::{ConfigurationId, NoticeId, RunId, UserId};
use crate::instant::{self, Duration, Instant, NaiveDate};
use crate::month::Month;
use crate::run::ErrorCode;
use crate::usage::Mark;

impl Notice {
    /// A notice of this kind with the values of an example. It belongs to no user.
    #[must_use]
    pub fn example(kind: NoticeKind) -> Self {
        let now = instant::parse("2026-01-15T10:30:00.000Z").unwrap_or_default();
        Self {
            id: NoticeId::at(now, [7; 10]),
            user: UserId::no_one(),
            configuration: configuration(),
            matter: matter(kind, now),
            month: Month::of(now),
            created_at: now,
            delivery: Delivery::none(),
            sent_to: None,
        }
    }
}

fn configuration() -> Named {
    let id = ConfigurationId::at(instant::parse("2026-01-01T00:00:00.000Z").unwrap_or_default(), [2; 10]);
    Named { id, name: Some("Daily report".to_owned()), repository: Some("octocat/hello-world".to_owned()) }
}

fn matter(kind: NoticeKind, now: Instant) -> Matter {
    let (run, since) = (RunId::at(now, [1; 10]), now - Duration::days(5));
    let (endpoint, host) = (EndpointOf::Configuration, "receiver.example.com".to_owned());
    match kind {
        NoticeKind::ReportFailed => Matter::ReportFailed {
            run,
            code: ErrorCode::TokenInvalid,
            message: "The git host refused the repository's access token. Set a new one.".to_owned(),
        },
        NoticeKind::ReportRecovered => Matter::ReportRecovered { run, failing_since: since },
        NoticeKind::DeliveryFailed => Matter::DeliveryFailed { run, attempts: 11, status: Some(503) },
        NoticeKind::EndpointFailing => Matter::EndpointFailing { endpoint, host, since: now - Duration::minutes(10) },
        NoticeKind::EndpointDisabled => Matter::EndpointDisabled { endpoint, host, reason: DisabledReason::NoSuccess },
        NoticeKind::EndpointEnabled => Matter::EndpointEnabled { endpoint, host },
        NoticeKind::ThresholdReached => Matter::ThresholdReached { mark: Mark { limit: 50, percent: 80 }, used: 40 },
        NoticeKind::Paused => Matter::Paused {
            limit: 50,
            uncounted: false,
            until: Month::of(now).resets_at(),
            paused: vec![configuration()],
            count: 1,
        },
        NoticeKind::Resumed => Matter::Resumed,
        NoticeKind::ModelRetires => Matter::ModelRetires {
            model: "gpt-6-luna".to_owned(),
            on: NaiveDate::from_ymd_opt(2026, 4, 1).unwrap_or_default(),
        },
    }
}
