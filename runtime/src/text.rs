//! Texts for people: in one line, and no longer than is of use.

use std::error::Error as StdError;
use std::fmt;

use bytes::Bytes;

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
