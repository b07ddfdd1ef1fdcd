//! What each role does, from signing in to the result.

use std::{fs, path::PathBuf};

use crate::{
    Demo, Task,
    driver::{Seen, Tab},
};

macro_rules! tasks {
    ($($name:ident),+ $(,)?) => {
        /// The list, in the order in which they are done.
        pub(crate) const ALL: &[Task] = &[$(Task { name: stringify!($name), done: $name }),+];
    };
}

tasks! {
    the_public_is_asked_to_sign_in,
    a_wrong_password_is_told,
    an_enterprise_applies_with_a_file,
    an_enterprise_applies_without_scripts,
    an_enterprise_checks_its_lines_and_applies_with_them,
    an_enterprise_is_told_its_mistakes_while_it_types,
    an_enterprise_checks_its_lines_without_scripts,
    an_enterprise_sees_only_its_own,
    an_enterprise_withdraws,
    a_city_sees_what_waits,
    a_city_passes_an_application,
    a_city_returns_an_application_with_a_reason,
    a_city_reviews_without_scripts,
    a_city_reports_an_actual,
    the_province_passes_one,
    the_province_passes_many_at_once,
    the_province_records_an_objection,
    finance_checks_an_order,
    finance_cannot_check_its_own_order,
    finance_records_what_the_bank_says,
    finance_follows_an_account_to_its_record,
    an_auditor_verifies_the_chain,
    an_auditor_opens_a_finding,
    an_auditor_draws_awards_and_writes_what_was_found,
    the_province_draws_again_and_says_why,
    an_administrator_opens_an_account_and_stops_it,
    an_administrator_sees_no_data_of_the_fund,
    the_province_opens_a_figure_down_to_its_sources,
    the_province_asks_what_a_rule_would_cost,
    the_province_checks_a_table_that_it_brings,
    the_province_previews_repairs_and_brings_them_as_a_draft,
    the_province_compares_two_versions,
    the_province_opens_an_award,
    a_city_sees_its_own_results_only,
    the_province_begins_an_award_run_leaves_and_comes_back,
    the_province_reads_the_ledgers_without_scripts,
    finance_publishes_the_year_again,
    somebody_finds_a_scheme,
    the_public_reads_targets_and_results,
    somebody_changes_the_language,
    somebody_sorts_searches_and_downloads,
    somebody_leaves_a_form_half_filled,
    somebody_signs_out,
}

/// A file to attach.
fn a_file() -> Result<PathBuf, String> {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("browser/示例材料.txt");
    fs::write(&path, "示例材料，全部虚构").map_err(|error| error.to_string())?;
    Ok(path)
}

fn check(holds: bool, what: &str) -> Seen {
    if holds { Ok(()) } else { Err(what.to_owned()) }
}

/// Opens the first record of a list.
fn first_record(tab: &Tab<'_>, list: &str) -> Seen {
    tab.go(list)?;
    tab.click("#records tbody tr td a")?;
    tab.find(".facts").map(drop)
}

/// Opens a step of a record and fills in its reason.
fn step(tab: &Tab<'_>, action: &str, reason: &str) -> Seen {
    let form = format!("form[action$=\"/steps/{action}\"]");
    tab.find(&form)?;
    if !tab.has(&format!("details[open] {form}")) {
        tab.click(&format!("details:has({form}) summary"))?;
    }
    if !reason.is_empty() {
        tab.fill(&format!("{form} textarea[name=reason]"), reason)?;
    }
    while tab.has(&format!("{form} input[name=confirmed]:not(:checked)")) {
        tab.click(&format!("{form} input[name=confirmed]:not(:checked)"))?;
    }
    tab.click(&format!("{form} .button"))
}

fn the_public_is_asked_to_sign_in(demo: &Demo) -> Seen {
    let tab = demo.enters("")?;
    tab.go("/accounts")?;
    tab.says("尚未登录")?;
    tab.click_words("登录")?;
    tab.find("input[name=password]")?;
    tab.shot("task-sign-in")
}

fn a_wrong_password_is_told(demo: &Demo) -> Seen {
    let tab = demo.enters("")?;
    tab.go("/sign-in")?;
    tab.fill("main input[name=name]", "nobody")?;
    tab.fill("input[name=password]", "no such word at all")?;
    tab.click("main form .button")?;
    tab.says("登录名或密码不对")?;
    let kept = tab.find("main input[name=name][value=nobody]");
    kept.map(drop)
}

fn apply(tab: &Tab<'_>, subject: &str) -> Seen {
    tab.go("/cases/application")?;
    tab.click_words("新建")?;
    tab.fill("input[name=subject]", subject)?;
    tab.click("select[name=region] option[value=\"440100\"]")?;
    tab.click("select[name=scheme] option:nth-child(2)")?;
    tab.fill("input[name=amount]", "12,345.67")?;
    tab.fill("input[name=\"content.contact\"]", "示例联系人")?;
    tab.fill("textarea[name=\"content.statement\"]", "演示申报")?;
    tab.click("main form .button")?;
    tab.says("12,345.67 元")
}

fn an_enterprise_applies_with_a_file(demo: &Demo) -> Seen {
    let tab = demo.enters("企业")?;
    apply(&tab, "浏览器-1")?;
    step(&tab, "submit", "")?;
    tab.says("佐证材料")?;
    tab.choose_file("input[type=file]", &a_file()?)?;
    tab.click_words("上传")?;
    tab.says("示例材料.txt")?;
    step(&tab, "submit", "")?;
    tab.says("待市级审核")?;
    tab.shot("task-applied")
}

fn an_enterprise_applies_without_scripts(demo: &Demo) -> Seen {
    let tab = demo.enters_with("企业", 1280, false)?;
    apply(&tab, "浏览器-2")?;
    tab.choose_file("input[type=file]", &a_file()?)?;
    tab.click_words("上传")?;
    tab.says("示例材料.txt")?;
    step(&tab, "submit", "")?;
    tab.says("待市级审核")
}

/// A file of interest on a loan, claimed by an enterprise: a sound line, one that is there twice, one that was paid too late.
fn lines(tab: &Tab<'_>) -> Result<PathBuf, String> {
    tab.go("/precheck")?;
    let page = tab.source()?;
    let code = page.split("name=\"enterprise\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
    let code = code.ok_or("the page does not know the enterprise")?;
    let line = |contract: &str, paid: &str| {
        format!("{code},大宗商品,油品,示例银行,{contract},2022-01-01,2022-06-30,200000.00,{paid}\n")
    };
    let text = format!(
        "统一社会信用代码,进口基地,商品类别,贷款银行,贷款合同号,计息起日,计息止日,实付利息,付息日期\n{}{}{}",
        line("浏览器-HT-1", "2022-03-01"),
        line("浏览器-HT-1", "2022-03-01"),
        line("浏览器-HT-2", "2031-03-01")
    );
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("browser/明细.csv");
    fs::write(&path, text).map_err(|error| error.to_string())?;
    Ok(path)
}

fn check_lines(tab: &Tab<'_>) -> Seen {
    let file = lines(tab)?;
    tab.click("select[name=class] option[value=\"import-bases/interest\"]")?;
    tab.choose_file("input[type=file]", &file)?;
    tab.click("form[action=\"/precheck\"] .button")?;
    tab.says("共 3 行：读入 3 行，剔除 0 行；规则不予计入 2 行，计入 1 行。")?;
    tab.says("本文件第 2 行")?;
    tab.says("利息不在区间内支付，或尚未支付")
}

fn an_enterprise_checks_its_lines_and_applies_with_them(demo: &Demo) -> Seen {
    let tab = demo.enters("企业")?;
    check_lines(&tab)?;
    tab.shot("task-precheck")?;
    tab.fill("input[name=subject]", "浏览器-明细")?;
    tab.fill("input[name=contact]", "示例联系人")?;
    if !tab.has("select[name=region] option:checked:not([value=\"\"])") {
        return Err("the region is not the register's".to_owned());
    }
    tab.click("form[action=\"/precheck/attach\"] .button")?;
    // A line of 200,000.00 at one half.
    tab.says("100,000.00 元")?;
    tab.says("明细.csv")?;
    tab.says("浏览器-HT-1")?;
    step(&tab, "submit", "")?;
    tab.says("待市级审核")?;
    tab.shot("task-applied-with-lines")
}

fn an_enterprise_checks_its_lines_without_scripts(demo: &Demo) -> Seen {
    let tab = demo.enters_with("企业", 390, false)?;
    check_lines(&tab)
}

fn an_enterprise_is_told_its_mistakes_while_it_types(demo: &Demo) -> Seen {
    let tab = demo.enters("企业")?;
    tab.go("/open/application")?;
    tab.fill("form[action=\"/open/application\"] input[name=enterprise]", "X9000000000000001")?;
    tab.says("统一社会信用代码应为18位")?;
    tab.fill("input[name=amount]", "一万")?;
    tab.says("请填金额（元）")?;
    tab.shot("task-told-while-typing")
}

fn an_enterprise_sees_only_its_own(demo: &Demo) -> Seen {
    let tab = demo.enters("企业")?;
    tab.go("/cases/application")?;
    let codes = tab.source()?;
    let other = demo.enters("省级业务")?;
    other.go("/cases/application")?;
    let all = other.source()?;
    check(
        codes.matches("/case/").count() < all.matches("/case/").count(),
        "an enterprise sees as much as the province",
    )?;
    tab.go("/case/1")?;
    tab.says("没有找到")
}

fn an_enterprise_withdraws(demo: &Demo) -> Seen {
    let tab = demo.enters("企业")?;
    tab.go("/cases/application?records-find=%E6%B5%8F%E8%A7%88%E5%99%A8-2")?;
    tab.click("#records tbody tr td a")?;
    step(&tab, "withdraw", "改日再报")?;
    tab.says("已撤回")?;
    tab.says("改日再报")
}

fn a_city_sees_what_waits(demo: &Demo) -> Seen {
    let tab = demo.enters("市级")?;
    tab.says("我的待办")?;
    tab.says("待市级审核")?;
    tab.shot("task-city-home")
}

fn a_city_passes_an_application(demo: &Demo) -> Seen {
    let tab = demo.enters("市级：广州")?;
    tab.go("/cases/application?state=submitted&records-find=%E6%B5%8F%E8%A7%88%E5%99%A8-1")?;
    tab.click("#records tbody tr td a")?;
    tab.says("示例材料.txt")?;
    step(&tab, "city-pass", "材料齐全")?;
    tab.says("待省级审核")
}

fn a_city_returns_an_application_with_a_reason(demo: &Demo) -> Seen {
    let tab = demo.enters("市级：东莞")?;
    first_record(&tab, "/cases/application?state=submitted")?;
    step(&tab, "city-return", "请补合同")?;
    tab.says("请补合同")?;
    tab.says("草稿")?;
    tab.shot("task-returned")
}

fn a_city_reviews_without_scripts(demo: &Demo) -> Seen {
    let tab = demo.enters_with("市级：佛山", 1280, false)?;
    first_record(&tab, "/cases/application?state=submitted")?;
    step(&tab, "city-pass", "")?;
    tab.says("待省级审核")
}

fn a_city_reports_an_actual(demo: &Demo) -> Seen {
    let tab = demo.enters("市级：佛山")?;
    tab.go("/open/actual")?;
    tab.fill("input[name=subject]", "浏览器-实际值")?;
    tab.click("select[name=indicator] option:nth-child(2)")?;
    tab.fill("input[name=\"content.value\"]", "12")?;
    tab.click("main form .button")?;
    tab.says("浏览器-实际值")?;
    tab.find(".history").map(drop)
}

fn the_province_passes_one(demo: &Demo) -> Seen {
    let tab = demo.enters("省级业务")?;
    tab.go("/cases/application?state=city-passed&records-find=%E6%B5%8F%E8%A7%88%E5%99%A8-1")?;
    tab.click("#records tbody tr td a")?;
    step(&tab, "province-pass", "")?;
    tab.says("待公示")
}

fn the_province_passes_many_at_once(demo: &Demo) -> Seen {
    let tab = demo.enters("省级业务")?;
    tab.go("/cases/application?state=city-passed")?;
    tab.click("#records tbody tr:nth-child(1) input[name=tick]")?;
    tab.click("#records tbody tr:nth-child(2) input[name=tick]")?;
    tab.choose("#bulk select[name=action]", "province-pass")?;
    tab.click("#bulk .button")?;
    tab.says("已办理 2 条")?;
    tab.shot("task-many")
}

fn the_province_records_an_objection(demo: &Demo) -> Seen {
    let tab = demo.enters("省级业务")?;
    first_record(&tab, "/cases/application?state=notice")?;
    step(&tab, "object", "有人来信反映数据有误")?;
    tab.says("异议处理中")?;
    tab.says("有人来信反映数据有误")
}

fn finance_checks_an_order(demo: &Demo) -> Seen {
    let tab = demo.enters("省级财政（复核）")?;
    first_record(&tab, "/cases/payment-order?state=drawn")?;
    tab.says("明细")?;
    step(&tab, "check", "")?;
    tab.says("待发出")?;
    tab.shot("task-order")
}

fn finance_cannot_check_its_own_order(demo: &Demo) -> Seen {
    let tab = demo.enters("省级财政（制单）")?;
    first_record(&tab, "/cases/payment-order?state=drawn")?;
    tab.click("details:has(form[action$=\"/steps/check\"]) summary")?;
    tab.find(".obstacles").map(drop)
}

fn finance_records_what_the_bank_says(demo: &Demo) -> Seen {
    let tab = demo.enters("省级财政（制单）")?;
    tab.go("/bank")?;
    let (order, amount) = (
        tab.text("#sent tbody tr td:nth-child(1)")?,
        tab.script(
            "arguments[arguments.length - 1](document.querySelector('#sent tbody tr td:nth-child(2)').title)",
        )?,
    );
    let amount = amount.as_str().unwrap_or_default().replace(',', "").replace(" 元", "");
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("browser/银行结果.csv");
    let list = format!("支付令,金额,结果\n{order},{amount},到账\n没有这一张,1,到账\n");
    fs::write(&path, list).map_err(|error| error.to_string())?;
    tab.choose_file("input[type=file]", &path)?;
    tab.click("main form .button")?;
    tab.says("到账 1 张")?;
    tab.says("没有已发出的支付令 没有这一张")?;
    tab.shot("task-bank")
}

fn finance_follows_an_account_to_its_record(demo: &Demo) -> Seen {
    let tab = demo.enters("省级财政（复核）")?;
    tab.go("/accounts?kind=paid")?;
    tab.click("#accounts tbody tr td a")?;
    tab.says("分录")?;
    tab.shot("task-account")?;
    tab.click("#entries tbody td a[href^=\"/case/\"]")?;
    tab.says("支付令")
}

fn the_province_begins_an_award_run_leaves_and_comes_back(demo: &Demo) -> Seen {
    let tab = demo.enters("省级业务")?;
    tab.go("/jobs")?;
    tab.click("form:has(input[value=\"award-run\"]) .button")?;
    tab.says("第 1 号")?;
    // Whoever leaves finds what came of it among the jobs.
    tab.go("/awards")?;
    tab.go("/jobs")?;
    tab.says("第 1 次测算：")?;
    tab.shot("task-jobs")?;
    tab.click("#jobs tbody tr td a")?;
    tab.says("完成")?;
    tab.says("没有重复存入")?;
    tab.find("#schemes tbody tr")?;
    tab.shot("task-job")?;
    tab.click_words("看这次测算")?;
    tab.says("第 1 次测算")
}

fn the_province_reads_the_ledgers_without_scripts(demo: &Demo) -> Seen {
    let tab = demo.enters_with("省级业务", 1280, false)?;
    tab.go("/intake")?;
    tab.click_words("读入台账")?;
    tab.says("读入台账（2024")?;
    let mut left = 50u32;
    while left > 0 && !tab.has("main a[href^=\"/intake?job=\"]") {
        std::thread::sleep(std::time::Duration::from_millis(200));
        tab.click_words("刷新")?;
        left -= 1;
    }
    tab.click_words("看各文件和搁置的行")?;
    tab.says("有行要改")?;
    tab.find("#aside tbody tr")?;
    tab.shot("task-intake")
}

fn finance_publishes_the_year_again(demo: &Demo) -> Seen {
    let tab = demo.enters("省级财政（复核）")?;
    tab.go("/jobs")?;
    check(!tab.has("input[name=kind][value=\"award-run\"]"), "finance computes no awards")?;
    tab.click("form:has(input[value=\"report\"]) .button")?;
    tab.says("年度，第 ")?;
    tab.shot("task-report-running")?;
    // The page asks again by itself until it is over.
    tab.says("页面已显示新的年度结果")?;
    tab.shot("task-report")?;
    tab.click_words("看年度结果")?;
    tab.find("main h1").map(drop)
}

fn an_auditor_verifies_the_chain(demo: &Demo) -> Seen {
    let tab = demo.enters("评审审计")?;
    tab.go("/audit")?;
    tab.click_words("核验整条链")?;
    tab.says("链完整，没有改动")?;
    tab.shot("task-chain")
}

fn an_auditor_opens_a_finding(demo: &Demo) -> Seen {
    let tab = demo.enters("评审审计")?;
    tab.go("/open/finding")?;
    tab.fill("input[name=subject]", "浏览器-问题")?;
    tab.fill("textarea[name=\"content.summary\"]", "抽查发现材料缺页")?;
    if tab.has("textarea[name=reason]") {
        tab.fill("textarea[name=reason]", "抽查")?;
    }
    tab.click("main form .button")?;
    tab.says("抽查发现材料缺页")
}

fn an_auditor_draws_awards_and_writes_what_was_found(demo: &Demo) -> Seen {
    let tab = demo.enters("评审审计")?;
    tab.go("/inspection")?;
    tab.fill("input[name=share]", "10")?;
    tab.click("form[action=\"/inspection\"] .button")?;
    tab.says("随机种子")?;
    tab.shot("task-inspection")?;
    // One whose application is in the book.
    tab.click("#inspected tbody tr:has(a[href^=\"/case/\"]) td a[href^=\"/inspection/\"]")?;
    tab.click("select[name=verdict] option[value=doubt]")?;
    tab.fill("textarea[name=words]", "现场核对原件，一张付款凭证待补（浏览器）")?;
    tab.click("form[action^=\"/inspection/\"] .button")?;
    tab.says("现场核对原件，一张付款凭证待补（浏览器）")?;
    tab.says("存疑")?;
    tab.shot("task-inspected")
}

fn the_province_draws_again_and_says_why(demo: &Demo) -> Seen {
    let tab = demo.enters("省级业务")?;
    tab.go("/inspection")?;
    tab.click("form[action=\"/inspection\"] .button")?;
    tab.says("再抽须写明理由")?;
    tab.fill("textarea[name=reason]", "第一批已查完，抽第二批（浏览器）")?;
    tab.click("form[action=\"/inspection\"] .button")?;
    tab.says("第一批已查完，抽第二批（浏览器）")?;
    tab.go("/inspection")?;
    check(tab.source()?.matches("href=\"/inspection/").count() >= 2, "both draws are shown")
}

fn an_administrator_opens_an_account_and_stops_it(demo: &Demo) -> Seen {
    let tab = demo.enters("系统管理")?;
    tab.go("/people")?;
    tab.fill("main form input[name=name]", "browser.person")?;
    tab.fill("input[name=shown_name]", "示例人员")?;
    tab.fill("textarea[name=roles]", "city-officer:440800")?;
    tab.click("main form .button")?;
    tab.says("示例人员")?;
    tab.fill("input[name=reason]", "调离")?;
    tab.click_words("停用账号")?;
    tab.says("已停用")?;
    tab.shot("task-person")
}

fn an_administrator_sees_no_data_of_the_fund(demo: &Demo) -> Seen {
    let tab = demo.enters("系统管理")?;
    for page in ["/cases/application", "/accounts", "/audit", "/survey"] {
        tab.go(page)?;
        tab.says("没有权限")?;
    }
    Ok(())
}

fn the_province_opens_a_figure_down_to_its_sources(demo: &Demo) -> Seen {
    let tab = demo.enters("省级业务")?;
    tab.go("/results")?;
    tab.shot("task-results")?;
    tab.click("a[href=\"/derivation/440800/import-interest-awards\"]")?;
    tab.find("#panel .tree")?;
    tab.says("实际完成值")?;
    tab.shot("task-derivation")
}

fn the_province_asks_what_a_rule_would_cost(demo: &Demo) -> Seen {
    let tab = demo.enters("省级业务")?;
    let until = std::time::Instant::now() + std::time::Duration::from_secs(60);
    loop {
        tab.go("/schemes/import-interest/simulate")?;
        if tab.has("form.sliders input[name]:not([type=hidden])") {
            break;
        }
        check(std::time::Instant::now() < until, "the ledgers are not ready after a minute")?;
        std::thread::sleep(std::time::Duration::from_millis(500));
    }
    tab.find("#totals")?;
    let rate = tab.script(
        "arguments[arguments.length - 1](document.querySelector('#totals tbody tr:nth-child(2)').innerText)",
    )?;
    tab.fill("form.sliders label:nth-of-type(1) input", "1")?;
    tab.click("form.sliders .button")?;
    let until = std::time::Instant::now() + std::time::Duration::from_secs(10);
    loop {
        let then = tab.script("arguments[arguments.length - 1](document.querySelector('#totals tbody tr:nth-child(2)')?.innerText ?? '')")?;
        if then != rate && then != "" {
            break;
        }
        check(std::time::Instant::now() < until, "another value costs the same")?;
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    tab.shot("task-simulate")
}

fn the_province_checks_a_table_that_it_brings(demo: &Demo) -> Seen {
    let tab = demo.enters("省级业务")?;
    tab.go("/targets")?;
    tab.find("table.official, .official")?;
    tab.shot("task-targets")?;
    let table =
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../funds/guangdong-trade-2024/target-table.txt");
    tab.choose_file("input[type=file]", &table.canonicalize().map_err(|error| error.to_string())?)?;
    tab.click("form:has(input[type=file]) button")?;
    tab.says("A001")
}

fn the_province_previews_repairs_and_brings_them_as_a_draft(demo: &Demo) -> Seen {
    let tab = demo.enters("省级业务")?;
    tab.go("/targets")?;
    tab.click("#repair button[value=preview]")?;
    tab.says("还没有保存任何内容")?;
    tab.find("table.official td.changed ins")?;
    tab.shot("task-repair")?;
    tab.fill("#repair textarea[name=reason]", "采用检查给出的修复（浏览器测试）")?;
    tab.click("#repair button[value=draft]")?;
    tab.says("采用检查给出的修复（浏览器测试）")?;
    tab.shot("task-repair-draft")
}

fn the_province_compares_two_versions(demo: &Demo) -> Seen {
    let tab = demo.enters("省级业务")?;
    tab.go("/targets/versions")?;
    tab.click("main form[action=\"/targets/versions\"] button")?;
    tab.find("#difference-1")?;
    tab.shot("task-versions")
}

fn the_province_opens_an_award(demo: &Demo) -> Seen {
    let tab = demo.enters("省级业务")?;
    tab.go("/awards")?;
    tab.click("main tbody tr td a[href^=\"/awards/\"]")?;
    tab.find(".tree")?;
    tab.shot("task-award")
}

fn a_city_sees_its_own_results_only(demo: &Demo) -> Seen {
    let tab = demo.enters("市级：东莞")?;
    tab.go("/regions/440100")?;
    tab.says("没有找到")?;
    tab.go("/regions/441900")?;
    tab.says("东莞市")
}

fn somebody_finds_a_scheme(demo: &Demo) -> Seen {
    let tab = demo.enters("省级业务")?;
    tab.fill(".top .search input", "贴息")?;
    let enter = "\u{e007}";
    tab.fill(".top .search input", &format!("贴息{enter}"))?;
    tab.find("main a[href=\"/schemes/import-interest\"]").map(drop)
}

fn the_public_reads_targets_and_results(demo: &Demo) -> Seen {
    let tab = demo.enters("")?;
    tab.go("/")?;
    check(tab.place()?.starts_with("/public"), "the public is not led to its own pages")?;
    tab.go("/public/results")?;
    tab.says("进口贴息")?;
    tab.shot("task-public")
}

fn somebody_changes_the_language(demo: &Demo) -> Seen {
    let tab = demo.enters("省级业务")?;
    tab.go("/cases/application?state=notice")?;
    tab.click_words("English")?;
    tab.says("applications")?;
    check(tab.place()?.contains("state=notice"), "the page is another one now")?;
    tab.shot("task-english")
}

fn somebody_sorts_searches_and_downloads(demo: &Demo) -> Seen {
    let tab = demo.enters("省级业务")?;
    tab.go("/accounts")?;
    tab.click("#accounts thead th:nth-child(7) a")?;
    tab.find("#accounts th[aria-sort=ascending]")?;
    tab.click("#accounts thead th:nth-child(7) a")?;
    tab.find("#accounts th[aria-sort=descending]")?;
    tab.fill("#accounts input[type=search]", "广州")?;
    tab.click("#accounts .find button")?;
    tab.says("行中的")?;
    tab.find("#accounts a[download]").map(drop)
}

fn somebody_leaves_a_form_half_filled(demo: &Demo) -> Seen {
    let tab = demo.enters("企业")?;
    tab.go("/open/application")?;
    tab.fill("input[name=subject]", "写了一半")?;
    let typed = tab.find("form[data-typed]");
    typed.map(drop)
}

fn somebody_signs_out(demo: &Demo) -> Seen {
    let tab = demo.enters("评审审计")?;
    tab.click_words("退出")?;
    tab.find("input[name=password]")?;
    tab.go("/audit")?;
    tab.says("尚未登录")
}
