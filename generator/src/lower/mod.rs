//! Lowering of a checked spec to the model: resolves references, and decides all names, orders, types and texts.
//!
//! Only specs without errors are lowered, so a missing part gets an empty value instead of a second finding.

mod docs;
mod settings;

use std::collections::BTreeSet;
use std::iter;

use crate::model::{
    Catalog, Domain, Endpoint, EndpointParameter, Enum, Environment, ErrorCode, Errors, FieldPath,
    Keys, Limit, Member, NotRead, Operation, Paging, PagingStyle, Part, Place, Requirement, Scheme,
    Service, Source, Structure, TimestampFormat, Ty, Type, Union, Value,
};
use crate::names;
use crate::spec::{
    self, Bounds, Container, Cycles, Field, Location, NameGroups, PartOfReply, Piece, Spec, Travel,
    TypeKind, is_content_type,
};

/// Lowers one spec.
pub(crate) fn lower(spec: &Spec<'_>) -> Service {
    let head = &spec.head.value;
    let module = head.module.clone().unwrap_or_default();
    let usage = Usage::of(spec);
    let cycles = Cycles::of(spec);
    let endpoint = endpoint(spec);
    let environment = Environment {
        region: head.environment.region.clone(),
        endpoint: head.environment.endpoint.clone(),
        ignore_endpoint: head.environment.ignore_endpoint.clone(),
        fips: head.environment.fips.clone(),
        dual_stack: head.environment.dual_stack.clone(),
        project_id: head.environment.project_id.clone(),
        max_attempts: head.environment.max_attempts.clone(),
        retry_mode: head.environment.retry_mode.clone(),
        aws_service_id: head.environment.aws_service_id.clone(),
        not_read: spec.not_read.iter().map(not_read).collect(),
    };
    let auth: Vec<_> = spec.auth.iter().map(|auth| scheme(&auth.value)).collect();
    Service {
        stem: spec.source.stem().to_owned(),
        marker: names::marker(&module),
        module,
        vendor: head.vendor.clone().unwrap_or_default(),
        name: head.service.clone().unwrap_or_default(),
        docs: [
            docs::lines(head.docs.as_deref().unwrap_or_default()),
            docs::sources(&head.sources),
        ]
        .concat(),
        see: head.see.clone().unwrap_or_default(),
        settings: settings::all(&endpoint, &environment, &auth),
        endpoint,
        environment,
        project_header: head.project_header.clone(),
        fixed_headers: fixed_headers(&spec.fixed_headers),
        auth,
        result: head.result.clone(),
        errors: errors(spec),
        operations: spec
            .operations
            .iter()
            .map(|each| operation(spec, each))
            .collect(),
        types: spec
            .types
            .iter()
            .filter_map(|each| lower_type(spec, &usage, &cycles, each))
            .collect(),
        removed: head.removed.clone(),
    }
}

fn endpoint(spec: &Spec<'_>) -> Endpoint {
    let domains = spec.domains.iter().map(|domain| Domain {
        regions: domain.value.regions.clone(),
        plain: domain.value.plain.clone().unwrap_or_default(),
        dual_stack: domain.value.dual_stack.clone().unwrap_or_default(),
    });
    let parameters = spec.endpoint_parameters.iter().map(|parameter| {
        let value = &parameter.value;
        EndpointParameter {
            wire: parameter.name.to_owned(),
            rust_name: names::variant(parameter.name),
            docs: docs::line(value.docs.as_deref().unwrap_or_default()),
            env: value.env.clone(),
            chars: value.chars.clone(),
        }
    });
    let endpoint = &spec.head.value.endpoint;
    Endpoint {
        url: endpoint.url.clone().unwrap_or_default(),
        parameters: parameters.collect(),
        domains: domains.collect(),
        default_region: endpoint.default_region.clone(),
    }
}

fn not_read(setting: &Piece<'_, spec::NotRead>) -> NotRead {
    let docs = setting.value.docs.as_deref().unwrap_or_default();
    NotRead {
        name: setting.name.to_owned(),
        docs: docs.split_whitespace().collect::<Vec<_>>().join(" "),
        feature: setting.value.feature.clone(),
    }
}

fn scheme(auth: &spec::Auth) -> Scheme {
    let keys = Keys {
        access_key: auth.access_key.clone(),
        secret_key: auth.secret_key.clone(),
        session_token: auth.session_token.clone(),
    };
    let service = auth.service.clone().unwrap_or_default();
    match auth.scheme {
        spec::Scheme::AwsSigv4 => Scheme::AwsSigV4 { service, keys },
        spec::Scheme::VolcengineHmac => Scheme::VolcengineHmac { service, keys },
        spec::Scheme::BaiduBceV1 => Scheme::BaiduBceV1(keys),
        spec::Scheme::HuaweiSdkHmac => Scheme::HuaweiSdkHmac(keys),
        spec::Scheme::Bearer => Scheme::Bearer {
            token: auth.token.clone(),
        },
        spec::Scheme::Token => match &auth.query {
            Some(query) => Scheme::QueryToken {
                query: query.clone(),
                token: auth.token.clone(),
            },
            None => Scheme::Token {
                header: auth.header.clone().unwrap_or_default(),
                token: auth.token.clone(),
            },
        },
        spec::Scheme::Basic => Scheme::Basic(keys),
        spec::Scheme::None => Scheme::None,
    }
}

fn errors(spec: &Spec<'_>) -> Errors {
    let parts = |parts: &[PartOfReply]| {
        let part = |part: &PartOfReply| match part {
            PartOfReply::Header(name) => Part::Header(name.to_lowercase()),
            PartOfReply::Body(path) => Part::Body(path.clone()),
        };
        parts.iter().map(part).collect()
    };
    let errors = &spec.head.value.errors;
    let success = errors.success.as_ref();
    let success = success.map(|codes| codes.iter().map(|code| code.0.clone()).collect::<Vec<_>>());
    Errors {
        code: parts(&errors.code),
        message: parts(&errors.message),
        help: parts(&errors.help),
        request_id: parts(&errors.request_id),
        namespaced: errors.namespaced,
        only_status: errors
            .only_status
            .map(statuses)
            .filter(|range| *range != ALL),
        success: success.filter(|codes| codes != &["0"]),
        codes: spec
            .codes
            .iter()
            .map(|code| error_code(spec, code))
            .collect(),
    }
}

/// The smallest and the largest HTTP status.
const ALL: (u16, u16) = (100, 999);

/// Returns the smallest and the largest HTTP status in a range.
fn statuses(range: Bounds) -> (u16, u16) {
    let status = |bound: Option<i64>| bound.and_then(|bound| u16::try_from(bound).ok());
    (
        status(range.min).unwrap_or(ALL.0),
        status(range.max).unwrap_or(ALL.1),
    )
}

fn error_code(spec: &Spec<'_>, code: &Piece<'_, spec::ErrorCode>) -> ErrorCode {
    // The checks have already rejected numbers that are not a valid status.
    let status = code
        .value
        .status
        .and_then(|status| u16::try_from(status).ok());
    let spec::ErrorCode {
        status: _,
        kind,
        docs,
        details,
        rust_name,
        allow: _,
    } = &code.value;
    let kind = kind.map(|kind| match kind {
        spec::ErrorKind::AccessDenied => "AccessDenied",
        spec::ErrorKind::Authentication => "Authentication",
        spec::ErrorKind::ClockSkew => "ClockSkew",
        spec::ErrorKind::Throttled => "Throttled",
        spec::ErrorKind::Transient => "Transient",
        spec::ErrorKind::NotFound => "NotFound",
        spec::ErrorKind::Invalid => "Invalid",
        spec::ErrorKind::Quota => "Quota",
        spec::ErrorKind::Other => "Other",
    });
    ErrorCode {
        wire: code.name.to_owned(),
        rust_name: rust_name
            .clone()
            .unwrap_or_else(|| names::error_code(code.name)),
        docs: docs.as_deref().map(|docs| docs::lines(docs).join(" ")),
        status,
        kind: kind.map(str::to_owned),
        details: details
            .as_deref()
            .map(|name| type_name(spec, name).to_owned()),
    }
}

fn operation(spec: &Spec<'_>, operation: &spec::Operation<'_>) -> Operation {
    let block = &operation.block.value;
    let output = block.output();
    let (method, path) = block
        .http
        .as_ref()
        .map(|http| (http.method.clone(), http.path.clone()))
        .unwrap_or_default();
    let members = operation
        .parameters
        .iter()
        .map(|(location, field)| member(spec, field, place(spec, *location, &field.value)));
    let members: Vec<_> = members.collect();
    let requirements = requirements(&block.require_one_of, &block.require_any_of);
    Operation {
        name: operation.block.name.to_owned(),
        rust_name: block
            .rust_name
            .clone()
            .unwrap_or_else(|| operation.block.name.to_owned()),
        docs: docs_with(
            Some(&docs::with_seen(
                block.docs.as_deref().unwrap_or_default(),
                block.seen,
            )),
            &requirements,
            &members,
        ),
        see: block.see.clone().unwrap_or_default(),
        method,
        path,
        host_prefix: block.host_prefix.clone(),
        fixed_headers: fixed_headers(&operation.fixed_headers),
        content_type: content_type(spec, operation),
        fixed: operation
            .fixed
            .iter()
            .map(|pair| (pair.name.to_owned(), pair.value.clone()))
            .collect(),
        auth: operation
            .auth
            .as_ref()
            .map(|auth| auth.iter().map(|auth| scheme(&auth.value)).collect()),
        read_only: block.read_only,
        idempotent: block.idempotent,
        // Every operation may fail with every code.
        secret_reply: spec
            .reached(output.into_iter().chain(spec.details()).collect())
            .iter()
            .flat_map(|ty| ty.fields())
            .any(|field| field.value.sensitive),
        constructor: constructor(
            block.constructor.as_deref(),
            operation.parameters.iter().map(|(_, field)| field),
        ),
        members,
        requirements,
        paging: block
            .pagination
            .as_ref()
            .and_then(|paging| lower_paging(spec, operation, paging, output?)),
        catalog: block.catalog.as_ref().map(lower_catalog),
        output: output.map(|output| type_name(spec, output).to_owned()),
        reads_body: spec.reads_body(block),
        deprecated: block.deprecated.as_deref().map(docs::line),
        renamed_from: block.renamed_from.clone(),
        removed: block.removed.clone(),
    }
}

fn requirements(one_of: &NameGroups, any_of: &NameGroups) -> Vec<Requirement> {
    let one_of = one_of.0.iter().cloned().map(Requirement::OneOf);
    let any_of = any_of.0.iter().cloned().map(Requirement::AnyOf);
    one_of.chain(any_of).collect()
}

/// Returns the lines of documentation of an item, with its requirements.
fn docs_with(said: Option<&str>, requirements: &[Requirement], members: &[Member]) -> Vec<String> {
    let said = said.unwrap_or_default();
    let paragraphs = requirements.iter().map(|requirement| {
        let how_many = match requirement {
            Requirement::OneOf(_) => "Exactly one",
            Requirement::AnyOf(_) => "At least one",
        };
        let names = requirement.members().iter();
        let named = |name: &String| members.iter().find(|member| member.wire == *name);
        let names: Vec<_> = names
            .filter_map(named)
            .map(|member| docs::code(&member.rust_name))
            .collect();
        let names = match names.split_last() {
            Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
            _ => names.concat(),
        };
        let mut lines = vec![String::new()];
        lines.extend(docs::lines(&format!("{how_many} of {names} must be set.")));
        lines
    });
    docs::lines(said)
        .into_iter()
        .chain(paragraphs.flatten())
        .collect()
}

/// Returns the indices of the arguments: in the order of the list, or without one, of the required members in the order
/// of the spec.
fn constructor<'a>(
    list: Option<&[String]>,
    members: impl Iterator<Item = &'a Piece<'a, Field>> + Clone,
) -> Vec<usize> {
    match list {
        Some(list) => {
            let index = |name: &String| members.clone().position(|member| member.name == name);
            list.iter().filter_map(index).collect()
        }
        None => members
            .enumerate()
            .filter(|(_, member)| member.value.required)
            .map(|(index, _)| index)
            .collect(),
    }
}

/// Returns fixed headers. The content type belongs to the body.
fn fixed_headers(headers: &[Piece<'_, String>]) -> Vec<(String, String)> {
    let pair = |header: &Piece<'_, String>| (header.name.to_owned(), header.value.clone());
    let headers = headers.iter().filter(|header| !is_content_type(header));
    headers.map(pair).collect()
}

/// Returns the content type of a payload, or the one that the operation fixes for its JSON object.
fn content_type(spec: &Spec<'_>, operation: &spec::Operation<'_>) -> Option<String> {
    let mut payloads = operation.parameters.iter();
    let payload = payloads.find(|(location, _)| *location == Location::Payload);
    let Some((location, field)) = payload else {
        let mut headers = operation.fixed_headers.iter();
        let fixed = headers.find(|header| is_content_type(header));
        return fixed.map(|header| header.value.clone());
    };
    Some(match &operation.content_type {
        Some(given) => given.value.clone(),
        None => {
            let travel = spec.travel(*location, &field.value);
            travel.unwrap_or(Travel::Json).content_type().to_owned()
        }
    })
}

fn place(spec: &Spec<'_>, location: Location, field: &Field) -> Place {
    match (location, spec.travel(location, field)) {
        (Location::Path, _) => Place::Path,
        (Location::Query, Ok(Travel::Csv)) => Place::QueryCsv,
        (Location::Query, _) => Place::Query,
        (Location::Header, _) => Place::Header,
        (Location::Body, _) => Place::Body,
        (Location::Payload, _) => Place::Payload,
    }
}

fn member(spec: &Spec<'_>, field: &Piece<'_, Field>, place: Place) -> Member {
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

fn source(field: &Field) -> Source {
    match &field.from {
        None => Source::Body,
        Some(spec::Source::Header(name)) => Source::Header(name.to_lowercase()),
        Some(spec::Source::HeaderPrefix(prefix)) => Source::HeaderPrefix(prefix.to_lowercase()),
        Some(spec::Source::Status) => Source::Status,
        Some(spec::Source::Payload) => Source::Payload,
    }
}

fn pattern(pattern: &str) -> Limit {
    match spec::patterns::obstacle(pattern) {
        Some(_) => Limit::UncheckedPattern(pattern.to_owned()),
        None => Limit::Pattern(pattern.to_owned()),
    }
}

fn timestamp_format(field: &Field, place: Place) -> TimestampFormat {
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

fn ty(spec: &Spec<'_>, name: &spec::TypeName, format: TimestampFormat) -> Ty {
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
fn type_name<'s>(spec: &'s Spec<'_>, name: &'s str) -> &'s str {
    let pinned = spec
        .named_type(name)
        .and_then(|ty| ty.block.value.rust_name.as_deref());
    pinned.unwrap_or(name)
}

fn lower_paging(
    spec: &Spec<'_>,
    operation: &spec::Operation<'_>,
    paging: &spec::Pagination,
    output: &str,
) -> Option<Paging> {
    let inputs: BTreeSet<_> = spec.inputs().iter().map(|ty| ty.block.name).collect();
    let way = |path: &str| {
        let fields = spec.walk(output, path).ok()?;
        // A payload is the body, not a member of it.
        let is_member =
            |field: &&&Piece<'_, Field>| field.value.from != Some(spec::Source::Payload);
        let wire = fields.iter().filter(is_member);
        let holders = fields.iter().map(|field| field.value.ty.name.as_str());
        let holders = iter::once(output).chain(holders);
        let field = |(field, holder): (&&Piece<'_, Field>, &str)| {
            let is_optional =
                !field.value.required && (inputs.contains(holder) || field.value.ty.is_single());
            (rust_name(field), is_optional)
        };
        Some(FieldPath {
            fields: fields.iter().zip(holders).map(field).collect(),
            wire: wire.map(|field| field.name.to_owned()).collect(),
        })
    };
    let optional_way = |path: &Option<String>| path.as_deref().and_then(way);
    let parameter = |name: &str| {
        let mut fields = operation.parameters.iter().map(|(_, field)| field);
        fields.find(|field| field.name == name)
    };
    let page_size = paging.page_size.as_deref().and_then(parameter);
    let style = match paging.style? {
        spec::PagingStyle::Token => PagingStyle::Token {
            token: optional_way(&paging.response)?,
        },
        spec::PagingStyle::Marker => PagingStyle::Marker {
            marker: optional_way(&paging.response)?,
            more: optional_way(&paging.more)?,
        },
        spec::PagingStyle::PageNumber => PagingStyle::PageNumber {
            total: optional_way(&paging.total),
            size: optional_way(&paging.response_page_size),
        },
        spec::PagingStyle::Offset => PagingStyle::Offset {
            total: optional_way(&paging.total),
        },
        spec::PagingStyle::None => PagingStyle::None,
    };
    let request = match style {
        PagingStyle::None => None,
        _ => Some(rust_name(parameter(paging.request.as_deref()?)?)),
    };
    let list = paging.items.as_deref()?;
    let items = spec.walk(output, list).ok()?.pop()?;
    let format = timestamp_format(&items.value, Place::Body);
    let Ty::List(item) = ty(spec, &items.value.ty, format) else {
        return None;
    };
    Some(Paging {
        style,
        request,
        items: way(list)?,
        item: *item,
        page_size: page_size.map(rust_name),
        total_cap: paging.total_cap,
    })
}

fn lower_catalog(catalog: &spec::CatalogBlock) -> Catalog {
    let owned = |(key, path): (&str, &str)| (key.to_owned(), path.to_owned());
    let workspace = catalog.workspace.as_deref();
    let workspace = workspace.map(|parameter| ("workspace", parameter));
    let statuses = catalog.statuses.iter().map(|(text, status)| {
        let state = match status {
            spec::CatalogStatus::Ready => "Ready",
            spec::CatalogStatus::Pending => "Pending",
            spec::CatalogStatus::Failed => "Failed",
        };
        (text.clone(), state.to_owned())
    });
    Catalog {
        paths: catalog.paths().chain(workspace).map(owned).collect(),
        statuses: statuses.collect(),
    }
}

fn rust_name(field: &Piece<'_, Field>) -> String {
    field
        .value
        .rust_name
        .clone()
        .unwrap_or_else(|| names::member(field.name))
}

/// Returns the name of the variant for a member of a union.
fn variant_name(field: &Piece<'_, Field>) -> String {
    let pinned = field.value.rust_name.clone();
    pinned.unwrap_or_else(|| names::variant(field.name))
}

fn lower_type(
    spec: &Spec<'_>,
    usage: &Usage<'_>,
    cycles: &Cycles<'_, '_>,
    ty: &spec::Type<'_>,
) -> Option<Type> {
    let block = &ty.block.value;
    let name = type_name(spec, ty.block.name).to_owned();
    let input = usage.input.contains(ty.block.name);
    // An unused type is emitted like one of a response, so that its documentation is visible.
    let output = usage.output.contains(ty.block.name) || !input;
    let body_member = |field: &Piece<'_, Field>| Member {
        boxed: cycles.is_boxed(ty, field),
        ..member(spec, field, Place::Body)
    };
    let docs = docs::lines(block.docs.as_deref().unwrap_or_default());
    let deprecated = block.deprecated.as_deref().map(docs::line);
    let renamed_from = block.renamed_from.clone();
    Some(match &ty.kind {
        TypeKind::Structure(fields) => {
            let members: Vec<_> = fields.iter().map(body_member).collect();
            let requirements = match input {
                true => requirements(&block.require_one_of, &block.require_any_of),
                false => Vec::new(),
            };
            Type::Structure(Structure {
                input,
                output,
                constructor: constructor(block.constructor.as_deref(), fields.iter()),
                docs: docs_with(block.docs.as_deref(), &requirements, &members),
                members,
                requirements,
                name,
                deprecated,
                renamed_from,
                removed: block.removed.clone(),
            })
        }
        TypeKind::Enum(values) => Type::Enum(Enum {
            values: values.iter().map(enum_value).collect(),
            name,
            docs,
            deprecated,
            renamed_from,
            removed: block.removed.clone(),
        }),
        TypeKind::Union(members) => Type::Union(Union {
            members: members
                .iter()
                .map(|field| Member {
                    rust_name: variant_name(field),
                    required: true,
                    ..body_member(field)
                })
                .collect(),
            input,
            output,
            name,
            docs,
            deprecated,
            renamed_from,
            removed: block.removed.clone(),
        }),
        TypeKind::Broken => return None,
    })
}

fn enum_value(value: &Piece<'_, spec::EnumValue>) -> Value {
    let said = value
        .value
        .docs
        .clone()
        .unwrap_or_else(|| format!("`{}`", value.name));
    Value {
        wire: value.name.to_owned(),
        rust_name: value
            .value
            .rust_name
            .clone()
            .unwrap_or_else(|| names::variant(value.name)),
        docs: docs::lines(&docs::with_seen(&said, value.value.seen)),
        deprecated: value.value.deprecated.as_deref().map(docs::line),
    }
}

/// Names in the spec of the types that occur in requests, and of those that occur in responses.
struct Usage<'s> {
    input: BTreeSet<&'s str>,
    output: BTreeSet<&'s str>,
}

impl<'s> Usage<'s> {
    fn of(spec: &Spec<'s>) -> Self {
        fn names<'s>(types: Vec<&spec::Type<'s>>) -> BTreeSet<&'s str> {
            types.iter().map(|ty| ty.block.name).collect()
        }
        Self {
            input: names(spec.inputs()),
            output: names(spec.outputs()),
        }
    }
}
