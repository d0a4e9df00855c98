//! What must be there.

use crate::diagnostics::Diagnostics;
use crate::spec::{Scheme, Spec};

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
        for key in ["docs", "see", "http", "response", "constructor"] {
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
