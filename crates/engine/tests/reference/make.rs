//! Random ledgers of the fund, pushed to where decisions turn: thresholds and dates ± one, empty cells, rows that are there twice.

use jiff::{ToSpan as _, civil::Date};
use jixiao_engine::schema::Ledgers;
use num_bigint::BigInt;
use num_rational::BigRational;

use super::{
    common::{code, fund::Tables},
    values::{Values, rational},
};

/// A small generator of our own: the same seed, the same ledgers, on every machine.
pub(crate) struct Draw(u64);

impl Draw {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x5851_f42d_4c95_7f2d)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// From zero to one less than `end`.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end as u64).expect("small")
    }

    pub(crate) fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    pub(crate) fn pick<T: Clone>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())].clone()
    }
}

/// A day and its neighbours.
fn around(day: &str) -> Vec<String> {
    let date: Date = day.parse().expect("a date");
    (-1..=1).map(|n: i32| date.checked_add(n.days()).expect("in the calendar").to_string()).collect()
}

/// A number cut to two digits, and its neighbours one hundredth off; none below zero.
fn near_number(number: &BigRational) -> Vec<String> {
    let hundredths = (number * rational("100")).floor().to_integer();
    let text = |n: BigInt| format!("{}.{:0>2}", &n / 100, (&n % BigInt::from(100)).to_string());
    let all = (-1..=1).map(|off| &hundredths + BigInt::from(off));
    all.filter(|n| *n >= BigInt::default()).map(text).collect()
}

/// Replaces some parameters by others.
pub(crate) fn values(draw: &mut Draw, values: &mut Values) {
    for (id, unit) in values.numbers() {
        if id.ends_with("ceiling") && unit != "万美元" || !draw.one_in(3) {
            continue;
        }
        let all: &[&str] = match (id, unit) {
            ("budget", _) => &["0", "0.000001", "0.01", "3.141592", "20"],
            (_, "%") => &["0", "12.5", "30", "33.333", "50", "100"],
            (_, "元/美元") => &["0", "0.003", "0.0049", "0.005", "0.00375"],
            (_, "天") => &["90", "364", "366"],
            (_, "万美元") => &["0", "50", "100.000001", "300", "599.999999"],
            (_, "亿元") => &["0", "1", "0.9999999999", "2"],
            (_, "元") => &["0", "0.01", "100.01", "5000"],
            _ => &["0", "0.000001", "0.012345", "1", "5", "200"],
        };
        values.set.insert(id, draw.pick(all).to_owned());
    }
}

/// Digits after the point, in base units, that [`values`] may ask of a parameter.
pub(crate) fn scale(unit: &str) -> u8 {
    match unit {
        "%" => 5,
        "元/美元" => 6,
        "天" => 0,
        _ => 2,
    }
}

/// How a text is typed wrong.
fn mistyped(draw: &mut Draw, text: &str, digits: bool) -> String {
    let mut characters: Vec<char> = text.chars().collect();
    let last = characters.len() - 1;
    match draw.below(if digits { 2 } else { 5 }) {
        0 => characters.swap(last - 1, last),
        1 => characters[last] = if characters[last] == '7' { '9' } else { '7' },
        2 => return text.replacen('0', "O", 1),
        3 => drop(characters.remove(last)),
        _ => characters.insert(last, '-'),
    }
    characters.into_iter().collect()
}

/// Numbers of papers, some of them again and some nearly.
fn papers(draw: &mut Draw, count: usize, make: impl Fn(usize) -> String, digits: bool) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for i in 0..count {
        let number = match draw.below(10) {
            0 if !all.is_empty() => draw.pick(&all),
            1 | 2 if !all.is_empty() => {
                let like = draw.pick(&all);
                mistyped(draw, &like, digits)
            }
            _ => make(i * 37 % 100_000),
        };
        all.push(number);
    }
    all
}

struct Maker<'a> {
    draw: &'a mut Draw,
    values: &'a Values,
    tables: Tables,
    enterprises: u32,
}

impl Maker<'_> {
    fn put(&mut self, ledger: &str, cells: &[(&str, String)]) {
        let cells: Vec<(&str, &str)> = cells.iter().map(|(c, v)| (*c, v.as_str())).collect();
        self.tables.push(ledger, &cells);
    }

    /// Mostly a date inside of a period, else one at its edges.
    fn in_period(&mut self, from: &str, to: &str) -> String {
        let mut edges = around(from);
        edges.extend(around(to));
        let first: Date = from.parse().expect("a date");
        let inside = first.checked_add(i32::try_from(self.draw.below(300)).expect("small").days());
        if self.draw.one_in(3) {
            self.draw.pick(&edges)
        } else {
            inside.expect("in the calendar").to_string()
        }
    }

    fn flag(&mut self, rarely: bool) -> String {
        let odd = self.draw.one_in(12);
        if odd == rarely { "是" } else { "否" }.to_owned()
    }

    fn somebody(&mut self) -> String {
        if self.draw.one_in(25) {
            return code(900 + u32::try_from(self.draw.below(3)).expect("small"));
        }
        code(1 + u32::try_from(self.draw.below(self.enterprises as usize)).expect("small"))
    }

    fn rarely_empty(&mut self, cell: String) -> String {
        if self.draw.one_in(12) { String::new() } else { cell }
    }

    fn register(&mut self, exports: &[String], imports: &[String], registered: &[String]) {
        let since = around(&self.values.text("breach_since", ""));
        let mut numbers: Vec<u32> = (1..=self.enterprises).rev().collect();
        if self.draw.one_in(3) {
            numbers.push(1);
        }
        for n in numbers {
            let region = self.draw.pick(&["440100", "441300", "441900", "442000", "440400", "440300"]);
            let breach = if self.draw.one_in(6) { self.draw.pick(&since) } else { String::new() };
            let (exports, imports) = (self.draw.pick(exports), self.draw.pick(imports));
            let cells = [
                ("code", code(n)),
                ("name", format!("测试企业{n}")),
                ("region", region.to_owned()),
                ("registered", self.draw.pick(registered)),
                ("trade_qualified", self.flag(false)),
                ("prior_year_exports", self.rarely_empty(exports)),
                ("prior_year_imports", self.rarely_empty(imports)),
                ("serious_breach", breach),
                ("fiscal_debt", self.flag(true)),
            ];
            self.put("enterprises", &cells);
        }
    }

    fn lists(&mut self, from: &str, to: &str) {
        for _ in 0..self.draw.below(4) {
            let (since, until) = (self.draw.pick(&around(to)), self.draw.pick(&around(from)));
            let until = if self.draw.one_in(2) { until } else { String::new() };
            let since = if until.is_empty() { since } else { "2015-01-01".to_owned() };
            let cells = [
                ("code", self.somebody()),
                ("list", "tax".to_owned()),
                ("listed_from", since),
                ("listed_to", until),
            ];
            self.put("exclusions", &cells);
        }
    }

    fn premiums(&mut self, rows: usize) {
        let v = self.values;
        let (from, to) = (v.text("window_from", ""), v.text("window_to", ""));
        let mut exports = vec!["123456.78".to_owned()];
        for id in ["bracket_middle", "bracket_high"] {
            exports.extend(near_number(&v.number(id, "")));
        }
        for day in [&from, &to] {
            exports.extend(near_number(&v.number_on("platform_export_ceiling", "", day)));
        }
        self.register(&exports, &["1".to_owned()], &["2010-01-01".to_owned()]);
        self.lists(&v.text("lists_since", ""), &to);
        for (name, since, until) in [
            ("甲保险", "2001-01-01".to_owned(), String::new()),
            ("乙保险", self.draw.pick(&around(&to)), String::new()),
            ("丙保险", "2001-01-01".to_owned(), self.draw.pick(&around(&from))),
            ("甲保险", "2001-01-01".to_owned(), "2002-01-01".to_owned()),
        ] {
            self.put(
                "insurers",
                &[("name", name.to_owned()), ("approved_from", since), ("approved_to", until)],
            );
        }
        let mut amounts = vec!["0".to_owned(), "0.01".to_owned(), "12345.67".to_owned(), "1111.1".to_owned()];
        let (least, zero) = (v.number("smallest_payment", ""), BigRational::default());
        for (ratio, caps) in [
            ("ratio", &["general_cap"][..]),
            ("platform_ratio", &["platform_cap_low", "platform_cap_middle", "platform_cap_high"]),
        ] {
            let ratio = v.number(ratio, "");
            if ratio > zero {
                amounts.extend(near_number(&(&least / &ratio)));
                caps.iter().for_each(|cap| amounts.extend(near_number(&(v.number(cap, "") / &ratio))));
            }
        }
        let numbers = papers(self.draw, rows, |i| format!("FP{:06}", i * 7 % 1_000_000), false);
        let days = v.number("short_term", "").to_integer();
        for number in numbers {
            let ledger = self.draw.pick(&["premiums", "platform_premiums", "platform_premiums"]);
            let start: Date = self
                .draw
                .pick(&["2023-01-01", "2023-04-01", "2023-06-30", "2023-07-01"])
                .parse()
                .expect("a date");
            let length = self.draw.pick(&[-1, 0, 89, 90, 180]);
            let end = start.checked_add(length.days()).expect("in the calendar");
            let credit = &days + BigInt::from(self.draw.pick(&[-30, -30, -1, 0, 0, 1]));
            let (date, paid) = (self.in_period(&from, &to), "2023-06-01".to_owned());
            let who = self.somebody();
            let (object, policy) = (self.draw.below(rows), self.draw.below(8));
            let cells = [
                ("insurer", self.draw.pick(&["甲保险", "甲保险", "乙保险", "丙保险", "丁保险"]).to_owned()),
                ("policy_no", format!("P{policy}")),
                ("enterprise_code", who),
                ("insured_object", format!("标的{object}")),
                ("policy_from", start.to_string()),
                ("policy_to", end.to_string()),
                ("credit_days", credit.to_string()),
                ("invoice_no", number),
                ("invoice_date", date),
                ("premium", self.draw.pick(&amounts)),
                ("paid_by", "enterprise".to_owned()),
                ("paid_date", self.rarely_empty(paid)),
            ];
            self.put(ledger, &cells);
        }
    }

    fn imports(&mut self, rows: usize) {
        let v = self.values;
        let (from, to) = (v.text("clearance_from", ""), v.text("clearance_to", ""));
        let one = vec!["1".to_owned()];
        self.register(&one, &one, &["2010-01-01".to_owned()]);
        self.lists(&from, &to);
        let fx = v.text("fx_date", "");
        for (currency, usd, cny) in [
            ("USD", "1", "7.2258"),
            ("EUR", "1.0858", "7.8771"),
            ("JPY", "0.00693242", "0.050094"),
            ("EUR", "9", "9"),
        ] {
            for day in [fx.clone(), around(&fx)[0].clone()] {
                let (usd, cny) = if day == fx { (usd, cny) } else { ("3", "5") };
                let cells = [
                    ("date", day),
                    ("currency", currency.to_owned()),
                    ("usd_per_unit", usd.to_owned()),
                    ("cny_per_unit", cny.to_owned()),
                ];
                self.put("fx_rates", &cells);
            }
        }
        let edition = v.text("catalogue_edition", "");
        for (edition, kind, item, hs) in [
            (edition.as_str(), "product", "A1", "8486200000"),
            (edition.as_str(), "product", "A2", "0102030405"),
            (edition.as_str(), "technology", "T1", ""),
            (edition.as_str(), "technology", "T1", ""),
            ("2019年版", "product", "A3", "9000000000"),
            ("2019年版", "technology", "T2", ""),
        ] {
            let cells = [
                ("edition", edition.to_owned()),
                ("kind", kind.to_owned()),
                ("item", item.to_owned()),
                ("hs_code", hs.to_owned()),
            ];
            self.put("catalogue", &cells);
        }
        for n in 1..=self.enterprises {
            let edges = (self.draw.pick(&around(&to)), self.draw.pick(&around(&from)));
            let (since, until) = match self.draw.below(6) {
                0 => (edges.0, String::new()),
                1 => ("2015-01-01".to_owned(), edges.1),
                2 => continue,
                _ => ("2015-01-01".to_owned(), String::new()),
            };
            let cells = [
                ("zone", "某区".to_owned()),
                ("level", "demonstration".to_owned()),
                ("code", code(n)),
                ("member_from", since),
                ("member_to", until),
            ];
            self.put("zone_members", &cells);
        }
        let mut amounts = near_number(&v.number("minimum_import", ""));
        amounts.extend(near_number(&(v.number("minimum_import", "") / rational("2"))));
        amounts.extend(near_number(&(v.number("minimum_import", "") / rational("1.0858"))));
        amounts.extend(["0", "333.33", "9999999.99", "123456789.5"].map(str::to_owned));
        let numbers = papers(self.draw, rows, |i| format!("5301202300{:08}", i * 1009 % 100_000_000), true);
        let vouchers = papers(self.draw, rows, |i| format!("FH{:06}", i * 7 % 1_000_000), false);
        for (number, voucher) in numbers.into_iter().zip(vouchers) {
            let who = self.somebody();
            let other = self.somebody();
            let (date, amount) = (self.in_period(&from, &to), self.draw.pick(&amounts));
            let currency = self.draw.pick(&["USD", "USD", "USD", "EUR", "JPY", "GBP"]).to_owned();
            match self.draw.below(8) {
                0 => {
                    let contract = format!("K{}", self.draw.below(rows / 2 + 1));
                    let user = if self.draw.one_in(8) {
                        self.draw.pick(&[String::new(), other])
                    } else {
                        who.clone()
                    };
                    let cells = [
                        ("certificate_no", "C1".to_owned()),
                        ("contract_no", contract),
                        ("applicant_code", who),
                        ("user_code", user),
                        ("supplier", "外方".to_owned()),
                        ("affiliate", self.draw.pick(&["是", "否"]).to_owned()),
                        ("affiliate_declared", self.flag(false)),
                        ("restrictive_terms", self.flag(true)),
                        ("catalogue_item", self.draw.pick(&["T1", "T1", "T1", "T2", "A1"]).to_owned()),
                        ("voucher_no", voucher),
                        ("paid_date", date),
                        ("currency", currency),
                        ("amount", amount),
                    ];
                    self.put("technology_contracts", &cells);
                }
                1 => {
                    let mut cells = vec![
                        ("programme", "国家".to_owned()),
                        ("applicant_code", other),
                        ("currency", currency),
                        ("amount", amount),
                        ("hs_code", "8486200000".to_owned()),
                    ];
                    if self.draw.one_in(3) {
                        cells.push(("voucher_no", voucher));
                    } else {
                        cells.push(("declaration_no", number));
                        cells.push(("line_no", self.draw.pick(&["", "1", "1"]).to_owned()));
                    }
                    self.put("prior_claims", &cells);
                }
                kind => {
                    let ledger = [
                        "import_lines",
                        "import_lines",
                        "import_lines",
                        "zone_lines",
                        "zone_lines",
                        "trading_lines",
                    ][kind - 2];
                    let own = self.draw.one_in(10);
                    let consumer =
                        if own { self.draw.pick(&[String::new(), other.clone()]) } else { who.clone() };
                    let receiver = if own || ledger == "import_lines" { other } else { who.clone() };
                    let hs = ["8486200000", "8486200000", "8486200000", "0102030405", "9000000000"];
                    let cells = [
                        ("declaration_no", number),
                        ("line_no", self.draw.pick(&["1", "1", "2"]).to_owned()),
                        ("applicant_code", who),
                        ("receiver_code", receiver),
                        ("consumer_code", consumer),
                        (
                            "trade_mode",
                            self.draw.pick(&["general", "general", "general", "general", "lease"]).to_owned(),
                        ),
                        ("hs_code", self.draw.pick(&hs).to_owned()),
                        ("cleared", date),
                        ("currency", currency),
                        ("amount", amount),
                        ("new_goods", self.flag(false)),
                    ];
                    self.put(ledger, &cells);
                }
            }
        }
    }

    fn bases(&mut self, rows: usize) {
        let v = self.values;
        let (from, to) = (v.text("paid_from", ""), v.text("paid_to", ""));
        let mut registered = around(&v.text("registered_before", ""));
        registered.extend(["2010-01-01", "2011-01-01", "2012-01-01"].map(str::to_owned));
        let mut imports = near_number(&v.number("minimum_imports", ""));
        imports.push("9000000000".to_owned());
        self.register(&["1".to_owned()], &imports, &registered);
        self.lists(&from, &to);
        for (base, goods) in [("bulk", "油品"), ("vehicles", "汽车"), ("bulk", "油品")] {
            self.put("base_goods", &[("base", base.to_owned()), ("goods", goods.to_owned())]);
        }
        for (ledger, party, what, ratio, cap) in [
            ("base_loans", "bank", "interest", "ratio", "interest_cap"),
            ("base_rents", "lessor", "rent", "rent_ratio", "rent_cap"),
        ] {
            let mut amounts = vec!["0".to_owned(), "123456.79".to_owned(), "1000000".to_owned()];
            let ratio = v.number(ratio, "");
            if ratio > BigRational::default() {
                for id in [cap, "smallest_payment"] {
                    amounts.extend(near_number(&(v.number(id, "") / &ratio)));
                }
            }
            let numbers = papers(self.draw, rows / 2 + 1, |i| format!("HT{:06}", i * 7 % 1_000_000), false);
            for number in numbers {
                let paid = self.in_period(&from, &to);
                let start: Date =
                    self.draw.pick(&["2022-01-01", "2022-03-31", "2022-04-01"]).parse().expect("a date");
                let end = start
                    .checked_add(self.draw.pick(&[-1, 0, 0, 89, 89, 90, 90]).days())
                    .expect("in the calendar");
                let mut cells = vec![
                    ("enterprise_code", self.somebody()),
                    ("base", self.draw.pick(&["bulk", "bulk", "bulk", "vehicles"]).to_owned()),
                    ("goods", self.draw.pick(&["油品", "油品", "油品", "汽车"]).to_owned()),
                    (party, self.draw.pick(&["甲方", "甲方", "乙方"]).to_owned()),
                    ("contract_no", number),
                    ("period_from", start.to_string()),
                    ("period_to", end.to_string()),
                    (what, self.draw.pick(&amounts)),
                    ("paid_date", self.rarely_empty(paid)),
                ];
                if what == "rent" {
                    cells.push(("bonded", self.flag(false)));
                }
                self.put(ledger, &cells);
            }
        }
    }
}

/// Ledgers for a scheme, of a size that differs from seed to seed.
pub(crate) fn tables(draw: &mut Draw, ledgers: &Ledgers, scheme: &str, values: &Values) -> Tables {
    let large = draw.one_in(12);
    let enterprises = if large { 60 } else { 2 + draw.below(9) };
    let rows = if large { 300 } else { 1 + draw.below(60) };
    let enterprises = u32::try_from(enterprises).expect("small");
    let mut maker = Maker { draw: &mut *draw, values, tables: Tables::empty(ledgers), enterprises };
    match scheme {
        "premium-support" => maker.premiums(rows),
        "import-interest" => maker.imports(rows),
        _ => maker.bases(rows),
    }
    // Whole rows again: the same paper handed in twice.
    let mut tables = maker.tables;
    let claims = ["premiums", "platform_premiums", "import_lines", "zone_lines", "trading_lines"];
    for ledger in claims.into_iter().chain(["technology_contracts", "base_loans", "base_rents"]) {
        let number = ["invoice_no", "declaration_no", "voucher_no", "contract_no"];
        let headings = tables.0[ledger].headings.clone();
        let at = |column: &str| headings.iter().position(|h| h == column);
        let number = number.into_iter().find(|n| at(n).is_some()).expect("a paper has a number");
        let number = if ledger == "technology_contracts" { "voucher_no" } else { number };
        let rows = tables.0[ledger].rows.len();
        for _ in 0..rows.div_ceil(8) {
            let row = draw.below(rows);
            let again = tables.again(ledger, row);
            let cells = tables.0[ledger].rows[row].clone();
            let cell = |column: &str| cells[at(column).expect("a column")].clone();
            let typed = mistyped(draw, &cell(number), number == "declaration_no");
            match draw.below(4) {
                0 if ledger.starts_with("base_") => {
                    tables.set(
                        ledger,
                        again,
                        "period_to",
                        draw.pick(&["2022-03-30", "2022-05-31", "2022-09-30"]),
                    );
                }
                1 | 2 => {
                    tables.set(ledger, again, number, &typed);
                    if let Some(at) = at("insured_object") {
                        tables.set(ledger, again, "insured_object", &format!("{}乙", cells[at]));
                    }
                }
                3 if ledger.ends_with("_lines") => {
                    let prior = ["line_no", "hs_code", "currency", "amount", "applicant_code"];
                    let prior: Vec<(&str, String)> = prior.into_iter().map(|c| (c, cell(c))).collect();
                    let mut prior: Vec<(&str, &str)> = prior.iter().map(|(c, v)| (*c, v.as_str())).collect();
                    prior.extend([("declaration_no", typed.as_str()), ("programme", "国家")]);
                    tables.push("prior_claims", &prior);
                }
                _ => {}
            }
        }
    }
    tables
}
