//! The generator as a program of this package, so that cargo builds it for the tests. They can also kill it during its
//! work: with `DIES_AT=3`, it aborts in the middle of the third step on the disk.

use std::cell::Cell;
use std::fs;
use std::io;
use std::path::Path;
use std::process::ExitCode;

use generator::output::{Disk, Files};

fn main() -> ExitCode {
    let dies_at = std::env::var("DIES_AT").ok();
    match dies_at.and_then(|step| step.parse().ok()) {
        None => generator::command::run(&Files),
        Some(step) => generator::command::run(&Dying(Cell::new(step))),
    }
}

/// A disk that loses power at a given step: only half of the text being written remains.
struct Dying(Cell<u32>);

impl Dying {
    fn is_the_end(&self) -> bool {
        self.0.set(self.0.get() - 1);
        self.0.get() == 0
    }

    fn step(&self) {
        if self.is_the_end() {
            std::process::abort();
        }
    }
}

impl Disk for Dying {
    fn create_folder(&self, path: &Path) -> io::Result<()> {
        self.step();
        Files.create_folder(path)
    }

    fn write(&self, path: &Path, text: &str) -> io::Result<()> {
        if self.is_the_end() {
            fs::write(path, &text.as_bytes()[..text.len() / 2])?;
            std::process::abort();
        }
        Files.write(path, text)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.step();
        Files.rename(from, to)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        self.step();
        Files.remove(path)
    }
}
