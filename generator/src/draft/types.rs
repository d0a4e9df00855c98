//! The types of a draft.

use std::collections::BTreeSet;

use super::Draft;
use super::members::Named;
use super::rust_names::pinned;
use super::yaml::{plain_or_quoted, said};
use crate::describe::{Field, Place, Type, TypeKind};
use crate::names::{self, Role};

impl Draft<'_> {
    pub(super) fn types(&mut self) {
        if self.names.order.is_empty() {
            return;
        }
        self.line(0, "\ntypes:");
        let mut written = BTreeSet::new();
        for id in self.names.order.clone() {
            let Some(item) = self.description.get(id) else {
                continue;
            };
            let name = self.names.names.get(&id).cloned().unwrap_or_default();
            // Types that were given one name are the same.
            if !written.insert(name.clone()) {
                continue;
            }
            if written.len() > 1 {
                self.out.push('\n');
            }
            self.one_type(&name, item, self.names.sent.contains(&id));
        }
    }

    fn one_type(&mut self, name: &str, item: &Type, is_sent: bool) {
        self.line(1, &format!("{name}:"));
        self.notes(2, &item.notes);
        self.docs(2, item.docs.as_ref(), &item.name);
        self.deprecated(2, item.deprecated.as_ref());
        match &item.kind {
            TypeKind::Structure(fields) => self.structure(fields, is_sent),
            TypeKind::Enum(values) => {
                self.line(2, "enum:");
                let wires = values.iter().map(String::as_str);
                let named = pinned(Role::Variant, names::variant, wires, &mut BTreeSet::new());
                for (value, named) in values.iter().zip(named) {
                    self.value(value, named.as_deref());
                }
            }
            TypeKind::Union(fields) => {
                self.line(2, "union:");
                let wires = fields.iter().map(|field| field.name.as_str());
                let named = pinned(Role::Variant, names::variant, wires, &mut BTreeSet::new());
                for (field, named) in fields.iter().zip(named) {
                    self.field(3, field, is_sent, named.as_deref());
                }
            }
        }
    }

    fn value(&mut self, value: &str, named: Named<'_>) {
        let (key, docs) = (plain_or_quoted(value), said(value));
        match named {
            None => self.line(3, &format!("{key}: {}", plain_or_quoted(&docs))),
            Some(name) => {
                self.line(3, &format!("{key}:"));
                self.pair(4, "rust_name", name);
                self.pair(4, "docs", &docs);
            }
        }
    }

    fn structure(&mut self, fields: &[Field], is_sent: bool) {
        if is_sent {
            let required = fields.iter().filter(|field| field.required);
            self.constructor(2, required);
        }
        if fields.is_empty() {
            self.line(2, "fields: {}");
            return;
        }
        self.line(2, "fields:");
        let keys = keys(fields);
        let wires = keys.iter().map(String::as_str);
        let named = pinned(Role::Member, names::member, wires, &mut BTreeSet::new());
        for ((field, key), named) in fields.iter().zip(&keys).zip(named) {
            self.line(3, &format!("{}:", plain_or_quoted(key)));
            if let Some(from) = from(field) {
                self.pair(4, "from", &from);
            }
            self.field_lines(4, field, is_sent, named.as_deref());
        }
    }
}

/// Returns where a field of a structure comes from, if it is not the body.
fn from(field: &Field) -> Option<String> {
    Some(match field.place {
        Place::Header => format!("header {}", field.name),
        Place::HeaderPrefix => format!("header-prefix {}", field.name),
        Place::Status => "status".to_owned(),
        Place::Payload => "payload".to_owned(),
        _ => return None,
    })
}

/// Returns the keys of fields. Those from elsewhere than the body have a name that the spec makes up, so it is one that no
/// other field has.
pub(super) fn keys(fields: &[Field]) -> Vec<String> {
    let is_in_body = |field: &&Field| from(field).is_none();
    let in_body = fields.iter().filter(is_in_body);
    let mut taken: BTreeSet<String> = in_body.map(|field| field.name.clone()).collect();
    let elsewhere = fields.iter().filter(|field| !is_in_body(field));
    let wires = elsewhere.map(|field| field.name.as_str());
    let mut free = pinned(Role::Member, names::member, wires, &mut taken).into_iter();
    let key = |field: &Field| {
        if is_in_body(&field) {
            return field.name.clone();
        }
        let pinned = free.next().flatten();
        pinned.unwrap_or_else(|| names::member(&field.name))
    };
    fields.iter().map(key).collect()
}
