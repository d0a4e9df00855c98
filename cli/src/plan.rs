//! Which sources there are: those of the configuration file, else those of the environment, else fakes.

use std::io::ErrorKind;
use std::path::Path;

use cloud_models::catalog::{Catalog, Outcome, Source, SourceError, SourceErrorKind};

use crate::arguments::Selection;
use crate::clouds::CLOUDS;
use crate::config::{ConfigFile, DEFAULT_FILE, SourceConfig};
use crate::failure::Failure;
use crate::inspect::{Inspection, inspect};
use crate::output;
use crate::text::{closest, visible};

/// The sources that the arguments select.
pub(crate) struct Plan {
    pub(crate) sources: Vec<Planned>,
    /// Where the sources come from, for people.
    pub(crate) origin: String,
    is_demo: bool,
}

/// The sources that are asked: those with a client, and the ends of those that cannot have one.
pub(crate) struct Clients {
    pub(crate) catalog: Catalog,
    pub(crate) failed: Vec<Outcome>,
}

/// A source, and what is known of it.
pub(crate) struct Planned {
    pub(crate) config: SourceConfig,
    pub(crate) inspection: Inspection,
}

impl Planned {
    /// Returns whether the source is asked. One of the file is, also if something is missing, so that it fails and is not
    /// forgotten; so is one of which half of the credentials is set.
    pub(crate) fn is_asked(&self) -> bool {
        self.config.is_of_file() || self.is_half_set() || self.inspection.missing.is_empty()
    }

    /// Returns whether the environment has a part of the credentials only.
    fn is_half_set(&self) -> bool {
        !self.config.is_of_file() && self.inspection.has_half_credentials
    }

    /// Returns the end of a source that cannot be asked.
    fn failed(&self, error: SourceError) -> Outcome {
        let Self { config, inspection } = self;
        let mut outcome = Outcome::new(&config.label, config.cloud.id);
        outcome.scope.region = inspection.region.as_ref().map(|(region, _)| region.clone());
        outcome.scope.workspace.clone_from(&config.workspace);
        outcome.scope.project.clone_from(&config.project);
        outcome.complete = false;
        outcome.error = Some(error);
        outcome
    }
}

impl Plan {
    /// Reads the configuration and applies the selection.
    pub(crate) async fn new(selection: &Selection) -> Result<Self, Failure> {
        let default = Path::new(DEFAULT_FILE);
        let path = match &selection.config {
            _ if selection.demo => None,
            Some(path) => Some(path.as_path()),
            None => is_there(default)?.then_some(default),
        };
        let mut file = path
            .map(ConfigFile::read)
            .transpose()
            .map_err(Failure::usage)?;
        let configs = match &mut file {
            Some(file) => {
                let sources = std::mem::take(&mut file.sources);
                check_values(file, &sources)?;
                sources
            }
            None => CLOUDS.iter().map(SourceConfig::of_environment).collect(),
        };
        check(selection, &configs)?;
        let labels = configs.iter().map(|config| config.label.as_str());
        let labels = labels.collect::<Vec<_>>().join(", ");
        let is_selected = |config: &SourceConfig| selection.selects(config.cloud.id, &config.label);
        let configs = configs.into_iter().filter(is_selected).collect::<Vec<_>>();
        if configs.is_empty() {
            return Err(Failure::usage(format!(
                "error: the arguments select no source\nhelp: there are: {}\n",
                visible(&labels)
            )));
        }
        let mut sources = Vec::new();
        for config in configs {
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

    /// Builds the clients of the sources that are asked. One without a client is a source that failed.
    pub(crate) async fn clients(&self) -> Result<Clients, Failure> {
        let (mut sources, mut failed): (Vec<Source>, _) = (Vec::new(), Vec::new());
        for planned in self.sources.iter().filter(|source| source.is_asked()) {
            let Planned { config, inspection } = planned;
            if planned.is_half_set() {
                let message = format!("missing {}", inspection.missing.join("; "));
                let error = SourceError::new(SourceErrorKind::Credentials, message);
                failed.push(planned.failed(error));
                continue;
            }
            let source = match self.is_demo {
                true => Ok(config.cloud.demo().map_err(Failure::internal)?),
                false => config.cloud.connect(config).await,
            };
            match source {
                Ok(source) => sources.push(source),
                Err(error) => failed.push(planned.failed(SourceError::from(&error))),
            }
        }
        if sources.is_empty() && failed.is_empty() {
            return Err(self.no_source());
        }
        Ok(Clients {
            catalog: Catalog::new(sources),
            failed,
        })
    }

    /// Returns the place of the source with a label.
    pub(crate) fn place(&self, label: &str) -> Option<usize> {
        self.asked().position(|source| source.label == label)
    }

    /// Says which sources are not asked although the environment has credentials for them.
    pub(crate) fn note(&self) {
        let forgotten = self
            .sources
            .iter()
            .filter(|source| !source.is_asked() && source.inspection.credentials.is_some());
        for Planned { config, inspection } in forgotten {
            let missing = inspection.missing.join("; ");
            let text = format!("{} is not asked: missing {missing}", config.label);
            output::complain(&format!("note: {}\n", visible(&text)));
        }
    }

    fn no_source(&self) -> Failure {
        let mut text = format!("error: there is no source in {}\n", visible(&self.origin));
        for Planned { config, inspection } in &self.sources {
            let missing = inspection.missing.join("; ");
            text.push_str(&format!(
                "  {}: missing {}\n",
                config.cloud.id,
                visible(&missing)
            ));
        }
        text.push_str(
            "help: set these variables, or write a cloud-models.yaml; `cloud-models list --demo` works without an account\n",
        );
        Failure::usage(text)
    }
}

/// Returns whether there is a file. A link to nowhere is one, which cannot be read.
fn is_there(path: &Path) -> Result<bool, Failure> {
    match path.symlink_metadata() {
        Ok(_) => Ok(true),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(Failure::file("read", path, &error)),
    }
}

/// Refuses values of the file that no client takes, such as an impossible region.
fn check_values(file: &ConfigFile, sources: &[SourceConfig]) -> Result<(), Failure> {
    let faults = sources.iter().filter_map(|source| {
        let problem = source.cloud.check(source).err()?;
        Some(file.refuse(source, &problem))
    });
    let faults: Vec<_> = faults.collect();
    match faults.is_empty() {
        true => Ok(()),
        false => Err(Failure::usage(faults.join("\n"))),
    }
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
