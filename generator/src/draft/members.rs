//! Parameters and fields of a draft, with their limits.

use super::Draft;
use super::yaml::{plain_number, plain_or_quoted, quoted, said, single_quoted};
use crate::describe::{Field, Limits, Place, Range, Shape, Time, lacks};

/// Name in Rust, if it does not follow from the vendor's.
pub(super) type Named<'n> = Option<&'n str>;

impl Draft<'_> {
    pub(super) fn constructor<'f>(
        &mut self,
        depth: usize,
        required: impl Iterator<Item = &'f Field>,
    ) {
        let names: Vec<_> = required.map(|field| plain_or_quoted(&field.name)).collect();
        self.line(depth, &format!("constructor: [{}]", names.join(", ")));
    }

    pub(super) fn field(&mut self, depth: usize, field: &Field, is_sent: bool, named: Named<'_>) {
        self.line(depth, &format!("{}:", plain_or_quoted(&field.name)));
        self.field_lines(depth + 1, field, is_sent, named);
    }

    pub(super) fn field_lines(
        &mut self,
        depth: usize,
        field: &Field,
        is_sent: bool,
        named: Named<'_>,
    ) {
        self.notes(depth, &field.notes);
        if is_sent {
            let rest: Vec<_> = field
                .limits
                .rest
                .iter()
                .map(|what| lacks(what, None))
                .collect();
            self.notes(depth, &rest);
        }
        if let Some(name) = named {
            self.pair(depth, "rust_name", name);
        }
        let ty = self.ty(&field.shape);
        self.pair(depth, "type", &ty);
        if field.required && !field.token {
            self.line(depth, "required: true");
        }
        if is_sent {
            self.limits(depth, &field.limits);
            self.format(depth, field);
        }
        if let Some(default) = field
            .default
            .as_ref()
            .filter(|_| is_sent && !field.required)
        {
            let is_text = matches!(
                field.shape,
                Shape::String | Shape::Named(_) | Shape::Timestamp(_)
            );
            let default = if is_text {
                quoted(default)
            } else {
                plain_number(default)
            };
            self.line(depth, &format!("default: {default}"));
        }
        if field.place == Place::QueryCsv
            || is_sent && field.place == Place::Header && matches!(field.shape, Shape::List(_))
        {
            self.line(depth, "list_style: csv");
        }
        if field.place == Place::HeaderPrefix && is_sent {
            self.line(depth, "prefix: true");
        }
        if field.sensitive {
            self.line(depth, "sensitive: true");
        }
        if field.token {
            self.line(depth, "idempotency_token: true");
        }
        self.deprecated(depth, field.deprecated.as_ref());
        match between(field) {
            None => self.docs(depth, field.docs.as_ref(), &field.name),
            Some(more) => {
                let docs = field.docs.clone().unwrap_or_else(|| said(&field.name));
                self.docs(depth, Some(&format!("{docs} {more}")), &field.name);
            }
        }
    }

    pub(super) fn limits(&mut self, depth: usize, limits: &Limits) {
        let range = |range: &Range| {
            let bound = |bound: &Option<String>| bound.clone().unwrap_or_default();
            let equals = if range.max.is_some() { "=" } else { "" };
            format!("{}..{equals}{}", bound(&range.min), bound(&range.max))
        };
        for (key, bounds) in [
            ("range", &limits.range),
            ("count", &limits.count),
            ("length", &limits.length),
        ] {
            if bounds.is_set() {
                self.line(depth, &format!("{key}: {}", range(bounds)));
            }
        }
        if let Some(chars) = &limits.chars {
            self.line(depth, &format!("chars: {}", single_quoted(chars)));
        }
        if let Some(pattern) = &limits.pattern {
            self.line(depth, &format!("pattern: {}", single_quoted(pattern)));
        }
        if limits.key_length.is_set() || limits.key_pattern.is_some() {
            self.line(depth, "keys:");
            if limits.key_length.is_set() {
                self.line(depth + 1, &format!("length: {}", range(&limits.key_length)));
            }
            if let Some(pattern) = &limits.key_pattern {
                self.line(depth + 1, &format!("pattern: {}", single_quoted(pattern)));
            }
        }
    }

    pub(super) fn format(&mut self, depth: usize, field: &Field) {
        let Shape::Timestamp(time) = field.shape.innermost() else {
            return;
        };
        let is_header = matches!(field.place, Place::Header | Place::HeaderPrefix);
        let usual = if is_header {
            Time::HttpDate
        } else {
            Time::Rfc3339
        };
        if *time != usual {
            let name = match time {
                Time::Rfc3339 => "rfc3339",
                Time::EpochSeconds => "epoch-seconds",
                Time::HttpDate => "http-date",
            };
            self.line(depth, &format!("format: {name}"));
        }
    }

    pub(super) fn ty(&self, shape: &Shape) -> String {
        match shape {
            Shape::String => "string".to_owned(),
            Shape::Integer => "integer".to_owned(),
            Shape::Number => "number".to_owned(),
            Shape::Boolean => "boolean".to_owned(),
            Shape::Timestamp(_) => "timestamp".to_owned(),
            Shape::Bytes => "bytes".to_owned(),
            Shape::Json => "json".to_owned(),
            Shape::Named(id) => self.names.names.get(id).cloned().unwrap_or_default(),
            Shape::List(element) => format!("list of {}", self.ty(element)),
            Shape::Map(value) => format!("map of {}", self.ty(value)),
        }
    }
}

/// Returns a sentence about the excluded ends of a range, which clients do not check.
fn between(field: &Field) -> Option<String> {
    match (&field.excluded.min, &field.excluded.max) {
        (Some(min), Some(max)) => Some(format!("Above {min} and below {max}.")),
        (Some(min), None) => Some(format!("Above {min}.")),
        (None, Some(max)) => Some(format!("Below {max}.")),
        (None, None) => None,
    }
}
