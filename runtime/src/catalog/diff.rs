//! [`Diff`], the changes between two listings.

use std::collections::BTreeMap;

use super::{Listing, Model, Outcome};

/// The changes from an earlier listing to a later one, returned by [`Listing::diff`].
///
/// Models are the same if cloud, scope and ID are equal. An account that is not known is equal to any, because some clouds name it
/// only now and then. Models without an ID are left out.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Diff<R = ()> {
    /// Models that came into being.
    pub new: Vec<Model<R>>,
    /// Models that no longer exist, as they were.
    pub gone: Vec<Model<R>>,
    /// Models that differ in more than the label of their source.
    pub changed: Vec<Change<R>>,
    /// Models that are in one listing only, while the other one cannot say whether they existed: their source failed, was not
    /// asked, or listed items without an ID.
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
    /// Names of the fields that differ, such as `status`; `account` for that of the scope.
    pub fields: Vec<&'static str>,
}

/// A model that may be new or gone.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Unsure<R = ()> {
    /// It may be new: the earlier listing cannot say.
    New(Model<R>),
    /// It may be gone: the later listing cannot say.
    Gone(Model<R>),
}

impl<R> Diff<R> {
    /// Returns whether a model is known to be new, gone or changed.
    ///
    /// If not, the models may still differ: see [`unknown`](Self::unknown).
    pub fn has_known_changes(&self) -> bool {
        !(self.new.is_empty() && self.gone.is_empty() && self.changed.is_empty())
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

/// The parts that make a model the same in two listings, besides the account: cloud, region, workspace, project and ID.
type Key<'a> = (
    &'a str,
    Option<&'a str>,
    Option<&'a str>,
    Option<&'a str>,
    &'a str,
);

/// Models by their parts. Those that differ in the account alone are in one list.
type ByKey<'a, R> = BTreeMap<Key<'a>, Vec<&'a Model<R>>>;

fn key<R>(model: &Model<R>) -> Key<'_> {
    let scope = &model.scope;
    (
        &model.cloud,
        scope.region.as_deref(),
        scope.workspace.as_deref(),
        scope.project.as_deref(),
        &model.id,
    )
}

/// Returns the models with an ID, each once, by their parts and in the order in which they are listed.
fn with_id<R>(models: &[Model<R>]) -> (ByKey<'_, R>, Vec<&Model<R>>) {
    let (mut by_key, mut in_order) = (ByKey::new(), Vec::new());
    for model in models.iter().filter(|model| !model.id.is_empty()) {
        let same = by_key.entry(key(model)).or_default();
        let account = &model.scope.account;
        if !same.iter().any(|other| other.scope.account == *account) {
            same.push(model);
            in_order.push(model);
        }
    }
    (by_key, in_order)
}

/// Returns the model of the other listing that is the same.
fn find<'a, R>(by_key: &ByKey<'a, R>, model: &Model<R>) -> Option<&'a Model<R>> {
    let candidates = by_key.get(&key(model))?;
    let account = &model.scope.account;
    let mut with = candidates.iter();
    let found = with.find(|other| other.scope.account == *account);
    let is_any = |other: &&&Model<R>| account.is_none() || other.scope.account.is_none();
    found.or_else(|| candidates.iter().find(is_any)).copied()
}

impl<R: Clone> Listing<R> {
    /// Returns the changes since `before`, in the order of the listings.
    ///
    /// A model is new, or gone, only if its source is complete in the listing that lacks it, and listed no item without an ID,
    /// which may be that model. So a source that failed never looks like one whose models were deleted. The source is the same if
    /// label, cloud and scope are.
    pub fn diff(&self, before: &Self) -> Diff<R> {
        let (old, all_old) = with_id(&before.models);
        let (current, all_current) = with_id(&self.models);
        let mut diff = Diff {
            new: Vec::new(),
            gone: Vec::new(),
            changed: Vec::new(),
            unknown: Vec::new(),
        };
        for now in all_current {
            match find(&old, now) {
                Some(then) => diff.changed.extend(change(then, now)),
                None if before.is_sure_of(now, self) => diff.new.push(now.clone()),
                None => diff.unknown.push(Unsure::New(now.clone())),
            }
        }
        for then in all_old {
            if find(&current, then).is_some() {
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
        self.outcomes.iter().filter(of_label).any(|own| {
            own.complete
                && own.without_id == 0
                && own.cloud == theirs.cloud
                && own.scope == theirs.scope
        })
    }
}

fn change<R: Clone>(before: &Model<R>, now: &Model<R>) -> Option<Change<R>> {
    let differences = [
        ("account", before.scope.account != now.scope.account),
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
