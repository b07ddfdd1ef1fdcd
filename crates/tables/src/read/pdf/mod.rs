//! PDF with a text layer: glyphs with places, drawn lines as the borders of cells.
//!
//! `hayro-syntax` parses the file and `hayro-font` its fonts; the drawing operators are followed here ([`page`]), because
//! only so can their number be bounded, and tables are put together from what was drawn ([`layout`]). Each ruled table
//! of a page is a part, text outside it a part of paragraphs; the number of a part is that of its page.

mod layout;
mod page;
mod vet;

use hayro_syntax::{DecryptionError, LoadPdfError, Pdf};

use super::error::{Fault, ReadError, Spot};
use super::limits::{Budget, LimitKind};
use crate::grid::{Format, Grid};

/// Stack for parsing: objects nest some hundred deep, and unoptimised frames are large.
const STACK_BYTES: usize = 64 << 20;

/// Reads a PDF. The parsing runs on a thread of its own for the sake of its stack; a panic of the library ends there.
pub(super) fn read(bytes: &[u8], budget: &mut Budget) -> Result<Grid, ReadError> {
    vet::vet(bytes, budget)?;
    std::thread::scope(|scope| {
        let work = std::thread::Builder::new()
            .stack_size(STACK_BYTES)
            .spawn_scoped(scope, || read_pages(bytes, budget));
        match work.map(std::thread::ScopedJoinHandle::join) {
            Ok(Ok(result)) => result,
            Ok(Err(_)) => Err(ReadError::Panicked(Format::Pdf)),
            Err(error) => {
                let fault =
                    Fault::detailed("无法启动读取线程", "the reading thread cannot be started", error);
                Err(ReadError::malformed(Format::Pdf, Spot::File, fault))
            }
        }
    })
}

/// Reads all pages.
fn read_pages(bytes: &[u8], budget: &mut Budget) -> Result<Grid, ReadError> {
    let pdf = Pdf::new(bytes.to_vec()).map_err(load_error)?;
    let pages = pdf.pages();
    budget.check(LimitKind::PdfPages, pages.len() as u64)?;
    let mut grid = Grid { format: Format::Pdf, parts: Vec::new() };
    let (mut glyphs, mut unmapped) = (0usize, 0usize);
    let mut drawer = page::Drawer::new();
    for (at, page) in pages.iter().enumerate() {
        let drawn = drawer.draw(page, at as u64 + 1, budget)?;
        glyphs += drawn.glyphs.len();
        unmapped += drawn.glyphs.iter().filter(|g| g.text == UNMAPPED).count();
        grid.parts.extend(layout::lay_out(drawn, at as u32 + 1, budget)?);
    }
    if glyphs == 0 {
        return Err(ReadError::ScannedPdf { pages: pages.len() as u64 });
    }
    if unmapped * 2 > glyphs {
        let fault = Fault::new(
            "字体没有对应的文字编码，只能看、不能读取",
            "its fonts do not say which characters they draw, so it can be seen but not read",
        );
        return Err(ReadError::malformed(Format::Pdf, Spot::File, fault));
    }
    Ok(grid)
}

/// What stands for a glyph of which the font does not tell the character. It is kept, so that its cell is not empty.
const UNMAPPED: &str = "\u{FFFD}";

/// Why the library could not open the file.
fn load_error(error: LoadPdfError) -> ReadError {
    match error {
        LoadPdfError::Decryption(DecryptionError::PasswordProtected) => ReadError::Encrypted(Spot::File),
        LoadPdfError::Decryption(_) => {
            let fault = Fault::new("加密方式不受支持", "its encryption is not supported");
            ReadError::malformed(Format::Pdf, Spot::File, fault)
        }
        LoadPdfError::Invalid => {
            let fault = Fault::new("找不到页面", "its pages cannot be found");
            ReadError::malformed(Format::Pdf, Spot::File, fault)
        }
    }
}
