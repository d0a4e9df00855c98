//! The examples that the generator writes into the documentation of operations.

use pulldown_cmark::{CodeBlockKind, CowStr, Event, Parser, Tag, TagEnd};

/// Returns the Rust examples in the documentation of the items of a generated file, as a compiler reads them.
///
/// # Panics
///
/// If the text is not Rust.
pub fn examples(module: &str) -> Vec<String> {
    let file = syn::parse_file(module).expect("generated code is Rust");
    let items = file.items.iter().filter_map(|item| match item {
        syn::Item::Struct(item) => Some(&item.attrs),
        _ => None,
    });
    items
        .flat_map(|attrs| blocks(&documentation(attrs)))
        .collect()
}

fn documentation(attrs: &[syn::Attribute]) -> String {
    let mut text = String::new();
    for attr in attrs {
        let syn::Meta::NameValue(pair) = &attr.meta else {
            continue;
        };
        if let (
            true,
            syn::Expr::Lit(syn::ExprLit {
                lit: syn::Lit::Str(line),
                ..
            }),
        ) = (pair.path.is_ident("doc"), &pair.value)
        {
            let line = line.value();
            text.push_str(line.strip_prefix(' ').unwrap_or(&line));
            text.push('\n');
        }
    }
    text
}

/// Returns the blocks of Rust in a text, with the lines that rustdoc hides.
fn blocks(markdown: &str) -> Vec<String> {
    let (mut found, mut inside) = (Vec::new(), None);
    for event in Parser::new(markdown) {
        match event {
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(CowStr::Borrowed("rust")))) => {
                inside = Some(String::new());
            }
            Event::Text(text) => {
                if let Some(code) = &mut inside {
                    let lines = text.lines();
                    let lines = lines.map(|line| line.strip_prefix("# ").unwrap_or(line));
                    code.extend(lines.flat_map(|line| [line, "\n"]));
                }
            }
            Event::End(TagEnd::CodeBlock) => found.extend(inside.take()),
            _ => {}
        }
    }
    found
}
