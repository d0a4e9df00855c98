//! Broken specs: a single run reports every error at its location, and never panics. `GOLDEN=write` writes the expected
//! texts; review them.

use std::collections::BTreeSet;
use std::fs;

use cloud_models_tests::cases::{package, sorted};
use generator::{SpecSource, generate};

fn source(bytes: &[u8]) -> SpecSource {
    SpecSource::new("specs/broken.yaml", bytes)
}

/// Returns the IDs and locations of the findings.
fn found(bytes: &[u8]) -> Vec<(&'static str, usize, usize)> {
    let generated = generate(&[source(bytes)]);
    assert_eq!(
        generated.output.is_none(),
        generated.diagnostics.has_errors()
    );
    generated
        .diagnostics
        .iter()
        .map(|each| (each.rule.id(), each.at.span.line, each.at.span.column))
        .collect()
}

#[test]
fn every_fault_is_reported_as_expected() {
    let write = std::env::var_os("GOLDEN").is_some_and(|value| value == "write");
    let mut stale = Vec::new();
    let folder = package().join("fixtures/broken");
    for path in sorted(&folder).iter().filter(|path| {
        path.extension()
            .is_some_and(|extension| extension == "yaml")
    }) {
        let name = path
            .file_stem()
            .unwrap()
            .to_string_lossy()
            .replace('_', "-");
        let source = SpecSource::new(format!("specs/{name}.yaml"), fs::read(path).unwrap());
        let generated = generate(std::slice::from_ref(&source));
        assert!(generated.output.is_none(), "{name} is not broken");
        let said = generated.diagnostics.plain(std::slice::from_ref(&source));
        let expected = path.with_extension("txt");
        if fs::read_to_string(&expected)
            .unwrap_or_default()
            .replace("\r\n", "\n")
            != said
        {
            if write {
                fs::write(&expected, &said).unwrap();
            }
            stale.push(name);
        }
        // Every location must be inside the file and within its line.
        let text = String::from_utf8_lossy(&source.bytes);
        for each in generated.diagnostics.iter() {
            let span = each.at.span;
            let line = text.lines().nth(span.line - 1).unwrap_or_default();
            assert!(span.column <= line.chars().count() + 1, "{each:?}");
        }
    }
    assert!(
        stale.is_empty() || write,
        "{stale:?} differ: GOLDEN=write cargo test -p cloud-models-tests --test broken"
    );
}

/// Authors should see all their mistakes in one run, each on its line, without findings that merely follow from others.
#[test]
fn twenty_mistakes_are_twenty_findings() {
    let text = fs::read_to_string(package().join("fixtures/broken/twenty_mistakes.yaml")).unwrap();
    let marks = text.lines().zip(1..).filter_map(|(line, number)| {
        let (_, rule) = line.split_once(" #! ")?;
        Some((number, rule))
    });
    let expected: Vec<_> = marks.collect();
    let rules: BTreeSet<_> = expected.iter().map(|(_, rule)| rule).collect();
    assert_eq!((expected.len(), rules.len()), (20, 20));
    let source = SpecSource::new("specs/twenty-mistakes.yaml", text.clone());
    let diagnostics = generate(&[source]).diagnostics;
    let found = diagnostics.iter();
    let found: Vec<_> = found
        .map(|each| (each.at.span.line, each.rule.id()))
        .collect();
    assert_eq!(found, expected);
}

/// Thousands of types that lead to each other are checked at once, and without recursion.
#[test]
fn long_cycles_are_found() {
    let cycle = |rest: &str, member: &str| {
        let types = (0..4_000).map(|index| {
            let next = (index + 1) % 4_000;
            format!("  T{index}:\n    {rest}\n      a: {{type: T{next}, {member}}}\n")
        });
        format!("types:\n{}", types.collect::<String>())
    };
    let count = |spec: &str, rule: &str| {
        let found = found(spec.as_bytes());
        found.iter().filter(|(id, ..)| *id == rule).count()
    };
    let required = cycle("fields:", "required: true");
    assert_eq!((count(&required, "R03"), count(&required, "R08")), (1, 0));
    let optional = cycle("fields:", "sensitive: false");
    assert_eq!((count(&optional, "R03"), count(&optional, "R08")), (0, 1));
    let union = cycle("union:", "sensitive: false");
    assert_eq!((count(&union, "R03"), count(&union, "R08")), (1, 0));
}

#[test]
fn what_is_no_text_has_a_place_too() {
    assert_eq!(found(b"vendor: a\nservice: \xff\n"), [("Y02", 2, 10)]);
    assert_eq!(found(b"vendor: a\nservice: \x07\n"), [("Y03", 2, 10)]);
    assert_eq!(
        found("vendor: a\nservice: 模\u{202e}型\n".as_bytes()),
        [("Y03", 2, 11)]
    );
    assert_eq!(found(b"vendor: a\rservice: b\n"), [("Y03", 1, 10)]);
    assert_eq!(found(&vec![b'a'; (1 << 20) + 1]), [("Y01", 1, 1)]);
    assert_eq!(found(b""), [("Y06", 1, 1)]);
}

#[test]
fn what_is_deep_wide_or_wild_is_refused_at_once() {
    let deep_list = "[".repeat(20_000);
    let deep_type = format!(
        "types: {{A: {{fields: {{a: {{type: {}string}}}}}}}}",
        "map of ".repeat(20_000)
    );
    let deep_map: String = (0..3_000)
        .map(|depth| format!("{}a:\n", " ".repeat(depth.min(300))))
        .collect();
    let wide: String = (0..60_000).map(|index| format!("k{index}: 1\n")).collect();
    let bomb = "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\n";
    let keys = "? [a, b]\n: c\n";
    for text in [
        deep_list.as_str(),
        &deep_type,
        &deep_map,
        &wide,
        bomb,
        keys,
        "a: *b",
        "{",
        "\t- a",
        "%YAML 9",
        "a: b: c",
        "'",
        "|",
        "- - - -",
        "? ",
        "!",
        "&",
        "@",
    ] {
        assert!(!found(text.as_bytes()).is_empty(), "{text:.40}");
    }
}

/// A spec that was cut off anywhere, or in which any byte was changed, must lead to findings or files, but never to a
/// panic.
#[test]
fn no_damage_to_a_real_spec_leads_to_a_panic() {
    let bytes = fs::read(
        package()
            .parent()
            .unwrap()
            .join("specs/volcengine-ark.yaml"),
    )
    .unwrap();
    for end in (0..bytes.len()).step_by(61) {
        found(&bytes[..end]);
    }
    for at in (0..bytes.len()).step_by(97) {
        for byte in [b'[', b':', b'\n', b'"', b'-', b'#', b' ', b'&'] {
            let mut damaged = bytes.clone();
            damaged[at] = byte;
            found(&damaged);
        }
    }
}

/// With any line of a spec missing, the rest must still be understood, and the missing part reported.
#[test]
fn no_missing_line_leads_to_a_panic() {
    for name in [
        "fixtures/whole/life_of_names.yaml",
        "fixtures/whole/paging.yaml",
        "fixtures/whole/errors.yaml",
        "fixtures/whole/replies.yaml",
        "fixtures/whole/maps.yaml",
        "fixtures/whole/unions.yaml",
        "fixtures/whole/timestamps.yaml",
        "fixtures/whole/recursion.yaml",
    ] {
        let text = fs::read_to_string(package().join(name)).unwrap();
        let lines: Vec<_> = text.lines().collect();
        for left_out in 0..lines.len() {
            let rest: Vec<_> = lines
                .iter()
                .enumerate()
                .filter(|(index, _)| *index != left_out)
                .map(|(_, line)| *line)
                .collect();
            found(rest.join("\n").as_bytes());
        }
    }
}
