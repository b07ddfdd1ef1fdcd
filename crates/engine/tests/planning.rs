//! From texts to plans: what a sound scheme becomes, and where each mistake is pointed at.

use proptest::prelude::*;

use jixiao_core::finding::Lang;
use jixiao_engine::{
    fault::{Fault, Text},
    schema::Ledgers,
    schema_file::ledgers,
    scheme::{
        file::read,
        plan::{Kind, Name, Plan, Status, Type, Value},
        planner::{Finer, Years, check, plan, remarks},
        show::show,
    },
};

const LEDGERS: &str = include_str!("planning/ledgers.toml");
const SCHEME: &str = include_str!("planning/scheme.toml");
const CYCLE: Years = Years { first: 2024, last: 2026 };

fn text(name: &str, text: &str) -> Text {
    Text { name: name.to_owned(), text: text.to_owned() }
}

fn regions(code: &str) -> bool {
    ["440000", "441300", "442000"].contains(&code)
}

/// Each fault as it is shown: line, column, what the caret underlines, message.
fn shown(file: &Text, faults: &[Fault]) -> String {
    let mut out = String::new();
    for fault in faults {
        let (line, column) = file.line_and_column(fault.span.start);
        let under = &file.text[fault.span.clone()];
        out.push_str(&format!("{line}:{column} {under:?} {} | {}\n", fault.message.en, fault.next.en));
    }
    out
}

fn test_ledgers() -> Ledgers {
    let file = text("ledgers.toml", LEDGERS);
    ledgers(&file).unwrap_or_else(|faults| panic!("{}", shown(&file, &faults)))
}

fn planned(scheme: &str, year: i16, finer: &[Finer]) -> Plan {
    let file = text("schemes/test.toml", scheme);
    let read = read(&file).unwrap_or_else(|faults| panic!("{}", shown(&file, &faults)));
    plan(&read, &test_ledgers(), CYCLE, &regions, year, finer)
        .unwrap_or_else(|faults| panic!("{}", shown(&file, &faults)))
}

fn faults_of(scheme: &str) -> (Text, Vec<Fault>) {
    let file = text("schemes/test.toml", scheme);
    let faults = match read(&file) {
        Ok(read) => check(&read, &test_ledgers(), CYCLE, &regions),
        Err(faults) => faults,
    };
    (file, faults)
}

#[test]
fn a_sound_scheme_is_planned_for_every_year() {
    let (file, faults) = faults_of(SCHEME);
    assert_eq!(shown(&file, &faults), "");
    for year in 2024..=2026 {
        assert_eq!(planned(SCHEME, year, &[]).year, year);
    }
}

#[test]
fn parameters_are_planned_in_base_units() {
    let plan = planned(SCHEME, 2024, &[]);
    let parameter = |id: &str| plan.parameters.iter().find(|p| p.id == id).expect("is in the file");
    // 30 % = 0.3 and 25.5 % = 0.255: three digits for all of them, so 0.300.
    let ratio = parameter("ratio");
    assert_eq!(ratio.values.len(), 1);
    assert_eq!((&ratio.values[0].value, ratio.values[0].status), (&Value::Number(300), Status::Illustrative));
    assert_eq!(
        (&ratio.regions["441300"][0].value, ratio.values[0].text.as_str()),
        (&Value::Number(255), "30")
    );
    assert!(matches!(&ratio.ty, Type::Number { scale: 3, dimension } if dimension.is_plain()));
    // 200 万元 = 2,000,000 元.
    assert_eq!(parameter("cap").values[0].value, Value::Number(2_000_000));
    // 300 and 600 万美元, by date: 2024-08-31 is day 19,966 (54 years of 365 days, 13 leap days, 243 days, counted from 0).
    let by_date = &parameter("export_ceiling").values;
    assert_eq!((by_date[0].to, by_date[1].from, by_date[1].to), (19_966, 19_967, i64::MAX));
    assert_eq!(
        (&by_date[0].value, &by_date[1].value),
        (&Value::Number(3_000_000), &Value::Number(6_000_000))
    );
    // In 2025 the region has no value of its own; 50 % = 0.500.
    let later = planned(SCHEME, 2025, &[]);
    let ratio = later.parameters.iter().find(|p| p.id == "ratio").expect("is in the file");
    assert_eq!((&ratio.values[0].value, ratio.regions.len()), (&Value::Number(500), 0));
}

#[test]
fn a_simulation_may_ask_for_more_digits() {
    let finer = [Finer { id: "ratio".to_owned(), scale: 5 }, Finer { id: "cap".to_owned(), scale: 1 }];
    let plan = planned(SCHEME, 2024, &finer);
    let scale = |id: &str| {
        let parameter = plan.parameters.iter().find(|p| p.id == id).expect("is in the file");
        match parameter.ty {
            Type::Number { scale, .. } => (scale, parameter.values[0].value.clone()),
            _ => panic!("{id} is a number"),
        }
    };
    assert_eq!(scale("ratio"), (5, Value::Number(30_000)));
    assert_eq!(scale("cap"), (1, Value::Number(20_000_000)));
    let file = text("schemes/test.toml", SCHEME);
    let finer = [Finer { id: "cpa".to_owned(), scale: 1 }];
    let read = read(&file).expect("it reads");
    let faults = jixiao_engine::scheme::planner::plan(&read, &test_ledgers(), CYCLE, &regions, 2024, &finer)
        .expect_err("no such parameter");
    let said = shown(&file, &faults);
    assert!(said.contains("There is no parameter cpa to be set") && said.contains("cap"), "{said}");
}

#[test]
fn expressions_are_typed_and_brought_to_one_scale() {
    let plan = planned(SCHEME, 2024, &[]);
    let class = &plan.classes[0];
    // value = principal * ratio: the factor is the parameter alone.
    assert!(matches!(class.factor.kind, Kind::Parameter(0, None)));
    assert!(matches!(class.principal.kind, Kind::Name(Name::Line(1))));
    // `coalesce(yuan, 0)`: the zero stands in fen like yuan.
    let Kind::Least(parts) = &class.lines[1].expression.kind else { panic!("least") };
    let Kind::Coalesce(parts) = &parts[1].kind else { panic!("coalesce") };
    assert_eq!((parts[1].scale(), &parts[1].ty), (2, &parts[0].ty));
    // `between` is two comparisons.
    assert!(matches!(&class.conditions[0].expression.kind, Kind::And(..)));
    // The turnover column is in 万元: an expression sees it times 10,000.
    let mut times = false;
    class.conditions[2].expression.walk(&mut |e| {
        if let Kind::Multiply(a, b) = &e.kind {
            times |= matches!(a.kind, Kind::Name(Name::Column(6)))
                && b.kind == Kind::Literal(Value::Number(10_000));
        }
    });
    assert!(times);
    // Codes of ten digits are numbers.
    let mut codes = Vec::new();
    class.conditions[2].expression.walk(&mut |e| {
        if let Kind::In(_, list) = &e.kind {
            codes.extend(list.iter().map(|e| e.kind.clone()));
        }
    });
    assert_eq!(codes[0], Kind::Literal(Value::Number(8_471_300_000)));
    assert_eq!(codes.len(), 2);
    // amount 2 + 3 digits; the cap is brought to fen.
    let Kind::Least(parts) = &class.steps[1].expression.kind else { panic!("least") };
    assert_eq!(class.steps[0].expression.scale(), 2);
    assert!(matches!(&parts[1].kind, Kind::Rescale(inner) if inner.scale() == 0));
    assert_eq!(class.aggregates.len(), 2);
    // Every place in the plan is the place in the file.
    let span = class.steps[1].expression.span.clone();
    assert_eq!(&SCHEME[span], "least(amount, cap)");
}

/// Replaces parts of the sound scheme; the marks « » in them say where the one fault is pointed at.
fn marked(changes: &[(&str, &str)]) -> (String, std::ops::Range<usize>) {
    let mut scheme = SCHEME.to_owned();
    for (from, to) in changes {
        assert_eq!(scheme.matches(from).count(), 1, "{from} is there once");
        scheme = scheme.replacen(from, to, 1);
    }
    let start = scheme.find('«').expect("a mark");
    let scheme = scheme.replacen('«', "", 1);
    let end = scheme.find('»').expect("a mark");
    (scheme.replacen('»', "", 1), start..end)
}

fn line_of(expression: &str, unit: &str) -> String {
    let unit = if unit.is_empty() { String::new() } else { format!("unit = \"{unit}\"\n") };
    format!(
        "  [[class.line]]\n  id = \"more\"\n  label = {{ zh = \"x\", en = \"x\" }}\n  expression = \"{expression}\"\n{unit}\n  [[class.condition]]\n  id = \"asked\"\n  label = {{ zh = \"x\", en = \"x\" }}\n  reason = {{ zh = \"x\", en = \"x\" }}\n  expression = \"more is not null\"\n\n  [[class.condition]]\n  id = \"in-window\""
    )
}

/// A wrong file and what is said: the changes, the beginning of the message, a part of what to do.
type Case<'a> = (&'a [(&'a str, &'a str)], &'a str, &'a str);

fn judge(cases: &[Case<'_>]) {
    let mut wrong = String::new();
    for (changes, message, next) in cases {
        let (scheme, span) = marked(changes);
        let (file, faults) = faults_of(&scheme);
        let right = match faults.as_slice() {
            [fault] => {
                fault.span == span && fault.message.en.starts_with(message) && fault.next.en.contains(next)
            }
            _ => false,
        };
        if !right {
            let (line, column) = file.line_and_column(span.start);
            wrong.push_str(&format!(
                "--- wanted {line}:{column} {:?} {message} | {next}\n{}",
                &file.text[span],
                shown(&file, &faults)
            ));
        }
        for fault in &faults {
            assert!(!fault.message.zh.is_empty() && !fault.here.zh.is_empty() && !fault.next.zh.is_empty());
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

const IN_WINDOW: &str = "  [[class.condition]]\n  id = \"in-window\"";

/// Cases in which a line step with this expression and unit is added.
fn judge_lines(cases: &[(&str, &str, &str, &str)]) {
    for (expression, unit, message, next) in cases {
        let line = line_of(expression, unit);
        judge(&[(&[(IN_WINDOW, &line)], message, next)]);
    }
}

#[test]
fn faults_of_the_file() {
    judge(&[
        (&[("[budget]", "[budget«»")], "Not TOML", "Correct it"),
        (
            &[("id = \"general\"\n", "id = \"general\"\n«legder» = \"premiums\"\n")],
            "There is no key legder here",
            "ledger",
        ),
        (
            &[("by = \"scheme\"\n", "by = \"scheme\"\n«rounding» = \"2\"\n")],
            "There is no key rounding here",
            "There are: amount",
        ),
        (&[("[[step]]\n", "«[[step]]»\n"), ("id = \"all\"\n", "")], "id is missing", "Add id"),
        (
            &[("year = 2024, value = \"30\"", "year = 2024, value = «30»")],
            "value must be a text in quotes, not a whole number",
            "quotes",
        ),
        (
            &[("year = 2024, value = \"30\"", "year = «\"2024\"», value = \"30\"")],
            "year must be a whole number",
            "year = 2024",
        ),
        (
            &[
                ("kind = \"near\"", "kind = «\"nearly\"»"),
                ("compare = \"invoice_no\"\n", ""),
                ("  against = \"prior_claims\"\n", ""),
            ],
            "There is no kind \"nearly\"",
            "Did you mean near?",
        ),
        (&[("kind = \"near\"", "kind = «\"naer\"»")], "There is no kind \"naer\"", "Did you mean near?"),
        (&[("id = \"small\"", "id = «\"in-window\"»")], "The condition in-window is there twice", "Rename"),
        (
            &[("id = \"same-invoice\"", "id = «\"small\"»")],
            "The reason for refusal small is there twice",
            "Rename",
        ),
        (
            &[("id = \"small\"", "id = «\"no-principal\"»")],
            "no-principal is a reason that every scheme has",
            "another id",
        ),
        (
            &[("id = \"window_to\"", "id = «\"window_from\"»")],
            "The parameter window_from is there twice",
            "Rename",
        ),
        (&[("id = \"general\"", "id = «\"One-general\"»")], "One-general cannot be a name", "lower-case"),
        (&[("id = \"rates\"", "id = «\"sum\"»")], "sum means something else", "another id"),
        (
            &[
                (
                    "  [[class.duplicate]]\n  id = \"like-earlier\"",
                    "  «[[class.duplicate]]»\n  id = \"like-earlier\"",
                ),
                ("  compare = \"invoice_no\"\n", ""),
            ],
            "compare is missing",
            "Add compare",
        ),
        (
            &[
                (
                    "  [[class.duplicate]]\n  id = \"same-period\"",
                    "  «[[class.duplicate]]»\n  id = \"same-period\"",
                ),
                ("  to = \"policy_to\"\n", ""),
            ],
            "to is missing",
            "Add to",
        ),
        (
            &[("  keep = \"first\"\n", "  keep = \"first\"\n  «compare» = \"invoice_no\"\n")],
            "There is no key compare here",
            "",
        ),
        (
            &[("certainty = \"D\"", "certainty = «\"E\"»")],
            "There is no certainty \"E\"",
            "There are: A, B, C, D",
        ),
        (
            &[(
                "label = { zh = \"年度预算\", en = \"Budget of the year\" }",
                "label = «{ zh = \"年度预算\" }»",
            )],
            "en is missing",
            "Add en",
        ),
    ]);
}

#[test]
fn faults_of_names() {
    judge(&[
        (
            &[("ledger = \"premiums\"\napplicant", "ledger = «\"premium\"»\napplicant")],
            "There is no ledger premium",
            "Did you mean premiums?",
        ),
        (
            &[
                ("ledger = \"exclusions\"", "ledger = «\"sanctions\"»"),
                ("where = \"listed_from <= window_to\"", "where = \"window_from <= window_to\""),
            ],
            "There is no ledger sanctions",
            "There are: enterprises",
        ),
        (
            &[(
                "where = \"listed_from <= window_to\"",
                "where = \"listed_from <= window_to and «ratio» > 0\"",
            )],
            "where cannot use ratio",
            "Make it a [[class.condition]]",
        ),
        (
            &[("applicant = \"enterprise_code\"", "applicant = «\"enterprise_cod\"»")],
            "The ledger premiums has no column enterprise_cod",
            "Did you mean enterprise_code?",
        ),
        (
            &[("applicant = \"enterprise_code\"", "applicant = «\"hs_code\"»")],
            "hs_code is 10 digits, the register's code is a text",
            "applicant's code",
        ),
        (
            &[("region = \"region\"", "region = «\"founded\"»")],
            "founded is no column of texts or digits",
            "division codes",
        ),
        (
            &[("on = { code", "on = { «codes»")],
            "The ledger exclusions has no column codes",
            "Did you mean code?",
        ),
        (
            &[("on = { code = \"enterprise_code\" }", "on = { code = «\"hs_code\"» }")],
            "code is a text, hs_code is 10 digits: nothing can be found",
            "one kind",
        ),
        (
            &[("on = { code = \"enterprise_code\" }", "on = { code = \"«counted»\" }")],
            "There is no column, step or parameter counted",
            "There are: enterprise_code",
        ),
        (
            &[("listed_from <= window_to", "«listed_form» <= window_to")],
            "There is no column, step or parameter listed_form",
            "Did you mean listed_from?",
        ),
        (
            &[("clause = \"C1\"\nprincipal", "clause = «\"C2\"»\nprincipal")],
            "There is no clause C2",
            "Did you mean C1?",
        ),
        (
            &[("compare = \"invoice_no\"", "compare = «\"mode\"»")],
            "The ledger prior_claims has no column mode",
            "insurer",
        ),
        (
            &[("compare = \"invoice_no\"", "compare = «\"premium\"»")],
            "premium is a number of 元, not a text or digits",
            "this kind",
        ),
        (&[("from = \"policy_from\"", "from = «\"insurer\"»")], "insurer is a text, not a date", "this kind"),
        (
            &[
                ("ceiling = \"ratio_ceiling\"", "ceiling = «\"ratio_celing\"»"),
                ("least(amount, cap)", "least(amount, cap * ratio_ceiling)"),
            ],
            "There is no other parameter ratio_celing",
            "Did you mean ratio_ceiling?",
        ),
        (
            &[("least(amount, cap)", "least(amount, «capp»)"), ("amount, general", "amount, cap, general")],
            "There is no column, step or parameter capp",
            "Did you mean cap?",
        ),
        (
            &[("least(amount, general.amount)", "least(amount, «generel.amount»)")],
            "There is no look-up or class generel",
            "Did you mean general?",
        ),
        (&[("principal > 0 and", "«premium» > 0 and")], "premium belongs to a line", "sum(premium)"),
        (&[("principal > 0 and", "«rates.rate» > 0 and")], "rates.rate belongs to a line", "sum(rates.rate)"),
        (&[("principal > 0 and", "«amount» > 0 and")], "amount exists in steps only", "principal"),
        (
            &[
                ("id = \"counted\"", "id = \"turnover\""),
                ("principal = \"counted\"", "principal = \"«turnover»\""),
                ("and turnover > 0", ""),
            ],
            "turnover is a column of the ledger and a line step",
            "another id",
        ),
        (
            &[
                ("amount = \"budget\"", "amount = \"«enterprise.region»\""),
                ("amount, general", "amount, budget, general"),
            ],
            "There is no look-up or class enterprise",
            "",
        ),
    ]);
    judge_lines(&[
        ("«premum» * 2", "元", "There is no column, step or parameter premum", "Did you mean premium?"),
        ("«rats.rate»", "元/美元", "There is no look-up or class rats", "Did you mean rates?"),
        ("«rates.rat»", "元/美元", "The look-up rates has no column rat", "Did you mean rate?"),
        ("«enterprise.regoin»", "", "The register has no column regoin", "Did you mean region?"),
        ("«excluded.code»", "", "The look-up excluded only asks whether there is a row", "excluded.found"),
        ("«leest(premium, 0)»", "元", "There is no function leest", "Did you mean least?"),
        ("«least(premium)»", "元", "least takes at least 2 arguments, not 1", ""),
        ("«year(invoice_date, 1)»", "1", "year takes 1 arguments, not 2", ""),
        ("«sum(premium)»", "元", "Nothing can be aggregated here (sum)", "[[class.step]]"),
        (
            "«export_ceiling»",
            "美元",
            "export_ceiling has values by date and needs one",
            "export_ceiling(column",
        ),
        ("«cap(invoice_date)»", "元", "cap has values by year and takes no date", "Write cap"),
        ("«amount»", "元", "amount exists in steps only", ""),
        ("premium + «more»", "元", "There is no column, step or parameter more", ""),
    ]);
    let sound = ["premium * 2", "coalesce(premium, 0)", "least(premium, cap)"];
    for expression in sound {
        let scheme = SCHEME.replacen(IN_WINDOW, &line_of(expression, "元"), 1);
        let (file, faults) = faults_of(&scheme);
        assert_eq!(shown(&file, &faults), "", "{expression}");
    }
}

#[test]
fn faults_of_types_and_units() {
    judge_lines(&[
        ("premium + «insurer»", "元", "insurer is a text, not a number", ""),
        ("premium + «exports»", "元", "Units differ: premium (元) and exports (美元)", "rate"),
        ("premium = «100»", "", "100 has no unit; the other side is 元", "[[parameter]]"),
        ("case when paid then premium else «5» end", "元", "5 has no unit", "[[parameter]]"),
        (
            "case when «premium» then 1 else 0 end",
            "1",
            "premium is a number of 元, not a condition",
            "premium > 0",
        ),
        (
            "invoice_date >= «'2024-01-01'»",
            "",
            "Kinds differ: invoice_date is a date, '2024-01-01' is a text",
            "date '2024-01-01'",
        ),
        ("add_days(«'2024-01-01'», 3)", "", "'2024-01-01' is a text, not a date", "date '2024-01-01'"),
        ("«invoice_date + 3»", "", "a date + a plain number means nothing", "add_days"),
        ("add_days(invoice_date, «premium»)", "", "premium is a number of 元, not a whole number (天)", "天"),
        ("insurer = «5»", "", "Kinds differ", "'5'"),
        ("hs_code = «'8471'»", "", "'8471' is not 10 digits", "like"),
        ("mode = «'generl'»", "", "The column has no choice 'generl'", "Did you mean general?"),
        ("mode in ('general', «'一般贸易'»)", "", "The column has no choice '一般贸易'", "'general'"),
        ("«insurer < invoice_no»", "", "a text has no order", "in (…)"),
        ("insurer like «'%x'»", "", "like only compares the beginning", "like '8542%'"),
        ("insurer like «'a_b%'»", "", "like only compares the beginning", ""),
        ("hs_code like «'85a%'»", "", "'85a' cannot begin 10 digits", ""),
    ]);
    judge_lines(&[
        ("«premium / 3»", "元", "A quotient has no exact decimal", "round_half_up"),
        ("round_half_up(«premium / 3» * 2, 2)", "元", "A quotient has no exact decimal", ""),
        ("round_half_up(premium, «paid»)", "元", "The digits to keep are written out", ""),
        ("round_half_up(premium, «19»)", "元", "The digits to keep are written out", ""),
        ("round_up(«premium / 0», 2)", "元", "The divisor is 0", ""),
        ("«premium» like '1%'", "", "premium is a number of 元, not a text or digits", ""),
        (
            "«exports * exports * exports * exports * exports * exports * exports * exports * exports * exports * exports * exports * exports * exports * exports * exports * exports * exports * exports * exports»",
            "",
            "The product has 40 decimals",
            "",
        ),
    ]);
    let line = |expression: &str, unit: &str| line_of(expression, unit);
    let cases = [
        (
            line("exports * rates.rate", "美元").replace("\"美元\"", "«\"美元\"»"),
            "The unit says 美元, the expression gives a number of 元",
        ),
        (
            line("premium", "万元").replace("\"万元\"", "«\"万元\"»"),
            "Numbers in expressions are in base units, not 万元",
        ),
        (
            line("insurer", "元").replace("\"元\"", "«\"元\"»"),
            "The unit says 元, the expression gives a text",
        ),
        (
            line("premium", "元/美元/天").replace("\"元/美元/天\"", "«\"元/美元/天\"»"),
            "\"元/美元/天\" is no unit",
        ),
        (line("premium", "").replace("\"premium\"", "«\"premium\"»"), "unit is missing"),
    ];
    for (line, message) in &cases {
        judge(&[(&[(IN_WINDOW, line)], message, "")]);
    }
    judge(&[
        (
            &[("principal_unit = \"元\"", "principal_unit = «\"美元\"»")],
            "The unit says 美元, the expression gives a number of 元",
            "",
        ),
        (
            &[
                (
                    "principal_unit = \"元\"\nvalue = \"principal * ratio\"",
                    "principal_unit = \"美元\"\nvalue = «\"principal * ratio\"»",
                ),
                ("principal = \"counted\"", "principal = \"exports\""),
            ],
            "An amount is in 元; this gives a number of 美元",
            "rate",
        ),
        (
            &[("expression = \"round_down(amount, 2)\"", "expression = «\"principal * amount\"»")],
            "An amount is in 元; this gives a number of 元^2",
            "",
        ),
        (
            &[("least(amount, cap)", "least(amount, cap, «sum(exports)»)")],
            "Units differ: amount (元) and sum(exports) (美元)",
            "",
        ),
        (
            &[("sum(premium) > 0", "sum(«sum(premium)») > 0")],
            "An aggregate cannot stand within an aggregate",
            "",
        ),
        (&[("sum(premium) > 0", "sum(«insurer») > 0")], "insurer is a text, not a number", "count"),
        (&[("sum(premium) > 0", "sum(premium) > «1000»")], "1000 has no unit", "[[parameter]]"),
        (
            &[
                ("expression = \"round_down(amount, 2)\"", "expression = \"amount\""),
                ("expression = \"least(amount, cap)\"", "expression = «\"least(amount, cap)\"»"),
            ],
            "The last amount has 5 decimals",
            "round_half_up",
        ),
    ]);
}

#[test]
fn value_is_linear_in_principal() {
    let value = |to: &'static str| {
        [
            ("value = \"principal * ratio\"", to),
            ("least(amount, cap)", "least(amount, cap * ratio)"),
            ("round_down(amount, 2)", "amount"),
            ("\"least(amount, general.amount)\"", "\"least(amount, general.amount)\""),
        ]
    };
    for (to, message) in [
        ("value = «\"cap * ratio\"»", "There is no principal in value"),
        ("value = \"principal * «principal» * ratio\"", "There are 2 principal in value"),
        ("value = \"least(«principal», cap) * ratio\"", "principal must be a factor"),
        ("value = \"«principal» * ratio + cap\"", "principal must be a factor"),
        ("value = \"principal * «premium»\"", "Beside principal, value may only use"),
        ("value = \"principal * «rates.rate»\"", "rates.rate belongs to a line"),
        ("value = \"principal * «(ratio / 2)»\"", "There is no division in value"),
        ("value = \"principal * round_half_up(«ratio / 2», 2)\"", "There is no division in value"),
        ("value = \"principal * «enterprise.name»\"", "enterprise.name is a text, not a number"),
    ] {
        let mut changes = value(to).to_vec();
        changes.truncate(2);
        changes[1].1 = "round_down(least(amount, cap * ratio), 2)";
        judge(&[(&changes, message, "")]);
    }
    for sound in [
        "principal",
        "ratio * principal",
        "(principal) * (ratio * 2)",
        "principal * case when enterprise.name like '甲%' then ratio else 0.1 end",
    ] {
        let scheme = SCHEME.replacen("principal * ratio", sound, 1).replacen(
            "least(amount, cap)",
            "round_down(least(amount, cap * ratio), 2)",
            1,
        );
        let (file, faults) = faults_of(&scheme);
        assert_eq!(shown(&file, &faults), "", "{sound}");
    }
}

#[test]
fn what_nothing_uses_is_a_fault_or_a_remark() {
    judge(&[
        (
            &[("id = \"excluded\"", "id = «\"excluded\"»"), (" and not excluded.found", "")],
            "The look-up excluded is never used",
            "excluded.found",
        ),
        (
            &[("id = \"rates\"", "id = «\"rates\"»"), ("round_half_up(exports * rates.rate, 2)", "premium")],
            "The look-up rates is never used",
            "rates.COLUMN",
        ),
        (
            &[("id = \"yuan\"", "id = «\"yuan\"»"), ("least(premium, coalesce(yuan, 0))", "premium")],
            "The line step yuan is never used",
            "take it away",
        ),
    ]);
    // A line step that only an aggregate asks for is used.
    let (file, faults) = faults_of(&SCHEME.replacen("coalesce(yuan, 0)", "premium", 1).replacen(
        "sum(premium) > 0",
        "sum(yuan) > 0",
        1,
    ));
    assert_eq!(shown(&file, &faults), "");
    let of = |scheme: &str| {
        let file = text("schemes/test.toml", scheme);
        let read = read(&file).unwrap_or_else(|faults| panic!("{}", shown(&file, &faults)));
        shown(&file, &remarks(&read))
    };
    assert_eq!(of(SCHEME), "");
    let spare = SCHEME.replace("clause = \"C1\"", "");
    assert!(of(&spare).contains("No rule names the clause C1"), "{}", of(&spare));
}

#[test]
fn faults_of_parameters() {
    judge(&[
        (
            &[("year = 2024, value = \"30\"", "year = 2024, value = «\"30%\"»")],
            "\"30%\" is not a number",
            "unit",
        ),
        (
            &[("year = 2024, value = \"2023-07-01\"", "year = 2024, value = «\"2023-06-31\"»")],
            "\"2023-06-31\" is not a date",
            "2024-06-30",
        ),
        (
            &[("years = [2025, 2026], value = \"50\"", "years = [«2024», 2025, 2026], value = \"50\"")],
            "There are two values for 2024",
            "one of them",
        ),
        (
            &[("years = [2025, 2026], value = \"50\"", "years = [2025, 2026, «2027»], value = \"50\"")],
            "2027 is outside the cycle 2024–2026",
            "year",
        ),
        (&[("region = \"441300\"", "region = «\"441301\"»")], "441301 is no division code", "regions.csv"),
        (
            &[("years = [2025, 2026], value = \"50\"", "years = [2025, 2026], value = «\"50.5\"»")],
            "50.5 is above the ceiling ratio_ceiling, 50",
            "ceiling",
        ),
        (
            &[("region = \"441300\", value = \"25.5\"", "region = \"441300\", value = «\"51\"»")],
            "51 is above the ceiling",
            "",
        ),
        (
            &[(
                "  { from = \"2024-09-01\", value = \"600\", source = \"测试\" }",
                "  «{ from = \"2024-08-31\", value = \"600\", source = \"测试\" }»",
            )],
            "Two values overlap: 2024-08-31 to 2024-08-31",
            "one value at a time",
        ),
        (
            &[("to = \"2024-08-31\"", "to = «\"2022-08-31\"»")],
            "It ends on 2022-08-31, before it begins on 2023-01-01",
            "",
        ),
        (
            &[(
                "  { from = \"2023-01-01\", to = \"2024-08-31\", value = \"300\", source = \"测试\" }",
                "  «{ from = \"2020-01-01\", to = \"2021-12-31\", value = \"300\", source = \"测试\" }»",
            )],
            "No year of the cycle reaches these dates (they reach 2022-01-01 to 2026-12-31)",
            "",
        ),
        (
            &[
                ("id = \"cap\"\nlabel = { zh = \"每户", "id = «\"cap\"»\nlabel = { zh = \"每户"),
                ("least(amount, cap)", "least(amount, amount)"),
            ],
            "The parameter cap is never used",
            "take it away",
        ),
        (
            &[
                ("id = \"ratio\"", "id = «\"ratio\"»"),
                ("years = [2025, 2026], value = \"50\"", "years = [2025], value = \"50\""),
            ],
            "The parameter ratio has no value for 2026",
            "illustrative",
        ),
        (
            &[
                (
                    "  { from = \"2023-01-01\", to = \"2024-08-31\", value = \"300\", source = \"测试\" },\n  { from = \"2024-09-01\"",
                    "  { from = \"2025-09-01\"",
                ),
                ("id = \"export_ceiling\"", "id = «\"export_ceiling\"»"),
            ],
            "The parameter export_ceiling has no value for 2024",
            "",
        ),
        (
            &[("by = \"scheme\"\namount = \"budget\"", "by = \"region\"\namount = «\"budget\"»")],
            "The budget is by region, but",
            "by = \"scheme\"",
        ),
        (
            &[
                (
                    "value = \"1000\", source = \"测试\" }",
                    "value = \"1000\", source = \"测试\" }, { year = 2024, region = \"442000\", value = \"10\", source = \"测试\" }",
                ),
                ("amount = \"budget\"", "amount = «\"budget\"»"),
            ],
            "The budget is one for the scheme",
            "by = \"region\"",
        ),
        (
            &[
                ("[[parameter]]\nid = \"cap\"", "«[[parameter]]»\nid = \"cap\""),
                (
                    "unit = \"万元\"\nvalues = [{ years = [2024, 2025, 2026], value = \"200\"",
                    "values = [{ years = [2024, 2025, 2026], value = \"200\"",
                ),
                ("least(amount, cap)", "least(amount, amount)"),
                ("amount, general", "amount, general"),
            ],
            "unit is missing",
            "plain number",
        ),
        (
            &[
                ("unit = \"%\"\nceiling = \"ratio_ceiling\"", "unit = \"%\"\nceiling = «\"cap\"»"),
                ("least(amount, cap)", "least(amount, cap * ratio_ceiling)"),
                ("round_down(amount, 2)", "round_down(amount, 1)"),
            ],
            "cap cannot be the ceiling",
            "one unit",
        ),
        (
            &[(
                "{ years = [2025, 2026], value = \"50\"",
                "«{ value = \"50\", source = \"测试\" }»,\n  { years = [2025, 2026], value = \"50\"",
            )],
            "year or years is missing",
            "year = 2024",
        ),
    ]);
    // A gap between the dates of a parameter is no fault: on a day without a value it is null.
    let (file, faults) = faults_of(&SCHEME.replacen("to = \"2024-08-31\"", "to = \"2024-06-30\"", 1));
    assert_eq!(shown(&file, &faults), "");
}

#[test]
fn faults_of_syntax() {
    let deep = format!("{}«premium»{}", "(".repeat(49), ")".repeat(49));
    let long = format!("«premium{}»", " + premium".repeat(200));
    judge_lines(&[
        ("premium +«»", "元", "The expression ends too early", "missing"),
        ("least«(»premium, 0", "元", "The parenthesis is never closed", ")"),
        ("premium «)»", "元", ") is not expected here", ""),
        ("insurer = «'abc»", "", "The quote is never closed", "'"),
        ("0 < premium «<» cap", "", "Comparisons cannot be chained", "between"),
        ("(«select» 1)", "", "Sub-queries are not part of the language", "lookup"),
        ("premium in («select» x)", "", "Sub-queries are not part of the language", "lookup"),
        ("«保费» * 2", "元", "保费 is not part of the language", "ids"),
        ("premium «！»= 2", "", "！ is not part of the language", ""),
        ("premium «!=» 2", "", "!= is not part of the language", "<>"),
        ("«Premium» * 2", "元", "Names are in lower case", "premium"),
        ("premium * «2e3»", "元", "2e3 is not a number", "exponent"),
        ("insurer = «null»", "", "null is not expected here", "is null"),
        ("case «premium» when 1 then 2 end", "", "when belongs after case", ""),
        ("premium between 1 «or» 2", "", "or is not expected here", ""),
        ("invoice_date = date «'2024-02-30'»", "", "There is no day 2024-02-30", ""),
        (&deep, "元", "The expression is nested too deeply", "[[class.line]]"),
        (&long, "元", "The expression is nested too deeply", "[[class.line]]"),
        ("premium «--» 1", "元", "Comments are not part of expressions", "#"),
        ("«»", "", "The expression is empty", ""),
    ]);
    // A place in a text with escapes cannot be told; the whole text is pointed at.
    judge(&[(
        &[("\"round_down(amount, 2)\"", "«\"round_down(amont,\\u0020 2)\"»")],
        "There is no column, step or parameter amont",
        "amount",
    )]);
    judge(&[(
        &[("\"round_down(amount, 2)\"", "\"\"\"\n    round_down(\n      «amont», 2)\"\"\"")],
        "There is no column, step or parameter amont",
        "amount",
    )]);
    judge(&[(
        &[("\"round_down(amount, 2)\"", "'round_down(«amont», 2)'")],
        "There is no column, step or parameter amont",
        "amount",
    )]);
}

#[test]
fn all_faults_come_at_once() {
    let scheme = SCHEME
        .replacen("least(amount, cap)", "least(amont, cap)", 1)
        .replacen("compare = \"invoice_no\"", "compare = \"premium\"", 1)
        .replacen("year = 2024, value = \"2023-07-01\"", "year = 2031, value = \"2023-07-01\"", 1);
    let (file, faults) = faults_of(&scheme);
    let lines: Vec<usize> = faults.iter().map(|f| file.line_and_column(f.span.start).0).collect();
    assert_eq!(faults.len(), 4, "{}", shown(&file, &faults));
    assert!(lines.is_sorted());
    // The other of two places is labelled.
    let twice = SCHEME.replacen(
        "years = [2025, 2026], value = \"50\"",
        "years = [2024, 2025, 2026], value = \"50\"",
        1,
    );
    let (file, faults) = faults_of(&twice);
    let (span, words) = &faults[0].labels[0];
    assert_eq!(
        (file.text[span.clone()].to_owned(), words.en.as_str()),
        ("2024".to_owned(), "the first value")
    );
    let (line, column) = file.line_and_column(faults[0].span.start);
    assert_eq!((line, column), (24, 14));
}

#[test]
fn a_year_outside_the_cycle_is_refused() {
    let file = text("schemes/test.toml", SCHEME);
    let read = read(&file).expect("sound");
    let faults = plan(&read, &test_ledgers(), CYCLE, &regions, 2027, &[]).expect_err("2027");
    assert_eq!(
        shown(&file, &faults),
        "2:6 \"\\\"premium-test\\\"\" 2027 is outside the cycle 2024–2026 | Choose a year of the cycle, or correct [cycle] in fund.toml.\n"
    );
}

#[test]
fn faults_of_ledgers() {
    let cases: &[(&str, &str, &str, &str)] = &[
        (
            "key = [\"insurer\", \"invoice_no\"]",
            "key = [\"insurer\", «\"invoice\"»]",
            "There is no column invoice",
            "There are",
        ),
        ("kind = \"flag\"", "kind = «\"bool\"»", "There is no kind \"bool\"", "There are: text"),
        ("width = 10", "width = «19»", "width = 19 is not between 1 and 18", "18"),
        (
            "kind = \"decimal\"\nscale = 4",
            "kind = \"decimal\"\nscale = «-1»",
            "scale = -1 is not between 0 and 18",
            "",
        ),
        ("minimum = \"0\"", "minimum = «\"0.001\"»", "\"0.001\" cannot be a bound", "2 decimals"),
        (
            "minimum = \"2020-01-01\"",
            "minimum = \"2020-01-01\"\nmaximum = «\"2019-01-01\"»",
            "The maximum 2019-01-01 is below",
            "",
        ),
        (
            "minimum = \"2020-01-01\"",
            "minimum = \"2020-01-01\"\nunit = «\"元\"»",
            "Only columns of numbers have a unit",
            "",
        ),
        (
            "minimum = \"2020-01-01\"",
            "minimum = \"2020-01-01\"\n«scale» = 2",
            "There is no key scale here",
            "There are",
        ),
        ("unit = \"元/美元\"", "unit = «\"元/\"»", "\"元/\" is no unit", ""),
        (
            "headings = [\"发票号码\"]",
            "headings = [«\"insurer\"»]",
            "The column or heading insurer is there twice",
            "",
        ),
        ("\"0110\"", "\"0110\", «\"一般贸易\"»", "The word of a choice 一般贸易 is there twice", ""),
        ("name = \"hs_code\"", "name = «\"HS\"»", "HS cannot be a name", "lower-case"),
        ("name = \"hs_code\"", "name = «\"case\"»", "case cannot be a name", ""),
        ("files = [\"rates\"]", "files = [«\"premiums\"»]", "The file stem premiums is there twice", ""),
    ];
    for (from, to, message, next) in cases {
        let marked = LEDGERS.replacen(from, to, 1);
        let (start, text_one) = (marked.find('«').expect("a mark"), marked.replacen('«', "", 1));
        let end = text_one.find('»').expect("a mark");
        let file = text("ledgers.toml", &text_one.replacen('»', "", 1));
        let faults = ledgers(&file).expect_err(message);
        let [fault] = faults.as_slice() else { panic!("{message}\n{}", shown(&file, &faults)) };
        assert_eq!(fault.span, start..end, "{}", shown(&file, &faults));
        assert!(fault.message.en.starts_with(message), "{}", shown(&file, &faults));
        assert!(fault.next.en.contains(next), "{}", shown(&file, &faults));
    }
    let read = test_ledgers();
    let (_, premiums) = read.find("premiums").expect("is in the file");
    // 2020-01-01 is day 18,262: 50 years of 365 days and 12 leap days.
    assert_eq!(
        (premiums.columns[3].minimum, premiums.columns[4].minimum, &premiums.key),
        (Some(18_262), Some(0), &vec![1, 2])
    );
}

#[test]
fn a_scheme_is_shown_in_words() {
    let file = text("schemes/test.toml", SCHEME);
    let read = read(&file).expect("sound");
    let plan = planned(SCHEME, 2024, &[]);
    for (lang, name) in [(Lang::Zh, "shown_zh"), (Lang::En, "shown_en")] {
        insta::assert_snapshot!(name, show(&read, &plan, &test_ledgers(), lang));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn a_damaged_file_is_read_or_refused_at_its_places(at in 0usize..8000, cut in 0usize..40, put in "[a-z ()'\"\\[\\]{}=.,0-9甲\n\\\\-]{0,8}") {
        for whole in [SCHEME, LEDGERS] {
            let start = whole.floor_char_boundary(at.min(whole.len()));
            let end = whole.floor_char_boundary((start + cut).min(whole.len()));
            let damaged = format!("{}{put}{}", &whole[..start], &whole[end..]);
            let file = text("damaged.toml", &damaged);
            let mut faults = ledgers(&file).err().unwrap_or_default();
            faults.extend(faults_of(&damaged).1);
            for fault in faults {
                prop_assert!(damaged.get(fault.span.clone()).is_some(), "{:?} {}", fault.span, fault.message.en);
                for (span, _) in &fault.labels {
                    prop_assert!(damaged.get(span.clone()).is_some(), "{:?}", span);
                }
            }
        }
    }

    #[test]
    fn any_text_is_a_file_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let said = String::from_utf8_lossy(&bytes).into_owned();
        let file = text("noise.toml", &said);
        for fault in ledgers(&file).err().unwrap_or_default().into_iter().chain(read(&file).err().unwrap_or_default()) {
            prop_assert!(said.get(fault.span.clone()).is_some(), "{:?}", fault.span);
        }
    }
}
