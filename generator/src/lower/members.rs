//! Parameters and fields.

use super::docs;
use crate::model::{Limit, Member, Place, Source, TimestampFormat, Ty};
use crate::names;
use crate::spec::{self, Bounds, Container, Field, Location, Piece, Spec, Travel, TypeKind};

pub(super) fn place(spec: &Spec<'_>, location: Location, field: &Field) -> Place {
    match (location, spec.travel(location, field)) {
        (Location::Path, _) => Place::Path,
        (Location::Query, Ok(Travel::Csv)) => Place::QueryCsv,
        (Location::Query, _) => Place::Query,
        (Location::Header, _) => Place::Header,
        (Location::Body, _) => Place::Body,
        (Location::Payload, _) => Place::Payload,
    }
}

pub(super) fn member(spec: &Spec<'_>, field: &Piece<'_, Field>, place: Place) -> Member {
    let value = &field.value;
    let between = |bounds: Option<Bounds>, limit: fn(_, _) -> Limit| {
        bounds.map(|bounds| limit(bounds.min, bounds.max))
    };
    let limits = [
        value.range.map(|range| match range.whole {
            Some(whole) if value.ty.name == "integer" => Limit::Range(whole.min, whole.max),
            _ => Limit::NumberRange(range.min, range.max),
        }),
        between(value.length, Limit::Length),
        between(value.count, Limit::Count),
        value.chars.clone().map(Limit::Chars),
        value.pattern.as_deref().map(pattern),
    ];
    let of_keys = value.keys.iter().flat_map(|keys| {
        let limits = [
            between(keys.length, Limit::Length),
            keys.chars.clone().map(Limit::Chars),
            keys.pattern.as_deref().map(pattern),
        ];
        let limits = limits.into_iter().flatten();
        limits.map(|limit| Limit::Keys(Box::new(limit)))
    });
    let limits: Vec<_> = limits.into_iter().flatten().chain(of_keys).collect();
    let default = value.default.as_ref().map(ToString::to_string);
    let said = value.docs.as_deref().unwrap_or_default();
    let documented = docs::with_limits(
        said,
        value.ty.outermost(),
        &limits,
        default.as_deref(),
        value.idempotency_token,
    );
    Member {
        wire: field.name.to_owned(),
        rust_name: rust_name(field),
        place,
        source: source(value),
        ty: ty(spec, &value.ty, timestamp_format(value, place)),
        boxed: false,
        required: value.required,
        docs: docs::lines(&docs::with_seen(&documented, value.seen)),
        limits,
        default,
        sensitive: value.sensitive,
        token: value
            .idempotency_token
            .then(|| spec::token_length(value.length)),
        deprecated: value.deprecated.as_deref().map(docs::line),
    }
}

pub(super) fn source(field: &Field) -> Source {
    match &field.from {
        None => Source::Body,
        Some(spec::Source::Header(name)) => Source::Header(name.to_lowercase()),
        Some(spec::Source::HeaderPrefix(prefix)) => Source::HeaderPrefix(prefix.to_lowercase()),
        Some(spec::Source::Status) => Source::Status,
        Some(spec::Source::Payload) => Source::Payload,
    }
}

pub(super) fn pattern(pattern: &str) -> Limit {
    match spec::patterns::obstacle(pattern) {
        Some(_) => Limit::UncheckedPattern(pattern.to_owned()),
        None => Limit::Pattern(pattern.to_owned()),
    }
}

pub(super) fn timestamp_format(field: &Field, place: Place) -> TimestampFormat {
    use spec::Source::{Header, HeaderPrefix};

    let is_in_header =
        place == Place::Header || matches!(field.from, Some(Header(_) | HeaderPrefix(_)));
    match field.format {
        None if is_in_header => TimestampFormat::HttpDate,
        None | Some(spec::TimestampFormat::Rfc3339) => TimestampFormat::Rfc3339,
        Some(spec::TimestampFormat::EpochSeconds) => TimestampFormat::EpochSeconds,
        Some(spec::TimestampFormat::EpochMillis) => TimestampFormat::EpochMillis,
        Some(spec::TimestampFormat::HttpDate) => TimestampFormat::HttpDate,
    }
}

pub(super) fn ty(spec: &Spec<'_>, name: &spec::TypeName, format: TimestampFormat) -> Ty {
    let innermost = match name.name.as_str() {
        "string" => Ty::String,
        "integer" => Ty::Integer,
        "number" => Ty::Number,
        "boolean" => Ty::Boolean,
        "timestamp" => Ty::Timestamp(format),
        "json" => Ty::Json,
        "bytes" => Ty::Bytes,
        other => {
            let name = type_name(spec, other).to_owned();
            match spec.named_type(other).map(|ty| &ty.kind) {
                Some(TypeKind::Structure(_)) => Ty::Structure(name),
                Some(TypeKind::Union(_)) => Ty::Union(name),
                _ => Ty::Enum(name),
            }
        }
    };
    let around = |inner, container: &Container| match container {
        Container::List => Ty::List(Box::new(inner)),
        Container::Map => Ty::Map(Box::new(inner)),
    };
    name.containers.iter().rev().fold(innermost, around)
}

/// Returns the name in Rust of the type with the given name in the spec.
pub(super) fn type_name<'s>(spec: &'s Spec<'_>, name: &'s str) -> &'s str {
    let pinned = spec
        .named_type(name)
        .and_then(|ty| ty.block.value.rust_name.as_deref());
    pinned.unwrap_or(name)
}

pub(super) fn rust_name(field: &Piece<'_, Field>) -> String {
    field
        .value
        .rust_name
        .clone()
        .unwrap_or_else(|| names::member(field.name))
}

/// Returns the name of the variant for a member of a union.
pub(super) fn variant_name(field: &Piece<'_, Field>) -> String {
    let pinned = field.value.rust_name.clone();
    pinned.unwrap_or_else(|| names::variant(field.name))
}
