//! The image of a spec in a description: the same service, with the facts that the description states. What it does not
//! state stays as it is in the spec, so that the diff between the two is what they say differently.

use std::collections::BTreeMap;

use super::facts;
use super::pairs::{
    Pair, Partners, counterpart, find, group, is_same_code, is_same_path, name_of, same_field,
};
use crate::describe::Retryable;
use crate::model::{
    ErrorCode, Member, Operation, Paging, PagingStyle, Place, Service, Source, Ty, Type, Value,
};

impl Pair<'_> {
    /// Returns the image of the spec, with the partner of each type that `round` chooses.
    pub(super) fn image(&self, partners: &Partners, round: usize) -> Service {
        let mut names: BTreeMap<&str, &str> = BTreeMap::new();
        for (name, others) in partners {
            for other in others {
                names.entry(other).or_insert(name);
            }
        }
        let mut image = Image {
            pair: self,
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
            image.errors();
            self.authentication(&mut image.service);
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

    /// Whether a code is retried as the description states. Nothing else of its meaning is stated anywhere.
    fn is_retried_alike(&self, code: &ErrorCode) -> bool {
        let operations = self.description.operations.iter();
        let mut stated = operations.flat_map(|operation| &operation.errors);
        let stated = stated.find(|stated| stated.code == code.wire);
        match (
            stated.and_then(|stated| stated.retryable),
            code.kind.as_deref(),
        ) {
            (None, _) => true,
            (Some(_), Some("Throttled")) => true,
            (Some(Retryable::Transient), Some("Transient")) => true,
            (Some(_), _) => false,
        }
    }
}

/// A service that becomes the image.
struct Image<'p, 'a> {
    pair: &'p Pair<'a>,
    /// Names in the image of types of the description.
    names: BTreeMap<String, String>,
    service: Service,
    /// Types of the description that the spec lacks and the image needs.
    open: Vec<String>,
}

impl Image<'_, '_> {
    fn replace(&mut self, name: &str, new: Type) {
        let mut all = self.service.types.iter_mut();
        if let Some(place) = all.find(|item| item.name() == name) {
            *place = new;
        }
    }

    /// Takes over error codes.
    fn errors(&mut self) {
        let pair = self.pair;
        if pair.description.error_places.is_some() {
            // A spec may know more places than a description.
            let (known, stated) = (&mut self.service.errors, &pair.described.errors);
            for (known, stated) in [
                (&mut known.code, &stated.code),
                (&mut known.message, &stated.message),
            ] {
                if !stated.is_empty() && !stated.iter().any(|place| known.contains(place)) {
                    known.clone_from(stated);
                }
            }
        }
        let mut codes = pair.spec.errors.codes.clone();
        for code in &pair.described.errors.codes {
            let details = code.details.as_ref();
            let mut known = codes.iter_mut().filter(|known| is_same_code(known, code));
            let Some(known) = known.next() else {
                let details = details.map(|details| self.name_of(details));
                codes.push(ErrorCode {
                    details,
                    ..code.clone()
                });
                continue;
            };
            if known.details.is_none() || pair.description.is_complete() {
                let pair = known.details.clone().zip(details);
                known.details = match (pair, details) {
                    (Some((known, _)), _) => Some(known),
                    (None, details) => details.map(|details| self.name_of(details)),
                };
            }
            if known.wire != code.wire {
                continue;
            }
            // A code without a status comes with several.
            if let (Some(_), Some(status)) = (known.status, code.status) {
                known.status = Some(status);
            }
            if known.kind.is_some() && !pair.is_retried_alike(known) {
                known.kind.clone_from(&code.kind);
            }
        }
        self.service.errors.codes = codes;
    }

    fn operation(&mut self, spec: &Operation, other: &Operation) -> Operation {
        let mut new = spec.clone();
        new.method.clone_from(&other.method);
        if !is_same_path(&spec.path, &other.path) {
            new.path.clone_from(&other.path);
        }
        new.fixed.clone_from(&other.fixed);
        if facts::same_pairs(&spec.fixed, &other.fixed) {
            new.fixed.clone_from(&spec.fixed);
        }
        new.fixed_headers = self.fixed_headers(spec, other);
        new.host_prefix.clone_from(&other.host_prefix);
        new.auth = self.pair.of_operation(spec, &other.name);
        // A flag that is absent is no statement. An operation that is read-only is idempotent, too, and so is one with an
        // idempotency token. Documents for people have no flags: `GET` only suggests one.
        new.read_only |= other.read_only && self.pair.description.is_complete();
        let by_token = !spec.idempotent && spec.members.iter().any(|it| it.token.is_some());
        new.idempotent = (spec.idempotent || other.idempotent && !by_token) && !new.read_only;
        new.deprecated = spec.deprecated.clone().or_else(|| other.deprecated.clone());
        new.members = Vec::new();
        for member in &spec.members {
            if let Some(found) = counterpart(spec, member, other) {
                new.members
                    .push(self.member(member, (&other.name, found), true));
            } else if self.is_left_out(&other.name, member) {
                new.members.push(member.clone());
            }
        }
        for found in &other.members {
            if counterpart(other, found, spec).is_none() {
                new.members.push(self.foreign(found, &spec.members));
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
            (output, None) if self.pair.left_out.has_reply_of(&other.name) => output.clone(),
            (_, None) => None,
        };
        match &other.paging {
            None if self.pair.left_out.has_pages_of(&other.name) => {}
            None if self.pair.description.states_paging && !is_whole(spec) => new.paging = None,
            None => {}
            Some(paging) => {
                let known = spec.paging.as_ref();
                let is_same = |known| {
                    same_paging(
                        spec,
                        known,
                        other,
                        paging,
                        self.pair.description.states_paging,
                    )
                };
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

    /// Whether the description has a parameter of the spec, and no draft says it.
    fn is_left_out(&self, operation: &str, member: &Member) -> bool {
        let is_in_body = matches!(member.place, Place::Body | Place::Payload);
        let left_out = self.pair.left_out;
        left_out.has_member(operation, &member.wire)
            || is_in_body && left_out.has_body_of(operation)
    }

    /// Returns the constant headers, with the values that the description states.
    fn fixed_headers(&self, spec: &Operation, other: &Operation) -> Vec<(String, String)> {
        let mut headers = spec.fixed_headers.clone();
        for (name, value) in &other.fixed_headers {
            let is_it = |(known, _): &&(String, String)| known.eq_ignore_ascii_case(name);
            let of_service = self.pair.spec.fixed_headers.iter();
            let known = headers
                .iter()
                .find(is_it)
                .or(of_service.clone().find(is_it));
            if known.is_some_and(|(_, known)| known == value) {
                continue;
            }
            headers.retain(|(known, _)| !known.eq_ignore_ascii_case(name));
            headers.push((name.clone(), value.clone()));
        }
        headers
    }

    fn is_empty(&self, name: &str) -> bool {
        let item = find(&self.service, name).or_else(|| find(self.pair.described, name));
        item.is_some_and(|item| item.members().is_empty())
    }

    fn ty(&mut self, spec: &Type, other: &Type) -> Type {
        match (spec, other) {
            (Type::Structure(spec), Type::Structure(other)) => {
                let mut new = spec.clone();
                let is_sent = spec.input && other.input;
                let members = (other.name.as_str(), other.members.as_slice());
                new.members = self.members(&spec.members, members, is_sent);
                new.constructor = constructor(&spec.members, &spec.constructor, &new.members);
                new.deprecated = spec.deprecated.clone().or_else(|| other.deprecated.clone());
                Type::Structure(new)
            }
            (Type::Union(spec), Type::Union(other)) => {
                let mut new = spec.clone();
                let is_sent = spec.input && other.input;
                let members = (other.name.as_str(), other.members.as_slice());
                new.members = self.members(&spec.members, members, is_sent);
                new.deprecated = spec.deprecated.clone().or_else(|| other.deprecated.clone());
                Type::Union(new)
            }
            (Type::Enum(spec), Type::Enum(other)) => {
                let mut new = spec.clone();
                let has =
                    |values: &[Value], wire: &str| values.iter().any(|value| value.wire == wire);
                new.values.retain(|value| has(&other.values, &value.wire));
                let lacking = other.values.iter();
                let lacking = lacking.filter(|value| !has(&spec.values, &value.wire));
                new.values.extend(lacking.cloned());
                Type::Enum(new)
            }
            (spec, _) => spec.clone(),
        }
    }

    /// Returns the members of a type with what the description states of them. `is_sent` says that both are in requests:
    /// limits of what is only read are not stated.
    fn members(
        &mut self,
        spec: &[Member],
        (owner, other): (&str, &[Member]),
        is_sent: bool,
    ) -> Vec<Member> {
        let mut new = Vec::new();
        for member in spec {
            if let Some(found) = same_field(spec, member, other) {
                new.push(self.member(member, (owner, found), is_sent));
            } else if self.pair.left_out.has_member(owner, &member.wire) {
                new.push(member.clone());
            }
        }
        for found in other {
            if same_field(other, found, spec).is_none() {
                new.push(self.foreign(found, spec));
            }
        }
        new
    }

    /// Returns a member with what the description states of it, there a member of `owner`.
    fn member(&mut self, spec: &Member, (owner, other): (&str, &Member), is_sent: bool) -> Member {
        let mut new = spec.clone();
        new.ty = self.refined(&spec.ty, &other.ty, is_sent);
        // A token is never required, whatever the description says.
        let is_new_token = other.token.is_some() && spec.token.is_none();
        new.required = other.required || is_new_token && spec.required;
        new.sensitive = spec.sensitive || other.sensitive;
        new.deprecated = match self.is_of_type(other) {
            true => spec.deprecated.clone(),
            false => spec.deprecated.clone().or_else(|| other.deprecated.clone()),
        };
        if !is_same_source(&spec.source, &other.source) {
            new.source.clone_from(&other.source);
        }
        if is_sent {
            new.place = match (spec.place, other.place) {
                (Place::Path, Place::Path) => Place::Path,
                (_, place) => place,
            };
            // Of values of another type, other limits follow.
            if new.ty == spec.ty || matches!(new.ty.innermost(), Ty::Timestamp(_)) {
                new.limits = facts::limits(spec, other);
                if self.pair.left_out.has_part_of(owner, &other.wire) {
                    facts::keep(&mut new.limits, &spec.limits);
                }
            }
            new.default = other.default.clone().or_else(|| spec.default.clone());
            let is_whole = self.pair.description.is_complete()
                && !self.pair.left_out.has_part_of(owner, &other.wire);
            new.token = match is_whole {
                true => other.token,
                false => spec.token.or(other.token),
            };
        }
        new
    }

    /// Returns the type that both state together: that of the spec if it only says more than the description.
    fn refined(&mut self, spec: &Ty, other: &Ty, is_sent: bool) -> Ty {
        match (spec, other) {
            // A text may be one of certain values, or a time.
            (Ty::Enum(_) | Ty::Timestamp(_), Ty::String) => spec.clone(),
            (_, Ty::Json) if !self.pair.description.is_complete() => spec.clone(),
            (Ty::String, Ty::String)
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

    /// Whether the deprecation of a member is that of its type, which has one of its own.
    fn is_of_type(&self, member: &Member) -> bool {
        let deprecated = match name_of(&member.ty).and_then(|name| find(self.pair.described, &name))
        {
            Some(Type::Structure(item)) => &item.deprecated,
            Some(Type::Union(item)) => &item.deprecated,
            Some(Type::Enum(_)) | None => &None,
        };
        deprecated.is_some() && *deprecated == member.deprecated
    }

    /// Returns a member that the spec lacks, beside those that it has. It is another one than any of them, even if both
    /// have the same name in Rust.
    fn foreign(&mut self, other: &Member, known: &[Member]) -> Member {
        let mut rust_name = other.rust_name.clone();
        while known.iter().any(|member| member.rust_name == rust_name) {
            rust_name.push('_');
        }
        Member {
            ty: self.translated(&other.ty),
            rust_name,
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
            let Some(mut item) = find(self.pair.described, &other).cloned() else {
                continue;
            };
            let name = self.name_of(&other);
            match &mut item {
                Type::Structure(item) => {
                    item.name = name;
                    let members = std::mem::take(&mut item.members);
                    item.members = members.iter().map(|it| self.foreign(it, &[])).collect();
                }
                Type::Union(item) => {
                    item.name = name;
                    let members = std::mem::take(&mut item.members);
                    item.members = members.iter().map(|it| self.foreign(it, &[])).collect();
                }
                Type::Enum(item) => item.name = name,
            }
            self.service.types.push(item);
        }
    }
}

/// Whether a field comes from the same place. The case of headers says nothing.
fn is_same_source(a: &Source, b: &Source) -> bool {
    match (a, b) {
        (Source::Header(a), Source::Header(b))
        | (Source::HeaderPrefix(a), Source::HeaderPrefix(b)) => a.eq_ignore_ascii_case(b),
        (a, b) => a == b,
    }
}

/// Returns the arguments of `new` that are still required. No description states their order, so new ones have no place.
fn constructor(old: &[Member], order: &[usize], new: &[Member]) -> Vec<usize> {
    let before = order.iter().filter_map(|index| old.get(*index));
    let position = |member: &Member| {
        new.iter().position(|other| {
            other.wire == member.wire && group(other.place) == group(member.place) && other.required
        })
    };
    before.filter_map(position).collect()
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
