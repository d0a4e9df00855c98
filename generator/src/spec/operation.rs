//! Operations, as specs write them.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Allowances, Apart, Auth, FixedValue, HttpLine, NameGroups, Request, Seen};

/// An operation.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(
    rename = "Operation",
    extend("required" = ["docs", "see", "http", "constructor", "response"])
)]
pub(crate) struct OperationBlock {
    /// Description of the operation, in one sentence.
    pub(crate) docs: Option<String>,
    /// URL of the vendor's documentation, beginning with `https://`.
    pub(crate) see: Option<String>,
    /// Where the operation was seen: on the vendor's `page` (the default), in an `sdk` only, or in a `capture` only.
    pub(crate) seen: Option<Seen>,
    /// Method and path, such as `GET /v1/models/{id}`. In a greedy label, `{key+}`, slashes stay. `{region}` and `{project}`
    /// stand for the region and the project ID of the client, unless path parameters have these names.
    pub(crate) http: Option<HttpLine>,
    /// Text before the host, such as `data.`, `data-` or `{AccountId}.`; a name in braces is a required text parameter, `region` or
    /// `project`. It is not put before an IP address or `localhost`.
    pub(crate) host_prefix: Option<String>,
    /// Query parameters that are sent with every request, with fixed values; `null` sends the name alone: `?uploads`.
    pub(crate) fixed: Apart<BTreeMap<String, FixedValue>>,
    /// Headers that are sent with every request, with fixed values. They replace those of the same name at the head of the
    /// file. `Content-Type` is that of the JSON object, which is then sent even without members.
    pub(crate) fixed_headers: Apart<BTreeMap<String, String>>,
    /// Whether the operation changes nothing, so that it can be sent again after any failure.
    pub(crate) read_only: bool,
    /// Whether the operation changes something, but sending it twice has the same result as sending it once: it deletes or
    /// replaces something, for example. It can then be sent again after any failure.
    pub(crate) idempotent: bool,
    /// Authentication schemes of the operation, which replace those of the service.
    #[schemars(length(min = 1))]
    pub(crate) auth: Apart<Vec<Auth>>,
    /// Arguments of `new`: the required parameters, in an order that never changes.
    pub(crate) constructor: Option<Vec<String>>,
    /// Groups of parameters of which a request has exactly one each: `[id, name]`, or a list of such lists.
    pub(crate) require_one_of: NameGroups,
    /// Groups of parameters of which a request has at least one each: `[id, name]`, or a list of such lists.
    pub(crate) require_any_of: NameGroups,
    /// Parameters, grouped by location.
    pub(crate) request: Apart<Request>,
    /// Structure that the operation returns, or `none`. With `none`, or a structure without fields, any body of a success is
    /// accepted, or none at all.
    pub(crate) response: Option<String>,
    /// Pagination of the operation.
    pub(crate) pagination: Option<Pagination>,
    /// What the items mean in a catalog of the models of all clouds. One operation of a service has it.
    pub(crate) catalog: Option<CatalogBlock>,
    /// Name of the operation in Rust, in PascalCase.
    pub(crate) rust_name: Option<String>,
    /// Former name in Rust, which is kept as a deprecated alias.
    pub(crate) renamed_from: Option<String>,
    /// Reason why it is deprecated.
    pub(crate) deprecated: Option<String>,
    /// Names of removed parameters. They must not be reused with another meaning.
    pub(crate) removed: Vec<String>,
    /// Settings for samples, by `case.kind`.
    pub(crate) samples: BTreeMap<String, SampleBlock>,
    /// Findings to suppress here: from the id of a rule to the reason.
    pub(crate) allow: Allowances,
}

impl OperationBlock {
    /// Value of `response` of an operation that returns nothing.
    pub(crate) const NO_OUTPUT: &str = "none";

    /// Returns the name of the structure that the operation returns, if there is one.
    pub(crate) fn output(&self) -> Option<&str> {
        let response = self.response.as_deref();
        response.filter(|name| *name != Self::NO_OUTPUT)
    }

    /// Whether the operation returns nothing.
    pub(crate) fn returns_nothing(&self) -> bool {
        self.response.as_deref() == Some(Self::NO_OUTPUT)
    }
}

/// Settings for a sample.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Sample")]
pub(crate) struct SampleBlock {
    /// Findings to suppress in the sample: from the id of a rule to the reason.
    pub(crate) allow: Allowances,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Location {
    Path,
    Query,
    Header,
    Body,
    Payload,
}

impl Location {
    /// Keys of `request:`.
    pub(crate) const KEYS: &[&str] = &["path", "query", "header", "body", "payload"];

    /// Returns the location that a key of `request:` names.
    pub(crate) fn of(key: &str) -> Option<Self> {
        Some(match key {
            "path" => Self::Path,
            "query" => Self::Query,
            "header" => Self::Header,
            "body" => Self::Body,
            "payload" => Self::Payload,
            _ => return None,
        })
    }
}

/// Pagination of an operation. Paths start at the output and separate names with dots.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(
    extend("required" = ["style", "items"]),
    extend("anyOf" = [{"required": ["request"]}, {"properties": {"style": {"const": "none"}}}])
)]
pub(crate) struct Pagination {
    /// Method by which a response leads to the next page.
    pub(crate) style: Option<PagingStyle>,
    /// Parameter that selects the page to send. Every style but `none` has one.
    pub(crate) request: Option<String>,
    /// Path to the token or marker of the next page.
    pub(crate) response: Option<String>,
    /// Path to the boolean that says whether there are more pages.
    pub(crate) more: Option<String>,
    /// Path to the list.
    pub(crate) items: Option<String>,
    /// Path to the number of elements on all pages.
    pub(crate) total: Option<String>,
    /// Largest total that the service reports, however many elements there are: `10000`. Only together with `total`.
    #[schemars(range(min = 1))]
    pub(crate) total_cap: Option<i64>,
    /// Parameter for the page size.
    pub(crate) page_size: Option<String>,
    /// Path to the maximum number of elements per page.
    pub(crate) response_page_size: Option<String>,
}

/// Method by which a response leads to the next page of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum PagingStyle {
    /// Each page has the token of the next one: `response`.
    Token,
    /// Like `token`, and each page also states whether there are more: `response` and `more`.
    Marker,
    /// Pages are numbered from 1; `total` and `response_page_size` determine the last page.
    PageNumber,
    /// A request gives the number of elements to skip, from 0; `total` is the number of all elements.
    Offset,
    /// The service sends all elements at once.
    None,
}

/// Meaning of the items of a list in a catalog of the models of all clouds. Paths start at an item and separate names with
/// dots.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(rename = "Catalog", extend("required" = ["id"]))]
pub(crate) struct CatalogBlock {
    /// Path to the ID of the model.
    pub(crate) id: Option<String>,
    /// Path to its name.
    pub(crate) name: Option<String>,
    /// Path to the text that says how it was made, such as fine-tuned or distilled.
    pub(crate) customization: Option<String>,
    /// Path to the text that says what kind of content it handles, such as text or images.
    pub(crate) modality: Option<String>,
    /// Path to the name or ID of the model that it was made from.
    pub(crate) base_model: Option<String>,
    /// Path to its version.
    pub(crate) version: Option<String>,
    /// Path to the time at which it was created.
    pub(crate) created: Option<String>,
    /// Path to the time of the last change.
    pub(crate) updated: Option<String>,
    /// Path to the account that owns it.
    pub(crate) account: Option<String>,
    /// Path to the project that it belongs to.
    pub(crate) project: Option<String>,
    /// Parameter of the operation that names the workspace of the models.
    pub(crate) workspace: Option<String>,
    /// Path to the text or enum that says whether it can be used.
    pub(crate) status: Option<String>,
    /// Meanings of the values of `status`. A value that is not listed says nothing.
    pub(crate) statuses: BTreeMap<String, CatalogStatus>,
}

impl CatalogBlock {
    /// Returns the paths into an item, by their keys.
    pub(crate) fn paths(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let paths = [
            ("id", &self.id),
            ("name", &self.name),
            ("customization", &self.customization),
            ("modality", &self.modality),
            ("base_model", &self.base_model),
            ("version", &self.version),
            ("created", &self.created),
            ("updated", &self.updated),
            ("account", &self.account),
            ("project", &self.project),
            ("status", &self.status),
        ];
        let paths = paths.into_iter();
        paths.filter_map(|(key, path)| Some((key, path.as_deref()?)))
    }
}

/// Meaning of a status of a model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum CatalogStatus {
    /// The model can be used.
    Ready,
    /// The model is being made, or is changing.
    Pending,
    /// The model could not be made.
    Failed,
}
