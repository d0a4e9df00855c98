//! Checks what the spec says about sending a request again: `read_only`, `idempotent` and idempotency tokens.

use super::limits::TextLimits;
use crate::diagnostics::Diagnostics;
use crate::rules::Rule;
use crate::spec::{Bounds, Field, Location, Operation, Piece, Spec, TypeKind, token_length};

pub(super) fn check(spec: &Spec<'_>, diagnostics: &mut Diagnostics) {
    for operation in &spec.operations {
        effect(spec, operation, diagnostics);
        tokens(spec, operation, diagnostics);
    }
    for ty in &spec.types {
        let what = match ty.kind {
            TypeKind::Union(_) => "member of a union",
            TypeKind::Structure(_) | TypeKind::Enum(_) | TypeKind::Broken => "field of a structure",
        };
        let tokens = ty.fields().iter();
        for field in tokens.filter(|field| field.value.idempotency_token) {
            let message = format!("the idempotency token `{}` is a {what}", field.name);
            let span = field.at_key("idempotency_token");
            let finding = spec.finding(Rule::W24, span, message);
            let help = "only a parameter can be one: move it to `request:` of the operation, or drop `idempotency_token`";
            diagnostics.push(finding.help(help));
        }
    }
}

/// Whether a parameter is an idempotency token, or says so in a way that has a finding already.
pub(super) fn is_token(field: &Piece<'_, Field>) -> bool {
    field.value.idempotency_token || field.is_cut("idempotency_token")
}

/// Compares the method of an operation with what it says of its effect.
fn effect(spec: &Spec<'_>, operation: &Operation<'_>, diagnostics: &mut Diagnostics) {
    let block = &operation.block;
    let method = block.value.http.as_ref();
    let method = method.map_or("", |http| http.method.as_str());
    if block.value.read_only && block.value.idempotent {
        let message = "an operation that changes nothing is idempotent anyway";
        let finding = spec.finding(Rule::W22, block.at_key("idempotent"), message);
        let finding = finding.second(block.at_key("read_only"), "it changes nothing");
        diagnostics
            .push(finding.help("drop `idempotent`, or `read_only` if it does change something"));
    }
    if matches!(method, "PUT" | "PATCH" | "DELETE") && block.value.read_only {
        let message = format!("`{method}` changes something, but is marked as read-only");
        let finding = spec.finding(Rule::W21, block.at("read_only"), message);
        let help = "drop `read_only`, or correct the method; if repeating it is safe, write `idempotent: true`";
        diagnostics.push(finding.help(help));
    }
    if matches!(method, "GET" | "HEAD") && !block.value.read_only && !block.is_cut("read_only") {
        let message = format!("`{method}` changes nothing, but is not marked as read-only");
        let finding = spec.finding(Rule::W23, block.at("http"), message);
        let help = "add `read_only: true`, so that it is sent again after any failure; if it does change something, allow it \
                    and say what";
        let finding = finding.help(help);
        diagnostics.push(finding.fix(block.node.adding("read_only: true")));
    }
}

/// Checks the parameters that are idempotency tokens.
fn tokens(spec: &Spec<'_>, operation: &Operation<'_>, diagnostics: &mut Diagnostics) {
    let parameters = operation.parameters.iter();
    let mut tokens = parameters.filter(|(_, field)| field.value.idempotency_token);
    let Some((location, token)) = tokens.next() else {
        return;
    };
    one(spec, operation, *location, token, diagnostics);
    let block = &operation.block;
    let needless = [
        (
            block.value.read_only,
            block.at_key("read_only"),
            "an operation that changes nothing is repeated anyway",
            "drop `idempotency_token`, or `read_only` if it does change something",
        ),
        (
            // A token that selects the page is reported as such.
            block.value.pagination.is_some() && paging_key(operation, token.name).is_none(),
            block.at_key("pagination"),
            "each page of a list is a call of its own, with another token",
            "drop `idempotency_token`, or `pagination`",
        ),
    ];
    for (_, place, why, help) in needless.into_iter().filter(|(is_so, ..)| *is_so) {
        let message = format!("the idempotency token `{}` makes no sense here", token.name);
        let span = token.at_key("idempotency_token");
        let finding = spec.finding(Rule::W24, span, message);
        diagnostics.push(finding.second(place, why).help(help));
    }
    for (location, other) in tokens {
        one(spec, operation, *location, other, diagnostics);
        let message = format!("`{}` is a second idempotency token", other.name);
        let span = other.at_key("idempotency_token");
        let finding = spec.finding(Rule::W24, span, message);
        let finding = finding.second(token.at_key("idempotency_token"), "the first one");
        diagnostics.push(finding.help("an operation has one: drop one of them"));
    }
}

/// Checks one idempotency token.
fn one(
    spec: &Spec<'_>,
    operation: &Operation<'_>,
    location: Location,
    token: &Piece<'_, Field>,
    diagnostics: &mut Diagnostics,
) {
    let (name, field) = (token.name, &token.value);
    if let Some(key) = paging_key(operation, name) {
        let message = format!("pagination sets `{name}`, so it cannot be an idempotency token");
        let span = token.at_key("idempotency_token");
        let finding = spec.finding(Rule::W24, span, message);
        let finding = finding.second(operation.block.at_path(&["pagination", key]), "here");
        let help = "drop `idempotency_token`, or name another parameter under `pagination:`";
        return diagnostics.push(finding.help(help));
    }
    let mut report = |span, message: String, help: &str| {
        diagnostics.push(spec.finding(Rule::W24, span, message).help(help));
    };
    if matches!(location, Location::Path | Location::Payload) {
        let what = match location {
            Location::Payload => "the whole body",
            _ => "a path parameter",
        };
        let message = format!("the idempotency token `{name}` is {what}");
        let help = "a token is sent in the query, in a header or in the body";
        return report(token.at_key("idempotency_token"), message, help);
    }
    let is_text = field.ty.name == "string" && field.ty.is_single();
    if !is_text && !field.ty.is_unknown() {
        let message = format!("the idempotency token `{name}` is not a text");
        return report(token.at("type"), message, "write `type: string`");
    }
    if field.required {
        let message = format!("the idempotency token `{name}` is required, so `new` would take it");
        let help = "drop `required`, and the name in `constructor`: a call without a token creates one, so it is always sent";
        report(token.at_key("required"), message, help);
    }
    if field.default.is_some() {
        let message = format!("the idempotency token `{name}` has a default");
        let help = "drop `default`: a call without a token creates one, so the service never uses its default";
        report(token.at_key("default"), message, help);
    }
    let length = token_length(field.length);
    // A length that nothing has is reported elsewhere.
    let is_empty = field.length.is_some_and(|length| length.is_empty());
    let broken = broken_by_uuids(&field.text_limits(), length).filter(|_| !is_empty);
    if let Some((limit, uuid)) = broken {
        let message = format!("the UUID `{uuid}` breaks the `{limit}` of `{name}`");
        let help = "correct the limit, or drop `idempotency_token`, so that callers set the token";
        report(token.at(limit), message, help);
    } else if let Some(calls) = calls_until_repeated(length) {
        let message = format!(
            "`length` cuts the UUIDs of `{name}`: about {calls} calls are enough for two to get the same token"
        );
        let finding = spec.finding(Rule::W25, token.at("length"), message);
        let help = "correct the limit, or drop `idempotency_token`, so that callers set the token";
        diagnostics.push(finding.help(help));
    }
}

/// Returns the key under `pagination:` that names a parameter which clients set themselves.
fn paging_key(operation: &Operation<'_>, name: &str) -> Option<&'static str> {
    let paging = operation.block.value.pagination.as_ref()?;
    let keys = [
        ("request", &paging.request),
        ("page_size", &paging.page_size),
    ];
    let mut named = keys.iter().filter(|(_, it)| it.as_deref() == Some(name));
    named.next().map(|(key, _)| *key)
}

/// Returns about how many calls it takes until two of them are likely to create the same token, if the tokens are so
/// short that this happens in practice.
fn calls_until_repeated(length: usize) -> Option<u64> {
    /// Tokens of this length repeat after some hundred million calls.
    const ENOUGH: usize = 16;
    if length >= ENOUGH {
        return None;
    }
    // Neither the hyphens at 8 and 13 nor the version at 14 are random.
    let fixed = [8, 13, 14].iter().filter(|at| **at < length).count();
    // The root of the number of possible tokens, which are hexadecimal: the birthday problem.
    let digits = u32::try_from(length - fixed).ok()?;
    4_u64.checked_pow(digits)
}

/// Whether UUIDs keep the limits of a text, if they are cut to its maximum length.
pub(crate) fn takes_uuids(length: Option<Bounds>, pattern: Option<&str>) -> bool {
    broken_by_uuids(&TextLimits::new(length, pattern), token_length(length)).is_none()
}

/// Returns a limit that UUIDs break, with such a UUID.
fn broken_by_uuids(limits: &TextLimits<'_>, length: usize) -> Option<(&'static str, String)> {
    /// Together they begin with a digit and with a letter, and have all digits.
    const UUIDS: [&str; 3] = [
        "01234567-89ab-4def-8000-000000000000",
        "fedcba98-7654-4210-bfff-ffffffffffff",
        "a1b2c3d4-e5f6-4a7b-9c8d-0e1f2a3b4c5d",
    ];
    let [first, ..] = UUIDS;
    if length == 0 {
        return Some(("length", first.to_owned()));
    }
    let cut = UUIDS.map(|uuid| uuid.chars().take(length).collect::<String>());
    let mut cut = cut.into_iter();
    cut.find_map(|uuid| Some((limits.broken_by(&uuid)?, uuid)))
}
