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

pub(crate) fn tone(status: &Status) -> Tone {
    match status {
        Status::Ready => Tone::Good,
        Status::Pending => Tone::Waiting,
        Status::Failed => Tone::Bad,
        _ => Tone::Other,
    }
}
