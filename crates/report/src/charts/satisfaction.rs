//! Satisfaction by region: a dot for the share, a whisker for its interval, an upright line for the target.

use jixiao_core::finding::{Both, Lang};
use rust_decimal::Decimal;

use super::{
    Chart, Heading,
    frame::{self, Key, MARGIN, WIDTH},
    say,
    scale::Scale,
    svg::{Anchor, Fill, Px, Style, ink, px},
};
use crate::{content::Status, figure::Figure, table::Table};

/// Satisfaction with intervals.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SatisfactionChart {
    /// Title, unit, source.
    pub heading: Heading,
    /// Target as written.
    pub target: Both,
    /// The figure in the target, in %.
    pub target_value: Option<Decimal>,
    /// Rows from top to bottom, the whole first if it is to be among them.
    pub rows: Vec<SatisfactionDot>,
}

/// One row. Figures that are suppressed or missing are said in words in the place of the dot.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SatisfactionDot {
    /// The region.
    pub name: Both,
    /// Share in %.
    pub share: Figure,
    /// Lower end in %.
    pub low: Figure,
    /// Upper end in %.
    pub high: Figure,
    /// Valid answers.
    pub answers: Figure,
    /// How it came out.
    pub status: Status,
}

const LABEL: Px = px(110);
const RIGHT: Px = px(190);
const ROW: Px = px(26);

impl SatisfactionChart {
    /// From the tens below the lowest value, at most 80, to 100.
    fn scale(&self, left: Px, length: Px) -> Scale {
        let ten = Decimal::TEN;
        let values = self.rows.iter().flat_map(|r| [r.low.value(), r.share.value()]).flatten();
        let lowest = values.chain(self.target_value).fold(Decimal::from(80), Decimal::min);
        let from = lowest.checked_div(ten).map_or(Decimal::ZERO, |v| v.floor()) * ten;
        let from = from.clamp(Decimal::ZERO, Decimal::from(80));
        let step = if from < Decimal::from(50) { Decimal::from(20) } else { ten };
        let mut ticks = vec![Decimal::ONE_HUNDRED];
        while let Some(next) = ticks.last().map(|last| last - step).filter(|next| *next >= from) {
            ticks.push(next);
        }
        ticks.reverse();
        Scale::between(from, Decimal::ONE_HUNDRED, ticks, left, length)
    }
}

impl Chart for SatisfactionChart {
    fn svg(&self, lang: Lang) -> String {
        let legend = [
            (Key::Whisker, say(lang, "满意度及其区间", "share and its interval").to_owned()),
            (Key::Dot(Status::Reached), say(lang, "实心圆：达成", "full circle: reached").to_owned()),
            (Key::Dot(Status::Missed), say(lang, "空心菱形：未达成", "hollow diamond: missed").to_owned()),
            (
                Key::Line(ink::TEXT, 160, "5 3"),
                format!("{} {}%", say(lang, "目标", "target"), self.target.get(lang)),
            ),
        ];
        let (mut svg, top) = frame::begin(&self.heading, &legend, lang);
        let (left, right) = (MARGIN + LABEL, WIDTH - MARGIN - RIGHT);
        let scale = self.scale(left + px(8), right - left - px(16));
        let count = i32::try_from(self.rows.len()).unwrap_or(i32::MAX).min(10_000);
        let body = top + px(24);
        let bottom = body + count * ROW;
        for tick in &scale.ticks {
            let x = scale.at(*tick);
            svg.line((x, body - px(4)), (x, bottom), ink::GRID, 100, "");
            svg.text((x, body - px(8)), Anchor::Middle, Style::SMALL, &format!("{tick}%"));
        }
        if let Some(target) = self.target_value {
            let x = scale.at(target);
            svg.line((x, body - px(4)), (x, bottom), ink::TEXT, 160, "5 3");
        }
        for (row, y) in self.rows.iter().zip((body..).step_by(ROW as usize)) {
            let middle = y + ROW / 2;
            let name = Style::BODY.cut(row.name.get(lang), LABEL - px(8));
            svg.text((left - px(8), middle + px(5)), Anchor::End, Style::BODY, &name);
            let Some(share) = row.share.value() else {
                svg.rect(left + px(8), middle - px(9), right - left - px(16), px(18), Fill::Solid(ink::BACK));
                let style = Style::SMALL;
                let centre = (left + right) / 2;
                svg.text((centre, middle + px(4)), Anchor::Middle, style, row.share.text.get(lang));
                continue;
            };
            if let (Some(low), Some(high)) = (row.low.value(), row.high.value()) {
                let (low, high) = (scale.at(low), scale.at(high));
                svg.line((low, middle), (high, middle), ink::TEXT, 150, "");
                for end in [low, high] {
                    svg.line((end, middle - px(5)), (end, middle + px(5)), ink::TEXT, 150, "");
                }
            }
            frame::dot(&mut svg, row.status, (scale.at(share), middle));
            let text = format!(
                "{}　{}{}",
                row.share.with_unit().get(lang),
                say(lang, "答卷 ", "answers "),
                row.answers.text.get(lang)
            );
            let text = Style::BODY.cut(&text, RIGHT - px(12));
            svg.text((right + px(12), middle + px(5)), Anchor::Start, Style::BODY, &text);
        }
        let hidden = self.rows.iter().filter(|r| r.share.value().is_none()).count();
        let description = match lang {
            Lang::Zh => {
                format!("{}行，其中{hidden}行不公布或无结果。目标{}。", self.rows.len(), self.target.zh)
            }
            Lang::En => {
                format!(
                    "{} rows, {hidden} of them not shown or without result. Target {}.",
                    self.rows.len(),
                    self.target.en
                )
            }
        };
        frame::end(svg, bottom + px(4), &self.heading, &description, lang)
    }

    fn table(&self, lang: Lang) -> Table {
        let columns = match lang {
            Lang::Zh => ["地区", "满意度", "区间下限", "区间上限", "有效答卷", "结果"],
            Lang::En => ["region", "share", "low", "high", "answers", "result"],
        };
        let rows = self.rows.iter().map(|row| {
            let figures = [&row.share, &row.low, &row.high, &row.answers].map(Figure::with_unit);
            let mut cells = vec![row.name.get(lang).to_owned()];
            cells.extend(figures.iter().map(|f| f.get(lang).to_owned()));
            cells.push(row.status.word().get(lang).to_owned());
            cells
        });
        Table { columns: columns.map(str::to_owned).to_vec(), rows: rows.collect() }
    }
}
