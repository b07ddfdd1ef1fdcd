//! The SQL of a plan, as text: what changes here changes what the cluster computes.

use jixiao_engine::{
    fault::Text,
    run::Bindings,
    schema_file::ledgers,
    scheme::{
        file::read,
        planner::{Years, plan},
    },
    sql::queries,
};

#[test]
fn the_text_of_a_scheme() {
    let text = |name: &str, text: &str| Text { name: name.to_owned(), text: text.to_owned() };
    let ledgers =
        ledgers(&text("ledgers.toml", include_str!("planning/ledgers.toml"))).expect("sound ledgers");
    let scheme = read(&text("scheme.toml", include_str!("planning/scheme.toml"))).expect("a sound scheme");
    let cycle = Years { first: 2024, last: 2026 };
    let region = |code: &str| ["440000", "441300", "442000"].contains(&code);
    let plan = plan(&scheme, &ledgers, cycle, &region, 2024, &[]).expect("a sound plan");
    let said = || {
        let all = queries(&plan, &ledgers, &Bindings::of(&plan));
        all.iter().map(|q| format!("{};\n", q.sql)).collect::<Vec<_>>().join("\n")
    };
    assert_eq!(said(), said());
    insta::assert_snapshot!(said());
}
