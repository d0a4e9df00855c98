//! The head of a draft: endpoint, environment, authentication and errors.

use std::collections::{BTreeMap, BTreeSet};

use heck::ToSnakeCase;

use super::rust_names::pinned;
use super::vendor;
use super::yaml::{comment, plain_or_quoted};
use super::{Draft, Subject};
use crate::check::is_fit;
use crate::describe::{
    EndpointParameter, ErrorCode, ErrorPlaces, Field, Operation, Place, Retryable, Scheme, Shape,
    Signature, TypeKind,
};
use crate::names::{self, Role};

impl Draft<'_> {
    pub(super) fn head(&mut self, subject: &Subject<'_>, skipped: &[String]) {
        let description = self.description;
        let module = subject.module();
        self.line(0, "# yaml-language-server: $schema=spec.schema.json");
        self.line(0, "#");
        let format = description.format.name();
        self.line(
            0,
            &format!(
                "# Written from {} ({format}). Read it beside the vendor's page: what the description does",
                comment(subject.source)
            ),
        );
        self.line(0, "# not say is guessed or an example, marked with TODO.");
        match self.made_docs {
            0 => {}
            1 => self.line(0, "# One of the texts under `docs:` says only a name in words: the description has no other."),
            made => self.line(0, &format!("# {made} of the texts under `docs:` say only a name in words: the description has no others.")),
        }
        for skip in skipped {
            self.line(0, &format!("# Not in it: {}.", comment(skip)));
        }
        let vendor = description.vendor;
        let (name, service) = match vendor {
            Some(vendor) => (vendor.name.to_owned(), description.service.clone()),
            None => {
                self.line(0, "# TODO: the names of vendor and service are guesses from the title and the host.");
                let url = description.endpoint.url.as_deref();
                let host = url.and_then(|url| url.strip_prefix("https://"));
                vendor::names(&description.service, host, subject.name)
            }
        };
        self.pair(0, "vendor", &name);
        self.pair(0, "service", &service);
        self.pair(0, "module", &module);
        self.pair(0, "docs", &format!("Operations of {service}."));
        // Every vendor has such a page, no description names it.
        let see = match &description.see {
            Some(see) => see.replace("/{name}", ""),
            None => "https://example.com/TODO".to_owned(),
        };
        self.pair(0, "see", &see);
        let name = plain_or_quoted(description.source_name(subject.source));
        let (format, sha256) = (description.format.source(), &description.sha256);
        self.line(0, "sources:");
        self.line(
            1,
            &format!("- {{name: {name}, format: {format}, sha256: \"{sha256}\"}}"),
        );
        self.line(0, "\nendpoint:");
        self.notes(1, &description.endpoint.notes);
        let url = description.endpoint.url.as_deref();
        if url.is_none() {
            self.line(1, "# TODO: the description does not name a host.");
        }
        self.pair(1, "url", url.unwrap_or("https://example.com"));
        let prefix = module.to_uppercase();
        if let Some(region) = &description.endpoint.default_region {
            self.pair(1, "default_region", region);
        }
        if !description.endpoint.parameters.is_empty() {
            self.line(1, "parameters:");
        }
        for EndpointParameter { name, docs, values } in &description.endpoint.parameters {
            self.line(2, &format!("{}:", plain_or_quoted(name)));
            if !values.is_empty() {
                let values = comment(&values.join(", "));
                self.line(3, &format!("# The description names {values}."));
            }
            self.docs(3, docs.as_ref(), name);
            let variable = name.to_snake_case().to_uppercase();
            self.mark_variables(3);
            self.line(3, &format!("env: [{prefix}_{variable}]"));
        }
        let signs_region = description.auth.iter().any(|scheme| {
            matches!(
                scheme,
                Scheme::Signed(Signature::AwsSigv4 | Signature::VolcengineHmac, _)
            )
        });
        if signs_region || url.is_some_and(|url| url.contains("{region}")) {
            let variables = match vendor {
                Some(vendor) => vendor.region.join(", "),
                None => format!("{prefix}_REGION"),
            };
            if !variables.is_empty() {
                self.line(0, "\nenvironment:");
                if vendor.is_none() {
                    self.mark_variables(1);
                }
                self.line(1, &format!("region: [{variables}]"));
            }
        }
        self.line(0, "\nauth:");
        for other in &description.auth_notes {
            let other = comment(other);
            self.line(
                1,
                &format!("# The description also accepts {other}, which a spec cannot say."),
            );
        }
        let schemes = description.auth.clone();
        if schemes.is_empty() {
            self.line(
                1,
                "# TODO: the description does not say how requests are authenticated.",
            );
            self.line(1, "- scheme: bearer");
            self.line(2, &format!("token: [{prefix}_TOKEN]"));
        }
        if vendor.is_none() && schemes.iter().any(|scheme| *scheme != Scheme::None) {
            self.mark_variables(1);
        }
        for scheme in &schemes {
            self.scheme(1, scheme);
        }
    }

    /// Says once that names of environment variables are made up.
    fn mark_variables(&mut self, depth: usize) {
        if !std::mem::replace(&mut self.has_marked_variables, true) {
            let line = "# TODO: names of environment variables are made up: write those that the vendor's own tools read.";
            self.line(depth, line);
        }
    }

    pub(super) fn scheme(&mut self, depth: usize, scheme: &Scheme) {
        let prefix = self.prefix.clone();
        match scheme {
            Scheme::Signed(signature, service) => {
                let word = match signature {
                    Signature::AwsSigv4 => "aws-sigv4",
                    Signature::VolcengineHmac => "volcengine-hmac",
                    Signature::HuaweiSdkHmac => "huawei-sdk-hmac",
                };
                self.line(depth, &format!("- scheme: {word}"));
                if let Some(service) = service {
                    self.pair(depth + 1, "service", service);
                }
                let Some(vendor) = self.description.vendor else {
                    return;
                };
                for (key, variable) in [
                    ("access_key", vendor.access_key),
                    ("secret_key", vendor.secret_key),
                    ("session_token", vendor.session_token),
                ] {
                    self.line(depth + 1, &format!("{key}: [{variable}]"));
                }
            }
            Scheme::Bearer => {
                let vendor = self.description.vendor;
                let named = vendor.and_then(|vendor| vendor.bearer_token);
                let mut schemes = self.description.auth.iter();
                let service = schemes.find_map(|scheme| match scheme {
                    Scheme::Signed(_, Some(service)) => Some(service.to_snake_case()),
                    _ => None,
                });
                let variable = match (named, service) {
                    (Some(named), Some(service)) => format!("{named}{}", service.to_uppercase()),
                    _ => format!("{prefix}_TOKEN"),
                };
                self.line(depth, "- scheme: bearer");
                self.line(depth + 1, &format!("token: [{variable}]"));
            }
            Scheme::Basic => {
                self.line(depth, "- scheme: basic");
                self.line(depth + 1, &format!("access_key: [{prefix}_USER]"));
                self.line(depth + 1, &format!("secret_key: [{prefix}_PASSWORD]"));
            }
            Scheme::Header(name) => {
                self.line(depth, "- scheme: token");
                self.pair(depth + 1, "header", name);
                let variable = self.token_variable(scheme, name);
                self.line(depth + 1, &format!("token: [{prefix}_{variable}]"));
            }
            Scheme::Query(name) => {
                self.line(depth, "- scheme: token");
                self.pair(depth + 1, "query", name);
                let variable = self.token_variable(scheme, name);
                self.line(depth + 1, &format!("token: [{prefix}_{variable}]"));
            }
            Scheme::None => self.line(depth, "- scheme: none"),
        }
    }

    /// Returns the end of the variable of a token. Tokens with different names are different ones.
    fn token_variable(&self, scheme: &Scheme, name: &str) -> String {
        let operations = self.description.operations.iter();
        let of_operations = operations.filter_map(|each| each.auth.as_ref()).flatten();
        let mut all = self.description.auth.iter().chain(of_operations);
        let first = all.find(|each| matches!(each, Scheme::Header(_) | Scheme::Query(_)));
        if first == Some(scheme) {
            return "API_KEY".to_owned();
        }
        let plain = name.replace(|c: char| !c.is_ascii_alphanumeric(), " ");
        format!("{}_KEY", plain.to_snake_case().to_uppercase())
    }

    pub(super) fn errors(&mut self, operations: &[&Operation]) {
        self.line(0, "\nerrors:");
        if let Some(vendor) = self.description.vendor {
            for (key, places) in [
                ("code", vendor.code),
                ("message", vendor.message),
                ("request_id", vendor.request_id),
            ] {
                self.line(1, &format!("{key}: [{}]", places.join(", ")));
            }
            if vendor.namespaced {
                self.line(1, "namespaced: true");
            }
            if self.has_codes_in_outputs(operations, vendor.code) {
                self.line(1, "# An output has a field where errors have their code.");
                self.line(1, "only_status: 400..");
            }
        } else {
            self.error_places();
        }
        let mut codes: BTreeMap<&str, &ErrorCode> = BTreeMap::new();
        for code in operations.iter().flat_map(|operation| &operation.errors) {
            codes.entry(&code.code).or_insert(code);
        }
        let has_meaning = |code: &&ErrorCode| code.status.is_some() || code.retryable.is_some();
        if self.description.vendor.is_none() && !codes.values().all(has_meaning) {
            let line = "# TODO: the description does not say what these mean; the status of a reply does, unless they say it.";
            self.line(1, line);
        }
        if !codes.is_empty() {
            self.line(1, "codes:");
        }
        let wires = codes.keys().copied();
        let named = pinned(
            Role::Variant,
            names::error_code,
            wires,
            &mut BTreeSet::new(),
        );
        for (code, named) in codes.into_values().zip(named) {
            let kind = match code.retryable {
                Some(Retryable::Throttled) => Some("throttled"),
                Some(Retryable::Transient) => Some("transient"),
                None => code.status.map(by_status),
            };
            let status = code.status.map(|status| format!("status: {status}"));
            let pairs = status
                .into_iter()
                .chain(kind.map(|kind| format!("kind: {kind}")));
            let pairs: Vec<_> = pairs.collect();
            let name = plain_or_quoted(&code.code);
            let details = code
                .details
                .and_then(|id| self.names.names.get(&id))
                .cloned();
            if code.docs.is_none() && named.is_none() && details.is_none() {
                self.line(2, &format!("{name}: {{{}}}", pairs.join(", ")));
                continue;
            }
            self.line(2, &format!("{name}:"));
            if let Some(name) = named {
                self.pair(3, "rust_name", &name);
            }
            for pair in pairs {
                self.line(3, &pair);
            }
            if let Some(docs) = code.docs.as_ref().filter(|docs| is_fit(docs)) {
                self.pair(3, "docs", docs);
            }
            if let Some(details) = details {
                self.pair(3, "details", &details);
            }
        }
        if let Some(result) = self.description.result.clone() {
            self.out.push('\n');
            self.pair(0, "result", &result);
        }
    }
}

impl Draft<'_> {
    /// Whether an output has a field where errors have their code.
    fn has_codes_in_outputs(&self, operations: &[&Operation], places: &[&str]) -> bool {
        let fields = |id| match self.description.get(id).map(|output| &output.kind) {
            Some(TypeKind::Structure(fields)) => fields.as_slice(),
            _ => &[],
        };
        let is_code = |field: &Field| {
            let mut places = places
                .iter()
                .filter_map(|place| place.strip_prefix("body "));
            field.place == Place::Body && places.any(|name| name == field.name)
        };
        let mut outputs = operations.iter().filter_map(|operation| operation.output);
        outputs.any(|output| {
            let payload = fields(output)
                .iter()
                .find(|field| field.place == Place::Payload);
            let body = match payload.map(|field| &field.shape) {
                None => fields(output),
                Some(Shape::Named(id)) => fields(*id),
                Some(_) => &[],
            };
            body.iter().any(is_code)
        })
    }
}

impl Draft<'_> {
    /// Writes the places of the parts of an error, as far as they are known.
    fn error_places(&mut self) {
        let unknown = ErrorPlaces::default();
        let known = self.description.error_places.as_ref();
        let ErrorPlaces {
            code,
            message,
            request_id,
        } = known.unwrap_or(&unknown);
        for (key, what, places, usual) in [
            (
                "code",
                "errors have their code",
                code,
                "body error_code, body error.code, body code",
            ),
            (
                "message",
                "errors have their message",
                message,
                "body error_msg, body error.message, body message",
            ),
            (
                "request_id",
                "the id of a request is",
                request_id,
                "header x-request-id",
            ),
        ] {
            if places.is_empty() {
                let line = format!("# TODO: the description does not say where {what}.");
                self.line(1, &line);
            }
            let places = places.join(", ");
            let places = if places.is_empty() { usual } else { &places };
            self.line(1, &format!("{key}: [{places}]"));
        }
        // Documents tell errors by their status.
        self.line(1, "only_status: 400..");
    }
}

/// Returns the kind of an error that states none. One without a status gets it from that of the reply.
fn by_status(status: u16) -> &'static str {
    match status {
        401 => "authentication",
        403 => "access-denied",
        404 => "not-found",
        429 => "throttled",
        500.. => "transient",
        _ => "invalid",
    }
}
