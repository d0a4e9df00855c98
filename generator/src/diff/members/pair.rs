//! Comparison of two versions of a member.

use super::{Group, Kind, Usage, path, section};
use crate::diff::changes::Changes;
use crate::diff::names;
use crate::diff::renames::Renames;
use crate::diff::rules::Rule;
use crate::diff::verdict::{Api, Behaviour, Verdict, Wire};
use crate::model::{Member, Place, Source, Ty};

/// Old and new version of a member.
pub(super) struct Pair<'a> {
    pub(super) usage: Usage,
    pub(super) kind: Kind,
    pub(super) path: Vec<&'a str>,
    pub(super) old: &'a Member,
    pub(super) new: &'a Member,
    /// Whether another member now has the old Rust name.
    is_taken: bool,
}

impl<'a> Pair<'a> {
    pub(super) fn new(group: &Group<'a>, old: &'a Member, new: &'a Member) -> Self {
        Self {
            usage: group.usage,
            kind: group.kind,
            path: path(group, new),
            old,
            new,
            is_taken: group
                .new
                .iter()
                .any(|other| other.rust_name == old.rust_name && other.wire != new.wire),
        }
    }

    pub(super) fn other_wire_name(&self, changes: &mut Changes) {
        // The names of payloads, and of maps in the query, do not travel.
        let is_map =
            |member: &Member| member.place == Place::Query && matches!(member.ty, Ty::Map(_));
        let has_no_name = |member: &Member| member.place == Place::Payload || is_map(member);
        if self.usage.sent && has_no_name(self.old) && has_no_name(self.new) {
            let words = ("the name does not travel", "nothing");
            return changes.changed(
                Rule::WireNameChanged,
                &self.path,
                (&self.old.wire, &self.new.wire),
                String::clone,
                Verdict::HARMLESS,
                words,
            );
        }
        let words = (
            "another name travels; the one in Rust is the same, so nobody sees it",
            "is it a correction of the spec? Released clients send and read the old name",
        );
        let verdict = Verdict::new(Wire::Breaking, Api::None, Behaviour::Changed);
        let names = (&self.old.wire, &self.new.wire);
        changes.changed(
            Rule::WireNameChanged,
            &self.path,
            names,
            String::clone,
            verdict,
            words,
        );
    }

    pub(super) fn compare(&self, changes: &mut Changes, renames: &Renames<'_>) {
        self.rust_name(changes);
        self.place(changes);
        self.source(changes);
        let is_other = self.ty(changes, renames);
        if !is_other {
            self.timestamp_format(changes);
            self.boxed(changes);
        }
        self.required(changes);
        let limits = self.limits(changes);
        let default = self.default(changes);
        self.sensitive(changes);
        let token = self.token(changes);
        let deprecated = (self.old.deprecated.as_ref(), self.new.deprecated.as_ref());
        if self.is_argument() {
            changes.deprecated_argument(&self.path, deprecated);
        } else {
            changes.deprecation(&self.path, deprecated.0, deprecated.1);
        }
        // The documentation contains limits, default and token, so it differs whenever they do.
        if !is_other && !limits && !default && !token {
            let path = [&self.path[..], &["docs"]].concat();
            changes.docs(&path, &self.old.docs, &self.new.docs);
        }
    }

    /// Returns whether the member is an argument of `new` and nothing else. Callers do not write its name.
    fn is_argument(&self) -> bool {
        self.kind != Kind::Variants
            && !self.usage.received
            && self.old.required
            && self.new.required
    }

    fn rust_name(&self, changes: &mut Changes) {
        let is_argument = self.is_argument();
        let api = if is_argument { Api::None } else { Api::Major };
        let names = (&self.old.rust_name, &self.new.rust_name);
        let rule = match self.kind {
            Kind::Variants => Rule::VariantRenamed,
            Kind::Parameters | Kind::Fields => Rule::RustNameChanged,
        };
        names::rust_name(
            changes,
            rule,
            &self.path,
            names,
            api,
            self.is_taken && !is_argument,
        );
        if names.0 == names.1 {
            let names = (&self.old.wire, &self.new.wire);
            let is_case = names.0.eq_ignore_ascii_case(names.1) && self.new.place == Place::Header;
            if is_case || self.new.place == Place::Path && self.old.place == Place::Path {
                let words = ("the service does not see the difference", "nothing");
                changes.changed(
                    Rule::NameChanged,
                    &self.path,
                    names,
                    String::clone,
                    Verdict::HARMLESS,
                    words,
                );
            }
        }
    }

    fn place(&self, changes: &mut Changes) {
        let shown = |place: &Place| match place {
            Place::QueryCsv => "query, separated by commas".to_owned(),
            Place::Query => "query, repeated".to_owned(),
            place => section(*place).to_owned(),
        };
        let words = (
            "it travels elsewhere or in another form; the API is the same, so nobody sees it",
            "check it against a captured request",
        );
        let verdict = Verdict::new(Wire::Breaking, Api::None, Behaviour::Changed);
        let places = (&self.old.place, &self.new.place);
        changes.changed(
            Rule::ParameterMoved,
            &self.path,
            places,
            shown,
            verdict,
            words,
        );
    }

    fn source(&self, changes: &mut Changes) {
        let shown = |source: &Source| match source {
            Source::Body => "body".to_owned(),
            Source::Header(name) => format!("header {name}"),
            Source::HeaderPrefix(prefix) => format!("header-prefix {prefix}"),
            Source::Status => "status".to_owned(),
            Source::Payload => "payload".to_owned(),
        };
        let words = (
            "it is read from another part of a reply; the API is the same, so nobody sees it",
            "check it against a captured reply",
        );
        let verdict = Verdict::new(Wire::Breaking, Api::None, Behaviour::Changed);
        changes.changed(
            Rule::FieldMoved,
            &[&self.path[..], &["from"]].concat(),
            (&self.old.source, &self.new.source),
            shown,
            verdict,
            words,
        );
    }

    fn boxed(&self, changes: &mut Changes) {
        // Setters and `new` take the value without its box.
        let is_public = self.usage.received || self.kind == Kind::Variants;
        let api = if is_public { Api::Major } else { Api::None };
        let words = (
            "the type contains itself, or no longer does, so the value is in a `Box`, or no longer is",
            "nothing, if the service does it: it is a major version",
        );
        changes.changed(
            Rule::BoxChanged,
            &self.path,
            (&self.old.boxed, &self.new.boxed),
            |boxed| if *boxed { "boxed" } else { "not boxed" }.to_owned(),
            Verdict::new(Wire::Safe, api, Behaviour::Same),
            words,
        );
    }

    fn required(&self, changes: &mut Changes) {
        if self.old.required == self.new.required {
            return;
        }
        let mut path = self.path.clone();
        path.push("required");
        let values = (
            Some(self.old.required.to_string()),
            Some(self.new.required.to_string()),
        );
        if self.usage.sent {
            let (rule, verdict, words) = if self.new.required {
                (
                    Rule::ParameterBecameRequired,
                    Verdict::new(Wire::Breaking, Api::Major, Behaviour::Same),
                    (
                        "requests without it are refused; it moves from a setter into `new`",
                        "is it really required?",
                    ),
                )
            } else {
                (
                    Rule::ParameterBecameOptional,
                    Verdict::new(Wire::Safe, Api::Major, Behaviour::Same),
                    (
                        "it moves from `new` to a setter, so every call has to be changed",
                        "leave it required until the next major version",
                    ),
                )
            };
            changes.report(rule, &path, values.clone(), verdict, words);
        }
        if self.usage.received {
            let is_optional = |member: &Member| member.is_optional(self.usage.sent);
            let is_same = is_optional(self.old) == is_optional(self.new);
            let api = if is_same { Api::None } else { Api::Major };
            let rule = match self.new.required {
                true => Rule::FieldBecameRequired,
                false => Rule::FieldBecameOptional,
            };
            let (wire, behaviour, words) = match (self.new.required, self.new.ty.is_container()) {
                (_, true) => (
                    Wire::Safe,
                    Behaviour::Same,
                    (
                        "a reply without it is read as if it were empty, as before",
                        "nothing",
                    ),
                ),
                (true, false) => (
                    Wire::Safe,
                    Behaviour::Changed,
                    (
                        "a reply without it is an error from now on",
                        "leave `required` away unless every reply has it",
                    ),
                ),
                (false, false) => (
                    Wire::Breaking,
                    Behaviour::Changed,
                    (
                        "released clients fail on a reply without it",
                        "make it optional in the next major version",
                    ),
                ),
            };
            let verdict = Verdict::new(wire, api, behaviour);
            changes.report(rule, &path, values, verdict, words);
        }
    }

    /// Compares the defaults, and returns whether they differ.
    fn default(&self, changes: &mut Changes) -> bool {
        let (old, new) = (&self.old.default, &self.new.default);
        if old == new {
            return false;
        }
        let path = [&self.path[..], &["default"]].concat();
        let values = (old.clone(), new.clone());
        if old.is_some() && new.is_some() {
            let words = (
                "the same request gets another answer, since the service fills in something else",
                "say so in the changelog: no code shows it",
            );
            let verdict = Verdict::new(Wire::Risk, Api::None, Behaviour::Changed);
            changes.report(Rule::DefaultChanged, &path, values, verdict, words);
        } else {
            let words = (
                "the service does what it did; the documentation says so, or no longer",
                "nothing",
            );
            changes.report(
                Rule::DefaultDocumented,
                &path,
                values,
                Verdict::HARMLESS,
                words,
            );
        }
        true
    }

    /// Compares the idempotency tokens, and returns whether they differ.
    fn token(&self, changes: &mut Changes) -> bool {
        let (old, new) = (&self.old.token, &self.new.token);
        let path = [&self.path[..], &["idempotency_token"]].concat();
        let shown = |length: &Option<usize>| match length {
            Some(length) => format!("{length} characters"),
            None => "none".to_owned(),
        };
        let words = (
            "calls set another token or none, and are sent again after more failures, or fewer",
            "make sure that the service recognizes a repeated request by it",
        );
        let verdict = Verdict::new(Wire::Safe, Api::None, Behaviour::Changed);
        changes.changed(
            Rule::IdempotencyTokenChanged,
            &path,
            (old, new),
            shown,
            verdict,
            words,
        );
        old != new
    }

    fn sensitive(&self, changes: &mut Changes) {
        let path = [&self.path[..], &["sensitive"]].concat();
        let words = match self.new.sensitive {
            true => ("`Debug` no longer shows it", "nothing"),
            false => (
                "`Debug` and errors show what was secret",
                "make sure that it is not a secret: logs keep it for ever",
            ),
        };
        let verdict = match self.new.sensitive {
            true => Verdict::new(Wire::Safe, Api::None, Behaviour::Changed),
            false => Verdict::new(Wire::Risk, Api::None, Behaviour::Changed),
        };
        let values = (&self.old.sensitive, &self.new.sensitive);
        changes.changed(
            Rule::SensitivityChanged,
            &path,
            values,
            ToString::to_string,
            verdict,
            words,
        );
    }
}
