//! Members of requests and replies: how they are described, read, written and limited.

mod decode;
mod encode;
mod json;
mod limits;
mod macros;
mod memory;
mod open_enum;
mod raw;
mod record;
mod reply;
mod union;
mod value;

use crate::time::Timestamp;

pub(crate) use decode::{FillReply, MISSING_MEMBER, Name, Seed};
pub use decode::{deserialize, deserialize_strictly};
pub use encode::serialize;
pub(crate) use encode::{AsJson, header_list, write_text};
pub use json::Json;
use limits::number_contents;
pub(crate) use limits::{Limits, Violations, in_class};
use memory::Memory;
pub use open_enum::{OpenEnum, Table, Unknown};
pub(crate) use raw::{raw_at, replace_lone_surrogates};
pub(crate) use record::Requirement;
#[cfg(feature = "fake")]
pub(crate) use record::Source;
pub use record::{Member, MemberMut, Members, MembersMut, Place, Record};
pub(crate) use reply::{
    Payload, is_body_member, payload_of, read_head, read_part, read_raw, with_payload,
};
#[cfg(feature = "fake")]
pub(crate) use reply::{header_elements, whole_date};
pub use union::{OpenUnion, Union, UnknownMember};
pub use value::{Blank, List, Map, Optional, SetText, Slot, Value, View, blank};
