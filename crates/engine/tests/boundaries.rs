//! Every condition and requirement of the fund's schemes on both sides of where it turns: the last value that is good, the first that is not.
//!
//! Each case starts from tables in which one row of every class counts and writes a few cells. Fund year 2024.

use std::collections::{BTreeMap, BTreeSet};

use jixiao_engine::{schema::Ledgers, scheme::plan::Plan};

mod common;

use common::fund::{self, Tables};

/// A cell that is written: ledger, row from 0, column, value. `=1` stands for the code of enterprise 1.
type Edit = (&'static str, usize, &'static str, &'static str);

/// Scheme and class of the row that is looked at; the condition or requirement; whether the row counts; the cells.
struct Case {
    place: &'static [(&'static str, &'static str)],
    id: &'static str,
    good: bool,
    edits: &'static [Edit],
}

const P: &str = "premium-support";
const I: &str = "import-interest";
const B: &str = "import-bases";
const GENERAL: (&str, &str) = (P, "general");
const PLATFORM: (&str, &str) = (P, "platform");
const PRODUCTS: (&str, &str) = (I, "products");
const TECHNOLOGIES: (&str, &str) = (I, "technologies");
const ZONE: (&str, &str) = (I, "zone");
const TRADING: (&str, &str) = (I, "trading");
const INTEREST: (&str, &str) = (B, "interest");
const RENT: (&str, &str) = (B, "rent");

const PREMIUM: &[(&str, &str)] = &[GENERAL, PLATFORM];
const IMPORTS: &[(&str, &str)] = &[PRODUCTS, TECHNOLOGIES, ZONE, TRADING];
const LINES: &[(&str, &str)] = &[PRODUCTS, ZONE, TRADING];
const BASES: &[(&str, &str)] = &[INTEREST, RENT];
const ALL: &[(&str, &str)] = &[GENERAL, PLATFORM, PRODUCTS, TECHNOLOGIES, ZONE, TRADING, INTEREST, RENT];

/// Classes, each with its scheme; or cells, each with its column.
type Pairs<'a> = &'a [(&'a str, &'a str)];

/// The ledger of a class.
fn ledger_of(class: &str) -> &'static str {
    match class {
        "general" => "premiums",
        "platform" => "platform_premiums",
        "products" => "import_lines",
        "technologies" => "technology_contracts",
        "zone" => "zone_lines",
        "trading" => "trading_lines",
        "interest" => "base_loans",
        "rent" => "base_rents",
        other => panic!("no ledger of {other}"),
    }
}

const fn good(
    place: &'static [(&'static str, &'static str)],
    id: &'static str,
    edits: &'static [Edit],
) -> Case {
    Case { place, id, good: true, edits }
}

const fn bad(
    place: &'static [(&'static str, &'static str)],
    id: &'static str,
    edits: &'static [Edit],
) -> Case {
    Case { place, id, good: false, edits }
}

/// A row of the class itself, whatever its ledger.
const ROW: &str = "*";
const E: &str = "enterprises";
const X: &str = "exclusions";

#[rustfmt::skip]
const CASES: &[Case] = &[
    // Shenzhen is 440300; its neighbours in the list of codes are not.
    good(ALL, "in-scope", &[(E, 0, "region", "440200")]),
    good(ALL, "in-scope", &[(E, 0, "region", "440400")]),
    bad(ALL, "in-scope", &[(E, 0, "region", "440300")]),
    good(PREMIUM, "trade-qualified", &[(E, 0, "trade_qualified", "是")]),
    bad(PREMIUM, "trade-qualified", &[(E, 0, "trade_qualified", "否")]),
    // Breaches count from the first day: 2021-01-01 for premiums, 2020-07-01 for imports, 2020-01-01 for bases.
    good(ALL, "no-breach", &[(E, 0, "serious_breach", "")]),
    good(PREMIUM, "no-breach", &[(E, 0, "serious_breach", "2020-12-31")]),
    bad(PREMIUM, "no-breach", &[(E, 0, "serious_breach", "2021-01-01")]),
    good(IMPORTS, "no-breach", &[(E, 0, "serious_breach", "2020-06-30")]),
    bad(IMPORTS, "no-breach", &[(E, 0, "serious_breach", "2020-07-01")]),
    good(BASES, "no-breach", &[(E, 0, "serious_breach", "2019-12-31")]),
    bad(BASES, "no-breach", &[(E, 0, "serious_breach", "2020-01-01")]),
    good(ALL, "no-debt", &[(E, 0, "fiscal_debt", "否")]),
    bad(ALL, "no-debt", &[(E, 0, "fiscal_debt", "是")]),
    // Lists: on one at any day from 2022-01-01 to 2023-12-31 (premiums), in the clearance window (imports), in the payment window (bases).
    good(ALL, "not-listed", &[(X, 0, "code", "=2"), (X, 0, "list", "tax"), (X, 0, "listed_from", "2022-09-01")]),
    good(PREMIUM, "not-listed", &[(X, 0, "code", "=1"), (X, 0, "list", "tax"), (X, 0, "listed_from", "2024-01-01")]),
    bad(PREMIUM, "not-listed", &[(X, 0, "code", "=1"), (X, 0, "list", "tax"), (X, 0, "listed_from", "2023-12-31")]),
    good(PREMIUM, "not-listed", &[(X, 0, "code", "=1"), (X, 0, "list", "tax"), (X, 0, "listed_from", "2015-01-01"), (X, 0, "listed_to", "2021-12-31")]),
    bad(PREMIUM, "not-listed", &[(X, 0, "code", "=1"), (X, 0, "list", "tax"), (X, 0, "listed_from", "2015-01-01"), (X, 0, "listed_to", "2022-01-01")]),
    bad(PREMIUM, "not-listed", &[(X, 0, "code", "=1"), (X, 0, "list", "tax"), (X, 0, "listed_from", "2015-01-01"), (X, 0, "listed_to", "")]),
    good(IMPORTS, "not-listed", &[(X, 0, "code", "=1"), (X, 0, "list", "tax"), (X, 0, "listed_from", "2023-07-01")]),
    bad(IMPORTS, "not-listed", &[(X, 0, "code", "=1"), (X, 0, "list", "tax"), (X, 0, "listed_from", "2023-06-30")]),
    good(IMPORTS, "not-listed", &[(X, 0, "code", "=1"), (X, 0, "list", "tax"), (X, 0, "listed_from", "2015-01-01"), (X, 0, "listed_to", "2022-06-30")]),
    bad(IMPORTS, "not-listed", &[(X, 0, "code", "=1"), (X, 0, "list", "tax"), (X, 0, "listed_from", "2015-01-01"), (X, 0, "listed_to", "2022-07-01")]),
    good(BASES, "not-listed", &[(X, 0, "code", "=1"), (X, 0, "list", "tax"), (X, 0, "listed_from", "2023-01-01")]),
    bad(BASES, "not-listed", &[(X, 0, "code", "=1"), (X, 0, "list", "tax"), (X, 0, "listed_from", "2022-12-31")]),
    good(BASES, "not-listed", &[(X, 0, "code", "=1"), (X, 0, "list", "tax"), (X, 0, "listed_from", "2015-01-01"), (X, 0, "listed_to", "2021-12-31")]),
    bad(BASES, "not-listed", &[(X, 0, "code", "=1"), (X, 0, "list", "tax"), (X, 0, "listed_from", "2015-01-01"), (X, 0, "listed_to", "2022-01-01")]),

    // Premiums. The insurer is approved on at least one day of 2023.
    good(PREMIUM, "approved-insurer", &[("insurers", 0, "approved_from", "2023-12-31")]),
    bad(PREMIUM, "approved-insurer", &[("insurers", 0, "approved_from", "2024-01-01")]),
    good(PREMIUM, "approved-insurer", &[("insurers", 0, "approved_to", "2023-01-01")]),
    bad(PREMIUM, "approved-insurer", &[("insurers", 0, "approved_to", "2022-12-31")]),
    bad(PREMIUM, "approved-insurer", &[(ROW, 0, "insurer", "丁保险")]),
    good(PREMIUM, "short-term", &[(ROW, 0, "credit_days", "365")]),
    bad(PREMIUM, "short-term", &[(ROW, 0, "credit_days", "366")]),
    good(PREMIUM, "in-window", &[(ROW, 0, "invoice_date", "2023-01-01")]),
    bad(PREMIUM, "in-window", &[(ROW, 0, "invoice_date", "2022-12-31")]),
    good(PREMIUM, "in-window", &[(ROW, 0, "invoice_date", "2023-12-31")]),
    bad(PREMIUM, "in-window", &[(ROW, 0, "invoice_date", "2024-01-01")]),
    // Paid at any time, even after the business year.
    good(PREMIUM, "paid", &[(ROW, 0, "paid_date", "2024-02-01")]),
    bad(PREMIUM, "paid", &[(ROW, 0, "paid_date", "")]),
    // A policy of one day is one, a policy that ends the day before is none.
    good(PREMIUM, "period-in-order", &[(ROW, 0, "policy_from", "2023-12-31")]),
    bad(PREMIUM, "period-in-order", &[(ROW, 0, "policy_from", "2024-01-01")]),
    // 600万美元 is 6,000,000: that is within, one cent more is not; unknown exports are not.
    good(&[PLATFORM], "below-ceiling", &[(E, 0, "prior_year_exports", "6000000.00")]),
    bad(&[PLATFORM], "below-ceiling", &[(E, 0, "prior_year_exports", "6000000.01")]),
    bad(&[PLATFORM], "below-ceiling", &[(E, 0, "prior_year_exports", "")]),
    good(&[PLATFORM], "not-general-too", &[("premiums", 0, "invoice_no", "T101")]),
    good(&[PLATFORM], "not-general-too", &[("premiums", 0, "invoice_no", "T100"), ("premiums", 0, "insurer", "乙保险")]),
    bad(&[PLATFORM], "not-general-too", &[("premiums", 0, "invoice_no", "T100")]),

    // Imports.
    good(LINES, "general-trade", &[(ROW, 0, "trade_mode", "0110")]),
    bad(LINES, "general-trade", &[(ROW, 0, "trade_mode", "租赁贸易")]),
    good(LINES, "new-goods", &[(ROW, 0, "new_goods", "是")]),
    bad(LINES, "new-goods", &[(ROW, 0, "new_goods", "否")]),
    good(&[PRODUCTS], "own-use", &[(ROW, 0, "consumer_code", "=1")]),
    bad(&[PRODUCTS], "own-use", &[(ROW, 0, "consumer_code", "=2")]),
    bad(&[PRODUCTS], "own-use", &[(ROW, 0, "consumer_code", "")]),
    good(&[TECHNOLOGIES], "own-use", &[(ROW, 0, "user_code", "=1")]),
    bad(&[TECHNOLOGIES], "own-use", &[(ROW, 0, "user_code", "=2")]),
    bad(&[TECHNOLOGIES], "own-use", &[(ROW, 0, "user_code", "")]),
    good(&[PRODUCTS], "receiver-here", &[(E, 1, "region", "440300")]),
    bad(&[PRODUCTS], "receiver-here", &[(E, 1, "region", "450100")]),
    bad(&[PRODUCTS], "receiver-here", &[(ROW, 0, "receiver_code", "=9")]),
    good(&[PRODUCTS], "encouraged", &[(ROW, 0, "hs_code", "8486200000")]),
    bad(&[PRODUCTS], "encouraged", &[(ROW, 0, "hs_code", "8486200001")]),
    bad(&[PRODUCTS], "encouraged", &[("catalogue", 0, "edition", "2025年版")]),
    good(&[TECHNOLOGIES], "encouraged", &[(ROW, 0, "catalogue_item", "T1")]),
    bad(&[TECHNOLOGIES], "encouraged", &[(ROW, 0, "catalogue_item", "A1")]),
    bad(&[TECHNOLOGIES], "encouraged", &[("catalogue", 1, "edition", "2025年版")]),
    good(&[TECHNOLOGIES], "affiliate-declared", &[(ROW, 0, "affiliate", "是"), (ROW, 0, "affiliate_declared", "是")]),
    bad(&[TECHNOLOGIES], "affiliate-declared", &[(ROW, 0, "affiliate", "是"), (ROW, 0, "affiliate_declared", "否")]),
    good(&[TECHNOLOGIES], "no-restrictive-terms", &[(ROW, 0, "restrictive_terms", "否")]),
    bad(&[TECHNOLOGIES], "no-restrictive-terms", &[(ROW, 0, "restrictive_terms", "是")]),
    good(LINES, "in-window", &[(ROW, 0, "cleared", "2022-07-01")]),
    bad(LINES, "in-window", &[(ROW, 0, "cleared", "2022-06-30")]),
    good(LINES, "in-window", &[(ROW, 0, "cleared", "2023-06-30")]),
    bad(LINES, "in-window", &[(ROW, 0, "cleared", "2023-07-01")]),
    good(&[TECHNOLOGIES], "in-window", &[(ROW, 0, "paid_date", "2022-07-01")]),
    bad(&[TECHNOLOGIES], "in-window", &[(ROW, 0, "paid_date", "2022-06-30")]),
    good(&[TECHNOLOGIES], "in-window", &[(ROW, 0, "paid_date", "2023-06-30")]),
    bad(&[TECHNOLOGIES], "in-window", &[(ROW, 0, "paid_date", "2023-07-01")]),
    good(IMPORTS, "convertible", &[(ROW, 0, "currency", "EUR")]),
    bad(IMPORTS, "convertible", &[(ROW, 0, "currency", "GBP")]),
    // The rate of the reference day, not of the day before or after.
    bad(IMPORTS, "convertible", &[("fx_rates", 0, "date", "2023-06-29")]),
    bad(IMPORTS, "convertible", &[("fx_rates", 0, "date", "2023-07-01")]),
    good(&[PRODUCTS], "not-supported", &[("prior_claims", 0, "declaration_no", "530120230000000001"), ("prior_claims", 0, "line_no", "2")]),
    good(&[PRODUCTS], "not-supported", &[("prior_claims", 0, "declaration_no", "530120230000000001"), ("prior_claims", 0, "line_no", "")]),
    bad(&[PRODUCTS], "not-supported", &[("prior_claims", 0, "declaration_no", "530120230000000001"), ("prior_claims", 0, "line_no", "1")]),
    good(&[ZONE], "not-supported", &[("prior_claims", 0, "declaration_no", "530120230000000002"), ("prior_claims", 0, "line_no", "2")]),
    bad(&[ZONE], "not-supported", &[("prior_claims", 0, "declaration_no", "530120230000000002"), ("prior_claims", 0, "line_no", "1")]),
    good(&[TRADING], "not-supported", &[("prior_claims", 0, "declaration_no", "530120230000000003"), ("prior_claims", 0, "line_no", "2")]),
    bad(&[TRADING], "not-supported", &[("prior_claims", 0, "declaration_no", "530120230000000003"), ("prior_claims", 0, "line_no", "1")]),
    good(&[TECHNOLOGIES], "not-supported", &[("prior_claims", 0, "voucher_no", "V101")]),
    bad(&[TECHNOLOGIES], "not-supported", &[("prior_claims", 0, "voucher_no", "V100")]),
    // 50万美元: half a million dollars, one cent less.
    good(&[PRODUCTS], "minimum", &[(ROW, 0, "amount", "500000.00")]),
    bad(&[PRODUCTS], "minimum", &[(ROW, 0, "amount", "499999.99")]),
    good(&[ZONE], "in-zone", &[("zone_members", 0, "member_from", "2023-06-30")]),
    bad(&[ZONE], "in-zone", &[("zone_members", 0, "member_from", "2023-07-01")]),
    good(&[ZONE], "in-zone", &[("zone_members", 0, "member_to", "2022-07-01")]),
    bad(&[ZONE], "in-zone", &[("zone_members", 0, "member_to", "2022-06-30")]),
    bad(&[ZONE], "in-zone", &[("zone_members", 0, "code", "=2")]),
    good(&[ZONE, TRADING], "own-receipt", &[(ROW, 0, "receiver_code", "=1")]),
    bad(&[ZONE, TRADING], "own-receipt", &[(ROW, 0, "receiver_code", "=2")]),
    good(&[ZONE], "one-class", &[("import_lines", 0, "declaration_no", "530120230000000002"), ("import_lines", 0, "line_no", "2")]),
    bad(&[ZONE], "one-class", &[("import_lines", 0, "declaration_no", "530120230000000002")]),
    good(&[TRADING], "one-class", &[("zone_lines", 0, "declaration_no", "530120230000000003"), ("zone_lines", 0, "line_no", "2")]),
    bad(&[TRADING], "one-class", &[("zone_lines", 0, "declaration_no", "530120230000000003")]),
    bad(&[TRADING], "one-class", &[("import_lines", 0, "declaration_no", "530120230000000003")]),

    // Bases. Registered before 2022.
    good(&[INTEREST], "registered", &[(E, 0, "registered", "2021-12-31")]),
    bad(&[INTEREST], "registered", &[(E, 0, "registered", "2022-01-01")]),
    good(BASES, "base-goods", &[(ROW, 0, "base", "大宗商品")]),
    bad(BASES, "base-goods", &[(ROW, 0, "base", "汽车")]),
    bad(BASES, "base-goods", &[(ROW, 0, "goods", "粮食")]),
    good(&[RENT], "bonded", &[(ROW, 0, "bonded", "是")]),
    bad(&[RENT], "bonded", &[(ROW, 0, "bonded", "否")]),
    good(BASES, "in-window", &[(ROW, 0, "paid_date", "2022-01-01")]),
    bad(BASES, "in-window", &[(ROW, 0, "paid_date", "2021-12-31")]),
    good(BASES, "in-window", &[(ROW, 0, "paid_date", "2022-12-31")]),
    bad(BASES, "in-window", &[(ROW, 0, "paid_date", "2023-01-01")]),
    bad(BASES, "in-window", &[(ROW, 0, "paid_date", "")]),
    // The period ends on 2022-03-31: one of that day alone is one, one that begins the day after is none.
    good(BASES, "period-in-order", &[(ROW, 0, "period_from", "2022-03-31")]),
    bad(BASES, "period-in-order", &[(ROW, 0, "period_from", "2022-04-01")]),
    // 1亿元, one cent less, unknown.
    good(BASES, "imports", &[(E, 0, "prior_year_imports", "100000000.00")]),
    bad(BASES, "imports", &[(E, 0, "prior_year_imports", "99999999.99")]),
    bad(BASES, "imports", &[(E, 0, "prior_year_imports", "")]),
];

fn write(tables: &mut Tables, ledger: &str, edits: &[Edit]) {
    for (to, row, column, value) in edits {
        let to = if *to == ROW { ledger } else { to };
        while tables.0[to].rows.len() <= *row {
            let made = tables.push(to, &[]);
            if to == "prior_claims" {
                tables.set(to, made, "programme", "国家");
                tables.set(to, made, "applicant_code", &common::code(2));
            }
        }
        let value = value
            .strip_prefix('=')
            .map_or((*value).to_owned(), |n| common::code(n.parse().expect("a number")));
        tables.set(to, *row, column, &value);
    }
}

fn plans(ledgers: &Ledgers) -> BTreeMap<&'static str, Plan> {
    fund::SCHEMES.into_iter().map(|s| (s, fund::plan(ledgers, s, 2024, &[]))).collect()
}

#[test]
fn every_case_comes_out_as_said() {
    let ledgers = fund::ledgers();
    let plans = plans(&ledgers);
    let sound = fund::sound_tables(&ledgers);
    for case in CASES {
        for (scheme, class) in case.place {
            let mut tables = sound.clone();
            write(&mut tables, ledger_of(class), case.edits);
            let plan = &plans[scheme];
            let name = format!("{scheme}/{class}/{} {:?}", case.id, case.edits);
            let outcome = tables.files().run(&ledgers, plan);
            let outcome = outcome.unwrap_or_else(|e| panic!("{name}: {}", e.text().en));
            common::sound(&outcome);
            let at = plan.classes.iter().position(|c| c.id == *class).expect("a class");
            let requirement = plan.classes[at].requirements.iter().any(|r| r.id == case.id);
            let enterprise = outcome.find(&common::code(1)).expect("applied");
            let reason = |r: usize| outcome.reasons(at)[r].id.clone();
            let said = if requirement {
                assert_eq!(common::verdicts(&outcome, at), ["-"], "{name}");
                outcome.refused_whole(at, enterprise).map(reason)
            } else {
                assert_eq!(outcome.rows(at), 1, "{name}: the row was set aside");
                outcome.line(at, 0).refused.map(reason)
            };
            assert_eq!(said.as_deref(), (!case.good).then_some(case.id), "{name}");
        }
    }
}

#[test]
fn every_condition_and_requirement_has_cases_on_both_sides() {
    let ledgers = fund::ledgers();
    let mut known: BTreeSet<(String, String, String, bool)> = BTreeSet::new();
    for case in CASES {
        for (scheme, class) in case.place {
            known.insert(((*scheme).to_owned(), (*class).to_owned(), case.id.to_owned(), case.good));
        }
    }
    let mut there = BTreeSet::new();
    for (scheme, plan) in plans(&ledgers) {
        for class in &plan.classes {
            for condition in class.conditions.iter().chain(&class.requirements) {
                for good in [true, false] {
                    there.insert((scheme.to_owned(), class.id.clone(), condition.id.clone(), good));
                }
            }
        }
    }
    assert_eq!(there.difference(&known).collect::<Vec<_>>(), Vec::<&_>::new(), "conditions without a case");
    assert_eq!(known.difference(&there).collect::<Vec<_>>(), Vec::<&_>::new(), "cases of no condition");
}

/// What enterprise 1 is awarded in a scheme, in fen, after some cells are written and every other class's rows are taken out.
fn awarded(ledgers: &Ledgers, plan: &Plan, class: &str, edits: &[Edit]) -> i64 {
    let mut tables = fund::sound_tables(ledgers);
    for other in &plan.classes {
        if other.id != class {
            tables.clear(ledger_of(&other.id));
        }
    }
    write(&mut tables, ledger_of(class), edits);
    let outcome = tables.files().run(ledgers, plan).unwrap_or_else(|e| panic!("{}", e.text().en));
    common::sound(&outcome);
    outcome.awarded_fen(outcome.find(&common::code(1)).expect("applied"))
}

#[test]
fn caps_floors_and_brackets_turn_at_the_fen() {
    let ledgers = fund::ledgers();
    let plans = plans(&ledgers);
    let exports = |value| (E, 0usize, "prior_year_exports", value);
    #[rustfmt::skip]
    let cases: &[((&str, &str), &[Edit], i64)] = &[
        // 30 % of 3,333,333.33 is 999,999.999, to the fen 1,000,000.00: the cap of 100万元 takes nothing; one fen of premium more and it takes 0.002.
        (GENERAL, &[(ROW, 0, "premium", "3333333.33")], 100_000_000),
        (GENERAL, &[(ROW, 0, "premium", "3333333.30")], 99_999_999),
        (GENERAL, &[(ROW, 0, "premium", "3333333.40")], 100_000_000),
        // The floor of 100 元: 30 % of 333.32 is 99.996, to the fen 100.00; of 333.31 99.993, to the fen 99.99, and that is nothing.
        (GENERAL, &[(ROW, 0, "premium", "333.32")], 10_000),
        (GENERAL, &[(ROW, 0, "premium", "333.31")], 0),
        // Huizhou (441300) pays 25 %: of 10,000 that is 2,500.
        (GENERAL, &[(E, 0, "region", "441300")], 250_000),
        (GENERAL, &[(E, 0, "region", "441200")], 300_000),
        // 80 % of 125 is 100; of 124.99 it is 99.992, to the fen 99.99.
        (PLATFORM, &[(ROW, 0, "premium", "125.00")], 10_000),
        (PLATFORM, &[(ROW, 0, "premium", "124.99")], 0),
        // Brackets begin at 100万 and 300万 dollars: caps of 1, 2, 3万元. 80 % of 50,000 is 40,000.
        (PLATFORM, &[(ROW, 0, "premium", "50000"), exports("999999.99")], 1_000_000),
        (PLATFORM, &[(ROW, 0, "premium", "50000"), exports("1000000.00")], 2_000_000),
        (PLATFORM, &[(ROW, 0, "premium", "50000"), exports("2999999.99")], 2_000_000),
        (PLATFORM, &[(ROW, 0, "premium", "50000"), exports("3000000.00")], 3_000_000),
        (PLATFORM, &[(ROW, 0, "premium", "12500"), exports("1")], 1_000_000),
        (PLATFORM, &[(ROW, 0, "premium", "12499.99"), exports("1")], 999_999),
        // 0.003 元 a dollar: 200万元 at 666,666,666.67 dollars (2,000,000.00001, to the fen 2,000,000.00).
        (PRODUCTS, &[(ROW, 0, "amount", "666666666.67")], 200_000_000),
        (PRODUCTS, &[(ROW, 0, "amount", "666666665.00")], 200_000_000), // 1,999,999.995: a half goes up
        (PRODUCTS, &[(ROW, 0, "amount", "666666664.99")], 199_999_999), // 1,999,999.99497
        (PRODUCTS, &[(ROW, 0, "amount", "700000000.00")], 200_000_000),
        // Guangzhou 0.004, Dongguan 0.0035 a dollar, of a million dollars.
        (PRODUCTS, &[(E, 0, "region", "440100")], 400_000),
        (PRODUCTS, &[(E, 0, "region", "441900")], 350_000),
        (TRADING, &[(E, 0, "region", "441900")], 250_000),
        (TRADING, &[(E, 0, "region", "441800")], 200_000),
        (ZONE, &[(E, 0, "region", "441900")], 300_000),
        // 1,000,000 euro at 1.0858 are 1,085,800 dollars, at 0.003 3,257.40.
        (PRODUCTS, &[(ROW, 0, "currency", "EUR")], 325_740),
        // 100,000 dollars at 7.2258 are 722,580 yuan, 2 % of it 14,451.60.
        (TECHNOLOGIES, &[], 1_445_160),
        // 50 % of 99,999.98 is 49,999.99, below 5万元; of 99,999.99 it is 49,999.995, to the fen 50,000.00.
        (INTEREST, &[(ROW, 0, "interest", "99999.98")], 0),
        (INTEREST, &[(ROW, 0, "interest", "99999.99")], 5_000_000),
        (INTEREST, &[(ROW, 0, "interest", "20000000.00")], 1_000_000_000),
        (INTEREST, &[(ROW, 0, "interest", "19999999.98")], 999_999_999),
        (INTEREST, &[(ROW, 0, "interest", "20000000.02")], 1_000_000_000),
        (RENT, &[(ROW, 0, "rent", "99999.98")], 0),
        (RENT, &[(ROW, 0, "rent", "100000.00")], 5_000_000),
        (RENT, &[(ROW, 0, "rent", "9999999.98")], 499_999_999),
        (RENT, &[(ROW, 0, "rent", "10000000.02")], 500_000_000),
    ];
    for ((scheme, class), edits, fen) in cases {
        assert_eq!(awarded(&ledgers, &plans[scheme], class, edits), *fen, "{scheme}/{class} {edits:?}");
    }
}

/// The sources of every parameter of a name in an explanation.
fn sources(node: &jixiao_engine::run::explain::Node, id: &str, found: &mut BTreeSet<String>) {
    if node.id == id {
        found.extend(node.source.clone());
    }
    node.children.iter().for_each(|child| sources(child, id, found));
}

#[test]
fn a_value_by_date_is_explained_by_the_text_of_its_day() {
    // 600万美元 stands in two texts: one for the end of 2022, one for 2023.
    let ledgers = fund::ledgers();
    let plan = fund::plan(&ledgers, P, 2024, &[]);
    let bindings = jixiao_engine::run::Bindings::of(&plan);
    for (date, source) in
        [("2022-12-31", "粤商务贸函〔2022〕19号补充通知"), ("2023-01-01", "示例：2023业务年度")]
    {
        let mut tables = fund::sound_tables(&ledgers);
        tables.set("platform_premiums", 0, "invoice_date", date);
        let told = tables.files().explain(&ledgers, &plan, &bindings, &common::code(1), 10).expect("it runs");
        let mut found = BTreeSet::new();
        sources(&told.tree, "platform_export_ceiling", &mut found);
        let said = found.into_iter().collect::<Vec<_>>();
        assert!(matches!(said.as_slice(), [one] if one.starts_with(source)), "{date}: {said:?}");
    }
}

#[test]
fn the_export_ceiling_goes_by_the_day_of_the_invoice() {
    // Fund year 2025 looks at 2024, when the ceiling is 1000万美元; an invoice of 2023-12-31 meets the one of 600万 and is out of the window too.
    let ledgers = fund::ledgers();
    let plan = fund::plan(&ledgers, P, 2025, &[]);
    for (date, exports, said) in [
        ("2024-01-01", "10000000.00", "-"),
        ("2024-01-01", "10000000.01", "below-ceiling"),
        ("2023-12-31", "6000000.01", "below-ceiling"),
        ("2023-12-31", "6000000.00", "in-window"),
        ("2024-12-31", "10000000.00", "-"),
        ("2025-01-01", "10000000.00", "in-window"),
        // 2022 lies before what fund year 2025 reaches; the ceilings of its days (300, from September 600万美元) hold all the same.
        ("2022-08-31", "3000000.00", "in-window"),
        ("2022-08-31", "3000000.01", "below-ceiling"),
        ("2022-09-01", "6000000.00", "in-window"),
        ("2019-06-30", "3000000.00", "in-window"),
    ] {
        let mut tables = fund::sound_tables(&ledgers);
        let edits: [(&str, &str, &str); 2] =
            [(E, "prior_year_exports", exports), ("platform_premiums", "invoice_date", date)];
        edits.iter().for_each(|(ledger, column, value)| tables.set(ledger, 0, column, value));
        let outcome = tables.files().run(&ledgers, &plan).unwrap_or_else(|e| panic!("{}", e.text().en));
        assert_eq!(common::verdicts(&outcome, 1), [said], "{date} {exports}");
    }
}

/// A second row of a class, like the first but for some cells: the verdicts of both, how many pairs are flagged, and the rules that found
/// something.
fn doubled(
    ledgers: &Ledgers,
    plan: &Plan,
    class: &str,
    edits: &[(&str, &str)],
) -> (Vec<String>, usize, BTreeSet<String>) {
    let mut tables = fund::sound_tables(ledgers);
    let ledger = ledger_of(class);
    let row = tables.again(ledger, 0);
    let member = tables.again("zone_members", 0);
    tables.set("zone_members", member, "code", &common::code(2));
    for (column, value) in edits {
        let code = value.strip_prefix('=').map(|n| common::code(n.parse().expect("a number")));
        tables.set(ledger, row, column, code.as_deref().unwrap_or(value));
    }
    let outcome = tables.files().run(ledgers, plan).unwrap_or_else(|e| panic!("{}", e.text().en));
    common::sound(&outcome);
    let at = plan.classes.iter().position(|c| c.id == class).expect("a class");
    let twins: Vec<_> = outcome.twins().filter(|t| t.class == at).collect();
    let rules = twins.iter().map(|t| plan.classes[at].duplicates[t.rule].id.clone()).collect();
    (common::verdicts(&outcome, at), twins.iter().filter(|t| t.flag).count(), rules)
}

#[test]
fn duplicates_turn_at_one_day_and_one_character() {
    let ledgers = fund::ledgers();
    let plans = plans(&ledgers);
    let own = "530120230000000009";
    #[rustfmt::skip]
    let cases: &[(Pairs, Pairs, [&str; 2], usize)] = &[
        (PREMIUM, &[], ["-", "same-invoice"], 0),
        // The same number of another insurer is another invoice, but the object is insured twice.
        (PREMIUM, &[("insurer", "乙保险")], ["insured-twice", "insured-twice"], 0),
        (PREMIUM, &[("insurer", "乙保险"), ("insured_object", "货物乙")], ["-", "-"], 0),
        (PREMIUM, &[("invoice_no", "X777")], ["-", "-"], 0),
        (PREMIUM, &[("invoice_no", "X777"), ("policy_no", "P2")], ["insured-twice", "insured-twice"], 0),
        // One character of the number differs: flagged, and both count.
        (PREMIUM, &[("invoice_no", "T10O"), ("insured_object", "货物乙")], ["-", "-"], 1),
        (PREMIUM, &[("invoice_no", "T1"), ("insured_object", "货物乙")], ["-", "-"], 0),
        // The first insurance policy runs from 2023-01-01 to 2023-12-31.
        (&[PLATFORM], &[("invoice_no", "X777"), ("insured_object", "货物乙"), ("policy_no", "P2"), ("policy_from", "2023-12-31"), ("policy_to", "2024-12-30")], ["periods-overlap", "periods-overlap"], 0),
        (&[PLATFORM], &[("invoice_no", "X777"), ("insured_object", "货物乙"), ("policy_no", "P2"), ("policy_from", "2024-01-01"), ("policy_to", "2024-12-30")], ["-", "-"], 0),
        (&[PLATFORM], &[("invoice_no", "X777"), ("insured_object", "货物乙"), ("policy_no", "P2"), ("policy_from", "2022-01-01"), ("policy_to", "2023-01-01")], ["periods-overlap", "periods-overlap"], 0),
        (&[PLATFORM], &[("invoice_no", "X777"), ("insured_object", "货物乙"), ("policy_no", "P2"), ("policy_from", "2022-01-01"), ("policy_to", "2022-12-31")], ["-", "-"], 0),
        (&[PLATFORM], &[("invoice_no", "X777"), ("insured_object", "货物乙"), ("insurer", "乙保险"), ("policy_no", "P2")], ["-", "-"], 0),
        (&[GENERAL], &[("invoice_no", "X777"), ("insured_object", "货物乙"), ("policy_no", "P2")], ["-", "-"], 0),
        (LINES, &[], ["-", "same-line"], 0),
        (LINES, &[("applicant_code", "=2"), ("consumer_code", "=2"), ("receiver_code", "=2")], ["two-applicants", "two-applicants"], 0),
        (LINES, &[("line_no", "2")], ["-", "-"], 0),
        (LINES, &[("declaration_no", own)], ["-", "-"], 1),
        (LINES, &[("declaration_no", own), ("amount", "1000000.01")], ["-", "-"], 0),
        (LINES, &[("declaration_no", "530120230000111111")], ["-", "-"], 0),
        (&[TECHNOLOGIES], &[], ["-", "same-voucher"], 0),
        (&[TECHNOLOGIES], &[("applicant_code", "=2"), ("user_code", "=2")], ["two-applicants", "two-applicants"], 0),
        (&[TECHNOLOGIES], &[("voucher_no", "V10O")], ["-", "-"], 1),
        (&[TECHNOLOGIES], &[("voucher_no", "V2")], ["-", "-"], 0),
        (BASES, &[], ["-", "same-payment"], 0),
        // The first period runs from 2022-01-01 to 2022-03-31.
        (BASES, &[("period_from", "2022-03-31"), ("period_to", "2022-06-30")], ["periods-overlap", "periods-overlap"], 0),
        (BASES, &[("period_from", "2022-04-01"), ("period_to", "2022-06-30")], ["-", "-"], 0),
        (BASES, &[("period_from", "2021-10-01"), ("period_to", "2022-01-01")], ["periods-overlap", "periods-overlap"], 0),
        (BASES, &[("period_from", "2021-10-01"), ("period_to", "2021-12-31")], ["-", "-"], 0),
        (BASES, &[("contract_no", "L1O0")], ["-", "-"], 1),
        (BASES, &[("contract_no", "K100"), ("goods", "油品")], ["-", "-"], 1),
        (BASES, &[("contract_no", "K200")], ["-", "-"], 0),
        (BASES, &[("enterprise_code", "=2")], ["two-applicants", "two-applicants"], 0),
    ];
    let mut found = BTreeSet::new();
    for (places, edits, verdicts, flagged) in cases {
        for (scheme, class) in *places {
            let (said, flags, rules) = doubled(&ledgers, &plans[scheme], class, edits);
            assert_eq!((said, flags), (verdicts.map(str::to_owned).to_vec(), *flagged), "{class} {edits:?}");
            found.extend(rules.into_iter().map(|rule| format!("{class}/{rule}")));
        }
    }
    // Every rule is met above; `near-supported` has a test of its own.
    let mut there = BTreeSet::new();
    for class in plans.values().flat_map(|p| &p.classes) {
        there.extend(class.duplicates.iter().map(|d| format!("{}/{}", class.id, d.id)));
    }
    there.retain(|rule| !rule.ends_with("/near-supported"));
    assert_eq!(found, there);
}

#[test]
fn a_line_that_looks_like_a_supported_one_is_flagged() {
    let ledgers = fund::ledgers();
    let plan = fund::plan(&ledgers, I, 2024, &[]);
    for (number, amount, said, flags) in [
        ("530120230000000001", "1000000", "not-supported", 0),
        ("530120230000000007", "1000000", "-", 1), // one digit
        ("530120230000000010", "1000000", "-", 1), // two neighbours exchanged
        ("530120230000000077", "1000000", "-", 0),
        ("530120230000000007", "1000000.01", "-", 0),
    ] {
        let mut tables = fund::sound_tables(&ledgers);
        tables.clear("zone_lines");
        tables.clear("trading_lines");
        let other = common::code(2);
        let cells = [
            ("programme", "国家"),
            ("applicant_code", other.as_str()),
            ("declaration_no", number),
            ("line_no", "1"),
            ("hs_code", "8486200000"),
            ("currency", "USD"),
            ("amount", amount),
        ];
        tables.push("prior_claims", &cells);
        let outcome = tables.files().run(&ledgers, &plan).unwrap_or_else(|e| panic!("{}", e.text().en));
        assert_eq!(common::verdicts(&outcome, 0), [said], "{number}");
        let twins: Vec<_> = outcome.twins().collect();
        assert_eq!(twins.len(), flags, "{number} {amount}");
        assert!(
            twins.iter().all(|t| t.flag
                && ledgers.ledgers[t.other_ledger].name == "prior_claims"
                && t.other.row == 2)
        );
    }
}
