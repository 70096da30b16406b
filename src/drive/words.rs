//! What went wrong on the network, in plain words that say what to do.

use std::io;

/// Text from outside made safe to print: no control characters or invisible ones, at most `limit` characters.
pub fn clean(text: &str, limit: usize) -> String {
    let mut out: String = text
        .chars()
        .map(|c| {
            if c.is_control() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}') {
                '·'
            } else {
                c
            }
        })
        .take(limit)
        .collect();
    if text.chars().nth(limit).is_some() {
        out.push('…');
    }
    out
}

/// `scheme://user:password@host` without the password.
pub fn without_passwords(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("://") {
        out.push_str(before);
        out.push_str("://");
        let end = after.find(|c: char| c.is_whitespace() || matches!(c, '/' | '?' | '#' | '"')).unwrap_or(after.len());
        let (place, tail) = after.split_at(end);
        match place.rsplit_once('@') {
            Some((who, host)) if who.contains(':') => {
                let user = who.split(':').next().unwrap_or_default();
                out.push_str(&format!("{user}:…@{host}"));
            }
            _ => out.push_str(place),
        }
        rest = tail;
    }
    out.push_str(rest);
    out
}

/// An HTTP refusal. `body` is what the exchange said about it.
pub fn http_status(host: &str, status: u16, body: &str) -> String {
    let said = clean(body.trim(), 120);
    let said = if said.is_empty() { String::new() } else { format!(" — it said: {said}") };
    match status {
        403 => format!(
            "{host} refused access (403): its firewall blocks this address or network; wait, or use another endpoint{said}"
        ),
        451 => format!("{host} is not offered in this country (451): use a venue or endpoint that is{said}"),
        404 => format!("{host} does not know this path (404): check the venue's ws_url and rest_url{said}"),
        418 => format!("{host} has banned this address for a while (418) after too many requests{said}"),
        429 => format!("{host} received too many requests (429): waiting as long as it asks{said}"),
        301 | 302 | 307 | 308 => format!("{host} points elsewhere ({status}): check the venue's ws_url and rest_url{said}"),
        400..=499 => format!("{host} refused the request ({status}){said}"),
        500..=599 => format!("{host} has trouble of its own ({status}){said}"),
        _ => format!("{host} gave an unexpected answer ({status}){said}"),
    }
}

/// A failure below HTTP.
pub fn io_error(host: &str, error: &io::Error) -> String {
    use io::ErrorKind as K;
    if let Some(tls) = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
        return tls_error(host, tls);
    }
    match error.kind() {
        K::ConnectionRefused => {
            format!("{host} refused the connection: nothing answers there; check the address, or wait until it is up")
        }
        K::ConnectionReset | K::ConnectionAborted | K::BrokenPipe => format!("{host} broke the connection off"),
        K::UnexpectedEof => format!("{host} closed the connection in the middle of a message"),
        K::TimedOut => format!("{host} did not answer in time: check the network"),
        K::NetworkUnreachable | K::HostUnreachable => format!("{host} cannot be reached: check the network"),
        K::PermissionDenied => format!("a connection to {host} is not allowed: check the firewall of this computer"),
        // The system's resolver has no kind of its own.
        _ if error.to_string().contains("failed to lookup address") => name_error(host, error),
        _ => format!("{host}: {}", clean(&error.to_string(), 160)),
    }
}

/// No address for a name.
pub fn name_error(host: &str, error: &io::Error) -> String {
    format!("no address is known for {host}: check the network, its DNS and the spelling ({})", clean(&error.to_string(), 120))
}

/// A failure of encryption.
pub fn tls_error(host: &str, error: &rustls::Error) -> String {
    use rustls::CertificateError as C;
    use rustls::Error as E;
    match error {
        E::InvalidCertificate(C::Expired | C::ExpiredContext { .. } | C::NotValidYet | C::NotValidYetContext { .. }) => {
            format!("the certificate of {host} is not valid at this time: check this computer's clock")
        }
        E::InvalidCertificate(C::UnknownIssuer) => {
            format!("the certificate of {host} is from an issuer this computer does not trust: a proxy may be listening in")
        }
        E::InvalidCertificate(C::NotValidForName | C::NotValidForNameContext { .. }) => {
            format!("the certificate presented for {host} is of another name: a proxy or block page may answer instead")
        }
        E::InvalidMessage(_) => format!("{host} does not speak TLS there: ws:// or http:// may be meant"),
        other => format!("no secure connection to {host}: {}", clean(&other.to_string(), 160)),
    }
}

/// What a panic said.
pub fn panic_text(panic: &(dyn std::any::Any + Send)) -> String {
    let said = panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    clean(said.unwrap_or("no message"), 300)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_from_outside_cannot_disturb_a_terminal() {
        assert_eq!(clean("a\u{1b}[31mb\u{202e}c", 20), "a·[31mb·c");
        assert_eq!(clean("abcdef", 3), "abc…");
        let words = http_status("x", 451, "\u{1b}]0;gone\u{7}");
        assert!(words.contains("not offered in this country") && !words.contains('\u{1b}'), "{words}");
    }

    #[test]
    fn refusals_say_what_to_do() {
        let refused = io::Error::from(io::ErrorKind::ConnectionRefused);
        assert!(io_error("127.0.0.1:1", &refused).contains("nothing answers there"));
        let unknown = io::Error::other("failed to lookup address information: Name or service not known");
        assert!(io_error("x.example", &unknown).starts_with("no address is known for x.example"));
        let issuer = rustls::Error::InvalidCertificate(rustls::CertificateError::UnknownIssuer);
        let wrapped = io::Error::new(io::ErrorKind::InvalidData, issuer);
        assert!(io_error("x", &wrapped).contains("does not trust"));
    }
}
