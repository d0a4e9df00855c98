//! [`Diff`], the changes between two listings.

use std::collections::BTreeMap;

use super::{Listing, Model, Outcome, Scope};

/// The changes from an earlier listing to a later one, returned by [`Listing::diff`].
///
/// Models are the same if cloud, scope and ID are equal. Models without an ID are left out.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Diff<R = ()> {
    /// Models that came into being.
    pub new: Vec<Model<R>>,
    /// Models that no longer exist, as they were.
    pub gone: Vec<Model<R>>,
    /// Models that differ in more than the label of their source.
    pub changed: Vec<Change<R>>,
    /// Models that are in one listing only, while the other one cannot say whether they existed: their source failed or was not
    /// asked.
    pub unknown: Vec<Unsure<R>>,
}

/// A model that changed.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Change<R = ()> {
    /// The model as it was.
    pub before: Model<R>,
    /// The model as it is.
    pub now: Model<R>,
    /// Names of the fields that differ, such as `status`.
    pub fields: Vec<&'static str>,
}

/// A model that may be new or gone.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Unsure<R = ()> {
    /// It may be new: its source failed, or was not asked, in the earlier listing.
    New(Model<R>),
    /// It may be gone: its source failed, or was not asked, in the later listing.
    Gone(Model<R>),
}

impl<R> Diff<R> {
    /// Returns whether nothing is known to have changed. There may be models that are [`unknown`](Self::unknown).
    pub fn is_empty(&self) -> bool {
        self.new.is_empty() && self.gone.is_empty() && self.changed.is_empty()
    }
}

impl<R> Unsure<R> {
    /// Returns the model.
    pub fn model(&self) -> &Model<R> {
        match self {
            Self::New(model) | Self::Gone(model) => model,
        }
    }
}

/// The parts that make a model the same in two listings.
type Key<'a> = (&'a str, &'a Scope, &'a str);

fn by_key<R>(models: &[Model<R>]) -> BTreeMap<Key<'_>, &Model<R>> {
    let with_id = models.iter().filter(|model| !model.id.is_empty());
    with_id
        .map(|model| {
            (
                (model.cloud.as_str(), &model.scope, model.id.as_str()),
                model,
            )
        })
        .collect()
}

impl<R: Clone> Listing<R> {
    /// Returns the changes since `before`, in the order of the listings.
    ///
    /// A model is new, or gone, only if its source is complete in the listing that lacks it. So a source that failed never looks
    /// like one whose models were deleted. The source is the same if label, cloud and scope are.
    pub fn diff(&self, before: &Self) -> Diff<R> {
        let (old, current) = (by_key(&before.models), by_key(&self.models));
        let mut diff = Diff {
            new: Vec::new(),
            gone: Vec::new(),
            changed: Vec::new(),
            unknown: Vec::new(),
        };
        for (key, now) in in_order(&self.models, &current) {
            match old.get(&key) {
                Some(then) => diff.changed.extend(change(then, now)),
                None if before.is_sure_of(now, self) => diff.new.push(now.clone()),
                None => diff.unknown.push(Unsure::New(now.clone())),
            }
        }
        for (key, then) in in_order(&before.models, &old) {
            if current.contains_key(&key) {
                continue;
            }
            if self.is_sure_of(then, before) {
                diff.gone.push(then.clone());
            } else {
                diff.unknown.push(Unsure::Gone(then.clone()));
            }
        }
        diff
    }

    /// Returns whether this listing would have a model of `other` if it existed.
    fn is_sure_of(&self, model: &Model<R>, other: &Self) -> bool {
        let of_label = |outcome: &&Outcome| outcome.source == model.source;
        let Some(theirs) = other.outcomes.iter().find(of_label) else {
            return false;
        };
        self.outcomes
            .iter()
            .filter(of_label)
            .any(|own| own.complete && own.cloud == theirs.cloud && own.scope == theirs.scope)
    }
}

/// Returns the models of `by_key`, each once, in the order in which they are listed.
fn in_order<'a, R>(
    models: &'a [Model<R>],
    by_key: &BTreeMap<Key<'a>, &'a Model<R>>,
) -> Vec<(Key<'a>, &'a Model<R>)> {
    let keyed = models.iter().filter_map(|model| {
        let key = (model.cloud.as_str(), &model.scope, model.id.as_str());
        let chosen = by_key.get(&key)?;
        std::ptr::eq(*chosen, model).then_some((key, model))
    });
    keyed.collect()
}

fn change<R: Clone>(before: &Model<R>, now: &Model<R>) -> Option<Change<R>> {
    let differences = [
        ("name", before.name != now.name),
        ("status", before.status != now.status),
        ("customization", before.customization != now.customization),
        ("modality", before.modality != now.modality),
        ("base_model", before.base_model != now.base_model),
        ("version", before.version != now.version),
        ("created", before.created != now.created),
        ("updated", before.updated != now.updated),
    ];
    let fields: Vec<_> = differences
        .into_iter()
        .filter_map(|(name, differs)| differs.then_some(name))
        .collect();
    (!fields.is_empty()).then(|| Change {
        before: before.clone(),
        now: now.clone(),
        fields,
    })
}
