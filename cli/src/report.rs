//! Sources that failed, and what to do about it.

use cloud_models::catalog::{Outcome, SourceError, SourceErrorKind};

use crate::config::SourceConfig;
use crate::inspect::in_environment;
use crate::output;
use crate::plan::Plan;
use crate::text::{counted, visible};

/// A source that could not be read completely.
#[derive(Debug)]
pub(crate) struct Failed {
    pub(crate) label: String,
    /// Message of its error.
    pub(crate) problem: String,
    /// Advice.
    pub(crate) help: Option<String>,
    /// Number of models that were read before.
    pub(crate) count: u64,
}

impl Failed {
    /// Returns `None` if the source was read completely.
    pub(crate) fn of(outcome: &Outcome, plan: &Plan) -> Option<Self> {
        if outcome.complete {
            return None;
        }
        let error = outcome.error.as_ref();
        let source = plan.source(&outcome.source);
        Some(Self {
            label: outcome.source.clone(),
            problem: error.map_or("not finished".to_owned(), |error| error.message.clone()),
            help: error.and_then(|error| Some(help(error, source?))).flatten(),
            count: outcome.count,
        })
    }
}

/// Returns the sources that could not be read completely.
pub(crate) fn failed(outcomes: &[Outcome], plan: &Plan) -> Vec<Failed> {
    let failed = outcomes
        .iter()
        .filter_map(|outcome| Failed::of(outcome, plan));
    failed.collect()
}

/// Prints failed sources to standard error.
pub(crate) fn complain(failed: &[Failed]) {
    let mut text = String::new();
    for Failed {
        label,
        problem,
        help,
        count,
    } in failed
    {
        text.push_str(&format!(
            "error: {}: {}\n",
            visible(label),
            visible(problem)
        ));
        if *count > 0 {
            text.push_str(&format!(
                "  {} had been read by then\n",
                counted(*count, "model")
            ));
        }
        if let Some(help) = help {
            text.push_str(&format!("  help: {}\n", visible(help)));
        }
    }
    output::complain(&text);
}

/// Returns what to do about an error.
fn help(error: &SourceError, source: &SourceConfig) -> Option<String> {
    let credentials = credentials(source);
    let help = match error.kind {
        SourceErrorKind::Credentials => format!("check {credentials}"),
        SourceErrorKind::AccessDenied => {
            format!("check {credentials}: their owner needs the permission to list custom models")
        }
        SourceErrorKind::Throttled => "try again later".to_owned(),
        SourceErrorKind::Timeout => {
            "try again later, or with a longer --timeout; check the region and the proxy".to_owned()
        }
        SourceErrorKind::Network => {
            "check the region, the network and the proxy variables".to_owned()
        }
        SourceErrorKind::Service if error.retryable => "try again later".to_owned(),
        _ => return None,
    };
    Some(help)
}

/// Names the credentials of a source by where they are.
fn credentials(source: &SourceConfig) -> String {
    if let Some(profile) = &source.profile {
        return format!("the profile {profile} in ~/.aws/config and ~/.aws/credentials");
    }
    let names: Vec<_> = source.variables.names().collect();
    match in_environment(source.cloud) {
        _ if !names.is_empty() => format!("the credentials in {}", names.join(", ")),
        Ok(Some(names)) => format!("the credentials in {names}"),
        _ => "the credentials; `cloud-models sources` shows where they come from".to_owned(),
    }
}
