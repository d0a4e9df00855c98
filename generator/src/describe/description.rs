//! The form that all descriptions are read into.

use std::collections::BTreeMap;

use super::document::Unreadable;

/// A description of a service.
#[derive(Debug)]
pub(crate) struct Description {
    pub(crate) format: Format,
    /// SHA-256 of the unpacked file, in hexadecimal digits.
    pub(crate) sha256: String,
    /// Vendor whose services have something in common, if the format is the vendor's own.
    pub(crate) vendor: Option<&'static Vendor>,
    /// Name of the service, for people.
    pub(crate) service: String,
    pub(crate) endpoint: Endpoint,
    /// Documentation of an operation by its name, if the format has a rule for it: `{name}` is to be replaced.
    pub(crate) see: Option<String>,
    /// Ways to authenticate, in the order of preference.
    pub(crate) auth: Vec<Scheme>,
    /// Ways to authenticate that a spec cannot express, for comments.
    pub(crate) auth_notes: Vec<String>,
    /// Places of the parts of an error, if replies with errors are described.
    pub(crate) error_places: Option<ErrorPlaces>,
    /// Member of a reply that holds the output.
    pub(crate) result: Option<String>,
    pub(crate) operations: Vec<Operation>,
    /// Operations with a fault, such as a reference that leads nowhere.
    pub(crate) unreadable: Vec<UnreadableOperation>,
    /// Whether the paging of all operations is stated.
    pub(crate) states_paging: bool,
    pub(crate) types: Vec<Type>,
    /// What could not be read, with the number of times.
    pub(crate) skipped: Skipped,
}

/// What could not be read, with the number of times.
pub(crate) type Skipped = BTreeMap<String, usize>;

/// Returns the comment for what a description has, and a spec cannot say; of a member that is therefore left out.
pub(crate) fn lacks(what: &str, member: Option<&str>) -> String {
    match member {
        None => format!("The description has {what}, which a spec cannot say."),
        Some(member) => format!("The description has {what}, `{member}`, which a spec cannot say."),
    }
}

/// Returns the member that a comment of [`lacks`] names.
pub(crate) fn left_out(note: &str) -> Option<&str> {
    let rest = note.strip_suffix("`, which a spec cannot say.")?;
    let (_, member) = rest.rsplit_once(", `")?;
    Some(member)
}

/// Whether a comment of [`lacks`] is about something that begins with some words.
pub(crate) fn is_about(note: &str, what: &str) -> bool {
    let rest = note.strip_prefix("The description has ");
    let rest = rest.and_then(|rest| rest.strip_prefix(what));
    rest.is_some_and(|rest| rest.starts_with([' ', ',']))
}

/// Returns the member that a comment of [`lacks`] names, if the comment is about this.
pub(crate) fn lacking<'n>(note: &'n str, what: &str) -> Option<Option<&'n str>> {
    let rest = note.strip_prefix("The description has ")?;
    let rest = rest
        .strip_prefix(what)?
        .strip_suffix(" which a spec cannot say.")?;
    match rest {
        "," => Some(None),
        rest => Some(Some(rest.strip_prefix(", `")?.strip_suffix("`,")?)),
    }
}

impl Description {
    /// Returns the name that `sources:` has for it, if it was read from a file.
    pub(crate) fn source_name<'a>(&self, file: &'a str) -> &'a str {
        match self.format {
            Format::Botocore => "botocore",
            _ => file,
        }
    }

    /// Whether it states all that clients need, so that what it does not state is not so. Documents for people leave out
    /// flags, kinds of texts, and the signatures of clouds.
    pub(crate) fn is_complete(&self) -> bool {
        self.format == Format::Botocore
    }

    /// Returns a type. Ids come from this description, so there always is one.
    pub(crate) fn get(&self, id: TypeId) -> Option<&Type> {
        self.types.get(id.0)
    }
}

/// Where a service is.
#[derive(Debug, Default)]
pub(crate) struct Endpoint {
    /// Base URL without a path, perhaps with `{region}` or the names of parameters.
    pub(crate) url: Option<String>,
    pub(crate) parameters: Vec<EndpointParameter>,
    pub(crate) default_region: Option<String>,
    /// What could not be read of it, for comments.
    pub(crate) notes: Vec<String>,
}

/// A part of a host that differs between customers.
#[derive(Debug)]
pub(crate) struct EndpointParameter {
    pub(crate) name: String,
    pub(crate) docs: Option<String>,
    /// Values that the description names, the default first.
    pub(crate) values: Vec<String>,
}

/// Places of the parts of an error, in the words of specs, the most usual first.
#[derive(Debug, Default)]
pub(crate) struct ErrorPlaces {
    pub(crate) code: Vec<String>,
    pub(crate) message: Vec<String>,
    pub(crate) request_id: Vec<String>,
}

/// An operation that cannot be read.
#[derive(Debug)]
pub(crate) struct UnreadableOperation {
    /// What is known of it: its names, method and path.
    pub(crate) operation: Operation,
    pub(crate) why: Unreadable,
}

/// Facts about all services of a vendor that no description states.
#[derive(Debug)]
pub(crate) struct Vendor {
    pub(crate) name: &'static str,
    pub(crate) signature: Signature,
    /// Whether the name of the service is in signatures.
    pub(crate) signs_service: bool,
    /// Whether hosts are `service.region.domain`.
    pub(crate) has_regional_hosts: bool,
    /// Whether a path in a document is the name of an action, and all requests go to `/`.
    pub(crate) has_actions: bool,
    /// Member of a reply that holds the output.
    pub(crate) envelope: Option<&'static str>,
    /// Environment variables, as the vendor's own tools read them.
    pub(crate) region: &'static [&'static str],
    pub(crate) access_key: &'static str,
    pub(crate) secret_key: &'static str,
    pub(crate) session_token: &'static str,
    /// What the variable of a bearer token begins with; the name of the service follows.
    pub(crate) bearer_token: Option<&'static str>,
    /// Places of the parts of an error, in the words of specs.
    pub(crate) code: &'static [&'static str],
    pub(crate) message: &'static [&'static str],
    pub(crate) request_id: &'static [&'static str],
    /// Whether codes have a namespace before them.
    pub(crate) namespaced: bool,
}

/// Format of a description.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    Botocore,
    OpenApi,
    Swagger,
    VolcengineExplorer,
    HuaweiExplorer,
}

impl Format {
    /// Returns its name for people.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Botocore => "botocore",
            Self::OpenApi => "openapi",
            Self::Swagger => "swagger",
            Self::VolcengineExplorer => "volcengine-explorer",
            Self::HuaweiExplorer => "huawei-explorer",
        }
    }
}

impl Format {
    /// Returns the format in the words of `sources:`.
    pub(crate) fn source(self) -> &'static str {
        match self {
            Self::Botocore => "botocore",
            Self::OpenApi | Self::Swagger | Self::VolcengineExplorer | Self::HuaweiExplorer => {
                "openapi"
            }
        }
    }
}

/// A way to authenticate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Scheme {
    /// A signature, and the name of the service in it if it has one.
    Signed(Signature, Option<String>),
    Bearer,
    Basic,
    /// A token in a header.
    Header(String),
    /// A token in the query.
    Query(String),
    /// No credentials.
    None,
}

/// A way to sign requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Signature {
    AwsSigv4,
    VolcengineHmac,
    HuaweiSdkHmac,
}

/// An operation.
#[derive(Debug, Default)]
pub(crate) struct Operation {
    /// Name in the spec.
    pub(crate) name: String,
    /// Name in the description, if the spec cannot have it.
    pub(crate) id: Option<String>,
    pub(crate) docs: Option<String>,
    pub(crate) method: String,
    /// Path with `{name}` or `{name+}` for parameters, by their wire names.
    pub(crate) path: String,
    /// Constant part of the query; `None` for a name without a value.
    pub(crate) fixed: Vec<(String, Option<String>)>,
    /// Constant headers.
    pub(crate) fixed_headers: Vec<(String, String)>,
    pub(crate) host_prefix: Option<String>,
    /// Type of the payload, if it is not the usual one.
    pub(crate) content_type: Option<String>,
    pub(crate) read_only: bool,
    pub(crate) idempotent: bool,
    pub(crate) deprecated: Option<String>,
    /// Ways to authenticate that replace those of the service.
    pub(crate) auth: Option<Vec<Scheme>>,
    pub(crate) parameters: Vec<Field>,
    /// Structure of the output; `None` if there is none.
    pub(crate) output: Option<TypeId>,
    pub(crate) errors: Vec<ErrorCode>,
    pub(crate) paging: Option<Paging>,
    /// Paging that names of parameters and fields suggest.
    pub(crate) paging_proposal: Option<Paging>,
    /// Why no spec can have it, if what it needs cannot be expressed.
    pub(crate) inexpressible: Option<String>,
    /// What could not be read of it, for a comment.
    pub(crate) notes: Vec<String>,
}

impl Operation {
    /// Whether it has a name, in the spec or in the description.
    pub(crate) fn is_named(&self, name: &str) -> bool {
        self.name == name || self.id.as_deref() == Some(name)
    }
}

/// A parameter, a field or a member of a union.
#[derive(Clone, Debug)]
pub(crate) struct Field {
    /// Name on the wire; the prefix for a map of headers.
    pub(crate) name: String,
    pub(crate) place: Place,
    pub(crate) shape: Shape,
    pub(crate) required: bool,
    /// Whether it may be null.
    pub(crate) nullable: bool,
    pub(crate) docs: Option<String>,
    pub(crate) limits: Limits,
    /// Numbers that a number lies between, without being one of them.
    pub(crate) excluded: Range,
    /// Value that the service uses, as text.
    pub(crate) default: Option<String>,
    pub(crate) sensitive: bool,
    pub(crate) token: bool,
    pub(crate) deprecated: Option<String>,
    /// What could not be read of it, for a comment.
    pub(crate) notes: Vec<String>,
}

impl Field {
    pub(crate) fn new(name: &str, place: Place, shape: Shape) -> Self {
        Self {
            name: name.to_owned(),
            place,
            shape,
            required: false,
            nullable: false,
            docs: None,
            limits: Limits::default(),
            excluded: Range::default(),
            default: None,
            sensitive: false,
            token: false,
            deprecated: None,
            notes: Vec::new(),
        }
    }
}

/// Where a field travels, in a request or in a reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Path,
    Query,
    /// A list separated by commas.
    QueryCsv,
    Header,
    /// A map of all headers that begin with the name.
    HeaderPrefix,
    Body,
    /// The whole body.
    Payload,
    Status,
}

/// A type of values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    String,
    Integer,
    Number,
    Boolean,
    Timestamp(Time),
    Bytes,
    Json,
    Named(TypeId),
    List(Box<Shape>),
    Map(Box<Shape>),
}

impl Shape {
    /// Returns what is inside of all lists and maps.
    pub(crate) fn innermost(&self) -> &Self {
        match self {
            Self::List(inner) | Self::Map(inner) => inner.innermost(),
            shape => shape,
        }
    }
}

/// Form of a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Time {
    Rfc3339,
    EpochSeconds,
    HttpDate,
}

/// Limits of a value. `count` is about the outermost list or map, `keys` about the keys of the outermost map, all others
/// about the innermost values. Bounds are as written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Limits {
    pub(crate) range: Range,
    pub(crate) length: Range,
    pub(crate) count: Range,
    /// Characters that a text consists of.
    pub(crate) chars: Option<String>,
    /// Pattern that the whole text matches.
    pub(crate) pattern: Option<String>,
    pub(crate) key_length: Range,
    pub(crate) key_pattern: Option<String>,
    /// Limits that a spec cannot say.
    pub(crate) rest: Vec<&'static str>,
}

/// What a spec cannot say of a list or map inside of another one.
pub(super) const INNER_SIZE: &str = "a size of inner lists or maps";

/// A minimum and a maximum, as numbers are written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Range {
    pub(crate) min: Option<String>,
    pub(crate) max: Option<String>,
}

impl Range {
    pub(crate) fn new(min: Option<String>, max: Option<String>) -> Self {
        Self { min, max }
    }

    /// Returns whether it limits anything.
    pub(crate) fn is_set(&self) -> bool {
        self.min.is_some() || self.max.is_some()
    }
}

/// A type of a description, by its index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct TypeId(pub(super) usize);

impl TypeId {
    pub(crate) fn new(index: usize) -> Self {
        Self(index)
    }
}

/// A structure, an enum or a union.
#[derive(Debug)]
pub(crate) struct Type {
    /// Name in the description, or one made up from where it stands.
    pub(crate) name: String,
    pub(crate) docs: Option<String>,
    pub(crate) deprecated: Option<String>,
    pub(crate) kind: TypeKind,
    /// What could not be read of it, for a comment.
    pub(crate) notes: Vec<String>,
}

#[derive(Debug)]
pub(crate) enum TypeKind {
    Structure(Vec<Field>),
    /// Known values, each once.
    Enum(Vec<String>),
    Union(Vec<Field>),
}

/// An error code.
#[derive(Clone, Debug)]
pub(crate) struct ErrorCode {
    pub(crate) code: String,
    pub(crate) status: Option<u16>,
    pub(crate) docs: Option<String>,
    /// Whether another attempt may help, and whether it means too many requests, if that is stated.
    pub(crate) retryable: Option<Retryable>,
    /// Structure of the object that holds the code, if it says more.
    pub(crate) details: Option<TypeId>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Retryable {
    Transient,
    Throttled,
}

/// Paging by tokens, in wire names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Paging {
    pub(crate) request: String,
    pub(crate) response: String,
    pub(crate) items: String,
    pub(crate) more: Option<String>,
    pub(crate) page_size: Option<String>,
}
