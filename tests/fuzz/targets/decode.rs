//! Any bytes as the reply of a service: an output, which reads back as itself, or an error that can be shown.
#![no_main]

#[path = "../properties/decode.rs"]
mod property;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| property::holds(bytes));
