//! The models of all clouds in one list.
//!
//! A listing across clouds is rarely whole: a key has expired, a region is down. Here that is data. Each source ends with an
//! [`Outcome`], which says whether all of its models are there and, if not, why. So a source that did not answer never looks like
//! one without models.

pub mod blocking;
mod catalog;
mod clouds;
mod collect;
mod convert;
mod diff;
mod file;
mod listing;
mod model;
mod models;
mod outcome;
mod plain;
mod progress;
mod queue;
mod reading;
mod source;

pub use catalog::Catalog;
pub use clouds::Skipped;
#[doc(hidden)]
pub use clouds::{CloudVisitor, Clouds};
pub use diff::{Change, Diff, Unsure};
pub use file::ReadError;
pub use listing::{AllFailed, Entry, Listing};
pub use model::{Model, Scope, Status};
pub use models::Models;
pub use outcome::{Outcome, SourceError, SourceErrorKind};
pub use source::Source;
