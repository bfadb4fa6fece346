//! One delivery message, one attempt, and the time of the next.

mod announce;
mod endpoint;
mod subject;
mod turn;

use super::throttle::Throttle;
use crate::limits::delivery_claim;
use crate::metrics;
use crate::optimistic::{self, Step};
use crate::ports::{
    Accounts, Attempt, Clock, Configurations, Contents, Deliveries, DeliveryMove, DeliveryQueue, DeliveryRequest,
    DueIndex, Entropy, Mail, MailBody, Mailer, Notices, Rates, Refusal, Runs, StoreError, Vault, WebhookAnswer,
    WebhookSender,
};
use domain::delivery::{Answer, AttemptResult, Delivery, Forbidden, Jitter, RetryPolicy, Settled, queue_delay_seconds};
use domain::event::DeliverySubject;
use domain::id::UserId;
use domain::instant::Instant;
use endpoint::Place;
use std::sync::Arc;
use subject::Subject;

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
    pub due: Arc<dyn DueIndex>,
    pub vault: Arc<dyn Vault>,
    pub webhooks: Arc<dyn WebhookSender>,
    /// `None` if the deployment sends no e-mail.
    pub mailer: Option<Arc<dyn Mailer>>,
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

/// A request that was sent, or was not allowed.
struct Sent {
    answer: WebhookAnswer,
    at: Instant,
    /// Where it was sent to.
    place: Option<Place>,
}

/// What came of an attempt.
struct Observed<'a> {
    answer: &'a Answer,
    /// Whether a failed delivery needs no notice.
    is_silent: bool,
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
        let place = self.place(&subject).await?;
        let _permit = match self.permit(request, &before, place.as_ref().ok().filter(|_| in_turn)).await? {
            Ok(permit) => permit,
            Err(why) => return Ok(DeliverOutcome::Nothing(why)),
        };
        let now = self.clock.now();
        let Some(claim) = claim(now) else { return Ok(DeliverOutcome::Nothing(NOT_DUE)) };
        let mut step = self.step(request, &before, &claim.after);
        step.sent_to = place.as_ref().ok().map(Place::destination);
        match self.deliveries.move_delivery(&step).await {
            Ok(()) => {}
            Err(Refusal::MovedOn) => return Ok(DeliverOutcome::Nothing("another message makes the attempt")),
            Err(Refusal::Store(error)) => return Err(error.into()),
        }
        subject.set_delivery(claim.after);
        let answer = self.send(&subject, place.as_ref(), request.subject, now).await?;
        metrics::attempt_answered(before.due_at(), self.clock.now());
        let lane = self.mark_place(place.as_ref().ok(), &answer.answer, now).await;
        let request = &request.in_lane(lane.unwrap_or(request.lane));
        let result = AttemptResult::from(&answer.answer);
        let sent = Sent { answer, at: now, place: place.ok() };
        let delivery = self.record(request, &subject, sent, &policy).await?;
        let (state, status, cause) = (delivery.state().as_str(), result.status(), result.error_class());
        tracing::info!(state, status, cause, "the attempt was made");
        Ok(DeliverOutcome::Attempted(delivery))
    }

    /// A test is tried once; everything else follows the policy.
    fn policy_for(&self, subject: &Subject) -> RetryPolicy {
        if subject.is_test() { RetryPolicy::once() } else { self.policy.clone() }
    }

    /// The answer of the receiver, or why nothing was sent.
    async fn send(
        &self,
        subject: &Subject,
        place: Result<&Place, &Answer>,
        id: DeliverySubject,
        now: Instant,
    ) -> Result<WebhookAnswer, StoreError> {
        Ok(match (place, subject) {
            (Err(answer), _) => answer.clone().into(),
            (Ok(Place::Webhook(endpoint)), _) => self.post(endpoint, subject, id, now).await?,
            (Ok(Place::Email(mailer, to)), Subject::Notice(notice)) => {
                mailer.send(&Mail { to: to.clone(), at: now, body: MailBody::Notice(notice.clone()) }).await
            }
            (Ok(Place::Email(..)), Subject::Run(_)) => Answer::Forbidden(Forbidden::NoWebhook).into(),
        })
    }

    /// Records the attempt, then what it says about its endpoint, then its result, and sends a message for the next
    /// one. A worker that dies in between leaves the attempt, from which the next worker continues.
    async fn record(
        &self,
        request: &DeliveryRequest,
        subject: &Subject,
        sent: Sent,
        policy: &RetryPolicy,
    ) -> Result<Delivery, StoreError> {
        let Sent { answer: WebhookAnswer { answer, excerpt }, at: sent_at, place } = &sent;
        let now = self.clock.now();
        let jitter = Jitter::new(self.entropy.jitter());
        let settled = subject.delivery().settle(request.attempt, answer, policy, now, jitter);
        let next = settled.as_ref().and_then(|settled| settled.after.due_at());
        let made = attempt(request, Some(answer), *sent_at, Some(now), next);
        self.deliveries.put_attempt(&Attempt { response_excerpt: excerpt.clone(), ..made }).await?;
        let is_late = now - *sent_at > delivery_claim() && !answer.is_success();
        let observed = self.observed(place.as_ref(), is_late, subject, answer).await?;
        let delivery = self.settle(request, subject, settled, &observed, policy).await?;
        if let Some(due) = delivery.due_at() {
            self.hint(request, due, now).await;
        }
        Ok(delivery)
    }

    /// Stores what an attempt says about its endpoint. A failed delivery needs no notice of its own if it is a notice
    /// itself or a test, whose user gets the answer, or if its endpoint is disabled, which has its own notice.
    async fn observed<'a>(
        &self,
        place: Option<&Place>,
        is_late: bool,
        subject: &Subject,
        answer: &'a Answer,
    ) -> Result<Observed<'a>, StoreError> {
        let is_disabled = match place {
            // The failure of a worker that was suspended beyond its claim says nothing about the endpoint as it is now:
            // it must not disable a webhook that was enabled again since.
            Some(Place::Webhook(_)) if is_late => false,
            Some(Place::Webhook(endpoint)) => self.observe(endpoint, subject, answer).await?.is_disabled(),
            Some(Place::Email(..)) => false,
            None => *answer == Answer::Forbidden(Forbidden::Disabled),
        };
        let is_silent = is_disabled || subject.is_test() || matches!(subject, Subject::Notice(_));
        Ok(Observed { answer, is_silent })
    }

    /// Stores a result. If the delivery has changed, the result applies to its current state; only a 2xx does so then.
    async fn settle(
        &self,
        request: &DeliveryRequest,
        subject: &Subject,
        settled: Option<Settled>,
        observed: &Observed<'_>,
        policy: &RetryPolicy,
    ) -> Result<Delivery, StoreError> {
        let (before, settled) = (subject.delivery(), &settled);
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
                    found.settle(request.attempt, observed.answer, policy, self.clock.now(), jitter)
                } else {
                    settled.clone()
                };
                let Some(result) = settled else { return Ok(Step::Done(found)) };
                let mut step = self.step(request, &found, &result.after);
                self.announce(&mut step, subject, &result, observed.is_silent).await?;
                let moved = self.deliveries.move_delivery(&step).await;
                Ok(Step::of(moved, result.after)?.map(metrics::attempt_ended))
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
            let place = self.place(subject).await?.ok();
            // The place may be another one than that of the attempt. There a success changes too little to be wrong,
            // unless it enabled a webhook.
            let is_disabled = matches!(&place, Some(Place::Webhook(endpoint)) if endpoint.is_disabled());
            let is_late = is_disabled || !answer.is_success();
            let observed = self.observed(place.as_ref(), is_late, subject, &answer).await?;
            return self.settle(&lost, subject, settled, &observed, policy).await;
        }
        let claimed_at = before.last_attempt_at.unwrap_or_else(|| self.clock.now());
        self.deliveries.put_attempt(&attempt(&lost, None, claimed_at, None, given_up.after.due_at())).await?;
        let mut step = self.step(request, &before, &given_up.after);
        let is_silent = subject.is_test() || matches!(subject, Subject::Notice(_));
        self.announce(&mut step, subject, &given_up, is_silent).await?;
        match self.deliveries.move_delivery(&step).await {
            Ok(()) => Ok(metrics::attempt_ended(given_up.after)),
            Err(Refusal::MovedOn) => {
                let found = self.load(request.user, request.subject).await?;
                Ok(found.map_or(before, |found| found.delivery().clone()))
            }
            Err(Refusal::Store(error)) => Err(error),
        }
    }

    fn step(&self, request: &DeliveryRequest, before: &Delivery, after: &Delivery) -> DeliveryMove {
        DeliveryMove {
            user: request.user,
            subject: request.subject,
            before: before.clone(),
            after: after.clone(),
            now: self.clock.now(),
            event: None,
            notice: None,
            sent_to: None,
            idempotency: None,
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
            tracing::warn!(subject = %request.subject, %error, "the next attempt waits for the sweep");
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
