//! The confirmation of the e-mail address for notices.

use crate::optimistic::{self, NotWritten, Step};
use crate::ports::{Accounts, Clock, EmailConfirmation, Entropy, Mail, MailBody, Mailer, StoreError};
use domain::account::{
    Account, CODE_TRIES_MAX, CODES_MAX, CodeError, CodesSent, EmailAddress, EmailCode, NotificationEmail, SentCode,
};
use domain::delivery::Verdict;
use domain::id::UserId;
use domain::instant::Instant;
use std::sync::Arc;

/// Sends codes to e-mail addresses, and confirms those whose code is sent back. The code is stored as a hash before it
/// is sent, so that what is sent is always counted.
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
        if let Some((to, code)) = code {
            self.mail(mailer.as_ref(), to, code).await?;
        }
        Ok(account)
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

    async fn mail(&self, mailer: &dyn Mailer, to: EmailAddress, code: EmailCode) -> Result<(), EmailError> {
        let sent = mailer.send(&Mail { to, at: self.clock.now(), body: MailBody::Code(code) }).await;
        match sent.answer.verdict() {
            Verdict::Delivered => Ok(()),
            Verdict::Refused => Err(EmailError::Refused),
            Verdict::Retry => Err(EmailError::Unavailable),
        }
    }
}

/// The address with one more wrong try, and how many are left.
fn with_wrong_try(email: NotificationEmail) -> (NotificationEmail, u32) {
    let code = email.code.map(|code| SentCode { wrong_tries: code.wrong_tries.saturating_add(1), ..code });
    let left = code.as_ref().map_or(0, |code| CODE_TRIES_MAX.saturating_sub(code.wrong_tries));
    (NotificationEmail { code, ..email }, left)
}
