//! Services and operations, as generated code describes them.

mod operation;
mod reply;
mod scheme;
mod service;

pub(crate) use operation::is_repeatable;
pub use operation::{Http, Operation, Service, Token};
pub use reply::Reply;
pub(crate) use scheme::Variables;
pub use scheme::{Keys, Scheme};
pub use service::{Code, Domain, NotRead, Part, ServiceInfo};
