//! Generated code for each feature of the spec language. `GOLDEN=write` writes the files that differ; review them.
//! `../src/goldens.rs` compiles the same files.

use std::fs;

use cloud_models_tests::cases::{package, sorted, whole};
use generator::{SpecSource, generate};

fn module_of(source: &SpecSource) -> String {
    let generated = generate(std::slice::from_ref(source));
    let report = generated.diagnostics.plain(std::slice::from_ref(source));
    assert!(generated.diagnostics.without_notes().is_empty(), "{report}");
    generated
        .output
        .unwrap()
        .files
        .remove(&format!("{}.rs", source.stem().replace('-', "_")))
        .unwrap()
}

#[test]
fn modules_are_as_they_were_read_by_people() {
    let write = std::env::var_os("GOLDEN").is_some_and(|value| value == "write");
    let mut stale = Vec::new();
    for source in whole() {
        let module = module_of(&source);
        let path = package()
            .join("goldens")
            .join(format!("{}.rs", source.stem().replace('-', "_")));
        if fs::read_to_string(&path)
            .unwrap_or_default()
            .replace("\r\n", "\n")
            != module
        {
            if write {
                fs::write(&path, &module).unwrap();
            }
            stale.push(path.file_name().unwrap().to_string_lossy().into_owned());
        }
    }
    assert!(
        stale.is_empty() || write,
        "{stale:?} differ: GOLDEN=write cargo test -p cloud-models-tests --test goldens"
    );
}

#[test]
fn every_golden_has_its_fixture_and_is_compiled() {
    let compiled = include_str!("../src/goldens.rs");
    for path in sorted(&package().join("goldens")) {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        assert!(
            package()
                .join(format!("fixtures/whole/{name}.yaml"))
                .exists(),
            "{name} has no fixture"
        );
        assert!(
            compiled.contains(&format!("goldens/{name}.rs")),
            "{name} is not compiled"
        );
    }
}
