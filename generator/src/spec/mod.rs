//! The spec language, as plain structs.
//!
//! [`read()`] turns a file into a [`Spec`]. It first builds the strict `tree`, which knows the position of every node,
//! and then lets serde read one piece at a time, so that a fault in one piece does not hide faults in another. Wire
//! names are spelled as the vendor spells them. Nothing in this module depends on Rust names.

mod advice;
mod apart;
pub(crate) mod charset;
mod cycles;
mod edits;
mod flow;
pub(crate) mod foreign;
mod from_value;
mod head;
mod json;
mod member;
mod operation;
mod paths;
pub(crate) mod patterns;
mod piece;
mod problem;
mod query;
mod read;
mod route;
mod schema;
mod slips;
mod sources;
mod travel;
mod tree;
mod unindented;
mod value;
mod values;

use std::collections::BTreeMap;

pub(crate) use advice::for_default;
pub(crate) use apart::{Apart, EnumValues, FixedValue, PayloadBlock, Request, UnionMember};
pub(crate) use cycles::{ClosingEdge, Cycles};
pub(crate) use head::{
    Auth, Domain, EndpointParameter, ErrorCode, ErrorKind, Head, NotRead, Scheme,
};
pub(crate) use json::parse_json;
pub(crate) use member::{EnumValue, Field, ListStyle, TimestampFormat, TypeBlock, token_length};
pub(crate) use operation::{
    CatalogBlock, CatalogStatus, Location, OperationBlock, Pagination, PagingStyle,
};
pub(crate) use patterns::{compiled, is_checkable};
pub(crate) use piece::{EVERYTHING, Operation, Piece, Spec, Type, TypeKind, is_content_type};
pub(crate) use read::read;
pub(crate) use route::{Label, OF_THE_CLIENT, placeholders, route};
pub(crate) use schema::schema;
pub(crate) use sources::{Date, Provenance, Seen, Sha256};
pub(crate) use travel::{Refusal, Travel};
pub(crate) use tree::{Entry, Kind, Node, Place, is_forbidden, parse};
pub(crate) use value::disagreement;
pub(crate) use values::{
    Bounds, CodeText, Container, HttpLine, MAX_CONTAINERS, NameGroups, PartOfReply, Range, Reason,
    Scalar, Source, TypeName, number_text,
};

/// Names of the built-in types.
pub(crate) const BUILT_IN: [&str; 7] = [
    "string",
    "integer",
    "number",
    "boolean",
    "timestamp",
    "json",
    "bytes",
];

/// Findings that are suppressed at one place: from the id of a rule to the reason.
pub(crate) type Allowances = BTreeMap<String, Reason>;
