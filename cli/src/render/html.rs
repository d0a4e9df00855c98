//! One page that needs nothing else: no script, font or picture from elsewhere.

use std::time::SystemTime;

use cloud_models::Timestamp;
use cloud_models::catalog::Model;
use maud::{DOCTYPE, PreEscaped, html};

use super::{Tone, status, tone};
use crate::report::Failed;
use crate::text::{counted, visible};
use crate::times::{Zone, precise, short};

/// A column of models. One that is empty is left out.
struct Column {
    title: &'static str,
    class: Class,
    text: fn(&Model) -> Option<String>,
}

/// How the cells of a column look.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Plain,
    /// The name of a model, above its ID.
    Name,
    Status,
}

const COLUMNS: [Column; 12] = [
    column("Source", |model| Some(model.source.clone())),
    Column {
        title: "Name and ID",
        class: Class::Name,
        text: |model| Some(model.name.clone().unwrap_or_default()),
    },
    Column {
        title: "Status",
        class: Class::Status,
        text: |model| model.status.as_ref().map(status),
    },
    column("Kind", |model| model.customization.clone()),
    column("Modality", |model| model.modality.clone()),
    column("Base model", |model| model.base_model.clone()),
    column("Version", |model| model.version.clone()),
    column("Created (UTC)", |model| model.created.as_ref().map(time)),
    column("Updated (UTC)", |model| model.updated.as_ref().map(time)),
    column("Region", |model| model.scope.region.clone()),
    column("Account", |model| model.scope.account.clone()),
    column("Workspace and project", |model| {
        let parts = [&model.scope.workspace, &model.scope.project];
        let parts: Vec<_> = parts.into_iter().flatten().map(String::as_str).collect();
        Some(parts.join(", ")).filter(|text| !text.is_empty())
    }),
];

const fn column(title: &'static str, text: fn(&Model) -> Option<String>) -> Column {
    Column {
        title,
        class: Class::Plain,
        text,
    }
}

/// A filter by status.
pub(crate) struct Filter {
    /// The statuses of the models that are shown.
    pub(crate) statuses: Vec<String>,
    /// Number of models that are left out.
    pub(crate) hidden: usize,
}

/// Formats a listing as a page.
pub(crate) fn render(
    models: &[&Model],
    failed: &[Failed],
    sources: usize,
    filter: Option<&Filter>,
) -> String {
    let now = Timestamp::from(SystemTime::now());
    let columns: Vec<_> = COLUMNS
        .iter()
        .filter(|column| models.iter().any(|model| (column.text)(model).is_some()))
        .collect();
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                // Whatever a name contains, the page loads nothing.
                meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'";
                title { "Custom models" }
                style { (PreEscaped(include_str!("page.css"))) }
            }
            body {
                h1 { "Custom models" }
                p.quiet {
                    (counted(models.len() as u64, "model")) " from " (counted(sources as u64, "source"))
                    ", listed on " time datetime=(precise(&now)) { (time(&now)) " UTC" }
                }
                @if let Some(filter) = filter {
                    p {
                        "Only models with the status " (filter.statuses.join(" or ")) ": "
                        (counted(filter.hidden as u64, "model")) " left out"
                    }
                }
                @if !failed.is_empty() {
                    section.failed role="alert" {
                        h2 {
                            (counted(failed.len() as u64, "source")) " could not be read completely: models may be missing below"
                        }
                        ul {
                            @for source in failed {
                                li {
                                    strong { (visible(&source.label)) } ": " (visible(&source.problem))
                                    @if source.count > 0 {
                                        " " (counted(source.count, "model")) " had been read by then."
                                    }
                                    @if let Some(help) = &source.help {
                                        br; span.quiet { (visible(help)) }
                                    }
                                }
                            }
                        }
                    }
                }
                div.scroll {
                    table {
                        thead {
                            tr {
                                @for column in &columns {
                                    th scope="col" { button type="button" { (column.title) } }
                                }
                            }
                        }
                        tbody {
                            @for model in models {
                                tr {
                                    @for column in &columns {
                                        td class=[class(column.class, model)] {
                                            (visible(&(column.text)(model).unwrap_or_default()))
                                            @if column.class == Class::Name {
                                                code { (visible(&model.id)) }
                                            }
                                        }
                                    }
                                }
                            }
                        }
                    }
                }
                script { (PreEscaped(include_str!("page.js"))) }
            }
        }
    };
    page.into_string() + "\n"
}

fn time(time: &Timestamp) -> String {
    short(time, Zone::Utc)
}

fn class(class: Class, model: &Model) -> Option<&'static str> {
    match (class, model.status.as_ref().map(tone)) {
        (Class::Name, _) => Some("name"),
        (Class::Status, Some(Tone::Good)) => Some("good"),
        (Class::Status, Some(Tone::Waiting)) => Some("waiting"),
        (Class::Status, Some(Tone::Bad)) => Some("bad"),
        (Class::Status, Some(Tone::Other)) => Some("other"),
        (Class::Status | Class::Plain, _) => None,
    }
}
