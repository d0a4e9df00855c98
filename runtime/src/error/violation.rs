//! Broken limits of a request.

use std::fmt;

use super::REDACTED;

/// A value that violates a documented limit.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Violation {
    /// Wire name of the parameter, with its path inside a structure: `TagFilters[0].Key`. If several parameters violate a
    /// rule together, all of them: `id, name`.
    pub field: String,
    /// The violated rule, such as `range 1..=100`, `exactly one` or `at least one` of several parameters, or what is wrong with something that the caller added.
    pub rule: String,
    /// The value. Long values are cut; sensitive values are replaced by `***`. For a rule about several parameters, the
    /// names of those that are set, or `none`.
    pub value: String,
}

/// Rule on parameters of which exactly one must be set.
pub(crate) const EXACTLY_ONE: &str = "exactly one";

/// Rule on parameters of which at least one must be set.
pub(crate) const AT_LEAST_ONE: &str = "at least one";

/// Value of a violation of these rules if no parameter is set.
pub(crate) const NONE_SET: &str = "none";

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.field.is_empty() {
            write!(f, "{}: ", self.field)?;
        }
        if matches!(self.rule.as_str(), EXACTLY_ONE | AT_LEAST_ONE) {
            write!(f, "{} must be set", self.rule)?;
            return match self.value.as_str() {
                REDACTED => Ok(()),
                NONE_SET => f.write_str(", but none is"),
                set => write!(f, ", but {set} are"),
            };
        }
        if self.value != REDACTED {
            write!(f, "{:?} ", self.value)?;
        }
        match self.rule.split_once(' ') {
            Some(("range", range)) => write!(f, "must be in range {range}"),
            Some(("length", range)) => write!(f, "must have length {range}"),
            Some(("count", range)) => write!(f, "must be {range} elements"),
            Some(("chars", class)) => write!(f, "must consist of characters {class}"),
            Some(("pattern", pattern)) => write!(f, "must match {pattern}"),
            Some(("year", range)) => write!(f, "must be a time in the years {range}"),
            _ => f.write_str(match self.rule.as_str() {
                "path segment" => "must not be empty, \".\" or \"..\"",
                "path segments" => "must not have a segment that is empty, \".\" or \"..\"",
                "host label" => {
                    "must be a part of a host name: 1 to 63 letters, digits and hyphens, with no hyphen at its ends"
                }
                "header name" => "contains a character that is not allowed in the name of a header",
                "header value" => "contains a character that is not allowed in a header",
                "list element" => "must not contain a comma, because commas separate the elements",
                "finite number" => "must be a finite number",
                "timestamp" => "must be a timestamp, such as 2024-05-14T12:00:00Z",
                other => other,
            }),
        }
    }
}
