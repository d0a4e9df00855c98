//! The formats of a listing.

pub(crate) mod csv;
pub(crate) mod html;
pub(crate) mod json;
pub(crate) mod table;

use cloud_models::catalog::Status;

/// Meaning of a status, for colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tone {
    Good,
    Waiting,
    Bad,
    Other,
}

/// Returns a status as it is shown. A cloud's own word for `ready` does not look like a model that can be used.
pub(crate) fn status(status: &Status) -> String {
    const WORDS: [&str; 3] = ["ready", "pending", "failed"];
    match (tone(status), status.as_str().trim()) {
        (Tone::Other, text) if WORDS.iter().any(|word| word.eq_ignore_ascii_case(text)) => {
            format!("unknown: {text}")
        }
        (_, text) => text.to_owned(),
    }
}

pub(crate) fn tone(status: &Status) -> Tone {
    match status {
        Status::Ready => Tone::Good,
        Status::Pending => Tone::Waiting,
        Status::Failed => Tone::Bad,
        _ => Tone::Other,
    }
}
