//! Ends of ranges of numbers that are excluded themselves, which a spec can say in words only.

use super::description::{Field, Range, Shape};
use super::document::Json;
use crate::spec::Node;

/// Moves the ends that are excluded from the range of a field to [`Field::excluded`]. Those of whole numbers are part of
/// the range, one number further inside.
pub(super) fn take<'n>(field: &mut Field, nodes: impl Iterator<Item = &'n Node>) {
    if *field.shape.innermost() != Shape::Number {
        return;
    }
    for node in nodes {
        // In 3.1 it is a number, before it is a truth value beside the end.
        let end = |key: &str, excluded: &str| match node.number_at(excluded) {
            Some(end) => Some(end),
            None if node.flag(excluded) => node.number_at(key),
            None => None,
        };
        let Range { min, max } = Range {
            min: end("minimum", "exclusiveMinimum"),
            max: end("maximum", "exclusiveMaximum"),
        };
        let number = |text: &str| text.parse::<f64>().unwrap_or_default();
        let is_in = |end: &String, other: &String| number(end) >= number(other);
        let range = &mut field.limits.range;
        if let Some(min) = min {
            range.min = range.min.take().filter(|other| !is_in(&min, other));
            field.excluded.min = Some(min);
        }
        if let Some(max) = max {
            range.max = range.max.take().filter(|other| !is_in(other, &max));
            field.excluded.max = Some(max);
        }
    }
}
