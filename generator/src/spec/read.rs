//! Reads the text of a spec into pieces.
//!
//! The value of the file is built from the strict tree and divided into pieces, and serde reads each piece separately. A
//! fault in a piece is reported with its place and cut out, and the piece is read again. This way a single run finds
//! every fault.

use serde::de::DeserializeOwned;
use serde_yaml::Value;

use super::advice;
use super::from_value::FromValue;
use super::paths::{at, cut_out, keys_of, original_path};
use super::problem::{Problem, suggest};
use super::slips::quoted;
use super::tree::{Entry, Kind, Node, Tree};
use super::unindented::{owner_above, unindented};
use super::value::value;
use super::{
    EVERYTHING, EnumValue, Field, Location, Operation, PayloadBlock, Piece, Spec, Type, TypeKind,
    UnionMember,
};
use crate::diagnostics::{Diagnostics, Fault, Fix, advice as advice_for_key, meant};
use crate::rules::Rule;
use crate::source::Span;

/// Reads a spec. Returns `None` if the file cannot be read at all.
pub(crate) fn read<'a>(tree: &'a Tree<'a>, diagnostics: &mut Diagnostics) -> Option<Spec<'a>> {
    let Tree { source, root, .. } = tree;
    let mut reader = Reader {
        file: &source.path,
        more_keys: &[],
        diagnostics,
    };
    if !matches!(root.kind, Kind::Map(_)) {
        let help = "write `vendor:`, `service:` and so on at the beginning of lines";
        reader.report(Rule::Y11, root.span, "a spec is a map", help);
        return None;
    }
    if let Some(entry) = ["openapi", "swagger"]
        .iter()
        .find_map(|key| root.entry(key))
    {
        let message = "this is an OpenAPI document, not a spec";
        let help = "a spec says in its own language what clients need: `new` makes one to change";
        reader.report(Rule::Y11, entry.key_span, message, help);
        return None;
    }
    let mut value = value(root);
    reader.nothings(root);
    let operations = take(&mut value, &["operations"]);
    let types = take(&mut value, &["types"]);
    let auth = take(&mut value, &["auth"]);
    let endpoint_parameters = take(&mut value, &["endpoint", "parameters"]);
    let domains = take(&mut value, &["endpoint", "domains"]);
    let codes = take(&mut value, &["errors", "codes"]);
    let not_read = take(&mut value, &["environment", "not_read"]);
    let fixed_headers = take(&mut value, &["fixed_headers"]);
    let node = |path: &[&str]| path.iter().try_fold(root, |node, key| node.get(key));
    let auth = reader.list(auth, node(&["auth"]));
    let endpoint_parameters = reader.map(endpoint_parameters, node(&["endpoint", "parameters"]));
    let domains = reader.list(domains, node(&["endpoint", "domains"]));
    let codes = reader.map(codes, node(&["errors", "codes"]));
    let not_read = reader.map(not_read, node(&["environment", "not_read"]));
    let fixed_headers = reader.map(fixed_headers, node(&["fixed_headers"]));
    let operations = reader.operations(operations, node(&["operations"]));
    let types = reader.types(types, node(&["types"]));
    let head = reader.piece("", root.span, value, root)?;
    let names = types.iter().map(|ty: &Type<'_>| ty.block.name);
    let index = names.zip(0..).collect();
    Some(Spec {
        source,
        head,
        auth,
        endpoint_parameters,
        domains,
        codes,
        not_read,
        fixed_headers,
        operations,
        types,
        index,
    })
}

/// Maximum number of faults that are reported for one piece.
const MOST_FAULTS: usize = 50;

struct Reader<'a> {
    file: &'a str,
    /// Keys of the current block that were taken out before serde reads it.
    more_keys: &'static [&'static str],
    diagnostics: &'a mut Diagnostics,
}

impl Reader<'_> {
    fn report(&mut self, rule: Rule, span: Span, message: impl Into<String>, help: &str) {
        let fault = Fault::new(rule, self.file, span, message);
        self.diagnostics.push(fault.help(help));
    }

    /// Reports keys and elements without a value. All other faults in them are consequences of that.
    fn nothings(&mut self, root: &Node) {
        let mut open = vec![(root, Depth::Root)];
        while let Some((node, depth)) = open.pop() {
            let unindented = unindented(node);
            let mut before: Option<&Entry> = None;
            for entry in node.entries() {
                let below = unindented.iter().find(|(owner, _)| *owner == entry.key);
                if let Some((_, below)) = below {
                    let message = format!("`{}` has no value", entry.key);
                    let help = format!(
                        "indent what belongs to it by two: `{}:` and what follows",
                        below.key
                    );
                    self.report(Rule::N14, entry.key_span, message, &help);
                } else if entry.value.is_nothing()
                    && !(depth == Depth::Fixed && is_null(&entry.value))
                {
                    self.nothing(entry, depth, before.filter(|_| node.is_in_braces()));
                }
                before = Some(entry);
                open.push((&entry.value, depth.below(&entry.key)));
            }
            for element in node.elements() {
                if element.is_nothing() {
                    let help = "give it one, or leave it out";
                    self.report(Rule::N14, element.span, "an element without a value", help);
                }
                open.push((element, Depth::Else));
            }
        }
    }

    /// Reports a key without a value. In braces, `before` is the entry before it.
    fn nothing(&mut self, entry: &Entry, depth: Depth, before: Option<&Entry>) {
        let key = entry.key.as_str();
        let message = format!("`{key}` has no value");
        let finding = Fault::new(Rule::N14, self.file, entry.key_span, message);
        let text = |entry: &Entry| entry.value.text().map(str::to_owned);
        let before = before.filter(|before| {
            before.value.is_plain() && before.value.span.line == entry.key_span.line
        });
        if let Some((word, value)) = key.split_once(':').filter(|(word, _)| !word.is_empty()) {
            let help = format!("write a blank after the colon: `{word}: {value}`");
            let finding = finding.help(help);
            let written = format!("{word}: {value}");
            return self.diagnostics.push(finding.replacing(key, written));
        }
        if let Some((before, text)) = before.and_then(|before| Some((before, text(before)?))) {
            let quoted = quoted(&format!("{text}, {key}"));
            let help = format!(
                "in braces a comma ends a text, and quotes keep it: `{}: {quoted}`",
                before.key
            );
            let start = before.value.span;
            let end = entry.key_span.column + entry.key_span.length;
            let span = Span {
                length: end - start.column,
                ..start
            };
            let fix = Fix {
                span,
                old: None,
                new: quoted,
            };
            return self.diagnostics.push(finding.help(help).fix(Some(fix)));
        }
        self.diagnostics.push(finding.help(match key {
            _ if depth == Depth::Fixed => "give it one, or write `null` to send the name alone",
            "docs" => "say what it is in a sentence",
            "response" => "name a structure, or write `none` if the operation returns nothing",
            _ => "give it one, or leave out the key",
        }));
    }

    fn operations<'n>(
        &mut self,
        value: Option<Value>,
        node: Option<&'n Node>,
    ) -> Vec<Operation<'n>> {
        let mut operations = Vec::new();
        for (name, span, mut value, node) in self.entries(value, node) {
            let mut parameters = Vec::new();
            let mut is_broken = node.is_nothing();
            let request = (take(&mut value, &["request"]), node.get("request"));
            is_broken |= request
                .1
                .is_some_and(|node| !matches!(node.kind, Kind::Map(_)));
            let mut content_type = None;
            for (place, span, value, node) in self.entries(request.0, request.1) {
                let Some(location) = Location::of(place) else {
                    self.unknown_key(place, span, Location::KEYS);
                    is_broken = true;
                    continue;
                };
                is_broken |= !matches!(node.kind, Kind::Map(_));
                if location == Location::Payload {
                    let (payload, content) = self.payload(span, value, node);
                    content_type = content;
                    parameters.extend(payload.map(|field| (location, field)));
                    continue;
                }
                let fields = self.map(Some(value), Some(node));
                parameters.extend(fields.into_iter().map(|field| (location, field)));
            }
            let fixed = take(&mut value, &["fixed"]);
            let fixed = self.fixed(fixed, node.get("fixed"));
            let fixed_headers = take(&mut value, &["fixed_headers"]);
            let fixed_headers = self.map(fixed_headers, node.get("fixed_headers"));
            let auth = take(&mut value, &["auth"]);
            let auth = node.get("auth").map(|node| self.list(auth, Some(node)));
            if let Some(block) = self.piece(name, span, value, node) {
                operations.push(Operation {
                    is_broken: is_broken || block.is_cut("request"),
                    block,
                    parameters,
                    fixed,
                    fixed_headers,
                    content_type,
                    auth,
                });
            }
        }
        operations
    }

    /// Reads a payload: a field that has a name and a content type beside its other keys.
    fn payload<'n>(
        &mut self,
        span: Span,
        mut value: Value,
        node: &'n Node,
    ) -> (Option<Piece<'n, Field>>, Option<Piece<'n, String>>) {
        let mut text = |reader: &mut Self, key: &str| -> Option<Piece<'n, String>> {
            let value = take(&mut value, &[key])?;
            let entry = node.entry(key)?;
            reader.piece("", entry.value.span, value, &entry.value)
        };
        let name = text(self, "name");
        let content_type = text(self, "content_type");
        let name = name.and_then(|name| Some((name.node.text()?, name.name_span)));
        let (name, name_span) = name.unwrap_or((PayloadBlock::NAME, span));
        if !matches!(node.kind, Kind::Map(_)) && !node.is_nothing() {
            let help = "write the keys of a parameter below it: `type:`, `docs:` and so on";
            let message = "the payload of a request is described like a parameter";
            self.report(Rule::N10, node.span, message, help);
            return (None, None);
        }
        self.more_keys = PayloadBlock::KEYS;
        let payload = self.piece(name, name_span, value, node);
        self.more_keys = &[];
        (payload, content_type)
    }

    /// Reads the fixed pairs of a query, in which `null` is a value.
    fn fixed<'n>(
        &mut self,
        value: Option<Value>,
        node: Option<&'n Node>,
    ) -> Vec<Piece<'n, Option<String>>> {
        let mut pairs = Vec::new();
        for (name, name_span, value, node) in self.entries(value, node) {
            if is_null(node) {
                pairs.push(Piece {
                    name,
                    name_span,
                    node,
                    value: None,
                    cut: Vec::new(),
                });
            } else {
                let piece = self.piece::<String>(name, name_span, value, node);
                pairs.extend(piece.map(|piece| piece.map(Some)));
            }
        }
        pairs
    }

    fn types<'n>(&mut self, value: Option<Value>, node: Option<&'n Node>) -> Vec<Type<'n>> {
        let mut types = Vec::new();
        for (name, span, mut value, node) in self.entries(value, node) {
            let parts = ["fields", "enum", "union"].map(|key| {
                let part = take(&mut value, &[key])?;
                Some((key, part, node.get(key)?))
            });
            let mut parts = parts.into_iter().flatten();
            let kind = match (parts.next(), parts.next()) {
                (Some(("enum", values, node)), None) => self.enum_kind(values, node),
                (Some((key, members, node)), None) => self.members(key, members, node),
                _ => {
                    self.no_kind(name, span, node);
                    TypeKind::Broken
                }
            };
            if let Some(block) = self.piece(name, span, value, node) {
                types.push(Type { block, kind });
            }
        }
        types
    }

    /// Reads the fields of a structure or the members of a union.
    fn members<'n>(&mut self, key: &str, value: Value, node: &'n Node) -> TypeKind<'n> {
        let is_map = matches!(node.kind, Kind::Map(_));
        let mut members: Vec<Piece<'n, Field>> = self.map(Some(value), Some(node));
        if !is_map {
            return TypeKind::Broken;
        }
        if key == "fields" {
            return TypeKind::Structure(members);
        }
        for member in &mut members {
            for key in UnionMember::FORBIDDEN {
                if let Some(entry) = member.node.entry(key) {
                    let message = format!("a member of a union has no `{key}`");
                    let help = "drop it: exactly one of the members is present";
                    self.report(Rule::N01, entry.key_span, message, help);
                }
            }
            member.value.required = false;
            member.value.default = None;
            member.value.from = None;
        }
        TypeKind::Union(members)
    }

    fn enum_kind<'n>(&mut self, value: Value, node: &'n Node) -> TypeKind<'n> {
        if node.text().is_none() {
            return TypeKind::Enum(self.enum_values(value, Some(node)));
        }
        if !node.is_nothing() {
            let help = "write `[A, B]`, or each value with what it means";
            let message = "a list or map of values is expected here";
            self.report(Rule::N10, node.span, message, help);
        }
        TypeKind::Broken
    }

    /// Reports a type that is neither a structure nor an enum nor a union, or more than one of them.
    fn no_kind(&mut self, name: &str, span: Span, node: &Node) {
        // A block with a wrong kind of value and a misspelled key have findings already.
        let is_misspelt = |entry: &Entry| {
            let key = meant(&entry.key, ["fields", "enum", "union"]);
            key.is_some_and(|key| key != entry.key)
        };
        if matches!(node.kind, Kind::Map(_)) && !node.entries().iter().any(is_misspelt) {
            let message = format!("the type `{name}` needs one of `fields`, `enum` and `union`");
            let help = "a structure has `fields`, an enum its known values, a union the members of which one is present";
            self.report(Rule::N09, span, message, help);
        }
    }

    /// Reads the values of an enum: `[A, B]`, `A: docs`, or `A:` with a block.
    fn enum_values<'n>(
        &mut self,
        value: Value,
        node: Option<&'n Node>,
    ) -> Vec<Piece<'n, EnumValue>> {
        let Some(node) = node else { return Vec::new() };
        if let Kind::List(elements) = &node.kind {
            // The names are taken from the strict tree; serde only reports elements that are not text.
            self.list::<String>(Some(value), Some(node));
            return elements.iter().filter_map(bare_value).collect();
        }
        let mut values = Vec::new();
        for (name, name_span, value, node) in self.entries(Some(value), Some(node)) {
            let piece = match value {
                Value::String(docs) => {
                    let value = EnumValue {
                        docs: Some(docs),
                        ..Default::default()
                    };
                    Some(Piece {
                        name,
                        name_span,
                        node,
                        value,
                        cut: Vec::new(),
                    })
                }
                value => self.piece(name, name_span, value, node),
            };
            values.extend(piece);
        }
        values
    }

    /// Reads the pieces of a list.
    fn list<'n, T: DeserializeOwned>(
        &mut self,
        value: Option<Value>,
        node: Option<&'n Node>,
    ) -> Vec<Piece<'n, T>> {
        let (Some(value), Some(node)) = (value, node) else {
            return Vec::new();
        };
        let Value::Sequence(values) = value else {
            if !node.is_nothing() {
                let first = node.entries().first();
                let help = match (first, node.text()) {
                    (Some(first), _) => {
                        format!("begin each element with a `-`: `- {}: …`", first.key)
                    }
                    (_, Some(text)) => format!("write it as a list: `[{text}]`"),
                    _ => "write the elements as `[a, b]`, or each behind a `-`".to_owned(),
                };
                self.report(Rule::N10, node.span, "a list is expected here", &help);
            }
            return Vec::new();
        };
        let pairs = values.into_iter().zip(node.elements());
        pairs
            .filter_map(|(value, node)| self.piece("", node.span, value, node))
            .collect()
    }

    /// Reads the pieces of a map.
    fn map<'n, T: DeserializeOwned>(
        &mut self,
        value: Option<Value>,
        node: Option<&'n Node>,
    ) -> Vec<Piece<'n, T>> {
        let mut pieces: Vec<Piece<'n, T>> = Vec::new();
        for (name, span, value, node) in self.entries(value, node) {
            // A key of the block before it, with too little indentation.
            let is_key = ["type", "required", "docs", "see", "http", "status", "kind"];
            if let Some(last) = pieces.last_mut()
                && is_key.contains(&name)
                && matches!(last.node.kind, Kind::Map(_))
                && matches!(node.kind, Kind::Scalar { .. })
                && last.node.get(name).is_none()
            {
                let message = format!(
                    "`{name}` is not indented like what belongs to `{}`",
                    last.name
                );
                let help = format!(
                    "indent it by two more, like the other keys of `{}`",
                    last.name
                );
                self.report(Rule::N10, span, message, &help);
                last.cut.push(vec![name.to_owned()]);
                continue;
            }
            pieces.extend(self.piece(name, span, value, node));
        }
        pieces
    }

    /// Returns the entries of a map with their places.
    fn entries<'n>(
        &mut self,
        value: Option<Value>,
        node: Option<&'n Node>,
    ) -> Vec<(&'n str, Span, Value, &'n Node)> {
        let (Some(value), Some(node)) = (value, node) else {
            return Vec::new();
        };
        let Value::Mapping(values) = value else {
            if !node.is_nothing() {
                let help = advice::map(node);
                let help = help.as_deref();
                let help = help.unwrap_or("write keys with values below it, indented by two");
                self.report(Rule::N10, node.span, "a map is expected here", help);
            }
            return Vec::new();
        };
        let pairs = values.into_iter().zip(node.entries());
        pairs
            .map(|((_, value), entry)| (entry.key.as_str(), entry.key_span, value, &entry.value))
            .collect()
    }

    /// Reads one piece. Faults are reported and cut out until the rest can be read, so that no fault hides another.
    fn piece<'n, T: DeserializeOwned>(
        &mut self,
        name: &'n str,
        name_span: Span,
        mut value: Value,
        node: &'n Node,
    ) -> Option<Piece<'n, T>> {
        let piece = |value, cut| Piece {
            name,
            name_span,
            node,
            value,
            cut,
        };
        // A block without a value has a finding already. That all its keys are missing is a consequence.
        if node.is_nothing() {
            let empty = T::deserialize(FromValue(&Value::Mapping(Default::default()))).ok()?;
            return Some(piece(empty, vec![vec![EVERYTHING.to_owned()]]));
        }
        // Tracking paths takes time, so it is done only after a fault.
        if let Ok(value) = T::deserialize(FromValue(&value)) {
            return Some(piece(value, Vec::new()));
        }
        let mut cut: Vec<Vec<String>> = Vec::new();
        // Each fault is found by reading the piece again. After so many faults, the piece is probably wrong as a whole.
        for _ in 0..MOST_FAULTS {
            let error = match serde_path_to_error::deserialize(FromValue(&value)) {
                Ok(value) => return Some(piece(value, cut)),
                Err(error) => error,
            };
            // Earlier cuts have shifted the elements after them.
            let now = keys_of(error.path());
            let path = original_path(&now, node, &cut);
            let meant = self.fault(error.inner(), &path, name_span, node, &cut);
            if !cut_out(&mut value, &now) {
                return None;
            }
            // A misspelled key counts as present, under the name that was meant.
            cut.extend(meant.map(|name| {
                let parent = path.split_last().map_or(&[][..], |(_, parent)| parent);
                [parent, &[name]].concat()
            }));
            cut.push(path);
        }
        let message = format!("more than {MOST_FAULTS} faults here; the first are reported");
        self.report(Rule::N13, name_span, message, "mend those, and look again");
        None
    }

    /// Reports an error from serde at its place. `cut` has the paths of earlier faults. Returns the intended key if a
    /// key was misspelled.
    fn fault(
        &mut self,
        problem: &Problem,
        path: &[String],
        block: Span,
        node: &Node,
        cut: &[Vec<String>],
    ) -> Option<String> {
        let faulty = at(node, path);
        if faulty.is_nothing() {
            return None;
        }
        let span = faulty.span;
        match problem {
            Problem::UnknownKey(known) => {
                let (key, parent) = path.split_last()?;
                let more = match parent.is_empty() {
                    true => self.more_keys,
                    false => &[],
                };
                let known = &[known, more].concat();
                let parent = at(node, parent);
                let meant = meant(key, known.iter().copied()).or_else(|| advice::stands_for(key));
                // The key above has a finding: what belongs to it is not indented.
                if owner_above(parent, key) {
                    return None;
                }
                let span = parent.entry(key).map_or(block, |entry| entry.key_span);
                let pair = advice::pair_of_limits(parent, key);
                match pair.or_else(|| advice::list_of_parameters(parent, key).map(Some)) {
                    Some(None) => {}
                    Some(Some(help)) => {
                        let message = format!("there is no key `{key}` here");
                        self.report(Rule::N01, span, message, &help);
                    }
                    None => self.unknown_key(key, span, known),
                }
                return meant.map(str::to_owned);
            }
            Problem::MissingKey(key) => {
                let whole = [path, &[key.to_owned()]].concat();
                if !cut.contains(&whole) {
                    let span = if path.is_empty() { block } else { span };
                    let help = match key.as_str() {
                        "items" => "add where in the output the list is",
                        "plain" | "dual_stack" => {
                            "a row has both: repeat the one if there is no other"
                        }
                        _ => "add it",
                    };
                    self.report(Rule::N11, span, problem.to_string(), help);
                }
            }
            Problem::UnknownWord(word, known) => {
                let diagnostic = Fault::new(Rule::N10, self.file, span, problem.to_string());
                self.diagnostics
                    .push(suggest(diagnostic, word, known, "known"));
            }
            problem => {
                let key = path.last().map_or("", String::as_str);
                let (message, advice) = problem.at_node(key, faulty);
                let finding = Fault::new(Rule::N10, self.file, span, message).help(advice.help);
                let instead = advice.instead.filter(|_| faulty.is_on_one_line());
                self.diagnostics.push(match instead {
                    Some(instead) => finding.writing(instead),
                    None => finding,
                });
            }
        }
        None
    }

    fn unknown_key(&mut self, key: &str, span: Span, known: &[&str]) {
        let message = format!("there is no key `{key}` here");
        let diagnostic = Fault::new(Rule::N01, self.file, span, message);
        let is_location = known == Location::KEYS;
        self.diagnostics
            .push(match (meant(key, known.iter().copied()), advice_for_key(key)) {
            (None, _) if is_location => diagnostic.help(format!(
                "say where `{key}` travels: put it under `path:`, `query:`, `header:` or `body:`"
            )),
            (None, Some(advice)) => diagnostic.help(advice),
            _ => suggest(diagnostic, key, known, "the keys here"),
        });
    }
}

/// How deep a node is, on the way to `operations: X: fixed:`.
#[derive(Clone, Copy, PartialEq)]
enum Depth {
    Root,
    Operations,
    Operation,
    Fixed,
    Else,
}

impl Depth {
    fn below(self, key: &str) -> Self {
        match (self, key) {
            (Self::Root, "operations") => Self::Operations,
            (Self::Operations, _) => Self::Operation,
            (Self::Operation, "fixed") => Self::Fixed,
            _ => Self::Else,
        }
    }
}

/// Whether a node is the plain word `null`.
fn is_null(node: &Node) -> bool {
    node.is_plain() && node.text() == Some("null")
}

/// Returns an enum value from a list, which has no documentation.
fn bare_value(node: &Node) -> Option<Piece<'_, EnumValue>> {
    match &node.kind {
        Kind::Scalar { text, .. } => Some(Piece {
            name: text,
            name_span: node.span,
            node,
            value: EnumValue::default(),
            cut: Vec::new(),
        }),
        _ => None,
    }
}

/// Removes and returns the value at a path.
fn take(value: &mut Value, path: &[&str]) -> Option<Value> {
    match path {
        [] => None,
        [key] => value.as_mapping_mut()?.shift_remove(*key),
        [key, rest @ ..] => take(value.get_mut(*key)?, rest),
    }
}
