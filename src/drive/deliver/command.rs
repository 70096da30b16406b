//! Running a program for an alert.

use super::attempt::{Attempt, Sender};
use super::message::{Message, line};
use super::process::{Ended, Groups, Run};
use crate::config::Delivery;
use crate::domain::Nanos;
use crate::drive::clock;
use serde_json::Value;
use std::io;
use std::process::Command;
use std::time::Duration;

/// The longest a variable may be, in bytes: systems refuse more than 128 KiB.
const LONGEST: usize = 32 << 10;

/// A program that says it may go better later, as `sysexits.h` has it.
const TRY_AGAIN: i32 = 75;

/// Runs a program for each message: the alert is in its environment and, as JSON, on its standard input. What it leaves running in its
/// process group ends with it.
#[derive(Debug)]
pub struct CommandSender {
    words: Vec<String>,
    limit: Duration,
    groups: Groups,
}

impl CommandSender {
    /// Runs what `[delivery] command` says; none where it says nothing.
    pub fn new(delivery: &Delivery) -> Option<Self> {
        let limit = clock::duration(delivery.command_limit);
        let words = delivery.command.clone();
        (!words.is_empty()).then(|| Self { words, limit, groups: Groups::default() })
    }

    fn program(&self) -> String {
        line(self.words.first().map_or("", |word| word.rsplit('/').next().unwrap_or(word)), 60)
    }

    fn cannot_start(&self, error: &io::Error) -> Attempt {
        let whole = line(self.words.first().map_or("", String::as_str), 200);
        match error.kind() {
            io::ErrorKind::NotFound if whole.starts_with('~') => {
                Attempt::failed(format!("there is no program {whole}: `~` is not read here, write the whole path"))
            }
            io::ErrorKind::NotFound => Attempt::failed(format!("there is no program {whole}: check [delivery] command")),
            io::ErrorKind::PermissionDenied => Attempt::failed(format!("{whole} may not be run: `chmod +x` allows it")),
            io::ErrorKind::WouldBlock | io::ErrorKind::OutOfMemory | io::ErrorKind::ExecutableFileBusy => {
                Attempt::again(format!("{whole} cannot be run now: {error}"))
            }
            _ => Attempt::failed(format!("{whole} cannot be run: {}", line(&error.to_string(), 160))),
        }
    }
}

impl Sender for CommandSender {
    fn about(&self) -> String {
        line(&self.words.join(" "), 120)
    }

    fn send(&self, message: &Message, _now: Nanos) -> Attempt {
        let Some((program, arguments)) = self.words.split_first() else { return Attempt::failed("no command is set") };
        let mut command = Command::new(program);
        command.args(arguments).envs(variables(message));
        let input = Value::Object(message.json()).to_string() + "\n";
        let run = match Run::start(command, input.into_bytes(), &self.groups) {
            Ok(run) => run,
            Err(error) => return self.cannot_start(&error),
        };
        let (ended, output) = run.finish(self.limit);
        let program = self.program();
        let last = String::from_utf8_lossy(&output).lines().rev().map(|text| line(text, 200)).find(|text| !text.is_empty());
        let said = last.map(|text| format!(": {text}")).unwrap_or_default();
        match ended {
            Ended::Status(status) if status.success() => Attempt::Sent,
            Ended::Status(status) => match status.code() {
                Some(TRY_AGAIN) => Attempt::again(format!("{program} asks to be run later (status {TRY_AGAIN}){said}")),
                Some(code) => Attempt::failed(format!("{program} ended with status {code}{said}")),
                None => Attempt::failed(format!("{program} was ended by a signal ({status}){said}")),
            },
            Ended::Late => Attempt::failed(format!(
                "{program} was ended after {}: [delivery] command_limit{said}",
                clock::nanos(self.limit).span()
            )),
            Ended::Lost(error) => Attempt::failed(format!("how {program} ended is not known: {error}")),
        }
    }

    fn stop(&self) {
        self.groups.end_all();
    }
}

/// What the program finds in its environment. No variable can hold NUL; all else is as it was written.
fn variables(message: &Message) -> Vec<(&'static str, String)> {
    let mut seconds = String::new();
    let _ = message.at.write_secs(&mut seconds);
    let all = [
        ("RTAI_ALERT_ID", message.id.to_string()),
        ("RTAI_ALERT_TS", seconds),
        ("RTAI_ALERT_VENUE", message.venue.clone()),
        ("RTAI_ALERT_SYMBOL", message.symbol.to_string()),
        ("RTAI_ALERT_EXPR", message.expr.to_string()),
        ("RTAI_ALERT_PRICE", message.price.map(|price| price.to_string()).unwrap_or_default()),
        ("RTAI_ALERT_VALUES", Value::Object(message.values_json()).to_string()),
        ("RTAI_ALERT_NOTE", message.note.to_string()),
        ("RTAI_ALERT_TEXT", message.text()),
    ];
    all.into_iter().map(|(name, value)| (name, held(value.replace('\0', "")))).collect()
}

fn held(mut text: String) -> String {
    text.truncate(text.floor_char_boundary(LONGEST));
    text
}

#[cfg(test)]
#[cfg(unix)]
mod tests;
