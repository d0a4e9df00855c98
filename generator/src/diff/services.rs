//! Properties of a whole service: endpoint, authentication, errors and environment.

use super::changes::Changes;
use super::renames::Renames;
use super::verdict::{Api, Behaviour, Verdict, Wire};
use super::{names, operations, types};
use crate::model::{ErrorCode, Errors, Keys, NotRead, Part, Scheme, Service, Setting, Type};

const ELSEWHERE: Verdict = Verdict::new(Wire::Breaking, Api::None, Behaviour::Changed);
const BEHAVIOUR: Verdict = Verdict::new(Wire::Safe, Api::None, Behaviour::Changed);

pub(super) fn compare(changes: &mut Changes, old: &Service, new: &Service) {
    let before = changes.findings.len();
    head(changes, old, new);
    endpoint(changes, old, new);
    environment(changes, old, new);
    authentication(changes, old, new);
    errors(changes, &old.errors, &new.errors);
    let renames = Renames::between(old, new);
    types::compare(changes, &renames, old, new);
    operations::compare(changes, &renames, old, new);
    // Fallback: a change that no rule covers is reported too.
    if changes.findings.len() == before && old != new && !differ_in_order_alone(old, new) {
        changes.report(
            "generated-code-changed",
            &[],
            (None, None),
            Verdict::new(Wire::Risk, Api::None, Behaviour::Changed),
            (
                "the generated code changes in a way that no rule knows",
                "look at the generated module line by line",
            ),
        );
    }
}

/// Returns whether only the order of parameters, or of items that are looked up by name, differs, which has no visible
/// effect.
fn differ_in_order_alone(old: &Service, new: &Service) -> bool {
    let sorted = |service: &Service| {
        let mut service = service.clone();
        for operation in &mut service.operations {
            let names: Vec<_> = operation
                .constructor
                .iter()
                .filter_map(|index| operation.members.get(*index))
                .map(|member| member.wire.clone())
                .collect();
            operation.members.sort_by(|a, b| a.wire.cmp(&b.wire));
            let position = |name: &String| {
                operation
                    .members
                    .iter()
                    .position(|member| member.wire == *name)
            };
            operation.constructor = names.iter().filter_map(position).collect();
            operation.fixed.sort();
        }
        service.operations.sort_by(|a, b| a.name.cmp(&b.name));
        service.types.sort_by(|a, b| a.name().cmp(b.name()));
        for ty in &mut service.types {
            // The order of variants cannot be observed.
            if let Type::Union(union) = ty {
                union.members.sort_by(|a, b| a.wire.cmp(&b.wire));
            }
        }
        service.errors.codes.sort_by(|a, b| a.wire.cmp(&b.wire));
        service
    };
    sorted(old) == sorted(new)
}

fn head(changes: &mut Changes, old: &Service, new: &Service) {
    let shown = |text: &String| text.clone();
    let words = ("a name in messages and documentation", "nothing");
    changes.changed(
        "name-changed",
        &["vendor"],
        (&old.vendor, &new.vendor),
        shown,
        Verdict::HARMLESS,
        words,
    );
    changes.changed(
        "name-changed",
        &["service"],
        (&old.name, &new.name),
        shown,
        Verdict::HARMLESS,
        words,
    );
    let words = (
        "the type that stands for the service has another name",
        "pin it",
    );
    let verdict = Verdict::new(Wire::Safe, Api::Major, Behaviour::Same);
    changes.changed(
        "service-type-renamed",
        &["module"],
        (&old.marker, &new.marker),
        shown,
        verdict,
        words,
    );
    let words = ("the spec has another name", "move its samples too");
    changes.changed(
        "name-changed",
        &["module"],
        (&old.stem, &new.stem),
        shown,
        Verdict::HARMLESS,
        words,
    );
    let is_there = |name: &str| {
        let mut operations = new.operations.iter();
        operations.any(|each| each.name == name) || new.types.iter().any(|ty| ty.name() == name)
    };
    names::removed(
        changes,
        &["removed"],
        (&old.removed, &new.removed),
        is_there,
    );
    changes.docs(&["docs"], &old.docs, &new.docs);
    changes.docs(
        &["see"],
        std::slice::from_ref(&old.see),
        std::slice::from_ref(&new.see),
    );
    let words = (
        "outputs are looked for elsewhere in every reply",
        "released clients read nothing where they looked: is it a correction?",
    );
    changes.changed(
        "result-moved",
        &["result"],
        (&old.result, &new.result),
        option,
        ELSEWHERE,
        words,
    );
    let words = (
        "the project id travels in another header",
        "released clients send it where nobody looks for it",
    );
    let verdict = match (&old.project_header, &new.project_header) {
        (None, Some(_)) => BEHAVIOUR,
        _ => ELSEWHERE,
    };
    changes.changed(
        "project-header-changed",
        &["project_header"],
        (&lower(&old.project_header), &lower(&new.project_header)),
        option,
        verdict,
        words,
    );
}

/// Returns the name of a header in lower case, because its case does not matter.
fn lower(header: &Option<String>) -> Option<String> {
    header.as_ref().map(|header| header.to_lowercase())
}

fn option(text: &Option<String>) -> String {
    text.clone().unwrap_or_else(|| "none".to_owned())
}

fn endpoint(changes: &mut Changes, old: &Service, new: &Service) {
    let (old, new) = (&old.endpoint, &new.endpoint);
    let words = (
        "requests, and credentials with them, go to another host",
        "make sure that the vendor owns it, and that it speaks the same",
    );
    changes.changed(
        "endpoint-changed",
        &["endpoint", "url"],
        (&old.url, &new.url),
        String::clone,
        ELSEWHERE,
        words,
    );
    let shown = |domains: &Vec<_>| {
        let rows = domains.iter().map(
            |crate::model::Domain {
                 regions,
                 plain,
                 dual_stack,
             }| {
                format!(
                    "{}: {plain}, {dual_stack}",
                    if regions.is_empty() {
                        "*".to_owned()
                    } else {
                        regions.join(" ")
                    }
                )
            },
        );
        rows.collect::<Vec<_>>().join("; ")
    };
    changes.changed(
        "endpoint-changed",
        &["endpoint", "domains"],
        (&old.domains, &new.domains),
        shown,
        ELSEWHERE,
        words,
    );
    let words = (
        "programs that name no region go to another one",
        "say so in the changelog",
    );
    changes.changed(
        "default-region-changed",
        &["endpoint", "default_region"],
        (&old.default_region, &new.default_region),
        option,
        BEHAVIOUR,
        words,
    );
}

fn environment(changes: &mut Changes, old: &Service, new: &Service) {
    let (a, b) = (&old.environment, &new.environment);
    let rows = [
        ("region", &a.region, &b.region),
        ("endpoint", &a.endpoint, &b.endpoint),
        ("ignore_endpoint", &a.ignore_endpoint, &b.ignore_endpoint),
        ("fips", &a.fips, &b.fips),
        ("dual_stack", &a.dual_stack, &b.dual_stack),
        ("project_id", &a.project_id, &b.project_id),
        ("max_attempts", &a.max_attempts, &b.max_attempts),
        ("retry_mode", &a.retry_mode, &b.retry_mode),
    ];
    for (key, old, new) in rows {
        variables(changes, &["environment", key], old, new);
    }
    let words = (
        "another section of the shared AWS configuration applies to the service",
        "compare the ID with the service model of the AWS SDKs",
    );
    changes.changed(
        "aws-service-id-changed",
        &["environment", "aws_service_id"],
        (&a.aws_service_id, &b.aws_service_id),
        option,
        BEHAVIOUR,
        words,
    );
    let shown = |settings: &Vec<NotRead>| {
        let settings = settings.iter().map(|setting| {
            let feature = setting.feature.iter();
            let feature: String = feature.map(|name| format!(" ({name})")).collect();
            format!("{}{feature}: {}", setting.name, setting.docs)
        });
        settings.collect::<Vec<_>>().join("\n")
    };
    let words = (
        "error messages and documentation name other variables and files",
        "nothing",
    );
    changes.changed(
        "not-read-changed",
        &["environment", "not_read"],
        (&a.not_read, &b.not_read),
        shown,
        Verdict::HARMLESS,
        words,
    );
    // If the names differ, so do the texts, and the names have their own findings.
    if a == b && old.endpoint == new.endpoint && old.auth == new.auth {
        let lines = |settings: &[Setting]| {
            let line =
                |Setting {
                     purpose,
                     names,
                     support,
                 }: &Setting| { format!("{purpose}: {names}, {support:?}") };
            settings.iter().map(line).collect::<Vec<_>>()
        };
        let (old, new) = (lines(&old.settings), lines(&new.settings));
        changes.docs(&["environment"], &old, &new);
    }
}

fn variables(changes: &mut Changes, path: &[&str], old: &Vec<String>, new: &Vec<String>) {
    let words = (
        "other environment variables are read, so a program finds another configuration, or none",
        "keep the old names behind the new ones",
    );
    let shown = |names: &Vec<String>| names.join(", ");
    changes.changed(
        "variables-changed",
        path,
        (old, new),
        shown,
        BEHAVIOUR,
        words,
    );
}

fn authentication(changes: &mut Changes, old: &Service, new: &Service) {
    // Schemes of one kind are identified by their position among those of the kind.
    fn numbered(schemes: &[Scheme]) -> Vec<(String, &Scheme)> {
        let mut seen: Vec<&str> = Vec::new();
        let number = |scheme| {
            let title = Scheme::title(scheme);
            let count = seen.iter().filter(|other| **other == title).count();
            seen.push(title);
            (format!("{title}#{count}"), scheme)
        };
        schemes.iter().map(number).collect()
    }
    let (mut olds, mut news) = (numbered(&old.auth), numbered(&new.auth));
    // Unchanged schemes are matched first, regardless of their position.
    for (key, scheme) in &mut olds {
        if let Some((other, _)) = news.iter_mut().find(|(_, other)| other == scheme) {
            *key = format!("{scheme:?}");
            *other = key.clone();
        }
    }
    let find =
        |list: &[(String, &Scheme)], key: &str| list.iter().position(|(other, _)| other == key);
    for (index, (key, scheme)) in olds.iter().enumerate() {
        let place = index.to_string();
        let Some((_, new)) = find(&news, key).and_then(|at| news.get(at)) else {
            changes.gone(
                "auth-removed",
                &["auth", &place],
                scheme.title(),
                ELSEWHERE,
                "who authenticates like this is no longer let in",
                "keep it while the service takes it",
            );
            continue;
        };
        let (old, new) = (parts(scheme), parts(new));
        let words = (
            "another service name is signed, so the signature is another",
            "a wrong name is refused by the service: check it against a captured request",
        );
        changes.changed(
            "signing-name-changed",
            &["auth", &place, "service"],
            (&old.service, &new.service),
            option,
            ELSEWHERE,
            words,
        );
        let words = (
            "the token travels in another header",
            "released clients send it where nobody looks for it",
        );
        changes.changed(
            "token-header-changed",
            &["auth", &place, "header"],
            (&lower(&old.header), &lower(&new.header)),
            option,
            ELSEWHERE,
            words,
        );
        for (name, old, new) in [
            ("token", &old.token, &new.token),
            ("access_key", &old.keys.access_key, &new.keys.access_key),
            ("secret_key", &old.keys.secret_key, &new.keys.secret_key),
            (
                "session_token",
                &old.keys.session_token,
                &new.keys.session_token,
            ),
        ] {
            variables(changes, &["auth", &place, name], old, new);
        }
    }
    for (index, (key, scheme)) in news.iter().enumerate() {
        if find(&olds, key).is_none() {
            changes.came(
                "auth-added",
                &["auth", &index.to_string()],
                scheme.title(),
                BEHAVIOUR,
                "there is another way to authenticate, which programs may begin to use",
                "look at its place in the list: the first that fits is used",
            );
        }
    }
    let common = |list: &[(String, &Scheme)], other: &[(String, &Scheme)]| {
        let both = list.iter().filter(|(key, _)| find(other, key).is_some());
        both.map(|(key, scheme)| (key.clone(), described(scheme)))
            .collect::<Vec<_>>()
    };
    let keys =
        |list: &[(String, String)]| list.iter().map(|(key, _)| key.clone()).collect::<Vec<_>>();
    let (old, new) = (common(&olds, &news), common(&news, &olds));
    if keys(&old) != keys(&new) {
        let shown = |list: &[(String, String)]| {
            let names = list.iter().map(|(_, shown)| shown.as_str());
            Some(names.collect::<Vec<_>>().join(", "))
        };
        let words = (
            "with credentials of several kinds, another is used",
            "say so in the changelog",
        );
        changes.report(
            "auth-order-changed",
            &["auth"],
            (shown(&old), shown(&new)),
            BEHAVIOUR,
            words,
        );
    }
}

/// Returns the title of a scheme and its first variable.
fn described(scheme: &Scheme) -> String {
    let Parts { token, keys, .. } = parts(scheme);
    let variable = token.first().or(keys.access_key.first());
    let variable = variable.map(|name| format!(" from {name}"));
    format!("{}{}", scheme.title(), variable.unwrap_or_default())
}

/// Components of a scheme.
#[derive(Default)]
struct Parts {
    service: Option<String>,
    header: Option<String>,
    token: Vec<String>,
    keys: Keys,
}

fn parts(scheme: &Scheme) -> Parts {
    let signing = |service: Option<&String>, keys: &Keys| Parts {
        service: service.cloned(),
        keys: keys.clone(),
        ..Parts::default()
    };
    match scheme {
        Scheme::AwsSigV4 { service, keys } | Scheme::VolcengineHmac { service, keys } => {
            signing(Some(service), keys)
        }
        Scheme::BaiduBceV1(keys) | Scheme::HuaweiSdkHmac(keys) => signing(None, keys),
        Scheme::Bearer { token } => Parts {
            token: token.clone(),
            ..Parts::default()
        },
        Scheme::Token { header, token } => Parts {
            header: Some(header.clone()),
            token: token.clone(),
            ..Parts::default()
        },
    }
}

fn errors(changes: &mut Changes, old: &Errors, new: &Errors) {
    let shown = |parts: &Vec<Part>| {
        let parts = parts.iter().map(|part| match part {
            Part::Header(name) => format!("header {name}"),
            Part::Body(path) => format!("body {path}"),
        });
        parts.collect::<Vec<_>>().join(", ")
    };
    let words = (
        "error codes are looked for elsewhere: failures are told apart by them, and retried or not",
        "make sure that every documented error still has its code: samples show it",
    );
    // Places that were appended are only used where the others contain nothing.
    let is_longer = new.code.starts_with(&old.code);
    let verdict = Verdict::new(Wire::Risk, Api::None, Behaviour::Changed);
    changes.changed(
        "error-code-moved",
        &["errors", "code"],
        (&old.code, &new.code),
        shown,
        if is_longer { verdict } else { ELSEWHERE },
        words,
    );
    for (key, old, new) in [
        ("message", &old.message, &new.message),
        ("help", &old.help, &new.help),
        ("request_id", &old.request_id, &new.request_id),
    ] {
        let words = (
            "errors say something else",
            "make sure that samples of errors still show it",
        );
        changes.changed(
            "error-text-moved",
            &["errors", key],
            (old, new),
            shown,
            BEHAVIOUR,
            words,
        );
    }
    let words = (
        "error codes are cut out of their text in another way",
        "check it against captured errors",
    );
    changes.changed(
        "error-code-moved",
        &["errors", "namespaced"],
        (&old.namespaced, &new.namespaced),
        ToString::to_string,
        ELSEWHERE,
        words,
    );
    success(changes, &old.success, &new.success);
    codes(changes, old, new);
}

/// Reports a change of the codes that mean success; `None` means the default.
fn success(changes: &mut Changes, old: &Option<Vec<String>>, new: &Option<Vec<String>>) {
    let codes = |success: &Option<Vec<String>>| match success {
        Some(codes) => codes.clone(),
        None => vec!["0".to_owned()],
    };
    let (old, new) = (codes(old), codes(new));
    let is_added = new.iter().any(|code| !old.contains(code));
    let is_removed = old.iter().any(|code| !new.contains(code));
    let (verdict, words) = match (is_added, is_removed) {
        (true, _) => (
            ELSEWHERE,
            (
                "replies with a code that was an error are successful",
                "check it against a captured reply: released clients fail on it",
            ),
        ),
        (false, true) => (
            Verdict::new(Wire::Risk, Api::None, Behaviour::Changed),
            (
                "replies with a code that meant success are errors",
                "check it against a captured error: released clients read it as an output",
            ),
        ),
        (false, false) => (
            Verdict::HARMLESS,
            ("the same codes, listed differently", "nothing"),
        ),
    };
    let shown = |codes: &Vec<String>| match codes.as_slice() {
        [] => "none".to_owned(),
        codes => codes.join(", "),
    };
    changes.changed(
        "success-codes-changed",
        &["errors", "success"],
        (&old, &new),
        shown,
        verdict,
        words,
    );
}

fn codes(changes: &mut Changes, old: &Errors, new: &Errors) {
    let mut added: Vec<_> = new
        .codes
        .iter()
        .filter(|code| !old.codes.iter().any(|other| other.wire == code.wire))
        .collect();
    for code in &old.codes {
        let path = ["errors", "codes", code.wire.as_str()];
        let same = new.codes.iter().find(|other| other.wire == code.wire);
        let moved = || {
            added
                .iter()
                .position(|other| other.rust_name == code.rust_name)
        };
        let now = match (same, moved()) {
            (Some(now), _) => now,
            (None, Some(index)) => {
                let now = added.remove(index);
                changes.report(
                    "error-code-renamed",
                    &["errors", "codes", &now.wire],
                    (Some(code.wire.clone()), Some(now.wire.clone())),
                    ELSEWHERE,
                    (
                        "the variant stands for another code: what released clients know by it comes as unknown",
                        "if the service sends both, add the new one beside the old",
                    ),
                );
                now
            }
            (None, None) => {
                changes.gone(
                    "error-removed",
                    &path,
                    &code.wire,
                    Verdict::new(Wire::Safe, Api::Major, Behaviour::Changed),
                    "the variant is gone; the code comes as unknown",
                    "keep it: a code that is never sent does no harm",
                );
                continue;
            }
        };
        let mut others = new.codes.iter().filter(|other| other.wire != now.wire);
        let is_taken = others.any(|other| other.rust_name == code.rust_name);
        let variants = (&code.rust_name, &now.rust_name);
        names::rust_name(
            changes,
            "error-variant-renamed",
            &path,
            variants,
            Api::Major,
            is_taken,
        );
        meaning(changes, &path, code, now);
        let docs = |code: &ErrorCode| code.docs.clone().into_iter().collect::<Vec<_>>();
        changes.docs(&path, &docs(code), &docs(now));
    }
    for code in added {
        changes.came(
            "error-added",
            &["errors", "codes", &code.wire],
            &code.wire,
            Verdict::new(Wire::Safe, Api::Minor, Behaviour::Changed),
            "what came as unknown is a variant of its own now, with a meaning",
            "nothing",
        );
    }
}

/// Compares what a code means: its kind or, if the spec states none, its status.
fn meaning(changes: &mut Changes, path: &[&str], old: &ErrorCode, new: &ErrorCode) {
    let shown = |code: &ErrorCode| {
        let status = code
            .status
            .map_or("any".to_owned(), |status| status.to_string());
        let kind = code.kind.as_deref().unwrap_or("as its status says");
        format!("{kind}, status {status}")
    };
    let is_stated = old.kind.is_some() && old.kind == new.kind;
    let is_same = old.kind == new.kind && old.status == new.status;
    let (rule, verdict, words) = if is_stated {
        let words = ("only the documentation of the code changes", "nothing");
        ("error-status-changed", Verdict::HARMLESS, words)
    } else {
        // What a status means is known to the runtime only, so the meaning of a code without a kind may be the same.
        let words = (
            "the error may mean something else: retries may appear or disappear",
            "make sure that another attempt helps, or does not",
        );
        ("error-meaning-changed", BEHAVIOUR, words)
    };
    if !is_same {
        let values = (Some(shown(old)), Some(shown(new)));
        changes.report(rule, path, values, verdict, words);
    }
}
