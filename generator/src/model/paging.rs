//! Pages, and what their items mean in a catalog.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Ty;

/// Paging of an operation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Paging {
    /// Style, with the fields specific to it.
    pub style: PagingStyle,
    /// Field of the operation that selects the page; `None` if there is only one page.
    pub request: Option<String>,
    /// Path of the list.
    pub items: FieldPath,
    /// Type of the elements.
    pub item: Ty,
    /// Field of the operation that sets the page size.
    pub page_size: Option<String>,
    /// Largest total that the service reports.
    pub total_cap: Option<i64>,
}

/// A style of paging.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum PagingStyle {
    /// Each page contains the token of the next.
    Token {
        /// Path of the token.
        token: FieldPath,
    },
    /// Each page contains the marker of the next, and whether there are more pages.
    Marker {
        /// Path of the marker.
        marker: FieldPath,
        /// Path of the field that says whether there are more pages.
        more: FieldPath,
    },
    /// Pages are numbered from 1.
    PageNumber {
        /// Path of the total.
        total: Option<FieldPath>,
        /// Path of the page size.
        size: Option<FieldPath>,
    },
    /// The request contains the number of elements to skip.
    Offset {
        /// Path of the total.
        total: Option<FieldPath>,
    },
    /// There is only one page.
    None,
}

/// Meaning of the items of a list in a catalog.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Catalog {
    /// Fields of the runtime's `Mapping`, each with a path in wire names.
    pub paths: BTreeMap<String, String>,
    /// Texts of the status, each with a variant of the runtime's `State`.
    pub statuses: BTreeMap<String, String>,
}

/// A path through structures.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FieldPath {
    /// Fields, starting at the output, each with whether it is an `Option`.
    pub fields: Vec<(String, bool)>,
    /// The same path in wire names, without the field that is the whole body.
    pub wire: Vec<String>,
}
