//! The confirmation of the e-mail address for notices.

use crate::optimistic::{self, NotWritten, Step};
use crate::ports::{Accounts, Clock, EmailConfirmation, Entropy, Mail, MailBody, Mailer, StoreError};
use domain::account::{
    Account, CODE_TRIES_MAX, CODES_MAX, CodeError, CodesSent, EmailCode, NotificationEmail, SentCode,
};
use domain::delivery::{Answer, NoAnswer, Verdict};
use domain::id::UserId;
use domain::instant::Instant;
use std::sync::Arc;

/// Sends codes to e-mail addresses, and confirms those whose code is sent back. The code is stored as a hash before it
/// is sent, so that what is sent is always counted. One that the mail service certainly did not take for a reason of
/// its own is not counted.
#[derive(Clone)]
pub struct ConfirmEmail {
    pub clock: Arc<dyn Clock>,
    pub entropy: Arc<dyn Entropy>,
    pub accounts: Arc<dyn Accounts>,
    pub emails: Arc<dyn EmailConfirmation>,
    /// `None` if the deployment sends no e-mail.
    pub mailer: Option<Arc<dyn Mailer>>,
}

/// A code was not sent, or the address was not confirmed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EmailError {
    #[error("the account is closed: its e-mail address can't be confirmed")]
    AccountClosed,
    #[error("this deployment sends no e-mail")]
    NoMail,
    #[error("the profile has no e-mail address: set 'notification_email' first")]
    NoAddress,
    #[error("{CODES_MAX} codes were sent within a day, which is the limit: another one can be sent later")]
    CodesReached {
        /// When another one can be sent.
        at: Instant,
    },
    /// The mail service does not send to the address.
    #[error("the e-mail was refused: check the address")]
    Refused,
    #[error("the mail service does not answer: try again later")]
    Unavailable,
    #[error(transparent)]
    Code(#[from] CodeError),
    /// The code is another one.
    #[error("the code is not the one that was sent last: {left} more tries are left")]
    Wrong { left: u32 },
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What a try leads to.
type Outcome<T> = Result<T, EmailError>;

impl ConfirmEmail {
    /// Sends a new code to the address; the code before is not valid any more. A confirmed address gets none.
    ///
    /// A code counts if it is refused because of its address, or if it is unknown whether it was sent.
    pub async fn send_code(&self, user: UserId) -> Result<Account, EmailError> {
        let mailer = self.mailer.as_ref().ok_or(EmailError::NoMail)?;
        let (account, code) = optimistic::ensure(
            ("the code for the e-mail address of account", user),
            |_| self.unconfirmed(user),
            |(before, email)| async move {
                if email.confirmed {
                    return Ok(Step::Done((before, None)));
                }
                let now = self.clock.now();
                let sent =
                    CodesSent::one_more(before.email_codes, now).map_err(|at| EmailError::CodesReached { at })?;
                let code = EmailCode::new(self.entropy.randomness());
                let hash = code.hash(user, &email.address);
                let to = email.address.clone();
                let email = NotificationEmail { code: Some(SentCode::new(hash, now)), ..email };
                let after = Account { notification_email: Some(email), email_codes: Some(sent), ..before.clone() };
                Ok(self.put(&before, &after).await?.map(|()| (after, Some((to, code)))))
            },
        )
        .await?;
        let Some((to, code)) = code else { return Ok(account) };
        let hash = code.hash(user, &to);
        let answer = mailer.send(&Mail { to, at: self.clock.now(), body: MailBody::Code(code) }).await.answer;
        match answer.verdict() {
            Verdict::Delivered => Ok(account),
            Verdict::Refused => Err(EmailError::Refused),
            Verdict::Retry => {
                if is_not_taken(&answer) {
                    self.uncount(user, hash).await?;
                }
                Err(EmailError::Unavailable)
            }
        }
    }

    /// Confirms the address if the code is the one that was sent last. Wrong codes are counted.
    pub async fn confirm(&self, user: UserId, code: &EmailCode) -> Result<Account, EmailError> {
        let outcome: Outcome<Account> = optimistic::ensure(
            ("the confirmation of the e-mail address of account", user),
            |_| self.unconfirmed(user),
            |(before, email)| async move {
                if email.confirmed {
                    return Ok::<_, EmailError>(Step::Done(Ok(before)));
                }
                match email.check(user, code, self.clock.now()) {
                    Ok(()) => {
                        let email = NotificationEmail { confirmed: true, code: None, ..email };
                        let after = Account { notification_email: Some(email), ..before.clone() };
                        Ok(self.put(&before, &after).await?.map(|()| Ok(after)))
                    }
                    Err(CodeError::Wrong) => {
                        let (email, left) = with_wrong_try(email);
                        let after = Account { notification_email: Some(email), ..before.clone() };
                        Ok(self.put(&before, &after).await?.map(|()| Err(EmailError::Wrong { left })))
                    }
                    Err(other) => Ok(Step::Done(Err(other.into()))),
                }
            },
        )
        .await?;
        outcome
    }

    /// Removes a code that was not sent, and its place among those of the day, unless another code has replaced it.
    async fn uncount(&self, user: UserId, hash: [u8; 32]) -> Result<(), StoreError> {
        optimistic::ensure(
            ("the removal of the code that was not sent to account", user),
            |_| self.accounts.account(user),
            |before| async move {
                let email = before.notification_email.clone();
                let is_ours = |email: &NotificationEmail| email.code.as_ref().is_some_and(|code| code.hash == hash);
                let Some(email) = email.filter(is_ours) else { return Ok(Step::Done(())) };
                let after = Account {
                    notification_email: Some(NotificationEmail { code: None, ..email }),
                    email_codes: before.email_codes.and_then(CodesSent::one_less),
                    ..before.clone()
                };
                self.put(&before, &after).await
            },
        )
        .await
    }

    async fn unconfirmed(&self, user: UserId) -> Result<(Account, NotificationEmail), EmailError> {
        let account = self.accounts.account(user).await?;
        if !account.standing.is_open() {
            return Err(EmailError::AccountClosed);
        }
        let email = account.notification_email.clone().ok_or(EmailError::NoAddress)?;
        Ok((account, email))
    }

    async fn put(&self, before: &Account, after: &Account) -> Result<Step<(), ()>, StoreError> {
        // A repetition of our own write is refused as another's would be: it is read and decided again.
        Step::of(self.emails.put_email(before, after).await.map_err(NotWritten::by_another), ())
    }
}

/// Whether an e-mail was certainly not sent: the service answered that it does not take it, or got no request.
fn is_not_taken(answer: &Answer) -> bool {
    match answer {
        Answer::Status { .. } | Answer::NotTaken { .. } => true,
        Answer::NoAnswer(reason) => !matches!(
            reason,
            NoAnswer::Timeout | NoAnswer::Reset | NoAnswer::ClosedEarly | NoAnswer::NotHttp | NoAnswer::Other
        ),
        Answer::Forbidden(_) => false,
    }
}

/// The address with one more wrong try, and how many are left.
fn with_wrong_try(email: NotificationEmail) -> (NotificationEmail, u32) {
    let code = email.code.map(|code| SentCode { wrong_tries: code.wrong_tries.saturating_add(1), ..code });
    let left = code.as_ref().map_or(0, |code| CODE_TRIES_MAX.saturating_sub(code.wrong_tries));
    (NotificationEmail { code, ..email }, left)
}
