//! The official forms (绩效目标表, 自评表, 监控表 and their kin): values in, a filled [`TargetTable`] out, and from that the file.
//!
//! A filled form is a target table like one that was read: it is laid out by [`jixiao_tables::official`], read back by the same reader, and checked
//! by the same checks. The layouts are those of the annexes as practice prints them; no text of the annexes themselves was found, see `docs/report.md`.
//!
//! Missing, not applicable and zero stay apart: what is missing is an empty cell and is said below the table, what does not apply is `—` in the
//! columns of points and `/` as a result, zero is 0.

mod fill;
mod money_management;
mod monitoring;
mod regional_self_evaluation;
mod regional_targets;
mod self_evaluation;
mod targets;

use jixiao_core::{
    both,
    evaluation::ScoreSheet,
    finding::Both,
    money::Fen,
    monitor::{Monitoring, Rules},
    place::{Place, Written},
    region::{RegionId, RegionTree},
    table::TargetTable,
};
use jixiao_tables::{
    layout::Layout,
    official,
    write::{WriteError, write_docx, write_xlsx},
};

pub use money_management::{MONEY_MANAGEMENT, money_management};
pub use monitoring::monitoring;
pub use regional_self_evaluation::regional_self_evaluation;
pub use regional_targets::regional_targets;
pub use self_evaluation::self_evaluation;
pub use targets::targets;

/// Amounts of one line of the money block, in fen. `None` is an empty cell: nobody has said; zero is zero.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FormAmounts {
    /// 年初预算数.
    pub initial: Option<Fen>,
    /// 全年预算数, adjusted.
    pub adjusted: Option<Fen>,
    /// 全年执行数.
    pub executed: Option<Fen>,
}

/// The money block of a form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FormMoney {
    /// 年度资金总额. Where a score sheet is at hand its budget and executed amount go before these, since the score was made of them.
    pub total: FormAmounts,
    /// The lines under the total by the name of their source, without 其中: `当年财政拨款`, `上年结转资金`, `中央补助`, `地方资金`, `其他资金`.
    /// Where there are none the form prints its own lines, empty; the annexes' 中央补助 is 上级补助资金 there, since a province passes money on too.
    pub parts: Vec<(String, FormAmounts)>,
}

/// The block of goals of a form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GoalsReached {
    /// The goals that were set, a paragraph each. Where there are none, the table's goals of the year are printed; a region's form then says that they
    /// are those of the whole.
    pub set: Vec<String>,
    /// What was reached, a paragraph each, beside the goals in order; none while nobody has said.
    pub reached: Vec<String>,
}

/// What a form is filled from. What a form does not need may be left out.
#[derive(Clone, Copy, Debug)]
pub struct Filling<'a> {
    /// The target table.
    pub table: &'a TargetTable,
    /// The year.
    pub year: i16,
    /// The fund's regions.
    pub regions: &'a RegionTree,
    /// The region; `None` for the whole.
    pub region: Option<RegionId>,
    /// The score sheet of the region or whole.
    pub sheet: Option<&'a ScoreSheet>,
    /// Money of the region or whole.
    pub money: &'a FormMoney,
    /// Goals of the region or whole.
    pub goals: &'a GoalsReached,
    /// What monitoring came to, and its rules.
    pub monitoring: Option<(&'a Monitoring, &'a Rules)>,
    /// Lines below the table, each printed after 说明：.
    pub notes: &'a [String],
}

/// For whom a form is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum For {
    /// The whole fund.
    Whole,
    /// One region.
    Region,
    /// Either.
    Either,
}

/// An official form.
#[derive(Clone, Copy, Debug)]
pub struct Form {
    /// Stable name, also of files.
    pub id: &'static str,
    /// Official name in Chinese.
    pub zh: &'static str,
    /// In English.
    pub en: &'static str,
    /// For whom it is made.
    pub made_for: For,
    fill: fn(&Filling<'_>) -> Option<TargetTable>,
}

/// Every form, in the order in which a year needs them.
pub static FORMS: [Form; 5] = [
    Form {
        id: "targets",
        zh: "绩效目标表",
        en: "performance targets",
        made_for: For::Whole,
        fill: |f| Some(targets(f.table)),
    },
    Form {
        id: "regional-targets",
        zh: "区域绩效目标表",
        en: "performance targets of a region",
        made_for: For::Region,
        fill: |f| {
            let region = f.region?;
            Some(regional_targets(f.table, region, &f.regions.get(region).name, f.year, f.money, f.goals))
        },
    },
    Form {
        id: "monitoring",
        zh: "项目支出绩效目标执行监控表",
        en: "monitoring of performance targets",
        made_for: For::Either,
        fill: |f| f.monitoring.map(|(made, rules)| monitoring(f.table, made, rules, f.region, f.regions)),
    },
    Form {
        id: "self-evaluation",
        zh: "项目支出绩效自评表",
        en: "self-evaluation of a project",
        made_for: For::Either,
        fill: |f| f.sheet.map(|sheet| self_evaluation(f.table, sheet, f.money, f.goals)),
    },
    Form {
        id: "regional-self-evaluation",
        zh: "转移支付区域绩效自评表",
        en: "self-evaluation of a transfer by region",
        made_for: For::Region,
        fill: |f| f.sheet.map(|sheet| regional_self_evaluation(f.table, sheet, f.money, f.goals)),
    },
];

/// Why a form was not made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormFault(pub Both);

impl std::fmt::Display for FormFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} ({})", self.0.zh, self.0.en)
    }
}

impl std::error::Error for FormFault {}

impl Form {
    /// A form by its id.
    pub fn find(id: &str) -> Option<&'static Self> {
        FORMS.iter().find(|form| form.id == id)
    }

    /// The official name in both languages.
    pub fn name(&self) -> Both {
        Both::new(self.zh, self.en)
    }

    /// Fills the form.
    ///
    /// # Errors
    /// A form for a region without a region, or for the whole with one; a score sheet or monitoring that is missing, or is of another region or year.
    pub fn fill(&self, filling: &Filling<'_>) -> Result<TargetTable, FormFault> {
        let name = self.name();
        let (zh, en) = (&name.zh, &name.en);
        match (self.made_for, filling.region) {
            (For::Region, None) => {
                return Err(FormFault(both!(
                    "{zh}按地区填报，请指定地区",
                    "{en} is made for a region: say which"
                )));
            }
            (For::Whole, Some(_)) => {
                return Err(FormFault(both!(
                    "{zh}只对资金整体填报，不按地区",
                    "{en} is made for the whole, not for a region"
                )));
            }
            _ => {}
        }
        let other = |sheet: &&ScoreSheet| sheet.region != filling.region || sheet.year != filling.year;
        if filling.sheet.as_ref().is_some_and(other) {
            return Err(FormFault(both!(
                "{zh}：评分结果与要填的地区或年度不符",
                "{en}: the score sheet is of another region or year"
            )));
        }
        if filling.monitoring.is_some_and(|(made, _)| made.year != filling.year) {
            return Err(FormFault(both!(
                "{zh}：监控结果与要填的年度不符",
                "{en}: monitoring is of another year"
            )));
        }
        let Some(mut form) = (self.fill)(filling) else {
            return Err(FormFault(both!(
                "{zh}需要先有评分或监控结果",
                "{en} needs a score sheet or monitoring first"
            )));
        };
        let notes = filling.notes.iter().filter(|n| !n.trim().is_empty());
        form.notes.extend(notes.map(|n| Written::new(format!("说明：{n}"), Place::default())));
        Ok(form)
    }
}

/// In which format a form is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FormFile {
    /// Excel.
    Xlsx,
    /// Word.
    Docx,
}

impl FormFile {
    /// The end of a file's name, without the dot.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Xlsx => "xlsx",
            Self::Docx => "docx",
        }
    }
}

/// A filled form as a page: A4, its heading repeated on every page.
pub fn layout(form: &TargetTable) -> Layout {
    official::layout(form)
}

/// A filled form as the bytes of a file; the same form gives the same bytes.
///
/// # Errors
/// A text that is too long for a cell; an archive that cannot be written.
pub fn write(form: &TargetTable, file: FormFile) -> Result<Vec<u8>, WriteError> {
    let layout = layout(form);
    match file {
        FormFile::Xlsx => write_xlsx(&layout),
        FormFile::Docx => write_docx(&layout),
    }
}
