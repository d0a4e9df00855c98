//! Runs the fuzzed properties for the inputs that fuzzing has found interesting so far. `tests/fuzz/README.md` explains
//! how to find more.

#[path = "../fuzz/properties/decode.rs"]
mod decode;
#[path = "../fuzz/properties/generate.rs"]
mod generate;
#[path = "../fuzz/properties/markdown.rs"]
mod markdown;
#[path = "../fuzz/properties/read.rs"]
mod read;

use std::fs;

use cloud_models_tests::cases::{package, sorted};

fn all(target: &str, holds: fn(&[u8])) {
    let inputs = sorted(&package().join("fuzz/corpus").join(target));
    assert!(inputs.len() > 50, "{target}: {}", inputs.len());
    for input in inputs {
        holds(&fs::read(input).unwrap());
    }
}

#[test]
fn any_spec_is_read_and_reported() {
    all("read", read::holds);
}

#[test]
fn any_text_of_a_spec_stays_text() {
    all("generate", generate::holds);
}

#[test]
fn any_reply_is_an_output_or_an_error() {
    all("decode", decode::holds);
}
