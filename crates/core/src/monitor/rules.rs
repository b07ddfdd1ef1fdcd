//! The parameters of monitoring, read from `monitoring.toml`.

use std::collections::BTreeSet;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use toml::Spanned;

use super::Chance;
use crate::{
    finding::Both,
    fund::FundFault,
    settings::{Faults, SettingFile, Settings, Wanted},
    table::ColumnRole,
};

/// The column of the official form that a kind of reason is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReasonColumn {
    /// 经费保障.
    Funding,
    /// 制度保障.
    Rules,
    /// 人员保障.
    Staff,
    /// 硬件条件保障.
    Equipment,
    /// 其他.
    Other,
}

impl ReasonColumn {
    /// The column's role.
    pub fn role(self) -> ColumnRole {
        match self {
            Self::Funding => ColumnRole::ReasonFunding,
            Self::Rules => ColumnRole::ReasonRules,
            Self::Staff => ColumnRole::ReasonStaff,
            Self::Equipment => ColumnRole::ReasonEquipment,
            Self::Other => ColumnRole::ReasonOther,
        }
    }
}

/// A kind of reason: an entry of the code list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ReasonKind {
    /// Its code in files; the list is the fund's, because no official codes were found.
    pub code: String,
    /// Its name, as the form's heading.
    pub label: Both,
    /// Where the form has it.
    pub column: ReasonColumn,
}

/// How a fund is monitored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Rules {
    /// The month that is monitored unless another is asked for, 1 to 12.
    pub month: u8,
    /// The answer for a state that holds so far, and for a deadline ahead that is expected to be kept.
    pub so_far: Chance,
    /// Whether that is an example that no rule was found for.
    pub so_far_illustrative: bool,
    /// The answers for which reasons and measures must be given.
    pub reasons_for: Vec<Chance>,
    /// The code list of reasons, in the order of the form.
    pub reasons: Vec<ReasonKind>,
    /// Figures.
    pub settings: Settings,
}

const WANTED: [Wanted; 6] = {
    const MANY: Decimal = Decimal::from_parts(1000, 0, 0, false, 0);
    const TWELVE: Decimal = Decimal::from_parts(12, 0, 0, false, 0);
    const fn wanted(id: &'static str, unit: &'static str, most: Decimal) -> Wanted {
        Wanted { id, required: true, unit, least: Decimal::ZERO, most }
    }
    [
        wanted("lamp-red-below", "%", MANY),
        wanted("lamp-green-from", "%", MANY),
        wanted("divergence-beyond", "%", MANY),
        wanted("wider-by", "%", MANY),
        wanted("fewest-months", "月", TWELVE),
        wanted("owed-days", "天", MANY),
    ]
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RulesFile {
    month: Spanned<u8>,
    so_far: SoFarFile,
    reasons_for: Vec<Chance>,
    #[serde(default)]
    reason: Vec<ReasonFile>,
    #[serde(default)]
    parameter: Vec<SettingFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SoFarFile {
    answer: Spanned<Chance>,
    #[serde(default)]
    status: Option<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ReasonFile {
    code: Spanned<String>,
    zh: String,
    en: String,
    column: ReasonColumn,
}

impl Rules {
    /// Reads the rules from the text of a file, `monitoring.toml` by custom.
    ///
    /// # Errors
    /// Every fault, with file and line where known.
    pub fn parse(file: &str, text: &str) -> Result<Self, Vec<FundFault>> {
        let mut faults = Faults::new(file, text);
        let Some(read) = faults.read::<RulesFile>() else { return Err(faults.list) };
        let month = *read.month.get_ref();
        if !(1..=12).contains(&month) {
            faults.at(read.month.span().start, format!("month is 1 to 12, not {month}"));
        }
        let (at, so_far) = (read.so_far.answer.span().start, read.so_far.answer.into_inner());
        if so_far == Chance::Impossible {
            faults.at(at, "so_far is sure or possible: what holds so far is not impossible".to_owned());
        }
        if let Some(status) = read.so_far.status.as_ref().filter(|s| s.get_ref() != "illustrative") {
            faults.at(status.span().start, "status is illustrative or absent".to_owned());
        }
        if read.reason.is_empty() {
            faults.whole("the code list of reasons is empty: write [[reason]] tables".to_owned());
        }
        let mut seen = BTreeSet::new();
        let mut reasons = Vec::new();
        for reason in read.reason {
            let (at, code) = (reason.code.span().start, reason.code.into_inner());
            if !seen.insert(code.clone()) {
                faults.at(at, format!("the reason {code} is given twice"));
            }
            let label = Both::new(reason.zh, reason.en);
            reasons.push(ReasonKind { code, label, column: reason.column });
        }
        let settings = Settings::read("monitoring", read.parameter, &WANTED, &mut faults);
        if settings.exact("lamp-red-below") > settings.exact("lamp-green-from") {
            faults.whole("lamp-red-below is above lamp-green-from: no pace would be yellow".to_owned());
        }
        if !faults.list.is_empty() {
            return Err(faults.list);
        }
        let so_far_illustrative = read.so_far.status.is_some();
        Ok(Self { month, so_far, so_far_illustrative, reasons_for: read.reasons_for, reasons, settings })
    }

    /// Everything that is marked illustrative, as `monitoring.parameter`, sorted.
    pub fn illustrative(&self) -> Vec<String> {
        let mut list = self.settings.illustrative();
        if self.so_far_illustrative {
            list.push("monitoring.so-far".to_owned());
        }
        list.sort();
        list
    }

    /// A kind of reason by its code.
    pub fn reason(&self, code: &str) -> Option<&ReasonKind> {
        self.reasons.iter().find(|r| r.code == code)
    }
}
