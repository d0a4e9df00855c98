//! Paths inside a block. They map a path that serde reports to its node, even if elements have been cut out of a list.

use serde_path_to_error::{Path, Segment};
use serde_yaml::Value;

use super::tree::{Kind, Node};

pub(super) fn keys_of(path: &Path) -> Vec<String> {
    path.iter()
        .filter_map(|segment| match segment {
            Segment::Map { key } => Some(key.clone()),
            Segment::Seq { index } => Some(index.to_string()),
            Segment::Enum { .. } | Segment::Unknown => None,
        })
        .collect()
}

/// Returns a path with the list indices from before elements were cut out.
pub(super) fn original_path(path: &[String], node: &Node, cut: &[Vec<String>]) -> Vec<String> {
    let mut original: Vec<String> = Vec::new();
    let mut place = Some(node);
    for key in path {
        let index = key
            .parse()
            .ok()
            .filter(|_| place.is_some_and(|node| matches!(node.kind, Kind::List(_))));
        let key = match index {
            Some(index) => original_index(cut, &original, index).to_string(),
            None => key.clone(),
        };
        place = place.and_then(|node| match &node.kind {
            Kind::List(elements) => key
                .parse::<usize>()
                .ok()
                .and_then(|index| elements.get(index)),
            _ => node.get(&key),
        });
        original.push(key);
    }
    original
}

/// Returns the index of a list element from before other elements were cut out.
pub(super) fn original_index<S: AsRef<str>>(
    cut: &[Vec<String>],
    list: &[S],
    index: usize,
) -> usize {
    let mut gone: Vec<usize> = cut
        .iter()
        .filter_map(|path| {
            let (last, parent) = path.split_last()?;
            let is_here = parent
                .iter()
                .map(String::as_str)
                .eq(list.iter().map(AsRef::as_ref));
            is_here.then(|| last.parse().ok())?
        })
        .collect();
    gone.sort_unstable();
    gone.into_iter()
        .fold(index, |index, gone| index + usize::from(gone <= index))
}

/// Returns the node at a path, or the last existing node on the way to it.
pub(super) fn at<'n>(node: &'n Node, path: &[String]) -> &'n Node {
    let Some((key, rest)) = path.split_first() else {
        return node;
    };
    let next = match &node.kind {
        Kind::Map(_) => node.get(key),
        Kind::List(elements) => key
            .parse::<usize>()
            .ok()
            .and_then(|index| elements.get(index)),
        Kind::Scalar { .. } => None,
    };
    next.map_or(node, |next| at(next, rest))
}

/// Removes the value at a path, so that the rest can be read.
pub(super) fn cut_out(value: &mut Value, path: &[String]) -> bool {
    let Some((key, rest)) = path.split_first() else {
        return false;
    };
    match value {
        Value::Mapping(map) if rest.is_empty() => map.shift_remove(key.as_str()).is_some(),
        Value::Mapping(map) => map
            .get_mut(key.as_str())
            .is_some_and(|value| cut_out(value, rest)),
        Value::Sequence(list) => {
            let Ok(index) = key.parse::<usize>() else {
                return false;
            };
            if rest.is_empty() && index < list.len() {
                list.remove(index);
                return true;
            }
            list.get_mut(index)
                .is_some_and(|value| cut_out(value, rest))
        }
        _ => false,
    }
}
