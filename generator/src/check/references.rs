//! References between types.

use crate::diagnostics::{Diagnostics, closest};
use crate::source::Span;
use crate::spec::{Location, Spec, Type, TypeKind};

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
        if let Some(name) = &operation.block.value.response {
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
                    diagnostics.push(spec.error("R01", span, message));
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
                diagnostics.push(spec.error("R07", field.at("type"), message));
            }
        }
    }
    endless(spec, diagnostics);
}

fn dangling<'a>(
    spec: &Spec<'_>,
    diagnostics: &mut Diagnostics,
    name: &str,
    span: Span,
    candidates: impl Iterator<Item = &'a str>,
) {
    let finding = spec.error("R01", span, format!("there is no type `{name}`"));
    diagnostics.push(match closest(name, candidates) {
        Some(near) => finding.help(format!("did you mean `{near}`?")),
        None => finding.help("define it under `types:`"),
    });
}

/// A structure that holds itself other than through a list has no size.
fn endless(spec: &Spec<'_>, diagnostics: &mut Diagnostics) {
    /// Whether a structure was looked at.
    #[derive(Clone, Copy, PartialEq)]
    enum Mark {
        New,
        Open,
        Done,
    }

    let index_of = |name: &str| spec.types.iter().position(|ty| ty.block.name == name);
    let fields = |index: usize| spec.types.get(index).map(Type::fields).unwrap_or_default();
    let mut marks = vec![Mark::New; spec.types.len()];
    let mut mark = |index: usize, new: Mark| {
        marks
            .get_mut(index)
            .map_or(Mark::Done, |mark| std::mem::replace(mark, new))
    };
    for start in 0..spec.types.len() {
        // Walks with a list of its own instead of calling itself: a chain of structures may be long.
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
            if field.value.ty.list {
                continue;
            }
            let Some(inner) = index_of(&field.value.ty.name) else {
                continue;
            };
            match mark(inner, Mark::Open) {
                Mark::New => open.push((inner, 0)),
                Mark::Done => {
                    mark(inner, Mark::Done);
                }
                Mark::Open => {
                    let message = format!(
                        "`{}` holds itself through `{}`",
                        field.value.ty.name, field.name
                    );
                    diagnostics.push(
                        spec.error("R03", field.at("type"), message)
                            .help("only a list can do that"),
                    );
                }
            }
        }
    }
}
