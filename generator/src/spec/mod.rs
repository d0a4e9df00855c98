//! The language of specs, as plain structs.
//!
//! [`read()`] turns a file into a [`Spec`]: the strict `tree` first, which knows every place, then serde, piece by piece,
//! so that a fault in one piece hides none in another. Wire names stand here as the vendor spells them; nothing here
//! knows Rust.

mod read;
mod tree;
mod values;

use serde::Deserialize;

use crate::source::{Span, SpecSource};
pub(crate) use read::read;

pub(crate) use tree::{Node, parse};
pub(crate) use values::{Bounds, HttpLine, PartOfReply, Scalar, TypeName};

/// One spec, in pieces.
#[derive(Debug)]
pub(crate) struct Spec<'a> {
    pub(crate) source: &'a SpecSource,
    pub(crate) head: Piece<'a, Head>,
    pub(crate) auth: Vec<Piece<'a, Auth>>,
    pub(crate) domains: Vec<Piece<'a, Domain>>,
    pub(crate) codes: Vec<Piece<'a, ErrorCode>>,
    pub(crate) operations: Vec<Operation<'a>>,
    pub(crate) types: Vec<Type<'a>>,
}

/// A block of a spec with its name and place.
#[derive(Debug)]
pub(crate) struct Piece<'a, T> {
    /// The key that the block stands behind; empty for the whole file and in lists.
    pub(crate) name: &'a str,
    pub(crate) name_span: Span,
    pub(crate) node: &'a Node,
    pub(crate) value: T,
    /// Keys whose values were wrong, so that they are there but not in `value`.
    pub(crate) cut: Vec<String>,
}

impl<T> Piece<'_, T> {
    /// The place of the value behind a key of the block, else of the block's name.
    pub(crate) fn at(&self, key: &str) -> Span {
        self.node.get(key).map_or(self.name_span, |node| node.span)
    }

    /// Whether a key is not there, not even with a value that is wrong.
    pub(crate) fn lacks(&self, key: &str) -> bool {
        self.node.get(key).is_none() && !self.cut.iter().any(|other| other == key)
    }

    /// The place of an element of the list behind a key.
    pub(crate) fn at_element(&self, key: &str, index: usize) -> Span {
        let element = self
            .node
            .get(key)
            .and_then(|node| node.elements().get(index));
        element.map_or_else(|| self.at(key), |node| node.span)
    }

    /// The place of a key of the block, else of the block's name.
    pub(crate) fn at_key(&self, key: &str) -> Span {
        self.node
            .entry(key)
            .map_or(self.name_span, |entry| entry.key_span)
    }
}

/// What stands at the top of a spec, beside the parts that are read on their own. What must be there is optional here:
/// the checks say that it is missing, so that everything else is read too.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Head {
    /// Who offers the service.
    pub(crate) vendor: Option<String>,
    /// The name of the service in messages and tables.
    pub(crate) service: Option<String>,
    /// The Rust module and cargo feature.
    pub(crate) module: Option<String>,
    pub(crate) docs: Option<String>,
    /// The vendor's page.
    pub(crate) see: Option<String>,
    #[serde(default)]
    pub(crate) endpoint: Endpoint,
    #[serde(default)]
    pub(crate) environment: Environment,
    /// The header with the project id.
    pub(crate) project_header: Option<String>,
    #[serde(default)]
    pub(crate) errors: Errors,
    /// The member of a reply that holds the output.
    pub(crate) result: Option<String>,
    /// Names of operations and types that may never come back with another meaning.
    #[serde(default)]
    pub(crate) removed: Vec<String>,
}

/// Where requests go; the table of domains is read on its own.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Endpoint {
    pub(crate) url: Option<String>,
    pub(crate) default_region: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Domain {
    /// Empty: every region.
    #[serde(default)]
    pub(crate) regions: Vec<String>,
    pub(crate) plain: String,
    pub(crate) dual_stack: String,
}

/// Names of environment variables.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Environment {
    pub(crate) region: Vec<String>,
    pub(crate) endpoint: Vec<String>,
    pub(crate) ignore_endpoint: Vec<String>,
    pub(crate) fips: Vec<String>,
    pub(crate) dual_stack: Vec<String>,
    pub(crate) project_id: Vec<String>,
}

/// A way to authenticate, and the environment variables of its secrets.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Auth {
    pub(crate) scheme: Scheme,
    /// The service name that is signed.
    pub(crate) service: Option<String>,
    pub(crate) header: Option<String>,
    #[serde(default)]
    pub(crate) token: Vec<String>,
    #[serde(default)]
    pub(crate) access_key: Vec<String>,
    #[serde(default)]
    pub(crate) secret_key: Vec<String>,
    #[serde(default)]
    pub(crate) session_token: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Scheme {
    AwsSigv4,
    VolcengineHmac,
    BaiduBceV1,
    HuaweiSdkHmac,
    Bearer,
    Token,
}

/// How errors look; the codes are read on their own.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Errors {
    pub(crate) code: Vec<PartOfReply>,
    pub(crate) message: Vec<PartOfReply>,
    /// Where the vendor says what to do.
    pub(crate) help: Vec<PartOfReply>,
    pub(crate) request_id: Vec<PartOfReply>,
    pub(crate) namespaced: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ErrorCode {
    /// The status that it comes with; none if there are several, which say what it means.
    pub(crate) status: Option<u16>,
    pub(crate) kind: Option<ErrorKind>,
    pub(crate) docs: Option<String>,
    pub(crate) rust_name: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum ErrorKind {
    AccessDenied,
    Authentication,
    ClockSkew,
    Throttled,
    Transient,
    NotFound,
    Invalid,
    Quota,
    Other,
}

/// An operation with its parameters.
#[derive(Debug)]
pub(crate) struct Operation<'a> {
    pub(crate) block: Piece<'a, OperationBlock>,
    pub(crate) parameters: Vec<(Location, Piece<'a, Field>)>,
    /// The fixed query, in the order of the file.
    pub(crate) fixed: Vec<Piece<'a, String>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct OperationBlock {
    pub(crate) docs: Option<String>,
    pub(crate) see: Option<String>,
    pub(crate) http: Option<HttpLine>,
    pub(crate) read_only: bool,
    /// What `new` takes, in this order, whatever the order of the parameters.
    pub(crate) constructor: Option<Vec<String>>,
    pub(crate) response: Option<String>,
    pub(crate) pagination: Option<Pagination>,
    pub(crate) rust_name: Option<String>,
    pub(crate) renamed_from: Option<String>,
    pub(crate) deprecated: Option<String>,
    pub(crate) removed: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Location {
    Path,
    Query,
    Header,
    Body,
}

/// A parameter of an operation or a field of a structure.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Field {
    #[serde(rename = "type", default)]
    pub(crate) ty: TypeName,
    #[serde(default)]
    pub(crate) required: bool,
    pub(crate) docs: Option<String>,
    pub(crate) range: Option<Bounds>,
    pub(crate) length: Option<Bounds>,
    pub(crate) count: Option<Bounds>,
    pub(crate) chars: Option<String>,
    pub(crate) pattern: Option<String>,
    /// What the service takes if the parameter is absent.
    pub(crate) default: Option<Scalar>,
    /// How a list travels in the query.
    pub(crate) list_style: Option<ListStyle>,
    #[serde(default)]
    pub(crate) sensitive: bool,
    pub(crate) rust_name: Option<String>,
    pub(crate) deprecated: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum ListStyle {
    /// `a=1&a=2`
    Repeated,
    /// `a=1,2`
    Csv,
}

/// How the pages of a list follow each other. Paths go through the output, with points between the names.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Pagination {
    pub(crate) style: PagingStyle,
    /// The parameter that says which page to send.
    pub(crate) request: String,
    /// Where the output says where the next page begins.
    pub(crate) response: Option<String>,
    /// Where the output says whether there are more pages.
    pub(crate) more: Option<String>,
    /// Where the list is.
    pub(crate) items: String,
    /// Where the output says how many elements there are on all pages.
    pub(crate) total: Option<String>,
    /// The parameter for the most elements of a page.
    pub(crate) page_size: Option<String>,
    /// Where the output says how many elements a page has at most.
    pub(crate) response_page_size: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum PagingStyle {
    Token,
    Marker,
    PageNumber,
    Offset,
}

/// A structure or an enum.
#[derive(Debug)]
pub(crate) struct Type<'a> {
    pub(crate) block: Piece<'a, TypeBlock>,
    pub(crate) kind: TypeKind<'a>,
}

impl<'a> Type<'a> {
    /// The fields of a structure; none of anything else.
    pub(crate) fn fields(&self) -> &[Piece<'a, Field>] {
        match &self.kind {
            TypeKind::Structure(fields) => fields,
            TypeKind::Enum(_) | TypeKind::Broken => &[],
        }
    }
}

#[derive(Debug)]
pub(crate) enum TypeKind<'a> {
    Structure(Vec<Piece<'a, Field>>),
    Enum(Vec<Piece<'a, EnumValue>>),
    /// The block says neither what fields nor what values it has; a diagnostic is on its way.
    Broken,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct TypeBlock {
    pub(crate) docs: Option<String>,
    pub(crate) constructor: Option<Vec<String>>,
    pub(crate) renamed_from: Option<String>,
    pub(crate) deprecated: Option<String>,
    /// Names of fields or values that may never come back with another meaning.
    pub(crate) removed: Vec<String>,
}

/// A value of an enum.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct EnumValue {
    pub(crate) docs: Option<String>,
    pub(crate) rust_name: Option<String>,
    pub(crate) deprecated: Option<String>,
}
