//! Generation from arbitrary texts in any place of a spec, or from an arbitrary spec: the result is valid Rust,
//! deterministic, and contains only known kinds of items.

use generator::{SpecSource, generate};

use super::markdown;

/// A spec with placeholders for texts.
const SPEC: &str = include_str!("../template.yaml");

/// Panics if the property does not hold.
pub fn holds(bytes: &[u8]) {
    let Some((place, rest)) = bytes.split_first() else {
        return;
    };
    let Ok(text) = str::from_utf8(rest) else {
        return;
    };
    let spec = match place {
        0 => text.to_owned(),
        place => {
            let name = format!("TEXT{:02}", place % 16);
            let quoted = serde_json::to_string(text).unwrap_or_default();
            // The other placeholders keep a word that is valid everywhere.
            let mut spec = SPEC.replace(&name, &quoted);
            for index in 0..16 {
                spec = spec.replace(&format!("TEXT{index:02}"), &format!("word{index}"));
            }
            spec
        }
    };
    let source = [SpecSource::new("specs/example-models.yaml", spec)];
    let Some(output) = generate(&source).output else {
        return;
    };
    assert_eq!(generate(&source).output.as_ref(), Some(&output));
    let table = output.settings_table.lines();
    let table: String = table.map(|line| format!("/// {line}\n")).collect();
    markdown::assert_harmless(&table);
    for (name, text) in &output.files {
        let file = syn::parse_file(text).unwrap_or_else(|error| panic!("{name}: {error}\n{text}"));
        markdown::assert_harmless(text);
        for item in &file.items {
            let is_meant = matches!(
                item,
                syn::Item::Struct(_)
                    | syn::Item::Enum(_)
                    | syn::Item::Impl(_)
                    | syn::Item::Macro(_)
                    | syn::Item::Type(_)
                    | syn::Item::Mod(_)
                    | syn::Item::Use(_)
            );
            // The one function of the crate leads to the operations by their names.
            let is_visit = name == "lib.rs"
                && matches!(item, syn::Item::Fn(function) if function.sig.ident == "visit");
            assert!(is_meant || is_visit, "{name}\n{text}");
        }
    }
}
