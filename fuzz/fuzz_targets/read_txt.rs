#![no_main]
//! Plain text and CSV: any bytes, under either name.

use jixiao_tables::read::{Limits, ReadError, read_grid};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    for name in ["a.txt", "a.csv"] {
        let result = read_grid(bytes, Some(name), &Limits::default());
        assert!(!matches!(result, Err(ReadError::Panicked(_))));
    }
});
