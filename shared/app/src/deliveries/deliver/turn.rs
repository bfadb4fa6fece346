//! Whether an attempt may be made now: by its lane, by the attempts in progress, and by the rate of its endpoint.
//!
//! An attempt that must wait is given back to the queue before it is claimed. So it does not count, and its delivery is
//! due all the time: if the message is lost, the due index requests it again.

use super::super::throttle::Permit;
use super::Deliver;
use super::endpoint::{Endpoint, Place};
use crate::limits::{TURN_DELAY_SECONDS, dispatch_lease};
use crate::ports::{DeliveryRequest, DueItem, DueRef, Rate, RateOf, Refusal, Reserved, StoreError};
use domain::delivery::{Answer, Delivery, Lane, QUEUE_DELAY_SECONDS_MAX, is_slow, queue_delay_seconds};
use domain::event::DeliverySubject;
use domain::instant::{Duration, Instant};
use sha2::{Digest, Sha256};
use url::Position;

/// What an attempt may do.
enum Turn {
    /// Be made while this is held.
    Now(Permit),
    /// It was given back to the queue, for this reason.
    NotNow(&'static str),
}

impl Deliver {
    /// The right to make an attempt, while it is held; the inner error says why the attempt was given back. Without a
    /// webhook it needs none.
    pub(super) async fn permit(
        &self,
        request: &DeliveryRequest,
        delivery: &Delivery,
        place: Option<&Place>,
    ) -> Result<Result<Option<Permit>, &'static str>, StoreError> {
        let Some(Place::Webhook(endpoint)) = place else { return Ok(Ok(None)) };
        Ok(match self.turn(request, delivery, endpoint).await? {
            Turn::Now(permit) => Ok(Some(permit)),
            Turn::NotNow(why) => Err(why),
        })
    }

    async fn turn(
        &self,
        request: &DeliveryRequest,
        delivery: &Delivery,
        endpoint: &Endpoint,
    ) -> Result<Turn, StoreError> {
        if (request.lane, endpoint.lane()) == (Lane::Standard, Lane::Slow) {
            return self.give_back(request.in_lane(Lane::Slow), 0, "its endpoint is slow: it moves to that lane").await;
        }
        let host = endpoint.webhook.url[Position::BeforeHost..Position::AfterPort].to_owned();
        let Some(permit) = self.throttle.enter(request.lane, request.user, host).await else {
            let why = "its host or its account has the most attempts in progress";
            return self.give_back(*request, TURN_DELAY_SECONDS, why).await;
        };
        let interval = self.throttle.interval(endpoint.shape()).filter(|_| !request.paced);
        let Some(interval) = interval else { return Ok(Turn::Now(permit)) };
        let rate = Rate {
            of: RateOf::Endpoint(Sha256::digest(endpoint.webhook.url.as_str()).into()),
            interval,
            ahead_max: Duration::seconds(QUEUE_DELAY_SECONDS_MAX.into()),
        };
        let now = self.clock.now();
        let (next, seconds, why) = match self.rates.reserve_place(request.user, &rate, now).await {
            Err(error) if !error.is_transient() => return Err(error),
            // With a lost answer, a message too many is better than one that is late.
            Err(_) => return Ok(Turn::Now(permit)),
            Ok(Reserved::At(place)) if place <= now => return Ok(Turn::Now(permit)),
            Ok(Reserved::At(place)) => {
                let paced = DeliveryRequest { paced: true, ..*request };
                (paced, seconds_until(place, now), "it waits for its place in its endpoint's rate")
            }
            Ok(Reserved::Full { .. }) => (*request, QUEUE_DELAY_SECONDS_MAX, "its endpoint's rate has no place"),
        };
        self.postpone_sweep(request, delivery, now + Duration::seconds(seconds.into())).await;
        self.give_back(next, seconds, why).await
    }

    /// Keeps the sweep from requesting a delivery that waits in the queue: a second message would reserve a second
    /// place in the rate.
    async fn postpone_sweep(&self, request: &DeliveryRequest, delivery: &Delivery, until: Instant) {
        let Some(due_at) = delivery.due_at() else { return };
        let attempts = delivery.attempts;
        let item = match request.subject {
            DeliverySubject::Run(run) => DueRef::RunDelivery { run, attempts },
            DeliverySubject::Notice(notice) => DueRef::NoticeDelivery { notice, attempts },
        };
        match self.due.postpone(&DueItem { user: request.user, item, due_at }, until + dispatch_lease()).await {
            // Refused: the sweep was first, and has postponed it.
            Ok(()) | Err(Refusal::MovedOn) => {}
            Err(Refusal::Store(error)) => tracing::warn!(%error, "the sweep may request a delivery that waits"),
        }
    }

    /// Stores whether a webhook is slow, if that has changed, and returns the lane of its next attempt; `None` if
    /// nothing is known.
    pub(super) async fn mark_place(&self, place: Option<&Place>, answer: &Answer, sent_at: Instant) -> Option<Lane> {
        let Some(Place::Webhook(endpoint)) = place else { return None };
        let now = self.clock.now();
        let slow = is_slow(answer, (now - sent_at).to_std().unwrap_or_default())?;
        if let Some(configuration) = endpoint.configuration()
            && Lane::of(slow) != endpoint.lane()
        {
            match self.configurations.mark_slow(configuration, slow.then_some(now)).await {
                // Refused: another attempt has stored it, or the webhook was edited or erased.
                Ok(()) | Err(Refusal::MovedOn) => {}
                Err(Refusal::Store(error)) => {
                    tracing::warn!(configuration = %configuration.id, %error, "the lane was not stored");
                }
            }
        }
        Some(Lane::of(slow))
    }

    async fn give_back(&self, to: DeliveryRequest, delay_seconds: u32, why: &'static str) -> Result<Turn, StoreError> {
        match self.delivery_queue.request_deliveries(&[to], delay_seconds).await {
            Ok(()) => Ok(Turn::NotNow(why)),
            // The message stays in the queue, which delivers it again.
            Err(error) => Err(StoreError::Unavailable { detail: error.to_string() }),
        }
    }
}

fn seconds_until(instant: Instant, now: Instant) -> u32 {
    queue_delay_seconds((instant - now).to_std().unwrap_or_default())
}
