//! [`Cursor`], a place between two pages.

use std::fmt;
use std::str::FromStr;

use serde_core::de::{self, Deserialize, Deserializer};
use serde_core::ser::{Serialize, Serializer};

use crate::error::{Context, Error};

/// A place between two pages, from which a list can be resumed later.
///
/// Its text is opaque and versioned; `Display` and `FromStr`, or serde, save and restore it.
///
/// # Examples
///
/// ```
/// # use cloud_models_runtime as cloud_models;
/// use cloud_models::Cursor;
///
/// let cursor = Cursor::token("abc");
/// let saved = cursor.to_string();
/// assert_eq!(saved.parse(), Ok(cursor));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Cursor(At);

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum At {
    Token(String),
    Page(i64),
    Offset(i64),
}

/// The parameter of an operation that selects the page.
#[derive(Debug)]
#[non_exhaustive]
pub enum Position<'a> {
    /// A token or marker.
    Token(&'a mut Option<String>),
    /// A page number, from 1.
    Page(&'a mut Option<i64>),
    /// Number of items to skip.
    Offset(&'a mut Option<i64>),
    /// There is only one page, and no parameter.
    Single,
}

impl Position<'_> {
    /// Returns where the operation begins, if not at the beginning of the list.
    pub(super) fn cursor(&self) -> Option<Cursor> {
        match self {
            Self::Token(token) => token.as_ref().map(Cursor::token),
            Self::Page(number) => number.map(Cursor::page),
            Self::Offset(offset) => offset.map(Cursor::offset),
            Self::Single => None,
        }
    }

    /// Returns whether pages are numbered and the operation begins at the first.
    pub(super) fn is_first_page(&self) -> bool {
        matches!(self, Self::Page(None | Some(1)))
    }
}

impl Cursor {
    /// Creates a cursor at a token or marker of the service.
    pub fn token(token: impl Into<String>) -> Self {
        Self(At::Token(token.into()))
    }

    /// Creates a cursor at a page number.
    pub fn page(number: i64) -> Self {
        Self(At::Page(number))
    }

    /// Creates a cursor after a number of items.
    pub fn offset(offset: i64) -> Self {
        Self(At::Offset(offset))
    }

    /// Returns what the service sees: the token, the page number or the offset.
    pub fn wire_text(&self) -> String {
        match &self.0 {
            At::Token(token) => token.clone(),
            At::Page(number) | At::Offset(number) => number.to_string(),
        }
    }

    /// Returns whether it is a token, which a service must not send twice.
    pub(super) fn is_token(&self) -> bool {
        matches!(self.0, At::Token(_))
    }

    pub(super) fn apply(&self, position: Position<'_>, context: &Context<'_>) -> Result<(), Error> {
        match (&self.0, position) {
            (At::Token(token), Position::Token(parameter)) => *parameter = Some(token.clone()),
            (At::Page(number), Position::Page(parameter))
            | (At::Offset(number), Position::Offset(parameter)) => {
                *parameter = Some(*number);
            }
            _ => {
                return Err(Error::invalid_request(
                    context,
                    "the cursor belongs to an operation with another paging style",
                    Vec::new(),
                ));
            }
        }
        Ok(())
    }
}

/// Writes `1t` and the token, `1p` and the page number, or `1o` and the offset; 1 is the version.
impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            At::Token(token) => write!(f, "1t{token}"),
            At::Page(number) => write!(f, "1p{number}"),
            At::Offset(offset) => write!(f, "1o{offset}"),
        }
    }
}

/// The error of a text that is not a [`Cursor`] of this version.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ParseCursorError;

impl fmt::Display for ParseCursorError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "invalid cursor: expected 1t and a token, 1p and a page number, or 1o and an offset",
        )
    }
}

impl std::error::Error for ParseCursorError {}

impl Serialize for Cursor {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

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
    fn cursors_survive_a_round_trip_through_text() {
        for cursor in [
            Cursor::token(""),
            Cursor::token("1p5 模"),
            Cursor::page(7),
            Cursor::offset(0),
            Cursor::offset(-1),
        ] {
            let json = serde_json::to_value(&cursor).unwrap();
            assert_eq!(json, cursor.to_string());
            assert_eq!(serde_json::from_value::<Cursor>(json).unwrap(), cursor);
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
            serde_json::from_value::<Cursor>(text.into()).unwrap_err();
        }
    }
}
