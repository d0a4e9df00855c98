//! Services and operations, as generated code describes them.

mod details;
mod operation;
mod reply;
mod scheme;
mod service;
#[cfg(feature = "fake")]
mod signature;

pub use details::{Details, DetailsType};
pub use operation::{Http, Operation, Service, Token};
pub(crate) use operation::{is_repeatable, schemes};
pub use reply::Reply;
pub use scheme::{Keys, Scheme, Variables};
pub(crate) use service::families;
pub use service::{Code, Domain, EndpointParameter, NotRead, Part, ServiceInfo, UrlPart};
#[cfg(feature = "fake")]
pub(crate) use signature::{Form, Path, Signature};
