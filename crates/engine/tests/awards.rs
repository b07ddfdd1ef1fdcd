//! Ledgers in, awards out: small cases with the hand calculation beside each amount. Rules, enterprises and figures are invented.

use std::sync::LazyLock;

use jixiao_engine::{
    number::Dec,
    run::{Bindings, RunError, outcome::Outcome},
    schema::Ledgers,
    scheme::plan::Plan,
};

mod common;

use common::{Files, awards, code, flow, verdicts};

/// The ledgers of these tests. `claims` is what a class reads, `held` the same with one row a number.
static LEDGERS: LazyLock<Ledgers> = LazyLock::new(|| {
    common::ledgers(
        "enterprises unique: code credit-code | name text | region text | exports decimal 2 美元 | since date
         claims: no text | code credit-code | day date | till date | yuan decimal 2 元 | foreign decimal 2 原币 | currency text | hs digits 6 | ok flag | n whole
         held unique: no text | code credit-code | yuan decimal 2 元
         rates: currency text | day date | rate decimal 4 元/原币 | source text
         listed: code credit-code | since date
         prior: no text | code credit-code | hs digits 6",
    )
});

/// Enterprises 1 to 4: 1 and 2 in 440100, 3 in 440200, 4 in 440300. Exports of 3 are unknown.
fn register() -> String {
    let rows = [
        (1, "440100", "1000000", "2010-01-01"),
        (2, "440100", "500", "2020-06-30"),
        (3, "440200", "", ""),
        (4, "440300", "7", "2024-01-01"),
    ];
    let line = |(n, region, exports, since): &(u32, &str, &str, &str)| {
        format!("{},企业{n},{region},{exports},{since}\n", code(*n))
    };
    "code,name,region,exports,since\n".to_owned() + &rows.iter().map(line).collect::<String>()
}

/// A ledger file: a heading, and rows in which `=1` stands for the code of enterprise 1.
fn csv(heading: &str, rows: &[&str]) -> String {
    let mut text = format!("{heading}\n");
    for row in rows {
        let cell = |c: &str| c.strip_prefix('=').map_or(c.to_owned(), |n| code(n.parse().expect("a number")));
        text += &(row.split(',').map(cell).collect::<Vec<_>>().join(",") + "\n");
    }
    text
}

const CLAIMS: &str = "no,code,day,till,yuan,foreign,currency,hs,ok,n";

fn files(claims: &[&str]) -> Files {
    let empty = |heading: &str| format!("{heading}\n");
    Files::of(&[
        ("enterprises", register()),
        ("claims", csv(CLAIMS, claims)),
        ("held", empty("no,code,yuan")),
        ("rates", empty("currency,day,rate,source")),
        ("listed", empty("code,since")),
        ("prior", empty("no,code,hs")),
    ])
}

/// A claim of an enterprise with an amount; the other cells as given or empty.
fn claim(no: &str, who: u32, yuan: &str) -> String {
    format!("{no},={who},2024-03-01,2024-03-31,{yuan},,,100000,是,1")
}

fn claims(all: &[(&str, u32, &str)]) -> Files {
    let rows: Vec<String> = all.iter().map(|(no, who, yuan)| claim(no, *who, yuan)).collect();
    files(&rows.iter().map(String::as_str).collect::<Vec<_>>())
}

/// A parameter with one value for every year.
fn number(id: &str, unit: &str, value: &str) -> String {
    format!(
        "[[parameter]]\nid = {id:?}\nLABEL\nunit = {unit:?}\nvalues = [{{ years = [2024, 2025, 2026], value = {value:?}, source = \"测试\" }}]\n"
    )
}

/// A scheme: parameters, classes, the rest.
fn scheme(parts: &[&str]) -> String {
    let head = "id = \"test\"\nLABEL\n[applicant]\nledger = \"enterprises\"\nkey = \"code\"\nname = \"name\"\nregion = \"region\"\n";
    head.to_owned() + &parts.concat()
}

/// A class over `claims` that counts `principal`, worth `value`, with further tables.
fn class(principal: (&str, &str), value: &str, tables: &str) -> String {
    let (principal, unit) = principal;
    format!(
        "[[class]]\nid = \"main\"\nLABEL\nledger = \"claims\"\napplicant = \"code\"\nprincipal = {principal:?}\nprincipal_unit = {unit:?}\nvalue = {value:?}\n{tables}"
    )
}

/// A class that counts `yuan` one to one.
fn plain(tables: &str) -> String {
    class(("yuan", "元"), "principal", tables)
}

fn condition(id: &str, expression: &str) -> String {
    format!("[[class.condition]]\nid = {id:?}\nREASON\nexpression = {expression:?}\n")
}

fn step(id: &str, expression: &str) -> String {
    format!("[[class.step]]\nid = {id:?}\nLABEL\nexpression = {expression:?}\n")
}

fn last(id: &str, expression: &str) -> String {
    format!("[[step]]\nid = {id:?}\nLABEL\nexpression = {expression:?}\n")
}

fn plan(parts: &[&str]) -> Plan {
    common::plan(&LEDGERS, &scheme(parts), 2024, &[])
}

fn run(files: &Files, parts: &[&str]) -> Outcome {
    let outcome = files.run(&LEDGERS, &plan(parts)).unwrap_or_else(|e| panic!("{}", e.text().en));
    common::sound(&outcome);
    outcome
}

fn fails(files: &Files, parts: &[&str]) -> RunError {
    match files.run(&LEDGERS, &plan(parts)) {
        Ok(outcome) => panic!("it ran: {:?}", awards(&outcome)),
        Err(error) => error,
    }
}

#[test]
fn the_first_condition_that_fails_counts_and_null_fails() {
    let rows = [
        "A,=1,2024-03-01,,100.00,,,100000,是,1",
        "B,=1,2024-03-01,,1.10,,,100000,否,", // not ok, and no n: ok comes first
        "C,=1,2024-03-01,,2.20,,,100000,,1",  // ok unknown
        "D,=1,2024-03-01,,4.40,,,100000,是,", // n unknown: n > 0 is null
        "E,=1,2024-03-01,,8.80,,,100000,是,0", // n not above 0
        "F,=1,2024-03-01,,17.60,,,100000,是,2",
    ];
    let parts = plain(&(condition("ok", "ok") + &condition("n", "n > 0")));
    let outcome = run(&files(&rows), &[&parts]);
    assert_eq!(verdicts(&outcome, 0), ["-", "ok", "ok", "n", "n", "-"]);
    // 100.00 + 17.60; taken off: ok 1.10 + 2.20, n 4.40 + 8.80; claimed 134.10.
    assert_eq!(awards(&outcome), [(1, 11_760)]);
    assert_eq!(flow(&outcome), ["claimed=134.1", "main/ok=3.3", "main/n=13.2", "awarded=117.6"]);
}

#[test]
fn null_goes_through_expressions_as_in_sql() {
    // Each condition over a row in which n and ok are null, and what it comes to.
    for (expression, holds) in [
        ("n is null", true),
        ("not (n is not null)", true),
        ("n = 1", false),
        ("not (n = 1)", false),
        ("n = 1 or yuan > 0", true),
        ("not (n = 1 and yuan < 0)", true),
        ("n = 1 and yuan > 0", false),
        ("coalesce(n, 3) = 3", true),
        ("least(n, 5) = 5", true),
        ("greatest(n, 5) = 5", true),
        ("n in (1, 2)", false),
        ("not (n in (1, 2))", false),
        ("not (7 in (n, 1))", false),
        ("7 in (7, n)", true),
        ("case when n > 0 then n > 100 else yuan > 0 end", true),
        ("case when n is null then 1 = 1 when yuan > 0 then 1 = 2 end", true),
        ("case when n > 0 then ok end", false),
        ("n between 0 and 9", false),
        ("currency = 'USD'", false),
        ("not (currency like 'U%')", false),
        ("hs like '01%'", true),
        ("hs like '1%'", false),
        ("hs = '010203'", true),
        ("abs(0 - n) is null", true),
        ("add_months(day, 1) = date '2024-02-29'", true),
        ("add_days(day, 30) = date '2024-03-01'", true),
        ("day - date '2024-01-30' > 0 and year(day) = 2024 and month(day) = 1", true),
    ] {
        let rows = ["A,=1,2024-01-31,,7.00,,,010203,,"];
        let outcome = run(&files(&rows), &[&plain(&condition("asked", expression))]);
        assert_eq!(verdicts(&outcome, 0), [if holds { "-" } else { "asked" }], "{expression}");
    }
}

#[test]
fn strangers_and_rows_without_principal_are_refused_by_name() {
    let rows = [
        "A,=9,2024-03-01,,50.00,,,100000,是,1",
        "B,,2024-03-01,,3.00,,,100000,是,1",
        "C,=1,2024-03-01,,,,,100000,是,1",
        "D,=1,2024-03-01,,7.00,,,100000,是,1",
    ];
    let outcome = run(&files(&rows), &[&plain(&condition("ok", "ok"))]);
    assert_eq!(verdicts(&outcome, 0), ["unknown-applicant", "unknown-applicant", "no-principal", "-"]);
    // In the order of codes: no code, 1, 9. Claimed 50 + 3 + 0 + 7.
    assert_eq!(awards(&outcome), [(0, 0), (1, 700), (9, 0)]);
    assert_eq!(
        flow(&outcome),
        ["claimed=60", "main/unknown-applicant=53", "main/no-principal=0", "awarded=7"]
    );
    assert_eq!(
        outcome.lines().map(|l| l.yuan.map(|y| y.to_string())).collect::<Vec<_>>(),
        [Some("50.00".to_owned()), Some("3.00".to_owned()), None, Some("7.00".to_owned())]
    );
}

fn duplicate(more: &str) -> String {
    plain(&format!("[[class.duplicate]]\nid = \"twice\"\nREASON\n{more}\n"))
}

#[test]
fn exact_duplicates_keep_the_first_or_none() {
    let all = claims(&[
        ("A", 1, "1.00"),
        ("B", 1, "10.00"),
        ("A", 1, "100.00"),
        ("A", 2, "1000.00"),
        ("B", 1, "10000.00"),
    ]);
    let first = run(&all, &[&duplicate("kind = \"exact\"\nkey = [\"no\"]\nkeep = \"first\"")]);
    assert_eq!(verdicts(&first, 0), ["-", "-", "twice", "twice", "twice"]);
    assert_eq!(awards(&first), [(1, 1_100), (2, 0)]); // 1 + 10
    let twins: Vec<_> = first.twins().map(|t| (t.row.1.row, t.other.row, t.flag)).collect();
    assert_eq!(twins, [(4, 2, false), (5, 2, false), (6, 3, false)]);

    let none = run(&all, &[&duplicate("kind = \"exact\"\nkey = [\"no\"]\nkeep = \"none\"")]);
    assert_eq!(verdicts(&none, 0), ["twice"; 5]);
    // Only where the enterprises differ: A has two, B one.
    let differ =
        run(&all, &[&duplicate("kind = \"exact\"\nkey = [\"no\"]\nkeep = \"none\"\ndiffer = [\"code\"]")]);
    assert_eq!(verdicts(&differ, 0), ["twice", "-", "twice", "twice", "-"]);
    assert_eq!(awards(&differ), [(1, 1_001_000), (2, 0)]); // 10 + 10,000
}

#[test]
fn a_refused_row_is_nobodys_duplicate_and_a_null_key_has_none() {
    let rows = [
        "A,=1,2024-03-01,,1.00,,,100000,否,1",
        "A,=1,2024-03-01,,2.00,,,100000,是,1",
        ",=1,2024-03-01,,4.00,,,100000,是,1",
        ",=1,2024-03-01,,8.00,,,100000,是,1",
    ];
    let rule =
        "[[class.duplicate]]\nid = \"twice\"\nREASON\nkind = \"exact\"\nkey = [\"no\"]\nkeep = \"first\"\n";
    let outcome = run(&files(&rows), &[&plain(&(condition("ok", "ok") + rule))]);
    assert_eq!(verdicts(&outcome, 0), ["ok", "-", "-", "-"]);
    assert_eq!(awards(&outcome), [(1, 1_400)]); // 2 + 4 + 8
}

#[test]
fn later_rules_see_what_earlier_ones_left() {
    let rule = |id: &str, key: &str| {
        format!(
            "[[class.duplicate]]\nid = {id:?}\nREASON\nkind = \"exact\"\nkey = [{key:?}]\nkeep = \"none\"\n"
        )
    };
    // Row 2 falls with row 1 under `number`; what is left of n = 1 is row 3 alone.
    let rows = [
        "A,=1,2024-03-01,,1.00,,,100000,是,5",
        "A,=1,2024-03-01,,2.00,,,100000,是,1",
        "B,=1,2024-03-01,,4.00,,,100000,是,1",
    ];
    let outcome = run(&files(&rows), &[&plain(&(rule("number", "no") + &rule("n", "n")))]);
    assert_eq!(verdicts(&outcome, 0), ["number", "number", "-"]);
}

#[test]
fn periods_overlap_when_they_share_a_day() {
    let rule = |keep: &str, more: &str| {
        duplicate(&format!(
            "kind = \"overlap\"\nkey = [\"code\"]\nfrom = \"day\"\nto = \"till\"\nkeep = {keep:?}\n{more}"
        ))
    };
    let period = |no: &str, from: &str, to: &str| format!("{no},=1,{from},{to},1.00,,,100000,是,1");
    for (second, said) in [
        (("2024-01-31", "2024-02-29"), ["twice", "twice"]), // begins on the last day of the first
        (("2024-02-01", "2024-02-29"), ["-", "-"]),         // begins on the next
        (("2023-12-01", "2024-01-01"), ["twice", "twice"]), // ends on the first day
        (("2023-12-01", "2023-12-31"), ["-", "-"]),
        (("2024-01-10", "2024-01-10"), ["twice", "twice"]), // one day inside
        (("2023-01-01", "2025-01-01"), ["twice", "twice"]), // around it
        (("2024-01-20", "2024-01-10"), ["-", "-"]),         // ends before it begins: no day at all
        (("2024-01-20", ""), ["-", "-"]),                   // no end known
    ] {
        let rows = [period("A", "2024-01-01", "2024-01-31"), period("B", second.0, second.1)];
        let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
        let outcome = run(&files(&rows), &[&rule("none", "")]);
        assert_eq!(verdicts(&outcome, 0), said, "{second:?}");
        let outcome = run(&files(&rows), &[&rule("first", "")]);
        assert_eq!(verdicts(&outcome, 0), if said[0] == "-" { said } else { ["-", "twice"] }, "{second:?}");
        let outcome = run(&files(&rows), &[&rule("none", "differ = [\"n\"]")]);
        assert_eq!(verdicts(&outcome, 0), ["-", "-"], "n is the same: {second:?}");
    }
}

#[test]
fn of_periods_in_a_chain_only_the_first_stays() {
    // January to March, March to May, May to July: the third meets only the second, which is refused itself.
    let rows = [
        "A,=1,2024-01-01,2024-03-31,1.00,,,100000,是,1",
        "B,=1,2024-03-01,2024-05-31,1.00,,,100000,是,1",
        "C,=1,2024-05-01,2024-07-31,1.00,,,100000,是,1",
    ];
    let rule =
        duplicate("kind = \"overlap\"\nkey = [\"code\"]\nfrom = \"day\"\nto = \"till\"\nkeep = \"first\"");
    assert_eq!(verdicts(&run(&files(&rows), &[&rule]), 0), ["-", "twice", "twice"]);
    // Without the second in between, both stay.
    assert_eq!(verdicts(&run(&files(&[rows[0], rows[2]]), &[&rule]), 0), ["-", "-"]);
}

#[test]
fn near_numbers_are_flagged_and_count() {
    let near = duplicate("kind = \"near\"\nkey = [\"code\", \"yuan\"]\ncompare = \"no\"");
    let all = claims(&[
        ("INV-001", 1, "5.00"),
        ("INV-0O1", 1, "5.00"),
        ("INV-002", 1, "6.00"),
        ("INV-001", 2, "5.00"),
        ("INV-001", 1, "5.00"),
    ]);
    let outcome = run(&all, &[&near]);
    assert_eq!(verdicts(&outcome, 0), ["-"; 5]);
    let twins: Vec<_> = outcome.twins().map(|t| (t.row.1.row, t.other.row, t.flag)).collect();
    // Row 3 looks like 2, and row 6 like 3. Row 6 equals row 2: that is no question of looks.
    assert_eq!(twins, [(3, 2, true), (6, 3, true)]);
    assert_eq!(awards(&outcome), [(1, 2_100), (2, 500)]); // 5 + 5 + 6 + 5; 5
}

#[test]
fn near_numbers_are_found_among_many() {
    // Twenty rows of one key, more than are compared one by one: the flagged pairs are those of neighbours in the list below.
    let numbers: Vec<String> =
        (0..20).map(|i| format!("{:08}", i * 11_111)).chain(["00111l11".to_owned()]).collect();
    let all: Vec<(&str, u32, &str)> = numbers.iter().map(|n| (n.as_str(), 1, "5.00")).collect();
    let near = duplicate("kind = \"near\"\nkey = [\"code\", \"yuan\"]\ncompare = \"no\"");
    let outcome = run(&claims(&all), &[&near]);
    let twins: Vec<_> = outcome.twins().map(|t| (t.row.1.row, t.other.row)).collect();
    // 00111l11 reads 00111111; one character off are 00011111 (1 × 11,111, line 3) and 00111110 (10 × 11,111, line 12).
    assert_eq!(twins, [(22, 3), (22, 12)]);
}

#[test]
fn near_numbers_of_another_ledger_are_flagged() {
    let near = duplicate("kind = \"near\"\nkey = [\"code\"]\ncompare = \"no\"\nagainst = \"prior\"");
    let mut all = claims(&[("K100", 1, "5.00"), ("K777", 1, "6.00"), ("K100", 2, "7.00")]);
    all.0.insert(
        "prior".to_owned(),
        vec![("prior.csv".to_owned(), csv("no,code,hs", &["K10O,=1,", "K100,=1,", "K333,=2,", ",=2,"]))],
    );
    let outcome = run(&all, &[&near]);
    let twins: Vec<_> = outcome
        .twins()
        .map(|t| (t.row.1.row, t.other.row, LEDGERS.ledgers[t.other_ledger].name.as_str()))
        .collect();
    // K10O (line 2) looks like K100 (line 2); K100 (line 3) is the same and no question of looks.
    assert_eq!(twins, [(2, 2, "prior")]);
    assert_eq!(verdicts(&outcome, 0), ["-"; 3]);
}

#[test]
fn digits_are_compared_with_their_zeros() {
    // 001234 and 012345 differ in four places of six; as numbers, 1234 and 12345, they would be one digit apart.
    let rows = [
        "A,=1,2024-03-01,,1.00,,,001234,是,1",
        "B,=1,2024-03-01,,1.00,,,012345,是,1",
        "C,=1,2024-03-01,,1.00,,,001243,是,1",
    ];
    let outcome = run(&files(&rows), &[&duplicate("kind = \"near\"\nkey = [\"code\"]\ncompare = \"hs\"")]);
    let twins: Vec<_> = outcome.twins().map(|t| (t.row.1.row, t.other.row)).collect();
    assert_eq!(twins, [(4, 2)]); // neighbours exchanged
    let mut all = files(&rows);
    all.0.insert("prior".to_owned(), vec![("prior.csv".to_owned(), csv("no,code,hs", &["P,=1,123450"]))]);
    let outcome =
        run(&all, &[&duplicate("kind = \"near\"\nkey = [\"code\"]\ncompare = \"hs\"\nagainst = \"prior\"")]);
    // 012345 and 123450 are not one edit apart, 12345 and 123450 would be.
    assert_eq!(outcome.twins().count(), 0);
}

fn with(mut files: Files, ledger: &str, heading: &str, rows: &[&str]) -> Files {
    files.0.insert(ledger.to_owned(), vec![(format!("{ledger}.csv"), csv(heading, rows))]);
    files
}

const RATES: &str = "currency,day,rate,source";

#[test]
fn a_look_up_of_one_row_gives_its_columns() {
    let tables = "[[class.lookup]]\nid = \"fx\"\nledger = \"rates\"\non = { currency = \"currency\", day = \"fx_day\" }\nwhere = \"source = 'A'\"\nmode = \"one\"\n\
        [[class.line]]\nid = \"local\"\nLABEL\nexpression = \"foreign * fx.rate\"\nunit = \"元\"\n";
    let day = "[[parameter]]\nid = \"fx_day\"\nLABEL\nkind = \"date\"\nvalues = [{ years = [2024, 2025, 2026], value = \"2024-01-31\", source = \"测试\" }]\n";
    let parts = [
        day.to_owned(),
        class(
            ("local", "元"),
            "principal",
            &(tables.to_owned() + &condition("known", "fx.found") + &step("fen", "round_half_up(amount, 2)")),
        ),
    ];
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    let rows = [
        "A,=1,2024-03-01,,,10.01,USD,100000,是,1",
        "B,=1,2024-03-01,,,10.00,EUR,100000,是,1",
        "C,=1,2024-03-01,,,10.00,,100000,是,1",
    ];
    // The rate of another day and the one of another source are not asked.
    let rates = [
        "USD,2024-01-31,7.1059,A",
        "USD,2024-01-31,9.0000,B",
        "USD,2024-02-01,8.0000,A",
        "EUR,2024-02-01,8.0000,A",
        "GBP,2024-01-31,1,A",
        "GBP,2024-01-31,2,A",
    ];
    let outcome = run(&with(files(&rows), "rates", RATES, &rates), &parts);
    assert_eq!(verdicts(&outcome, 0), ["-", "known", "known"]);
    // 10.01 × 7.1059 = 71.130059, to the fen 71.13; rounding takes 0.000059. What has no rate claims nothing.
    assert_eq!(awards(&outcome), [(1, 7_113)]);
    assert_eq!(flow(&outcome), ["claimed=71.130059", "main/known=0", "main/fen=0.000059", "awarded=71.13"]);

    // Two rows that answer are an error, and both are named.
    let rates = ["EUR,2024-01-31,8.0000,A", "USD,2024-01-31,7.1059,A", "USD,2024-01-31,7.1060,A"];
    let error = fails(&with(files(&rows), "rates", RATES, &rates), &parts);
    let RunError::Twice { what, line, ledger, rows } = error else { panic!("{error:?}") };
    assert_eq!((what.as_str(), ledger.as_str()), ("test/main/fx", "rates"));
    assert_eq!(*line, ("claims.csv".to_owned(), 2));
    assert_eq!(*rows, [("rates.csv".to_owned(), 3), ("rates.csv".to_owned(), 4)]);
}

#[test]
fn a_look_up_of_any_row_only_tells_whether_there_is_one() {
    let tables = "[[class.lookup]]\nid = \"listed\"\nledger = \"listed\"\non = { code = \"code\" }\nwhere = \"since <= most\"\nmode = \"any\"\n";
    let limit = "[[parameter]]\nid = \"most\"\nLABEL\nkind = \"date\"\nvalues = [{ years = [2024, 2025, 2026], value = \"2024-06-30\", source = \"测试\" }]\n";
    let all = claims(&[("A", 1, "1.00"), ("B", 2, "2.00"), ("C", 3, "4.00")]);
    let listed = ["=1,2024-06-30", "=1,2020-01-01", "=2,2024-07-01", "=2,"];
    let outcome = run(
        &with(all, "listed", "code,since", &listed),
        &[limit, &plain(&(tables.to_owned() + &condition("free", "not listed.found")))],
    );
    // On the list by the last day; from the next day, and without a day, not.
    assert_eq!(verdicts(&outcome, 0), ["free", "-", "-"]);
}

#[test]
fn a_look_up_that_is_the_same_for_every_row() {
    // The key is a parameter alone: every row finds the one rate, or none does.
    let tables = "[[class.lookup]]\nid = \"fx\"\nledger = \"rates\"\non = { currency = \"which\" }\nmode = \"one\"\n\
        [[class.line]]\nid = \"local\"\nLABEL\nexpression = \"foreign * fx.rate\"\nunit = \"元\"\n";
    for (which, said) in [("USD", "-"), ("CHF", "no-principal")] {
        let which = format!(
            "[[parameter]]\nid = \"which\"\nLABEL\nkind = \"text\"\nvalues = [{{ years = [2024, 2025, 2026], value = {which:?}, source = \"测试\" }}]\n"
        );
        let rows = ["A,=1,2024-03-01,,,10.00,,100000,是,1", "B,=2,2024-03-01,,,20.00,,100000,是,1"];
        let parts = class(
            ("local", "元"),
            "principal",
            &(tables.to_owned() + &step("fen", "round_half_up(amount, 2)")),
        );
        let outcome = run(
            &with(files(&rows), "rates", RATES, &["USD,2024-01-31,7,A", "EUR,2024-01-31,8,A"]),
            &[&which, &parts],
        );
        assert_eq!(verdicts(&outcome, 0), [said, said]);
    }
}

#[test]
fn rounding_by_line_and_by_enterprise_are_two_things() {
    let all = claims(&[("A", 1, "0.05"), ("B", 1, "0.05"), ("C", 1, "0.05")]);
    let ratio = number("ratio", "%", "10");
    // Per enterprise: 0.15 × 10 % = 0.015, a half goes up: 0.02.
    let once = class(("yuan", "元"), "principal * ratio", &step("fen", "round_half_up(amount, 2)"));
    assert_eq!(awards(&run(&all, &[&ratio, &once])), [(1, 2)]);
    // Per line: 0.05 × 10 % = 0.005, to 0.01 each: 0.03.
    let line = "[[class.line]]\nid = \"each\"\nLABEL\nexpression = \"round_half_up(yuan * ratio, 2)\"\nunit = \"元\"\n";
    let each = class(("each", "元"), "principal", line);
    assert_eq!(awards(&run(&all, &[&ratio, &each])), [(1, 3)]);
}

#[test]
fn rounding_goes_where_its_name_says_also_below_zero() {
    // What a line step makes of an amount, in fen: shown as the claim of the row, which may be negative.
    for (expression, yuan, fen) in [
        ("round_half_up(yuan * half, 2)", "0.01", "0.01"), // 0.005
        ("round_down(yuan * half, 2)", "0.01", "0.00"),
        ("round_up(yuan * half, 2)", "0.01", "0.01"),
        ("round_half_up(yuan * half, 2)", "-0.01", "-0.01"), // a half goes away from zero
        ("round_down(yuan * half, 2)", "-0.01", "0.00"),     // towards zero
        ("round_up(yuan * half, 2)", "-0.01", "-0.01"),
        ("round_half_up(yuan, 0)", "2.50", "3"),
        ("round_half_up(yuan, 0)", "2.49", "2"),
        ("round_half_up(yuan, 0)", "-2.50", "-3"),
        ("round_down(yuan, 0)", "-2.99", "-2"),
        ("round_up(yuan, 0)", "2.01", "3"),
        ("round_up(yuan, 0)", "-2.01", "-3"),
        ("round_up(yuan, 0)", "2.00", "2"),
        ("round_half_up(yuan / 3, 2)", "1.00", "0.33"),
        ("round_up(yuan / 3, 2)", "1.00", "0.34"),
        ("round_half_up(yuan / (0 - 8), 2)", "1.00", "-0.13"), // -0.125
        ("round_down(yuan / (0 - 8), 2)", "1.00", "-0.12"),
        ("round_half_up(yuan * yuan / yuan, 2)", "12.34", "12.34"),
    ] {
        let line =
            format!("[[class.line]]\nid = \"made\"\nLABEL\nexpression = {expression:?}\nunit = \"元\"\n");
        // What is below zero is cut off, so that it can be looked at.
        let parts = class(("made", "元"), "principal", &(line + &step("zero", "greatest(amount, 0)")));
        let half = number("half", "%", "50");
        let half =
            if expression.contains("half,") || expression.contains("* half") { half.as_str() } else { "" };
        let outcome = run(&claims(&[("A", 1, yuan)]), &[half, &parts]);
        let claimed = outcome.awards().next().expect("one").claimed;
        assert_eq!(claimed, Dec::parse(fen).expect("a number"), "{expression} of {yuan}");
    }
}

#[test]
fn requirements_refuse_the_whole_enterprise() {
    let requirement = |id: &str, expression: &str| {
        format!("[[class.requirement]]\nid = {id:?}\nREASON\nexpression = {expression:?}\n")
    };
    let all = claims(&[
        ("A", 1, "60.00"),
        ("B", 1, "40.00"),
        ("C", 2, "99.99"),
        ("D", 3, "200.00"),
        ("D", 4, "100.00"),
    ]);
    let parts = plain(
        &(requirement("minimum", "principal >= minimum")
            + &requirement("exports", "enterprise.exports > least_exports")),
    );
    let outcome =
        run(&all, &[&number("minimum", "元", "100"), &number("least_exports", "美元", "10"), &parts]);
    // 1 reaches 100 exactly; 2 is one cent short; 3's exports are unknown; 4's are 7.
    assert_eq!(awards(&outcome), [(1, 10_000), (2, 0), (3, 0), (4, 0)]);
    assert_eq!(flow(&outcome), ["claimed=499.99", "main/minimum=99.99", "main/exports=300", "awarded=100"]);
    let whole: Vec<_> =
        (0..4).map(|e| outcome.refused_whole(0, e).map(|r| outcome.reasons(0)[r].id.as_str())).collect();
    assert_eq!(whole, [None, Some("minimum"), Some("exports"), Some("exports")]);
    // Rows that were refused with their enterprise do not count.
    assert_eq!(outcome.awards().map(|a| a.rows).collect::<Vec<_>>(), [(2, 2), (1, 0), (1, 0), (1, 0)]);

    // Aggregates are over the rows that count: 1 has two numbers, the others one.
    let parts = plain(
        &(condition("not-c", "no <> 'C'")
            + &requirement(
                "several",
                "count(distinct no) >= 2 and sum(yuan) = hundred and min(yuan) < hundred and max(n) = 1 and count(*) = 2",
            )),
    );
    let outcome = run(&all, &[&number("hundred", "元", "100"), &parts]);
    assert_eq!(awards(&outcome), [(1, 10_000), (2, 0), (3, 0), (4, 0)]);
    assert_eq!(flow(&outcome), ["claimed=499.99", "main/not-c=99.99", "main/several=300", "awarded=100"]);
}

#[test]
fn caps_floors_and_the_sum_of_classes() {
    let held = "[[class]]\nid = \"other\"\nLABEL\nledger = \"held\"\napplicant = \"code\"\nprincipal = \"yuan\"\nprincipal_unit = \"元\"\nvalue = \"principal\"\n";
    let main = plain(
        &(step("floor", "case when amount < 10 * one then 0 else amount end")
            + &step("cap", "least(amount, cap)")),
    );
    let parts = [
        number("cap", "万元", "0.01"),
        number("one", "元", "1"),
        main,
        held.to_owned(),
        last("both", "least(amount, main.amount + 20 * one)"),
    ];
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    let all = claims(&[("A", 1, "9.99"), ("B", 2, "10.00"), ("C", 3, "100.01")]);
    let all = with(all, "held", "no,code,yuan", &["X,=1,15.00", "Y,=3,30.00", "Z,=4,1.00"]);
    let outcome = run(&all, &parts);
    // 1: 9.99 is below the floor, 0; other 15; sum 15, at most 0 + 20. 2: 10. 3: 100.01 capped to 100, and 30: 130, at most 120. 4: 1.
    assert_eq!(awards(&outcome), [(1, 1_500), (2, 1_000), (3, 12_000), (4, 100)]);
    assert_eq!(flow(&outcome), ["claimed=166", "main/floor=9.99", "main/cap=0.01", "both=10", "awarded=146"]);
}

#[test]
fn a_ledger_without_doubles_is_a_class_like_any_other() {
    let held = |rows: &[&str]| with(files(&[]), "held", "no,code,yuan", rows);
    let parts = "[[class]]\nid = \"other\"\nLABEL\nledger = \"held\"\napplicant = \"code\"\nprincipal = \"yuan\"\nprincipal_unit = \"元\"\nvalue = \"principal\"\n";
    let all = held(&["X,=1,15.00", "Y,=3,30.00", "X,=2,99.00", "Z,=9,1.00"]);
    let plan = plan(&[parts]);
    let run = all.run_all(&LEDGERS, std::slice::from_ref(&plan), &[Bindings::of(&plan)], 2).expect("it runs");
    let outcome = &run.outcomes[0];
    common::sound(outcome);
    assert_eq!(awards(outcome), [(1, 1_500), (3, 3_000), (9, 0)]);
    assert_eq!(outcome.lines().map(|l| l.place.row).collect::<Vec<_>>(), [2, 3, 5]);
    let aside: Vec<_> = run.intakes.iter().flat_map(|i| &i.set_aside).map(|s| s.row).collect();
    assert_eq!(aside, [4]);
}

#[test]
fn an_award_is_marked_when_its_own_values_are_illustrative() {
    // A parameter with one value for everybody and one for 440200, each with its status.
    let parameter = |id: &str, common: &str, own: &str| {
        let value = |region: &str, status: &str| {
            format!(
                "{{ years = [2024, 2025, 2026], {region}value = \"1\", source = \"测试\", status = {status:?} }}"
            )
        };
        let (common, own) = (value("", common), value("region = \"440200\", ", own));
        format!("[[parameter]]\nid = {id:?}\nLABEL\nunit = \"1\"\nvalues = [{common}, {own}]\n")
    };
    // 1 and 2 in 440100 have claims, 3 in 440200 too; 2 and 4 (440300) hold something.
    let files = with(
        claims(&[("A", 1, "1.00"), ("B", 2, "1.00"), ("C", 3, "1.00")]),
        "held",
        "no,code,yuan",
        &["H1,=2,1.00", "H2,=4,1.00"],
    );
    let held = "[[class]]\nid = \"held\"\nLABEL\nledger = \"held\"\napplicant = \"code\"\nprincipal = \"yuan\"\nprincipal_unit = \"元\"\n";
    let whole = step("whole", "round_half_up(amount, 2)");
    let marks = |a: (&str, &str), b: (&str, &str), last_step: &str| {
        let parts = [
            parameter("a", a.0, a.1),
            parameter("b", b.0, b.1),
            class(("yuan", "元"), "principal * a", &whole),
            format!("{held}value = \"principal * b\"\n{whole}"),
            last_step.to_owned(),
        ];
        run(&files, &parts.each_ref().map(String::as_str)).illustrative_awards()
    };
    let (sure, shaky) = (("official", "official"), ("illustrative", "illustrative"));
    assert_eq!(marks(sure, sure, ""), [false; 4]);
    assert_eq!(marks(shaky, sure, ""), [true, true, true, false], "4 has no claims");
    assert_eq!(marks(sure, shaky, ""), [false, true, false, true], "1 and 3 hold nothing");
    assert_eq!(marks(("official", "illustrative"), sure, ""), [false, false, true, false]);
    assert_eq!(marks(("illustrative", "official"), sure, ""), [true, true, false, false]);
    // A step of the scheme is everybody's.
    let all = last("all", "round_half_up(amount * a, 2)");
    assert_eq!(marks(("illustrative", "official"), sure, &all), [true, true, false, true]);
}

fn budget(by: &str) -> String {
    format!("[budget]\nby = {by:?}\namount = \"money\"\nLABEL\n")
}

#[test]
fn the_budget_is_shared_by_largest_remainder() {
    for (amounts, money, fen) in [
        // It reaches.
        (["1.00", "1.00", "1.00"], "3", [100, 100, 100]),
        // 1.00 元 among three equal: 33⅓ fen each; the one left goes to the first.
        (["1.00", "1.00", "1.00"], "1", [34, 33, 33]),
        // 0.05 among 0.10, 0.20, 0.20: 1, 2, 2, exactly.
        (["0.10", "0.20", "0.20"], "0.05", [1, 2, 2]),
        // 0.04 among them: 0.8, 1.6, 1.6; floors 0, 1, 1, and two are left: 0.8 has the largest remainder, then of the equal ones the first.
        (["0.10", "0.20", "0.20"], "0.04", [1, 2, 1]),
        // 0.02 among 0.01, 0.03, 0.04 (sum 8): 0.25, 0.75, 1: the second's remainder is the largest.
        (["0.01", "0.03", "0.04"], "0.02", [0, 1, 1]),
        // 0.02 among 0.02, 0.02, 0.04 (sum 8): 0.5, 0.5, 1: one is left for two equal remainders of equal amounts.
        (["0.02", "0.02", "0.04"], "0.02", [1, 0, 1]),
        // 0.03 among 0.01, 0.03, 0.02 (sum 6): 0.5, 1.5, 1: equal remainders, the larger amount first.
        (["0.01", "0.03", "0.02"], "0.03", [0, 2, 1]),
        (["1.00", "1.00", "1.00"], "0", [0, 0, 0]),
    ] {
        let all = claims(&[("A", 1, amounts[0]), ("B", 2, amounts[1]), ("C", 3, amounts[2])]);
        let outcome = run(&all, &[&number("money", "元", money), &plain(""), &budget("scheme")]);
        assert_eq!(awards(&outcome), [(1, fen[0]), (2, fen[1]), (3, fen[2])], "{amounts:?} {money}");
    }
}

#[test]
fn each_region_has_its_own_money() {
    let money = "[[parameter]]\nid = \"money\"\nLABEL\nunit = \"元\"\nvalues = [{ years = [2024, 2025, 2026], value = \"10\", source = \"测试\" }, { years = [2024, 2025, 2026], region = \"440200\", value = \"1\", source = \"测试\" }]\n";
    let all =
        claims(&[("A", 1, "12.00"), ("B", 2, "8.00"), ("C", 3, "3.00"), ("D", 4, "9.99"), ("E", 9, "5.00")]);
    let outcome = run(&all, &[money, &plain(""), &budget("region")]);
    // 440100 wants 20 and has 10: 6 and 4. 440200 wants 3 and has 1. 440300 wants 9.99 of 10. The stranger is in no region and has nothing.
    assert_eq!(awards(&outcome), [(1, 600), (2, 400), (3, 100), (4, 999), (9, 0)]);
    let pots: Vec<_> =
        outcome.pots.iter().map(|p| (p.region.as_deref(), p.budget_fen, p.wanted_fen)).collect();
    assert_eq!(
        pots,
        [(Some("440100"), 1_000, 2_000), (Some("440200"), 100, 300), (Some("440300"), 1_000, 999)]
    );
}

#[test]
fn parameters_go_by_year_day_and_region() {
    let ratio = "[[parameter]]\nid = \"ratio\"\nLABEL\nunit = \"%\"\nvalues = [\n{ year = 2024, value = \"10\", source = \"测试\" },\n{ years = [2025, 2026], value = \"20\", source = \"测试\" },\n{ year = 2024, region = \"440200\", value = \"5\", source = \"测试\" }]\n";
    let parts = scheme(&[
        ratio,
        &class(("yuan", "元"), "principal * ratio", &step("fen", "round_half_up(amount, 2)")),
    ]);
    let all = claims(&[("A", 1, "100.00"), ("B", 3, "100.00"), ("C", 9, "100.00")]);
    for (year, fen, flow_of) in [
        // A stranger's claim is valued at everybody's ratio: 10 + 5 + 10.
        (2024, [1_000, 500, 0], ["claimed=25", "main/unknown-applicant=10", "awarded=15"]),
        (2025, [2_000, 2_000, 0], ["claimed=60", "main/unknown-applicant=20", "awarded=40"]),
    ] {
        let plan = common::plan(&LEDGERS, &parts, year, &[]);
        let outcome = all.run(&LEDGERS, &plan).expect("it runs");
        common::sound(&outcome);
        assert_eq!(awards(&outcome).iter().map(|(_, f)| *f).collect::<Vec<_>>(), fen);
        assert_eq!(flow(&outcome), flow_of);
    }

    // By day: at most 100 until 2024-03-31, 200 from 2024-04-01 to 2024-06-30, nothing in force on other days.
    let limit = "[[parameter]]\nid = \"most\"\nLABEL\nunit = \"元\"\nby = \"date\"\nvalues = [\n{ from = \"2024-01-01\", to = \"2024-03-31\", value = \"100\", source = \"测试\" },\n{ from = \"2024-04-01\", to = \"2024-06-30\", value = \"200\", source = \"测试\" }]\n";
    for (day, yuan, said) in [
        ("2023-12-31", "1.00", "limit"),
        ("2024-01-01", "100.00", "-"),
        ("2024-03-31", "100.00", "-"),
        ("2024-03-31", "100.01", "limit"),
        ("2024-04-01", "200.00", "-"),
        ("2024-06-30", "200.01", "limit"),
        ("2024-07-01", "1.00", "limit"),
        ("", "1.00", "limit"),
    ] {
        let row = format!("A,=1,{day},,{yuan},,,100000,是,1");
        let outcome = run(&files(&[&row]), &[limit, &plain(&condition("limit", "yuan <= most(day)"))]);
        assert_eq!(verdicts(&outcome, 0), [said], "{day} {yuan}");
    }
}

#[test]
fn what_has_no_value_or_no_result_gets_nothing_by_name() {
    // Only 440200 has a rate: everybody else's claim cannot be valued.
    let rate = "[[parameter]]\nid = \"rate\"\nLABEL\nunit = \"%\"\nvalues = [{ years = [2024, 2025, 2026], region = \"440200\", value = \"50\", source = \"测试\" }]\n";
    let parts =
        scheme(&[rate, &class(("yuan", "元"), "principal * rate", &step("fen", "round_half_up(amount, 2)"))]);
    let outcome = claims(&[("A", 1, "100.00"), ("B", 3, "100.00")])
        .run(&LEDGERS, &common::plan(&LEDGERS, &parts, 2024, &[]))
        .expect("it runs");
    common::sound(&outcome);
    assert_eq!(awards(&outcome), [(1, 0), (3, 5_000)]);
    assert_eq!(outcome.refused_whole(0, 0).map(|r| outcome.reasons(0)[r].id.as_str()), Some("no-value"));

    // A step that is null: exports of 3 are unknown.
    let outcome = run(
        &claims(&[("A", 1, "1.00"), ("B", 3, "2.00")]),
        &[
            &number("much", "美元", "0"),
            &plain(&step(
                "by-exports",
                "case when enterprise.exports > much then amount when enterprise.exports <= much then amount - amount end",
            )),
        ],
    );
    assert_eq!(awards(&outcome), [(1, 100), (3, 0)]);
    assert_eq!(outcome.refused_whole(0, 1).map(|r| outcome.reasons(0)[r].id.as_str()), Some("no-result"));
    assert_eq!(flow(&outcome), ["claimed=3", "main/by-exports=2", "awarded=1"]);
    // The same over the sum of the classes.
    let outcome = run(
        &claims(&[("A", 1, "1.00"), ("B", 3, "2.00")]),
        &[
            &number("much", "美元", "0"),
            &plain(""),
            &last("by-exports", "case when enterprise.exports > much then amount end"),
        ],
    );
    assert_eq!(flow(&outcome), ["claimed=3", "by-exports:no-result=2", "awarded=1"]);
}

#[test]
fn an_overflow_stops_the_run_with_its_row() {
    let line = |expression: &str| {
        format!("[[class.line]]\nid = \"made\"\nLABEL\nexpression = {expression:?}\nunit = \"元\"\n")
    };
    let huge = "yuan * (n * n) * (n * n) * n";
    let parts = class(("made", "元"), "principal", &line(huge));
    let rows = [
        "A,=1,2024-03-01,,1.00,,,100000,是,1000",
        "B,=1,2024-03-01,,1.00,,,100000,是,",
        "C,=1,2024-03-01,,1.00,,,100000,是,999999999",
    ];
    let error = fails(&files(&rows), &[&parts]);
    let RunError::Line { what, file, row, why } = error else { panic!("{error:?}") };
    // 100 × 999,999,999^5 has 47 digits.
    assert_eq!((what.as_str(), file.as_str(), row), ("test/main/made", "claims.csv", 4));
    assert!(why.en.contains("38 digits"), "{}", why.en);
    // 10^15 is no trouble: 1,000^5 = 10^15 元.
    let outcome = run(&files(&rows[..2]), &[&parts]);
    assert_eq!(awards(&outcome), [(1, 100_000_000_000_000_000)]);

    // An enterprise's sum that no amount of fen can hold names the enterprise.
    let error = fails(&files(&["A,=1,2024-03-01,,1.00,,,100000,是,10000"]), &[&parts]);
    assert!(matches!(&error, RunError::Enterprise { code: c, .. } if *c == code(1)), "{error:?}");
}

#[test]
fn a_division_by_zero_matters_only_where_it_is_asked() {
    let line = |expression: &str| {
        class(
            ("made", "元"),
            "principal",
            &format!("[[class.line]]\nid = \"made\"\nLABEL\nexpression = {expression:?}\nunit = \"元\"\n"),
        )
    };
    let rows = [
        "A,=1,2024-03-01,,1.00,,,100000,是,4",
        "B,=1,2024-03-01,,1.00,,,100000,是,0",
        "C,=1,2024-03-01,,1.00,,,100000,是,",
    ];
    let error = fails(&files(&rows), &[&line("round_half_up(yuan / n, 2)")]);
    assert!(matches!(&error, RunError::Line { row: 3, why, .. } if why.en.contains("zero")), "{error:?}");
    let outcome = run(
        &files(&rows),
        &[&line("case when n = 0 then yuan when n > 0 then round_half_up(yuan / n, 2) else yuan end")],
    );
    assert_eq!(awards(&outcome), [(1, 225)]); // 0.25 + 1 + 1
    // A null divisor is null, not zero.
    let outcome = run(&files(&[rows[0], rows[2]]), &[&line("round_half_up(yuan / n, 2)")]);
    assert_eq!(verdicts(&outcome, 0), ["-", "no-principal"]);
    // Coalesce takes the first that is not null and asks no further.
    let outcome = run(&files(&rows[..2]), &[&line("coalesce(yuan, round_half_up(yuan / n, 2))")]);
    assert_eq!(awards(&outcome), [(1, 200)]);
}

#[test]
fn an_amount_below_zero_is_an_error() {
    let all = claims(&[("A", 1, "5.00"), ("B", 2, "-0.01")]);
    let error = fails(&all, &[&number("five", "元", "5.01"), &plain(&step("less", "amount - five"))]);
    assert!(
        matches!(&error, RunError::Enterprise { what, code: c, .. } if what == "test/main/less" && *c == code(1)),
        "{error:?}"
    );
    // Also where there is no step that could say it.
    let error = fails(&all, &[&plain("")]);
    assert!(matches!(&error, RunError::Enterprise { code: c, .. } if *c == code(2)), "{error:?}");
    // What the scheme cuts off by name is none.
    let outcome = run(&all, &[&plain(&step("zero", "greatest(amount, 0)"))]);
    assert_eq!(awards(&outcome), [(1, 500), (2, 0)]);
    assert_eq!(flow(&outcome), ["claimed=4.99", "main/zero=-0.01", "awarded=5"]);
    let error = fails(
        &claims(&[("A", 1, "5.00")]),
        &[&number("five", "元", "5.01"), &plain(""), &last("less", "amount - five")],
    );
    assert!(matches!(&error, RunError::Enterprise { .. }), "{error:?}");
    // A correction that the other rows outweigh is none either.
    let outcome = run(&claims(&[("A", 1, "5.00"), ("B", 1, "-0.01")]), &[&plain("")]);
    assert_eq!(awards(&outcome), [(1, 499)]);
}

#[test]
fn files_and_threads_change_nothing() {
    let rule = "[[class.duplicate]]\nid = \"twice\"\nREASON\nkind = \"exact\"\nkey = [\"no\"]\nkeep = \"first\"\n[[class.duplicate]]\nid = \"near\"\nREASON\nkind = \"near\"\nkey = [\"code\"]\ncompare = \"no\"\n";
    let requirement = "[[class.requirement]]\nid = \"words\"\nREASON\nexpression = \"count(distinct currency) >= 2 and max(n) > 100\"\n";
    let parts = [
        number("money", "元", "99999"),
        plain(&(condition("ok", "ok or currency = 'USD'") + rule + requirement)),
        budget("scheme"),
    ];
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    let plan = plan(&parts);
    let row = |i: u32| {
        let word = ["USD", "EUR", ""][(i % 3) as usize];
        format!(
            "N{:05},={},2024-03-01,,{}.{:02},,{word},100000,{},{i}",
            i * 7919 % 1500,
            1 + i % 5,
            i % 997,
            i % 100,
            ["是", "否", ""][(i / 3 % 3) as usize]
        )
    };
    let rows: Vec<String> = (0..2000).map(row).collect();
    let mut seen = Vec::new();
    for parts in [1usize, 3, 7] {
        let mut all = files(&[]);
        all.0.remove("claims");
        for (i, some) in rows.chunks(rows.len().div_ceil(parts)).enumerate() {
            let some: Vec<&str> = some.iter().map(String::as_str).collect();
            all.add("claims", &format!("claims-{i}.csv"), &csv(CLAIMS, &some));
        }
        for threads in [1, 2, 7] {
            let run = all
                .run_all(&LEDGERS, std::slice::from_ref(&plan), &[Bindings::of(&plan)], threads)
                .expect("it runs");
            common::sound(&run.outcomes[0]);
            seen.push((
                parts,
                common::all_of(&run.outcomes[0]),
                awards(&run.outcomes[0]),
                verdicts(&run.outcomes[0], 0),
            ));
        }
    }
    for run in &seen {
        assert_eq!((&run.2, &run.3), (&seen[0].2, &seen[0].3));
        let same = seen.iter().find(|other| other.0 == run.0).expect("itself");
        assert_eq!(run.1, same.1, "threads change nothing, places included");
    }
    // The awards are worth comparing: some rows of every verdict, and money that does not reach.
    for reason in ["-", "ok", "twice", "unknown-applicant"] {
        assert!(seen[0].3.iter().any(|v| v == reason), "{reason}");
    }
    assert_eq!(seen[0].2.iter().map(|(_, fen)| fen).sum::<i64>(), 9_999_900);
}

#[test]
fn a_ledger_that_is_missing_is_named() {
    let mut all = claims(&[("A", 1, "5.00")]);
    all.0.remove("claims");
    let error = fails(&all, &[&plain("")]);
    assert!(matches!(&error, RunError::NoFile { ledger, .. } if ledger == "claims"), "{error:?}");
    // A heading alone will do.
    assert_eq!(awards(&run(&files(&[]), &[&plain(""),])), []);
}
