//! [`Reading`], a source on the way through its pages, without I/O: both clients perform what it says.

use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;
use std::time::Duration;

use super::convert::{model, workspace};
use super::progress::{Counts, Progress};
use super::{Model, Outcome, Scope, SourceError, SourceErrorKind};
use crate::config::ResolvedConfig;
use crate::error::{Error, Result};
use crate::paging::{Catalogued, PageRequest, Pager, nulls};
use crate::schema::{Place, Value, raw_at};
use crate::service::{Reply, Service};

/// The facts of a source that do not depend on the client.
#[derive(Clone, Debug)]
pub(super) struct Facts {
    pub(super) label: String,
    pub(super) cloud: &'static str,
    pub(super) scope: Scope,
    /// Host and port that its requests go to.
    pub(super) host: String,
}

impl Facts {
    pub(super) fn new<O: Catalogued>(
        label: String,
        config: &ResolvedConfig,
        operation: &O,
    ) -> Self {
        Self {
            label,
            cloud: O::CLOUD,
            scope: Scope {
                account: None,
                region: config.target.region.clone(),
                workspace: workspace(operation),
                project: config.options.project_id.clone(),
            },
            host: config.host().to_owned(),
        }
    }

    /// Returns the outcome of the source if it fails before its first request.
    pub(super) fn failed(&self, error: SourceError) -> Outcome {
        self.outcome(Counts::default(), Some(error))
    }

    /// Returns the outcome of the source. Without an error, it is complete.
    pub(super) fn outcome(&self, counts: Counts, error: Option<SourceError>) -> Outcome {
        Outcome {
            source: self.label.clone(),
            cloud: self.cloud.to_owned(),
            scope: self.scope.clone(),
            complete: error.is_none(),
            count: counts.models,
            without_id: counts.without_id,
            requests: counts.requests,
            duration: counts.spent,
            error,
        }
    }
}

/// Returns the error of a source that panicked: its transport, its hooks, or the conversion of an item.
pub(super) fn panicked() -> SourceError {
    SourceError::new(SourceErrorKind::Other, "the source panicked")
}

/// Returns the error of a source that took longer than its limit.
pub(super) fn too_long(limit: Duration) -> SourceError {
    let problem = format!("the source took longer than {limit:?} (`source_timeout`)");
    SourceError::new(SourceErrorKind::Timeout, problem)
}

/// A source on the way through its pages.
pub(super) struct Reading<O> {
    facts: Arc<Facts>,
    pager: Pager<O>,
    limit: Duration,
    progress: Arc<Progress>,
    /// Hashes of what makes the models different: account, project and ID.
    known: HashSet<u64>,
    hasher: RandomState,
    error: Option<SourceError>,
}

impl<O: Catalogued> Reading<O> {
    pub(super) fn new(
        facts: Arc<Facts>,
        operation: O,
        limit: Duration,
        progress: Arc<Progress>,
    ) -> Self {
        Self {
            facts,
            pager: Pager::new(operation),
            limit,
            progress,
            known: HashSet::new(),
            hasher: RandomState::new(),
            error: None,
        }
    }

    /// Returns the request of the next page, with the time that is left for it; `None` at the end.
    pub(super) fn next(&mut self) -> Option<(PageRequest<O>, Duration)> {
        if self.error.is_some() {
            return None;
        }
        let Some(next) = self.pager.next() else {
            self.error = self
                .pager
                .shortfall()
                .map(|error| SourceError::from(&error));
            return None;
        };
        match next {
            Ok(_) if self.left().is_zero() => {
                self.error = Some(too_long(self.limit));
                None
            }
            Ok(request) => Some((request, self.left())),
            Err(error) => {
                self.error = Some(SourceError::from(&error));
                None
            }
        }
    }

    /// Takes a page, for which the client needed some time, and returns its models.
    pub(super) fn received<R: From<O::Item>>(
        &mut self,
        page: Result<Reply<O::Output>>,
        elapsed: Duration,
    ) -> Vec<Model<R>> {
        self.progress
            .update(|counts| counts.spent = counts.spent.saturating_add(elapsed));
        let mut page = match self.pager.received(page) {
            Ok(page) => page,
            Err(error) => {
                self.error = Some(self.error_of(&error));
                return Vec::new();
            }
        };
        if !has_members::<O>(&mut page) {
            self.error = Some(SourceError {
                request_id: page.request_id().map(str::to_owned),
                ..SourceError::new(
                    SourceErrorKind::Reply,
                    format!(
                        "{}: {}: the response has none of the documented members, such as `{}`",
                        O::Service::INFO.name,
                        O::NAME,
                        O::PAGING.items
                    ),
                )
            });
            return Vec::new();
        }
        let nulls = nulls::<O>(&mut page) as u64;
        let items = O::items(page.output_mut()).map(std::mem::take);
        let models = items.unwrap_or_default().into_iter();
        let models = models.map(|item| model::<O, R>(item, &self.facts.label, &self.facts.scope));
        let (known, hasher) = (&mut self.known, &self.hasher);
        let models: Vec<_> = models
            .filter(|model| {
                // IDs are long, hashes are not.
                let Scope {
                    account, project, ..
                } = &model.scope;
                model.id.is_empty() || known.insert(hasher.hash_one((account, project, &model.id)))
            })
            .collect();
        let without_id = models.iter().filter(|model| model.id.is_empty()).count();
        self.progress.update(|counts| {
            counts.models += models.len() as u64;
            counts.without_id += without_id as u64 + nulls;
        });
        models
    }

    /// Returns how the source ended, after the last page.
    pub(super) fn outcome(self) -> Outcome {
        self.facts.outcome(self.progress.counts(), self.error)
    }

    fn left(&self) -> Duration {
        match self.limit {
            Duration::MAX => Duration::MAX,
            limit => limit.saturating_sub(self.progress.counts().spent),
        }
    }

    fn error_of(&self, error: &Error) -> SourceError {
        match error.is_timeout() && self.left().is_zero() {
            true => too_long(self.limit),
            false => SourceError::from(error),
        }
    }
}

/// Returns whether a page has a documented member of the body. One that has none, such as `{}`, is no page: it does not say that
/// there are no models. A list that is `null` has none if another member is there.
fn has_members<O: Catalogued>(page: &mut Reply<O::Output>) -> bool {
    if O::items(page.output_mut()).is_some_and(|items| !items.is_empty()) {
        return true;
    }
    let (output, body) = (&**page, std::str::from_utf8(page.raw()).unwrap_or_default());
    let Some(members) = output.view().members() else {
        return true;
    };
    members.iter().any(|member| match member.place {
        Place::Payload => !body.trim().is_empty() && body.trim() != "null",
        _ => {
            let result = O::Service::INFO.result.into_iter();
            let path: Vec<_> = result.chain([member.name]).collect();
            raw_at(body, &path).is_some_and(|value| value.get() != "null")
        }
    })
}
