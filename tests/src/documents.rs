//! Small documents of OpenAPI, and the specs that are written from them.

use std::fs;
use std::path::Path;

use generator::{Severity, SpecSource, generate};
use serde_json::{Value, json};

use crate::workspace::{Workspace, text};

/// Where specs are written, and by which program.
#[derive(Clone, Copy, Debug)]
pub struct Importer {
    /// Program of the generator.
    pub program: &'static str,
    /// Folder for workspaces.
    pub folder: &'static str,
}

impl Importer {
    /// Creates a workspace.
    pub fn open(self, name: &str) -> Workspace {
        let folder = Path::new(self.folder).join("openapi");
        Workspace::new(&folder.join(name), self.program)
    }

    /// Runs `new --from` for a document. Returns the exit code, what was said, and the text of the spec.
    pub fn import(
        self,
        name: &str,
        document: &Value,
        more: &[&str],
    ) -> (Option<i32>, String, Option<String>) {
        let workspace = self.open(name);
        workspace.write("file.json", document.to_string());
        let mut command = workspace.command();
        command
            .args(["new", name, "--from"])
            .arg(workspace.path("file.json"));
        let output = command.args(more).output().unwrap();
        let spec = workspace.path(&format!("specs/{name}.yaml"));
        let said = text(&output.stdout) + &text(&output.stderr);
        (output.status.code(), said, fs::read_to_string(spec).ok())
    }

    /// Writes a spec from a document. It has no errors, generates code, and agrees with the document.
    #[track_caller]
    pub fn written(self, name: &str, document: &Value) -> Written {
        let (code, said, spec) = self.import(name, document, &[]);
        assert_eq!(code, Some(0), "{said}");
        let text = spec.unwrap();
        let source = SpecSource::new(format!("specs/{name}.yaml"), text.as_str());
        let sources = std::slice::from_ref(&source);
        let made = generate(sources);
        let is_error = |severity| severity == Severity::Error;
        let errors = made
            .diagnostics
            .iter()
            .filter(|each| is_error(each.severity()));
        assert_eq!(
            errors.count(),
            0,
            "{}\n{text}",
            made.diagnostics.plain(sources)
        );
        assert!(made.output.is_some());
        let found = self.drifted(name, &text, document);
        assert_eq!(found["differences"], json!([]), "{text}");
        let spec = serde_yaml::from_str(&text).unwrap();
        Written { text, spec }
    }

    /// Compares a spec with a document.
    #[track_caller]
    pub fn drifted(self, name: &str, spec: &str, document: &Value) -> Value {
        let workspace = self.open(&format!("{name}-drift"));
        workspace.write(&format!("specs/{name}.yaml"), spec);
        workspace.write("file.json", document.to_string());
        let mut command = workspace.command();
        command.args(["drift", name, "--all", "--format", "json", "--against"]);
        let output = command.arg(workspace.path("file.json")).output().unwrap();
        serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|_| panic!("{}", crate::workspace::text(&output.stderr)))
    }
}

/// A spec and its text.
#[derive(Debug)]
pub struct Written {
    /// Its text.
    pub text: String,
    /// The same as a value.
    pub spec: Value,
}

impl Written {
    /// Returns an operation.
    pub fn operation(&self, name: &str) -> &Value {
        let operation = &self.spec["operations"][name];
        assert!(operation.is_object(), "there is no {name}: {}", self.text);
        operation
    }

    /// Returns the fields of the type that a text names.
    pub fn fields(&self, name: &Value) -> &Value {
        let name = name.as_str().unwrap();
        &self.spec["types"][name.rsplit(' ').next().unwrap()]["fields"]
    }

    /// Returns the fields of the reply of an operation.
    pub fn reply(&self, name: &str) -> &Value {
        self.fields(&self.operation(name)["response"])
    }

    /// Asserts that an operation is not in the spec, which names it with the reason.
    #[track_caller]
    pub fn omits(&self, name: &str, why: &str) {
        let is_there = self.spec["operations"].get(name).is_some();
        assert!(!is_there, "{name} is there: {}", self.text);
        let mut lines = self.text.lines();
        let is_named =
            |line: &str| line.starts_with("# Not in it: ") && line.contains(&format!("`{name}`"));
        let line = lines.find(|line| is_named(line));
        let line = line.unwrap_or_else(|| panic!("{name} is not named: {}", self.text));
        assert!(line.contains(why), "{line}");
    }

    /// Asserts that something is named as left out, at certain places of the description.
    #[track_caller]
    pub fn names(&self, what: &str, places: &str) {
        let mut lines = self.text.lines();
        let is_named = |line: &str| line.starts_with(&format!("# Not in it: {what}"));
        let line = lines.find(|line| is_named(line));
        let line = line.unwrap_or_else(|| panic!("{what} is not named: {}", self.text));
        assert!(line.contains(places), "{line}");
    }

    /// Asserts that a text is in the spec.
    #[track_caller]
    pub fn notes(&self, what: &str) {
        assert!(self.text.contains(what), "{what}: {}", self.text);
    }
}

/// A document of a version with paths and components.
pub fn openapi(version: &str, paths: Value, components: Value) -> Value {
    json!({
        "openapi": version, "info": {"title": "Things", "version": "1"},
        "servers": [{"url": "https://api.example.com"}],
        "security": [{"key": []}],
        "paths": paths,
        "components": merged(components, json!({"securitySchemes": {
            "key": {"type": "apiKey", "in": "header", "name": "X-Key"},
            "bearer": {"type": "http", "scheme": "bearer"},
            "oauth": {"type": "oauth2", "flows": {}},
            "cookie": {"type": "apiKey", "in": "cookie", "name": "session"},
        }})),
    })
}

/// A document whose paths also have `Fine`, which every spec can express.
pub fn beside_fine(version: &str, paths: Value) -> Value {
    let fine =
        json!({"/fine": {"get": {"operationId": "Fine", "security": [], "responses": nothing()}}});
    openapi(version, merged(paths, fine), json!({}))
}

/// Returns an object with the members of another one.
pub fn merged(mut into: Value, from: Value) -> Value {
    let from = from.as_object().unwrap().clone();
    into.as_object_mut().unwrap().extend(from);
    into
}

/// Replies with JSON of a schema.
pub fn replies(schema: Value) -> Value {
    json!({"200": {"description": "", "content": {"application/json": {"schema": schema}}}})
}

/// Replies without a body.
pub fn nothing() -> Value {
    json!({"204": {"description": ""}})
}

/// A document with one operation, `ReadThing`, whose reply has a schema for each property.
pub fn reading(version: &str, properties: Value, schemas: Value) -> Value {
    let schema = json!({"type": "object", "properties": properties});
    let paths =
        json!({"/things": {"get": {"operationId": "readThing", "responses": replies(schema)}}});
    openapi(version, paths, json!({"schemas": schemas}))
}

/// A document with one operation, `MakeThing`, whose body has a schema for each property.
pub fn making(version: &str, properties: Value, schemas: Value) -> Value {
    let schema = json!({"type": "object", "properties": properties});
    let content = json!({"application/json": {"schema": schema}});
    let body = json!({"required": true, "content": content});
    let operation =
        json!({"operationId": "makeThing", "requestBody": body, "responses": nothing()});
    openapi(
        version,
        json!({"/things": {"post": operation}}),
        json!({"schemas": schemas}),
    )
}
