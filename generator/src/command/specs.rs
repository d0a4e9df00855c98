//! Reading of specs and their samples from disk.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use super::Context;
use crate::diagnostics::closest;
use crate::output;
use crate::source::{Sample, SpecSource};

/// One byte more than a spec may have, so that a file that is too large is detected without being read completely.
const MOST_BYTES: u64 = (1 << 20) + 1;

/// Returns the specs of a workspace by name, each with its samples.
pub(super) fn of_workspace(root: &Path) -> Result<Vec<SpecSource>, String> {
    let folder = root.join("specs");
    if !folder.is_dir() {
        let root = root.display();
        return Err(format!(
            "there is no folder `specs` in {root}: name files, or another folder with --root"
        ));
    }
    check_subfolders(&folder)?;
    let mut specs = Vec::new();
    for path in of_folder(&folder)? {
        let shown = format!("specs/{}", file_name(&path));
        specs.push(read(&path, shown)?);
    }
    let samples = folder.join("samples");
    for path in list(&samples).unwrap_or_default() {
        let name = file_name(&path);
        if path.is_dir() && !specs.iter().any(|spec| spec.stem() == name) {
            return Err(format!("specs/samples/{name}: there is no spec `{name}`"));
        }
    }
    Ok(specs)
}

/// A file of a spec that was named on the command line.
pub(super) struct Named {
    pub(super) path: PathBuf,
    /// Path for messages.
    shown: String,
}

impl Named {
    /// Reads the spec with its samples.
    pub(super) fn read(self) -> Result<SpecSource, String> {
        read(&self.path, self.shown)
    }
}

/// Returns the specs that a word on the command line means: a file, a folder of specs, or the name of a spec of the
/// workspace, such as `aws-bedrock`. A path may begin here or in the workspace.
pub(super) fn named(root: &Path, word: &Path) -> Result<Vec<Named>, String> {
    let in_root = |path: &Path| match path.is_absolute() {
        true => path.to_owned(),
        false => root.join(path),
    };
    let named = |path: PathBuf, shown: &Path| Named {
        path,
        shown: shown.to_string_lossy().replace('\\', "/"),
    };
    let mut file = word.as_os_str().to_owned();
    file.push(".yaml");
    let is_name = word.components().count() == 1;
    let of_name = is_name.then(|| Path::new("specs").join(&file));
    // A folder may have the name of a spec.
    if let Some(path) = of_name.filter(|path| in_root(path).is_file()) {
        return Ok(vec![named(in_root(&path), &path)]);
    }
    for path in [word, Path::new(&file)] {
        for whole in [path.to_owned(), in_root(path)] {
            if whole.is_dir() {
                let files = of_folder(&whole)?.into_iter();
                let shown = files.map(|file| {
                    let shown = path.join(file.file_name().unwrap_or_default());
                    named(file, &shown)
                });
                return Ok(shown.collect());
            }
            // A pipe is refused when it is read.
            if whole.exists() {
                return Ok(vec![named(whole, path)]);
            }
        }
    }
    let word = word.display().to_string();
    if !is_name || word.ends_with(".yaml") {
        return Err(format!("{word}: there is no such file"));
    }
    let all = of_folder(&root.join("specs")).unwrap_or_default();
    let names = all.iter().map(|path| path.file_stem().unwrap_or_default());
    let names: Vec<_> = names
        .map(|name| name.to_string_lossy().into_owned())
        .collect();
    let names = || names.iter().map(String::as_str);
    let help = match closest(&word, names()) {
        Some(near) => format!(": did you mean `{near}`?"),
        None => format!("; the specs are {}", names().collect::<Vec<_>>().join(", ")),
    };
    Err(format!("there is no spec `{word}`{help}"))
}

/// Like [`named`] for a word that means one spec.
pub(super) fn one_named(root: &Path, word: &Path) -> Result<Named, String> {
    let mut all = named(root, word)?.into_iter();
    match (all.next(), all.len()) {
        (Some(only), 0) => Ok(only),
        _ => Err(format!("{}: name one of its specs", word.display())),
    }
}

/// Returns the paths of the specs in a folder.
pub(super) fn of_folder(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let mut paths = list(folder)?;
    // Hidden files of editors and file managers are ignored.
    paths.retain(|path| !file_name(path).starts_with('.'));
    let ends_in = |path: &PathBuf, ending| path.extension().is_some_and(|other| other == ending);
    if let Some(path) = paths.iter().find(|path| ends_in(path, "yml")) {
        return Err(format!("{}: specs end in .yaml", path.display()));
    }
    // Approvals are in the same folder as the specs.
    paths.retain(|path| {
        ends_in(path, "yaml") && path.is_file() && file_name(path) != "approvals.yaml"
    });
    if paths.is_empty() {
        let folder = folder.display();
        return Err(format!("{folder} has no specs: files that end in .yaml"));
    }
    Ok(paths)
}

/// Returns an error if a spec is in a folder below the specs, where it would not be read.
fn check_subfolders(folder: &Path) -> Result<(), String> {
    for sub in list(folder)?.iter().filter(|path| path.is_dir()) {
        let mut specs = list(sub)?.into_iter();
        let spec = specs.find(|path| path.extension().is_some_and(|end| end == "yaml"));
        if let Some(spec) = spec {
            return Err(format!(
                "specs/{}/{}: specs are in `specs` itself, not in folders below it",
                file_name(sub),
                file_name(&spec)
            ));
        }
    }
    Ok(())
}

/// Reads a spec without its samples.
pub(super) fn read_alone(path: &Path, shown: String) -> Result<SpecSource, String> {
    Ok(SpecSource::new(shown, bytes(path)?))
}

/// Reads a spec with its samples, which are in the folder of the same name in `samples`.
pub(super) fn read(path: &Path, shown: String) -> Result<SpecSource, String> {
    let mut spec = SpecSource::new(shown, bytes(path)?);
    let stem = spec.stem().to_owned();
    let parent = path.parent().unwrap_or(Path::new("."));
    let shown = spec.path.strip_suffix(&file_name(path)).unwrap_or_default();
    let shown = format!("{shown}samples/{stem}");
    for path in list(&parent.join("samples").join(&stem)).unwrap_or_default() {
        let name = file_name(&path);
        // Hidden files of file managers are ignored.
        if !name.starts_with('.') {
            spec.samples.push(Sample {
                path: format!("{shown}/{name}"),
                bytes: bytes(&path)?,
            });
        }
    }
    Ok(spec)
}

fn bytes(path: &Path) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    // Reading a pipe would block, and a device may never end.
    if path.exists() && !path.is_file() {
        return Err(format!("{}: not a file", path.display()));
    }
    File::open(path)
        .and_then(|file| file.take(MOST_BYTES).read_to_end(&mut bytes))
        .map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(bytes)
}

/// Returns the entries of a folder, sorted by name.
fn list(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let problem = |error| format!("{}: {error}", folder.display());
    let entries = fs::read_dir(folder).map_err(problem)?;
    let paths = entries.map(|entry| entry.map(|entry| entry.path()));
    let mut paths = paths.collect::<Result<Vec<_>, _>>().map_err(problem)?;
    paths.sort();
    Ok(paths)
}

fn file_name(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}

/// Writes a spec over the file that it was read from.
pub(super) fn write(context: &Context<'_>, source: &SpecSource) -> Result<(), String> {
    let path = context.root.join(&source.path);
    let path = match path.is_file() {
        true => path,
        // A file that was named is not below the workspace.
        false => PathBuf::from(&source.path),
    };
    let text = String::from_utf8_lossy(&source.bytes);
    let written = output::replace(&path, &text, context.disk);
    written.map_err(|problem| format!("{}: {problem}", source.path))
}
