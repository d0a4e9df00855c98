//! The models of all clouds in one list.
//!
//! A listing across clouds is rarely whole: a key has expired, a region is down. Here that is data. Each source ends with an
//! [`Outcome`], which says whether all of its models are there and, if not, why. So a source that did not answer never looks like
//! one without models.

mod diff;
mod file;
mod listing;
mod model;
mod outcome;
mod plain;

pub use diff::{Change, Diff, Unsure};
pub use file::ReadError;
pub use listing::{AllFailed, Entry, Listing};
pub use model::{Model, Scope, Status};
pub use outcome::{Outcome, SourceError, SourceErrorKind};
