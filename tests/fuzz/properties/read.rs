//! Reading of arbitrary bytes as a spec: it is checked and reported in every format, and all locations are inside the
//! file.

use generator::diagnostics::Format;
use generator::{Sample, SpecSource};

/// Panics if the property does not hold.
pub fn holds(bytes: &[u8]) {
    // After a marker line, the input continues with a sample.
    let marker = b"\n#### sample ####\n";
    let at = bytes
        .windows(marker.len())
        .position(|window| window == marker);
    let (spec, sample) = match at {
        Some(at) => (&bytes[..at], Some(&bytes[at + marker.len()..])),
        None => (bytes, None),
    };
    let mut source = SpecSource::new("specs/example-models.yaml", spec);
    let samples = [
        "ListModels.a.request.json",
        "ListModels.b.response.json",
        "ListModels.c.error.json",
    ];
    for name in samples {
        source.samples.extend(sample.map(|bytes| Sample {
            path: format!("specs/samples/example-models/{name}"),
            bytes: bytes.to_vec(),
        }));
    }
    // The file is parsed once, by the strict reader; YAML must not mean anything else to others.
    assert_eq!(generator::disagreement(&source), None);
    let sources = [source];
    let (services, found) = generator::read(&sources);
    assert!(!services.is_empty() || found.has_errors());
    let text = String::from_utf8_lossy(spec);
    let lines: Vec<_> = text.split('\n').collect();
    for each in found.iter().filter(|each| each.at.file == sources[0].path) {
        let span = each.at.span;
        let line = lines.get(span.line - 1).expect("the line is in the file");
        assert!(span.column <= line.chars().count() + 1, "{each:?}");
        assert!(
            !each.message.is_empty() && !each.help.is_empty(),
            "{each:?}"
        );
    }
    // The diff must also accept older specs, which may break any rule.
    let (lenient, _) = generator::read_leniently(&sources[0]);
    let changes = generator::diff::diff(lenient.as_slice(), lenient.as_slice());
    assert_eq!(changes, []);
    generator::diff::diff(&[], lenient.as_slice());
    for format in [Format::Text, Format::Json, Format::Github, Format::Sarif] {
        let said = found.render(format, &sources, false);
        assert!(!said.contains('\u{1b}'));
        if matches!(format, Format::Json | Format::Sarif) {
            assert!(serde_json::from_str::<serde_json::Value>(&said).is_ok());
        }
    }
}
