//! Which sources there are: those of the configuration file, else those of the environment.

use std::path::Path;

use crate::arguments::Selection;
use crate::clouds::{CLOUDS, Cloud};
use crate::config::{ConfigFile, DEFAULT_FILE, SourceConfig};
use crate::failure::Failure;
use crate::inspect::{Inspection, inspect};
use crate::text::closest;

/// The sources that the arguments select.
pub(crate) struct Plan {
    pub(crate) sources: Vec<Planned>,
    /// Where the sources come from, for people.
    pub(crate) origin: String,
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
            let inspection = inspect(&config).await;
            sources.push(Planned { config, inspection });
        }
        let origin = match path {
            Some(path) => path.display().to_string(),
            None => "the environment".to_owned(),
        };
        Ok(Self { sources, origin })
    }

    /// Returns the sources that are asked.
    pub(crate) fn asked(&self) -> impl Iterator<Item = &SourceConfig> {
        let asked = self.sources.iter().filter(|source| source.is_asked());
        asked.map(|source| &source.config)
    }
}

fn is_selected(selection: &Selection, config: &SourceConfig) -> bool {
    let is_in =
        |names: &[String], name: &str| names.is_empty() || names.iter().any(|each| each == name);
    is_in(&selection.cloud, config.cloud.id) && is_in(&selection.source, &config.label)
}

/// Refuses names of clouds and sources that there are not: a slip must not look like a cloud without models.
fn check(selection: &Selection, configs: &[SourceConfig]) -> Result<(), Failure> {
    let clouds: Vec<_> = CLOUDS.iter().map(|cloud: &Cloud| cloud.id).collect();
    let labels: Vec<_> = configs.iter().map(|config| config.label.as_str()).collect();
    for (kind, names, known) in [
        ("cloud", &selection.cloud, clouds),
        ("source", &selection.source, labels),
    ] {
        for name in names {
            if known.contains(&name.as_str()) {
                continue;
            }
            let help = match closest(name, known.iter().copied()) {
                Some(meant) => format!("`{meant}` is meant?"),
                None => format!("there are: {}", known.join(", ")),
            };
            return Err(Failure::usage(format!(
                "error: there is no {kind} {name:?}\nhelp: {help}\n"
            )));
        }
    }
    Ok(())
}
