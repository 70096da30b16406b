//! How alerts reach the user outside the program: what `[delivery]` sets.

use super::Secret;
use super::fields::{describe, text, texts_like};
use crate::domain::time::parse_span;
use crate::domain::{Channel, Channels, Nanos};
use std::fmt;
use toml::de::DeValue;

/// How alerts reach the user outside the program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// The program that is run, and its arguments; empty where there is none.
    pub command: Vec<String>,
    /// The longest that program may run.
    pub command_limit: Nanos,
    /// The web address alerts are posted to.
    pub webhook: Option<Secret>,
    /// The environment variable that holds the web address; it comes before `webhook`.
    pub webhook_env: Option<String>,
    /// Who mails go to.
    pub mail_to: Vec<String>,
    /// Who mails come from; the first they go to where it is not given.
    pub mail_from: Option<String>,
    /// The server mails are handed to.
    pub smtp: Option<Smtp>,
    /// The environment variable that holds its password.
    pub smtp_password_env: Option<String>,
    /// The channels an alert has that says nothing about them.
    pub default: Channels,
}

impl Delivery {
    /// The longest a program may be given.
    pub const LONGEST: Nanos = Nanos::from_secs(600);
}

impl Default for Delivery {
    fn default() -> Self {
        Self {
            command: Vec::new(),
            command_limit: Nanos::from_secs(10),
            webhook: None,
            webhook_env: None,
            mail_to: Vec::new(),
            mail_from: None,
            smtp: None,
            smtp_password_env: None,
            default: Channels::NONE.with(Channel::Bell),
        }
    }
}

/// How a connection to a mail server is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SmtpSecurity {
    /// TLS from the first byte: `smtps://`, port 465.
    Tls,
    /// TLS after STARTTLS, without which nothing is sent: `smtp://`, port 587.
    StartTls,
    /// None: `smtp+plain://`, port 25.
    Plain,
}

impl SmtpSecurity {
    const ALL: [(Self, &'static str, u16); 3] =
        [(Self::Tls, "smtps", 465), (Self::StartTls, "smtp", 587), (Self::Plain, "smtp+plain", 25)];

    /// Its scheme in a URL, and the port that is usual with it.
    pub fn scheme(self) -> (&'static str, u16) {
        let found = Self::ALL.iter().find(|(security, ..)| *security == self);
        found.map_or(("smtps", 465), |(_, scheme, port)| (scheme, *port))
    }
}

/// A mail server. Its text form is a URL without a password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Smtp {
    /// How the connection is protected.
    pub security: SmtpSecurity,
    /// The user to log in as; nobody where it is not given.
    pub user: Option<String>,
    /// Its name or address.
    pub host: String,
    /// Its port.
    pub port: u16,
}

impl fmt::Display for Smtp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let user = self.user.as_ref().map(|user| format!("{user}@")).unwrap_or_default();
        let (scheme, _) = self.security.scheme();
        if self.host.contains(':') {
            write!(f, "{scheme}://{user}[{}]:{}", self.host, self.port)
        } else {
            write!(f, "{scheme}://{user}{}:{}", self.host, self.port)
        }
    }
}

/// Why a text is no mail server. Never holds the text itself, which may have a password in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SmtpError {
    /// Not one of the forms.
    #[error("expected smtps://user@host:465, smtp://user@host:587 (STARTTLS) or smtp+plain://127.0.0.1:25")]
    Form,
    /// There is a password in it.
    #[error("a password does not belong in this file: name the environment variable that holds it with smtp_password_env")]
    Password,
    /// A user would log in over a connection that anybody can read.
    #[error("a password is not sent unencrypted to another computer: use smtps:// or smtp:// (STARTTLS)")]
    Unencrypted,
}

impl std::str::FromStr for Smtp {
    type Err = SmtpError;
    fn from_str(text: &str) -> Result<Self, SmtpError> {
        let (scheme, rest) = text.trim().split_once("://").ok_or(SmtpError::Form)?;
        let known = SmtpSecurity::ALL.into_iter().find(|(_, name, _)| *name == scheme);
        let (security, _, usual) = known.ok_or(SmtpError::Form)?;
        let rest = rest.strip_suffix('/').unwrap_or(rest);
        // A user is often a mail address itself: the last `@` is the one before the host.
        let (user, place) = rest.rsplit_once('@').map_or((None, rest), |(user, place)| (Some(user), place));
        if user.is_some_and(|user| user.contains(':')) {
            return Err(SmtpError::Password);
        }
        let user = user.map(|user| user.replace("%40", "@"));
        let (host, port) = match place.strip_prefix('[').and_then(|inner| inner.split_once(']')) {
            Some((host, "")) => (host, None),
            Some((host, port)) => (host, Some(port.strip_prefix(':').ok_or(SmtpError::Form)?)),
            None => place.split_once(':').map_or((place, None), |(host, port)| (host, Some(port))),
        };
        let port = port.map_or(Some(usual), |port| port.parse().ok()).filter(|port| *port > 0).ok_or(SmtpError::Form)?;
        let of_a_host = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | ':');
        let bad_user = |user: &String| user.is_empty() || user.chars().any(|c| c.is_control() || c.is_whitespace());
        if host.is_empty() || !host.chars().all(of_a_host) || user.as_ref().is_some_and(bad_user) {
            return Err(SmtpError::Form);
        }
        let near = host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback());
        if security == SmtpSecurity::Plain && user.is_some() && !near {
            return Err(SmtpError::Unencrypted);
        }
        Ok(Self { security, user, host: host.to_owned(), port })
    }
}

pub(super) fn command(value: &DeValue<'_>) -> Result<Vec<String>, String> {
    let form = "[\"/home/me/alert.sh\", \"--loud\"]";
    let words = texts_like(value, form)?;
    match words.first() {
        Some(program) if value.is_str() && program.contains(char::is_whitespace) => {
            Err(format!("no shell reads it: expected a list of the program and its arguments, such as {form}"))
        }
        Some(program) if program.is_empty() => Err(format!("expected a list such as {form}, found an empty program")),
        _ if words.iter().any(|word| word.contains('\0')) => Err("a program's arguments cannot have NUL in them".to_owned()),
        _ => Ok(words),
    }
}

pub(super) fn limit(value: &DeValue<'_>) -> Result<Nanos, String> {
    let expected = || format!("expected a time from 100ms to 10m such as \"10s\", found {}", describe(value));
    let range = Nanos::from_millis(100)..=Delivery::LONGEST;
    value.as_str().and_then(parse_span).filter(|time| range.contains(time)).ok_or_else(expected)
}

pub(super) fn webhook(value: &DeValue<'_>) -> Result<Secret, String> {
    // What was found is a secret even when it is wrong.
    let expected = || "expected a web address that begins with https:// or http://".to_owned();
    let url = value.as_str().ok_or_else(expected)?.trim();
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://")).ok_or_else(expected)?;
    if rest.is_empty() || rest.starts_with(['/', ':', '?', '#']) || !url.chars().all(|c| c.is_ascii_graphic()) {
        return Err(expected());
    }
    Ok(Secret::new(url))
}

pub(super) fn variable(value: &DeValue<'_>) -> Result<String, String> {
    let name = text(value)?;
    let of_a_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    if name.chars().all(of_a_name) && !name.starts_with(|c: char| c.is_ascii_digit()) {
        return Ok(name);
    }
    // Somebody may have put the secret itself here.
    Err("expected the name of an environment variable: letters, digits and _".to_owned())
}

pub(super) fn smtp(value: &DeValue<'_>) -> Result<Smtp, String> {
    value.as_str().ok_or(SmtpError::Form).and_then(str::parse).map_err(|error| error.to_string())
}

pub(super) fn addresses(value: &DeValue<'_>) -> Result<Vec<String>, String> {
    texts_like(value, "[\"me@example.org\"]")?.iter().map(|one| checked(one)).collect()
}

pub(super) fn address(value: &DeValue<'_>) -> Result<String, String> {
    checked(&text(value)?)
}

fn checked(address: &str) -> Result<String, String> {
    let address = address.trim();
    let odd = |c: char| c.is_control() || c.is_whitespace() || matches!(c, '<' | '>' | ',' | ';' | '"' | '(' | ')');
    match address.rsplit_once('@') {
        Some((name, domain)) if !name.is_empty() && !domain.is_empty() && !address.contains(odd) => Ok(address.to_owned()),
        _ => {
            Err(format!("{:?} is no mail address: expected such as me@example.org", address.chars().take(60).collect::<String>()))
        }
    }
}

pub(super) fn channels(value: &DeValue<'_>) -> Result<Channels, String> {
    texts_like(value, "[\"bell\", \"webhook\"]")?
        .join(",")
        .parse()
        .map_err(|error: crate::domain::alert::ChannelsError| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    fn problems(text: &str) -> Vec<String> {
        Config::parse("c", &format!("[delivery]\n{text}")).1.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn everything_that_can_be_set_is_read() {
        let text = "[delivery]\ncommand = [\"/bin/say\", \"a b\"]\ncommand_limit = \"1m30s\"\nwebhook = \"https://hooks.slack.com/services/T/B/X\"\n\
                    webhook_env = \"HOOK\"\nmail_to = [\"a@b\", \"c@d.org\"]\nmail_from = \"e@f\"\nsmtp = \"smtps://me@x.org@mail.x.org\"\n\
                    smtp_password_env = \"SMTP_PASSWORD\"\ndefault = [\"desktop\", \"mail\"]\n";
        let (config, problems) = Config::parse("c", text);
        assert_eq!(problems, Vec::new());
        let delivery = config.delivery;
        assert_eq!(delivery.command, ["/bin/say", "a b"]);
        assert_eq!(delivery.command_limit, Nanos::from_secs(90));
        assert_eq!(delivery.webhook.as_ref().unwrap().reveal(), "https://hooks.slack.com/services/T/B/X");
        assert!(!format!("{delivery:?}").contains("slack"), "{delivery:?}");
        assert_eq!(delivery.mail_to, ["a@b", "c@d.org"]);
        assert_eq!(delivery.smtp.unwrap().to_string(), "smtps://me@x.org@mail.x.org:465");
        assert_eq!(delivery.default.to_string(), "desktop,mail");
    }

    #[test]
    fn mail_servers_are_read_back_and_never_hold_a_password() {
        for text in ["smtps://u@h:465", "smtp://h:587", "smtp+plain://127.0.0.1:2525", "smtp+plain://u@[::1]:25"] {
            assert_eq!(text.parse::<Smtp>().unwrap().to_string(), text);
        }
        assert_eq!("smtp://h".parse::<Smtp>().unwrap().port, 587);
        assert_eq!("smtps://u:hunter2@h".parse::<Smtp>(), Err(SmtpError::Password));
        assert_eq!("smtp+plain://u@mail.example.org".parse::<Smtp>(), Err(SmtpError::Unencrypted));
        for text in [
            "",
            "h:25",
            "http://h",
            "smtps://",
            "smtps://h:0",
            "smtps://h:99999",
            "smtps://h h",
            "smtps://@h",
            "smtps://h/x",
            "smtps://[::1",
        ] {
            assert_eq!(text.parse::<Smtp>(), Err(SmtpError::Form), "{text:?}");
        }
    }

    #[test]
    fn mistakes_say_what_was_expected_and_never_tell_a_secret() {
        let said = problems(
            "command = \"say hello\"\ncommand_limit = \"1h\"\nwebhook = \"hunter2.example.org/hunter2\"\nwebhook_env = \"https://hunter2\"\n\
             mail_to = [\"a@b\", \"x\\nBcc: y@z\"]\nsmtp = \"smtps://u:hunter2@h\"\ndefault = [\"pigeon\"]\nwebook = 1\n",
        );
        assert_eq!(said.len(), 8, "{said:#?}");
        let expected = [
            "no shell reads it",
            "from 100ms to 10m",
            "begins with https://",
            "letters, digits and _",
            "is no mail address",
            "smtp_password_env",
            "pigeon",
            "did you mean `webhook`?",
        ];
        for (said, expected) in said.iter().zip(expected) {
            assert!(said.contains(expected) && !said.contains("hunter2"), "{said}");
        }
        for wrong in ["https://", "https:///x", "https://a b/", "ftp://x", "https://x/\\u001b[31m"] {
            assert_eq!(problems(&format!("webhook = \"{wrong}\"")).len(), 1, "{wrong}");
        }
    }
}
