//! Names in Rust for what a draft has, where those that follow from the vendor's names do not fit.

use std::collections::BTreeSet;

use crate::names::{self, MAX_LENGTH, Role};

/// Returns a name for each of the vendor's names in one scope: `None` where the one that Rust derives fits, and no other has it
/// already. Those that fit come first, whatever the order, so that a name changes only where it has to.
pub(super) fn pinned<'a>(
    role: Role,
    derived: impl Fn(&str) -> String,
    all: impl Iterator<Item = &'a str> + Clone,
    taken: &mut BTreeSet<String>,
) -> Vec<Option<String>> {
    let mut names: Vec<_> = all
        .clone()
        .map(|wire| {
            let name = derived(wire);
            let is_free = fits(&name, role) && taken.insert(name);
            (!is_free).then(String::new)
        })
        .collect();
    for (name, wire) in names.iter_mut().zip(all) {
        if let Some(name) = name {
            *name = free(role, wire, taken);
        }
    }
    names
}

/// Whether a name can be used, and is in the case that the compiler expects.
pub(super) fn fits(name: &str, role: Role) -> bool {
    let has_case = match role {
        Role::Type | Role::Variant => names::is_type_case(name),
        Role::Member | Role::Module => names::is_member_case(name),
    };
    has_case && names::check(name, role).is_ok()
}

/// Returns a name that nothing has yet, and takes it.
fn free(role: Role, wire: &str, taken: &mut BTreeSet<String>) -> String {
    let words = words(wire);
    let with = |more: &str| {
        let words = match more {
            "" => words.clone(),
            more => [words.as_slice(), &[more.to_owned()]].concat(),
        };
        joined(role, &words)
    };
    let kind = (words == ["type"] && role == Role::Member).then(|| "kind".to_owned());
    let named = kind.into_iter().chain([with(""), with("value")]);
    let numbered = (2_u32..).map(|number| with(&number.to_string()));
    let mut names = named.chain(numbered);
    // There are more numbers than names.
    let name = names.find(|name| fits(name, role) && !taken.contains(name));
    let name = name.unwrap_or_default();
    taken.insert(name.clone());
    name
}

/// Returns the words of a name that begin a name in Rust: the first one begins with a letter.
fn words(wire: &str) -> Vec<String> {
    // A point between digits is no end of a word: `1.5` and `15` are two values.
    let mut plain = String::new();
    let mut rest = wire.chars().peekable();
    let mut before = ' ';
    while let Some(c) = rest.next() {
        let is_between = before.is_ascii_digit() && rest.peek().is_some_and(char::is_ascii_digit);
        match c {
            '.' if is_between => plain.push_str("_point_"),
            c if c.is_ascii() => plain.push(c),
            _ => plain.push('_'),
        }
        before = c;
    }
    let name = names::member(&plain);
    let mut words: Vec<_> = name.split('_').filter(|word| !word.is_empty()).collect();
    if !words
        .first()
        .is_some_and(|word| word.starts_with(|c: char| c.is_ascii_alphabetic()))
    {
        words.insert(0, "value");
    }
    words.into_iter().map(str::to_owned).collect()
}

/// Writes words in the case of a role. Those before the last one are dropped if the name would be too long.
fn joined(role: Role, words: &[String]) -> String {
    let join = |words: &[String]| {
        let name = words.join("_");
        match role {
            Role::Type | Role::Variant => names::variant(&name),
            Role::Member | Role::Module => name,
        }
    };
    let Some((last, before)) = words.split_last() else {
        return String::new();
    };
    let lengths = (0..=before.len()).rev();
    let mut names = lengths.map(|length| {
        let kept = before.get(..length).unwrap_or_default();
        join(&[kept, std::slice::from_ref(last)].concat())
    });
    let name = names.find(|name| name.len() <= MAX_LENGTH);
    // Names are of ASCII here.
    name.unwrap_or_else(|| join(words).chars().take(MAX_LENGTH).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(role: Role, derived: fn(&str) -> String, wires: &[&str]) -> Vec<String> {
        let mut taken = BTreeSet::new();
        let pinned = pinned(role, derived, wires.iter().copied(), &mut taken);
        assert_eq!(taken.len(), wires.len());
        assert!(taken.iter().all(|name| fits(name, role)), "{taken:?}");
        let names = pinned.into_iter().zip(wires);
        names
            .map(|(pinned, wire)| pinned.unwrap_or_else(|| derived(wire)))
            .collect()
    }

    #[test]
    fn names_that_fit_stay_and_others_are_told_apart() {
        assert_eq!(
            all(
                Role::Member,
                names::member,
                &[
                    "type",
                    "kind",
                    "httpMethod",
                    "http_method",
                    "in",
                    "1st",
                    "模型",
                    "",
                    "new"
                ]
            ),
            [
                "type_value",
                "kind",
                "http_method",
                "http_method_value",
                "in_value",
                "value_1st",
                "value",
                "value_value",
                "new_value"
            ]
        );
        assert_eq!(
            all(
                Role::Variant,
                names::variant,
                &[
                    "UNKNOWN", "self", "0.5", "1.6", "16", "Yes", "yes", "YES", "5m", "*"
                ]
            ),
            [
                "UnknownValue",
                "SelfValue",
                "Value0Point5",
                "Value1Point6",
                "Value16",
                "Yes",
                "YesValue",
                "Yes2",
                "Value5m",
                "Value"
            ]
        );
    }

    #[test]
    fn long_names_lose_words_before_the_last() {
        let long = "AwsEc2LaunchTemplateDataInstanceRequirementsAcceleratorCountDetails";
        let longer = "x".repeat(100);
        let names = all(Role::Type, str::to_owned, &[long, &longer]);
        assert_eq!(
            names[0],
            "AwsEc2LaunchTemplateDataInstanceRequirementsAcceleratorDetails"
        );
        assert_eq!(names[1].len(), MAX_LENGTH);
        let two = all(
            Role::Variant,
            names::variant,
            &[&longer, &longer.to_uppercase()],
        );
        assert_ne!(two[0], two[1]);
    }
}
