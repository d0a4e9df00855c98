//! Mends what a finding says how to mend: one edit after the other, each checked before it is kept.
//!
//! An edit changes the bytes at its place only, so that comments and layout stay. It is kept if the file still reads the
//! same apart from it and the finding is gone; otherwise it is taken back, and the finding is left to the author.

use std::collections::BTreeSet;

use crate::diagnostics::{Diagnostic, Diagnostics, Fix};
use crate::source::{Span, SpecSource};
use crate::spec::{self, Kind, Node};
use crate::{Rule, Severity};

/// Maximum number of edits of one file.
const MOST: usize = 1_000;

/// A spec with its findings mended.
#[derive(Debug)]
pub struct Mended {
    /// The new content.
    pub bytes: Vec<u8>,
    /// What was changed, one line per edit.
    pub changes: Vec<String>,
}

/// Applies what the findings of a spec suggest. Returns `None` if there is nothing to apply.
pub fn mend(source: &SpecSource) -> Option<Mended> {
    let mut now = Step::new(source.clone());
    let mut changes = Vec::new();
    // Edits that did not work, so that they are not tried again.
    let mut refused: BTreeSet<(Rule, String, Fix)> = BTreeSet::new();
    while changes.len() < MOST {
        let known = |each: &&Diagnostic| {
            let fix = each.fix.as_ref();
            each.at.file == source.path
                && fix.is_some_and(|fix| {
                    !refused.contains(&(each.rule, each.message.clone(), fix.clone()))
                })
        };
        let Some((finding, fix)) = now
            .findings
            .iter()
            .find(known)
            .and_then(|each| Some((each.clone(), each.fix.clone()?)))
        else {
            break;
        };
        match now.after(&finding, &fix) {
            Some(after) => {
                changes.push(described(&finding, &fix, &now.source));
                now = after;
            }
            None => {
                refused.insert((finding.rule, finding.message, fix));
            }
        }
    }
    (!changes.is_empty()).then_some(Mended {
        bytes: now.source.bytes,
        changes,
    })
}

/// A version of the spec with its findings.
struct Step {
    source: SpecSource,
    findings: Diagnostics,
    /// The texts of the file in their order; `None` if it is not valid YAML.
    texts: Option<Vec<String>>,
}

impl Step {
    fn new(source: SpecSource) -> Self {
        let (_, findings) = crate::read(std::slice::from_ref(&source));
        let tree = spec::parse(&source, &mut Diagnostics::default());
        let texts = tree.map(|tree| {
            let mut all = Vec::new();
            texts(&tree.root, &mut all);
            all
        });
        Self {
            source,
            findings,
            texts,
        }
    }

    /// Returns the version after an edit, if that mends the finding and leaves everything else as it was.
    fn after(&self, finding: &Diagnostic, fix: &Fix) -> Option<Self> {
        let bytes = edited(&self.source.bytes, fix)?;
        let after = Self::new(SpecSource {
            bytes,
            ..self.source.clone()
        });
        let count = |step: &Self| {
            let same =
                |each: &&Diagnostic| each.rule == finding.rule && each.message == finding.message;
            step.findings.iter().filter(same).count()
        };
        // Something on the same line that cannot be mended as well, such as a value that does not fit the suggested key.
        let errors = |step: &Self| {
            let here = |each: &&Diagnostic| {
                each.severity() == Severity::Error
                    && each.rule != Rule::A02
                    && each.fix.is_none()
                    && each.at.span.line == fix.span.line
                    && each.at.file == finding.at.file
            };
            step.findings.iter().filter(here).count()
        };
        let is_same = match (&self.texts, &after.texts) {
            (Some(before), Some(after)) => is_edit(before, after),
            // It did not read at all: now it must, or at least up to a later place.
            (None, Some(_)) => true,
            (None, None) => first_place(&after.findings) > first_place(&self.findings),
            (Some(_), None) => false,
        };
        let is_mended = count(&after) < count(self);
        // A key of the suggested name that takes another kind of value is not what was meant.
        let kinds = |step: &Self| {
            let is_kind = |each: &&Diagnostic| each.rule == Rule::N10 && each.fix.is_none();
            step.findings.iter().filter(is_kind).count()
        };
        let is_mended = is_mended && (finding.rule != Rule::N01 || kinds(&after) <= kinds(self));
        // A fault of YAML hides others.
        let is_of_yaml = finding.rule.id().starts_with('Y');
        let is_better = errors(&after) <= errors(self);
        (is_mended && is_same && (is_better || is_of_yaml)).then_some(after)
    }
}

fn first_place(findings: &Diagnostics) -> Option<Span> {
    findings.iter().next().map(|first| first.at.span)
}

/// Collects the keys and texts of a node.
fn texts(node: &Node, all: &mut Vec<String>) {
    match &node.kind {
        Kind::Scalar { text, .. } => all.push(text.clone()),
        Kind::List(elements) => elements.iter().for_each(|element| texts(element, all)),
        Kind::Map(entries) => {
            for entry in entries {
                all.push(entry.key.clone());
                texts(&entry.value, all);
            }
        }
    }
}

/// Whether two lists of texts differ in one place, and little there.
fn is_edit(before: &[String], after: &[String]) -> bool {
    /// Maximum number of texts that an edit replaces or adds.
    const MOST: usize = 16;
    let pairs = before.iter().zip(after);
    let start = pairs.take_while(|(before, after)| before == after).count();
    let rest = |texts: &[String]| texts.get(start..).unwrap_or_default().to_vec();
    let (mut before, mut after) = (rest(before), rest(after));
    while before.last().is_some() && before.last() == after.last() {
        before.pop();
        after.pop();
    }
    before.len() <= 3 && after.len() <= MOST
}

/// Returns the bytes after an edit; `None` if its text is not at its place.
pub(crate) fn edited(bytes: &[u8], fix: &Fix) -> Option<Vec<u8>> {
    let text = str::from_utf8(bytes).ok()?;
    let body = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut start = text.len() - body.len();
    let mut lines = body.split_inclusive('\n');
    for _ in 1..fix.span.line {
        start += lines.next()?.len();
    }
    let whole = lines.next().unwrap_or_default();
    let line = whole.trim_end_matches(['\n', '\r']);
    let end_of_line = whole.get(line.len()..).unwrap_or_default();
    let offset = |column: usize| {
        let mut characters = line.char_indices().map(|(at, _)| at);
        characters.nth(column).unwrap_or(line.len())
    };
    let from = offset(fix.span.column - 1);
    let to = offset(fix.span.column - 1 + fix.span.length);
    let place = line.get(from..to)?;
    let (from, to) = match fix.old.as_deref() {
        None => (from, to),
        Some("") => (from, from),
        Some(old) => {
            let mut found = place.match_indices(old);
            let (at, _) = found.next()?;
            if found.next().is_some() {
                return None;
            }
            (from + at, from + at + old.len())
        }
    };
    let new = match end_of_line {
        "\r\n" => fix.new.replace('\n', "\r\n"),
        _ => fix.new.clone(),
    };
    let before = text.get(..start + from)?;
    let after = text.get(start + to..)?;
    Some(format!("{before}{new}{after}").into_bytes())
}

/// Describes an edit.
fn described(finding: &Diagnostic, fix: &Fix, source: &SpecSource) -> String {
    let shown = |text: &str| match text {
        _ if text.trim().is_empty() => {
            let codes = text.chars().map(|c| format!("U+{:04X}", u32::from(c)));
            codes.collect::<Vec<_>>().join(" ")
        }
        _ => format!("`{text}`"),
    };
    let new = fix.new.strip_suffix(", ").unwrap_or(&fix.new);
    let added = new.split_whitespace().collect::<Vec<_>>().join(" ");
    let what = match fix.old.as_deref() {
        Some("") => format!("added `{added}`"),
        Some(old) if fix.new.is_empty() => format!("removed {}", shown(old)),
        Some(old) => format!("wrote {} for {}", shown(&fix.new), shown(old)),
        None => format!("wrote `{}`", fix.new),
    };
    let Span { line, column, .. } = fix.span;
    let place = match column {
        Fix::END_OF_LINE => format!("{}:{line}", source.path),
        column => format!("{}:{line}:{column}", source.path),
    };
    format!("{place}: {what} ({})", finding.rule)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fix(line: usize, column: usize, length: usize, old: Option<&str>, new: &str) -> Fix {
        Fix {
            span: Span {
                line,
                column,
                length,
            },
            old: old.map(str::to_owned),
            new: new.to_owned(),
        }
    }

    #[test]
    fn an_edit_changes_its_place_only() {
        let edited = |text: &str, fix: &Fix| {
            edited(text.as_bytes(), fix).map(|bytes| String::from_utf8(bytes).unwrap())
        };
        let text = "\u{feff}模型: a # a\r\nb: c\r\n";
        assert_eq!(
            edited(text, &fix(1, 5, 1, Some("a"), "d")).as_deref(),
            Some("\u{feff}模型: d # a\r\nb: c\r\n")
        );
        assert_eq!(
            edited(text, &fix(2, 4, 1, None, "'c'")).as_deref(),
            Some("\u{feff}模型: a # a\r\nb: 'c'\r\n")
        );
        let end = Fix::END_OF_LINE;
        assert_eq!(
            edited(text, &fix(2, end, 1, Some(""), "\ne: f")).as_deref(),
            Some("\u{feff}模型: a # a\r\nb: c\r\ne: f\r\n")
        );
        // The text is not there, or there twice.
        assert_eq!(edited(text, &fix(2, 1, 1, Some("x"), "y")), None);
        assert_eq!(edited("aa", &fix(1, 1, 2, Some("a"), "b")), None);
        assert_eq!(edited("a", &fix(9, 1, 1, None, "b")), None);
    }
}
