//! The arguments of the program.

use std::path::PathBuf;
use std::time::Duration;

use clap::builder::PossibleValuesParser;
use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::clouds::CLOUDS;

/// Lists the custom models of AWS Bedrock, Baidu Qianfan, Huawei DataArts Fabric and Volcengine Ark in one table.
///
/// Sources come from cloud-models.yaml in the working directory, or without that file from the environment variables that the
/// vendors' own tools read. `cloud-models sources` shows what was found, and what is missing; its `--help` has an example of the file.
#[derive(Debug, Parser)]
#[command(name = "cloud-models", version, after_help = AFTER, max_term_width = 100)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// The shape of the configuration file. A test reads it.
pub(crate) const EXAMPLE: &str = "\
A configuration file, cloud-models.yaml. It never contains a secret:
  sources:
    - cloud: aws-bedrock
      label: production
      region: us-east-1
      profile: production           # of ~/.aws
    - cloud: aws-bedrock
      label: research
      region: eu-central-1
      variables:                    # names of environment variables
        access_key: RESEARCH_ACCESS_KEY_ID
        secret_key: RESEARCH_SECRET_ACCESS_KEY
    - cloud: baidu-qianfan          # QIANFAN_ACCESS_KEY and QIANFAN_SECRET_KEY
    - cloud: huawei-fabric
      region: cn-north-4
      workspace: 9a7a1c60-2f4e-4b0e-9d5f-2f6c1d0e8b11
    - cloud: volcengine-ark
Other keys: project, endpoint";

const AFTER: &str = "\
Try it without an account:
  cloud-models list --demo

Exit codes:
  0   complete
  1   nothing could be read, or the output could not be written
  2   wrong usage or configuration, no source, or a file that cannot be read or written
  3   some sources failed; the others are shown. diff: or it is not known whether some models are new or gone
  10  diff: there are differences, also if some sources failed";

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// List the models of all sources
    List(List),
    /// Show what changed since a listing that was saved with `list --save`
    Diff(Diff),
    /// Show the sources, where their credentials and regions come from, and what is missing
    #[command(after_help = EXAMPLE)]
    Sources(Sources),
    /// Serve fakes of the four clouds on this machine, to try programs and SDKs without an account
    Fake(Fake),
}

/// Which sources to ask.
#[derive(Args, Debug)]
pub(crate) struct Selection {
    /// Configuration file. Default: cloud-models.yaml if it exists, else the environment
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Only sources of this cloud; may be repeated
    #[arg(long, value_name = "CLOUD", value_parser = PossibleValuesParser::new(CLOUDS.iter().map(|cloud| cloud.id)))]
    pub(crate) cloud: Vec<String>,
    /// Only the source with this label; may be repeated
    #[arg(long, value_name = "LABEL")]
    pub(crate) source: Vec<String>,
    /// Seconds after which to give up on a source. What was read by then is shown
    #[arg(long, value_name = "SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..=86_400))]
    timeout: u64,
    /// Fakes in place of clouds: works without an account and without a network
    #[arg(long, conflicts_with = "config")]
    pub(crate) demo: bool,
}

impl Selection {
    /// Returns whether the source with a label is among those to ask.
    pub(crate) fn selects(&self, cloud: &str, label: &str) -> bool {
        let is_in = |names: &[String], name: &str| {
            names.is_empty() || names.iter().any(|each| each == name)
        };
        is_in(&self.cloud, cloud) && is_in(&self.source, label)
    }

    /// Returns the time after which to give up on a source.
    pub(crate) fn timeout(&self) -> Duration {
        Duration::from_secs(self.timeout)
    }
}

#[derive(Args, Debug)]
pub(crate) struct List {
    #[command(flatten)]
    pub(crate) selection: Selection,
    /// Only models with this status; may be repeated. Models without one are left out
    #[arg(long, value_name = "STATUS")]
    pub(crate) status: Vec<StatusFilter>,
    /// Output format. A table is as wide as the terminal; the others have every column. CSV begins with a byte order mark, for Excel
    #[arg(short, long, value_name = "FORMAT", default_value = "table")]
    pub(crate) output: Format,
    /// Also save the listing, for `diff`
    #[arg(long, value_name = "FILE")]
    pub(crate) save: Option<PathBuf>,
}

#[derive(Args, Debug)]
pub(crate) struct Diff {
    /// Listing from `list --save`
    #[arg(value_name = "FILE")]
    pub(crate) before: PathBuf,
    #[command(flatten)]
    pub(crate) selection: Selection,
    /// Output format
    #[arg(short, long, value_name = "FORMAT", default_value = "text")]
    pub(crate) output: DiffFormat,
}

#[derive(Args, Debug)]
pub(crate) struct Sources {
    #[command(flatten)]
    pub(crate) selection: Selection,
    /// Also list the models of each source, to see whether it answers. Without it, nothing is sent
    #[arg(long)]
    pub(crate) check: bool,
}

#[derive(Args, Debug)]
pub(crate) struct Fake {
    /// Number of models of each cloud
    #[arg(long, value_name = "NUMBER", default_value_t = 12, value_parser = clap::value_parser!(u32).range(..=100_000))]
    pub(crate) models: u32,
    /// Also write a configuration file with the fakes as sources, for `cloud-models list --config FILE`
    #[arg(long, value_name = "FILE")]
    pub(crate) write_config: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    Table,
    Csv,
    Json,
    Html,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum DiffFormat {
    Text,
    Json,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum StatusFilter {
    Ready,
    Pending,
    Failed,
    /// A status that this program does not know
    Unknown,
}
