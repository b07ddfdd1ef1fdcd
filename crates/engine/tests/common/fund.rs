//! The fund's own ledgers and schemes, with tables to fill in cell by cell. All data is invented.

use std::collections::BTreeMap;

use jixiao_engine::{
    fault::Text,
    schema::Ledgers,
    schema_file,
    scheme::{
        file,
        plan::Plan,
        planner::{self, Finer},
    },
};

use super::{CYCLE, Files, code, panicked};

/// The fund's schemes.
pub(crate) const SCHEMES: [&str; 3] = ["premium-support", "import-interest", "import-bases"];

fn text(name: &str) -> Text {
    let path = format!("{}/../../funds/guangdong-trade-2024/{name}", env!("CARGO_MANIFEST_DIR"));
    Text {
        name: name.to_owned(),
        text: std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{path}: {e}")),
    }
}

/// The fund's ledgers.
pub(crate) fn ledgers() -> Ledgers {
    let text = text("ledgers.toml");
    schema_file::ledgers(&text).unwrap_or_else(|faults| panicked(&text, &faults))
}

/// A scheme of the fund for a year.
pub(crate) fn plan(ledgers: &Ledgers, scheme: &str, year: i16, finer: &[Finer]) -> Plan {
    let text = text(&format!("schemes/{scheme}.toml"));
    let read = file::read(&text).unwrap_or_else(|faults| panicked(&text, &faults));
    planner::plan(&read, ledgers, CYCLE, &|c| c.starts_with("44"), year, finer)
        .unwrap_or_else(|faults| panicked(&text, &faults))
}

/// The cells of a ledger.
#[derive(Clone, Debug)]
pub(crate) struct Cells {
    /// The names of the columns.
    pub(crate) headings: Vec<String>,
    /// The rows.
    pub(crate) rows: Vec<Vec<String>>,
}

/// Ledgers as cells.
#[derive(Clone, Debug)]
pub(crate) struct Tables(pub(crate) BTreeMap<String, Cells>);

impl Tables {
    /// Every ledger of the fund with its headings and no row.
    pub(crate) fn empty(ledgers: &Ledgers) -> Self {
        let cells = |l: &jixiao_engine::schema::Ledger| Cells {
            headings: l.columns.iter().map(|c| c.name.clone()).collect(),
            rows: Vec::new(),
        };
        Self(ledgers.ledgers.iter().map(|l| (l.name.clone(), cells(l))).collect())
    }

    fn of(&mut self, ledger: &str) -> &mut Cells {
        self.0.get_mut(ledger).unwrap_or_else(|| panic!("no ledger {ledger}"))
    }

    /// One more row; cells that are not named stay empty.
    pub(crate) fn push(&mut self, ledger: &str, cells: &[(&str, &str)]) -> usize {
        let table = self.of(ledger);
        table.rows.push(vec![String::new(); table.headings.len()]);
        let row = table.rows.len() - 1;
        cells.iter().for_each(|(column, value)| self.set(ledger, row, column, value));
        row
    }

    /// One more row like another.
    pub(crate) fn again(&mut self, ledger: &str, row: usize) -> usize {
        let table = self.of(ledger);
        let copy = table.rows[row].clone();
        table.rows.push(copy);
        table.rows.len() - 1
    }

    /// Writes a cell.
    pub(crate) fn set(&mut self, ledger: &str, row: usize, column: &str, value: &str) {
        let table = self.of(ledger);
        let at = table.headings.iter().position(|h| h == column);
        let at = at.unwrap_or_else(|| panic!("{ledger} has no column {column}"));
        table.rows[row][at] = value.to_owned();
    }

    /// Takes every row of a ledger out.
    pub(crate) fn clear(&mut self, ledger: &str) {
        self.of(ledger).rows.clear();
    }

    /// A ledger as CSV text.
    pub(crate) fn csv(&self, ledger: &str) -> String {
        let cells = &self.0[ledger];
        let lines = std::iter::once(&cells.headings).chain(&cells.rows);
        lines.map(|line| line.join(",") + "\n").collect()
    }

    /// All ledgers, one file each.
    pub(crate) fn files(&self) -> Files {
        let mut files = Files::default();
        for ledger in self.0.keys() {
            files.add(ledger, &format!("{ledger}.csv"), &self.csv(ledger));
        }
        files
    }
}

/// One enterprise (number 1, in a region without values of its own) with one row in every class of every scheme that counts in fund year
/// 2024, and everything that these rows ask for. Number 2 is a receiver of goods.
pub(crate) fn sound_tables(ledgers: &Ledgers) -> Tables {
    let mut t = Tables::empty(ledgers);
    let (one, two) = (code(1), code(2));
    for (code, region) in [(&one, "442000"), (&two, "440100")] {
        t.push(
            "enterprises",
            &[
                ("code", code),
                ("name", "测试企业"),
                ("region", region),
                ("registered", "2010-05-01"),
                ("size", "small"),
                ("trade_qualified", "是"),
                ("prior_year_exports", "2000000"),
                ("prior_year_imports", "200000000"),
                ("fiscal_debt", "否"),
            ],
        );
    }
    t.push("insurers", &[("name", "甲保险"), ("approved_from", "2001-01-01")]);
    t.push("insurers", &[("name", "乙保险"), ("approved_from", "2001-01-01")]);
    let premium = [
        ("insurer", "甲保险"),
        ("policy_no", "P1"),
        ("enterprise_code", one.as_str()),
        ("insured_object", "货物甲"),
        ("policy_from", "2023-01-01"),
        ("policy_to", "2023-12-31"),
        ("credit_days", "90"),
        ("invoice_no", "G100"),
        ("invoice_date", "2023-05-05"),
        ("premium", "10000"),
        ("paid_by", "enterprise"),
        ("paid_date", "2023-05-06"),
    ];
    t.push("premiums", &premium);
    let row = t.push("platform_premiums", &premium);
    t.set("platform_premiums", row, "invoice_no", "T100");
    t.push(
        "fx_rates",
        &[("date", "2023-06-30"), ("currency", "USD"), ("usd_per_unit", "1"), ("cny_per_unit", "7.2258")],
    );
    t.push(
        "fx_rates",
        &[
            ("date", "2023-06-30"),
            ("currency", "EUR"),
            ("usd_per_unit", "1.0858"),
            ("cny_per_unit", "7.8771"),
        ],
    );
    t.push(
        "catalogue",
        &[("edition", "2023年版"), ("kind", "product"), ("item", "A1"), ("hs_code", "8486200000")],
    );
    t.push("catalogue", &[("edition", "2023年版"), ("kind", "technology"), ("item", "T1")]);
    let line = [
        ("line_no", "1"),
        ("applicant_code", one.as_str()),
        ("trade_mode", "general"),
        ("hs_code", "8486200000"),
        ("goods", "设备"),
        ("cleared", "2023-01-15"),
        ("currency", "USD"),
        ("amount", "1000000"),
        ("new_goods", "是"),
    ];
    let row = t.push("import_lines", &line);
    t.set("import_lines", row, "declaration_no", "530120230000000001");
    t.set("import_lines", row, "receiver_code", &two);
    t.set("import_lines", row, "consumer_code", &one);
    for (ledger, declaration) in
        [("zone_lines", "530120230000000002"), ("trading_lines", "530120230000000003")]
    {
        let row = t.push(ledger, &line);
        t.set(ledger, row, "declaration_no", declaration);
        t.set(ledger, row, "receiver_code", &one);
    }
    t.push(
        "technology_contracts",
        &[
            ("certificate_no", "C1"),
            ("contract_no", "K1"),
            ("applicant_code", &one),
            ("user_code", &one),
            ("supplier", "外方"),
            ("affiliate", "否"),
            ("affiliate_declared", "否"),
            ("restrictive_terms", "否"),
            ("catalogue_item", "T1"),
            ("voucher_no", "V100"),
            ("paid_date", "2023-01-15"),
            ("currency", "USD"),
            ("amount", "100000"),
        ],
    );
    t.push(
        "zone_members",
        &[("zone", "某区"), ("level", "demonstration"), ("code", &one), ("member_from", "2020-01-01")],
    );
    t.push("base_goods", &[("base", "bulk"), ("goods", "油品")]);
    let payment = [
        ("enterprise_code", one.as_str()),
        ("base", "bulk"),
        ("goods", "油品"),
        ("contract_no", "L100"),
        ("period_from", "2022-01-01"),
        ("period_to", "2022-03-31"),
        ("paid_date", "2022-04-01"),
    ];
    let row = t.push("base_loans", &payment);
    t.set("base_loans", row, "bank", "某银行");
    t.set("base_loans", row, "interest", "400000");
    let row = t.push("base_rents", &payment);
    t.set("base_rents", row, "lessor", "某仓库");
    t.set("base_rents", row, "rent", "300000");
    t.set("base_rents", row, "bonded", "是");
    t
}
