//! What belongs together in a spec and a description: operations, their members, and types.

use std::collections::{BTreeMap, BTreeSet};

use crate::describe::Description;
use crate::draft::LeftOut;
use crate::model::{ErrorCode, Member, Operation, Place, Service, Source, Ty, Type};
use crate::names;

/// The types of a spec, each with the types of the description that are in its places.
pub(super) type Partners = BTreeMap<String, Vec<String>>;

/// Two services to be compared: that of the spec, and the one made from the description.
pub(super) struct Pair<'a> {
    pub(super) spec: &'a Service,
    pub(super) described: &'a Service,
    pub(super) description: &'a Description,
    /// What the description has, and the one made from it does not.
    pub(super) left_out: &'a LeftOut,
}

impl<'a> Pair<'a> {
    /// Returns the operation of the description that is one of the spec.
    pub(super) fn partner(&self, operation: &Operation) -> Option<&'a Operation> {
        let mut all = self.described.operations.iter();
        let same_name = all.find(|other| other.name == operation.name);
        let mut all = self.described.operations.iter();
        same_name.or_else(|| all.find(|other| self.is_same_request(operation, other)))
    }

    /// Returns the error code of the description that is one of the spec.
    pub(super) fn code(&self, code: &ErrorCode) -> Option<&'a ErrorCode> {
        let mut all = self.described.errors.codes.iter();
        all.find(|other| is_same_code(code, other))
    }

    /// Whether two operations with different names send the same request. In descriptions for people names are missing or
    /// made up; SDKs are named after the others.
    fn is_same_request(&self, operation: &Operation, other: &Operation) -> bool {
        !self.description.is_complete()
            && other.method == operation.method
            && numbered(&other.path) == numbered(&operation.path)
            && other.fixed == operation.fixed
    }

    /// Finds which types are in the same places, from the operations on.
    pub(super) fn partners(&self) -> Partners {
        let mut walk = Walk {
            pair: self,
            partners: Partners::new(),
            seen: BTreeSet::new(),
        };
        let mut open: Vec<(String, String)> = Vec::new();
        for operation in &self.spec.operations {
            let Some(other) = self.partner(operation) else {
                continue;
            };
            for member in &operation.members {
                if let Some(found) = counterpart(operation, member, other) {
                    open.extend(named(&member.ty, &found.ty));
                }
            }
            if !self.left_out.has_reply_of(&other.name) {
                open.extend(operation.output.clone().zip(other.output.clone()));
            }
        }
        for code in &self.spec.errors.codes {
            let other = self.code(code).and_then(|other| other.details.clone());
            open.extend(code.details.clone().zip(other));
        }
        open.reverse();
        walk.along(open);
        // The place of a type is lost if its only member has another name now. If there is one of its name that has no
        // place in the spec either, it is most likely that.
        for name in self.reached() {
            let known =
                |walk: &Walk<'_, '_>| walk.partners.values().flatten().any(|it| *it == name);
            let types = find(self.spec, &name).zip(find(self.described, &name));
            if !walk.partners.contains_key(&name)
                && !known(&walk)
                && types.is_some_and(|(ty, other)| is_alike(ty, other))
            {
                walk.along(vec![(name.clone(), name)]);
            }
        }
        walk.partners
    }

    /// Returns the names of the types of the spec that occur in operations which the description has, too.
    fn reached(&self) -> Vec<String> {
        let operations = self.spec.operations.iter();
        let operations = operations.filter(|operation| self.partner(operation).is_some());
        let mut open = Vec::new();
        for operation in operations {
            open.extend(operation.output.clone());
            open.extend(operation.members.iter().filter_map(|it| name_of(&it.ty)));
        }
        let mut reached: Vec<String> = Vec::new();
        while let Some(name) = open.pop() {
            if reached.contains(&name) {
                continue;
            }
            let members = find(self.spec, &name).map(Type::members);
            let members = members.unwrap_or_default().iter();
            open.extend(members.filter_map(|member| name_of(&member.ty)));
            reached.push(name);
        }
        reached.sort();
        reached
    }
}

/// A walk along both services.
struct Walk<'p, 'a> {
    pair: &'p Pair<'a>,
    partners: Partners,
    /// Pairs that were met already: types may contain themselves.
    seen: BTreeSet<(String, String)>,
}

impl Walk<'_, '_> {
    fn along(&mut self, mut open: Vec<(String, String)>) {
        while let Some((name, other)) = open.pop() {
            if !self.seen.insert((name.clone(), other.clone())) {
                continue;
            }
            self.partners
                .entry(name.clone())
                .or_default()
                .push(other.clone());
            let types = find(self.pair.spec, &name).zip(find(self.pair.described, &other));
            let Some((ty, other)) = types else {
                continue;
            };
            for member in ty.members() {
                if let Some(found) = same_field(ty.members(), member, other.members()) {
                    open.extend(named(&member.ty, &found.ty));
                }
            }
        }
    }
}

/// Whether a code of the spec is one of a description, which may have a namespace behind it.
pub(super) fn is_same_code(code: &ErrorCode, other: &ErrorCode) -> bool {
    code.wire == other.wire || Some(code.wire.as_str()) == other.wire.split('.').next()
}

/// Whether two types are of one kind and have something in common.
fn is_alike(ty: &Type, other: &Type) -> bool {
    match (ty, other) {
        (Type::Structure(_), Type::Structure(_)) | (Type::Union(_), Type::Union(_)) => {
            let mut members = ty.members().iter();
            members.any(|member| field(other.members(), member).is_some())
        }
        (Type::Enum(ty), Type::Enum(other)) => {
            let has = |wire: &str| other.values.iter().any(|value| value.wire == wire);
            ty.values.iter().any(|value| has(&value.wire))
        }
        _ => false,
    }
}

/// Returns a path with numbers for its parameters, whose names do not travel.
pub(super) fn numbered(path: &str) -> String {
    let mut out = String::new();
    let mut rest = path;
    while let Some((before, label)) = rest.split_once('{') {
        let (name, after) = label.split_once('}').unwrap_or((label, ""));
        out.push_str(before);
        out.push_str(if name.ends_with('+') { "{+}" } else { "{}" });
        rest = after;
    }
    out + rest
}

/// Returns the names of the parameters of a path.
pub(super) fn labels(path: &str) -> impl Iterator<Item = &str> {
    let parts = path.split('{').skip(1);
    parts.filter_map(|part| Some(part.split_once('}')?.0.trim_end_matches('+')))
}

/// Returns the label of another path that stands for one of a path: the one with its name, or else with its position among
/// those that have no namesake.
pub(super) fn same_label<'p>(of: &str, label: &str, other: &'p str) -> Option<&'p str> {
    if let Some(same) = labels(other).find(|it| *it == label) {
        return Some(same);
    }
    let is_alone = |path: &'p str, label: &str| !labels(path).any(|it| it == label);
    let mut own = labels(of).filter(|it| is_alone(other, it));
    let position = own.position(|it| it == label)?;
    let mut others = labels(other).filter(|it| !labels(of).any(|own| own == *it));
    others.nth(position)
}

/// Whether two paths are the same but for the names of their labels.
pub(super) fn is_same_path(a: &str, b: &str) -> bool {
    let mut pairs = labels(a).zip(labels(b));
    numbered(a) == numbered(b) && pairs.all(|(label, other)| same_label(a, label, b) == Some(other))
}

/// Returns the parameter of an operation that is one of another operation, wherever it travels there.
pub(super) fn counterpart<'a>(
    of: &Operation,
    member: &Member,
    other: &'a Operation,
) -> Option<&'a Member> {
    matching(of, member, other).or_else(|| {
        let mut all = other.members.iter();
        all.find(|found| has_name(found, &member.wire) && matching(other, found, of).is_none())
    })
}

/// Returns the parameter of an operation in the same place of another operation.
fn matching<'a>(of: &Operation, member: &Member, other: &'a Operation) -> Option<&'a Member> {
    if member.place == Place::Path {
        let label = same_label(&of.path, &member.wire, &other.path)?;
        let mut all = other.members.iter();
        return all.find(|found| found.place == Place::Path && found.wire == label);
    }
    let mut all = other.members.iter();
    all.find(|found| match (group(member.place), group(found.place)) {
        (Place::Payload, Place::Payload) => true,
        (a, b) => a == b && has_name(found, &member.wire),
    })
}

/// Whether a parameter has a name. That of headers has no case.
fn has_name(member: &Member, wire: &str) -> bool {
    match member.place {
        Place::Header => member.wire.eq_ignore_ascii_case(wire),
        _ => member.wire == wire,
    }
}

pub(super) fn group(place: Place) -> Place {
    match place {
        Place::QueryCsv => Place::Query,
        place => place,
    }
}

/// Returns the field of another structure that is one of the fields of a structure, wherever it comes from there.
pub(super) fn same_field<'a>(
    of: &[Member],
    member: &Member,
    other: &'a [Member],
) -> Option<&'a Member> {
    field(other, member).or_else(|| {
        let is_header = |source: &Source, wire: &str| match source {
            Source::Header(name) => name.eq_ignore_ascii_case(wire),
            _ => false,
        };
        let is_elsewhere = |member: &Member| member.source != Source::Body;
        let mut all = other.iter();
        all.find(|found| {
            // The names of fields from elsewhere than the body are made up.
            let is_made_up = is_elsewhere(found) || is_elsewhere(member);
            let is_it = found.wire == member.wire
                || is_made_up && names::member(&found.wire) == names::member(&member.wire)
                || is_header(&found.source, &member.wire)
                || is_header(&member.source, &found.wire);
            is_it && field(of, found).is_none()
        })
    })
}

/// Returns the field that is one of another structure: by its name in JSON, or by where it comes from.
fn field<'a>(fields: &'a [Member], member: &Member) -> Option<&'a Member> {
    let mut all = fields.iter();
    all.find(|found| match (&found.source, &member.source) {
        (Source::Body, Source::Body) => found.wire == member.wire,
        (Source::Header(a), Source::Header(b))
        | (Source::HeaderPrefix(a), Source::HeaderPrefix(b)) => a.eq_ignore_ascii_case(b),
        (a, b) => a == b,
    })
}

pub(super) fn find<'a>(service: &'a Service, name: &str) -> Option<&'a Type> {
    service.types.iter().find(|item| item.name() == name)
}

/// Returns the names of two types in the same place, if both have one.
fn named(a: &Ty, b: &Ty) -> Option<(String, String)> {
    match (a, b) {
        (Ty::Enum(a), Ty::Enum(b))
        | (Ty::Structure(a), Ty::Structure(b))
        | (Ty::Union(a), Ty::Union(b)) => Some((a.clone(), b.clone())),
        (Ty::List(a), Ty::List(b)) | (Ty::Map(a), Ty::Map(b)) => named(a, b),
        _ => None,
    }
}

/// Returns the name of the type inside of all lists and maps.
pub(super) fn name_of(ty: &Ty) -> Option<String> {
    match ty.innermost() {
        Ty::Enum(name) | Ty::Structure(name) | Ty::Union(name) => Some(name.clone()),
        _ => None,
    }
}
