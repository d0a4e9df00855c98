//! Paging of operations.

use super::{Pair, UNSEEN};
use crate::diff::changes::Changes;
use crate::diff::members::type_name;
use crate::diff::renames::Renames;
use crate::diff::rules::Rule;
use crate::diff::verdict::{Api, Behaviour, Verdict, Wire};
use crate::model::{FieldPath, Operation, Paging, PagingStyle};

impl Pair<'_> {
    pub(super) fn paging(&self, changes: &mut Changes, renames: &Renames<'_>) {
        let path = self.at(&["pagination"]);
        let (old, new) = match (&self.old.paging, &self.new.paging) {
            (None, None) => return,
            (None, Some(new)) => {
                return changes.came(
                    Rule::PaginationAdded,
                    &path,
                    style_name(&new.style),
                    Verdict::new(Wire::Safe, Api::Minor, Behaviour::Same),
                    "clients can list all pages",
                    "nothing",
                );
            }
            (Some(old), None) => {
                return changes.gone(
                    Rule::PaginationRemoved,
                    &path,
                    style_name(&old.style),
                    Verdict::new(Wire::Safe, Api::Major, Behaviour::Same),
                    "code that lists pages or items does not compile",
                    "keep it",
                );
            }
            (Some(old), Some(new)) => (old, new),
        };
        let item = renames.apply(&old.item);
        let verdict = Verdict::new(Wire::Safe, Api::Major, Behaviour::Same);
        let words = (
            "lists have elements of another type",
            "make it a major version",
        );
        changes.changed(
            Rule::ItemTypeChanged,
            &path,
            (&item, &new.item),
            type_name,
            verdict,
            words,
        );
        let words = (
            "pages are followed in another way: a mistake here loses pages, or never ends",
            "list a whole account with it before it is released",
        );
        let shown = |place: &Option<Place>| {
            place
                .as_ref()
                .map_or("none".to_owned(), |place| place.wire.clone())
        };
        let (a, b) = (way(self.old, old), way(self.new, new));
        let (before, after) = (style_name(&old.style), style_name(&new.style));
        let style = self.at(&["pagination", "style"]);
        changes.changed(
            Rule::PagingChanged,
            &style,
            (before, after),
            str::to_owned,
            UNSEEN,
            words,
        );
        // If the style changed, its fields differ as a consequence.
        if before == after {
            for ((key, old), (_, new)) in a.iter().zip(&b) {
                let path = self.at(&["pagination", key]);
                let (verdict, words) = match (old, new) {
                    // Without a total or the size of a page, a list goes on until a page is empty.
                    (Some(_), None) | (None, Some(_)) => (
                        Verdict::new(Wire::Safe, Api::None, Behaviour::Changed),
                        (
                            "lists end at another sign, which may take one call more or less",
                            "list a whole account with it before it is released",
                        ),
                    ),
                    _ => (UNSEEN, words),
                };
                changes.changed(
                    Rule::PagingChanged,
                    &path,
                    (old, new),
                    shown,
                    verdict,
                    words,
                );
            }
        }
        // No client sends a page size on its own.
        let size = |operation, paging: &Paging| {
            paging
                .page_size
                .as_ref()
                .map(|name| parameter(operation, name))
        };
        changes.changed(
            Rule::PageSizeChanged,
            &self.at(&["pagination", "page_size"]),
            (&size(self.old, old), &size(self.new, new)),
            shown,
            Verdict::HARMLESS,
            (
                "another parameter sets the page size, or none is known to",
                "nothing",
            ),
        );
        let shown = |number: &Option<i64>| number.map_or("none".to_owned(), |it| it.to_string());
        // A released client with a higher cap treats a total at the new cap as exact.
        let is_lower = match (old.total_cap, new.total_cap) {
            (Some(old), Some(new)) => new < old,
            (old, _) => old.is_none(),
        };
        let wire = if is_lower { Wire::Risk } else { Wire::Safe };
        let words = (
            "lists go on past another total",
            "list an account that has more elements than the cap with it",
        );
        changes.changed(
            Rule::TotalCapChanged,
            &self.at(&["pagination", "total_cap"]),
            (&old.total_cap, &new.total_cap),
            shown,
            Verdict::new(wire, Api::None, Behaviour::Changed),
            words,
        );
    }
}

/// A member or path by its wire name and its Rust name. Two places are equal if either name is the same, because a
/// change of the other has its own finding.
struct Place {
    wire: String,
    rust: String,
}

impl PartialEq for Place {
    fn eq(&self, other: &Self) -> bool {
        self.wire == other.wire || self.rust == other.rust
    }
}

/// Returns the place of a parameter, which is given by its name in Rust.
fn parameter(operation: &Operation, rust: &str) -> Place {
    let mut members = operation.members.iter();
    let member = members.find(|member| member.rust_name == rust);
    Place {
        wire: member.map_or(rust, |member| &member.wire).to_owned(),
        rust: rust.to_owned(),
    }
}

/// Returns the places that paging uses, by the keys of the spec.
fn way(operation: &Operation, paging: &Paging) -> [(&'static str, Option<Place>); 6] {
    let path = |path: &FieldPath| {
        let fields: Vec<_> = path.fields.iter().map(|(name, _)| name.as_str()).collect();
        Place {
            wire: path.wire.join("."),
            rust: fields.join("."),
        }
    };
    let (mut response, mut more, mut total, mut size) = (None, None, None, None);
    match &paging.style {
        PagingStyle::Token { token } => response = Some(path(token)),
        PagingStyle::Marker { marker, more: word } => {
            (response, more) = (Some(path(marker)), Some(path(word)));
        }
        PagingStyle::PageNumber {
            total: all,
            size: served,
            ..
        } => {
            (total, size) = (all.as_ref().map(path), served.as_ref().map(path));
        }
        PagingStyle::Offset { total: all } => total = all.as_ref().map(path),
        PagingStyle::None => {}
    }
    [
        (
            "request",
            paging
                .request
                .as_ref()
                .map(|name| parameter(operation, name)),
        ),
        ("response", response),
        ("more", more),
        ("items", Some(path(&paging.items))),
        ("total", total),
        ("response_page_size", size),
    ]
}

fn style_name(style: &PagingStyle) -> &'static str {
    match style {
        PagingStyle::Token { .. } => "token",
        PagingStyle::Marker { .. } => "marker",
        PagingStyle::PageNumber { .. } => "page-number",
        PagingStyle::Offset { .. } => "offset",
        PagingStyle::None => "none",
    }
}
