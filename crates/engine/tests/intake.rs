//! Files in, tables and rows set aside out: through the public functions only.

use std::{
    io::{Cursor, Write as _},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use arrow_array::{
    ArrayRef, BooleanArray, Date32Array, Decimal128Array, Float64Array, Int32Array, Int64Array, RecordBatch,
    StringArray, TimestampMicrosecondArray,
};
use jixiao_core::finding::Both;
use jixiao_engine::{
    batch::{Batch, Table, Texts, Values},
    dimension::Unit,
    intake::{
        Encoding, Format, Input, IntakeError, Loaded, Reason, Silent, Source, Stop, Trouble, Watch,
        credit_code, load, scan,
    },
    schema::{Choice, Column, Kind, Ledger},
};
use parquet::{
    arrow::ArrowWriter,
    basic::Compression,
    file::properties::{WriterProperties, WriterVersion},
};

fn column(name: &str, kind: Kind, required: bool) -> Column {
    Column {
        name: name.into(),
        headings: Vec::new(),
        doc: Both::default(),
        unit: matches!(kind, Kind::Decimal(_)).then(|| Unit::parse("元").expect("a unit")),
        kind,
        required,
        minimum: None,
        maximum: None,
    }
}

/// One column of each kind; the number is required.
fn ledger() -> Ledger {
    let choice = |value: &str, names: &[&str]| Choice {
        value: value.into(),
        names: names.iter().map(|n| (*n).into()).collect(),
    };
    let mode = Kind::Choice(vec![choice("general", &["一般贸易", "0110"]), choice("other", &[])]);
    let mut columns = vec![
        column("no", Kind::Digits(4), true),
        column("amount", Kind::Decimal(2), false),
        column("day", Kind::Date, false),
        column("mode", mode, false),
        column("name", Kind::Text, false),
        column("count", Kind::Whole, false),
        column("code", Kind::CreditCode, false),
        column("open", Kind::Flag, false),
    ];
    columns[1].headings = vec!["保费金额".into()];
    columns[5].minimum = Some(-5);
    columns[5].maximum = Some(1_000_000_000_000_000);
    Ledger {
        name: "lines".into(),
        label: Both::default(),
        doc: Both::default(),
        files: vec!["lines".into()],
        key: vec![0],
        unique: false,
        columns,
    }
}

const HEAD: &str = "no,amount,day,mode,name,count,code,open";

fn bytes(name: &str, bytes: impl Into<Vec<u8>>) -> Source {
    Source { name: name.into(), input: Input::Bytes(bytes.into()) }
}

fn read(content: impl Into<Vec<u8>>) -> Result<Loaded, IntakeError> {
    let loaded = load(&ledger(), vec![bytes("lines.csv", content)], 2, &Silent)?;
    counted(&loaded);
    Ok(loaded)
}

fn good(content: impl Into<Vec<u8>>) -> Loaded {
    read(content).expect("a file that can be read")
}

fn trouble(content: impl Into<Vec<u8>>) -> Trouble {
    let error = read(content).expect_err("a file that cannot be read");
    assert_eq!(error.faults.len(), 1, "{error}");
    let fault = &error.faults[0];
    let said = (fault.message(), fault.next());
    assert!(said.0.zh.contains("lines.csv") && said.0.en.contains("lines.csv"));
    assert!(!said.1.zh.is_empty() && !said.1.en.is_empty());
    fault.trouble.clone()
}

/// Rows in = rows accepted + rows set aside, by file.
fn counted(loaded: &Loaded) {
    for (i, file) in loaded.files.iter().enumerate() {
        let mut bad: Vec<u32> =
            loaded.set_aside.iter().filter(|a| a.file as usize == i).map(|a| a.row).collect();
        bad.dedup();
        assert!(bad.is_sorted());
        assert_eq!(file.rows, file.accepted + bad.len() as u64, "{}", file.name);
        let kept = loaded.table.rows.iter().filter(|r| r.file as usize == i).count();
        assert_eq!(file.accepted, kept as u64);
    }
}

/// A table's rows as text; numbers as they are held.
fn rows(table: &Table) -> Vec<String> {
    let cell = |c: &jixiao_engine::batch::Column, row: usize| {
        if c.is_null(row) {
            return "-".to_owned();
        }
        match &c.values {
            Values::Number(all) => all[row].to_string(),
            Values::Text(all) => table.texts.get(all[row]).to_owned(),
            Values::Flag(all) => all[row].to_string(),
        }
    };
    let row = |row: usize| table.columns.iter().map(|c| cell(c, row)).collect::<Vec<_>>().join("|");
    (0..table.rows.len()).map(row).collect()
}

fn codes(loaded: &Loaded) -> Vec<(u32, Option<&str>, &str)> {
    loaded.set_aside.iter().map(|a| (a.row, a.column.as_deref(), a.reason.code())).collect()
}

/// A workbook of one sheet, from the XML of its rows; style 1 shows numbers as dates.
fn workbook(rows: &str, since_1904: bool) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let mut part = |name: &str, text: String| {
        zip.start_file(name, zip::write::SimpleFileOptions::default()).expect("a part");
        zip.write_all(text.as_bytes()).expect("memory");
    };
    let ns = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let doc = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let packages = "http://schemas.openxmlformats.org/package/2006/relationships";
    let link = |id: &str, ty: &str, to: &str| {
        format!("<Relationship Id=\"{id}\" Type=\"{doc}/{ty}\" Target=\"{to}\"/>")
    };
    let links = |all: String| format!("<Relationships xmlns=\"{packages}\">{all}</Relationships>");
    let book = link("rId1", "officeDocument", "xl/workbook.xml");
    let parts = link("rId1", "worksheet", "worksheets/sheet1.xml") + &link("rId2", "styles", "styles.xml");
    let epoch = u8::from(since_1904);
    part("[Content_Types].xml", "<Types/>".into());
    part("_rels/.rels", links(book));
    part("xl/_rels/workbook.xml.rels", links(parts));
    part(
        "xl/workbook.xml",
        format!(
            "<workbook xmlns=\"{ns}\" xmlns:r=\"{doc}\"><workbookPr date1904=\"{epoch}\"/><sheets><sheet name=\"一\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>"
        ),
    );
    part(
        "xl/styles.xml",
        format!(
            "<styleSheet xmlns=\"{ns}\"><cellXfs count=\"2\"><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/></cellXfs></styleSheet>"
        ),
    );
    part(
        "xl/worksheets/sheet1.xml",
        format!("<worksheet xmlns=\"{ns}\"><sheetData>{rows}</sheetData></worksheet>"),
    );
    zip.finish().expect("memory").into_inner()
}

/// The headings as row 1 of a sheet.
fn head_row() -> String {
    let cells = HEAD.split(',').map(|h| format!("<c t=\"str\"><v>{h}</v></c>")).collect::<String>();
    format!("<row r=\"1\">{cells}</row>")
}

#[test]
fn every_reason_has_a_row_that_fails_and_a_neighbour_that_passes() {
    // Column, bad cell, reason, good cell, what is held.
    for (at, bad, code, fine, held) in [
        (0, "", "empty", "0001", "1"),
        (0, " 　", "empty", " 0002　", "2"),
        (0, "12a4", "not-digits", "1234", "1234"),
        (0, "O123", "letter-for-digit", "0123", "123"),
        (0, "12l4", "letter-for-digit", "１２１４", "1214"),
        (0, "123", "width", "0123", "123"),
        (0, "12345", "width", "2345", "2345"),
        (1, "1.5元", "not-number", "1.5", "150"),
        (1, "1e3", "not-number", "1000", "100000"),
        (1, "\"1,23\"", "not-number", "\"1,234.50\"", "123450"),
        (1, "1.234", "too-many-decimals", "1.230", "123"),
        (1, "0.005", "too-many-decimals", "-0.05", "-5"),
        // 2^63 - 1 fen is 92233720368547758.07 元.
        (1, "92233720368547758.08", "overflow", "92233720368547758.07", "9223372036854775807"),
        (1, "1000000000000000000000000000000000000000000", "overflow", "１２．５", "1250"),
        (2, "2024-02-30", "no-such-day", "2024-02-29", "19782"),
        (2, "2023-02-29", "no-such-day", "1970-01-01", "0"),
        (2, "20241301", "no-such-day", "20240630", "19904"),
        (2, "30.6.2024", "not-date", "2024年6月30日", "19904"),
        (2, "2024-06-30 25:00", "not-date", "2024/6/30 08:30:00", "19904"),
        (3, "保税", "unknown-choice", "一般贸易", "general"),
        (3, "110", "unknown-choice", "0110", "general"),
        (4, "a\0b", "nul", "a b", "a b"),
        (5, "1.5", "too-many-decimals", "1.0", "1"),
        (5, "-6", "below-minimum", "-5", "-5"),
        (5, "1000000000000001", "above-maximum", "1000000000000000", "1000000000000000"),
        (6, "10000000000000000", "credit-code-length", "10000000000000000Y", "10000000000000000Y"),
        (6, "1000000000000O000Y", "credit-code-character", "10000000000000000y", "10000000000000000Y"),
        (6, "10000000000000000X", "credit-code-check", "10000000000000000Y", "10000000000000000Y"),
        (7, "maybe", "not-flag", "是", "true"),
        (7, "2", "not-flag", "N", "false"),
    ] {
        let row = |cell: &str| {
            let mut cells = ["0009", "", "", "", "", "", "", ""];
            cells[at] = cell;
            if at == 0 {
                cells[4] = "x";
            }
            cells.join(",")
        };
        let name = ledger().columns[at].name.clone();
        let loaded = good(format!("{HEAD}\n{}\n{}\n", row(bad), row(fine)));
        // What concerns the row as a whole has no column.
        let place = (code != "nul").then_some(name.as_str());
        assert_eq!(codes(&loaded), [(2, place, code)], "{bad:?}");
        let said = loaded.set_aside[0].reason.text();
        assert!(!said.zh.is_empty() && !said.en.is_empty() && said.zh != said.en);
        let kept = rows(&loaded.table);
        assert_eq!(kept.len(), 1);
        assert_eq!(kept[0].split('|').nth(at), Some(held), "{fine:?}");
        assert_eq!(loaded.table.rows[0].row, 3);
    }
}

#[test]
fn rows_that_are_no_rows_are_set_aside_whole() {
    for (bad, code) in [
        ("", "blank-row"),
        (" ,,,　,,,,", "blank-row"),
        ("0001,,,,,,,,9", "too-many-cells"),
        ("0001,,,,,,", "too-few-cells"),
        ("0001,,,,\"a\"b,,,", "after-quote"),
    ] {
        let loaded = good(format!("{HEAD}\n{bad}\n0002,,,,,,,\n"));
        assert_eq!(codes(&loaded), [(2, None, code)], "{bad:?}");
        assert_eq!(rows(&loaded.table), ["2|-|-|-|-|-|-|-"]);
    }
    // Nothing stands in the cell too many.
    assert_eq!(good(format!("{HEAD}\n0001,,,,,,,, ,\n")).table.rows.len(), 1);
    // A quote that is left open takes its own line with it and no other.
    let loaded = good(format!("{HEAD}\n0001,,,,\"a,,,\n0002,,,,b,,,\n0003,,,,c,,,"));
    assert_eq!(codes(&loaded), [(2, None, "open-quote")]);
    assert_eq!(loaded.set_aside[0].value, "0001,,,,\"a,,,");
    assert_eq!(rows(&loaded.table), ["2|-|-|-|b|-|-|-", "3|-|-|-|c|-|-|-"]);
}

#[test]
fn all_faults_of_a_row_are_told_in_the_order_of_the_columns() {
    let loaded = good("open,no,amount\n?,x,1.234\n1,0001,1\n");
    assert_eq!(
        codes(&loaded),
        [
            (2, Some("no"), "not-digits"),
            (2, Some("amount"), "too-many-decimals"),
            (2, Some("open"), "not-flag")
        ]
    );
}

#[test]
fn rows_are_numbered_by_the_line_where_they_begin() {
    let text = format!("{HEAD}\r\n0001,,,,\"a\r\nb, \"\"c\"\"\",,,\r\n0002,,,,d,,,\r\nx,,,,,,,");
    let loaded = good(text);
    assert_eq!(loaded.table.rows.iter().map(|r| r.row).collect::<Vec<_>>(), [2, 4]);
    assert_eq!(rows(&loaded.table), ["1|-|-|-|a\r\nb, \"c\"|-|-|-", "2|-|-|-|d|-|-|-"]);
    assert_eq!(codes(&loaded), [(5, Some("no"), "not-digits")]);
    let tabs = good("no\tname\n0001\ta,b\n");
    assert_eq!(rows(&tabs.table), ["1|-|-|-|a,b|-|-|-"]);
}

#[test]
fn gb18030_says_what_utf8_says() {
    let text =
        "no,保费金额（元）,mode,name\n0001,1.50,一般贸易,深圳市𠮷野贸易\n0002,2.50,保税,\"广州,佛山\"\n";
    let (encoded, _, wrong) = encoding_rs::GB18030.encode(text);
    assert!(!wrong);
    let (utf8, gb) = (good(text), good(encoded.to_vec()));
    assert_eq!(rows(&utf8.table), ["1|150|-|general|深圳市𠮷野贸易|-|-|-"]);
    assert_eq!(rows(&gb.table), rows(&utf8.table));
    assert_eq!(gb.set_aside, utf8.set_aside);
    assert_eq!(
        (gb.files[0].encoding, utf8.files[0].encoding),
        (Some(Encoding::Gb18030), Some(Encoding::Utf8))
    );
    let with_mark = good([b"\xef\xbb\xbf", text.as_bytes()].concat());
    assert_eq!(rows(&with_mark.table), rows(&utf8.table));
    // The first text that is not ASCII comes late.
    let mut late = "no,name\n".to_owned();
    (0..20_000).for_each(|_| late.push_str("0001,plain\n"));
    late.push_str("0002,深圳\n");
    let gb = good(encoding_rs::GB18030.encode(&late).0.to_vec());
    assert_eq!(gb.files[0].encoding, Some(Encoding::Gb18030));
    assert_eq!(rows(&gb.table).last().map(String::as_str), Some("2|-|-|-|深圳|-|-|-"));
}

#[test]
fn bytes_that_are_no_text_set_their_row_aside() {
    let mut text = "no,name\n0001,深圳\n0002,".as_bytes().to_vec();
    text.extend(b"\xff\xfe\n0003,ok\n");
    let loaded = good(text);
    assert_eq!(codes(&loaded), [(3, None, "bad-bytes")]);
    assert_eq!(loaded.set_aside[0].reason, Reason::BadBytes("UTF-8"));
    assert_eq!(loaded.table.rows.len(), 2);
    let mut gb = encoding_rs::GB18030.encode("no,name\n0001,深圳广州佛山\n0002,").0.to_vec();
    gb.extend(b"\xff\n0003,ok\n");
    assert_eq!(codes(&good(gb)), [(3, None, "bad-bytes")]);
}

#[test]
fn headings_are_found_by_any_of_their_writings() {
    for heading in [
        "amount",
        "保费金额",
        "保费金额（元）",
        " 保 费 金额 ( 人民币 ) ",
        "AMOUNT",
        "ａｍｏｕｎｔ",
        "保费金额[元]",
    ] {
        let loaded = good(format!("no,{heading},备注\n0001,2,x\n"));
        assert_eq!(rows(&loaded.table), ["1|200|-|-|-|-|-|-"], "{heading}");
        assert_eq!(loaded.files[0].unread, ["备注"]);
    }
    let Trouble::OtherUnit(column, heading, unit) = trouble("no,保费金额（万元）\n0001,2\n") else {
        panic!("another unit")
    };
    assert_eq!((column.as_str(), heading.as_str(), unit.as_str()), ("amount", "保费金额（万元）", "元"));
    // Beside the right column it is a column that is not read.
    assert_eq!(good("no,保费金额（万元）,amount\n0001,2,3\n").files[0].unread, ["保费金额（万元）"]);
    assert!(
        matches!(trouble("no,amount,保费金额（元）\n0001,1,2\n"), Trouble::Twice(c, ..) if c == "amount")
    );
    assert!(
        matches!(trouble("name,amount\na,1\n"), Trouble::Missing(c, found) if c[0].0 == "no" && found.len() == 2)
    );
    assert_eq!(good("no,,name\n0001,x,a\n").files[0].unread, ["#2"]);
}

#[test]
fn files_that_are_no_ledgers_are_refused_with_what_to_do() {
    assert_eq!(trouble(""), Trouble::Empty);
    assert_eq!(trouble("\u{feff}"), Trouble::Empty);
    assert_eq!(trouble("\n0001\n"), Trouble::NoHeading);
    assert_eq!(trouble(",,,\n"), Trouble::NoHeading);
    assert_eq!(trouble("\"no,name\n0001,a\n"), Trouble::BadHeading);
    assert_eq!(trouble("no,na\0me\n0001,a\n"), Trouble::BadHeading);
    assert_eq!(trouble(vec![0; 1000]), Trouble::BadHeading);
    assert_eq!(trouble(vec![b'a'; 10 << 20]), Trouble::BadHeading);
    assert_eq!(trouble("no,name\r0001,a\r"), Trouble::CarriageReturns);
    assert_eq!(trouble(b"\xff\xfen\0o\0".to_vec()), Trouble::Utf16);
    assert_eq!(trouble(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest".to_vec()), Trouble::OldWorkbook);
    assert!(matches!(trouble(b"PK\x03\x04".to_vec()), Trouble::Workbook(_)));
    assert!(matches!(trouble(b"PAR1".to_vec()), Trouble::Parquet(_)));
    assert_eq!(good("no,name").files[0].rows, 0);
    // Every file is told of at once.
    let sources = vec![bytes("a.csv", ""), bytes("b.csv", "no\n1\n"), bytes("c.csv", "name\na\n")];
    let error = load(&ledger(), sources, 1, &Silent).expect_err("two bad files");
    assert_eq!(error.faults.iter().map(|f| f.file.as_str()).collect::<Vec<_>>(), ["a.csv", "c.csv"]);
    // What cannot be read is told in the system's words.
    let file = std::fs::File::open(env!("CARGO_MANIFEST_DIR")).expect("a folder opens");
    let source = Source { name: "lines.csv".into(), input: Input::File(file) };
    let error = load(&ledger(), vec![source], 1, &Silent).expect_err("a folder is no file");
    assert!(matches!(error.faults[0].trouble, Trouble::Unreadable(_)));
}

#[test]
fn a_line_without_end_is_one_row_set_aside() {
    let mut text = format!("{HEAD}\n0001,,,,").into_bytes();
    text.resize(text.len() + (10 << 20), b'x');
    text.extend(b",,,\n0002,,,,,,,\n");
    let loaded = good(text);
    assert_eq!(codes(&loaded), [(2, None, "too-long")]);
    assert_eq!(loaded.set_aside[0].value.chars().count(), 121);
    assert_eq!((loaded.table.rows.len(), loaded.table.rows[0].row), (1, 3));
    let mut text = format!("{HEAD}\n0001,,,,\"\n").into_bytes();
    (0..300_000).for_each(|_| text.extend(b"0002,,,,,,,\n"));
    let loaded = good(text);
    assert_eq!(codes(&loaded), [(2, None, "open-quote")]);
    assert_eq!(loaded.files[0].accepted, 300_000);
}

#[test]
fn a_ledger_of_one_row_per_key_keeps_the_first() {
    let mut ledger = ledger();
    ledger.unique = true;
    let sources = || {
        vec![bytes("a.csv", "no,name\n0001,a\n0002,b\n0001,c\n"), bytes("b.csv", "no,name\n0002,d\n0003,e\n")]
    };
    let loaded = load(&ledger, sources(), 2, &Silent).expect("good files");
    counted(&loaded);
    assert_eq!(rows(&loaded.table), ["1|-|-|-|a|-|-|-", "2|-|-|-|b|-|-|-", "3|-|-|-|e|-|-|-"]);
    let reasons: Vec<_> = loaded.set_aside.iter().map(|a| (a.file, a.row, a.reason.clone())).collect();
    assert_eq!(
        reasons,
        [(0, 4, Reason::DuplicateKey("a.csv".into(), 2)), (1, 2, Reason::DuplicateKey("a.csv".into(), 3))]
    );
    assert_eq!(loaded.set_aside[1].value, "0002");
    let each = |(): &mut (), _: &Batch, _: &mut Texts| Ok::<_, ()>(());
    assert!(matches!(
        scan(&ledger, sources(), &[], 1, &Silent, &|| (), &each),
        Err(Stop::Intake(e)) if e.faults[0].trouble == Trouble::Unique
    ));
}

/// Wants no more once so many rows were looked at.
struct Impatient {
    rows: AtomicU64,
    patience: u64,
}

impl Watch for Impatient {
    fn bytes(&self, _: u64) {}

    fn rows(&self, rows: u64) {
        self.rows.fetch_add(rows, Ordering::Relaxed);
    }

    fn stopped(&self) -> bool {
        self.rows.load(Ordering::Relaxed) >= self.patience
    }
}

#[test]
fn what_is_stopped_is_not_taken_for_read() {
    let sources = || vec![bytes("a.csv", "no,name\n0001,a\n0002,b\n"), bytes("b.csv", "no,name\n0003,c\n")];
    // Before anything, after the first file, and after everything: none of them is a whole ledger to whoever said stop.
    for (patience, threads) in [(0, 1), (0, 3), (2, 1), (3, 2)] {
        let watch = Impatient { rows: AtomicU64::new(0), patience };
        let error = load(&ledger(), sources(), threads, &watch).expect_err("it was to stop");
        assert_eq!(error.faults[0].trouble, Trouble::Stopped, "{patience} rows, {threads} threads");
    }
    let watch = Impatient { rows: AtomicU64::new(0), patience: 4 };
    assert_eq!(load(&ledger(), sources(), 2, &watch).expect("there are three rows").table.rows.len(), 3);
}

#[derive(Default)]
struct Counter(AtomicU64, AtomicU64);

impl Watch for Counter {
    fn bytes(&self, read: u64) {
        self.0.fetch_add(read, Ordering::Relaxed);
    }

    fn rows(&self, rows: u64) {
        self.1.fetch_add(rows, Ordering::Relaxed);
    }
}

/// Two files of more than a chunk each, with a bad row for every thousand.
fn long() -> Vec<String> {
    let row = |i: u32| match i % 1000 {
        0 => format!("{:04},1.234,2024-02-30,x,{i},,,\n", i % 10_000),
        1 => format!("{:04},1.5,2024-02-29,,\"{i}\nsecond\",,,\n", i % 10_000),
        _ => {
            let (no, day, name) = (i % 10_000, i % 30 + 1, i % 777);
            format!("{no:04},{i}.25,2024-06-{day:02},0110,n{name},{i},10000000000000000Y,是\n")
        }
    };
    (0..2).map(|f| format!("{HEAD}\n{}", (1..30_000).map(|i| row(i + f)).collect::<String>())).collect()
}

#[test]
fn any_number_of_threads_gives_the_same() {
    let ledger = ledger();
    let mut wanted = vec![false; 8];
    wanted[1] = true;
    wanted[4] = true;
    let texts = long();
    let each = |seen: &mut u32, batch: &Batch, texts: &mut Texts| {
        *seen += 1;
        assert!(batch.columns[0].is_none() && batch.columns[7].is_none());
        let column = |c: usize| batch.columns[c].as_ref().expect("it was asked for");
        let (Values::Number(amounts), Values::Text(names)) = (&column(1).values, &column(4).values) else {
            panic!("an amount and a name")
        };
        assert_eq!(amounts.len(), batch.rows.len());
        let said: Vec<String> = names.iter().map(|n| texts.get(*n).to_owned()).collect();
        Ok::<_, String>((batch.file, batch.rows.clone(), amounts.clone(), said))
    };
    let mut first = None;
    for threads in [0, 1, 2, 5] {
        let sources = || texts.iter().map(|t| bytes("long.csv", t.as_str())).collect::<Vec<_>>();
        let watch = Counter::default();
        let scan = scan(&ledger, sources(), &wanted, threads, &watch, &|| 0, &each).expect("good files");
        let said = (scan.results, scan.files, scan.set_aside);
        assert!(said.0.len() >= 4, "several batches of each file");
        assert_eq!(watch.0.into_inner(), texts.iter().map(|t| t.len() as u64).sum::<u64>());
        assert_eq!(watch.1.into_inner(), said.1.iter().map(|f| f.rows).sum::<u64>());
        let loaded = load(&ledger, sources(), threads, &Silent).expect("good files");
        counted(&loaded);
        assert_eq!(loaded.set_aside, said.2);
        // Numbers 1 to 29999 have 29 thousands, 2 to 30000 have 30; three cells are bad in each.
        assert_eq!(said.2.len(), (29 + 30) * 3);
        let told = (said, rows(&loaded.table));
        let before = first.get_or_insert_with(|| told.clone());
        assert_eq!(before, &told, "{threads}");
    }
    let fails = |(): &mut (), batch: &Batch, _: &mut Texts| {
        if batch.file == 1 { Err(batch.rows[0]) } else { Ok(()) }
    };
    for threads in [1, 5] {
        let sources = texts.iter().map(|t| bytes("long.csv", t.as_str())).collect();
        let stop = scan(&ledger, sources, &wanted, threads, &Silent, &|| (), &fails).expect_err("it fails");
        assert!(matches!(stop, Stop::Each(2)));
    }
}

#[test]
fn the_hash_is_that_of_the_bytes() {
    // From sha256sum.
    let loaded = good("no\n0001\n");
    assert_eq!(loaded.files[0].bytes, 8);
    assert_eq!(loaded.files[0].sha256, "7b8c7071900ca665537da1730a52af9214d376c69fdafb734e175870684c47c2");
}

fn parquet_of(columns: Vec<(&str, ArrayRef)>) -> Vec<u8> {
    let batch = RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(n, a)| (n, a, true)));
    let batch = batch.expect("columns");
    let mut out = Vec::new();
    let properties = WriterProperties::builder().set_max_row_group_row_count(Some(3)).build();
    let mut writer = ArrowWriter::try_new(&mut out, batch.schema(), Some(properties)).expect("a writer");
    writer.write(&batch).expect("memory");
    writer.close().expect("memory");
    out
}

type Line = (
    &'static str,
    Option<f64>,
    Option<i32>,
    &'static str,
    &'static str,
    Option<i32>,
    &'static str,
    &'static str,
);

/// What `csv` says: days as days since 1970-01-01.
const LINES: [Line; 5] = [
    ("0001", Some(1.5), Some(19904), "一般贸易", "深圳", Some(3), "10000000000000000Y", "是"),
    ("0002", None, None, "", "", None, "", ""),
    ("0003", Some(-0.07), Some(10956), "other", "a b", Some(-5), "", "否"),
    ("O123", Some(1.0), Some(19723), "保税", "", Some(9), "10000000000000000X", ""),
    ("0005", Some(1_234_567.89), Some(0), "general", "深圳", Some(0), "10000000000000000Y", "否"),
];

fn csv() -> String {
    format!(
        "{HEAD},备注\n0001,1.50,2024-06-30,一般贸易,深圳,3,10000000000000000Y,是,x\n0002,,,,,,,,x\n\
         0003,-0.07,1999-12-31,other,a b,-5,,否,x\nO123,1.00,2024-01-01,保税,,9,10000000000000000X,,x\n\
         0005,1234567.89,1970-01-01,general,深圳,0,10000000000000000Y,否,x\n"
    )
}

#[test]
fn a_workbook_says_what_csv_says() {
    let expected = good(csv());
    assert_eq!((expected.table.rows.len(), expected.set_aside.len()), (4, 3));
    let mut book = rust_xlsxwriter::Workbook::new();
    let date = rust_xlsxwriter::Format::new().set_num_format("yyyy-mm-dd");
    let sheet = book.add_worksheet();
    for (c, name) in (0..).zip(HEAD.split(',').chain(["备注"])) {
        sheet.write_string(0, c, name).expect("a cell");
    }
    for (r, (no, amount, day, mode, name, count, code, open)) in (1..).zip(LINES) {
        for (c, text) in [(0, no), (3, mode), (4, name), (6, code), (7, open), (8, "x")] {
            if !text.is_empty() {
                sheet.write_string(r, c, text).expect("a cell");
            }
        }
        if let Some(n) = amount {
            sheet.write_number(r, 1, n).expect("a cell");
        }
        if let Some(n) = day {
            // Day 25569 of the 1900 system is 1970-01-01.
            sheet.write_number_with_format(r, 2, n + 25_569, &date).expect("a cell");
        }
        if let Some(n) = count {
            sheet.write_number(r, 5, n).expect("a cell");
        }
    }
    book.add_worksheet().set_name("说明").expect("a name");
    let xlsx = good(book.save_to_buffer().expect("memory"));
    assert_eq!(xlsx.files[0].format, Format::Xlsx);
    assert_eq!(xlsx.files[0].other_sheets, ["说明"]);
    assert_eq!(rows(&xlsx.table), rows(&expected.table));
    assert_eq!(xlsx.table.rows, expected.table.rows);
    let told = |l: &Loaded| {
        l.set_aside.iter().map(|a| (a.row, a.column.clone(), a.reason.clone())).collect::<Vec<_>>()
    };
    assert_eq!(told(&xlsx), told(&expected));
    assert_eq!((xlsx.files[0].rows, &xlsx.files[0].unread), (5, &expected.files[0].unread));
}

#[test]
fn parquet_says_what_csv_says() {
    let expected = good(csv());
    let strings = |f: &dyn Fn(&Line) -> &'static str| -> ArrayRef {
        let text = |l: &Line| Some(f(l)).filter(|t| !t.is_empty());
        Arc::new(LINES.iter().map(text).collect::<StringArray>())
    };
    let columns = |day: ArrayRef, amount: ArrayRef, open: ArrayRef| {
        let count: ArrayRef = Arc::new(LINES.iter().map(|l| l.5.map(i64::from)).collect::<Int64Array>());
        vec![
            ("no", strings(&|l| l.0)),
            ("amount", amount),
            ("day", day),
            ("mode", strings(&|l| l.3)),
            ("name", strings(&|l| l.4)),
            ("count", count),
            ("code", strings(&|l| l.6)),
            ("open", open),
            ("备注", strings(&|_| "x")),
        ]
    };
    let days: Date32Array = LINES.iter().map(|l| l.2).collect();
    // One o'clock in the morning.
    let micro = |d: i32| i64::from(d) * 86_400_000_000 + 3_600_000_000;
    let instants: TimestampMicrosecondArray = LINES.iter().map(|l| l.2.map(micro)).collect();
    let decimals =
        Decimal128Array::from(vec![Some(15_000), None, Some(-700), Some(10_000), Some(12_345_678_900)])
            .with_precision_and_scale(20, 4)
            .expect("a scale");
    let doubles: Float64Array = LINES.iter().map(|l| l.1).collect();
    let flags = BooleanArray::from(vec![Some(true), None, Some(false), None, Some(false)]);
    let files = [
        columns(Arc::new(days), Arc::new(decimals), strings(&|l| l.7)),
        columns(Arc::new(instants), Arc::new(doubles), Arc::new(flags)),
    ];
    for file in files.map(parquet_of) {
        for threads in [1, 2, 5] {
            let source = bytes("lines.parquet", file.clone());
            let parquet = load(&ledger(), vec![source], threads, &Silent).expect("a file");
            counted(&parquet);
            assert_eq!(parquet.files[0].format, Format::Parquet);
            assert_eq!(parquet.files[0].bytes, file.len() as u64);
            assert_eq!(rows(&parquet.table), rows(&expected.table));
            // The heading is no row of a Parquet file.
            let places = |l: &Loaded, off: u32| {
                let place = |a: &jixiao_engine::intake::SetAside| {
                    (a.row - off, a.column.clone(), a.value.clone(), a.reason.clone())
                };
                l.set_aside.iter().map(place).collect::<Vec<_>>()
            };
            assert_eq!(places(&parquet, 0), places(&expected, 1));
        }
    }
}

/// Ways of writing the same columns, with what pages, encodings and widths they come in.
fn writings() -> Vec<(String, WriterProperties, u8)> {
    let mut all = Vec::new();
    for (version, dictionary, precision) in [
        (WriterVersion::PARQUET_1_0, true, 9),
        (WriterVersion::PARQUET_1_0, true, 18),
        (WriterVersion::PARQUET_1_0, false, 20),
        (WriterVersion::PARQUET_1_0, false, 38),
        (WriterVersion::PARQUET_2_0, true, 38),
        (WriterVersion::PARQUET_2_0, false, 9),
    ] {
        for compression in [Compression::UNCOMPRESSED, Compression::SNAPPY] {
            let properties = WriterProperties::builder()
                .set_writer_version(version)
                .set_dictionary_enabled(dictionary)
                .set_compression(compression)
                .set_data_page_row_count_limit(777)
                .set_write_batch_size(111)
                // The dictionary of many different texts is given up half-way.
                .set_dictionary_page_size_limit(40_000)
                .set_max_row_group_row_count(Some(9_000))
                .build();
            all.push((format!("{version:?} {dictionary} {precision} {compression}"), properties, precision));
        }
    }
    all
}

/// Rows of a long file: number, fen, day, mode, name, count, code, flag; `None` and a wrong number where it is asked for.
fn long_columns(
    count: usize,
    precision: u8,
    nullable: bool,
    wrong: Option<(usize, &str)>,
) -> (Vec<u8>, RecordBatch) {
    let is = |row: usize, what: &str| wrong == Some((row, what));
    let code = |stem: &str| format!("{stem}{}", credit_code::complete(stem).expect("a stem"));
    let people = [code("91440000000000001"), code("91440000000000002"), code("91440000000000003")];
    let no = |row: usize| if is(row, "no") { "12O4".to_owned() } else { format!("{:04}", row * 7 % 10_000) };
    let fen = |row: usize| (row as i64 * 7_919 % 9_999_999 - 1_000_000) * 10;
    let day = |row: usize| i32::try_from(row * 13 % 3_000).expect("small") + 18_000;
    let mode =
        |row: usize| if is(row, "mode") { "保税" } else { ["general", "一般贸易", "other"][row % 3] };
    let name = |row: usize| Some(format!("企业{}", row * row % 30_011)).filter(|_| !is(row, "name"));
    let number = |row: usize| if is(row, "count") { -6 } else { row as i64 * 1_000_003 };
    let person = |row: usize| people[row / 5 % 3].clone();
    let flag = |row: usize| row % 7 < 3;
    let mut csv = format!("{HEAD}\n");
    for row in 0..count {
        let day = jiff::civil::date(1970, 1, 1) + jiff::Span::new().days(day(row));
        let fen = jixiao_engine::number::Dec::new(fen(row).into(), 2);
        let (name, flag) = (name(row).unwrap_or_default(), if flag(row) { "是" } else { "否" });
        csv +=
            &format!("{},{fen},{day},{},{name},{},{},{flag}\n", no(row), mode(row), number(row), person(row));
    }
    let all = 0..count;
    let fens = Decimal128Array::from_iter_values(all.clone().map(|r| fen(r).into()));
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("no", Arc::new(StringArray::from_iter_values(all.clone().map(no)))),
        ("amount", Arc::new(fens.with_precision_and_scale(precision, 2).expect("wide enough"))),
        ("day", Arc::new(Date32Array::from_iter_values(all.clone().map(day)))),
        ("mode", Arc::new(StringArray::from_iter_values(all.clone().map(mode)))),
        ("name", Arc::new(all.clone().map(name).collect::<StringArray>())),
        ("count", Arc::new(Int64Array::from_iter_values(all.clone().map(number)))),
        ("code", Arc::new(StringArray::from_iter_values(all.clone().map(person)))),
        ("open", Arc::new(all.map(|r| Some(flag(r))).collect::<BooleanArray>())),
    ];
    let columns = columns.into_iter().map(|(n, a)| (n, a, nullable || n == "name"));
    (csv.into_bytes(), RecordBatch::try_from_iter_with_nullable(columns).expect("columns"))
}

#[test]
fn a_long_parquet_file_says_what_csv_says_however_it_is_written() {
    // Two row groups of 9,000 rows and one of 2,000: batches end within pages, pages within batches.
    let told = |l: &Loaded, off: u32| {
        let place = |a: &jixiao_engine::intake::SetAside| (a.row - off, a.column.clone(), a.reason.clone());
        l.set_aside.iter().map(place).collect::<Vec<_>>()
    };
    for wrong in [
        None,
        Some((12_345, "no")),
        Some((0, "mode")),
        Some((8_999, "count")),
        Some((17_191, "name")),
        Some((19_999, "no")),
    ] {
        let csv = good(long_columns(20_000, 9, true, wrong).0);
        for (at, (name, properties, precision)) in writings().into_iter().enumerate() {
            let (_, batch) = long_columns(20_000, precision, at % 4 < 2, wrong);
            let mut file = Vec::new();
            let mut writer =
                ArrowWriter::try_new(&mut file, batch.schema(), Some(properties)).expect("a writer");
            writer.write(&batch).expect("memory");
            writer.close().expect("memory");
            let parquet = good(file);
            let bad = usize::from(wrong.is_some_and(|(_, what)| what != "name"));
            assert_eq!(
                (parquet.table.rows.len(), parquet.set_aside.len()),
                (20_000 - bad, bad),
                "{name} {wrong:?}"
            );
            assert!(rows(&parquet.table) == rows(&csv.table), "{name} {wrong:?}");
            assert!(parquet.table.rows.iter().zip(&csv.table.rows).all(|(p, c)| p.row + 1 == c.row));
            assert_eq!(told(&parquet, 0), told(&csv, 1), "{name} {wrong:?}");
        }
    }
}

#[test]
fn parquet_types_that_leave_something_open_are_refused() {
    let no: ArrayRef = Arc::new(StringArray::from(vec!["0001"]));
    let zoned = TimestampMicrosecondArray::from(vec![0]).with_timezone("+08:00");
    let file = parquet_of(vec![("no", no.clone()), ("day", Arc::new(zoned))]);
    assert_eq!(trouble(file), Trouble::Instants("day".into()));
    let file = parquet_of(vec![("no", no), ("amount", Arc::new(Date32Array::from(vec![1])))]);
    assert_eq!(trouble(file), Trouble::ColumnType("amount".into(), "Date32".into()));
    // Zeros in front are gone from whole numbers, and so are digits that doubles do not keep.
    let file = parquet_of(vec![
        ("no", Arc::new(Int32Array::from(vec![Some(1234), Some(123), None, Some(-123)]))),
        ("amount", Arc::new(Float64Array::from(vec![0.300_000_000_000_000_04, 0.3, 0.5, 1e15]))),
    ]);
    assert_eq!(
        codes(&good(file)),
        [
            (1, Some("amount"), "too-many-decimals"),
            (2, Some("no"), "width"),
            (3, Some("no"), "empty"),
            (4, Some("no"), "not-digits"),
            (4, Some("amount"), "lost-digits")
        ]
    );
}

#[test]
fn a_damaged_parquet_file_is_an_error_wherever_it_is_cut() {
    let no: ArrayRef = Arc::new((1000..1100).map(|n| Some(n.to_string())).collect::<StringArray>());
    let file = parquet_of(vec![("no", no)]);
    assert_eq!(good(file.clone()).table.rows.len(), 100);
    for cut in (4..file.len()).step_by(97) {
        assert!(matches!(trouble(file[..cut].to_vec()), Trouble::Parquet(_)), "{cut}");
    }
    // Bytes that are turned over give an error, or rows that are counted.
    for at in 4..file.len() - 8 {
        let mut file = file.clone();
        file[at] ^= 0x55;
        let _ = read(file);
    }
}

#[test]
fn numbers_of_a_sheet_are_their_shortest_decimals() {
    let sheet = |cells: &str| {
        format!("{}<row r=\"2\"><c r=\"A2\" t=\"str\"><v>0001</v></c>{cells}</row>", head_row())
    };
    // Cells of row 2, and the reason or what is held: 0.07 is held as 7 fen though no double is 0.07.
    for (cells, result) in [
        ("<c r=\"B2\"><v>0.07</v></c>", Ok("1|7|-|-|-|-|-|-")),
        ("<c r=\"B2\"><v>1234567890123.45</v></c>", Ok("1|123456789012345|-|-|-|-|-|-")),
        ("<c r=\"B2\"><v>0.30000000000000004</v></c>", Err("too-many-decimals")),
        ("<c r=\"B2\"><v>123456789012345678</v></c>", Err("lost-digits")),
        ("<c r=\"G2\"><v>914400001234567890</v></c>", Err("lost-digits")),
        ("<c r=\"A2\"><v>1</v></c>", Err("width")),
        ("<c r=\"B2\" t=\"e\"><v>#REF!</v></c>", Err("sheet-error")),
        ("<c r=\"H2\" t=\"b\"><v>1</v></c>", Ok("1|-|-|-|-|-|-|true")),
        ("<c r=\"C2\" s=\"1\"><v>45473.75</v></c>", Ok("1|-|19904|-|-|-|-|-")),
        ("<c r=\"C2\"><v>45473</v></c>", Ok("1|-|19904|-|-|-|-|-")),
        ("<c r=\"C2\"><v>20240630</v></c>", Ok("1|-|19904|-|-|-|-|-")),
        // The 1900 system has a 1900-02-29 that never was: 1970-01-01 is day 25569, 1900-03-01 is day 61, 25508 days before it;
        // 1900-02-28 is day 59 and one day earlier.
        ("<c r=\"C2\" s=\"1\"><v>60</v></c>", Err("no-such-day")),
        ("<c r=\"C2\" s=\"1\"><v>59</v></c>", Ok("1|-|-25509|-|-|-|-|-")),
        ("<c r=\"C2\" s=\"1\"><v>61</v></c>", Ok("1|-|-25508|-|-|-|-|-")),
        ("<c r=\"C2\" s=\"1\"><v>-1</v></c>", Err("not-date")),
        ("<c r=\"B2\" s=\"1\"><v>45473</v></c>", Err("not-number")),
        ("<c r=\"Z2\"><v>1</v></c>", Err("too-many-cells")),
        ("<c r=\"E2\" t=\"inlineStr\"><is><t> 甲 </t></is></c>", Ok("1|-|-|-|甲|-|-|-")),
    ] {
        let loaded = good(workbook(&sheet(cells), false));
        match result {
            Ok(row) => assert_eq!(rows(&loaded.table), [row], "{cells}"),
            Err(code) => {
                let told: Vec<_> = codes(&loaded).iter().map(|c| (c.0, c.2)).collect();
                assert_eq!(told, [(2, code)], "{cells}");
            }
        }
    }
    // The 1904 system begins with day 0, 1462 days later: 45473 - 1462 = 44011 is the same day.
    for (serial, day) in [(44011, 19904), (0, -24107)] {
        let loaded = good(workbook(&sheet(&format!("<c r=\"C2\" s=\"1\"><v>{serial}</v></c>")), true));
        assert_eq!(rows(&loaded.table), [format!("1|-|{day}|-|-|-|-|-")]);
    }
}

#[test]
fn rows_of_a_sheet_in_which_nothing_stands_are_none() {
    let head = head_row();
    let sheet = format!(
        "{head}<row r=\"2\"><c r=\"A2\" s=\"1\"/></row><row r=\"9\"><c r=\"A9\" t=\"str\"><v>0001</v></c></row>\
         <row r=\"1048576\"><c r=\"B1048576\"><v>1</v></c></row>"
    );
    let loaded = good(workbook(&sheet, false));
    assert_eq!(loaded.files[0].rows, 2);
    assert_eq!(loaded.table.rows[0].row, 9);
    assert_eq!(codes(&loaded), [(1_048_576, Some("no"), "empty")]);
    assert_eq!(trouble(workbook("", false)), Trouble::Empty);
    let below = "<row r=\"2\"><c r=\"A2\" t=\"str\"><v>no</v></c></row>";
    assert_eq!(trouble(workbook(below, false)), Trouble::NoHeading);
    let back = format!(
        "{head}<row r=\"3\"><c r=\"A3\" t=\"str\"><v>0001</v></c></row><row r=\"2\"><c r=\"A2\"><v>1</v></c></row>"
    );
    assert!(matches!(trouble(workbook(&back, false)), Trouble::Workbook(_)));
}

#[test]
fn a_workbook_that_unpacks_without_end_is_refused() {
    // One value of 8 MB that packs to some kilobytes.
    let zeros = "0".repeat(8 << 20);
    let book = workbook(
        &format!("{}<row r=\"2\"><c r=\"A2\" t=\"str\"><v>{zeros}</v></c></row>", head_row()),
        false,
    );
    assert!(book.len() < 100_000);
    assert_eq!(trouble(book), Trouble::WorkbookSize(1 << 20));
    let hidden = format!("{}<!--{}-->", head_row(), "<a>".repeat(1000));
    assert!(matches!(trouble(workbook(&hidden, false)), Trouble::Workbook(_)));
}

#[test]
fn a_credit_code_is_completed_and_checked() {
    let body = "91440300000000001";
    let code = format!("{body}{}", credit_code::complete(body).expect("seventeen characters"));
    assert_eq!(credit_code::check(&code), Ok(()));
    assert_eq!(rows(&good(format!("no,code\n0001,{code}\n")).table), [format!("1|-|-|-|-|-|{code}|-")]);
}

/// A workbook of sheets, each with its name, whether it is hidden, and its rows of texts.
fn sheets(sheets: &[(&str, bool, &[&str])]) -> Vec<u8> {
    let mut book = rust_xlsxwriter::Workbook::new();
    for (name, hidden, rows) in sheets {
        let sheet = book.add_worksheet();
        sheet.set_name(*name).expect("a name");
        // A workbook opens on a sheet that can be seen.
        if *hidden {
            sheet.set_hidden(true)
        } else {
            sheet.set_active(true)
        };
        for (r, row) in (0..).zip(*rows) {
            for (c, cell) in (0..).zip(row.split(',')) {
                sheet.write_string(r, c, cell).expect("a cell");
            }
        }
    }
    book.save_to_buffer().expect("memory")
}

#[test]
fn rows_on_a_second_sheet_are_not_lost_in_silence() {
    let (one, two): (&[&str], &[&str]) = (&[HEAD, "0001,1.50"], &[HEAD, "0002,2.50"]);
    let continued = trouble(sheets(&[("1", false, one), ("2", false, two)]));
    assert_eq!(continued, Trouble::SecondSheet("2".into()));
    assert_eq!(continued.code(), "second-sheet");
    // Under other names of the columns too, and behind a sheet that is no ledger.
    let notes: &[&str] = &["说明", "HS编码按2023年版"];
    let other: &[&str] = &["备注,金额（元）,no", "x,2.50,0002"];
    assert_eq!(
        trouble(sheets(&[("1", false, one), ("说明", false, notes), ("续", false, other)])),
        Trouble::SecondSheet("续".into())
    );
    // A sheet of notes, a blank one and a hidden one are left alone and named.
    let loaded =
        good(sheets(&[("1", false, one), ("说明", false, notes), ("空", false, &[]), ("2", true, two)]));
    assert_eq!(loaded.table.rows.len(), 1);
    assert_eq!(loaded.files[0].other_sheets, ["说明", "空", "2"]);
    // The first sheet that can be seen is read, wherever it stands.
    let loaded = good(sheets(&[("说明", true, notes), ("1", false, one)]));
    assert_eq!(loaded.table.rows.len(), 1);
    // One ledger in two files is the way to continue.
    let parts = [("lines-1.xlsx", one), ("lines-2.xlsx", two)];
    let parts = parts.map(|(name, rows)| bytes(name, sheets(&[("1", false, rows)])));
    let loaded = load(&ledger(), parts.into(), 2, &Silent).expect("two files that can be read");
    assert_eq!(loaded.table.rows.len(), 2);
}

#[test]
fn every_code_stands_in_the_description_of_files() {
    let docs = include_str!("../../../docs/awards.md");
    let mut codes = 0;
    for source in [include_str!("../src/intake/reason.rs"), include_str!("../src/intake/error.rs")] {
        let body = source.split("fn code(&self)").nth(1).expect("it gives codes");
        let body = body.split("fn ").next().expect("up to the next function");
        for code in body.split("=> \"").skip(1).filter_map(|rest| rest.split('"').next()) {
            assert!(docs.contains(&format!("`{code}`")), "docs/awards.md does not list {code}");
            codes += 1;
        }
    }
    assert!(codes > 40, "{codes}");
}
