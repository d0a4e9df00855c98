//! Temporary workspaces for tests of the command line, with the real specs and no generated files.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::cases::{sorted, specs, workspace};

/// A folder with the specs, their samples, and the hand-written files.
#[derive(Debug)]
pub struct Workspace {
    root: PathBuf,
    program: PathBuf,
}

impl Workspace {
    /// Creates a workspace in a folder, for a generator.
    pub fn new(root: &Path, program: impl Into<PathBuf>) -> Self {
        let _ = fs::remove_dir_all(root);
        let created = Self {
            root: root.to_owned(),
            program: program.into(),
        };
        for spec in specs() {
            created.write(&spec.path, &spec.bytes);
            for sample in &spec.samples {
                created.write(&sample.path, &sample.bytes);
            }
        }
        for file in ["generated/Cargo.toml", "README.md"] {
            created.write(file, fs::read(workspace().join(file)).expect("it is there"));
        }
        created
    }

    /// Returns the path of a file or folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    /// Writes a file.
    pub fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        let path = self.path(name);
        let folder = path.parent().expect("it is in a folder");
        fs::create_dir_all(folder).expect("folders can be made");
        fs::write(&path, bytes).expect("files can be written");
    }

    /// Returns the text of a file.
    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).expect("it is a text")
    }

    /// Returns a command for the generator, with an environment that cannot affect it and without a home folder to
    /// write to.
    pub fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.arg("--root").arg(&self.root);
        command
            .env_clear()
            .env("HOME", "/nonexistent")
            .env("TZ", "Asia/Kathmandu")
            .env("LANG", "tr_TR.UTF-8")
            .current_dir(std::env::temp_dir());
        command
    }

    /// Runs the generator.
    pub fn run(&self, arguments: &[&str]) -> Output {
        let mut command = self.command();
        command.args(arguments).output().expect("it can be run")
    }

    /// Runs `codegen`.
    pub fn codegen(&self, arguments: &[&str]) -> Output {
        self.run(&[&["codegen"], arguments].concat())
    }

    /// Returns the texts of all files.
    pub fn files(&self) -> BTreeMap<PathBuf, String> {
        let mut files = BTreeMap::new();
        let mut open = vec![self.root.clone()];
        while let Some(folder) = open.pop() {
            for path in sorted(&folder) {
                if path.is_dir() {
                    open.push(path);
                } else {
                    let text = fs::read_to_string(&path).expect("it is a text");
                    files.insert(path, text);
                }
            }
        }
        files
    }
}

/// Returns the output of a program as text.
pub fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
