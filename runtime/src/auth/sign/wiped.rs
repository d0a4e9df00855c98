//! [`WipedString`], a text that leaves no copies in memory.

use std::ops::Deref;

use zeroize::Zeroizing;

/// A text that is wiped when dropped, and whenever it outgrows its memory.
pub(super) struct WipedString(Zeroizing<String>);

impl WipedString {
    pub(super) fn with_capacity(bytes: usize) -> Self {
        Self(Zeroizing::new(String::with_capacity(bytes)))
    }

    pub(super) fn push(&mut self, c: char) {
        self.push_str(c.encode_utf8(&mut [0; 4]));
    }

    pub(super) fn push_str(&mut self, text: &str) {
        let length = self.0.len() + text.len();
        if length > self.0.capacity() {
            // `String` would move to larger memory and leave the old content behind.
            let mut larger = Self::with_capacity(length.max(2 * self.0.capacity()));
            larger.0.push_str(&self.0);
            *self = larger;
        }
        self.0.push_str(text);
    }
}

impl<'a> Extend<&'a str> for WipedString {
    fn extend<I: IntoIterator<Item = &'a str>>(&mut self, texts: I) {
        for text in texts {
            self.push_str(text);
        }
    }
}

impl Deref for WipedString {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_kept_as_it_grows() {
        let mut text = WipedString::with_capacity(2);
        text.push_str("ab");
        assert_eq!(text.0.capacity(), 2);
        // `String` would grow to 8, and leave what it had behind.
        text.push('c');
        assert_eq!(text.0.capacity(), 4);
        text.extend(["d", "", "\u{6a21}"]);
        assert_eq!(&*text, "abcd\u{6a21}");
    }
}
