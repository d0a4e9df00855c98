//! A spec as it was read, in pieces: each block with its name, its place, and what was wrong in it.

use std::collections::HashMap;

use super::tree::Node;
use super::{
    Auth, Domain, EnumValue, ErrorCode, Field, Head, Location, NotRead, OperationBlock, TypeBlock,
    paths,
};
use crate::source::{Span, SpecSource};

/// One spec, in pieces.
#[derive(Debug)]
pub(crate) struct Spec<'a> {
    pub(crate) source: &'a SpecSource,
    pub(crate) head: Piece<'a, Head>,
    pub(crate) auth: Vec<Piece<'a, Auth>>,
    pub(crate) domains: Vec<Piece<'a, Domain>>,
    pub(crate) codes: Vec<Piece<'a, ErrorCode>>,
    /// Variables and files that are not read, by name.
    pub(crate) not_read: Vec<Piece<'a, NotRead>>,
    pub(crate) operations: Vec<Operation<'a>>,
    pub(crate) types: Vec<Type<'a>>,
    /// Where each type is among the types.
    pub(crate) index: HashMap<&'a str, usize>,
}

/// A block of a spec with its name and place.
#[derive(Debug)]
pub(crate) struct Piece<'a, T> {
    /// The key that the block stands behind; empty for the whole file and in lists.
    pub(crate) name: &'a str,
    pub(crate) name_span: Span,
    pub(crate) node: &'a Node,
    pub(crate) value: T,
    /// The paths of what was wrong, so that it is there but not in `value`.
    pub(crate) cut: Vec<Vec<String>>,
}

/// Stands in `cut` for all keys of a block that cannot be read.
pub(crate) const EVERYTHING: &str = "*";

impl<T> Piece<'_, T> {
    /// The place of the value behind a key of the block, else of the block's name.
    pub(crate) fn at(&self, key: &str) -> Span {
        self.node.get(key).map_or(self.name_span, |node| node.span)
    }

    /// The same, where the value may also stand behind the block's name: `A: docs` for `A: {docs: docs}`.
    pub(crate) fn at_text(&self, key: &str) -> Span {
        match self.node.text() {
            Some(_) => self.node.span,
            None => self.at(key),
        }
    }

    /// Whether a key is not there, not even with a value that is wrong.
    pub(crate) fn lacks(&self, key: &str) -> bool {
        self.node.get(key).is_none() && !self.is_cut(key)
    }

    /// Whether a key is there with a value, or under a name, that is wrong.
    pub(crate) fn is_cut(&self, key: &str) -> bool {
        self.cut
            .iter()
            .any(|path| matches!(path.as_slice(), [first] if first == key || first == EVERYTHING))
    }

    /// The same for a key of the block behind a key.
    pub(crate) fn is_cut_below(&self, key: &str, below: &str) -> bool {
        let is_it = |path: &Vec<String>| matches!(path.as_slice(), [first, second] if first == key && second == below);
        self.is_cut(key) || self.cut.iter().any(is_it)
    }

    /// The place of an element of the list at a path.
    pub(crate) fn at_element(&self, path: &[&str], index: usize) -> Span {
        let list = path.iter().try_fold(self.node, |node, key| node.get(key));
        let index = paths::original_index(&self.cut, path, index);
        let element = list.and_then(|node| node.elements().get(index));
        element.or(list).map_or(self.name_span, |node| node.span)
    }

    /// The place of a key of the block, else of the block's name.
    pub(crate) fn at_key(&self, key: &str) -> Span {
        self.node
            .entry(key)
            .map_or(self.name_span, |entry| entry.key_span)
    }
}

/// An operation with its parameters.
#[derive(Debug)]
pub(crate) struct Operation<'a> {
    pub(crate) block: Piece<'a, OperationBlock>,
    pub(crate) parameters: Vec<(Location, Piece<'a, Field>)>,
    /// The fixed query, in the order of the file.
    pub(crate) fixed: Vec<Piece<'a, String>>,
    /// Whether a part of the request cannot be read, so that there may be more parameters.
    pub(crate) is_broken: bool,
}

/// A structure or an enum.
#[derive(Debug)]
pub(crate) struct Type<'a> {
    pub(crate) block: Piece<'a, TypeBlock>,
    pub(crate) kind: TypeKind<'a>,
}

#[derive(Debug)]
pub(crate) enum TypeKind<'a> {
    Structure(Vec<Piece<'a, Field>>),
    Enum(Vec<Piece<'a, EnumValue>>),
    /// The block says neither what fields nor what values it has; a diagnostic is on its way.
    Broken,
}
