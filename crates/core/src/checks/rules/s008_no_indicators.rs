use super::{Certainty, Cx, Example, Rule, Source, Text, header};
use crate::finding::{Both, Finding, Severity};

pub(super) const RULE: Rule = Rule {
    code: "S008",
    name: "no-indicators",
    severity: Severity::Error,
    title: Text { zh: "表中没有绩效指标", en: "the table has no indicators" },
    what: Text {
        zh: "整个文件里没有读出任何三级指标。",
        en: "No indicator could be found in the whole file.",
    },
    why: Text {
        zh: "没有指标就没有可以核对的内容；多半是选错了文件，或指标部分在转换时丢失。",
        en: "Without indicators nothing can be checked; most likely it is the wrong file, or that part was lost in conversion.",
    },
    repair: Text {
        zh: "换正确的文件，或补上“一级指标、二级指标、三级指标、指标值”的表格。",
        en: "Take the right file, or add the table with the columns 一级指标, 二级指标, 三级指标, 指标值.",
    },
    failing: Example::table(
        "2024年外贸专项资金绩效目标表\n\
         项目名称 | 外贸专项资金\n\
         主管部门 | 省商务厅\n\
         一级指标 | 二级指标 | 三级指标 | 指标值",
    ),
    passing: Example::table(
        "2024年外贸专项资金绩效目标表\n\
         项目名称 | 外贸专项资金\n\
         主管部门 | 省商务厅\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         产出指标 | 数量指标 | 支持企业数量（家次） | ≥ 270",
    ),
    source: Source {
        text: Text {
            zh: "由逻辑得出：绩效目标表由指标组成",
            en: "logic: a target table consists of indicators",
        },
        certainty: Certainty::Logic,
    },
    run,
};

fn run(cx: &Cx<'_>, findings: &mut Vec<Finding>) {
    if !cx.table.indicators.is_empty() {
        return;
    }
    findings.push(
        Finding::new(&RULE, header::top(cx), Both::new("表中没有读出任何绩效指标", "no indicator was found in the table"))
            .here(Both::new("此表没有指标", "no indicators in this table"))
            .because(Both::new(
                "绩效目标表由指标组成，没有指标就没有可以核对的内容",
                "a target table consists of indicators; without them nothing can be checked",
            ))
            .next(Both::new(
                "确认文件无误；指标部分应有“一级指标、二级指标、三级指标、指标值”的标题行，其下逐行列指标",
                "make sure that it is the right file; indicators stand below a heading row 一级指标, 二级指标, 三级指标, 指标值, one per row",
            )),
    );
}
