//! What somebody's own lines would come to, before they are claimed: looked at beside everything that the fund's ledgers hold, and settled alone.
//!
//! Lines that are brought stand behind all that are there, so that of two equal ones the earlier counts. What is told is of one applicant: rows of
//! others that the file holds are named and not judged, for their verdicts would tell how the register thinks of somebody else.

use std::{
    cell::{Cell, RefCell},
    collections::{BTreeMap, BTreeSet},
};

use jixiao_core::{both, finding::Both};

use crate::{
    batch::{Batch, Column, Table, Texts, Values},
    intake::{self, FileReport, SetAside, Source},
    run::{
        Bindings, Intake, RunError, Setting,
        bindings::illustrative_in,
        conclude,
        duplicates::Other,
        evidence,
        explain::shown,
        lines::{Seen, Stage, Worker},
        look,
        lookup::Prepared,
        outcome::{Award, Outcome},
        register::{NONE, Register},
        registers,
        rows::Rows,
        sources, used_by,
    },
    scheme::plan::{Class, DuplicateKind, Expr, Kind, Name, Plan, Type},
};

/// The name under which lines that are brought go through intake. No ledger file is called so: those have an ending.
pub const BROUGHT: &str = "brought";

/// Whose row a line that is brought repeats.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Whose {
    /// A row of the same file: its number there.
    File(u32),
    /// A row of the same applicant's that the ledger holds.
    Own,
    /// A row of somebody else's that the ledger holds. Nothing more is told of it.
    Other,
    /// A row of another ledger, by index: of claims that were supported before, say. Nothing more is told of it.
    Ledger(usize),
}

/// A line that is there twice, or looks it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Double {
    /// Its row in the file.
    pub row: u32,
    /// The rule, by index into the class's duplicates.
    pub rule: usize,
    /// Whether a person decides; otherwise the line is refused.
    pub person: bool,
    /// What it repeats.
    pub whose: Whose,
}

/// A line that was looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Judged {
    /// Its row in the file.
    pub row: u32,
    /// Why it is refused, by number of the reason ([`Outcome::reasons`]); none when it counts.
    pub refused: Option<usize>,
    /// What it would be worth in 元; none where that could not be computed.
    pub yuan: Option<crate::number::Dec>,
}

/// A condition of the applicant alone, as the register answers it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Its id.
    pub id: String,
    /// Its name.
    pub label: Both,
    /// Whether it holds; none where the register does not know the applicant.
    pub holds: Option<bool>,
    /// Why what fails it is refused.
    pub reason: Both,
    /// Index into the plan's clauses.
    pub clause: Option<usize>,
    /// What was asked of the register: the column, by index, and what stands there.
    pub asked: Vec<(usize, Both)>,
    /// Whether an illustrative value had a part in it.
    pub illustrative: bool,
}

/// What lines that are brought come to.
#[derive(Debug)]
pub struct Precheck {
    /// The file, with its hash and counts.
    pub file: FileReport,
    /// Its rows that did not fit, with column, value and reason.
    pub set_aside: Vec<SetAside>,
    /// Its rows that were looked at, in their order.
    pub lines: Vec<Judged>,
    /// Its rows of other applicants, which were not judged.
    pub strange: Vec<u32>,
    /// Lines that are there twice, or look it.
    pub doubles: Vec<Double>,
    /// The applicant's conditions.
    pub standing: Vec<Standing>,
    /// What it comes to, with every reduction by name; none when no line of the applicant's was taken. The fund's money is not asked.
    pub award: Option<Award>,
    /// What causes and reasons are called, and the plan of the one class.
    pub outcome: Outcome,
    /// Why all that the applicant brought is refused, by number of the reason.
    pub refused_whole: Option<usize>,
    /// Division code of the applicant's region, as the register has it.
    pub region: Option<String>,
    /// Parameters with an illustrative value for the applicant's region, by index.
    pub illustrative: Vec<usize>,
}

/// The plan of one class, without a budget: whether the money reaches is known when everybody has applied.
fn alone(plan: &Plan, class: usize) -> Result<Plan, RunError> {
    let Some(found) = plan.classes.get(class) else {
        return Err(RunError::Asked(both!("没有这一类别", "there is no such class")));
    };
    let mut sums_classes = false;
    plan.steps.iter().for_each(|step| {
        step.expression.walk(&mut |e| sums_classes |= matches!(e.kind, Kind::Name(Name::Class(_))));
    });
    if sums_classes {
        return Err(RunError::Asked(both!(
            "本支持方向按各类别分别计算合计，不能单独预审一个类别",
            "this scheme computes with each class by name: one of them cannot be looked at alone"
        )));
    }
    Ok(Plan { classes: vec![found.clone()], budget: None, ..plan.clone() })
}

/// What lines of an applicant come to: `bytes` is the file that they stand in, `class` the index of the class that they are claimed in.
///
/// # Errors
/// The file, or one of the fund's ledgers, cannot be read, or something cannot be computed: [`blames`] tells which.
pub fn precheck(
    plan: &Plan,
    class: usize,
    bindings: &Bindings,
    code: &str,
    bytes: &[u8],
    setting: &Setting,
) -> Result<Precheck, RunError> {
    let plan = alone(plan, class)?;
    let ledger = plan.classes[0].ledger;
    let before = Cell::new(0usize);
    let open = |asked: usize| {
        let mut found = (setting.open)(asked)?;
        if asked == ledger {
            before.set(found.len());
            let input = intake::Input::Bytes(bytes.to_vec());
            found.push(Source { name: BROUGHT.to_owned(), input });
        }
        Ok(found)
    };
    let setting =
        &Setting { ledgers: setting.ledgers, open: &open, threads: setting.threads, watch: setting.watch };
    let plans = std::slice::from_ref(&plan);
    let mut evidence = evidence(plans, setting)?;
    let registers = registers(plans, &evidence.tables)?;
    let (tables, intakes) = (&evidence.tables, &mut evidence.intakes);
    let looked = look(plans, std::slice::from_ref(bindings), &registers, tables, setting, intakes)?;
    let mut rows = looked.into_iter().flatten().next().unwrap_or_default();
    let file = u32::try_from(before.get()).unwrap_or(u32::MAX);
    let Some(Intake { files, set_aside, .. }) = intakes.get(&ledger) else {
        return Err(RunError::Asked(both!("台账没有读入", "the ledger was not read")));
    };
    let report = files.get(file as usize).cloned();
    let report = report.ok_or_else(|| RunError::Asked(both!("文件没有读入", "the file was not read")))?;
    let set_aside: Vec<SetAside> = set_aside.iter().filter(|aside| aside.file == file).cloned().collect();

    let register = &registers[0];
    let own = register.row(code);
    let is_own = |rows: &Rows, index: usize| {
        let applicant = rows.applicant(index);
        let stranger = (applicant as usize).checked_sub(register.table.rows.len());
        match stranger.filter(|_| applicant != NONE) {
            Some(at) => rows.unknown.get(at).is_some_and(|unknown| unknown == code),
            None => applicant == own && own != NONE,
        }
    };
    let brought = |rows: &Rows, index: usize| rows.place(index).file == file;
    let mut doubles = Vec::new();
    for (rule, pair) in &rows.pairs {
        let row = pair.row as usize;
        if !brought(&rows, row) || !is_own(&rows, row) {
            continue;
        }
        let (_, other) = rows.other_place(pair.other);
        let whose = match pair.other {
            Other::Same(at) if brought(&rows, at as usize) => Whose::File(other.row),
            Other::Same(at) if is_own(&rows, at as usize) => Whose::Own,
            Other::Same(_) => Whose::Other,
            Other::Elsewhere(_) => Whose::Ledger(against(&plan.classes[0], *rule)),
        };
        let person = matches!(plan.classes[0].duplicates[*rule].kind, DuplicateKind::Near { .. });
        doubles.push(Double { row: rows.place(row).row, rule: *rule, person, whose });
    }
    doubles.sort_by_key(|double| (double.row, double.rule, double.whose));
    let (mut kept, mut strange) = (Vec::new(), Vec::new());
    for index in (0..rows.len()).filter(|index| brought(&rows, *index)) {
        if is_own(&rows, index) {
            kept.push(index);
        } else {
            strange.push(rows.place(index).row);
        }
    }
    rows.keep_only(&kept, file);
    let standing = of_applicant(&plan, bindings, register, tables, code)?;
    let outcome = conclude(&plan, bindings, register, vec![rows], 1)?;
    let lines = outcome
        .lines()
        .map(|line| Judged { row: line.place.row, refused: line.refused, yuan: line.yuan })
        .collect();
    let number = outcome.find(code);
    let award = number.and_then(|number| outcome.awards().nth(number)).filter(|award| award.rows.0 > 0);
    let refused_whole = number.and_then(|number| outcome.refused_whole(0, number));
    let region = register.region(own).map(str::to_owned);
    let illustrative = super::used(&plan)
        .into_iter()
        .filter(|index| illustrative_in(&plan, region.as_deref(), [*index]))
        .collect();
    Ok(Precheck {
        file: report,
        set_aside,
        lines,
        strange,
        doubles,
        standing,
        award,
        outcome,
        refused_whole,
        region,
        illustrative,
    })
}

/// The ledger that a rule compares with.
fn against(class: &Class, rule: usize) -> usize {
    match &class.duplicates[rule].kind {
        DuplicateKind::Near { against: Some((ledger, _, _)), .. } => *ledger,
        _ => class.ledger,
    }
}

/// The applicant's own conditions, without any line: of the ledgers only the register and those that such a condition looks into are read.
///
/// # Errors
/// One of those ledgers cannot be read.
pub fn standing(
    plan: &Plan,
    class: usize,
    bindings: &Bindings,
    code: &str,
    setting: &Setting,
) -> Result<Vec<Standing>, RunError> {
    let plan = alone(plan, class)?;
    let class = &plan.classes[0];
    let needed = asked_lookups(class);
    let asked =
        class.lookups.iter().zip(needed).filter(|(_, needed)| *needed).map(|(lookup, _)| lookup.ledger);
    let wanted: BTreeSet<usize> = asked.chain([plan.applicant.ledger]).collect();
    let mut tables: BTreeMap<usize, Table> = BTreeMap::new();
    for ledger in class.lookups.iter().map(|lookup| lookup.ledger).chain([plan.applicant.ledger]) {
        if tables.contains_key(&ledger) {
            continue;
        }
        // What nobody asks is there and empty.
        let from = if wanted.contains(&ledger) { sources(setting, ledger)? } else { Vec::new() };
        let schema = &setting.ledgers.ledgers[ledger];
        let loaded = intake::load(schema, from, setting.threads, setting.watch).map_err(RunError::Intake)?;
        tables.insert(ledger, loaded.table);
    }
    let register = Register::new(&tables[&plan.applicant.ledger], &plan.applicant);
    of_applicant(&plan, bindings, &register, &tables, code)
}

/// Which look-ups the applicant's own conditions ask.
fn asked_lookups(class: &Class) -> Vec<bool> {
    let mut needed = vec![false; class.lookups.len()];
    fn mark(class: &Class, expression: &Expr, needed: &mut [bool]) {
        expression.walk(&mut |e| match &e.kind {
            Kind::Name(Name::Lookup(lookup, _) | Name::Found(lookup)) => needed[*lookup] = true,
            Kind::Name(Name::Line(step)) => mark(class, &class.lines[*step].expression, needed),
            _ => {}
        });
    }
    for condition in class.conditions.iter().filter(|c| is_of_applicant(class, &c.expression)) {
        mark(class, &condition.expression, &mut needed);
    }
    needed
}

/// Whether an expression asks nothing of a line but whose it is.
fn is_of_applicant(class: &Class, expression: &Expr) -> bool {
    let mut own = true;
    expression.walk(&mut |e| {
        let Kind::Name(name) = &e.kind else { return };
        own &= match name {
            Name::Enterprise(_) | Name::Other(_) => true,
            Name::Column(column) => *column == class.applicant,
            Name::Line(step) => is_of_applicant(class, &class.lines[*step].expression),
            Name::Lookup(lookup, _) | Name::Found(lookup) => {
                class.lookups[*lookup].on.iter().all(|(_, key)| is_of_applicant(class, key))
            }
            Name::Principal | Name::Aggregate(_) | Name::Amount | Name::Class(_) => false,
        };
    });
    own
}

/// Asks the conditions of an applicant of a line that holds nothing but its code.
fn of_applicant(
    plan: &Plan,
    bindings: &Bindings,
    register: &Register,
    tables: &BTreeMap<usize, Table>,
    code: &str,
) -> Result<Vec<Standing>, RunError> {
    let class = &plan.classes[0];
    let mut lookups = Vec::with_capacity(class.lookups.len());
    for lookup in &class.lookups {
        let prepared = Prepared::new(lookup, &tables[&lookup.ledger], bindings);
        lookups.push(prepared.map_err(|(_, failure)| RunError::Lookup {
            what: format!("{}/{}/{}", plan.id, class.id, lookup.id),
            why: failure.text(),
        })?);
    }
    let columns = class.applicant + 1;
    let asked = class.conditions.iter().map(|c| &c.expression);
    let widest = asked.chain(class.lookups.iter().flat_map(|l| l.on.iter().map(|(_, e)| e)));
    let widest = widest.chain(class.lines.iter().map(|s| &s.expression)).chain([&class.principal]);
    let mut most = columns;
    for expression in widest {
        expression.walk(&mut |e| {
            if let Kind::Name(Name::Column(column)) = &e.kind {
                most = most.max(column + 1);
            }
        });
    }
    let mut texts = Texts::default();
    let key = texts.intern(code);
    let mut columns: Vec<Option<Column>> = vec![None; most];
    columns[class.applicant] = Some(Column { values: Values::Text(vec![key]), nulls: None });
    let batch = Batch { file: 0, rows: vec![1], columns };
    let known = register.row(code) != NONE;
    let region = register.region(register.row(code)).map(str::to_owned);
    let in_register = Standing {
        id: "unknown-applicant".to_owned(),
        label: Both::new("在企业名录中", "In the register of enterprises"),
        holds: Some(known),
        reason: Both::new(
            "企业名录中没有这一统一社会信用代码",
            "The register of enterprises does not have this credit code",
        ),
        clause: None,
        asked: Vec::new(),
        illustrative: false,
    };
    // A line that holds nothing else meets the class's own steps with nulls; what could not be computed of them is no matter of the applicant's.
    let mut class = class.clone();
    let own: Vec<bool> = class.conditions.iter().map(|c| is_of_applicant(&class, &c.expression)).collect();
    let all = std::mem::take(&mut class.conditions);
    let requirements = std::mem::take(&mut class.requirements);
    let requirements = requirements.into_iter().filter(|c| is_of_applicant(&class, &c.expression));
    let asked: Vec<_> =
        all.into_iter().zip(own).filter(|(_, own)| *own).map(|(c, _)| c).chain(requirements).collect();
    let stage = Stage { class: &class, bindings, register, lookups };
    let mut told = vec![in_register];
    let seen = stage.evaluate(&batch, &mut texts, &mut Worker::default(), |seen: &Seen| {
        Ok(asked
            .iter()
            .map(|condition| {
                let holds = seen.ask(&condition.expression);
                let mut from = Vec::new();
                condition.expression.walk(&mut |e| {
                    if let Kind::Name(Name::Enterprise(column)) = &e.kind
                        && !from.iter().any(|(known, _)| known == column)
                    {
                        let value = seen.ask(e).value(0, e.ty == Type::Date, &RefCell::borrow(seen.texts()));
                        from.push((*column, shown(&value, &e.ty)));
                    }
                });
                Standing {
                    id: condition.id.clone(),
                    label: condition.label.clone(),
                    holds: known.then(|| holds.is_true(0)),
                    reason: condition.reason.clone(),
                    clause: condition.clause,
                    asked: if known { from } else { Vec::new() },
                    illustrative: illustrative_in(plan, region.as_deref(), used_by([&condition.expression])),
                }
            })
            .collect::<Vec<_>>())
    });
    told.extend(seen.unwrap_or_default());
    Ok(told)
}

/// Whether an error is of the file that was brought, so that whoever brought it can mend it; what else is wrong is of the fund's ledgers and nobody
/// else's business. `name` is what whoever brought it calls the file.
pub fn blames(error: &RunError, name: &str) -> Option<Both> {
    match error {
        RunError::Intake(all) => {
            let mut own: Vec<_> = all.faults.iter().filter(|fault| fault.file == BROUGHT).cloned().collect();
            own.iter_mut().for_each(|fault| name.clone_into(&mut fault.file));
            (!own.is_empty()).then(|| RunError::Intake(intake::IntakeError { faults: own }).text())
        }
        RunError::Line { file, row, why, .. } if file == BROUGHT => Some(both!(
            "第{row}行无法计算：{zh}",
            "row {row} cannot be computed: {en}",
            zh = why.zh,
            en = why.en
        )),
        RunError::Asked(why) => Some(why.clone()),
        _ => None,
    }
}
