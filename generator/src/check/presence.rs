//! What must be there.

use crate::diagnostics::Diagnostics;
use crate::spec::{Piece, Scheme, Spec, TypeKind};

pub(super) fn check(spec: &Spec<'_>, diagnostics: &mut Diagnostics) {
    let head = &spec.head.value;
    let texts = [
        ("vendor", &head.vendor, "who offers the service"),
        ("service", &head.service, "its name in messages and tables"),
        (
            "module",
            &head.module,
            "the Rust module and cargo feature, such as `aws_bedrock`",
        ),
        ("docs", &head.docs, "what the service is, in a sentence"),
        ("see", &head.see, "the URL of the vendor's page"),
        ("endpoint", &head.endpoint.url, "`url:` with the base URL"),
    ];
    for (key, value, meaning) in texts {
        let wrong = !spec.head.lacks(key) && value.is_none() && key != "endpoint";
        if !wrong && value.as_ref().is_none_or(|text| text.trim().is_empty()) {
            let missing = spec.error(
                "N11",
                spec.head.at(key),
                format!("`{key}` is missing or empty"),
            );
            diagnostics.push(missing.help(format!("add {meaning}")));
        }
    }
    for (key, value) in [("vendor", &head.vendor), ("service", &head.service)] {
        if let Some(c) = value
            .iter()
            .flat_map(|text| text.chars())
            .find(|c| c.is_control() || "[]<>`".contains(*c))
        {
            let message = format!(
                "`{key}` has a {c:?}: it is a name that stands in messages and documentation"
            );
            diagnostics.push(spec.error("D03", spec.head.at(key), message));
        }
    }
    let pages = [(&head.see, spec.head.at("see"))];
    let operations = spec
        .operations
        .iter()
        .map(|each| (&each.block.value.see, each.block.at("see")));
    for (see, span) in pages.into_iter().chain(operations) {
        if see.as_ref().is_some_and(|url| !is_page(url)) {
            let finding = spec.error("D06", span, "`see` is no URL of a page");
            diagnostics.push(
                finding.help("it begins with https://, and has no spaces, quotes or brackets"),
            );
        }
    }
    if spec
        .head
        .node
        .get("auth")
        .is_none_or(|node| node.elements().is_empty())
    {
        let missing = spec.error("N11", spec.head.at("auth"), "`auth` is missing or empty");
        diagnostics.push(missing.help("list the schemes that the service accepts"));
    }
    if spec
        .head
        .node
        .get("operations")
        .is_none_or(|node| node.entries().is_empty())
    {
        diagnostics.push(spec.error(
            "N11",
            spec.head.at("operations"),
            "the spec has no operations",
        ));
    }
    for member in spec.members() {
        needs_docs(spec, diagnostics, member, member.value.docs.as_ref());
    }
    for ty in &spec.types {
        needs_docs(spec, diagnostics, &ty.block, ty.block.value.docs.as_ref());
        if let TypeKind::Enum(values) = &ty.kind {
            // A value without documentation gets its text; a blank one is a slip.
            for value in values.iter().filter(|value| value.value.docs.is_some()) {
                needs_docs(spec, diagnostics, value, value.value.docs.as_ref());
            }
        }
    }
    constructors(spec, diagnostics);
    for member in spec.members() {
        if member.lacks("type") {
            let message = format!("`{}` lacks `type`", member.name);
            let help = "say string, integer, number, boolean, timestamp, a type under `types:`, or `list of` one of them";
            diagnostics.push(spec.error("N11", member.name_span, message).help(help));
        }
    }
    for auth in &spec.auth {
        let needs: &[&str] = match auth.value.scheme {
            Scheme::AwsSigv4 | Scheme::VolcengineHmac => &["service", "access_key", "secret_key"],
            Scheme::BaiduBceV1 | Scheme::HuaweiSdkHmac => &["access_key", "secret_key"],
            Scheme::Bearer => &["token"],
            Scheme::Token => &["header"],
        };
        for key in needs.iter().filter(|key| auth.lacks(key)) {
            diagnostics.push(spec.error(
                "N11",
                auth.at("scheme"),
                format!("this scheme needs `{key}`"),
            ));
        }
    }
    for operation in &spec.operations {
        let block = &operation.block;
        needs_docs(spec, diagnostics, block, block.value.docs.as_ref());
        for key in ["see", "http", "response", "constructor"] {
            if block.lacks(key) {
                let message = format!("the operation `{}` lacks `{key}`", block.name);
                let missing = spec.error("N11", block.name_span, message);
                diagnostics.push(match key {
                    "constructor" => missing
                        .help("list what `new` takes, in order: `constructor: []` if nothing"),
                    _ => missing,
                });
            }
        }
    }
}

/// Whether a text can stand between angle brackets as a link.
fn is_page(url: &str) -> bool {
    url.strip_prefix("https://").is_some_and(|rest| {
        !rest.is_empty()
            && rest
                .chars()
                .all(|c| c.is_ascii_graphic() && !"<>\"'`[](){}|\\^".contains(c))
    })
}

/// Every public item of the generated crate has documentation.
fn needs_docs<T>(
    spec: &Spec<'_>,
    diagnostics: &mut Diagnostics,
    piece: &Piece<'_, T>,
    docs: Option<&String>,
) {
    let blank = docs.is_some_and(|docs| docs.trim().is_empty());
    if blank || (docs.is_none() && piece.lacks("docs")) {
        let missing = spec.error(
            "D01",
            piece.at("docs"),
            format!("`{}` lacks `docs`", piece.name),
        );
        diagnostics.push(missing.help("say what it is in a sentence"));
    }
}

/// What `new` takes is pinned by a list wherever there is something to swap.
fn constructors(spec: &Spec<'_>, diagnostics: &mut Diagnostics) {
    for ty in spec.inputs() {
        if ty.fields().iter().any(|field| field.value.required) && ty.block.lacks("constructor") {
            let message = format!(
                "`{}` has required fields and occurs in requests, so it needs `constructor`",
                ty.block.name
            );
            let finding = spec.error("N11", ty.block.name_span, message);
            diagnostics.push(
                finding.help(
                    "list the required fields in the order in which `new` takes them, for ever",
                ),
            );
        }
    }
}
