//! One delivery message, one attempt, and the time of the next.

mod subject;
mod turn;

use super::throttle::Throttle;
use crate::limits::delivery_claim;
use crate::optimistic::{self, Step};
use crate::ports::{
    Accounts, Attempt, Clock, Configurations, Contents, Deliveries, DeliveryMove, DeliveryQueue, DeliveryRequest,
    Entropy, Message, Notices, Rates, Refusal, Runs, StoreError, Vault, WebhookAnswer, WebhookSender,
};
use domain::delivery::{
    Answer, AttemptResult, Delivery, Forbidden, Jitter, Lane, RetryPolicy, Settled, is_slow, queue_delay_seconds,
};
use domain::event::{DeliverySubject, Event, Fact};
use domain::id::{EventId, UserId};
use domain::instant::Instant;
use std::sync::Arc;
use subject::{Endpoint, Subject};

/// Delivers reports and notices. An attempt is claimed before its request is made, so that two messages never send it
/// twice. An attempt without a result is recorded as unknown, and the next one follows.
#[derive(Clone)]
pub struct Deliver {
    pub clock: Arc<dyn Clock>,
    pub entropy: Arc<dyn Entropy>,
    pub accounts: Arc<dyn Accounts>,
    pub configurations: Arc<dyn Configurations>,
    pub runs: Arc<dyn Runs>,
    pub contents: Arc<dyn Contents>,
    pub notices: Arc<dyn Notices>,
    pub deliveries: Arc<dyn Deliveries>,
    pub rates: Arc<dyn Rates>,
    pub vault: Arc<dyn Vault>,
    pub webhooks: Arc<dyn WebhookSender>,
    pub delivery_queue: Arc<dyn DeliveryQueue>,
    pub throttle: Arc<Throttle>,
    pub policy: RetryPolicy,
}

/// Why a message is done without an attempt: a duplicate, or one that comes early or late.
const NOT_DUE: &str = "the attempt is not due, or was made";

/// The result of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DeliverOutcome {
    /// The attempt was made; the delivery is in this state.
    Attempted(Delivery),
    /// There was nothing to do, another worker does it, or the attempt waits for its turn in the queue.
    Nothing(&'static str),
}

/// A message failed and must be repeated.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DeliverError {
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Deliver {
    /// Makes the attempt of a message, if it is due.
    pub async fn attempt(&self, request: &DeliveryRequest) -> Result<DeliverOutcome, DeliverError> {
        self.make(request, false).await
    }

    /// The same, unless the attempt must wait for others: then it is given back to the queue, and does not count.
    pub async fn attempt_in_turn(&self, request: &DeliveryRequest) -> Result<DeliverOutcome, DeliverError> {
        self.make(request, true).await
    }

    async fn make(&self, request: &DeliveryRequest, in_turn: bool) -> Result<DeliverOutcome, DeliverError> {
        let Some(mut subject) = self.load(request.user, request.subject).await? else {
            return Ok(DeliverOutcome::Nothing("the delivery is unknown"));
        };
        let policy = self.policy_for(&subject);
        if let Some(settled) = subject.delivery().give_up_claim(&policy, self.clock.now()) {
            let delivery = self.resolve_lost_claim(request, &subject, settled, &policy).await?;
            subject.set_delivery(delivery);
        }
        let before = subject.delivery().clone();
        let claim = |now| before.claim(request.attempt, now, delivery_claim()).ok();
        if claim(self.clock.now()).is_none() {
            return Ok(DeliverOutcome::Nothing(NOT_DUE));
        }
        let endpoint = self.endpoint(&subject).await?;
        let _permit = match self.permit(request, endpoint.as_ref().ok().filter(|_| in_turn)).await? {
            Ok(permit) => permit,
            Err(why) => return Ok(DeliverOutcome::Nothing(why)),
        };
        let now = self.clock.now();
        let Some(claim) = claim(now) else { return Ok(DeliverOutcome::Nothing(NOT_DUE)) };
        let step = self.step(request, &before, &claim.after, None);
        match self.deliveries.move_delivery(&step).await {
            Ok(()) => {}
            Err(Refusal::MovedOn) => return Ok(DeliverOutcome::Nothing("another message makes the attempt")),
            Err(Refusal::Store(error)) => return Err(error.into()),
        }
        subject.set_delivery(claim.after);
        let answer = self.send(&subject, endpoint.as_ref(), request.subject, now).await?;
        let lane = self.mark_endpoint(endpoint.ok().as_ref(), &answer.answer, now).await;
        let request = &request.in_lane(lane.unwrap_or(request.lane));
        Ok(DeliverOutcome::Attempted(self.record(request, &subject, &answer, now, &policy).await?))
    }

    /// Stores whether an endpoint is slow, if that has changed, and returns the lane of its next attempt; `None` if
    /// nothing is known.
    async fn mark_endpoint(&self, endpoint: Option<&Endpoint>, answer: &Answer, sent_at: Instant) -> Option<Lane> {
        let now = self.clock.now();
        let slow = is_slow(answer, (now - sent_at).to_std().unwrap_or_default())?;
        let endpoint = endpoint?;
        if endpoint.is_configurations && Lane::of(slow) != endpoint.lane() {
            match self.configurations.mark_slow(&endpoint.configuration, slow.then_some(now)).await {
                // Refused: another attempt has stored it, or the webhook was edited or erased.
                Ok(()) | Err(Refusal::MovedOn) => {}
                Err(Refusal::Store(error)) => {
                    tracing::warn!(configuration = %endpoint.configuration.id, %error, "the lane was not stored");
                }
            }
        }
        Some(Lane::of(slow))
    }

    /// A test is tried once; everything else follows the policy.
    fn policy_for(&self, subject: &Subject) -> RetryPolicy {
        if subject.is_test() { RetryPolicy::once() } else { self.policy.clone() }
    }

    async fn send(
        &self,
        subject: &Subject,
        endpoint: Result<&Endpoint, &Answer>,
        id: DeliverySubject,
        now: Instant,
    ) -> Result<WebhookAnswer, StoreError> {
        let target = match endpoint {
            Ok(endpoint) => self.target(endpoint).await,
            Err(answer) => Err(answer.clone()),
        };
        let target = match target {
            Ok(target) => target,
            Err(answer) => return Ok(answer.into()),
        };
        let Some(body) = self.body(subject).await? else {
            return Ok(Answer::Forbidden(Forbidden::NoContent).into());
        };
        let message = Message { id: message_id(id), at: now, body };
        Ok(self.webhooks.send(&target, &message).await)
    }

    /// Records the attempt, then its result, and sends a message for the next one.
    async fn record(
        &self,
        request: &DeliveryRequest,
        subject: &Subject,
        WebhookAnswer { answer, excerpt }: &WebhookAnswer,
        sent_at: Instant,
        policy: &RetryPolicy,
    ) -> Result<Delivery, StoreError> {
        let now = self.clock.now();
        let jitter = Jitter::new(self.entropy.jitter());
        let settled = subject.delivery().settle(request.attempt, answer, policy, now, jitter);
        let next = settled.as_ref().and_then(|settled| settled.after.due_at());
        let made = attempt(request, Some(answer), sent_at, Some(now), next);
        self.deliveries.put_attempt(&Attempt { response_excerpt: excerpt.clone(), ..made }).await?;
        let delivery = self.settle(request, subject.delivery().clone(), settled, answer, policy).await?;
        if let Some(due) = delivery.due_at() {
            self.hint(request, due, now).await;
        }
        Ok(delivery)
    }

    /// Stores a result. If the delivery has changed, the result applies to its current state; only a 2xx does so then.
    async fn settle(
        &self,
        request: &DeliveryRequest,
        before: Delivery,
        settled: Option<Settled>,
        answer: &Answer,
        policy: &RetryPolicy,
    ) -> Result<Delivery, StoreError> {
        let (before, settled) = (&before, &settled);
        optimistic::update(
            ("the result of an attempt to deliver", message_id(request.subject)),
            |again| async move {
                let found = if again { self.load(request.user, request.subject).await? } else { None };
                Ok((again, found.map_or_else(|| before.clone(), |found| found.delivery().clone())))
            },
            |(_, found): &(bool, Delivery), sent: &Delivery| (found == sent).then(|| found.clone()),
            |(again, found)| async move {
                let jitter = Jitter::new(self.entropy.jitter());
                let settled = if again {
                    found.settle(request.attempt, answer, policy, self.clock.now(), jitter)
                } else {
                    settled.clone()
                };
                let Some(result) = settled else { return Ok(Step::Done(found)) };
                let event = result.gave_up.then(|| self.failed_event(request, &result.after));
                let moved = self.deliveries.move_delivery(&self.step(request, &found, &result.after, event)).await;
                Step::of(moved, result.after)
            },
        )
        .await
    }

    /// Completes a claim that has ended without a result: if its attempt was recorded, that is the result; otherwise
    /// the result is unknown.
    async fn resolve_lost_claim(
        &self,
        request: &DeliveryRequest,
        subject: &Subject,
        given_up: Settled,
        policy: &RetryPolicy,
    ) -> Result<Delivery, StoreError> {
        let before = subject.delivery().clone();
        let lost = DeliveryRequest { attempt: before.attempts, ..*request };
        let recorded = self.deliveries.attempt(request.user, request.subject, lost.attempt).await?;
        let answer = recorded.as_ref().and_then(|recorded| recorded_answer(recorded, self.clock.now()));
        if let Some(answer) = answer {
            let jitter = Jitter::new(self.entropy.jitter());
            let settled = before.settle(lost.attempt, &answer, policy, self.clock.now(), jitter);
            return self.settle(&lost, before, settled, &answer, policy).await;
        }
        let claimed_at = before.last_attempt_at.unwrap_or_else(|| self.clock.now());
        self.deliveries.put_attempt(&attempt(&lost, None, claimed_at, None, given_up.after.due_at())).await?;
        let event = given_up.gave_up.then(|| self.failed_event(request, &given_up.after));
        match self.deliveries.move_delivery(&self.step(request, &before, &given_up.after, event)).await {
            Ok(()) => Ok(given_up.after),
            Err(Refusal::MovedOn) => {
                let found = self.load(request.user, request.subject).await?;
                Ok(found.map_or(before, |found| found.delivery().clone()))
            }
            Err(Refusal::Store(error)) => Err(error),
        }
    }

    fn step(
        &self,
        request: &DeliveryRequest,
        before: &Delivery,
        after: &Delivery,
        event: Option<Event>,
    ) -> DeliveryMove {
        DeliveryMove {
            user: request.user,
            subject: request.subject,
            before: before.clone(),
            after: after.clone(),
            now: self.clock.now(),
            event,
            idempotency: None,
        }
    }

    fn failed_event(&self, request: &DeliveryRequest, after: &Delivery) -> Event {
        let now = self.clock.now();
        Event {
            id: EventId::at(now, self.entropy.randomness()),
            user: request.user,
            at: now,
            fact: Fact::DeliveryFailed {
                subject: request.subject,
                attempts: after.attempts,
                status: after.response_status,
            },
        }
    }

    /// Sends a message for the next attempt, if the queue can delay it that long. Otherwise the sweep finds it.
    async fn hint(&self, request: &DeliveryRequest, due: Instant, now: Instant) {
        let delay = (due - now).to_std().unwrap_or_default();
        let seconds = queue_delay_seconds(delay);
        if u64::from(seconds) < delay.as_secs() {
            return;
        }
        let attempt = request.attempt.saturating_add(1);
        let next = DeliveryRequest { attempt, paced: false, ..*request };
        if let Err(error) = self.delivery_queue.request_deliveries(&[next], seconds).await {
            tracing::warn!(subject = ?request.subject, %error, "the next attempt waits for the sweep");
        }
    }

    async fn load(&self, user: UserId, subject: DeliverySubject) -> Result<Option<Subject>, StoreError> {
        Ok(match subject {
            DeliverySubject::Run(id) => self.runs.run(user, id).await?.map(|run| Subject::Run(Box::new(run))),
            DeliverySubject::Notice(id) => {
                self.notices.notice(user, id).await?.map(|notice| Subject::Notice(Box::new(notice)))
            }
        })
    }
}

/// The `webhook-id`: the same for every attempt, so that a receiver recognises a duplicate.
fn message_id(subject: DeliverySubject) -> String {
    match subject {
        DeliverySubject::Run(id) => format!("run_{id}"),
        DeliverySubject::Notice(id) => format!("notice_{id}"),
    }
}

fn attempt(
    request: &DeliveryRequest,
    answer: Option<&Answer>,
    at: Instant,
    answered_at: Option<Instant>,
    next_attempt_at: Option<Instant>,
) -> Attempt {
    Attempt {
        user: request.user,
        subject: request.subject,
        number: request.attempt,
        at,
        duration_ms: answered_at.and_then(|end| u64::try_from((end - at).num_milliseconds()).ok()),
        result: answer.map_or(AttemptResult::Unknown, AttemptResult::from),
        response_excerpt: None,
        next_attempt_at,
    }
}

/// The answer of a recorded attempt; `None` where it is unknown. The rest of the wait for the next attempt is asked for
/// again, since the receiver may have named it.
fn recorded_answer(attempt: &Attempt, now: Instant) -> Option<Answer> {
    let rest = attempt.next_attempt_at.and_then(|next| (next - now).to_std().ok());
    attempt.result.answer(rest)
}
