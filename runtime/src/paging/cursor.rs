//! Where the next page begins.

use std::fmt;
use std::str::FromStr;

use serde_core::de::{self, Deserialize, Deserializer};
use serde_core::ser::{Serialize, Serializer};

use crate::error::{Context, Error};

/// A place between two pages, to continue from later.
///
/// Its text is opaque and carries a version; `Display` and `FromStr`, or serde, save and
/// restore it.
///
/// ```
/// use cloud_models_runtime::Cursor;
///
/// let cursor = Cursor::token("abc");
/// assert_eq!(cursor.to_string().parse::<Cursor>().unwrap(), cursor);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Cursor(At);

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum At {
    Token(String),
    Page(i64),
    Offset(i64),
}

/// The parameter of an operation that says which page to send.
#[derive(Debug)]
#[non_exhaustive]
pub enum Position<'a> {
    /// A token or marker.
    Token(&'a mut Option<String>),
    /// The number of a page.
    Page(&'a mut Option<i64>),
    /// How many elements to skip.
    Offset(&'a mut Option<i64>),
}

impl Position<'_> {
    /// Where the operation begins, if not at the beginning.
    pub(crate) fn cursor(&self) -> Option<Cursor> {
        match self {
            Self::Token(token) => token.as_ref().map(Cursor::token),
            Self::Page(number) => number.map(Cursor::page),
            Self::Offset(offset) => offset.map(Cursor::offset),
        }
    }
}

impl Cursor {
    /// A cursor at a token or marker of the service.
    pub fn token(token: impl Into<String>) -> Self {
        Self(At::Token(token.into()))
    }

    /// A cursor at the number of a page.
    pub fn page(number: i64) -> Self {
        Self(At::Page(number))
    }

    /// A cursor behind so many elements.
    pub fn offset(offset: i64) -> Self {
        Self(At::Offset(offset))
    }

    /// What the service sees: the token, the page number or the offset.
    pub fn wire_text(&self) -> String {
        match &self.0 {
            At::Token(token) => token.clone(),
            At::Page(number) | At::Offset(number) => number.to_string(),
        }
    }

    pub(crate) fn apply(&self, position: Position<'_>, context: Context) -> Result<(), Error> {
        match (&self.0, position) {
            (At::Token(token), Position::Token(parameter)) => *parameter = Some(token.clone()),
            (At::Page(number), Position::Page(parameter))
            | (At::Offset(number), Position::Offset(parameter)) => {
                *parameter = Some(*number);
            }
            _ => {
                return Err(Error::paging(
                    context,
                    "the cursor is of an operation that pages in another way",
                ));
            }
        }
        Ok(())
    }
}

/// `1t` before a token, `1p` before the number of a page, `1o` before an offset; the 1 is the version.
impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            At::Token(token) => write!(f, "1t{token}"),
            At::Page(number) => write!(f, "1p{number}"),
            At::Offset(offset) => write!(f, "1o{offset}"),
        }
    }
}

/// A text that is no [`Cursor`] of this version.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ParseCursorError;

impl fmt::Display for ParseCursorError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a cursor of this crate's version: it would begin with 1t, 1p or 1o")
    }
}

impl std::error::Error for ParseCursorError {}

/// As its text.
impl Serialize for Cursor {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// From its text.
impl<'de> Deserialize<'de> for Cursor {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

impl FromStr for Cursor {
    type Err = ParseCursorError;

    fn from_str(text: &str) -> Result<Self, ParseCursorError> {
        let number = |text: &str| text.parse().map_err(|_| ParseCursorError);
        if let Some(token) = text.strip_prefix("1t") {
            Ok(Self::token(token))
        } else if let Some(page) = text.strip_prefix("1p") {
            number(page).map(Self::page)
        } else if let Some(offset) = text.strip_prefix("1o") {
            number(offset).map(Self::offset)
        } else {
            Err(ParseCursorError)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursors_survive_the_way_through_text() {
        for cursor in [
            Cursor::token(""),
            Cursor::token("1p5 模"),
            Cursor::page(7),
            Cursor::offset(0),
            Cursor::offset(-1),
        ] {
            assert_eq!(cursor.to_string().parse(), Ok(cursor));
        }
        for text in [
            "",
            "1",
            "5",
            "2tabc",
            "1pabc",
            "1o",
            "1p99999999999999999999",
        ] {
            assert_eq!(text.parse::<Cursor>(), Err(ParseCursorError), "{text:?}");
        }
    }
}
