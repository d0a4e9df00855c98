//! A spec after reading, in pieces: each block with its name, its place and the paths of its faults.

use std::collections::HashMap;

use super::tree::Node;
use super::{
    Auth, Domain, EndpointParameter, EnumValue, ErrorCode, Field, Head, Location, NotRead,
    OperationBlock, TypeBlock, paths,
};
use crate::source::{Span, SpecSource};

/// A spec, in pieces.
#[derive(Debug)]
pub(crate) struct Spec<'a> {
    pub(crate) source: &'a SpecSource,
    pub(crate) head: Piece<'a, Head>,
    pub(crate) auth: Vec<Piece<'a, Auth>>,
    /// Parameters of the endpoint, by name.
    pub(crate) endpoint_parameters: Vec<Piece<'a, EndpointParameter>>,
    pub(crate) domains: Vec<Piece<'a, Domain>>,
    pub(crate) codes: Vec<Piece<'a, ErrorCode>>,
    /// Variables and files that the clients do not read, by name.
    pub(crate) not_read: Vec<Piece<'a, NotRead>>,
    /// Headers that all operations send, by name.
    pub(crate) fixed_headers: Vec<Piece<'a, String>>,
    pub(crate) operations: Vec<Operation<'a>>,
    pub(crate) types: Vec<Type<'a>>,
    /// Indices of the types, by name.
    pub(crate) index: HashMap<&'a str, usize>,
}

/// A block of a spec, with its name and place.
#[derive(Debug)]
pub(crate) struct Piece<'a, T> {
    /// Key of the block; empty for the whole file and in lists.
    pub(crate) name: &'a str,
    pub(crate) name_span: Span,
    pub(crate) node: &'a Node,
    pub(crate) value: T,
    /// Paths of the keys that are present but invalid, and therefore missing in `value`.
    pub(crate) cut: Vec<Vec<String>>,
}

/// Marks in `cut` that no key of the block could be read.
pub(crate) const EVERYTHING: &str = "*";

impl<'a, T> Piece<'a, T> {
    /// Returns the piece with another value.
    pub(super) fn map<U>(self, value: impl FnOnce(T) -> U) -> Piece<'a, U> {
        Piece {
            name: self.name,
            name_span: self.name_span,
            node: self.node,
            value: value(self.value),
            cut: self.cut,
        }
    }

    /// Returns the place of the value of a key, or that of the block's name if there is none.
    pub(crate) fn at(&self, key: &str) -> Span {
        self.node.get(key).map_or(self.name_span, |node| node.span)
    }

    /// Like [`at`](Self::at), but also accepts the short form, in which the value directly follows the block's name:
    /// `A: docs` for `A: {docs: docs}`.
    pub(crate) fn at_text(&self, key: &str) -> Span {
        match self.node.text() {
            Some(_) => self.node.span,
            None => self.at(key),
        }
    }

    /// Returns the place of the value at a path, or that of the block's name if there is none.
    pub(crate) fn at_path(&self, path: &[&str]) -> Span {
        let node = path.iter().try_fold(self.node, |node, key| node.get(key));
        node.map_or(self.name_span, |node| node.span)
    }

    /// Whether a key is absent. A key with an invalid value is not absent.
    pub(crate) fn lacks(&self, key: &str) -> bool {
        self.node.get(key).is_none() && !self.is_cut(key)
    }

    /// Whether a key is present, but with an invalid value or a misspelled name.
    pub(crate) fn is_cut(&self, key: &str) -> bool {
        self.cut
            .iter()
            .any(|path| matches!(path.as_slice(), [first] if first == key || first == EVERYTHING))
    }

    /// Like [`is_cut`](Self::is_cut), for a key of a nested block.
    pub(crate) fn is_cut_below(&self, key: &str, below: &str) -> bool {
        let is_it = |path: &Vec<String>| matches!(path.as_slice(), [first, second] if first == key && second == below);
        self.is_cut(key) || self.cut.iter().any(is_it)
    }

    /// Returns the place of an element of the list at a path.
    pub(crate) fn at_element(&self, path: &[&str], index: usize) -> Span {
        let list = path.iter().try_fold(self.node, |node, key| node.get(key));
        let index = paths::original_index(&self.cut, path, index);
        let element = list.and_then(|node| node.elements().get(index));
        element.or(list).map_or(self.name_span, |node| node.span)
    }

    /// Returns the place of a key, or that of the block's name if there is none.
    pub(crate) fn at_key(&self, key: &str) -> Span {
        self.node
            .entry(key)
            .map_or(self.name_span, |entry| entry.key_span)
    }
}

/// Whether a fixed header is the content type of the body.
pub(crate) fn is_content_type(header: &Piece<'_, String>) -> bool {
    header.name.eq_ignore_ascii_case("content-type")
}

/// An operation with its parameters.
#[derive(Debug)]
pub(crate) struct Operation<'a> {
    pub(crate) block: Piece<'a, OperationBlock>,
    pub(crate) parameters: Vec<(Location, Piece<'a, Field>)>,
    /// Fixed query parameters, in the order of the file; `None` is a name without a value.
    pub(crate) fixed: Vec<Piece<'a, Option<String>>>,
    /// Fixed headers, in the order of the file. `Content-Type` is that of the JSON object.
    pub(crate) fixed_headers: Vec<Piece<'a, String>>,
    /// Content type of the payload, if it says one.
    pub(crate) content_type: Option<Piece<'a, String>>,
    /// Authentication schemes that replace those of the service; `None` if the operation has none of its own.
    pub(crate) auth: Option<Vec<Piece<'a, Auth>>>,
    /// Whether a part of the request could not be read, so that there may be more parameters.
    pub(crate) is_broken: bool,
}

/// A structure, an enum or a union.
#[derive(Debug)]
pub(crate) struct Type<'a> {
    pub(crate) block: Piece<'a, TypeBlock>,
    pub(crate) kind: TypeKind<'a>,
}

#[derive(Debug)]
pub(crate) enum TypeKind<'a> {
    Structure(Vec<Piece<'a, Field>>),
    Enum(Vec<Piece<'a, EnumValue>>),
    Union(Vec<Piece<'a, Field>>),
    /// The block has no readable fields, values or members. A finding reports it.
    Broken,
}
