//! Sending an alert by mail.

use super::attempt::{Attempt, GivenUp, Limited, Sender};
use super::message::{Message, line};
use crate::config::{Delivery, Secret, Smtp, SmtpSecurity};
use crate::domain::Nanos;
use crate::drive::clock;
use lettre::message::header::ContentType;
use lettre::message::{Mailbox, MessageBuilder};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::{Address, SmtpTransport, Transport as _};
use std::fmt::Write as _;
use std::sync::OnceLock;
use std::time::{Duration, SystemTime};

/// How long each step of a conversation with a server may take.
const STEP: Duration = Duration::from_secs(10);
/// How long a whole conversation may take.
pub const LIMIT: Duration = Duration::from_secs(30);

/// Sends each message as a mail of plain text.
#[derive(Debug)]
pub struct Mail {
    smtp: Smtp,
    password: Option<Secret>,
    from: Address,
    to: Vec<Address>,
    limit: Duration,
    limited: Limited,
    transport: OnceLock<Result<SmtpTransport, String>>,
}

impl Mail {
    /// Sends mails as set; `password` is what the environment variable of the setting holds.
    ///
    /// # Errors
    /// In words, when an address cannot be one or the password is missing.
    pub fn new(delivery: &Delivery, smtp: &Smtp, password: Option<Secret>, limit: Duration) -> Result<Self, String> {
        let address = |text: &String| text.parse::<Address>().map_err(|_| format!("{} is no mail address", line(text, 80)));
        let to = delivery.mail_to.iter().map(address).collect::<Result<Vec<_>, _>>()?;
        let from = match &delivery.mail_from {
            Some(from) => address(from)?,
            None => to.first().cloned().ok_or("mail_to is not set: [delivery] mail_to")?,
        };
        Ok(Self { smtp: smtp.clone(), password, from, to, limit, limited: Limited::default(), transport: OnceLock::new() })
    }

    fn place(&self) -> String {
        format!("{}:{}", self.smtp.host, self.smtp.port)
    }

    fn transport(&self) -> Result<SmtpTransport, String> {
        let make = || {
            let tls = || {
                let made = TlsParameters::new(self.smtp.host.clone());
                made.map_err(|error| format!("TLS cannot be set up: {}", line(&error.to_string(), 160)))
            };
            let tls = match self.smtp.security {
                SmtpSecurity::Tls => Tls::Wrapper(tls()?),
                SmtpSecurity::StartTls => Tls::Required(tls()?),
                SmtpSecurity::Plain => Tls::None,
            };
            let mut builder = SmtpTransport::builder_dangerous(&self.smtp.host)
                .port(self.smtp.port)
                .tls(tls)
                .timeout(Some(STEP.min(self.limit)));
            if let (Some(user), Some(password)) = (&self.smtp.user, &self.password) {
                builder = builder.credentials(Credentials::new(user.clone(), password.reveal().to_owned()));
            }
            Ok(builder.build())
        };
        self.transport.get_or_init(make).clone()
    }

    fn compose(&self, message: &Message) -> Result<lettre::Message, String> {
        let at = SystemTime::UNIX_EPOCH + clock::duration(message.at);
        let mut builder: MessageBuilder = lettre::Message::builder()
            .from(Mailbox::new(Some("rtai-tui".to_owned()), self.from.clone()))
            .subject(line(&message.title(), 160))
            .date(at)
            // The same for each try, so that a receiver can tell a second copy.
            .message_id(Some(format!("<rtai-{}.{}.{}@{}>", message.id, message.at.0, message.more, self.from.domain())))
            .header(ContentType::TEXT_PLAIN);
        for to in &self.to {
            builder = builder.to(Mailbox::new(None, to.clone()));
        }
        builder.body(body(message)).map_err(|error| format!("the mail cannot be written: {}", line(&error.to_string(), 160)))
    }

    /// What a failure means. A server may repeat what it was sent: its words are left out where they hold the password.
    fn failure(&self, error: &lettre::transport::smtp::Error) -> Attempt {
        let place = self.place();
        let said = std::error::Error::source(error).map(|source| line(&source.to_string(), 200)).unwrap_or_default();
        let said = if said.is_empty() || self.repeats_password(&said) { String::new() } else { format!(": {said}") };
        match error.status() {
            Some(code) if error.is_permanent() && u16::from(code) == 535 => {
                Attempt::failed(format!("{place} refused the user or password (535){said}"))
            }
            Some(code) if error.is_permanent() => Attempt::failed(format!("{place} refused the mail ({code}){said}")),
            Some(code) => Attempt::again(format!("{place} does not take the mail now ({code}){said}")),
            None if error.is_timeout() => Attempt::again(format!("{place} did not answer in time")),
            None if error.is_client() => Attempt::failed(format!("{place} cannot be used as it is set{said}")),
            None if error.is_tls() => Attempt::again(format!("no secure connection to {place}{said}")),
            None if error.is_response() => Attempt::again(format!("{place} answered with something that is no SMTP{said}")),
            None => Attempt::again(format!("{place} cannot be reached{said}")),
        }
    }

    fn repeats_password(&self, said: &str) -> bool {
        let (Some(password), Some(user)) = (&self.password, &self.smtp.user) else { return false };
        let password = password.reveal();
        let forms = [password.to_owned(), base64(password.as_bytes()), base64(format!("\0{user}\0{password}").as_bytes())];
        forms.iter().any(|form| said.contains(form.trim_end_matches('=')))
    }
}

impl Sender for Mail {
    fn about(&self) -> String {
        let to = self.to.iter().map(|address| line(address.as_ref(), 60)).collect::<Vec<_>>().join(", ");
        format!("{to} by {}", self.place())
    }

    fn send(&self, message: &Message, _now: Nanos) -> Attempt {
        let mail = match self.compose(message) {
            Ok(mail) => mail,
            Err(why) => return Attempt::failed(why),
        };
        let transport = match self.transport() {
            Ok(transport) => transport,
            Err(why) => return Attempt::again(why),
        };
        match self.limited.run(self.limit, move || transport.send(&mail)) {
            Ok(Ok(_)) => Attempt::Sent,
            Ok(Err(error)) => self.failure(&error),
            Err(GivenUp::Late) => Attempt::again(format!("{} did not take the mail in time", self.place())),
            Err(GivenUp::Busy) => Attempt::again(format!("{} still has not answered to an earlier mail", self.place())),
            Err(GivenUp::Broken(why)) => Attempt::again(why),
        }
    }
}

/// The text of a mail.
fn body(message: &Message) -> String {
    let mut text = format!("{}\n\n", message.text());
    let _ = writeln!(text, "symbol  {} ({})", message.symbol, line(&message.venue, 40));
    let _ = writeln!(text, "alert   {}", line(&message.expr, 4_000));
    let _ = writeln!(text, "time    {}", message.at.rfc3339());
    if let Some(price) = message.price {
        let _ = writeln!(text, "price   {price}");
    }
    for (name, value) in message.values.iter() {
        let _ = writeln!(text, "{} = {value}", line(name, 120));
    }
    if !message.note.is_empty() {
        let lines = message.note.lines().map(|text| line(text, 1_000)).collect::<Vec<_>>();
        let _ = writeln!(text, "\n{}", lines.join("\n"));
    }
    text
}

/// Base64, as passwords are sent in SMTP.
fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let bits = (0..3).fold(0_u32, |bits, i| bits << 8 | u32::from(chunk.get(i).copied().unwrap_or(0)));
        for i in 0..4 {
            let letter = LETTERS.get((bits >> (18 - 6 * i) & 63) as usize).copied().unwrap_or(b'=');
            text.push(if i <= chunk.len() { letter as char } else { '=' });
        }
    }
    text
}

#[cfg(test)]
mod tests;
