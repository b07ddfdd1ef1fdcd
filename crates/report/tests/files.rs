//! The sample on disk that templates are tried with, and files for whoever wants to look at them.

mod fixture;

use std::{collections::BTreeMap, fs, path::Path};

use jixiao_core::{finding::Lang, fund::Fund};
use jixiao_report::{charts::TileLayout, docx, drawings::drawings};

use fixture::sample;

/// The sample's JSON, byte for byte.
const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/content.json");

#[test]
fn the_sample_that_templates_are_tried_with_is_the_one_on_disk() {
    let json = sample().json().unwrap() + "\n";
    if fs::read_to_string(FILE).ok().as_ref() != Some(&json) {
        let new = format!("{FILE}.new");
        fs::write(&new, &json).unwrap();
        panic!("tests/content.json is not the sample's JSON: look at {new} and put it in its place");
    }
}

/// Not a test: writes the sample's drawings, and its report with those PNGs that somebody has put beside the drawings.
#[test]
#[ignore = "writes files to look at: cargo test -p jixiao-report --test files -- --ignored"]
fn files_to_look_at() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let fund = root.join("funds/guangdong-trade-2024");
    let read = |name: &str| fs::read_to_string(fund.join(name)).unwrap();
    let texts = ["fund.toml", "indicators.toml", "regions.csv"].map(|name| (name.to_owned(), read(name)));
    let regions = Fund::parse(&BTreeMap::from(texts)).unwrap().regions;
    let layout = TileLayout::parse(&read("tiles.toml"), &regions).unwrap();

    let folder = root.join("target/drawings");
    fs::create_dir_all(&folder).unwrap();
    let content = sample();
    for (lang, word) in [(Lang::Zh, "zh"), (Lang::En, "en")] {
        let mut pictures = Vec::new();
        for drawing in drawings(&content, Some((&layout, &regions))) {
            let stem = format!("{}-{word}", drawing.name);
            fs::write(folder.join(format!("{stem}.svg")), drawing.chart.svg(lang)).unwrap();
            let png = fs::read(folder.join(format!("{stem}.png"))).ok();
            pictures.push(drawing.picture(png, lang));
        }
        let bytes = docx::write(&docx::report(&content, &pictures, lang)).unwrap();
        fs::write(folder.join(format!("report-{word}.docx")), bytes).unwrap();
    }
}
