//! The composed service as a small package with everything that a user of it could write.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use generator::model::Service;
use generator::{SpecSource, generate, read};

use super::{STEM, spec};
use crate::cases::{sorted, workspace};
use crate::consumer::consumer;
use crate::examples::examples;
use crate::round_trips::round_trips;

/// The package of the service in a folder.
#[derive(Debug)]
pub struct Package {
    folder: PathBuf,
    service: Service,
    module: String,
}

impl Package {
    /// Generates the service and writes the package. Files that are there with the same content stay as they are, so
    /// that cargo does not compile them again.
    ///
    /// # Panics
    ///
    /// If the spec has findings that are no notes.
    pub fn write(folder: &Path) -> Self {
        let source = SpecSource::new(format!("specs/{STEM}.yaml"), spec());
        let sources = std::slice::from_ref(&source);
        let (mut services, _) = read(sources);
        let generated = generate(sources);
        let found = generated.diagnostics.without_notes();
        assert!(found.is_empty(), "{}", found.plain(sources));
        let service = services.pop().expect("a spec without errors");
        let mut files = generated.output.expect("a spec without errors").files;
        let module = files.remove(&format!("{}.rs", service.module));
        let module = module.expect("the module of the service");

        let vendors: Vec<_> = sorted(&workspace().join("specs"))
            .iter()
            .filter(|path| path.extension().is_some_and(|end| end == "yaml"))
            .filter_map(|path| Some(path.file_stem()?.to_str()?.replace('-', "_")))
            .collect();
        let manifest = format!(
            "[package]\nname = \"{STEM}\"\nversion = \"0.0.0\"\nedition = \"2024\"\npublish = false\n\n[workspace]\n\n[dependencies]\ncloud-models-runtime = {{ path = {:?}, features = [\"fake\"] }}\ncloud-models = {{ path = {:?}, default-features = false, features = {:?} }}\nserde_core = \"1\"\nserde_json = \"1\"\n\n[profile.dev]\ndebug = 0\n",
            workspace().join("runtime"),
            workspace().join("generated"),
            vendors
                .iter()
                .map(|vendor| vendor.replace('_', "-"))
                .collect::<Vec<_>>(),
        );
        let mut modules = vec![(service.module.clone(), module.clone())];
        for vendor in vendors {
            let path = workspace().join(format!("generated/src/{vendor}.rs"));
            let text = fs::read_to_string(path).expect("the generated crate can be read");
            modules.push((vendor, text));
        }
        let files = [
            ("Cargo.toml", manifest.as_str()),
            ("src/lib.rs", LIBRARY),
            ("src/api.rs", &module),
            ("src/examples.rs", &all_examples(&modules)),
            ("src/program.rs", &consumer(&service)),
            ("src/main.rs", &round_trips(&service)),
        ];
        for (name, text) in files {
            replace(&folder.join(name), text);
        }
        // Cargo drops from the lock what the package does not need, so changes are seen in a copy.
        let lock = workspace().join("Cargo.lock");
        let lock = fs::read_to_string(lock).expect("the lock can be read");
        if replace(&folder.join("Cargo.lock.original"), &lock) {
            replace(&folder.join("Cargo.lock"), &lock);
        }
        Self {
            folder: folder.to_owned(),
            service,
            module,
        }
    }

    /// Returns the model of the service.
    pub fn service(&self) -> &Service {
        &self.service
    }

    /// Returns the generated module.
    pub fn module(&self) -> &str {
        &self.module
    }

    /// Returns a command for cargo in the package.
    pub fn cargo(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO"));
        command
            .arg("--offline")
            .args(arguments)
            .env("CARGO_TARGET_DIR", self.folder.join("target"))
            .env("RUSTDOCFLAGS", "--deny warnings")
            .env_remove("RUSTFLAGS")
            .current_dir(&self.folder);
        command
    }
}

/// The lints are those of the crate that the module is made for.
const LIBRARY: &str = "\
//! A generated service, and a program that uses everything in it.
#![deny(warnings, missing_docs, unreachable_pub)]

pub mod api;
#[cfg(test)]
#[allow(dead_code, deprecated)]
mod examples;
#[doc(hidden)]
#[allow(warnings, missing_docs, clippy::all)]
pub mod program;
";

/// Returns the examples in the documentation of the modules, each in its own module.
fn all_examples(modules: &[(String, String)]) -> String {
    let mut out = String::new();
    for (name, text) in modules {
        for (index, example) in examples(text).iter().enumerate() {
            // The service is in this package; the vendors are in the crate that the examples name.
            let own = format!("cloud_models::{STEM}", STEM = STEM.replace('-', "_"));
            let example = example.replace(&own, "crate::api");
            out.push_str(&format!("mod {name}_{index} {{\n{example}}}\n"));
        }
    }
    out
}

/// Writes a file unless it has the same content already. Returns whether it was written.
fn replace(path: &Path, text: &str) -> bool {
    if fs::read_to_string(path).is_ok_and(|there| there == text) {
        return false;
    }
    let folder = path.parent().expect("it is in a folder");
    fs::create_dir_all(folder).expect("folders can be made");
    fs::write(path, text).expect("files can be written");
    true
}
