//! [`Catalog`], several sources that are listed at once.

use std::time::Duration;

use super::clouds::{CloudVisitor, Clouds, Skipped};
use super::collect::Collected;
use super::models::Models;
use super::queue::Limits;
use super::{AllFailed, Listing, Source};
use crate::client::Client;
use crate::paging::Catalogued;

/// Several sources, which are listed at once.
///
/// A source that fails, hangs or is throttled keeps no other from listing its models, and is never taken for one without
/// models: its [`Outcome`](super::Outcome) says what happened.
#[derive(Clone, Debug)]
#[must_use = "nothing is sent before models are asked for"]
pub struct Catalog<R> {
    pub(super) sources: Vec<Source<R>>,
    pub(super) limits: Limits,
}

impl<R: Send + 'static> Catalog<R> {
    /// Creates a catalog of sources, each with its own label.
    pub fn new(sources: impl IntoIterator<Item = Source<R>>) -> Self {
        Self {
            sources: sources.into_iter().collect(),
            limits: Limits::default(),
        }
    }

    /// Creates a catalog from the environment variables of the vendors' own tools: a source for each cloud whose credentials and
    /// region are set and whose list needs no argument. Its label is the name of the cloud.
    ///
    /// Also returns the other clouds, each with the reason. Nothing is sent.
    pub fn from_env() -> (Self, Vec<Skipped>)
    where
        R: Clouds,
    {
        let mut found = FromEnv {
            sources: Vec::new(),
            skipped: Vec::new(),
        };
        R::visit(&mut found);
        (Self::new(found.sources), found.skipped)
    }

    /// Adds a source.
    pub fn source(mut self, source: Source<R>) -> Self {
        self.sources.push(source);
        self
    }

    /// Returns the sources.
    pub fn sources(&self) -> &[Source<R>] {
        &self.sources
    }

    /// Sets the maximum number of sources that are listed at once, at least 1. Default: 8.
    pub fn max_sources(mut self, sources: usize) -> Self {
        self.limits.sources = sources;
        self
    }

    /// Sets the maximum number of sources of one host that are listed at once, at least 1. Default: 2.
    pub fn max_per_host(mut self, sources: usize) -> Self {
        self.limits.per_host = sources;
        self
    }

    /// Sets the time that the requests of a source may take in total. Default: 60 s; [`Duration::MAX`] switches it off.
    ///
    /// A source that takes longer fails; models that it has listed by then stay. Needs the timer of the client.
    pub fn source_timeout(mut self, time: Duration) -> Self {
        self.limits.time = time;
        self
    }

    /// Returns the models of all sources as they arrive, and after the last of each source how it ended. Nothing is sent before
    /// the first is awaited.
    pub fn models(&self) -> Models<R> {
        Models::new(self.sources.clone(), self.limits)
    }

    /// Returns the models of all sources, and how each source ended.
    ///
    /// # Errors
    ///
    /// Returns an error if nothing could be read: no source is complete and none listed a model, or there is no source. If some
    /// sources failed, [`Listing::failed`] returns them.
    pub async fn collect(&self) -> Result<Listing<R>, AllFailed> {
        let mut collected = Collected::new(self.sources.iter().map(Source::label));
        let mut models = self.models();
        while let Some(entry) = models.next().await {
            collected.add(entry);
        }
        collected.finish()
    }
}

/// The clouds whose settings are in the environment.
struct FromEnv<R> {
    sources: Vec<Source<R>>,
    skipped: Vec<Skipped>,
}

impl<R: Send + 'static> CloudVisitor<R> for FromEnv<R> {
    fn list<O: Catalogued>(&mut self, operation: O)
    where
        R: From<O::Item>,
    {
        match Client::from_env() {
            Ok(client) => self.sources.push(Source::new(O::CLOUD, client, operation)),
            Err(error) => self.skipped.push(Skipped::because_of::<O>(&error)),
        }
    }

    fn needs<O: Catalogued>(&mut self, arguments: &[&str]) {
        self.skipped.push(Skipped::needing::<O>(arguments));
    }
}
