//! The pages: what an official, a city, an enterprise and the public see.
//!
//! A page is a struct, a template, a handler and a line in [`pages::ALL`]. It goes through the same gate as the interface for programs, asks for the same
//! permissions and calls the same store; what it adds is words, layout and forms that work without a script.
//!
//! - [`site`]: what pages know beside the book: fund folders and what a run computed.
//! - [`visit`]: somebody looking at a page: who, in which language, with which shell around it.
//! - [`words`]: every text of the pages, in both languages; templates hold none.
//! - [`table`]: the one table: sorted, searched, copied and taken along as a workbook everywhere alike.
//! - [`year`]: the computed year as somebody may see it, and its charts.
//! - [`show`]: amounts, figures and times as people read them.
//! - [`choice`]: what a field is chosen from.
//! - [`form`]: what was typed, with what is wrong at its field.
//! - [`tree`]: how a figure came about, as a tree that opens.
//! - `official`: a target table as its form, with what is to be seen at its cells.
//! - [`names`]: what enterprises are called, found by name, code or the first letters of their pinyin.
//! - [`precheck`]: what an enterprise's own lines would come to, asked of whoever has the ledgers.
//! - [`simulator`]: what a rule would cost with other parameters, asked of whoever has the ledgers.
//! - [`shelf`]: public pages that were made a moment ago.

pub mod assets;
pub mod choice;
pub mod form;
pub mod names;
mod official;
pub mod pages;
pub mod precheck;
pub mod shelf;
pub mod shell;
pub mod show;
pub mod simulator;
pub mod site;
pub mod table;
pub mod tree;
pub mod visit;
pub mod words;
pub mod year;

pub use pages::routes;
pub use shell::face;
pub use site::{FundPages, SchemeRule, Site};
