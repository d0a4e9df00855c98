//! Redaction: removes secrets from `Debug` output and from text that services, proxies and providers send.

use std::cell::OnceCell;
use std::collections::HashSet;
use std::fmt;
use std::ops::Range;

use super::normal::{Normal, normalize};

/// Replacement of a secret in messages.
pub(crate) const REDACTED: &str = "***";

/// Shows `***` for a sensitive field in generated `Debug` implementations.
#[derive(Clone, Copy)]
pub struct Redacted;

impl fmt::Debug for Redacted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(REDACTED)
    }
}

/// A text that errors must not contain.
#[derive(Clone, Copy)]
pub(crate) enum Hidden<'a> {
    /// A credential, a password or a sensitive member. Parts of it are removed as well, with the words around them.
    Secret(&'a str),
    /// A value that the caller added to requests: an API key perhaps, or an ordinary word such as a region. It is removed
    /// only if it is long, and where nothing else belongs to the same word.
    Added(&'a str),
}

/// The secrets of a call. Every [`Error`](super::Error) is created with them, so none can contain one.
pub(crate) trait Secrets {
    /// Calls `each` with every secret.
    fn for_each(&self, each: &mut dyn FnMut(Hidden<'_>));
}

/// No secrets.
impl Secrets for () {
    fn for_each(&self, _: &mut dyn FnMut(Hidden<'_>)) {}
}

/// Removes all secrets from texts, and all credentials of `Basic` and `Bearer` authentication, known or not.
///
/// All texts are searched as one: there may be hundreds of them, and a hundred thousand secrets.
pub(crate) fn redact(texts: &mut [&mut String], secrets: &dyn Secrets) {
    let mut all = String::new();
    for text in texts.iter_mut() {
        redact_authorization(text);
        all.push_str(text);
        all.push(SEPARATOR);
    }
    all.pop();
    let normal = Normal::new(&all);
    let mut search = Search::new(&normal);
    secrets.for_each(&mut |hidden| search.find(hidden));
    let hits = search.hits;
    let mut start = 0;
    for text in texts {
        let end = start + text.len();
        let inside = hits
            .iter()
            .filter(|hit| hit.start < end && hit.end > start)
            .map(|hit| hit.start.max(start) - start..hit.end.min(end) - start);
        let inside = inside.collect();
        replace(text, inside);
        start = end + SEPARATOR.len_utf8();
    }
}

/// Between texts that are searched as one.
const SEPARATOR: char = '\0';

/// Shorter fragments of a secret do not give it away, and would match ordinary words.
const FRAGMENT: usize = 12;

/// A shorter secret is found only where it is a whole word, and a shorter value of a caller not at all.
const SHORT: usize = 8;

/// A text of this length contains at least [`FRAGMENT`] bytes in its normal form.
const BEGINNING: usize = 1 << 10;

/// A shorter secret is not looked for: it would match ordinary words.
const SHORTEST: usize = 4;

/// Looks for secrets in one text. Services write secrets in many forms, so normalized texts are compared.
struct Search<'a> {
    text: &'a Normal,
    /// Made for the first long secret.
    fragments: OnceCell<Fragments<'a>>,
    /// The parts of the original text to replace.
    hits: Vec<Range<usize>>,
}

impl<'a> Search<'a> {
    fn new(text: &'a Normal) -> Self {
        Self {
            text,
            fragments: OnceCell::new(),
            hits: Vec::new(),
        }
    }

    fn find(&mut self, hidden: Hidden<'_>) {
        let length = self.text.bytes().len();
        match hidden {
            Hidden::Secret(secret) if length >= SHORTEST => {
                let secret = normalize(secret);
                match secret.len() {
                    0..SHORTEST => {}
                    SHORTEST..SHORT => self.find_word(&secret),
                    SHORT..FRAGMENT => self.find_whole(&secret),
                    _ => self.find_fragments(&secret),
                }
            }
            Hidden::Added(value) if length >= SHORT => self.find_added(value),
            _ => {}
        }
    }

    fn find_word(&mut self, word: &[u8]) {
        for start in positions(self.text.bytes(), word) {
            let hit = start..start + word.len();
            if self.is_delimited(&hit) {
                self.hits.push(self.text.origin(hit));
            }
        }
    }

    fn find_whole(&mut self, secret: &[u8]) {
        for start in positions(self.text.bytes(), secret) {
            self.push_words(start..start + secret.len());
        }
    }

    fn find_fragments(&mut self, secret: &[u8]) {
        let text: &'a [u8] = self.text.bytes();
        let fragments = self.fragments.get_or_init(|| Fragments::new(text));
        let found: HashSet<&[u8]> = secret
            .windows(FRAGMENT)
            .filter(|fragment| fragments.contains(fragment))
            .collect();
        if found.is_empty() {
            return;
        }
        let mut run = 0..0;
        // Fragments that overlap or touch are one hit.
        for (start, fragment) in text.windows(FRAGMENT).enumerate() {
            if found.contains(fragment) {
                if start > run.end {
                    self.push_words(std::mem::replace(&mut run, start..start));
                }
                run.end = start + FRAGMENT;
            }
        }
        self.push_words(run);
    }

    /// Most values of callers are not in the text, so that their beginning is enough to tell.
    fn find_added(&mut self, value: &str) {
        // Headers lose the spaces around their values on the way.
        let value = value.trim();
        if value.chars().take(SHORT).count() < SHORT {
            return;
        }
        let beginning = value.get(..floor(value, BEGINNING)).unwrap_or(value);
        let mut beginning = normalize(beginning);
        beginning.truncate(FRAGMENT);
        let mut starts = positions(self.text.bytes(), &beginning).peekable();
        if starts.peek().is_none() {
            return;
        }
        let value = normalize(value);
        for start in starts {
            let rest = self.text.bytes().get(start..).unwrap_or_default();
            // The text may end within the value, because somebody cut it.
            let left = length_before_dots(rest);
            let is_cut = left >= FRAGMENT && value.get(..left) == rest.get(..left);
            let length = match rest.starts_with(&value) {
                true => value.len(),
                false if is_cut => left,
                false => continue,
            };
            let hit = start..start + length;
            if self.is_delimited(&hit) {
                self.hits.push(self.text.origin(hit));
            }
        }
    }

    /// Returns whether a hit is no part of a longer word.
    fn is_delimited(&self, hit: &Range<usize>) -> bool {
        let is_part = |at: Option<usize>| {
            at.and_then(|at| self.text.bytes().get(at))
                .is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
        };
        let (first, last) = (Some(hit.start), hit.end.checked_sub(1));
        let goes_on_before = is_part(first) && is_part(hit.start.checked_sub(1));
        let goes_on_after = is_part(last) && is_part(Some(hit.end));
        !goes_on_before && !goes_on_after
    }

    /// Adds a hit with the rest of the words that it begins and ends in, which may be the rest of the secret.
    fn push_words(&mut self, hit: Range<usize>) {
        let is_delimiter = |byte: &u8| {
            byte.is_ascii_whitespace()
                || matches!(byte, b'"' | b'\'' | b',' | b';' | b'<' | b'>' | b'\0')
        };
        let text = self.text.bytes();
        let inside = text.get(hit.clone()).unwrap_or_default();
        // A fragment may begin and end between words.
        let Some(first) = inside.iter().position(|byte| !is_delimiter(byte)) else {
            return;
        };
        let last = inside.iter().rposition(|byte| !is_delimiter(byte));
        let (first, last) = (hit.start + first, hit.start + last.unwrap_or(first));
        let before = text.get(..first).unwrap_or_default();
        let after = text.get(last..).unwrap_or_default();
        let start = before.iter().rposition(is_delimiter);
        let end = after.iter().position(is_delimiter);
        let start = start.map_or(0, |delimiter| delimiter + 1);
        let end = end.map_or(text.len(), |length| last + length);
        self.hits.push(self.text.origin(start..end));
    }
}

/// Returns the length of a text, up to the next one and without the dots that mark a cut.
fn length_before_dots(text: &[u8]) -> usize {
    let mut texts = text.split(|byte| char::from(*byte) == SEPARATOR);
    let text = texts.next().unwrap_or_default();
    let text = text.strip_suffix("…".as_bytes()).unwrap_or(text);
    text.strip_suffix(b"...").unwrap_or(text).len()
}

/// All fragments of a text. A set of those of the secret would be larger, and have to be made for each text.
struct Fragments<'a> {
    all: HashSet<&'a [u8]>,
    /// Whether a fragment begins with two bytes, by their number. Most of a large secret is decided by this alone.
    beginnings: Vec<bool>,
}

impl<'a> Fragments<'a> {
    fn new(text: &'a [u8]) -> Self {
        let mut beginnings = vec![false; 1 << 16];
        for fragment in text.windows(FRAGMENT) {
            if let Some(begins) = beginnings.get_mut(beginning(fragment)) {
                *begins = true;
            }
        }
        Self {
            all: text.windows(FRAGMENT).collect(),
            beginnings,
        }
    }

    fn contains(&self, fragment: &[u8]) -> bool {
        self.beginnings.get(beginning(fragment)) == Some(&true) && self.all.contains(fragment)
    }
}

fn beginning(fragment: &[u8]) -> usize {
    match fragment {
        [first, second, ..] => usize::from(u16::from_be_bytes([*first, *second])),
        _ => 0,
    }
}

/// Returns where `text` contains `part`.
fn positions<'t>(text: &'t [u8], part: &[u8]) -> impl Iterator<Item = usize> + use<'t> {
    let found: Vec<usize> = match part.len() {
        0 => Vec::new(),
        length => text
            .windows(length)
            .enumerate()
            .filter(|(_, window)| *window == part)
            .map(|(start, _)| start)
            .collect(),
    };
    found.into_iter()
}

/// Replaces parts of a text.
fn replace(text: &mut String, mut hits: Vec<Range<usize>>) {
    if hits.is_empty() {
        return;
    }
    hits.sort_by_key(|hit| hit.start);
    let mut redacted = String::new();
    let mut done: Option<usize> = None;
    for hit in hits {
        let (start, end) = (floor(text, hit.start), ceil(text, hit.end));
        match done {
            Some(done) if start <= done => {}
            _ => {
                redacted.push_str(text.get(done.unwrap_or(0)..start).unwrap_or_default());
                redacted.push_str(REDACTED);
            }
        }
        done = done.max(Some(end));
    }
    redacted.push_str(text.get(done.unwrap_or(0)..).unwrap_or_default());
    *text = redacted;
}

/// Returns the last character boundary that is not after `at`.
pub(super) fn floor(text: &str, at: usize) -> usize {
    let mut before = (0..=at.min(text.len())).rev();
    before.find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

/// Returns the first character boundary that is not before `at`.
fn ceil(text: &str, at: usize) -> usize {
    let mut after = at..text.len();
    after
        .find(|at| text.is_char_boundary(*at))
        .unwrap_or(text.len())
}

/// Removes the credentials of `Basic …` and `Bearer …`, as in a `Proxy-Authorization` header that a proxy sends back.
fn redact_authorization(text: &mut String) {
    let mut after_scheme = false;
    let mut hits = Vec::new();
    let mut start = 0;
    for word in text.split_inclusive(char::is_whitespace) {
        let token = word.split(|c| !is_token_character(c)).next();
        let token = token.unwrap_or_default();
        if after_scheme && looks_encoded(token) {
            hits.push(start..start + token.len());
        }
        let scheme = word.trim_end().to_ascii_lowercase();
        after_scheme = scheme.ends_with("basic") || scheme.ends_with("bearer");
        start += word.len();
    }
    replace(text, hits);
}

fn is_token_character(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_' | '~' | '+' | '/' | '=')
}

/// Returns whether a token is probably no word of a sentence.
fn looks_encoded(token: &str) -> bool {
    let has_mark = token.contains(|c: char| c.is_ascii_digit() || c == '=');
    token.len() >= 20 || token.len() >= SHORT && has_mark
}

#[cfg(test)]
mod tests;
