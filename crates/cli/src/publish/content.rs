//! The content of a report, put together.

use jixiao_core::{
    both,
    evaluation::{OwedKind, ScoreSheet},
    finding::{Both, Lang, Severity},
    money::Fen,
    monitor,
    period::Period,
    region::RegionId,
    table::HeaderKey,
};
use jixiao_engine::run::Intake;
use jixiao_report::{
    content::{Basics, Content, FORMAT, Field, FindingRow, Identity, Source, Status},
    figure::Figure,
};

use super::{
    Facts, Quoted,
    results::{Labels, Targets},
};
use crate::{
    awards::run_file,
    rules::Rules,
    year::{YearMoney, monitoring_rules, rule_set},
};

impl Facts<'_> {
    /// The content of the report of a region or (`None`) of the whole fund.
    ///
    /// # Errors
    /// Faults of the fund folder, drawn; a region without a score sheet.
    pub(crate) fn content(&self, region: Option<RegionId>) -> Result<Content, String> {
        let lang = self.setting.lang;
        let Some(sheet) = self.sheet(region) else {
            let name = self.name(region);
            let said = both!("{z}没有评分结果", "{e} has no score sheet", z = name.zh, e = name.en);
            return Err(said.get(lang).to_owned());
        };
        let rules = rule_set(self.setting)?;
        let monitored = self.monitoring.map(|_| monitoring_rules(self.setting)).transpose()?;
        let followed = self.year.followed(self.setting);
        let targets: Targets<'_> = followed.iter().map(|f| ((f.indicator.as_str(), f.region), f)).collect();
        let names = Quoted::of(&self.setting.fund);
        let mut content = Content {
            format: FORMAT,
            synthetic: self.synthetic,
            identity: self.identity(region)?,
            basics: self.basics(),
            money: self.money(region),
            results: self.results(sheet, &targets, &self.labels()?),
            by_region: if region.is_none() { self.by_region(sheet, &targets) } else { Vec::new() },
            score: self.score(sheet, &rules),
            deviations: self.deviations(region, &targets),
            satisfaction: self.satisfaction(region, &targets),
            monitoring: self.monitored(region, monitored.as_ref()),
            findings: self.findings.iter().map(|f| finding(f, &names)).collect(),
            flows: self.flows(region),
            illustrative: self.illustrative(&rules, monitored.as_ref()),
            ..Content::default()
        };
        content.notes = self.notes(sheet, &content, monitored.as_ref());
        content.problems = self.problems(sheet, &content);
        let given = content.deviations.iter().filter(|d| !d.reason.zh.is_empty()).count();
        let owed = content.deviations.iter().filter(|d| d.overdue).count();
        if given > 0 {
            content.measures.push(both!(
                "已填报 {given} 项偏差的原因和改进措施，见“偏差及原因”。",
                "Reasons and measures for {given} deviations have been handed in; they stand under deviations."
            ));
        }
        if owed > 0 {
            content.measures.push(both!(
                "另有 {owed} 项的改进措施应由责任单位与偏差原因一并填报，尚未填报。",
                "For {owed} more they are owed by those responsible and have not been handed in yet."
            ));
        }
        Ok(content)
    }

    fn identity(&self, region: Option<RegionId>) -> Result<Identity, String> {
        let fund = &self.setting.fund;
        Ok(Identity {
            fund: fund.id.clone(),
            fund_name: fund.both(),
            department: fund.department_both(),
            region: self.name(region),
            region_code: self.code(region),
            regional: region.is_some(),
            year: self.year.year,
            cycle: [fund.cycle.first, fund.cycle.last],
            made: Figure::date(self.setting.today),
            program: format!("jixiao {}", env!("CARGO_PKG_VERSION")),
            sources: self.sources()?,
        })
    }

    /// The texts of the fund folder, then every ledger file that was read, each once.
    fn sources(&self) -> Result<Vec<Source>, String> {
        let rules = Rules::read(&self.setting.texts, self.setting.lang)?;
        let ledgers = rules.ledgers(self.setting)?;
        let mut list: Vec<Source> = run_file::records(&self.setting.texts)
            .into_iter()
            .map(|record| Source {
                what: Both::new("资金文件夹", "fund folder"),
                file: record.name,
                sha256: record.sha256,
                rows: None,
            })
            .collect();
        let mut intakes: Vec<&Intake> =
            self.year.run.intakes.iter().chain(&self.year.actuals.intakes).collect();
        intakes.sort_by_key(|i| i.ledger);
        for intake in intakes {
            let what = ledgers.ledgers.get(intake.ledger).map(|l| l.label.clone()).unwrap_or_default();
            for file in &intake.files {
                let (name, sha256) = (file.name.clone(), file.sha256.clone());
                if !list.iter().any(|s| s.file == name && s.sha256 == sha256) {
                    list.push(Source { what: what.clone(), file: name, sha256, rows: Some(file.rows) });
                }
            }
        }
        Ok(list)
    }

    /// Names of ledgers, and of the awards that measures count.
    pub(super) fn labels(&self) -> Result<Labels, String> {
        let rules = Rules::read(&self.setting.texts, self.setting.lang)?;
        let ledgers = &rules.ledgers(self.setting)?.ledgers;
        let mut labels: Labels = ledgers.iter().map(|l| (l.name.clone(), l.label.clone())).collect();
        labels.insert("awards".to_owned(), Both::new("核定结果", "awards"));
        Ok(labels)
    }

    fn basics(&self) -> Basics {
        let table = &self.year.document.table;
        let said = |text: &str| text.trim().trim_end_matches(['：', ':']).to_owned();
        let shown = |key: &HeaderKey| !matches!(key, HeaderKey::Overview | HeaderKey::FormYear);
        let fields = table.header.iter().filter(|f| shown(&f.key) && !f.value.text.trim().is_empty());
        let prose: Vec<String> = table
            .header
            .iter()
            .filter(|f| f.key == HeaderKey::Overview)
            .map(|f| f.value.text.trim().to_owned())
            .collect();
        let goal = |is: &dyn Fn(Period) -> bool| {
            let of = table.goals.iter().filter(|g| is(g.period) && !g.actual);
            Both::same(of.map(|g| g.text.text.trim().to_owned()).collect::<Vec<_>>().join("\n"))
        };
        let year = self.year.year;
        Basics {
            fields: fields
                .map(|f| Field {
                    label: label(f.key, said(&f.label.text)),
                    value: self.value(f.key, f.value.text.trim()),
                })
                .collect(),
            summary: Both::same(prose.join("\n")),
            goal_cycle: goal(&|p| p == Period::Cycle),
            goal_year: goal(&|p| matches!(p, Period::Year(y) if y.is_none_or(|y| y == year))),
            goal_reached: Both::default(),
        }
    }

    /// A field of the header; the department by its English name, where the field says it.
    fn value(&self, key: HeaderKey, written: &str) -> Both {
        let department = self.setting.fund.department_both();
        if department.zh == written { department } else { value(key, written) }
    }

    /// What a reader must know.
    fn notes(&self, sheet: &ScoreSheet, content: &Content, monitored: Option<&monitor::Rules>) -> Vec<Both> {
        let mut notes = Vec::new();
        if self.synthetic {
            notes.push(both!(
                "本报告依据程序生成的虚构台账，企业、金额和答卷均不是真实的，仅供演示。",
                "Made from ledgers that a program invented: no enterprise, amount or answer in it is real."
            ));
        }
        let fund = &self.setting.fund;
        let money = self.year.money.get(&sheet.region);
        let adjusted = money.and_then(YearMoney::adjusted);
        match (fund.budget_by_year.get(&sheet.year), adjusted) {
            (Some(budget), Some(adjusted)) if sheet.region.is_none() && *budget != adjusted => {
                notes.push(both!(
                    "目标表的年度预算为 {b} 万元，台账中下达的资金为 {a} 万元；执行率按下达的资金计算。",
                    "The target table's budget of the year is {b} × 10,000 yuan, the ledgers allocate {a}; execution is measured against what was allocated.",
                    b = wan(*budget),
                    a = wan(adjusted)
                ));
            }
            (_, None) => notes.push(both!(
                "没有资金下达或拨付的台账，预算数、执行数和执行率均为“未填报”，不是零。",
                "No ledger says what was allocated or paid: budget, execution and rate are not reported, which is not zero."
            )),
            _ => {}
        }
        let missing = content.results.iter().filter(|r| r.status == Status::Missing);
        let missing: Vec<&Both> = missing.map(|r| &r.name).collect();
        if !missing.is_empty() {
            let (a, b) = listed(&missing);
            notes.push(both!(
                "以下指标没有完成值，不计零分，也不计满分：{a}。",
                "Without a result, which counts neither as zero nor as full: {b}."
            ));
        }
        if sheet.total.score.is_none() {
            notes.push(both!(
                "总分尚不能确定：不低于 {low} 分，不高于 {high} 分。",
                "The total is not known yet: at least {low}, at most {high} points.",
                low = sheet.total.at_least.normalize(),
                high = sheet.total.at_most.normalize()
            ));
        }
        for row in content.results.iter().filter(|r| {
            matches!(r.status, Status::NotApplicable | Status::Vacuous | Status::Person)
                && !r.reason.zh.is_empty()
        }) {
            let (name, why) = (&row.name, &row.reason);
            notes.push(both!("{n}：{z}。", "{m}: {e}.", n = name.zh, m = name.en, z = why.zh, e = why.en));
        }
        notes.extend(sheet.remarks.iter().cloned());
        for owed in sheet.owed.iter().filter(|o| o.kind == OwedKind::Decision) {
            notes.push(both!("须由人决定：{z}", "A person decides: {e}", z = owed.what.zh, e = owed.what.en));
        }
        if let (Some(made), Some(_)) = (self.monitoring, monitored) {
            let said = &made.statement;
            notes.push(both!("{z}。", "{e}.", z = said.zh, e = said.en));
        }
        if let Some(held) = self.year.surveyed.as_ref().filter(|s| s.strangers > 0) {
            notes.push(both!(
                "有 {n} 份答卷的企业或日期无法核对，未计入满意度。",
                "{n} answers of enterprises or days that cannot be checked do not count.",
                n = held.strangers
            ));
        }
        notes
    }

    /// What the figures themselves show to be wrong.
    fn problems(&self, sheet: &ScoreSheet, content: &Content) -> Vec<Both> {
        let mut list = Vec::new();
        let named = |status: Status| {
            let rows = content.results.iter().filter(move |r| r.status == status);
            rows.map(|r| &r.name).collect::<Vec<_>>()
        };
        let missed = named(Status::Missed);
        if !missed.is_empty() {
            let (n, (a, b)) = (missed.len(), listed(&missed));
            list.push(both!("{n} 项指标未达成：{a}。", "{n} indicators were missed: {b}."));
        }
        if sheet.execution.reason_owed
            && let Some(rate) = sheet.execution.rate_percent
        {
            list.push(both!("预算执行率为 {rate}%，偏低。", "Only {rate}% of the budget was executed."));
        }
        let regions =
            content.deviations.iter().filter(|d| !d.region.zh.is_empty() && d.status == Status::Missed);
        let regions = regions.count();
        if regions > 0 {
            list.push(both!(
                "分地区看，有 {regions} 项地区指标或执行率未达到，见“偏差及原因”。",
                "By region {regions} targets or rates were missed; see deviations and reasons."
            ));
        }
        let owed = content.deviations.iter().filter(|d| d.overdue).count();
        if owed > 0 {
            list.push(both!(
                "{owed} 项偏差尚未说明原因，由相应地区或主管部门补报。",
                "{owed} deviations have no reason yet: the regions or the department owe it."
            ));
        }
        let errors = self.findings.iter().filter(|f| f.severity == Severity::Error).count();
        if errors > 0 {
            list.push(both!(
                "绩效目标表本身有 {errors} 处错误，见附件；在修正之前，按表计算的结果须谨慎使用。",
                "The target table itself has {errors} errors, see the annex; until they are mended, what is computed from it wants care."
            ));
        }
        list
    }
}

/// What a field of the header is called.
fn label(key: HeaderKey, zh: String) -> Both {
    let en = match key {
        HeaderKey::ProjectName => "Project",
        HeaderKey::ProjectType => "Type",
        HeaderKey::ProjectLevel => "Level",
        HeaderKey::Department => "Department",
        HeaderKey::SpendingUnit => "Spending unit",
        HeaderKey::FirstYear => "First year",
        HeaderKey::LastYear => "Last year",
        HeaderKey::Term => "Term",
        HeaderKey::BudgetTotal => "Budget of the cycle",
        HeaderKey::BudgetYear => "Budget of the year",
        HeaderKey::Overview | HeaderKey::FormYear | HeaderKey::Other => return Both::same(zh),
    };
    Both::new(zh, en)
}

/// What a field of the header says; words of the form stay as they are.
fn value(key: HeaderKey, written: &str) -> Both {
    let en = match key {
        HeaderKey::BudgetTotal | HeaderKey::BudgetYear => {
            Fen::parse(written).map(|fen| Figure::wan(fen).with_unit().en)
        }
        HeaderKey::FirstYear | HeaderKey::LastYear => written.strip_suffix('年').map(str::to_owned),
        _ => None,
    };
    Both::new(written, en.as_deref().unwrap_or(written))
}

fn finding(finding: &jixiao_core::finding::Finding, names: &Quoted) -> FindingRow {
    let english = |text: &Both| Both::new(&text.zh, names.said(&text.en));
    FindingRow {
        code: finding.code.to_owned(),
        severity: finding.severity.word(Lang::En).to_owned(),
        message: english(&finding.message),
        next: english(&finding.next),
    }
}

/// Names in a row, in Chinese and in English.
fn listed(names: &[&Both]) -> (String, String) {
    let join = |pick: fn(&Both) -> &str, between: &str| {
        names.iter().map(|n| pick(n)).collect::<Vec<_>>().join(between)
    };
    (join(|n| &n.zh, "、"), join(|n| &n.en, ", "))
}

/// An amount in 万元 with thousands apart.
fn wan(amount: Fen) -> String {
    Figure::wan(amount).text.zh
}
