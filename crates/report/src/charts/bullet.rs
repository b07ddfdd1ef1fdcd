//! Actual against target, a row each: the bar is what was reached, the upright stroke is the target.

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

/// What the length of a bar means.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BulletScale {
    /// Each row in percent of its own target: rows of very different sizes can be compared. Ends at 150 %; longer bars end in an arrow.
    #[default]
    OwnTarget,
    /// All rows on one axis in the indicator's unit.
    Common,
}

/// Actual against target by region.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bullet {
    /// Title, unit, source.
    pub heading: Heading,
    /// What bars mean.
    pub scale: BulletScale,
    /// Rows from top to bottom.
    pub rows: Vec<BulletRow>,
}

/// One row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BulletRow {
    /// The region.
    pub name: Both,
    /// Target as written: `≥ 104`.
    pub target: Both,
    /// The figure in the target; none where it has none.
    pub target_value: Option<Decimal>,
    /// What it came to.
    pub actual: Figure,
    /// How it came out.
    pub status: Status,
}

const LABEL: Px = px(110);
const RIGHT: Px = px(250);
const ROW: Px = px(26);

impl BulletRow {
    /// Actual and target on the chart's axis.
    fn values(&self, scale: BulletScale) -> (Option<Decimal>, Option<Decimal>) {
        let (actual, target) = (self.actual.value(), self.target_value);
        match (scale, target) {
            (BulletScale::Common, _) => (actual, target),
            (BulletScale::OwnTarget, Some(target)) if target > Decimal::ZERO => {
                let share = actual
                    .and_then(|a| a.checked_mul(Decimal::ONE_HUNDRED))
                    .and_then(|a| a.checked_div(target));
                (share, Some(Decimal::ONE_HUNDRED))
            }
            (BulletScale::OwnTarget, _) => (None, None),
        }
    }
}

impl Chart for Bullet {
    fn svg(&self, lang: Lang) -> String {
        let mut legend = vec![
            (Key::Area(Fill::Solid(ink::GOOD)), say(lang, "实际：达成", "actual, reached").to_owned()),
            (Key::Area(Fill::Hatched), say(lang, "实际：未达成", "actual, missed").to_owned()),
            (Key::Stroke, say(lang, "目标", "target").to_owned()),
        ];
        legend.extend(frame::came(self.rows.iter().map(|r| &r.status), lang));
        let (mut svg, top) = frame::begin(&self.heading, &legend, lang);
        let (left, right) = (MARGIN + LABEL, WIDTH - MARGIN - RIGHT);
        let scale = match self.scale {
            BulletScale::OwnTarget => {
                let ticks = [0, 50, 100, 150].map(Decimal::from);
                Scale::between(ticks[0], ticks[3], ticks.to_vec(), left, right - left)
            }
            BulletScale::Common => {
                let values = self.rows.iter().flat_map(|r| {
                    let (actual, target) = r.values(self.scale);
                    actual.into_iter().chain(target)
                });
                Scale::over(values, left, right - left)
            }
        };
        let count = i32::try_from(self.rows.len()).unwrap_or(i32::MAX).min(10_000);
        let body = top + px(24);
        let bottom = body + count * ROW;
        for tick in &scale.ticks {
            let x = scale.at(*tick);
            svg.line((x, body - px(4)), (x, bottom), ink::GRID, 100, "");
            let unit = if self.scale == BulletScale::OwnTarget { "%" } else { "" };
            svg.text((x, body - px(8)), Anchor::Middle, Style::SMALL, &format!("{tick}{unit}"));
        }
        let zero = scale.at(Decimal::ZERO);
        for (row, y) in self.rows.iter().zip((body..).step_by(ROW as usize)) {
            let middle = y + ROW / 2;
            let name = Style::BODY.cut(row.name.get(lang), LABEL - px(8));
            svg.text((left - px(8), middle + px(5)), Anchor::End, Style::BODY, &name);
            let (actual, target) = row.values(self.scale);
            if let Some(actual) = actual {
                let at = scale.at(actual);
                let (from, to) = (at.min(zero), at.max(zero));
                let look = match row.status {
                    Status::Missed => Fill::Hatched,
                    Status::Reached | Status::Exceeded => Fill::Solid(ink::GOOD),
                    _ => Fill::Solid(ink::AXIS),
                };
                svg.rect(from, middle - px(6), to - from, px(12), look);
                if scale.beyond(actual) {
                    // The bar goes on: white gap and arrow.
                    svg.line(
                        (to - px(12), middle - px(8)),
                        (to - px(16), middle + px(8)),
                        ink::PAPER,
                        300,
                        "",
                    );
                    let arrow = [(to, middle - px(9)), (to + px(8), middle), (to, middle + px(9))];
                    svg.shape(&arrow, ink::GOOD, ink::GOOD, 0);
                }
            }
            if let Some(target) = target {
                let at = scale.at(target);
                svg.line((at, middle - px(10)), (at, middle + px(10)), ink::PAPER, 500, "");
                svg.line((at, middle - px(10)), (at, middle + px(10)), ink::TEXT, 300, "");
            }
            frame::mark(&mut svg, row.status, (right + px(26), middle), px(6));
            let text = format!(
                "{}{}{}",
                row.actual.text.get(lang),
                say(lang, "（目标 ", " (target "),
                match (row.target.get(lang), lang) {
                    ("", Lang::Zh) => "无）".to_owned(),
                    ("", Lang::En) => "none)".to_owned(),
                    (target, Lang::Zh) => format!("{target}）"),
                    (target, Lang::En) => format!("{target})"),
                }
            );
            let text = Style::BODY.cut(&text, RIGHT - px(40));
            svg.text((right + px(40), middle + px(5)), Anchor::Start, Style::BODY, &text);
        }
        svg.line((zero, body - px(4)), (zero, bottom), ink::AXIS, 150, "");
        let note = match self.scale {
            BulletScale::OwnTarget => {
                say(lang, "横轴：实际÷本地区目标", "Axis: actual ÷ the region's own target")
            }
            BulletScale::Common => "",
        };
        let mut y = bottom + px(4);
        if !note.is_empty() {
            y += px(14);
            svg.text((left, y), Anchor::Start, Style::SMALL, note);
        }
        let count = |wanted: &[Status]| self.rows.iter().filter(|r| wanted.contains(&r.status)).count();
        let (reached, missed) = (count(&[Status::Reached, Status::Exceeded]), count(&[Status::Missed]));
        let description = match lang {
            Lang::Zh => format!("{}行：达成{reached}，未达成{missed}。", self.rows.len()),
            Lang::En => format!("{} rows: {reached} reached, {missed} missed.", self.rows.len()),
        };
        frame::end(svg, y, &self.heading, &description, lang)
    }

    fn table(&self, lang: Lang) -> Table {
        let columns = match lang {
            Lang::Zh => ["地区", "目标", "实际", "结果"],
            Lang::En => ["region", "target", "actual", "result"],
        };
        let rows = self.rows.iter().map(|row| {
            let actual = row.actual.with_unit();
            [row.name.get(lang), row.target.get(lang), actual.get(lang), row.status.word().get(lang)]
                .map(str::to_owned)
                .to_vec()
        });
        Table { columns: columns.map(str::to_owned).to_vec(), rows: rows.collect() }
    }
}
