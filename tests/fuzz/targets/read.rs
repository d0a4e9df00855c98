//! Any bytes as a spec: read, checked and reported in every format. Every place lies in the file.
#![no_main]

#[path = "../properties/read.rs"]
mod property;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| property::holds(bytes));
