//! Rules: each explanation has working examples, and each finding has exactly the text in `fixtures/rules`.
//!
//! The examples are parts of a spec, which are merged into `fixtures/rules/base.yaml` key by key. `GOLDEN=write` writes
//! the expected texts; review them.

use std::collections::BTreeSet;
use std::fs;

use cloud_models_tests::cases::package;
use generator::{Diagnostics, Rule, Sample, Severity, SpecSource, mend};

/// An example from an explanation: a spec and samples.
#[derive(Debug, Default, Clone)]
struct Example {
    spec: Option<String>,
    samples: Vec<(String, String)>,
}

impl Example {
    /// Returns the code blocks under a heading such as `Bad:`, up to the next heading.
    fn under(word: &str, explanation: &str) -> Option<Self> {
        let (_, rest) = explanation.split_once(&format!("\n{word}:\n"))?;
        let rest = rest.split("\nGood:\n").next().unwrap();
        let mut example = Self::default();
        let mut lines = rest.lines();
        while let Some(line) = lines.next() {
            let Some(info) = line.strip_prefix("```") else {
                continue;
            };
            let body: String = lines
                .by_ref()
                .take_while(|line| !line.starts_with("```"))
                .flat_map(|line| [line, "\n"])
                .collect();
            match info.split_once(' ') {
                Some(("json", name)) => example.samples.push((name.to_owned(), body)),
                None if info == "yaml" => example.spec = Some(body),
                _ => panic!("{info:?} is neither `yaml` nor `json NAME`"),
            }
        }
        Some(example)
    }

    fn source(&self, rule: Rule) -> SpecSource {
        let base = fs::read_to_string(package().join("fixtures/rules/base.yaml")).unwrap();
        let part = self.spec.clone().unwrap_or_default();
        let spec = if rule.id().starts_with('Y') {
            part
        } else {
            laid_over(&base, &part)
        };
        let mut source = SpecSource::new("specs/example-models.yaml", spec);
        for (name, text) in &self.samples {
            source.samples.push(Sample {
                path: format!("specs/samples/example-models/{name}"),
                bytes: text.clone().into(),
            });
        }
        source
    }
}

/// A line of a spec with the lines nested below it.
#[derive(Debug, Clone)]
struct Line {
    text: String,
    below: Vec<Line>,
}

impl Line {
    fn key(&self) -> &str {
        self.text
            .trim_start()
            .split(": ")
            .next()
            .unwrap()
            .trim_end_matches(':')
    }

    fn is_element(&self) -> bool {
        self.text.trim_start().starts_with("- ")
    }
}

/// Parses lines by indentation. Continuation lines of a multi-line string count as nested.
fn tree(text: &str) -> Vec<Line> {
    fn level(lines: &mut std::iter::Peekable<std::str::Lines<'_>>, least: usize) -> Vec<Line> {
        let indent = |line: &str| line.len() - line.trim_start().len();
        let mut level_of = Vec::new();
        while let Some(line) = lines.peek().copied() {
            if !line.trim().is_empty() && indent(line) < least {
                break;
            }
            lines.next();
            let below = level(lines, indent(line) + 1);
            level_of.push(Line {
                text: line.to_owned(),
                below,
            });
        }
        level_of
    }
    level(&mut text.lines().peekable(), 0)
}

/// Returns a spec with a part merged into it.
fn laid_over(base: &str, part: &str) -> String {
    fn merge(base: &mut Vec<Line>, part: Vec<Line>) {
        if part.iter().any(Line::is_element) {
            *base = part;
            return;
        }
        for line in part {
            let has_value = !line.text.trim_end().ends_with(':') || line.below.is_empty();
            match base.iter_mut().find(|other| other.key() == line.key()) {
                Some(other) if has_value => *other = line,
                Some(other) => {
                    if other.text.trim_end().ends_with(':') {
                        merge(&mut other.below, line.below);
                    } else {
                        *other = line;
                    }
                }
                None => base.push(line),
            }
        }
    }
    fn write(lines: &[Line], out: &mut String) {
        for line in lines {
            out.push_str(&line.text);
            out.push('\n');
            write(&line.below, out);
        }
    }
    let mut lines = tree(base);
    merge(&mut lines, tree(part));
    let mut out = String::new();
    write(&lines, &mut out);
    out
}

/// Examples of samples contain a single sample, so the rule about missing samples does not apply to them.
fn is_of_the_whole(rule: Rule, id: &str) -> bool {
    rule.id().starts_with('X') && rule != Rule::X07 && id == "X07"
}

fn findings(source: &SpecSource) -> Diagnostics {
    generator::read(std::slice::from_ref(source)).1
}

fn ids(diagnostics: &Diagnostics) -> BTreeSet<&'static str> {
    diagnostics.iter().map(|each| each.rule.id()).collect()
}

/// Returns a spec that breaks a rule: the example of its explanation, or a generated one where an example would be too
/// long.
fn broken(rule: Rule) -> SpecSource {
    let mut example = Example::under("Bad", rule.explanation()).unwrap_or_default();
    match rule {
        Rule::Y01 => example.spec = Some(format!("docs: {}\n", "a".repeat(1 << 20))),
        Rule::Y02 => {
            let bytes = b"vendor: Example\nservice: Models \xe6\x96\n".as_slice();
            return SpecSource::new("specs/example-models.yaml", bytes);
        }
        Rule::D09 => {
            let docs = "word ".repeat(1_700);
            example.spec = Some(format!("types:\n  Model:\n    docs: {docs}\n"));
        }
        Rule::N13 => {
            let keys: String = (0..60)
                .map(|index| format!("        surplus{index}: 1\n"))
                .collect();
            example.spec = Some(format!("{}{keys}", fields(1)));
        }
        _ => {}
    }
    assert!(
        example.spec.is_some() || !example.samples.is_empty(),
        "{rule} has no bad example"
    );
    example.source(rule)
}

/// Returns a part of a spec that adds fields to a structure.
fn fields(count: usize) -> String {
    let fields = (0..count).map(|index| {
        format!("      field{index}:\n        type: string\n        docs: Field {index}.\n")
    });
    format!(
        "types:\n  Model:\n    fields:\n{}",
        fields.collect::<String>()
    )
}

#[test]
fn a_structure_has_any_number_of_fields() {
    let example = Example {
        spec: Some(fields(300)),
        ..Example::default()
    };
    let source = example.source(Rule::N01);
    let found = findings(&source);
    assert!(found.is_empty(), "{}", found.plain(&[source]));
}

#[test]
fn the_base_of_the_examples_is_clean() {
    let source = Example::default().source(Rule::N01);
    let found = findings(&source);
    assert!(found.is_empty(), "{}", found.plain(&[source]));
}

#[test]
fn bad_examples_break_their_rule_and_no_other() {
    for rule in rules() {
        let source = broken(*rule);
        let found = findings(&source);
        let mut found_ids = ids(&found);
        found_ids.retain(|id| !is_of_the_whole(*rule, id));
        // Specs that break rules about reading the file are otherwise incomplete, so only findings of that family
        // count. Exceeding the maximum number of findings requires other findings.
        if rule.id().starts_with('Y') {
            found_ids.retain(|id| id.starts_with('Y'));
        }
        let expected: BTreeSet<_> = match rule {
            Rule::N13 => [rule.id(), "N01"].into(),
            _ => [rule.id()].into(),
        };
        assert_eq!(found_ids, expected, "{rule}\n{}", found.plain(&[source]));
    }
}

#[test]
fn good_examples_break_no_rule() {
    for rule in rules() {
        let Some(good) = Example::under("Good", rule.explanation()) else {
            continue;
        };
        let source = good.source(*rule);
        let mut found = ids(&findings(&source));
        found.retain(|id| !is_of_the_whole(*rule, id));
        if rule.id().starts_with('Y') {
            found.retain(|id| id.starts_with('Y'));
        }
        assert!(
            found.is_empty(),
            "{rule}: {}\n{}",
            findings(&source).plain(std::slice::from_ref(&source)),
            String::from_utf8_lossy(&source.bytes)
        );
    }
}

/// Rules of `check`; those of drift need a vendor's description.
fn rules() -> impl Iterator<Item = &'static Rule> {
    Rule::ALL.iter().filter(|rule| !rule.is_of_drift())
}

#[test]
fn every_rule_is_reported_in_the_expected_words() {
    let write = std::env::var_os("GOLDEN").is_some_and(|value| value == "write");
    let mut stale = Vec::new();
    for rule in rules() {
        let source = broken(*rule);
        let said = findings(&source).plain(&[source]);
        let path = package().join(format!("fixtures/rules/{rule}.txt"));
        let expected = fs::read_to_string(&path).unwrap_or_default();
        if expected.replace("\r\n", "\n") != said {
            if write {
                fs::write(&path, &said).unwrap();
            }
            stale.push(rule.id());
        }
    }
    assert!(
        stale.is_empty() || write,
        "{stale:?} differ: GOLDEN=write cargo test -p cloud-models-tests --test rules"
    );
}

/// What `--fix` writes breaks no rule, but that a new allowance has no reason yet. A fault of YAML hides others.
#[test]
fn what_is_mended_breaks_no_other_rule() {
    let errors = |source: &SpecSource| -> BTreeSet<_> {
        let found = findings(source);
        let errors = found.iter();
        let errors = errors.filter(|each| each.severity() == Severity::Error);
        errors.map(|each| each.rule.id()).collect()
    };
    for rule in rules().filter(|rule| !rule.id().starts_with('Y')) {
        let source = broken(*rule);
        let Some(mended) = mend(&source) else {
            continue;
        };
        let mut before = errors(&source);
        before.insert("A02");
        let after = errors(&SpecSource::new(source.path.clone(), mended.bytes));
        assert!(after.is_subset(&before), "{rule}: {:?}", mended.changes);
    }
}

/// Every explanation must describe the rule in words and with examples.
#[test]
fn explanations_are_whole() {
    for rule in Rule::ALL {
        let text = rule.explanation();
        let title = text.lines().next().unwrap();
        assert!(
            title.starts_with("# ") && title.len() < 70,
            "{rule}: {title}"
        );
        assert!(!title.ends_with('.'), "{rule}: {title}");
        let prose = text.split("\nBad:\n").next().unwrap();
        assert!(prose.len() > 120, "{rule} says little");
        let examples = ["Bad", "Good"].map(|word| Example::under(word, text).is_some());
        assert!(examples[0] == examples[1], "{rule} has one example alone");
        assert_eq!(rule.id().parse::<Rule>(), Ok(*rule));
    }
}
