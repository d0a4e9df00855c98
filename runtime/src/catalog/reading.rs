//! [`Reading`], a source on the way through its pages, without I/O: both clients perform what it says.

use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use super::convert::{model, workspace};
use super::{Model, Outcome, Scope, SourceError, SourceErrorKind};
use crate::config::{Attempt, AttemptHook, ResolvedConfig};
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
        Outcome {
            scope: self.scope.clone(),
            complete: false,
            error: Some(error),
            ..Outcome::new(&self.label, self.cloud)
        }
    }
}

/// A source on the way through its pages.
pub(super) struct Reading<O> {
    facts: Arc<Facts>,
    pager: Pager<O>,
    limit: Duration,
    spent: Duration,
    count: u64,
    without_id: u64,
    /// Hashes of what makes the models different: account, project and ID.
    known: HashSet<u64>,
    hasher: RandomState,
    error: Option<SourceError>,
}

impl<O: Catalogued> Reading<O> {
    pub(super) fn new(facts: Arc<Facts>, operation: O, limit: Duration) -> Self {
        Self {
            facts,
            pager: Pager::new(operation),
            limit,
            spent: Duration::ZERO,
            count: 0,
            without_id: 0,
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
                self.error = Some(self.too_long());
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
        self.spent = self.spent.saturating_add(elapsed);
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
        self.count += models.len() as u64;
        self.without_id += without_id as u64 + nulls;
        models
    }

    /// Returns how the source ended, after the last page.
    pub(super) fn outcome(self, requests: u64) -> Outcome {
        Outcome {
            source: self.facts.label.clone(),
            cloud: self.facts.cloud.to_owned(),
            scope: self.facts.scope.clone(),
            complete: self.error.is_none(),
            count: self.count,
            without_id: self.without_id,
            requests,
            duration: self.spent,
            error: self.error,
        }
    }

    fn left(&self) -> Duration {
        match self.limit {
            Duration::MAX => Duration::MAX,
            limit => limit.saturating_sub(self.spent),
        }
    }

    fn error_of(&self, error: &Error) -> SourceError {
        match error.is_timeout() && self.left().is_zero() {
            true => self.too_long(),
            false => SourceError::from(error),
        }
    }

    fn too_long(&self) -> SourceError {
        SourceError::new(
            SourceErrorKind::Timeout,
            format!(
                "the source took longer than {:?} (`source_timeout`)",
                self.limit
            ),
        )
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

/// Counts the requests of a source, and passes them on to the hook of its client.
pub(super) struct Counter {
    requests: AtomicU64,
    hook: Option<Arc<dyn AttemptHook>>,
}

impl Counter {
    pub(super) fn new(config: &ResolvedConfig) -> Arc<Self> {
        Arc::new(Self {
            requests: AtomicU64::new(0),
            hook: config.options.attempt_hook.clone(),
        })
    }

    pub(super) fn requests(&self) -> u64 {
        self.requests.load(Ordering::Relaxed)
    }
}

impl AttemptHook for Counter {
    fn started(&self, attempt: &Attempt<'_>) {
        self.requests.fetch_add(1, Ordering::Relaxed);
        if let Some(hook) = &self.hook {
            hook.started(attempt);
        }
    }

    fn finished(&self, attempt: &Attempt<'_>, elapsed: Duration, result: Result<(), &Error>) {
        if let Some(hook) = &self.hook {
            hook.finished(attempt, elapsed, result);
        }
    }
}

impl ResolvedConfig {
    /// Returns the configuration of a call that may take `left`.
    pub(super) fn for_page(&self, left: Duration, counter: &Arc<Counter>) -> Self {
        let mut config = self.clone();
        let options = &mut config.options;
        options.call_timeout = options.call_timeout.min(left);
        options.attempt_hook = Some(Arc::clone(counter) as Arc<dyn AttemptHook>);
        config
    }
}
