//! Errors: their places in replies, and their codes.

use super::{BEHAVIOUR, ELSEWHERE};
use crate::diff::changes::Changes;
use crate::diff::names;
use crate::diff::renames::Renames;
use crate::diff::rules::Rule;
use crate::diff::verdict::{Api, Behaviour, Verdict, Wire};
use crate::model::{ErrorCode, Errors, Part};

pub(super) fn errors(changes: &mut Changes, renames: &Renames<'_>, old: &Errors, new: &Errors) {
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
        Rule::ErrorCodeMoved,
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
            Rule::ErrorTextMoved,
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
        Rule::ErrorCodeMoved,
        &["errors", "namespaced"],
        (&old.namespaced, &new.namespaced),
        ToString::to_string,
        ELSEWHERE,
        words,
    );
    only_status(changes, old.only_status, new.only_status);
    success(changes, &old.success, &new.success);
    codes(changes, renames, old, new);
}

/// Reports a change of the statuses of the responses in which codes are looked for; `None` means all.
fn only_status(changes: &mut Changes, old: Option<(u16, u16)>, new: Option<(u16, u16)>) {
    let range = |range: Option<(u16, u16)>| range.unwrap_or((100, 999));
    let (old, new) = (range(old), range(new));
    let shown = |(first, last): &(u16, u16)| format!("{first}..={last}");
    let words = (
        "error codes are looked for in replies with other statuses: outputs become errors, or errors outputs",
        "check it against a captured reply and a captured error",
    );
    changes.changed(
        Rule::ErrorCodeMoved,
        &["errors", "only_status"],
        (&old, &new),
        shown,
        ELSEWHERE,
        words,
    );
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
        Rule::SuccessCodesChanged,
        &["errors", "success"],
        (&old, &new),
        shown,
        verdict,
        words,
    );
}

fn codes(changes: &mut Changes, renames: &Renames<'_>, old: &Errors, new: &Errors) {
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
                    Rule::ErrorCodeRenamed,
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
                    Rule::ErrorRemoved,
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
            Rule::ErrorVariantRenamed,
            &path,
            variants,
            Api::Major,
            is_taken,
        );
        meaning(changes, &path, code, now);
        details(changes, renames, &path, code, now);
        let docs = |code: &ErrorCode| code.docs.clone().into_iter().collect::<Vec<_>>();
        changes.docs(&path, &docs(code), &docs(now));
    }
    for code in added {
        changes.came(
            Rule::ErrorAdded,
            &["errors", "codes", &code.wire],
            &code.wire,
            Verdict::new(Wire::Safe, Api::Minor, Behaviour::Changed),
            "what came as unknown is a variant of its own now, with a meaning",
            "nothing",
        );
    }
}

/// Compares the structures with the details of a code.
fn details(
    changes: &mut Changes,
    renames: &Renames<'_>,
    path: &[&str],
    old: &ErrorCode,
    new: &ErrorCode,
) {
    let path = [path, &["details"]].concat();
    let before = old.details.as_deref().map(|name| renames.name(name));
    match (before, new.details.as_deref()) {
        (None, Some(new)) => changes.came(
            Rule::ErrorDetailsAdded,
            &path,
            new,
            Verdict::new(Wire::Safe, Api::Minor, Behaviour::Same),
            "programs can read more of the error",
            "nothing",
        ),
        (Some(old), None) => changes.gone(
            Rule::ErrorDetailsRemoved,
            &path,
            old,
            Verdict::new(Wire::Safe, Api::Major, Behaviour::Changed),
            "the error has no details from now on; code that reads them may not compile",
            "keep them: details that never come do no harm",
        ),
        (Some(old), Some(new)) if old != new => changes.report(
            Rule::ErrorDetailsChanged,
            &path,
            (Some(old.to_owned()), Some(new.to_owned())),
            Verdict::new(Wire::Risk, Api::Major, Behaviour::Changed),
            (
                "the error has the details of another structure; code that reads the old ones finds none",
                "add fields to the structure that is there",
            ),
        ),
        _ => {}
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
        (Rule::ErrorStatusChanged, Verdict::HARMLESS, words)
    } else {
        // What a status means is known to the runtime only, so the meaning of a code without a kind may be the same.
        let words = (
            "the error may mean something else: retries may appear or disappear",
            "make sure that another attempt helps, or does not",
        );
        (Rule::ErrorMeaningChanged, BEHAVIOUR, words)
    };
    if !is_same {
        let values = (Some(shown(old)), Some(shown(new)));
        changes.report(rule, path, values, verdict, words);
    }
}
