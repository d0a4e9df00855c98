//! Values in samples: JSON, and the texts in paths, queries and headers.

use super::{Scope, Way};
use crate::check::limits::is_time;
use crate::diagnostics::{Fault, closest};
use crate::rules::Rule;
use crate::source::Span;
use crate::spec::{
    BUILT_IN, Container, Entry, Field, Kind, NameGroups, Node, Piece, TimestampFormat, TypeKind,
};

impl<'a> Scope<'a> {
    /// Checks an object with members.
    pub(super) fn members(&mut self, fields: &[&'a Piece<'a, Field>], node: &Node, way: Way) {
        if !matches!(node.kind, Kind::Map(_)) {
            return self.report(way.rule(), node.span, "an object is expected here");
        }
        for entry in node.entries() {
            let field = fields.iter().find(|field| field.name == entry.key);
            let Some(field) = field else {
                self.unknown(&entry.key, entry.key_span, fields.iter().copied(), way);
                continue;
            };
            self.value(field, &entry.value, way);
        }
        for field in fields.iter().filter(|field| node.get(field.name).is_none()) {
            self.missing(field, node.span, way);
        }
    }

    pub(super) fn missing(&mut self, field: &Piece<'_, Field>, span: Span, way: Way) {
        if field.value.required {
            let message = format!("`{}` is required, but missing here", field.name);
            self.report(way.rule(), span, message);
        }
    }

    /// Checks which members are set together.
    pub(super) fn requirements(
        &mut self,
        (one_of, any_of): (&NameGroups, &NameGroups),
        is_set: impl Fn(&str) -> bool,
        span: Span,
    ) {
        let set = |names: &[String]| names.iter().filter(|name| is_set(name)).count();
        for names in one_of.0.iter().filter(|names| set(names) != 1) {
            let message = format!("exactly one of `{}` must be set", names.join("`, `"));
            self.report(Rule::X03, span, message);
        }
        for names in any_of.0.iter().filter(|names| set(names) == 0) {
            let message = format!("at least one of `{}` must be set", names.join("`, `"));
            self.report(Rule::X03, span, message);
        }
    }

    /// Checks the value of a field in JSON.
    pub(super) fn value(&mut self, field: &'a Piece<'a, Field>, node: &Node, way: Way) {
        self.nested(field, &field.value.ty.containers, node, way);
    }

    /// Checks a value inside of the given lists and maps, the outermost first.
    fn nested(
        &mut self,
        field: &'a Piece<'a, Field>,
        containers: &[Container],
        node: &Node,
        way: Way,
    ) {
        let Some((container, inner)) = containers.split_first() else {
            return self.element(field, node, way);
        };
        // A list or map that is null counts as empty.
        if node.is_nothing() && way == Way::In {
            return;
        }
        let around = field.value.ty.containers.len() - containers.len();
        let is_outermost = around == 0;
        let mut outer = field.value.ty.containers.iter().take(around);
        let is_outermost_map = outer.all(|container| *container == Container::List);
        let what = match (container, &node.kind) {
            (Container::List, Kind::List(elements)) => {
                if is_outermost {
                    self.count(field, elements.len(), "elements", node.span);
                }
                elements.iter().collect::<Vec<_>>()
            }
            (Container::Map, Kind::Map(entries)) => {
                if is_outermost {
                    self.count(field, entries.len(), "entries", node.span);
                }
                if is_outermost_map {
                    for entry in entries {
                        self.key(field, &entry.key, entry.key_span);
                    }
                }
                entries.iter().map(|entry| &entry.value).collect()
            }
            (container, _) => {
                let what = match container {
                    Container::List => "a list",
                    Container::Map => "a map",
                };
                let inside = if is_outermost { "" } else { "in " };
                let message = format!("{inside}`{}` is {what}", field.name);
                return self.report(way.rule(), node.span, message);
            }
        };
        for node in what {
            // The clients drop null elements and values in responses.
            if way == Way::Out || !node.is_nothing() {
                self.nested(field, inner, node, way);
            }
        }
    }

    fn count(&mut self, field: &Piece<'_, Field>, count: usize, what: &str, span: Span) {
        let count = i64::try_from(count).unwrap_or(i64::MAX);
        if field.value.count.is_some_and(|bounds| !bounds.has(count)) {
            let message = format!("`{}` has {count} {what}", field.name);
            self.report(Rule::X03, span, message);
        }
    }

    /// Checks a key of a map.
    pub(super) fn key(&mut self, field: &Piece<'_, Field>, key: &str, span: Span) {
        if let Some(limit) = field.value.key_limits().broken_by(key) {
            let message = format!("a key of `{}` breaks its `{limit}`", field.name);
            self.report(Rule::X03, span, message);
        }
    }

    /// Checks an object that holds exactly one member of a union.
    fn union(&mut self, name: &str, members: &'a [Piece<'a, Field>], node: &Node, way: Way) {
        if !matches!(node.kind, Kind::Map(_)) {
            return self.report(way.rule(), node.span, "an object is expected here");
        }
        // The clients pass over null members and the type name that some services add.
        let counts = |entry: &&Entry| {
            way == Way::Out || !(entry.value.is_nothing() || entry.key == "__type")
        };
        let entries: Vec<_> = node.entries().iter().filter(counts).collect();
        if entries.is_empty() {
            let message = format!("the union `{name}` has no member here, and needs one");
            return self.report(way.rule(), node.span, message);
        }
        let mut first: Option<&Entry> = None;
        for entry in entries {
            let Some(member) = members.iter().find(|member| member.name == entry.key) else {
                self.unknown(&entry.key, entry.key_span, members.iter(), way);
                continue;
            };
            if let Some(first) = first {
                let message = format!(
                    "the union `{name}` has two members here, `{}` and `{}`",
                    first.key, entry.key
                );
                self.report(way.rule(), entry.key_span, message);
            }
            first = first.or(Some(entry));
            self.value(member, &entry.value, way);
        }
    }

    /// Reports a member that the spec does not have.
    fn unknown<'f>(
        &mut self,
        name: &str,
        span: Span,
        known: impl Iterator<Item = &'f Piece<'f, Field>>,
        way: Way,
    ) {
        let message = format!("the spec has no `{name}` here");
        let rule = match way {
            Way::Out => Rule::X01,
            Way::In => Rule::X05,
        };
        let finding = Fault::new(rule, self.file, span, message);
        self.diagnostics
            .push(match closest(name, known.map(|member| member.name)) {
                Some(near) => finding.help(format!("did you mean `{near}`?")),
                None => finding.help("add it to the spec"),
            });
    }

    fn element(&mut self, field: &'a Piece<'a, Field>, node: &Node, way: Way) {
        let spec = self.spec;
        let ty = &field.value.ty;
        if ty.name == "json" {
            return;
        }
        if node.is_nothing() {
            if field.value.required || way == Way::Out {
                self.report(way.rule(), node.span, format!("`{}` is null", field.name));
            }
            return;
        }
        if let Some(fields) = spec.fields_of(&ty.name) {
            let fields: Vec<_> = fields.iter().collect();
            self.members(&fields, node, way);
            if way == Way::Out
                && let Some(ty) = spec.named_type(&ty.name)
            {
                let block = &ty.block.value;
                let is_set = |name: &str| node.get(name).is_some_and(|value| !value.is_nothing());
                let groups = (&block.require_one_of, &block.require_any_of);
                self.requirements(groups, is_set, node.span);
            }
            return;
        }
        if let Some(members) = spec.members_of(&ty.name) {
            return self.union(&ty.name, members, node, way);
        }
        let (text, plain) = match &node.kind {
            Kind::Scalar { text, plain } => (text.as_str(), *plain),
            _ => return self.other_kind(field, node, way),
        };
        let is_number = plain && text.parse::<f64>().is_ok();
        let fits = match ty.name.as_str() {
            "integer" => plain && text.parse::<i64>().is_ok(),
            // AWS sends them so, and the clients read them.
            "number" if way == Way::In && !plain => {
                matches!(text, "NaN" | "Infinity" | "-Infinity")
            }
            "number" => is_number,
            "boolean" => plain && matches!(text, "true" | "false"),
            // The clients read every format.
            "timestamp" if way == Way::In => !plain || is_number,
            "timestamp" if field.value.format.is_some_and(TimestampFormat::is_number) => is_number,
            "bytes" => !plain && is_base64(text),
            name if !spec.is_type(name) => return,
            _ => !plain,
        };
        if fits {
            self.plain(field, text, node.span, way);
        } else {
            self.other_kind(field, node, way);
        }
    }

    fn other_kind(&mut self, field: &Piece<'_, Field>, node: &Node, way: Way) {
        let there = match &node.kind {
            Kind::List(_) => "an array",
            Kind::Map(_) => "an object",
            Kind::Scalar { text, plain: false }
                if field.value.ty.name == "bytes" && !is_base64(text) =>
            {
                "not base64"
            }
            Kind::Scalar { plain: false, .. } => "a string",
            Kind::Scalar { text, .. } => match text.as_str() {
                "true" | "false" => "a boolean",
                "null" => "null",
                _ => "a number",
            },
        };
        let wanted = match field.value.ty.name.as_str() {
            "timestamp" => match field.value.format.filter(|_| way == Way::Out) {
                Some(TimestampFormat::EpochSeconds) => "a number of seconds",
                Some(TimestampFormat::EpochMillis) => "a number of milliseconds",
                _ => "a string with a time",
            },
            "bytes" => "a string in base64",
            name if BUILT_IN.contains(&name) => name,
            name if self.spec.fields_of(name).is_some() => "an object",
            name if self.spec.members_of(name).is_some() => "an object with one member",
            _ => "a string, the value of an enum",
        };
        let message = format!("`{}` is {there} here, and {wanted} in the spec", field.name);
        self.report(way.rule(), node.span, message);
    }

    /// Checks a value in a query or header, where every value is text.
    pub(super) fn text(&mut self, field: &Piece<'_, Field>, node: &Node, way: Way) {
        let text = match &node.kind {
            Kind::Scalar { text, .. } => text,
            _ => return self.other_kind(field, node, way),
        };
        let fits = match field.value.ty.name.as_str() {
            "integer" => text.parse::<i64>().is_ok(),
            "number" => text.parse::<f64>().is_ok(),
            "boolean" => matches!(text.as_str(), "true" | "false"),
            _ => true,
        };
        if fits {
            self.plain(field, text, node.span, way);
        } else {
            self.other_kind(field, node, way);
        }
    }

    /// Checks a value of the right kind, as text: it is within its limits, and an enum has it.
    pub(super) fn plain(&mut self, field: &Piece<'_, Field>, text: &str, span: Span, way: Way) {
        let value = &field.value;
        let is_outside = match (value.ty.name.as_str(), value.range) {
            ("integer", Some(range)) => {
                let number = text.parse::<i64>().ok().zip(range.whole);
                number.is_some_and(|(number, range)| !range.has(number))
            }
            ("number", Some(range)) => text.parse().is_ok_and(|number| !range.has(number)),
            _ => false,
        };
        let broken = match value.range {
            _ if is_outside => Some("range"),
            // The length of bytes is that of the decoded ones.
            _ if value.ty.name == "bytes" => {
                let length = i64::try_from(decoded_length(text)).unwrap_or(i64::MAX);
                let is_broken = value.length.is_some_and(|bounds| !bounds.has(length));
                is_broken.then_some("length")
            }
            _ => value.text_limits().broken_by(text),
        };
        if let Some(limit) = broken {
            let message = format!("`{}` breaks its `{limit}`", field.name);
            self.report(Rule::X03, span, message);
        }
        let is_number = text.parse::<f64>().is_ok();
        if value.ty.name == "timestamp" && !is_number && !is_time(text) {
            let message = format!(
                "`{}` is a timestamp, and {text:?} is not a time",
                field.name
            );
            self.report(Rule::X03, span, message);
        }
        let ty = self.spec.named_type(&value.ty.name);
        if let Some(TypeKind::Enum(values)) = ty.map(|ty| &ty.kind)
            && !values.iter().any(|known| known.name == text)
        {
            let message = format!("`{}` has no value `{text}`", value.ty.name);
            let rule = match way {
                Way::Out => Rule::X01,
                Way::In => Rule::X05,
            };
            let finding = Fault::new(rule, self.file, span, message);
            let names = values.iter().map(|value| value.name);
            self.diagnostics.push(match closest(text, names) {
                Some(near) => finding.help(format!("did you mean `{near}`?")),
                None => finding.help("add it to the spec"),
            });
        }
    }
}

/// Whether a text is base64 in the standard alphabet, with or without padding.
fn is_base64(text: &str) -> bool {
    let digits = text.trim_end_matches('=');
    let padding = text.len() - digits.len();
    let is_whole = if padding == 0 {
        digits.len() % 4 != 1
    } else {
        padding <= 2 && text.len().is_multiple_of(4)
    };
    is_whole
        && digits
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/'))
}

/// Returns the number of bytes that a text in base64 stands for.
fn decoded_length(text: &str) -> usize {
    text.trim_end_matches('=').len() * 3 / 4
}
