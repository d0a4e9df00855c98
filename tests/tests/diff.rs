//! Diff of specs: the verdicts of `fixtures/diff/edits.yaml`, and properties that hold for any two specs.

use std::collections::BTreeSet;
use std::fs;

use cloud_models_tests::cases::{package, specs, whole};
use cloud_models_tests::edits::{Edit, edits};
use generator::diff::{Api, Behaviour, Finding, Rule, Verdict, Wire, diff};
use generator::model::Service;
use generator::{SpecSource, read};
use serde_json::Value;

fn model(spec: &str) -> Vec<Service> {
    let source = SpecSource::new("specs/example-models.yaml", spec);
    let (services, found) = read(std::slice::from_ref(&source));
    assert!(!found.has_errors(), "{}", found.plain(&[source]));
    services
}

/// Returns the worst verdict of the findings.
fn verdict(findings: &[Finding]) -> Verdict {
    findings.iter().fold(Verdict::HARMLESS, |all, finding| {
        let Verdict {
            wire,
            api,
            behaviour,
        } = finding.verdict;
        Verdict {
            wire: all.wire.max(wire),
            api: all.api.max(api),
            behaviour: all.behaviour.max(behaviour),
        }
    })
}

fn words(verdict: Verdict) -> (&'static str, &'static str, &'static str) {
    let wire = match verdict.wire {
        Wire::Safe => "safe",
        Wire::Risk => "risk",
        Wire::Breaking => "breaking",
    };
    let api = match verdict.api {
        Api::None => "none",
        Api::Minor => "minor",
        Api::Major => "major",
    };
    let behaviour = match verdict.behaviour {
        Behaviour::Same => "same",
        Behaviour::Changed => "changed",
    };
    (wire, api, behaviour)
}

#[test]
fn every_edit_means_what_the_table_says() {
    let mut wrong = Vec::new();
    for edit in edits() {
        let findings = diff(&model(&edit.before()), &model(&edit.after()));
        let found = words(verdict(&findings));
        let expected = (
            edit.wire.as_str(),
            edit.api.as_str(),
            edit.behaviour.as_str(),
        );
        let rules: BTreeSet<_> = findings
            .iter()
            .map(|finding| finding.rule.to_string())
            .collect();
        let expected_rules: BTreeSet<_> = edit.rules.iter().cloned().collect();
        if found != expected || rules != expected_rules {
            let Edit { row, what, .. } = &edit;
            wrong.push(format!("row {row}, {what}\n  expected {expected:?} {expected_rules:?}\n  found    {found:?} {rules:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The words about a format must fit the direction in which the times travel.
#[test]
fn formats_of_times_are_described_by_their_use() {
    let expected = [
        (
            "times are sent as numbers",
            "times are sent in another format",
        ),
        (
            "times come as milliseconds",
            "replies have times in another unit",
        ),
        (
            "times come as another text",
            "replies have times in another format",
        ),
    ];
    let edits = edits();
    for (what, words) in expected {
        let edit = edits.iter().find(|edit| edit.what == what).unwrap();
        let findings = diff(&model(&edit.before()), &model(&edit.after()));
        let whys: Vec<_> = findings.iter().map(|finding| finding.why).collect();
        assert!(
            matches!(whys[..], [why] if why.starts_with(words)),
            "{what}: {whys:?}"
        );
    }
}

/// Every row of the table of edits must have a fixture, or be a policy that other tests check.
#[test]
fn every_row_is_here_or_a_policy() {
    // Policies of the generator, the runtime or the spec language, because of which the edit cannot occur.
    let policies = [
        (3, "a required parameter is an argument of `new`"),
        (14, "integers are i64"),
        (15, "integers are i64"),
        (30, "enums are open"),
        (36, "enums are open"),
        (40, "replies derive neither Eq nor Hash"),
        (41, "replies always have Default"),
        (47, "lists of replies are Vec"),
        (48, "integers are i64"),
        (54, "types stay in the module of their service"),
        (58, "replies are non_exhaustive"),
        (63, "errors have no payload but their raw body"),
        (78, "timeouts and retries are the runtime's"),
        (79, "clients are Send"),
        (80, "setters are must_use, by their type"),
    ];
    let mut rows: BTreeSet<u32> = edits().iter().map(|edit| edit.row).collect();
    rows.extend(policies.map(|(row, _)| row));
    assert_eq!(rows, (1..=84).collect());
}

/// Every rule must have an edit that triggers it, so that its verdicts are deliberate and, for Rust, compiled.
#[test]
fn every_rule_has_an_edit() {
    let shown: BTreeSet<String> = edits().into_iter().flat_map(|edit| edit.rules).collect();
    let rules: BTreeSet<String> = Rule::ALL.iter().map(Rule::to_string).collect();
    let known: BTreeSet<_> = [
        // These compare sets of specs, while an edit changes a single one.
        "service-added",
        "service-removed",
        "service-renamed",
        // The fallback for changes without a rule.
        "generated-code-changed",
    ]
    .map(str::to_owned)
    .into();
    assert!(rules.len() > 50, "{rules:?}");
    let missing: Vec<_> = rules
        .difference(&shown)
        .filter(|rule| !known.contains(*rule))
        .collect();
    assert!(missing.is_empty(), "{missing:?} have no edit");
}

/// Every rule has a page with a title and an explanation.
#[test]
fn every_rule_has_a_page() {
    let mut titles = BTreeSet::new();
    for rule in Rule::ALL {
        let page = rule.explanation();
        let (title, text) = page.split_once("\n\n").unwrap();
        assert!(
            title.starts_with("# ") && !title.ends_with('.'),
            "{rule}: {title}"
        );
        assert!(text.ends_with(".\n"), "{rule}: {text}");
        assert!(
            page.lines().all(|line| line.chars().count() <= 125),
            "{rule}"
        );
        assert!(
            titles.insert(rule.title()),
            "{rule}: {title} is there twice"
        );
        assert_eq!(rule.id().parse(), Ok(*rule));
    }
    let folder = package().join("../generator/src/diff/rules");
    assert_eq!(fs::read_dir(folder).unwrap().count(), Rule::ALL.len());
}

/// Returns everything that can be compared: the specs after each edit, the fixtures, and the specs of the workspace.
fn models() -> Vec<(String, Vec<Service>)> {
    let mut models = Vec::new();
    for edit in edits() {
        models.push((edit.what.clone(), model(&edit.after())));
    }
    for source in whole() {
        let name = source.path.clone();
        models.push((name, read(&[source]).0));
    }
    models.push(("the specs".to_owned(), read(&specs()).0));
    models
}

#[test]
fn nothing_changes_from_a_spec_to_itself() {
    for (name, model) in models() {
        assert_eq!(diff(&model, &model), [], "{name}");
    }
}

/// The reverse change must have the same findings with old and new values swapped.
#[test]
fn the_way_back_is_a_mirror() {
    let places = |findings: &[Finding]| {
        let places = findings.iter().map(|finding| {
            (
                finding.service.clone(),
                finding.old.clone(),
                finding.new.clone(),
            )
        });
        places.collect::<BTreeSet<_>>()
    };
    let swapped = |findings: &[Finding]| {
        let places = findings.iter().map(|finding| {
            (
                finding.service.clone(),
                finding.new.clone(),
                finding.old.clone(),
            )
        });
        places.collect::<BTreeSet<_>>()
    };
    for edit in edits() {
        let (old, new) = (model(&edit.before()), model(&edit.after()));
        assert_eq!(
            places(&diff(&old, &new)),
            swapped(&diff(&new, &old)),
            "{}",
            edit.what
        );
    }
}

#[test]
fn fingerprints_tell_findings_apart_and_stay() {
    let mut all = BTreeSet::new();
    let mut count = 0;
    for edit in edits() {
        let (old, new) = (model(&edit.before()), model(&edit.after()));
        let findings = diff(&old, &new);
        let again = diff(&old, &new);
        let prints: Vec<_> = findings.iter().map(Finding::fingerprint).collect();
        assert_eq!(
            prints,
            again.iter().map(Finding::fingerprint).collect::<Vec<_>>()
        );
        let unique: BTreeSet<_> = prints.iter().collect();
        assert_eq!(unique.len(), prints.len(), "{}", edit.what);
        count += prints.len();
        all.extend(prints);
    }
    assert!(all.len() > count / 2);
}

// --- completeness ---

/// Names of variants of the model's enums.
const VARIANTS: [&str; 35] = [
    "Path",
    "Query",
    "QueryCsv",
    "Header",
    "Body",
    "Payload",
    "String",
    "Integer",
    "Number",
    "Boolean",
    "Timestamp",
    "Rfc3339",
    "EpochSeconds",
    "EpochMillis",
    "HttpDate",
    "Bytes",
    "Json",
    "Enum",
    "Structure",
    "Union",
    "List",
    "Map",
    "HeaderPrefix",
    "Status",
    "Token",
    "Offset",
    "Range",
    "Length",
    "Count",
    "Chars",
    "Pattern",
    "OneOf",
    "AnyOf",
    "BaiduBceV1",
    "HuaweiSdkHmac",
];

/// Returns all values in which a single part of a JSON value is changed: another string, number, boolean or variant, or
/// a list with an element removed, added or moved.
fn mutations(value: &Value) -> Vec<(String, Value)> {
    fn walk(value: &Value, path: String, into: &mut Vec<(String, Vec<Value>)>) {
        match value {
            Value::Object(members) => {
                for (key, member) in members {
                    walk(member, format!("{path}/{key}"), into);
                }
                // A variant with content is an object with one member.
                if members.len() == 1 {
                    let inner = members.values().next().unwrap();
                    let others = VARIANTS
                        .iter()
                        .map(|name| serde_json::json!({ *name: inner }));
                    into.push((path, others.collect()));
                }
            }
            Value::Array(elements) => {
                for (index, element) in elements.iter().enumerate() {
                    walk(element, format!("{path}/{index}"), into);
                }
                if !elements.is_empty() {
                    let (first, last) = (elements[0].clone(), elements[elements.len() - 1].clone());
                    let swapped: Vec<_> = elements.iter().rev().cloned().collect();
                    into.push((
                        path,
                        vec![
                            Value::from(elements[1..].to_vec()),
                            Value::from(elements[..elements.len() - 1].to_vec()),
                            Value::from(swapped),
                            Value::from([&[first][..], elements].concat()),
                            Value::from([elements, &[last][..]].concat()),
                        ],
                    ));
                }
            }
            // A variant without content is a string.
            Value::String(text) if VARIANTS.contains(&text.as_str()) => {
                let others = VARIANTS.iter().map(|name| Value::from(*name));
                into.push((path, others.collect()));
            }
            Value::String(text) => {
                into.push((path, vec![Value::from(format!("{text}x")), Value::Null]))
            }
            Value::Bool(word) => into.push((path, vec![Value::from(!word)])),
            Value::Number(number) => into.push((
                path,
                vec![Value::from(number.as_i64().unwrap() + 1), Value::Null],
            )),
            Value::Null => into.push((
                path,
                vec![
                    Value::from("text"),
                    Value::from(7),
                    Value::from(vec!["text"]),
                ],
            )),
        }
    }
    let mut leaves = Vec::new();
    walk(value, String::new(), &mut leaves);
    let mut changed = Vec::new();
    for (path, others) in leaves {
        for other in others {
            let mut copy = value.clone();
            *copy.pointer_mut(&path).unwrap() = other;
            changed.push((path.clone(), copy));
        }
    }
    changed
}

/// Returns whether a list has the same elements in another order.
fn changed_order(old: &Value, new: &Value, path: &str) -> bool {
    let sorted = |value: &Value| {
        let elements = value.pointer(path).and_then(Value::as_array)?;
        let mut texts: Vec<_> = elements.iter().map(Value::to_string).collect();
        texts.sort();
        Some(texts)
    };
    sorted(old).is_some() && sorted(old) == sorted(new)
}

/// Every change of the model must have a finding, unless the generated code stays identical. Everything that a spec can
/// express must have a rule; only changes that follow from others may reach the fallback.
#[test]
fn no_part_of_the_model_changes_unseen() {
    let net = Rule::GeneratedCodeChanged;
    let mut count = 0;
    let mut netted = BTreeSet::new();
    let mut unseen = Vec::new();
    let mut models = read(&specs()).0;
    // Facts about services are in the specs, everything else is in the fixtures too.
    for service in &mut models {
        service.operations.truncate(1);
        service.types.clear();
    }
    for name in [
        "whole/life_of_names",
        "whole/paging",
        "whole/parameters",
        "whole/places",
        "whole/errors",
        "whole/replies",
        "whole/environment",
        "whole/writes",
        "whole/maps",
        "whole/unions",
        "whole/timestamps",
        "whole/recursion",
        "whole/requirements",
        "whole/authentication",
        "whole/example_catalog",
        "diff/base",
    ] {
        let path = package().join(format!("fixtures/{name}.yaml"));
        let source = SpecSource::new(
            format!("specs/{}.yaml", name.replace('/', "-")),
            fs::read(path).unwrap(),
        );
        models.extend(read(&[source]).0);
    }
    for service in models {
        let json = serde_json::to_value(&service).unwrap();
        let module = generator::module(&service);
        for (path, changed) in mutations(&json) {
            // The model does not allow a value of this kind here.
            let Ok(changed) = serde_json::from_value::<Service>(changed) else {
                continue;
            };
            if changed == service {
                continue;
            }
            count += 1;
            let findings = diff(
                std::slice::from_ref(&service),
                std::slice::from_ref(&changed),
            );
            // Without indices, so that each part is listed once.
            let part: Vec<_> = path
                .split('/')
                .filter(|key| key.parse::<usize>().is_err())
                .collect();
            // The order of items that are looked up by name, or sent in any order, has no visible effect.
            let has_no_order = [
                "/operations",
                "/types",
                "/operations/members",
                "/operations/fixed",
                "/operations/fixed_headers",
                "/fixed_headers",
                "/errors/codes",
                "/types/Structure/members",
                "/types/Union/members",
            ];
            let is_reversed = changed_order(&json, &serde_json::to_value(&changed).unwrap(), &path);
            if is_reversed && has_no_order.contains(&part.join("/").as_str()) {
                continue;
            }
            if findings.is_empty() && module != generator::module(&changed) {
                unseen.push(format!("{}: {path}", service.module));
            }
            if findings.iter().any(|finding| finding.rule == net) {
                netted.insert(part.join("/"));
            }
        }
    }
    println!("{count} mutations; in the net: {netted:?}");
    assert!(count > 2_000, "{count}");
    assert!(
        unseen.is_empty(),
        "{} of {count}:\n{}",
        unseen.len(),
        unseen.join("\n")
    );
    // Parts that follow from others, or that no spec can change alone. The type of the service and the name of the spec
    // follow from the module. The field names in paging paths follow from the
    // fields, the page size from its default, the arguments of `new` from the required members, the use in responses
    // from the types of operations, and the kind of a type from the type. The order of limits is fixed, and nothing
    // occurs twice.
    let derived = [
        "/marker",
        "/stem",
        "/operations",
        "/operations/constructor",
        "/operations/fixed",
        "/operations/members",
        "/operations/members/limits",
        "/operations/members/ty",
        "/operations/members/ty/List",
        "/operations/paging",
        "/types",
        "/types/Structure/constructor",
        "/types/Structure/members",
        "/types/Structure/members/limits",
        "/types/Structure/members/ty",
        "/types/Structure/members/ty/List",
        "/types/Structure/output",
        "/types/Enum/values",
        "/types/Union/members",
        "/errors/codes",
    ];
    for part in netted {
        assert!(
            derived.contains(&part.as_str()) || part.starts_with("/operations/paging/"),
            "{part} has no rule"
        );
    }
}
