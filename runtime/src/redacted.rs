//! What `Debug` prints in place of a secret.

use std::fmt;

/// Prints as `***`: what generated `Debug` implementations show of a member that is marked sensitive.
#[derive(Clone, Copy)]
pub struct Redacted;

impl fmt::Debug for Redacted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}
