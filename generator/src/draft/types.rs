//! The types of a draft.

use heck::ToSnakeCase;

use super::Draft;
use super::yaml::{plain_or_quoted, said};
use crate::describe::{Field, Place, Type, TypeKind};

impl Draft<'_> {
    pub(super) fn types(&mut self) {
        if self.names.order.is_empty() {
            return;
        }
        self.line(0, "\ntypes:");
        for (index, id) in self.names.order.clone().into_iter().enumerate() {
            if index > 0 {
                self.out.push('\n');
            }
            let Some(item) = self.description.get(id) else {
                continue;
            };
            let name = self.names.names.get(&id).cloned().unwrap_or_default();
            self.one_type(&name, item, self.names.sent.contains(&id));
        }
    }

    pub(super) fn one_type(&mut self, name: &str, item: &Type, is_sent: bool) {
        self.line(1, &format!("{name}:"));
        let docs = item.docs.clone().unwrap_or_else(|| said(&item.name));
        self.pair(2, "docs", &docs);
        if let Some(reason) = &item.deprecated {
            self.pair(2, "deprecated", reason);
        }
        match &item.kind {
            TypeKind::Structure(fields) => {
                if is_sent {
                    self.constructor(2, fields.iter().filter(|field| field.required));
                }
                if fields.is_empty() {
                    self.line(2, "fields: {}");
                    return;
                }
                self.line(2, "fields:");
                for field in fields {
                    self.reply_field(field, is_sent);
                }
            }
            TypeKind::Enum(values) => {
                self.line(2, "enum:");
                for value in values {
                    let docs = plain_or_quoted(&said(value));
                    self.line(3, &format!("{}: {docs}", plain_or_quoted(value)));
                }
            }
            TypeKind::Union(fields) => {
                self.line(2, "union:");
                for field in fields {
                    self.field(3, field, is_sent);
                }
            }
        }
    }

    /// Writes a field of a structure, which may come from elsewhere than the body.
    pub(super) fn reply_field(&mut self, field: &Field, is_sent: bool) {
        let from = match field.place {
            Place::Header => Some(format!("header {}", field.name)),
            Place::HeaderPrefix => Some(format!("header-prefix {}", field.name)),
            Place::Status => Some("status".to_owned()),
            Place::Payload => Some("payload".to_owned()),
            _ => None,
        };
        let Some(from) = from else {
            return self.field(3, field, is_sent);
        };
        let name = field.name.to_snake_case();
        self.line(3, &format!("{}:", plain_or_quoted(&name)));
        self.pair(4, "from", &from);
        self.field_lines(4, field, is_sent);
    }
}
