//! A class of a scheme as SQL: first row by row, then duplicates one after the other, then enterprise by enterprise.

use std::collections::BTreeSet;

use crate::{
    run::bindings::Bindings,
    schema::{self, Ledgers},
    scheme::plan::{Class, Duplicate, DuplicateKind, Expr, Function, Kind, Lookup, Name, Plan},
    sql::{
        Query,
        expression::{FEN, NUMBER, Scope, at_scale, quoted, text},
        select::{Select, with},
    },
};

/// The columns that every table of rows has, in this order, before those that duplicates and aggregates need.
const ROW: [&str; 5] = ["__file", "__row", "__applicant", "__refusal", "__principal"];

/// What is the same for all queries.
pub(super) struct Context<'a> {
    pub(super) plan: &'a Plan,
    pub(super) ledgers: &'a Ledgers,
    pub(super) bindings: &'a Bindings,
}

impl Context<'_> {
    /// A column of a ledger's table as expressions see it: numbers as mantissas of 38 digits.
    fn column(&self, ledger: usize, column: usize, table: &str) -> String {
        let column = &self.ledgers.ledgers[ledger].columns[column];
        let name = format!("{table}{}", quoted(&column.name));
        match column.kind {
            schema::Kind::Whole | schema::Kind::Decimal(_) => format!("CAST({name} AS {NUMBER})"),
            _ => name,
        }
    }

    fn column_name(&self, ledger: usize, column: usize) -> &str {
        &self.ledgers.ledgers[ledger].columns[column].name
    }

    pub(super) fn table(&self, ledger: usize) -> String {
        quoted(&self.ledgers.ledgers[ledger].name)
    }

    /// The column of the register under the name that expressions give it.
    pub(super) fn enterprise(&self, column: usize) -> String {
        quoted(&format!("enterprise.{}", self.column_name(self.plan.applicant.ledger, column)))
    }

    /// Columns of the register, `AS` their names in expressions, and the region, for a select from a join with `register`.
    pub(super) fn register_columns(&self, select: &mut Select, used: &BTreeSet<usize>) {
        let register = &self.plan.applicant;
        let region = self.column(register.ledger, register.region, "register.");
        select.column(&region, "__region");
        for column in used {
            let name = self.enterprise(*column);
            select.add(format!("{} AS {name}", self.column(register.ledger, *column, "register.")));
        }
    }

    /// The join with the register, by an applicant's code.
    pub(super) fn register_join(&self, code: &str) -> String {
        let register = &self.plan.applicant;
        let key = quoted(self.column_name(register.ledger, register.key));
        format!("LEFT JOIN {} AS register ON register.{key} = {code}", self.table(register.ledger))
    }

    pub(super) fn scope<'s>(
        &'s self,
        name: &'s dyn Fn(&Name) -> String,
        region: Option<&'s str>,
    ) -> Scope<'s> {
        Scope { plan: self.plan, bindings: self.bindings, name, region }
    }
}

/// Everything of a class that is computed line by line.
fn expressions(class: &Class) -> Vec<&Expr> {
    let mut all: Vec<&Expr> = class.lookups.iter().flat_map(|l| l.on.iter().map(|(_, e)| e)).collect();
    all.extend(class.lines.iter().map(|s| &s.expression));
    all.extend(class.conditions.iter().map(|c| &c.expression));
    all.extend(class.duplicates.iter().flat_map(carried).map(|(_, e)| e));
    all.push(&class.principal);
    all.extend(class.aggregates.iter().filter_map(|a| a.argument.as_ref()));
    all
}

/// The names that some expressions use.
pub(super) fn names<'a>(expressions: impl IntoIterator<Item = &'a Expr>) -> BTreeSet<Name> {
    let mut names = BTreeSet::new();
    for expression in expressions {
        expression.walk(&mut |e| {
            if let Kind::Name(name) = &e.kind {
                names.insert(name.clone());
            }
        });
    }
    names
}

/// The columns of the register among names.
pub(super) fn of_register(names: &BTreeSet<Name>) -> BTreeSet<usize> {
    names.iter().filter_map(|n| if let Name::Enterprise(c) = n { Some(*c) } else { None }).collect()
}

/// The expressions of a duplicate that must outlive the rows' own query, each with the name of its column.
fn carried(duplicate: &Duplicate) -> Vec<(String, &Expr)> {
    let mut all = Vec::new();
    let mut add = |what: &str, e| all.push((carried_name(duplicate, what), e));
    if let DuplicateKind::Near { .. } = duplicate.kind {
        return all;
    }
    for (i, e) in duplicate.key.iter().enumerate() {
        add(&format!("key.{}", i + 1), e);
    }
    for (i, e) in duplicate.differ.iter().enumerate() {
        add(&format!("differ.{}", i + 1), e);
    }
    if let DuplicateKind::Overlap { from, to, .. } = &duplicate.kind {
        add("from", from);
        add("to", to);
    }
    all
}

fn carried_name(duplicate: &Duplicate, what: &str) -> String {
    format!("duplicate.{}.{what}", duplicate.id)
}

fn argument(index: usize) -> String {
    format!("aggregate.{}.of", index + 1)
}

pub(super) fn aggregate(index: usize) -> String {
    format!("aggregate.{}", index + 1)
}

/// The columns of every table of a class's rows.
fn row_columns(class: &Class) -> Vec<String> {
    let mut all: Vec<String> = ROW.iter().map(|c| (*c).to_owned()).collect();
    all.extend(class.duplicates.iter().flat_map(carried).map(|(name, _)| name));
    let aggregates = class.aggregates.iter().enumerate().filter(|(_, a)| a.argument.is_some());
    all.extend(aggregates.map(|(i, _)| argument(i)));
    all
}

/// The queries of a class. The last one is that of its enterprises.
pub(super) fn queries(context: &Context<'_>, class: &Class, out: &mut Vec<Query>) {
    lines(context, class, out);
    let mut table = format!("{}/rows", class.id);
    for duplicate in &class.duplicates {
        let sql = match &duplicate.kind {
            DuplicateKind::Exact { keep_first } => exact(class, duplicate, &table, *keep_first),
            DuplicateKind::Overlap { keep_first, .. } => overlap(class, duplicate, &table, *keep_first),
            DuplicateKind::Near { .. } => continue,
        };
        table = format!("{}/duplicate/{}", class.id, duplicate.id);
        out.push(Query::new(&table, &duplicate.label, sql));
    }
    let mut select = Select::from(&quoted(&table));
    select
        .columns(&ROW[..3])
        .column("\"__refusal\"", "verdict")
        .column("COALESCE(\"__principal\", 0)", "principal");
    select.tail("ORDER BY \"__file\", \"__row\"");
    out.push(Query::new(&format!("{}/verdicts", class.id), &class.label, select.sql()));
    enterprises(context, class, &table, out);
}

/// Every row of the ledger with its first reason for refusal, duplicates aside.
fn lines(context: &Context<'_>, class: &Class, out: &mut Vec<Query>) {
    let used = names(expressions(class));
    let name = |name: &Name| match name {
        Name::Column(c) => quoted(context.column_name(class.ledger, *c)),
        Name::Lookup(l, c) => {
            quoted(&look(&class.lookups[*l], context.column_name(class.lookups[*l].ledger, *c)))
        }
        Name::Found(l) => format!("({} IS NOT NULL)", quoted(&look(&class.lookups[*l], "__matches"))),
        Name::Line(i) => quoted(&format!("step.{}", class.lines[*i].id)),
        Name::Enterprise(c) => context.enterprise(*c),
        _ => "NULL".to_owned(),
    };
    let scope = context.scope(&name, Some("\"__region\""));
    let mut stages = Vec::new();

    let code = format!("line.{}", quoted(context.column_name(class.ledger, class.applicant)));
    let register = &context.plan.applicant;
    let known = format!("register.{}", quoted(context.column_name(register.ledger, register.key)));
    let mut joined = Select::from(&format!("{} AS line", context.table(class.ledger)));
    joined.tail(&context.register_join(&code));
    joined.add("line.\"__file\"".to_owned()).add("line.\"__row\"".to_owned()).column(&code, "__applicant");
    joined.column(&format!("{known} IS NOT NULL"), "__known");
    context.register_columns(&mut joined, &of_register(&used));
    for column in used.iter().filter_map(|n| if let Name::Column(c) = n { Some(*c) } else { None }) {
        let name = context.column_name(class.ledger, column);
        joined.column(&context.column(class.ledger, column, "line."), name);
    }
    stages.push(("__joined".to_owned(), joined));
    let mut last = "__joined".to_owned();

    for (l, lookup) in class.lookups.iter().enumerate() {
        let columns: Vec<usize> = used
            .iter()
            .filter_map(|n| if let Name::Lookup(i, c) = n { (*i == l).then_some(*c) } else { None })
            .collect();
        let table = format!("look.{}", lookup.id);
        let regional = found(context, lookup, &columns, &mut stages);
        let mut on: Vec<String> = lookup
            .on
            .iter()
            .enumerate()
            .map(|(i, (_, e))| {
                format!("{} = {}", quoted(&look(lookup, &format!("__key.{}", i + 1))), scope.part(e))
            })
            .collect();
        if regional {
            on.push(format!("{} = COALESCE(\"__region\", '')", quoted(&look(lookup, "__region"))));
        }
        let mut with_it = Select::from(&quoted(&last));
        with_it.add("*".to_owned());
        with_it.tail(&format!("LEFT JOIN {} ON {}", quoted(&table), on.join(" AND ")));
        last = format!("with.{}", lookup.id);
        stages.push((last.clone(), with_it));
    }
    for step in &class.lines {
        let mut with_it = Select::from(&quoted(&last));
        last = format!("step.{}", step.id);
        with_it.add("*".to_owned()).column(&scope.sql(&step.expression), &last);
        stages.push((last.clone(), with_it));
    }
    let mut counted = Select::from(&quoted(&last));
    counted.add("*".to_owned()).column(&scope.sql(&class.principal), "__principal");
    stages.push(("__counted".to_owned(), counted));

    let mut rows = Select::from("\"__counted\"");
    rows.columns(&ROW[..3]);
    let mut refusal = "CASE\n      WHEN NOT \"__known\" THEN 'unknown-applicant'".to_owned();
    for condition in &class.conditions {
        let line = format!(
            "\n      WHEN {} IS NOT TRUE THEN {}",
            scope.part(&condition.expression),
            text(&condition.id)
        );
        refusal.push_str(&line);
    }
    refusal.push_str("\n      WHEN \"__principal\" IS NULL THEN 'no-principal'\n    END");
    rows.column(&refusal, "__refusal").add("\"__principal\"".to_owned());
    for (name, e) in class.duplicates.iter().flat_map(carried) {
        rows.column(&scope.sql(e), &name);
    }
    for (i, e) in class.aggregates.iter().enumerate().filter_map(|(i, a)| Some((i, a.argument.as_ref()?))) {
        rows.column(&scope.sql(e), &argument(i));
    }
    out.push(Query::new(&format!("{}/rows", class.id), &class.label, with(&stages, &rows)));

    // Two matching rows are a fault of the data, which SQL has no word for: a table that must be empty.
    for lookup in class.lookups.iter().filter(|l| !l.any) {
        let with_it = format!("with.{}", lookup.id);
        let mut twice = Select::from(&quoted(&with_it));
        twice.columns(&ROW[..3]).tail(&format!("WHERE {} > 1", quoted(&look(lookup, "__matches"))));
        let until = stages.iter().position(|(name, _)| *name == with_it).map_or(0, |at| at + 1);
        let name = format!("{}/ambiguous/{}", class.id, lookup.id);
        out.push(Query {
            must_be_empty: true,
            ..Query::new(&name, &class.label, with(&stages[..until], &twice))
        });
    }
}

/// The name of something that a look-up brings.
fn look(lookup: &Lookup, what: &str) -> String {
    format!("look.{}.{what}", lookup.id)
}

/// The rows that a look-up may find, one for each key. Whether they differ from region to region.
fn found(
    context: &Context<'_>,
    lookup: &Lookup,
    columns: &[usize],
    stages: &mut Vec<(String, Select)>,
) -> bool {
    let mut regional = false;
    if let Some(filter) = &lookup.filter {
        filter.walk(&mut |e| {
            if let Kind::Parameter(p, _) = &e.kind {
                regional |= !context.bindings.parameters[*p].regions.is_empty();
            }
        });
    }
    let name = |name: &Name| match name {
        Name::Other(c) => context.column(lookup.ledger, *c, "other."),
        _ => "NULL".to_owned(),
    };
    let scope = context.scope(&name, regional.then_some("regions.\"code\""));
    let mut select = Select::from(&format!("{} AS other", context.table(lookup.ledger)));
    let mut groups = Vec::new();
    let mut filters = Vec::new();
    if regional {
        let register = &context.plan.applicant;
        let region = quoted(context.column_name(register.ledger, register.region));
        select.tail(&format!(
            "CROSS JOIN (SELECT DISTINCT {region} AS \"code\" FROM {} WHERE {region} IS NOT NULL UNION ALL SELECT '') AS regions",
            context.table(register.ledger)
        ));
        select.column("regions.\"code\"", &look(lookup, "__region"));
        groups.push("regions.\"code\"".to_owned());
    }
    for (i, (column, _)) in lookup.on.iter().enumerate() {
        let key = context.column(lookup.ledger, *column, "other.");
        select.column(&key, &look(lookup, &format!("__key.{}", i + 1)));
        filters.push(format!("{key} IS NOT NULL"));
        groups.push(key);
    }
    select.column("COUNT(*)", &look(lookup, "__matches"));
    for column in columns {
        let value = format!("MIN({})", context.column(lookup.ledger, *column, "other."));
        select.column(&value, &look(lookup, context.column_name(lookup.ledger, *column)));
    }
    if let Some(filter) = &lookup.filter {
        filters.push(scope.part(filter));
    }
    if !filters.is_empty() {
        select.tail(&format!("WHERE {}", filters.join(" AND ")));
    }
    if !groups.is_empty() {
        select.tail(&format!("GROUP BY {}", groups.join(", ")));
    }
    stages.push((format!("look.{}", lookup.id), select));
    regional
}

/// Which rows a duplicate looks at: those that nothing has refused so far, with all of some columns known.
fn takes_part(duplicate: &Duplicate) -> String {
    let known = (1..=duplicate.key.len())
        .map(|i| format!(" AND {} IS NOT NULL", quoted(&carried_name(duplicate, &format!("key.{i}")))));
    format!("\"__refusal\" IS NULL{}", known.collect::<String>())
}

/// All columns of a class's rows as they are, but the refusal, which is decided anew.
fn refused_too(class: &Class, select: &mut Select, refusal: &str) {
    for name in row_columns(class) {
        if name == "__refusal" {
            select.column(refusal, &name);
        } else {
            select.add(quoted(&name));
        }
    }
}

fn exact(class: &Class, duplicate: &Duplicate, table: &str, keep_first: bool) -> String {
    let mut asked = Select::from(&quoted(table));
    asked.add("*".to_owned()).column(&takes_part(duplicate), "takes part");

    let mut keys = vec!["\"takes part\"".to_owned()];
    keys.extend((1..=duplicate.key.len()).map(|i| quoted(&carried_name(duplicate, &format!("key.{i}")))));
    let keys = keys.join(", ");
    let mut grouped = Select::from("\"__asked\"");
    grouped.add("*".to_owned());
    grouped.column(&format!("COUNT(*) OVER (PARTITION BY {keys})"), "size");
    grouped
        .column(&format!("ROW_NUMBER() OVER (PARTITION BY {keys} ORDER BY \"__file\", \"__row\")"), "place");
    let mut refused = vec!["\"takes part\"".to_owned()];
    refused.push(if keep_first { "\"place\" > 1" } else { "\"size\" > 1" }.to_owned());
    let mut differ = Vec::new();
    for i in 1..=duplicate.differ.len() {
        let value = quoted(&carried_name(duplicate, &format!("differ.{i}")));
        let over = format!("OVER (PARTITION BY {keys})");
        // Not all alike: two values, or a value and a null.
        let name = format!("differs.{i}");
        grouped.column(
            &format!(
                "COALESCE(MIN({value}) {over} <> MAX({value}) {over}, FALSE) \
                 OR COUNT({value}) {over} BETWEEN 1 AND COUNT(*) {over} - 1"
            ),
            &name,
        );
        differ.push(quoted(&name));
    }
    if !differ.is_empty() {
        refused.push(format!("({})", differ.join(" OR ")));
    }
    let mut rows = Select::from("\"__grouped\"");
    let refusal =
        format!("CASE WHEN {} THEN {} ELSE \"__refusal\" END", refused.join(" AND "), text(&duplicate.id));
    refused_too(class, &mut rows, &refusal);
    with(&[("__asked".to_owned(), asked), ("__grouped".to_owned(), grouped)], &rows)
}

fn overlap(class: &Class, duplicate: &Duplicate, table: &str, keep_first: bool) -> String {
    let column = |side: &str, what: &str| format!("{side}.{}", quoted(&carried_name(duplicate, what)));
    let own = |what: &str| quoted(&carried_name(duplicate, what));
    let mut asked = Select::from(&quoted(table));
    // A period that ends before it begins has no day.
    asked.add("*".to_owned()).tail(&format!(
        "WHERE {} AND {} <= {}",
        takes_part(duplicate),
        own("from"),
        own("to")
    ));

    let mut on: Vec<String> = Vec::new();
    for i in 1..=duplicate.key.len() {
        let key = format!("key.{i}");
        on.push(format!("{} = {}", column("one", &key), column("other", &key)));
    }
    on.push(format!("{} <= {}", column("one", "from"), column("other", "to")));
    on.push(format!("{} <= {}", column("other", "from"), column("one", "to")));
    on.push(if keep_first {
        "(other.\"__file\" < one.\"__file\" OR (other.\"__file\" = one.\"__file\" AND other.\"__row\" < one.\"__row\"))"
            .to_owned()
    } else {
        "(other.\"__file\" <> one.\"__file\" OR other.\"__row\" <> one.\"__row\")".to_owned()
    });
    let differ: Vec<String> = (1..=duplicate.differ.len())
        .map(|i| {
            let value = format!("differ.{i}");
            format!("({} IS DISTINCT FROM {})", column("one", &value), column("other", &value))
        })
        .collect();
    if !differ.is_empty() {
        on.push(format!("({})", differ.join(" OR ")));
    }
    let mut met = Select::from("\"__asked\" AS one");
    met.column("one.\"__file\"", "met.file").column("one.\"__row\"", "met.row");
    met.distinct().tail(&format!("JOIN \"__asked\" AS other ON {}", on.join("\n    AND ")));

    let mut rows = Select::from(&quoted(table));
    rows.tail("LEFT JOIN \"__met\" ON \"met.file\" = \"__file\" AND \"met.row\" = \"__row\"");
    let refusal =
        format!("CASE WHEN \"met.row\" IS NOT NULL THEN {} ELSE \"__refusal\" END", text(&duplicate.id));
    refused_too(class, &mut rows, &refusal);
    with(&[("__asked".to_owned(), asked), ("__met".to_owned(), met)], &rows)
}

/// The scale of what a class comes to, before it is told in fen.
fn scale(class: &Class) -> u8 {
    class
        .steps
        .last()
        .map_or(class.principal.scale().saturating_add(class.factor.scale()), |s| s.expression.scale())
}

/// One row for each enterprise that has rows in the class.
fn enterprises(context: &Context<'_>, class: &Class, table: &str, out: &mut Vec<Query>) {
    let mut claims = Select::from(&quoted(table));
    claims.column("\"__applicant\"", "code");
    claims.column("SUM(COALESCE(\"__principal\", 0))", "claimed");
    claims.column("COUNT(*) FILTER (WHERE \"__refusal\" IS NULL)", "rows");
    claims.column("COALESCE(SUM(\"__principal\") FILTER (WHERE \"__refusal\" IS NULL), 0)", "principal");
    for (i, a) in class.aggregates.iter().enumerate() {
        let of = quoted(&argument(i));
        let filter = "FILTER (WHERE \"__refusal\" IS NULL)";
        let value = match (a.function, a.argument.is_some()) {
            (Function::Sum, _) => format!("SUM({of}) {filter}"),
            (Function::Min, _) => format!("MIN({of}) {filter}"),
            (Function::Max, _) => format!("MAX({of}) {filter}"),
            (Function::Count, true) => format!("CAST(COUNT({of}) {filter} AS {NUMBER})"),
            (Function::Count, false) => format!("CAST(COUNT(*) {filter} AS {NUMBER})"),
            (Function::CountDistinct, _) => format!("CAST(COUNT(DISTINCT {of}) {filter} AS {NUMBER})"),
        };
        claims.column(&value, &aggregate(i));
    }
    claims.tail("WHERE \"__applicant\" IS NOT NULL").tail("GROUP BY \"__applicant\"");

    let enterprise_side = [&class.factor].into_iter();
    let enterprise_side = enterprise_side
        .chain(class.requirements.iter().map(|r| &r.expression))
        .chain(class.steps.iter().map(|s| &s.expression));
    let used = names(enterprise_side);
    let mut joined = Select::from("\"__claims\"");
    joined.add("\"__claims\".*".to_owned()).tail(&context.register_join("\"__claims\".\"code\""));
    context.register_columns(&mut joined, &of_register(&used));

    // The amount changes from step to step, and with it what its name means.
    let scope_at = |amount: &str| {
        let amount = amount.to_owned();
        move |name: &Name| match name {
            Name::Principal => "\"principal\"".to_owned(),
            Name::Aggregate(i) => quoted(&aggregate(*i)),
            Name::Enterprise(c) => context.enterprise(*c),
            Name::Amount => quoted(&amount),
            _ => "NULL".to_owned(),
        }
    };
    let mut amount = "amount".to_owned();
    let name = scope_at(&amount);
    let scope = context.scope(&name, Some("\"__region\""));

    let mut valued = Select::from("\"__joined\"");
    valued.add("*".to_owned()).column(&scope.sql(&class.factor), "factor");

    let mut asked = Select::from("\"__valued\"");
    let mut refusal =
        "CASE\n      WHEN \"factor\" IS NULL THEN 'no-value'\n      WHEN \"rows\" = 0 THEN NULL".to_owned();
    for requirement in &class.requirements {
        let line = format!(
            "\n      WHEN {} IS NOT TRUE THEN {}",
            scope.part(&requirement.expression),
            text(&requirement.id)
        );
        refusal.push_str(&line);
    }
    refusal.push_str("\n    END");
    asked.add("*".to_owned()).column(&refusal, "refused").column("\"principal\" * \"factor\"", "amount");
    let mut stages = vec![
        ("__claims".to_owned(), claims),
        ("__joined".to_owned(), joined),
        ("__valued".to_owned(), valued),
        ("__asked".to_owned(), asked),
    ];
    let mut last = "__asked".to_owned();
    let runs = "\"refused\" IS NULL AND \"rows\" > 0";
    for step in &class.steps {
        let name = scope_at(&amount);
        let scope = context.scope(&name, Some("\"__region\""));
        let mut with_it = Select::from(&quoted(&last));
        let value = format!(
            "CASE WHEN {runs} AND {} IS NOT NULL THEN {} END",
            quoted(&amount),
            scope.sql(&step.expression)
        );
        amount = format!("step.{}", step.id);
        with_it.add("*".to_owned()).column(&value, &amount);
        last.clone_from(&amount);
        stages.push((last.clone(), with_it));
    }
    let mut enterprises = Select::from(&quoted(&last));
    enterprises.columns(&["code", "claimed", "principal", "factor"]);
    for step in &class.steps {
        enterprises.add(quoted(&format!("step.{}", step.id)));
    }
    enterprises.column(
        &format!("CASE WHEN {runs} AND {} IS NULL THEN 'no-result' ELSE \"refused\" END", quoted(&amount)),
        "refusal",
    );
    enterprises.column(
        &format!(
            "CASE WHEN {runs} THEN COALESCE({}, 0) ELSE CAST(0 AS {NUMBER}) END",
            at_scale(&quoted(&amount), scale(class), FEN)
        ),
        "amount",
    );
    enterprises.tail("ORDER BY \"code\"");
    out.push(Query::new(&format!("{}/enterprises", class.id), &class.label, with(&stages, &enterprises)));
}
