//! What people see of rules and of awards: the rule beside its clauses, the award with what it was made from, what the public may see, and what search
//! finds, each as far as they may.

mod common;

use common::{Browser, JULY, ONE, OTHER, ZHANJIANG, ZHUHAI, office, opened, person, visited};
use jixiao_core::{
    people::{Target, deeds},
    workflow::{Facts, Guard, machines},
};
use jixiao_store::{
    Actor, Moment,
    awards::{Award, NewRun},
    cases::{About, Move},
    evidence::{Limits, Media},
};

const DERIVATION: &str = r#"{"scheme":"import-interest","enterprise":"X","rows":5,"rows_that_count":3,"claimed_yuan":"2000.00",
    "reductions":[{"id":"products/general-trade","zh":"非一般贸易","en":"not general trade","yuan":"765.44"},
                  {"id":"budget","zh":"预算折减","en":"the money runs out","yuan":"111.11"}],
    "before_budget_fen":123456,"awarded_fen":112345}"#;

fn award(region: &str, enterprise: &str, fen: i64) -> Award {
    Award {
        scheme: "import-interest".to_owned(),
        region: region.to_owned(),
        enterprise: enterprise.to_owned(),
        claimed_fen: 200_000,
        fen,
        derivation: DERIVATION.to_owned(),
        illustrative: true,
    }
}

/// Keeps a run: 1,123.45 yuan to one enterprise in 湛江, 7,654.32 yuan to another in 珠海.
async fn awarded(browser: &Browser) -> i64 {
    let may = person("programme").may(deeds::RunAwards, &Target::fund()).expect("the programme may");
    let awards = [award(ZHANJIANG, ONE, 112_345), award(ZHUHAI, OTHER, 765_432)];
    let run = NewRun { year: 2024, folder_sha256: "00", inputs: "[]", summary: "{}", awards: &awards };
    let actor = Actor::new("programme", "test");
    let mut change = browser.database.change(actor, Moment(JULY)).await.expect("a change");
    let id = change.keep_run(&office(), &may, run).await.expect("it is kept");
    change.commit().await.expect("it is committed");
    id
}

/// Takes an application of the enterprise in 湛江 up to its public notice.
async fn noticed(browser: &Browser) -> i64 {
    let about = About {
        year: 2024,
        region: ZHANJIANG.to_owned(),
        scheme: "import-interest".to_owned(),
        enterprise: ONE.to_owned(),
        indicator: String::new(),
    };
    let id = opened(browser, "one", "application", "申-公示", about).await;
    let mut change =
        browser.database.change(Actor::new("one", "test"), Moment(JULY)).await.expect("a change");
    let bytes = "示例材料".as_bytes().to_vec();
    let digest = change.keep_evidence(Media::Text, bytes, &Limits::default()).await.expect("kept");
    change.attach_evidence(id, &digest, "a.txt").await.expect("attached");
    change.commit().await.expect("it is committed");
    let steps = [
        ("one", "submit"),
        ("zhanjiang", "city-pass"),
        ("programme", "province-pass"),
        ("programme", "publish"),
    ];
    for (seen, (who, action)) in (1u32..).zip(steps) {
        let facts = Guard::ALL.iter().fold(Facts::new(), |facts, guard| facts.holds(*guard));
        let step = Move {
            case: id,
            action,
            seen,
            reason: "试",
            on_behalf: None,
            content: None,
            amount_fen: None,
            facts,
        };
        let actor = Actor::new(who, "test");
        let mut change = browser.database.change(actor, Moment(JULY)).await.expect("a change");
        change.act(&office(), &person(who), &machines::APPLICATION, step).await.expect(action);
        change.commit().await.expect("it is committed");
    }
    id
}

#[test]
fn a_rule_stands_beside_its_clauses_and_values_in_both_languages() {
    visited(async |browser| {
        let mut visitor = browser.enters("zhanjiang").await;
        let list = visitor.looks("/schemes").await;
        assert_eq!(list.status, 200, "{}", list.text);
        assert!(list.text.contains("href=\"/schemes/import-interest\"") && list.text.contains("进口贴息"));
        let page = visitor.looks("/schemes/import-interest").await;
        assert_eq!(page.status, 200, "{}", page.text);
        for told in ["旧货不予支持。", "东莞市2025年进口贴息申报通知", "示意", "现行参数", "不满足时", "算式"]
        {
            assert!(page.text.contains(told), "{told} is missing");
        }
        assert!(!page.text.contains("/simulate"), "a city is not led to what it may not ask");
        visitor.lang = "en";
        let page = visitor.looks("/schemes/import-interest").await.text;
        for told in ["Old goods are left out.", "illustrative", "Parameters in force", "Otherwise"] {
            assert!(page.contains(told), "{told} is missing");
        }
        assert_eq!(visitor.looks("/schemes/no-such").await.status, 404);
        assert_eq!(visitor.looks("/schemes/import-interest?parameters-as=xlsx").await.status, 200);
        assert_eq!(browser.enters("").await.looks("/schemes").await.status, 401);
    });
}

#[test]
fn awards_are_seen_as_far_as_somebody_reaches_and_open_what_they_were_made_from() {
    visited(async |browser| {
        let nothing = browser.enters("programme").await.looks("/awards").await;
        assert!(nothing.status == 200 && nothing.text.contains("还没有测算"), "{}", nothing.text);
        let run = awarded(&browser).await;
        let mine = format!("/awards/{run}/import-interest/{ONE}");
        for (who, sees) in [
            ("programme", [true, true]),
            ("finance", [true, true]),
            ("auditor", [true, true]),
            ("zhanjiang", [true, false]),
            ("one", [true, false]),
            ("other", [false, true]),
            ("zhuhai", [false, true]),
        ] {
            let visitor = browser.enters(who).await;
            let page = visitor.looks("/awards").await;
            assert_eq!(page.status, 200, "{who}: {}", page.text);
            assert_eq!([page.text.contains(ONE), page.text.contains(OTHER)], sees, "{who}");
            let one = visitor.looks(&mine).await;
            assert_eq!(one.status, if sees[0] { 200 } else { 404 }, "{who}");
        }
        assert_eq!(browser.enters("root").await.looks("/awards").await.status, 403);
        assert_eq!(browser.enters("").await.looks(&mine).await.status, 401);
        let mut visitor = browser.enters("programme").await;
        let page = visitor.looks(&mine).await.text;
        // 2,000.00 − 765.44 = 1,234.56; less 111.11 for want of money: 1,123.45.
        for told in [
            "2,000.00 元",
            "减 765.44 元",
            "1,234.56 元",
            "减 111.11 元",
            "1,123.45 元",
            "台账 5 行，其中 3 行计入",
            "以一般贸易方式进口",
            "湛江海产示例公司",
            "现行参数",
        ] {
            assert!(page.contains(told), "{told} is missing: {page}");
        }
        let subject = format!("award/{run}/import-interest/{ONE}");
        let noted =
            browser.database.readings(Some(&subject), Some("programme"), None, 50).await.expect("it is read");
        assert!(!noted.is_empty(), "that the derivation was shown is noted");
        visitor.lang = "en";
        let page = visitor.looks(&mine).await.text;
        assert!(
            page.contains("CNY 1,123.45")
                && page.contains("less CNY 765.44")
                && page.contains("not general trade")
        );
        let few = visitor.looks(&format!("/awards?run={run}&region={ZHUHAI}")).await.text;
        assert!(few.contains(OTHER) && !few.contains(ONE), "a region's awards alone");
        assert_eq!(visitor.looks("/awards?run=99").await.status, 404);
    });
}

#[test]
fn public_notice_has_its_clock_and_discloses_nothing_before_it_begins() {
    visited(async |browser| {
        awarded(&browser).await;
        let public = browser.enters("").await;
        let before = public.looks("/public/awards").await;
        assert!(before.status == 200 && !before.text.contains(ONE), "disclosed before its notice");
        let id = noticed(&browser).await;
        // Published on Monday 1 July 2024; five working days after it end on Monday the 8th.
        let mut officer = browser.enters("zhanjiang").await;
        let page = officer.looks("/awards/notice").await;
        assert_eq!(page.status, 200, "{}", page.text);
        for told in ["申-公示", "2024-07-01", "2024-07-08", "还有 5 个工作日", &format!("/case/{id}")]
        {
            assert!(page.text.contains(told), "{told} is missing: {}", page.text);
        }
        assert!(!browser.enters("zhuhai").await.looks("/awards/notice").await.text.contains("申-公示"));
        officer.lang = "en";
        assert!(officer.looks("/awards/notice").await.text.contains("5 working days left"));
        // What was made a moment ago is shown for a minute; then the award is there, and nothing of anybody else.
        common::later(61_000_000);
        let after = public.looks("/public/awards").await;
        assert!(after.text.contains(ONE) && after.text.contains("湛江"), "{}", after.text);
        assert!(!after.text.contains(OTHER), "an award without a notice is disclosed");
        for kept in ["12345", "申-公示", "2,000.00"] {
            assert!(!after.text.contains(kept), "{kept} is disclosed");
        }
        let csv = public.looks("/public/data/awards.csv").await;
        assert!(
            csv.text.contains(ONE) && csv.text.contains("1123.45") && !csv.text.contains(OTHER),
            "{}",
            csv.text
        );
        let json: serde_json::Value =
            serde_json::from_str(&public.looks("/public/data/awards.json").await.text).expect("JSON");
        assert_eq!(json["rows"][0]["awarded_yuan"], "1123.45");
        assert_eq!(json["rows"].as_array().map(Vec::len), Some(1));
    });
}

#[test]
fn the_public_reads_without_signing_in_and_may_keep_what_it_read() {
    visited(async |browser| {
        let mut public = browser.enters("").await;
        let sent = public.looks("/").await;
        assert_eq!((sent.status, sent.header("location")), (303, "/public"));
        for path in ["/public", "/public/targets", "/public/results", "/public/awards", "/public/data"] {
            let page = public.looks(path).await;
            assert_eq!(page.status, 200, "{path}: {}", page.text);
            assert_eq!(page.header("cache-control"), "public, max-age=300", "{path}");
            assert!(page.header("content-security-policy").contains("default-src 'none'"), "{path}");
            let tag = page.header("etag").to_owned();
            let again = public.looks_with(path, "if-none-match", &tag).await;
            assert_eq!((again.status, again.text.as_str()), (304, ""), "{path}");
            assert!(page.text.contains("href=\"/sign-in\""), "{path} does not lead to signing in");
        }
        let form = public.looks("/public/targets").await.text;
        assert!(
            form.contains("rowspan=") && form.contains("一级指标") && form.contains("湛江"),
            "no form: {form}"
        );
        public.lang = "en";
        assert!(public.looks("/public/data").await.text.contains("Open data"));
        assert_eq!(public.looks("/public/data/people.csv").await.status, 404);
        assert_eq!(public.looks("/public/results?indicator=no-such").await.status, 404);
        // Whoever has signed in sees their name there: that page is nobody else's.
        let own = browser.enters("programme").await.looks("/public").await;
        assert_eq!((own.status, own.header("cache-control")), (200, "no-store"));
    });
}

#[test]
fn search_finds_by_name_code_and_first_letters_and_nothing_out_of_reach() {
    visited(async |browser| {
        awarded(&browser).await;
        let id = noticed(&browser).await;
        let city = browser.enters("zhanjiang").await;
        let elsewhere = browser.enters("zhuhai").await;
        for (typed, found) in [
            ("湛江海产", ONE.to_owned()),
            ("zjhc", ONE.to_owned()),
            ("X9000000000000001", ONE.to_owned()),
            ("申-公示", format!("/case/{id}")),
        ] {
            let query: String = form_urlencoded::byte_serialize(typed.as_bytes()).collect();
            let page = city.looks(&format!("/search?q={query}")).await;
            assert_eq!(page.status, 200, "{}", page.text);
            assert!(page.text.contains(&format!("{found}\"")), "{typed} is not found");
            let page = elsewhere.looks(&format!("/search?q={query}")).await.text;
            assert!(
                !page.contains(&format!("={ONE}\"")) && !page.contains(&format!("/case/{id}")),
                "{typed} is out of reach"
            );
        }
        let page = elsewhere.looks("/search?q=jktx").await.text;
        assert!(page.contains("/schemes/import-interest"), "first letters of a scheme");
        let page = elsewhere.looks("/search?q=%25").await.text;
        assert!(!page.contains("/case/"), "a sign of patterns stands for itself");
        assert_eq!(browser.enters("").await.looks("/search?q=a").await.status, 401);
    });
}

#[test]
fn what_a_rule_would_cost_is_asked_with_what_was_typed() {
    visited(async |browser| {
        let mut officer = browser.enters("programme").await;
        let page = officer.looks("/schemes/import-interest/simulate").await;
        assert_eq!(page.status, 200, "{}", page.text);
        let field = page.text.split("data-for=\"").nth(1).and_then(|rest| rest.split('"').next());
        let field = field.expect("a parameter with a slider").to_owned();
        // 1,000.00 yuan are 0.10 万元, 5,000 yuan 0.50 万元 and beyond the money.
        assert!(page.text.contains("1,000.00 元") && page.text.contains("预算内"), "{}", page.text);
        let changed = officer.looks(&format!("/schemes/import-interest/simulate?{field}=5000")).await.text;
        assert!(
            changed.contains("5,000.00 元")
                && changed.contains("超预算")
                && changed.contains("value=\"5000\""),
            "{changed}"
        );
        assert!(changed.contains("未达到") && changed.contains("≥ 7"), "the region's target is not judged");
        let wrong = officer.looks(&format!("/schemes/import-interest/simulate?{field}=abc")).await.text;
        assert!(wrong.contains("不是数字") && wrong.contains("value=\"abc\""), "{wrong}");
        assert!(officer.looks("/schemes/import-bases/simulate").await.text.contains("正在读取台账"));
        officer.lang = "en";
        assert!(
            officer
                .looks("/schemes/premium-support/simulate")
                .await
                .text
                .contains("the ledger premiums is missing")
        );
        // What it would cost everywhere is not a city's to ask, nor an enterprise's.
        for who in ["zhanjiang", "one", "root"] {
            let answer = browser.enters(who).await.looks("/schemes/import-interest/simulate").await;
            assert_eq!(answer.status, 403, "{who}");
        }
    });
}

#[test]
fn an_enterprise_objects_to_a_notice_and_the_province_decides() {
    visited(async |browser| {
        let id = noticed(&browser).await;
        let other = browser.enters("other").await;
        let list = other.looks("/notices").await;
        assert_eq!(list.status, 200, "{}", list.text);
        for told in ["湛江海产示例公司", "2024-07-08", "还有 5 个工作日", &format!("/notices/{id}")]
        {
            assert!(list.text.contains(told), "{told}: {}", list.text);
        }
        assert!(!list.text.contains(&format!("/case/{id}")), "the record itself is not theirs");
        assert_eq!(other.looks("/open/objection").await.header("location"), "/notices");
        let place = format!("/notices/{id}");
        let form = other.looks(&place).await.text;
        assert!(form.contains("name=\"grounds\"") && form.contains("1,234.56 元"), "{form}");
        let empty = other.fills(&place, &[("grounds", " "), ("contact", "示例联系人")]).await;
        assert_eq!(empty.status, 422, "{}", empty.text);
        assert!(empty.text.contains("示例联系人"), "what was typed is gone");
        let made = other.fills(&place, &[("grounds", "同一设备重复申报")]).await;
        assert_eq!(made.status, 303, "{}", made.text);
        let own = made.header("location").to_owned();
        assert_eq!(
            other.attaches(&format!("{own}/evidence"), "照片.txt", "示例".as_bytes()).await.status,
            303
        );
        assert_eq!(other.fills(&format!("{own}/steps/submit"), &[("seen", "1")]).await.status, 303);
        // A second one to the same publication is refused in words.
        let twice = other.fills(&place, &[("grounds", "又一件")]).await;
        assert_eq!(twice.status, 422, "{}", twice.text);
        assert!(twice.text.contains("已经有了"), "{}", twice.text);
        // The province finds it among its tasks with its last day, and on the application.
        let province = browser.enters("programme").await;
        let home = province.looks("/").await.text;
        assert!(home.contains(&format!("href=\"{own}\"")) && home.contains("2024-07-15"), "{home}");
        assert!(
            province.looks(&format!("/case/{id}")).await.text.contains(&own),
            "it stands on the application"
        );
        let page = province.looks(&own).await.text;
        assert!(page.contains("同一设备重复申报") && page.contains(&format!("/case/{id}\"")), "{page}");
        // Whoever let it pass does not decide.
        let same =
            province.fills(&format!("{own}/steps/dismiss"), &[("seen", "2"), ("reason", "已核")]).await;
        assert_eq!(same.status, 422);
        assert!(same.text.contains("处理人未参与该申报的审核"), "{}", same.text);
        // The one it is about sees nothing of it.
        let one = browser.enters("one").await;
        assert_eq!(one.looks(&own).await.status, 404);
        assert!(!one.looks(&format!("/case/{id}")).await.text.contains(&own));
    });
}

#[test]
fn what_a_reviewer_took_off_stands_in_the_derivation() {
    visited(async |browser| {
        let run = awarded(&browser).await;
        let about = About {
            year: 2024,
            region: ZHANJIANG.to_owned(),
            scheme: "import-interest".to_owned(),
            enterprise: ONE.to_owned(),
            indicator: String::new(),
        };
        let id = opened(&browser, "one", "application", "申-核减", about).await;
        let place = format!("/case/{id}");
        let enterprise = browser.enters("one").await;
        enterprise.attaches(&format!("{place}/evidence"), "a.txt", "示例".as_bytes()).await;
        assert_eq!(enterprise.fills(&format!("{place}/steps/submit"), &[("seen", "1")]).await.status, 303);
        let city = browser.enters("zhanjiang").await;
        let step = format!("{place}/steps/city-pass");
        // 1,234.56 were claimed: not more, and not less without a reason; what was typed stays.
        for (amount, reason, told) in
            [("1234.57", "因", "只能核减"), ("1000", "", "核减须写明理由"), ("千元", "因", "最多两位小数")]
        {
            let refused = city.fills(&step, &[("seen", "2"), ("amount", amount), ("reason", reason)]).await;
            assert_eq!(refused.status, 422, "{}", refused.text);
            assert!(
                refused.text.contains(told) && refused.text.contains(&format!("value=\"{amount}\"")),
                "{}",
                refused.text
            );
        }
        let lowered =
            city.fills(&step, &[("seen", "2"), ("amount", "1,000"), ("reason", "一张发票不符")]).await;
        assert_eq!(lowered.status, 303, "{}", lowered.text);
        let page = enterprise.looks(&place).await.text;
        for told in ["1,000.00 元", "申报 1,234.56 元", "减 234.56 元", "一张发票不符", "2024-07-01"]
        {
            assert!(page.contains(told), "{told}: {page}");
        }
        let award = city.looks(&format!("/awards/{run}/import-interest/{ONE}")).await.text;
        for told in ["审核核减后", "1,000.00 元", "核减", "减 234.56 元", "一张发票不符"] {
            assert!(award.contains(told), "{told}: {award}");
        }
    });
}
