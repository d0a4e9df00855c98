//! Parameters, fields and members of unions. A change that is safe in requests can be breaking in responses, and vice versa.

use crate::diff::changes::Changes;
use crate::diff::names;
use crate::diff::renames::Renames;
use crate::diff::rules::Rule;
use crate::diff::verdict::{Api, Behaviour, Verdict, Wire};
use crate::diff::witness;
use crate::model::{Member, Place};

mod limits;
mod pair;
mod types;

use pair::Pair;
pub(in crate::diff) use types::{RECEIVED, SENT, other_members, type_name};

/// Directions in which a member is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::diff) struct Usage {
    /// Whether users set it, through a setter or an argument.
    pub(in crate::diff) sent: bool,
    /// Whether users read it, from a public field.
    pub(in crate::diff) received: bool,
}

impl Usage {
    /// Returns the directions of either.
    pub(in crate::diff) fn or(self, other: Self) -> Self {
        Self {
            sent: self.sent || other.sent,
            received: self.received || other.received,
        }
    }

    /// Returns the directions of both.
    pub(in crate::diff) fn and(self, other: Self) -> Self {
        Self {
            sent: self.sent && other.sent,
            received: self.received && other.received,
        }
    }
}

/// What the members of a group are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::diff) enum Kind {
    /// Parameters of an operation, each with its place in the request.
    Parameters,
    /// Fields of a structure.
    Fields,
    /// Members of a union, which are variants in Rust.
    Variants,
}

/// Places and names of what is sent without a parameter.
pub(in crate::diff) type Constants<'a> = &'a [(Place, String)];

/// Old and new members of an operation, structure or union.
pub(in crate::diff) struct Group<'a> {
    pub(in crate::diff) path: &'a [&'a str],
    pub(in crate::diff) usage: Usage,
    pub(in crate::diff) old: &'a [Member],
    pub(in crate::diff) new: &'a [Member],
    pub(in crate::diff) kind: Kind,
    /// Old and new names of renamed path parameters.
    pub(in crate::diff) in_path: &'a [(String, String)],
    /// Old and new arguments of `new`, as indices of members.
    pub(in crate::diff) arguments: (&'a [usize], &'a [usize]),
    /// Places and names of what released clients and new ones always send without a parameter.
    pub(in crate::diff) constants: (Constants<'a>, Constants<'a>),
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

pub(in crate::diff) fn compare(changes: &mut Changes, renames: &Renames<'_>, group: &Group<'_>) {
    let (pairs, added) = pairs(renames, group);
    constructor(changes, group, &pairs);
    let gone: Vec<_> = pairs
        .iter()
        .filter(|(_, new)| new.is_none())
        .map(|(old, _)| *old)
        .collect();
    for (old, new) in pairs {
        let start = changes.findings.len();
        let Some(new) = new else {
            removed(changes, group, old);
            changes.witness(start, Some(witness::written(old)), None);
            if let Some(other) = alike(renames, old, &gone, &added) {
                changes.hint(format!(
                    "`{other}` is new and of the same type: if it is the same under another name, pin the old one with \
                     `rust_name: {}`",
                    old.rust_name
                ));
            }
            continue;
        };
        let pair = Pair::new(group, old, new);
        if !is_same_name(new, old, group.now(old)) {
            pair.other_wire_name(changes);
        }
        pair.compare(changes, renames);
        changes.witness(
            start,
            Some(witness::written(old)),
            Some(witness::written(new)),
        );
    }
    for new in added {
        let start = changes.findings.len();
        self::added(changes, group, new);
        changes.witness(start, None, Some(witness::written(new)));
    }
    if group.usage.received && group.kind != Kind::Variants {
        order(changes, group);
    }
}

/// Returns the only new member of the same type as a member that is gone, if no other one of the type is gone.
fn alike<'a>(
    renames: &Renames<'_>,
    member: &Member,
    gone: &[&Member],
    added: &[&'a Member],
) -> Option<&'a str> {
    let is_alike = |old: &Member, new: &Member| {
        renames.apply(&old.ty) == new.ty && old.place == new.place && old.required == new.required
    };
    let mut others = added.iter().filter(|new| is_alike(member, new));
    let (other, None) = (others.next()?, others.next()) else {
        return None;
    };
    let count = gone.iter().filter(|old| is_alike(old, other)).count();
    (count == 1).then_some(other.wire.as_str())
}

/// An old member and its new version, if there is one.
type Versions<'a> = (&'a Member, Option<&'a Member>);

/// Returns the old members with their new versions, and the members that are new. A member is the same if its wire name
/// is, or its name in Rust, or if it is the argument of `new` in the same position and of the same type: code that calls
/// `new` compiles, and passes it the same value.
fn pairs<'a>(renames: &Renames<'_>, group: &Group<'a>) -> (Vec<Versions<'a>>, Vec<&'a Member>) {
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
    let mut pairs: Vec<Versions<'a>> = Vec::new();
    for old in group.old {
        let same = find(group.new, old, group.now(old)).and_then(|index| group.new.get(index));
        let same = same.or_else(|| {
            let index = added
                .iter()
                .position(|new| new.rust_name == old.rust_name)?;
            Some(added.remove(index))
        });
        pairs.push((old, same));
    }
    let (before, after) = group.arguments;
    // Public fields are used by their names.
    if group.usage.received || before.len() != after.len() {
        return (pairs, added);
    }
    for (old, new) in before.iter().zip(after) {
        let Some((old, version @ None)) = pairs.get_mut(*old) else {
            continue;
        };
        let at_position = |member: &&Member| {
            let is_it = group
                .new
                .get(*new)
                .is_some_and(|other| other.wire == member.wire);
            is_it && member.place != Place::Path && renames.apply(&old.ty) == member.ty
        };
        if let Some(index) = added.iter().position(at_position) {
            *version = Some(added.remove(index));
        }
    }
    (pairs, added)
}

/// Compares the arguments of `new`.
fn constructor(changes: &mut Changes, group: &Group<'_>, pairs: &[Versions<'_>]) {
    let (before, after) = group.arguments;
    let before: Vec<_> = before
        .iter()
        .filter_map(|index| pairs.get(*index))
        .map(|(old, new)| new.unwrap_or(old).wire.clone())
        .collect();
    let after: Vec<_> = after
        .iter()
        .filter_map(|index| group.new.get(*index))
        .map(|member| member.wire.clone())
        .collect();
    let path = [group.path, &["constructor"]].concat();
    names::arguments(changes, &path, &before, &after);
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
        Place::Payload => "payload",
    }
}

fn removed(changes: &mut Changes, group: &Group<'_>, member: &Member) {
    let Usage { sent, received } = group.usage;
    if group.kind == Kind::Variants {
        let wire = if sent { Wire::Breaking } else { Wire::Safe };
        changes.gone(
            Rule::UnionMemberRemoved,
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
            // The client goes on to fill it in.
            (_, true) if member.place == Place::Path && is_among(group.constants.1, member) => {
                verdict
            }
            (_, true) => Verdict::new(Wire::Risk, Api::Major, Behaviour::Same),
        };
        verdict = verdict.and(gone);
    }
    let is_token = sent && member.token.is_some();
    if is_token {
        verdict = verdict.and(Verdict::new(Wire::Safe, Api::Major, Behaviour::Changed));
    }
    if received {
        let wire = if is_needed(member) {
            Wire::Breaking
        } else {
            Wire::Risk
        };
        verdict = verdict.and(Verdict::new(wire, Api::Major, Behaviour::Same));
    }
    let (rule, why, advice) = if is_token {
        (
            Rule::IdempotencyTokenRemoved,
            "calls no longer send a token, so they are no longer repeated after a lost response",
            "keep it unless the service no longer accepts it",
        )
    } else if sent {
        (
            Rule::ParameterRemoved,
            "what was asked for with it is no longer asked for",
            "deprecate it for a version first",
        )
    } else {
        (
            Rule::FieldRemoved,
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
            Rule::UnionMemberAdded,
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
        // What was a constant is sent already.
        let is_sent = is_among(group.constants.0, member);
        let wire = if is_sent { Wire::Safe } else { Wire::Breaking };
        verdict = verdict.and(Verdict::new(wire, Api::Major, Behaviour::Same));
    }
    if received && is_needed(member) {
        verdict = verdict.and(Verdict::new(Wire::Safe, Api::Minor, Behaviour::Changed));
    }
    let is_token = sent && member.token.is_some();
    if is_token {
        verdict = verdict.and(Verdict::new(Wire::Safe, Api::Minor, Behaviour::Changed));
    }
    let is_required = if sent {
        member.required
    } else {
        is_needed(member)
    };
    let (rule, why, advice) = match (sent, is_required) {
        _ if is_token => (
            Rule::IdempotencyTokenAdded,
            "requests carry a token, and are sent again after more failures",
            "make sure that the service recognizes a repeated request by it",
        ),
        (true, true) => (
            Rule::RequiredParameterAdded,
            "released clients do not send it, and `new` takes another argument",
            "is it really required? Then it is a major version",
        ),
        (true, false) => (Rule::ParameterAdded, "there is a new setter", "nothing"),
        (false, true) => (
            Rule::RequiredFieldAdded,
            "a reply without it is an error from now on",
            "leave `required` away unless every reply has it",
        ),
        (false, false) => (Rule::FieldAdded, "there is a new field", "nothing"),
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

/// Returns whether what is sent without parameters has the place and name of a member.
fn is_among(constants: Constants<'_>, member: &Member) -> bool {
    constants.iter().any(|(place, name)| match place {
        Place::Header => member.place == Place::Header && name.eq_ignore_ascii_case(&member.wire),
        Place::Path => member.place == Place::Path && *name == member.wire,
        _ => is_query(member) && *name == member.wire,
    })
}

/// Returns whether a reply without the member is an error. Lists and maps are empty if they are absent.
fn is_needed(member: &Member) -> bool {
    member.required && !member.ty.is_container()
}

/// Returns whether a member is part of the query.
pub(in crate::diff) fn is_query(member: &Member) -> bool {
    matches!(member.place, Place::Query | Place::QueryCsv)
}

fn described(member: &Member) -> String {
    let required = if member.required { "required " } else { "" };
    format!("{required}{}", type_name(&member.ty))
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
        Rule::FieldsReordered,
        &path,
        (&old, &new),
        |names| names.join(", "),
        verdict,
        words,
    );
}
