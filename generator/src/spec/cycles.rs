//! Types that contain themselves, directly or through other types.
//!
//! Types form a graph, whose edges are the fields of structures and the members of unions. An edge is direct if no list
//! or map lies between. Nothing here is recursive, because a chain of types may be long.

use super::{Field, Piece, Spec, Type, TypeKind};

/// Cycles in the types of a spec.
pub(crate) struct Cycles<'s, 'a> {
    spec: &'s Spec<'a>,
    /// For each type, the group of types that lead to each other over direct edges.
    groups: Vec<usize>,
    /// For each type, whether every value of it would contain another one, without an end.
    endless: Vec<bool>,
}

/// A field or union member through which a type contains itself.
pub(crate) struct ClosingEdge<'s, 'a> {
    /// Type that has the member.
    pub(crate) owner: &'s Type<'a>,
    pub(crate) member: &'s Piece<'a, Field>,
}

impl<'s, 'a> Cycles<'s, 'a> {
    pub(crate) fn of(spec: &'s Spec<'a>) -> Self {
        let direct = |_: usize, member: &Piece<'_, Field>| member.value.ty.is_single();
        Self {
            spec,
            groups: groups(&edges(spec, direct)),
            endless: endless(spec),
        }
    }

    /// Whether a member of a type has to be boxed: it leads back to the type over direct edges, and is the optional
    /// part of the cycle.
    pub(crate) fn is_boxed(&self, owner: &Type<'_>, member: &Piece<'_, Field>) -> bool {
        let group = |name: &str| self.groups.get(*self.spec.index.get(name)?);
        let inner = group(&member.value.ty.name);
        let is_optional = !member.value.required || matches!(owner.kind, TypeKind::Union(_));
        is_optional
            && member.value.ty.is_single()
            && inner.is_some()
            && inner == group(owner.block.name)
    }

    /// Returns the edges that close a cycle of any kind.
    pub(crate) fn all(&self) -> Vec<ClosingEdge<'s, 'a>> {
        self.closing(|_, _| true)
    }

    /// Returns the edges that close a cycle without an end: of required fields, and of unions all of whose members lead
    /// back to them.
    pub(crate) fn endless(&self) -> Vec<ClosingEdge<'s, 'a>> {
        self.closing(|owner, member| {
            let is_endless = |index: usize| self.endless.get(index).copied().unwrap_or_default();
            let inner = self.spec.index.get(member.value.ty.name.as_str());
            is_endless(owner)
                && inner.is_some_and(|inner| is_endless(*inner))
                && is_needed(self.spec, owner, member)
        })
    }

    /// Returns the edges that close a cycle of the given edges, found by a search in depth.
    fn closing(
        &self,
        takes: impl Fn(usize, &Piece<'_, Field>) -> bool,
    ) -> Vec<ClosingEdge<'s, 'a>> {
        /// State of a type during the search.
        #[derive(Clone, Copy, PartialEq)]
        enum Mark {
            New,
            Open,
            Done,
        }

        let spec = self.spec;
        let mut found = Vec::new();
        let mut marks = vec![Mark::New; spec.types.len()];
        let mut mark = |index: usize, new: Mark| {
            marks
                .get_mut(index)
                .map_or(Mark::Done, |mark| std::mem::replace(mark, new))
        };
        for start in 0..spec.types.len() {
            let mut open = vec![(start, 0)];
            if mark(start, Mark::Open) == Mark::Done {
                mark(start, Mark::Done);
                continue;
            }
            while let Some((index, at)) = open.pop() {
                let Some(owner) = spec.types.get(index) else {
                    continue;
                };
                let Some(member) = owner.fields().get(at) else {
                    mark(index, Mark::Done);
                    continue;
                };
                open.push((index, at + 1));
                let inner = spec.index.get(member.value.ty.name.as_str()).copied();
                let Some(inner) = inner.filter(|_| takes(index, member)) else {
                    continue;
                };
                match mark(inner, Mark::Open) {
                    Mark::New => open.push((inner, 0)),
                    Mark::Done => {
                        mark(inner, Mark::Done);
                    }
                    Mark::Open => found.push(ClosingEdge { owner, member }),
                }
            }
        }
        found
    }
}

/// Whether a value of a type cannot do without the member, or for a union, may be the member alone.
fn is_needed(spec: &Spec<'_>, owner: usize, member: &Piece<'_, Field>) -> bool {
    let is_union = spec
        .types
        .get(owner)
        .is_some_and(|owner| matches!(owner.kind, TypeKind::Union(_)));
    member.value.ty.is_single() && (is_union || member.value.required)
}

/// Returns for each type the indices of the types that some of its members have.
fn edges(spec: &Spec<'_>, takes: impl Fn(usize, &Piece<'_, Field>) -> bool) -> Vec<Vec<usize>> {
    let inner = |member: &Piece<'_, Field>| spec.index.get(member.value.ty.name.as_str()).copied();
    let of_type = |(index, ty): (usize, &Type<'_>)| {
        let members = ty.fields().iter().filter(|member| takes(index, member));
        members.filter_map(inner).collect()
    };
    spec.types.iter().enumerate().map(of_type).collect()
}

fn reversed(edges: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let mut reversed = vec![Vec::new(); edges.len()];
    for (from, targets) in edges.iter().enumerate() {
        for to in targets {
            if let Some(sources) = reversed.get_mut(*to) {
                sources.push(from);
            }
        }
    }
    reversed
}

/// Returns for each node the number of its strongly connected component, by Kosaraju's algorithm.
fn groups(edges: &[Vec<usize>]) -> Vec<usize> {
    const NONE: usize = usize::MAX;
    let mut order = Vec::new();
    let mut seen = vec![false; edges.len()];
    let mut visit = |node: usize| {
        let mark = seen.get_mut(node);
        mark.is_some_and(|mark| !std::mem::replace(mark, true))
    };
    for start in 0..edges.len() {
        if !visit(start) {
            continue;
        }
        let mut open = vec![(start, 0)];
        while let Some((node, at)) = open.pop() {
            match edges.get(node).and_then(|targets| targets.get(at)) {
                None => order.push(node),
                Some(target) => {
                    open.push((node, at + 1));
                    if visit(*target) {
                        open.push((*target, 0));
                    }
                }
            }
        }
    }
    let backwards = reversed(edges);
    let mut groups = vec![NONE; edges.len()];
    for (number, start) in order.into_iter().rev().enumerate() {
        let mut open = vec![start];
        while let Some(node) = open.pop() {
            if let Some(group) = groups.get_mut(node).filter(|group| **group == NONE) {
                *group = number;
                open.extend(backwards.get(node).into_iter().flatten());
            }
        }
    }
    groups
}

/// Returns for each type whether every value of it would contain another one, without an end.
fn endless(spec: &Spec<'_>) -> Vec<bool> {
    let needed = edges(spec, |owner, member| is_needed(spec, owner, member));
    // Number of members that still have to be shown to end. One that does is enough for a union.
    let mut missing: Vec<usize> = spec
        .types
        .iter()
        .zip(&needed)
        .map(|(ty, needed)| match &ty.kind {
            TypeKind::Union(members) => usize::from(needed.len() == members.len()),
            _ => needed.len(),
        })
        .collect();
    // A union without members has a finding already.
    for (missing, needed) in missing.iter_mut().zip(&needed) {
        *missing = if needed.is_empty() { 0 } else { *missing };
    }
    let users = reversed(&needed);
    let mut ending: Vec<usize> = (0..spec.types.len())
        .filter(|index| missing.get(*index) == Some(&0))
        .collect();
    while let Some(index) = ending.pop() {
        for user in users.get(index).into_iter().flatten() {
            if let Some(missing) = missing.get_mut(*user).filter(|missing| **missing > 0) {
                *missing -= 1;
                if *missing == 0 {
                    ending.push(*user);
                }
            }
        }
    }
    missing.into_iter().map(|missing| missing > 0).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nodes_that_reach_each_other_are_one_group() {
        let groups = groups(&[vec![1], vec![2], vec![0, 3], vec![4], vec![3], vec![0]]);
        assert!(groups[0] == groups[1] && groups[1] == groups[2]);
        assert!(groups[3] == groups[4] && groups[3] != groups[0]);
        assert!(groups[5] != groups[0] && groups[5] != groups[3]);
    }
}
