//! Members of requests and replies: how they are read, written and limited.

mod json;
mod limits;
mod macros;
mod member;
mod open_enum;
mod record;

pub(crate) use json::{raw_at, replace_lone_surrogates};
pub use limits::{Limited, Limits, Violations};
pub use member::Member;
pub use open_enum::{OpenEnum, Table, Unknown};
pub(crate) use record::{Json, Name, Seed};
pub use record::{Members, Place, Record, fill, secrets, serialize};
