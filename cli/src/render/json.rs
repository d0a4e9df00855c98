//! JSON: the form in which listings are saved.

use std::borrow::Cow;
use std::fmt::Write as _;

use serde_json::json;

use crate::failure::Failure;
use crate::text::{escaped, is_invisible};
use cloud_models::catalog::{Listing, Model};

/// Formats a listing as it is saved.
pub(crate) fn saved(listing: &Listing) -> Result<String, Failure> {
    let mut bytes = Vec::new();
    listing.write(&mut bytes).map_err(Failure::internal)?;
    Ok(harmless(&String::from_utf8_lossy(&bytes)).into_owned())
}

/// Formats a part of the models. `diff` refuses it, because it has no version: the other models would look as if they were gone.
pub(crate) fn filtered(listing: &Listing, models: &[&Model]) -> Result<String, Failure> {
    let part = json!({"models": models, "outcomes": listing.outcomes});
    let text = serde_json::to_string_pretty(&part).map_err(Failure::internal)?;
    Ok(harmless(&text).into_owned() + "\n")
}

/// Escapes what a terminal would obey. JSON leaves some of it as it is; in a text of JSON, the escape means the same.
pub(crate) fn harmless(text: &str) -> Cow<'_, str> {
    escaped(
        text,
        |c| is_invisible(c) && c != '\n',
        |c, out| {
            // JSON has escapes of 16 bits: two for a character beyond them. Writing to a `String` cannot fail.
            for unit in c.encode_utf16(&mut [0; 2]) {
                let _ = write!(out, "\\u{unit:04x}");
            }
        },
    )
}
