//! JSON: the form in which listings are saved.

use std::fmt::Write as _;

use serde_json::json;

use crate::failure::Failure;
use crate::text::is_invisible;
use cloud_models::catalog::{Listing, Model};

/// Formats a listing as it is saved.
pub(crate) fn saved(listing: &Listing) -> Result<String, Failure> {
    let mut bytes = Vec::new();
    listing.write(&mut bytes).map_err(Failure::internal)?;
    Ok(harmless(&String::from_utf8_lossy(&bytes)))
}

/// Formats a part of the models. `diff` refuses it, because it has no version: the other models would look as if they were gone.
pub(crate) fn filtered(listing: &Listing, models: &[&Model]) -> Result<String, Failure> {
    let part = json!({"models": models, "outcomes": listing.outcomes});
    let text = serde_json::to_string_pretty(&part).map_err(Failure::internal)?;
    Ok(harmless(&text) + "\n")
}

/// Escapes what a terminal would obey. JSON leaves some of it as it is; in a text of JSON, the escape means the same.
pub(crate) fn harmless(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match is_invisible(c) && c != '\n' {
            // All of them are below U+10000. Writing to a `String` cannot fail.
            true => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            false => out.push(c),
        }
    }
    out
}
