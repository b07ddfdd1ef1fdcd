//! From files to the bytes of a PDF.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jixiao_core::both;
use typst::diag::SourceDiagnostic;
use typst::foundations::Smart;
use typst::layout::FrameItem;
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};

use crate::fault::Fault;
use crate::text::{Missing, drawable};
use crate::world::{Desk, datetime, id_of, is_known};

/// What is to be typeset.
#[derive(Clone, Copy, Debug)]
pub struct Document<'a> {
    /// The template's name: one of `files`, or one that is built in.
    pub template: &'a str,
    /// Everything the template may read, by its name with `/`: `data.json`, `charts/money.svg`, a fund's own `lib.typ`. A file goes before a
    /// built-in template of the same name. The built-in report places `charts/` `money.svg`,
    /// `score.svg`, `satisfaction.svg`, `flow-SCHEME.svg`, `map-INDICATOR.svg` and `region-INDICATOR.svg` in their sections and every other
    /// drawing in an annex.
    pub files: &'a BTreeMap<String, Vec<u8>>,
    /// The document's date: what the file says it was made on, and what `datetime.today()` is in a template.
    pub date: Date,
    /// What makes this document this one, over all its versions: fund, year, kind of report. The file's identifier comes of it.
    pub identity: &'a str,
}

/// Which rules the file keeps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Standard {
    /// PDF/A-2b: fonts and colours inside the file, so that it looks the same for good. What archives ask for.
    #[default]
    Archive,
    /// PDF/A-2a: in addition every part is marked as what it is, and each picture must have a text instead of it.
    ArchiveAccessible,
    /// PDF 1.7, nothing more. Marked as well, but nothing is refused.
    Plain,
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pages {
    /// The file.
    pub pdf: Vec<u8>,
    /// How many pages.
    pub count: usize,
    /// What the typesetter remarked.
    pub warnings: Vec<Fault>,
    /// Characters that the font lacks and 〓 stands for, by file and character.
    pub missing: Vec<Missing>,
}

/// Typesets a document.
///
/// # Errors
///
/// Everything that the typesetter found wrong in a template or its data, with places. A mistake in a template's words is reported together
/// with the others of the same file; a mistake while it runs (a field that is not there) hides those after it.
pub fn pdf(document: &Document<'_>, standard: Standard) -> Result<Pages, Vec<Fault>> {
    let Document { template, files, date, identity } = *document;
    let (Some(main), true) = (id_of(template), is_known(template, files)) else {
        let known: Vec<&str> = crate::BUILT_IN.iter().map(|(name, _)| *name).collect();
        return Err(vec![Fault::nowhere(both!(
            "没有名为“{template}”的模板。内置模板:{known}。",
            "There is no template “{template}”. Built in: {known}.",
            template = template,
            known = known.join(", "),
        ))]);
    };
    let mut missing = Vec::new();
    let mut drawn = BTreeMap::new();
    for (name, bytes) in files {
        let bytes = match std::str::from_utf8(bytes) {
            Ok(text) => {
                let (text, lacking) = drawable(name, text);
                missing.extend(lacking);
                text.into_owned().into_bytes()
            }
            Err(_) => bytes.clone(),
        };
        drawn.insert(name.clone(), bytes);
    }
    let desk = Desk::new(main, drawn, date);
    let made = typst::compile::<PagedDocument>(&desk);
    let exported = made.output.and_then(|pages| {
        let options = PdfOptions {
            ident: Smart::Custom(identity.to_owned()),
            creator: Smart::Custom(Some("jixiao".to_owned())),
            timestamp: datetime(date).map(Timestamp::new_utc),
            page_ranges: None,
            standards: standards(standard),
            tagged: true,
            pretty: false,
        };
        let bytes = typst_pdf::pdf(&pages, &options)?;
        Ok((bytes, pages.pages().len(), boxes(&pages)))
    });
    // What the typesetter remembers of this document helps the next one of the same kind; anything older goes.
    typst::comemo::evict(1);
    let faults =
        |said: &[SourceDiagnostic]| -> Vec<Fault> { said.iter().map(|one| Fault::of(&desk, one)).collect() };
    match exported {
        Ok((pdf, count, boxes)) => {
            let mut warnings = faults(&made.warnings);
            warnings.extend(boxes);
            Ok(Pages { pdf, count, warnings, missing })
        }
        Err(said) => Err(faults(&said)),
    }
}

/// Characters that came to the page past their replacement (a template can make one from its number) and stand there as an empty box.
fn boxes(pages: &PagedDocument) -> Vec<Fault> {
    let mut found = BTreeMap::new();
    for (index, page) in pages.pages().iter().enumerate() {
        let mut frames = vec![&page.frame];
        while let Some(frame) = frames.pop() {
            for (_, item) in frame.items() {
                match item {
                    FrameItem::Group(group) => frames.push(&group.frame),
                    FrameItem::Text(run) => {
                        for glyph in run.glyphs.iter().filter(|glyph| glyph.id == 0) {
                            let text = run.text.get(glyph.range()).unwrap_or_default().to_owned();
                            found.entry(text).or_insert(index.saturating_add(1));
                        }
                    }
                    _ => {}
                }
            }
        }
    }
    let remark = |(text, page): (String, usize)| {
        Fault::remark(both!(
            "第 {page} 页的“{text}”在内置字体中没有,显示为空框。请在模板中换字,或按 scripts/font.sh 把它加入字体。",
            "Page {page} shows an empty box for “{text}”, which the embedded font lacks. Write another character in the template, or add it to the font (scripts/font.sh).",
            page = page,
            text = text,
        ))
    };
    found.into_iter().map(remark).collect()
}

fn standards(standard: Standard) -> PdfStandards {
    let list: &[PdfStandard] = match standard {
        Standard::Archive => &[PdfStandard::A_2b],
        Standard::ArchiveAccessible => &[PdfStandard::A_2a],
        Standard::Plain => &[PdfStandard::V_1_7],
    };
    // Each list names one standard, which cannot contradict itself; the default is PDF 1.7.
    PdfStandards::new(list).unwrap_or_default()
}
