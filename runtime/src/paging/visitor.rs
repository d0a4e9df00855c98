use super::Paginated;
use crate::service::Operation;

/// Code that handles any operation, for tools that know operations by name only.
///
/// The root of a generated crate has a function `visit`, which finds the operation and calls one of these methods.
pub trait Visitor {
    /// Result of a visit.
    type Output;

    /// Visits an operation without pages.
    fn one<O: Operation>(self) -> Self::Output;

    /// Visits an operation with pages.
    fn list<O: Paginated>(self) -> Self::Output;

    /// Returns the result for a name that no operation has.
    fn unknown(self) -> Self::Output;
}
