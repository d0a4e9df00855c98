//! `cloud-models diff`: what changed since a listing that was saved.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use crate::arguments::{self, DiffFormat, Selection};
use crate::failure::{Failure, exit};
use crate::list;
use crate::output;
use crate::plan::Plan;
use crate::render::{json, status};
use crate::report;
use crate::text::{counted, visible};
use crate::times::precise;
use cloud_models::catalog::{Change, Diff, Listing, Model, Unsure};

/// Prints the differences. Returns the exit code.
pub(crate) async fn run(arguments: &arguments::Diff) -> Result<u8, Failure> {
    // First, so that a wrong file costs no request.
    let before = open(&arguments.before)?;
    let plan = Plan::new(&arguments.selection).await?;
    let now = list::read(&plan, arguments.selection.timeout()).await?;
    let failed = report::failed(&now.outcomes, &plan);
    let code = list::exit_code(&now);
    if code == exit::NOTHING {
        report::complain(&failed);
        plan.note();
        return Ok(code);
    }
    let diff = now.diff(&before);
    let text = match arguments.output {
        DiffFormat::Text => render(&diff, &arguments.selection),
        DiffFormat::Json => {
            let text = serde_json::to_string_pretty(&diff).map_err(Failure::internal)?;
            json::harmless(&text).into_owned() + "\n"
        }
    };
    output::print(&text).map_err(Failure::output)?;
    report::complain(&failed);
    plan.note();
    for source in exchanged(&before, &now, &diff) {
        output::complain(&format!(
            "note: no model of {} is in both listings; does the label now name another account?\n",
            visible(source)
        ));
    }
    // Models of sources that the arguments leave out are no surprise.
    let mut unknown = diff.unknown.iter();
    let is_unsure = unknown.any(|unsure| is_asked(unsure.model(), &arguments.selection));
    Ok(match code {
        _ if diff.has_known_changes() => exit::DIFFERENCES,
        _ if is_unsure => exit::PARTIAL,
        code => code,
    })
}

fn open(path: &Path) -> Result<Listing, Failure> {
    let bytes = fs::read(path).map_err(|error| Failure::file("read", path, &error))?;
    Listing::read(bytes.as_slice()).map_err(|error| Failure::file("read", path, &error))
}

/// Returns whether the arguments select the source of a model.
fn is_asked(model: &Model, selection: &Selection) -> bool {
    selection.selects(&model.cloud, &model.source)
}

/// Returns the sources of which all models are gone, and others new: an access key of another account under the same label
/// looks like this.
fn exchanged<'a>(before: &'a Listing, now: &Listing, diff: &Diff) -> Vec<&'a str> {
    let count =
        |models: &[Model], label: &str| models.iter().filter(|model| model.source == label).count();
    let labels = before.outcomes.iter().map(|outcome| &*outcome.source);
    let is_exchanged = |label: &&str| {
        let (gone, new) = (count(&diff.gone, label), count(&diff.new, label));
        gone > 0
            && gone == count(&before.models, label)
            && new > 0
            && new == count(&now.models, label)
    };
    labels.filter(is_exchanged).collect()
}

/// Formats differences, a line each. The first character says which: new, gone, changed, or not known.
fn render(diff: &Diff, selection: &Selection) -> String {
    let mut text = String::new();
    for model in &diff.new {
        line(&mut text, '+', model, "");
    }
    for model in &diff.gone {
        line(&mut text, '-', model, "");
    }
    for change in &diff.changed {
        line(&mut text, '~', &change.now, &changes(change));
    }
    let (asked, others): (Vec<_>, Vec<_>) =
        { diff.unknown.iter() }.partition(|unsure| is_asked(unsure.model(), selection));
    for unsure in asked {
        let problem = match unsure {
            Unsure::New(_) => {
                "new, or missing in the saved listing: its source had failed or was not asked"
            }
            _ => "gone, or not read: its source failed or was not asked",
        };
        line(&mut text, '?', unsure.model(), problem);
    }
    if !others.is_empty() {
        let models = counted(others.len() as u64, "model");
        // Writing to a `String` cannot fail.
        let _ = writeln!(text, "? {models} of sources that the arguments leave out");
    }
    let count = |models: usize, word: &str| format!("{models} {word}");
    let counts = [
        count(diff.new.len(), "new"),
        count(diff.gone.len(), "gone"),
        count(diff.changed.len(), "changed"),
        count(diff.unknown.len(), "not known"),
    ];
    let _ = writeln!(text, "{}", counts.join(", "));
    text
}

fn line(text: &mut String, sign: char, model: &Model, more: &str) {
    let Model { source, id, .. } = model;
    let name = model.display_name();
    let id = match name == id {
        true => String::new(),
        false => format!(" ({})", visible(id)),
    };
    let more = match more {
        "" => String::new(),
        more => format!(": {}", visible(more)),
    };
    let _ = writeln!(
        text,
        "{sign} {}: {}{id}{more}",
        visible(source),
        visible(name)
    );
}

/// Describes the fields that changed.
fn changes(change: &Change) -> String {
    let fields = change.fields.iter().map(|field| {
        let (before, now) = (value(&change.before, field), value(&change.now, field));
        format!("{field} {before} -> {now}")
    });
    fields.collect::<Vec<_>>().join(", ")
}

fn value(model: &Model, field: &str) -> String {
    let value = match field {
        "account" => model.scope.account.clone(),
        "name" => model.name.clone(),
        "status" => model.status.as_ref().map(status),
        "customization" => model.customization.clone(),
        "modality" => model.modality.clone(),
        "base_model" => model.base_model.clone(),
        "version" => model.version.clone(),
        "created" => model.created.as_ref().map(precise),
        "updated" => model.updated.as_ref().map(precise),
        _ => None,
    };
    value.unwrap_or_else(|| "none".to_owned())
}
