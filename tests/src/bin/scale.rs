//! Writes a workspace for measurements: copies of the four specs under other names, until they have the requested
//! number of operations. `cargo run -p cloud-models-tests --bin scale -- FOLDER OPERATIONS`, then
//! `target/release/generator --root FOLDER codegen`.

use std::fs;
use std::io;
use std::path::PathBuf;

use cloud_models_tests::cases::workspace;

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
    for (index, name) in names.iter().cycle().take(count).enumerate() {
        let text = fs::read_to_string(workspace().join("specs").join(format!("{name}.yaml")))?;
        let copy = format!("{name}-{:05}", index / names.len());
        let (module, module_of_copy) = (name.replace('-', "_"), copy.replace('-', "_"));
        let text = text.replace(
            &format!("module: {module}"),
            &format!("module: {module_of_copy}"),
        );
        fs::write(folder.join("specs").join(format!("{copy}.yaml")), text)?;
        features.push_str(&format!("{copy} = []\n"));
        default.push(format!("\"{copy}\""));
    }
    let manifest = format!("[features]\ndefault = [{}]\n{features}", default.join(", "));
    fs::write(folder.join("generated/Cargo.toml"), manifest)
}
