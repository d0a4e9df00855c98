//! Text of errors: on one line, bounded, without control characters.

use std::error::Error as StdError;
use std::fmt;

use bytes::Bytes;

use super::error::Failure;
use super::redact::{Secrets, redact};
use super::{Error, TransportErrorKind};

/// Writes an error with all of its sources. A source that its parent already includes is left out.
pub(crate) struct Chain<'a>(pub(crate) &'a (dyn StdError + 'static));

impl fmt::Display for Chain<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut written = self.0.to_string();
        f.write_str(&written)?;
        let mut source = self.0.source();
        while let Some(error) = source {
            let text = error.to_string();
            if !written.contains(&text) {
                write!(f, ": {text}")?;
                written = text;
            }
            source = error.source();
        }
        Ok(())
    }
}

/// Writes text from outside on one line: control characters and direction marks escaped, at most [`Self::MAX`] characters.
pub(crate) struct OneLine<'a>(pub(crate) &'a str);

impl OneLine<'_> {
    const MAX: usize = 500;
}

impl fmt::Display for OneLine<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, c) in self.0.chars().enumerate() {
            if index == Self::MAX {
                return f.write_str("…");
            }
            if c.is_control()
                || matches!(c, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
            {
                write!(f, "{}", c.escape_default())?;
            } else {
                write!(f, "{c}")?;
            }
        }
        Ok(())
    }
}

/// Maximum number of characters that an error keeps of a message.
pub(super) const MAX_MESSAGE: usize = 16 << 10;

/// Removes the secrets from a text and cuts it after `max` characters.
pub(super) fn redacted_start(text: &str, max: usize, secrets: &dyn Secrets) -> String {
    let mut text = text.to_owned();
    redact_starts(&mut [&mut text], max, secrets);
    text
}

/// Removes the secrets from texts and cuts each after `max` characters.
///
/// A secret must be found before it is cut, or a part of it would be left. So that a long text costs little, only as much
/// of it is searched as the longest credentials need.
pub(super) fn redact_starts(texts: &mut [&mut String], max: usize, secrets: &dyn Secrets) {
    const MARGIN: usize = 4 << 10;

    let cut = |text: &mut String, max| {
        let length = split_after(text, max).0.len();
        text.truncate(length);
    };
    texts.iter_mut().for_each(|text| cut(text, max + MARGIN));
    redact(texts, secrets);
    texts.iter_mut().for_each(|text| cut(text, max));
}

/// Splits a text after `max` characters.
fn split_after(text: &str, max: usize) -> (&str, &str) {
    let end = text.char_indices().nth(max).map(|(end, _)| end);
    text.split_at(end.unwrap_or(text.len()))
}

/// Returns the beginning of a body without secrets, escaped so that it stays on one line.
pub(super) fn snippet(body: &Bytes, secrets: &dyn Secrets) -> String {
    /// In characters.
    const MAX: usize = 120;
    /// In bytes. More than is searched for secrets.
    const READ: usize = 32 << 10;

    let text = String::from_utf8_lossy(body.get(..READ).unwrap_or(body));
    let start = redacted_start(&text, MAX, secrets);
    let ellipsis = match split_after(&text, MAX) {
        (_, "") => "",
        _ => "…",
    };
    format!("{}{ellipsis}", start.escape_debug())
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &*self.0;
        match (inner.service, inner.operation) {
            ("", _) => {}
            (service, Some(operation)) => write!(f, "{service} {operation}: ")?,
            (service, None) => write!(f, "{service}: ")?,
        }
        self.fmt_failure(f)?;
        let mut facts = Vec::new();
        if let Some(reply) = &inner.reply {
            facts.push(format!("HTTP {}", reply.status.as_u16()));
            if let Some(id) = &reply.request_id {
                facts.push(format!("request ID {}", OneLine(id)));
            }
        }
        if inner.attempts > 1 {
            facts.push(format!("{} attempts", inner.attempts));
        }
        if !facts.is_empty() {
            write!(f, " ({})", facts.join(", "))?;
        }
        match &inner.advice {
            Some(advice) => write!(f, "; {}", OneLine(advice)),
            None => Ok(()),
        }
    }
}

impl Error {
    fn fmt_failure(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &*self.0;
        match &inner.failure {
            Failure::Service(error) => {
                // An error in a successful response is not described by its status.
                let status = inner
                    .reply
                    .as_ref()
                    .map(|reply| reply.status)
                    .filter(|status| !status.is_success());
                let code = error
                    .code
                    .as_deref()
                    .or_else(|| status?.canonical_reason())
                    .unwrap_or("unknown error");
                write!(f, "{}: ", OneLine(code))?;
                match (&error.message, &error.redirect) {
                    (Some(message), _) => write!(f, "{}", OneLine(message))?,
                    (None, Some(location)) => {
                        write!(f, "redirect to \"{}\" not followed", OneLine(location))?;
                    }
                    (None, None) => self.fmt_body(f)?,
                }
                match &error.help {
                    Some(help) => write!(f, "; {}", OneLine(help)),
                    None => Ok(()),
                }
            }
            Failure::InvalidRequest {
                problem,
                violations,
            } => {
                f.write_str("invalid request: ")?;
                write!(f, "{}", OneLine(problem))?;
                for (index, violation) in violations.iter().enumerate() {
                    let separator = if index > 0 { "; " } else { "" };
                    write!(f, "{separator}{}", OneLine(&violation.to_string()))?;
                }
                Ok(())
            }
            Failure::Decode { problem, path } => {
                f.write_str("cannot decode the response")?;
                if let Some(path) = path {
                    write!(f, " at {}", OneLine(path))?;
                }
                // The message of a JSON reader may quote the value.
                match inner.hides_reply {
                    true => f.write_str(": not as documented")?,
                    false => write!(f, ": {}", OneLine(problem))?,
                }
                // An oversized body was not kept.
                match &inner.reply {
                    Some(reply) if !reply.body.is_empty() => {
                        f.write_str("; ")?;
                        self.fmt_body(f)
                    }
                    _ => Ok(()),
                }
            }
            Failure::Transport { kind, problem } => {
                f.write_str(match kind {
                    TransportErrorKind::Connect
                    | TransportErrorKind::Certificate
                    | TransportErrorKind::Proxy => "cannot connect to ",
                    _ => "request failed: ",
                })?;
                self.fmt_host(f)?;
                write!(f, "{}", OneLine(problem))
            }
            Failure::Timeout(problem) => {
                self.fmt_host(f)?;
                write!(f, "{}", OneLine(problem))
            }
            Failure::Config(problem)
            | Failure::Credentials { problem, .. }
            | Failure::Paging(problem) => write!(f, "{}", OneLine(problem)),
        }
    }

    fn fmt_host(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.host.as_str() {
            "" => Ok(()),
            host => write!(f, "{}: ", OneLine(host)),
        }
    }

    /// Describes the body of the response.
    fn fmt_body(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0.reply {
            None => f.write_str("no details"),
            Some(reply) if reply.body.is_empty() => f.write_str("empty response body"),
            Some(reply) if self.0.hides_reply => {
                write!(f, "response body of {} bytes", reply.body.len())
            }
            Some(reply) => write!(f, "response body: \"{}\"", reply.snippet),
        }
    }
}

/// Shows the structure. Text is redacted like that of `Display`; the body of the response is left out.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &*self.0;
        let mut debug = f.debug_struct("Error");
        // The text comes first: this is what a program prints whose `main` returns the error.
        debug
            .field("text", &self.to_string())
            .field("kind", &self.kind())
            .field("service", &inner.service)
            .field("operation", &inner.operation);
        if let Failure::Service(error) = &inner.failure {
            debug
                .field("service_kind", &error.kind)
                .field("code", &error.code)
                .field("message", &error.message);
        }
        debug
            .field("reply", &inner.reply)
            .field("attempts", &inner.attempts)
            .field("sent", &self.was_sent())
            .field("retryable", &self.is_retryable())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::super::redact::Hidden;
    use super::*;

    fn shown(body: &str, secret: &str) -> String {
        snippet(&Bytes::from(body.to_owned()), &Hidden::Secret(secret))
    }

    #[test]
    fn snippets_are_redacted_before_they_are_escaped() {
        let token = "ABCDEFGH/IJKLMNOP/QRSTUV+WX==";
        assert_eq!(
            shown(r#"{"t":"ABCDEFGH\/IJKLMNOP\/QRSTUV+WX=="}"#, token),
            r#"{\"t\":\"***\"}"#
        );
        assert_eq!(
            shown(r#"{"t":"ABCDEFGH\u002fIJKLMNOP\u002fQRSTUV+WX=="}"#, token),
            r#"{\"t\":\"***\"}"#
        );
        assert_eq!(
            shown("got pa'ss'wo'rd'1234'x", "pa'ss'wo'rd'1234'x"),
            "got ***"
        );
    }

    #[test]
    fn texts_are_redacted_before_they_are_cut() {
        let secret = "0123456789abcdefghijklmnop";
        for before in 90..130 {
            let body = format!("{} {secret} {}", "x".repeat(before), "y".repeat(200));
            let shown = shown(&body, secret);
            assert!(!shown.contains('0'), "{shown}");
            assert!(shown.ends_with('…') && shown.chars().count() <= 121);
            let redacted = redacted_start(&body, before + 5, &Hidden::Secret(secret));
            assert_eq!(redacted, format!("{} *** ", "x".repeat(before)));
        }
        assert_eq!(shown("short", secret), "short");
        assert_eq!(shown(&"x".repeat(120), secret), "x".repeat(120));
    }
}
