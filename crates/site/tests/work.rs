//! What people do on pages: sign in, open a record, take its steps, mend what they typed; and what they may not.

mod common;

use common::{ONE, ZHANJIANG, later, opened, visited};
use jixiao_store::cases::About;

fn about() -> About {
    About {
        year: 2024,
        region: ZHANJIANG.to_owned(),
        scheme: "import-interest".to_owned(),
        enterprise: ONE.to_owned(),
        indicator: String::new(),
    }
}

#[test]
fn a_wrong_password_is_told_and_the_name_stays() {
    visited(async |browser| {
        let visitor = browser.enters("").await;
        let answer = visitor.send("/sign-in", &[("name", "programme"), ("password", "no such word")]).await;
        assert_eq!(answer.status, 401);
        assert!(answer.text.contains("登录名或密码不对"), "{}", answer.text);
        assert!(answer.text.contains(r#"name="name" value="programme""#), "what was typed is gone");
        assert!(!answer.text.contains("no such word"), "a password stands on the page");
        assert_eq!(visitor.looks("/account").await.status, 401);
    });
}

#[test]
fn a_form_without_its_word_changes_nothing() {
    visited(async |browser| {
        let visitor = browser.enters("one").await;
        let fields = [
            ("subject", "甲"),
            ("year", "2024"),
            ("region", ZHANJIANG),
            ("scheme", "import-interest"),
            ("enterprise", ONE),
        ];
        assert_eq!(visitor.send("/open/application", &fields).await.status, 403);
        let mut forged = vec![("csrf", "0")];
        forged.extend_from_slice(&fields);
        assert_eq!(visitor.send("/open/application", &forged).await.status, 403);
        assert!(!visitor.looks("/cases/application").await.text.contains("甲"));
        assert_eq!(visitor.fills("/open/application", &fields).await.status, 303);
        assert!(visitor.looks("/cases/application").await.text.contains("甲"));
    });
}

#[test]
fn an_application_goes_from_the_enterprise_to_the_province() {
    visited(async |browser| {
        let enterprise = browser.enters("one").await;
        let fields = [
            ("subject", "申-1"),
            ("year", "2024"),
            ("region", ZHANJIANG),
            ("scheme", "import-interest"),
            ("enterprise", ONE),
            ("amount", "1,234.56"),
            ("content.contact", "示例联系人"),
            ("content.statement", "进口设备"),
        ];
        let made = enterprise.fills("/open/application", &fields).await;
        assert_eq!(made.status, 303, "{}", made.text);
        let place = made.header("location").to_owned();
        let page = enterprise.looks(&place).await;
        assert!(
            page.text.contains("1,234.56 元") && page.text.contains("进口设备") && page.text.contains("草稿")
        );

        // Without a file it cannot be submitted: the page says so, and nothing has changed.
        let refused = enterprise.fills(&format!("{place}/steps/submit"), &[("seen", "1")]).await;
        assert_eq!(refused.status, 422, "{}", refused.text);
        assert!(refused.text.contains("佐证材料"), "{}", refused.text);
        let brought =
            enterprise.attaches(&format!("{place}/evidence"), "报关单.txt", "示例".as_bytes()).await;
        assert_eq!(brought.status, 303, "{}", brought.text);
        assert!(enterprise.looks(&place).await.text.contains("报关单.txt"));
        let sent = enterprise.fills(&format!("{place}/steps/submit"), &[("seen", "1")]).await;
        assert_eq!(sent.status, 303, "{}", sent.text);

        // Another city does not see it; its own passes it on; the province returns it with a reason.
        let elsewhere = browser.enters("zhuhai").await;
        assert_eq!(elsewhere.looks(&place).await.status, 404);
        let city = browser.enters("zhanjiang").await;
        assert!(city.looks("/").await.text.contains("申-1"), "it waits for the city");
        let passed = city.fills(&format!("{place}/steps/city-pass"), &[("seen", "2")]).await;
        assert_eq!(passed.status, 303, "{}", passed.text);
        let province = browser.enters("programme").await;
        let bare = province.fills(&format!("{place}/steps/province-return"), &[("seen", "3")]).await;
        assert_eq!(bare.status, 422, "a return without a reason");
        let returned = province
            .fills(&format!("{place}/steps/province-return"), &[("seen", "3"), ("reason", "缺合同")])
            .await;
        assert_eq!(returned.status, 303, "{}", returned.text);
        let page = enterprise.looks(&place).await;
        assert!(page.text.contains("缺合同") && page.text.contains("草稿"), "the enterprise sees why");
    });
}

#[test]
fn who_saw_an_older_record_is_told_and_keeps_what_they_typed() {
    visited(async |browser| {
        let id = opened(&browser, "one", "application", "申-2", about()).await;
        let visitor = browser.enters("one").await;
        let step = format!("/case/{id}/steps/withdraw");
        let answer = visitor.fills(&step, &[("seen", "0"), ("reason", "不再申报了")]).await;
        assert_eq!(answer.status, 422, "{}", answer.text);
        assert!(answer.text.contains("不再申报了"), "what was typed is gone");
        assert_eq!(visitor.fills(&step, &[("seen", "1"), ("reason", "不再申报了")]).await.status, 303);
    });
}

#[test]
fn all_mistakes_of_a_form_are_shown_at_once_at_their_fields() {
    visited(async |browser| {
        let visitor = browser.enters("one").await;
        let fields =
            [("subject", ""), ("year", "abc"), ("amount", "1.234"), ("content.statement", "已经写了很多")];
        let answer = visitor.fills("/open/application", &fields).await;
        assert_eq!(answer.status, 422);
        for told in ["请填标识", "请填四位年度", "最多两位小数", "已经写了很多"] {
            assert!(answer.text.contains(told), "{told} is missing: {}", answer.text);
        }
    });
}

#[test]
fn the_same_step_is_taken_on_many_and_what_cannot_be_done_is_said() {
    visited(async |browser| {
        let (first, second) = (
            opened(&browser, "one", "application", "申-3", about()).await,
            opened(&browser, "one", "application", "申-4", about()).await,
        );
        let visitor = browser.enters("one").await;
        let (a, b) = (format!("{first}:1"), format!("{second}:9"));
        let fields =
            [("action", "withdraw"), ("reason", "一起撤回"), ("tick", a.as_str()), ("tick", b.as_str())];
        let answer = visitor.fills("/cases/application/steps?state=draft", &fields).await;
        assert_eq!(answer.status, 422, "{}", answer.text);
        assert!(answer.text.contains("已办理 1 条"), "{}", answer.text);
        assert!(answer.text.contains(&format!("记录 {second}")), "{}", answer.text);
        assert!(visitor.looks(&format!("/case/{first}")).await.text.contains("已撤回"));
        assert!(visitor.looks(&format!("/case/{second}")).await.text.contains("草稿"));
    });
}

#[test]
fn a_problem_is_a_page_with_its_number_and_says_what_to_do() {
    visited(async |browser| {
        let mut visitor = browser.enters("programme").await;
        let page = visitor.looks("/case/999").await;
        assert_eq!((page.status, page.header("content-type")), (404, "text/html; charset=utf-8"));
        assert!(page.text.contains(page.header("x-request-id")), "the reference number is missing");
        assert!(page.header("content-security-policy").contains("style-src 'self'"));
        visitor.lang = "en";
        assert!(visitor.looks("/case/999").await.text.contains("Not found"));
        // Programs get what they can read.
        let answer = visitor.looks("/api/v1/cases/999").await;
        assert_eq!(answer.header("content-type"), "application/problem+json");
    });
}

#[test]
fn pages_speak_the_language_that_was_chosen() {
    visited(async |browser| {
        let mut visitor = browser.enters("programme").await;
        let answer = visitor.looks("/language/en?back=%2Fcases%2Fapplication").await;
        assert_eq!((answer.status, answer.header("location")), (303, "/cases/application"));
        assert!(answer.header("set-cookie").starts_with("jixiao-language=en;"));
        for elsewhere in ["//evil.example", "https://evil.example", "/%5Cevil.example", ""] {
            let answer = visitor.looks(&format!("/language/en?back={elsewhere}")).await;
            assert_eq!(answer.header("location"), "/", "{elsewhere}");
        }
        visitor.lang = "en";
        let page = visitor.looks("/").await.text;
        assert!(page.contains("My work") && page.contains(r#"<html lang="en">"#), "{page}");
    });
}

#[test]
fn a_table_is_sorted_searched_and_taken_along() {
    visited(async |browser| {
        for subject in ["乙-9", "甲-1", "丙-5"] {
            opened(&browser, "one", "application", subject, about()).await;
            later(1_000_000);
        }
        let visitor = browser.enters("programme").await;
        let found = visitor.looks("/cases/application?records-find=%E7%94%B2").await.text;
        assert!(found.contains("甲-1") && !found.contains("乙-9"), "{found}");
        let sorted = visitor.looks("/cases/application?records-sort=-0").await.text;
        let turned = visitor.looks("/cases/application?records-sort=0").await.text;
        let order = |page: &str| {
            let mut places: Vec<(usize, &str)> = ["乙-9", "甲-1", "丙-5"]
                .iter()
                .map(|one| (page.find(one).expect("it is there"), *one))
                .collect();
            places.sort_unstable();
            places.into_iter().map(|(_, one)| one.to_owned()).collect::<Vec<_>>()
        };
        let mut back = order(&turned);
        back.reverse();
        assert_eq!(order(&sorted), back);
        let file = visitor.looks("/cases/application?records-as=xlsx").await;
        assert_eq!(file.status, 200);
        assert_eq!(file.header("content-disposition"), "attachment; filename=\"records.xlsx\"");
        assert!(file.text.starts_with("PK"), "no workbook");
    });
}

#[test]
fn everybody_is_led_to_what_they_may_see_and_no_further() {
    visited(async |browser| {
        let pages = [
            "/",
            "/cases/application",
            "/cases/payment-order",
            "/accounts",
            "/audit",
            "/people",
            "/notices",
            "/cases/objection",
            "/survey",
            "/account",
        ];
        let mut table = String::new();
        for who in ["", "one", "zhanjiang", "programme", "finance", "auditor", "root"] {
            let visitor = browser.enters(who).await;
            let home = visitor.looks("/").await.text;
            for page in pages {
                let status = visitor.looks(page).await.status;
                let led = home.contains(&format!("href=\"{page}\""));
                assert!(!led || status == 200, "{who} is led to {page}, which answers {status}");
                table += &format!(
                    "{:<10} {page:<22} {status}{}\n",
                    if who.is_empty() { "public" } else { who },
                    if led { " led" } else { "" }
                );
            }
        }
        insta::assert_snapshot!(table);
    });
}
