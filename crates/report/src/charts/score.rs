//! Points by category: the pale bar is what can be had, the dark one what was given.

use jixiao_core::finding::{Both, Lang};

use super::{
    Chart, Heading,
    frame::{self, Key, MARGIN, WIDTH},
    say,
    scale::Scale,
    svg::{Anchor, Fill, Px, Style, ink, px},
};
use crate::{figure::Figure, table::Table};

/// Points by category, with the total.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ScoreChart {
    /// Title, unit, source.
    pub heading: Heading,
    /// Categories from top to bottom.
    pub bars: Vec<ScoreBar>,
    /// Total; missing while parts are.
    pub total: Figure,
    /// Of how many points.
    pub of: Figure,
    /// Grade; empty while there is none.
    pub grade: Both,
}

/// One category.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ScoreBar {
    /// Name.
    pub name: Both,
    /// Points that can be had.
    pub weight: Figure,
    /// Points that were given.
    pub score: Figure,
}

const LABEL: Px = px(120);
const RIGHT: Px = px(130);
const ROW: Px = px(34);

impl Chart for ScoreChart {
    fn svg(&self, lang: Lang) -> String {
        let mut legend = vec![
            (Key::Area(Fill::Solid(ink::GOOD)), say(lang, "得分", "points given").to_owned()),
            (Key::Area(Fill::Hatched), say(lang, "失分", "points lost").to_owned()),
        ];
        if self.bars.iter().any(|bar| bar.score.value().is_none()) {
            let words = say(lang, "尚无得分", "no score yet");
            legend.push((Key::Area(Fill::Hollow), words.to_owned()));
        }
        let (mut svg, top) = frame::begin(&self.heading, &legend, lang);
        let (left, right) = (MARGIN + LABEL, WIDTH - MARGIN - RIGHT);
        let values = self.bars.iter().filter_map(|bar| bar.weight.value());
        let scale = Scale::over(values, left, right - left);
        let mut y = top + px(8);
        for bar in &self.bars {
            let middle = y + ROW / 2;
            let name = Style::BODY.cut(bar.name.get(lang), LABEL - px(8));
            svg.text((left - px(8), middle + px(5)), Anchor::End, Style::BODY, &name);
            let weight = bar.weight.value().map_or(left, |w| scale.at(w));
            match bar.score.value() {
                Some(score) => {
                    let to = scale.at(score).min(weight);
                    if to < weight {
                        svg.rect(to, middle - px(8), weight - to, px(16), Fill::Hatched);
                    }
                    svg.rect(left, middle - px(8), to - left, px(16), Fill::Solid(ink::GOOD));
                }
                None => svg.rect(left, middle - px(8), weight - left, px(16), Fill::Hollow),
            }
            let text = format!("{} / {}", bar.score.text.get(lang), bar.weight.text.get(lang));
            svg.text((weight + px(10), middle + px(5)), Anchor::Start, Style::BODY, &text);
            y += ROW;
        }
        svg.line((left, top + px(8)), (left, y), ink::AXIS, 150, "");
        y += px(24);
        let total = format!(
            "{} {} / {}{}{}",
            say(lang, "总分", "Total"),
            self.total.text.get(lang),
            self.of.text.get(lang),
            if self.grade.get(lang).is_empty() { "" } else { say(lang, "　等级：", "   grade: ") },
            self.grade.get(lang)
        );
        svg.text((left, y), Anchor::Start, Style { size: 15, ..Style::STRONG }, &total);
        frame::end(svg, y + px(6), &self.heading, &total, lang)
    }

    fn table(&self, lang: Lang) -> Table {
        let columns = match lang {
            Lang::Zh => ["类别", "分值", "得分"],
            Lang::En => ["category", "points", "given"],
        };
        let total = Both::new("总分", "total");
        let last = (&total, &self.of, &self.total);
        let rows = self.bars.iter().map(|bar| (&bar.name, &bar.weight, &bar.score)).chain([last]);
        let rows = rows.map(|(name, weight, score)| {
            [name.get(lang), weight.text.get(lang), score.text.get(lang)].map(str::to_owned).to_vec()
        });
        Table { columns: columns.map(str::to_owned).to_vec(), rows: rows.collect() }
    }
}
