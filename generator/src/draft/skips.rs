//! What a spec cannot say, with the places where the description says it.

use super::Draft;
use crate::describe::{Field, Operation, TypeId, TypeKind, lacking};

/// The most places that are named.
const MOST_NAMED: usize = 3;

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
