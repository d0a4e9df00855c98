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
    pub(crate) id: &'static str,
    pub(crate) name: Option<&'static str>,
    pub(crate) customization: Option<&'static str>,
    pub(crate) modality: Option<&'static str>,
    pub(crate) base_model: Option<&'static str>,
    pub(crate) version: Option<&'static str>,
    pub(crate) created: Option<&'static str>,
    pub(crate) updated: Option<&'static str>,
    pub(crate) account: Option<&'static str>,
    pub(crate) project: Option<&'static str>,
    pub(crate) workspace: Option<&'static str>,
    pub(crate) status: Option<&'static str>,
    pub(crate) statuses: &'static [(&'static str, State)],
}

macro_rules! members {
    ($($(#[$doc:meta])* $name:ident)*) => {
        $(
            $(#[$doc])*
            pub const fn $name(mut self, path: &'static str) -> Self {
                self.$name = Some(path);
                self
            }
        )*
    };
}

impl Mapping {
    /// Creates a mapping from the ID of a model.
    pub const fn id(path: &'static str) -> Self {
        Self {
            id: path,
            name: None,
            customization: None,
            modality: None,
            base_model: None,
            version: None,
            created: None,
            updated: None,
            account: None,
            project: None,
            workspace: None,
            status: None,
            statuses: &[],
        }
    }

    members! {
        /// Name of the model.
        name
        /// How it was made.
        customization
        /// Kind of content that it handles.
        modality
        /// Model that it was made from.
        base_model
        /// Version of the model.
        version
        /// Time at which it was created.
        created
        /// Time of the last change.
        updated
        /// Account that owns it.
        account
        /// Project that it belongs to.
        project
        /// Parameter of the operation that names the workspace.
        workspace
    }

    /// Whether it can be used, and the meanings of the texts.
    pub const fn status(
        mut self,
        path: &'static str,
        statuses: &'static [(&'static str, State)],
    ) -> Self {
        self.status = Some(path);
        self.statuses = statuses;
        self
    }
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
