//! Bytes become cells with places.
//!
//! One file per format. What a file is is found out from its content, never asked. Every reader is bounded by
//! [`Limits`], gives an error instead of a panic, and drops no text of the document's body in silence.
//!
//! Left out on purpose, in every format, is what is not the document's text: headers and footers of a page, tracked
//! deletions, comments, the automatic numbers of lists, pictures, charts, and shapes that lie on a sheet.

mod docx;
mod encoding;
mod error;
mod limits;
mod number;
mod package;
mod pdf;
mod sheet;
mod sniff;
mod text;
mod xls;
mod xlsx;
mod xml;

pub use error::{Fault, ReadError, Spot, Unsupported};
pub use limits::{LimitKind, Limits};
pub use sniff::sniff;

use crate::grid::{Format, Grid};
use limits::{Budget, guarded};

/// Reads a file into cells with places.
///
/// `name_hint` is the file's name, if it has one; it decides only where the content leaves a choice (`.csv`).
///
/// # Errors
/// [`ReadError`] says what the file is or what is wrong with it, where, and what to do about it. A file of jixiao's
/// own JSON is [`ReadError::Json`]: ask [`sniff`] first where it may be given.
pub fn read_grid(bytes: &[u8], name_hint: Option<&str>, limits: &Limits) -> Result<Grid, ReadError> {
    let mut budget = Budget::new(limits);
    budget.check(LimitKind::InputBytes, bytes.len() as u64)?;
    let format = sniff::sniff_within(bytes, name_hint, &budget)?;
    guarded(format, || match format {
        Format::Text => text::read_tabbed(bytes, &mut budget),
        Format::Csv => text::read_csv(bytes, &mut budget),
        Format::Docx => docx::read(bytes, &mut budget),
        Format::Xlsx => xlsx::read(bytes, &mut budget),
        Format::Xls => xls::read(bytes, &mut budget),
        Format::Pdf => pdf::read(bytes, &mut budget),
        Format::Json => Err(ReadError::Json),
    })
}
