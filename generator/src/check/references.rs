//! Checks references between types.

use std::collections::{BTreeMap, BTreeSet};

use crate::diagnostics::{Diagnostics, closest, has_foreign_letters};
use crate::rules::Rule;
use crate::source::Span;
use crate::spec::foreign;
use crate::spec::{BUILT_IN, ClosingEdge, Cycles, Operation, Spec, Type, TypeKind};

const RETURNS: &str = "an operation returns";

pub(super) fn check(spec: &Spec<'_>, diagnostics: &mut Diagnostics) {
    for member in spec.members() {
        let name = member.value.ty.name.as_str();
        if !member.value.ty.is_unknown() && !spec.is_type(name) {
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
            let span = operation.block.at("response");
            structure(spec, diagnostics, name, span, RETURNS);
        }
    }
    for code in &spec.codes {
        if let Some(name) = &code.value.details {
            let span = code.at("details");
            structure(spec, diagnostics, name, span, "the details of an error are");
        }
    }
    recursive(spec, diagnostics);
    uses(spec, diagnostics);
    let errors = spec.head.node.get("errors");
    if !spec.codes.is_empty()
        && !spec.head.is_cut_below("errors", "code")
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

/// Reports a name that is not that of a structure. `what` says what the name is for.
fn structure(spec: &Spec<'_>, diagnostics: &mut Diagnostics, name: &str, span: Span, what: &str) {
    let is_structure = |ty: &&Type<'_>| matches!(ty.kind, TypeKind::Structure(_));
    let structures = spec.types.iter().filter(is_structure);
    let ty = spec.named_type(name);
    let other = match ty.map(|ty| &ty.kind) {
        Some(TypeKind::Structure(_) | TypeKind::Broken) => return,
        Some(TypeKind::Enum(_)) => Some(("an", "enum")),
        Some(TypeKind::Union(_)) => Some(("a", "union")),
        None => None,
    };
    if let Some((article, other)) = other {
        let message = format!("`{name}` is {article} {other}, but {what} a structure");
        let finding = spec.finding(Rule::R01, span, message);
        let help = format!("name a structure, with the {other} as a field");
        diagnostics.push(finding.help(help));
    } else if BUILT_IN.contains(&name) || name.contains(' ') {
        let message = format!("`{name}` is not a structure");
        let finding = spec.finding(Rule::R01, span, message);
        diagnostics.push(finding.help("write a structure with it as a field"));
    } else if is_nothing(name) && what == RETURNS {
        let message = format!("there is no type `{name}`");
        let finding = spec.finding(Rule::R01, span, message);
        diagnostics.push(finding.help("if the operation returns nothing, write `response: none`"));
    } else {
        let names = structures.map(|ty| ty.block.name);
        dangling(spec, diagnostics, name, span, names);
    }
}

/// Reports types that are not used, and structures with required fields that occur both in requests and in responses.
fn uses(spec: &Spec<'_>, diagnostics: &mut Diagnostics) {
    let inputs: BTreeSet<_> = spec.inputs().iter().map(|ty| ty.block.name).collect();
    let outputs: BTreeSet<_> = spec.outputs().iter().map(|ty| ty.block.name).collect();
    let meant = meant_by_dangling(spec);
    let is_whole = is_whole(spec);
    for ty in &spec.types {
        let name = ty.block.name;
        let (sent, received) = (inputs.contains(name), outputs.contains(name));
        let is_structure = matches!(ty.kind, TypeKind::Structure(_));
        if is_structure && !sent && received && ty.block.node.get("constructor").is_some() {
            let message = format!("`{name}` occurs in replies, which nobody makes with `new`");
            let finding = spec.finding(Rule::R09, ty.block.at_key("constructor"), message);
            diagnostics.push(finding.help("drop `constructor`"));
        }
        if !sent && !received && is_whole && !meant.contains(name) {
            let message = format!("nothing uses the type `{name}`");
            let finding = spec.finding(Rule::R02, ty.block.name_span, message);
            diagnostics.push(finding.help("delete it, or use it"));
        }
        let is_other = matches!(ty.kind, TypeKind::Enum(_) | TypeKind::Union(_));
        if is_other && let Some(entry) = ty.block.node.entry("constructor") {
            let message = format!("`{name}` is not a structure, so it has no `new`");
            let finding = spec.finding(Rule::R09, entry.key_span, message);
            diagnostics.push(finding.help("drop `constructor`"));
        }
        let mut fields = ty.fields().iter();
        if sent
            && received
            && is_structure
            && let Some(required) = fields.find(|field| field.value.required)
        {
            let message = format!(
                "`{name}` occurs in requests and in replies, and requires `{}` in both",
                required.name
            );
            let finding = spec.finding(Rule::R04, ty.block.name_span, message);
            let finding = finding.second(required.at_key("required"), "required here");
            let help = "write two structures, one of them without `required`; if every reply does have the field, allow it and say \
                        where that was seen";
            diagnostics.push(finding.help(help).fix(ty.block.node.allowing(Rule::R04)));
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
        && spec.members().all(|member| {
            let ty = &member.value.ty;
            let is_foreign = || foreign::type_advice(&ty.name).is_some();
            !ty.is_unknown() && (spec.is_type(&ty.name) || !is_foreign())
        })
}

/// Returns the types that would be used if the names of missing types were corrected.
fn meant_by_dangling<'s>(spec: &'s Spec<'_>) -> BTreeSet<&'s str> {
    let members = spec.members().map(|member| member.value.ty.name.as_str());
    let dangling = members
        .chain(spec.whole_outputs())
        .filter(|name| !spec.is_type(name));
    let names = || spec.types.iter().map(|ty| ty.block.name);
    let meant = dangling.filter_map(|name| closest(name, names()));
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
    // All types are under a key that has a finding.
    if spec.head.is_cut("types") {
        return;
    }
    let finding = spec.finding(Rule::R01, span, format!("there is no type `{name}`"));
    if let Some(advice) = foreign::type_advice(name) {
        let finding = finding.help(advice.help);
        diagnostics.push(match advice.instead {
            Some(instead) => finding.replacing(name, instead),
            None => finding,
        });
        return;
    }
    diagnostics.push(match closest(name, candidates) {
        // The name of the type itself has a finding for its foreign letters.
        Some(near) if has_foreign_letters(near) && !has_foreign_letters(name) => return,
        Some(near) => finding.did_you_mean(name, near),
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

/// Reports types that contain themselves: as an error if no value could be complete, otherwise as a note.
fn recursive(spec: &Spec<'_>, diagnostics: &mut Diagnostics) {
    let cycles = Cycles::of(spec);
    let endless = cycles.endless();
    let seen: BTreeSet<_> = endless.iter().map(|edge| edge.member.name_span).collect();
    let is_union = |ty: &Type<'_>| matches!(ty.kind, TypeKind::Union(_));
    let mut unions = BTreeMap::new();
    for edge in endless.iter().filter(|edge| is_union(edge.owner)) {
        unions.entry(edge.owner.block.name).or_insert(edge);
    }
    for (name, ClosingEdge { owner, member }) in &unions {
        let message = format!("every member of the union `{name}` leads back to it");
        let finding = spec.finding(Rule::R03, owner.block.name_span, message);
        let finding = finding.second(member.name_span, "through this one");
        let help =
            "no value could be complete: add a member without it, or drop `required` on the way";
        diagnostics.push(finding.help(help));
    }
    for ClosingEdge { owner, member } in &endless {
        let inner = member.value.ty.name.as_str();
        // A union has one finding, however many ways lead back to it.
        if is_union(owner) || unions.contains_key(inner) {
            continue;
        }
        let message = format!("`{inner}` requires itself through `{}`", member.name);
        let finding = spec.finding(Rule::R03, member.at("type"), message);
        let help = "no value could be complete: drop `required`, or put a list or map in between";
        diagnostics.push(finding.help(help));
    }
    for ClosingEdge { member, .. } in cycles.all() {
        if !seen.contains(&member.name_span) {
            let inner = &member.value.ty.name;
            let message = format!("`{inner}` contains itself through `{}`", member.name);
            let finding = spec.finding(Rule::R08, member.at("type"), message);
            let finding =
                finding.help("if the service does send trees, allow it, and say how deep they are");
            diagnostics.push(finding.fix(member.node.allowing(Rule::R08)));
        }
    }
}
