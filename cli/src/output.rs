//! Writing to standard output and to files.

use std::fs;
use std::io::{self, ErrorKind, Write as _};
use std::path::Path;

/// Writes to standard output. A reader that has gone, such as `head`, is not an error.
pub(crate) fn print(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        result => result,
    }
}

/// Writes to standard error. A failure cannot be reported anywhere.
pub(crate) fn complain(text: &str) {
    let mut err = io::stderr().lock();
    let _ = err.write_all(text.as_bytes());
}

/// Writes a file as a whole: readers see the old file or the new one, and a failure leaves the old one. An existing file keeps
/// its permissions. What is no file, such as `/dev/null` or a pipe, is written to.
pub(crate) fn save(path: &Path, text: &str) -> io::Result<()> {
    let old = match fs::metadata(path) {
        Ok(old) => old,
        Err(error) if error.kind() == ErrorKind::NotFound => {
            return match fs::symlink_metadata(path) {
                Ok(_) => Err(io::Error::new(
                    ErrorKind::NotFound,
                    "it is a link to a file that does not exist",
                )),
                Err(_) => replace(path, None, text),
            };
        }
        Err(error) => return Err(error),
    };
    if let Some(mut stream) = inherited(&old)? {
        return stream.write_all(text.as_bytes());
    }
    // Refuses a file that may not be written, which could still be replaced.
    let mut file = fs::OpenOptions::new().write(true).open(path)?;
    match old.is_file() {
        // A link keeps pointing to where it did.
        true => replace(&fs::canonicalize(path)?, Some(old.permissions()), text),
        false => file.write_all(text.as_bytes()),
    }
}

/// Writes a temporary file next to a file, then puts it in its place.
fn replace(path: &Path, permissions: Option<fs::Permissions>, text: &str) -> io::Result<()> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.tmp", std::process::id()));
    let temporary = path.with_file_name(name);
    let mut file = fs::File::create_new(&temporary)?;
    let write = || {
        if let Some(permissions) = permissions {
            file.set_permissions(permissions)?;
        }
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        fs::rename(&temporary, path)
    };
    write().inspect_err(|_| {
        let _ = fs::remove_file(&temporary);
    })
}

/// Returns standard output or standard error if it leads to a file, as with `--save /dev/stdout > file`: to replace that file
/// would cut off what follows.
#[cfg(unix)]
fn inherited(file: &fs::Metadata) -> io::Result<Option<fs::File>> {
    use std::os::fd::AsFd as _;
    use std::os::unix::fs::MetadataExt as _;

    for stream in [
        io::stdout().as_fd().try_clone_to_owned(),
        io::stderr().as_fd().try_clone_to_owned(),
    ] {
        let stream = fs::File::from(stream?);
        let other = stream.metadata()?;
        if (other.dev(), other.ino()) == (file.dev(), file.ino()) {
            return Ok(Some(stream));
        }
    }
    Ok(None)
}

#[cfg(not(unix))]
fn inherited(_: &fs::Metadata) -> io::Result<Option<fs::File>> {
    Ok(None)
}
