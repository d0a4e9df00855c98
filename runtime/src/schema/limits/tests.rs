use std::collections::BTreeMap;

use super::*;
use crate::schema::{Json, MembersMut, Record};
use crate::time::Timestamp;

#[test]
fn classes_have_ranges_and_plain_characters() {
    let class = "A-Za-z0-9_-";
    assert!("AZaz09_-".chars().all(|c| in_class(class, c)));
    assert!("@[`{/: 模".chars().all(|c| !in_class(class, c)));
    assert!(in_class("-a", '-') && in_class("-a", 'a') && !in_class("-a", 'b'));
    assert!(in_class("一-龥", '模'));
}

#[test]
fn bounds_show_only_the_ends_that_bound() {
    assert_eq!(bounds(1, 100, i64::MIN, i64::MAX), "1..=100");
    assert_eq!(bounds(1, i64::MAX, i64::MIN, i64::MAX), "1..");
    assert_eq!(bounds(0, 63, 0, u64::MAX), "..=63");
}

/// Returns the rules that a member violates, with the values.
fn violated<V: Value>(
    value: V,
    limit: impl for<'m, 'a> Fn(&'m mut Member<'a>) -> &'m mut Member<'a>,
) -> Vec<(String, String)> {
    let mut members = Members::new();
    limit(members.body("name", &value));
    let found = |validate| {
        let mut violations = Violations::new(validate);
        members.iter().for_each(|member| violations.check(member));
        violations.into_vec()
    };
    assert!(found(false).is_empty());
    let found = found(true).into_iter();
    found
        .map(|found| {
            assert_eq!(found.field, "name");
            (found.rule, found.value)
        })
        .collect()
}

/// Returns the values of which each violates a limit.
fn values<V: Value>(
    value: V,
    limit: impl for<'m, 'a> Fn(&'m mut Member<'a>) -> &'m mut Member<'a>,
) -> Vec<String> {
    let values = violated(value, limit).into_iter();
    values.map(|(_, value)| value).collect()
}

#[test]
fn both_ends_of_a_range_are_allowed() {
    let list = vec![i64::MIN, 0, 1, 3, 4, i64::MAX];
    let outside = [i64::MIN, 0, 4, i64::MAX].map(|number| number.to_string());
    assert_eq!(values(list, |member| member.range(1, 3)), outside);
    assert_eq!(values(Some(4), |member| member.range(1, 3)), ["4"]);
    assert_eq!(values(None::<i64>, |member| member.range(1, 3)), [""; 0]);
}

#[test]
fn numbers_have_ranges_too() {
    let list = vec![0.49, 0.5, 1.0, 1.01, f64::NAN];
    assert_eq!(
        violated(list, |member| member.number_range(0.5, 1.0)),
        [
            ("range 0.5..=1".to_owned(), "0.49".to_owned()),
            ("range 0.5..=1".to_owned(), "1.01".to_owned()),
            ("finite number".to_owned(), "NaN".to_owned()),
        ]
    );
    assert_eq!(
        violated(Some(-1e-7), |member| member
            .number_range(1e-7, f64::INFINITY)),
        [("range 0.0000001..".to_owned(), "-0.0000001".to_owned())]
    );
    assert_eq!(
        values(None::<f64>, |member| member.number_range(0.5, 1.0)),
        [""; 0]
    );
}

#[test]
fn lengths_are_numbers_of_characters() {
    let text = |text: &str| text.to_owned();
    // A character of this text takes three bytes.
    let list = ["", "\u{6a21}", "\u{6a21}\u{6a21}", "abc"].map(text);
    assert_eq!(
        values(list.to_vec(), |member| member.length(1, 2)),
        ["", "abc"]
    );
    let found = violated(text("abc"), |member| member.length(1, 2));
    assert_eq!(found, [(text("length 1..=2"), text("abc"))]);
}

#[test]
fn counts_are_numbers_of_elements() {
    let count = |elements: usize| {
        let list = vec!["a".to_owned(); elements];
        !values(list, |member| member.count(1, 2)).is_empty()
    };
    assert_eq!([0, 1, 2, 3].map(count), [true, false, false, true]);
    let absent = None::<Vec<String>>;
    assert_eq!(values(absent, |member| member.count(1, 2)), [""; 0]);
    assert_eq!(
        values(vec![1, 2, 3], |member| member.count(1, 2)),
        ["3 elements"]
    );
}

#[test]
fn every_character_must_be_in_the_class() {
    let list = ["", "ab", "aB", "!"].map(str::to_owned).to_vec();
    assert_eq!(values(list, |member| member.chars("a-z")), ["aB", "!"]);
}

#[test]
fn sensitive_values_are_hidden_in_whatever_order_limits_are_stated() {
    let secret = || "canary".to_owned();
    let before = violated(secret(), |member| member.sensitive().length(1, 2));
    let after = violated(secret(), |member| member.length(1, 2).sensitive());
    assert_eq!(before, [("length 1..=2".to_owned(), "***".to_owned())]);
    assert_eq!(after, before);
    // Those of other members are shown.
    let mut members = Members::new();
    let (hidden, shown) = (secret(), "shown".to_owned());
    members.body("hidden", &hidden).length(1, 2).sensitive();
    members.body("shown", &shown).length(1, 2);
    let mut violations = Violations::new(true);
    members.iter().for_each(|member| violations.check(member));
    let found = violations.into_vec().into_iter();
    let values: Vec<_> = found.map(|found| found.value).collect();
    assert_eq!(values, ["***", "shown"]);
}

#[test]
fn contents_of_sensitive_members_are_collected() {
    fn collected<V: Value>(value: V, validate: bool) -> Vec<String> {
        let mut violations = Violations::new(validate);
        let mut members = Members::new();
        members.body("name", &value).sensitive();
        members.iter().for_each(|member| violations.check(member));
        let secrets = violations.take_secrets();
        assert!(violations.take_secrets().is_empty());
        secrets.iter().map(|secret| secret.to_string()).collect()
    }

    for validate in [true, false] {
        assert_eq!(collected("canary".to_owned(), validate), ["canary"]);
        assert_eq!(collected(Some(12345678), validate), ["12345678"]);
        assert_eq!(collected(Some(0.5), validate), ["0.5"]);
        assert_eq!(
            collected(Some(1.5e21), validate),
            ["1500000000000000000000", "1.5e+21"]
        );
        let json = Json::from(serde_json::json!([1.5e21]));
        assert_eq!(
            collected(json, validate),
            ["1500000000000000000000", "1.5e+21"]
        );
        // As it is given and as it is sent.
        let time = Timestamp::from("2024-05-14T21:05:12+08:00");
        let both = ["2024-05-14T21:05:12+08:00", "2024-05-14T13:05:12Z"];
        assert_eq!(collected(time, validate), both);
        let list = vec!["canary".to_owned(), "other".to_owned()];
        assert_eq!(collected(list, validate), ["canary", "other"]);
        assert_eq!(collected(None::<String>, validate), [""; 0]);
    }
}

#[test]
fn values_that_no_service_accepts_are_violations_by_themselves() {
    assert_eq!(values(f64::NAN, |member| member), ["NaN"]);
    assert_eq!(values(0.5, |member| member), [""; 0]);
}

#[test]
fn long_values_are_cut() {
    let cut = |length: usize| values("\u{6a21}".repeat(length), |member| member.length(0, 0));
    assert_eq!(cut(80), ["\u{6a21}".repeat(80)]);
    assert_eq!(cut(81), [format!("{}…", "\u{6a21}".repeat(80))]);
}

/// A structure that may contain itself.
#[derive(Default)]
struct Tree {
    name: String,
    trees: Vec<Vec<Tree>>,
    branch: Option<Box<Tree>>,
}

impl Record for Tree {
    fn members<'a>(&'a self, to: &mut Members<'a>) {
        to.body("name", &self.name).length(1, 2);
        to.body("trees", &self.trees);
        to.body("branch", &self.branch);
    }

    fn members_mut<'a>(&'a mut self, to: &mut MembersMut<'a>) {
        to.member("name", &mut self.name);
        to.member("trees", &mut self.trees);
        to.member("branch", &mut self.branch);
    }
}

crate::output!(Tree);

#[test]
fn violations_name_the_path_and_return_to_where_they_were() {
    let leaf = || Tree {
        name: "a".to_owned(),
        ..Tree::default()
    };
    let tree = Tree {
        trees: vec![vec![], vec![leaf(), Tree::default()]],
        branch: Some(Box::new(Tree {
            branch: Some(Box::new(leaf())),
            ..Tree::default()
        })),
        ..Tree::default()
    };
    let mut violations = Violations::new(true);
    let mut members = Members::new();
    members.body("tree", &tree);
    let after = "abc".to_owned();
    members.body("after", &after).length(1, 2);
    members.iter().for_each(|member| violations.check(member));
    let found = violations.into_vec().into_iter();
    let fields: Vec<_> = found.map(|found| found.field).collect();
    let expected = [
        "tree.name",
        "tree.trees[1][1].name",
        "tree.branch.name",
        "after",
    ];
    assert_eq!(fields, expected);
}

#[test]
fn what_is_inside_a_secret_is_hidden_too() {
    let tree = Tree::default();
    let mut members = Members::new();
    members.body("tree", &tree).sensitive();
    let mut violations = Violations::new(true);
    members.iter().for_each(|member| violations.check(member));
    let found = violations.into_vec();
    assert_eq!(found.len(), 1);
    assert_eq!(
        (found[0].field.as_str(), found[0].value.as_str()),
        ("tree.name", "***")
    );
}

#[test]
fn maps_have_limits_for_keys_and_values() {
    let map = || {
        let entries = [("a", vec![1, 5]), ("B", vec![]), ("abc", vec![9])];
        entries.map(|(key, value)| (key.to_owned(), value))
    };
    let map = || BTreeMap::from(map());
    let found = |limit: &dyn Fn(&mut Member<'_>)| {
        let (map, mut members) = (map(), Members::new());
        limit(members.body("map", &map));
        let mut violations = Violations::new(true);
        members.iter().for_each(|member| violations.check(member));
        let found = violations.into_vec().into_iter();
        let found = found.map(|found| format!("{} {} {}", found.field, found.rule, found.value));
        found.collect::<Vec<_>>()
    };
    assert_eq!(
        found(&|member| {
            member.range(0, 5).count(1, 2);
        }),
        ["map[abc] range 0..=5 9", "map count 1..=2 3 entries"]
    );
    assert_eq!(
        found(&|member| {
            member.key_length(1, 2).key_chars("a-z");
        }),
        ["map[B] key chars a-z B", "map[abc] key length 1..=2 abc"]
    );
    // Keys may be secrets too.
    assert_eq!(
        found(&|member| {
            member.key_chars("a-z").range(0, 5).sensitive();
        }),
        ["map[***] key chars a-z ***", "map[***] range 0..=5 ***"]
    );
}

#[test]
fn limits_of_keys_are_about_the_outermost_map() {
    let inner = BTreeMap::from([("LONG".to_owned(), "x".to_owned())]);
    let maps = vec![BTreeMap::from([("a".to_owned(), inner)])];
    let mut members = Members::new();
    members.body("maps", &maps).key_length(1, 2).chars("a-w");
    let mut violations = Violations::new(true);
    members.iter().for_each(|member| violations.check(member));
    let found = violations.into_vec();
    assert_eq!(found.len(), 1);
    assert_eq!(
        (found[0].field.as_str(), found[0].rule.as_str()),
        ("maps[0][a][LONG]", "chars a-w")
    );
}

#[test]
fn everything_in_a_sensitive_value_is_a_secret() {
    let json = serde_json::json!({"name": ["text", 12345678, {"inner": null}], "flag": true});
    let map = BTreeMap::from([("key".to_owned(), Json::from(json))]);
    let mut members = Members::new();
    members.body("map", &map).sensitive();
    let bytes = bytes::Bytes::from_static(b"bytes");
    members.body("bytes", &bytes).sensitive();
    let mut violations = Violations::new(true);
    members.iter().for_each(|member| violations.check(member));
    let secrets = violations.take_secrets();
    let mut secrets: Vec<_> = secrets.iter().map(|secret| secret.as_str()).collect();
    secrets.sort_unstable();
    assert_eq!(
        secrets,
        [
            "12345678", "Ynl0ZXM=", "bytes", "flag", "inner", "key", "name", "text"
        ]
    );
}

#[test]
fn lengths_may_be_larger_than_small_machines_can_address() {
    const FIVE_GIGABYTES: u64 = 5_368_709_120;
    let bytes = bytes::Bytes::from_static(b"a");
    let rules = violated(bytes, |member| member.length(FIVE_GIGABYTES, u64::MAX));
    assert_eq!(rules[0].0, "length 5368709120..");
}

#[test]
fn texts_of_times_have_four_digits_for_the_year() {
    let years = || {
        [
            "-0001-01-01T00:00:00Z",
            "0000-01-01T00:00:00Z",
            "9999-12-31T23:59:59Z",
            "+10000-01-01T00:00:00Z",
        ]
        .map(Timestamp::from)
        .to_vec()
    };
    let outside = ["-0001-01-01T00:00:00Z", "+10000-01-01T00:00:00Z"];
    assert_eq!(values(years(), |member| member), outside);
    assert_eq!(values(years(), |member| member.http_date()), outside);
    assert_eq!(values(years(), |member| member.epoch_seconds()), [""; 0]);
    assert_eq!(values(years(), |member| member.epoch_millis()), [""; 0]);
}

#[test]
fn the_length_of_bytes_is_their_number() {
    let bytes = |length: usize| bytes::Bytes::from(vec![0xff; length]);
    assert_eq!(values(bytes(2), |member| member.length(1, 2)), [""; 0]);
    assert_eq!(values(bytes(3), |member| member.length(1, 2)), ["3 bytes"]);
}

#[test]
fn only_lists_have_a_count() {
    let text = "abc".to_owned();
    assert_eq!(values(text, |member| member.count(5, 9)), [""; 0]);
    assert_eq!(values(Some(3), |member| member.count(5, 9)), [""; 0]);
}

#[test]
fn the_number_of_violations_is_limited() {
    let mut violations = Violations::new(true);
    (0..1000).for_each(|n| violations.push(&n.to_string(), "rule", ""));
    assert_eq!(violations.into_vec().len(), 100);
}

#[test]
fn patterns_match_the_whole_text() {
    let list = ["ab", "xab", "abx", "b", "", "ab\n"]
        .map(str::to_owned)
        .to_vec();
    let wrong = values(list, |member| member.pattern("ab|b"));
    assert_eq!(wrong, ["xab", "abx", "", "ab\n"]);
    // One that cannot be compiled holds for every text.
    assert_eq!(
        values("a".to_owned(), |member| member.pattern("(")),
        [""; 0]
    );
}
