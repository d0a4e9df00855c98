//! Documentation: there, of its own, and text.

use std::collections::BTreeMap;

use crate::diagnostics::Diagnostics;
use crate::rules::Rule;
use crate::source::Span;
use crate::spec::{Piece, Spec, TypeKind};

/// The most bytes of one documentation.
const MAX_BYTES: usize = 8 << 10;

pub(super) fn check(spec: &Spec<'_>, diagnostics: &mut Diagnostics) {
    let mut scope = Scope { spec, diagnostics };
    let head = &spec.head;
    let service = head.value.service.as_deref().unwrap_or("the service");
    scope.text(head.at("docs"), service, head.value.docs.as_deref());
    for code in &spec.codes {
        scope.text(code.at("docs"), code.name, code.value.docs.as_deref());
    }
    for operation in &spec.operations {
        let block = &operation.block;
        scope.needed(block, block.value.docs.as_deref());
    }
    for member in spec.members() {
        scope.needed(member, member.value.docs.as_deref());
    }
    for ty in &spec.types {
        scope.needed(&ty.block, ty.block.value.docs.as_deref());
        scope.values(&ty.kind);
    }
    for group in spec.groups() {
        let docs = group.iter().filter_map(|member| {
            let docs = member.value.docs.as_deref()?;
            Some((member.name, member.at("docs"), docs))
        });
        scope.copies(docs);
    }
    names(spec, diagnostics);
    pages(spec, diagnostics);
}

struct Scope<'a> {
    spec: &'a Spec<'a>,
    diagnostics: &'a mut Diagnostics,
}

impl Scope<'_> {
    /// Every public item of the generated crate has documentation.
    fn needed<T>(&mut self, piece: &Piece<'_, T>, docs: Option<&str>) {
        if docs.is_none() && piece.lacks("docs") {
            let message = format!("`{}` has no `docs`", piece.name);
            let finding = self.spec.finding(Rule::D01, piece.name_span, message);
            let finding = finding.help("say what it is in a sentence");
            self.diagnostics.push(finding);
        }
        self.text(piece.at("docs"), piece.name, docs);
    }

    /// The values of an enum should have it; without, they get their wire name.
    fn values(&mut self, kind: &TypeKind<'_>) {
        let TypeKind::Enum(values) = kind else { return };
        let is_short = |value: &&Piece<'_, _>| value.node.text() == Some(value.name);
        let mut short = values.iter().filter(is_short);
        if let Some(first) = short.next() {
            let message = match short.count() {
                0 => format!("the value `{}` has no docs", first.name),
                more => format!("the value `{}` and {more} more have no docs", first.name),
            };
            let finding = self.spec.finding(Rule::D10, first.name_span, message);
            let help = format!("say what each means: `{}: …`", first.name);
            self.diagnostics.push(finding.help(help));
        }
        for value in values.iter().filter(|value| !is_short(value)) {
            if value.lacks("docs") && value.node.text().is_none() {
                let message = format!("the value `{}` has no docs", value.name);
                let finding = self.spec.finding(Rule::D10, value.name_span, message);
                self.diagnostics.push(finding.help("say what it means"));
            }
            self.text(
                value.at_text("docs"),
                value.name,
                value.value.docs.as_deref(),
            );
        }
        let docs = values.iter().filter_map(|value| {
            let docs = value.value.docs.as_deref()?;
            Some((value.name, value.at_text("docs"), docs))
        });
        self.copies(docs);
    }

    /// One documentation.
    fn text(&mut self, span: Span, name: &str, docs: Option<&str>) {
        let Some(docs) = docs else { return };
        let mut report = |rule, message: String, help: &str| {
            let finding = self.spec.finding(rule, span, message);
            self.diagnostics.push(finding.help(help));
        };
        if docs.trim().is_empty() {
            let message = format!("the docs of `{name}` are blank");
            return report(Rule::D02, message, "say what it is in a sentence");
        }
        if docs.len() > MAX_BYTES {
            let message = format!("the docs of `{name}` have {} bytes", docs.len());
            let help = format!("say it in {MAX_BYTES}, and link the vendor's page");
            report(Rule::D09, message, &help);
        }
        if let Some(what) = active_content(docs) {
            let message = format!("the docs of `{name}` have active content, `{what}`");
            report(Rule::D05, message, "documentation is text: delete it");
        }
        if has_code(docs) {
            let message = format!("the docs of `{name}` have code");
            let help = "begin it with ```text: whatever it is, it is shown and never run";
            report(Rule::D04, message, help);
        }
    }

    /// What was copied describes one of the two at most.
    fn copies<'d>(&mut self, docs: impl Iterator<Item = (&'d str, Span, &'d str)>) {
        /// Shorter texts may be the same for good reasons.
        const LEAST: usize = 40;
        let mut seen = BTreeMap::new();
        for (name, span, docs) in docs.filter(|(_, _, docs)| docs.chars().count() >= LEAST) {
            let Some((first, place)) = seen.insert(docs.trim(), (name, span)) else {
                continue;
            };
            let message = format!("`{name}` is documented with the same words as `{first}`");
            let finding = self.spec.finding(Rule::D03, span, message);
            let finding = finding.second(place, "first here");
            self.diagnostics.push(finding.help("say how they differ"));
        }
    }
}

/// What a browser would run.
fn active_content(docs: &str) -> Option<&'static str> {
    let docs = docs.to_ascii_lowercase();
    let mut words = ["<script", "javascript:", "eval("].into_iter();
    words.find(|word| docs.contains(word))
}

/// Whether Markdown sees code in a text that is not marked as text.
fn has_code(docs: &str) -> bool {
    let mut fence = None;
    let mut before_is_blank = true;
    for line in docs.lines() {
        let text = line.trim_start();
        let mark = ["```", "~~~"]
            .into_iter()
            .find(|mark| text.starts_with(mark));
        match (fence, mark) {
            (None, Some(mark)) => {
                let info = text.trim_start_matches(['`', '~']).trim();
                if info != "text" {
                    return true;
                }
                fence = Some(mark);
            }
            (Some(open), Some(mark)) if open == mark => fence = None,
            (None, None) => {
                let is_indented = line.starts_with("    ") || line.starts_with('\t');
                if is_indented && before_is_blank && !text.is_empty() {
                    return true;
                }
            }
            _ => {}
        }
        before_is_blank = text.is_empty();
    }
    false
}

/// Names of vendors and services stand in messages, tables and documentation.
fn names(spec: &Spec<'_>, diagnostics: &mut Diagnostics) {
    let head = &spec.head;
    for (key, name) in [
        ("vendor", &head.value.vendor),
        ("service", &head.value.service),
    ] {
        let mut characters = name.iter().flat_map(|text| text.chars());
        if let Some(c) = characters.find(|c| c.is_control() || "[]<>`|".contains(*c)) {
            let message =
                format!("`{key}` has a {c:?}, and is a name that stands in documentation");
            let finding = spec.finding(Rule::D08, head.at(key), message);
            diagnostics.push(finding.help("write the name in plain letters"));
        }
    }
}

/// What is written by hand says where it comes from.
fn pages(spec: &Spec<'_>, diagnostics: &mut Diagnostics) {
    let head = [(&spec.head.value.see, spec.head.at("see"))];
    let operations = spec.operations.iter().map(|each| &each.block);
    let operations = operations.map(|block| (&block.value.see, block.at("see")));
    for (see, span) in head.into_iter().chain(operations) {
        if see.as_ref().is_some_and(|url| !is_page(url)) {
            let finding = spec.finding(Rule::D06, span, "`see` is no URL of a page");
            let help = "it begins with https://, and has no spaces, quotes or brackets";
            diagnostics.push(finding.help(help));
        }
    }
}

/// Whether a text can stand between angle brackets as a link.
fn is_page(url: &str) -> bool {
    url.strip_prefix("https://").is_some_and(|rest| {
        let plain = |c: char| c.is_ascii_graphic() && !"<>\"'`[](){}|\\^".contains(c);
        !rest.is_empty() && rest.chars().all(plain)
    })
}
