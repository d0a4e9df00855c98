//! `cloud-models sources`: which sources there are, and what is missing.

use std::fmt::Write as _;

use crate::failure::{Failure, exit};
use crate::plan::{Plan, Planned};
use crate::text::visible;
use crate::{arguments, output};

/// Prints the sources. Returns the exit code.
pub(crate) async fn run(arguments: &arguments::Sources) -> Result<u8, Failure> {
    let plan = Plan::new(&arguments.selection).await?;
    let mut text = format!("Sources of {}:\n", visible(&plan.origin));
    for planned in &plan.sources {
        describe(&mut text, planned);
    }
    let is_empty = plan.asked().next().is_none();
    if is_empty {
        text.push_str("\nThere is no source that could be asked.\n");
    }
    output::print(&text).map_err(Failure::output)?;
    Ok(match is_empty {
        true => exit::USAGE,
        false => exit::COMPLETE,
    })
}

fn describe(text: &mut String, planned: &Planned) {
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
    if !planned.is_asked() {
        line("state", "not asked, because something is missing");
    }
}
