//! `cloud-models list`: the models of all sources.

use std::io::IsTerminal as _;
use std::path::Path;
use std::time::Duration;

use anstream::AutoStream;
use clap::ValueEnum as _;
use cloud_models::catalog::{Entry, Listing, Model, Status};

use crate::arguments::{self, Format, StatusFilter};
use crate::failure::{Failure, exit};
use crate::output;
use crate::plan::{Clients, Plan};
use crate::progress::Progress;
use crate::render::html::Filter;
use crate::render::table::Style;
use crate::render::{csv, html, json, table};
use crate::report;
use crate::text::counted;
use crate::times::Zone;

/// Prints the models. Returns the exit code.
pub(crate) async fn run(arguments: &arguments::List) -> Result<u8, Failure> {
    let plan = Plan::new(&arguments.selection).await?;
    let listing = read(&plan, arguments.selection.timeout()).await?;
    let failed = report::failed(&listing.outcomes, &plan);
    let code = exit_code(&listing);
    if code == exit::NOTHING {
        // Neither an empty table nor an empty file: it would look like a cloud without models.
        report::complain(&failed);
        plan.note();
        return Ok(code);
    }
    // A failure is told at the end: the listing is shown even if it cannot be saved.
    let saved = match &arguments.save {
        Some(path) => save(path, &listing),
        None => Ok(()),
    };
    let models = selected(&listing.models, &arguments.status);
    let mut left_out = Vec::new();
    let text = match arguments.output {
        Format::Table => {
            let (text, columns) = table::render(&models, style());
            left_out = columns;
            text
        }
        Format::Csv => csv::render(&models).map_err(Failure::internal)?,
        Format::Json if arguments.status.is_empty() => json::saved(&listing)?,
        Format::Json => json::filtered(&listing, &models)?,
        Format::Html => {
            let filter = (!arguments.status.is_empty()).then(|| Filter {
                statuses: names(&arguments.status),
                hidden: listing.models.len() - models.len(),
            });
            let sources = listing.outcomes.len();
            html::render(&models, &failed, sources, filter.as_ref())
        }
    };
    output::print(&text).map_err(Failure::output)?;
    report::complain(&failed);
    plan.note();
    complain_about_status(&listing.models, &arguments.status);
    if !left_out.is_empty() {
        let columns = left_out.join(", ");
        output::complain(&format!(
            "note: no room for {columns}; `-o csv` has every column\n"
        ));
    }
    saved.map(|()| code)
}

fn save(path: &Path, listing: &Listing) -> Result<(), Failure> {
    let text = json::saved(listing)?;
    output::save(path, &text).map_err(|error| Failure::file("write", path, &error))
}

/// Reads all sources of a plan, in the order of the plan and of the IDs.
pub(crate) async fn read(plan: &Plan, timeout: Duration) -> Result<Listing, Failure> {
    let Clients { catalog, failed } = plan.clients().await?;
    let catalog = catalog.source_timeout(timeout);
    let mut progress = Progress::new(catalog.sources().len() as u64);
    let mut entries = catalog.models();
    let (mut models, mut outcomes) = (Vec::new(), failed);
    while let Some(entry) = entries.next().await {
        match entry {
            Entry::Model(model) => {
                models.push(model);
                progress.model();
            }
            Entry::Finished(outcome) => {
                outcomes.push(outcome);
                progress.source();
            }
            // Nothing else is known to this version.
            _ => {}
        }
    }
    models.sort_by_cached_key(|model| (plan.place(&model.source), model.id.clone()));
    outcomes.sort_by_key(|outcome| plan.place(&outcome.source));
    Ok(Listing::new(models, outcomes))
}

/// Returns the exit code for what could be read.
pub(crate) fn exit_code(listing: &Listing) -> u8 {
    let complete = listing.outcomes.iter().filter(|outcome| outcome.complete);
    match complete.count() {
        count if count == listing.outcomes.len() => exit::COMPLETE,
        0 if listing.models.is_empty() => exit::NOTHING,
        _ => exit::PARTIAL,
    }
}

/// Returns how a table is shown on standard output.
fn style() -> Style {
    let is_terminal = std::io::stdout().is_terminal();
    let columns = || std::env::var("COLUMNS").ok()?.parse().ok();
    let width = match terminal_size::terminal_size_of(std::io::stdout()) {
        Some((width, _)) => Some(usize::from(width.0)),
        None => columns(),
    };
    Style {
        width,
        colours: AutoStream::choice(&std::io::stdout()) != anstream::ColorChoice::Never,
        zone: match is_terminal {
            true => Zone::Local,
            false => Zone::Utc,
        },
    }
}

/// Returns the models with one of these statuses, or all.
fn selected<'a>(models: &'a [Model], statuses: &[StatusFilter]) -> Vec<&'a Model> {
    let is_selected = |model: &&Model| {
        let status = model.status.as_ref().map(filter);
        statuses.is_empty() || status.is_some_and(|status| statuses.contains(&status))
    };
    models.iter().filter(is_selected).collect()
}

/// Returns the statuses as they are written in arguments.
fn names(statuses: &[StatusFilter]) -> Vec<String> {
    let values = statuses.iter().filter_map(StatusFilter::to_possible_value);
    values.map(|value| value.get_name().to_owned()).collect()
}

fn filter(status: &Status) -> StatusFilter {
    match status {
        Status::Ready => StatusFilter::Ready,
        Status::Pending => StatusFilter::Pending,
        Status::Failed => StatusFilter::Failed,
        _ => StatusFilter::Unknown,
    }
}

/// Says how many models a filter by status left out because their cloud tells none.
fn complain_about_status(models: &[Model], statuses: &[StatusFilter]) {
    let without = models.iter().filter(|model| model.status.is_none()).count();
    if !statuses.is_empty() && without > 0 {
        output::complain(&format!(
            "note: {} without a status left out, because their clouds tell none\n",
            counted(without as u64, "model")
        ));
    }
}
