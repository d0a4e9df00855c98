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
        if value.as_ref().is_none_or(|text| text.trim().is_empty()) {
            let missing = spec.error(
                "N11",
                spec.head.at(key),
                format!("`{key}` is missing or empty"),
            );
            diagnostics.push(missing.help(format!("add {meaning}")));
        }
    }
    if spec.auth.is_empty() {
        let missing = spec.error("N11", spec.head.at("auth"), "`auth` is missing or empty");
        diagnostics.push(missing.help("list the schemes that the service accepts"));
    }
    if spec.operations.is_empty() {
        diagnostics.push(spec.error(
            "N11",
            spec.head.at("operations"),
            "the spec has no operations",
        ));
    }
    for auth in &spec.auth {
        let needs: &[(&str, bool)] = match auth.value.scheme {
            Scheme::AwsSigv4 | Scheme::VolcengineHmac => &[
                ("service", auth.value.service.is_none()),
                ("access_key", auth.value.access_key.is_empty()),
                ("secret_key", auth.value.secret_key.is_empty()),
            ],
            Scheme::BaiduBceV1 | Scheme::HuaweiSdkHmac => &[
                ("access_key", auth.value.access_key.is_empty()),
                ("secret_key", auth.value.secret_key.is_empty()),
            ],
            Scheme::Bearer => &[("token", auth.value.token.is_empty())],
            Scheme::Token => &[("header", auth.value.header.is_none())],
        };
        for (key, missing) in needs {
            if *missing {
                let message = format!("this scheme needs `{key}`");
                diagnostics.push(spec.error("N11", auth.at("scheme"), message));
            }
        }
    }
    for operation in &spec.operations {
        let block = &operation.block;
        let needs = [
            ("docs", block.value.docs.is_none()),
            ("see", block.value.see.is_none()),
            ("http", block.value.http.is_none()),
            ("response", block.value.response.is_none()),
            ("constructor", block.value.constructor.is_none()),
        ];
        for (key, missing) in needs {
            if missing {
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
