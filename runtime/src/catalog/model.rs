//! [`Model`], a model of any cloud, in words that all clouds share.

use crate::time::Timestamp;

/// A custom model of a cloud.
///
/// `R` is the vendor's item with all that the vendor says of the model. The crate `cloud-models` sets it to its enum `Raw`.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Model<R = ()> {
    /// Name of the cloud, which is that of its module with hyphens, such as `example-cloud`.
    pub cloud: String,
    /// Label of the source that listed the model.
    pub source: String,
    /// Where the model is.
    pub scope: Scope,
    /// ID by which the cloud knows the model within its scope. Empty if the cloud sent none; such a model is counted in
    /// [`Outcome::without_id`](super::Outcome::without_id) and left out of [`Listing::diff`](super::Listing::diff).
    pub id: String,
    /// Name that its owner gave it.
    pub name: Option<String>,
    /// Whether it can be used. `None` if the cloud does not say.
    pub status: Option<Status>,
    /// How it was made, in the cloud's words, such as `FINE_TUNING`.
    pub customization: Option<String>,
    /// Kind of content that it handles, in the cloud's words, such as `text`.
    pub modality: Option<String>,
    /// Name or ID of the model that it was made from.
    pub base_model: Option<String>,
    /// Its version, or its latest.
    pub version: Option<String>,
    /// When it was created, in the cloud's own form. Some clouds state no time zone.
    pub created: Option<Timestamp>,
    /// When it was last changed.
    pub updated: Option<Timestamp>,
    /// The vendor's item. `None` if the model was read from a file.
    pub raw: Option<R>,
}

/// Where a model is. A part that the cloud does not have, or that is not known, is `None`.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub struct Scope {
    /// Account that owns the model.
    pub account: Option<String>,
    /// Region, such as `eu-central-1`.
    pub region: Option<String>,
    /// Workspace.
    pub workspace: Option<String>,
    /// Project.
    pub project: Option<String>,
}

/// Whether a model can be used.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Status {
    /// It can be used.
    Ready,
    /// It is being made, or is changing.
    Pending,
    /// It could not be made.
    Failed,
    /// A status that does not say, in the cloud's words.
    Unknown(String),
}

impl<R> Model<R> {
    /// Creates a model of which only this is known, for tests of programs.
    ///
    /// # Examples
    ///
    /// ```
    /// # use cloud_models_runtime::catalog::{Model, Status};
    /// let mut model: Model = Model::new("example-cloud", "production", "m-1");
    /// model.status = Some(Status::Ready);
    /// ```
    pub fn new(cloud: impl Into<String>, source: impl Into<String>, id: impl Into<String>) -> Self {
        Self {
            cloud: cloud.into(),
            source: source.into(),
            scope: Scope::default(),
            id: id.into(),
            name: None,
            status: None,
            customization: None,
            modality: None,
            base_model: None,
            version: None,
            created: None,
            updated: None,
            raw: None,
        }
    }

    /// Returns the name, or the ID of a model without one.
    pub fn display_name(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.id)
    }
}

impl Status {
    /// Returns `ready`, `pending` or `failed`, or the cloud's word for another status.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Ready => "ready",
            Self::Pending => "pending",
            Self::Failed => "failed",
            Self::Unknown(text) => text,
        }
    }
}

impl std::fmt::Display for Status {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.as_str())
    }
}
