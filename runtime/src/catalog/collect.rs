//! [`Collected`], entries on the way to a [`Listing`].

use std::collections::BTreeMap;

use super::{AllFailed, Entry, Listing, Model, Outcome};

/// The entries of a run, by the place of their source in the catalog.
pub(super) struct Collected<R> {
    places: BTreeMap<String, usize>,
    models: Vec<(usize, Model<R>)>,
    outcomes: Vec<(usize, Outcome)>,
}

impl<R> Collected<R> {
    pub(super) fn new<'a>(labels: impl Iterator<Item = &'a str>) -> Self {
        let mut places = BTreeMap::new();
        for (place, label) in labels.enumerate() {
            places.entry(label.to_owned()).or_insert(place);
        }
        Self {
            places,
            models: Vec::new(),
            outcomes: Vec::new(),
        }
    }

    pub(super) fn add(&mut self, entry: Entry<R>) {
        match entry {
            Entry::Model(model) => self.models.push((self.place(&model.source), model)),
            Entry::Finished(outcome) => self.outcomes.push((self.place(&outcome.source), outcome)),
        }
    }

    fn place(&self, label: &str) -> usize {
        self.places.get(label).copied().unwrap_or(usize::MAX)
    }

    /// Returns the listing in its stable order, or an error if nothing could be read.
    pub(super) fn finish(mut self) -> Result<Listing<R>, AllFailed> {
        // Both sorts are stable: models without an ID stay in the order of their pages.
        self.outcomes.sort_by_key(|(place, _)| *place);
        self.models
            .sort_by(|(a, one), (b, other)| (a, &one.id).cmp(&(b, &other.id)));
        let outcomes: Vec<_> = self.outcomes.into_iter().map(|(_, each)| each).collect();
        let models: Vec<_> = self.models.into_iter().map(|(_, each)| each).collect();
        if models.is_empty() && !outcomes.iter().any(|outcome| outcome.complete) {
            return Err(AllFailed::new(outcomes));
        }
        Ok(Listing::new(models, outcomes))
    }
}
