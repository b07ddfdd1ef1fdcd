#![no_main]
//! The `.pdf` reader on any bytes.

use jixiao_tables::read::{Limits, ReadError, read_grid};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let result = read_grid(bytes, Some("a.pdf"), &Limits::default());
    assert!(!matches!(result, Err(ReadError::Panicked(_))));
});
