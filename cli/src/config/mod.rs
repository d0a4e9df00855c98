//! The configuration file, `cloud-models.yaml`: which sources there are. It never contains a secret.

mod fault;
mod secret;
mod yaml;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use fault::{Fault, Span};
use yaml::{Key, Kind, Node};

use crate::clouds::{CLOUDS, Cloud};
use crate::text::{closest, visible};

/// Name of the file that is read from the working directory if none is given.
pub(crate) const DEFAULT_FILE: &str = "cloud-models.yaml";

/// Maximum size of the file, in bytes.
const MAX_BYTES: usize = 1 << 20;

/// The sources of a configuration file.
pub(crate) struct ConfigFile {
    path: PathBuf,
    text: String,
    pub(crate) sources: Vec<SourceConfig>,
}

/// A source of a configuration file.
#[derive(Debug)]
pub(crate) struct SourceConfig {
    pub(crate) cloud: &'static Cloud,
    pub(crate) label: String,
    pub(crate) region: Option<String>,
    pub(crate) workspace: Option<String>,
    pub(crate) project: Option<String>,
    pub(crate) profile: Option<String>,
    pub(crate) endpoint: Option<String>,
    pub(crate) variables: Variables,
    /// Place in the file; `None` for a source of the environment.
    span: Option<Span>,
}

impl SourceConfig {
    /// Returns the source of a cloud that the environment describes.
    pub(crate) fn of_environment(cloud: &'static Cloud) -> Self {
        Self {
            cloud,
            label: cloud.id.to_owned(),
            region: None,
            workspace: None,
            project: None,
            profile: None,
            endpoint: None,
            variables: Variables::default(),
            span: None,
        }
    }

    /// Returns whether the source is in a file, so that it is meant to be read.
    pub(crate) fn is_of_file(&self) -> bool {
        self.span.is_some()
    }
}

/// Names of environment variables with credentials, in place of those of the vendor's own tools.
#[derive(Clone, Debug, Default)]
pub(crate) struct Variables {
    pub(crate) access_key: Option<String>,
    pub(crate) secret_key: Option<String>,
    pub(crate) session_token: Option<String>,
    pub(crate) token: Option<String>,
}

impl Variables {
    pub(crate) fn is_empty(&self) -> bool {
        self.names().next().is_none()
    }

    /// Returns the names that are set.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        [
            &self.access_key,
            &self.secret_key,
            &self.session_token,
            &self.token,
        ]
        .into_iter()
        .filter_map(Option::as_deref)
    }
}

impl ConfigFile {
    /// Reads a file. The error is a text for people, with every fault.
    pub(crate) fn read(path: &Path) -> Result<Self, String> {
        let shown = path.display().to_string();
        let bytes = std::fs::read(path)
            .map_err(|error| format!("error: cannot read {}: {error}\n", visible(&shown)))?;
        if bytes.len() > MAX_BYTES {
            return Err(format!(
                "error: {} has more than {MAX_BYTES} bytes\n",
                visible(&shown)
            ));
        }
        let text = String::from_utf8(bytes)
            .map_err(|_| format!("error: {} is not UTF-8\n", visible(&shown)))?;
        let text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n");
        match read(&text) {
            Ok(sources) => Ok(Self {
                path: path.to_owned(),
                text,
                sources,
            }),
            Err(mut faults) => {
                faults.sort_by_key(|fault| fault.span);
                let faults: Vec<_> = faults
                    .iter()
                    .map(|fault| fault.render(&shown, &text))
                    .collect();
                Err(faults.join("\n"))
            }
        }
    }

    /// Formats what is wrong with a source, with its place in the file.
    pub(crate) fn refuse(&self, source: &SourceConfig, problem: &str) -> String {
        let span = source.span.unwrap_or(Span::START);
        let fault = Fault::new(span, format!("source {:?}: {problem}", source.label));
        fault.render(&self.path.display().to_string(), &self.text)
    }
}

fn read(text: &str) -> Result<Vec<SourceConfig>, Vec<Fault>> {
    let root = yaml::parse(text).map_err(|fault| vec![fault])?;
    let mut reader = Reader::default();
    let mut sources = Vec::new();
    for (key, value) in reader.map(&root, "the file") {
        if key.text == "sources" {
            sources = reader.sources(value);
        } else {
            reader.unknown(key, &["sources"]);
        }
    }
    if sources.is_empty() && reader.faults.is_empty() {
        let fault = Fault::new(root.span, "there is no source");
        reader
            .faults
            .push(fault.help("list one under `sources:`, such as `- cloud: baidu-qianfan`"));
    }
    match reader.faults.is_empty() {
        true => Ok(sources),
        false => Err(reader.faults),
    }
}

/// The keys of a source.
const KEYS: &[&str] = &[
    "cloud",
    "label",
    "region",
    "workspace",
    "project",
    "profile",
    "endpoint",
    "variables",
];

/// The keys under `variables:`.
const VARIABLES: &[&str] = &["access_key", "secret_key", "session_token", "token"];

#[derive(Default)]
struct Reader {
    faults: Vec<Fault>,
    /// Lines of the labels so far.
    labels: BTreeMap<String, usize>,
}

/// A text with its place.
struct Text<'a> {
    span: Span,
    text: &'a str,
}

impl Reader {
    fn fault(&mut self, span: Span, message: impl Into<String>, help: impl Into<String>) {
        self.faults.push(Fault::new(span, message).help(help));
    }

    /// Reports a fault about a value that is not a secret.
    fn value_fault(&mut self, span: Span, message: impl Into<String>, help: impl Into<String>) {
        let fault = Fault::new(span, message).help(help);
        self.faults.push(fault.showing_values());
    }

    fn map<'a>(&mut self, node: &'a Node, owner: &str) -> &'a [(Key, Node)] {
        match &node.kind {
            Kind::Map(entries) => entries,
            other => {
                let message = format!("{owner} must have keys and values, found {}", other.name());
                self.fault(node.span, message, "write `key: value`, one a line");
                &[]
            }
        }
    }

    fn unknown(&mut self, key: &Key, known: &[&str]) {
        let message = format!("unknown key `{}`", key.text);
        let help = match closest(&key.text, known.iter().copied()) {
            Some(meant) => format!("`{meant}` is meant?"),
            None if secret::is_key_of_secret(&key.text) => {
                "a secret must not be in this file: set an environment variable to it, and name that \
                 variable under `variables:`"
                    .to_owned()
            }
            None => format!("known keys: {}", known.join(", ")),
        };
        self.fault(key.span, message, help);
    }

    fn sources(&mut self, node: &Node) -> Vec<SourceConfig> {
        let Kind::List(elements) = &node.kind else {
            let message = format!("`sources` must be a list, found {}", node.kind.name());
            self.fault(node.span, message, "begin each source with `- cloud: …`");
            return Vec::new();
        };
        let sources = elements.iter().filter_map(|element| self.source(element));
        sources.collect()
    }

    fn source(&mut self, node: &Node) -> Option<SourceConfig> {
        let before = self.faults.len();
        let mut texts = BTreeMap::new();
        let mut variables = Variables::default();
        for (key, value) in self.map(node, "a source") {
            match key.text.as_str() {
                "variables" => variables = self.variables(key, value),
                known if KEYS.contains(&known) => {
                    texts.extend(self.text(key, value).map(|text| (known, text)));
                }
                _ => self.unknown(key, KEYS),
            }
        }
        let cloud = match texts.get("cloud") {
            Some(text) => self.cloud(text)?,
            None => {
                // A value that is not a text was reported already.
                if self.faults.len() == before {
                    let help = format!("write `cloud:`, one of {}", cloud_names().join(", "));
                    self.fault(node.span, "a source without a cloud", help);
                }
                return None;
            }
        };
        self.fits(cloud, node.span, &texts, &variables);
        let text = |key: &str| texts.get(key).map(|text| text.text.to_owned());
        let label = match texts.get("label") {
            Some(label) => label.text.to_owned(),
            None => cloud.label(texts.get("region").map(|region| region.text)),
        };
        let span = texts.get("label").map_or(node.span, |label| label.span);
        if let Some(line) = self.labels.get(&label) {
            let message = format!("the label {label:?} is already on line {line}");
            let help = "give each source a `label:` that no other has";
            match texts.contains_key("label") {
                true => self.value_fault(span, message, help),
                false => self.fault(span, message, help),
            }
        }
        self.labels.entry(label.clone()).or_insert(span.line);
        (self.faults.len() == before).then(|| SourceConfig {
            cloud,
            label,
            region: text("region"),
            workspace: text("workspace"),
            project: text("project"),
            profile: text("profile"),
            endpoint: text("endpoint"),
            variables,
            span: Some(span),
        })
    }

    /// Returns the text of a key, unless it is missing or looks like a secret.
    fn text<'a>(&mut self, key: &Key, node: &'a Node) -> Option<Text<'a>> {
        let name = &key.text;
        match &node.kind {
            Kind::Text(text) if text.trim().is_empty() => {
                self.fault(
                    key.span,
                    format!("`{name}` has no value"),
                    "give it one, or leave out the key",
                );
                None
            }
            Kind::Text(text) => {
                if secret::is_secret(name, text) {
                    self.fault(
                        node.span,
                        format!("the value of `{name}` looks like a secret"),
                        "a secret must not be in this file: set an environment variable to it, and \
                         name that variable under `variables:`",
                    );
                    return None;
                }
                Some(Text {
                    span: node.span,
                    text,
                })
            }
            other => {
                let message = format!("`{name}` must be a text, found {}", other.name());
                self.fault(node.span, message, format!("write `{name}: text`"));
                None
            }
        }
    }

    fn cloud(&mut self, text: &Text<'_>) -> Option<&'static Cloud> {
        let cloud = CLOUDS.iter().find(|cloud| cloud.id == text.text);
        if cloud.is_none() {
            let names = cloud_names();
            let help = match closest(text.text, names.iter().copied()) {
                Some(meant) => format!("`{meant}` is meant?"),
                None => format!("known clouds: {}", names.join(", ")),
            };
            self.value_fault(text.span, format!("unknown cloud `{}`", text.text), help);
        }
        cloud
    }

    /// Checks that a cloud has what it needs and nothing that it would ignore.
    fn fits(
        &mut self,
        cloud: &Cloud,
        span: Span,
        texts: &BTreeMap<&str, Text<'_>>,
        variables: &Variables,
    ) {
        let name = cloud.info.name;
        for (key, is_needed) in [
            ("region", cloud.needs_region()),
            ("workspace", cloud.needs_workspace),
        ] {
            if is_needed && !texts.contains_key(key) {
                let help = format!("write `{key}:` with the {key} of the models");
                self.fault(span, format!("{name} needs a {key}"), help);
            }
        }
        for (key, is_taken) in [
            ("region", cloud.takes_region()),
            ("workspace", cloud.needs_workspace),
            ("project", cloud.info.has_projects()),
            ("profile", cloud.has_profiles),
        ] {
            if let Some(text) = texts.get(key).filter(|_| !is_taken) {
                self.value_fault(
                    text.span,
                    format!("{name} has no {key}s"),
                    "leave out the key",
                );
            }
        }
        if let Some(profile) = texts.get("profile") {
            if !cfg!(feature = "aws-profiles") {
                let help = "install it with the feature `aws-profiles`, or name `variables:`";
                self.value_fault(
                    profile.span,
                    "this program was built without profiles",
                    help,
                );
            } else if !variables.is_empty() {
                let help = "keep one: `profile:`, or the names of variables";
                self.value_fault(profile.span, "both a profile and variables", help);
            }
        }
        if variables.token.is_some() && !cloud.takes_token() {
            let help = "name `access_key` and `secret_key` under `variables:`";
            self.fault(span, format!("{name} takes no token"), help);
        }
        if let Some(endpoint) = texts.get("endpoint")
            && !endpoint.text.starts_with("https://")
            && !endpoint.text.starts_with("http://")
        {
            let help = "write it like `https://host`";
            self.value_fault(endpoint.span, "the endpoint is not a URL", help);
        }
    }

    fn variables(&mut self, owner: &Key, node: &Node) -> Variables {
        let mut variables = Variables::default();
        let before = self.faults.len();
        for (key, value) in self.map(node, "`variables`") {
            if !VARIABLES.contains(&key.text.as_str()) {
                self.unknown(key, VARIABLES);
                continue;
            }
            let Some(text) = self.text(key, value) else {
                continue;
            };
            if !secret::is_variable_name(text.text) {
                self.fault(
                    text.span,
                    format!(
                        "the value of `{}` is not the name of an environment variable",
                        key.text
                    ),
                    "write its name, such as `PROD_SECRET_KEY`, not its value",
                );
                continue;
            }
            let name = Some(text.text.to_owned());
            match key.text.as_str() {
                "access_key" => variables.access_key = name,
                "secret_key" => variables.secret_key = name,
                "session_token" => variables.session_token = name,
                _ => variables.token = name,
            }
        }
        let has_key = variables.access_key.is_some() && variables.secret_key.is_some();
        let has_part = variables.access_key.is_some()
            || variables.secret_key.is_some()
            || variables.session_token.is_some();
        let is_complete = match variables.token {
            Some(_) => !has_part,
            None => has_key,
        };
        if !is_complete && self.faults.len() == before {
            self.fault(
                owner.span,
                "`variables` is incomplete",
                "name `access_key` and `secret_key`, and `session_token` for a temporary key; or \
                 `token` alone",
            );
        }
        variables
    }
}

fn cloud_names() -> Vec<&'static str> {
    CLOUDS.iter().map(|cloud| cloud.id).collect()
}

#[cfg(all(test, feature = "aws-profiles"))]
mod tests {
    use super::*;

    #[test]
    fn the_examples_are_valid() {
        let example = include_str!("../../cloud-models.example.yaml");
        let (_, help) = crate::arguments::EXAMPLE.split_once('\n').unwrap();
        let (help, _) = help.rsplit_once('\n').unwrap();
        for text in [example, help] {
            let sources = read(text).unwrap();
            assert!(sources.len() >= 5);
        }
    }
}
