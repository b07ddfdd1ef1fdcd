//! Rule sets: the national default, a fund's own on top of it, and every fault of a text at once.

mod evaluation_support;

use evaluation_support::d;
use jixiao_core::{
    evaluation::{Formula, RuleSet, SatisfactionPlace},
    finding::Lang,
    fund::FolderTexts,
    indicator::Category,
};

#[test]
fn the_national_default_is_read_and_says_where_it_comes_from() {
    let rules = RuleSet::national().expect("the embedded text");
    let of = |with_cost: bool| {
        let w = &rules.level_weights(with_cost).expect("a variant").rule;
        [w.execution, w.cost, w.output, w.benefit, w.satisfaction].map(|w| w.to_string())
    };
    assert_eq!(of(false), ["10", "0", "50", "30", "10"]);
    assert_eq!(of(true), ["10", "20", "40", "20", "10"]);
    assert_eq!(rules.no_satisfaction.rule, Category::Benefit);
    assert_eq!(rules.satisfaction_under_benefit.rule, SatisfactionPlace::OwnCategory);
    assert_eq!(rules.reverse.rule, Formula::ReverseA);
    for (total, grade) in [
        ("100", "优"),
        ("90", "优"),
        ("89.99", "良"),
        ("80", "良"),
        ("79.99", "中"),
        ("60", "中"),
        ("59.99", "差"),
        ("0", "差"),
    ] {
        assert_eq!(rules.grade(d(total)).map(|b| b.name.zh.as_str()), Some(grade), "{total}");
    }
    for (share, tier) in [
        ("1", "reached"),
        ("0.8", "reached"),
        ("0.79", "partly reached, with some effect"),
        ("0.59", "not reached, little effect"),
    ] {
        assert_eq!(rules.tier(d(share)).map(|t| t.name.get(Lang::En)), Some(tier), "{share}");
    }
    let bases =
        [&rules.forward.basis, &rules.bands.basis, &rules.lamps.basis, &rules.deadline.basis, &rules.state];
    assert!(bases.iter().all(|b| !b.source.is_empty() && !b.certainty.is_empty()));
    assert!(rules.deadline.basis.illustrative && !rules.forward.basis.illustrative);
}

#[test]
fn a_fund_says_only_what_differs() {
    let text = "id = \"own\"\nname = { zh = \"本资金\", en = \"own\" }\n\
                [reverse]\nformula = \"reverse-b\"\nsource = \"湖北表\"\ncertainty = \"S\"\n";
    let files: FolderTexts = [("evaluation.toml".to_owned(), text.to_owned())].into_iter().collect();
    let rules = RuleSet::of_folder(&files).expect("sound");
    let national = RuleSet::national().expect("sound");
    assert_eq!((rules.id.as_str(), rules.reverse.rule), ("own", Formula::ReverseB));
    assert_eq!(
        (&rules.forward, &rules.bands, &rules.weights),
        (&national.forward, &national.bands, &national.weights)
    );
    assert_eq!(RuleSet::of_folder(&FolderTexts::new()), Ok(national));
}

#[test]
fn every_fault_is_told_at_once_with_its_line() {
    let text = "id = \"own\"\n\
                name = { zh = \"本资金\" }\n\
                [reverse]\n\
                formula = \"ratio\"\n\
                source = \"湖北表\"\n\
                certainty = \"sure\"\n\
                [lamps]\n\
                red_above_percent = 5\n\
                yelow_above_percent = \"20\"\n\
                source = \"s\"\n\
                certainty = \"S\"\n\
                [[band]]\n\
                from = \"60\"\n\
                name = { zh = \"中\", en = \"fair\" }\n\
                [[band]]\n\
                from = \"80\"\n\
                name = { zh = \"良\", en = \"good\" }\n\
                [bands]\n\
                source = \"s\"\n\
                certainty = \"S\"\n\
                [[weights]]\n\
                id = \"w\"\n\
                cost = false\n\
                execution = \"10\"\n\
                output = \"50\"\n\
                benefit = \"30\"\n\
                satisfaction = \"11\"\n\
                source = \"s\"\n\
                certainty = \"S\"\n\
                [treshold]\n\
                pass_percent = \"60\"\n";
    let national = RuleSet::national().expect("sound");
    let faults = RuleSet::parse("evaluation.toml", text, Some(&national)).expect_err("faults");
    let said: Vec<(usize, &str)> = faults.iter().map(|f| (f.line, f.message.en.as_str())).collect();
    for (line, words) in [
        (2, "has no en"),
        (4, "there is no formula \"ratio\"; known are: reverse-a, reverse-b, all-or-none"),
        (6, "there is no certainty \"sure\""),
        (8, "red_above_percent stands in quotes"),
        (9, "is yellow_above_percent meant?"),
        (15, "cannot follow"),
        (15, "must have from = \"0\""),
        (21, "must add up to 100, they are 101"),
        (30, "is threshold meant?"),
    ] {
        assert!(
            said.iter().any(|(l, m)| *l == line && m.contains(words)),
            "line {line}: {words}; got {said:#?}"
        );
    }
    assert!(said.windows(2).all(|pair| pair[0].0 <= pair[1].0), "in the order of the file");
    assert!(faults.iter().all(|f| f.file == "evaluation.toml" && f.message.zh != f.message.en));
}

#[test]
fn without_a_base_every_section_is_needed() {
    let faults = RuleSet::parse("x.toml", "id = \"x\"\nname = { zh = \"甲\", en = \"x\" }\n", None)
        .expect_err("faults");
    for section in ["[forward]", "[[weights]]", "[bands]", "[lamps]", "[deadline]", "[satisfaction_bands]"] {
        assert!(faults.iter().any(|f| f.message.en.contains(section)), "{section}: {faults:#?}");
    }
    let faults = RuleSet::parse("x.toml", "id = [\n", None).expect_err("no TOML");
    assert!(faults[0].message.en.contains("not TOML"));
}
