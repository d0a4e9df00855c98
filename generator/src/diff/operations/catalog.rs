//! Meaning of items in a catalog.

use std::collections::BTreeSet;

use super::Pair;
use crate::diff::changes::Changes;
use crate::diff::rules::Rule;
use crate::diff::verdict::{Api, Behaviour, Verdict, Wire};
use crate::model::Catalog;

impl Pair<'_> {
    pub(super) fn catalog(&self, changes: &mut Changes) {
        let path = self.at(&["catalog"]);
        let id = |catalog: &Catalog| catalog.paths.get("id").cloned().unwrap_or_default();
        let (old, new) = match (&self.old.catalog, &self.new.catalog) {
            (None, None) => return,
            (None, Some(new)) => {
                return changes.came(
                    Rule::CatalogAdded,
                    &path,
                    &id(new),
                    Verdict::new(Wire::Safe, Api::Minor, Behaviour::Same),
                    "catalogs can list the models of the service",
                    "nothing",
                );
            }
            (Some(old), None) => {
                return changes.gone(
                    Rule::CatalogRemoved,
                    &path,
                    &id(old),
                    Verdict::new(Wire::Safe, Api::Major, Behaviour::Same),
                    "code that makes a source of the operation does not compile",
                    "keep it",
                );
            }
            (Some(old), Some(new)) => (old, new),
        };
        let words = (
            "catalogs show another value, and differ from saved listings",
            "say so in the changelog",
        );
        let verdict = Verdict::new(Wire::Safe, Api::None, Behaviour::Changed);
        let shown = |value: &Option<&String>| match value {
            Some(value) => (*value).clone(),
            None => "none".to_owned(),
        };
        let keys: BTreeSet<_> = old.paths.keys().chain(new.paths.keys()).collect();
        for key in keys {
            let path = self.at(&["catalog", key]);
            let values = (&old.paths.get(key), &new.paths.get(key));
            changes.changed(Rule::CatalogChanged, &path, values, shown, verdict, words);
        }
        let texts: BTreeSet<_> = old.statuses.keys().chain(new.statuses.keys()).collect();
        for text in texts {
            let path = self.at(&["catalog", "statuses", text]);
            let values = (&old.statuses.get(text), &new.statuses.get(text));
            changes.changed(Rule::CatalogChanged, &path, values, shown, verdict, words);
        }
    }
}
