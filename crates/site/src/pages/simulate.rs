//! What a rule would cost with other parameters: number fields and sliders, answered by whoever has the ledgers.

use std::collections::BTreeMap;

use askama::Template;
use axum::response::Response;
use jixiao_core::people::{Deed, Target};
use jixiao_engine::{
    number::Dec,
    scheme::plan::{Parameter, Status, Type},
};
use jixiao_web::{
    ask::Named,
    problem::{self, Problem},
    route::Who,
};

use super::{Leaf, page};
use crate::{
    shell::Shell,
    show,
    simulator::{Answer, Cost, Goal, Simulated},
    table::{Cell, Line, Sign, Table, View},
    visit::Visit,
};

/// Who asks what a rule would cost: whoever computes awards, and whoever reads all of them.
const DEEDS: &[Deed] = &[Deed::RunAwards, Deed::ReadAccounts];

pub(super) const LEAF: Leaf = Leaf {
    nav: &[],
    routes: || vec![page("/schemes/{id}/simulate", "page-simulate", Who::Deed(Deed::ReadAccounts), look)],
};

/// Whether somebody may ask: what awards come to in every region is for whoever reads the whole fund's.
pub(super) fn may(visit: &Visit) -> bool {
    DEEDS.iter().any(|deed| visit.asker.person.may(*deed, &Target::fund()).is_ok())
}

/// A parameter that can be changed.
struct Field {
    id: String,
    label: String,
    unit: String,
    value: String,
    in_force: String,
    least: String,
    most: String,
    step: String,
    illustrative: bool,
    changed: bool,
    wrong: bool,
}

/// The line of the money, in hundredths of the width of the drawing.
struct Bar {
    label: String,
    amount: String,
    width: u64,
    class: &'static str,
}

#[derive(Template)]
#[template(path = "simulate.html")]
struct Page {
    shell: Shell,
    id: String,
    year: i16,
    fields: Vec<Field>,
    preparing: bool,
    cannot: String,
    bars: Vec<Bar>,
    budget_at: Option<u64>,
    budget: String,
    above: Vec<String>,
    totals: Option<View>,
    regions: Option<View>,
}

/// The value in force of a parameter that is one number: what a slider begins at.
fn in_force(parameter: &Parameter) -> Option<Dec> {
    let [only] = parameter.values.as_slice() else { return None };
    matches!(parameter.ty, Type::Number { .. }).then(|| Dec::parse(&only.text)).flatten()
}

/// From nothing to twice the value in force, in a fiftieth of it.
fn span(value: Dec) -> Option<(Dec, Dec, Dec)> {
    let zero = Dec::new(0, 0);
    let most = value.mantissa.checked_mul(2)?;
    // Two digits more than the value is written with: a fiftieth is held exactly.
    let step = Dec::new(value.mantissa.checked_mul(2)?, value.scale.checked_add(2)?).normal();
    (value.mantissa > 0).then_some((zero, Dec::new(most, value.scale).normal(), step))
}

fn field(visit: &Visit, parameter: &Parameter) -> Option<Field> {
    let value = in_force(parameter)?;
    let (least, most, step) = span(value)?;
    let typed = visit.query(&parameter.id).map(|text| text.trim().replace([',', '，'], ""));
    let in_force = value.normal().to_string();
    let read = typed.as_deref().map(Dec::parse);
    let changed = matches!(read, Some(Some(other)) if other.normal() != value.normal());
    let unit = parameter.unit.as_ref().map_or("", |unit| unit.text.as_str());
    Some(Field {
        id: parameter.id.clone(),
        label: parameter.label.get(visit.lang).to_owned(),
        unit: if unit == "1" { String::new() } else { unit.to_owned() },
        wrong: matches!(read, Some(None)),
        value: typed.unwrap_or_else(|| in_force.clone()),
        in_force,
        least: least.to_string(),
        most: most.to_string(),
        step: step.to_string(),
        illustrative: parameter.values.iter().any(|value| value.status == Status::Illustrative),
        changed,
    })
}

fn goal(visit: &Visit, goal: Option<&Goal>) -> [Cell; 2] {
    let words = visit.words();
    let Some(goal) = goal else { return [Cell::Nothing, Cell::Nothing] };
    let met = match goal.met {
        Some(true) => Cell::Sign(Sign::Good, words.t("simulate.met").to_owned()),
        Some(false) => Cell::Sign(Sign::Bad, words.t("simulate.missed").to_owned()),
        None => Cell::Sign(Sign::Nothing, words.t("simulate.no-number").to_owned()),
    };
    [Cell::text(goal.text.clone()), met]
}

fn count(number: u64) -> Cell {
    Cell::Whole(i64::try_from(number).unwrap_or(i64::MAX))
}

fn totals(visit: &Visit, now: &Simulated, then: &Simulated) -> Table {
    let words = visit.words();
    let line = |label: &str, told: &Simulated| {
        let within = match told.within_budget {
            Some(true) => Cell::Sign(Sign::Good, words.t("simulate.within").to_owned()),
            Some(false) => Cell::Sign(Sign::Bad, words.t("simulate.beyond").to_owned()),
            None => Cell::Nothing,
        };
        let Cost { wanted_fen, awarded_fen, enterprises } = told.all;
        let [text, met] = goal(visit, told.goal.as_ref());
        Line::of(vec![
            Cell::text(label),
            Cell::Fen(wanted_fen),
            Cell::Fen(awarded_fen),
            count(enterprises),
            within,
            text,
            met,
        ])
    };
    Table::new(
        "totals",
        words.t("simulate.all"),
        [
            words.t("simulate.fields"),
            words.t("simulate.wanted"),
            words.t("simulate.awarded"),
            words.t("schemes.enterprises"),
            words.t("simulate.money"),
            words.t("simulate.target"),
            words.t("simulate.came"),
        ],
        vec![line(words.t("simulate.now"), now), line(words.t("simulate.then"), then)],
        "",
    )
}

fn regions(visit: &Visit, now: &Simulated, then: &Simulated) -> Result<Table, Problem> {
    let (fund, words) = (visit.fund()?, visit.words());
    let before: BTreeMap<&Option<String>, Cost> =
        now.regions.iter().map(|one| (&one.region, one.cost)).collect();
    let lines = then.regions.iter().map(|one| {
        let name = one
            .region
            .as_deref()
            .map_or_else(|| words.t("simulate.nowhere").to_owned(), |code| fund.region(code, visit.lang));
        let was = before.get(&one.region).copied().unwrap_or_default();
        let [text, met] = goal(visit, one.goal.as_ref());
        Line::of(vec![
            Cell::text(name),
            Cell::Fen(was.awarded_fen),
            Cell::Fen(one.cost.awarded_fen),
            count(was.enterprises),
            count(one.cost.enterprises),
            text,
            met,
        ])
    });
    Ok(Table::new(
        "regions",
        words.t("simulate.regions"),
        [
            words.t("cases.region"),
            words.t("simulate.awarded-now"),
            words.t("simulate.awarded-then"),
            words.t("simulate.enterprises-now"),
            words.t("simulate.enterprises-then"),
            words.t("simulate.target"),
            words.t("simulate.came"),
        ],
        lines.collect(),
        words.t("cases.empty"),
    ))
}

/// The width of the drawing that stands for the largest amount.
const WIDTH: u64 = 600;

fn bars(visit: &Visit, now: &Simulated, then: &Simulated) -> (Vec<Bar>, Option<u64>) {
    let words = visit.words();
    let budget = then.budget_fen;
    let largest = [Some(now.all.wanted_fen), Some(then.all.wanted_fen), budget].into_iter().flatten().max();
    let largest = u64::try_from(largest.unwrap_or_default()).unwrap_or_default().max(1);
    let width = |fen: i64| {
        let share =
            u128::from(u64::try_from(fen).unwrap_or_default()) * u128::from(WIDTH) / u128::from(largest);
        u64::try_from(share).unwrap_or(WIDTH)
    };
    let one = |label: &str, told: &Simulated| Bar {
        label: label.to_owned(),
        amount: show::wan(told.all.wanted_fen),
        width: width(told.all.wanted_fen),
        class: if told.within_budget == Some(false) { "bad" } else { "good" },
    };
    (vec![one(words.t("simulate.now"), now), one(words.t("simulate.then"), then)], budget.map(width))
}

async fn look(visit: Visit, Named(id): Named<String>) -> Result<Response, Problem> {
    let asked = DEEDS.iter().map(|deed| visit.asker.person.may(*deed, &Target::fund()));
    if let Some(Err(refused)) = asked.reduce(Result::or) {
        return Err(refused.into());
    }
    let (fund, words) = (visit.fund()?, visit.words());
    let missing = || Problem::bare(&problem::NOT_FOUND);
    let (year, rule) = fund.rule(&id, visit.query_as("year")).ok_or_else(missing)?;
    let fields: Vec<Field> =
        rule.plan.parameters.iter().filter_map(|parameter| field(&visit, parameter)).collect();
    let values: BTreeMap<String, String> = fields
        .iter()
        .filter(|field| field.changed && !field.wrong)
        .map(|field| (field.id.clone(), field.value.clone()))
        .collect();
    let answer = match &fund.simulator {
        Some(simulator) => {
            let (simulator, id) = (std::sync::Arc::clone(simulator), id.clone());
            // Settling takes a moment of pure work: other requests are not kept waiting by it.
            tokio::task::spawn_blocking(move || simulator.ask(&id, year, &values)).await.map_err(|error| {
                Problem { kept_quiet: Some(error.to_string()), ..Problem::bare(&problem::BROKEN) }
            })?
        }
        None => Answer::Cannot(jixiao_core::both!(
            "本服务没有台账，不能测算：请系统管理员用 jixiao serve --ledgers 文件夹 启动",
            "this server has no ledgers to compute with: the administrator starts it with jixiao serve --ledgers FOLDER"
        )),
    };
    let mut page = Page {
        shell: visit.shell(words.with("simulate.title", &[("name", rule.plan.label.get(visit.lang))])),
        id,
        year,
        fields,
        preparing: false,
        cannot: String::new(),
        bars: Vec::new(),
        budget_at: None,
        budget: String::new(),
        above: Vec::new(),
        totals: None,
        regions: None,
    };
    match answer {
        Answer::Preparing => page.preparing = true,
        Answer::Cannot(why) => page.cannot = why.get(visit.lang).to_owned(),
        Answer::Ready { now, then } => {
            let (totals, regions) = (totals(&visit, &now, &then), regions(&visit, &now, &then)?);
            for table in [&totals, &regions] {
                if let Some(file) = table.file(&visit)? {
                    return Ok(file);
                }
            }
            (page.bars, page.budget_at) = bars(&visit, &now, &then);
            page.budget = then.budget_fen.map(show::wan).unwrap_or_default();
            page.above = then.above.iter().map(|both| both.get(visit.lang).to_owned()).collect();
            page.totals = Some(totals.view(&visit));
            page.regions = Some(regions.view(&visit));
        }
    }
    visit.show(&page)
}
