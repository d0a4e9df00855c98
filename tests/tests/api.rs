//! Compares `generated/api.txt`, which is generated from the model, with the items of the code, as read by a Rust
//! parser. The variants of `ErrorCode` are in a macro; the compiled programs of `diff_compiled` use them.

use std::collections::BTreeSet;

use cloud_models_tests::cases::{specs, whole};
use generator::generate;
use quote::ToTokens;
use syn::{Attribute, Expr, ExprLit, Fields, FnArg, ImplItem, Item, Lit, Visibility};

/// Removes spaces, which formatters of tokens place differently.
fn plain(text: &str) -> String {
    let text = text.replace("rt::", "").replace("std::fmt::Debug", "Debug");
    let text = text.replace("std::collections::BTreeMap", "BTreeMap");
    let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    // The formatter ends lists that it breaks with a comma.
    text.replace(",>", ">")
}

fn tokens(item: &impl ToTokens) -> String {
    item.to_token_stream().to_string().replace(' ', "")
}

fn has(attributes: &[Attribute], name: &str) -> bool {
    attributes
        .iter()
        .any(|attribute| attribute.path().is_ident(name))
}

fn deprecated(attributes: &[Attribute]) -> &'static str {
    if has(attributes, "deprecated") {
        ",deprecated"
    } else {
        ""
    }
}

/// Returns the names of the traits that are derived or implemented manually.
fn traits(file: &syn::File, name: &str, attributes: &[Attribute]) -> String {
    let mut traits = BTreeSet::new();
    for attribute in attributes
        .iter()
        .filter(|attribute| attribute.path().is_ident("derive"))
    {
        let list = tokens(&attribute.meta.require_list().unwrap().tokens);
        traits.extend(list.split(',').map(str::to_owned));
    }
    for item in &file.items {
        let Item::Impl(block) = item else { continue };
        let is_debug = block
            .trait_
            .as_ref()
            .is_some_and(|(path, _)| tokens(path) == "std::fmt::Debug");
        if is_debug && tokens(&block.self_ty) == name {
            traits.insert("Debug".to_owned());
        }
    }
    traits.into_iter().collect::<Vec<_>>().join("+")
}

/// Returns the lines of a mapping: what a catalog reads from items.
fn mapping(block: &syn::ItemImpl) -> Vec<String> {
    let text = |expression: &Expr| match expression {
        Expr::Lit(ExprLit {
            lit: Lit::Str(text),
            ..
        }) => text.value(),
        other => panic!("{}", tokens(other)),
    };
    let constants = block.items.iter().filter_map(|item| match item {
        ImplItem::Const(item) if item.ident == "MAPPING" => Some(&item.expr),
        _ => None,
    });
    let mut lines = Vec::new();
    for mut expression in constants {
        // From the last method to the first.
        while let Expr::MethodCall(call) = expression {
            lines.push(format!("{} = {}", call.method, text(&call.args[0])));
            let rows = match call.args.get(1) {
                Some(Expr::Reference(list)) => match &*list.expr {
                    Expr::Array(rows) => rows.elems.iter().collect(),
                    other => panic!("{}", tokens(other)),
                },
                _ => Vec::new(),
            };
            for row in rows {
                let Expr::Tuple(row) = row else {
                    panic!("{}", tokens(row))
                };
                let state = tokens(&row.elems[1]).replace("rt::State::", "");
                lines.push(format!("statuses {} = {state}", text(&row.elems[0])));
            }
            expression = &*call.receiver;
        }
        let Expr::Call(first) = expression else {
            panic!("{}", tokens(expression))
        };
        lines.push(format!("id = {}", text(&first.args[0])));
    }
    lines
}

/// Returns the lines of a file, without spaces.
fn lines(module: &str, file: &syn::File) -> BTreeSet<String> {
    let mut lines = BTreeSet::new();
    let mut add = |kind: &str, text: String| {
        lines.insert(plain(&format!("{kind}{module}::{text}")));
    };
    for item in &file.items {
        match item {
            Item::Type(item) => add(
                "type",
                format!(
                    "{}={}{}",
                    item.ident,
                    tokens(&item.ty),
                    deprecated(&item.attrs)
                ),
            ),
            Item::Mod(item) => {
                for inner in &item.content.as_ref().unwrap().1 {
                    let Item::Type(inner) = inner else {
                        panic!("more than types")
                    };
                    let ty = tokens(&inner.ty).replace("super::", "");
                    add("type", format!("{}::{}={ty}", item.ident, inner.ident));
                }
            }
            Item::Struct(item) => {
                let traits = traits(file, &item.ident.to_string(), &item.attrs);
                let traits = if matches!(item.fields, Fields::Unit) {
                    String::new()
                } else {
                    format!(":{traits}")
                };
                let open = if has(&item.attrs, "non_exhaustive") {
                    ",non_exhaustive"
                } else {
                    ""
                };
                add(
                    "struct",
                    format!("{}{traits}{open}{}", item.ident, deprecated(&item.attrs)),
                );
                for field in &item.fields {
                    if matches!(field.vis, Visibility::Public(_)) {
                        let name = field.ident.as_ref().unwrap();
                        add(
                            "field",
                            format!(
                                "{}.{name}:{}{}",
                                item.ident,
                                tokens(&field.ty),
                                deprecated(&field.attrs)
                            ),
                        );
                    }
                }
            }
            Item::Enum(item) => {
                let traits = traits(file, &item.ident.to_string(), &item.attrs);
                let is_union = item.variants.iter().any(|variant| {
                    variant.ident != "Unknown" && matches!(variant.fields, Fields::Unnamed(_))
                });
                let is_closed = item.variants.iter().all(|each| each.ident != "Unknown");
                // The macro of the runtime that completes an enum implements the others.
                let traits = match is_union {
                    true => traits.replace("+PartialEq", "+Default+PartialEq"),
                    false if is_closed => traits,
                    false => format!("{traits}+Eq+Hash+PartialEq"),
                };
                let open = if has(&item.attrs, "non_exhaustive") {
                    ",non_exhaustive"
                } else {
                    ""
                };
                let kind = match is_union {
                    true => "union",
                    false if is_closed => "closed enum",
                    false => "enum",
                };
                add(
                    kind,
                    format!("{}:{traits}{open}{}", item.ident, deprecated(&item.attrs)),
                );
                for variant in item
                    .variants
                    .iter()
                    .filter(|variant| variant.ident != "Unknown")
                {
                    add(
                        "variant",
                        format!(
                            "{}::{}{}{}",
                            item.ident,
                            variant.ident,
                            match &variant.fields {
                                Fields::Unit => String::new(),
                                fields => tokens(fields),
                            },
                            deprecated(&variant.attrs)
                        ),
                    );
                }
            }
            Item::Impl(block) => {
                let owner = tokens(&block.self_ty);
                if let Some((path, _)) = &block.trait_ {
                    if tokens(path).ends_with("Catalogued") {
                        add("implCataloguedfor", owner.clone());
                        for line in mapping(block) {
                            add("catalog", format!("{owner}.{line}"));
                        }
                        continue;
                    }
                    let known = match path.segments.last() {
                        Some(name)
                            if name.ident == "Details" || name.ident == "EndpointParameter" =>
                        {
                            vec!["Service"]
                        }
                        _ => vec!["Output", "Item"],
                    };
                    let types = block.items.iter().filter_map(|item| match item {
                        ImplItem::Type(item) if known.iter().any(|name| item.ident == name) => {
                            Some(format!("{}={}", item.ident, tokens(&item.ty)))
                        }
                        _ => None,
                    });
                    let types: Vec<_> = types.collect();
                    if !types.is_empty() {
                        add(
                            &format!("impl{}<{}>for", tokens(path), types.join(",")),
                            owner,
                        );
                    }
                    continue;
                }
                for item in &block.items {
                    let function = match item {
                        ImplItem::Fn(function) => function,
                        // Each enum has it, as the head of the list says.
                        ImplItem::Const(item) if item.ident == "KNOWN" => continue,
                        _ => panic!("more than functions"),
                    };
                    assert!(matches!(function.vis, Visibility::Public(_)));
                    let arguments = function.sig.inputs.iter().map(|argument| match argument {
                        FnArg::Receiver(_) => "self".to_owned(),
                        FnArg::Typed(argument) => tokens(argument),
                    });
                    let arguments: Vec<_> = arguments.collect();
                    let name = &function.sig.ident;
                    add(
                        "fn",
                        format!(
                            "{owner}::{name}({})->Self{}",
                            arguments.join(","),
                            deprecated(&function.attrs)
                        ),
                    );
                }
            }
            _ => {}
        }
    }
    lines
}

#[test]
fn the_list_is_what_the_code_is() {
    let mut sets = vec![specs()];
    sets.extend(whole().into_iter().map(|source| vec![source]));
    let mut count = 0;
    for set in sets {
        let output = generate(&set).output.unwrap();
        let mut in_code = BTreeSet::new();
        for (name, text) in output
            .files
            .iter()
            .filter(|(name, _)| !["lib.rs", "catalog.rs"].contains(&name.as_str()))
        {
            let module = name.strip_suffix(".rs").unwrap();
            in_code.extend(lines(module, &syn::parse_file(text).unwrap()));
        }
        let listed = output
            .api
            .lines()
            .filter(|line| !line.is_empty() && !line.starts_with('#'));
        let listed: BTreeSet<_> = listed.map(plain).collect();
        let missing: Vec<_> = in_code.difference(&listed).collect();
        let surplus: Vec<_> = listed.difference(&in_code).collect();
        assert!(
            missing.is_empty() && surplus.is_empty(),
            "not listed: {missing:#?}\nnot there: {surplus:#?}"
        );
        count += listed.len();
    }
    assert!(count > 200, "{count}");
}
