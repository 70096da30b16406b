//! Which channels can be used, and with what.

use super::attempt::Sender;
use super::command::CommandSender;
use super::desktop::{self, Desktop};
use super::mail::{self, Mail};
use super::plan::Limits;
use super::webhook::{self, Webhook};
use crate::config::{Delivery, Secret};
use crate::domain::Channel;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

/// The channels and what they send with, or why they cannot be used and what to set.
#[derive(Clone)]
pub struct Setup {
    senders: BTreeMap<Channel, Result<Arc<dyn Sender>, String>>,
    /// How far delivery goes.
    pub limits: Limits,
}

impl fmt::Debug for Setup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(Channel::ALL.map(|channel| (channel, self.ready(channel)))).finish()
    }
}

impl Setup {
    /// What `[delivery]` of a configuration file says. `env` looks an environment variable up. Nothing is tried or connected to yet.
    pub fn new(delivery: &Delivery, file: &str, env: &dyn Fn(&str) -> Option<String>) -> Self {
        let desktop: Arc<dyn Sender> = Arc::new(Desktop::new(desktop::LIMIT));
        let setup = Self { senders: BTreeMap::new(), limits: Limits::default() };
        setup
            .with(Channel::Desktop, Ok(desktop))
            .with(Channel::Command, command(delivery, file))
            .with(Channel::Webhook, webhook(delivery, file, env))
            .with(Channel::Mail, mail(delivery, file, env))
    }

    /// Nothing is delivered, for a reason: `nothing is sent in a replay`.
    pub fn off(why: &str) -> Self {
        let senders = Channel::ALL.into_iter().map(|channel| (channel, Err(why.to_owned()))).collect();
        Self { senders, limits: Limits::default() }
    }

    /// The same with a channel's sender, or why it has none.
    pub fn with(mut self, channel: Channel, sender: Result<Arc<dyn Sender>, String>) -> Self {
        self.senders.insert(channel, sender);
        self
    }

    /// What a channel sends with.
    ///
    /// # Errors
    /// Why it cannot be used.
    pub fn sender(&self, channel: Channel) -> Result<Arc<dyn Sender>, String> {
        match self.senders.get(&channel) {
            Some(sender) => sender.clone(),
            None => Err(format!("{channel} needs the screen")),
        }
    }

    /// Where a channel's messages go, without secrets.
    ///
    /// # Errors
    /// Why it cannot be used, and what to set.
    pub fn ready(&self, channel: Channel) -> Result<String, String> {
        match (channel, self.senders.get(&channel)) {
            // The screen writes these itself.
            (Channel::Bell | Channel::Terminal, None) => Ok("this terminal".to_owned()),
            _ => self.sender(channel).map(|sender| sender.about()),
        }
    }
}

type Made = Result<Arc<dyn Sender>, String>;

/// The value of an environment variable that a setting names.
fn held(what: &str, setting: &str, name: &str, file: &str, env: &dyn Fn(&str) -> Option<String>) -> Result<Secret, String> {
    let value = env(name).map(|value| value.trim_end_matches(['\r', '\n']).to_owned()).filter(|value| !value.is_empty());
    value
        .map(Secret::new)
        .ok_or_else(|| format!("{what} is not set: the environment variable {name} is missing ([delivery] {setting} in {file})"))
}

fn command(delivery: &Delivery, file: &str) -> Made {
    match CommandSender::new(delivery) {
        Some(sender) => Ok(Arc::new(sender)),
        None => Err(format!("command is not set: [delivery] command in {file}")),
    }
}

fn webhook(delivery: &Delivery, file: &str, env: &dyn Fn(&str) -> Option<String>) -> Made {
    let url = match (&delivery.webhook_env, &delivery.webhook) {
        (Some(name), _) => held("webhook", "webhook_env", name, file, env)?,
        (None, Some(url)) => url.clone(),
        (None, None) => return Err(format!("webhook is not set: [delivery] webhook in {file}")),
    };
    let sender = Webhook::new(url.reveal(), webhook::LIMIT).map_err(|why| format!("webhook {why} ([delivery] in {file})"))?;
    Ok(Arc::new(sender))
}

fn mail(delivery: &Delivery, file: &str, env: &dyn Fn(&str) -> Option<String>) -> Made {
    let missing = |setting: &str| format!("mail is not set: [delivery] {setting} in {file}");
    let smtp = delivery.smtp.as_ref().ok_or_else(|| missing("smtp"))?;
    if delivery.mail_to.is_empty() {
        return Err(missing("mail_to"));
    }
    let password = match (&smtp.user, &delivery.smtp_password_env) {
        (None, _) => None,
        (Some(_), None) => return Err(missing("smtp_password_env")),
        (Some(_), Some(name)) => Some(held("mail", "smtp_password_env", name, file, env)?),
    };
    let sender = Mail::new(delivery, smtp, password, mail::LIMIT).map_err(|why| format!("mail: {why} ([delivery] in {file})"))?;
    Ok(Arc::new(sender))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    fn ready(text: &str, channel: Channel) -> Result<String, String> {
        let (config, problems) = Config::parse("c.toml", &format!("[delivery]\n{text}"));
        assert_eq!(problems, Vec::new());
        let env = |name: &str| match name {
            "HOOK" => Some("https://hooks.slack.com/services/T0/hunter2\n".to_owned()),
            "BAD" => Some("hunter2".to_owned()),
            "PASSWORD" => Some("hunter2".to_owned()),
            _ => None,
        };
        let setup = Setup::new(&config.delivery, "c.toml", &env);
        assert!(!format!("{setup:?}").contains("hunter2"));
        setup.ready(channel)
    }

    #[test]
    fn what_is_missing_is_said_with_its_place() {
        let not_set = |what: &str, setting: &str| Err(format!("{what} is not set: [delivery] {setting} in c.toml"));
        assert_eq!(ready("", Channel::Command), not_set("command", "command"));
        assert_eq!(ready("", Channel::Webhook), not_set("webhook", "webhook"));
        assert_eq!(ready("", Channel::Mail), not_set("mail", "smtp"));
        assert_eq!(ready("smtp = \"smtps://h\"", Channel::Mail), not_set("mail", "mail_to"));
        assert_eq!(ready("smtp = \"smtps://u@h\"\nmail_to = \"a@b\"", Channel::Mail), not_set("mail", "smtp_password_env"));
        let gone = ready("webhook_env = \"GONE\"", Channel::Webhook).unwrap_err();
        assert_eq!(gone, "webhook is not set: the environment variable GONE is missing ([delivery] webhook_env in c.toml)");
        let bad = ready("webhook_env = \"BAD\"", Channel::Webhook).unwrap_err();
        assert_eq!(bad, "webhook is no web address: expected https://host/path ([delivery] in c.toml)");
        assert_eq!(ready("", Channel::Bell).as_deref(), Ok("this terminal"));
        assert_eq!(Setup::off("not in a replay").ready(Channel::Desktop), Err("not in a replay".to_owned()));
    }

    #[test]
    fn what_is_set_is_said_without_its_secrets() {
        assert_eq!(ready("webhook_env = \"HOOK\"", Channel::Webhook).as_deref(), Ok("https://hooks.slack.com/…"));
        assert_eq!(ready("webhook = \"http://u:hunter2@h:8080/x\"", Channel::Webhook).as_deref(), Ok("http://h:8080/…"));
        let mail = "smtp = \"smtps://u@h\"\nmail_to = \"a@b.org\"\nsmtp_password_env = \"PASSWORD\"";
        assert_eq!(ready(mail, Channel::Mail).as_deref(), Ok("a@b.org by h:465"));
        assert_eq!(ready("command = [\"/bin/say\", \"hi\"]", Channel::Command).as_deref(), Ok("/bin/say hi"));
        assert_eq!(ready("", Channel::Desktop).as_deref(), Ok("this desktop"));
    }
}
