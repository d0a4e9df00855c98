//! Cases captured from the vendors' official SDKs: requests that they sent, and responses that they received.

use std::fs;
use std::path::{Path, PathBuf};

use generator::{Sample, SpecSource};
use serde_json::{Value, json};

/// Returns the folder of this package.
pub fn package() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Returns the root of the workspace.
pub fn workspace() -> &'static Path {
    package().parent().expect("the package is in the workspace")
}

/// Returns the specs of the workspace with their samples.
pub fn specs() -> Vec<SpecSource> {
    let folder = workspace().join("specs");
    let paths = sorted(&folder).into_iter();
    let paths = paths.filter(|path| path.extension().is_some_and(|ending| ending == "yaml"));
    let spec = |path: PathBuf| {
        let stem = name_of(&path);
        let bytes = fs::read(&path).expect("a spec can be read");
        let mut spec = SpecSource::new(format!("specs/{stem}.yaml"), bytes);
        for path in sorted(&folder.join("samples").join(&stem)) {
            spec.samples.push(Sample {
                path: format!("specs/samples/{stem}/{}.json", name_of(&path)),
                bytes: fs::read(&path).expect("a sample can be read"),
            });
        }
        spec
    };
    paths.map(spec).collect()
}

/// Returns the fixtures that cover the language of specs, each of them a complete spec.
pub fn whole() -> Vec<SpecSource> {
    let source = |path: PathBuf| {
        let stem = name_of(&path).replace('_', "-");
        let bytes = fs::read(&path).expect("a fixture can be read");
        SpecSource::new(format!("specs/{stem}.yaml"), bytes)
    };
    let paths = sorted(&package().join("fixtures/whole"));
    paths.into_iter().map(source).collect()
}

/// A captured case.
#[derive(Debug)]
pub struct Case {
    /// Name of the spec, which is also that of the folder.
    pub spec: String,
    /// Name of the file without its extension.
    pub name: String,
    /// Content of the file.
    pub value: Value,
}

impl Case {
    /// Creates a case of an operation, for a request or response that the test provides.
    pub fn new(spec: &str, operation: &str, value: Value) -> Self {
        let mut value = value;
        if value.is_null() {
            value = json!({});
        }
        value["operation"] = json!(operation);
        Self {
            spec: spec.to_owned(),
            name: String::new(),
            value,
        }
    }

    /// Returns the name of the operation. Older captures do not have it; they concern the list of models.
    pub fn operation(&self) -> &str {
        match self.value["operation"].as_str() {
            Some(operation) => operation,
            None => list_of_models(&self.spec),
        }
    }

    /// Whether the name of the case contains a text, or ends with the text after `*`.
    pub fn fits(&self, pattern: &str) -> bool {
        match pattern.strip_prefix('*') {
            Some(end) => self.name.ends_with(end),
            None => self.name.contains(pattern),
        }
    }

    /// Returns the input by wire name. Some captures have the members of the body in an object of their own.
    pub fn input(&self) -> Value {
        let mut input = self.value["input"].clone();
        if let Some(members) = input.as_object_mut()
            && let Some(Value::Object(body)) = members.shift_remove("body")
        {
            members.extend(body);
        }
        input
    }
}

/// Returns the operation that lists the models of a service.
pub fn list_of_models(spec: &str) -> &'static str {
    match spec {
        "baidu-qianfan" => "DescribeCustomModelSets",
        "huawei-fabric" => "ListModels",
        _ => "ListCustomModels",
    }
}

/// Reads the cases in a folder that has a subfolder for each spec, sorted by name.
pub fn read(folder: &Path) -> Vec<Case> {
    let mut cases = Vec::new();
    for spec in sorted(folder) {
        for file in sorted(&spec) {
            let text = fs::read_to_string(&file).expect("a case can be read");
            let value = serde_json::from_str(&text)
                .unwrap_or_else(|error| panic!("{}: {error}", file.display()));
            cases.push(Case {
                spec: name_of(&spec),
                name: name_of(&file),
                value,
            });
        }
    }
    assert!(!cases.is_empty(), "{} has no cases", folder.display());
    cases
}

/// Returns the entries of a folder, sorted by name.
pub fn sorted(folder: &Path) -> Vec<PathBuf> {
    let entries =
        fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<_> = entries
        .map(|entry| entry.expect("the folder can be read").path())
        .collect();
    paths.sort();
    paths
}

fn name_of(path: &Path) -> String {
    path.file_stem()
        .expect("it has a name")
        .to_string_lossy()
        .into_owned()
}
