//! Files of lines in, what they come to out: the built-in fund's interest on loans, beside a few invented rows of its ledgers.

use std::{
    fs,
    path::PathBuf,
    sync::atomic::{AtomicU32, Ordering},
};

use jixiao_core::finding::Lang;
use jixiao_engine::intake::credit_code::complete;
use jixiao_site::precheck::{Brought, Form, Looked, Precheck, Whose};

use super::Prechecks;
use crate::{commands::Setting, fund};

/// A credit code of invented characters with the right last one.
fn code(body: &str) -> String {
    format!("{body}{}", complete(body).expect("17 characters"))
}

fn own() -> String {
    code("X9000000000000001")
}

fn other() -> String {
    code("X9000000000000002")
}

/// An enterprise of Shenzhen, which owes the treasury and was registered last year.
fn unfit() -> String {
    code("X9000000000000003")
}

const HEAD: &str =
    "统一社会信用代码,进口基地,商品类别,贷款银行,贷款合同号,计息起日,计息止日,实付利息,付息日期\n";

/// A line of interest on oil, for a year from the day given.
fn line(code: &str, contract: &str, from: &str, interest: &str, paid: &str) -> String {
    let to = from.replace("2022-01-01", "2022-06-30").replace("2022-07-01", "2022-12-31");
    format!("{code},大宗商品,油品,示例银行,{contract},{from},{to},{interest},{paid}\n")
}

static NEXT: AtomicU32 = AtomicU32::new(0);

struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        // A folder that is left behind does no harm.
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Ledgers in which both enterprises claim one contract each.
fn ledgers() -> (Folder, Prechecks) {
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let folder = std::env::temp_dir().join(format!("jixiao-precheck-{}-{number}", std::process::id()));
    fs::create_dir_all(&folder).expect("a folder is made");
    let (own, other, unfit) = (own(), other(), unfit());
    let write = |name: &str, text: String| fs::write(folder.join(name), text).expect("it is written");
    write(
        "enterprises.csv",
        format!(
            "统一社会信用代码,企业名称,地区代码,成立日期,企业规模,具有外贸经营资格,上年出口额（美元）,上年进口额（元）,最近严重违法失信日期,拖欠财政资金\n\
             {own},示例甲公司,440600,2010-01-01,中型,是,0.00,200000000.00,,否\n\
             {other},示例乙公司,440800,2010-01-01,中型,是,0.00,200000000.00,,否\n\
             {unfit},示例丙公司,440300,2023-01-01,小型,是,0.00,100.00,,是\n"
        ),
    );
    write("exclusions.csv", "统一社会信用代码,名单类别,列入日期,移出日期\n".to_owned());
    write("base_goods.csv", "进口基地,商品类别\n大宗商品,油品\n".to_owned());
    write(
        "base_loans.csv",
        format!(
            "{HEAD}{}{}",
            line(&own, "DK00000001", "2022-01-01", "100000.00", "2022-03-01"),
            line(&other, "DK00000002", "2022-01-01", "100000.00", "2022-03-01")
        ),
    );
    let (fund, texts) = fund::load(None, Lang::Zh).expect("the built-in fund is sound");
    let setting = Setting { lang: Lang::Zh, fund, texts, folder: None, today: jiff::civil::date(2024, 7, 1) };
    let prechecks = Prechecks::new(setting, &folder);
    (Folder(folder), prechecks)
}

fn brought(bytes: Vec<u8>) -> Brought {
    Brought {
        scheme: "import-bases".to_owned(),
        class: "interest".to_owned(),
        year: 2024,
        enterprise: own(),
        name: "我的明细.csv".to_owned(),
        bytes,
    }
}

fn look(text: &str) -> Looked {
    let (_folder, prechecks) = ledgers();
    prechecks.look(&brought(text.as_bytes().to_vec())).expect("it is looked at")
}

fn refused(looked: &Looked) -> Vec<(u32, &str)> {
    let why = |line: &jixiao_site::precheck::Line| line.refused.as_ref().map(|_| line.row);
    let reasons = looked.lines.iter().filter_map(|line| Some((why(line)?, &*line.refused.as_ref()?.0.zh)));
    reasons.collect()
}

/// Everything that is said of a file, as one text.
fn all_said(looked: &Looked) -> String {
    format!("{looked:?}")
}

#[test]
fn a_sound_file_comes_to_what_the_rule_says() {
    let own = own();
    let file = format!(
        "{HEAD}{}{}",
        line(&own, "HT-1", "2022-01-01", "200000.00", "2022-03-01"),
        line(&own, "HT-2", "2022-07-01", "60000.01", "2022-09-01")
    );
    let looked = look(&file);
    assert_eq!((looked.rows, looked.taken, looked.counted), (2, 2, 2));
    assert_eq!(refused(&looked), []);
    assert!(looked.stands(), "{:?}", looked.standing);
    // 260,000.01 yuan of interest at one half are 130,000.005; rounded half up to the fen, 130,000.01. What the ledger holds of the enterprise is no part of it.
    assert_eq!(looked.claimed, "130000.005");
    assert_eq!(looked.fen, 13_000_001);
    assert_eq!(looked.less.iter().map(|less| less.yuan.as_str()).collect::<Vec<_>>(), ["-0.005"]);
    assert_eq!(
        looked.key.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(),
        ["bank", "contract_no", "period_from"]
    );
    assert_eq!(looked.lines[1].key, ["示例银行", "HT-2", "2022-07-01"]);
    assert!(!looked.illustrative.is_empty(), "the ratio was not found and is marked");
    assert_eq!(looked.sha256.len(), 64);
    // English headings are the ledger's own words: the same file reads the same.
    let english = file.replace(
        HEAD,
        "enterprise_code,base,goods,bank,contract_no,period_from,period_to,interest,paid_date\n",
    );
    let again = look(&english);
    assert_eq!((again.fen, again.lines), (looked.fen, looked.lines));
}

#[test]
fn a_wrong_check_character_sets_the_row_aside_with_its_place() {
    let mut wrong = own();
    let last = wrong.pop().expect("a character");
    wrong.push(if last == '0' { '1' } else { '0' });
    let looked = look(&format!("{HEAD}{}", line(&wrong, "HT-1", "2022-01-01", "200000.00", "2022-03-01")));
    assert_eq!((looked.rows, looked.taken), (1, 0));
    let aside = &looked.set_aside[0];
    assert_eq!((aside.row, &*aside.value), (2, &*wrong));
    assert_eq!(aside.column.as_ref().map(|column| &*column.zh), Some("统一社会信用代码"));
    assert!(aside.reason.zh.contains("校验码"), "{}", aside.reason.zh);
    assert_eq!((looked.fen, looked.lines.len()), (0, 0));
}

#[test]
fn a_payment_outside_of_the_window_is_refused_with_its_clause() {
    let own = own();
    let looked = look(&format!("{HEAD}{}", line(&own, "HT-1", "2022-01-01", "200000.00", "2030-01-01")));
    assert_eq!(refused(&looked), [(2, "利息不在区间内支付，或尚未支付")]);
    let clause = looked.lines[0].refused.as_ref().and_then(|(_, clause)| clause.clone()).expect("a clause");
    assert!(clause.text.zh.contains("2022年内实付"), "{}", clause.text.zh);
    // All of the 100,000.00 that it would be worth falls away.
    assert_eq!((looked.claimed.as_str(), looked.fen), ("100000", 0));
}

#[test]
fn a_line_that_is_there_twice_counts_once() {
    let own = own();
    let once = line(&own, "HT-1", "2022-01-01", "200000.00", "2022-03-01");
    let looked = look(&format!("{HEAD}{once}{once}"));
    assert_eq!(looked.fen, 10_000_000);
    assert_eq!(refused(&looked).iter().map(|(row, _)| *row).collect::<Vec<_>>(), [3]);
    let [double] = looked.doubles.as_slice() else { panic!("{:?}", looked.doubles) };
    assert_eq!((double.row, double.person, &double.whose), (3, false, &Whose::File(2)));
}

#[test]
fn what_the_ledgers_hold_already_is_told_apart_and_nothing_of_others_shows() {
    let (own, other) = (own(), other());
    let looked = look(&format!(
        "{HEAD}{}{}{}{}",
        // Its own row of the ledger, and one that differs from it in a letter for a digit.
        line(&own, "DK00000001", "2022-01-01", "100000.00", "2022-03-01"),
        line(&own, "DKO0000001", "2022-01-01", "100000.00", "2022-03-01"),
        // The other's contract under its own name, and a row of the other's.
        line(&own, "DK00000002", "2022-01-01", "100000.00", "2022-03-01"),
        line(&other, "HT-9", "2022-01-01", "100000.00", "2022-03-01"),
    ));
    let told: Vec<_> = looked.doubles.iter().map(|one| (one.row, one.person, one.whose.clone())).collect();
    assert!(told.contains(&(2, false, Whose::Own)), "{told:?}");
    assert!(told.contains(&(4, false, Whose::Elsewhere)), "{told:?}");
    assert!(told.iter().any(|(row, person, _)| *row == 3 && *person), "{told:?}");
    assert_eq!(looked.strange, [5]);
    // The one that a person decides on counts until then: 100,000.00 at one half.
    assert_eq!(looked.fen, 5_000_000);
    for secret in ["示例乙公司", other.as_str(), "base_loans.csv", "440800"] {
        assert!(!all_said(&looked).contains(secret), "{secret} shows");
    }
}

#[test]
fn a_row_of_somebody_else_is_not_judged() {
    // Whoever names another enterprise must not learn that it owes the treasury.
    let looked = look(&format!("{HEAD}{}", line(&unfit(), "HT-1", "2022-01-01", "200000.00", "2022-03-01")));
    assert_eq!((looked.strange.as_slice(), looked.lines.len()), (&[2][..], 0));
    assert!(!all_said(&looked).contains("拖欠财政资金：是"));
    assert!(looked.standing.iter().all(|one| one.holds == Some(true)), "{:?}", looked.standing);
}

#[test]
fn conditions_of_the_enterprise_come_from_the_register() {
    let (_folder, prechecks) = ledgers();
    let of = |code: &str| prechecks.standing("import-bases", 2024, code).expect("it is answered");
    assert!(of(&own()).iter().all(|one| one.holds == Some(true)));
    let failing: Vec<String> =
        of(&unfit()).into_iter().filter(|one| one.holds == Some(false)).map(|one| one.label.zh).collect();
    assert_eq!(failing, ["企业在支持范围内的地区登记", "不拖欠财政资金", "登记满期", "达到最低上年进口额"]);
    let unknown = of(&code("X9000000000000009"));
    assert_eq!(unknown[0].holds, Some(false), "it is not in the register");
    assert!(unknown[1..].iter().all(|one| one.holds.is_none()));
    assert!(prechecks.standing("no-such", 2024, &own()).is_err());
}

#[test]
fn files_that_are_none_are_told_all_at_once() {
    let (_folder, prechecks) = ledgers();
    let told = |bytes: &[u8]| prechecks.look(&brought(bytes.to_vec())).expect_err("it is refused").zh;
    assert!(told(b"").contains("我的明细.csv"), "{}", told(b""));
    let headings = told("代码,利息\nX,1\n".as_bytes());
    for missing in ["bank", "contract_no", "interest", "我的明细.csv"] {
        assert!(headings.contains(missing), "{missing}: {headings}");
    }
    assert!(!headings.contains("base_loans"), "{headings}");
    // Headings alone are a file without lines.
    let looked = look(HEAD);
    assert_eq!((looked.rows, looked.lines.len(), looked.fen), (0, 0, 0));
}

#[test]
fn gb18030_reads_as_utf8_does() {
    let own = own();
    let text = format!("{HEAD}{}", line(&own, "HT-1", "2022-01-01", "200000.00", "2022-03-01"));
    let (bytes, _, _) = encoding_rs::GB18030.encode(&text);
    let (_folder, prechecks) = ledgers();
    let looked = prechecks.look(&brought(bytes.into_owned())).expect("it is looked at");
    assert_eq!((looked.rows, looked.taken, looked.fen), (1, 1, 10_000_000));
}

#[test]
fn a_file_of_headings_reads_without_rows_and_in_both_forms() {
    let (_folder, prechecks) = ledgers();
    for (form, chinese) in [(Form::Csv, true), (Form::Csv, false), (Form::Xlsx, true), (Form::Xlsx, false)] {
        let bytes = prechecks.template("import-bases", "interest", form, chinese).expect("it is written");
        let again = prechecks.template("import-bases", "interest", form, chinese).expect("it is written");
        assert_eq!(bytes, again, "{form:?}");
        let looked = prechecks.look(&brought(bytes)).expect("it reads");
        assert_eq!((looked.rows, looked.unread.len()), (0, 0), "{form:?}");
    }
    assert!(prechecks.template("import-bases", "no-such", Form::Csv, true).is_err());
}

#[test]
fn rows_that_the_rule_refuses_are_told_to_whom_they_belong() {
    let (folder, prechecks) = ledgers();
    let late = line(&own(), "DK00000003", "2022-07-01", "80000.00", "2023-05-01");
    let mut text = fs::read_to_string(folder.0.join("base_loans.csv")).expect("it is read");
    text += &late;
    fs::write(folder.0.join("base_loans.csv"), text).expect("it is written");
    // The second class needs a ledger of its own, without rows here.
    fs::write(folder.0.join("base_rents.csv"), RENTS).expect("it is written");
    let (found, all) = prechecks.refused("import-bases", 2024, &own(), 10).expect("it is answered");
    assert_eq!(all, 1);
    assert_eq!(found[0].reason.zh, "利息不在区间内支付，或尚未支付");
    assert_eq!(found[0].yuan, "40000");
    assert!(found[0].key.iter().any(|(_, value)| value == "DK00000003"));
    assert_eq!(prechecks.refused("import-bases", 2024, &other(), 10).expect("it is answered").1, 0);
}

/// The headings of the ledger of rents.
const RENTS: &str =
    "enterprise_code,base,goods,lessor,contract_no,bonded,period_from,period_to,rent,paid_date\n";
