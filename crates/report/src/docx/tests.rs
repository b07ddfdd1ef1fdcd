use std::io::{Cursor, Read as _};

use super::*;
use crate::{
    charts::{Bullet, Heading},
    fixture::sample,
};

fn part(bytes: &[u8], name: &str) -> String {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut text = String::new();
    archive.by_name(name).unwrap().read_to_string(&mut text).unwrap();
    text
}

fn picture(png: Option<Vec<u8>>) -> Picture {
    let chart = Bullet { heading: Heading::default(), ..Bullet::default() };
    Picture::of(
        &chart,
        "region-import-interest-awards",
        Section::Regions,
        "各地区完成情况 <图>",
        png,
        Lang::Zh,
    )
}

#[test]
fn every_part_of_the_content_reaches_the_document_in_both_languages() {
    let content = sample();
    for lang in [Lang::Zh, Lang::En] {
        let bytes = write(&report(&content, &[], lang)).unwrap();
        assert_eq!(bytes, write(&report(&content, &[], lang)).unwrap());
        let text = part(&bytes, "word/document.xml");
        let expected = [
            content.basics.goal_year.get(lang),
            "59,647.00",
            content.deviations[0].reason.get(lang),
            content.satisfaction.as_ref().unwrap().warnings[0].get(lang),
            content.findings[0].next.get(lang),
            content.flows[0].reductions[1].name.get(lang),
            content.illustrative[0].why.get(lang),
            &content.identity.sources[1].sha256,
            content.notes[0].get(lang),
            content.score.lamps[0].reason.get(lang),
            content.annexes[0].title.get(lang),
            "92.10",
        ];
        for words in expected {
            assert!(text.contains(&crate::xml::escape(words)), "{words}");
        }
        let invented = if lang == Lang::Zh { "虚构数据" } else { "invented data" };
        assert!(text.contains(invented));
        // Too few answers: the word stands there, no figure.
        assert!(text.contains(if lang == Lang::Zh { "答卷过少，不公布" } else { "too few answers" }));
    }
}

#[test]
fn a_chart_without_raster_becomes_its_table_and_with_one_a_picture() {
    let mut content = sample();
    content.by_region[0].rows.clear();
    let plain = write(&report(&content, &[picture(None)], Lang::Zh)).unwrap();
    let text = part(&plain, "word/document.xml");
    assert!(text.contains("各地区完成情况 &lt;图&gt;") && !text.contains("<w:drawing>"));
    let drawn = write(&report(&content, &[picture(Some(vec![1, 2, 3]))], Lang::Zh)).unwrap();
    let text = part(&drawn, "word/document.xml");
    assert!(text.contains("r:embed=\"m-chart001-png\"") && text.contains("r:embed=\"m-chart001-svg\""));
    assert!(part(&drawn, "word/media/chart001.svg").starts_with("<svg"));
    let relations = part(&drawn, "word/_rels/document.xml.rels");
    assert!(relations.contains("Id=\"m-chart001-png\"") && relations.contains("Id=\"m-chart001-svg\""));
}

#[test]
fn rows_that_are_too_short_are_filled_and_texts_cannot_break_out() {
    let grid = Grid { head: vec!["a".into(), "b".into()], rows: vec![vec![Cell::text("</w:t>&")]] };
    let document = Document { title: "<t>".into(), blocks: vec![Block::Grid(grid)] };
    let bytes = write(&document).unwrap();
    let text = part(&bytes, "word/document.xml");
    assert_eq!(text.matches("<w:tc>").count(), 4);
    assert!(text.contains("&lt;/w:t&gt;&amp;"));
    assert!(part(&bytes, "docProps/core.xml").contains("&lt;t&gt;"));
}
