//! Charts as SVG, drawn once for the page and for the PDF.
//!
//! Each chart takes plain values, says its title, unit and source, and gives its data as rows beside the drawing. Nothing is told by
//! colour alone: shape, pattern and words tell it too, so that a grey print and a colour-blind reader lose nothing.
//! Positions are whole hundredths of a pixel: the same values give the same bytes everywhere.

mod bullet;
mod course;
mod flow;
mod frame;
mod money;
mod satisfaction;
mod scale;
mod score;
mod svg;
mod tiles;

use jixiao_core::finding::{Both, Lang};

use crate::table::Table;

pub use self::{
    bullet::{Bullet, BulletRow, BulletScale},
    course::{CourseMonth, IndicatorCourse},
    flow::{Flow, FlowPart},
    money::{MoneyCourse, MoneyMonth},
    satisfaction::{SatisfactionChart, SatisfactionDot},
    score::{ScoreBar, ScoreChart},
    tiles::{Tile, TileFault, TileLayout, TileMap, TileValue},
};

/// What stands above and below every chart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Heading {
    /// What is shown, of what and when.
    pub title: Both,
    /// Unit of the figures; empty where each says its own.
    pub unit: Both,
    /// Where the figures come from.
    pub source: Both,
    /// Whether the figures are invented; the chart then says so.
    pub synthetic: bool,
}

/// What every chart can do.
pub trait Chart {
    /// The drawing: one `<svg>` element, whole and on its own.
    fn svg(&self, lang: Lang) -> String;

    /// The data that it shows.
    fn table(&self, lang: Lang) -> Table;
}

/// A word of the charts' own in a language.
fn say(lang: Lang, zh: &'static str, en: &'static str) -> &'static str {
    match lang {
        Lang::Zh => zh,
        Lang::En => en,
    }
}

#[cfg(test)]
mod tests;
