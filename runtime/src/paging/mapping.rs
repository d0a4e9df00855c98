//! [`Mapping`]: the members of an item that mean the same in all clouds, as data.

use super::Paginated;

/// An operation that lists the models of a cloud.
pub trait Catalogued: Paginated {
    /// Name of the cloud: that of its module, with hyphens.
    const CLOUD: &'static str;

    /// The members of an item that catalogs read.
    const MAPPING: Mapping;
}

/// The members of an item, in wire names. Names inside objects are separated by dots.
#[derive(Clone, Copy, Debug)]
#[cfg_attr(
    not(feature = "catalog"),
    allow(dead_code, reason = "only catalogs read it")
)]
pub struct Mapping {
    /// ID of the model.
    pub id: &'static str,
    /// Name of the model.
    pub name: Option<&'static str>,
    /// How it was made.
    pub customization: Option<&'static str>,
    /// Kind of content that it handles.
    pub modality: Option<&'static str>,
    /// Model that it was made from.
    pub base_model: Option<&'static str>,
    /// Version of the model.
    pub version: Option<&'static str>,
    /// Time at which it was created.
    pub created: Option<&'static str>,
    /// Time of the last change.
    pub updated: Option<&'static str>,
    /// Account that owns it.
    pub account: Option<&'static str>,
    /// Project that it belongs to.
    pub project: Option<&'static str>,
    /// Parameter of the operation that names the workspace.
    pub workspace: Option<&'static str>,
    /// Whether it can be used.
    pub status: Option<&'static str>,
    /// Meanings of the texts in [`status`](Self::status).
    pub statuses: &'static [(&'static str, State)],
}

/// The meaning of a status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// The model can be used.
    Ready,
    /// The model is being made, or is changing.
    Pending,
    /// The model could not be made.
    Failed,
}
