//! Ways to authenticate.

use super::environment::variables;
use super::{BEHAVIOUR, ELSEWHERE, lower, option};
use crate::diff::changes::Changes;
use crate::diff::rules::Rule;
use crate::diff::verdict::Verdict;
use crate::model::{Keys, Operation, Scheme, Service};

pub(super) fn authentication(changes: &mut Changes, old: &Service, new: &Service) {
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
                Rule::AuthRemoved,
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
            Rule::SigningNameChanged,
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
            Rule::TokenHeaderChanged,
            &["auth", &place, "header"],
            (&lower(&old.header), &lower(&new.header)),
            option,
            ELSEWHERE,
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
                Rule::AuthAdded,
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
            Rule::AuthOrderChanged,
            &["auth"],
            (shown(&old), shown(&new)),
            BEHAVIOUR,
            words,
        );
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
    fn schemes<'a>((service, operation): (&'a Service, &'a Operation)) -> &'a [Scheme] {
        operation.auth.as_ref().unwrap_or(&service.auth)
    }
    let (before, after) = (schemes(old), schemes(new));
    let verdict = match before.iter().all(|scheme| after.contains(scheme)) {
        _ if before == after => Verdict::HARMLESS,
        true => BEHAVIOUR,
        false => ELSEWHERE,
    };
    let shown = |(_, operation): (&Service, &Operation)| match &operation.auth {
        None => "as the service".to_owned(),
        Some(schemes) => {
            let shown: Vec<_> = schemes.iter().map(exactly).collect();
            shown.join(", ")
        }
    };
    let words = (
        "requests of the operation are authenticated in another way",
        "check it against a captured request",
    );
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
