use super::{Certainty, Cx, Example, Facts, Rule, Source, Text, say};
use crate::{
    both,
    finding::{Both, Edit, Finding, Safety, Severity},
    period::Period,
    proof::RollUp,
    table::{Indicator, RegionRow, TargetCell},
    target::{Remark, Target},
};

pub(super) const RULE: Rule = Rule {
    code: "S007",
    name: "target-missing-in-a-period",
    severity: Severity::Error,
    title: Text { zh: "指标值漏填", en: "a target is missing where its neighbours have one" },
    what: Text {
        zh: "同一指标的一个期间填了指标值，另一个期间空着；或者某个地区空着，而全省和其他地区都填了。",
        en: "An indicator has a target for one period and none for another; or one region is empty while the province and other regions are filled.",
    },
    why: Text {
        zh: "空着的期间或地区没有任务，年底无从考核；零、“/”和空白是三回事，空白只能看作漏填。",
        en: "An empty period or region has no task and cannot be evaluated; zero, \"/\" and blank are three things, and blank can only mean forgotten.",
    },
    repair: Text {
        zh: "补填指标值；确实不设的填“/”。",
        en: "Fill in the target; where none is meant write \"/\".",
    },
    failing: Example::table(
        "绩效目标表\n\
         一级指标 | 二级指标 | 三级指标 | 实施周期指标值 | 当年度指标值\n\
         产出指标 | 数量指标 | 支持企业数量（家次） | ≥ 810 | ≥ 270\n\
         效益指标 | 服务对象满意度指标 | 获支持对象满意度（%） | ≥ 90 | \n\
         | | 甲市 | ≥ 90 | ≥ 90\n\
         | | 乙市 | ≥ 90 | ≥ 90",
    ),
    passing: Example::table(
        "绩效目标表\n\
         一级指标 | 二级指标 | 三级指标 | 实施周期指标值 | 当年度指标值\n\
         产出指标 | 数量指标 | 支持企业数量（家次） | ≥ 810 | ≥ 270\n\
         效益指标 | 服务对象满意度指标 | 获支持对象满意度（%） | ≥ 90 | ≥ 90\n\
         | | 甲市 | ≥ 90 | ≥ 90\n\
         | | 乙市 | ≥ 90 | ≥ 90",
    ),
    source: Source {
        text: Text {
            zh: "由逻辑得出：同一张表的同一栏，别处都填而此处空白，即为漏填",
            en: "logic: a cell left blank in a column that is filled elsewhere was forgotten",
        },
        certainty: Certainty::Logic,
    },
    run,
};

/// A row of an indicator with its empty cells; `region` is `None` for the indicator's own row.
struct Gap<'a> {
    region: Option<&'a RegionRow>,
    cells: Vec<&'a TargetCell>,
}

fn run(cx: &Cx<'_>, findings: &mut Vec<Finding>) {
    let used: Vec<Period> = cx.table.periods().into_iter().filter(|p| is_used(cx, *p)).collect();
    for (indicator, facts) in cx.indicators() {
        let gaps = gaps(cx, indicator, &used);
        if !gaps.is_empty() {
            findings.push(finding(indicator, facts, &gaps));
        }
    }
}

/// Whether any row of the table has a target for the period: a column that is empty throughout is left out on purpose.
fn is_used(cx: &Cx<'_>, period: Period) -> bool {
    let mut cells = cx.table.indicators.iter().flat_map(super::context::all_cells);
    cells.any(|c| c.period == period && c.target().is_set())
}

/// Whether two periods' values stand in one cell: the empty one is then S013's.
fn is_fused(cells: &[TargetCell]) -> bool {
    cells.iter().flat_map(|c| &c.reading.remarks).any(|r| matches!(r, Remark::Fused(..)))
}

fn is_missing(cell: &TargetCell) -> bool {
    *cell.target() == Target::Missing
}

fn gaps<'a>(cx: &Cx<'a>, indicator: &'a Indicator, used: &[Period]) -> Vec<Gap<'a>> {
    let mut gaps = Vec::new();
    // A target written into the name stands for the row's own cells.
    if indicator.bracket_target.is_none() && wants_own(cx, indicator) {
        gaps.push(Gap { region: None, cells: empty(&indicator.whole, used) });
    }
    for row in &indicator.regions {
        let elsewhere = |p: Period| {
            let others = indicator.regions.iter().filter(|r| !std::ptr::eq(*r, row)).flat_map(|r| &r.cells);
            others.chain(&indicator.whole).any(|c| c.period == p && c.target().is_set())
        };
        let has_one = row.cells.iter().any(|c| c.target().is_set());
        let mut cells = empty(&row.cells, used);
        cells.retain(|c| has_one || elsewhere(c.period));
        gaps.push(Gap { region: Some(row), cells });
    }
    gaps.retain(|g| !g.cells.is_empty());
    gaps
}

fn empty<'a>(cells: &'a [TargetCell], used: &[Period]) -> Vec<&'a TargetCell> {
    if is_fused(cells) {
        return Vec::new();
    }
    cells.iter().filter(|c| is_missing(c) && used.contains(&c.period)).collect()
}

/// Whether the indicator's own row should be filled: it is so in part, or it alone is empty among indicators that are split
/// by region. An indicator with no target at all is S002's.
fn wants_own(cx: &Cx<'_>, indicator: &Indicator) -> bool {
    let filled = |i: &Indicator| i.whole.iter().any(|c| c.target().is_set());
    if filled(indicator) || indicator.whole.iter().any(|c| !is_missing(c)) {
        return filled(indicator);
    }
    let regions_set = indicator.regions.iter().flat_map(|r| &r.cells).any(|c| c.target().is_set());
    regions_set && cx.table.indicators.iter().any(|other| !other.regions.is_empty() && filled(other))
}

fn finding(indicator: &Indicator, facts: &Facts<'_>, gaps: &[Gap<'_>]) -> Finding {
    let title = &indicator.title;
    let cells: Vec<&TargetCell> = gaps.iter().flat_map(|g| g.cells.iter().copied()).collect();
    let here = |c: &TargetCell| {
        both!("缺{zh}指标值", "no target for the {en}", zh = c.period.zh(), en = c.period.en())
    };
    let one_period = cells.iter().all(|c| c.period == cells[0].period).then_some(cells[0].period);
    let one_region = if let [gap] = gaps { gap.region.map(|r| r.name.key()) } else { None };
    let found = Finding::new(&RULE, cells[0].written.place, message(indicator, gaps))
        .about(title, one_region.as_deref(), one_period)
        .here(here(cells[0]))
        .labels(cells[1..].iter().map(|c| (c.written.place, here(c))))
        .because(Both::new(
            "同一指标或同一栏的其他格都填了指标值，空白等于没有任务，年底无从考核",
            "other cells of the row or column are filled; a blank sets no task and cannot be evaluated",
        ))
        .next(Both::new(
            "补填指标值；确实不设的填“/”",
            "fill in the target, or write \"/\" where none is meant",
        ));
    let edits: Vec<(Edit, Both)> = cells.iter().filter_map(|c| proposal(indicator, facts, gaps, c)).collect();
    match edits.first() {
        Some((_, why)) => {
            let why = why.clone();
            found.fix(Safety::Unsafe, why, edits.into_iter().map(|(edit, _)| edit).collect())
        }
        None => found,
    }
}

/// When one cell of the indicator's own row is all that is missing: that cell, and a cell of the row that is filled.
fn set_beside<'a>(indicator: &'a Indicator, gaps: &[Gap<'a>]) -> Option<(&'a TargetCell, &'a TargetCell)> {
    let [Gap { region: None, cells }] = gaps else { return None };
    let [cell] = cells.as_slice() else { return None };
    Some((cell, indicator.whole.iter().find(|c| c.target().is_set())?))
}

fn message(indicator: &Indicator, gaps: &[Gap<'_>]) -> Both {
    let title = &indicator.title;
    if let Some((cell, set)) = set_beside(indicator, gaps) {
        let whose = if indicator.regions.is_empty() {
            Both::default()
        } else {
            Both::new("全省", "the province's ")
        };
        return both!(
            "“{title}”缺{whose_zh}{period_zh}指标值，而{set_zh}填了{said}",
            "{title}: {whose_en}target for the {period_en} is missing, while the {set_en} has {said}",
            title = title,
            whose_zh = whose.zh,
            whose_en = whose.en,
            period_zh = cell.period.zh(),
            period_en = cell.period.en(),
            set_zh = set.period.zh(),
            set_en = set.period.en(),
            said = say::written(set)
        );
    }
    let zh: Vec<String> = gaps.iter().map(|g| in_words(g).zh).collect();
    let en: Vec<String> = gaps.iter().map(|g| in_words(g).en).collect();
    both!(
        "“{title}”有{n}处指标值漏填：{zh}",
        "{title} lacks {places}: {en}",
        title = title,
        n = gaps.iter().map(|g| g.cells.len()).sum::<usize>(),
        places = say::count(gaps.iter().map(|g| g.cells.len()).sum(), "target", "targets"),
        zh = say::names(&zh, 6).zh,
        en = say::names(&en, 6).en
    )
}

/// `甲市（实施周期、当年度）`.
fn in_words(gap: &Gap<'_>) -> Both {
    let zh: Vec<String> = gap.cells.iter().map(|c| c.period.zh()).collect();
    let en: Vec<String> = gap.cells.iter().map(|c| c.period.en()).collect();
    let name = gap.region.map_or(Both::new("全省", "province"), |r| Both::same(r.name.key()));
    Both {
        zh: format!("{}（{}）", name.zh, zh.join("、")), en: format!("{} ({})", name.en, en.join(", "))
    }
}

/// What may be filled in: nothing where parts are added, because then every figure is a task of its own.
fn proposal(
    indicator: &Indicator,
    facts: &Facts<'_>,
    gaps: &[Gap<'_>],
    cell: &TargetCell,
) -> Option<(Edit, Both)> {
    let is_own = indicator.whole.iter().any(|c| std::ptr::eq(c, cell));
    let after = if is_own {
        matches!(facts.roll_up.years, RollUp::WeightedMean | RollUp::EveryOne)
            .then(|| own_proposal(indicator, cell.period))??
    } else {
        let gap = gaps.iter().any(|g| g.region.is_some());
        (gap && facts.roll_up.regions != RollUp::Sum).then(|| shared(indicator, cell.period, 2))??
    };
    let why = both!(
        "补填{after}：各地区在该期间的指标值都是如此",
        "fills in {after}: it is what the regions have for that period",
        after = crate::text::key(&after)
    );
    let edit = Edit { place: cell.written.place, before: cell.written.text.clone(), after };
    Some((edit, why))
}

/// The text that all filled cells of the regions share in a period, when there are at least `least`.
fn shared(indicator: &Indicator, period: Period, least: usize) -> Option<String> {
    let filled: Vec<&TargetCell> = indicator
        .regions
        .iter()
        .flat_map(|r| &r.cells)
        .filter(|c| c.period == period && c.target().is_set())
        .collect();
    let first = filled.first().filter(|_| filled.len() >= least)?;
    filled.iter().all(|c| say::written(c) == say::written(first)).then(|| first.written.text.clone())
}

/// The regions' common text of the period, when it is also their common text of the period that the own row has filled and
/// names the same figure as the own row does there.
fn own_proposal(indicator: &Indicator, period: Period) -> Option<String> {
    let set = indicator.whole.iter().find(|c| c.target().is_set())?;
    let (there, here) = (shared(indicator, set.period, 1)?, shared(indicator, period, 1)?);
    let same = crate::text::key(&there) == crate::text::key(&here);
    let regional = crate::target::Reading::parse(&here).target;
    let same_figure = match (regional.number(), set.target().number()) {
        (Some(a), Some(b)) => a.figure() == b.figure(),
        (None, None) => regional == *set.target(),
        _ => false,
    };
    (same && same_figure).then_some(here)
}
