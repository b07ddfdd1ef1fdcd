//! `sample.toml`: how many rows of what, how their cells are made, and which irregularities are planted.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jixiao_core::{both, finding::Both, fund::Fund};
use jixiao_engine::schema::{Kind, Ledger, Ledgers};
use serde::Deserialize;

use crate::{
    afterwards::AfterwardsFile,
    recipe::{self, Day, Made, Recipe, Written},
    said::SaidFile,
};

/// The name of the data file in a fund folder.
pub const FILE: &str = "sample.toml";

/// What a sample of a fund looks like: the data file, checked against the fund's ledgers.
#[derive(Clone, Debug)]
pub struct Profile {
    /// The ledger that knows the enterprises.
    pub(crate) register: usize,
    /// Spans of days with their names; days since 1970-01-01.
    pub(crate) spans: Vec<(String, Span)>,
    /// One for each ledger of the fund, in their order.
    pub(crate) ledgers: Vec<LedgerProfile>,
    /// What follows the awards.
    pub(crate) afterwards: Option<AfterwardsFile>,
    /// What people say of the year.
    pub(crate) said: Option<SaidFile>,
}

impl Profile {
    /// Whether it says what people say of the year, for [`crate::said()`].
    pub fn has_said(&self) -> bool {
        self.said.is_some()
    }

    /// Whether it says what follows the awards, for [`crate::afterwards()`].
    pub fn has_afterwards(&self) -> bool {
        self.afterwards.is_some()
    }
}

/// First and last day by fund year.
pub(crate) type Span = BTreeMap<i16, (i64, i64)>;

/// One ledger's part of it.
#[derive(Clone, Debug, Default)]
pub(crate) struct LedgerProfile {
    /// Columns that are drawn by enterprise instead of by row.
    pub(crate) by_enterprise: Vec<bool>,
    /// Rows of one sort each.
    pub(crate) parts: Vec<Part>,
}

/// Rows of one sort.
#[derive(Clone, Debug)]
pub(crate) struct Part {
    /// Its name; the kind of irregularity when something is expected.
    pub(crate) id: String,
    /// How many at scale 1.
    pub(crate) rows: Rows,
    /// In the register: how many in which region.
    pub(crate) regions: Vec<(String, u64)>,
    /// The part of the register whose enterprises the rows belong to.
    pub(crate) enterprises: Option<usize>,
    /// Shares of the enterprises with shares of the rows.
    pub(crate) tiers: Vec<[u64; 2]>,
    /// How each column is made.
    pub(crate) recipes: Vec<Recipe>,
    /// What is to be found.
    pub(crate) expect: Option<Expected>,
    /// The same rows a second time, further down the file.
    pub(crate) second: Option<(Vec<Recipe>, Option<Expected>)>,
}

/// How many rows a part has.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Rows {
    /// So many at scale 1.
    Number(u64),
    /// So many for each enterprise of the group, one after the other.
    Each(u64),
    /// So many at any scale.
    Always(u64),
}

/// What is to be found of a planted row.
#[derive(Clone, Debug)]
pub(crate) struct Expected {
    /// `set-aside`, `eligible`, `amount`, `refused:CLASS/ID`, `flagged:CLASS/ID`.
    pub(crate) finding: String,
    /// The amount in 元, where it is simple.
    pub(crate) amount: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    register: String,
    #[serde(default)]
    spans: BTreeMap<String, BTreeMap<String, [String; 2]>>,
    afterwards: Option<AfterwardsFile>,
    said: Option<SaidFile>,
    ledger: Vec<LedgerFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LedgerFile {
    name: String,
    #[serde(default)]
    by_enterprise: Vec<String>,
    columns: BTreeMap<String, Written>,
    part: Vec<PartFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PartFile {
    id: String,
    rows: Option<RowsFile>,
    times: Option<u64>,
    always: Option<u64>,
    #[serde(default)]
    regions: BTreeMap<String, u64>,
    enterprises: Option<String>,
    #[serde(default)]
    tiers: Vec<[u64; 2]>,
    #[serde(default)]
    set: BTreeMap<String, Written>,
    expect: Option<String>,
    #[serde(default)]
    amount: String,
    second: Option<SecondFile>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum RowsFile {
    Number(u64),
    Word(String),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SecondFile {
    #[serde(default)]
    set: BTreeMap<String, Written>,
    expect: Option<String>,
    #[serde(default)]
    amount: String,
}

impl Profile {
    /// Reads the data file.
    ///
    /// # Errors
    /// Every fault of it: TOML that cannot be read, names of ledgers, columns, parts, spans and regions that are not there, days that do not exist,
    /// findings of an unknown sort, a required column without a recipe, recipes that go round in a circle.
    pub fn parse(text: &str, fund: &Fund, ledgers: &Ledgers) -> Result<Self, Vec<Both>> {
        let file: File = toml::from_str(text).map_err(|error| {
            let line = error.span().map_or(1, |span| text[..span.start].matches('\n').count() + 1);
            let said = error.message().to_owned();
            vec![both!("{FILE} 第 {line} 行：{said}", "{FILE}:{line}: {said}")]
        })?;
        let mut reading = Reading { file: &file, ledgers, faults: Vec::new() };
        let profile = reading.profile(fund);
        let mut faults = reading.faults;
        if faults.is_empty() {
            faults.extend(profile.circles(ledgers));
        }
        if faults.is_empty() { Ok(profile) } else { Err(faults) }
    }

    /// Recipes that need themselves.
    fn circles(&self, ledgers: &Ledgers) -> Vec<Both> {
        let mut faults = Vec::new();
        for (l, ledger) in self.ledgers.iter().enumerate() {
            for (p, part) in ledger.parts.iter().enumerate() {
                let name = &ledgers.ledgers[l].name;
                let id = &part.id;
                for (c, column) in ledgers.ledgers[l].columns.iter().enumerate() {
                    let seconds = part.second.as_ref().map(|(recipes, _)| recipes);
                    for recipes in std::iter::once(&part.recipes).chain(seconds) {
                        if !self.ends((l, p, c), &recipes[c], recipes, 0) {
                            let column = &column.name;
                            faults.push(both!(
                                "{FILE}：{name}/{id}.{column} 的取值绕回自身",
                                "{FILE}: the recipe of {name}/{id}.{column} comes back to itself"
                            ));
                        }
                    }
                }
            }
        }
        faults
    }

    /// Whether making a cell comes to an end; a dozen steps are more than a recipe can need.
    fn ends(&self, at: (usize, usize, usize), recipe: &Recipe, recipes: &[Recipe], depth: usize) -> bool {
        if depth > 12 {
            return false;
        }
        let other = |column: usize| self.ends((at.0, at.1, column), &recipes[column], recipes, depth + 1);
        match recipe {
            Recipe::Same(column) => other(*column),
            Recipe::Amount { times: Some((column, _)), .. } => other(*column),
            Recipe::Change(_, inner) => self.ends(at, inner, recipes, depth + 1),
            Recipe::Cell { ledger, part, column, .. } => {
                let recipes = &self.ledgers[*ledger].parts[*part].recipes;
                self.ends((*ledger, *part, *column), &recipes[*column], recipes, depth + 1)
            }
            _ => true,
        }
    }
}

/// The data file while it is read, with what was found wrong so far.
struct Reading<'a> {
    file: &'a File,
    ledgers: &'a Ledgers,
    faults: Vec<Both>,
}

impl Reading<'_> {
    fn profile(&mut self, fund: &Fund) -> Profile {
        let file = self.file;
        let register = match self.ledgers.find(&file.register) {
            Some((index, _)) => index,
            None => {
                let name = &file.register;
                self.faults.push(both!(
                    "{FILE}：register 所指的台账 {name} 不存在",
                    "{FILE}: register names {name}, which is no ledger"
                ));
                0
            }
        };
        let spans = self.spans();
        for ledger in &file.ledger {
            if self.ledgers.find(&ledger.name).is_none() {
                let name = &ledger.name;
                self.faults.push(both!("{FILE}：台账 {name} 不存在", "{FILE}: there is no ledger {name}"));
            }
        }
        for (code, part) in self.file.ledger.iter().flat_map(|l| &l.part).flat_map(|p| {
            let id = &p.id;
            p.regions.keys().map(move |code| (code, id))
        }) {
            if !fund.regions.iter().any(|(_, region)| region.code == *code) {
                self.faults.push(both!(
                    "{FILE}：{part} 的地区代码 {code} 不在 regions.csv 中",
                    "{FILE}: {part} has the division code {code}, which is not in regions.csv"
                ));
            }
        }
        let ledgers = (0..self.ledgers.ledgers.len()).map(|l| self.ledger(l, register)).collect();
        let afterwards = file.afterwards.clone();
        if let Some(table) = &afterwards {
            self.afterwards(table, fund);
        }
        let said = file.said.clone();
        if let Some(table) = &said {
            self.said(table);
        }
        Profile { register, spans, ledgers, afterwards, said }
    }

    /// Names in what follows the awards.
    fn afterwards(&mut self, table: &AfterwardsFile, fund: &Fund) {
        self.known_names("afterwards", &table.ledgers(), &table.spans());
        for code in table.regions() {
            if !fund.regions.iter().any(|(_, region)| region.code == *code) {
                self.faults.push(both!(
                    "{FILE}：afterwards 的地区代码 {code} 不在 regions.csv 中",
                    "{FILE}: afterwards has the division code {code}, which is not in regions.csv"
                ));
            }
        }
        if !table.is_sound() {
            self.faults.push(both!(
                "{FILE}：afterwards 的百分比须在 0 至 100 之间，每个 question 须有带份额的 options",
                "{FILE}: percentages of afterwards lie between 0 and 100, and every question has options with shares"
            ));
        }
    }

    /// Ledgers and spans that a section names.
    fn known_names(&mut self, section: &str, ledgers: &[&str], spans: &[&str]) {
        for name in ledgers {
            if self.ledgers.find(name).is_none() {
                self.faults.push(both!(
                    "{FILE}：{section} 所指的台账 {name} 不存在",
                    "{FILE}: {section} names {name}, which is no ledger"
                ));
            }
        }
        for name in spans {
            if !self.file.spans.contains_key(*name) {
                self.faults.push(both!(
                    "{FILE}：{section} 所用的期间 {name} 不存在",
                    "{FILE}: {section} uses the span {name}, which is not there"
                ));
            }
        }
    }

    /// Names in what people say, and whether there is something to draw from.
    fn said(&mut self, table: &SaidFile) {
        self.known_names("said", &table.ledgers(), &table.spans());
        if !table.is_sound() {
            self.faults.push(both!(
                "{FILE}：said 的百分比须在 0 至 100 之间，须有不限指标的 example 和扣分的 reasons，各个“几分之一”须大于 0",
                "{FILE}: in said percentages lie between 0 and 100, an example fits all indicators, scores have reasons, and what is one in so many is above 0"
            ));
        }
    }

    fn spans(&mut self) -> Vec<(String, Span)> {
        let mut spans = Vec::new();
        for (name, years) in &self.file.spans {
            let mut resolved = BTreeMap::new();
            for (year, [first, last]) in years {
                match (year.parse::<i16>(), days(first), days(last)) {
                    // What is longer than a century is a slip, and its days are all written out.
                    (Ok(year), Some(first), Some(last)) if (0..36_525).contains(&(last - first)) => {
                        resolved.insert(year, (first, last));
                    }
                    _ => self.faults.push(both!(
                        "{FILE}：spans.{name} 的 {year} = [{first}, {last}] 不是一个期间",
                        "{FILE}: in spans.{name}, {year} = [{first}, {last}] is no span of days"
                    )),
                }
            }
            spans.push((name.clone(), resolved));
        }
        spans
    }

    fn ledger(&mut self, index: usize, register: usize) -> LedgerProfile {
        let schema = &self.ledgers.ledgers[index];
        let Some(file) = self.file.ledger.iter().find(|l| l.name == schema.name) else {
            return LedgerProfile::default();
        };
        let by_enterprise = schema.columns.iter().map(|c| file.by_enterprise.contains(&c.name)).collect();
        for name in file.by_enterprise.iter().chain(file.columns.keys()) {
            self.known_column(schema, name, "columns");
        }
        let mut base = Vec::new();
        for column in &schema.columns {
            let recipe = match file.columns.get(&column.name) {
                Some(written) => self.recipe(index, &column.name, written, None),
                None if column.required => {
                    let (ledger, column) = (&schema.name, &column.name);
                    self.faults.push(both!(
                        "{FILE}：{ledger} 的必填列 {column} 没有取值办法",
                        "{FILE}: {ledger}.{column} must not be empty and has no recipe"
                    ));
                    Recipe::Text(Vec::new())
                }
                None => Recipe::Text(Vec::new()),
            };
            base.push(recipe);
        }
        let mut parts: Vec<Part> = Vec::new();
        for part in &file.part {
            if parts.iter().any(|p| p.id == part.id) {
                let (ledger, id) = (&schema.name, &part.id);
                self.faults.push(both!("{FILE}：{ledger} 有两个 {id}", "{FILE}: {ledger} has {id} twice"));
            }
            let recipes = self.changed(index, &base, &part.set);
            let second = part.second.as_ref().map(|second| {
                let expected = self.expected(schema, &part.id, &second.expect, &second.amount);
                (self.changed(index, &recipes, &second.set), expected)
            });
            parts.push(Part {
                id: part.id.clone(),
                rows: self.rows(schema, part, index == register),
                regions: part.regions.iter().map(|(code, n)| (code.clone(), *n)).collect(),
                enterprises: part.enterprises.as_ref().and_then(|name| self.group(schema, register, name)),
                tiers: part.tiers.clone(),
                recipes,
                expect: self.expected(schema, &part.id, &part.expect, &part.amount),
                second,
            });
        }
        LedgerProfile { by_enterprise, parts }
    }

    /// The recipes with some of them replaced.
    fn changed(&mut self, ledger: usize, base: &[Recipe], set: &BTreeMap<String, Written>) -> Vec<Recipe> {
        let schema = &self.ledgers.ledgers[ledger];
        let mut recipes = base.to_vec();
        for (name, written) in set {
            self.known_column(schema, name, "set");
            if let Some((column, _)) = schema.find(name) {
                recipes[column] = self.recipe(ledger, name, written, Some(&base[column]));
            }
        }
        recipes
    }

    fn known_column(&mut self, schema: &Ledger, name: &str, table: &str) {
        if schema.find(name).is_none() {
            let ledger = &schema.name;
            self.faults.push(both!(
                "{FILE}：{ledger} 的 {table} 写有 {name}，台账没有这一列",
                "{FILE}: the {table} of {ledger} name {name}, which is no column of it"
            ));
        }
    }

    fn rows(&mut self, schema: &Ledger, part: &PartFile, register: bool) -> Rows {
        let tiers = part.tiers.iter().fold([0, 0], |sum, [a, b]| [sum[0] + a, sum[1] + b]);
        let sound = part.tiers.is_empty() || tiers == [100, 100];
        let times = Some(part.times.unwrap_or(1)).filter(|t| (1..=1_000).contains(t));
        match (&part.rows, part.always, part.regions.is_empty()) {
            (Some(RowsFile::Word(word)), None, true)
                if word == "each" && part.enterprises.is_some() && times.is_some() =>
            {
                return Rows::Each(times.unwrap_or(1));
            }
            _ if part.times.is_some() => {}
            (Some(RowsFile::Number(rows)), None, true) if sound => return Rows::Number(*rows),
            (None, Some(rows), true) if sound => return Rows::Always(rows),
            (None, None, false) if register => return Rows::Number(0),
            _ => {}
        }
        let (ledger, id) = (&schema.name, &part.id);
        self.faults.push(both!(
            "{FILE}：{ledger}/{id} 须写 rows、always、regions（仅限名录）三者之一；rows = \"each\" 须有 enterprises，可带 times（1 至 1000）；tiers 两列各合计 100",
            "{FILE}: {ledger}/{id} wants one of rows, always and (in the register) regions; rows = \"each\" wants enterprises and may have times (1 to 1000); the two figures of tiers \
             add up to 100 each"
        ));
        Rows::Number(0)
    }

    /// A part of the register by name.
    fn group(&mut self, schema: &Ledger, register: usize, name: &str) -> Option<usize> {
        let register = &self.ledgers.ledgers.get(register)?.name;
        let file = self.file.ledger.iter().find(|l| l.name == *register);
        let found = file.and_then(|l| l.part.iter().position(|p| p.id == name));
        if found.is_none() {
            let ledger = &schema.name;
            self.faults.push(both!(
                "{FILE}：{ledger} 所用的企业组 {name} 不在 {register} 中",
                "{FILE}: {ledger} uses the group {name}, which is no part of {register}"
            ));
        }
        found
    }

    fn expected(
        &mut self,
        schema: &Ledger,
        id: &str,
        finding: &Option<String>,
        amount: &str,
    ) -> Option<Expected> {
        let finding = finding.as_ref()?;
        let named = ["refused:", "flagged:"]
            .iter()
            .find_map(|sort| finding.strip_prefix(sort))
            .is_some_and(|name| name.split('/').filter(|part| !part.is_empty()).count() == 2);
        if !named && !["set-aside", "eligible", "amount"].contains(&finding.as_str()) {
            let ledger = &schema.name;
            self.faults.push(both!(
                "{FILE}：{ledger}/{id} 的 expect = {finding} 不是 set-aside、eligible、amount、refused:类别/条件、flagged:类别/查重 之一",
                "{FILE}: expect = {finding} of {ledger}/{id} is none of set-aside, eligible, amount, refused:CLASS/ID, flagged:CLASS/ID"
            ));
        }
        Some(Expected { finding: finding.clone(), amount: amount.to_owned() })
    }

    fn recipe(&mut self, ledger: usize, column: &str, written: &Written, base: Option<&Recipe>) -> Recipe {
        self.resolved(ledger, column, written, base).unwrap_or_else(|| {
            let name = &self.ledgers.ledgers[ledger].name;
            self.faults.push(both!(
                "{FILE}：{name}.{column} 的取值办法看不懂，或所引用的名称不存在：{written:?}",
                "{FILE}: the recipe of {name}.{column} is not understood, or what it names is not there: {written:?}"
            ));
            Recipe::Text(Vec::new())
        })
    }

    fn resolved(
        &self,
        ledger: usize,
        column: &str,
        written: &Written,
        base: Option<&Recipe>,
    ) -> Option<Recipe> {
        let schema = &self.ledgers.ledgers[ledger];
        let span =
            |name: &String, day| Some(Recipe::Date(self.file.spans.keys().position(|n| n == name)?, day));
        let made = match written {
            Written::Text(text) => return recipe::pieces(text).map(Recipe::Text),
            Written::Made(made) => made,
        };
        match made {
            Made::Date(name) => span(name, Day::Any),
            Made::First(name) => span(name, Day::First),
            Made::Last(name) => span(name, Day::Last),
            Made::Before(name) => span(name, Day::Before),
            Made::After(name) => span(name, Day::After),
            Made::Month(name) => Some(Recipe::Month(self.file.spans.keys().position(|n| n == name)?)),
            Made::Year(own) => own.then_some(Recipe::Year),
            Made::Amount { spread, by, times, regions } => {
                let scale = match schema.find(column)?.1.kind {
                    Kind::Decimal(scale) => scale,
                    Kind::Whole => 0,
                    _ => return None,
                };
                let times = match by {
                    Some(by) => Some((schema.find(by)?.0, times.clone())),
                    None => None,
                };
                // Bounds are whole units; a million million of them times a multiple and a scale still fits.
                let sound = |s: &[u64; 3]| s[1] < s[2] && s[2] <= 1_000_000_000_000 && s[0] <= 1_000_000;
                let shares = !spread.is_empty() && spread.iter().any(|s| s[0] > 0);
                let multiples = times.iter().flat_map(|(_, t)| t.values()).chain(regions.values());
                let multiples = multiples.into_iter().all(|m| (1..=100_000).contains(m));
                let fits = shares && spread.iter().all(sound) && multiples && scale <= 4;
                let regions = regions.clone();
                fits.then(|| Recipe::Amount { spread: spread.clone(), scale, times, regions })
            }
            Made::Whole([least, most]) => (least <= most).then_some(Recipe::Whole(*least, *most)),
            Made::Pick(words) => {
                let shares =
                    words.values().any(|share| *share > 0) && words.values().all(|s| *s <= 1_000_000);
                shares
                    .then(|| Recipe::Pick(words.iter().map(|(word, share)| (word.clone(), *share)).collect()))
            }
            Made::List(texts) => (!texts.is_empty()).then(|| Recipe::List(texts.clone())),
            Made::Code(who) => Some(Recipe::Code(*who)),
            Made::Same(other) => Some(Recipe::Same(schema.find(other)?.0)),
            Made::Row(path) => self.cell(path, false),
            Made::Any(path) => self.cell(path, true),
            Made::Region(own) => own.then_some(Recipe::Region),
            Made::Change(change) => Some(Recipe::Change(*change, Box::new(base?.clone()))),
            Made::Spoilt { change, of } => {
                Some(Recipe::Change(*change, Box::new(self.resolved(ledger, column, of, base)?)))
            }
        }
    }

    /// `LEDGER/PART.COLUMN`.
    fn cell(&self, path: &str, any: bool) -> Option<Recipe> {
        let (name, rest) = path.split_once('/')?;
        let (id, column) = rest.split_once('.')?;
        let (ledger, schema) = self.ledgers.find(name)?;
        let file = self.file.ledger.iter().find(|l| l.name == name)?;
        let part = file.part.iter().position(|p| p.id == id)?;
        Some(Recipe::Cell { ledger, part, column: schema.find(column)?.0, any })
    }
}

/// Days since 1970-01-01 of an ISO text.
fn days(text: &str) -> Option<i64> {
    let date: Date = text.parse().ok()?;
    let since = date.since(jiff::civil::date(1970, 1, 1)).ok()?;
    Some(i64::from(since.get_days()))
}
