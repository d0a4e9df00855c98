//! [`Queue`], which decides when a source begins, and the limits that it observes.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use super::reading::Facts;
use super::{Outcome, SourceError, SourceErrorKind};

/// The limits of a catalog.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    pub(super) sources: usize,
    pub(super) per_host: usize,
    pub(super) time: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            sources: 8,
            per_host: 2,
            time: Duration::from_secs(60),
        }
    }
}

/// The sources that have not begun, by their place in the catalog, and how many are on the way.
pub(super) struct Queue {
    waiting: VecDeque<(usize, Arc<Facts>)>,
    /// Number of sources on the way, by host.
    running: BTreeMap<String, usize>,
    limits: Limits,
}

impl Queue {
    /// Creates the queue, and the outcomes of sources that must not begin: models and failures are attributed by label, so a
    /// label that is used twice would mix them up.
    pub(super) fn new<'a>(
        sources: impl Iterator<Item = &'a Arc<Facts>>,
        limits: Limits,
    ) -> (Self, Vec<Outcome>) {
        let (mut waiting, mut refused): (VecDeque<(usize, Arc<Facts>)>, _) = Default::default();
        let mut labels = std::collections::BTreeSet::new();
        for (index, facts) in sources.enumerate() {
            if labels.insert(&facts.label) {
                waiting.push_back((index, Arc::clone(facts)));
            } else {
                let problem = "another source has this label: give each source its own";
                let error = SourceError::new(SourceErrorKind::Config, problem);
                Vec::push(&mut refused, facts.failed(error));
            }
        }
        let queue = Self {
            waiting,
            running: BTreeMap::new(),
            limits,
        };
        (queue, refused)
    }

    /// Returns the place of the next source that may begin now.
    pub(super) fn next(&mut self) -> Option<(usize, Arc<Facts>)> {
        // With a limit of 0, nothing would ever begin.
        let all: usize = self.running.values().sum();
        if all >= self.limits.sources.max(1) {
            return None;
        }
        let is_free = |(_, facts): &(usize, Arc<Facts>)| {
            let running = self.running.get(&facts.host).copied();
            running.unwrap_or_default() < self.limits.per_host.max(1)
        };
        let position = self.waiting.iter().position(is_free)?;
        let (index, facts) = self.waiting.remove(position)?;
        *self.running.entry(facts.host.clone()).or_default() += 1;
        Some((index, facts))
    }

    /// Takes back a source that could not begin after all.
    pub(super) fn put_back(&mut self, index: usize, facts: Arc<Facts>) {
        self.finished(&facts.host);
        self.waiting.push_front((index, facts));
    }

    /// Makes room after a source that ended.
    pub(super) fn finished(&mut self, host: &str) {
        if let Some(running) = self.running.get_mut(host) {
            *running = running.saturating_sub(1);
        }
    }
}
