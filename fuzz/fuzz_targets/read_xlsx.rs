#![no_main]
//! Any bytes as the sheet, strings and styles of a workbook, and as the file itself.

use std::io::{Cursor, Write};

use jixiao_tables::read::{Limits, ReadError, read_grid};
use libfuzzer_sys::fuzz_target;
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

const WORKBOOK: &str = "<workbook><sheets><sheet name=\"s\" id=\"a\"/></sheets></workbook>";
const RELATIONS: &str = "<r><Relationship Id=\"a\" Type=\"/worksheet\" Target=\"s.xml\"/>\
    <Relationship Id=\"b\" Type=\"/styles\" Target=\"t.xml\"/>\
    <Relationship Id=\"c\" Type=\"/sharedStrings\" Target=\"u.xml\"/></r>";

fuzz_target!(|bytes: &[u8]| {
    for file in [bytes.to_vec(), packed(bytes)] {
        let result = read_grid(&file, Some("a.xlsx"), &Limits::default());
        assert!(!matches!(result, Err(ReadError::Panicked(_))));
    }
});

/// The bytes are cut at the first two zero bytes into sheet, styles and strings.
fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    let mut pieces = bytes.splitn(3, |b| *b == 0);
    let mut add = |name: &str, content: &[u8]| {
        archive.start_file(name, stored).expect("in memory");
        archive.write_all(content).expect("in memory");
    };
    add("xl/workbook.xml", WORKBOOK.as_bytes());
    add("xl/_rels/workbook.xml.rels", RELATIONS.as_bytes());
    for name in ["xl/s.xml", "xl/t.xml", "xl/u.xml"] {
        add(name, pieces.next().unwrap_or(b"<x/>"));
    }
    archive.finish().expect("in memory").into_inner()
}
