//! The image of a spec in a description: the same service, with the facts that the description states. What it does not
//! state stays as it is in the spec, so that the diff between the two is what they say differently.

use std::collections::{BTreeMap, BTreeSet};

use super::facts;
use crate::model::{
    Member, Operation, Paging, PagingStyle, Place, Scheme, Service, Source, Ty, Type,
};

/// The types of a spec, each with the types of the description that stand in its places.
pub(super) type Partners = BTreeMap<String, Vec<String>>;

/// Two services to be compared: that of the spec, and the one made from the description.
pub(super) struct Pair<'a> {
    pub(super) spec: &'a Service,
    pub(super) described: &'a Service,
    /// Whether the description names ways to authenticate.
    pub(super) names_auth: bool,
    /// Whether the description is written by the vendor for its own SDKs: what it does not state is not so.
    pub(super) is_complete: bool,
    /// Whether it also states which operations have pages.
    pub(super) states_paging: bool,
}

impl<'a> Pair<'a> {
    /// Returns the operation of the description that is one of the spec: by its name, or by method and path.
    pub(super) fn partner(&self, operation: &Operation) -> Option<&'a Operation> {
        let mut all = self.described.operations.iter();
        let same_name = all.find(|other| other.name == operation.name);
        let mut all = self.described.operations.iter();
        same_name.or_else(|| {
            all.find(|other| {
                other.method == operation.method
                    && numbered(&other.path) == numbered(&operation.path)
                    && other.fixed == operation.fixed
            })
        })
    }

    /// Finds which types stand in the same places, from the operations on.
    pub(super) fn partners(&self) -> Partners {
        let mut partners = Partners::new();
        let mut seen = BTreeSet::new();
        let mut open: Vec<(String, String)> = Vec::new();
        for operation in &self.spec.operations {
            let Some(other) = self.partner(operation) else {
                continue;
            };
            for member in &operation.members {
                if let Some(found) = matching(operation, member, other) {
                    open.extend(named(&member.ty, &found.ty));
                }
            }
            open.extend(operation.output.clone().zip(other.output.clone()));
        }
        open.reverse();
        while let Some((name, other)) = open.pop() {
            if !seen.insert((name.clone(), other.clone())) {
                continue;
            }
            partners
                .entry(name.clone())
                .or_default()
                .push(other.clone());
            let (Some(ty), Some(other)) = (find(self.spec, &name), find(self.described, &other))
            else {
                continue;
            };
            for member in ty.members() {
                if let Some(found) = field(other.members(), member) {
                    open.extend(named(&member.ty, &found.ty));
                }
            }
        }
        partners
    }

    /// Returns the image of the spec, with the partner of each type that `round` chooses.
    pub(super) fn image(&self, partners: &Partners, round: usize) -> Service {
        let mut names: BTreeMap<&str, &str> = BTreeMap::new();
        for (name, others) in partners {
            for other in others {
                names.entry(other).or_insert(name);
            }
        }
        let mut image = Image {
            described: self.described,
            is_complete: self.is_complete,
            states_paging: self.states_paging,
            names: names
                .into_iter()
                .map(|(other, name)| (other.to_owned(), name.to_owned()))
                .collect(),
            service: self.spec.clone(),
            open: Vec::new(),
        };
        if round == 0 {
            for index in 0..self.spec.operations.len() {
                let Some(operation) = self.spec.operations.get(index) else {
                    continue;
                };
                if let Some(other) = self.partner(operation) {
                    let new = image.operation(operation, other);
                    if let Some(place) = image.service.operations.get_mut(index) {
                        *place = new;
                    }
                }
            }
            if self.is_complete {
                let operations = &mut image.service.operations;
                operations.retain(|operation| self.partner(operation).is_some());
            }
            self.service_facts(&mut image.service);
        }
        for (name, others) in partners {
            let other = others
                .get(round)
                .and_then(|other| find(self.described, other));
            let ty = find(self.spec, name);
            if let (Some(ty), Some(other)) = (ty, other) {
                let new = image.ty(ty, other);
                image.replace(name, new);
            }
        }
        image.complete();
        image.service
    }

    /// Takes over error codes and ways to authenticate.
    fn service_facts(&self, image: &mut Service) {
        for code in &self.described.errors.codes {
            let start = code.wire.split('.').next();
            let is_known = self
                .spec
                .errors
                .codes
                .iter()
                .any(|known| known.wire == code.wire || Some(known.wire.as_str()) == start);
            if !is_known {
                image.errors.codes.push(code.clone());
            }
            // A code without a status comes with several.
            let mut same = image.errors.codes.iter_mut();
            if let Some(same) = same.find(|known| known.wire == code.wire)
                && let (Some(_), Some(status)) = (same.status, code.status)
            {
                same.status = Some(status);
            }
        }
        // Without any, the draft has an example.
        let stated = self.described.auth.iter().filter(|_| self.names_auth);
        for scheme in stated {
            if !self.spec.auth.iter().any(|known| same_way(known, scheme)) {
                image.auth.push(scheme.clone());
            }
        }
        if self.is_complete {
            image.auth.retain(|scheme| {
                self.described
                    .auth
                    .iter()
                    .any(|other| same_way(scheme, other))
            });
        }
    }
}

fn same_way(a: &Scheme, b: &Scheme) -> bool {
    match (a, b) {
        (Scheme::Token { header: a, .. }, Scheme::Token { header: b, .. }) => {
            a.eq_ignore_ascii_case(b)
        }
        (Scheme::QueryToken { query: a, .. }, Scheme::QueryToken { query: b, .. }) => a == b,
        _ => std::mem::discriminant(a) == std::mem::discriminant(b),
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
fn labels(path: &str) -> impl Iterator<Item = &str> {
    let parts = path.split('{').skip(1);
    parts.filter_map(|part| Some(part.split_once('}')?.0.trim_end_matches('+')))
}

/// Returns the parameter of an operation that is one of another operation: a label by its position, others by name.
fn matching<'a>(of: &Operation, member: &Member, other: &'a Operation) -> Option<&'a Member> {
    if member.place == Place::Path {
        let position = labels(&of.path).position(|label| label == member.wire)?;
        let label = labels(&other.path).nth(position)?;
        let mut all = other.members.iter();
        return all.find(|found| found.place == Place::Path && found.wire == label);
    }
    let mut all = other.members.iter();
    all.find(|found| match (group(member.place), group(found.place)) {
        (Place::Header, Place::Header) => found.wire.eq_ignore_ascii_case(&member.wire),
        (Place::Payload, Place::Payload) => true,
        (a, b) => a == b && found.wire == member.wire,
    })
}

fn group(place: Place) -> Place {
    match place {
        Place::QueryCsv => Place::Query,
        place => place,
    }
}

/// Returns the field that is one of another structure: by its name in JSON, or by where it comes from.
fn field<'a>(fields: &'a [Member], member: &Member) -> Option<&'a Member> {
    let mut all = fields.iter();
    all.find(|found| match (&found.source, &member.source) {
        (Source::Body, Source::Body) => found.wire == member.wire,
        (a, b) => a == b,
    })
}

fn find<'a>(service: &'a Service, name: &str) -> Option<&'a Type> {
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

/// A service that becomes the image.
struct Image<'a> {
    described: &'a Service,
    /// See [`Pair`].
    is_complete: bool,
    states_paging: bool,
    /// Names in the image of types of the description.
    names: BTreeMap<String, String>,
    service: Service,
    /// Types of the description that the spec lacks and the image needs.
    open: Vec<String>,
}

impl Image<'_> {
    fn replace(&mut self, name: &str, new: Type) {
        let mut all = self.service.types.iter_mut();
        if let Some(place) = all.find(|item| item.name() == name) {
            *place = new;
        }
    }

    fn operation(&mut self, spec: &Operation, other: &Operation) -> Operation {
        let mut new = spec.clone();
        new.method.clone_from(&other.method);
        if numbered(&spec.path) != numbered(&other.path) {
            new.path.clone_from(&other.path);
        }
        new.fixed.clone_from(&other.fixed);
        if facts::same_pairs(&spec.fixed, &other.fixed) {
            new.fixed.clone_from(&spec.fixed);
        }
        new.host_prefix.clone_from(&other.host_prefix);
        // An operation that is read-only is idempotent, too.
        new.read_only |= other.read_only;
        new.idempotent = self.flag(spec.idempotent, other.idempotent) && !new.read_only;
        new.deprecated = self.deprecated(&spec.deprecated, &other.deprecated);
        new.members = Vec::new();
        for member in &spec.members {
            if let Some(found) = matching(spec, member, other) {
                new.members.push(self.member(member, found, true));
            }
        }
        for found in &other.members {
            if matching(other, found, spec).is_none() {
                new.members.push(self.foreign(found));
            }
        }
        new.constructor = constructor(&spec.members, &spec.constructor, &new.members);
        new.output = match (&spec.output, &other.output) {
            (Some(output), Some(_)) => Some(output.clone()),
            // An output without fields is the same as none.
            (Some(output), None) | (None, Some(output)) if self.is_empty(output) => {
                spec.output.clone()
            }
            (None, Some(output)) => Some(self.name_of(output)),
            (_, None) => None,
        };
        match &other.paging {
            None if self.states_paging && !is_whole(spec) => new.paging = None,
            None => {}
            Some(paging) => {
                let known = spec.paging.as_ref();
                let is_same = |known| same_paging(spec, known, other, paging, self.states_paging);
                if !known.is_some_and(is_same) {
                    new.paging = Some(Paging {
                        item: self.translated(&paging.item),
                        ..paging.clone()
                    });
                }
            }
        }
        new
    }

    /// Returns a flag with what the description states of it.
    fn flag(&self, spec: bool, other: bool) -> bool {
        other || spec && !self.is_complete
    }

    /// Returns a deprecation. Its reason is the spec's.
    fn deprecated(&self, spec: &Option<String>, other: &Option<String>) -> Option<String> {
        match other {
            None if self.is_complete => None,
            None => spec.clone(),
            Some(_) => spec.as_ref().or(other.as_ref()).cloned(),
        }
    }

    fn is_empty(&self, name: &str) -> bool {
        let item = find(&self.service, name).or_else(|| find(self.described, name));
        item.is_some_and(|item| item.members().is_empty())
    }

    fn ty(&mut self, spec: &Type, other: &Type) -> Type {
        match (spec, other) {
            (Type::Structure(spec), Type::Structure(other)) => {
                let mut new = spec.clone();
                new.members = self.members(&spec.members, &other.members, spec.input);
                new.constructor = constructor(&spec.members, &spec.constructor, &new.members);
                new.deprecated = self.deprecated(&spec.deprecated, &other.deprecated);
                Type::Structure(new)
            }
            (Type::Union(spec), Type::Union(other)) => {
                let mut new = spec.clone();
                new.members = self.members(&spec.members, &other.members, spec.input);
                new.deprecated = self.deprecated(&spec.deprecated, &other.deprecated);
                Type::Union(new)
            }
            (Type::Enum(spec), Type::Enum(other)) => {
                let mut new = spec.clone();
                let has = |values: &[crate::model::Value], wire: &str| {
                    values.iter().any(|value| value.wire == wire)
                };
                new.values.retain(|value| has(&other.values, &value.wire));
                let lacking = other.values.iter();
                let lacking = lacking.filter(|value| !has(&spec.values, &value.wire));
                new.values.extend(lacking.cloned());
                Type::Enum(new)
            }
            (spec, _) => spec.clone(),
        }
    }

    fn members(&mut self, spec: &[Member], other: &[Member], is_sent: bool) -> Vec<Member> {
        let mut new = Vec::new();
        for member in spec {
            if let Some(found) = field(other, member) {
                new.push(self.member(member, found, is_sent));
            }
        }
        for found in other {
            if field(spec, found).is_none() {
                new.push(self.foreign(found));
            }
        }
        new
    }

    /// Returns a member with what the description states of it.
    fn member(&mut self, spec: &Member, other: &Member, is_sent: bool) -> Member {
        let mut new = spec.clone();
        new.ty = self.refined(&spec.ty, &other.ty, is_sent);
        new.required = other.required;
        new.sensitive = self.flag(spec.sensitive, other.sensitive);
        new.deprecated = self.deprecated(&spec.deprecated, &other.deprecated);
        if is_sent {
            new.place = match (spec.place, other.place) {
                (Place::Path, Place::Path) => Place::Path,
                (_, place) => place,
            };
            // Of values of another type, other limits follow.
            if new.ty == spec.ty || matches!(new.ty.innermost(), Ty::Timestamp(_)) {
                new.limits = facts::limits(spec, other);
            }
            new.default = other.default.clone().or_else(|| spec.default.clone());
            new.token = match self.is_complete {
                true => other.token,
                false => spec.token.or(other.token),
            };
        }
        new
    }

    /// Returns the type that both state together: that of the spec if it only says more than the description.
    fn refined(&mut self, spec: &Ty, other: &Ty, is_sent: bool) -> Ty {
        match (spec, other) {
            (Ty::Enum(_) | Ty::Timestamp(_), Ty::String) if !self.is_complete => spec.clone(),
            (Ty::String, Ty::String)
            | (_, Ty::Json)
            | (Ty::Enum(_), Ty::Enum(_))
            | (Ty::Structure(_), Ty::Structure(_))
            | (Ty::Union(_), Ty::Union(_)) => spec.clone(),
            (Ty::Timestamp(_), Ty::Timestamp(format)) if is_sent => Ty::Timestamp(*format),
            (Ty::Timestamp(_), Ty::Timestamp(_)) => spec.clone(),
            (Ty::List(a), Ty::List(b)) => Ty::List(Box::new(self.refined(a, b, is_sent))),
            (Ty::Map(a), Ty::Map(b)) => Ty::Map(Box::new(self.refined(a, b, is_sent))),
            (_, other) => self.translated(other),
        }
    }

    /// Returns a member that the spec lacks.
    fn foreign(&mut self, other: &Member) -> Member {
        Member {
            ty: self.translated(&other.ty),
            ..other.clone()
        }
    }

    fn translated(&mut self, ty: &Ty) -> Ty {
        match ty {
            Ty::Enum(name) => Ty::Enum(self.name_of(name)),
            Ty::Structure(name) => Ty::Structure(self.name_of(name)),
            Ty::Union(name) => Ty::Union(self.name_of(name)),
            Ty::List(element) => Ty::List(Box::new(self.translated(element))),
            Ty::Map(value) => Ty::Map(Box::new(self.translated(value))),
            ty => ty.clone(),
        }
    }

    /// Returns the name in the image of a type of the description.
    fn name_of(&mut self, other: &str) -> String {
        if let Some(name) = self.names.get(other) {
            return name.clone();
        }
        let mut name = other.to_owned();
        let mut number = 2;
        while find(&self.service, &name).is_some() || self.names.values().any(|used| *used == name)
        {
            name = format!("{other}{number}");
            number += 1;
        }
        self.names.insert(other.to_owned(), name.clone());
        self.open.push(other.to_owned());
        name
    }

    /// Adds the types that the members from the description need.
    fn complete(&mut self) {
        while let Some(other) = self.open.pop() {
            let Some(mut item) = find(self.described, &other).cloned() else {
                continue;
            };
            let name = self.name_of(&other);
            match &mut item {
                Type::Structure(item) => {
                    item.name = name;
                    let members = std::mem::take(&mut item.members);
                    item.members = members.iter().map(|member| self.foreign(member)).collect();
                }
                Type::Union(item) => {
                    item.name = name;
                    let members = std::mem::take(&mut item.members);
                    item.members = members.iter().map(|member| self.foreign(member)).collect();
                }
                Type::Enum(item) => item.name = name,
            }
            self.service.types.push(item);
        }
    }
}

/// Returns the arguments of `new`: those of before that are still required, and the new ones.
fn constructor(old: &[Member], order: &[usize], new: &[Member]) -> Vec<usize> {
    let before = order.iter().filter_map(|index| old.get(*index));
    let position = |member: &Member| {
        new.iter().position(|other| {
            other.wire == member.wire && group(other.place) == group(member.place) && other.required
        })
    };
    let mut arguments: Vec<usize> = before.filter_map(position).collect();
    let is_new = |member: &Member| {
        !old.iter()
            .any(|other| other.wire == member.wire && other.required)
    };
    let added = new.iter().enumerate();
    let added =
        added.filter(|(_, member)| member.required && member.token.is_none() && is_new(member));
    arguments.extend(added.map(|(index, _)| index));
    arguments
}

/// Whether an operation returns everything at once, of which no description says anything.
fn is_whole(operation: &Operation) -> bool {
    let paging = operation.paging.as_ref();
    paging.is_some_and(|paging| matches!(paging.style, PagingStyle::None))
}

/// Whether both page in the same way. A page size that is not stated may be there, unless all of it is stated.
fn same_paging(of: &Operation, a: &Paging, other: &Operation, b: &Paging, is_stated: bool) -> bool {
    let wire = |operation: &Operation, name: &Option<String>| {
        let mut members = operation.members.iter();
        let found = members.find(|member| Some(&member.rust_name) == name.as_ref());
        found.map(|member| member.wire.clone())
    };
    let tokens = match (&a.style, &b.style) {
        (PagingStyle::Token { token: a }, PagingStyle::Token { token: b }) => a.wire == b.wire,
        (
            PagingStyle::Marker {
                marker: a,
                more: more_a,
            },
            PagingStyle::Marker {
                marker: b,
                more: more_b,
            },
        ) => a.wire == b.wire && more_a.wire == more_b.wire,
        _ => false,
    };
    tokens
        && a.items.wire == b.items.wire
        && wire(of, &a.request) == wire(other, &b.request)
        && (b.page_size.is_none() && !is_stated
            || wire(of, &a.page_size) == wire(other, &b.page_size))
}
