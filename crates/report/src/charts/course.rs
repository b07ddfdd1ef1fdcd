//! An indicator through the year: what it had come to by each month, its target, and what is expected of the year's end with the interval.

use jixiao_core::finding::{Both, Lang};
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

/// An indicator up to the end of each month.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IndicatorCourse {
    /// Title, unit, source.
    pub heading: Heading,
    /// The year's target as written.
    pub target: Both,
    /// The figure in it; none where it is no figure.
    pub target_value: Option<Decimal>,
    /// Months in order; those of which nothing is known are left out.
    pub months: Vec<CourseMonth>,
}

/// One month.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CourseMonth {
    /// Month, 1 to 12; others are not drawn.
    pub month: u8,
    /// What it had come to by its end.
    pub value: Figure,
    /// What was expected of the whole year then.
    pub projected: Figure,
    /// The lower end of that.
    pub low: Figure,
    /// The upper end.
    pub high: Figure,
}

const LEFT: Px = px(84);
const RIGHT: Px = px(120);
const HEIGHT: Px = px(240);
/// The dashes of what is expected.
const EXPECTED: &str = "9 4";

impl IndicatorCourse {
    fn drawn(&self) -> impl DoubleEndedIterator<Item = &CourseMonth> {
        self.months.iter().filter(|at| (1..=12).contains(&at.month))
    }

    /// Whether any month has a number: without one there is nothing to draw.
    pub fn has_figures(&self) -> bool {
        self.drawn().any(|at| at.value.value().is_some())
    }

    /// The last month with a number, where the year is not over then: that is where the expectation begins.
    fn last(&self) -> Option<(&CourseMonth, Decimal)> {
        self.drawn().rev().find_map(|at| at.value.value().map(|value| (at, value)))
    }
}

impl Chart for IndicatorCourse {
    fn svg(&self, lang: Lang) -> String {
        let last = self.last();
        let expected = last.filter(|(at, _)| at.month < 12 && at.projected.value().is_some());
        let interval = expected.and_then(|(at, _)| at.low.value().zip(at.high.value()));
        let mut legend =
            vec![(Key::Line(ink::GOOD, 300, ""), say(lang, "实际（实线）", "actual (full line)").to_owned())];
        if self.target_value.is_some() {
            let words = say(lang, "全年指标值（横线）", "target of the year (level line)");
            legend.push((Key::Line(ink::TEXT, 100, ""), words.to_owned()));
        }
        if expected.is_some() {
            let words = say(lang, "全年预计（长划线）", "expected of the year (dashed)");
            legend.push((Key::Line(ink::BAD, 220, EXPECTED), words.to_owned()));
        }
        if interval.is_some() {
            legend.push((Key::Whisker, say(lang, "预计区间", "its interval").to_owned()));
        }
        let (mut svg, top) = frame::begin(&self.heading, &legend, lang);
        let (left, right) = (MARGIN + LEFT, WIDTH - MARGIN - RIGHT);
        let (top, bottom) = (top + px(16), top + px(16) + HEIGHT);
        let ends = interval.map(|(low, high)| [low, high]).into_iter().flatten();
        let values = self.drawn().filter_map(|at| at.value.value()).chain(ends).chain(self.target_value);
        let ahead = expected.and_then(|(at, _)| at.projected.value());
        let scale = Scale::over(values.chain(ahead), 0, HEIGHT);
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
        // What stands at the right of each line, kept apart from top to bottom.
        let mut said: Vec<(Px, &'static str, String)> = Vec::new();
        if let Some(target) = self.target_value {
            let y = height(target);
            svg.line((left, y), (right, y), ink::TEXT, 100, "");
            said.push((y, ink::TEXT, format!("{} {}", say(lang, "指标值", "target"), self.target.get(lang))));
        }
        let points: Vec<(Px, Px)> = self
            .drawn()
            .filter_map(|at| at.value.value().map(|value| (across(at.month), height(value))))
            .collect();
        if let (Some((at, value)), Some(ahead)) = (expected, ahead) {
            let (x, y) = (across(12), height(ahead));
            svg.course(&[(across(at.month), height(value)), (x, y)], ink::BAD, 220, EXPECTED);
            if let Some((low, high)) = interval {
                svg.line((x, height(low)), (x, height(high)), ink::TEXT, 150, "");
                for end in [low, high] {
                    svg.line((x - px(5), height(end)), (x + px(5), height(end)), ink::TEXT, 150, "");
                }
            }
            svg.circle((x, y), px(4), ink::TEXT, ink::TEXT);
            let word = say(lang, "预计", "expected");
            said.push((y, ink::BAD, format!("{word} {}", at.projected.text.get(lang))));
        }
        svg.course(&points, ink::GOOD, 300, "");
        for point in &points {
            svg.circle(*point, px(3), ink::GOOD, ink::GOOD);
        }
        if let Some((at, value)) = last {
            let text = format!("{} {}", say(lang, "实际", "actual"), at.value.text.get(lang));
            said.push((height(value), ink::GOOD, text));
        }
        said.sort_by_key(|(y, ..)| *y);
        let mut above = top - px(20);
        for (y, colour, text) in said {
            let y = (y + px(4)).max(above + px(16));
            let text = Style::SMALL.cut(&text, RIGHT - px(6));
            svg.text((right + px(8), y), Anchor::Start, Style::SMALL.ink(colour), &text);
            above = y;
        }
        let description = last.map_or_else(String::new, |(at, _)| {
            let (value, month) = (at.value.with_unit(), at.month);
            match lang {
                Lang::Zh => format!("截至{month}月为{}，全年指标值{}。", value.zh, self.target.zh),
                Lang::En => {
                    format!("By month {month}: {}; target of the year: {}.", value.en, self.target.en)
                }
            }
        });
        frame::end(svg, bottom + px(22), &self.heading, &description, lang)
    }

    fn table(&self, lang: Lang) -> Table {
        let columns = match lang {
            Lang::Zh => ["月份", "实际", "全年预计", "预计下限", "预计上限"],
            Lang::En => ["month", "actual", "expected of the year", "lower end", "upper end"],
        };
        let rows = self.months.iter().map(|at| {
            let mut row = vec![at.month.to_string()];
            let figures = [&at.value, &at.projected, &at.low, &at.high];
            row.extend(figures.map(|figure| figure.text.get(lang).to_owned()));
            row
        });
        Table { columns: columns.map(str::to_owned).to_vec(), rows: rows.collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole(value: i64) -> Figure {
        Figure::whole(Decimal::from(value), Both::new("家", "firms"))
    }

    fn course(months: &[(u8, i64)]) -> IndicatorCourse {
        let months = months.iter().map(|(month, value)| CourseMonth {
            month: *month,
            value: whole(*value),
            projected: whole(12),
            low: whole(10),
            high: whole(14),
        });
        IndicatorCourse {
            heading: Heading::default(),
            target: Both::same("≥ 11"),
            target_value: Some(Decimal::from(11)),
            months: months.collect(),
        }
    }

    #[test]
    fn what_is_expected_is_drawn_until_the_year_is_over() {
        let july = course(&[(3, 2), (7, 6)]).svg(Lang::Zh);
        for said in ["实际 6", "预计 12", "指标值 ≥ 11", "预计区间", "截至7月为6"] {
            assert!(july.contains(said), "{said}: {july}");
        }
        let december = course(&[(7, 6), (12, 13)]).svg(Lang::En);
        assert!(december.contains("actual 13") && !december.contains("expected"), "{december}");
        assert_eq!(july, course(&[(3, 2), (7, 6)]).svg(Lang::Zh));
    }

    #[test]
    fn without_a_number_there_is_nothing_to_draw_but_the_table_stands() {
        let mut none = course(&[(1, 0)]);
        assert!(none.has_figures());
        none.months[0].value = Figure::missing();
        none.target_value = None;
        assert!(!none.has_figures());
        assert!(none.svg(Lang::En).contains("</svg>"));
        assert_eq!(none.table(Lang::Zh).rows.len(), 1);
        // A month that there is not is not drawn.
        none.months[0] = CourseMonth { month: 13, value: whole(1), ..CourseMonth::default() };
        assert!(!none.has_figures());
    }
}
