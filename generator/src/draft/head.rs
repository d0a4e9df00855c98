//! The head of a draft: endpoint, environment, authentication and errors.

use std::collections::BTreeMap;

use heck::{ToSnakeCase, ToTitleCase};

use super::yaml::{comment, plain_or_quoted};
use super::{Draft, Subject};
use crate::describe::{ErrorCode, Operation, Retryable, Scheme};

impl Draft<'_> {
    pub(super) fn head(&mut self, subject: &Subject<'_>) {
        let description = self.description;
        let module = subject.name.replace('-', "_");
        let title = subject.name.to_title_case();
        self.line(0, "# yaml-language-server: $schema=spec.schema.json");
        self.line(0, "#");
        let format = description.format.name();
        self.line(
            0,
            &format!(
                "# Written from {} ({format}). Read it: what no description says stands",
                comment(subject.source)
            ),
        );
        self.line(0, "# here as an example, marked with TODO.");
        for (what, count) in &description.skipped {
            self.line(
                0,
                &format!("# Not in it, {count} times: {}.", comment(what)),
            );
        }
        let vendor = if description
            .auth
            .iter()
            .any(|scheme| matches!(scheme, Scheme::AwsSigv4(_)))
        {
            "AWS".to_owned()
        } else {
            title
        };
        self.pair(0, "vendor", &vendor);
        self.pair(0, "service", &description.service);
        self.pair(0, "module", &module);
        self.pair(
            0,
            "docs",
            &format!("Operations of {}.", description.service),
        );
        // TODO: every vendor has such a page, no description names it.
        let see = match &description.see {
            Some(see) => see.replace("/{name}", ""),
            None => "https://example.com/TODO".to_owned(),
        };
        self.pair(0, "see", &see);
        self.line(0, "\nendpoint:");
        let url = description.endpoint.as_deref();
        self.pair(1, "url", url.unwrap_or("https://example.com"));
        if url.is_some_and(|url| url.contains("{region}")) {
            let variables = if vendor == "AWS" {
                "[AWS_REGION, AWS_DEFAULT_REGION]".to_owned()
            } else {
                format!("[{}_REGION]", module.to_uppercase())
            };
            self.line(0, "\nenvironment:");
            self.line(1, &format!("region: {variables}"));
        }
        self.line(0, "\nauth:");
        let prefix = module.to_uppercase();
        let schemes = description.auth.clone();
        if schemes.is_empty() {
            self.line(
                1,
                "# TODO: the description does not say how requests are authenticated.",
            );
            self.line(1, "- scheme: bearer");
            self.line(2, &format!("token: [{prefix}_TOKEN]"));
        }
        for scheme in &schemes {
            self.scheme(scheme, &prefix);
        }
    }

    pub(super) fn scheme(&mut self, scheme: &Scheme, prefix: &str) {
        match scheme {
            Scheme::AwsSigv4(service) => {
                self.line(1, "- scheme: aws-sigv4");
                self.pair(2, "service", service);
                self.line(2, "access_key: [AWS_ACCESS_KEY_ID]");
                self.line(2, "secret_key: [AWS_SECRET_ACCESS_KEY]");
                self.line(2, "session_token: [AWS_SESSION_TOKEN]");
            }
            Scheme::Bearer => {
                let service = self
                    .description
                    .auth
                    .iter()
                    .find_map(|scheme| match scheme {
                        Scheme::AwsSigv4(service) => Some(service.to_snake_case().to_uppercase()),
                        _ => None,
                    });
                let variable = service.map_or(format!("{prefix}_TOKEN"), |service| {
                    format!("AWS_BEARER_TOKEN_{service}")
                });
                self.line(1, "- scheme: bearer");
                self.line(2, &format!("token: [{variable}]"));
            }
            Scheme::Basic => {
                self.line(1, "- scheme: basic");
                self.line(2, &format!("access_key: [{prefix}_USER]"));
                self.line(2, &format!("secret_key: [{prefix}_PASSWORD]"));
            }
            Scheme::Header(name) => {
                self.line(1, "- scheme: token");
                self.pair(2, "header", name);
                self.line(2, &format!("token: [{prefix}_TOKEN]"));
            }
            Scheme::Query(name) => {
                self.line(1, "- scheme: token");
                self.pair(2, "query", name);
                self.line(2, &format!("token: [{prefix}_TOKEN]"));
            }
            Scheme::None => self.line(1, "- scheme: none"),
        }
    }

    pub(super) fn errors(&mut self, operations: &[&Operation]) {
        self.line(0, "\nerrors:");
        if self
            .description
            .auth
            .iter()
            .any(|scheme| matches!(scheme, Scheme::AwsSigv4(_)))
        {
            self.line(1, "code: [header x-amzn-errortype, body code, body __type]");
            self.line(1, "message: [body message, body Message]");
            self.line(1, "request_id: [header x-amzn-requestid]");
            self.line(1, "namespaced: true");
        } else if self.description.result.as_deref() == Some("Result") {
            self.line(1, "code: [body ResponseMetadata.Error.Code]");
            self.line(1, "message: [body ResponseMetadata.Error.Message]");
            self.line(1, "request_id: [body ResponseMetadata.RequestId]");
        } else {
            self.line(
                1,
                "# TODO: the description does not say where errors have their code.",
            );
            self.line(1, "code: [body error_code, body error.code, body code]");
            self.line(
                1,
                "message: [body error_msg, body error.message, body message]",
            );
            self.line(1, "request_id: [header x-request-id]");
        }
        let mut codes: BTreeMap<&str, &ErrorCode> = BTreeMap::new();
        for code in operations.iter().flat_map(|operation| &operation.errors) {
            codes.entry(&code.code).or_insert(code);
        }
        if !codes.is_empty() {
            self.line(1, "codes:");
        }
        for code in codes.into_values() {
            let kind = match code.retryable {
                Some(Retryable::Throttled) => "throttled",
                Some(Retryable::Transient) => "transient",
                None => by_status(code),
            };
            let status = code.status.map(|status| format!("status: {status}, "));
            let status = status.unwrap_or_default();
            let name = plain_or_quoted(&code.code);
            match &code.docs {
                None => self.line(2, &format!("{name}: {{{status}kind: {kind}}}")),
                Some(docs) => {
                    self.line(2, &format!("{name}:"));
                    if let Some(status) = code.status {
                        self.line(3, &format!("status: {status}"));
                    }
                    self.pair(3, "kind", kind);
                    self.pair(3, "docs", docs);
                }
            }
        }
        if let Some(result) = self.description.result.clone() {
            self.out.push('\n');
            self.pair(0, "result", &result);
        }
    }
}

/// Returns the kind of an error that states none.
fn by_status(code: &ErrorCode) -> &'static str {
    match code.status {
        Some(401) => "authentication",
        Some(403) => "access-denied",
        Some(404) => "not-found",
        Some(429) => "throttled",
        Some(500..) => "transient",
        Some(_) => "invalid",
        None => "other",
    }
}
