//! The sum of the classes, the steps over it, and the money that there is.

use crate::{
    number::pow10,
    scheme::plan::{Budget, Name, Type},
    sql::{
        AWARDS, Query,
        class::{Context, names, of_register},
        expression::{FEN, NUMBER, at_scale, number, quoted, scaled},
        select::{Select, with},
    },
};

pub(super) fn queries(context: &Context<'_>, out: &mut Vec<Query>) {
    amounts(context, out);
    awards(context, out);
}

/// The amount of every enterprise with rows in any class, in fen, before the budget is asked.
fn amounts(context: &Context<'_>, out: &mut Vec<Query>) {
    let plan = context.plan;
    let used = names(plan.steps.iter().map(|s| &s.expression));

    let codes: Vec<String> = plan
        .classes
        .iter()
        .map(|c| format!("SELECT \"code\" FROM {}", quoted(&format!("{}/enterprises", c.id))))
        .collect();
    let mut joined = Select::from(&format!("(\n    {}\n  ) AS codes", codes.join("\n    UNION ")));
    joined.column("codes.\"code\"", "code");
    let mut sum = Vec::new();
    for class in &plan.classes {
        let table = quoted(&format!("class.{}", class.id));
        let name = format!("class.{}", class.id);
        joined.column(&format!("COALESCE({table}.\"amount\", 0)"), &name);
        let enterprises = quoted(&format!("{}/enterprises", class.id));
        joined.tail(&format!("LEFT JOIN {enterprises} AS {table} ON {table}.\"code\" = codes.\"code\""));
        sum.push(quoted(&name));
    }
    joined.tail(&context.register_join("codes.\"code\""));
    context.register_columns(&mut joined, &of_register(&used));

    let mut summed = Select::from("\"__joined\"");
    summed.add("*".to_owned()).column(&sum.join(" + "), "amount");
    let mut stages = vec![("__joined".to_owned(), joined), ("__summed".to_owned(), summed)];
    let mut last = "__summed".to_owned();
    let mut amount = "amount".to_owned();
    let mut digits = FEN;
    for step in &plan.steps {
        let before = amount.clone();
        let name = |name: &Name| match name {
            Name::Enterprise(c) => context.enterprise(*c),
            Name::Amount => quoted(&before),
            Name::Class(i) => quoted(&format!("class.{}", plan.classes[*i].id)),
            _ => "NULL".to_owned(),
        };
        let scope = context.scope(&name, Some("\"__region\""));
        let mut with_it = Select::from(&quoted(&last));
        let value =
            format!("CASE WHEN {} IS NOT NULL THEN {} END", quoted(&before), scope.sql(&step.expression));
        amount = format!("step.{}", step.id);
        digits = step.expression.scale();
        with_it.add("*".to_owned()).column(&value, &amount);
        last.clone_from(&amount);
        stages.push((last.clone(), with_it));
    }
    let mut amounts = Select::from(&quoted(&last));
    amounts.columns(&["code", "__region"]);
    for step in &plan.steps {
        amounts.add(quoted(&format!("step.{}", step.id)));
    }
    let amount = quoted(&amount);
    amounts.column(&format!("CASE WHEN {amount} IS NULL THEN 'no-result' END"), "refusal");
    amounts.column(&format!("COALESCE({}, 0)", at_scale(&amount, digits, FEN)), "amount");
    amounts.tail("ORDER BY \"code\"");
    out.push(Query::new("amounts", &plan.label, with(&stages, &amounts)));
}

/// The awards: shares of the budget by largest remainder where the sum exceeds it.
fn awards(context: &Context<'_>, out: &mut Vec<Query>) {
    let plan = context.plan;
    let Some(budget) = &plan.budget else {
        let mut all = Select::from("\"amounts\"");
        all.columns(&["code", "refusal", "amount"]).column("\"amount\"", "award").tail("ORDER BY \"code\"");
        out.push(Query::new(AWARDS, &plan.label, all.sql()));
        return;
    };
    let name = |_: &Name| "NULL".to_owned();
    let scope = context.scope(&name, budget.by_region.then_some("\"__region\""));
    let group = if budget.by_region { "PARTITION BY \"__region\"" } else { "" };
    let mut weighed = Select::from("\"amounts\"");
    weighed.add("*".to_owned());
    // Without an amount there is no money.
    let amount = format!("COALESCE({}, CAST(0 AS {NUMBER}))", scope.sql(&budget.amount));
    weighed.column(&in_fen(budget, &amount), "budget");
    weighed.column(&format!("SUM(\"amount\") OVER ({group})"), "sum");

    // Whole fen first; the rest of each division decides who gets one of the fen that are left.
    let mut shared = Select::from("\"__weighed\"");
    shared.add("*".to_owned());
    shared.column("\"sum\" > \"budget\"", "short");
    let rest = "CASE WHEN \"sum\" > \"budget\" THEN (\"amount\" * \"budget\") % \"sum\" END";
    shared.column(rest, "rest");
    let whole = format!(
        "CAST((\"amount\" * \"budget\" - (\"amount\" * \"budget\") % \"sum\") / \"sum\" AS {NUMBER})"
    );
    shared.column(&format!("CASE WHEN \"sum\" > \"budget\" THEN {whole} END"), "whole");

    let mut ranked = Select::from("\"__shared\"");
    let comma = if group.is_empty() { String::new() } else { format!("{group} ") };
    ranked.add("*".to_owned());
    ranked.column(&format!("\"budget\" - SUM(\"whole\") OVER ({group})"), "left");
    ranked.column(
        &format!("ROW_NUMBER() OVER ({comma}ORDER BY \"rest\" DESC, \"amount\" DESC, \"code\")"),
        "rank",
    );
    let mut all = Select::from("\"__ranked\"");
    all.columns(&["code", "refusal", "amount"]);
    let award = "CASE WHEN \"short\" THEN \"whole\" + CASE WHEN \"rank\" <= \"left\" THEN 1 ELSE 0 END ELSE \"amount\" END";
    all.column(award, "award").tail("ORDER BY \"code\"");
    let stages =
        [("__weighed".to_owned(), weighed), ("__shared".to_owned(), shared), ("__ranked".to_owned(), ranked)];
    out.push(Query::new(AWARDS, &budget.label, with(&stages, &all)));
}

/// The budget in whole fen; what is less than a fen cannot be paid.
fn in_fen(budget: &Budget, sql: &str) -> String {
    let digits = match budget.amount.ty {
        Type::Number { scale, .. } => scale,
        _ => 0,
    };
    if digits <= FEN {
        return scaled(sql, u32::from(FEN - digits));
    }
    let power = number(pow10(u32::from(digits - FEN)).unwrap_or(i128::MAX));
    format!("CAST(({sql} - {sql} % {power}) / {power} AS {NUMBER})")
}
