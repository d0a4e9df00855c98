//! Limits and defaults fit their types.

use regex_lite::Regex;

use crate::diagnostics::Diagnostics;
use crate::spec::{Bounds, Field, Piece, Scalar, Spec, TypeKind};

pub(super) fn check(spec: &Spec<'_>, diagnostics: &mut Diagnostics) {
    for member in spec.members() {
        // A type that does not exist has a finding of its own.
        let name = member.value.ty.name.as_str();
        if !super::BUILT_IN.contains(&name) && spec.named_type(name).is_none() {
            bounds(spec, member, diagnostics);
            continue;
        }
        kinds(spec, member, diagnostics);
        bounds(spec, member, diagnostics);
        default(spec, member, diagnostics);
        if let Some(pattern) = &member.value.pattern
            && let Err(error) = Regex::new(&format!("^(?:{pattern})$"))
        {
            let message = format!("the pattern does not compile: {error}");
            let finding = spec.error("C06", member.at("pattern"), message);
            diagnostics.push(finding.help("look-around and back references are not supported"));
        }
        if let Some(class) = &member.value.chars
            && let Err(problem) = characters(class)
        {
            diagnostics.push(spec.error("C09", member.at("chars"), problem));
        }
    }
}

/// A limit is on a type that it can limit.
fn kinds(spec: &Spec<'_>, member: &Piece<'_, Field>, diagnostics: &mut Diagnostics) {
    let field = &member.value;
    let is_enum = spec
        .named_type(&field.ty.name)
        .is_some_and(|ty| matches!(ty.kind, TypeKind::Enum(_)));
    let is_text = field.ty.name == "string" || is_enum;
    let is_integer = field.ty.name == "integer";
    let rows = [
        ("range", field.range.is_some(), is_integer, "integers"),
        ("length", field.length.is_some(), is_text, "texts"),
        ("chars", field.chars.is_some(), is_text, "texts"),
        ("pattern", field.pattern.is_some(), is_text, "texts"),
        ("count", field.count.is_some(), field.ty.list, "lists"),
    ];
    for (key, given, fits, what) in rows {
        if given && !fits {
            let message = format!("`{key}` limits {what}, but `{}` is none", member.name);
            diagnostics.push(spec.error("C02", member.at_key(key), message));
        }
    }
}

fn bounds(spec: &Spec<'_>, member: &Piece<'_, Field>, diagnostics: &mut Diagnostics) {
    let field = &member.value;
    for (key, bounds) in [
        ("range", &field.range),
        ("length", &field.length),
        ("count", &field.count),
    ] {
        let Some(Bounds { min, max }) = bounds else {
            continue;
        };
        if min.zip(*max).is_some_and(|(min, max)| min > max) {
            diagnostics.push(spec.error(
                "C01",
                member.at(key),
                "the first number is larger than the last",
            ));
        }
        if key != "range" && [min, max].into_iter().flatten().any(|bound| *bound < 0) {
            diagnostics.push(spec.error(
                "C01",
                member.at(key),
                format!("a {key} cannot be negative"),
            ));
        }
    }
}

/// A default is a value that the parameter can have.
fn default(spec: &Spec<'_>, member: &Piece<'_, Field>, diagnostics: &mut Diagnostics) {
    let field = &member.value;
    let Some(default) = &field.default else {
        return;
    };
    let within = |bounds: &Option<Bounds>, value: i64| {
        let bounds = bounds.unwrap_or(Bounds {
            min: None,
            max: None,
        });
        bounds.min.is_none_or(|min| min <= value) && bounds.max.is_none_or(|max| value <= max)
    };
    let fits = match (default, field.ty.name.as_str()) {
        _ if field.ty.list => false,
        (Scalar::Integer(value), "integer") => within(&field.range, *value),
        (Scalar::Integer(_) | Scalar::Number(_), "number") | (Scalar::Boolean(_), "boolean") => {
            true
        }
        (Scalar::Text(text), "string") => within(
            &field.length,
            i64::try_from(text.chars().count()).unwrap_or(i64::MAX),
        ),
        (Scalar::Text(_), "timestamp") => true,
        (default, name) => match spec.named_type(name).map(|ty| &ty.kind) {
            Some(TypeKind::Enum(values)) => {
                values.iter().any(|value| value.name == default.to_string())
            }
            _ => false,
        },
    };
    if !fits {
        let message = format!(
            "the default `{default}` is no value that `{}` can have",
            member.name
        );
        diagnostics.push(spec.error("C03", member.at("default"), message));
    }
    if field.required {
        let message = "what is required has no default";
        diagnostics.push(spec.error("C04", member.at_key("default"), message));
    }
}

/// A set of characters is ranges and single ones: `A-Za-z0-9_-`.
fn characters(class: &str) -> Result<(), String> {
    if class.is_empty() {
        return Err("the set has no characters".into());
    }
    if class.contains(['[', ']', '\\', '^']) {
        return Err("write only the inside of the set, `A-Za-z0-9_-`, without brackets, `^` and backslashes".into());
    }
    let mut rest = class.chars();
    while let Some(first) = rest.next() {
        let mut ahead = rest.clone();
        if let (Some('-'), Some(last)) = (ahead.next(), ahead.next()) {
            if last < first {
                return Err(format!("the range {first}-{last} ends before it begins"));
            }
            rest = ahead;
        }
    }
    Ok(())
}
