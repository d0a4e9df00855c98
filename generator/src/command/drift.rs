//! `drift`: compares a spec with a description that its vendor publishes.

use std::path::PathBuf;

use super::{Context, Outcome, STALE, say, specs, warn};
use crate::describe::File;
use crate::diff::Format;
use crate::drift::{Drift, Entered, drift, enter, render};
use crate::{Severity, SpecSource};

#[derive(clap::Args)]
pub(super) struct Arguments {
    /// Spec, such as `aws-bedrock`, or its file.
    spec: PathBuf,
    /// Description: a service model of botocore, perhaps with its paginators, OpenAPI 3 or Swagger 2.0 in JSON or YAML, or a
    /// document of the API explorer of Volcengine or Huawei. Packed with gzip or not.
    #[arg(long, value_name = "FILE", num_args = 1.., required = true)]
    against: Vec<PathBuf>,
    /// Output format of the differences.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// If they agree, write down in the spec which description it was: its SHA-256, and its version if one is given.
    #[arg(long, value_name = "VERSION", num_args = 0..=1, require_equals = true, default_missing_value = "")]
    update_sources: Option<String>,
    /// Also list the differences that the spec allows, and the operations that only the description has.
    #[arg(long)]
    all: bool,
}

/// Exit code 0: spec and description agree; 1: they do not; 2: one of them cannot be read.
pub(super) fn run(context: &Context<'_>, arguments: &Arguments) -> Outcome {
    let source = specs::one_named(&context.root, &arguments.spec)?.read()?;
    let (service, found) = crate::read_leniently(&source);
    let first = found.iter().find(|each| each.severity() == Severity::Error);
    if let Some(first) = first {
        let (file, span) = (&first.at.file, first.at.span);
        return Err(format!(
            "the spec has errors: {file}:{}:{}: {}",
            span.line, span.column, first.message
        ));
    }
    let service = service.ok_or("the spec says nothing")?;
    let files = arguments.against.iter().map(|path| File::read(path));
    let files = files.collect::<Result<Vec<_>, String>>()?;
    let drift = drift(&source, &service, &files).map_err(|problem| problem.to_string())?;
    say(&render(&drift, arguments.format, arguments.all));
    let agrees = drift.differences.is_empty() && drift.idle.is_empty();
    if let Some(version) = &arguments.update_sources {
        if !agrees {
            warn("they differ, so `sources:` was left as it is\n");
            return Ok(STALE);
        }
        update(context, &source, &drift, version)?;
    }
    Ok(if agrees { 0 } else { STALE })
}

/// Writes down which descriptions the spec agrees with.
fn update(
    context: &Context<'_>,
    source: &SpecSource,
    drift: &Drift,
    version: &str,
) -> Result<(), String> {
    let version = Some(version).filter(|version| !version.is_empty());
    if version.is_some() && drift.sources.len() > 1 {
        return Err("a version can be given for a single description only".to_owned());
    }
    let mut after = source.clone();
    for each in &drift.sources {
        let entered = Entered {
            name: &each.name,
            format: each.format,
            version,
            sha256: &each.sha256,
        };
        let same = drift.sources.iter();
        let same = same.filter(|other| other.format == each.format).count();
        after = enter(&after, &entered, same == 1)?;
    }
    if after.bytes != source.bytes {
        specs::write(context, &after)?;
        say(&format!("wrote `sources:` of {}\n", after.path));
    }
    Ok(())
}
