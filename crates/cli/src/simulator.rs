//! What a rule would cost with other parameters, for the pages: the ledgers are looked at once, in a thread of their own, which then answers question
//! after question.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, PoisonError,
        mpsc::{Receiver, Sender, channel},
    },
    thread,
    time::Duration,
};

use jixiao_core::{both, finding::Both};
use jixiao_engine::{
    batch::Values,
    intake::{self, Silent},
    number::Dec,
    run::{
        self, Bindings, RunError,
        simulate::{Asking, Point, asked_again},
    },
    scheme::plan::Plan,
};
use jixiao_site::{
    names::Names,
    simulator::{Answer, Cost, Goal, RegionCost, Simulated, Simulator},
};

use crate::{
    commands::{Setting, award::threads},
    ledger_files::LedgerFiles,
    rules::{Rules, finer_for},
    targets,
};

/// How many digits beyond those of the value in force somebody may type.
const FINER: u32 = 3;

/// How long a question may take: one of a parameter that rows are asked about looks at all of them again.
const PATIENCE: Duration = Duration::from_secs(30);

/// A question with the way back for its answer.
struct Question {
    values: Vec<(String, Dec)>,
    answer: Sender<Result<Simulated, Both>>,
}

/// How far the work of a scheme and year is.
enum Job {
    Preparing,
    Failed(Both),
    Ready { now: Box<Simulated>, ask: Sender<Question> },
}

type Jobs = Mutex<BTreeMap<(String, i16), Job>>;

/// A folder of ledgers that questions are answered from.
pub(crate) struct Ledgers {
    setting: Arc<Setting>,
    folder: PathBuf,
    jobs: Arc<Jobs>,
}

impl Ledgers {
    /// A folder, not looked into before something is asked.
    pub(crate) fn new(setting: Setting, folder: &Path) -> Self {
        Self { setting: Arc::new(setting), folder: folder.to_owned(), jobs: Arc::default() }
    }

    fn begin(&self, scheme: &str, year: i16) {
        let (setting, folder, jobs) =
            (Arc::clone(&self.setting), self.folder.clone(), Arc::clone(&self.jobs));
        let scheme = scheme.to_owned();
        thread::spawn(move || {
            let key = (scheme.clone(), year);
            let put = |job: Job| {
                jobs.lock().unwrap_or_else(PoisonError::into_inner).insert(key.clone(), job);
            };
            if let Err(why) = work(&setting, &folder, &scheme, year, &put) {
                put(Job::Failed(both!(
                    "台账不能用来测算：{why}",
                    "the ledgers cannot be computed with: {why}"
                )));
            }
        });
    }
}

impl Simulator for Ledgers {
    fn ask(&self, scheme: &str, year: i16, values: &BTreeMap<String, String>) -> Answer {
        let mut typed = Vec::with_capacity(values.len());
        for (id, text) in values {
            match Dec::parse(text) {
                Some(value) => typed.push((id.clone(), value)),
                None => return Answer::Cannot(both!("{id}：{text} 不是数字", "{id}: {text} is no number")),
            }
        }
        let (now, ask) = {
            let mut jobs = self.jobs.lock().unwrap_or_else(PoisonError::into_inner);
            match jobs.get(&(scheme.to_owned(), year)) {
                Some(Job::Preparing) => return Answer::Preparing,
                Some(Job::Failed(why)) => return Answer::Cannot(why.clone()),
                Some(Job::Ready { now, ask }) => (now.clone(), ask.clone()),
                None => {
                    jobs.insert((scheme.to_owned(), year), Job::Preparing);
                    drop(jobs);
                    self.begin(scheme, year);
                    return Answer::Preparing;
                }
            }
        };
        if typed.is_empty() {
            return Answer::Ready { then: now.clone(), now };
        }
        let (answer, answers) = channel();
        let gone = || {
            Answer::Cannot(both!(
                "测算没有完成；请稍后再试",
                "it was not worked out in time; try again in a while"
            ))
        };
        if ask.send(Question { values: typed, answer }).is_err() {
            return gone();
        }
        match answers.recv_timeout(PATIENCE) {
            Ok(Ok(then)) => Answer::Ready { now, then: Box::new(then) },
            Ok(Err(why)) => Answer::Cannot(why),
            Err(_) => gone(),
        }
    }
}

/// Looks at the ledgers and answers until nobody can ask any more.
fn work(setting: &Setting, folder: &Path, scheme: &str, year: i16, put: &dyn Fn(Job)) -> Result<(), String> {
    let lang = setting.lang;
    let rules = Rules::read(&setting.texts, lang)?;
    let named = [scheme.to_owned()];
    let found = *rules.pick(&named, lang)?.first().ok_or_else(|| rules.unknown(scheme, lang))?;
    let rough = rules.plan(found, setting, year, &[])?;
    let finer = rough.parameters.iter().filter_map(|parameter| {
        let value = Dec::parse(&parameter.values.first()?.text)?;
        // A last digit that is not zero asks for so many digits.
        let mantissa = value.mantissa.checked_mul(10i128.checked_pow(FINER)?)?.checked_add(1)?;
        let scale = value.scale.checked_add(u8::try_from(FINER).ok()?)?;
        finer_for(&rough, &parameter.id, &[Dec::new(mantissa, scale)])
    });
    let plan = rules.plan(found, setting, year, &finer.collect::<Vec<_>>())?;
    let ledgers = rules.ledgers(setting)?;
    let files = LedgerFiles::of(folder, ledgers, lang)?;
    let open = files.opener();
    let outside = run::Setting { ledgers, open: &*open, threads: threads(None), watch: &Silent };
    let said = |error: RunError| error.text();
    asked_again(&plan, &Bindings::of(&plan), &outside, |ask| {
        let now = ask(&[]).map_err(said)?;
        let (questions, asked): (Sender<Question>, Receiver<Question>) = channel();
        put(Job::Ready { now: Box::new(told(setting, &plan, year, &now)), ask: questions });
        answer(setting, &plan, year, &asked, ask);
        Ok(())
    })
    .map_err(said)
    .and_then(|answered: Result<(), Both>| answered)
    .map_err(|why| why.get(lang).to_owned())
}

fn answer(setting: &Setting, plan: &Plan, year: i16, asked: &Receiver<Question>, ask: &mut Asking<'_>) {
    while let Ok(Question { values, answer }) = asked.recv() {
        let found = ask(&values).map(|point| told(setting, plan, year, &point)).map_err(|error| error.text());
        // Whoever asked may be gone.
        let _ = answer.send(found);
    }
}

/// A point in the words of the pages, against the fund's own targets.
fn told(setting: &Setting, plan: &Plan, year: i16, (point, budget_fen): &(Point, Option<i64>)) -> Simulated {
    let cost = |cost: &run::simulate::Cost| Cost {
        wanted_fen: cost.wanted_fen,
        awarded_fen: cost.awarded_fen,
        enterprises: cost.beneficiaries,
    };
    let goals = targets::of_scheme(setting, &plan.id, year).map(|(_, goals)| goals).unwrap_or_default();
    let goal = |code: &Option<String>, enterprises: u64| {
        goals.get(code).map(|goal| Goal { text: goal.text.clone(), met: goal.met(enterprises) })
    };
    let listed = setting.fund.regions.iter().map(|(_, region)| Some(region.code.clone()));
    let mut codes: Vec<Option<String>> =
        listed.filter(|code| point.regions.contains_key(code) || goals.contains_key(code)).collect();
    let others: Vec<_> = point.regions.keys().filter(|code| !codes.contains(code)).cloned().collect();
    codes.extend(others);
    let regions = codes.into_iter().map(|code| {
        let cost = point.regions.get(&code).map(cost).unwrap_or_default();
        // An enterprise that is in no region has no goal: the entry without a code is the whole fund's.
        let goal = if code.is_some() { goal(&code, cost.enterprises) } else { None };
        RegionCost { region: code, cost, goal }
    });
    Simulated {
        all: cost(&point.all),
        goal: goal(&None, point.all.beneficiaries),
        regions: regions.collect(),
        budget_fen: *budget_fen,
        within_budget: point.within_budget,
        above: point.above.values().cloned().collect(),
    }
}

/// What enterprises are called, from the registers that the schemes name.
///
/// # Errors
/// The rules have faults, or a register does not read: what is wrong.
pub(crate) fn names(setting: &Setting, folder: &Path) -> Result<Names, String> {
    let lang = setting.lang;
    let rules = Rules::read(&setting.texts, lang)?;
    let ledgers = rules.ledgers(setting)?;
    let files = LedgerFiles::of(folder, ledgers, lang)?;
    let open = files.opener();
    let mut read: BTreeMap<usize, (usize, usize)> = BTreeMap::new();
    for scheme in &rules.schemes {
        let plan = rules.plan(scheme, setting, setting.fund.cycle.first, &[])?;
        read.insert(plan.applicant.ledger, (plan.applicant.key, plan.applicant.name));
    }
    let mut all = Vec::new();
    for (ledger, (key, name)) in read {
        let Some(schema) = ledgers.ledgers.get(ledger) else { continue };
        let sources = open(ledger).map_err(|error| error.to_string())?;
        if sources.is_empty() {
            continue;
        }
        let table = intake::load(schema, sources, threads(None), &Silent)
            .map_err(|error| RunError::Intake(error).text().get(lang).to_owned())?
            .table;
        let text = |column: usize, row: usize| {
            let column = table.columns.get(column)?;
            match &column.values {
                Values::Text(keys) if !column.is_null(row) => {
                    keys.get(row).map(|key| table.texts.get(*key).to_owned())
                }
                _ => None,
            }
        };
        all.extend((0..table.rows.len()).filter_map(|row| Some((text(key, row)?, text(name, row)?))));
    }
    Ok(Names::of(all))
}
