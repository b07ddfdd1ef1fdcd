//! Which column each cell of a row belongs to, going by what the cells say.
//!
//! Real tables shift: a page break swallows the merged cells on the left, and a row begins one to three columns
//! early. So a row's cells are aligned to the heading's columns as two sequences are: in order, each cell to one
//! column, columns may stay empty; the alignment with the best score wins. A cell scores by what it says (a region's
//! name suits the name column, `≥ 104` suits a target) and by where it stands (in the heading's column, or shifted by as
//! much as the cell before it).

use std::{collections::HashMap, rc::Rc};

use jixiao_core::{
    indicator::{Category, Kind},
    region::RegionTree,
    table::ColumnRole,
    target::{Reading, State, StateKind, Target, decimal},
    text,
};

use super::labels;

/// A column of the heading in force.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slot {
    /// What it holds.
    pub role: ColumnRole,
    /// Where the heading stands.
    pub column: u32,
}

/// A cell with what it says.
pub struct Cell {
    column: u32,
    said: Rc<Said>,
}

/// Tells what cells say. It remembers: a table says 保持, 不超预算 and the name of each city again and again.
pub struct Listener<'a> {
    regions: Option<&'a RegionTree>,
    heard: HashMap<String, Rc<Said>>,
}

impl<'a> Listener<'a> {
    /// One that has heard nothing yet, and knows these regions.
    pub fn new(regions: Option<&'a RegionTree>) -> Self {
        Self { regions, heard: HashMap::new() }
    }

    /// Whether a name is a region's.
    pub fn is_region(&self, key: &str) -> bool {
        is_region(key, self.regions)
    }

    /// The cell of a text in a column.
    pub fn cell(&mut self, column: u32, text: &str) -> Cell {
        let known = self.heard.get(text).map(Rc::clone);
        let said = known.unwrap_or_else(|| {
            let said = Rc::new(said(text, self.regions));
            self.heard.insert(text.to_owned(), Rc::clone(&said));
            said
        });
        Cell { column, said }
    }
}

/// What a text says, worked out once per text.
struct Said {
    key: String,
    region: bool,
    category: bool,
    kind: bool,
    value: Value,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Value {
    /// A number with comparator or unit, a date, a common state in a few words, a dash.
    Plain,
    /// A bare number.
    Number,
    /// A longer text with a common state word in it.
    Words,
    /// Text with figures that is not understood.
    Odd,
    /// Anything else.
    Text,
}

/// Assigns each cell of a row to a slot: for every cell the index of its slot, or `None` when no order-keeping
/// assignment exists (more cells than columns); the cells that fit worst are then left out.
pub fn align(cells: &[Cell], slots: &[Slot], exact_columns: bool) -> Vec<Option<usize>> {
    let (n, m) = (cells.len(), slots.len());
    // best[i][j]: best score of the first i cells with cell i-1 in slot j; skip[i]: cell i-1 left out.
    const OUT: i32 = -14;
    const NEVER: i32 = i32::MIN / 4;
    let mut best = vec![vec![NEVER; m]; n];
    let mut from: Vec<Vec<Option<(usize, usize)>>> = vec![vec![None; m]; n];
    for i in 0..n {
        for j in 0..m {
            let content = suits(&cells[i].said, slots[j].role);
            let shift = shift_of(&cells[i], slots[j]);
            // This cell is the first one placed; all before it are left out.
            best[i][j] = content + position(shift, None, exact_columns) + OUT * i as i32;
            for before in 0..i {
                for left in 0..j {
                    let previous = shift_of(&cells[before], slots[left]);
                    let gap = OUT * (i - before - 1) as i32;
                    let score =
                        best[before][left] + gap + content + position(shift, Some(previous), exact_columns);
                    if score > best[i][j] {
                        best[i][j] = score;
                        from[i][j] = Some((before, left));
                    }
                }
            }
        }
    }
    let last = (0..n)
        .flat_map(|i| (0..m).map(move |j| (i, j)))
        .max_by_key(|&(i, j)| (best[i][j] + OUT * (n - i - 1) as i32, std::cmp::Reverse(j)));
    let mut assigned = vec![None; n];
    let mut at = last;
    while let Some((i, j)) = at {
        assigned[i] = Some(j);
        at = from[i][j];
    }
    assigned
}

fn shift_of(cell: &Cell, slot: Slot) -> i64 {
    i64::from(cell.column) - i64::from(slot.column)
}

/// How well a cell stands where it stands. In formats with a true column grid the heading's own column counts more.
fn position(shift: i64, previous: Option<i64>, exact_columns: bool) -> i32 {
    let at_home = if exact_columns { 6 } else { 2 };
    let mut score = if shift == 0 { at_home } else { 0 };
    if previous == Some(shift) {
        score += 4;
    }
    score - i32::try_from(shift.abs().min(6)).unwrap_or(6) / 2
}

fn said(text: &str, regions: Option<&RegionTree>) -> Said {
    let key = text::key(text);
    let reading = Reading::parse(text);
    let value = match &reading.target {
        Target::Number(n) if n.unit.is_none() && decimal(&key).is_some() => Value::Number,
        Target::Unread => Value::Odd,
        _ if reading.is_value() => match &reading.target {
            Target::State(s) if names_a_measure(s) => Value::Text,
            Target::State(s) if s.words.chars().count() > 7 => Value::Words,
            _ => Value::Plain,
        },
        Target::Number(_) | Target::Deadline(_) => Value::Odd,
        Target::State(_) | Target::Missing | Target::NotApplicable => Value::Text,
    };
    Said {
        region: is_region(&key, regions),
        category: Category::parse(text).is_some(),
        kind: Kind::parse(text).is_some(),
        value,
        key,
    }
}

/// Whether words that begin like a state are the name of what is measured: 项目完成时间, 验收合格率. Nobody asks for a
/// completion rate by writing 完成率 as its target.
fn names_a_measure(state: &State) -> bool {
    const ENDINGS: [&str; 9] = ["时间", "时限", "情况", "率", "度", "数", "数量", "金额", "规模"];
    state.kind == StateKind::Done && ENDINGS.iter().any(|e| state.words.ends_with(e))
}

/// Whether a name is a region's: known to the fund's list, of a division's shape, or a slip of a known name.
pub fn is_region(key: &str, regions: Option<&RegionTree>) -> bool {
    let known = regions.is_some_and(|tree| tree.find(key).is_some());
    let slip = || {
        let short = (2..=5).contains(&key.chars().count());
        short && regions.is_some_and(|tree| !tree.near(key).is_empty())
    };
    known || jixiao_core::region::looks_like_region(key) || slip()
}

fn suits(said: &Said, role: ColumnRole) -> i32 {
    use ColumnRole::{
        Actual, Category, Chance, ChanceMaybe, ChanceNone, ChanceSure, Comparator, Content, Forecast, Frame,
        Kind, Name, Note, Progress, Reason, ReasonEquipment, ReasonFunding, ReasonOther, ReasonRules,
        ReasonStaff, Region, Score, Serial, Target, Unit, Unknown, Weight,
    };
    let short = said.key.chars().count() <= 10;
    let group = said.category || said.kind;
    match role {
        Frame => choose(labels::column(&said.key) == Some(Frame) || is_fragment(&said.key), 5, -8),
        Serial => choose(said.value == Value::Number && short, 3, -6),
        Category if said.category => 8,
        Kind if said.kind => 8,
        Category | Kind if is_fragment(&said.key) => 4,
        Category | Kind => choose(said.key.ends_with("指标") && short, 4, -5),
        Name if said.region => 5,
        Name if group => -6,
        Name => by_value(said, [-6, -6, 1, 0, 4]),
        Region => choose(said.region, 8, -6),
        Comparator => choose(labels::is_comparator(&said.key), 8, -8),
        Unit => choose(
            jixiao_core::unit::Unit::parse(&said.key).is_some(),
            7,
            if short && said.value == Value::Text { -2 } else { -6 },
        ),
        Target(_) if said.region || group => -8,
        Target(_) => by_value(said, [6, 5, 3, 2, -1]),
        Actual | Progress | Forecast if said.region || group => -6,
        Actual | Progress | Forecast => by_value(said, [5, 5, 3, 2, 0]),
        Weight | Score => by_value(said, [-4, 6, -8, -4, -8]),
        ChanceSure | ChanceMaybe | ChanceNone => choose(labels::is_tick(&said.key), 8, -6),
        Chance => choose(labels::is_chance(&said.key), 8, -3),
        Content | Reason | ReasonFunding | ReasonRules | ReasonStaff | ReasonEquipment | ReasonOther
        | Note => by_value(said, [-2, -3, 1, 1, 2]),
        Unknown => 0,
    }
}

/// The score for a value of each sort: plain, number, words, odd, text.
fn by_value(said: &Said, scores: [i32; 5]) -> i32 {
    scores[match said.value {
        Value::Plain => 0,
        Value::Number => 1,
        Value::Words => 2,
        Value::Odd => 3,
        Value::Text => 4,
    }]
}

fn choose(yes: bool, then: i32, otherwise: i32) -> i32 {
    if yes { then } else { otherwise }
}

/// Whether a text is a piece of a label that was split over rows: `产`, `出`, `指标`.
pub fn is_fragment(key: &str) -> bool {
    const PIECES: [&str; 18] = [
        "产", "出", "指", "标", "效", "益", "满", "意", "度", "绩", "目", "成", "本", "指标", "目标", "绩效",
        "满意", "年度",
    ];
    PIECES.contains(&key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jixiao_core::period::Period;

    const CYCLE: ColumnRole = ColumnRole::Target(Period::Cycle);
    const YEAR: ColumnRole = ColumnRole::Target(Period::Year(None));

    fn slots(roles: &[ColumnRole], first: u32) -> Vec<Slot> {
        roles.iter().zip(first..).map(|(&role, column)| Slot { role, column }).collect()
    }

    fn aligned(cells: &[(u32, &str)], slots: &[Slot]) -> Vec<Option<usize>> {
        let mut listener = Listener::new(None);
        let cells: Vec<Cell> = cells.iter().map(|(column, text)| listener.cell(*column, text)).collect();
        align(&cells, slots, false)
    }

    fn roles(cells: &[(u32, &str)], slots: &[Slot]) -> Vec<Option<ColumnRole>> {
        aligned(cells, slots).into_iter().map(|j| j.map(|j| slots[j].role)).collect()
    }

    #[test]
    fn rows_of_the_published_table_find_their_columns() {
        use ColumnRole::{Category, Kind, Name};
        let slots = slots(&[Category, Kind, Name, CYCLE, YEAR], 1);
        for (cells, expected) in [
            (&[(3, "广州市"), (4, "≥ 312"), (5, "≥ 104")][..], &[Name, CYCLE, YEAR][..]),
            // Shifted by three columns to the left.
            (&[(0, "江门市"), (1, "≥ 3805"), (2, "≥ 1269")], &[Name, CYCLE, YEAR]),
            (&[(1, "中山市"), (2, "不超预算"), (3, "不超预算")], &[Name, CYCLE, YEAR]),
            // Shifted by one, with a gap between name and values.
            (&[(2, "广州市"), (4, "≥ 90"), (5, "≥ 90")], &[Name, CYCLE, YEAR]),
            (&[(3, "保持企业进口积极性"), (4, "保持"), (5, "保持")], &[Name, CYCLE, YEAR]),
            (
                &[
                    (0, "效益指标"),
                    (1, "经济效益指标"),
                    (2, "企业进口规模（亿元）"),
                    (3, "≥ 930"),
                    (4, "≥ 310"),
                ],
                &[Category, Kind, Name, CYCLE, YEAR],
            ),
            // Shifted to the right, and the year's value is missing.
            (&[(3, "服务对象满意度指标"), (4, "获支持对象满意度（%）"), (5, "> 90")], &[Kind, Name, CYCLE]),
            (
                &[(2, "成本指标"), (3, "预算控制"), (4, "不超预算"), (5, "不超预算")],
                &[Kind, Name, CYCLE, YEAR],
            ),
        ] {
            let got = roles(cells, &slots);
            assert_eq!(got, expected.iter().map(|r| Some(*r)).collect::<Vec<_>>(), "{cells:?}");
        }
    }

    #[test]
    fn rows_of_self_evaluation_forms_find_their_columns() {
        use ColumnRole::{Actual, Category, Kind, Name, Reason, Score, Weight};
        let slots = slots(&[Category, Kind, Name, YEAR, Actual, Weight, Score, Reason], 0);
        for (cells, expected) in [
            (
                &[
                    (0, "产出指标"),
                    (1, "数量指标"),
                    (2, "培训人数"),
                    (3, "≥100人"),
                    (4, "98人"),
                    (5, "10"),
                    (6, "9.8"),
                    (7, "疫情影响"),
                ][..],
                &[Category, Kind, Name, YEAR, Actual, Weight, Score, Reason][..],
            ),
            (
                &[(2, "培训人数"), (3, "100"), (4, "98"), (5, "10"), (6, "9.8")],
                &[Name, YEAR, Actual, Weight, Score],
            ),
            (
                &[(1, "时效指标"), (2, "完成时间"), (3, "12月底前"), (4, "已完成"), (5, "10"), (6, "10")],
                &[Kind, Name, YEAR, Actual, Weight, Score],
            ),
        ] {
            let got = roles(cells, &slots);
            assert_eq!(got, expected.iter().map(|r| Some(*r)).collect::<Vec<_>>(), "{cells:?}");
        }
    }

    #[test]
    fn a_name_that_speaks_of_completion_is_a_name_even_where_its_target_is_missing() {
        use ColumnRole::{Category, Forecast, Kind, Name, Progress};
        let slots = slots(&[Category, Kind, Name, YEAR, Progress, Forecast], 0);
        for name in ["项目完成时间", "验收合格率", "项目完成率"] {
            let cells = [(1, "时效指标"), (2, name), (4, "正在推进"), (5, "2024年11月")];
            let expected = [Kind, Name, Progress, Forecast].map(Some);
            assert_eq!(roles(&cells, &slots), expected, "{name}");
        }
    }

    #[test]
    fn more_cells_than_columns_leave_the_worst_out() {
        let slots = slots(&[ColumnRole::Name, YEAR], 0);
        let got = aligned(&[(0, "培训人数"), (1, "≥100人"), (2, "什么也不是")], &slots);
        assert_eq!(got, vec![Some(0), Some(1), None]);
    }
}
