//! Why a call failed.

mod display;
mod error;
mod redact;
mod transport;

pub(crate) use display::Chain;
pub use error::{CodeKind, Error, ErrorKind, Result, Violation};
pub(crate) use error::{Context, Said};
pub(crate) use redact::HIDDEN;
pub use redact::Redacted;
pub use transport::{TransportError, TransportErrorKind};
