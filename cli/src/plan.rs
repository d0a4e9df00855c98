//! Which sources there are: those of the configuration file, else those of the environment, else fakes.

use std::path::Path;

use cloud_models::catalog::{Catalog, Source};

use crate::arguments::Selection;
use crate::clouds::CLOUDS;
use crate::config::{ConfigFile, DEFAULT_FILE, SourceConfig};
use crate::failure::Failure;
use crate::inspect::{Inspection, inspect};
use crate::text::{closest, visible};

/// The sources that the arguments select.
pub(crate) struct Plan {
    pub(crate) sources: Vec<Planned>,
    /// Where the sources come from, for people.
    pub(crate) origin: String,
    file: Option<ConfigFile>,
    is_demo: bool,
}

/// A source, and what is known of it.
pub(crate) struct Planned {
    pub(crate) config: SourceConfig,
    pub(crate) inspection: Inspection,
}

impl Planned {
    /// Returns whether the source is asked. One of the file is, also if something is missing, so that it fails and is not
    /// forgotten.
    pub(crate) fn is_asked(&self) -> bool {
        self.config.is_of_file() || self.inspection.missing.is_empty()
    }
}

impl Plan {
    /// Reads the configuration and applies the selection.
    pub(crate) async fn new(selection: &Selection) -> Result<Self, Failure> {
        let default = Path::new(DEFAULT_FILE);
        let path = match &selection.config {
            _ if selection.demo => None,
            Some(path) => Some(path.as_path()),
            None => Some(default).filter(|path| path.exists()),
        };
        let mut file = path
            .map(ConfigFile::read)
            .transpose()
            .map_err(Failure::usage)?;
        let configs = match &mut file {
            Some(file) => std::mem::take(&mut file.sources),
            None => CLOUDS.iter().map(SourceConfig::of_environment).collect(),
        };
        check(selection, &configs)?;
        let mut sources = Vec::new();
        for config in configs {
            if !is_selected(selection, &config) {
                continue;
            }
            let inspection = match selection.demo {
                true => Inspection::default(),
                false => inspect(&config).await,
            };
            sources.push(Planned { config, inspection });
        }
        let origin = match path {
            _ if selection.demo => "fakes in this process".to_owned(),
            Some(path) => path.display().to_string(),
            None => "the environment".to_owned(),
        };
        Ok(Self {
            sources,
            origin,
            file,
            is_demo: selection.demo,
        })
    }

    /// Returns the sources that are asked.
    pub(crate) fn asked(&self) -> impl Iterator<Item = &SourceConfig> {
        let asked = self.sources.iter().filter(|source| source.is_asked());
        asked.map(|source| &source.config)
    }

    /// Returns the source with a label.
    pub(crate) fn source(&self, label: &str) -> Option<&SourceConfig> {
        self.asked().find(|source| source.label == label)
    }

    /// Builds the clients of the sources that are asked.
    pub(crate) async fn catalog(&self) -> Result<Catalog, Failure> {
        let mut sources: Vec<Source> = Vec::new();
        for config in self.asked() {
            let source = match self.is_demo {
                true => config.cloud.demo(),
                false => config.cloud.connect(config).await,
            };
            sources.push(source.map_err(|problem| self.refuse(config, &problem))?);
        }
        if sources.is_empty() {
            return Err(self.no_source());
        }
        Ok(Catalog::new(sources))
    }

    fn refuse(&self, config: &SourceConfig, problem: &str) -> Failure {
        match &self.file {
            Some(file) => Failure::usage(file.refuse(config, problem)),
            None => Failure::usage(format!("error: {}: {problem}\n", config.label)),
        }
    }

    fn no_source(&self) -> Failure {
        let mut text = format!("error: there is no source in {}\n", self.origin);
        for Planned { config, inspection } in &self.sources {
            let missing = inspection.missing.join("; ");
            text.push_str(&format!("  {}: missing {missing}\n", config.cloud.id));
        }
        text.push_str(
            "help: set these variables, or write a cloud-models.yaml; `cloud-models list --demo` works without an account\n",
        );
        Failure::usage(text)
    }
}

fn is_selected(selection: &Selection, config: &SourceConfig) -> bool {
    let is_in =
        |names: &[String], name: &str| names.is_empty() || names.iter().any(|each| each == name);
    is_in(&selection.cloud, config.cloud.id) && is_in(&selection.source, &config.label)
}

/// Refuses labels that there are not: a slip must not look like a source without models.
fn check(selection: &Selection, configs: &[SourceConfig]) -> Result<(), Failure> {
    let labels = configs.iter().map(|config| config.label.as_str());
    for label in &selection.source {
        if labels.clone().any(|known| known == label) {
            continue;
        }
        let help = match closest(label, labels.clone()) {
            Some(meant) => format!("`{meant}` is meant?"),
            None => format!("there are: {}", labels.collect::<Vec<_>>().join(", ")),
        };
        return Err(Failure::usage(format!(
            "error: there is no source {label:?}\nhelp: {}\n",
            visible(&help)
        )));
    }
    Ok(())
}
