//! What a spec cannot say, with the places where the description says it.

use std::collections::BTreeSet;

use super::Draft;
use crate::describe::{Field, Operation, TypeId, TypeKind, is_about, lacking, left_out};

/// The most places that are named.
const MOST_NAMED: usize = 3;

/// What a description has and a draft does not say, by the names in the draft: operations and types with their members.
#[derive(Debug, Default)]
pub(crate) struct LeftOut {
    members: BTreeSet<(String, String)>,
    /// Members of which something is left out, such as a limit.
    parts: BTreeSet<(String, String)>,
    /// Operations with pages of another kind.
    pages: BTreeSet<String>,
    /// Operations with a body.
    bodies: BTreeSet<String>,
    /// Operations with a reply.
    replies: BTreeSet<String>,
}

impl LeftOut {
    /// Whether a member of an operation or type is not in the draft.
    pub(crate) fn has_member(&self, owner: &str, member: &str) -> bool {
        let is_it = |(a, b): &(String, String)| a == owner && b.eq_ignore_ascii_case(member);
        self.members.iter().any(is_it)
    }

    /// Whether the draft does not say everything of a member.
    pub(crate) fn has_part_of(&self, owner: &str, member: &str) -> bool {
        let key = (owner.to_owned(), member.to_owned());
        self.parts.contains(&key)
    }

    /// Whether the draft does not say how an operation pages.
    pub(crate) fn has_pages_of(&self, operation: &str) -> bool {
        self.pages.contains(operation)
    }

    /// Whether the draft does not say what body an operation has.
    pub(crate) fn has_body_of(&self, operation: &str) -> bool {
        self.bodies.contains(operation)
    }

    /// Whether the draft does not say what an operation returns.
    pub(crate) fn has_reply_of(&self, operation: &str) -> bool {
        self.replies.contains(operation)
    }

    fn add(&mut self, owner: &str, notes: &[String], fields: &[Field]) {
        for note in notes {
            if let Some(member) = left_out(note) {
                self.members.insert((owner.to_owned(), member.to_owned()));
            }
            let is_about = |all: &[&str]| all.iter().any(|what| is_about(note, what));
            for (is_it, owners) in [
                (is_about(&["pages with several tokens"]), &mut self.pages),
                (is_about(&["a body", "a form"]), &mut self.bodies),
                (is_about(&["a reply", "an event stream"]), &mut self.replies),
            ] {
                if is_it {
                    owners.insert(owner.to_owned());
                }
            }
        }
        for field in fields {
            if !field.notes.is_empty() || !field.limits.rest.is_empty() {
                self.parts.insert((owner.to_owned(), field.name.clone()));
            }
        }
    }
}

impl Draft<'_> {
    /// Returns a line for each kind of thing that is not in the draft. What concerns the service has no place.
    pub(super) fn skips(&self, operations: &[&Operation]) -> Vec<String> {
        let description = self.description;
        let all: Vec<_> = description.operations.iter().collect();
        let types: Vec<_> = (0..description.types.len()).map(TypeId::new).collect();
        let line = |(what, count): (&String, &usize)| {
            let is_sent = |id: &TypeId| self.names.sent.contains(id);
            let here = self.places(operations, &self.names.order, is_sent, what);
            if !here.is_empty() {
                return Some(format!("{what} ({}: {})", times(here.len()), listed(&here)));
            }
            let is_elsewhere = !self.places(&all, &types, |_| true, what).is_empty();
            (!is_elsewhere).then(|| format!("{what} ({})", times(*count)))
        };
        description.skipped.iter().filter_map(line).collect()
    }

    /// Returns what the draft leaves out of operations and their types.
    pub(super) fn left_out(&self, operations: &[&Operation]) -> LeftOut {
        let mut all = LeftOut::default();
        for operation in operations {
            all.add(&operation.name, &operation.notes, &operation.parameters);
        }
        for id in &self.names.order {
            let item = self.description.get(*id).zip(self.names.names.get(id));
            let Some((item, name)) = item else {
                continue;
            };
            let fields = match &item.kind {
                TypeKind::Structure(fields) | TypeKind::Union(fields) => fields.as_slice(),
                TypeKind::Enum(_) => &[],
            };
            all.add(name, &item.notes, fields);
        }
        all
    }

    /// Returns where operations and types lack something, by the names in the description. Limits of what is only read are
    /// no lack.
    fn places(
        &self,
        operations: &[&Operation],
        types: &[TypeId],
        is_sent: impl Fn(&TypeId) -> bool,
        what: &str,
    ) -> Vec<String> {
        let mut places = Vec::new();
        let of_notes = |places: &mut Vec<String>, owner: &str, notes: &[String]| {
            for member in notes.iter().filter_map(|note| lacking(note, what)) {
                places.push(match member {
                    None | Some("") => owner.to_owned(),
                    Some(member) => format!("{owner}.{member}"),
                });
            }
        };
        let of_fields = |places: &mut Vec<String>, owner: &str, fields: &[Field], is_sent: bool| {
            for field in fields {
                let name = format!("{owner}.{}", field.name);
                of_notes(places, &name, &field.notes);
                if is_sent && field.limits.rest.contains(&what) {
                    places.push(name);
                }
            }
        };
        for operation in operations {
            of_notes(&mut places, &operation.name, &operation.notes);
            of_fields(&mut places, &operation.name, &operation.parameters, true);
        }
        for id in types {
            let Some(item) = self.description.get(*id) else {
                continue;
            };
            let name = self.names.names.get(id).unwrap_or(&item.name);
            of_notes(&mut places, name, &item.notes);
            if let TypeKind::Structure(fields) | TypeKind::Union(fields) = &item.kind {
                of_fields(&mut places, name, fields, is_sent(id));
            }
        }
        places
    }
}

/// Returns a number of times in words.
fn times(count: usize) -> String {
    match count {
        1 => "once".to_owned(),
        2 => "twice".to_owned(),
        more => format!("{more} times"),
    }
}

fn listed(places: &[String]) -> String {
    let (named, rest) = places.split_at(places.len().min(MOST_NAMED));
    match (rest.len(), named.split_last()) {
        (0, Some((last, before))) if !before.is_empty() => {
            format!("{} and {last}", before.join(", "))
        }
        (0, _) => named.concat(),
        (more, _) => format!("{} and {more} more", named.join(", ")),
    }
}
