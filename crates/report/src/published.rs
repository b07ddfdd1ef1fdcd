//! A computed fund year as one value, from which pages are made: what the report says of the whole and of every region, how every score came
//! about, courses and rounds of monitoring month by month, the schemes, and the files that can be fetched. `docs/published.md` describes the JSON.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use jixiao_core::finding::Both;

use crate::{
    content::{Content, LampRow},
    figure::Figure,
};

/// Version of the JSON's shape; rises when a field changes its meaning or goes.
pub const FORMAT: u32 = 1;

/// What stands for the total where an indicator is named.
pub const TOTAL: &str = "total";

/// Rows of a ledger that one step of a derivation lists one by one; of more only how many.
pub const ROWS_LISTED: usize = 20;

/// A computed fund year.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Published {
    /// [`FORMAT`].
    pub format: u32,
    /// What the fund's report says.
    pub whole: Content,
    /// What the report of each region says, by division code.
    pub regions: BTreeMap<String, Content>,
    /// How each score came about: the whole, then the regions; in each the total, the execution of the budget, the indicators of its results.
    pub derivations: Vec<Derived>,
    /// The course of each indicator that is followed or has a value of any month: the whole, then the regions.
    pub courses: Vec<CourseOf>,
    /// Rounds of monitoring, by month; empty when there was none.
    pub rounds: Vec<Round>,
    /// The schemes, in the order of the report.
    pub schemes: Vec<SchemeOf>,
    /// Files that can be fetched, by name.
    pub files: Vec<FileOf>,
}

/// How a score came about.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Derived {
    /// Division code; empty for the whole.
    pub code: String,
    /// The indicator's id, [`jixiao_core::evaluation::EXECUTION`], or [`TOTAL`], whose parts are the others of the same code and not repeated.
    pub indicator: String,
    /// The steps, from the score down.
    pub tree: Tree,
}

/// One step of a derivation and what it was made from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tree {
    /// What it is.
    pub label: Both,
    /// What it came to, ready to be read, with its unit; empty for a heading.
    pub value: Both,
    /// The same as a figure of the report; of the first step only.
    pub figure: Option<Figure>,
    /// The formula with its figures, as a person would check it; empty where there is none.
    pub formula: String,
    /// What it rests on.
    pub grounds: Vec<Rest>,
    /// Whether this step or any below it rests on a parameter whose rule text was not found.
    pub illustrative: bool,
    /// The steps that it was made from.
    pub children: Vec<Tree>,
}

/// What a step rests on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "kebab-case")]
pub enum Rest {
    /// A rule.
    Clause {
        /// What it says.
        text: Both,
        /// Where it stands.
        source: Both,
        /// How sure that is, as the fund folder marks it.
        certainty: String,
    },
    /// A row of an evidence file.
    Row {
        /// Name of the ledger.
        ledger: Both,
        /// The file.
        file: String,
        /// The row, as a person counts.
        row: u32,
    },
    /// Rows of a ledger that are not listed one by one.
    Rows {
        /// Name of the ledger.
        ledger: Both,
        /// How many.
        count: u64,
        /// The files in which they stand.
        listed: String,
    },
    /// So many rows beyond the [`ROWS_LISTED`] that are listed.
    More {
        /// How many.
        count: u64,
    },
    /// A parameter whose rule text was not found; the content of the same region says what it is.
    Illustrative {
        /// `scheme.parameter`.
        parameter: String,
    },
    /// A cell of the target table.
    Target {
        /// Where.
        place: String,
        /// What the cell says.
        written: String,
    },
    /// Reported by a person.
    Reported {
        /// Who.
        by: String,
        /// The evidence that was named.
        evidence: String,
    },
}

/// An indicator through the year.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CourseOf {
    /// Division code; empty for the whole.
    pub code: String,
    /// The indicator's id.
    pub indicator: String,
    /// Its name.
    pub name: Both,
    /// Its unit; empty for states and dates.
    pub unit: Both,
    /// The year's target as written; empty where there is none.
    pub target: Both,
    /// The figure in the target, without comparator; not applicable where it is none.
    pub target_figure: Figure,
    /// Whether its figures add up from the beginning of the year on, and do not merely stand where they stand.
    pub adds_up: bool,
    /// Month by month; months of which nothing is known or said are left out.
    pub months: Vec<At>,
    /// Earlier years of a course that adds up, which projections go by; whole years only, the earliest first.
    pub earlier: Vec<EarlierYear>,
}

/// A course in an earlier year.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EarlierYear {
    /// The year.
    pub year: i16,
    /// What it had come to at the end of each of the twelve months.
    pub values: Vec<Figure>,
}

/// An indicator at the end of a month.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct At {
    /// Month, from 1.
    pub month: u8,
    /// What it had come to since the beginning of the year.
    pub value: Figure,
    /// 全年预计完成, seen from that month.
    pub projected: Figure,
    /// Lower end of the projection.
    pub low: Figure,
    /// Upper end of the projection.
    pub high: Figure,
    /// How the projection was made; empty where there is none.
    pub method: Both,
    /// 确定能, 有可能, 完全不可能; empty where nobody can say.
    pub chance: Both,
    /// 1 确定能, 2 有可能, 3 完全不可能; none where nobody can say.
    pub chance_code: Option<u8>,
    /// Results and money that have drifted apart, in a sentence; empty where they have not.
    pub divergence: Both,
}

/// Monitoring at the end of a month. What it says of single indicators stands in their courses.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Round {
    /// Month, from 1.
    pub month: u8,
    /// Whether it is the round whose forms are handed in.
    pub official: bool,
    /// The whole, then the regions.
    pub regions: Vec<RoundOf>,
}

/// What a round says of a region.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoundOf {
    /// Division code; empty for the whole.
    pub code: String,
    /// The budget as adjusted so far.
    pub budget: Figure,
    /// What had been paid.
    pub paid: Figure,
    /// Paid ÷ budget, in %.
    pub rate: Figure,
    /// That against the part of the year that has passed, in %.
    pub pace: Figure,
    /// What is expected to be paid by the end of the year.
    pub forecast: Figure,
    /// The lamp of the pace.
    pub lamp: LampRow,
    /// Results and money that have drifted apart, in a sentence; empty where they have not.
    pub divergence: Both,
    /// What is owed to this round.
    pub owed: Vec<OwedRow>,
}

/// Something that is owed to a round.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwedRow {
    /// `progress`, `money`, `reason`, `measures`, `deadline`, `decision`.
    pub kind: String,
    /// The indicator's id; empty for money.
    pub indicator: String,
    /// The last day on which it is in time.
    pub by: Figure,
    /// For how many days it has been overdue on the day of making; 0 when it is not.
    pub overdue: u32,
    /// What is owed.
    pub what: Both,
    /// What to do next.
    pub next: Both,
}

/// A scheme.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SchemeOf {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: Both,
    /// The whole scheme in words, as Markdown.
    pub told: Both,
    /// Its parameters for the year, in the order of its file.
    pub parameters: Vec<ParameterOf>,
}

/// A parameter of a scheme.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ParameterOf {
    /// `scheme.parameter`.
    pub parameter: String,
    /// What it is.
    pub label: Both,
    /// Every value in force, with its unit; those of regions with their names.
    pub value: Both,
    /// Where it stands, or what was looked for and not found.
    pub source: Both,
    /// Whether the text of any of its values was not found.
    pub illustrative: bool,
}

/// What a file is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FileKind {
    /// The report, for reading or editing.
    #[default]
    Report,
    /// The figures of the report.
    Data,
    /// A chart.
    Chart,
    /// An official form.
    Form,
    /// 资金分配表, 公示.
    List,
    /// The fields of the national budget system.
    OpenData,
    /// What was found in the target table.
    Check,
    /// Awards with their reasons, enterprise by enterprise. They name enterprises and refused applications: not for everybody.
    Awards,
}

/// A file that a run wrote.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileOf {
    /// Its name in the folder, with `/`.
    pub name: String,
    /// What it is.
    pub what: Both,
    /// What it is for.
    pub kind: FileKind,
    /// Division code of the region that it is about; empty for the whole.
    pub code: String,
    /// Its media type.
    pub media: String,
    /// Its size.
    pub bytes: u64,
    /// SHA-256 in hexadecimal digits.
    pub sha256: String,
}

/// The media type of a file by its ending; bytes of no known kind where the ending says nothing.
pub fn media(name: &str) -> &'static str {
    match name.rsplit_once('.').map_or("", |(_, ending)| ending) {
        "csv" => "text/csv; charset=utf-8",
        "docx" => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "json" => "application/json",
        "parquet" => "application/vnd.apache.parquet",
        "pdf" => "application/pdf",
        "svg" => "image/svg+xml",
        "txt" => "text/plain; charset=utf-8",
        "xlsx" => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        _ => "application/octet-stream",
    }
}

impl Published {
    /// The content of a region; of the whole for an empty code.
    pub fn content(&self, code: &str) -> Option<&Content> {
        if code.is_empty() { Some(&self.whole) } else { self.regions.get(code) }
    }

    /// How the score of an indicator, of the execution, or the total came about, in a region or (empty code) the whole.
    pub fn derivation(&self, code: &str, indicator: &str) -> Option<&Tree> {
        let found = self.derivations.iter().find(|d| d.code == code && d.indicator == indicator);
        found.map(|d| &d.tree)
    }

    /// The course of an indicator in a region or (empty code) the whole.
    pub fn course(&self, code: &str, indicator: &str) -> Option<&CourseOf> {
        self.courses.iter().find(|c| c.code == code && c.indicator == indicator)
    }

    /// What the round of a month says of a region or (empty code) the whole.
    pub fn round(&self, month: u8, code: &str) -> Option<&RoundOf> {
        self.rounds.iter().find(|r| r.month == month)?.regions.iter().find(|r| r.code == code)
    }

    /// The year as JSON in one line, fields in the order of this module.
    ///
    /// # Errors
    /// None that a caller could cause; what the JSON writer says.
    pub fn json(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(self)
    }

    /// A year as read from its JSON.
    ///
    /// # Errors
    /// The JSON is no such year: what is wrong and where; or it is of another format.
    pub fn from_json(text: &str) -> Result<Self, serde_json::Error> {
        use serde::de::Error as _;
        /// Read first: of another format the rest need not fit.
        #[derive(Deserialize)]
        struct Head {
            format: u32,
        }
        let head: Head = serde_json::from_str(text)?;
        if head.format != FORMAT {
            let found = head.format;
            return Err(serde_json::Error::custom(format!("format {found}, this program reads {FORMAT}")));
        }
        serde_json::from_str(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::sample;

    fn invented() -> Published {
        let leaf = Tree {
            label: Both::new("完成值", "actual"),
            value: Both::new("6 家", "6 enterprises"),
            grounds: vec![
                Rest::Row { ledger: Both::same("reports"), file: "reports.csv".to_owned(), row: 4 },
                Rest::More { count: 3 },
                Rest::Illustrative { parameter: "invented.rate".to_owned() },
            ],
            illustrative: true,
            ..Tree::default()
        };
        let figure = Some(Figure::whole(9.into(), Both::new("分", "points")));
        let tree = Tree { figure, illustrative: true, children: vec![leaf], ..Tree::default() };
        Published {
            format: FORMAT,
            whole: sample(),
            regions: BTreeMap::from([("440100".to_owned(), sample())]),
            derivations: vec![
                Derived { code: String::new(), indicator: "a".to_owned(), tree: Tree::default() },
                Derived { code: "440100".to_owned(), indicator: "a".to_owned(), tree },
            ],
            rounds: vec![Round {
                month: 7,
                official: true,
                regions: vec![RoundOf { code: "440100".to_owned(), ..RoundOf::default() }],
            }],
            ..Published::default()
        }
    }

    #[test]
    fn a_year_comes_back_from_its_json_and_says_the_same_bytes_twice() {
        let year = invented();
        let json = year.json().unwrap();
        assert!(!json.contains('\n'));
        let back = Published::from_json(&json).unwrap();
        assert_eq!(back, year);
        assert_eq!(back.json().unwrap(), json);
    }

    #[test]
    fn another_format_and_a_missing_field_are_said() {
        let newer = Published::from_json("{\"format\": 2, \"something\": []}").unwrap_err().to_string();
        assert!(newer.contains("format 2, this program reads 1"), "{newer}");
        let short = Published::from_json("{\"format\": 1}").unwrap_err().to_string();
        assert!(short.contains("missing field `whole`"), "{short}");
    }

    #[test]
    fn what_is_asked_for_is_of_the_region_that_was_named() {
        let year = invented();
        assert!(year.derivation("440100", "a").unwrap().illustrative);
        assert!(!year.derivation("", "a").unwrap().illustrative);
        assert_eq!(year.derivation("440400", "a"), None);
        assert!(year.content("").is_some() && year.content("440100").is_some());
        assert_eq!(year.content("440400"), None);
        assert!(year.round(7, "440100").is_some());
        assert_eq!((year.round(7, ""), year.round(8, "440100")), (None, None));
    }

    #[test]
    fn media_types_follow_the_ending() {
        assert_eq!(media("分地区/广州市/表.xlsx"), media("a.xlsx"));
        assert_eq!(media("charts/money.svg"), "image/svg+xml");
        assert_eq!(media("README"), "application/octet-stream");
    }
}
