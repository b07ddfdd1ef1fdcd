//! Typeset pages: a template and its data in, the bytes of a PDF out. Nothing else depends on the typesetter.
//!
//! ```text
//! template (built in, or a fund folder's report/*.typ) ┐
//! data.json, charts/*.svg                              ├─ text.rs: what the font cannot draw is replaced and noted
//! date (handed in)                                     ┘        │
//!                                            world.rs: what a template may see: these files, two faces, that date
//!                                                               │
//!                               pdf.rs: compile, export ── fault.rs: what went wrong, with its place
//! ```
//!
//! `png.rs` makes dots of a drawing, for Word documents.
//!
//! A template sees the files that are handed in and nothing else: no folder, no network, no package, no installed font, no clock. Same
//! files and same date give the same bytes.

mod fault;
mod font;
mod pdf;
mod png;
mod text;
mod world;

pub use fault::{Fault, Place, Severity};
pub use font::{FAMILY, LICENSE};
pub use pdf::{Document, Pages, Standard, pdf};
pub use png::png;
pub use text::{Missing, REPLACEMENT, is_drawn};

/// The templates that are built in, as (name, text): what a document's files lack is taken from here.
pub const BUILT_IN: [(&str, &str); 2] = [
    ("lib.typ", include_str!("../templates/lib.typ")),
    ("self-evaluation.typ", include_str!("../templates/self-evaluation.typ")),
];

/// The text of a built-in template, or nothing when there is none of that name.
pub fn built_in(name: &str) -> Option<&'static str> {
    BUILT_IN.iter().find(|(known, _)| *known == name).map(|(_, text)| *text)
}
