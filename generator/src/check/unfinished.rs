//! Reports what is marked as left to fill in: links, names, and comments.

use super::docs::{MARKS, is_left_to_write};
use crate::diagnostics::Diagnostics;
use crate::rules::Rule;
use crate::source::Span;
use crate::spec::Spec;

pub(super) fn check(spec: &Spec<'_>, diagnostics: &mut Diagnostics) {
    let head = &spec.head;
    for (key, name) in [
        ("vendor", &head.value.vendor),
        ("service", &head.value.service),
    ] {
        if name.as_deref().is_some_and(is_left_to_write) {
            let message = format!("`{key}` is left to fill in");
            let finding = spec.finding(Rule::D12, head.at(key), message);
            diagnostics.push(finding.help("write the name as the vendor does"));
        }
    }
    let of_head = [(head.value.see.as_deref(), head.at("see"))];
    let operations = spec.operations.iter().map(|each| &each.block);
    let operations = operations.map(|block| (block.value.see.as_deref(), block.at("see")));
    let links = of_head.into_iter().chain(operations);
    let links = links.filter(|(see, _)| see.is_some_and(is_marked));
    let links: Vec<_> = links.map(|(_, span)| span).collect();
    if let Some((first, more)) = links.split_first() {
        let message = match more.len() {
            0 => "`see` is left to fill in".to_owned(),
            more => format!("`see` is left to fill in, here and {}", more_times(more)),
        };
        let finding = spec.finding(Rule::D12, *first, message);
        diagnostics.push(finding.help("write the URL of the vendor's page"));
    }
    let comments = comments(&String::from_utf8_lossy(&spec.source.bytes));
    if let Some((first, more)) = comments.split_first() {
        let message = match more.len() {
            0 => "this is left to do".to_owned(),
            more => format!("this is left to do, and {}", more_times(more)),
        };
        let finding = spec.finding(Rule::D12, *first, message);
        diagnostics.push(finding.help("do it, or verify it, and delete the comment"));
    }
}

fn more_times(count: usize) -> String {
    match count {
        1 => "in 1 more place".to_owned(),
        count => format!("in {count} more places"),
    }
}

/// Whether a URL has one of the marks.
fn is_marked(url: &str) -> bool {
    let mut words = url.split(|c: char| !c.is_alphanumeric());
    words.any(|word| MARKS.contains(&word))
}

/// Returns the places of the marks with which comments begin that have a line of their own.
fn comments(text: &str) -> Vec<Span> {
    let lines = text.trim_start_matches('\u{feff}').lines();
    let marked = lines.enumerate().filter_map(|(index, line)| {
        let comment = line.trim_start().strip_prefix('#')?;
        let said = comment.trim_start();
        is_left_to_write(said).then(|| {
            let length = said.chars().take_while(|c| c.is_alphanumeric()).count();
            let before = line.chars().count() - said.chars().count();
            Span {
                line: index + 1,
                column: before + 1,
                length,
            }
        })
    });
    marked.collect()
}
