//! [`Clouds`], the clouds that a generated crate knows.

use super::{SourceError, SourceErrorKind};
use crate::error::Error;
use crate::paging::Catalogued;

/// The vendors' items of a generated crate: its enum `Raw`.
pub trait Clouds: Sized + Send + 'static {
    /// Shows the list of each cloud to `visitor`.
    fn visit(visitor: &mut impl CloudVisitor<Self>);
}

/// Code that handles the list of each cloud.
pub trait CloudVisitor<R> {
    /// Visits a list that needs no argument.
    fn list<O: Catalogued>(&mut self, operation: O)
    where
        R: From<O::Item>;

    /// Visits a list that needs arguments, by their names.
    fn needs<O: Catalogued>(&mut self, arguments: &[&str]);
}

/// A cloud without a source, returned by `Catalog::from_env`.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Skipped {
    /// Name of the cloud, such as `example-cloud`.
    pub cloud: String,
    /// The reason: credentials or the region are missing, or its list needs an argument.
    pub reason: SourceError,
}

impl Skipped {
    pub(super) fn because_of<O: Catalogued>(error: &Error) -> Self {
        Self {
            cloud: O::CLOUD.to_owned(),
            reason: SourceError::from(error),
        }
    }

    pub(super) fn needing<O: Catalogued>(arguments: &[&str]) -> Self {
        let message = format!(
            "{} needs {}: add a source with `Source::new`",
            O::NAME,
            arguments.join(", ")
        );
        Self {
            cloud: O::CLOUD.to_owned(),
            reason: SourceError::new(SourceErrorKind::Config, message),
        }
    }
}
