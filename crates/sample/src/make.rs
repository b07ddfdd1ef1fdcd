//! Cells out of recipes: how many rows there are at a scale, whose they are, and what stands in them.

use std::fmt::Write as _;

use jiff::{ToSpan, civil::date};
use jixiao_core::{both, finding::Both};
use jixiao_engine::schema::Ledgers;

use crate::{
    Options, Scale, code,
    draw::Draw,
    profile::{Part, Profile, Rows},
    recipe::{Day, Number, Piece, Recipe, Who},
};

/// Enterprises that the register does not know have numbers from here on.
pub(crate) const STRANGERS: u64 = 90_000_000;

/// A part at its scale.
#[derive(Clone, Debug, Default)]
pub(crate) struct Size {
    /// Rows, the second ones of pairs aside.
    pub(crate) rows: u64,
    /// The first row's number in its ledger.
    first: u64,
    /// The enterprises that the rows belong to.
    group: Option<Group>,
    /// In the register: regions with the number of the last row of each, plus one.
    regions: Vec<(String, u64)>,
}

/// A part of the register as others use it.
#[derive(Clone, Copy, Debug)]
struct Group {
    first: u64,
    count: u64,
    /// Has no factor in common with the count, so that every enterprise is met once before any is met again.
    step: u64,
}

/// A row that is to be made.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Row {
    ledger: usize,
    part: usize,
    row: u64,
    serial: u64,
    enterprise: u64,
}

/// What cells are made with.
pub(crate) struct Maker<'a> {
    year: i16,
    profile: &'a Profile,
    draws: Vec<Vec<Draw>>,
    sizes: Vec<Vec<Size>>,
    /// The days of each span of the year, with the day before and the day after.
    spans: Vec<Vec<String>>,
}

impl<'a> Maker<'a> {
    /// Sizes everything.
    ///
    /// # Errors
    /// A span without the year; a scale at which numbers outgrow the places that texts have for them.
    pub(crate) fn new(ledgers: &Ledgers, options: &'a Options) -> Result<Self, Vec<Both>> {
        let profile = &options.profile;
        let root = Draw::new(options.seed);
        let draws = ledgers.ledgers.iter().map(|ledger| {
            let own = root.stream(&ledger.name);
            ledger.columns.iter().map(|column| own.stream(&column.name)).collect()
        });
        let mut faults = Vec::new();
        let mut spans = Vec::new();
        for (name, years) in &profile.spans {
            match years.get(&options.year) {
                Some((first, last)) => spans.push((first - 1..=last + 1).map(day).collect()),
                None => {
                    let year = options.year;
                    faults.push(both!(
                        "sample.toml 的 spans.{name} 没有 {year} 年；请补上或换一个年度",
                        "spans.{name} of sample.toml has no year {year}; add it or ask for another year"
                    ));
                }
            }
        }
        let draws = draws.collect();
        let year = options.year;
        let mut maker = Self { year, profile, draws, sizes: vec![Vec::new(); ledgers.ledgers.len()], spans };
        // The register first: the others ask for the size of its groups.
        let register = profile.register;
        let order = std::iter::once(register).chain((0..ledgers.ledgers.len()).filter(|l| *l != register));
        for ledger in order {
            maker.size(ledger, options.scale);
            maker.room(ledgers, ledger, &mut faults);
        }
        if faults.is_empty() { Ok(maker) } else { Err(faults) }
    }

    fn size(&mut self, ledger: usize, scale: Scale) {
        let mut next = 0;
        for part in &self.profile.ledgers[ledger].parts {
            let group = part.enterprises.and_then(|p| self.sizes[self.profile.register].get(p)).map(|size| {
                Group { first: size.first, count: size.rows.max(1), step: step(size.rows.max(1)) }
            });
            let mut regions = Vec::new();
            let mut rows = match part.rows {
                Rows::Number(rows) => scale.of(rows),
                Rows::Always(rows) => rows,
                Rows::Each(times) => group.map_or(0, |g| g.count * times),
            };
            if !part.regions.is_empty() {
                rows = 0;
                for (code, number) in &part.regions {
                    rows += scale.of(*number);
                    regions.push((code.clone(), rows));
                }
            }
            self.sizes[ledger].push(Size { rows, first: next, group, regions });
            next += rows;
        }
    }

    /// Whether every number has room in its text.
    fn room(&self, ledgers: &Ledgers, ledger: usize, faults: &mut Vec<Both>) {
        let rows = |ledger: usize| self.sizes[ledger].last().map_or(0, |s| s.first + s.rows);
        let (serials, enterprises) = (rows(ledger), rows(self.profile.register));
        let name = &ledgers.ledgers[ledger].name;
        if enterprises >= STRANGERS || serials >= 100_000_000 - STRANGERS {
            faults.push(both!(
                "{name}：按此比例行数过多，示例代码不够用；请减小比例",
                "{name}: at this scale there are more rows than invented codes; choose a smaller one"
            ));
        }
        for part in &self.profile.ledgers[ledger].parts {
            let seconds = part.second.as_ref().map_or(&[][..], |(recipes, _)| recipes);
            for (c, recipe) in part.recipes.iter().enumerate().chain(seconds.iter().enumerate()) {
                let Recipe::Text(pieces) = recipe else { continue };
                let full = pieces.iter().any(|piece| {
                    let Piece::Number { what, divide, rest, plus, width } = piece else { return false };
                    let most = match what {
                        Number::Serial | Number::Row => serials,
                        Number::Enterprise => enterprises,
                    } / divide;
                    let most = if *rest > 0 { most.min(rest - 1) } else { most } + plus;
                    *width > 0 && most >= 10u64.pow(*width as u32)
                });
                if full {
                    let (id, column) = (&part.id, &ledgers.ledgers[ledger].columns[c].name);
                    faults.push(both!(
                        "{name}/{id}.{column}：按此比例编号超出位数；请减小比例，或加长编号",
                        "{name}/{id}.{column}: at this scale the numbers have more digits than places; choose a smaller one, or lengthen the number"
                    ));
                }
            }
        }
    }

    /// The size of a part.
    pub(crate) fn part(&self, ledger: usize, part: usize) -> &Size {
        &self.sizes[ledger][part]
    }

    /// A row of a part by its number.
    pub(crate) fn row(&self, ledger: usize, part: usize, row: u64) -> Row {
        let size = &self.sizes[ledger][part];
        let serial = size.first + row;
        let enterprise = match size.group {
            _ if ledger == self.profile.register => serial,
            Some(group) => {
                let block = block(row, size.rows, group.count, &self.profile.ledgers[ledger].parts[part]);
                // Neighbours in the file are no neighbours in the register, where regions follow each other.
                group.first + (u128::from(block) * u128::from(group.step) % u128::from(group.count)) as u64
            }
            None => 0,
        };
        Row { ledger, part, row, serial, enterprise }
    }

    /// Whether a row belongs to an enterprise, and the code of that enterprise.
    pub(crate) fn enterprise(&self, at: Row) -> Option<String> {
        let own = at.ledger == self.profile.register || self.sizes[at.ledger][at.part].group.is_some();
        own.then(|| {
            let mut text = String::new();
            code::write(at.enterprise, &mut text);
            text
        })
    }

    /// Makes one cell.
    pub(crate) fn cell(&self, at: Row, column: usize, recipes: &[Recipe], into: &mut String) {
        self.make(at, column, &recipes[column], recipes, into);
    }

    fn make(&self, at: Row, column: usize, recipe: &Recipe, recipes: &[Recipe], into: &mut String) {
        let by_enterprise = self.profile.ledgers[at.ledger].by_enterprise[column];
        let index = if by_enterprise { at.enterprise } else { at.serial };
        let drawn = |below: u64| self.draws[at.ledger][column].below(index, below);
        match recipe {
            Recipe::Text(pieces) => text(pieces, at, into),
            Recipe::Date(span, which) => {
                // The day before the span and the day after it are the ends of the list.
                let days = &self.spans[*span];
                let last = days.len() - 1;
                into.push_str(match which {
                    Day::Any => &days[1 + drawn(last as u64 - 1) as usize],
                    Day::First => &days[1],
                    Day::Last => &days[last - 1],
                    Day::Before => &days[0],
                    Day::After => &days[last],
                });
            }
            Recipe::Amount { spread, scale, times, regions } => {
                let total = spread.iter().map(|s| s[0]).sum();
                let [_, least, below] = spread[picked(spread.iter().map(|s| s[0]), drawn(total))];
                let times = times.as_ref().map_or(1, |(by, words)| {
                    let mut word = String::new();
                    self.cell(at, *by, recipes, &mut word);
                    words.get(&word).copied().unwrap_or(1)
                });
                let own = |code| regions.get(code).copied();
                let times = times * self.region(at.enterprise).and_then(own).unwrap_or(1);
                let unit = 10u128.pow(u32::from(*scale));
                // A second number from the same stream: its index is out of reach of rows.
                let draw = self.draws[at.ledger][column].below(index ^ (1 << 63), u64::MAX);
                let room = u128::from(below - least) * unit * u128::from(times);
                let minor = u128::from(least) * unit * u128::from(times) + u128::from(draw) % room;
                let (whole, part) = (minor / unit, minor % unit);
                // Writing to a String does not fail.
                let _ = match scale {
                    0 => write!(into, "{whole}"),
                    _ => write!(into, "{whole}.{part:0width$}", width = usize::from(*scale)),
                };
            }
            Recipe::Year => {
                let _ = write!(into, "{}", self.year);
            }
            Recipe::Month(span) => {
                let days = &self.spans[*span];
                // Without the day before the span and the day after it.
                let first = |(i, day): &(usize, &String)| *i == 0 || day.ends_with("-01");
                let months: Vec<&String> =
                    days[1..days.len() - 1].iter().enumerate().filter(first).map(|(_, day)| day).collect();
                into.push_str(months[at.row as usize % months.len()]);
            }
            Recipe::Whole(least, most) => {
                let _ = write!(into, "{}", least + drawn(most - least + 1));
            }
            Recipe::Pick(words) => {
                let total = words.iter().map(|(_, share)| share).sum();
                into.push_str(&words[picked(words.iter().map(|(_, share)| *share), drawn(total))].0);
            }
            Recipe::List(texts) => {
                let at = at.row % texts.len() as u64;
                into.push_str(&texts[at as usize]);
            }
            Recipe::Code(who) => code::write(self.whose(at, *who), into),
            Recipe::Same(other) => self.cell(at, *other, recipes, into),
            Recipe::Cell { ledger, part, column: other, any } => {
                let rows = self.sizes[*ledger][*part].rows.max(1);
                let row = if *any { drawn(rows) } else { at.row % rows };
                let from = self.row(*ledger, *part, row);
                self.cell(from, *other, &self.profile.ledgers[*ledger].parts[*part].recipes, into);
            }
            Recipe::Region => {
                let regions = &self.sizes[at.ledger][at.part].regions;
                if let Some((code, _)) = regions.iter().find(|(_, end)| at.row < *end) {
                    into.push_str(code);
                }
            }
            Recipe::Change(change, of) => {
                let from = into.len();
                self.make(at, column, of, recipes, into);
                change.apply(into, from);
            }
        }
    }

    /// The division code of an enterprise of the register, by its number.
    fn region(&self, enterprise: u64) -> Option<&str> {
        let sizes = &self.sizes[self.profile.register];
        let part = sizes.iter().find(|s| (s.first..s.first + s.rows).contains(&enterprise))?;
        let row = enterprise - part.first;
        part.regions.iter().find(|(_, end)| row < *end).map(|(code, _)| code.as_str())
    }

    fn whose(&self, at: Row, who: Who) -> u64 {
        match (who, self.sizes[at.ledger][at.part].group) {
            (Who::Stranger, _) => STRANGERS + at.serial,
            (Who::Next, Some(group)) => group.first + (at.enterprise - group.first + 1) % group.count,
            _ => at.enterprise,
        }
    }
}

fn text(pieces: &[Piece], at: Row, into: &mut String) {
    let from = into.len();
    for piece in pieces {
        let _ = match piece {
            Piece::Literal(text) => into.write_str(text),
            Piece::Number { what, divide, rest, plus, width } => {
                let number = match what {
                    Number::Serial => at.serial,
                    Number::Enterprise => at.enterprise,
                    Number::Row => at.row,
                } / divide;
                let number = if *rest > 0 { number % rest } else { number } + plus;
                write!(into, "{number:0width$}")
            }
            Piece::Check => {
                // Modulo 97: one wrong digit and two exchanged neighbours always change it.
                let digits = into.bytes().skip(from).filter(u8::is_ascii_digit);
                let sum = digits.fold(0u32, |sum, digit| (sum * 10 + u32::from(digit - b'0')) % 97);
                write!(into, "{:02}", (98 - sum * 100 % 97) % 97)
            }
        };
    }
}

/// Where a number falls among shares.
fn picked(shares: impl Iterator<Item = u64>, drawn: u64) -> usize {
    let mut rest = drawn;
    for (at, share) in shares.enumerate() {
        if rest < share {
            return at;
        }
        rest -= share;
    }
    0
}

/// Which of so many enterprises a row belongs to: rows of one follow each other, and every one has its share.
fn block(row: u64, rows: u64, count: u64, part: &Part) -> u64 {
    let share = |all: u64, percent: u64| (u128::from(all) * u128::from(percent) / 100) as u64;
    let (mut rows_from, mut rows_share, mut from, mut from_share) = (0, 0, 0, 0);
    for [enterprises, of_rows] in &part.tiers {
        (rows_share, from_share) = (rows_share + of_rows, from_share + enterprises);
        let (rows_to, to) = (share(rows, rows_share), share(count, from_share));
        if row < rows_to {
            return (from + within(row - rows_from, rows_to - rows_from, to - from)).min(count - 1);
        }
        (rows_from, from) = (rows_to, to);
    }
    within(row, rows, count)
}

fn within(row: u64, rows: u64, count: u64) -> u64 {
    (u128::from(row) * u128::from(count) / u128::from(rows.max(1))) as u64
}

/// A step of about five eighths that has no factor in common with the count.
fn step(count: u64) -> u64 {
    fn common(a: u64, b: u64) -> u64 {
        if b == 0 { a } else { common(b, a % b) }
    }
    let start = (u128::from(count) * 618 / 1000) as u64;
    (start.max(1)..).find(|step| common(*step, count) == 1).unwrap_or(1)
}

pub(crate) fn day(days: i64) -> String {
    // Spans come from dates, so the sum is one.
    date(1970, 1, 1).checked_add(days.days()).map(|day| day.to_string()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_enterprise_has_its_share() {
        let mut part = Part {
            id: String::new(),
            rows: Rows::Number(0),
            regions: Vec::new(),
            enterprises: None,
            tiers: vec![[10, 60], [90, 40]],
            recipes: Vec::new(),
            expect: None,
            second: None,
        };
        let mut seen = [0; 20];
        for row in 0..1000 {
            seen[block(row, 1000, 20, &part) as usize] += 1;
        }
        // 2 enterprises have 600 rows, 18 have 400.
        assert_eq!(seen[..2], [300, 300]);
        assert!(seen[2..].iter().all(|n| (22..=23).contains(n)), "{seen:?}");
        part.tiers.clear();
        assert_eq!((0..4).map(|row| block(row, 4, 20, &part)).collect::<Vec<_>>(), [0, 5, 10, 15]);
    }

    #[test]
    fn steps_meet_everybody() {
        for count in [1, 2, 3, 10, 97, 100, 270] {
            let step = step(count);
            let met: std::collections::BTreeSet<u64> = (0..count).map(|b| b * step % count).collect();
            assert_eq!(met.len() as u64, count);
        }
    }

    #[test]
    fn checked_numbers_are_never_alike() {
        let pieces = crate::recipe::pieces("99002023{serial:8}{check}").expect("sound");
        let write = |serial| {
            let mut out = String::new();
            text(&pieces, Row { ledger: 0, part: 0, row: 0, serial, enterprise: 0 }, &mut out);
            out
        };
        let texts: Vec<Vec<u8>> = (0..1200).map(|s| write(s).into_bytes()).collect();
        for (i, a) in texts.iter().enumerate() {
            for b in &texts[..i] {
                let differing: Vec<usize> = (0..a.len()).filter(|&at| a[at] != b[at]).collect();
                let exchanged = matches!(differing[..], [x, y] if y == x + 1 && a[x] == b[y] && a[y] == b[x]);
                assert!(differing.len() > 1 && !exchanged, "{a:?} {b:?}");
            }
        }
    }
}
