//! Charts, forms, report content and open data: values in, texts and bytes out.
//!
//! - [`figure`]: a figure as it is shown, beside its exact value.
//! - [`content`]: what a self-evaluation report says, as plain values; a template turns them into pages.
//! - [`charts`]: drawings as SVG, made once for the page and for the PDF.
//! - [`drawings`]: the charts of a report, made from its content.
//! - [`docx`]: the report as a Word document for editing.
//! - [`open`]: the same content with the field names of the national budget system, as JSON and CSV.
//! - [`forms`]: the official forms, filled.
//! - [`words`]: an office's own words for the Word report and the forms.
//! - [`lists`]: the allocation table and the list of awards that is made public.
//! - [`published`]: a computed year as one value, which pages are made from.

pub mod charts;
pub mod content;
pub mod docx;
pub mod drawings;
pub mod figure;
pub mod forms;
pub mod lists;
pub mod open;
pub mod published;
pub mod table;
pub mod words;
mod xml;

// The invented content serves the tests in `tests/` too, which know this crate by its name.
#[cfg(test)]
extern crate self as jixiao_report;
#[cfg(test)]
#[path = "../tests/fixture/mod.rs"]
mod fixture;
