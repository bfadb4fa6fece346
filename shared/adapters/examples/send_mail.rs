//! Sends the e-mail of a notice from one address to another, as the functions do. For `infra/mail/check`.
//!
//! `send_mail FROM TO`, with the variables of the delivery function. The exit code is 0 if the mail service took it.

use adapters::boot::{Environment, Role, Settings};
use adapters::clock::SystemClock;
use adapters::mail::SesMailer;
use app::ports::{Clock, Mail, MailBody, Mailer};
use domain::account::{EmailAddress, NoticeKind};
use domain::delivery::Verdict;
use domain::notice::Notice;
use std::error::Error;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut addresses = std::env::args().skip(1).map(|text| EmailAddress::parse(&text));
    let (from, to) = (addresses.next().ok_or("FROM is missing")??, addresses.next().ok_or("TO is missing")??);
    let settings = Settings::read(&Environment::of_process(), Role::Delivery)?;
    let body = MailBody::Notice(Box::new(Notice::example(NoticeKind::ReportFailed)));
    let mail = Mail { to, at: SystemClock.now(), body };
    let sent = SesMailer::new(&settings.aws, from, settings.public_url).send(&mail).await;
    if sent.answer.verdict() == Verdict::Delivered { Ok(()) } else { Err(format!("{sent:?}").into()) }
}
