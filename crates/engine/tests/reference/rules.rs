//! The fund's three schemes once more, in plain loops over CSV text with exact fractions. Shares nothing with the engine.

use std::collections::{BTreeMap, BTreeSet};

use num_bigint::BigInt;
use num_rational::BigRational;

use super::values::{Values, rational};

/// One row of a file: its line, and its cells by heading.
pub(crate) type Row = (u32, BTreeMap<String, String>);

/// Ledgers by name.
pub(crate) type Book = BTreeMap<String, Vec<Row>>;

/// A row with what was said of it.
#[derive(Clone, Debug)]
pub(crate) struct Judged {
    pub(crate) line: u32,
    pub(crate) code: String,
    /// The reason, `-` when it counts.
    pub(crate) verdict: String,
    /// Null where it could not be computed.
    pub(crate) principal: Option<BigRational>,
    row: BTreeMap<String, String>,
}

/// A flagged pair: class, rule, line of the row, line and ledger of the other.
pub(crate) type Flag = (String, String, u32, u32, String);

/// What a scheme comes to.
#[derive(Debug, Default)]
pub(crate) struct Answer {
    /// By class, in the order of rows.
    pub(crate) rows: Vec<(String, Vec<Judged>)>,
    /// Fen by credit code.
    pub(crate) awards: BTreeMap<String, BigInt>,
    pub(crate) claimed: BigRational,
    /// 元 by `CLASS/REASON`, `CLASS/STEP`, `STEP`, `budget`; none of them zero.
    pub(crate) taken: BTreeMap<String, BigRational>,
    pub(crate) flags: BTreeSet<Flag>,
}

pub(crate) fn read(text: &str) -> Vec<Row> {
    let mut lines = text.lines();
    let headings: Vec<&str> = lines.next().expect("a heading").split(',').collect();
    let row = |(i, line): (usize, &str)| {
        let cells: BTreeMap<String, String> =
            headings.iter().map(|h| (*h).to_owned()).zip(line.split(',').map(str::to_owned)).collect();
        (u32::try_from(i + 2).expect("short"), cells)
    };
    lines.enumerate().map(row).collect()
}

/// Rows of a ledger that keeps one row a key: the first.
fn once(rows: &[Row], key: &[&str]) -> Vec<Row> {
    let mut kept: Vec<Row> = Vec::new();
    for row in rows {
        let cells: Vec<&String> = key.iter().map(|k| &row.1[*k]).collect();
        let doubled = !cells.iter().any(|c| c.is_empty())
            && kept.iter().any(|other| key.iter().all(|k| other.1[*k] == row.1[*k]));
        if !doubled {
            kept.push(row.clone());
        }
    }
    kept
}

fn yes(cell: &str) -> bool {
    match cell {
        "是" => true,
        "否" => false,
        other => panic!("{other} is no flag"),
    }
}

/// A cell as it is compared: numbers by their value.
fn same(column: &str, a: &str, b: &str) -> bool {
    match column {
        "premium" | "amount" | "interest" | "rent" | "line_no" if !a.is_empty() && !b.is_empty() => {
            rational(a) == rational(b)
        }
        _ => a == b,
    }
}

fn key_equal(a: &BTreeMap<String, String>, b: &BTreeMap<String, String>, key: &[&str]) -> bool {
    key.iter().all(|k| !a[*k].is_empty() && !b[*k].is_empty() && same(k, &a[*k], &b[*k]))
}

fn differ(a: &BTreeMap<String, String>, b: &BTreeMap<String, String>, columns: &[&str]) -> bool {
    columns.iter().any(|c| !same(c, &a[*c], &b[*c]))
}

fn exact(rows: &mut [Judged], reason: &str, key: &[&str], differing: &[&str], keep_first: bool) {
    let before = rows.to_vec();
    let lives = |i: usize| before[i].verdict == "-";
    for i in 0..before.len() {
        if !lives(i) {
            continue;
        }
        let group: Vec<usize> = (0..before.len())
            .filter(|j| lives(*j) && key_equal(&before[i].row, &before[*j].row, key))
            .collect();
        let counts = differing.is_empty()
            || group.iter().any(|j| differ(&before[*j].row, &before[group[0]].row, differing));
        if group.len() > 1 && counts && !(keep_first && group[0] == i) {
            rows[i].verdict = reason.to_owned();
        }
    }
}

fn overlap(rows: &mut [Judged], reason: &str, key: &[&str], differing: &[&str], from: &str, to: &str) {
    let before = rows.to_vec();
    for (i, a) in before.iter().enumerate() {
        for (j, b) in before.iter().enumerate() {
            let (x, y) = (&a.row, &b.row);
            let candidates = i != j && a.verdict == "-" && b.verdict == "-" && key_equal(x, y, key);
            let apart = differing.is_empty() || differ(x, y, differing);
            // The first common day is the later of the first days, the last the earlier of the last ones.
            let first = (&x[from]).max(&y[from]);
            let last = (&x[to]).min(&y[to]);
            if candidates && apart && first <= last {
                rows[i].verdict = reason.to_owned();
            }
        }
    }
}

/// What the eye takes for the same.
fn seen(text: &str) -> Vec<char> {
    let mut out = Vec::new();
    for c in text.chars() {
        out.push(match c {
            ' ' | '-' | '\u{3000}' => continue,
            'o' | 'O' | '０' => '0',
            'i' | 'I' | 'l' | 'L' => '1',
            's' | 'S' => '5',
            'b' | 'B' => '8',
            'z' | 'Z' => '2',
            c => c.to_uppercase().next().expect("one"),
        });
    }
    out
}

/// The number of edits between two texts, by the whole table; an exchange of neighbours is one.
fn edits(a: &[char], b: &[char]) -> usize {
    let mut table = vec![vec![0usize; b.len() + 1]; a.len() + 1];
    for i in 0..=a.len() {
        for j in 0..=b.len() {
            table[i][j] = if i == 0 || j == 0 {
                i + j
            } else {
                let change = table[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
                let mut least = change.min(table[i - 1][j] + 1).min(table[i][j - 1] + 1);
                if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                    least = least.min(table[i - 2][j - 2] + 1);
                }
                least
            };
        }
    }
    table[a.len()][b.len()]
}

fn alike(a: &str, b: &str) -> bool {
    a != b && edits(&seen(a), &seen(b)) <= 1
}

struct Near<'a> {
    class: &'a str,
    rule: &'a str,
    key: &'a [&'a str],
    compare: &'a str,
}

fn near(rows: &[Judged], rule: &Near, ledger: &str, flags: &mut BTreeSet<Flag>) {
    for (j, b) in rows.iter().enumerate() {
        for a in &rows[..j] {
            let live = a.verdict == "-" && b.verdict == "-";
            if live
                && key_equal(&a.row, &b.row, rule.key)
                && alike(&a.row[rule.compare], &b.row[rule.compare])
            {
                flags.insert((rule.class.into(), rule.rule.into(), b.line, a.line, ledger.into()));
            }
        }
    }
}

fn near_prior(rows: &[Judged], rule: &Near, prior: &[Row], flags: &mut BTreeSet<Flag>) {
    for a in rows.iter().filter(|r| r.verdict == "-") {
        for (line, cells) in prior {
            let theirs = &cells[rule.compare];
            if !theirs.is_empty() && key_equal(&a.row, cells, rule.key) && alike(&a.row[rule.compare], theirs)
            {
                flags.insert((rule.class.into(), rule.rule.into(), a.line, *line, "prior_claims".into()));
            }
        }
    }
}

/// One scheme over a book of ledgers.
pub(crate) struct Rules<'a> {
    book: &'a Book,
    values: &'a Values,
    enterprises: Vec<Row>,
    answer: Answer,
    /// 元 of each enterprise after the steps of the classes.
    sums: BTreeMap<String, BigRational>,
}

type Cells = BTreeMap<String, String>;

/// Whether an enterprise, by its code, meets something with its eligible principal.
type Meets<'f, 'a> = &'f dyn Fn(&Rules<'a>, &str, &BigRational) -> bool;
/// What becomes of the amount of an enterprise, by its code.
type Becomes<'f, 'a> = &'f dyn Fn(&Rules<'a>, &str, BigRational) -> BigRational;

impl<'a> Rules<'a> {
    pub(crate) fn run(scheme: &str, book: &'a Book, values: &'a Values) -> Answer {
        let enterprises = once(&book["enterprises"], &["code"]);
        let mut rules = Self { book, values, enterprises, answer: Answer::default(), sums: BTreeMap::new() };
        match scheme {
            "premium-support" => rules.premium_support(),
            "import-interest" => rules.import_interest(),
            "import-bases" => rules.import_bases(),
            other => panic!("no rules for {other}"),
        }
        rules.share();
        // Rounding adds here and takes there; what comes to nothing is not told.
        rules.answer.taken.retain(|_, yuan| *yuan != BigRational::default());
        rules.answer
    }

    fn enterprise(&self, code: &str) -> Option<&Cells> {
        self.enterprises.iter().find(|(_, e)| e["code"] == code).map(|(_, e)| e)
    }

    fn region(&self, code: &str) -> String {
        self.enterprise(code).map_or(String::new(), |e| e["region"].clone())
    }

    fn any(&self, ledger: &str, holds: impl Fn(&Cells) -> bool) -> bool {
        self.book[ledger].iter().any(|(_, row)| holds(row))
    }

    fn listed(&self, code: &str, from: &str, to: &str) -> bool {
        self.any("exclusions", |r| {
            r["code"] == code
                && r["listed_from"].as_str() <= to
                && (r["listed_to"].is_empty() || r["listed_to"].as_str() >= from)
        })
    }

    /// The first thing that is wrong with an enterprise, in the order in which every class asks. `trade`: whether it must trade.
    fn standing(&self, code: &str, trade: bool, lists: (&str, &str)) -> Option<&'static str> {
        let Some(e) = self.enterprise(code) else { return Some("unknown-applicant") };
        let since = self.values.text("breach_since", &e["region"]);
        if e["region"] == self.values.text("outside_region", &e["region"]) {
            Some("in-scope")
        } else if trade && !yes(&e["trade_qualified"]) {
            Some("trade-qualified")
        } else if !e["serious_breach"].is_empty() && e["serious_breach"] >= since {
            Some("no-breach")
        } else if yes(&e["fiscal_debt"]) {
            Some("no-debt")
        } else if self.listed(code, lists.0, lists.1) {
            Some("not-listed")
        } else {
            None
        }
    }

    fn judge(
        &self,
        ledger: &str,
        applicant: &str,
        say: impl Fn(&Cells) -> (Option<&'static str>, Option<BigRational>),
    ) -> Vec<Judged> {
        let one = |(line, row): &Row| {
            let (verdict, principal) = say(row);
            Judged {
                line: *line,
                code: row[applicant].clone(),
                verdict: verdict.unwrap_or("-").to_owned(),
                principal,
                row: row.clone(),
            }
        };
        self.book[ledger].iter().map(one).collect()
    }

    fn take(&mut self, what: String, how_much: BigRational) {
        if how_much != BigRational::default() {
            *self.answer.taken.entry(what).or_default() += how_much;
        }
    }

    /// Adds up a class: what a unit of principal is worth, what the enterprise must meet, what becomes of its amount.
    fn settle(
        &mut self,
        class: &str,
        rows: Vec<Judged>,
        worth: impl Fn(&Self, &str) -> BigRational,
        requirement: Option<(&str, Meets<'_, 'a>)>,
        steps: &[(&str, Becomes<'_, 'a>)],
    ) {
        let codes: BTreeSet<String> = rows.iter().map(|r| r.code.clone()).collect();
        for code in codes {
            let unit = worth(self, &code);
            let mut eligible = BigRational::default();
            let mut counted = 0;
            for row in rows.iter().filter(|r| r.code == code) {
                let principal = row.principal.clone().unwrap_or_default();
                self.answer.claimed += &principal * &unit;
                if row.verdict == "-" {
                    eligible += principal;
                    counted += 1;
                } else {
                    self.take(format!("{class}/{}", row.verdict), principal * &unit);
                }
            }
            let mut amount = &eligible * &unit;
            if counted > 0
                && let Some((id, holds)) = requirement
                && !holds(self, &code, &eligible)
            {
                self.take(format!("{class}/{id}"), amount);
                amount = BigRational::default();
                counted = 0;
            }
            for (id, step) in steps {
                if counted > 0 {
                    let after = step(self, &code, amount.clone());
                    self.take(format!("{class}/{id}"), amount - &after);
                    amount = after;
                }
            }
            *self.sums.entry(code).or_default() += amount;
        }
        self.answer.rows.push((class.to_owned(), rows));
    }

    fn premium_support(&mut self) {
        let v = self.values;
        let day = |id| v.text(id, "");
        let (from, to, lists) = (day("window_from"), day("window_to"), day("lists_since"));
        for (class, ledger) in [("general", "premiums"), ("platform", "platform_premiums")] {
            let platform = class == "platform";
            let mut rows = self.judge(ledger, "enterprise_code", |r| {
                let code = &r["enterprise_code"];
                let premium = Some(rational(&r["premium"]));
                if let Some(reason) = self.standing(code, true, (&lists, &to)) {
                    return (Some(reason), premium);
                }
                // A name stands once in the register of insurers: the first row of it counts.
                let insurers = once(&self.book["insurers"], &["name"]);
                let approved = insurers.iter().any(|(_, i)| {
                    i["name"] == r["insurer"]
                        && i["approved_from"] <= to
                        && (i["approved_to"].is_empty() || i["approved_to"] >= from)
                });
                let e = self.enterprise(code).expect("known");
                let (exports, date) = (&e["prior_year_exports"], &r["invoice_date"]);
                let reason = if !approved {
                    Some("approved-insurer")
                } else if rational(&r["credit_days"]) > v.number("short_term", "") {
                    Some("short-term")
                } else if platform
                    && (exports.is_empty()
                        || rational(exports) > v.number_on("platform_export_ceiling", &e["region"], date))
                {
                    Some("below-ceiling")
                } else if *date < from || *date > to {
                    Some("in-window")
                } else if r["paid_date"].is_empty() {
                    Some("paid")
                } else if r["policy_from"] > r["policy_to"] {
                    Some("period-in-order")
                } else if platform
                    && self.any("premiums", |g| {
                        g["insurer"] == r["insurer"] && g["invoice_no"] == r["invoice_no"]
                    })
                {
                    Some("not-general-too")
                } else {
                    None
                };
                (reason, premium)
            });
            exact(&mut rows, "same-invoice", &["insurer", "invoice_no"], &[], true);
            let object = ["enterprise_code", "insured_object"];
            exact(&mut rows, "insured-twice", &object, &["insurer", "policy_no"], false);
            if platform {
                let key = ["insurer", "enterprise_code"];
                overlap(&mut rows, "periods-overlap", &key, &["policy_no"], "policy_from", "policy_to");
            }
            let key = ["insurer", "enterprise_code", "invoice_date", "premium"];
            let rule = Near { class, rule: "near-invoice", key: &key, compare: "invoice_no" };
            near(&rows, &rule, ledger, &mut self.answer.flags);
            let ratio = if platform { "platform_ratio" } else { "ratio" };
            let cap = move |me: &Self, code: &str, amount: BigRational| {
                let region = me.region(code);
                let cap = if platform {
                    let exports = rational(&me.enterprise(code).expect("known")["prior_year_exports"]);
                    if exports >= me.values.number("bracket_high", &region) {
                        "platform_cap_high"
                    } else if exports >= me.values.number("bracket_middle", &region) {
                        "platform_cap_middle"
                    } else {
                        "platform_cap_low"
                    }
                } else {
                    "general_cap"
                };
                amount.min(me.values.number(cap, &region))
            };
            self.settle(
                class,
                rows,
                |me, code| me.values.number(ratio, &me.region(code)),
                None,
                &[("whole-fen", &|_, _, amount| to_fen(&amount)), ("cap", &cap)],
            );
        }
        self.last_step("floor", |me, code, amount| {
            let least = me.values.number("smallest_payment", &me.region(code));
            if amount < least { BigRational::default() } else { amount }
        });
    }

    fn import_interest(&mut self) {
        let v = self.values;
        let day = |id| v.text(id, "");
        let (from, to, fx_day) = (day("clearance_from"), day("clearance_to"), day("fx_date"));
        let edition = day("catalogue_edition");
        let rates = once(&self.book["fx_rates"], &["date", "currency"]);
        let rate = |currency: &str, column: &str| {
            let found = rates.iter().find(|(_, r)| r["date"] == fx_day && r["currency"] == currency);
            found.map(|(_, r)| rational(&r[column]))
        };
        let catalogue = once(&self.book["catalogue"], &["edition", "item", "hs_code"]);
        let members = once(&self.book["zone_members"], &["zone", "code"]);
        let line_in = |me: &Self, ledger: &str, r: &Cells| {
            me.any(ledger, |o| {
                o["declaration_no"] == r["declaration_no"]
                    && !o["line_no"].is_empty()
                    && same("line_no", &o["line_no"], &r["line_no"])
            })
        };
        let lines = [
            ("products", "import_lines", "rate"),
            ("technologies", "technology_contracts", "technology_rate"),
            ("zone", "zone_lines", "zone_rate"),
            ("trading", "trading_lines", "trading_rate"),
        ];
        for (class, ledger, worth) in lines {
            let technology = class == "technologies";
            let mut rows = self.judge(ledger, "applicant_code", |r| {
                let code = &r["applicant_code"];
                let unit = if technology { "cny_per_unit" } else { "usd_per_unit" };
                let rate = rate(&r["currency"], unit);
                // What cannot be converted is worth nothing.
                let principal =
                    Some(rate.clone().map_or(BigRational::default(), |x| x * rational(&r["amount"])));
                if let Some(reason) = self.standing(code, false, (&from, &to)) {
                    return (Some(reason), principal);
                }
                let mut asks: Vec<(&'static str, bool)> = Vec::new();
                if technology {
                    asks.push(("own-use", !r["user_code"].is_empty() && r["user_code"] == *code));
                    let found = catalogue.iter().any(|(_, c)| {
                        c["edition"] == edition
                            && c["kind"] == "technology"
                            && c["item"] == r["catalogue_item"]
                    });
                    asks.push(("encouraged", found));
                    asks.push(("affiliate-declared", !yes(&r["affiliate"]) || yes(&r["affiliate_declared"])));
                    asks.push(("no-restrictive-terms", !yes(&r["restrictive_terms"])));
                    asks.push(("in-window", from <= r["paid_date"] && r["paid_date"] <= to));
                    asks.push(("convertible", rate.is_some()));
                    let supported = self.any("prior_claims", |p| p["voucher_no"] == r["voucher_no"]);
                    asks.push(("not-supported", !supported));
                } else {
                    if class == "zone" {
                        let inside = members.iter().any(|(_, m)| {
                            m["code"] == *code
                                && m["member_from"] <= to
                                && (m["member_to"].is_empty() || m["member_to"] >= from)
                        });
                        asks.push(("in-zone", inside));
                    }
                    asks.push(("general-trade", r["trade_mode"] == "general"));
                    asks.push(("new-goods", yes(&r["new_goods"])));
                    if class == "products" {
                        asks.push(("own-use", !r["consumer_code"].is_empty() && r["consumer_code"] == *code));
                        let receiver = self.enterprise(&r["receiver_code"]);
                        asks.push(("receiver-here", receiver.is_some_and(|e| e["region"].starts_with("44"))));
                        let found = catalogue
                            .iter()
                            .any(|(_, c)| c["edition"] == edition && c["hs_code"] == r["hs_code"]);
                        asks.push(("encouraged", found));
                    } else {
                        asks.push(("own-receipt", r["receiver_code"] == *code));
                    }
                    asks.push(("in-window", from <= r["cleared"] && r["cleared"] <= to));
                    asks.push(("convertible", rate.is_some()));
                    asks.push(("not-supported", !line_in(self, "prior_claims", r)));
                    if class != "products" {
                        let elsewhere = line_in(self, "import_lines", r)
                            || (class == "trading" && line_in(self, "zone_lines", r));
                        asks.push(("one-class", !elsewhere));
                    }
                }
                (asks.into_iter().find(|(_, holds)| !holds).map(|(id, _)| id), principal)
            });
            if technology {
                exact(&mut rows, "two-applicants", &["contract_no"], &["applicant_code"], false);
                exact(&mut rows, "same-voucher", &["voucher_no"], &[], true);
                let key = ["contract_no", "paid_date", "currency", "amount"];
                let rule = Near { class, rule: "near-voucher", key: &key, compare: "voucher_no" };
                near(&rows, &rule, ledger, &mut self.answer.flags);
            } else {
                let key = ["declaration_no", "line_no"];
                exact(&mut rows, "two-applicants", &key, &["applicant_code"], false);
                exact(&mut rows, "same-line", &key, &[], true);
                let key = ["line_no", "hs_code", "currency", "amount"];
                let rule = Near { class, rule: "near-line", key: &key, compare: "declaration_no" };
                near(&rows, &rule, ledger, &mut self.answer.flags);
                let rule = Near { rule: "near-supported", ..rule };
                near_prior(&rows, &rule, &self.book["prior_claims"], &mut self.answer.flags);
            }
            let minimum = |me: &Self, code: &str, principal: &BigRational| {
                *principal >= me.values.number("minimum_import", &me.region(code))
            };
            self.settle(
                class,
                rows,
                |me, code| me.values.number(worth, &me.region(code)),
                if class == "products" { Some(("minimum", &minimum)) } else { None },
                &[("whole-fen", &|_, _, amount| to_fen(&amount))],
            );
        }
        self.last_step("cap", |me, code, amount| {
            amount.min(me.values.number("enterprise_cap", &me.region(code)))
        });
    }

    fn import_bases(&mut self) {
        let v = self.values;
        let (common_from, common_to) = (v.text("lists_from", ""), v.text("lists_to", ""));
        let goods = once(&self.book["base_goods"], &["base", "goods"]);
        let classes = [
            ("interest", "base_loans", "bank", "interest", "ratio", "interest_cap"),
            ("rent", "base_rents", "lessor", "rent", "rent_ratio", "rent_cap"),
        ];
        for (class, ledger, party, what, ratio, cap) in classes {
            let mut rows = self.judge(ledger, "enterprise_code", |r| {
                let code = &r["enterprise_code"];
                let principal = Some(rational(&r[what]));
                if let Some(reason) = self.standing(code, false, (&common_from, &common_to)) {
                    return (Some(reason), principal);
                }
                let e = self.enterprise(code).expect("known");
                let (from, to) = (v.text("paid_from", &e["region"]), v.text("paid_to", &e["region"]));
                let of_base = goods.iter().any(|(_, g)| g["base"] == r["base"] && g["goods"] == r["goods"]);
                let paid = &r["paid_date"];
                let reason =
                    if class == "interest" && e["registered"] >= v.text("registered_before", &e["region"]) {
                        Some("registered")
                    } else if !of_base {
                        Some("base-goods")
                    } else if class == "rent" && !yes(&r["bonded"]) {
                        Some("bonded")
                    } else if paid.is_empty() || *paid < from || *paid > to {
                        Some("in-window")
                    } else if r["period_from"] > r["period_to"] {
                        Some("period-in-order")
                    } else {
                        None
                    };
                (reason, principal)
            });
            exact(&mut rows, "two-applicants", &[party, "contract_no"], &["enterprise_code"], false);
            let payment = [party, "contract_no", "period_from", "period_to"];
            exact(&mut rows, "same-payment", &payment, &[], true);
            let contract = [party, "contract_no"];
            overlap(&mut rows, "periods-overlap", &contract, &[], "period_from", "period_to");
            let key = ["enterprise_code", party, "period_from", what];
            let rule = Near { class, rule: "near-contract", key: &key, compare: "contract_no" };
            near(&rows, &rule, ledger, &mut self.answer.flags);
            let imports = |me: &Self, code: &str, _: &BigRational| {
                let e = me.enterprise(code).expect("known");
                let imports = &e["prior_year_imports"];
                !imports.is_empty() && rational(imports) >= me.values.number("minimum_imports", &e["region"])
            };
            let floor = |me: &Self, code: &str, amount: BigRational| {
                let least = me.values.number("smallest_payment", &me.region(code));
                if amount < least { BigRational::default() } else { amount }
            };
            let cap = |me: &Self, code: &str, amount: BigRational| {
                amount.min(me.values.number(cap, &me.region(code)))
            };
            self.settle(
                class,
                rows,
                |me, code| me.values.number(ratio, &me.region(code)),
                Some(("imports", &imports)),
                &[("whole-fen", &|_, _, amount| to_fen(&amount)), ("floor", &floor), ("cap", &cap)],
            );
        }
    }

    fn last_step(&mut self, id: &str, step: impl Fn(&Self, &str, BigRational) -> BigRational) {
        for (code, amount) in self.sums.clone() {
            let after = step(self, &code, amount.clone());
            self.take(id.to_owned(), amount - &after);
            self.sums.insert(code, after);
        }
    }

    /// Everybody in full when the money reaches; otherwise in proportion, whole fen by largest remainder: of equal remainders the larger
    /// amount goes first, then the earlier code.
    fn share(&mut self) {
        let hundred = BigRational::from(BigInt::from(100));
        let fen = |yuan: &BigRational| {
            let fen = yuan * &hundred;
            assert!(fen.is_integer(), "{yuan} is no whole number of fen");
            fen.to_integer()
        };
        let money = fen(&self.values.number("budget", ""));
        let wanted: Vec<(String, BigInt)> = self.sums.iter().map(|(c, a)| (c.clone(), fen(a))).collect();
        let sum: BigInt = wanted.iter().map(|(_, w)| w).sum();
        let mut awards = wanted.clone();
        if sum > money {
            for (award, (_, w)) in awards.iter_mut().zip(&wanted) {
                award.1 = w * &money / &sum;
            }
            let given: BigInt = awards.iter().map(|(_, a)| a).sum();
            let mut left = &money - given;
            let mut turns: Vec<usize> = (0..wanted.len()).collect();
            let remainder = |i: &usize| &wanted[*i].1 * &money % &sum;
            turns.sort_by(|a, b| {
                remainder(b).cmp(&remainder(a)).then(wanted[*b].1.cmp(&wanted[*a].1)).then(a.cmp(b))
            });
            for i in turns {
                if left > BigInt::default() {
                    awards[i].1 += 1;
                    left -= 1;
                }
            }
            self.take("budget".to_owned(), BigRational::new(sum - money, BigInt::from(100)));
        }
        self.answer.awards = awards.into_iter().collect();
    }
}

/// Rounded to the fen, a half up; for what is not below zero.
fn to_fen(yuan: &BigRational) -> BigRational {
    let hundred = BigRational::from(BigInt::from(100));
    let half = BigRational::new(BigInt::from(1), BigInt::from(2));
    (yuan * &hundred + half).floor() / hundred
}
