//! Generation from arbitrary texts in any place of a spec, or from an arbitrary spec: the result is valid Rust,
//! deterministic, and contains only known kinds of items.
#![no_main]

#[path = "../properties/markdown.rs"]
mod markdown;
#[path = "../properties/generate.rs"]
mod property;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| property::holds(bytes));
