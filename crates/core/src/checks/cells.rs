//! Target cells together with where they stand, and findings that several cells of an indicator share.

use super::{Certainty, Cx, Facts, Rule, Source, Text, say};
use crate::{
    finding::{Both, Edit, Finding},
    indicator::Direction,
    place::Place,
    table::{ColumnRole, Indicator, RegionRow, TargetCell},
    target::{Comparator, NumberTarget, Remark},
};

/// Slips that published tables of many provinces show again and again.
pub(super) const COMMON_SLIP: Source = Source {
    text: Text {
        zh: "各省公开的绩效目标表、自评表中常见的填报问题",
        en: "a slip that is frequent in the published target and self-evaluation tables of many provinces",
    },
    certainty: Certainty::Practice,
};

/// The demand that goals be put in figures.
pub(super) const PUT_IN_FIGURES: Source = Source {
    text: Text {
        zh: "绩效目标应当“细化量化”（《中央对地方专项转移支付绩效目标管理暂行办法》财预〔2015〕163号）",
        en: "goals are to be detailed and quantified (rules on goals of special transfers, 财预〔2015〕163号)",
    },
    certainty: Certainty::Background,
};

/// A target cell and the region row it stands in; no row for the indicator's own cells.
#[derive(Clone, Copy)]
pub(super) struct At<'a> {
    pub row: Option<&'a RegionRow>,
    pub cell: &'a TargetCell,
}

impl<'a> At<'a> {
    pub(super) fn number(&self) -> Option<&'a NumberTarget> {
        self.cell.target().number()
    }

    pub(super) fn comparator(&self) -> Option<Comparator> {
        self.number().map(|n| n.comparator)
    }

    pub(super) fn place(&self) -> Place {
        self.cell.written.place
    }

    pub(super) fn text(&self) -> &'a str {
        &self.cell.written.text
    }

    /// The text for a sentence: white space aside, but a lost comparator is not run into its figure (2 90).
    pub(super) fn said(&self) -> String {
        let key = say::written(self.cell);
        let lost = self.remarks().iter().find_map(|r| match r {
            Remark::MisreadComparator(sign) => Some((sign, key.strip_prefix(sign.as_str())?)),
            _ => None,
        });
        lost.map(|(sign, figure)| format!("{sign} {figure}")).unwrap_or(key)
    }

    pub(super) fn remarks(&self) -> &'a [Remark] {
        &self.cell.reading.remarks
    }

    /// The same cell with other text.
    pub(super) fn edit(&self, after: impl Into<String>) -> Edit {
        Edit { place: self.place(), before: self.text().to_owned(), after: after.into() }
    }

    /// Whether the row has its comparator in a column of its own.
    pub(super) fn has_comparator_column(&self, indicator: &Indicator) -> bool {
        let marks = self.row.map_or(&indicator.marks, |r| &r.marks);
        marks.get(ColumnRole::Comparator).is_some_and(|w| !w.key().is_empty())
    }
}

/// The cells of an indicator: its own, then those of its regions.
pub(super) fn cells(indicator: &Indicator) -> impl Iterator<Item = At<'_>> {
    let own = indicator.whole.iter().map(|cell| At { row: None, cell });
    let regions = indicator.regions.iter();
    own.chain(regions.flat_map(|row| row.cells.iter().map(move |cell| At { row: Some(row), cell })))
}

/// Cells of one indicator that share a defect; never empty.
pub(super) struct Picked<'a> {
    pub indicator: &'a Indicator,
    pub facts: Facts<'a>,
    pub cells: Vec<At<'a>>,
    several_periods: bool,
}

/// For each indicator, its cells that are wanted; indicators without any are left out.
pub(super) fn pick<'a>(
    cx: &Cx<'a>,
    wanted: impl Fn(&'a Indicator, &Facts<'a>, &At<'a>) -> bool,
) -> Vec<Picked<'a>> {
    let some = cx.indicators().map(|(i, f)| (i, f, cells(i).filter(|at| wanted(i, f, at)).collect()));
    some.filter_map(|(indicator, facts, cells)| picked(cx, indicator, facts, cells)).collect()
}

/// Cells of an indicator that share a defect; `None` when there are none.
pub(super) fn picked<'a>(
    cx: &Cx<'a>,
    indicator: &'a Indicator,
    facts: &Facts<'a>,
    cells: Vec<At<'a>>,
) -> Option<Picked<'a>> {
    let several_periods = cx.table.periods().len() > 1;
    (!cells.is_empty()).then(|| Picked { indicator, facts: facts.clone(), cells, several_periods })
}

impl<'a> Picked<'a> {
    pub(super) fn title(&self) -> &'a str {
        &self.indicator.title
    }

    pub(super) fn first(&self) -> At<'a> {
        self.cells[0]
    }

    /// Where a cell stands, as far as the table leaves a choice: `广州市当年度`.
    pub(super) fn whose(&self, at: &At<'_>) -> Both {
        let region = match at.row {
            Some(row) => Both::same(row.name.key()),
            None if self.indicator.regions.is_empty() => Both::default(),
            None => Both::new("全省", "province"),
        };
        if !self.several_periods {
            return region;
        }
        let (zh, en) = (at.cell.period.zh(), at.cell.period.en());
        let gap = if region.en.is_empty() { "" } else { " " };
        Both::new(format!("{}{zh}", region.zh), format!("{}{gap}{en}", region.en))
    }

    /// The cells with what they say: `全省当年度“2 90”、广州市当年度“90”等另3处`.
    pub(super) fn spots(&self) -> Both {
        let all: Vec<Both> = self.cells.iter().map(|at| self.spot(at)).collect();
        let zh: Vec<&str> = all.iter().map(|b| b.zh.as_str()).collect();
        let en: Vec<&str> = all.iter().map(|b| b.en.as_str()).collect();
        Both {
            zh: crate::text::listing(&zh, 3, "、", |rest| format!("等另{rest}处")),
            en: crate::text::listing(&en, 3, ", ", |rest| format!(" and {rest} more")),
        }
    }

    fn spot(&self, at: &At<'_>) -> Both {
        let (whose, text) = (self.whose(at), at.said());
        let gap = if whose.en.is_empty() { "" } else { " " };
        Both::new(format!("{}“{text}”", whose.zh), format!("{}{gap}\"{text}\"", whose.en))
    }

    /// A finding at the first cell, with the others as labels.
    pub(super) fn finding(&self, rule: &Rule, message: Both) -> Finding {
        let first = self.first();
        let row_of = |at: &At<'_>| at.row.map(|r| r.name.key());
        let one_row = self.cells.iter().all(|at| row_of(at) == row_of(&first));
        let one_period = self.cells.iter().all(|at| at.cell.period == first.cell.period);
        let region = row_of(&first).filter(|_| one_row);
        Finding::new(rule, first.place(), message)
            .about(self.title(), region.as_deref(), one_period.then_some(first.cell.period))
            .here(Both::same(first.said()))
            .labels(self.cells[1..].iter().map(|at| (at.place(), self.spot(at))))
    }

    /// One edit for each cell for which a text can be given.
    pub(super) fn edits(&self, after: impl Fn(&At<'a>) -> Option<String>) -> Vec<Edit> {
        self.cells.iter().filter_map(|at| after(at).map(|text| at.edit(text))).collect()
    }
}

/// The comparator that most of an indicator's cells have; `None` when no cell has one.
pub(super) fn usual_comparator(indicator: &Indicator) -> Option<Comparator> {
    use Comparator::{Above, AtLeast, AtMost, Below, Equal};
    let has = |c| cells(indicator).filter(|at| at.comparator() == Some(c)).count();
    // The last of the most frequent ones is taken, so the usual signs of forms stand last.
    [Equal, Above, Below, AtMost, AtLeast].into_iter().filter(|c| has(*c) > 0).max_by_key(|c| has(*c))
}

/// The comparator that an indicator's cells should have: that of most of them, else the one its direction asks for.
pub(super) fn expected_comparator(indicator: &Indicator, facts: &Facts<'_>) -> Comparator {
    usual_comparator(indicator).unwrap_or(match facts.direction {
        Direction::Forward => Comparator::AtLeast,
        Direction::Reverse => Comparator::AtMost,
    })
}
