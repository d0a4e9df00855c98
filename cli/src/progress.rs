//! Progress on standard error, where it is a terminal.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use crate::text::counted;

/// A line that says how many sources are done and how many models there are. It disappears at the end.
pub(crate) struct Progress {
    bar: ProgressBar,
    models: u64,
    finished: u64,
    sources: u64,
}

impl Progress {
    pub(crate) fn new(sources: u64) -> Self {
        // On anything but a terminal, it draws nothing.
        let bar = ProgressBar::new_spinner();
        if let Ok(style) = ProgressStyle::with_template("{spinner} {msg}") {
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(120));
        let progress = Self {
            bar,
            models: 0,
            finished: 0,
            sources,
        };
        progress.show();
        progress
    }

    /// Counts a model.
    pub(crate) fn model(&mut self) {
        self.models += 1;
        self.show();
    }

    /// Counts a source that is done.
    pub(crate) fn source(&mut self) {
        self.finished += 1;
        self.show();
    }

    fn show(&self) {
        let models = counted(self.models, "model");
        let sources = counted(self.sources, "source");
        let finished = self.finished;
        self.bar
            .set_message(format!("{models}, {finished} of {sources} done"));
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
