//! Broken limits of a request.

use std::fmt;

use super::REDACTED;

/// A value that violates a documented limit.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Violation {
    /// Wire name of the parameter, with its path inside a structure: `TagFilters[0].Key`.
    pub field: String,
    /// The violated rule, such as `range 1..=100`, or what is wrong with something that the caller added.
    pub rule: String,
    /// The value. Long values are cut; sensitive values are replaced by `***`.
    pub value: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.field.is_empty() {
            write!(f, "{}: ", self.field)?;
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
            _ => f.write_str(match self.rule.as_str() {
                "path segment" => "must not be empty, \".\" or \"..\"",
                "path segments" => "must not have a segment that is empty, \".\" or \"..\"",
                "header value" => "contains a character that is not allowed in a header",
                "finite number" => "must be a finite number",
                "timestamp" => "must be a timestamp, such as 2024-05-14T12:00:00Z",
                other => other,
            }),
        }
    }
}
