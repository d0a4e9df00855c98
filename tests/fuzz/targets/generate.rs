//! Any text in any place of a spec, or any spec: what is generated is Rust, the same twice, and has no item that was not meant.
#![no_main]

#[path = "../properties/markdown.rs"]
mod markdown;
#[path = "../properties/generate.rs"]
mod property;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| property::holds(bytes));
