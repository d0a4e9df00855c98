//! Checks references between types.

use std::collections::BTreeSet;

use crate::diagnostics::{Diagnostics, closest};
use crate::rules::Rule;
use crate::source::Span;
use crate::spec::{Field, Location, Operation, Piece, Spec, Type, TypeKind};

use super::BUILT_IN;

pub(super) fn check(spec: &Spec<'_>, diagnostics: &mut Diagnostics) {
    for member in spec.members() {
        let name = member.value.ty.name.as_str();
        if !member.value.ty.is_unknown()
            && !BUILT_IN.contains(&name)
            && spec.named_type(name).is_none()
        {
            let candidates = spec
                .types
                .iter()
                .map(|ty| ty.block.name)
                .chain(BUILT_IN.iter().copied());
            dangling(spec, diagnostics, name, member.at("type"), candidates);
        }
    }
    for operation in &spec.operations {
        if let Some(name) = operation.block.value.output() {
            let structures = spec
                .types
                .iter()
                .filter(|ty| matches!(ty.kind, TypeKind::Structure(_)));
            if !structures.clone().any(|ty| ty.block.name == name) {
                let span = operation.block.at("response");
                if spec
                    .named_type(name)
                    .is_some_and(|ty| matches!(ty.kind, TypeKind::Enum(_)))
                {
                    let message =
                        format!("`{name}` is an enum; an operation answers with a structure");
                    let finding = spec.finding(Rule::R01, span, message);
                    diagnostics.push(finding.help("name a structure, with the enum as a field"));
                } else if BUILT_IN.contains(&name) {
                    let message = format!("`{name}` is no structure");
                    let finding = spec.finding(Rule::R01, span, message);
                    diagnostics.push(finding.help("write a structure with it as a field"));
                } else if is_nothing(name) && spec.named_type(name).is_none() {
                    let message = format!("there is no type `{name}`");
                    let finding = spec.finding(Rule::R01, span, message);
                    diagnostics.push(
                        finding.help("if the operation returns nothing, write `response: none`"),
                    );
                } else if spec.named_type(name).is_none() {
                    dangling(
                        spec,
                        diagnostics,
                        name,
                        span,
                        structures.map(|ty| ty.block.name),
                    );
                }
            }
        }
        for (location, field) in &operation.parameters {
            let ty = &field.value.ty;
            if *location != Location::Body && spec.fields_of(&ty.name).is_some() {
                let message = format!("the structure `{}` can travel in the body alone", ty.name);
                let finding = spec.finding(Rule::R07, field.at("type"), message);
                let help = "send it under `body:`, or its fields one by one";
                diagnostics.push(finding.help(help));
            }
        }
    }
    endless(spec, diagnostics);
    uses(spec, diagnostics);
    let errors = spec.head.node.get("errors");
    if !spec.codes.is_empty()
        && errors.is_some_and(|errors| {
            errors
                .get("code")
                .is_none_or(|code| code.elements().is_empty())
        })
        && let Some(codes) = errors.and_then(|errors| errors.entry("codes"))
    {
        let message = "no error can have one of these codes: `code` names no place for them";
        let finding = spec.finding(Rule::R05, codes.key_span, message);
        diagnostics.push(finding.help("say where the code is: `code: [body error.code]`"));
    }
}

/// Reports types that are not used, and structures that occur both in requests and in responses.
fn uses(spec: &Spec<'_>, diagnostics: &mut Diagnostics) {
    let inputs: BTreeSet<_> = spec.inputs().iter().map(|ty| ty.block.name).collect();
    let outputs: BTreeSet<_> = spec.outputs().iter().map(|ty| ty.block.name).collect();
    let meant = meant_by_dangling(spec);
    let is_whole = is_whole(spec);
    for ty in &spec.types {
        let name = ty.block.name;
        let (sent, received) = (inputs.contains(name), outputs.contains(name));
        if !sent && received && ty.block.node.get("constructor").is_some() {
            let message = format!("`{name}` occurs in replies, which nobody makes with `new`");
            let finding = spec.finding(Rule::R09, ty.block.at_key("constructor"), message);
            diagnostics.push(finding.help("drop `constructor`"));
        }
        if !sent && !received && is_whole && !meant.contains(name) {
            let message = format!("nothing uses the type `{name}`");
            let finding = spec.finding(Rule::R02, ty.block.name_span, message);
            diagnostics.push(finding.help("delete it, or use it"));
        }
        if sent && received && matches!(ty.kind, TypeKind::Structure(_)) {
            let message = format!("`{name}` occurs in requests and in replies");
            let finding = spec.finding(Rule::R04, ty.block.name_span, message);
            diagnostics.push(finding.help("write two: one of them will change without the other"));
        }
    }
}

/// Whether every part that can name a type could be read. If not, it is unknown which types are used.
fn is_whole(spec: &Spec<'_>) -> bool {
    let is_named = |operation: &Operation<'_>| {
        let response = operation.block.value.response.as_deref();
        !operation.is_broken && response.is_some_and(|name| !BUILT_IN.contains(&name))
    };
    !spec.operations.is_empty()
        && spec.operations.iter().all(is_named)
        && !spec
            .types
            .iter()
            .any(|ty| matches!(ty.kind, TypeKind::Broken))
        && spec.members().all(|member| !member.value.ty.is_unknown())
}

/// Returns the types that would be used if the names of missing types were corrected.
fn meant_by_dangling<'s>(spec: &'s Spec<'_>) -> BTreeSet<&'s str> {
    let members = spec.members().map(|member| member.value.ty.name.as_str());
    let blocks = spec
        .operations
        .iter()
        .map(|operation| &operation.block.value);
    let responses = blocks.filter_map(|block| block.output());
    let dangling = members
        .chain(responses)
        .filter(|name| !BUILT_IN.contains(name) && spec.named_type(name).is_none());
    let names = || spec.types.iter().map(|ty| ty.block.name);
    // Also accepts the list notation of other languages: `Model[]`.
    let element = |name: &'s str| element_of(name).unwrap_or(name);
    let meant = dangling.filter_map(|name| closest(element(name), names()));
    spec.reached(meant.collect())
        .iter()
        .map(|ty| ty.block.name)
        .collect()
}

fn dangling<'a>(
    spec: &Spec<'_>,
    diagnostics: &mut Diagnostics,
    name: &str,
    span: Span,
    candidates: impl Iterator<Item = &'a str>,
) {
    let finding = spec.finding(Rule::R01, span, format!("there is no type `{name}`"));
    if let Some(help) = of_other_languages(name) {
        diagnostics.push(finding.help(help));
        return;
    }
    diagnostics.push(match closest(name, candidates) {
        Some(near) => finding.help(format!("did you mean `{near}`?")),
        None => finding.help("define it under `types:`"),
    });
}

/// Whether a word means that an operation returns nothing, in another language.
fn is_nothing(name: &str) -> bool {
    let words = [
        "none", "nothing", "null", "nil", "void", "unit", "empty", "()",
    ];
    words.iter().any(|word| name.eq_ignore_ascii_case(word))
}

/// Returns the element type of a list in the notation of other languages.
fn element_of(name: &str) -> Option<&str> {
    name.strip_suffix("[]")
        .or_else(|| name.strip_prefix("List<")?.strip_suffix('>'))
        .or_else(|| name.strip_prefix("Vec<")?.strip_suffix('>'))
}

/// Returns help for a type name from another language.
fn of_other_languages(name: &str) -> Option<String> {
    if let Some(element) = element_of(name) {
        return Some(format!("write `list of {element}`"));
    }
    let here = match name.to_lowercase().as_str() {
        "int" | "int32" | "int64" | "i32" | "i64" | "u32" | "u64" | "long" | "short" => "integer",
        "float" | "double" | "decimal" | "f32" | "f64" => "number",
        "bool" => "boolean",
        "str" | "text" | "uuid" | "uri" | "url" => "string",
        "datetime" | "date-time" | "date_time" | "date" | "time" | "instant" => "timestamp",
        "object" | "map" | "dict" | "struct" | "any" | "json" => {
            return Some(
                "write a structure under `types:`; there are no maps and no free JSON".to_owned(),
            );
        }
        "array" | "list" | "vec" => {
            return Some("write `list of` and the type of an element".to_owned());
        }
        "enum" => return Some("write an enum under `types:`, and name it here".to_owned()),
        _ => return None,
    };
    Some(format!("here it is called `{here}`"))
}

/// Reports structures that contain themselves without a list in between. Such a type has infinite size.
fn endless(spec: &Spec<'_>, diagnostics: &mut Diagnostics) {
    let direct = circles(spec, false);
    for field in &direct {
        let message = format!(
            "`{}` holds itself through `{}`",
            field.value.ty.name, field.name
        );
        let finding = spec.finding(Rule::R03, field.at("type"), message);
        diagnostics.push(finding.help("only a list can do that"));
    }
    let seen: BTreeSet<_> = direct.iter().map(|field| field.name_span).collect();
    for field in circles(spec, true) {
        if !seen.contains(&field.name_span) {
            let message = format!(
                "`{}` holds itself through `{}`",
                field.value.ty.name, field.name
            );
            let finding = spec.finding(Rule::R08, field.at("type"), message);
            diagnostics
                .push(finding.help("a list lies between, so it is possible; replies can be deep"));
        }
    }
}

/// Returns the fields that close a cycle of structures.
fn circles<'s, 'a>(spec: &'s Spec<'a>, through_lists: bool) -> Vec<&'s Piece<'a, Field>> {
    /// State of a structure during the search.
    #[derive(Clone, Copy, PartialEq)]
    enum Mark {
        New,
        Open,
        Done,
    }

    let mut found = Vec::new();
    let fields = |index: usize| spec.types.get(index).map(Type::fields).unwrap_or_default();
    let mut marks = vec![Mark::New; spec.types.len()];
    let mut mark = |index: usize, new: Mark| {
        marks
            .get_mut(index)
            .map_or(Mark::Done, |mark| std::mem::replace(mark, new))
    };
    for start in 0..spec.types.len() {
        // The search is not recursive, because a chain of structures may be long.
        let mut open = vec![(start, 0)];
        if mark(start, Mark::Open) == Mark::Done {
            mark(start, Mark::Done);
            continue;
        }
        while let Some((index, at)) = open.pop() {
            let Some(field) = fields(index).get(at) else {
                mark(index, Mark::Done);
                continue;
            };
            open.push((index, at + 1));
            let ty = &field.value.ty;
            let Some(inner) = spec.index.get(ty.name.as_str()).copied() else {
                continue;
            };
            if ty.list && !through_lists {
                continue;
            }
            match mark(inner, Mark::Open) {
                Mark::New => open.push((inner, 0)),
                Mark::Done => {
                    mark(inner, Mark::Done);
                }
                Mark::Open => found.push(field),
            }
        }
    }
    found
}
