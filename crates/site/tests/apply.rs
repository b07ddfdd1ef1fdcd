//! An enterprise before it applies: its lines, its conditions, its mistakes; and whom nothing of that is shown. Drawing awards for inspection.

mod common;

use common::{Browser, JULY, ONE, OTHER, ZHANJIANG, ZHUHAI, office, opened, person, visited};
use jixiao_core::people::{Target, deeds};
use jixiao_store::{
    Actor, Moment,
    awards::{Award, NewRun},
    cases::About,
};

const CLASS: &str = "import-interest/products";

fn about() -> About {
    About {
        year: 2024,
        region: ZHANJIANG.to_owned(),
        scheme: "import-interest".to_owned(),
        enterprise: ONE.to_owned(),
        indicator: String::new(),
    }
}

/// The value of a hidden field.
fn field(page: &str, name: &str) -> String {
    let rest = page.split(&format!("name=\"{name}\" value=\"")).nth(1).unwrap_or_default();
    rest.split('"').next().unwrap_or_default().to_owned()
}

#[test]
fn lines_are_looked_at_and_nothing_is_kept_until_they_are_attached() {
    visited(async |browser| {
        let visitor = browser.enters("one").await;
        let about = [("class", CLASS), ("year", "2024"), ("enterprise", ONE), ("case", "")];
        let looked = visitor.brings("/precheck", "a\ntwice\nnear", &about).await;
        assert_eq!(looked.status, 200, "{}", looked.text);
        for told in [
            "共 3 行：读入 3 行，剔除 0 行；规则不予计入 1 行，计入 2 行。",
            "别处已申报",
            "本企业已申报的明细",
            "2,000.00 元",
            "不拖欠财政资金",
            "企业拖欠财政资金",
        ] {
            assert!(looked.text.contains(told), "{told} is missing: {}", looked.text);
        }
        assert!(visitor.looks("/cases/application").await.text.contains("没有这样的记录"));
        // The file comes back with the page, and what is kept is worked out from it anew.
        let kept = field(&looked.text, "kept");
        let mut fields = about.to_vec();
        fields.extend([
            ("kept", kept.as_str()),
            ("name", "明细.csv"),
            ("subject", "申-明细"),
            ("region", ZHANJIANG),
            ("contact", "示例联系人"),
        ]);
        let made = visitor.fills_parts("/precheck/attach", &fields).await;
        assert_eq!(made.status, 303, "{}", made.text);
        let page = visitor.looks(made.header("location")).await.text;
        for told in ["2,000.00 元", "明细.csv", "twice", "不计", "计入", "3,000.00 元", "示例联系人"]
        {
            assert!(page.contains(told), "{told} is missing: {page}");
        }
        // The file is evidence as any other: the application can be submitted.
        let sent =
            visitor.fills(&format!("{}/steps/submit", made.header("location")), &[("seen", "1")]).await;
        assert_eq!(sent.status, 303, "{}", sent.text);
    });
}

#[test]
fn lines_are_attached_to_a_draft_and_to_nothing_else() {
    visited(async |browser| {
        let id = opened(&browser, "one", "application", "申-草稿", about()).await.to_string();
        let visitor = browser.enters("one").await;
        assert!(visitor.looks(&format!("/case/{id}")).await.text.contains("action=\"/precheck\""));
        let about = [("class", CLASS), ("case", id.as_str())];
        let looked = visitor.brings("/precheck", "a\nb", &about).await;
        assert_eq!(looked.status, 200, "{}", looked.text);
        let (kept, seen) = (field(&looked.text, "kept"), field(&looked.text, "seen"));
        let fields =
            [about[0], about[1], ("kept", kept.as_str()), ("seen", seen.as_str()), ("name", "明细.csv")];
        // The scheme is the application's.
        let mut other = fields;
        other[0].1 = "import-bases/interest";
        assert_eq!(visitor.fills_parts("/precheck/attach", &other).await.status, 422);
        let made = visitor.fills_parts("/precheck/attach", &fields).await;
        assert_eq!(made.status, 303, "{}", made.text);
        let page = visitor.looks(&format!("/case/{id}")).await.text;
        assert!(page.contains("2,000.00 元") && page.contains("明细.csv"), "{page}");
        // Who looked at an older revision is told.
        assert_eq!(visitor.fills_parts("/precheck/attach", &fields).await.status, 422);
        assert_eq!(visitor.fills(&format!("/case/{id}/steps/submit"), &[("seen", "2")]).await.status, 303);
        let mut late = fields;
        late[3].1 = "3";
        assert_eq!(
            visitor.fills_parts("/precheck/attach", &late).await.status,
            422,
            "it is no draft any more"
        );
        assert!(!visitor.looks(&format!("/case/{id}")).await.text.contains("action=\"/precheck\""));
    });
}

#[test]
fn nothing_of_an_enterprise_shows_to_another() {
    visited(async |browser| {
        let id = opened(&browser, "one", "application", "申-他人", about()).await.to_string();
        let other = browser.enters("other").await;
        assert_eq!(other.looks(&format!("/precheck?enterprise={ONE}")).await.status, 404);
        assert_eq!(other.looks(&format!("/precheck?case={id}")).await.status, 404);
        let about = [("class", CLASS), ("year", "2024"), ("enterprise", ONE), ("case", "")];
        assert_eq!(other.brings("/precheck", "a", &about).await.status, 404);
        let about = [("class", CLASS), ("case", id.as_str())];
        assert_eq!(other.brings("/precheck", "a", &about).await.status, 404);
        assert_eq!(other.fills_parts("/precheck/attach", &about).await.status, 404);
        // Asked about somebody else while typing, nothing of the register is said.
        let fields = [("scheme", "import-interest"), ("year", "2024"), ("enterprise", ONE)];
        let told = other.fills("/open/application/check?field=enterprise", &fields).await;
        assert_eq!(told.status, 200, "{}", told.text);
        assert!(!told.text.contains("不拖欠财政资金"), "{}", told.text);
        // Who does not apply has no such page.
        assert_eq!(browser.enters("programme").await.looks("/precheck").await.status, 403);
        assert_eq!(browser.enters("").await.looks("/precheck").await.status, 401);
    });
}

#[test]
fn every_fault_of_a_file_is_told_and_the_rest_stays() {
    visited(async |browser| {
        let visitor = browser.enters("one").await;
        let about = [("class", "no/such"), ("year", "1999"), ("enterprise", ""), ("case", "")];
        let told = visitor.fills_parts("/precheck", &about).await;
        assert_eq!(told.status, 422);
        for what in ["请选择文件", "资金年度", "请选择支持方向和类别"] {
            assert!(told.text.contains(what), "{what}: {}", told.text);
        }
        let about = [("class", CLASS), ("year", "2024"), ("enterprise", ONE), ("case", "")];
        let told = visitor.brings("/precheck", "bad", &about).await;
        assert_eq!(told.status, 422);
        assert!(told.text.contains("缺少列：报关单号"), "{}", told.text);
        let file = visitor.looks("/precheck/template/import-interest/products/en.csv").await;
        assert_eq!((file.status, &*file.text), (200, "declaration_no\n"));
        assert!(file.header("content-disposition").contains("import-interest-products.csv"));
        assert_eq!(visitor.looks("/precheck/template/import-interest/products/en.exe").await.status, 404);
    });
}

#[test]
fn fields_are_checked_while_they_are_typed() {
    visited(async |browser| {
        let visitor = browser.enters("one").await;
        let check = async |field: &str, fields: &[(&str, &str)]| {
            let told = visitor.fills(&format!("/open/application/check?field={field}"), fields).await;
            assert_eq!(told.status, 200, "{field}: {}", told.text);
            told.text
        };
        let wrong = ONE.replace('9', "8");
        assert!(check("enterprise", &[("enterprise", &wrong)]).await.contains("校验码"));
        assert!(check("enterprise", &[("enterprise", "X9")]).await.contains("18位"));
        assert!(check("amount", &[("amount", "1.234")]).await.contains("最多两位小数"));
        assert!(check("year", &[("year", "1999")]).await.contains("实施周期"));
        assert!(check("content.phone", &[("content.phone", "无")]).await.contains("电话号码"));
        // A sound field says nothing of the others, and an empty span takes back what was said.
        let sound = check("amount", &[("amount", "12.30"), ("year", "abc")]).await;
        assert!(sound.contains("id=\"wrong-amount\"") && !sound.contains("四位年度"), "{sound}");
        let all = [("scheme", "import-interest"), ("year", "2024"), ("enterprise", ONE)];
        assert!(check("scheme", &all).await.contains("企业拖欠财政资金"));
        assert_eq!(visitor.fills("/open/application/check?field=other", &all).await.status, 404);
    });
}

fn award(region: &str, enterprise: &str, fen: i64) -> Award {
    Award {
        scheme: "import-interest".to_owned(),
        region: region.to_owned(),
        enterprise: enterprise.to_owned(),
        claimed_fen: 200_000,
        fen,
        derivation: r#"{"rows":1,"rows_that_count":0,"claimed_yuan":"2000.00","reductions":[{"id":"products/new-goods","zh":"旧货不予支持","en":"old goods","yuan":"2000.00"}],"before_budget_fen":0,"awarded_fen":0}"#.to_owned(),
        illustrative: true,
    }
}

/// Keeps a run: 1,123.45 yuan to one enterprise in 湛江, nothing to another in 珠海, 50.00 yuan to a third there.
async fn awarded(browser: &Browser) -> i64 {
    let may = person("programme").may(deeds::RunAwards, &Target::fund()).expect("the programme may");
    let awards =
        [award(ZHANJIANG, ONE, 112_345), award(ZHUHAI, OTHER, 0), award(ZHUHAI, "X9000000000000003", 5_000)];
    let run = NewRun { year: 2024, folder_sha256: "00", inputs: "[]", summary: "{}", awards: &awards };
    let mut change =
        browser.database.change(Actor::new("programme", "test"), Moment(JULY)).await.expect("a change");
    let id = change.keep_run(&office(), &may, run).await.expect("it is kept");
    change.commit().await.expect("it is committed");
    id
}

#[test]
fn who_was_refused_has_a_page_with_every_row_and_reason() {
    visited(async |browser| {
        let run = awarded(&browser).await;
        let place = format!("/awards/{run}/import-interest/{OTHER}");
        let own = browser.enters("other").await;
        let page = own.looks(&place).await;
        assert!(page.text.contains("不予支持。原因逐条列出") && page.text.contains("旧货不予支持"));
        let rows = own.looks(&format!("{place}/refused")).await;
        assert_eq!(rows.status, 200, "{}", rows.text);
        assert!(rows.text.contains(&format!("D-{OTHER}")) && rows.text.contains("旧货不予支持"));
        // Its city and the province may see it, another enterprise and another city learn nothing.
        assert_eq!(browser.enters("zhuhai").await.looks(&format!("{place}/refused")).await.status, 200);
        for who in ["one", "zhanjiang"] {
            assert_eq!(
                browser.enters(who).await.looks(&format!("{place}/refused")).await.status,
                404,
                "{who}"
            );
        }
    });
}

#[test]
fn awards_are_drawn_and_every_draw_stays() {
    visited(async |browser| {
        let run = awarded(&browser).await.to_string();
        let application = opened(&browser, "one", "application", "申-抽查", about()).await;
        let auditor = browser.enters("auditor").await;
        let wrong = [("run", run.as_str()), ("share", "101"), ("least", "x"), ("from", "1.234")];
        let told = auditor.fills("/inspection", &wrong).await;
        assert_eq!(told.status, 422);
        assert_eq!(told.text.matches("class=\"mistake\"").count(), 3, "{}", told.text);
        let nothing = [("run", run.as_str()), ("share", ""), ("least", ""), ("from", "")];
        let told = auditor.fills("/inspection", &nothing).await;
        assert!(told.status == 422 && told.text.contains("请至少填一项"), "{}", told.text);
        // All from 1,000.00 yuan, one in each region: both awards that come to something.
        let rules = [("run", run.as_str()), ("share", "0"), ("least", "1"), ("from", "1000")];
        let drawn = auditor.fills("/inspection", &rules).await;
        assert_eq!(drawn.status, 303, "{}", drawn.text);
        let place = drawn.header("location").to_owned();
        let list = auditor.looks(&place).await.text;
        for told in [ONE, "X9000000000000003", "金额达到标准", "为本地区随机补足", "申-抽查"]
        {
            assert!(list.contains(told), "{told}: {list}");
        }
        assert!(!list.contains(OTHER), "what comes to nothing is not drawn");
        // Drawing again needs a reason, and the first draw stays beside the second.
        let again = auditor.fills("/inspection", &rules).await;
        assert!(again.status == 422 && again.text.contains("再抽须写明理由"), "{}", again.text);
        let why =
            [("run", run.as_str()), ("share", "100"), ("least", ""), ("from", ""), ("reason", "第二批")];
        assert_eq!(auditor.fills("/inspection", &why).await.status, 303);
        let all = auditor.looks("/inspection").await.text;
        assert!(
            all.contains("第 1 次抽取") && all.contains("第 2 次抽取") && all.contains("第二批"),
            "{all}"
        );

        // What was found stands on the application; its enterprise and other roles do not draw or write.
        let one = format!("{place}/import-interest/{ONE}");
        let bare = auditor.fills(&one, &[]).await;
        assert_eq!(bare.status, 422);
        assert!(bare.text.contains("请选择结论") && bare.text.contains("请写明查了什么"), "{}", bare.text);
        let written = auditor.fills(&one, &[("verdict", "doubt"), ("words", "缺一张凭证")]).await;
        assert_eq!(written.status, 303, "{}", written.text);
        assert!(auditor.looks(&one).await.text.contains("缺一张凭证"));
        assert!(auditor.looks(&place).await.text.contains("存疑"));
        let file = browser
            .database
            .case(
                &office(),
                &person("auditor").reach(jixiao_core::people::Deed::ReadApplications).expect("reads"),
                application,
            )
            .await
            .expect("it is there");
        assert_eq!(browser.database.reviews(&file).await.expect("they are read").len(), 1);
        let none = format!("{place}/import-interest/X9000000000000003");
        let told = auditor.fills(&none, &[("verdict", "pass"), ("words", "好")]).await;
        assert!(told.status == 422 && told.text.contains("没有这笔支持的申报"), "{}", told.text);

        // A city sees its own part and draws nothing; an enterprise sees no such page.
        let city = browser.enters("zhuhai").await;
        let part = city.looks(&place).await;
        assert!(part.status == 200 && part.text.contains("X9000000000000003") && !part.text.contains(ONE));
        assert_eq!(city.looks(&one).await.status, 404);
        assert_eq!(city.fills("/inspection", &why).await.status, 403);
        assert_eq!(browser.enters("one").await.looks("/inspection").await.status, 403);
        assert_eq!(auditor.looks("/inspection/99").await.status, 404);
    });
}
