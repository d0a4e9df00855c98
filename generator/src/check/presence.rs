//! Checks that required keys are present.

use crate::diagnostics::Diagnostics;
use crate::rules::Rule;
use crate::spec::{Kind, Node, Piece, Scheme, Spec};

pub(super) fn check(spec: &Spec<'_>, diagnostics: &mut Diagnostics) {
    head(spec, diagnostics);
    parts(spec, diagnostics);
    constructors(spec, diagnostics);
    for member in spec.members() {
        if member.lacks("type") {
            let message = format!("`{}` lacks `type`", member.name);
            let help = "say string, integer, number, boolean, timestamp, json, bytes, a type under `types:`, or `list of` or `map of` any of them";
            diagnostics.push(
                spec.finding(Rule::N11, member.name_span, message)
                    .help(help),
            );
        }
    }
    for member in spec.members() {
        if let Some(keys) = member.node.get("keys")
            && matches!(&keys.kind, Kind::Map(entries) if entries.is_empty())
        {
            let finding = spec.finding(Rule::N11, member.at_key("keys"), "`keys` is empty");
            diagnostics.push(
                finding.help("say what limits the keys of the map: length, chars or pattern"),
            );
        }
    }
    for auth in spec.schemes() {
        let is_token = auth.value.scheme == Scheme::Token;
        if is_token && auth.lacks("header") && auth.lacks("query") {
            let message = "this scheme needs `header` or `query`";
            let finding = spec.finding(Rule::N11, auth.at("scheme"), message);
            diagnostics
                .push(finding.help("add the header or the query parameter that carries the token"));
        }
        for key in auth
            .value
            .scheme
            .needs()
            .iter()
            .filter(|key| auth.lacks(key))
        {
            let message = format!("this scheme needs `{key}`");
            let finding = spec.finding(Rule::N11, auth.at("scheme"), message);
            diagnostics.push(finding.help(match *key {
                "service" => "add the service name that is signed",
                _ => "list the environment variables, those of the vendor's SDKs first: `[]` if there are none",
            }));
        }
    }
    for operation in &spec.operations {
        let block = &operation.block;
        if operation.auth.as_ref().is_some_and(Vec::is_empty)
            && block
                .node
                .get("auth")
                .is_some_and(|node| matches!(&node.kind, Kind::List(list) if list.is_empty()))
        {
            let finding = spec.finding(Rule::N11, block.at_key("auth"), "`auth` is empty");
            diagnostics.push(finding.help("write `[{scheme: none}]` if the operation needs none"));
        }
        for key in ["see", "http", "response", "constructor"] {
            if block.lacks(key) {
                let message = format!("the operation `{}` lacks `{key}`", block.name);
                let missing = spec.finding(Rule::N11, block.name_span, message);
                diagnostics.push(missing.help(match key {
                    "see" => "add the URL of the vendor's page",
                    "http" => "add method and path, such as `GET /v1/models/{id}`",
                    "response" => {
                        "name the structure that it returns, or write `response: none` if it returns nothing; an output that the \
                         vendor names, though empty, is better a structure with `fields: {}`, because fields can be added later"
                    }
                    _ => "list what `new` takes, in order: `constructor: []` if nothing",
                }));
            }
        }
    }
}

fn head(spec: &Spec<'_>, diagnostics: &mut Diagnostics) {
    let Piece { value, node, .. } = &spec.head;
    let rows = [
        ("vendor", "who offers the service"),
        ("service", "its name in messages and tables"),
        (
            "module",
            "the name of the Rust module, such as `aws_bedrock`",
        ),
        ("docs", "what the service is, in a sentence"),
        ("see", "the URL of the vendor's page"),
        ("endpoint", "where requests go: `url:` with the base URL"),
        ("auth", "the schemes that the service accepts"),
        ("operations", "what the clients can do"),
    ];
    for (key, meaning) in rows {
        if spec.head.lacks(key) {
            let finding = spec.finding(
                Rule::N11,
                spec.head.name_span,
                format!("`{key}` is missing"),
            );
            diagnostics.push(finding.help(format!("add {meaning}")));
        }
    }
    let mut empty = |key: &str| {
        let message = format!("`{key}` is empty");
        let finding = spec.finding(Rule::N11, spec.head.at_key(key), message);
        diagnostics.push(finding.help("a spec without it has no meaning"));
    };
    for (key, text) in [
        ("vendor", &value.vendor),
        ("service", &value.service),
        ("module", &value.module),
        ("result", &value.result),
        ("project_header", &value.project_header),
    ] {
        if text.as_ref().is_some_and(|text| text.trim().is_empty()) {
            empty(key);
        }
    }
    for key in ["auth", "operations"] {
        let is_empty = |kind: &Kind| match kind {
            Kind::List(elements) => elements.is_empty(),
            Kind::Map(entries) => entries.is_empty(),
            Kind::Scalar { .. } => false,
        };
        if node.get(key).is_some_and(|node| is_empty(&node.kind)) {
            empty(key);
        }
    }
    let endpoint = node.get("endpoint");
    if endpoint.is_some_and(|node| matches!(node.kind, Kind::Map(_)) && node.get("url").is_none())
        && !spec.head.is_cut_below("endpoint", "url")
    {
        let finding = spec.finding(Rule::N11, spec.head.at_key("endpoint"), "`url` is missing");
        diagnostics.push(finding.help("add the base URL: `url: https://…`"));
    }
}

/// Checks the required keys of pagination and domains.
fn parts(spec: &Spec<'_>, diagnostics: &mut Diagnostics) {
    for domain in &spec.domains {
        for key in ["plain", "dual_stack"] {
            if domain.lacks(key) {
                let message = format!("`{key}` is missing here");
                let finding = spec.finding(Rule::N11, domain.name_span, message);
                diagnostics
                    .push(finding.help("a row has both: repeat the one if there is no other"));
            }
        }
    }
    for operation in &spec.operations {
        let block = &operation.block;
        let (Some(node), Some(entry)) =
            (block.node.get("pagination"), block.node.entry("pagination"))
        else {
            continue;
        };
        if !matches!(node.kind, Kind::Map(_)) {
            continue;
        }
        for (key, help) in [
            (
                "style",
                "say what leads from page to page: token, marker, page-number, offset, or none if there is only one page",
            ),
            ("request", "name the parameter that says which page to send"),
            ("items", "add where in the output the list is"),
        ] {
            let is_only_page =
                key == "request" && node.get("style").and_then(Node::text) == Some("none");
            if is_only_page {
                continue;
            }
            if node.get(key).is_none() && !block.is_cut_below("pagination", key) {
                let message = format!("`{key}` is missing here");
                diagnostics.push(spec.finding(Rule::N11, entry.key_span, message).help(help));
            }
        }
    }
}

/// Requires a list of the arguments of `new` wherever arguments could be swapped.
fn constructors(spec: &Spec<'_>, diagnostics: &mut Diagnostics) {
    for ty in spec.inputs() {
        if ty.fields().iter().any(|field| field.value.required) && ty.block.lacks("constructor") {
            let message = format!(
                "`{}` has required fields and occurs in requests, so it needs `constructor`",
                ty.block.name
            );
            let finding = spec.finding(Rule::N11, ty.block.name_span, message);
            diagnostics.push(
                finding.help(
                    "list the required fields in the order in which `new` takes them, for ever",
                ),
            );
        }
    }
}
