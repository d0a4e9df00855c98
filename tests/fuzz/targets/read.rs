//! Reading of arbitrary bytes as a spec: it is checked and reported in every format, and all locations are inside the
//! file.
#![no_main]

#[path = "../properties/read.rs"]
mod property;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| property::holds(bytes));
