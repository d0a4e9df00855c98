//! Forms of service models and paginators: what the keys hold that are read here. All other keys may hold anything.

use std::fmt;

use crate::describe::document::{Document, Json, Unreadable};
use crate::spec::{Kind, Node};

/// What a key holds.
#[derive(Clone, Copy)]
enum Form {
    Text,
    Number,
    Flag,
    Texts,
    /// A text, or a list of texts.
    OneOrMore,
    /// An object with these keys.
    Object(&'static [Key]),
    /// An object whose values are objects with these keys.
    Map(&'static [Key]),
    /// A list of objects with these keys.
    List(&'static [Key]),
}

/// A key of an object.
pub(super) struct Key {
    name: &'static str,
    form: Form,
    is_needed: bool,
}

const fn may(name: &'static str, form: Form) -> Key {
    Key {
        name,
        form,
        is_needed: false,
    }
}

const fn must(name: &'static str, form: Form) -> Key {
    Key {
        name,
        form,
        is_needed: true,
    }
}

/// The parts of a service model.
pub(super) const PARTS: &[Key] = &[
    must("operations", Form::Object(&[])),
    must("shapes", Form::Object(&[])),
];

/// What a service is called, and how it is reached.
pub(super) const METADATA: &[Key] = &[
    must("endpointPrefix", Form::Text),
    may("signingName", Form::Text),
    may("signatureVersion", Form::Text),
    may("auth", Form::Texts),
    may("targetPrefix", Form::Text),
    may("jsonVersion", Form::Text),
    may("awsQueryCompatible", Form::Object(&[])),
    may("serviceFullName", Form::Text),
    may("serviceId", Form::Text),
    may("uid", Form::Text),
];

/// What all operations of the protocol `json` need to know of a service.
pub(super) const OF_JSON: &[Key] = &[
    must("targetPrefix", Form::Text),
    must("jsonVersion", Form::Text),
];

pub(super) const OPERATION: &[Key] = &[
    may("name", Form::Text),
    must(
        "http",
        Form::Object(&[must("method", Form::Text), must("requestUri", Form::Text)]),
    ),
    may("input", Form::Object(REFERENCE)),
    may("output", Form::Object(REFERENCE)),
    may("errors", Form::List(REFERENCE)),
    may("documentation", Form::Text),
    may("deprecated", Form::Flag),
    may("deprecatedMessage", Form::Text),
    may("deprecatedSince", Form::Text),
    may("readonly", Form::Flag),
    may("idempotent", Form::Flag),
    may("auth", Form::Texts),
    may("authtype", Form::Text),
    may("endpoint", Form::Object(&[may("hostPrefix", Form::Text)])),
    may("unsignedPayload", Form::Flag),
    may("endpointdiscovery", Form::Object(&[])),
    may("httpChecksum", Form::Object(&[])),
    may("httpChecksumRequired", Form::Flag),
    may("requestcompression", Form::Object(&[])),
];

const REFERENCE: &[Key] = &[must("shape", Form::Text)];

const MEMBER: &[Key] = &[
    must("shape", Form::Text),
    may("location", Form::Text),
    may("locationName", Form::Text),
    may("documentation", Form::Text),
    may("deprecated", Form::Flag),
    may("deprecatedMessage", Form::Text),
    may("deprecatedSince", Form::Text),
    may("enum", Form::Texts),
    may("timestampFormat", Form::Text),
    may("idempotencyToken", Form::Flag),
    may("jsonvalue", Form::Flag),
    may("sensitive", Form::Flag),
    may("streaming", Form::Flag),
    may("eventstream", Form::Flag),
];

pub(super) const SHAPE: &[Key] = &[
    must("type", Form::Text),
    may("documentation", Form::Text),
    may("deprecated", Form::Flag),
    may("deprecatedMessage", Form::Text),
    may("deprecatedSince", Form::Text),
    may("members", Form::Map(MEMBER)),
    may("required", Form::Texts),
    may("payload", Form::Text),
    may("union", Form::Flag),
    may("document", Form::Flag),
    may("member", Form::Object(MEMBER)),
    may("key", Form::Object(MEMBER)),
    may("value", Form::Object(MEMBER)),
    may("sparse", Form::Flag),
    may("min", Form::Number),
    may("max", Form::Number),
    may("pattern", Form::Text),
    may("enum", Form::Texts),
    may("timestampFormat", Form::Text),
    may("idempotencyToken", Form::Flag),
    may("jsonvalue", Form::Flag),
    may("sensitive", Form::Flag),
    may("streaming", Form::Flag),
    may("eventstream", Form::Flag),
    may("fault", Form::Flag),
    may("retryable", Form::Object(&[may("throttling", Form::Flag)])),
    may(
        "error",
        Form::Object(&[may("code", Form::Text), may("httpStatusCode", Form::Number)]),
    ),
];

/// What certain types of shapes have.
pub(super) const STRUCTURE: &[Key] = &[must("members", Form::Object(&[]))];
pub(super) const LIST: &[Key] = &[must("member", Form::Object(&[]))];
pub(super) const MAP: &[Key] = &[
    must("key", Form::Object(&[])),
    must("value", Form::Object(&[])),
];

/// The paginators of a service.
pub(super) const PAGINATORS: &[Key] = &[must("pagination", Form::Object(&[]))];

pub(super) const PAGES: &[Key] = &[
    must("input_token", Form::OneOrMore),
    must("output_token", Form::OneOrMore),
    may("result_key", Form::OneOrMore),
    may("more_results", Form::Text),
    may("limit_key", Form::Text),
];

/// Checks that a node is an object with certain keys. `owner` is what it describes, for the message.
pub(super) fn check(
    document: &Document,
    owner: impl fmt::Display,
    node: &Node,
    keys: &[Key],
) -> Result<(), Unreadable> {
    let form = Checked {
        document,
        owner: owner.to_string(),
    };
    form.object(node, keys)
}

struct Checked<'a> {
    document: &'a Document,
    owner: String,
}

impl Checked<'_> {
    fn object(&self, node: &Node, keys: &[Key]) -> Result<(), Unreadable> {
        if !matches!(node.kind, Kind::Map(_)) {
            return Err(self.unlike(node, "", "an object"));
        }
        for Key {
            name,
            form,
            is_needed,
        } in keys
        {
            match node.get(name) {
                Some(value) => self.value(name, value, *form)?,
                None if *is_needed => {
                    let why = format!("{}: it has no `{name}`", self.owner);
                    return Err(self.document.unreadable(Some(node), why));
                }
                None => {}
            }
        }
        Ok(())
    }

    fn value(&self, name: &str, node: &Node, form: Form) -> Result<(), Unreadable> {
        match form {
            Form::Text => self.like(node, name, node.string().is_some(), "a text"),
            Form::Number => {
                let number = node.text().and_then(|text| text.parse::<f64>().ok());
                let is_number = node.is_plain() && number.is_some_and(f64::is_finite);
                self.like(node, name, is_number, "a number")
            }
            Form::Flag => {
                let is_flag = node.is_plain() && matches!(node.text(), Some("true" | "false"));
                self.like(node, name, is_flag, "`true` or `false`")
            }
            Form::OneOrMore if node.string().is_some() => Ok(()),
            Form::Texts | Form::OneOrMore => {
                self.list(node, name)?;
                let mut all = node.elements().iter();
                match all.find(|element| element.string().is_none()) {
                    Some(other) => self.like(other, name, false, "a list of texts"),
                    None => Ok(()),
                }
            }
            Form::Object(keys) => {
                self.like(node, name, is_object(node), "an object")?;
                self.object(node, keys)
            }
            Form::Map(keys) => {
                self.like(node, name, is_object(node), "an object")?;
                let mut all = node.entries().iter();
                all.try_for_each(|entry| self.within(&entry.key).object(&entry.value, keys))
            }
            Form::List(keys) => {
                self.list(node, name)?;
                let mut all = node.elements().iter();
                all.try_for_each(|element| self.within(name).object(element, keys))
            }
        }
    }

    fn within(&self, name: &str) -> Self {
        Self {
            document: self.document,
            owner: format!("{}: `{name}`", self.owner),
        }
    }

    fn list(&self, node: &Node, name: &str) -> Result<(), Unreadable> {
        self.like(node, name, matches!(node.kind, Kind::List(_)), "a list")
    }

    fn like(
        &self,
        node: &Node,
        name: &str,
        is_like: bool,
        expected: &str,
    ) -> Result<(), Unreadable> {
        match is_like {
            true => Ok(()),
            false => Err(self.unlike(node, name, expected)),
        }
    }

    fn unlike(&self, node: &Node, name: &str, expected: &str) -> Unreadable {
        let owner = &self.owner;
        let why = match name {
            "" => format!("{owner} must be {expected}"),
            name => format!("{owner}: `{name}` must be {expected}"),
        };
        self.document.unreadable(Some(node), why)
    }
}

fn is_object(node: &Node) -> bool {
    matches!(node.kind, Kind::Map(_))
}
