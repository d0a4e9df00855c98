//! Structures, enums and unions.

use serde::{Deserialize, Serialize};

use super::{Member, Requirement};

/// A structure, an enum or a union.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Type {
    /// A structure.
    Structure(Structure),
    /// An enum.
    Enum(Enum),
    /// A union.
    Union(Union),
}

impl Type {
    /// Returns the name of the type.
    pub fn name(&self) -> &str {
        match self {
            Self::Structure(structure) => &structure.name,
            Self::Enum(item) => &item.name,
            Self::Union(item) => &item.name,
        }
    }

    /// Returns the fields of a structure or the members of a union, or an empty slice for an enum.
    pub fn members(&self) -> &[Member] {
        match self {
            Self::Structure(item) => &item.members,
            Self::Union(item) => &item.members,
            Self::Enum(_) => &[],
        }
    }
}

/// A structure.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Structure {
    /// Name in Rust.
    pub name: String,
    /// Lines of documentation.
    pub docs: Vec<String>,
    /// Whether it occurs in requests, and therefore has a constructor and setters.
    pub input: bool,
    /// Whether it occurs in responses, and therefore has public fields.
    pub output: bool,
    /// Arguments of `new`, as indices of members.
    pub constructor: Vec<usize>,
    /// Fields, in the order of the spec.
    pub members: Vec<Member>,
    /// Rules on which fields are set together; empty if it occurs in responses only.
    pub requirements: Vec<Requirement>,
    /// Reason for the deprecation.
    pub deprecated: Option<String>,
    /// Former name.
    pub renamed_from: Option<String>,
    /// Names that must never be reused with another meaning.
    pub removed: Vec<String>,
}

/// An open enum.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Enum {
    /// Name in Rust.
    pub name: String,
    /// Lines of documentation.
    pub docs: Vec<String>,
    /// Known values, in the order of the spec.
    pub values: Vec<Value>,
    /// Reason for the deprecation.
    pub deprecated: Option<String>,
    /// Former name.
    pub renamed_from: Option<String>,
    /// Names that must never be reused with another meaning.
    pub removed: Vec<String>,
}

/// A union, which is a JSON object with exactly one of its members.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Union {
    /// Name in Rust.
    pub name: String,
    /// Lines of documentation.
    pub docs: Vec<String>,
    /// Members, in the order of the spec.
    pub members: Vec<Member>,
    /// Whether it occurs in requests.
    pub input: bool,
    /// Whether it occurs in responses.
    pub output: bool,
    /// Reason for the deprecation.
    pub deprecated: Option<String>,
    /// Former name.
    pub renamed_from: Option<String>,
    /// Names that must never be reused with another meaning.
    pub removed: Vec<String>,
}

/// A value of an enum.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Value {
    /// Value as sent by the service.
    pub wire: String,
    /// Name of the variant.
    pub rust_name: String,
    /// Lines of documentation.
    pub docs: Vec<String>,
    /// Reason for the deprecation.
    pub deprecated: Option<String>,
}
