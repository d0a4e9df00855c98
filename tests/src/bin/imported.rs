//! Imports the descriptions of `fixtures/descriptions` as specs, builds the clients that they generate, and compares what
//! these send with what the clients of the repository send, for every captured input. Those are compared with the
//! captured requests by `--test vectors`. `cargo run -p cloud-models-tests --all-features --bin imported`.

use std::error::Error;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use cloud_models_tests::cases::{self, Case, package, workspace};
use cloud_models_tests::probe;
use serde_json::{Value, json};

/// Specs, each with the descriptions that it is imported from.
const IMPORTS: [(&str, &[&str]); 3] = [
    (
        "aws-bedrock",
        &[
            "bedrock-1.44.8.service-2.json.gz",
            "bedrock-1.44.8.paginators-1.json.gz",
        ],
    ),
    ("huawei-fabric", &["huawei-fabric.explorer.json"]),
    ("volcengine-ark", &["volcengine-ark.explorer.json"]),
];

/// Inputs that the two clients treat differently on purpose, by a part of the name of the case.
const DIFFERENT: [(&str, &str); 1] = [(
    "pseudo_region",
    "no description says that the service has hosts for FIPS",
)];

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("{problem}");
            ExitCode::FAILURE
        }
    }
}

type Result<T> = std::result::Result<T, Box<dyn Error>>;

fn run() -> Result<()> {
    let folder = workspace().join("target/imported");
    if folder.join("specs").exists() {
        fs::remove_dir_all(folder.join("specs"))?;
    }
    fs::create_dir_all(folder.join("specs"))?;
    let program = std::env::current_exe()?.with_file_name("generate");
    for (name, files) in IMPORTS {
        let files = files
            .iter()
            .map(|file| package().join("fixtures/descriptions").join(file));
        let mut command = Command::new(&program);
        command.args(["new", name, "--from"]).args(files);
        ended(
            command
                .current_dir(&folder)
                .stdout(Stdio::null())
                .stderr(Stdio::null()),
        )?;
    }
    write_packages(&folder)?;
    ended(
        Command::new(&program)
            .arg("codegen")
            .current_dir(&folder)
            .stdout(Stdio::null())
            .stderr(Stdio::null()),
    )?;
    let imported: Vec<_> = IMPORTS.iter().map(|(name, _)| *name).collect();
    let mut cases = cases::read(&package().join("vectors"));
    cases.retain(|case| imported.contains(&case.spec.as_str()));
    let questions: Vec<_> = cases.iter().filter_map(question).collect();
    let theirs = answers(&folder, &questions)?;
    let (mut same, mut unknown, mut different) = (0, 0, Vec::new());
    for (question, theirs) in questions.iter().zip(&theirs) {
        let ours = comparable(&probe::answer(&question.to_string()));
        let name = question["id"].as_str().unwrap_or_default();
        let display = theirs["error"]["display"].as_str().unwrap_or_default();
        if display.contains("there is no operation") {
            unknown += 1;
        } else if comparable(theirs) == ours {
            same += 1;
        } else if !DIFFERENT.iter().any(|(part, _)| name.contains(part)) {
            different.push(format!(
                "{name}\n  ours   {ours}\n  theirs {}",
                comparable(theirs)
            ));
        }
    }
    println!(
        "{same} requests are the same; {unknown} inputs are of operations that no description has"
    );
    if !different.is_empty() {
        return Err(format!("{} differ:\n{}", different.len(), different.join("\n")).into());
    }
    match same {
        0 => Err("nothing was compared".into()),
        _ => Ok(()),
    }
}

fn ended(command: &mut Command) -> Result<()> {
    match command.status()?.success() {
        true => Ok(()),
        false => Err(format!("{command:?} failed").into()),
    }
}

/// Writes the packages of the clients and of a program that answers questions.
fn write_packages(folder: &Path) -> Result<()> {
    let repository = workspace();
    let manifest = fs::read_to_string(repository.join("generated/Cargo.toml"))?;
    let kept = |line: &&str| {
        !line.starts_with("readme") && !line.starts_with("[lints]") && *line != "workspace = true"
    };
    let lines = manifest.lines().filter(kept).map(|line| match line {
        "baidu-qianfan = []" => String::new(),
        line if line.starts_with("default = [") => {
            "default = [\"aws-bedrock\", \"huawei-fabric\", \"volcengine-ark\"]".to_owned()
        }
        "version.workspace = true" => "version = \"0.0.0\"".to_owned(),
        line if line.starts_with("cloud-models-runtime.workspace") => {
            format!(
                "cloud-models-runtime = {{ path = {:?} }}",
                repository.join("runtime")
            )
        }
        line => line.to_owned(),
    });
    let manifest = lines.collect::<Vec<_>>().join("\n");
    let manifest = manifest
        .replace("edition.workspace = true", "edition = \"2024\"")
        .replace("rust-version.workspace = true\n", "")
        .replace("license.workspace = true\n", "");
    write(&folder.join("generated/Cargo.toml"), &manifest)?;
    write(
        &folder.join("README.md"),
        &fs::read_to_string(repository.join("README.md"))?,
    )?;
    write(
        &folder.join("generated/GUIDE.md"),
        "Clients of imported specs.\n",
    )?;
    write(
        &folder.join("Cargo.toml"),
        "[workspace]\nresolver = \"3\"\nmembers = [\"generated\", \"program\"]\n",
    )?;
    let lock = folder.join("Cargo.lock");
    if !lock.exists() {
        fs::copy(repository.join("Cargo.lock"), lock)?;
    }
    let manifest = format!(
        "[package]\nname = \"program\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[dependencies]\n\
         base64 = \"*\"\nbytes = \"*\"\ncloud-models = {{ path = \"../generated\" }}\n\
         cloud-models-runtime = {{ path = {:?} }}\nhttp = \"*\"\nserde = {{ version = \"*\", features = [\"derive\"] }}\n\
         serde_json = \"*\"\n",
        repository.join("runtime")
    );
    write(&folder.join("program/Cargo.toml"), &manifest)?;
    let main = fs::read_to_string(package().join("src/bin/probe.rs"))?;
    let main = main.replace("cloud_models_tests::probe::answer", "probe::answer");
    let path = package().join("src/probe.rs");
    let main = format!(
        "#[allow(dead_code)]\n#[path = {path:?}]\nmod probe;\n\n{}",
        main.replace("//! ", "// ")
    );
    write(&folder.join("program/src/main.rs"), &main)
}

fn write(path: &Path, text: &str) -> Result<()> {
    if fs::read_to_string(path).is_ok_and(|there| there == text) {
        return Ok(());
    }
    let parent: PathBuf = path.parent().map(Path::to_owned).unwrap_or_default();
    fs::create_dir_all(parent)?;
    Ok(fs::write(path, text)?)
}

/// Returns the question about what a client sends for the input of a case; `None` if it is not about a single request.
fn question(case: &Case) -> Option<Value> {
    if case.value.get("requests").is_some() {
        return None;
    }
    let given = &case.value["credentials"];
    let find = |names: &[&str]| names.iter().find_map(|name| given[name].as_str());
    Some(json!({
        "id": case.name, "kind": "request", "spec": case.spec, "operation": case.operation(),
        "input": case.input(), "seed": "0".repeat(32), "clock": case.value["clock"], "validate": false,
        "region": case.value.get("region").filter(|region| region.is_string()).unwrap_or(&json!("us-east-1")),
        "endpoint": "https://example.com",
        "credentials": {
            "access_key_id": find(&["access_key_id", "access_key", "ak"]),
            "secret_access_key": find(&["secret_access_key", "secret_key", "sk"]),
            "session_token": find(&["session_token", "security_token"]),
        },
    }))
}

fn answers(folder: &Path, questions: &[Value]) -> Result<Vec<Value>> {
    let mut child = Command::new("cargo")
        .args(["run", "--quiet", "--package", "program"])
        .env("CARGO_TARGET_DIR", folder.join("target"))
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    let lines: String = questions.iter().map(|each| format!("{each}\n")).collect();
    let mut input = child.stdin.take().ok_or("the program has no input")?;
    let writing = std::thread::spawn(move || input.write_all(lines.as_bytes()));
    let output = child.wait_with_output()?;
    if !output.status.success() {
        return Err(
            "the clients of the imported specs do not compile, or their program failed".into(),
        );
    }
    writing.join().map_err(|_| "writing failed")??;
    let text = String::from_utf8(output.stdout)?;
    let answers: std::result::Result<Vec<Value>, _> =
        text.lines().map(serde_json::from_str).collect();
    Ok(answers?)
}

/// Returns what both clients must send: pairs of the query and headers in an order that means nothing, bodies as JSON, and
/// the signature if nothing of that has another order.
fn comparable(answer: &Value) -> Value {
    let request = &answer["request"];
    if request.is_null() {
        return json!({"refused": answer["error"]["kind"]});
    }
    let url = request["url"].as_str().unwrap_or_default();
    let (path, query) = url.split_once('?').unwrap_or((url, ""));
    let mut query: Vec<_> = query.split('&').collect();
    query.sort_unstable();
    let unordered = ["authorization", "x-content-sha256", "x-amz-content-sha256"];
    let headers = request["headers"].as_array().cloned().unwrap_or_default();
    let mut headers: Vec<_> = headers
        .into_iter()
        .filter(|pair| !unordered.iter().any(|name| pair[0] == *name))
        .map(|pair| pair.to_string())
        .collect();
    headers.sort_unstable();
    let body = request["body"].as_str().unwrap_or_default();
    let json = serde_json::from_str::<Value>(body).unwrap_or_else(|_| json!(body));
    json!({"method": request["method"], "path": path, "query": query, "headers": headers, "body": json})
}
