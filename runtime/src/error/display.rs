//! Texts for people: in one line, and no longer than is of use.

use std::error::Error as StdError;
use std::fmt;

use bytes::Bytes;

use super::{Error, ErrorKind};

/// An error with all that is below it, in one line. What one layer repeats of the next is left out.
pub(crate) struct Chain<'a>(pub(crate) &'a (dyn StdError + 'static));

impl fmt::Display for Chain<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut said = self.0.to_string();
        f.write_str(&said)?;
        let mut below = self.0.source();
        while let Some(error) = below {
            let text = error.to_string();
            if !said.contains(&text) {
                write!(f, ": {text}")?;
                said = text;
            }
            below = error.source();
        }
        Ok(())
    }
}

/// A text that may come from a server, for a line of a log: without control characters, and not longer than is of use.
pub(crate) struct OneLine<'a>(pub(crate) &'a str);

impl fmt::Display for OneLine<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const MOST: usize = 500;
        for (index, c) in self.0.chars().enumerate() {
            if index == MOST {
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

/// Cuts a text that is longer than anybody reads.
pub(crate) fn cut(text: &mut String) {
    const MOST: usize = 16 << 10;
    if let Some((end, _)) = text.char_indices().nth(MOST) {
        text.truncate(end);
    }
}

/// The first 120 bytes of a body, escaped so that they stay on one line.
pub(crate) fn snippet(body: &Bytes) -> String {
    const MOST: usize = 120;
    let start = body.get(..MOST).unwrap_or(body);
    let text = String::from_utf8_lossy(start);
    let dots = if body.len() > MOST { "…" } else { "" };
    format!("{}{dots}", text.escape_debug())
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &self.0;
        f.write_str(inner.context.service)?;
        if let Some(operation) = inner.context.operation {
            write!(f, " {operation}")?;
        }
        f.write_str(": ")?;
        match inner.kind {
            ErrorKind::Api => {
                let code = inner
                    .code
                    .as_deref()
                    .or_else(|| inner.status?.canonical_reason())
                    .unwrap_or("the service answered with an error");
                write!(f, "{}: ", OneLine(code))?;
                match &inner.message {
                    Some(message) => write!(f, "{}", OneLine(message))?,
                    None if inner.problem.is_empty() => f.write_str(&self.describe_body())?,
                    None => write!(f, "{}", OneLine(&inner.problem))?,
                }
                if let Some(help) = &inner.help {
                    write!(f, " {}", OneLine(help))?;
                }
            }
            ErrorKind::InvalidRequest if !inner.violations.is_empty() => {
                f.write_str("the request was not sent: ")?;
                for (index, violation) in inner.violations.iter().enumerate() {
                    if index > 0 {
                        f.write_str("; ")?;
                    }
                    violation.fmt(f)?;
                }
            }
            ErrorKind::Decode => {
                f.write_str("the reply cannot be read")?;
                if let Some(path) = &inner.path {
                    write!(f, " at {}", OneLine(path))?;
                }
                // What a JSON reader says may quote the value.
                let problem = if inner.context.secret_reply {
                    "not as documented"
                } else {
                    &inner.problem
                };
                write!(f, ": {}", OneLine(problem))?;
                // Of an empty body there is no more to be said, and one that is too large was not kept.
                if inner.status.is_some() && !inner.body.is_empty() {
                    write!(f, "; {}", self.describe_body())?;
                }
            }
            ErrorKind::InvalidRequest
            | ErrorKind::Credentials
            | ErrorKind::Transport
            | ErrorKind::Timeout
            | ErrorKind::Paging => write!(f, "{}", OneLine(&inner.problem))?,
        }
        let mut facts = Vec::new();
        facts.extend(
            inner
                .status
                .map(|status| format!("HTTP {}", status.as_u16())),
        );
        facts.extend(
            inner
                .request_id
                .as_ref()
                .map(|id| format!("request id {}", OneLine(id))),
        );
        if inner.attempts > 1 {
            facts.push(format!("after {} attempts", inner.attempts));
        }
        if !facts.is_empty() {
            write!(f, " ({})", facts.join(", "))?;
        }
        match &inner.advice {
            Some(advice) => write!(f, "; {advice}"),
            None => Ok(()),
        }
    }
}
