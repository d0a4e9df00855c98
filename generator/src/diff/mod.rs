//! Effects of a change of the specs on three groups: users of an already released client (wire), code compiled against
//! the crate (Rust API), and programs that are recompiled and run (behaviour).
//!
//! The comparison of two sets of models returns findings. Each finding has a separate verdict for each group, because
//! none follows from the others: a moved result path breaks every released client without changing a line of the API.
//! This module does not access files or git.

mod approvals;
mod changelog;
mod changes;
mod compare;
mod emitted;
mod finding;
mod items;
mod members;
mod names;
mod operations;
mod places;
mod renames;
mod render;
mod report;
mod requirements;
mod rules;
mod services;
mod types;
mod verdict;
mod witness;

pub use approvals::{Approval, Approvals, Kind};
pub use changelog::changelog;
pub use compare::diff;
pub use finding::{Finding, Witness};
pub use places::locate;
pub(crate) use places::way;
pub(crate) use render::schema;
pub use render::{Format, render};
pub use report::{FailOn, Note, Report};
pub use rules::Rule;
pub use verdict::{Api, Behaviour, Bump, Verdict, Wire};
