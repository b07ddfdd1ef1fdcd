use super::{
    Certainty, Cx, Example, Rule, Source, Text,
    cells::{self, Picked},
    dates,
};
use crate::{
    both,
    finding::{Both, Finding, Safety, Severity},
};

pub(super) const RULE: Rule = Rule {
    code: "T015",
    name: "serial-number-for-date",
    severity: Severity::Error,
    title: Text {
        zh: "日期变成了表格软件的序列号", en: "a date has become a spreadsheet's serial number"
    },
    what: Text {
        zh: "时效类指标的指标值是36526至55153之间的整数，没有单位和比较符，正好是2000至2050年间某一天在表格软件中的序列号。",
        en: "The target of a timeliness indicator is a whole number from 36526 to 55153 without unit or comparator: the serial number of a day between 2000 and 2050 in spreadsheets.",
    },
    why: Text {
        zh: "单元格格式丢失后，读者看到的是一个没有意义的数。",
        en: "With the cell's format lost, readers see a meaningless number.",
    },
    repair: Text {
        zh: "改写为日期，如“2024年12月31日前”。",
        en: "Write the date, such as 2024年12月31日前.",
    },
    failing: Example::table(
        "绩效目标表\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         产出指标 | 时效指标 | 项目完成时间 | 45657",
    ),
    passing: Example::table(
        "绩效目标表\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         产出指标 | 时效指标 | 项目完成时间 | 2024年12月31日前",
    ),
    source: Source {
        text: Text {
            zh: "公开表格中可见；表格软件以1900年1月1日为第1天计日（并多计1900年2月29日），45657即2024年12月31日",
            en: "seen in published tables; spreadsheets count days from 1900-01-01 (with a 29 February 1900), so 45657 is 2024-12-31",
        },
        certainty: Certainty::Practice,
    },
    run,
};

fn run(cx: &Cx<'_>, findings: &mut Vec<Finding>) {
    findings.extend(cells::pick(cx, dates::is_serial).iter().filter_map(finding));
}

fn finding(picked: &Picked<'_>) -> Option<Finding> {
    let (title, spots, first) = (picked.title(), picked.spots(), picked.first());
    let day = dates::day(dates::serial(&first)?);
    let number = super::say::written(first.cell);
    let message = both!(
        "“{title}”的指标值是日期序列号：{zh}（{number}即{day_zh}）",
        "{title} has a date's serial number as target: {en} ({number} is {day_en})",
        title = title,
        number = number,
        zh = spots.zh,
        en = spots.en,
        day_zh = day.zh,
        day_en = day.en
    );
    let finding = picked
        .finding(&RULE, message)
        .figures(
            (Both::new("指标值", "target"), number.clone()),
            (Both::new("对应的日期", "the date it stands for"), day.zh.clone()),
            "",
        )
        .because(both!(
            "时效指标应为日期，{number}是表格软件内部表示日期的数",
            "a deadline is a date, and {number} is how a spreadsheet stores one",
            number = number
        ))
        .next(both!("核对后改写为“{zh}前”", "check, and write {zh}前", zh = day.zh))
        .fix(
            Safety::Unsafe,
            both!("把序列号改写为日期", "writes the serial number as a date"),
            picked.edits(|at| Some(format!("{}前", dates::day(dates::serial(at)?).zh))),
        );
    Some(finding)
}
