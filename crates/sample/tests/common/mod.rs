//! The built-in fund and samples of it.

#![allow(dead_code, reason = "each test file uses its part")]

use std::{
    cell::RefCell,
    collections::BTreeMap,
    fs,
    io::{self, Write},
    path::PathBuf,
    rc::Rc,
};

use jixiao_core::fund::{FolderTexts, Fund};
use jixiao_engine::{
    fault::Text,
    schema::Ledgers,
    schema_file,
    scheme::file::{SchemeFile, read},
};
use jixiao_sample::{Awarded, Options, Owing, Profile, Scale, Scored, Summary, afterwards, generate, said};

pub(crate) fn folder_text(name: &str) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../funds/guangdong-trade-2024").join(name);
    fs::read_to_string(path).expect("a file of the fund folder")
}

pub(crate) fn fund() -> Fund {
    let names = ["fund.toml", "indicators.toml", "regions.csv"];
    let texts: FolderTexts = names.iter().map(|name| ((*name).to_owned(), folder_text(name))).collect();
    Fund::parse(&texts).expect("a sound fund")
}

pub(crate) fn sound_ledgers() -> Ledgers {
    let text = Text { name: "ledgers.toml".to_owned(), text: folder_text("ledgers.toml") };
    schema_file::ledgers(&text).expect("sound ledgers")
}

pub(crate) fn profile() -> Profile {
    Profile::parse(&folder_text("sample.toml"), &fund(), &sound_ledgers()).unwrap_or_else(|faults| {
        panic!("{}", faults.iter().map(|f| format!("{}\n", f.en)).collect::<String>())
    })
}

/// A file in memory that outlives its writer.
#[derive(Clone, Default)]
struct Shared(Rc<RefCell<Vec<u8>>>);

impl Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

pub(crate) fn options(seed: u64, scale: Scale, year: i16) -> Options {
    Options { seed, scale, year, profile: profile() }
}

/// What is written, by the names of files.
fn caught(
    write: impl FnOnce(&mut jixiao_sample::Open<'_>) -> io::Result<Summary>,
) -> (Summary, BTreeMap<String, Vec<u8>>) {
    let mut files: BTreeMap<String, Shared> = BTreeMap::new();
    let mut open = |name: &str| -> io::Result<Box<dyn Write>> {
        let file = Shared::default();
        assert!(files.insert(name.to_owned(), file.clone()).is_none(), "{name} is opened once");
        Ok(Box::new(file))
    };
    let summary = write(&mut open).expect("it can be made");
    (summary, files.into_iter().map(|(name, file)| (name, file.0.take())).collect())
}

pub(crate) fn made(seed: u64, scale: Scale, year: i16) -> (Summary, BTreeMap<String, Vec<u8>>) {
    let options = options(seed, scale, year);
    caught(|open| generate(&fund(), &sound_ledgers(), &options, open))
}

/// What follows some awards.
pub(crate) fn followed(options: &Options, awards: &[Awarded]) -> (Summary, BTreeMap<String, Vec<u8>>) {
    caught(|open| afterwards(&sound_ledgers(), options, awards, open))
}

/// What people say of some deviations and scores.
pub(crate) fn spoken(
    options: &Options,
    owing: &[Owing],
    scored: &[Scored],
) -> (Summary, BTreeMap<String, Vec<u8>>) {
    caught(|open| said(&sound_ledgers(), options, owing, scored, open))
}

pub(crate) fn hundredth() -> Scale {
    Scale::new(1, 100).expect("a scale")
}

pub(crate) type Record = BTreeMap<String, String>;

pub(crate) fn records(bytes: &[u8]) -> Vec<Record> {
    let mut reader = csv::Reader::from_reader(bytes);
    let headings = reader.headers().expect("a heading").clone();
    let owned =
        |r: csv::StringRecord| headings.iter().zip(&r).map(|(h, v)| (h.to_owned(), v.to_owned())).collect();
    reader.records().map(|r| owned(r.expect("a record"))).collect()
}

/// A scheme of the fund, read.
pub(crate) fn sound_scheme(name: &str) -> SchemeFile {
    let name = format!("schemes/{name}.toml");
    read(&Text { text: folder_text(&name), name }).expect("a sound scheme")
}
