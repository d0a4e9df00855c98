//! Limits and defaults of OpenAPI and Swagger.

use super::description::{Limits, Range, Shape, Type, TypeKind};
use super::document::{Json, Unreadable};
use super::numbers::decimal;
use super::schema::Schemas;
use super::text;
use crate::spec::{Node, charset, compiled, is_checkable, is_forbidden};

impl Schemas<'_> {
    /// Returns the limits that a schema states of a value.
    ///
    /// # Errors
    /// Returns an error with its place if a limit is no number.
    pub(super) fn limits(&mut self, node: &Node, shape: &Shape) -> Result<Limits, Unreadable> {
        let mut limits = Limits::default();
        match shape {
            Shape::Integer => limits.range = self.integer_range(node)?,
            Shape::Number => {
                let bound = |key| {
                    let number = self.number(node, key)?;
                    // The width of a type is no limit.
                    let fits = |number: f64| number.abs() < f64::from(f32::MAX);
                    let fits = |text: &String| text.parse().is_ok_and(fits);
                    Ok(number.filter(fits))
                };
                limits.range = Range::new(bound("minimum")?, bound("maximum")?);
                let excludes = |key| {
                    node.get(key)
                        .is_some_and(|node| node.text() != Some("false"))
                };
                if excludes("exclusiveMinimum") || excludes("exclusiveMaximum") {
                    limits.rest.push("a limit of a number that is excluded");
                }
            }
            Shape::String => {
                limits.length = self.sizes(node, "minLength", "maxLength")?;
                if let Some(pattern) = node.string_at("pattern") {
                    characters_or_pattern(pattern, &mut limits);
                }
            }
            // The limits are those of the text in base64.
            Shape::Bytes if self.sizes(node, "minLength", "maxLength")?.is_set() => {
                limits.rest.push("the length of a text in base64");
            }
            Shape::List(_) => limits.count = self.sizes(node, "minItems", "maxItems")?,
            Shape::Map(_) => {
                limits.count = self.sizes(node, "minProperties", "maxProperties")?;
                if let Some(names) = node.get("propertyNames") {
                    limits.key_length = self.sizes(names, "minLength", "maxLength")?;
                    let pattern = names.string_at("pattern");
                    limits.key_pattern = pattern.map(text::for_whole_text);
                }
            }
            _ => {}
        }
        limits.drop_unfit();
        if matches!(shape, Shape::Integer | Shape::Number)
            && self
                .number(node, "multipleOf")?
                .is_some_and(|step| step != "1")
        {
            limits.rest.push("a step between numbers");
        }
        self.count_rest(&limits, 0);
        Ok(limits)
    }

    /// Counts what limits cannot say, from a position on.
    pub(super) fn count_rest(&mut self, limits: &Limits, from: usize) {
        for what in limits.rest.iter().skip(from) {
            *self.skipped.entry((*what).to_owned()).or_default() += 1;
        }
    }

    /// Returns the bounds of a length or count. Zero says nothing, and neither does the width of a type.
    fn sizes(&self, node: &Node, min: &str, max: &str) -> Result<Range, Unreadable> {
        let bound = |key| {
            let bound = self.size(node, key)?;
            Ok(bound.filter(|bound| (0..i64::from(i32::MAX)).contains(bound)))
        };
        let min = bound(min)?.filter(|min| *min != 0);
        Ok(range(min, bound(max)?))
    }

    fn integer_range(&self, node: &Node) -> Result<Range, Unreadable> {
        // In 3.1 an excluded bound is a number, before it is a truth value beside the bound.
        let bound = |key: &str, excluded: &str, step: i64| {
            let first = |bound: Option<String>, is_excluded: bool| {
                let bound = bound?;
                match bound.parse::<i64>() {
                    Ok(bound) => bound.checked_add(if is_excluded { step } else { 0 }),
                    Err(_) => inside(&bound, step),
                }
            };
            let outer = first(self.bound(node, excluded)?, true);
            let inner = first(self.number(node, key)?, node.flag(excluded));
            Ok(match (outer, inner) {
                (Some(a), Some(b)) if step > 0 => Some(a.max(b)),
                (Some(a), Some(b)) => Some(a.min(b)),
                (a, b) => a.or(b),
            })
        };
        // The width of a type is no limit.
        let is_width = |bound: &i64| {
            [i64::from(i32::MIN), i64::from(i32::MAX), i64::MIN, i64::MAX].contains(bound)
        };
        let min = bound("minimum", "exclusiveMinimum", 1)?.filter(|bound| !is_width(bound));
        let max = bound("maximum", "exclusiveMaximum", -1)?.filter(|bound| !is_width(bound));
        Ok(range(min, max))
    }
}

fn range(min: Option<i64>, max: Option<i64>) -> Range {
    let text = |bound: Option<i64>| bound.map(|bound| bound.to_string());
    Range::new(text(min), text(max))
}

/// Returns the first whole number inside of a bound with a fraction. `step` leads inside.
fn inside(bound: &str, step: i64) -> Option<i64> {
    let (whole, _) = bound.split_once('.')?;
    let is_outside = (step > 0) != bound.starts_with('-');
    let whole: i64 = whole.parse().ok()?;
    whole.checked_add(if is_outside { step } else { 0 })
}

/// Takes a pattern, as characters if it says nothing else: a pattern is searched, so `^[a-z]+$` allows these characters.
fn characters_or_pattern(pattern: &str, limits: &mut Limits) {
    let inside = pattern
        .strip_prefix('^')
        .and_then(|inside| inside.strip_suffix('$'));
    let class = inside.and_then(|inside| {
        let (class, repeat) = inside.strip_prefix('[')?.split_once(']')?;
        let is_plain = !class.contains(['\\', '[', '^', '&']) && !class.is_empty();
        let is_ordered = charset::ranges(class)
            .iter()
            .all(|(first, last)| first <= last);
        (is_plain && is_ordered && matches!(repeat, "+" | "*")).then_some((class, repeat))
    });
    match class {
        Some((class, repeat)) => {
            limits.chars = Some(class.to_owned());
            if repeat == "+" && limits.length.min.is_none() {
                limits.length.min = Some("1".to_owned());
            }
        }
        None => limits.pattern = Some(text::for_whole_text(pattern)),
    }
}

impl Limits {
    /// Names instead what no value meets, and patterns that no spec can have.
    pub(super) fn drop_unfit(&mut self) {
        let number =
            |bound: &Option<String>| bound.as_ref().and_then(|text| text.parse::<f64>().ok());
        for range in [
            &mut self.range,
            &mut self.length,
            &mut self.count,
            &mut self.key_length,
        ] {
            if let (Some(min), Some(max)) = (number(&range.min), number(&range.max))
                && min > max
            {
                *range = Range::default();
                self.rest.push("limits that no value meets");
            }
        }
        for pattern in [&mut self.pattern, &mut self.key_pattern] {
            let is_fit =
                |pattern: &String| !pattern.contains(is_forbidden) && is_checkable(pattern);
            if pattern.take_if(|pattern| !is_fit(pattern)).is_some() {
                self.rest.push("a pattern that no client can read");
            }
        }
        if self
            .chars
            .take_if(|chars| chars.contains(is_forbidden))
            .is_some()
        {
            self.rest.push("a pattern that no client can read");
        }
    }
}

/// Makes limits those that hold if others hold, too. Returns whether all of them can be said.
pub(super) fn both(limits: &mut Limits, others: Limits) -> bool {
    fn ranges(range: &mut Range, other: Range) {
        let number =
            |bound: &Option<String>| bound.as_ref().and_then(|text| text.parse::<f64>().ok());
        if number(&other.min) > number(&range.min) {
            range.min = other.min;
        }
        let is_smaller = match (number(&other.max), number(&range.max)) {
            (Some(other), Some(max)) => other < max,
            (other, _) => other.is_some(),
        };
        if is_smaller {
            range.max = other.max;
        }
        if range.min.is_some() && range.max.is_some() && number(&range.min) > number(&range.max) {
            *range = Range::default();
        }
    }
    fn texts(text: &mut Option<String>, other: Option<String>) -> bool {
        match (&text, other) {
            (Some(known), Some(other)) if *known != other => false,
            (None, other) => {
                *text = other;
                true
            }
            _ => true,
        }
    }
    for what in others.rest {
        if !limits.rest.contains(&what) {
            limits.rest.push(what);
        }
    }
    ranges(&mut limits.range, others.range);
    ranges(&mut limits.length, others.length);
    ranges(&mut limits.count, others.count);
    ranges(&mut limits.key_length, others.key_length);
    let chars = texts(&mut limits.chars, others.chars);
    let pattern = texts(&mut limits.pattern, others.pattern);
    texts(&mut limits.key_pattern, others.key_pattern) && chars && pattern
}

/// Returns a default as text, if it is a value of its type; `None` if it says nothing.
///
/// # Errors
/// Returns what it is otherwise.
pub(super) fn default(
    node: &Node,
    shape: &Shape,
    limits: &Limits,
    types: &[Type],
) -> Result<Option<String>, &'static str> {
    const WRONG: &str = "a default that is no value of its type";
    let Some(text) = node.text() else {
        let is_empty = node.entries().is_empty() && node.elements().is_empty();
        return if is_empty {
            Ok(None)
        } else {
            Err("a default that is no text and no number")
        };
    };
    if node.is_nothing() {
        return Ok(None);
    }
    let number = || text.parse::<f64>().ok().filter(|number| number.is_finite());
    let fits = match shape {
        Shape::String if text.contains(is_forbidden) => {
            return Err("a default with a character that no spec has");
        }
        Shape::String => fits_text(text, limits),
        Shape::Integer => {
            let whole = decimal(text).filter(|whole| whole.parse::<i64>().is_ok());
            let whole =
                whole.filter(|_| number().is_some_and(|number| is_in(&limits.range, number)));
            return whole.ok_or(WRONG).map(Some);
        }
        Shape::Number => number().is_some_and(|number| is_in(&limits.range, number)),
        Shape::Boolean => matches!(text, "true" | "false"),
        Shape::Timestamp(_) => crate::check::is_time(text),
        Shape::Named(id) => match types.get(id.0).map(|item| &item.kind) {
            Some(TypeKind::Enum(values)) => values.iter().any(|value| value == text),
            _ => false,
        },
        Shape::Json => return Err("a default of a value of any type"),
        Shape::Bytes | Shape::List(_) | Shape::Map(_) => false,
    };
    if fits {
        Ok(Some(text.to_owned()))
    } else {
        Err(WRONG)
    }
}

fn is_in(range: &Range, number: f64) -> bool {
    let bound = |bound: &Option<String>| bound.as_ref().and_then(|text| text.parse::<f64>().ok());
    bound(&range.min).is_none_or(|min| number >= min)
        && bound(&range.max).is_none_or(|max| number <= max)
}

/// Whether a text meets its limits, as far as clients check them.
fn fits_text(text: &str, limits: &Limits) -> bool {
    let length = text.chars().count();
    #[expect(clippy::cast_precision_loss, reason = "defaults are short")]
    let fits = is_in(&limits.length, length as f64);
    let chars = limits.chars.as_deref();
    // A pattern that does not compile is one that clients do not check.
    let pattern = limits.pattern.as_deref().map(compiled);
    let matches = match pattern {
        Some(Ok(pattern)) => pattern.is_match(text),
        _ => true,
    };
    fits && matches && chars.is_none_or(|class| text.chars().all(|c| charset::has(class, c)))
}
