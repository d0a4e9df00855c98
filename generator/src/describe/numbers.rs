//! Numbers in schemas, whatever way they are written in.

use super::description::Format;
use super::document::Unreadable;
use super::schema::Schemas;
use crate::spec::Node;

impl Schemas<'_> {
    /// Returns a number of a schema, as [`decimal`] writes it; `None` if there is none, or none that is finite.
    ///
    /// # Errors
    /// Returns an error with its place if the value is no number.
    pub(super) fn number(&self, node: &Node, key: &str) -> Result<Option<String>, Unreadable> {
        let Some(value) = node.get(key).filter(|value| !value.is_nothing()) else {
            return Ok(None);
        };
        let number = value.text().and_then(|text| text.parse::<f64>().ok());
        // The explorers of vendors write numbers as texts, and texts as numbers.
        let is_strict = matches!(self.format(), Format::OpenApi | Format::Swagger);
        if is_strict && (number.is_none() || !value.is_plain()) {
            let why = format!("`{key}` must be a number, without quotes");
            return Err(self.unreadable(value, &why));
        }
        Ok(value.text().and_then(decimal))
    }

    /// Returns a bound that is a number, or in older versions a truth value about another bound.
    pub(super) fn bound(&self, node: &Node, key: &str) -> Result<Option<String>, Unreadable> {
        let is_flag =
            |value: &Node| value.is_plain() && matches!(value.text(), Some("true" | "false"));
        match node.get(key) {
            Some(value) if is_flag(value) => Ok(None),
            _ => self.number(node, key),
        }
    }

    /// Returns a number of characters, elements or properties, which is whole and not negative.
    ///
    /// # Errors
    /// Returns an error with its place if the value is something else.
    pub(super) fn size(&self, node: &Node, key: &str) -> Result<Option<i64>, Unreadable> {
        let Some(number) = self.number(node, key)? else {
            return Ok(None);
        };
        let is_strict = matches!(self.format(), Format::OpenApi | Format::Swagger);
        if is_strict && number.contains(['.', '-']) {
            let why = format!("`{key}` must be a whole number, and not negative");
            return Err(self.unreadable(node.get(key).unwrap_or(node), &why));
        }
        // No text and no list has more than that.
        Ok(number.parse().ok())
    }
}

/// Returns a finite number with its digits and its point, without an exponent or zeros that say nothing.
pub(super) fn decimal(text: &str) -> Option<String> {
    let number: f64 = text
        .parse()
        .ok()
        .filter(|number: &f64| number.is_finite())?;
    if number == 0.0 {
        return Some("0".to_owned());
    }
    let (sign, rest) = match text.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", text.trim_start_matches('+')),
    };
    let (mantissa, exponent) = rest.split_once(['e', 'E']).unwrap_or((rest, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{fraction}");
    let point = i64::try_from(whole.len()).ok()? + exponent.parse::<i64>().ok()?;
    let length = i64::try_from(digits.len()).ok()?;
    let zeros = |count: i64| "0".repeat(usize::try_from(count).unwrap_or_default());
    let digits = format!("{}{digits}{}", zeros(-point), zeros(point - length));
    let at = usize::try_from(point).unwrap_or_default();
    let (whole, fraction) = digits.split_at_checked(at)?;
    let (whole, fraction) = (
        whole.trim_start_matches('0'),
        fraction.trim_end_matches('0'),
    );
    let whole = if whole.is_empty() { "0" } else { whole };
    let point = if fraction.is_empty() { "" } else { "." };
    Some(format!("{sign}{whole}{point}{fraction}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_one_form() {
        for (text, expected) in [
            ("1E3", Some("1000")),
            ("1e+3", Some("1000")),
            ("1.0", Some("1")),
            ("-1.50", Some("-1.5")),
            ("12.5e1", Some("125")),
            ("12.5e-3", Some("0.0125")),
            ("007", Some("7")),
            ("0.0", Some("0")),
            ("0e999999999", Some("0")),
            ("-0", Some("0")),
            (".5", Some("0.5")),
            ("5.", Some("5")),
            ("1e400", None),
            ("NaN", None),
            ("inf", None),
            ("", None),
            ("x", None),
        ] {
            assert_eq!(decimal(text).as_deref(), expected, "{text}");
        }
    }
}
