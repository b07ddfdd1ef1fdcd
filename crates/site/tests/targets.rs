//! Repairs of a target table that are chosen, looked at, taken along and brought into the workflow; versions side by side.

mod common;

use common::{ZHANJIANG, later, visited};

/// Two targets that should be written with ≥ and 年度 figures that a slip of writing spoils: full-width signs, a letter for a digit.
const TABLE: &str = "2024年示例资金 绩效目标表\n\n一级指标\t二级指标\t三级指标\t实施周期指标值\t当年度指标值\n产出指标\t数量指标\t培训企业数（家）\t＞ 30\t> 10\n\t\t湛江市\t≥ 12\t≥ 4\n\t\t珠海市\t≥ 18\t≥ 6\n";

/// The values that a page's boxes of a name are sent with, and whether each is ticked.
fn boxes(page: &str) -> Vec<(String, bool)> {
    let pieces = page.split("name=\"take\" value=\"").skip(1);
    pieces
        .map(|piece| {
            let (value, rest) = piece.split_once('"').expect("a value ends");
            let tag = rest.split_once('>').expect("a tag ends").0;
            let plain = value.replace("&#34;", "\"").replace("&#38;", "&").replace("&#60;", "<");
            (plain.replace("&#62;", ">").replace("&#39;", "'"), tag.contains(" checked"))
        })
        .collect()
}

/// What a hidden field of the page holds.
fn hidden(page: &str, name: &str) -> String {
    let start = format!("name=\"{name}\" value=\"");
    let after = page.split(&start).nth(1).unwrap_or_else(|| panic!("no {name}: {page}"));
    after.split('"').next().unwrap_or_default().to_owned()
}

#[test]
fn repairs_are_chosen_previewed_and_taken_along_in_the_same_format() {
    visited(async |browser| {
        let officer = browser.enters("programme").await;
        let page = officer.attaches("/targets", "表.txt", TABLE.as_bytes()).await;
        assert_eq!(page.status, 200, "{}", page.text);
        let offered = boxes(&page.text);
        assert!(!offered.is_empty(), "nothing is offered: {}", page.text);
        let (name, kept) = (hidden(&page.text, "name"), hidden(&page.text, "table"));
        assert_eq!(name, "表.txt");

        // Without anything ticked the file comes back to the byte.
        let fields = [("name", name.as_str()), ("table", kept.as_str()), ("do", "download")];
        let same = officer.fills_parts("/targets/repair", &fields).await;
        assert_eq!((same.status, same.text.as_str()), (200, TABLE));
        assert!(same.header("content-disposition").ends_with("-repaired.txt"));

        // With everything ticked the cells are shown before and after, and the file has them.
        let mut all = fields.to_vec();
        all.extend(offered.iter().map(|(value, _)| ("take", value.as_str())));
        let file = officer.fills_parts("/targets/repair", &all).await;
        assert_eq!(file.status, 200);
        assert!(file.text != TABLE && file.text.lines().count() == TABLE.lines().count(), "{}", file.text);
        all[2] = ("do", "preview");
        let preview = officer.fills_parts("/targets/repair", &all).await;
        assert_eq!(preview.status, 200, "{}", preview.text);
        let form = preview.text.split("class=\"official\"").nth(1).expect("a form");
        let form = form.split("</table>").next().unwrap_or_default();
        assert!(
            form.contains("class=\"changed\"") && form.contains("<del>") && form.contains("<ins>"),
            "{form}"
        );
        assert!(preview.text.contains("还没有保存任何内容"), "{}", preview.text);
        assert!(boxes(&preview.text).iter().any(|(_, ticked)| *ticked));
    });
}

#[test]
fn what_is_not_chosen_is_not_changed() {
    visited(async |browser| {
        let officer = browser.enters("programme").await;
        // The fund's own table: nothing of it is sent along.
        let page = officer.looks("/targets").await.text;
        assert_eq!(hidden(&page, "table"), "");
        let offered = boxes(&page);
        assert!(offered.iter().any(|(_, ticked)| *ticked) && offered.iter().any(|(_, ticked)| !*ticked));
        let own = officer.fills_parts("/targets/repair", &[("name", "t.txt"), ("do", "download")]).await.text;
        let first = [("name", "t.txt"), ("do", "download"), ("take", offered[0].0.as_str())];
        let one = officer.fills_parts("/targets/repair", &first).await.text;
        let changed: Vec<_> = own.lines().zip(one.lines()).filter(|(was, now)| was != now).collect();
        let (_, edits): (String, serde_json::Value) = serde_json::from_str(&offered[0].0).expect("a repair");
        let rows: std::collections::BTreeSet<_> =
            edits.as_array().expect("a list").iter().map(|edit| edit["place"]["row"].as_u64()).collect();
        assert_eq!(changed.len(), rows.len(), "{changed:?}");
        // What nobody offered does nothing; a table that did not arrive whole is said.
        let other = [("name", "t.txt"), ("do", "download"), ("take", "[\"A001\",[]]")];
        assert_eq!(officer.fills_parts("/targets/repair", &other).await.text, own);
        let broken = officer.fills_parts("/targets/repair", &[("table", "0g"), ("do", "preview")]).await;
        assert_eq!(broken.status, 422);
        assert!(broken.text.contains("请重新上传"), "{}", broken.text);
    });
}

#[test]
fn a_repaired_table_becomes_a_draft_with_its_list_of_repairs_and_versions_are_compared() {
    visited(async |browser| {
        let officer = browser.enters("programme").await;
        let page = officer.looks("/targets").await.text;
        assert!(page.contains("新建 2024 年度目标表"), "{page}");

        // Without a reason nothing happens, and both mistakes are told at once.
        let bare = officer.fills_parts("/targets/repair", &[("do", "draft"), ("case", "7:1")]).await;
        assert_eq!(bare.status, 422);
        assert!(
            bare.text.contains("请写明带入的理由") && bare.text.contains("请选择要带入的记录"),
            "{}",
            bare.text
        );
        assert!(officer.looks("/cases/target-table").await.text.contains("没有"));

        // The published table as it is, then with every repair: a second revision of the same record.
        let first = [("do", "draft"), ("case", "new"), ("reason", "年度目标编制（试）")];
        let made = officer.fills_parts("/targets/repair", &first).await;
        assert_eq!(made.status, 303, "{}", made.text);
        let place = made.header("location").to_owned();
        let id = place.rsplit('/').next().expect("a number").to_owned();
        later(60_000_000);
        let offered = boxes(&page);
        let record = format!("{id}:1");
        let mut second = vec![("do", "draft"), ("case", record.as_str()), ("reason", "采用检查修复（试）")];
        second.extend(offered.iter().map(|(value, _)| ("take", value.as_str())));
        let changed = officer.fills_parts("/targets/repair", &second).await;
        assert_eq!((changed.status, changed.header("location")), (303, place.as_str()), "{}", changed.text);
        let record = officer.looks(&place).await.text;
        assert!(record.contains("采用检查修复（试）") && record.contains("class=\"official\""), "{record}");
        assert!(record.contains("修复清单-第2版.csv"), "{record}");
        // Who saw the first revision cannot bring another over the second.
        let stale = officer.fills_parts("/targets/repair", &second).await;
        assert_eq!(stale.status, 422, "{}", stale.text);

        let versions = officer.looks("/targets/versions").await.text;
        assert!(versions.contains("2024 第 1 版") && versions.contains("2024 第 2 版"), "{versions}");
        let pair = format!("/targets/versions?before={id}:1&after={id}:2");
        let pair = officer.looks(&pair).await.text;
        assert!(pair.contains("id=\"difference-1\"") && pair.contains("href=\"#difference-1\""), "{pair}");
        assert!(pair.contains("before-cell-") && pair.contains("after-cell-"));
        // The published table writes the whole of the first indicator as > 270; the repair makes it ≥ 270 or leaves it, but says so.
        let same = format!("/targets/versions?before={id}:1&after={id}:1");
        assert!(officer.looks(&same).await.text.contains("两个版本的内容相同"));
        assert!(officer.looks("/targets/versions?before=99:1&after=1").await.text.contains("请选择两个版本"));

        // A city reads targets that are in force: of drafts it sees nothing.
        let city = browser.enters("zhanjiang").await;
        let theirs = city.looks("/targets/versions").await;
        assert!(theirs.status == 200 && !theirs.text.contains("第 2 版"), "{}", theirs.text);
        assert!(!city.looks("/targets").await.text.contains("name=\"case\""), "{ZHANJIANG} drafts no table");
        let refused = city.fills_parts("/targets/repair", &first).await;
        assert_eq!(refused.status, 422, "{}", refused.text);
        assert!(browser.enters("one").await.looks("/targets/versions").await.status >= 400);
    });
}

/// Every target that the province gives Zhanjiang, as its page lists them: indicator and target.
fn given(page: &str) -> Vec<(String, String)> {
    let table = page.split("id=\"targets\"").nth(1).expect("a table of targets");
    let body = table.split("<tbody").nth(1).expect("a body").split("</tbody>").next().unwrap_or_default();
    let text = |cell: &str| {
        let mut out = String::new();
        let mut inside = true;
        for c in cell.chars() {
            match c {
                '<' => inside = false,
                '>' => inside = true,
                c if inside => out.push(c),
                _ => {}
            }
        }
        out.trim().replace("&#62;", ">").replace("&#60;", "<").replace("&gt;", ">").replace("&lt;", "<")
    };
    let rows = body.split("<tr").skip(1).map(|row| {
        let row = row.split_once('>').expect("a tag ends").1;
        let cells: Vec<String> =
            row.split("<td").skip(1).map(|cell| text(&cell[cell.find('>').expect("ends") + 1..])).collect();
        (cells[0].clone(), cells[2].clone())
    });
    rows.collect()
}

#[test]
fn a_city_uploads_how_its_targets_go_to_districts_and_sees_whether_they_reach() {
    visited(async |browser| {
        let city = browser.enters("zhanjiang").await;
        let address = format!("/decomposition/{ZHANJIANG}");
        let page = city.looks(&address).await;
        assert_eq!(page.status, 200, "{}", page.text);
        assert!(page.text.contains("本年度还没有起草"), "{}", page.text);
        let given = given(&page.text);
        let import = given.iter().find(|(title, _)| title == "进口贴息支持企业数量").expect("it is given");
        assert_eq!(import.1, "≥ 7");

        // Everything that is wrong is told at once: an unknown indicator, a text that is no target, a row twice, and what is missing.
        let bad = "指标,区县,指标值\n进口贴息支持企业数量,,≥ 7\n进口贴息支持企业数量,,≥ 8\n没有的指标,甲区,≥ 1\n进口贴息支持企业数量,乙区,\n";
        let refused = city.attaches(&address, "分解.csv", bad.as_bytes()).await;
        assert_eq!(refused.status, 422, "{}", refused.text);
        for told in ["已经写过一次", "不是省级下达给本地区的指标", "读不出指标值", "缺“"]
        {
            assert!(refused.text.contains(told), "{told}: {}", refused.text);
        }
        assert!(city.looks(&address).await.text.contains("本年度还没有起草"), "something was kept");
        let none = city.attaches(&address, "分解.csv", "甲,乙\n1,2\n".as_bytes()).await;
        assert!(none.status == 422 && none.text.contains("没有找到表头"), "{}", none.text);

        // 4 + 2 = 6 of 7: the districts do not reach it; 4 + 3 do.
        let whole: String = given.iter().map(|(title, target)| format!("{title},,{target}\n")).collect();
        let with = |second: u32| {
            format!(
                "指标,区县,指标值\n{whole}进口贴息支持企业数量,赤坎区,≥ 4\n进口贴息支持企业数量,霞山区,≥ {second}\n"
            )
        };
        let made = city.attaches(&address, "分解.csv", with(2).as_bytes()).await;
        assert_eq!(made.status, 303, "{}", made.text);
        let page = city.looks(&address).await.text;
        assert!(page.contains("只能保证 6，省级要求 ≥ 7"), "{page}");
        assert!(page.contains("霞山区") && page.contains("草稿"), "{page}");
        let again = city.attaches(&address, "分解.csv", with(3).as_bytes()).await;
        assert_eq!(again.status, 303, "{}", again.text);
        let page = city.looks(&address).await.text;
        assert!(!page.contains("只能保证") && page.contains("能保证"), "{page}");

        // Another city sees nothing of it; the province reads it, and who only reads targets does not write.
        assert_eq!(browser.enters("zhuhai").await.looks(&address).await.status, 404);
        let province = browser.enters("programme").await;
        assert!(province.looks(&address).await.text.contains("霞山区"));
        assert_eq!(province.looks("/decomposition/000000").await.status, 404);
        let auditor = browser.enters("auditor").await;
        assert_eq!(auditor.attaches(&address, "分解.csv", with(3).as_bytes()).await.status, 403);
    });
}
