//! `cloud-models sources`: which sources there are, and what is missing.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use cloud_models::catalog::Outcome;

use crate::failure::{Failure, exit};
use crate::list;
use crate::plan::{Plan, Planned};
use crate::report::Failed;
use crate::text::{counted, visible};
use crate::{arguments, output};

/// Prints the sources. Returns the exit code.
pub(crate) async fn run(arguments: &arguments::Sources) -> Result<u8, Failure> {
    let plan = Plan::new(&arguments.selection).await?;
    let read = match arguments.check {
        true if plan.asked().next().is_some() => {
            Some(list::read(&plan, arguments.selection.timeout()).await?)
        }
        _ => None,
    };
    let outcomes: BTreeMap<&str, &Outcome> = read
        .iter()
        .flat_map(|read| &read.outcomes)
        .map(|outcome| (outcome.source.as_str(), outcome))
        .collect();
    let mut text = format!("Sources of {}:\n", visible(&plan.origin));
    for planned in &plan.sources {
        let outcome = outcomes.get(planned.config.label.as_str());
        describe(&mut text, planned, outcome.copied(), &plan);
    }
    let is_hopeless = plan
        .sources
        .iter()
        .all(|source| !source.inspection.missing.is_empty());
    match read {
        Some(_) => {}
        None if is_hopeless => text.push_str("\nThere is no source that has all it needs.\n"),
        None => text.push_str("\nNothing was sent. With --check, the sources are asked.\n"),
    }
    output::print(&text).map_err(Failure::output)?;
    Ok(match read {
        Some(read) => list::exit_code(&read),
        None if is_hopeless => exit::USAGE,
        None => exit::COMPLETE,
    })
}

fn describe(text: &mut String, planned: &Planned, outcome: Option<&Outcome>, plan: &Plan) {
    let Planned { config, inspection } = planned;
    // Writing to a `String` cannot fail.
    let _ = writeln!(
        text,
        "\n{} ({})",
        visible(&config.label),
        config.cloud.info.name
    );
    let mut line = |name: &str, value: &str| {
        let _ = writeln!(text, "  {name:<12} {}", visible(value));
    };
    if let Some((region, origin)) = &inspection.region {
        line("region", &format!("{region} ({origin})"));
    }
    for (name, value) in [
        ("workspace", &config.workspace),
        ("project", &config.project),
        ("endpoint", &config.endpoint),
    ] {
        if let Some(value) = value {
            line(name, value);
        }
    }
    if let Some(origin) = &inspection.credentials {
        line("credentials", origin);
    }
    for missing in &inspection.missing {
        line("missing", missing);
    }
    match outcome {
        None if !planned.is_asked() => line("state", "not asked, because something is missing"),
        None => {}
        Some(outcome) => match Failed::of(outcome, plan) {
            None => line(
                "state",
                &format!("answers, {}", counted(outcome.count, "model")),
            ),
            Some(failed) => {
                line("state", &format!("fails: {}", failed.problem));
                if let Some(help) = &failed.help {
                    line("help", help);
                }
            }
        },
    }
}
