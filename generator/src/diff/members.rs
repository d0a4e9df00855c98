//! Parameters, fields and members of unions. A change that is safe in requests can be breaking in responses, and vice versa.

use super::changes::Changes;
use super::names;
use super::renames::Renames;
use super::verdict::{Api, Behaviour, Verdict, Wire};
use crate::model::{Limit, Member, Place, TimestampFormat, Ty};
use crate::spec::charset;

/// Directions in which a member is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Usage {
    /// Whether users set it, through a setter or an argument.
    pub(super) sent: bool,
    /// Whether users read it, from a public field.
    pub(super) received: bool,
}

/// What the members of a group are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Parameters of an operation, each with its place in the request.
    Parameters,
    /// Fields of a structure.
    Fields,
    /// Members of a union, which are variants in Rust.
    Variants,
}

/// Old and new members of an operation, structure or union.
pub(super) struct Group<'a> {
    pub(super) path: &'a [&'a str],
    pub(super) usage: Usage,
    pub(super) old: &'a [Member],
    pub(super) new: &'a [Member],
    pub(super) kind: Kind,
    /// Old and new names of renamed path parameters.
    pub(super) in_path: &'a [(String, String)],
}

impl<'a> Group<'a> {
    /// Returns the current wire name of an old member.
    fn now(&self, member: &'a Member) -> &'a str {
        let mut renamed = self.in_path.iter().filter(|_| member.place == Place::Path);
        let pair = renamed.find(|(old, _)| *old == member.wire);
        pair.map_or(member.wire.as_str(), |(_, new)| new)
    }

    /// Returns the former wire name of a new member.
    fn before(&self, member: &'a Member) -> &'a str {
        let mut renamed = self.in_path.iter().filter(|_| member.place == Place::Path);
        let pair = renamed.find(|(_, new)| *new == member.wire);
        pair.map_or(member.wire.as_str(), |(old, _)| old)
    }
}

pub(super) fn compare(changes: &mut Changes, renames: &Renames, group: &Group<'_>) {
    // Names are unique in a spec that follows the rules; in others, members of one name are told apart by their places.
    let find = |list: &[Member], member: &Member, wire: &str| {
        let same = |other: &Member| is_same_name(other, member, wire);
        let alike = list
            .iter()
            .position(|other| same(other) && other.place == member.place);
        alike.or_else(|| list.iter().position(same))
    };
    let is_new = |member: &&Member| find(group.old, member, group.before(member)).is_none();
    let mut added: Vec<_> = group.new.iter().filter(is_new).collect();
    for old in group.old {
        let same = find(group.new, old, group.now(old)).and_then(|index| group.new.get(index));
        if let Some(new) = same {
            Pair::new(group, old, new).compare(changes, renames);
            continue;
        }
        match added.iter().position(|new| new.rust_name == old.rust_name) {
            Some(index) => {
                let pair = Pair::new(group, old, added.remove(index));
                pair.other_wire_name(changes);
                pair.compare(changes, renames);
            }
            None => removed(changes, group, old),
        }
    }
    for new in added {
        self::added(changes, group, new);
    }
    if group.usage.received && group.kind != Kind::Variants {
        order(changes, group);
    }
}

/// Returns whether a member has the given wire name. The case of header names does not matter.
fn is_same_name(member: &Member, other: &Member, wire: &str) -> bool {
    let are_headers = member.place == Place::Header && other.place == Place::Header;
    member.wire == wire || (are_headers && member.wire.eq_ignore_ascii_case(wire))
}

/// Returns the path of a member in its spec.
fn path<'a>(group: &Group<'a>, member: &'a Member) -> Vec<&'a str> {
    let mut path = group.path.to_vec();
    match group.kind {
        Kind::Parameters => path.extend(["request", section(member.place)]),
        Kind::Fields => path.push("fields"),
        Kind::Variants => path.push("union"),
    }
    path.push(&member.wire);
    path
}

/// Returns the section of `request:` that contains parameters of a place.
fn section(place: Place) -> &'static str {
    match place {
        Place::Path => "path",
        Place::Query | Place::QueryCsv => "query",
        Place::Header => "header",
        Place::Body => "body",
    }
}

fn removed(changes: &mut Changes, group: &Group<'_>, member: &Member) {
    let Usage { sent, received } = group.usage;
    if group.kind == Kind::Variants {
        let wire = if sent { Wire::Breaking } else { Wire::Safe };
        changes.gone(
            "union-member-removed",
            &path(group, member),
            &type_name(&member.ty),
            Verdict::new(wire, Api::Major, Behaviour::Same),
            "code that names the variant does not compile; a reply with the member is unknown from now on",
            "deprecate it instead: a member that never comes does no harm",
        );
        return;
    }
    let mut verdict = Verdict::new(Wire::Safe, Api::Major, Behaviour::Same);
    if sent {
        let gone = match (&member.deprecated, member.required) {
            (Some(_), false) => verdict,
            (None, false) => Verdict::new(Wire::Risk, Api::Major, Behaviour::Changed),
            (_, true) => Verdict::new(Wire::Risk, Api::Major, Behaviour::Same),
        };
        verdict = verdict.and(gone);
    }
    let is_token = sent && member.token.is_some();
    if is_token {
        verdict = verdict.and(Verdict::new(Wire::Safe, Api::Major, Behaviour::Changed));
    }
    if received {
        let wire = if member.required {
            Wire::Breaking
        } else {
            Wire::Risk
        };
        verdict = verdict.and(Verdict::new(wire, Api::Major, Behaviour::Same));
    }
    let (rule, why, advice) = if is_token {
        (
            "idempotency-token-removed",
            "calls no longer send a token, so they are no longer repeated after a lost response",
            "keep it unless the service no longer accepts it",
        )
    } else if sent {
        (
            "parameter-removed",
            "what was asked for with it is no longer asked for",
            "deprecate it for a version first",
        )
    } else {
        (
            "field-removed",
            "code that reads the field does not compile; released clients find it absent",
            "deprecate it, unless the service no longer sends it",
        )
    };
    changes.gone(
        rule,
        &path(group, member),
        &described(member),
        verdict,
        why,
        advice,
    );
}

fn added(changes: &mut Changes, group: &Group<'_>, member: &Member) {
    let Usage { sent, received } = group.usage;
    if group.kind == Kind::Variants {
        let behaviour = if received {
            Behaviour::Changed
        } else {
            Behaviour::Same
        };
        changes.came(
            "union-member-added",
            &path(group, member),
            &type_name(&member.ty),
            Verdict::new(Wire::Safe, Api::Minor, behaviour),
            "there is a new variant; what came as unknown is it from now on",
            "nothing",
        );
        return;
    }
    let mut verdict = Verdict::new(Wire::Safe, Api::Minor, Behaviour::Same);
    if sent && member.required {
        verdict = verdict.and(Verdict::new(Wire::Breaking, Api::Major, Behaviour::Same));
    }
    if received && member.required {
        verdict = verdict.and(Verdict::new(Wire::Safe, Api::Minor, Behaviour::Changed));
    }
    let is_token = sent && member.token.is_some();
    if is_token {
        verdict = verdict.and(Verdict::new(Wire::Safe, Api::Minor, Behaviour::Changed));
    }
    let (rule, why, advice) = match (sent, member.required) {
        _ if is_token => (
            "idempotency-token-added",
            "requests carry a token, and are sent again after more failures",
            "make sure that the service recognizes a repeated request by it",
        ),
        (true, true) => (
            "required-parameter-added",
            "released clients do not send it, and `new` takes another argument",
            "is it really required? Then it is a major version",
        ),
        (true, false) => ("parameter-added", "there is a new setter", "nothing"),
        (false, true) => (
            "required-field-added",
            "a reply without it is an error from now on",
            "leave `required` away unless every reply has it",
        ),
        (false, false) => ("field-added", "there is a new field", "nothing"),
    };
    changes.came(
        rule,
        &path(group, member),
        &described(member),
        verdict,
        why,
        advice,
    );
}

fn described(member: &Member) -> String {
    let required = if member.required { "required " } else { "" };
    format!("{required}{}", type_name(&member.ty))
}

/// Returns a type as specs write it.
pub(super) fn type_name(ty: &Ty) -> String {
    match ty {
        Ty::String => "string".to_owned(),
        Ty::Integer => "integer".to_owned(),
        Ty::Number => "number".to_owned(),
        Ty::Boolean => "boolean".to_owned(),
        Ty::Timestamp(_) => "timestamp".to_owned(),
        Ty::Bytes => "bytes".to_owned(),
        Ty::Json => "json".to_owned(),
        Ty::Enum(name) | Ty::Structure(name) | Ty::Union(name) => name.clone(),
        Ty::List(element) => format!("list of {}", type_name(element)),
        Ty::Map(value) => format!("map of {}", type_name(value)),
    }
}

/// Reports a changed order of response fields, which `Debug` and serde output follows.
fn order(changes: &mut Changes, group: &Group<'_>) {
    let names = |list: &[Member], other: &[Member]| {
        let common = |member: &&Member| other.iter().any(|each| each.wire == member.wire);
        let common = list.iter().filter(common);
        common.map(|member| member.wire.clone()).collect::<Vec<_>>()
    };
    let (old, new) = (names(group.old, group.new), names(group.new, group.old));
    let path = [group.path, &["fields"]].concat();
    let verdict = Verdict::new(Wire::Safe, Api::None, Behaviour::Changed);
    let words = (
        "`Debug` and `Serialize` show the fields in another order",
        "nothing",
    );
    changes.changed(
        "fields-reordered",
        &path,
        (&old, &new),
        |names| names.join(", "),
        verdict,
        words,
    );
}

/// Old and new version of a member.
struct Pair<'a> {
    usage: Usage,
    kind: Kind,
    path: Vec<&'a str>,
    old: &'a Member,
    new: &'a Member,
    /// Whether another member now has the old Rust name.
    is_taken: bool,
}

impl<'a> Pair<'a> {
    fn new(group: &Group<'a>, old: &'a Member, new: &'a Member) -> Self {
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

    fn other_wire_name(&self, changes: &mut Changes) {
        let words = (
            "another name travels; the one in Rust is the same, so nobody sees it",
            "is it a correction of the spec? Released clients send and read the old name",
        );
        let verdict = Verdict::new(Wire::Breaking, Api::None, Behaviour::Changed);
        let names = (&self.old.wire, &self.new.wire);
        changes.changed(
            "wire-name-changed",
            &self.path,
            names,
            String::clone,
            verdict,
            words,
        );
    }

    fn compare(&self, changes: &mut Changes, renames: &Renames) {
        self.rust_name(changes);
        self.place(changes);
        let is_other = self.ty(changes, renames);
        if !is_other {
            self.timestamp_format(changes);
            self.boxed(changes);
        }
        self.required(changes);
        // The limits of different types cannot be compared.
        let limits = is_other || self.limits(changes);
        let default = self.default(changes);
        self.sensitive(changes);
        let token = self.token(changes);
        changes.deprecation(
            &self.path,
            self.old.deprecated.as_ref(),
            self.new.deprecated.as_ref(),
        );
        // The documentation contains limits, default and token, so it differs whenever they do.
        if !limits && !default && !token {
            let path = [&self.path[..], &["docs"]].concat();
            changes.docs(&path, &self.old.docs, &self.new.docs);
        }
    }

    fn rust_name(&self, changes: &mut Changes) {
        // Callers do not write the names of arguments.
        let is_argument = self.kind != Kind::Variants
            && !self.usage.received
            && self.old.required
            && self.new.required;
        let api = if is_argument { Api::None } else { Api::Major };
        let names = (&self.old.rust_name, &self.new.rust_name);
        let rule = match self.kind {
            Kind::Variants => "variant-renamed",
            Kind::Parameters | Kind::Fields => "rust-name-changed",
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
                    "name-changed",
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
        changes.changed("parameter-moved", &self.path, places, shown, verdict, words);
    }

    /// Compares the types, and returns whether they differ.
    fn ty(&self, changes: &mut Changes, renames: &Renames) -> bool {
        let old = renames.apply(&self.old.ty);
        // A type that changed its kind has its own finding.
        if old == self.new.ty || type_name(&old) == type_name(&self.new.ty) {
            return false;
        }
        let is_json = self.new.place == Place::Body;
        let sent = self.usage.sent.then(|| sent(&old, &self.new.ty, is_json));
        let received = self.usage.received.then(|| received(&old, &self.new.ty));
        let mut verdict = sent
            .into_iter()
            .chain(received)
            .fold(Verdict::HARMLESS, Verdict::and);
        // The value of a variant is given as it is, without `impl Into`.
        if self.kind == Kind::Variants {
            verdict.api = Api::Major;
        }
        let mut path = self.path.clone();
        path.push("type");
        let values = (Some(type_name(&self.old.ty)), Some(type_name(&self.new.ty)));
        let words = (
            "values of another type are sent, received or in the API",
            "if both are right, it is a major version",
        );
        changes.report("type-changed", &path, values, verdict, words);
        true
    }

    fn timestamp_format(&self, changes: &mut Changes) {
        let format = |member: &Member| match member.ty.innermost() {
            Ty::Timestamp(format) => Some(*format),
            _ => None,
        };
        let (Some(old), Some(new)) = (format(self.old), format(self.new)) else {
            return;
        };
        let mut verdict = Verdict::HARMLESS;
        if self.usage.sent {
            verdict = verdict.and(Verdict::new(Wire::Breaking, Api::None, Behaviour::Changed));
        }
        if self.usage.received {
            verdict = verdict.and(format_received(old, new));
        }
        let path = [&self.path[..], &["format"]].concat();
        let words = match (self.usage.sent, verdict.wire) {
            (true, _) => (
                "times are sent in another format; the API is the same, so nobody sees it",
                "is it a correction of the spec? Released clients send the old format",
            ),
            (false, Wire::Safe) => (
                "replies have times in another format; clients read all of them",
                "nothing",
            ),
            (false, Wire::Risk | Wire::Breaking) => (
                "replies have times in another unit, which released clients read wrongly",
                "is it a correction of the spec? Released clients expect the old unit",
            ),
        };
        changes.changed(
            "timestamp-format-changed",
            &path,
            (&old, &new),
            |format| format_name(*format).to_owned(),
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
            "box-changed",
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
                    "parameter-became-required",
                    Verdict::new(Wire::Breaking, Api::Major, Behaviour::Same),
                    (
                        "requests without it are refused; it moves from a setter into `new`",
                        "is it really required?",
                    ),
                )
            } else {
                (
                    "parameter-became-optional",
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
            // Lists and maps have no `Option` whether they are required or not.
            let is_container = self.new.ty.is_container() && self.old.ty.is_container();
            let api = if is_container { Api::None } else { Api::Major };
            let (rule, wire, words) = if self.new.required {
                (
                    "field-became-required",
                    Wire::Safe,
                    (
                        "a reply without it is an error from now on",
                        "leave `required` away unless every reply has it",
                    ),
                )
            } else {
                (
                    "field-became-optional",
                    Wire::Breaking,
                    (
                        "released clients fail on a reply without it",
                        "make it optional in the next major version",
                    ),
                )
            };
            changes.report(
                rule,
                &path,
                values,
                Verdict::new(wire, api, Behaviour::Changed),
                words,
            );
        }
    }

    /// Compares the limits, and returns whether they differ.
    fn limits(&self, changes: &mut Changes) -> bool {
        if self.old.limits == self.new.limits {
            return false;
        }
        let keys: [&[&str]; 8] = [
            &["range"],
            &["length"],
            &["count"],
            &["chars"],
            &["pattern"],
            &["keys", "length"],
            &["keys", "chars"],
            &["keys", "pattern"],
        ];
        for key in keys {
            let limit =
                |member: &'a Member| member.limits.iter().find(|limit| limit_key(limit) == key);
            let (old, new) = (limit(self.old), limit(self.new));
            if old == new {
                continue;
            }
            let path = [&self.path[..], key].concat();
            let values = (old.map(limit_text), new.map(limit_text));
            if !self.usage.sent {
                let words = (
                    "replies are not checked, so it is documentation only",
                    "nothing",
                );
                changes.report(
                    "limit-of-field-changed",
                    &path,
                    values,
                    Verdict::HARMLESS,
                    words,
                );
            } else if is_wider(old, new) {
                let words = (
                    "released clients refuse what the service takes by now",
                    "nothing; users can switch the check off",
                );
                let verdict = Verdict::new(Wire::Safe, Api::None, Behaviour::Same);
                changes.report("limit-loosened", &path, values, verdict, words);
            } else {
                let words = (
                    "values that were sent are refused by the service, and before by the client",
                    "make sure that the service refuses them: servers change later than documents",
                );
                let verdict = Verdict::new(Wire::Breaking, Api::None, Behaviour::Changed);
                changes.report("limit-tightened", &path, values, verdict, words);
            }
        }
        true
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
            changes.report("default-changed", &path, values, verdict, words);
        } else {
            let words = (
                "the service does what it did; the documentation says so, or no longer",
                "nothing",
            );
            changes.report(
                "default-documented",
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
            "idempotency-token-changed",
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
            "sensitivity-changed",
            &path,
            values,
            ToString::to_string,
            verdict,
            words,
        );
    }
}

/// Returns the verdict on a changed type in requests.
fn sent(old: &Ty, new: &Ty, is_json: bool) -> Verdict {
    const MAJOR: Verdict = Verdict::new(Wire::Safe, Api::Major, Behaviour::Same);
    match (old, new) {
        // Setters accept `impl Into` of the enum, which includes strings.
        (Ty::String, Ty::Enum(_)) => Verdict::HARMLESS,
        // The same applies to timestamps, but invalid values are then rejected instead of sent.
        (Ty::String, Ty::Timestamp(format)) if !(is_json && is_number(*format)) => {
            Verdict::new(Wire::Safe, Api::None, Behaviour::Changed)
        }
        (Ty::Timestamp(format), Ty::String) if !(is_json && is_number(*format)) => MAJOR,
        (Ty::Enum(_), Ty::String | Ty::Enum(_)) => MAJOR,
        // The service takes anything.
        (_, Ty::Json) => MAJOR,
        (Ty::Integer, Ty::Number) => MAJOR,
        // A query contains only text.
        (Ty::Integer | Ty::Number | Ty::Boolean, Ty::String) if !is_json => MAJOR,
        (Ty::List(old), Ty::List(new)) | (Ty::Map(old), Ty::Map(new)) => {
            let verdict = sent(old, new, is_json);
            // Setters convert the elements of a list, but take a list inside of it as it is, such as `Vec<String>`.
            match old.is_container() {
                true => verdict.and(MAJOR),
                false => verdict,
            }
        }
        _ => Verdict::new(Wire::Breaking, Api::Major, Behaviour::Same),
    }
}

/// Returns the verdict on a changed type in responses.
fn received(old: &Ty, new: &Ty) -> Verdict {
    let is_text = |ty: &Ty| match ty {
        Ty::String | Ty::Enum(_) => true,
        Ty::Timestamp(format) => !is_number(*format),
        _ => false,
    };
    let wire = match (old, new) {
        (old, new) if is_text(old) && is_text(new) => Wire::Safe,
        // Released clients read every format of a time, and any JSON.
        (Ty::Timestamp(_), new) if is_text(new) => Wire::Safe,
        (Ty::Json, _) => Wire::Safe,
        (Ty::String, Ty::Bytes) => Wire::Safe,
        (Ty::Number, Ty::Integer) => Wire::Safe,
        (Ty::List(old), Ty::List(new)) | (Ty::Map(old), Ty::Map(new)) => {
            return received(old, new);
        }
        _ => Wire::Breaking,
    };
    Verdict::new(wire, Api::Major, Behaviour::Same)
}

/// Returns the verdict on a changed format of timestamps in responses. Numbers are milliseconds if the format says so or
/// if they are large, else seconds.
fn format_received(old: TimestampFormat, new: TimestampFormat) -> Verdict {
    use TimestampFormat::{EpochMillis, EpochSeconds};
    match (old, new) {
        (EpochMillis, EpochSeconds) => Verdict::new(Wire::Breaking, Api::None, Behaviour::Changed),
        (EpochMillis, _) | (_, EpochMillis) => {
            Verdict::new(Wire::Risk, Api::None, Behaviour::Changed)
        }
        _ => Verdict::HARMLESS,
    }
}

/// Whether timestamps of a format are numbers in JSON.
fn is_number(format: TimestampFormat) -> bool {
    matches!(
        format,
        TimestampFormat::EpochSeconds | TimestampFormat::EpochMillis
    )
}

/// Returns the name of a format in specs.
fn format_name(format: TimestampFormat) -> &'static str {
    match format {
        TimestampFormat::Rfc3339 => "rfc3339",
        TimestampFormat::EpochSeconds => "epoch-seconds",
        TimestampFormat::EpochMillis => "epoch-millis",
        TimestampFormat::HttpDate => "http-date",
    }
}

/// Returns the key of a limit, below that of its member.
fn limit_key(limit: &Limit) -> &'static [&'static str] {
    match limit {
        Limit::Range(..) => &["range"],
        Limit::Length(..) => &["length"],
        Limit::Count(..) => &["count"],
        Limit::Chars(_) => &["chars"],
        Limit::Pattern(_) => &["pattern"],
        Limit::Keys(limit) => match **limit {
            Limit::Length(..) => &["keys", "length"],
            Limit::Chars(_) => &["keys", "chars"],
            Limit::Pattern(_) => &["keys", "pattern"],
            // A spec has no other limits of keys.
            Limit::Range(..) | Limit::Count(..) | Limit::Keys(_) => &["keys"],
        },
    }
}

fn limit_text(limit: &Limit) -> String {
    match limit {
        Limit::Range(min, max) | Limit::Length(min, max) | Limit::Count(min, max) => {
            let min = min.map(|min| min.to_string()).unwrap_or_default();
            let max = max.map(|max| format!("={max}")).unwrap_or_default();
            format!("{min}..{max}")
        }
        Limit::Chars(text) | Limit::Pattern(text) => text.clone(),
        Limit::Keys(limit) => limit_text(limit),
    }
}

/// Returns whether a limit accepts everything that the old one did. Patterns cannot be compared, so a changed pattern
/// counts as narrower.
fn is_wider(old: Option<&Limit>, new: Option<&Limit>) -> bool {
    let is_length = matches!(new, Some(Limit::Length(..) | Limit::Count(..)));
    match (old, new) {
        (_, None) => true,
        (None, Some(_)) => false,
        (
            Some(Limit::Range(a, b) | Limit::Length(a, b) | Limit::Count(a, b)),
            Some(Limit::Range(c, d) | Limit::Length(c, d) | Limit::Count(c, d)),
        ) => {
            // A length has an implicit minimum of 0.
            let least = |min: &Option<i64>| min.or(is_length.then_some(0));
            let (a, c) = (least(a), least(c));
            let lower = c.is_none_or(|new| a.is_some_and(|old| new <= old));
            let upper = d.is_none_or(|new| b.is_some_and(|old| new >= old));
            lower && upper
        }
        (Some(Limit::Keys(old)), Some(Limit::Keys(new))) => is_wider(Some(old), Some(new)),
        (Some(Limit::Chars(old)), Some(Limit::Chars(new))) => charset::covers(new, old),
        _ => false,
    }
}
