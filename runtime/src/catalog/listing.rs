//! [`Listing`], the models of all sources and how each source ended.

use std::fmt;

use super::{Model, Outcome};

/// An entry that a catalog yields: a model, or how a source ended, after the last of its models.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Entry<R = ()> {
    /// A model.
    Model(Model<R>),
    /// The end of a source.
    Finished(Outcome),
}

/// The models of all sources, and how each source ended.
///
/// The order is the same in each run: that of the sources in the catalog, and the IDs within a source.
///
/// A listing can be saved with [`write`](Self::write), read with [`read`](Self::read), and compared with [`diff`](Self::diff).
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Listing<R = ()> {
    /// The models, including those of sources that failed later.
    pub models: Vec<Model<R>>,
    /// An outcome for each source. The models of a source are all there only if its outcome is complete.
    pub outcomes: Vec<Outcome>,
}

impl<R> Listing<R> {
    /// Creates a listing, for tests of programs.
    pub fn new(models: Vec<Model<R>>, outcomes: Vec<Outcome>) -> Self {
        Self { models, outcomes }
    }

    /// Returns whether every source listed all of its models. A listing without sources is not complete.
    pub fn is_complete(&self) -> bool {
        !self.outcomes.is_empty() && self.outcomes.iter().all(|outcome| outcome.complete)
    }

    /// Returns the outcomes of the sources that failed.
    pub fn failed(&self) -> impl Iterator<Item = &Outcome> {
        self.outcomes.iter().filter(|outcome| !outcome.complete)
    }
}

/// The error of a listing of which nothing could be read: all sources failed before their first model, or there is no source.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct AllFailed {
    /// An outcome for each source; empty if the catalog has no source.
    pub outcomes: Vec<Outcome>,
}

impl AllFailed {
    /// Creates the error, for tests of programs.
    pub fn new(outcomes: Vec<Outcome>) -> Self {
        Self { outcomes }
    }
}

impl fmt::Display for AllFailed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.outcomes.is_empty() {
            return f.write_str("there is no source to list models from");
        }
        f.write_str("no models could be listed")?;
        for outcome in &self.outcomes {
            write!(f, "\n{}: ", outcome.source)?;
            match &outcome.error {
                Some(error) => write!(f, "{error}")?,
                None => f.write_str("not complete")?,
            }
        }
        Ok(())
    }
}

impl std::error::Error for AllFailed {}
