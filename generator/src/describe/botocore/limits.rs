//! Limits of shapes.

use super::Reader;
use crate::check::takes_uuids;
use crate::describe::description::{Limits, Range};
use crate::describe::document::Unreadable;
use crate::describe::java;
use crate::spec::{Bounds, Node, is_checkable};

const PATTERN: &str = "a pattern that clients cannot compile";

/// Numbers up to here have all digits that are written.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// What `min` and `max` bound.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Bounded {
    /// A number of characters, bytes, elements or entries.
    Size,
    Integer,
    Number,
}

impl Reader<'_> {
    /// Returns the bounds of a shape.
    pub(super) fn range(
        &self,
        name: &str,
        shape: &Node,
        bounded: Bounded,
    ) -> Result<Range, Unreadable> {
        let bound = |key: &str| {
            let Some(node) = shape.get(key) else {
                return Ok(None);
            };
            let text = node.text().unwrap_or_default();
            let fault = match (bounded, whole(text)) {
                (Bounded::Number, _) => {
                    let short = text.strip_suffix(".0").unwrap_or(text);
                    return Ok(Some((number(text), short.to_owned())));
                }
                (Bounded::Size, Some(size)) if size < 0 => "is below 0",
                (_, Some(whole)) => return Ok(Some((number(text), whole.to_string()))),
                // Of whole numbers, those inside of a bound with a fraction.
                (Bounded::Integer, None) if number(text).abs() <= EXACT => {
                    let inside = match key {
                        "min" => number(text).ceil(),
                        _ => number(text).floor(),
                    };
                    return Ok(Some((inside, format!("{inside:.0}"))));
                }
                (_, None) => "must be a whole number of 64 bits",
            };
            let why = format!("`{key}` of the shape `{name}`, {text}, {fault}");
            Err(self.document.unreadable(Some(node), why))
        };
        let (min, max) = (bound("min")?, bound("max")?);
        if let (Some((least, min)), Some((most, max))) = (&min, &max)
            && least > most
        {
            let is_whole = |key| {
                shape
                    .get(key)
                    .and_then(Node::text)
                    .is_none_or(|it| whole(it).is_some())
            };
            if bounded == Bounded::Integer && !(is_whole("min") && is_whole("max")) {
                // No whole number is between the two, so they cannot be meant.
                return Ok(Range::default());
            }
            let why = format!("`min` of the shape `{name}`, {min}, is above its `max`, {max}");
            return Err(self.document.unreadable(shape.get("min"), why));
        }
        // A minimum of 0 says nothing of a size.
        let min = min.filter(|(min, _)| bounded != Bounded::Size || *min > 0.0);
        let text = |bound: Option<(f64, String)>| bound.map(|(_, text)| text);
        Ok(Range::new(text(min), text(max)))
    }
}

/// Returns a number that is whole, however it is written.
fn whole(text: &str) -> Option<i64> {
    if let Ok(whole) = text.parse() {
        return Some(whole);
    }
    let number = number(text);
    let is_whole = number.fract() == 0.0 && number.abs() <= EXACT;
    is_whole.then(|| format!("{number:.0}").parse().ok())?
}

fn number(text: &str) -> f64 {
    text.parse().unwrap_or(f64::NAN)
}

/// Drops patterns that would be an error in a spec, because clients cannot compile them.
pub(super) fn drop_patterns(limits: &mut Limits) {
    let is_lost = |pattern: &Option<String>| {
        let pattern = pattern.as_ref();
        pattern.is_some_and(|pattern| !is_checkable(pattern))
    };
    if is_lost(&limits.pattern) {
        let pattern = limits.pattern.take().unwrap_or_default();
        match java::without_repetitions(&pattern) {
            Some((pattern, length)) if is_checkable(&pattern) => {
                limits.pattern = Some(pattern);
                limits.length = narrower(&limits.length, &length);
            }
            _ => limits.rest.push(PATTERN),
        }
    }
    if is_lost(&limits.key_pattern) {
        limits.key_pattern = None;
        limits.rest.push(PATTERN);
    }
}

/// Returns the range of what is within both ranges.
fn narrower(one: &Range, other: &Range) -> Range {
    let number = |bound: &Option<String>| bound.as_ref().and_then(|text| text.parse::<u64>().ok());
    let text = |number: Option<u64>| number.map(|number| number.to_string());
    let max = [number(&one.max), number(&other.max)];
    Range::new(
        text(number(&one.min).max(number(&other.min))),
        text(max.into_iter().flatten().min()),
    )
}

/// Whether an idempotency token that clients make keeps the limits.
pub(super) fn takes_tokens(limits: &Limits) -> bool {
    let number = |bound: &Option<String>| bound.as_ref().and_then(|bound| bound.parse().ok());
    let length = limits.length.is_set().then(|| Bounds {
        min: number(&limits.length.min),
        max: number(&limits.length.max),
        fit: true,
    });
    takes_uuids(length, limits.pattern.as_deref())
}
