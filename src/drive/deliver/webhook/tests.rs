use super::super::message::tests::firing;
use super::*;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, sync_channel};

const SECRET: &str = "/services/T0AAAA/hunter2xyz?token=s3cr3tt";

/// What the receiver does with a request.
#[derive(Clone)]
enum Do {
    Answer(&'static str, &'static str, String),
    Hang,
    Close,
    Garbage,
}

fn answer(status: &'static str) -> Do {
    Do::Answer(status, "", String::new())
}

/// A receiver that does one thing after the other, and tells what it was sent: the head and the body.
fn receiver(doing: Vec<Do>) -> (Webhook, Receiver<(String, String)>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}{SECRET}", listener.local_addr().unwrap());
    let (tell, told) = sync_channel(64);
    std::thread::spawn(move || {
        let mut held = Vec::new();
        for one in doing {
            let (mut stream, _) = listener.accept().unwrap();
            let request = read(&mut stream);
            let _ = tell.send(request);
            match one {
                Do::Answer(status, headers, body) => {
                    let length = body.len();
                    let text =
                        format!("HTTP/1.1 {status}\r\n{headers}content-length: {length}\r\nconnection: close\r\n\r\n{body}");
                    let _ = stream.write_all(text.as_bytes());
                }
                Do::Hang => held.push(stream),
                Do::Close => drop(stream.shutdown(Shutdown::Both)),
                Do::Garbage => drop(stream.write_all(b"220 smtp ready\r\n\r\n")),
            }
        }
        // Those that hang do so until the test has ended.
        while tell.send((String::new(), String::new())).is_ok() {}
        drop(held);
    });
    (Webhook::new(&url, Duration::from_secs(20)).unwrap(), told)
}

fn read(stream: &mut TcpStream) -> (String, String) {
    let mut reader = BufReader::new(stream);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") && reader.read_line(&mut head).unwrap() > 0 {}
    let length =
        head.to_lowercase().lines().find_map(|line| line.strip_prefix("content-length: ")?.trim().parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    (head, String::from_utf8(body).unwrap())
}

fn message(note: &str) -> Message {
    Message::new(&firing("price > 65000", note), "binance-futures")
}

fn why(attempt: Attempt) -> (bool, String, Option<Nanos>) {
    match attempt {
        Attempt::Again { why, after } => (true, why, after),
        Attempt::Failed { why } => (false, why, None),
        Attempt::Sent => panic!("sent"),
    }
}

/// Whether it is tried again, why, and after what time, of one answer.
fn of(one: Do) -> (bool, String, Option<Nanos>) {
    let (hook, _told) = receiver(vec![one]);
    let (again, why, after) = why(hook.send(&message(""), Nanos::from_secs(1_445_412_000)));
    assert!(
        !["hunter2", "T0AAAA", "s3cr3t", "services"].iter().any(|secret| why.to_lowercase().contains(&secret.to_lowercase())),
        "{why}"
    );
    (again, why, after)
}

#[test]
fn what_arrives_is_json_with_slacks_text() {
    let nasty = "\"; $(rm -rf) <!channel> & \u{1b}]0;x\u{7}\n🚀";
    let (hook, told) = receiver(vec![answer("200 OK")]);
    assert_eq!(hook.send(&message(nasty), Nanos::ZERO), Attempt::Sent);
    let (head, body) = told.recv().unwrap();
    assert!(head.starts_with(&format!("POST {SECRET} HTTP/1.1\r\n")), "{head}");
    assert!(head.to_lowercase().contains("content-type: application/json"), "{head}");
    let json: Value = serde_json::from_str(&body).unwrap();
    assert_eq!((json["note"].as_str(), json["sym"].as_str(), json["id"].as_u64()), (Some(nasty), Some("BTCUSDT"), Some(7)));
    let text =
        "\"; $(rm -rf) &lt;!channel&gt; &amp; ]0;x 🚀 — BTCUSDT price &gt; 65000: price 65010.5, ofi.z -2.3141593 · 23:54:10 UTC";
    assert_eq!(json["text"].as_str(), Some(text));
}

#[test]
fn trouble_is_tried_again_and_then_goes_through() {
    let (hook, _told) = receiver(vec![answer("500 Oh"), answer("204 No Content")]);
    let (again, why, after) = why(hook.send(&message(""), Nanos::ZERO));
    assert!(again && after.is_none() && why.contains("trouble of its own (500)"), "{why}");
    assert_eq!(hook.send(&message(""), Nanos::ZERO), Attempt::Sent);
}

#[test]
fn a_receiver_may_ask_for_peace() {
    let asks = |header| of(Do::Answer("429 Too Many Requests", header, String::new())).2.map(Nanos::millis);
    assert_eq!(asks("retry-after: 7\r\n"), Some(7_000));
    assert_eq!(asks("retry-after: 0.5\r\n"), Some(500));
    assert_eq!(asks("retry-after: Wed, 21 Oct 2015 07:28:00 GMT\r\n"), Some(480_000));
    assert_eq!(asks("retry-after: 99999999999\r\n"), Some(86_400_000));
    for nonsense in ["", "retry-after: soon\r\n", "retry-after: NaN\r\n"] {
        assert_eq!(asks(nonsense), Some(1_000), "{nonsense}");
    }
    assert_eq!(of(Do::Answer("503 Oh", "retry-after: 30\r\n", String::new())).2, Some(Nanos::from_secs(30)));
}

#[test]
fn other_refusals_are_final_and_their_words_shown() {
    let (again, why, _) = of(Do::Answer("404 Not Found", "", "no_service".to_owned()));
    assert!(!again && why.contains("does not know the address (404)") && why.ends_with("it said: no_service"), "{why}");
    let (again, why, _) = of(Do::Answer("400 Bad", "", "{\"message\": \"Cannot \\u001b[31msend\"}".to_owned()));
    assert!(!again && why.ends_with("refused it (400) — it said: Cannot [31msend"), "{why}");
    let (again, why, _) = of(Do::Answer("302 Found", "location: http://elsewhere.example/\r\n", String::new()));
    assert!(!again && why.contains("points elsewhere (302)") && !why.contains("elsewhere.example"), "{why}");
}

#[test]
fn the_address_is_not_shown_even_when_the_receiver_repeats_it() {
    for body in [format!("Cannot POST {SECRET}"), "no such token HUNTER2XYZ".to_owned(), format!("{{\"error\": \"{SECRET}\"}}")] {
        let (_, why, _) = of(Do::Answer("404 Not Found", "", body));
        assert!(!why.contains("it said"), "{why}");
    }
    let (hook, _told) = receiver(Vec::new());
    assert!(!format!("{hook:?} {}", hook.about()).contains("hunter2"));
}

#[test]
fn one_that_hangs_closes_or_talks_nonsense_is_tried_again() {
    let (mut hook, _told) = receiver(vec![Do::Hang]);
    hook.limit = Duration::from_millis(100);
    let (again, said, _) = why(hook.send(&message(""), Nanos::ZERO));
    assert!(again && said.ends_with("did not answer in time") && !said.contains("hunter2"), "{said}");
    assert!(of(Do::Close).0);
    assert!(of(Do::Garbage).0);
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let hook = Webhook::new(&format!("http://{free}{SECRET}"), Duration::from_secs(20)).unwrap();
    let (again, said, _) = why(hook.send(&message(""), Nanos::ZERO));
    assert!(again && said.contains("nothing answers there") && !said.contains("hunter2"), "{said}");
}

#[test]
fn an_endless_answer_is_not_read_to_its_end() {
    let (again, why, _) = of(Do::Answer("500 Oh", "", "x".repeat(4 << 20)));
    assert!(again && why.len() < 300, "{why}");
}

#[test]
fn what_is_no_address_says_so_without_repeating_it() {
    for url in ["", "hunter2", "ftp://x/hunter2", "https://", "https://hunter2 x", "/hunter2"] {
        let why = Webhook::new(url, Duration::from_secs(1)).unwrap_err();
        assert!(!why.contains("hunter2"), "{why}");
    }
    assert_eq!(Webhook::new("https://u:p@h.example:8443/x", Duration::from_secs(1)).unwrap().about(), "https://h.example:8443/…");
}
