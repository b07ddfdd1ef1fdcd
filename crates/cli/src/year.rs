//! A fund year as its evidence gives it: awards, actuals, the survey, the money, and from them the score sheets and the monitoring of a month.
//!
//! Everything is computed in core and engine; here it is only brought together from the fund folder and a folder of ledgers.

use std::{collections::BTreeMap, path::Path};

use jixiao_core::{
    actual::{Actual, Measured},
    both,
    derivation::Node,
    evaluation::{self, Evaluator, Inputs, RuleSet, Scene, ScoreSheet},
    finding::{Both, Lang},
    money::Fen,
    monitor::{self, Asked, Courses, Followed, Monitoring, MonthlyCourse, followed},
    region::RegionId,
    survey::{self, AnswerRow, Frame, Judged, Stratum, Survey},
};
use jixiao_engine::{
    fault::Text,
    measure::{self, Actuals, Course, Known, Part, Plan, SurveyRows, plan::Kind, reaches_first_grade},
    run::{self, Run},
};
use jixiao_tables::{Document, read, read::Limits};
use rust_decimal::Decimal;

use crate::{
    commands::{Setting, award::compute},
    fund::TARGET_TABLE,
    ledger_files::LedgerFiles,
    progress::Progress,
    render::faults,
    rules::{Rules, years},
};

/// The file that says how indicators are measured.
const INDICATORS: &str = "indicators.toml";
/// The questionnaire and the parameters of the sample.
const SURVEY: &str = "survey.toml";
/// The parameters of monitoring.
const MONITORING: &str = "monitoring.toml";

/// What a survey came to.
pub(crate) struct Surveyed {
    /// The questionnaire.
    pub survey: Survey,
    /// How many are asked.
    pub plan: survey::Plan,
    /// Who is asked.
    pub drawn: survey::Drawn,
    /// Every answer with what it came to.
    pub judged: Vec<Judged>,
    /// Answers of enterprises that the register does not know or that are at home outside of the fund, and answers without a day: they count nowhere.
    pub strangers: u64,
    /// The estimates.
    pub results: survey::Results,
}

/// A fund year with everything that was computed of it.
pub(crate) struct Year {
    /// The fund year.
    pub year: i16,
    /// The target table.
    pub document: Document,
    /// The awards.
    pub run: Run,
    /// How indicators are measured.
    pub plan: Plan,
    /// What the ledgers gave.
    pub actuals: Actuals,
    /// The survey; `None` when the fund has none or no answer is there.
    pub surveyed: Option<Surveyed>,
    /// Every actual: what the ledgers gave and what the survey came to.
    pub measured: Vec<Measured>,
    /// Money of the year by region; `None` is the whole.
    pub money: BTreeMap<Option<RegionId>, YearMoney>,
}

/// The money of a region in the course of a year, in fen; each month's figure is from the beginning of the year.
#[derive(Clone, Debug, Default)]
pub(crate) struct YearMoney {
    /// What had been allocated by the end of each month.
    pub allocated: Vec<Fen>,
    /// What had been paid by the end of each month.
    pub paid: Vec<Fen>,
    /// How it is known.
    pub derivation: Node,
}

impl YearMoney {
    /// What was allocated at first.
    pub(crate) fn initial(&self) -> Option<Fen> {
        self.allocated.first().copied()
    }

    /// What was allocated in the whole year.
    pub(crate) fn adjusted(&self) -> Option<Fen> {
        self.allocated.last().copied()
    }

    /// What was paid in the whole year.
    pub(crate) fn executed(&self) -> Option<Fen> {
        self.paid.last().copied()
    }
}

/// The measures of a fund, planned for a year.
///
/// # Errors
/// Their faults, drawn.
pub(crate) fn measures(setting: &Setting, rules: &Rules, year: i16) -> Result<Plan, String> {
    let Some(text) = setting.texts.get(INDICATORS) else {
        return Err(match setting.lang {
            Lang::Zh => format!("资金文件夹没有 {INDICATORS}，没有说明指标如何衡量"),
            Lang::En => {
                format!("the fund folder has no {INDICATORS}: nothing says how indicators are measured")
            }
        });
    };
    let text = Text { name: INDICATORS.to_owned(), text: text.clone() };
    let drawn = |all: &[jixiao_engine::fault::Fault]| faults::all(all, &text, &setting.place(), setting.lang);
    let file = measure::file::read(&text).map_err(|all| drawn(&all))?;
    let ids: Vec<&str> = rules.schemes.iter().map(crate::rules::Scheme::id).collect();
    let known = |code: &str| setting.fund.regions.iter().any(|(_, region)| region.code == code);
    let known =
        Known { ledgers: rules.ledgers(setting)?, schemes: &ids, cycle: years(setting), regions: &known };
    measure::plan(&file, &known, year).map_err(|all| drawn(&all))
}

/// The fund's target table.
///
/// # Errors
/// There is none, or it cannot be read.
pub(crate) fn target_table(setting: &Setting) -> Result<Document, String> {
    let name = TARGET_TABLE.0;
    let Some(text) = setting.texts.get(name) else {
        return Err(match setting.lang {
            Lang::Zh => format!("资金文件夹没有 {name}，没有目标可以对照"),
            Lang::En => format!("the fund folder has no {name}: there are no targets to compare with"),
        });
    };
    read(text.as_bytes(), Some(name), Some(&setting.fund.regions), &Limits::default())
        .map_err(|e| if setting.lang == Lang::Zh { e.zh() } else { e.en() })
}

/// The fund's survey, if it has one.
///
/// # Errors
/// The faults of its file.
pub(crate) fn survey_of(setting: &Setting) -> Result<Option<Survey>, String> {
    let Some(text) = setting.texts.get(SURVEY) else { return Ok(None) };
    Survey::parse(SURVEY, text).map(Some).map_err(|all| lines(&all))
}

/// How the fund is monitored.
///
/// # Errors
/// The folder does not say so, or the faults of its file.
pub(crate) fn monitoring_rules(setting: &Setting) -> Result<monitor::Rules, String> {
    let Some(text) = setting.texts.get(MONITORING) else {
        return Err(match setting.lang {
            Lang::Zh => format!("资金文件夹没有 {MONITORING}，没有说明如何监控"),
            Lang::En => format!("the fund folder has no {MONITORING}: nothing says how it is monitored"),
        });
    };
    monitor::Rules::parse(MONITORING, text).map_err(|all| lines(&all))
}

/// How the fund is scored: its own rules over the national ones.
///
/// # Errors
/// The faults of its file.
pub(crate) fn rule_set(setting: &Setting) -> Result<RuleSet, String> {
    RuleSet::of_folder(&setting.texts).map_err(|all| {
        let line =
            |f: &evaluation::RuleFault| format!("{}:{}: {}", f.file, f.line, f.message.get(setting.lang));
        all.iter().map(line).collect::<Vec<_>>().join("\n")
    })
}

/// Whom a survey asks: the same for the same beneficiaries, fund and year.
pub(crate) fn drawn(
    setting: &Setting,
    year: i16,
    survey: &Survey,
    frame: &Frame,
) -> Option<(survey::Plan, survey::Drawn)> {
    let populations: BTreeMap<Stratum, u64> =
        frame.iter().map(|(stratum, codes)| (stratum.clone(), codes.len() as u64)).collect();
    let plan = survey::plan(survey, &populations)?;
    let drawn = survey::draw(&plan, frame, &format!("{}/{year}", setting.fund.id));
    Some((plan, drawn))
}

impl Year {
    /// Computes a year from a folder of ledgers.
    ///
    /// # Errors
    /// Faults of the fund folder, drawn; a ledger that cannot be read; a value that cannot be computed.
    pub(crate) fn compute(
        setting: &Setting,
        folder: &Path,
        year: i16,
        threads: usize,
    ) -> Result<Self, String> {
        let lang = setting.lang;
        let rules = Rules::read(&setting.texts, lang)?;
        let document = target_table(setting)?;
        let plan = measures(setting, &rules, year)?;
        let schemes = rules.pick(&[], lang)?;
        let bound = rules.bind(&schemes, setting, year, &[])?;
        let run = compute(setting, &rules, bound, folder, threads)?;
        Self::of_run(setting, &rules, (document, plan, run), folder, year, threads)
    }

    /// A year whose awards are computed already.
    ///
    /// # Errors
    /// As for [`Self::compute`].
    pub(crate) fn of_run(
        setting: &Setting,
        rules: &Rules,
        (document, plan, run): (Document, Plan, Run),
        folder: &Path,
        year: i16,
        threads: usize,
    ) -> Result<Self, String> {
        let lang = setting.lang;
        let ledgers = rules.ledgers(setting)?;
        let files = LedgerFiles::of(folder, ledgers, lang)?;
        let open = files.opener();
        let watch = Progress::over(0);
        let around = run::Setting { ledgers, open: &*open, threads, watch: &watch };
        let actuals = measure::actuals(&plan, &run.outcomes, &around, &setting.fund)
            .map_err(|e| e.text().get(lang).to_owned())?;
        drop(open);
        let mut this = Self {
            year,
            document,
            run,
            plan,
            measured: actuals.measured.clone(),
            actuals,
            surveyed: None,
            money: BTreeMap::new(),
        };
        this.take_survey(setting)?;
        this.take_money();
        Ok(this)
    }

    /// The targets of the year.
    pub(crate) fn followed(&self, setting: &Setting) -> Vec<Followed> {
        followed(&self.document.table, &setting.fund, self.year)
    }

    fn take_survey(&mut self, setting: &Setting) -> Result<(), String> {
        let rows = std::mem::take(&mut self.actuals.surveys);
        let survey = self.survey(setting)?;
        for rows in &rows {
            let too_large = || match setting.lang {
                Lang::Zh => "调查的数字过大".to_owned(),
                Lang::En => "the figures of the survey are too large".to_owned(),
            };
            let own = survey.as_ref().filter(|s| s.indicator == rows.indicator);
            let missing = match (&rows.missing, own) {
                (None, Some(survey)) => {
                    let surveyed = self.surveyed(setting, survey, rows).ok_or_else(too_large)?;
                    let regions = &setting.fund.regions;
                    let measured =
                        survey::measured(survey, &surveyed.results, regions).ok_or_else(too_large)?;
                    self.measured.extend(measured);
                    self.surveyed = Some(surveyed);
                    continue;
                }
                (Some(why), _) => why.clone(),
                (None, None) => both!("资金文件夹没有 {SURVEY}", "the fund folder has no {SURVEY}"),
            };
            let regions = setting.fund.regions.iter().filter(|(_, r)| r.in_scope).map(|(id, _)| Some(id));
            for region in std::iter::once(None).chain(regions) {
                self.measured.push(Measured {
                    indicator: rows.indicator.clone(),
                    region,
                    actual: Actual::Missing,
                    illustrative: Vec::new(),
                    derivation: Node::new(Both::new("满意率", "satisfaction"), missing.clone()),
                });
            }
        }
        self.actuals.surveys = rows;
        Ok(())
    }

    /// The fund's survey, if it has one, with the names of the schemes that ran.
    fn survey(&self, setting: &Setting) -> Result<Option<Survey>, String> {
        let named = |mut survey: Survey| {
            let plans = self.run.outcomes.iter().map(|o| &o.plan);
            survey.scheme_names = plans.map(|plan| (plan.id.clone(), plan.label.clone())).collect();
            survey
        };
        Ok(survey_of(setting)?.map(named))
    }

    /// The survey as it is planned, whether or not anybody has answered; `None` when the fund has none or nobody is supported.
    ///
    /// # Errors
    /// The faults of its file.
    pub(crate) fn planned_survey(&self, setting: &Setting) -> Result<Option<Surveyed>, String> {
        let Some(survey) = self.survey(setting)? else { return Ok(None) };
        let rows = self.actuals.surveys.iter().find(|r| r.indicator == survey.indicator);
        let rows = rows.filter(|r| !r.population.is_empty());
        Ok(rows.and_then(|rows| self.surveyed(setting, &survey, rows)))
    }

    fn surveyed(&self, setting: &Setting, survey: &Survey, rows: &SurveyRows) -> Option<Surveyed> {
        let frame = rows.population.iter().map(|p| {
            let stratum = Stratum { region: p.region, scheme: p.scheme.clone() };
            (stratum, p.enterprises.iter().cloned().collect())
        });
        let (plan, drawn) = drawn(setting, self.year, survey, &frame.collect())?;
        let mut answers = Vec::with_capacity(rows.answers.len());
        let mut strangers = 0;
        for answer in &rows.answers {
            let (Some(region), Some(on)) = (answer.region, answer.date) else {
                strangers += 1;
                continue;
            };
            answers.push(AnswerRow {
                on,
                file: answer.file.clone(),
                row: answer.row,
                stratum: Stratum { region, scheme: answer.scheme.clone() },
                code: answer.enterprise.clone(),
                question: answer.question.clone(),
                answer: answer.answer.clone(),
            });
        }
        let judged = survey::judge(survey, self.year, &drawn, &answers);
        let targets = self
            .followed(setting)
            .into_iter()
            .filter(|f| f.indicator == survey.indicator)
            .filter_map(|f| Some((f.region, f.interval?)))
            .collect();
        let results = survey::results(survey, &plan, &drawn, &judged, &targets, &setting.fund.regions)?;
        Some(Surveyed { survey: survey.clone(), plan, drawn, judged, strangers, results })
    }

    /// The money is what the first measure of an amount within a limit looks at: paid against allocated.
    fn take_money(&mut self) {
        let Some(measure) = self.plan.measures.iter().find(|m| matches!(m.kind, Kind::Within(..))) else {
            return;
        };
        let indicator = measure.indicator.clone();
        let regions: Vec<Option<RegionId>> =
            self.measured.iter().filter(|m| m.indicator == indicator).map(|m| m.region).collect();
        for region in regions {
            let of = |part| {
                let course = self.course(&indicator, part, region, self.year);
                course.map(fen_by_month).unwrap_or_default()
            };
            let measured = self.measured.iter().find(|m| m.indicator == indicator && m.region == region);
            let derivation = measured.map(|m| m.derivation.clone()).unwrap_or_default();
            let money = YearMoney { allocated: of(Part::Limit), paid: of(Part::Amount), derivation };
            self.money.insert(region, money);
        }
    }

    fn course(&self, indicator: &str, part: Part, region: Option<RegionId>, year: i16) -> Option<&Course> {
        let is =
            |c: &&Course| c.indicator == indicator && c.part == part && c.region == region && c.year == year;
        self.actuals.courses.iter().find(is)
    }

    /// The score sheets of the whole (first) and of every region, with derivations.
    ///
    /// # Errors
    /// Faults of the rules or of what was handed in.
    pub(crate) fn sheets(&self, setting: &Setting) -> Result<Vec<ScoreSheet>, String> {
        self.scored(setting, |evaluator| {
            let place = |place| self.document.grid.name(place).short.clone();
            let regions = evaluator.regions().into_iter().map(Some);
            let mut sheets = Vec::new();
            for region in std::iter::once(None).chain(regions) {
                let mut sheet = evaluator.sheet(region);
                evaluator.explain(&mut sheet, &place);
                sheets.push(sheet);
            }
            sheets
        })
    }

    /// Hands an evaluator of the year to somebody.
    ///
    /// # Errors
    /// Faults of the rules or of what was handed in.
    pub(crate) fn scored<T>(
        &self,
        setting: &Setting,
        ask: impl FnOnce(&Evaluator<'_>) -> T,
    ) -> Result<T, String> {
        let rules = rule_set(setting)?;
        let scene = Scene::new(&setting.fund, &self.document.table);
        let money = self
            .money
            .iter()
            .map(|(region, money)| {
                let money = evaluation::Money {
                    adjusted: money.adjusted(),
                    executed: money.executed(),
                    derivation: Some(money.derivation.clone()),
                };
                (*region, money)
            })
            .collect();
        let (reasons, typed) = (self.reasons(monitoring_rules(setting).ok().as_ref()), self.typed());
        let inputs = Inputs { measured: &self.measured, money: &money, reasons: &reasons, typed: &typed };
        let evaluator = Evaluator::new(&rules, &scene, self.year, inputs)
            .map_err(|all| all.iter().map(|f| f.message.get(setting.lang)).collect::<Vec<_>>().join("\n"))?;
        Ok(ask(&evaluator))
    }

    /// The monitoring of a month.
    ///
    /// # Errors
    /// Faults of the rules or of what was handed in.
    pub(crate) fn monitoring(
        &self,
        setting: &Setting,
        rules: &monitor::Rules,
        month: u8,
    ) -> Result<Monitoring, String> {
        let followed = self.followed(setting);
        let mut courses = Courses::new();
        for target in &followed {
            let key = (target.indicator.clone(), target.region);
            courses.insert(key, self.monthly(setting, &target.indicator, target.region, month));
        }
        let upto = |all: &[Fen]| all[..all.len().min(usize::from(month))].to_vec();
        let money = self
            .money
            .iter()
            .map(|(region, money)| {
                let allocated = upto(&money.allocated);
                let money = monitor::Money {
                    initial: money.initial().unwrap_or_default(),
                    adjusted: allocated.last().copied().unwrap_or_default(),
                    paid: upto(&money.paid),
                    earlier: Vec::new(),
                    derivation: money.derivation.clone(),
                };
                (*region, money)
            })
            .collect();
        let (reasons, _) = self.reasons_of_month(rules, &followed, month);
        monitor::monitor(&Asked {
            rules,
            year: self.year,
            month,
            today: setting.today,
            followed: &followed,
            courses: &courses,
            money: &money,
            reasons: &reasons,
            tree: &setting.fund.regions,
        })
        .map_err(|all| all.iter().map(|f| f.get(setting.lang)).collect::<Vec<_>>().join("\n"))
    }

    /// What was known of an indicator by the end of a month.
    pub(crate) fn monthly(
        &self,
        setting: &Setting,
        indicator: &str,
        region: Option<RegionId>,
        month: u8,
    ) -> MonthlyCourse {
        let Some(measure) = self.plan.measures.iter().find(|m| m.indicator == indicator) else {
            return MonthlyCourse::Missing;
        };
        let measured = self.measured.iter().find(|m| m.indicator == indicator && m.region == region);
        let derivation = measured.map(|m| m.derivation.clone()).unwrap_or_default();
        let months = |part, year| self.course(indicator, part, region, year).map(|c| known(c, month));
        let last = |part| months(part, self.year).and_then(|m: Vec<Decimal>| m.last().copied());
        let settled = month == 12;
        match &measure.kind {
            Kind::Term(_) => match months(Part::Value, self.year) {
                Some(by_month) if !by_month.is_empty() => {
                    let whole_years = self.actuals.courses.iter().filter(|c| {
                        c.indicator == indicator
                            && c.part == Part::Value
                            && c.region == region
                            && c.year < self.year
                    });
                    let earlier = whole_years
                        .map(|c| monitor::Earlier { year: c.year, by_month: known(c, 12) })
                        .filter(|e| e.by_month.len() == 12)
                        .collect();
                    MonthlyCourse::Sum(monitor::Monthly { by_month, earlier, derivation })
                }
                _ => MonthlyCourse::Missing,
            },
            Kind::Ratio(..) => {
                match (months(Part::Numerator, self.year), months(Part::Denominator, self.year)) {
                    (Some(above), Some(below)) => {
                        let by_month = above
                            .iter()
                            .zip(&below)
                            .map_while(|(a, b)| a.checked_mul(Decimal::ONE_HUNDRED)?.checked_div(*b))
                            .collect();
                        MonthlyCourse::Level(monitor::Monthly { by_month, earlier: Vec::new(), derivation })
                    }
                    _ => MonthlyCourse::Missing,
                }
            }
            Kind::Graded(..) => {
                let code = region.map(|r| setting.fund.regions.get(r).code.as_str());
                let reached = last(Part::Numerator)
                    .zip(last(Part::Denominator))
                    .and_then(|(n, d)| reaches_first_grade(&self.plan, indicator, code, n, d));
                match reached {
                    Some(holds) => MonthlyCourse::State { holds, settled, derivation },
                    None => MonthlyCourse::Missing,
                }
            }
            Kind::Within(..) => match last(Part::Amount).zip(last(Part::Limit)) {
                Some((amount, limit)) => MonthlyCourse::State { holds: amount <= limit, settled, derivation },
                None => MonthlyCourse::Missing,
            },
            Kind::Completed(..) => {
                let end = jiff::civil::date(self.year, i8::try_from(month).unwrap_or(12), 1).last_of_month();
                let done = match measured.map(|m| &m.actual) {
                    Some(Actual::Date(day)) if *day <= end => Some(*day),
                    Some(Actual::NotApplicable(why)) => {
                        return MonthlyCourse::NotApplicable { why: why.clone() };
                    }
                    _ => None,
                };
                MonthlyCourse::Date { done, expected: None, derivation }
            }
            // Answers come after the year, reports when regions send them.
            Kind::Survey(_) | Kind::Reported(_) => MonthlyCourse::Missing,
        }
    }
}

/// The known months of a course, up to one.
fn known(course: &Course, month: u8) -> Vec<Decimal> {
    course.months[..usize::from(month).min(12)].iter().map_while(|m| *m).collect()
}

/// Amounts in 元 as fen.
fn fen_by_month(course: &Course) -> Vec<Fen> {
    let fen = |yuan: Decimal| {
        let fen = yuan.checked_mul(Decimal::ONE_HUNDRED)?;
        i64::try_from(fen).ok().map(Fen)
    };
    course.months.iter().map_while(|m| m.and_then(fen)).collect()
}

fn lines(all: &[jixiao_core::fund::FundFault]) -> String {
    all.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}
