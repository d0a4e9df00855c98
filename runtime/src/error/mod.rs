//! Errors of calls and transports, and the redaction of secrets in their text.

mod display;
mod error;
mod normal;
mod redact;
mod reply_info;
mod transport;
mod violation;

pub(crate) use display::Chain;
pub(crate) use error::{Context, DetailsSource, ServiceReply, ServiceText};
pub use error::{Error, ErrorKind, Result, ServiceErrorKind};
pub use redact::Redacted;
pub(crate) use redact::{Hidden, REDACTED, Secrets};
pub use reply_info::ReplyInfo;
pub use transport::{TransportError, TransportErrorKind};
pub use violation::Violation;
pub(crate) use violation::{AT_LEAST_ONE, EXACTLY_ONE, NONE_SET};
