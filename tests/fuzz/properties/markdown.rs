//! Checks with a Markdown parser that documentation in generated code is harmless: no HTML, no code blocks except text,
//! and only links to web pages.

use pulldown_cmark::{CodeBlockKind, Event, LinkType, Options, Parser, Tag};

/// Panics if a doc comment of the file is not harmless.
pub fn assert_harmless(file: &str) {
    let mut docs = String::new();
    for line in file.lines().map(str::trim_start) {
        let doc = ["///", "//!"]
            .iter()
            .find_map(|mark| line.strip_prefix(mark));
        match doc {
            Some(doc) => {
                docs.push_str(doc.strip_prefix(' ').unwrap_or(doc));
                docs.push('\n');
            }
            None => judge(&std::mem::take(&mut docs)),
        }
    }
    judge(&docs);
}

/// Start of the example that the emitter writes at the end of the documentation of an operation.
const EXAMPLE: &str = "\n# Example\n\n```rust\nuse cloud_models::";

fn judge(docs: &str) {
    // A second example would be text of the spec.
    let docs = docs.rfind(EXAMPLE).map_or(docs, |start| &docs[..start]);
    // Extensions that rustdoc supports.
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_SMART_PUNCTUATION;
    let events: Vec<_> = Parser::new_ext(docs, options).collect();
    for (index, event) in events.iter().enumerate() {
        // Links that the emitter itself adds, to the `see:` of the spec.
        let is_own_link = matches!(
            events.get(index + 1),
            Some(Event::Text(text)) if matches!(&**text, "API reference" | "Documentation of the vendor")
        );
        let is_harmless = match event {
            Event::Html(_) | Event::InlineHtml(_) => false,
            Event::Start(Tag::CodeBlock(kind)) => {
                matches!(kind, CodeBlockKind::Fenced(info) if info.as_ref() == "text")
            }
            Event::Start(Tag::Link {
                link_type,
                dest_url,
                ..
            }) => {
                let is_expected = *link_type == LinkType::Autolink
                    || *link_type == LinkType::Inline && is_own_link;
                is_expected && dest_url.starts_with("http")
            }
            Event::Start(Tag::Image { .. } | Tag::HtmlBlock | Tag::FootnoteDefinition(_)) => false,
            _ => true,
        };
        assert!(is_harmless, "{event:?} in\n{docs}");
    }
}
