//! Rust names that are kept, removed or reused.

use super::changes::Changes;
use super::rules::Rule;
use super::verdict::{Api, Behaviour, Verdict, Wire};

/// Reports a changed Rust name of an item that still has the same wire name. If another item now has the old name,
/// existing code compiles but silently uses the other item.
pub(super) fn rust_name(
    changes: &mut Changes,
    rule: Rule,
    path: &[&str],
    (old, new): (&String, &String),
    api: Api,
    is_taken: bool,
) {
    if is_taken && old != new {
        let words = (
            "the old name means something else now: code that uses it compiles, and does another thing",
            "give the other one a new name instead",
        );
        let verdict = Verdict::new(Wire::Safe, Api::Major, Behaviour::Changed);
        changes.changed(
            Rule::RustNameTakenOver,
            path,
            (old, new),
            String::clone,
            verdict,
            words,
        );
        return;
    }
    let words = (
        "code that names it does not compile",
        "pin the name with `rust_name`",
    );
    let verdict = Verdict::new(Wire::Safe, api, Behaviour::Same);
    changes.changed(rule, path, (old, new), String::clone, verdict, words);
}

/// Reports arguments of `new`, given by their wire names, that swapped places or were replaced. Where the types match,
/// existing code still compiles, or compiles again once an argument is added, but passes its values to the wrong
/// parameters.
pub(super) fn arguments(changes: &mut Changes, path: &[&str], old: &[String], new: &[String]) {
    let common = |list: &[String], other: &[String]| -> Vec<String> {
        let common = list.iter().filter(|name| other.contains(name));
        common.cloned().collect()
    };
    let is_same = match old.len() == new.len() {
        true => old == new,
        // The compiler reports the other number of arguments, but not another order of those that stay.
        false => common(old, new) == common(new, old),
    };
    if is_same {
        return;
    }
    let verdict = Verdict::new(Wire::Safe, Api::Major, Behaviour::Changed);
    let words = (
        "arguments of `new` are others, or swap places: those of one type compile, and each travels as the other",
        "put them back: the order stands for ever, new ones come at the end",
    );
    changes.changed(
        Rule::ArgumentsChanged,
        path,
        (old, new),
        |names| names.join(", "),
        verdict,
        words,
    );
}

/// Reports an alias for a former name that was added or removed. `before` and `now` are the current names in the old
/// and the new spec.
pub(super) fn alias(
    changes: &mut Changes,
    path: &[&str],
    old: &Option<String>,
    new: &Option<String>,
    (before, now): (&str, &str),
) {
    if let Some(gone) = old
        && new.as_ref() != Some(gone)
        && gone != now
    {
        changes.gone(
            Rule::AliasRemoved,
            path,
            gone,
            Verdict::new(Wire::Safe, Api::Major, Behaviour::Same),
            "code that still uses the former name does not compile",
            "keep it until the next major version",
        );
    }
    if let Some(name) = new
        && old.as_ref() != Some(name)
        && name != before
    {
        changes.came(
            Rule::AliasAdded,
            path,
            name,
            Verdict::new(Wire::Safe, Api::Minor, Behaviour::Same),
            "there is another, deprecated name",
            "nothing",
        );
    }
}

/// Reports changes to the list of names that must never be reused with another meaning.
pub(super) fn removed(
    changes: &mut Changes,
    path: &[&str],
    (old, new): (&[String], &[String]),
    is_there: impl Fn(&str) -> bool,
) {
    for name in old.iter().filter(|name| !new.contains(name)) {
        let (rule, wire, words) = if is_there(name) {
            (
                Rule::RemovedNameCameBack,
                Wire::Breaking,
                (
                    "a name that was never to come back is there again: released clients take it for what it was",
                    "choose another name, or make sure that it means the same",
                ),
            )
        } else {
            (
                Rule::RemovedNameForgotten,
                Wire::Risk,
                (
                    "nothing keeps the name from coming back with another meaning",
                    "leave it in `removed`",
                ),
            )
        };
        let verdict = Verdict::new(wire, Api::None, Behaviour::Same);
        changes.report(rule, path, (Some(name.clone()), None), verdict, words);
    }
    for name in new.iter().filter(|name| !old.contains(name)) {
        changes.came(
            Rule::NameRemovedForEver,
            path,
            name,
            Verdict::HARMLESS,
            "the name may not come back",
            "nothing",
        );
    }
}
