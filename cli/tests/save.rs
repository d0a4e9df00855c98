//! `cloud-models list --save`: what becomes of files.
#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test may panic"
)]

mod common;

use std::fs;

use common::clouds::Clouds;
use common::{folder, program, run};

#[test]
fn a_listing_replaces_a_file_as_a_whole() {
    let folder = folder("atomic");
    let file = folder.join("listing.json");
    fs::write(&file, "old").unwrap();
    let ran =
        run(program()
            .current_dir(&folder)
            .args(["list", "--demo", "--save", "listing.json"]));
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(
        fs::read_to_string(&file)
            .unwrap()
            .starts_with("{\"version\":1")
    );
    assert_eq!(
        fs::read_dir(&folder).unwrap().count(),
        1,
        "a temporary file is left"
    );
    // A folder that is not there.
    let ran =
        run(program()
            .current_dir(&folder)
            .args(["list", "--demo", "--save", "none/listing.json"]));
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("none/listing.json"), "{}", ran.stderr);
}

#[test]
fn a_listing_that_cannot_be_saved_is_shown() {
    let clouds = Clouds::new("unsaved", 3);
    let mut command = clouds.program();
    command.env("QIANFAN_SECRET_KEY", "another-secret");
    let ran = run(command.args(["list", "-o", "csv", "--save", "none/listing.json"]));
    assert_eq!(ran.code, 2, "{}", ran.stderr);
    assert_eq!(ran.stdout.lines().count(), 10);
    let (reports, end) = ran.stderr.split_once("none/listing.json").unwrap();
    assert!(reports.contains("error: baidu"), "{}", ran.stderr);
    assert_eq!(end.lines().count(), 1, "{}", ran.stderr);
}

#[cfg(unix)]
#[test]
fn files_keep_what_they_are() {
    use std::os::unix::fs::{FileTypeExt as _, PermissionsExt as _, symlink};

    let folder = folder("kept");
    let save = |name: &str| {
        run(program()
            .current_dir(&folder)
            .args(["list", "--demo", "-o", "csv", "--save", name]))
    };
    let is_listing = |name: &str| {
        let text = fs::read_to_string(folder.join(name)).unwrap();
        text.starts_with("{\"version\":1")
    };
    // Permissions, also through a link.
    for mode in [0o600, 0o664] {
        let file = folder.join("private.json");
        fs::write(&file, "old").unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(mode)).unwrap();
        let link = folder.join("link.json");
        let _ = fs::remove_file(&link);
        symlink("private.json", &link).unwrap();
        assert_eq!(save("link.json").code, 0);
        assert!(is_listing("private.json"));
        assert!(link.symlink_metadata().unwrap().is_symlink());
        let kept = file.metadata().unwrap().permissions().mode();
        assert_eq!(kept & 0o777, mode);
    }
    // A link to nowhere.
    symlink("nowhere.json", folder.join("dangling.json")).unwrap();
    let ran = save("dangling.json");
    assert_eq!(ran.code, 2, "{}", ran.stderr);
    assert!(ran.stderr.contains("dangling.json"), "{}", ran.stderr);
    let link = folder.join("dangling.json").symlink_metadata();
    assert!(link.unwrap().is_symlink());
    // A pipe.
    let pipe = folder.join("pipe");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    assert!(made.unwrap().success());
    let reader = std::thread::spawn({
        let pipe = pipe.clone();
        move || fs::read_to_string(pipe).unwrap()
    });
    assert_eq!(save("pipe").code, 0);
    assert!(pipe.symlink_metadata().unwrap().file_type().is_fifo());
    assert!(reader.join().unwrap().starts_with("{\"version\":1"));
    // Standard output, as a pipe and as a file.
    let ran = save("/dev/stdout");
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let is_both = |text: &str| text.starts_with("{\"version\":1") && text.contains("\r\n");
    assert!(is_both(&ran.stdout), "{}", ran.stdout);
    let out = folder.join("out");
    let status = program()
        .args(["list", "--demo", "-o", "csv", "--save", "/dev/stdout"])
        .stdout(fs::File::create(&out).unwrap())
        .status();
    assert!(status.unwrap().success());
    assert!(is_both(&fs::read_to_string(&out).unwrap()));
    assert_eq!(save("/dev/null").code, 0);
    let null = fs::metadata("/dev/null").unwrap();
    assert!(null.file_type().is_char_device());
    // A folder.
    fs::create_dir(folder.join("folder")).unwrap();
    assert_eq!(save("folder").code, 2);
    let names = fs::read_dir(&folder).unwrap();
    let names: Vec<_> = names.map(|entry| entry.unwrap().file_name()).collect();
    let is_temporary = |name: &std::ffi::OsString| name.to_string_lossy().contains(".tmp");
    assert!(!names.iter().any(is_temporary), "{names:?}");
}
