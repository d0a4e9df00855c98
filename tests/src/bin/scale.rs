//! Writes a workspace for measurements: copies of the four specs under other names, each with four copies of its
//! operation and types, until they have the requested number of operations. `cargo run -p cloud-models-tests --bin scale
//! -- FOLDER OPERATIONS`, then `target/release/generator --root FOLDER codegen`.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::PathBuf;

use cloud_models_tests::cases::workspace;

/// Operations of each spec.
const OPERATIONS: usize = 4;

fn main() -> io::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let (Some(folder), Some(count)) = (arguments.next(), arguments.next()) else {
        return Err(io::Error::other(
            "two arguments are expected: a folder and a number of operations",
        ));
    };
    let count: usize = count.parse().map_err(io::Error::other)?;
    let folder = PathBuf::from(folder);
    let names = [
        "aws-bedrock",
        "baidu-qianfan",
        "huawei-fabric",
        "volcengine-ark",
    ];
    fs::create_dir_all(folder.join("specs"))?;
    fs::create_dir_all(folder.join("generated"))?;
    let mut features = String::new();
    let mut default = Vec::new();
    let specs = count.div_ceil(OPERATIONS);
    for (index, name) in names.iter().cycle().take(specs).enumerate() {
        let text = fs::read_to_string(workspace().join("specs").join(format!("{name}.yaml")))?;
        let copy = format!("{name}-{:05}", index / names.len());
        let (module, module_of_copy) = (name.replace('-', "_"), copy.replace('-', "_"));
        let text = text.replace(
            &format!("module: {module}"),
            &format!("module: {module_of_copy}"),
        );
        let text = multiplied(&text).ok_or_else(|| {
            io::Error::other(format!("{name} does not end in operations and types"))
        })?;
        fs::write(folder.join("specs").join(format!("{copy}.yaml")), text)?;
        features.push_str(&format!("{copy} = []\n"));
        default.push(format!("\"{copy}\""));
    }
    let manifest = format!("[features]\ndefault = [{}]\n{features}", default.join(", "));
    fs::write(folder.join("generated/Cargo.toml"), manifest)
}

/// Returns a spec in which each operation and each type has copies that are numbered.
fn multiplied(spec: &str) -> Option<String> {
    let (head, rest) = spec.split_once("\noperations:\n")?;
    let (operations, types) = rest.split_once("\ntypes:\n")?;
    let names: BTreeSet<_> = [operations, types]
        .into_iter()
        .flat_map(str::lines)
        .filter_map(|line| line.strip_prefix("  ")?.strip_suffix(':'))
        .filter(|name| name.starts_with(char::is_alphanumeric))
        .collect();
    let copies = |text: &str| {
        let copies = (0..OPERATIONS).map(|number| numbered(text, &names, number));
        copies.collect::<String>()
    };
    let (operations, types) = (copies(operations), copies(types));
    Some(format!(
        "{head}\noperations:\n{operations}\ntypes:\n{types}"
    ))
}

/// Appends a number to names, and to the paths of operations.
fn numbered(text: &str, names: &BTreeSet<&str>, number: usize) -> String {
    let suffix = match number {
        0 => String::new(),
        number => number.to_string(),
    };
    let mut out = String::new();
    for line in text.lines() {
        // The last word is what does not end in another character than that of a name.
        let mut word = String::new();
        for c in line.chars().chain([' ']) {
            if c.is_alphanumeric() {
                word.push(c);
                continue;
            }
            out.push_str(&word);
            if names.contains(word.as_str()) {
                out.push_str(&suffix);
            }
            word.clear();
            out.push(c);
        }
        // The space from above.
        out.pop();
        if line.starts_with("    http: ") && !line.ends_with('/') {
            // A parameter is a whole segment.
            if line.ends_with('}') && number > 0 {
                out.push('/');
            }
            out.push_str(&suffix);
        }
        out.push('\n');
    }
    out
}
