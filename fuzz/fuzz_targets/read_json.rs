#![no_main]
//! jixiao's own JSON: any bytes behind the first brace, laid out as a form and understood again.

use jixiao_tables::{read, read::{Limits, ReadError}};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let limits = Limits { input_bytes: 256 * 1024, ..Limits::default() };
    let result = read(bytes, Some("t.json"), None, &limits);
    assert!(!matches!(result, Err(ReadError::Panicked(_))));
});
