use super::super::message::tests::firing;
use super::*;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

/// What a server says to a command that begins with a text, when it is not what it usually says; `None` is to hang.
type Odd = (&'static str, Option<&'static str>);

/// A mail server that takes mails one connection after the other; each connection has its own oddities. Tells each line it is sent.
fn server(connections: Vec<Vec<Odd>>) -> (String, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let place = listener.local_addr().unwrap().to_string();
    let (tell, told) = sync_channel(10_000);
    std::thread::spawn(move || {
        for odd in connections {
            let (stream, _) = listener.accept().unwrap();
            talk(stream, &odd, &tell);
        }
    });
    (place, told)
}

fn talk(mut stream: TcpStream, odd: &[Odd], tell: &SyncSender<String>) {
    let lines = BufReader::new(stream.try_clone().unwrap()).lines();
    let mut data = false;
    let answer = |command: &str, usual: &'static str| -> Option<&'static str> {
        odd.iter().find(|(begin, _)| command.starts_with(begin)).map_or(Some(usual), |(_, answer)| *answer)
    };
    let Some(greeting) = answer("greeting", "220 test ready") else { return drop(tell.send("hangs".to_owned())) };
    let _ = write!(stream, "{greeting}\r\n");
    for text in lines.map_while(Result::ok) {
        let _ = tell.send(text.clone());
        let said = match text.as_str() {
            "." if data => {
                data = false;
                answer("end", "250 taken")
            }
            _ if data => continue,
            "DATA" => {
                let said = answer("DATA", "354 go on");
                data = said.is_some_and(|said| said.starts_with('3'));
                said
            }
            command if command.starts_with("EHLO") => answer("EHLO", "250-test\r\n250-AUTH PLAIN LOGIN\r\n250 8BITMIME"),
            command if command.starts_with("AUTH") => answer("AUTH", "235 in"),
            "QUIT" => answer("QUIT", "221 bye"),
            command => answer(command, "250 ok"),
        };
        match said {
            Some(said) => drop(write!(stream, "{said}\r\n")),
            // Until the other side has gone.
            None => drop(BufReader::new(stream.try_clone().unwrap()).lines().count()),
        }
    }
}

fn mail(place: &str, user: &str) -> Mail {
    let delivery = Delivery { mail_to: vec!["me@example.org".to_owned(), "you@example.org".to_owned()], ..Delivery::default() };
    let smtp: Smtp = format!("smtp+plain://{user}{place}").parse().unwrap();
    Mail::new(&delivery, &smtp, Some(Secret::new("hunter2xyz")), Duration::from_secs(20)).unwrap()
}

fn message(note: &str) -> Message {
    Message::new(&firing("price > 65000", note), "binance-futures")
}

fn why(attempt: Attempt) -> (bool, String) {
    match attempt {
        Attempt::Again { why, .. } => (true, why),
        Attempt::Failed { why } => (false, why),
        Attempt::Sent => panic!("sent"),
    }
}

fn of(odd: Odd) -> (bool, String) {
    let (place, _told) = server(vec![vec![odd]]);
    why(mail(&place, "u@").send(&message(""), Nanos::ZERO))
}

#[test]
fn a_mail_arrives_with_its_text_and_nothing_injected() {
    let (place, told) = server(vec![vec![]]);
    let nasty = "sell\r\nBcc: evil@example.org\r\n.\r\nRCPT TO:<evil@example.org>\r\n\u{1b}[31m 🚀";
    assert_eq!(mail(&place, "").send(&message(nasty), Nanos::ZERO), Attempt::Sent);
    let lines: Vec<String> = told.into_iter().collect();
    let commands: Vec<&str> = lines.iter().map(String::as_str).take_while(|line| *line != "DATA").collect();
    assert_eq!(
        commands.iter().filter(|line| line.starts_with("RCPT")).copied().collect::<Vec<_>>(),
        ["RCPT TO:<me@example.org>", "RCPT TO:<you@example.org>"]
    );
    let head: Vec<&String> = lines.iter().skip(commands.len() + 1).take_while(|line| !line.is_empty()).collect();
    assert!(
        head.iter().any(|line| line.starts_with("Subject: "))
            && head.iter().any(|line| line.starts_with("Message-ID: <rtai-7.1723161250500000000.0@example.org>")),
        "{head:?}"
    );
    assert!(head.iter().any(|line| *line == "Date: Thu, 08 Aug 2024 23:54:10 +0000"), "{head:?}");
    assert!(!lines.iter().any(|line| line.to_lowercase().starts_with("bcc:") && head.contains(&line)), "{head:?}");
    assert_eq!(lines.iter().filter(|line| *line == ".").count(), 1, "the mail ends once");
    assert!(lines.iter().all(|line| line.is_ascii() && !line.contains('\u{1b}')));
}

#[test]
fn a_password_is_sent_only_when_there_is_a_user() {
    let (place, told) = server(vec![vec![], vec![]]);
    assert_eq!(mail(&place, "u@").send(&message(""), Nanos::ZERO), Attempt::Sent);
    assert_eq!(mail(&place, "").send(&message(""), Nanos::ZERO), Attempt::Sent);
    let auth: Vec<String> = told.into_iter().filter(|line| line.starts_with("AUTH")).collect();
    assert_eq!(auth, [format!("AUTH PLAIN {}", base64(b"\0u\0hunter2xyz"))]);
}

#[test]
fn passing_trouble_is_tried_again_and_then_goes_through() {
    let (place, _told) = server(vec![vec![("MAIL", Some("451 busy now"))], vec![]]);
    let mail = mail(&place, "");
    let (again, why) = why(mail.send(&message(""), Nanos::ZERO));
    assert!(again && why.contains("does not take the mail now (451): busy now"), "{why}");
    assert_eq!(mail.send(&message(""), Nanos::ZERO), Attempt::Sent);
    for odd in [
        ("greeting", Some("421 full")),
        ("RCPT", Some("450 greylisted")),
        ("end", Some("452 no room")),
        ("EHLO", Some("garbage")),
    ] {
        assert!(of(odd).0, "{odd:?}");
    }
}

#[test]
fn refusals_are_final() {
    let (again, why) = of(("RCPT", Some("550 no \u{1b}[31msuch user")));
    assert!(!again && why.contains("refused the mail (550): no [31msuch user"), "{why}");
    let (again, why) = of(("AUTH", Some("535 who are you")));
    assert!(!again && why.contains("refused the user or password (535)"), "{why}");
    assert!(!of(("EHLO", Some("250 test"))).0, "a server that takes no password");
}

#[test]
fn the_password_is_not_shown_even_when_the_server_repeats_it() {
    for echo in ["535 bad AHUAaHVudGVyMnh5eg==", "535 bad AHUAaHVudGVyMnh5eg", "535 aHVudGVyMnh5eg==", "500 hunter2xyz"] {
        let (_, why) = of(("AUTH", Some(echo)));
        assert!(!why.contains("hunter2") && !why.contains("aHVudGVy"), "{why}");
    }
    let mail = mail("127.0.0.1:1", "u@");
    let _ = mail.transport();
    let shown = format!("{mail:?} {}", mail.about());
    assert!(!shown.contains("hunter2"), "{shown}");
}

#[test]
fn one_that_hangs_or_is_not_there_is_tried_again() {
    let (place, _told) = server(vec![vec![("DATA", None)]]);
    let mut slow = mail(&place, "");
    slow.limit = Duration::from_millis(100);
    let (again, said) = why(slow.send(&message(""), Nanos::ZERO));
    assert!(again && said.contains("in time"), "{said}");
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let (again, said) = why(mail(&free.to_string(), "").send(&message(""), Nanos::ZERO));
    assert!(again && said.contains("cannot be reached"), "{said}");
}

#[test]
fn without_starttls_nothing_is_sent() {
    let (place, told) = server(vec![vec![]]);
    let delivery = Delivery { mail_to: vec!["me@example.org".to_owned()], ..Delivery::default() };
    let smtp: Smtp = format!("smtp://u@{place}").parse().unwrap();
    let mail = Mail::new(&delivery, &smtp, Some(Secret::new("hunter2xyz")), Duration::from_secs(20)).unwrap();
    let (again, why) = why(mail.send(&message(""), Nanos::ZERO));
    assert!(!again && why.contains("STARTTLS"), "{why}");
    drop(mail);
    assert!(!told.into_iter().any(|line| line.starts_with("AUTH") || line.starts_with("MAIL")));
}

#[test]
fn base64_is_that_of_rfc_4648() {
    let cases = [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")];
    for (plain, coded) in cases {
        assert_eq!(base64(plain.as_bytes()), coded);
    }
}
