//! Operations: what is sent where, what comes back, how pages follow each other.

use super::compare::Changes;
use super::members::{self, Group, Usage, type_name};
use super::types::Renames;
use super::{Api, Behaviour, Verdict, Wire};
use crate::model::{FieldPath, Operation, Paging, PagingStyle, Service};

const UNSEEN: Verdict = Verdict::new(Wire::Breaking, Api::None, Behaviour::Changed);

pub(super) fn compare(changes: &mut Changes, renames: &Renames, old: &Service, new: &Service) {
    let find = |list: &[Operation], name: &str| list.iter().position(|each| each.name == name);
    let is_new = |each: &&Operation| find(&old.operations, &each.name).is_none();
    let mut added: Vec<_> = new.operations.iter().filter(is_new).collect();
    for operation in &old.operations {
        let same = find(&new.operations, &operation.name);
        if let Some(now) = same.and_then(|index| new.operations.get(index)) {
            Pair::new(operation, now).compare(changes, renames, (old, new));
            continue;
        }
        // The same request under another name.
        let request =
            |each: &Operation| (each.method.clone(), each.path.clone(), each.fixed.clone());
        let renamed = added
            .iter()
            .position(|each| request(each) == request(operation));
        if let Some(index) = renamed {
            let now = added.remove(index);
            Pair::new(operation, now).compare(changes, renames, (old, new));
            continue;
        }
        changes.gone(
            "operation-removed",
            &["operations", &operation.name],
            &format!("{} {}", operation.method, operation.path),
            Verdict::new(Wire::Breaking, Api::Major, Behaviour::Same),
            "code that uses the operation does not compile, and released clients are refused",
            "deprecate it for as long as the service answers",
        );
    }
    for operation in added {
        changes.came(
            "operation-added",
            &["operations", &operation.name],
            &format!("{} {}", operation.method, operation.path),
            Verdict::new(Wire::Safe, Api::Minor, Behaviour::Same),
            "there is a new operation",
            "nothing",
        );
    }
}

struct Pair<'a> {
    path: [&'a str; 2],
    old: &'a Operation,
    new: &'a Operation,
}

impl<'a> Pair<'a> {
    fn new(old: &'a Operation, new: &'a Operation) -> Self {
        let path = ["operations", new.name.as_str()];
        Self { path, old, new }
    }

    fn at<'k>(&self, keys: &[&'k str]) -> Vec<&'k str>
    where
        'a: 'k,
    {
        [&self.path[..], keys].concat()
    }

    fn compare(&self, changes: &mut Changes, renames: &Renames, services: (&Service, &Service)) {
        let Self { old, new, .. } = *self;
        self.names(changes);
        self.request(changes);
        self.constructor(changes);
        let group = Group {
            path: &self.path,
            usage: Usage {
                sent: true,
                received: false,
            },
            old: &old.members,
            new: &new.members,
            places: true,
        };
        members::compare(changes, renames, &group);
        self.answer(changes, renames);
        self.paging(changes, renames);
        changes.deprecation(
            &self.at(&["deprecated"]),
            old.deprecated.as_ref(),
            new.deprecated.as_ref(),
        );
        changes.docs(&self.at(&["docs"]), &old.docs, &new.docs);
        changes.docs(
            &self.at(&["see"]),
            std::slice::from_ref(&old.see),
            std::slice::from_ref(&new.see),
        );
        // That follows from a field which is secret, or no longer, and has a finding of its own.
        if services.0.types == services.1.types {
            let words = (
                "whether raw replies are shown in errors changes",
                "make sure that no secret shows",
            );
            let verdict = Verdict::new(Wire::Safe, Api::None, Behaviour::Changed);
            let values = (&old.secret_reply, &new.secret_reply);
            changes.changed(
                "sensitivity-changed",
                &self.path,
                values,
                ToString::to_string,
                verdict,
                words,
            );
        }
    }

    fn names(&self, changes: &mut Changes) {
        let Self { old, new, .. } = *self;
        // An alias keeps the old name.
        let has_alias = new.renamed_from.as_ref() == Some(&old.rust_name);
        let api = if has_alias { Api::None } else { Api::Major };
        let verdict = Verdict::new(Wire::Safe, api, Behaviour::Same);
        let words = (
            "the type of the operation has another name",
            "keep the old one with `renamed_from`",
        );
        changes.changed(
            "operation-renamed",
            &self.path,
            (&old.rust_name, &new.rust_name),
            String::clone,
            verdict,
            words,
        );
        if old.rust_name == new.rust_name {
            let words = ("messages name the operation differently", "nothing");
            changes.changed(
                "name-changed",
                &self.path,
                (&old.name, &new.name),
                String::clone,
                Verdict::HARMLESS,
                words,
            );
        }
        alias(
            changes,
            &self.at(&["renamed_from"]),
            &old.renamed_from,
            &new.renamed_from,
            (&old.rust_name, &new.rust_name),
        );
    }

    fn request(&self, changes: &mut Changes) {
        let Self { old, new, .. } = *self;
        let line = |each: &Operation| format!("{} {}", each.method, each.path);
        let words = (
            "another request is sent",
            "check it against a captured request",
        );
        changes.changed(
            "request-line-changed",
            &self.at(&["http"]),
            (&line(old), &line(new)),
            String::clone,
            UNSEEN,
            words,
        );
        let pairs = |each: &Operation| {
            let mut pairs = each.fixed.clone();
            pairs.sort();
            pairs
        };
        let shown = |pairs: &Vec<(String, String)>| {
            let pairs = pairs.iter().map(|(name, value)| format!("{name}={value}"));
            pairs.collect::<Vec<_>>().join("&")
        };
        let words = (
            "what is always sent changes: often that is the version of the API",
            "another version may have other members everywhere: check the whole operation",
        );
        changes.changed(
            "fixed-query-changed",
            &self.at(&["fixed"]),
            (&pairs(old), &pairs(new)),
            shown,
            UNSEEN,
            words,
        );
        let words = (
            "it is sent again after a failure, or no longer",
            "make sure that a second request changes nothing",
        );
        let verdict = Verdict::new(Wire::Safe, Api::None, Behaviour::Changed);
        changes.changed(
            "read-only-changed",
            &self.at(&["read_only"]),
            (&old.read_only, &new.read_only),
            ToString::to_string,
            verdict,
            words,
        );
    }

    fn constructor(&self, changes: &mut Changes) {
        let arguments = |each: &Operation| {
            let members = each
                .constructor
                .iter()
                .filter_map(|index| each.members.get(*index));
            members
                .map(|member| member.wire.clone())
                .collect::<Vec<_>>()
        };
        reordered(
            changes,
            &self.at(&["constructor"]),
            &arguments(self.old),
            &arguments(self.new),
        );
    }

    fn answer(&self, changes: &mut Changes, renames: &Renames) {
        let (old, new) = (renames.name(&self.old.output), &self.new.output);
        let words = (
            "it answers with another structure",
            "make it a new operation, or a major version",
        );
        let verdict = Verdict::new(Wire::Breaking, Api::Major, Behaviour::Same);
        changes.changed(
            "response-changed",
            &self.at(&["response"]),
            (old, new.as_str()),
            str::to_owned,
            verdict,
            words,
        );
    }

    fn paging(&self, changes: &mut Changes, renames: &Renames) {
        let path = self.at(&["pagination"]);
        let (old, new) = match (&self.old.paging, &self.new.paging) {
            (None, None) => return,
            (None, Some(new)) => {
                return changes.came(
                    "pagination-added",
                    &path,
                    style_name(&new.style),
                    Verdict::new(Wire::Safe, Api::Minor, Behaviour::Same),
                    "clients can list all pages",
                    "nothing",
                );
            }
            (Some(old), None) => {
                return changes.gone(
                    "pagination-removed",
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
            "item-type-changed",
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
        let (a, b) = (self.way(self.old, old), self.way(self.new, new));
        for (key, old, new) in a.rows(&b) {
            let path = self.at(&["pagination", key]);
            changes.changed(
                "paging-changed",
                &path,
                (old, new),
                |text| text.clone().unwrap_or_else(|| "none".to_owned()),
                UNSEEN,
                words,
            );
        }
        let words = ("lists are fetched with another number of calls", "nothing");
        let verdict = Verdict::new(Wire::Risk, Api::None, Behaviour::Changed);
        let values = (&default_size(&old.style), &default_size(&new.style));
        // A default that changed has a finding of its own.
        let defaults = |each: &Operation| {
            each.members
                .iter()
                .map(|member| (member.wire.clone(), member.default.clone()))
                .collect::<Vec<_>>()
        };
        if defaults(self.old) == defaults(self.new) {
            changes.changed(
                "page-size-changed",
                &path,
                values,
                |size| size.map_or("none".to_owned(), |size| size.to_string()),
                verdict,
                words,
            );
        }
    }

    /// How pages follow each other, in wire names.
    fn way(&self, operation: &Operation, paging: &Paging) -> Way {
        let wire = |rust: &str| {
            let member = operation
                .members
                .iter()
                .find(|member| member.rust_name == rust);
            member.map_or(rust, |member| &member.wire).to_owned()
        };
        let path = |path: &FieldPath| path.wire.join(".");
        let mut way = Way {
            style: Some(style_name(&paging.style).to_owned()),
            request: Some(wire(&paging.request)),
            items: Some(path(&paging.items)),
            page_size: paging.page_size.as_deref().map(wire),
            ..Way::default()
        };
        match &paging.style {
            PagingStyle::Token { token } => way.response = Some(path(token)),
            PagingStyle::Marker { marker, more } => {
                way.response = Some(path(marker));
                way.more = Some(path(more));
            }
            PagingStyle::PageNumber { total, size, .. } => {
                way.total = total.as_ref().map(path);
                way.response_page_size = size.as_ref().map(path);
            }
            PagingStyle::Offset { total } => way.total = total.as_ref().map(path),
        }
        way
    }
}

#[derive(Default)]
struct Way {
    style: Option<String>,
    request: Option<String>,
    response: Option<String>,
    more: Option<String>,
    items: Option<String>,
    total: Option<String>,
    page_size: Option<String>,
    response_page_size: Option<String>,
}

impl Way {
    fn rows<'w>(
        &'w self,
        other: &'w Self,
    ) -> [(&'static str, &'w Option<String>, &'w Option<String>); 8] {
        [
            ("style", &self.style, &other.style),
            ("request", &self.request, &other.request),
            ("response", &self.response, &other.response),
            ("more", &self.more, &other.more),
            ("items", &self.items, &other.items),
            ("total", &self.total, &other.total),
            ("page_size", &self.page_size, &other.page_size),
            (
                "response_page_size",
                &self.response_page_size,
                &other.response_page_size,
            ),
        ]
    }
}

fn style_name(style: &PagingStyle) -> &'static str {
    match style {
        PagingStyle::Token { .. } => "token",
        PagingStyle::Marker { .. } => "marker",
        PagingStyle::PageNumber { .. } => "page-number",
        PagingStyle::Offset { .. } => "offset",
    }
}

fn default_size(style: &PagingStyle) -> Option<i64> {
    match style {
        PagingStyle::PageNumber { default_size, .. } => Some(*default_size),
        _ => None,
    }
}

/// The arguments of `new` in another order: two of one type swap places without a word of the compiler.
pub(super) fn reordered(changes: &mut Changes, path: &[&str], old: &[String], new: &[String]) {
    let common = |list: &[String], other: &[String]| {
        let names = list.iter().filter(|name| other.contains(name));
        names.cloned().collect::<Vec<_>>()
    };
    let (old, new) = (common(old, new), common(new, old));
    let verdict = Verdict::new(Wire::Safe, Api::Major, Behaviour::Changed);
    let words = (
        "arguments of `new` swap places: those of one type compile, and each travels as the other",
        "put them back: the order stands for ever, new ones come at the end",
    );
    changes.changed(
        "arguments-reordered",
        path,
        (&old, &new),
        |names| names.join(", "),
        verdict,
        words,
    );
}

/// A former name that is kept, or no longer.
pub(super) fn alias(
    changes: &mut Changes,
    path: &[&str],
    old: &Option<String>,
    new: &Option<String>,
    (before, now): (&str, &str),
) {
    if let Some(gone) = old
        && new.as_ref() != Some(gone)
        && gone != now
    {
        changes.gone(
            "alias-removed",
            path,
            gone,
            Verdict::new(Wire::Safe, Api::Major, Behaviour::Same),
            "code that still uses the former name does not compile",
            "keep it until the next major version",
        );
    }
    if let Some(name) = new
        && old.as_ref() != Some(name)
        && name != before
    {
        changes.came(
            "alias-added",
            path,
            name,
            Verdict::new(Wire::Safe, Api::Minor, Behaviour::Same),
            "there is another, deprecated name",
            "nothing",
        );
    }
}
