//! Mail and webhooks over TLS, against servers of the test whose certificate is trusted, and is not.

use super::attempt::{Attempt, Sender as _};
use super::mail::Mail;
use super::message::Message;
use super::message::tests::firing;
use super::webhook::Webhook;
use crate::config::{Delivery, Secret, Smtp};
use crate::domain::Nanos;
use crate::drive::tls;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::Command;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::Duration;

/// A certificate of 127.0.0.1, signed by itself, from 2020 to 2120; and its key, which is for this test only.
const CERTIFICATE: &str = "MIIBYDCCAQegAwIBAgIBATAKBggqhkjOPQQDAjAYMRYwFAYDVQQDDA1ydGFpLXR1aSB0ZXN0MCAXDTIwMDEwMTAwMDAwMFoYDzIxMjAwMTAxMDAwMDAwWjAYMRYwFAYDVQQDDA1ydGFpLXR1aSB0ZXN0MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE644UW5DiAq+1IL1tzw2xVtQBUc/CO+uNu8oWz6ZfyTOo6Qee1GeQIdp5ScNzxrewWezpszsOANkfMl8e26haa6NAMD4wDwYDVR0RBAgwBocEfwAAATAMBgNVHRMBAf8EAjAAMB0GA1UdDgQWBBQ/Qw8r2rPaJAfxIVtjSi9QMY+jkDAKBggqhkjOPQQDAgNHADBEAiAtWtofnDBXbwFV542ObyB/a1Hp7LCFoIOfjD3boQHEIQIgfexO3VVIsOE9FgTjynZdUDbqszaG9trnazvKTYL0tb8=";
const KEY: &str = "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg3DkIMmYcSubNvZVyaOMDY31S/xF+qxuJCCJyAjjGQW+hRANCAATrjhRbkOICr7UgvW3PDbFW1AFRz8I76427yhbPpl/JM6jpB57UZ5Ah2nlJw3PGt7BZ7OmzOw4A2R8yXx7bqFpr";

fn pem(kind: &str, body: &str) -> String {
    let lines: Vec<&str> = (0..body.len()).step_by(64).map(|at| &body[at..body.len().min(at + 64)]).collect();
    format!("-----BEGIN {kind}-----\n{}\n-----END {kind}-----\n", lines.join("\n"))
}

fn encrypted(stream: TcpStream) -> StreamOwned<ServerConnection, TcpStream> {
    let certificate = CertificateDer::from_pem_slice(pem("CERTIFICATE", CERTIFICATE).as_bytes()).unwrap();
    let key = PrivateKeyDer::from_pem_slice(pem("PRIVATE KEY", KEY).as_bytes()).unwrap();
    let config = ServerConfig::builder_with_provider(tls::provider())
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .unwrap();
    StreamOwned::new(ServerConnection::new(Arc::new(config)).unwrap(), stream)
}

/// A line, without its end; `None` when there are no more.
fn line(stream: &mut impl Read) -> Option<String> {
    let mut bytes = Vec::new();
    let mut byte = [0];
    while !bytes.ends_with(b"\r\n") {
        match stream.read(&mut byte) {
            Ok(1) => bytes.push(byte[0]),
            _ => return None,
        }
    }
    Some(String::from_utf8_lossy(&bytes).trim_end().to_owned())
}

/// Speaks SMTP until the other side has gone, or wants to begin TLS.
fn smtp<S: Read + Write>(mut stream: S, greeting: &str, offers: &str, tell: &SyncSender<String>) -> Option<S> {
    let _ = write!(stream, "{greeting}");
    let mut data = false;
    while let Some(text) = line(&mut stream) {
        let _ = tell.send(text.clone());
        let said = match text.as_str() {
            "." if data => {
                data = false;
                "250 taken".to_owned()
            }
            _ if data => continue,
            "DATA" => {
                data = true;
                "354 go on".to_owned()
            }
            "STARTTLS" => {
                let _ = write!(stream, "220 go\r\n");
                return Some(stream);
            }
            text if text.starts_with("EHLO") => format!("250-test\r\n250 {offers}"),
            text if text.starts_with("AUTH") => "235 in".to_owned(),
            _ => "250 ok".to_owned(),
        };
        let _ = write!(stream, "{said}\r\n");
    }
    None
}

fn listen(serve: impl FnOnce(TcpStream, SyncSender<String>) + Send + 'static) -> (String, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let place = listener.local_addr().unwrap().to_string();
    let (tell, told) = sync_channel(1_000);
    std::thread::spawn(move || serve(listener.accept().unwrap().0, tell));
    (place, told)
}

/// What comes of a mail by a kind of connection, and what the server was told.
fn mail(scheme: &str) -> (Attempt, Vec<String>) {
    let (place, told) = match scheme {
        "smtps" => listen(|stream, tell| drop(smtp(encrypted(stream), "220 test\r\n", "AUTH PLAIN", &tell))),
        _ => listen(|stream, tell| {
            if let Some(stream) = smtp(stream, "220 test\r\n", "STARTTLS", &tell) {
                let _ = smtp(encrypted(stream), "", "AUTH PLAIN", &tell);
            }
        }),
    };
    let delivery = Delivery { mail_to: vec!["me@example.org".to_owned()], ..Delivery::default() };
    let server: Smtp = format!("{scheme}://u@{place}").parse().unwrap();
    let mail = Mail::new(&delivery, &server, Some(Secret::new("hunter2xyz")), Duration::from_secs(20)).unwrap();
    let attempt = mail.send(&Message::new(&firing("price > 1", ""), "demo"), Nanos::ZERO);
    (attempt, told.into_iter().collect())
}

fn hook() -> Attempt {
    let (place, _told) = listen(|stream, _tell| {
        let mut stream = encrypted(stream);
        while line(&mut stream).is_some_and(|text| !text.is_empty()) {}
        let _ = write!(stream, "HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
    });
    let hook = Webhook::new(&format!("https://{place}/x"), Duration::from_secs(20)).unwrap();
    hook.send(&Message::new(&firing("price > 1", ""), "demo"), Nanos::ZERO)
}

/// The roots of this computer are read once: each case is this test executable, started anew with roots of its own.
#[test]
fn a_certificate_that_is_trusted_is_accepted_and_no_other() {
    const NAME: &str = "drive::deliver::tls_tests::a_certificate_that_is_trusted_is_accepted_and_no_other";
    if let Ok(case) = std::env::var("RTAI_TEST_TLS") {
        for scheme in ["smtps", "smtp"] {
            let (attempt, told) = mail(scheme);
            let login = told.iter().any(|text| text.starts_with("AUTH PLAIN "));
            if case == "trusted" {
                assert_eq!((attempt, login), (Attempt::Sent, true), "{scheme}: {told:?}");
            } else {
                assert!(matches!(&attempt, Attempt::Again { why, .. } if why.contains("127.0.0.1")), "{scheme}: {attempt:?}");
                assert!(!login && !told.iter().any(|text| text.starts_with("MAIL")), "{scheme}: {told:?}");
            }
        }
        let attempt = hook();
        if case == "trusted" {
            assert_eq!(attempt, Attempt::Sent);
        } else {
            assert!(matches!(&attempt, Attempt::Again { why, .. } if why.contains("does not trust")), "{attempt:?}");
        }
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("roots.pem");
    std::fs::write(&file, pem("CERTIFICATE", CERTIFICATE)).unwrap();
    for case in ["trusted", "unknown"] {
        let mut child = Command::new(std::env::current_exe().unwrap());
        child.args(["--exact", NAME]).env("RTAI_TEST_TLS", case).env_remove("SSL_CERT_DIR").env_remove("SSL_CERT_FILE");
        if case == "trusted" {
            child.env("SSL_CERT_FILE", &file);
        }
        let output = child.output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(
            output.status.success() && said.contains("1 passed"),
            "{case}: {said} {}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
}
