//! Comparison of the generated files, as read by a Rust parser, with the model: they must contain its items, members
//! and documentation, and nothing else. This proves that no text of a spec has become code.

#[path = "../fuzz/properties/markdown.rs"]
mod markdown;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use cloud_models_tests::cases::{package, specs, whole};
use generator::model::{Member, Service, Type};
use generator::{SpecSource, generate, read};
use syn::{
    Attribute, Expr, ExprLit, Fields, ImplItem, Item, Lit, Meta, Type as SynType, Visibility,
};

/// Returns the documentation of an item, without the space at the start of each line.
fn docs(attributes: &[Attribute]) -> Vec<String> {
    let mut docs = Vec::new();
    for attribute in attributes {
        let Meta::NameValue(pair) = &attribute.meta else {
            continue;
        };
        let Expr::Lit(ExprLit {
            lit: Lit::Str(text),
            ..
        }) = &pair.value
        else {
            continue;
        };
        if pair.path.is_ident("doc") {
            let text = text.value();
            docs.push(text.strip_prefix(' ').unwrap_or(&text).to_owned());
        }
    }
    docs
}

/// Asserts that an item has only attributes that the generator uses.
fn assert_known(attributes: &[Attribute]) {
    for attribute in attributes {
        let known = [
            "doc",
            "derive",
            "non_exhaustive",
            "must_use",
            "deprecated",
            "cfg_attr",
            "allow",
            "expect",
        ];
        let is_known = known.iter().any(|name| attribute.path().is_ident(name));
        assert!(is_known, "{}", quote(attribute.path()));
    }
}

fn quote(path: &syn::Path) -> String {
    let segments = path
        .segments
        .iter()
        .map(|segment| segment.ident.to_string());
    segments.collect::<Vec<_>>().join("::")
}

/// Returns the documentation in a file by `Type`, `Type.field`, `Type::Variant` and `Type::function()`.
fn found(file: &syn::File) -> BTreeMap<String, Vec<String>> {
    let mut found = BTreeMap::new();
    for item in &file.items {
        match item {
            Item::Struct(item) => {
                assert_known(&item.attrs);
                found.insert(item.ident.to_string(), docs(&item.attrs));
                let Fields::Named(fields) = &item.fields else {
                    continue;
                };
                for field in fields
                    .named
                    .iter()
                    .filter(|field| matches!(field.vis, Visibility::Public(_)))
                {
                    assert_known(&field.attrs);
                    let name = field.ident.as_ref().unwrap();
                    found.insert(format!("{}.{name}", item.ident), docs(&field.attrs));
                }
            }
            Item::Enum(item) => {
                assert_known(&item.attrs);
                found.insert(item.ident.to_string(), docs(&item.attrs));
                for variant in item
                    .variants
                    .iter()
                    .filter(|variant| variant.ident != "Unknown")
                {
                    assert_known(&variant.attrs);
                    found.insert(
                        format!("{}::{}", item.ident, variant.ident),
                        docs(&variant.attrs),
                    );
                }
            }
            Item::Impl(block) if block.trait_.is_none() => {
                let SynType::Path(owner) = &*block.self_ty else {
                    panic!("an impl of no type")
                };
                for item in &block.items {
                    let function = match item {
                        ImplItem::Fn(function) => function,
                        ImplItem::Const(item) if item.ident == "KNOWN" => continue,
                        _ => panic!("more than functions"),
                    };
                    assert_known(&function.attrs);
                    let name = format!("{}::{}()", quote(&owner.path), function.sig.ident);
                    found.insert(name, docs(&function.attrs));
                }
            }
            // Implementations of the runtime's traits, which fix the items; macros of the runtime, which accept only
            // tables of names and texts; and aliases, such as `Client`.
            Item::Impl(block) => {
                let path = quote(&block.trait_.as_ref().unwrap().0);
                assert!(
                    path.starts_with("rt::") || path == "std::fmt::Debug",
                    "{path}"
                );
            }
            Item::Macro(item) => assert!(quote(&item.mac.path).starts_with("rt::")),
            Item::Type(_) => {}
            Item::Mod(item) => assert_eq!(item.ident, "blocking"),
            Item::Use(item) => assert!(matches!(item.vis, Visibility::Inherited)),
            _ => panic!("an item of a kind that no spec has"),
        }
    }
    found
}

/// Returns the documentation in a model by the same names. Documentation that is longer in the file ends in `…`.
fn meant(service: &Service) -> BTreeMap<String, Vec<String>> {
    let open = |docs: &[String]| [docs, &["…".to_owned()]].concat();
    let mut meant = BTreeMap::new();
    let builder = |owner: &str, members: &[Member], meant: &mut BTreeMap<String, Vec<String>>| {
        meant.insert(format!("{owner}::new()"), vec!["…".to_owned()]);
        for member in members.iter().filter(|member| !member.required) {
            meant.insert(
                format!("{owner}::{}()", member.rust_name),
                open(&member.docs),
            );
        }
    };
    meant.insert(service.marker.clone(), vec!["…".to_owned()]);
    for operation in &service.operations {
        meant.insert(operation.rust_name.clone(), open(&operation.docs));
        builder(&operation.rust_name, &operation.members, &mut meant);
    }
    for item in &service.types {
        match item {
            Type::Structure(item) => {
                meant.insert(item.name.clone(), open(&item.docs));
                if item.input {
                    builder(&item.name, &item.members, &mut meant);
                }
                for member in item.members.iter().filter(|_| item.output) {
                    meant.insert(
                        format!("{}.{}", item.name, member.rust_name),
                        member.docs.clone(),
                    );
                }
            }
            Type::Enum(item) => {
                meant.insert(item.name.clone(), open(&item.docs));
                for value in &item.values {
                    meant.insert(
                        format!("{}::{}", item.name, value.rust_name),
                        value.docs.clone(),
                    );
                }
            }
            Type::Union(item) => {
                meant.insert(item.name.clone(), open(&item.docs));
                for member in &item.members {
                    meant.insert(
                        format!("{}::{}", item.name, member.rust_name),
                        member.docs.clone(),
                    );
                }
            }
        }
    }
    for parameter in &service.endpoint.parameters {
        let name = "EndpointParameter";
        meant.insert(name.to_owned(), open(&[]));
        meant.insert(
            format!("{name}::{}", parameter.rust_name),
            vec![parameter.docs.clone()],
        );
    }
    for code in &service.errors.codes {
        meant.insert("ErrorCode".to_owned(), open(&[]));
        meant.insert(format!("ErrorCode::{}", code.rust_name), open(&[]));
    }
    meant
}

fn assert_same(source: &SpecSource) {
    let name = &source.path;
    let (services, _) = read(std::slice::from_ref(source));
    let output = generate(std::slice::from_ref(source)).output.unwrap();
    let service = &services[0];
    markdown::assert_harmless(&output.files[&format!("{}.rs", service.module)]);
    let file = syn::parse_file(&output.files[&format!("{}.rs", service.module)]).unwrap();
    assert_known(&file.attrs);
    assert_eq!(
        docs(&file.attrs)[..service.docs.len()],
        service.docs,
        "{name}"
    );
    // Rustdoc also renders the reasons for deprecation as Markdown.
    let mut open = vec![serde_json::to_value(service).unwrap()];
    while let Some(value) = open.pop() {
        if let Some(reason) = value["deprecated"].as_str() {
            markdown::assert_harmless(&format!("/// {reason}"));
        }
        open.extend(
            value
                .as_object()
                .into_iter()
                .flatten()
                .map(|(_, value)| value.clone()),
        );
        open.extend(value.as_array().into_iter().flatten().cloned());
    }
    let (found, meant) = (found(&file), meant(service));
    let names = |map: &BTreeMap<String, Vec<String>>| map.keys().cloned().collect::<BTreeSet<_>>();
    assert_eq!(names(&found), names(&meant), "{name}");
    for (item, docs) in &found {
        let meant = &meant[item];
        match meant.split_last() {
            Some((last, docs_meant)) if last == "…" => assert!(
                docs.starts_with(docs_meant),
                "{name}: {item}\n{docs:?}\n{meant:?}"
            ),
            _ => assert_eq!(docs, meant, "{name}: {item}"),
        }
    }
}

#[test]
fn files_have_what_the_model_has_and_nothing_else() {
    let sources = [specs(), whole()].concat();
    sources.iter().for_each(assert_same);
}

/// Texts that are known to break out of comments and strings must stay text wherever a spec allows a text.
#[test]
fn no_text_becomes_code() {
    let minimal = fs::read_to_string(package().join("fixtures/whole/minimal.yaml")).unwrap();
    let texts = [
        "*/ fn evil() {} /*",
        "\"] fn evil() {} #[doc = \"",
        "\"#; fn evil() {} //",
        "\n}\nfn evil() {}\n{",
        "///\n/// ```\n/// evil();\n/// ```",
        "```\nevil()\n```",
        "{evil}",
        "{{evil}}",
        "\\\"evil",
        "\\",
        "\\n",
        "'; evil(); '",
        "#![evil]",
        "$evil",
        "r#\"evil\"#",
        "\t\tevil()",
        "]]] evil",
        "[evil]: https://example.com",
        "<evil>",
        "`aaaaaaaaa aaaaaaaaa aaaaaaaaa aaaaaaaaa aaaaaaaaa aaaaaaaaa aaaaaaaaa aaaaaaaaa aaaaaaaaa aaaaaaa <iframe src=x> <b>b</b>`",
        "<div onclick=evil()>\n\nx\n\n</div>",
        "[x](javascript:evil()) ![y](https://example.com/z) [^1]\n\n[^1]: evil",
        "a\n- b\n\n      evil()\n\n  1. c\n\n         evil()",
        "> evil\n>\n>     evil()",
        "` <b> ` ``` <i> ``` ```` <u>",
        "\\<b> \\`<i>\\` \\[a](b)",
        "&evil;",
        "%s %n {0} {} {:?}",
        "evil\n",
        " evil ",
        "😀 模型 é",
        "\u{85}evil",
        "a\u{2028}evil",
    ];
    let fields: &[(&str, &str)] = &[
        ("docs: As little as a spec can say.", "docs: TEXT"),
        ("docs: Says that it is there.", "docs: TEXT"),
        ("docs: What comes back.", "docs: TEXT\n    deprecated: TEXT"),
        ("docs: Where it is.", "docs: TEXT\n        deprecated: TEXT"),
        (
            "docs: What comes back.",
            "docs: Fine.\n    deprecated: TEXT",
        ),
        ("service: Minimal", "service: TEXT"),
        ("vendor: Example", "vendor: TEXT"),
        ("  Pong:\n", "  Pong:\n    allow: {C05: TEXT}\n"),
        (
            "    response: Pong\n",
            "    request:\n      query:\n        q:\n          type: string\n          default: TEXT\n          docs: Q.\n    response: Pong\n",
        ),
        (
            "    response: Pong\n",
            "    fixed:\n      Version: TEXT\n    response: Pong\n",
        ),
        (
            "    response: Pong\n",
            "    fixed:\n      TEXT: v\n    response: Pong\n",
        ),
        (
            "    response: Pong\n",
            "    request:\n      query:\n        TEXT:\n          type: string\n          rust_name: q\n          docs: Q.\n    response: Pong\n",
        ),
        (
            "    response: Pong\n",
            "    request:\n      body:\n        TEXT:\n          type: list of string\n          rust_name: q\n          docs: Q.\n    response: Pong\n",
        ),
        (
            "    response: Pong\n",
            "    request:\n      query:\n        q:\n          type: string\n          chars: TEXT\n          docs: Q.\n    response: Pong\n",
        ),
        (
            "    response: Pong\n",
            "    request:\n      query:\n        q:\n          type: string\n          pattern: TEXT\n          docs: Q.\n    response: Pong\n",
        ),
        ("      at:\n", "      TEXT:\n        rust_name: at\n"),
        ("        type: string\n", "        type: Kind\n"),
        (
            "operations:",
            "errors:\n  code: [body code]\n  codes:\n    TEXT: {status: 400, kind: invalid, rust_name: Evil}\noperations:",
        ),
        ("operations:", "result: TEXT\noperations:"),
        ("operations:", "project_header: TEXT\noperations:"),
        ("token: [EXAMPLE_TOKEN]", "token: [TEXT]"),
        ("url: https://example.com", "url: TEXT"),
        ("see: https://example.com/docs\n", "see: TEXT\n"),
        ("http: GET /ping", "http: TEXT"),
    ];
    let mut accepted = 0;
    for (from, to) in fields {
        assert!(minimal.contains(from), "{from}");
        for text in texts {
            let quoted = serde_json::to_string(text).unwrap();
            let mut spec = minimal.replacen(from, &to.replace("TEXT", &quoted), 1);
            if to.contains("type: Kind") {
                spec.push_str(&format!("  Kind:\n    docs: K.\n    enum:\n      {quoted}:\n        docs: {quoted}\n        rust_name: Evil\n"));
            }
            let source = SpecSource::new("specs/minimal.yaml", spec);
            // The text is either rejected with a finding, or harmless.
            if generate(std::slice::from_ref(&source)).output.is_some() {
                assert_same(&source);
                accepted += 1;
            }
        }
    }
    assert!(accepted > 100, "{accepted}");
}

/// Markdown would treat `[ark]: Ark` as a link definition and hide it.
#[test]
fn the_root_of_the_crate_lists_every_service() {
    let minimal = fs::read_to_string(package().join("fixtures/whole/minimal.yaml")).unwrap();
    for name in ["Ark", "Ark (beta)", "Ark: beta", "Amazon Bedrock"] {
        let spec = minimal.replacen("service: Minimal", &format!("service: \"{name}\""), 1);
        let source = SpecSource::new("specs/minimal.yaml", spec);
        let output = generate(std::slice::from_ref(&source)).output.unwrap();
        let file = syn::parse_file(&output.files["lib.rs"]).unwrap();
        let docs = docs(&file.attrs).join("\n");
        let shown: Vec<_> = pulldown_cmark::Parser::new(&docs)
            .filter_map(|event| match event {
                pulldown_cmark::Event::Text(text) | pulldown_cmark::Event::Code(text) => {
                    Some(text.into_string())
                }
                _ => None,
            })
            .collect();
        let shown = shown.concat();
        assert!(shown.contains(&format!("{name}: [minimal]")), "{shown}");
    }
}
