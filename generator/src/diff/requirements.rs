//! Rules on which members of an operation or structure are set together.

use std::collections::BTreeSet;

use super::changes::Changes;
use super::rules::Rule;
use super::verdict::{Api, Behaviour, Verdict, Wire};
use crate::model::{Member, Requirement};

/// The rules on members, and the members.
#[derive(Clone, Copy)]
pub(super) struct Requirements<'a> {
    pub(super) list: &'a [Requirement],
    pub(super) members: &'a [Member],
}

/// Compares the rules, and returns whether they differ. Documentation contains them, so it then differs too.
pub(super) fn compare(
    changes: &mut Changes,
    path: &[&str],
    old: Requirements<'_>,
    new: Requirements<'_>,
) -> bool {
    if old.list == new.list {
        return false;
    }
    let path = [path, &[changed_key(old.list, new.list)]].concat();
    let values = (Some(text(old.list)), Some(text(new.list)));
    if same(old.list, new.list) {
        let words = ("the same members in another order", "nothing");
        let rule = Rule::RequirementLoosened;
        changes.report(rule, &path, values, Verdict::HARMLESS, words);
    } else if new.list.iter().all(|rule| is_implied(rule, old, new)) {
        let words = (
            "released clients refuse what the service takes by now",
            "users of released clients can switch the check off",
        );
        changes.report(
            Rule::RequirementLoosened,
            &path,
            values,
            Verdict::HARMLESS,
            words,
        );
    } else {
        let words = (
            "requests that set none of the members, or several, are refused before they are sent",
            "make sure that the service refuses them: servers change later than documents",
        );
        let verdict = Verdict::new(Wire::Risk, Api::None, Behaviour::Changed);
        changes.report(Rule::RequirementTightened, &path, values, verdict, words);
    }
    true
}

/// Returns the key of the spec under which the rules differ.
fn changed_key(old: &[Requirement], new: &[Requirement]) -> &'static str {
    let one_of = |rules: &[Requirement]| {
        let rules = rules
            .iter()
            .filter(|rule| matches!(rule, Requirement::OneOf(_)));
        rules.cloned().collect::<Vec<_>>()
    };
    if one_of(old) == one_of(new) {
        "require_any_of"
    } else {
        "require_one_of"
    }
}

fn text(rules: &[Requirement]) -> String {
    let rules = rules.iter().map(|rule| match rule {
        Requirement::OneOf(names) => format!("exactly one of {}", names.join(", ")),
        Requirement::AnyOf(names) => format!("at least one of {}", names.join(", ")),
    });
    let rules: Vec<_> = rules.collect();
    if rules.is_empty() {
        return "none".to_owned();
    }
    rules.join("; ")
}

/// Returns whether every request that the old rules allowed keeps a new rule.
fn is_implied(rule: &Requirement, old: Requirements<'_>, new: Requirements<'_>) -> bool {
    // What is new was never set. A member with another wire name is the same if its name in Rust is.
    let before = |name: &String| {
        let same_wire = old.members.iter().find(|member| member.wire == *name);
        let now = new.members.iter().find(|member| member.wire == *name);
        let same_rust = || {
            let rust = &now?.rust_name;
            old.members.iter().find(|member| member.rust_name == *rust)
        };
        Some(same_wire.or_else(same_rust)?.wire.as_str())
    };
    let could_be_set: BTreeSet<_> = rule.members().iter().filter_map(before).collect();
    let always_set = old.members.iter().filter(|member| member.required);
    let always_set = always_set.map(|member| BTreeSet::from([member.wire.as_str()]));
    let sets = old.list.iter().map(|rule| {
        let names = rule.members().iter().map(String::as_str);
        let is_exact = matches!(rule, Requirement::OneOf(_));
        (names.collect::<BTreeSet<_>>(), is_exact)
    });
    let mut sets = sets.chain(always_set.map(|set| (set, true)));
    match rule {
        Requirement::OneOf(_) => sets.any(|(set, is_exact)| is_exact && set == could_be_set),
        Requirement::AnyOf(_) => sets.any(|(set, _)| set.is_subset(&could_be_set)),
    }
}

/// Whether two lists say the same, in any order.
fn same(old: &[Requirement], new: &[Requirement]) -> bool {
    let sorted = |rules: &[Requirement]| {
        let rules = rules.iter().map(|rule| {
            let (word, names) = match rule {
                Requirement::OneOf(names) => ("one", names),
                Requirement::AnyOf(names) => ("any", names),
            };
            let mut names = names.clone();
            names.sort();
            (word, names)
        });
        let mut rules: Vec<_> = rules.collect();
        rules.sort();
        rules
    };
    sorted(old) == sorted(new)
}
