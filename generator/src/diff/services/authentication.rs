//! Ways to authenticate.

use super::environment::variables;
use super::{BEHAVIOUR, ELSEWHERE, lower, option};
use crate::diff::changes::Changes;
use crate::diff::rules::Rule;
use crate::diff::verdict::Verdict;
use crate::model::{Keys, Operation, Scheme, Service};

/// Compares the schemes of a service. Those that operations replace with their own show in no request.
pub(super) fn authentication(
    changes: &mut Changes,
    (old, new): (&Service, &Service),
    operations: &[(&Operation, &Operation)],
) {
    let is_general =
        |(old, new): &(&Operation, &Operation)| old.auth.is_none() && new.auth.is_none();
    let elsewhere = match operations.is_empty() || operations.iter().any(is_general) {
        true => ELSEWHERE,
        false => BEHAVIOUR,
    };
    let (olds, news) = (&old.auth, &new.auth);
    let pairs = pairs(olds, news);
    for (index, scheme) in olds.iter().enumerate() {
        let place = index.to_string();
        let path = ["auth", place.as_str()];
        let same = pairs.iter().find(|(old, _)| *old == index);
        let Some(new) = same.and_then(|(_, new)| news.get(*new)) else {
            // Requests are authenticated as before, with credentials from fewer variables.
            match repeated(news, scheme) {
                Some(Repeated::Exactly) => changes.gone(
                    Rule::AuthRemoved,
                    &path,
                    scheme.title(),
                    Verdict::HARMLESS,
                    "it was there twice",
                    "nothing",
                ),
                Some(Repeated::WithOtherVariables) => {
                    all_variables(changes, &path, &parts(scheme), &Parts::default());
                }
                None => changes.gone(
                    Rule::AuthRemoved,
                    &path,
                    scheme.title(),
                    elsewhere,
                    "who authenticates like this is no longer let in",
                    "keep it while the service takes it",
                ),
            }
            continue;
        };
        let (old, new) = (parts(scheme), parts(new));
        let words = (
            "another service name is signed, so the signature is another",
            "a wrong name is refused by the service: check it against a captured request",
        );
        changes.changed(
            Rule::SigningNameChanged,
            &["auth", &place, "service"],
            (&old.service, &new.service),
            option,
            elsewhere,
            words,
        );
        let words = (
            "the token travels in another header",
            "released clients send it where nobody looks for it",
        );
        changes.changed(
            Rule::TokenHeaderChanged,
            &["auth", &place, "header"],
            (&lower(&old.header), &lower(&new.header)),
            option,
            elsewhere,
            words,
        );
        let words = (
            "the token travels in another query parameter",
            "released clients send it where nobody looks for it",
        );
        changes.changed(
            Rule::TokenQueryChanged,
            &["auth", &place, "query"],
            (&old.query, &new.query),
            option,
            elsewhere,
            words,
        );
        all_variables(changes, &path, &old, &new);
    }
    for (index, scheme) in news.iter().enumerate() {
        if pairs.iter().any(|(_, new)| *new == index) {
            continue;
        }
        let place = index.to_string();
        let path = ["auth", place.as_str()];
        match repeated(olds, scheme) {
            Some(Repeated::Exactly) => changes.came(
                Rule::AuthAdded,
                &path,
                scheme.title(),
                Verdict::HARMLESS,
                "it is there twice",
                "leave one of them out",
            ),
            Some(Repeated::WithOtherVariables) => {
                all_variables(changes, &path, &Parts::default(), &parts(scheme));
            }
            None => changes.came(
                Rule::AuthAdded,
                &path,
                scheme.title(),
                BEHAVIOUR,
                "there is another way to authenticate, which programs may begin to use",
                "look at its place in the list: the first that fits is used",
            ),
        }
    }
    let mut by_new = pairs.clone();
    by_new.sort_by_key(|(_, new)| *new);
    if by_new != pairs {
        let shown =
            |side: fn(&(usize, usize)) -> usize, pairs: &[(usize, usize)], list: &[Scheme]| {
                let schemes = pairs.iter().filter_map(|pair| list.get(side(pair)));
                Some(schemes.map(described).collect::<Vec<_>>().join(", "))
            };
        let words = (
            "with credentials of several kinds, another is used",
            "say so in the changelog",
        );
        changes.report(
            Rule::AuthOrderChanged,
            &["auth"],
            (
                shown(|pair| pair.0, &pairs, olds),
                shown(|pair| pair.1, &by_new, news),
            ),
            BEHAVIOUR,
            words,
        );
    }
}

/// Returns the indices of schemes that are the same, ordered by the first: if possible those that are equal, else those
/// that make the same requests, else those of one kind.
fn pairs(old: &[Scheme], new: &[Scheme]) -> Vec<(usize, usize)> {
    let mut pairs: Vec<(usize, usize)> = Vec::new();
    let is_kind = |old: &Scheme, new: &Scheme| old.title() == new.title();
    let levels: [fn(&Scheme, &Scheme) -> bool; 3] =
        [|old, new| old == new, is_same_request, is_kind];
    for is_it in levels {
        for (from, scheme) in old.iter().enumerate() {
            if pairs.iter().any(|(other, _)| *other == from) {
                continue;
            }
            let mut others = new.iter().enumerate();
            let is_free = |to: usize| pairs.iter().all(|(_, other)| *other != to);
            let found = others.find(|(to, other)| is_free(*to) && is_it(scheme, other));
            pairs.extend(found.map(|(to, _)| (from, to)));
        }
    }
    pairs.sort_unstable();
    pairs
}

/// A scheme that makes the same requests as another one.
enum Repeated {
    /// With the same variables, or none at all.
    Exactly,
    WithOtherVariables,
}

/// Returns how a list repeats a scheme, if it does.
fn repeated(list: &[Scheme], scheme: &Scheme) -> Option<Repeated> {
    let mut same = list.iter().filter(|other| is_same_request(other, scheme));
    let Parts { token, keys, .. } = parts(scheme);
    let has_variables = !token.is_empty() || keys != Keys::default();
    match same.clone().next() {
        None => None,
        Some(_) if !has_variables || same.any(|other| other == scheme) => Some(Repeated::Exactly),
        Some(_) => Some(Repeated::WithOtherVariables),
    }
}

/// Whether two schemes differ in nothing but the variables with their secrets.
fn is_same_request(a: &Scheme, b: &Scheme) -> bool {
    on_the_wire(a) == on_the_wire(b)
}

/// Returns the parts of a scheme that show in requests: its kind, the signed service, a header and a query parameter.
fn on_the_wire(scheme: &Scheme) -> (&'static str, [Option<String>; 3]) {
    let Parts {
        service,
        header,
        query,
        ..
    } = parts(scheme);
    (scheme.title(), [service, lower(&header), query])
}

/// Compares all variables of a scheme.
fn all_variables(changes: &mut Changes, path: &[&str; 2], old: &Parts, new: &Parts) {
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
        variables(changes, &[path[0], path[1], name], old, new);
    }
}

/// Compares the schemes of an operation, which are those of the service unless it has its own.
pub(in crate::diff) fn of_operation(
    changes: &mut Changes,
    path: &[&str],
    old: (&Service, &Operation),
    new: (&Service, &Operation),
) {
    if old.1.auth == new.1.auth {
        return;
    }
    // Variables are those of the service, so nobody reads those of an operation.
    let schemes = |(service, operation): (&Service, &Operation)| {
        let schemes = operation.auth.as_ref().unwrap_or(&service.auth);
        let mut seen = Vec::new();
        for scheme in schemes.iter().map(on_the_wire) {
            if !seen.contains(&scheme) {
                seen.push(scheme);
            }
        }
        seen
    };
    let (before, after) = (schemes(old), schemes(new));
    let shown = |(_, operation): (&Service, &Operation)| match &operation.auth {
        None => "as the service".to_owned(),
        Some(schemes) => {
            let shown: Vec<_> = schemes.iter().map(exactly).collect();
            shown.join(", ")
        }
    };
    let (verdict, words) = match before.iter().all(|scheme| after.contains(scheme)) {
        _ if before == after => (
            Verdict::HARMLESS,
            (
                "requests of the operation are authenticated as before",
                "nothing",
            ),
        ),
        is_longer => (
            if is_longer { BEHAVIOUR } else { ELSEWHERE },
            (
                "requests of the operation are authenticated in another way",
                "check it against a captured request",
            ),
        ),
    };
    let values = (Some(shown(old)), Some(shown(new)));
    changes.report(Rule::OperationAuthChanged, path, values, verdict, words);
}

/// Returns the title of a scheme and everything that belongs to it.
fn exactly(scheme: &Scheme) -> String {
    let parts = parts(scheme);
    let words = [&parts.service, &parts.header, &parts.query];
    let lists = [
        &parts.token,
        &parts.keys.access_key,
        &parts.keys.secret_key,
        &parts.keys.session_token,
    ];
    let words = words.into_iter().flatten().map(String::as_str);
    let lists = lists.into_iter().flatten().map(String::as_str);
    let words: Vec<_> = [scheme.title()]
        .into_iter()
        .chain(words)
        .chain(lists)
        .collect();
    words.join(" ")
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
    query: Option<String>,
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
        Scheme::BaiduBceV1(keys) | Scheme::HuaweiSdkHmac(keys) | Scheme::Basic(keys) => {
            signing(None, keys)
        }
        Scheme::Bearer { token } => Parts {
            token: token.clone(),
            ..Parts::default()
        },
        Scheme::Token { header, token } => Parts {
            header: Some(header.clone()),
            token: token.clone(),
            ..Parts::default()
        },
        Scheme::QueryToken { query, token } => Parts {
            query: Some(query.clone()),
            token: token.clone(),
            ..Parts::default()
        },
        Scheme::None => Parts::default(),
    }
}
