#![no_main]
//! Any bytes as the body of a Word file, and as the file itself: mutations of packed bytes seldom reach the XML.

use std::io::{Cursor, Write};

use jixiao_tables::read::{Limits, ReadError, read_grid};
use libfuzzer_sys::fuzz_target;
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

fuzz_target!(|bytes: &[u8]| {
    for file in [bytes.to_vec(), packed(bytes)] {
        let result = read_grid(&file, Some("a.docx"), &Limits::default());
        assert!(!matches!(result, Err(ReadError::Panicked(_))));
    }
});

fn packed(body: &[u8]) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    archive.start_file("word/document.xml", stored).expect("in memory");
    archive.write_all(body).expect("in memory");
    archive.finish().expect("in memory").into_inner()
}
