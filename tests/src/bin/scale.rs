//! Writes a workspace for measurements: copies of the four specs under other names. `cargo run -p cloud-models-tests --bin
//! scale -- FOLDER SPECS`, then `target/release/generator --root FOLDER codegen`.

use std::fs;
use std::io;
use std::path::PathBuf;

use cloud_models_tests::cases::workspace;

const NAMES: [&str; 4] = [
    "aws-bedrock",
    "baidu-qianfan",
    "huawei-fabric",
    "volcengine-ark",
];

fn main() -> io::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let (Some(folder), Some(count)) = (arguments.next(), arguments.next()) else {
        return Err(io::Error::other(
            "two arguments are expected: a folder and a number of specs",
        ));
    };
    let count: usize = count.parse().map_err(io::Error::other)?;
    let folder = PathBuf::from(folder);
    fs::create_dir_all(folder.join("specs"))?;
    fs::create_dir_all(folder.join("generated"))?;
    let mut features = String::new();
    let mut default = Vec::new();
    for (index, name) in NAMES.iter().cycle().take(count).enumerate() {
        let text = fs::read_to_string(workspace().join("specs").join(format!("{name}.yaml")))?;
        let copy = format!("{name}-{:05}", index / NAMES.len());
        let module = |name: &str| format!("module: {}\n", name.replace('-', "_"));
        let text = text.replace(&module(name), &module(&copy));
        fs::write(folder.join("specs").join(format!("{copy}.yaml")), text)?;
        features.push_str(&format!("{copy} = []\n"));
        default.push(format!("\"{copy}\""));
    }
    let manifest = format!("[features]\ndefault = [{}]\n{features}", default.join(", "));
    fs::write(folder.join("generated/Cargo.toml"), manifest)
}
