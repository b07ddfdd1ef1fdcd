//! The fund: what a fund folder says, as values.
//!
//! A folder is handed in as texts by file name; where they come from (a directory, the executable itself) is not known here.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, de::IgnoredAny};

use crate::{
    evaluation::Scoring,
    finding::Both,
    indicator::Direction,
    money::Fen,
    period::Cycle,
    proof::RollUp,
    region::{Region, RegionKind, RegionTree, told},
    unit::Unit,
};

/// Whether a city's row counts its zone too, where both are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ZoneConvention {
    /// The city's figures leave the zone out: both rows are added.
    CityExcludesZone,
    /// The city's figures contain the zone's: the zone's row is not added again.
    CityIncludesZone,
}

/// Whether an indicator's targets are split by region.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RegionalSplit {
    /// The province's target is shared out to regions.
    #[default]
    Required,
    /// The province alone has a target.
    None,
}

/// How parts make a whole, over regions and over years.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RollUps {
    /// Regions to province.
    pub regions: RollUp,
    /// Years to cycle.
    pub years: RollUp,
}

/// What the fund folder says of an indicator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IndicatorSpec {
    /// Stable name in code and files.
    pub id: String,
    /// Titles that tables use, without unit.
    pub names: Vec<String>,
    /// Its name in English; empty where the folder has none.
    pub english: String,
    /// The unit in which it is measured; `None` for states and dates.
    pub unit: Option<Unit>,
    /// Which way is better.
    pub direction: Direction,
    /// How parts make a whole.
    pub roll_up: RollUps,
    /// Whether regions have targets of their own.
    pub regional_split: RegionalSplit,
    /// Phrases of the header's prose that speak of this indicator.
    pub prose: Vec<String>,
    /// The scheme whose supported enterprises it counts, by id.
    pub scheme: Option<String>,
    /// Weight, formula and thresholds of its score, where they differ from the rule set's.
    pub score: Scoring,
}

impl IndicatorSpec {
    /// Its first title in both languages; its id where it has no title, the Chinese one where there is no other.
    pub fn both(&self) -> Both {
        told(self.names.first().unwrap_or(&self.id), &self.english)
    }
}

/// A waiver: a finding that an official has looked at and lets stand.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Waiver {
    /// The check's code.
    pub code: String,
    /// Title of the indicator; any when absent.
    pub indicator: Option<String>,
    /// Name of the region; any when absent.
    pub region: Option<String>,
    /// `cycle` or `year`; any when absent.
    pub period: Option<WaivedPeriod>,
    /// Why the finding may stand.
    pub reason: String,
    /// Who decided.
    pub who: String,
    /// Last day on which it silences.
    pub until: Date,
}

/// The period that a waiver names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum WaivedPeriod {
    /// 实施周期.
    Cycle,
    /// 年度.
    Year,
}

/// A fund as its folder defines it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fund {
    /// Stable name in code and files.
    pub id: String,
    /// Official name.
    pub name: String,
    /// Its name in English; empty where the folder has none.
    pub english: String,
    /// Phrases of which one must stand in a table's title or project name for the table to be this fund's.
    pub applies_to: Vec<String>,
    /// 主管部门.
    pub department: String,
    /// Its name in English; empty where the folder has none.
    pub department_english: String,
    /// Implementation cycle.
    pub cycle: Cycle,
    /// Money of the whole cycle.
    pub budget_total: Fen,
    /// Money by fund year, as far as it is fixed.
    pub budget_by_year: BTreeMap<i16, Fen>,
    /// Whether a city's row counts its zone.
    pub zone_convention: ZoneConvention,
    /// Whether a region is told its place among the others by score; who sees the whole is always told.
    pub regions_see_rank: bool,
    /// Regions.
    pub regions: RegionTree,
    /// Indicators.
    pub indicators: Vec<IndicatorSpec>,
    /// Waivers.
    pub waivers: Vec<Waiver>,
}

/// Something wrong in a fund folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FundFault {
    /// File in the folder.
    pub file: String,
    /// Line, from 1, when it is known.
    pub line: Option<usize>,
    /// What is wrong.
    pub message: String,
}

impl std::fmt::Display for FundFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}: {}", self.file, self.message),
            None => write!(f, "{}: {}", self.file, self.message),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FundFile {
    id: String,
    name: String,
    #[serde(default)]
    english: String,
    applies_to: Vec<String>,
    department: String,
    #[serde(default)]
    department_english: String,
    cycle: CycleFile,
    budget: BudgetFile,
    zone_convention: ZoneConvention,
    #[serde(default)]
    regions_see_rank: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CycleFile {
    first: i16,
    last: i16,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BudgetFile {
    total: String,
    #[serde(default)]
    years: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct IndicatorsFile {
    #[serde(default)]
    indicator: Vec<IndicatorFile>,
    // How indicators are measured is read by whoever measures them, with the places of its mistakes.
    #[serde(default, rename = "applicant")]
    _applicant: Option<IgnoredAny>,
    #[serde(default, rename = "clause")]
    _clause: Option<IgnoredAny>,
    #[serde(default, rename = "parameter")]
    _parameter: Option<IgnoredAny>,
    #[serde(default, rename = "reported")]
    _reported: Option<IgnoredAny>,
    #[serde(default, rename = "reasons")]
    _reasons: Option<IgnoredAny>,
    #[serde(default, rename = "scores")]
    _scores: Option<IgnoredAny>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct IndicatorFile {
    id: String,
    names: Vec<String>,
    #[serde(default)]
    english: String,
    unit: Option<String>,
    #[serde(default)]
    direction: Direction,
    roll_up: RollUps,
    #[serde(default)]
    regional_split: RegionalSplit,
    #[serde(default)]
    prose: Vec<String>,
    scheme: Option<String>,
    #[serde(default)]
    score: Scoring,
    #[serde(default, rename = "measure")]
    _measure: Option<IgnoredAny>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WaiversFile {
    #[serde(default)]
    waiver: Vec<Waiver>,
}

#[derive(Deserialize)]
struct RegionLine {
    code: String,
    name: String,
    #[serde(default)]
    english: String,
    parent: String,
    kind: RegionKind,
    aliases: String,
    in_scope: String,
    reason: String,
}

/// The text of a folder's files by name.
pub type FolderTexts = BTreeMap<String, String>;

impl Fund {
    /// Reads a fund from the texts of its folder: `fund.toml`, `regions.csv`, `indicators.toml`, and `waivers.toml` if there is one.
    ///
    /// # Errors
    /// Every fault of every file, with file and line where known.
    pub fn parse(files: &FolderTexts) -> Result<Self, Vec<FundFault>> {
        let mut faults = Vec::new();
        let fund: Option<FundFile> = required(files, "fund.toml", &mut faults);
        let indicators: Option<IndicatorsFile> = required(files, "indicators.toml", &mut faults);
        let waivers = match files.get("waivers.toml") {
            Some(text) => read_toml::<WaiversFile>("waivers.toml", text, &mut faults),
            None => Some(WaiversFile { waiver: Vec::new() }),
        };
        let regions = match files.get("regions.csv") {
            Some(text) => regions(text, &mut faults),
            None => {
                faults.push(missing("regions.csv"));
                None
            }
        };
        let indicators = indicators.map(|file| specs(file, &mut faults));
        let budget = fund.as_ref().and_then(|f| budget(&f.budget, &mut faults));
        let (Some(fund), Some(indicators), Some(waivers), Some(regions), Some(budget), true) =
            (fund, indicators, waivers, regions, budget, faults.is_empty())
        else {
            return Err(faults);
        };
        Ok(Self {
            id: fund.id,
            name: fund.name,
            english: fund.english,
            applies_to: fund.applies_to,
            department: fund.department,
            department_english: fund.department_english,
            cycle: Cycle { first: fund.cycle.first, last: fund.cycle.last },
            budget_total: budget.0,
            budget_by_year: budget.1,
            zone_convention: fund.zone_convention,
            regions_see_rank: fund.regions_see_rank,
            regions,
            indicators,
            waivers: waivers.waiver,
        })
    }

    /// Its name in both languages; the Chinese one where the folder has no other.
    pub fn both(&self) -> Both {
        told(&self.name, &self.english)
    }

    /// The name of 主管部门 in both languages.
    pub fn department_both(&self) -> Both {
        told(&self.department, &self.department_english)
    }

    /// The name of an indicator in both languages, by its title in a table.
    pub fn indicator(&self, title: &str) -> Both {
        told(title, self.spec(title).map_or("", |spec| spec.english.as_str()))
    }

    /// What the folder says of an indicator, by its title.
    pub fn spec(&self, title: &str) -> Option<&IndicatorSpec> {
        let key = crate::text::key(title);
        self.indicators.iter().find(|spec| spec.names.iter().any(|n| crate::text::key(n) == key))
    }
}

fn missing(file: &str) -> FundFault {
    FundFault { file: file.to_owned(), line: None, message: "the fund folder has no such file".to_owned() }
}

fn required<T: serde::de::DeserializeOwned>(
    files: &FolderTexts,
    name: &str,
    faults: &mut Vec<FundFault>,
) -> Option<T> {
    let Some(text) = files.get(name) else {
        faults.push(missing(name));
        return None;
    };
    read_toml(name, text, faults)
}

fn read_toml<T: serde::de::DeserializeOwned>(
    name: &str,
    text: &str,
    faults: &mut Vec<FundFault>,
) -> Option<T> {
    match toml::from_str(text) {
        Ok(value) => Some(value),
        Err(error) => {
            let line = error.span().map(|span| text[..span.start].matches('\n').count() + 1);
            faults.push(FundFault { file: name.to_owned(), line, message: error.message().to_owned() });
            None
        }
    }
}

fn specs(file: IndicatorsFile, faults: &mut Vec<FundFault>) -> Vec<IndicatorSpec> {
    let mut fault =
        |message: String| faults.push(FundFault { file: "indicators.toml".to_owned(), line: None, message });
    let mut seen = BTreeMap::new();
    let mut specs = Vec::new();
    for entry in file.indicator {
        for name in &entry.names {
            if let Some(other) = seen.insert(crate::text::key(name), entry.id.clone()) {
                fault(format!("the name {name} is given to {other} and to {}", entry.id));
            }
        }
        let unit = entry.unit.as_deref().map(|text| (text, Unit::parse(text)));
        if let Some((text, None)) = &unit {
            fault(format!("{}: {text} is no unit that is known", entry.id));
        }
        specs.push(IndicatorSpec {
            id: entry.id,
            names: entry.names,
            english: entry.english.trim().to_owned(),
            unit: unit.and_then(|(_, unit)| unit),
            direction: entry.direction,
            roll_up: entry.roll_up,
            regional_split: entry.regional_split,
            prose: entry.prose,
            scheme: entry.scheme,
            score: entry.score,
        });
    }
    specs
}

fn budget(file: &BudgetFile, faults: &mut Vec<FundFault>) -> Option<(Fen, BTreeMap<i16, Fen>)> {
    let mut amount = |text: &str| {
        let fen = Fen::parse(text);
        if fen.is_none() {
            let message = format!("budget {text} is no amount; write figure and unit, such as 59647万元");
            faults.push(FundFault { file: "fund.toml".to_owned(), line: None, message });
        }
        fen
    };
    let total = amount(&file.total)?;
    let years: Option<BTreeMap<i16, Fen>> =
        file.years.iter().map(|(year, text)| Some((year.parse().ok()?, amount(text)?))).collect();
    if years.is_none() {
        let message = "budget.years wants years as keys and amounts as values".to_owned();
        faults.push(FundFault { file: "fund.toml".to_owned(), line: None, message });
    }
    Some((total, years?))
}

fn regions(text: &str, faults: &mut Vec<FundFault>) -> Option<RegionTree> {
    let mut fault = |line: Option<usize>, message: String| {
        faults.push(FundFault { file: "regions.csv".to_owned(), line, message });
    };
    let mut regions = Vec::new();
    let mut reader = csv::ReaderBuilder::new().comment(Some(b'#')).from_reader(text.as_bytes());
    for record in reader.deserialize::<RegionLine>() {
        match record {
            Ok(line) => regions.push(Region {
                code: line.code,
                name: line.name,
                english: line.english.trim().to_owned(),
                parent: (!line.parent.is_empty()).then_some(line.parent),
                kind: line.kind,
                aliases: line.aliases.split('|').filter(|a| !a.is_empty()).map(Into::into).collect(),
                in_scope: line.in_scope == "yes",
                reason: line.reason,
            }),
            Err(error) => {
                let line = error.position().and_then(|p| usize::try_from(p.line()).ok());
                fault(line, error.to_string());
            }
        }
    }
    match RegionTree::new(regions) {
        Ok(tree) => Some(tree),
        Err(problems) => {
            problems.into_iter().for_each(|p| fault(None, p));
            None
        }
    }
}
