//! The arguments of the program.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

/// Finds sources of custom models of AWS Bedrock, Baidu Qianfan, Huawei DataArts Fabric and Volcengine Ark.
///
/// Sources come from cloud-models.yaml in the working directory, or without that file from the environment variables that the
/// vendors' own tools read. `cloud-models sources` shows what was found, and what is missing.
#[derive(Debug, Parser)]
#[command(name = "cloud-models", version, after_help = AFTER, max_term_width = 100)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

const AFTER: &str = "\
Exit codes:
  0  complete
  1  the machine refused something
  2  wrong usage or configuration, or no source";

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Show the sources, where their credentials and regions come from, and what is missing
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
    /// Only sources of this cloud, such as aws-bedrock; may be repeated
    #[arg(long, value_name = "CLOUD")]
    pub(crate) cloud: Vec<String>,
    /// Only the source with this label; may be repeated
    #[arg(long, value_name = "LABEL")]
    pub(crate) source: Vec<String>,
}

#[derive(Args, Debug)]
pub(crate) struct Sources {
    #[command(flatten)]
    pub(crate) selection: Selection,
}

#[derive(Args, Debug)]
pub(crate) struct Fake {
    /// Number of models of each cloud
    #[arg(long, value_name = "NUMBER", default_value_t = 12, value_parser = clap::value_parser!(u32).range(..=100_000))]
    pub(crate) models: u32,
    /// Also write a configuration file with the fakes as sources
    #[arg(long, value_name = "FILE")]
    pub(crate) write_config: Option<PathBuf>,
}
