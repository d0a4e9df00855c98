//! Structure of the runtime: the dependencies between its modules have a single direction.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use cloud_models_tests::cases::workspace;

/// Returns the modules from the top to the bottom as in ARCHITECTURE.md: a module may use those of lower layers.
fn layers() -> Vec<Vec<String>> {
    let text = fs::read_to_string(workspace().join("ARCHITECTURE.md")).unwrap();
    let (_, rest) = text.split_once("```arrows\n").unwrap();
    let (block, _) = rest.split_once("```").unwrap();
    let layers = block.split("->").map(|layer| {
        let rooms = layer.split(',').map(|room| room.trim().to_owned());
        rooms.collect()
    });
    layers.collect()
}

/// Finds the source files, without those of unit tests.
fn rust_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            rust_files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs")
            && !path.ends_with("tests.rs")
        {
            found.push(path);
        }
    }
}

/// Returns the source without comments and unit tests.
fn code(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap();
    let text = text.split("#[cfg(test)]\nmod tests").next().unwrap();
    let lines = text.lines().map(|line| line.split("//").next().unwrap());
    lines.collect::<Vec<_>>().join("\n")
}

/// Returns every name that follows `crate::`, except in macros, which other crates expand.
fn used(code: &str) -> Vec<String> {
    let mut names = Vec::new();
    for (index, _) in code.match_indices("crate::") {
        if code[..index].ends_with('$') {
            continue;
        }
        let rest = &code[index + "crate::".len()..];
        let end = rest
            .find(|c: char| !c.is_alphanumeric() && c != '_')
            .unwrap_or(rest.len());
        names.push(rest[..end].to_owned());
    }
    names
}

#[test]
fn rooms_use_only_rooms_below_them() {
    let source = workspace().join("runtime/src");
    let mut height = BTreeMap::new();
    for (layer, rooms) in layers().into_iter().enumerate() {
        for room in rooms {
            height.insert(room, layer);
        }
    }
    let mut files = Vec::new();
    rust_files(&source, &mut files);
    let mut wrong = Vec::new();
    let mut arrows = 0;
    for file in files {
        let path = file.strip_prefix(&source).unwrap();
        let top = path.components().next().unwrap().as_os_str();
        let room = top.to_str().unwrap().trim_end_matches(".rs").to_owned();
        if room == "lib" {
            continue;
        }
        let Some(own) = height.get(&room) else {
            wrong.push(format!("{room} is not among the arrows of ARCHITECTURE.md"));
            continue;
        };
        for name in used(&code(&file)) {
            if name == room {
                continue;
            }
            arrows += 1;
            match height.get(&name) {
                Some(other) if other > own => {}
                Some(_) => wrong.push(format!("{}: {room} must not use {name}", path.display())),
                None => wrong.push(format!(
                    "{}: `crate::{name}` does not begin with a room",
                    path.display()
                )),
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(arrows > 100, "only {arrows} paths were found");
    for room in height.keys() {
        let folder = source.join(room);
        assert!(
            folder.exists() || folder.with_extension("rs").exists(),
            "there is no room {room}"
        );
    }
}

/// The judge of signatures must not share the mistakes of the signers, and a fake knows services by their descriptions alone.
#[test]
fn fakes_use_no_signer_and_name_no_vendor() {
    let mut files = Vec::new();
    rust_files(&workspace().join("runtime/src/fake"), &mut files);
    assert!(files.iter().any(|file| file.ends_with("verify.rs")));
    for file in files {
        let text = fs::read_to_string(&file).unwrap().to_lowercase();
        let words = [
            "auth::sign",
            "amz",
            "amazon",
            "aws",
            "bedrock",
            "baidu",
            "bce",
            "qianfan",
            "huawei",
            "fabric",
            "volc",
            "ark::",
        ];
        for word in words {
            assert!(!text.contains(word), "{}: {word}", file.display());
        }
    }
}

/// A catalog knows clouds by their descriptions alone, and takes the time from the clock of each client.
#[test]
fn catalogs_name_no_vendor() {
    let mut files = Vec::new();
    rust_files(&workspace().join("runtime/src/catalog"), &mut files);
    assert!(files.len() > 10);
    for file in files {
        let text = fs::read_to_string(&file).unwrap().to_lowercase();
        for word in [
            "aws", "bedrock", "baidu", "qianfan", "huawei", "fabric", "volc", "ark",
        ] {
            let names = text.split(|c: char| !c.is_alphanumeric());
            let found = names.filter(|name| name.starts_with(word)).count();
            assert_eq!(found, 0, "{}: {word}", file.display());
        }
    }
}

#[test]
fn paths_are_found_wherever_they_are() {
    let code = "use crate::error::Error;\nfn f() -> crate::time::Now { $crate::Record; crate::x }";
    assert_eq!(used(code), ["error", "time", "x"]);
}
