//! Decoding of arbitrary bytes as a response: the result is an output that survives a round trip, or an error that can
//! be formatted.
#![no_main]

#[path = "../properties/decode.rs"]
mod property;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| property::holds(bytes));
