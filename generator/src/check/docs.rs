//! Checks that documentation is present, not copied, and safe to publish.

use std::collections::BTreeMap;

use crate::diagnostics::Diagnostics;
use crate::rules::Rule;
use crate::source::Span;
use crate::spec::{Entry, Piece, Spec, TypeKind};

/// Maximum size of one documentation text, in bytes.
const MAX_BYTES: usize = 8 << 10;

pub(super) fn check(spec: &Spec<'_>, diagnostics: &mut Diagnostics) {
    let mut scope = Scope { spec, diagnostics };
    let head = &spec.head;
    let service = head.value.service.as_deref().unwrap_or("the service");
    scope.text(head.at("docs"), service, head.value.docs.as_deref());
    for code in &spec.codes {
        scope.text(code.at("docs"), code.name, code.value.docs.as_deref());
    }
    for parameter in &spec.endpoint_parameters {
        scope.needed(parameter, parameter.value.docs.as_deref());
    }
    scope.copies(spec.endpoint_parameters.iter().filter_map(|parameter| {
        let docs = parameter.value.docs.as_deref()?;
        Some((parameter.name, parameter.at("docs"), docs))
    }));
    for setting in &spec.not_read {
        scope.needed(setting, setting.value.docs.as_deref());
    }
    scope.copies(spec.not_read.iter().filter_map(|setting| {
        let docs = setting.value.docs.as_deref()?;
        Some((setting.name, setting.at("docs"), docs))
    }));
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
    for (span, name, reason) in deprecations(spec) {
        scope.text(span, name, Some(reason));
    }
    names(spec, diagnostics);
    pages(spec, diagnostics);
    cut_short(spec, diagnostics);
}

/// Whether a text can be documentation.
pub(crate) fn is_fit(docs: &str) -> bool {
    let is_blank = docs.trim().is_empty();
    !is_blank && !is_left_to_write(docs) && active_content(docs).is_none() && !has_code(docs)
}

/// Words that mark what is left to do.
pub(super) const MARKS: [&str; 3] = ["TODO", "FIXME", "TBD"];

/// Whether a text is only a note that something is missing.
pub(super) fn is_left_to_write(text: &str) -> bool {
    let first = text.split(|c: char| !c.is_alphanumeric()).next();
    first.is_some_and(|word| MARKS.contains(&word))
}

/// Reports texts without quotes that are followed by ` #`, which begins a comment and cuts the sentence short.
fn cut_short(spec: &Spec<'_>, diagnostics: &mut Diagnostics) {
    let text = String::from_utf8_lossy(&spec.source.bytes);
    let lines: Vec<_> = text.trim_start_matches('\u{feff}').lines().collect();
    let mut open = vec![spec.head.node];
    while let Some(node) = open.pop() {
        open.extend(node.elements());
        for Entry { key, value, .. } in node.entries() {
            open.push(value);
            let (line, column) = value.end;
            let rest = lines
                .get(line.saturating_sub(1))
                .map(|line| line.chars().skip(column - 1));
            let rest: String = rest.into_iter().flatten().collect();
            if key == "docs" && value.is_plain() && rest.trim_start().starts_with('#') {
                let message = "a comment follows the documentation on the same line";
                let finding = spec.finding(Rule::D11, value.span, message);
                let help = "quote the text if `#` belongs to it; else put the comment on a line of its own";
                diagnostics.push(finding.help(help));
            }
        }
    }
}

/// Returns the reasons of all deprecations, which become part of the documentation.
fn deprecations<'s>(spec: &'s Spec<'_>) -> Vec<(Span, &'s str, &'s str)> {
    fn of<'s, T>(
        piece: &Piece<'s, T>,
        reason: Option<&'s String>,
    ) -> Option<(Span, &'s str, &'s str)> {
        reason.map(|reason| (piece.at("deprecated"), piece.name, reason.as_str()))
    }
    let mut all = Vec::new();
    for operation in &spec.operations {
        all.extend(of(
            &operation.block,
            operation.block.value.deprecated.as_ref(),
        ));
    }
    for member in spec.members() {
        all.extend(of(member, member.value.deprecated.as_ref()));
    }
    for ty in &spec.types {
        all.extend(of(&ty.block, ty.block.value.deprecated.as_ref()));
        if let TypeKind::Enum(values) = &ty.kind {
            all.extend(
                values
                    .iter()
                    .filter_map(|value| of(value, value.value.deprecated.as_ref())),
            );
        }
    }
    all
}

struct Scope<'a> {
    spec: &'a Spec<'a>,
    diagnostics: &'a mut Diagnostics,
}

impl Scope<'_> {
    /// Requires documentation for every public item of the generated crate.
    fn needed<T>(&mut self, piece: &Piece<'_, T>, docs: Option<&str>) {
        if docs.is_none() && piece.lacks("docs") {
            let message = format!("`{}` has no `docs`", piece.name);
            let finding = self.spec.finding(Rule::D01, piece.name_span, message);
            let finding = finding.help("say what it is in a sentence");
            self.diagnostics.push(finding);
        }
        self.text(piece.at("docs"), piece.name, docs);
    }

    /// Reports enum values without documentation, which are documented with their wire name only.
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
            let help = format!(
                "make it a map with what each means: `{}: …` on a line of its own",
                first.name
            );
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

    /// Checks one documentation text.
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
        if is_left_to_write(docs) {
            let message = format!("the docs of `{name}` are left to write");
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

    /// Reports copied texts, which describe at most one of the two members.
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

/// Returns the part of a text that a browser would execute.
fn active_content(docs: &str) -> Option<&'static str> {
    let docs = docs.to_ascii_lowercase();
    let begins = |word: &str| {
        // Other words can end in `eval(` too.
        let before = |(at, _)| docs.get(..at).and_then(|text| text.chars().next_back());
        let mut places = docs.match_indices(word);
        places.any(|place| !before(place).is_some_and(char::is_alphanumeric))
    };
    let mut words = [
        "<script",
        "<iframe",
        "<object",
        "<embed",
        "javascript:",
        "eval(",
    ]
    .into_iter();
    words.find(|word| begins(word))
}

/// Whether Markdown finds a code block in a text that is not marked as `text`.
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

/// Checks the names of vendor and service, which appear in messages, tables and documentation.
fn names(spec: &Spec<'_>, diagnostics: &mut Diagnostics) {
    let head = &spec.head;
    for (key, name) in [
        ("vendor", &head.value.vendor),
        ("service", &head.value.service),
    ] {
        let mut characters = name.iter().flat_map(|text| text.chars());
        if let Some(c) = characters.find(|c| c.is_control() || "[]<>`|*_".contains(*c)) {
            let message = format!("`{key}` has a {c:?}, and the name occurs in documentation");
            let finding = spec.finding(Rule::D08, head.at(key), message);
            diagnostics.push(finding.help("write the name in plain letters"));
        }
        if name.as_ref().is_some_and(|name| name.contains("://")) {
            let finding = spec.finding(Rule::D08, head.at(key), format!("`{key}` has a URL"));
            diagnostics.push(finding.help("pages stand under `see`"));
        }
    }
}

/// Checks that links to the vendor's documentation are valid.
fn pages(spec: &Spec<'_>, diagnostics: &mut Diagnostics) {
    let head = [(&spec.head.value.see, spec.head.at("see"))];
    let operations = spec.operations.iter().map(|each| &each.block);
    let operations = operations.map(|block| (&block.value.see, block.at("see")));
    for (see, span) in head.into_iter().chain(operations) {
        if see.as_ref().is_some_and(|url| !is_page(url)) {
            let finding = spec.finding(Rule::D06, span, "`see` is not the URL of a page");
            let help = "it begins with https://, and has no spaces, quotes or brackets";
            diagnostics.push(finding.help(help));
        }
    }
}

/// Whether a URL can be written as a link between angle brackets.
fn is_page(url: &str) -> bool {
    url.strip_prefix("https://").is_some_and(|rest| {
        let plain = |c: char| c.is_ascii_graphic() && !"<>\"'`[](){}|\\^".contains(c);
        !rest.is_empty() && rest.chars().all(plain)
    })
}
