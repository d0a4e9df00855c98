//! Decides whether a failed attempt is repeated.

use crate::config::RetryCause;
use crate::error::{Error, ErrorKind};

/// Returns why a failed attempt is repeated, or `None` if it is not. `repeatable` is whether another attempt of the call has no
/// further effect.
///
/// [`Error::can_repeat`] has the rules. A credentials provider that failed is not asked again within the call, since its
/// time is not the service's.
pub(super) fn cause(error: &Error, repeatable: bool) -> Option<RetryCause> {
    if !error.can_repeat(repeatable) || error.kind() == ErrorKind::Credentials {
        None
    } else if error.is_throttled() {
        Some(RetryCause::Throttled)
    } else if error.is_timeout() {
        Some(RetryCause::Timeout)
    } else {
        Some(RetryCause::Other)
    }
}
