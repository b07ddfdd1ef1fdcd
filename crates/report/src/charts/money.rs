//! Money over the months beside the line of time: what was awarded and paid, and what an even year would have spent.

use jixiao_core::finding::Lang;
use rust_decimal::Decimal;

use super::{
    Chart, Heading,
    frame::{self, Key, MARGIN, WIDTH},
    say,
    scale::Scale,
    svg::{Anchor, Px, Style, ink, px},
};
use crate::{
    figure::{Figure, grouped},
    table::Table,
};

/// Money up to the end of each month.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MoneyCourse {
    /// Title, unit, source.
    pub heading: Heading,
    /// The adjusted budget of the year, in the unit of the rows.
    pub budget: Figure,
    /// Months in order; those without a row have not come yet.
    pub months: Vec<MoneyMonth>,
    /// The month at which monitoring looks; drawn as an upright line.
    pub looked_at: Option<u8>,
}

/// One month.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MoneyMonth {
    /// Month, 1 to 12; others are not drawn.
    pub month: u8,
    /// Awarded from the year's beginning.
    pub awarded: Figure,
    /// Paid from the year's beginning.
    pub paid: Figure,
}

const LEFT: Px = px(84);
const RIGHT: Px = px(120);
const HEIGHT: Px = px(280);
/// The dashes of what an even year would have spent.
const EVEN: &str = "2 4";
/// The dashes of what was awarded.
const AWARDED: &str = "9 4";

impl MoneyCourse {
    fn even(&self, month: u8) -> Option<Decimal> {
        let part = self.budget.value()?.checked_mul(month.into())?;
        part.checked_div(Decimal::from(12))
    }
}

impl Chart for MoneyCourse {
    fn svg(&self, lang: Lang) -> String {
        let dated = self.months.iter().any(|m| m.awarded.value().is_some());
        let mut legend = vec![
            (Key::Line(ink::GOOD, 300, ""), say(lang, "已拨付（实线）", "paid (full line)").to_owned()),
            (Key::Line(ink::BAD, 220, AWARDED), say(lang, "已核定（长划线）", "awarded (dashed)").to_owned()),
            (
                Key::Line(ink::FAINT, 200, EVEN),
                say(lang, "时间进度（点线）", "even with time (dotted)").to_owned(),
            ),
            (
                Key::Line(ink::TEXT, 100, ""),
                say(lang, "全年预算（横线）", "budget of the year (level line)").to_owned(),
            ),
        ];
        // An award need not have a day.
        legend.retain(|(key, _)| dated || !matches!(key, Key::Line(_, _, AWARDED)));
        let (mut svg, top) = frame::begin(&self.heading, &legend, lang);
        let (left, right) = (MARGIN + LEFT, WIDTH - MARGIN - RIGHT);
        let (top, bottom) = (top + px(16), top + px(16) + HEIGHT);
        let values = self.months.iter().flat_map(|m| [m.awarded.value(), m.paid.value()]).flatten();
        let scale = Scale::over(values.chain(self.budget.value()), 0, HEIGHT);
        let height = |value: Decimal| bottom - scale.at(value);
        let across = |month: u8| left + (right - left) * i32::from(month) / 12;
        for tick in &scale.ticks {
            let y = height(*tick);
            svg.line((left, y), (right, y), ink::GRID, 100, "");
            let text = grouped(*tick, tick.normalize().scale());
            svg.text((left - px(8), y + px(4)), Anchor::End, Style::SMALL, &text);
        }
        for month in 1..=12u8 {
            let x = across(month);
            svg.line((x, bottom), (x, bottom + px(4)), ink::AXIS, 100, "");
            let text = match lang {
                Lang::Zh => format!("{month}月"),
                Lang::En => month.to_string(),
            };
            svg.text((x, bottom + px(18)), Anchor::Middle, Style::SMALL, &text);
        }
        svg.line((left, bottom), (right, bottom), ink::AXIS, 150, "");
        if let Some(month) = self.looked_at.filter(|m| (1..=12).contains(m)) {
            let x = across(month);
            svg.line((x, top), (x, bottom), ink::AXIS, 100, "1 2");
            let words = say(lang, "监控时点", "looked at");
            svg.text((x, top - px(4)), Anchor::Middle, Style::SMALL, words);
        }
        // What stands at the right of each line, kept apart from top to bottom.
        let mut ends: Vec<(Px, &'static str, String)> = Vec::new();
        if let Some(budget) = self.budget.value() {
            let y = height(budget);
            svg.line((left, y), (right, y), ink::TEXT, 100, "");
            svg.line((left, height(Decimal::ZERO)), (right, y), ink::FAINT, 200, EVEN);
            let text = format!("{} {}", say(lang, "预算", "budget"), self.budget.text.get(lang));
            ends.push((y, ink::TEXT, text));
        }
        type Pick = fn(&MoneyMonth) -> &Figure;
        let lines: [(Pick, &'static str, Px, &str, &str); 2] = [
            (|m| &m.awarded, ink::BAD, 220, AWARDED, say(lang, "核定", "awarded")),
            (|m| &m.paid, ink::GOOD, 300, "", say(lang, "拨付", "paid")),
        ];
        for (pick, colour, thick, dash, word) in lines {
            let known: Vec<(u8, Decimal, &Figure)> = self
                .months
                .iter()
                .filter(|m| (1..=12).contains(&m.month))
                .filter_map(|m| pick(m).value().map(|v| (m.month, v, pick(m))))
                .collect();
            // Nothing had been spent when the year began.
            let mut points = vec![(left, height(Decimal::ZERO))];
            points.extend(known.iter().map(|(month, value, _)| (across(*month), height(*value))));
            let Some((_, value, figure)) = known.last() else { continue };
            svg.course(&points, colour, thick, dash);
            if dash.is_empty() {
                for point in &points[1..] {
                    svg.circle(*point, px(3), colour, colour);
                }
            }
            ends.push((height(*value), colour, format!("{word} {}", figure.text.get(lang))));
        }
        ends.sort_by_key(|(y, ..)| *y);
        let mut last = top - px(20);
        for (y, colour, text) in ends {
            let y = (y + px(4)).max(last + px(16));
            let text = Style::SMALL.cut(&text, RIGHT - px(6));
            svg.text((right + px(8), y), Anchor::Start, Style::SMALL.ink(colour), &text);
            last = y;
        }
        let description =
            self.months.iter().rfind(|m| m.paid.value().is_some()).map_or_else(String::new, |m| {
                let (paid, budget) = (m.paid.with_unit(), self.budget.with_unit());
                match lang {
                    Lang::Zh => format!("截至{}月已拨付{}，全年预算{}。", m.month, paid.zh, budget.zh),
                    Lang::En => {
                        format!("Paid by month {}: {}; budget of the year: {}.", m.month, paid.en, budget.en)
                    }
                }
            });
        frame::end(svg, bottom + px(22), &self.heading, &description, lang)
    }

    fn table(&self, lang: Lang) -> Table {
        let columns = match lang {
            Lang::Zh => ["月份", "已核定", "已拨付", "时间进度"],
            Lang::En => ["month", "awarded", "paid", "even with time"],
        };
        let rows = self.months.iter().map(|m| {
            let even = self.even(m.month).map_or_else(String::new, |v| grouped(v, 2));
            vec![
                m.month.to_string(),
                m.awarded.text.get(lang).to_owned(),
                m.paid.text.get(lang).to_owned(),
                even,
            ]
        });
        Table { columns: columns.map(str::to_owned).to_vec(), rows: rows.collect() }
    }
}
