//! Checks rules between members: `require_one_of` and `require_any_of`.

use std::collections::BTreeSet;

use crate::diagnostics::{Diagnostics, closest};
use crate::rules::Rule;
use crate::source::Span;
use crate::spec::{Field, NameGroups, Node, Operation, Piece, Spec, TypeKind};

/// Keys of the rules.
const KEYS: [&str; 2] = ["require_one_of", "require_any_of"];

pub(super) fn check(spec: &Spec<'_>, diagnostics: &mut Diagnostics) {
    for operation in &spec.operations {
        cursor(spec, operation, diagnostics);
        let block = &operation.block.value;
        let members: Vec<_> = operation
            .parameters
            .iter()
            .map(|(_, field)| field)
            .collect();
        let groups = [&block.require_one_of, &block.require_any_of];
        let is_whole = !operation.is_broken;
        rules(
            spec,
            &operation.block,
            groups,
            &members,
            is_whole,
            diagnostics,
        );
    }
    let sent: BTreeSet<_> = spec.inputs().iter().map(|ty| ty.block.name).collect();
    let received: BTreeSet<_> = spec.outputs().iter().map(|ty| ty.block.name).collect();
    for ty in &spec.types {
        let block = &ty.block.value;
        let name = ty.block.name;
        if let TypeKind::Structure(fields) = &ty.kind {
            let members: Vec<_> = fields.iter().collect();
            let groups = [&block.require_one_of, &block.require_any_of];
            rules(spec, &ty.block, groups, &members, true, diagnostics);
            let is_reply = received.contains(name) && !sent.contains(name);
            for entry in KEYS.iter().filter_map(|key| ty.block.node.entry(key)) {
                if is_reply {
                    let message = format!("`{name}` occurs in replies, which are not checked");
                    let finding = spec.finding(Rule::R09, entry.key_span, message);
                    diagnostics.push(finding.help(format!("drop `{}`", entry.key)));
                }
            }
        } else if !matches!(ty.kind, TypeKind::Broken) {
            for entry in KEYS.iter().filter_map(|key| ty.block.node.entry(key)) {
                let message = format!(
                    "`{name}` is not a structure, so `{}` has no effect",
                    entry.key
                );
                let finding = spec.finding(Rule::R09, entry.key_span, message);
                diagnostics.push(finding.help(format!("drop `{}`", entry.key)));
            }
        }
    }
}

/// Checks the rules of an operation or a structure. `is_whole` is whether all its members could be read.
fn rules<T>(
    spec: &Spec<'_>,
    block: &Piece<'_, T>,
    groups: [&NameGroups; 2],
    members: &[&Piece<'_, Field>],
    is_whole: bool,
    diagnostics: &mut Diagnostics,
) {
    let mut seen: Vec<(BTreeSet<&str>, Span)> = Vec::new();
    for (key, NameGroups(groups)) in KEYS.into_iter().zip(groups) {
        let Some(node) = block.node.get(key) else {
            continue;
        };
        // A part that could not be read has a finding already.
        if block
            .cut
            .iter()
            .any(|path| path.first().is_some_and(|first| first == key))
        {
            continue;
        }
        if groups.is_empty() {
            let finding = spec.finding(Rule::C14, block.at_key(key), format!("`{key}` is empty"));
            diagnostics.push(finding.help("list the names, or drop it"));
        }
        let is_nested = node
            .elements()
            .iter()
            .any(|element| element.text().is_none());
        let lists: Vec<_> = match is_nested {
            true => node.elements().iter().collect(),
            false => vec![node],
        };
        for (names, list) in groups.iter().zip(lists) {
            group(spec, names, list, members, is_whole, diagnostics);
            let names: BTreeSet<_> = names.iter().map(String::as_str).collect();
            match seen.iter().find(|(others, _)| *others == names) {
                Some((_, first)) => {
                    let message = "there are two rules on these members";
                    let finding = spec.finding(Rule::C14, list.span, message);
                    let finding = finding.second(*first, "first here");
                    diagnostics.push(finding.help("drop one of them"));
                }
                None => seen.push((names, list.span)),
            }
        }
    }
}

/// Reports a rule that the requests of further pages would break, because a pager sets one of its parameters.
fn cursor(spec: &Spec<'_>, operation: &Operation<'_>, diagnostics: &mut Diagnostics) {
    let block = &operation.block;
    let paging = block.value.pagination.as_ref();
    let Some(cursor) = paging.and_then(|paging| paging.request.as_ref()) else {
        return;
    };
    let mut groups = block.value.require_one_of.0.iter();
    if groups.any(|names| names.contains(cursor)) {
        let message =
            format!("`{cursor}` selects the page, so it is set for every page but the first");
        let finding = spec.finding(Rule::C14, block.at_key("require_one_of"), message);
        diagnostics.push(finding.help("take the name out of the rule"));
    }
}

/// Checks the names of one rule.
fn group(
    spec: &Spec<'_>,
    names: &[String],
    list: &Node,
    members: &[&Piece<'_, Field>],
    is_whole: bool,
    diagnostics: &mut Diagnostics,
) {
    if names.len() < 2 {
        let message = "a rule between members needs two of them";
        let finding = spec.finding(Rule::C14, list.span, message);
        diagnostics
            .push(finding.help("add the others; one that is always needed is `required: true`"));
    }
    for (index, name) in names.iter().enumerate() {
        let span = list
            .elements()
            .get(index)
            .map_or(list.span, |element| element.span);
        let mut report = |message: String, help: String| {
            diagnostics.push(spec.finding(Rule::C14, span, message).help(help));
        };
        if names.iter().take(index).any(|other| other == name) {
            report(
                format!("`{name}` is there twice"),
                "name each member once".to_owned(),
            );
            continue;
        }
        let Some(member) = members.iter().find(|member| member.name == name) else {
            if is_whole {
                let near = closest(name, members.iter().map(|member| member.name));
                report(
                    format!("there is no member `{name}` here"),
                    match near {
                        Some(near) => format!("did you mean `{near}`?"),
                        None => "name members of the same operation or structure, as they are on the wire".to_owned(),
                    },
                );
            }
            continue;
        };
        if member.value.required {
            report(
                format!("`{name}` is required, so it is always set"),
                "drop `required`, or take the name out of the rule".to_owned(),
            );
        } else if member.value.idempotency_token {
            report(
                format!("`{name}` is an idempotency token, so it is always set"),
                "take the name out of the rule".to_owned(),
            );
        }
    }
}
