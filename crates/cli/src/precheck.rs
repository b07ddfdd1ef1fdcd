//! What an enterprise's own lines would come to, for the pages: looked at beside the ledgers by the engine that computes awards, with the fund's rules.

use std::{
    collections::BTreeMap,
    ffi::OsString,
    path::{Path, PathBuf},
    sync::{Mutex, OnceLock, PoisonError},
};

use jixiao_core::{
    both,
    finding::{Both, Lang},
};
use jixiao_engine::{
    intake::{self, Input, Reason, Silent, Source},
    number::{Dec, Rounding},
    run::{
        self, Bindings, RunError,
        outcome::{Cause, Outcome},
        precheck::{self as engine, BROUGHT},
    },
    schema::{Kind, Ledger, Ledgers},
    scheme::plan::{Dated, Plan, Status},
};
use jixiao_site::precheck::{
    Aside, Brought, Double, Form, Grounds, Illustrative, Less, Line, Looked, Precheck, Refused, Standing,
    Whose,
};
use rust_xlsxwriter::{Format, Workbook, XlsxError};

use crate::{
    commands::{Setting, award::threads},
    ledger_files::LedgerFiles,
    rules::Rules,
};

/// So many enterprises' answers are remembered.
const REMEMBERED: usize = 512;

/// A scheme, a year and an enterprise.
type Asked = (String, i16, String);

/// The files of a folder with size and last change: other files, other answers.
type Stamp = Vec<(OsString, u64, Option<jiff::Timestamp>)>;

/// Answers that took a ledger's reading, as long as no file of the folder is another.
struct Remembered<T>(Mutex<(Stamp, BTreeMap<Asked, T>)>);

impl<T> Default for Remembered<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T: Clone> Remembered<T> {
    /// The answer that is remembered, or one that is made now.
    fn or(&self, folder: &Path, asked: Asked, make: impl FnOnce() -> Result<T, Both>) -> Result<T, Both> {
        let stamp = stamp(folder);
        {
            let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            if held.0 != stamp || held.1.len() >= REMEMBERED {
                *held = (stamp.clone(), BTreeMap::new());
            }
            if let Some(known) = held.1.get(&asked) {
                return Ok(known.clone());
            }
        }
        let made = make()?;
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // What was read while files changed is not remembered.
        if held.0 == stamp && self::stamp(folder) == stamp {
            held.1.insert(asked, made.clone());
        }
        Ok(made)
    }
}

/// What a folder holds just now; nothing where it cannot be listed, which whoever reads it then says.
fn stamp(folder: &Path) -> Stamp {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut all: Stamp = entries
        .filter_map(|entry| {
            let about = entry.metadata().ok()?;
            let changed = about.modified().ok().and_then(|at| at.try_into().ok());
            Some((entry.file_name(), about.len(), changed))
        })
        .collect();
    all.sort();
    all
}

/// A folder of ledgers that lines are looked at beside.
pub(crate) struct Prechecks {
    setting: Setting,
    folder: PathBuf,
    rules: OnceLock<Result<Rules, String>>,
    known: Remembered<Vec<Standing>>,
    /// Rows that the rule refuses, and how many there are.
    refusals: Remembered<(Vec<Refused>, usize)>,
}

/// A scheme ready to be run beside the ledgers.
struct Ready<'a> {
    plan: Plan,
    bindings: Bindings,
    ledgers: &'a Ledgers,
    files: LedgerFiles,
}

/// What is wrong is of the fund's ledgers: whoever brought lines cannot mend it and is told nothing of it.
fn not_yours() -> Both {
    both!(
        "本资金的台账现在不能用来预审，与您上传的文件无关；请告知主管部门",
        "the fund's ledgers cannot be looked at just now; that has nothing to do with your file: tell the office"
    )
}

impl Prechecks {
    /// A folder, not looked into before somebody asks.
    pub(crate) fn new(setting: Setting, folder: &Path) -> Self {
        Self {
            setting,
            folder: folder.to_owned(),
            rules: OnceLock::new(),
            known: Remembered::default(),
            refusals: Remembered::default(),
        }
    }

    fn rules(&self) -> Result<&Rules, Both> {
        let read = || Rules::read(&self.setting.texts, self.setting.lang);
        self.rules.get_or_init(read).as_ref().map_err(|_| not_yours())
    }

    fn ledgers(&self) -> Result<&Ledgers, Both> {
        self.rules()?.ledgers.as_ref().map_err(|_| not_yours())
    }

    fn plan(&self, scheme: &str, year: i16) -> Result<Plan, Both> {
        let unknown = || {
            both!(
                "没有支持方向 {scheme}，或它没有 {year} 年度的规则",
                "there is no scheme {scheme}, or it has no rule for {year}"
            )
        };
        let rules = self.rules()?;
        let found = rules.schemes.iter().find(|known| known.id() == scheme).ok_or_else(unknown)?;
        rules.plan(found, &self.setting, year, &[]).map_err(|_| unknown())
    }

    fn ready(&self, scheme: &str, year: i16) -> Result<Ready<'_>, Both> {
        let plan = self.plan(scheme, year)?;
        let ledgers = self.ledgers()?;
        let files = LedgerFiles::of(&self.folder, ledgers, self.setting.lang).map_err(|_| not_yours())?;
        Ok(Ready { bindings: Bindings::of(&plan), plan, ledgers, files })
    }
}

impl Prechecks {
    /// The conditions of an enterprise itself in every class of a scheme, each told once.
    fn stands(&self, scheme: &str, year: i16, enterprise: &str) -> Result<Vec<Standing>, Both> {
        let ready = self.ready(scheme, year)?;
        let mut all: Vec<Standing> = Vec::new();
        for (at, class) in ready.plan.classes.iter().enumerate() {
            let found = ready
                .with(|setting| engine::standing(&ready.plan, at, &ready.bindings, enterprise, setting))
                .map_err(|_| not_yours())?;
            for mut one in ready.standing(found) {
                match all.iter().find(|known| known.label == one.label) {
                    // The same condition of another class.
                    Some(known) if known.holds == one.holds => continue,
                    Some(_) => {
                        let (zh, en) = (&class.label, &one.label);
                        one.label =
                            Both::new(format!("{}：{}", zh.zh, en.zh), format!("{}: {}", zh.en, en.en));
                    }
                    None => {}
                }
                all.push(one);
            }
        }
        Ok(all)
    }

    /// The rows of an enterprise that a scheme refuses, at most so many, and how many there are.
    fn refuses(
        &self,
        scheme: &str,
        year: i16,
        enterprise: &str,
        most: usize,
    ) -> Result<(Vec<Refused>, usize), Both> {
        let ready = self.ready(scheme, year)?;
        let (plans, bindings) = ([ready.plan.clone()], [ready.bindings.clone()]);
        let ran = ready.with(|setting| run::award(&plans, &bindings, setting)).map_err(|_| not_yours())?;
        let Some(outcome) = ran.outcomes.first() else { return Ok((Vec::new(), 0)) };
        let Some(number) = outcome.find(enterprise) else { return Ok((Vec::new(), 0)) };
        let lines: Vec<_> = outcome
            .lines()
            .filter(|line| line.enterprise == number)
            .filter_map(|line| Some((line.refused.or(line.refused_whole)?, line)))
            .collect();
        let count = lines.len();
        let mut tables: BTreeMap<usize, intake::Loaded> = BTreeMap::new();
        let mut all = Vec::new();
        for (why, line) in lines.into_iter().take(most) {
            let (Some(class), Some(why)) =
                (ready.plan.classes.get(line.class), outcome.reasons(line.class).get(why))
            else {
                continue;
            };
            let Some(ledger) = ready.ledgers.ledgers.get(class.ledger) else { continue };
            if let std::collections::btree_map::Entry::Vacant(free) = tables.entry(class.ledger) {
                let loaded = ready.with(|setting| {
                    let sources = (setting.open)(class.ledger).map_err(|_| not_yours())?;
                    intake::load(ledger, sources, setting.threads, &Silent).map_err(|_| not_yours())
                });
                free.insert(loaded?);
            }
            let table = &tables[&class.ledger].table;
            let key = match table.rows.binary_search(&line.place) {
                Ok(at) => ledger
                    .key
                    .iter()
                    .filter_map(|column| {
                        let told = heading(ledger.columns.get(*column)?);
                        Some((told, intake::cell_text(ledger, table, *column, at)))
                    })
                    .collect(),
                Err(_) => Vec::new(),
            };
            all.push(Refused {
                class: class.label.clone(),
                key,
                yuan: line.yuan.map(digits).unwrap_or_default(),
                reason: why.reason.clone(),
                clause: ready.grounds(why.clause),
            });
        }
        Ok((all, count))
    }
}

impl Ready<'_> {
    fn with<T>(&self, ask: impl FnOnce(&run::Setting<'_>) -> T) -> T {
        let open = self.files.opener();
        ask(&run::Setting { ledgers: self.ledgers, open: &*open, threads: threads(None), watch: &Silent })
    }

    fn grounds(&self, clause: Option<usize>) -> Option<Grounds> {
        let clause = self.plan.clauses.get(clause?)?;
        Some(Grounds {
            text: clause.text.clone(),
            source: clause.source.clone(),
            certainty: clause.certainty,
        })
    }

    fn standing(&self, found: Vec<engine::Standing>) -> Vec<Standing> {
        let register = self.ledgers.ledgers.get(self.plan.applicant.ledger);
        let heading = |column: usize| {
            register.and_then(|ledger| ledger.columns.get(column)).map_or_else(|| Both::same("—"), heading)
        };
        let told = |one: engine::Standing| Standing {
            clause: self.grounds(one.clause),
            said: one.asked.into_iter().map(|(column, value)| (heading(column), value)).collect(),
            label: one.label,
            holds: one.holds,
            reason: one.reason,
            illustrative: one.illustrative,
        };
        found.into_iter().map(told).collect()
    }
}

/// What a column is called: the heading that files have, and the ledger's own word.
pub(crate) fn heading(column: &jixiao_engine::schema::Column) -> Both {
    let zh = column.headings.first().unwrap_or(&column.name);
    Both::new(zh.clone(), column.name.replace('_', " "))
}

fn digits(yuan: Dec) -> String {
    yuan.normal().to_string()
}

fn fen(yuan: Dec) -> Result<i64, Both> {
    let whole = yuan.rounded(2, Rounding::HalfUp).and_then(|yuan| yuan.at_scale(2));
    whole.and_then(|fen| i64::try_from(fen).ok()).ok_or_else(|| {
        both!(
            "金额过大，无法计算；请核对各行金额",
            "the amounts are too large to be held; look at those of the lines"
        )
    })
}

/// What went wrong, as far as whoever brought the file can do something about it.
fn told(error: &RunError, name: &str) -> Both {
    engine::blames(error, name).unwrap_or_else(not_yours)
}

/// The clause of what takes money off.
fn clause_of(outcome: &Outcome, cause: Cause) -> Option<usize> {
    let plan = &outcome.plan;
    match cause {
        Cause::Reason(class, reason) => outcome.reasons(class).get(reason)?.clause,
        Cause::Step(class, step) => plan.classes.get(class)?.steps.get(step)?.clause,
        Cause::SchemeStep(step) | Cause::SchemeNoResult(step) => plan.steps.get(step)?.clause,
        Cause::Budget => plan.budget.as_ref()?.clause,
    }
}

/// The values of a ledger's key columns by row of one file that is read alone.
fn keys(ledger: &Ledger, bytes: &[u8]) -> Result<BTreeMap<u32, Vec<String>>, Both> {
    let source = Source { name: BROUGHT.to_owned(), input: Input::Bytes(bytes.to_vec()) };
    let loaded =
        intake::load(ledger, vec![source], 1, &Silent).map_err(|error| told(&RunError::Intake(error), ""))?;
    let table = &loaded.table;
    let rows = table.rows.iter().enumerate();
    Ok(rows
        .map(|(at, place)| {
            (
                place.row,
                ledger.key.iter().map(|column| intake::cell_text(ledger, table, *column, at)).collect(),
            )
        })
        .collect())
}

impl Precheck for Prechecks {
    fn look(&self, brought: &Brought) -> Result<Looked, Both> {
        let ready = self.ready(&brought.scheme, brought.year)?;
        let plan = &ready.plan;
        let class = plan.classes.iter().position(|class| class.id == brought.class);
        let class =
            class.ok_or_else(|| both!("请选择申报类别", "say in which class the lines are claimed"))?;
        let found = ready
            .with(|setting| {
                let code = &brought.enterprise;
                engine::precheck(plan, class, &ready.bindings, code, &brought.bytes, setting)
            })
            .map_err(|error| told(&error, &brought.name))?;
        let class = &plan.classes[class];
        let ledger = &ready.ledgers.ledgers[class.ledger];
        let by_row = keys(ledger, &brought.bytes)?;
        let outcome = &found.outcome;
        let column = |name: &String| ledger.find(name).map_or_else(|| Both::same(name), |(_, c)| heading(c));
        let set_aside = found.set_aside.iter().map(|aside| Aside {
            row: aside.row,
            column: aside.column.as_ref().map(column),
            value: aside.value.clone(),
            reason: match &aside.reason {
                // Where the other row stands is nobody's business but the fund's, unless it stands in the same file.
                Reason::DuplicateKey(file, row) if file == BROUGHT => {
                    Reason::DuplicateKey(brought.name.clone(), *row).text()
                }
                Reason::DuplicateKey(..) => both!(
                    "同一主键的行已经申报过。请核对。",
                    "a row with the same key is claimed already; look at it"
                ),
                reason => reason.text(),
            },
        });
        let reason = |number: usize| outcome.reasons(0).get(number);
        let lines = found.lines.iter().map(|line| Line {
            row: line.row,
            key: by_row.get(&line.row).cloned().unwrap_or_default(),
            yuan: line.yuan.map(digits).unwrap_or_default(),
            refused: line.refused.and_then(reason).map(|why| (why.reason.clone(), ready.grounds(why.clause))),
        });
        let doubles = found.doubles.iter().filter_map(|double| {
            let rule = class.duplicates.get(double.rule)?;
            Some(Double {
                row: double.row,
                person: double.person,
                label: rule.label.clone(),
                reason: rule.reason.clone(),
                whose: match double.whose {
                    engine::Whose::File(row) => Whose::File(row),
                    engine::Whose::Own => Whose::Own,
                    engine::Whose::Other => Whose::Elsewhere,
                    engine::Whose::Ledger(other) => {
                        Whose::Earlier(ready.ledgers.ledgers.get(other)?.label.clone())
                    }
                },
            })
        });
        let mut looked = Looked {
            sha256: found.file.sha256.clone(),
            rows: found.file.rows,
            taken: found.file.accepted,
            unread: found.file.unread.clone(),
            set_aside: set_aside.collect(),
            strange: found.strange.clone(),
            key: ledger
                .key
                .iter()
                .filter_map(|at| ledger.columns.get(*at))
                .map(|column| (column.name.clone(), heading(column)))
                .collect(),
            lines: lines.collect(),
            doubles: doubles.collect(),
            refused_whole: found.refused_whole.and_then(reason).map(|why| why.reason.clone()),
            illustrative: found.illustrative.iter().filter_map(|at| illustrative(plan, *at)).collect(),
            region: found.region.clone(),
            claimed: "0".to_owned(),
            ..Looked::default()
        };
        if let Some(award) = &found.award {
            looked.claimed = digits(award.claimed);
            looked.claimed_fen = fen(award.claimed)?;
            looked.fen = award.awarded_fen;
            looked.counted = award.rows.1;
            looked.less = award
                .reductions
                .iter()
                .map(|less| Less {
                    label: outcome.cause_text(less.cause),
                    rows: less.rows,
                    yuan: digits(less.yuan),
                    clause: ready.grounds(clause_of(outcome, less.cause)),
                })
                .collect();
        }
        looked.standing = ready.standing(found.standing);
        Ok(looked)
    }

    fn standing(&self, scheme: &str, year: i16, enterprise: &str) -> Result<Vec<Standing>, Both> {
        let asked = (scheme.to_owned(), year, enterprise.to_owned());
        self.known.or(&self.folder, asked, || self.stands(scheme, year, enterprise))
    }

    fn refused(
        &self,
        scheme: &str,
        year: i16,
        enterprise: &str,
        most: usize,
    ) -> Result<(Vec<Refused>, usize), Both> {
        let asked = (scheme.to_owned(), year, enterprise.to_owned());
        self.refusals.or(&self.folder, asked, || self.refuses(scheme, year, enterprise, most))
    }

    fn template(&self, scheme: &str, class: &str, form: Form, chinese: bool) -> Result<Vec<u8>, Both> {
        let plan = self.plan(scheme, self.setting.fund.cycle.first)?;
        let found = plan.classes.iter().find(|known| known.id == class);
        let ledger = found.and_then(|class| self.ledgers().ok()?.ledgers.get(class.ledger));
        let ledger = ledger.ok_or_else(|| both!("没有类别 {class}", "there is no class {class}"))?;
        let name = |column: &jixiao_engine::schema::Column| match column.headings.first() {
            Some(heading) if chinese => heading.clone(),
            _ => column.name.clone(),
        };
        let names: Vec<String> = ledger.columns.iter().map(name).collect();
        let broken = |error: String| both!("文件没有写成：{error}", "the file was not written: {error}");
        match form {
            Form::Csv => {
                // Spreadsheets take text for UTF-8 by this mark.
                let mut to = csv::Writer::from_writer("\u{feff}".as_bytes().to_vec());
                to.write_record(&names).map_err(|error| broken(error.to_string()))?;
                to.into_inner().map_err(|error| broken(error.to_string()))
            }
            Form::Xlsx => workbook(ledger, &names, if chinese { Lang::Zh } else { Lang::En })
                .map_err(|error| broken(error.to_string())),
        }
    }
}

/// The name and the source of a parameter with an illustrative value.
fn illustrative(plan: &Plan, at: usize) -> Option<Illustrative> {
    let parameter = plan.parameters.get(at)?;
    let all = parameter.values.iter().chain(parameter.regions.values().flatten());
    let first = all.into_iter().find(|value: &&Dated| value.status == Status::Illustrative)?;
    Some(Illustrative { label: parameter.label.clone(), source: first.source.clone() })
}

/// What a column holds, in words.
fn holds(kind: &Kind) -> Both {
    match kind {
        Kind::Text => Both::new("文字", "text"),
        Kind::Choice(choices) => {
            let words = |pick: &dyn Fn(&jixiao_engine::schema::Choice) -> String, between: &str| {
                choices.iter().map(pick).collect::<Vec<_>>().join(between)
            };
            let zh = |choice: &jixiao_engine::schema::Choice| {
                choice.names.first().unwrap_or(&choice.value).clone()
            };
            Both::new(
                format!("其中之一：{}", words(&zh, "、")),
                format!("one of {}", words(&|choice| choice.value.clone(), ", ")),
            )
        }
        Kind::CreditCode => Both::new("18位统一社会信用代码", "a credit code of 18 characters"),
        Kind::Digits(width) => both!("{width}位数字，按文本填写", "{width} digits, as text"),
        Kind::Whole => Both::new("整数", "a whole number"),
        Kind::Decimal(scale) => both!("数字，最多{scale}位小数", "a number with {scale} decimals at most"),
        Kind::Date => Both::new("日期，如 2024-06-30", "a date such as 2024-06-30"),
        Kind::Flag => Both::new("是或否", "yes or no"),
    }
}

/// A workbook with the headings of a ledger; what each column holds stands on a second sheet. Columns of digits are text, so that none are lost.
fn workbook(ledger: &Ledger, names: &[String], lang: Lang) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    // The same file whenever it is asked for.
    book.set_properties(
        &rust_xlsxwriter::DocProperties::new()
            .set_creation_datetime(&rust_xlsxwriter::ExcelDateTime::from_ymd(2000, 1, 1)?),
    );
    let (bold, text) = (Format::new().set_bold(), Format::new().set_num_format("@"));
    let sheet = book.add_worksheet();
    sheet.set_name(match lang {
        Lang::Zh => "明细",
        Lang::En => "lines",
    })?;
    for ((at, column), name) in (0u16..).zip(&ledger.columns).zip(names) {
        sheet.set_column_width(at, 18)?;
        if matches!(column.kind, Kind::Digits(_) | Kind::CreditCode | Kind::Text | Kind::Date) {
            sheet.set_column_format(at, &text)?;
        }
        sheet.write_with_format(0, at, name.as_str(), &bold)?;
    }
    let sheet = book.add_worksheet();
    let titles = match lang {
        Lang::Zh => ["说明：列", "内容", "填写", "必填"],
        Lang::En => ["about: column", "what it is", "how it is written", "needed"],
    };
    sheet.set_name(match lang {
        Lang::Zh => "填写说明",
        Lang::En => "about",
    })?;
    for (at, title) in (0u16..).zip(titles) {
        sheet.set_column_width(at, if at == 0 { 24 } else { 40 })?;
        sheet.write_with_format(0, at, title, &bold)?;
    }
    for ((row, column), name) in (1u32..).zip(&ledger.columns).zip(names) {
        let needed = match (column.required, lang) {
            (true, Lang::Zh) => "是",
            (true, Lang::En) => "yes",
            (false, Lang::Zh) => "否",
            (false, Lang::En) => "no",
        };
        sheet.write(row, 0, name.as_str())?;
        sheet.write(row, 1, column.doc.get(lang))?;
        sheet.write(row, 2, holds(&column.kind).get(lang))?;
        sheet.write(row, 3, needed)?;
    }
    book.save_to_buffer()
}

#[cfg(test)]
mod tests;
