//! `codegen --watch`: runs again whenever a spec or sample has changed.
//!
//! The specs are read several times a second instead of watching the file system: editors save in too many ways (in
//! place, by renaming, on a network share), and reading detects files whose content has not changed.

use std::path::Path;
use std::time::Duration;

use super::{Outcome, complain, say, specs};
use crate::SpecSource;

const PAUSE: Duration = Duration::from_millis(200);

/// Runs until interrupted. Errors are printed, and the next change is awaited.
pub(super) fn run(root: &Path, once: impl Fn(&[SpecSource]) -> Outcome) -> Outcome {
    let mut last = None;
    loop {
        // The manifest is watched too, because a new spec needs a feature in it.
        let manifest = std::fs::read(root.join("generated/Cargo.toml")).ok();
        let now = (specs::of_workspace(root), manifest);
        if last.as_ref() != Some(&now) {
            say(match last {
                None => "watching specs; stop with Ctrl-C\n",
                Some(_) => "\n--- something was saved ---\n",
            });
            let outcome = match &now.0 {
                Ok(sources) => once(sources),
                Err(problem) => Err(problem.clone()),
            };
            if let Err(problem) = outcome {
                complain(&problem);
            }
            last = Some(now);
        }
        std::thread::sleep(PAUSE);
    }
}
