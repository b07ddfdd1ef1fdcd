//! From a report's content to the blocks of a document that an office goes on writing in.

use jixiao_core::finding::{Both, Lang};

use super::{Block, Cell, Document, Grid, Picture, Section};
use crate::{
    content::{Content, Lamp, MoneyRow, SatisfactionRow, Status},
    figure::Figure,
};

/// Chinese numbers of headings.
const NUMBERS: [&str; 20] = [
    "一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二", "十三", "十四", "十五",
    "十六", "十七", "十八", "十九", "二十",
];

/// The columns of a scheme's way from claim to payment.
const FLOW_HEAD: [(&str, &str); 3] = [("环节", "Step"), ("企业数", "Enterprises"), ("金额", "Amount")];

/// A document being composed.
struct Draft<'a> {
    lang: Lang,
    blocks: Vec<Block>,
    pictures: &'a [Picture],
    headings: usize,
}

/// The report of a fund year as a document, with charts where they belong.
pub fn report(content: &Content, pictures: &[Picture], lang: Lang) -> Document {
    let id = &content.identity;
    let title = match lang {
        Lang::Zh => {
            let region = if id.regional { id.region.zh.as_str() } else { "" };
            format!("{}{}年度{region}绩效自评报告", id.fund_name.zh, id.year)
        }
        Lang::En => {
            let region = if id.regional { format!(", {}", id.region.en) } else { String::new() };
            format!("{}: self-evaluation of {}{region}", id.fund_name.en, id.year)
        }
    };
    let mut draft = Draft { lang, blocks: vec![Block::Title(title.clone())], pictures, headings: 0 };
    draft.opening(content);
    draft.basics(content);
    draft.money(content);
    draft.results(content);
    draft.score(content);
    draft.deviations(content);
    draft.satisfaction(content);
    draft.monitoring(content);
    draft.flows(content);
    draft.prose("存在问题", "Problems", &content.problems);
    draft.prose("改进措施", "Measures", &content.measures);
    draft.findings(content);
    draft.annexes(content);
    Document { title, blocks: draft.blocks }
}

impl Draft<'_> {
    fn say(&self, zh: &str, en: &str) -> String {
        Both::new(zh, en).get(self.lang).to_owned()
    }

    fn get(&self, text: &Both) -> String {
        text.get(self.lang).to_owned()
    }

    fn heading(&mut self, zh: &str, en: &str) {
        let number = self.headings;
        self.headings += 1;
        let text = match self.lang {
            Lang::Zh => format!("{}、{zh}", NUMBERS.get(number).copied().unwrap_or("…")),
            Lang::En => format!("{}. {en}", number + 1),
        };
        self.blocks.push(Block::Heading(1, text));
    }

    fn sub(&mut self, zh: &str, en: &str) {
        let text = self.say(zh, en);
        self.blocks.push(Block::Heading(2, text));
    }

    /// A paragraph; nothing where there is no text.
    fn paragraph(&mut self, text: &Both) {
        let text = self.get(text);
        if !text.trim().is_empty() {
            self.blocks.push(Block::Paragraph(text));
        }
    }

    /// A table; nothing where it has no rows. Columns in which nothing stands are left out.
    fn grid(&mut self, head: &[(&str, &str)], mut rows: Vec<Vec<Cell>>) {
        let says = |at: usize| {
            at == 0 || rows.iter().filter_map(|row| row.get(at)).any(|c| !matches!(c.text.trim(), "" | "—"))
        };
        let kept: Vec<bool> = (0..head.len()).map(says).collect();
        let is_kept = |at: usize| kept.get(at).copied().unwrap_or(false);
        if !rows.is_empty() {
            let head = head.iter().enumerate().filter(|(at, _)| is_kept(*at));
            let head = head.map(|(_, (zh, en))| self.say(zh, en)).collect();
            for row in &mut rows {
                let mut at = 0..;
                row.retain(|_| at.next().is_some_and(is_kept));
            }
            self.blocks.push(Block::Grid(Grid { head, rows }));
        }
    }

    fn unit(&mut self, unit: &Both) {
        if !unit.zh.is_empty() {
            let text = format!("{}{}", self.say("单位：", "Unit: "), self.get(unit));
            self.blocks.push(Block::Small(text));
        }
    }

    fn charts(&mut self, section: Section) {
        self.pictures_where(|p| p.section == section);
    }

    /// The charts of a section about one indicator or scheme.
    fn charts_of(&mut self, section: Section, id: &str) {
        self.pictures_where(|p| {
            p.section == section && p.name.split_once('-').is_some_and(|(_, about)| about == id)
        });
    }

    fn pictures_where(&mut self, is_wanted: impl Fn(&Picture) -> bool) {
        let found = self.pictures.iter().filter(|p| is_wanted(p)).cloned();
        self.blocks.extend(found.map(Block::Picture));
    }

    fn text(&self, text: &Both) -> Cell {
        Cell::text(text.get(self.lang))
    }

    fn figure(&self, figure: &Figure) -> Cell {
        Cell::figure(figure, false, self.lang)
    }

    fn with_unit(&self, figure: &Figure) -> Cell {
        Cell::figure(figure, true, self.lang)
    }

    fn status(&self, status: Status) -> Cell {
        self.text(&status.word())
    }

    fn opening(&mut self, content: &Content) {
        let id = &content.identity;
        if content.synthetic {
            let text = self.say(
                "本报告由虚构数据生成，仅供演示，不代表任何真实企业、地区或资金。",
                "Made from invented data, for demonstration only. It says nothing of any real enterprise, region or fund.",
            );
            self.blocks.push(Block::Notice(text));
        }
        let made = self.get(&id.made.text);
        let lines = [
            (self.say("主管部门：", "Department: "), self.get(&id.department)),
            (self.say("制作日期：", "Made on: "), made),
            (self.say("实施周期：", "Cycle: "), format!("{}–{}", id.cycle[0], id.cycle[1])),
        ];
        for (label, value) in lines {
            self.blocks.push(Block::Small(format!("{label}{value}")));
        }
        if !content.notes.is_empty() {
            self.sub("阅读须知", "Before you read");
            content.notes.iter().for_each(|note| self.paragraph(note));
        }
    }

    fn basics(&mut self, content: &Content) {
        let basics = &content.basics;
        self.heading("基本情况", "Basics");
        let rows = basics.fields.iter().map(|f| vec![self.text(&f.label), self.text(&f.value)]).collect();
        self.grid(&[("项目", "Field"), ("内容", "Content")], rows);
        self.paragraph(&basics.summary);
        for (zh, en, text) in [
            ("实施周期总目标", "Goals of the cycle", &basics.goal_cycle),
            ("年度目标", "Goals of the year", &basics.goal_year),
            ("年度目标完成情况", "How far the year's goals were reached", &basics.goal_reached),
        ] {
            if !text.get(self.lang).is_empty() {
                self.sub(zh, en);
                self.paragraph(text);
            }
        }
    }

    fn money(&mut self, content: &Content) {
        let money = &content.money;
        self.heading("资金情况", "Money");
        self.unit(&money.total.paid.unit);
        let head = [
            ("类别", "Part"),
            ("预算安排", "Budget"),
            ("分配下达", "Allocated"),
            ("核定支持", "Awarded"),
            ("拨付", "Paid"),
            ("执行率", "Rate"),
        ];
        let row = |draft: &Self, row: &MoneyRow| {
            let mut cells = vec![draft.text(&row.name)];
            let amounts = [&row.appropriation, &row.allocated, &row.awarded, &row.paid];
            cells.extend(amounts.map(|a| draft.figure(a)));
            cells.push(draft.with_unit(&row.rate));
            cells
        };
        let schemes = [&money.total].into_iter().chain(&money.by_scheme).map(|r| row(self, r)).collect();
        self.grid(&head, schemes);
        if !money.by_region.is_empty() {
            self.sub("按地区", "By region");
            let rows = money.by_region.iter().map(|r| row(self, r)).collect();
            self.grid(&head, rows);
        }
        self.charts(Section::Money);
    }

    fn results(&mut self, content: &Content) {
        self.heading("绩效目标完成情况", "Targets and results");
        let rows = content.results.iter().map(|r| {
            vec![
                self.text(&r.category),
                self.text(&r.name),
                self.text(&r.target),
                self.with_unit(&r.actual),
                self.with_unit(&r.completion),
                self.figure(&r.weight),
                self.figure(&r.score),
                self.status(r.status),
            ]
        });
        let rows = rows.collect();
        let head = [
            ("一级指标", "Category"),
            ("三级指标", "Indicator"),
            ("年度指标值", "Target"),
            ("实际完成值", "Actual"),
            ("完成率", "Completion"),
            ("分值", "Points"),
            ("得分", "Given"),
            ("结果", "Result"),
        ];
        self.grid(&head, rows);
        self.charts(Section::Results);
        if content.by_region.is_empty() {
            return;
        }
        self.heading("分地区完成情况", "Results by region");
        for table in &content.by_region {
            let name = self.get(&table.name);
            self.blocks.push(Block::Heading(2, name));
            self.charts_of(Section::Regions, &table.indicator);
            self.unit(&table.unit);
            let rows = table.rows.iter().map(|r| {
                vec![
                    self.text(&r.region),
                    self.text(&r.target),
                    self.figure(&r.actual),
                    self.with_unit(&r.completion),
                    self.status(r.status),
                    self.text(&r.reason),
                ]
            });
            let rows = rows.collect();
            let head = [
                ("地区", "Region"),
                ("指标值", "Target"),
                ("实际完成值", "Actual"),
                ("完成率", "Completion"),
                ("结果", "Result"),
                ("原因", "Reason"),
            ];
            self.grid(&head, rows);
        }
    }

    fn score(&mut self, content: &Content) {
        let score = &content.score;
        self.heading("自评得分", "Score");
        self.paragraph(&score.rule_set);
        let mut rows: Vec<Vec<Cell>> = score
            .categories
            .iter()
            .map(|c| vec![self.text(&c.name), self.figure(&c.weight), self.figure(&c.score)])
            .collect();
        let total = Cell::text(self.say("总分", "Total"));
        rows.push(vec![total, self.figure(&score.of), self.figure(&score.total)]);
        self.grid(&[("类别", "Category"), ("分值", "Points"), ("得分", "Given")], rows);
        let mut others = vec![(Both::new("等级", "Grade"), Cell::text(self.get(&score.grade)))];
        others.push((Both::new("主管部门评分", "Department's score"), self.figure(&score.department)));
        others.push((Both::new("财政评分", "Finance department's score"), self.figure(&score.finance)));
        let rows = others.into_iter().map(|(name, cell)| vec![self.text(&name), cell]).collect();
        self.grid(&[("项目", "What"), ("结果", "Result")], rows);
        let rows = score.lamps.iter().map(|l| {
            let lamp = match l.lamp {
                Lamp::Green => self.say("绿灯", "Green"),
                Lamp::Yellow => self.say("黄灯", "Yellow"),
                Lamp::Red => self.say("红灯", "Red"),
                Lamp::None => "—".to_owned(),
            };
            vec![self.text(&l.name), Cell::text(lamp), self.text(&l.reason)]
        });
        let rows = rows.collect();
        self.grid(&[("预警", "Warning"), ("灯", "Lamp"), ("依据", "Grounds")], rows);
        self.charts(Section::Score);
        if !score.by_region.is_empty() {
            self.sub("各地区得分", "Score by region");
            let rows = score
                .by_region
                .iter()
                .map(|r| vec![self.text(&r.region), self.figure(&r.total), self.text(&r.grade)])
                .collect();
            self.grid(&[("地区", "Region"), ("得分", "Score"), ("等级", "Grade")], rows);
        }
    }

    fn deviations(&mut self, content: &Content) {
        self.heading("偏差及原因", "Deviations and reasons");
        if content.deviations.is_empty() {
            self.paragraph(&Both::new("无。", "None."));
        }
        let rows = content.deviations.iter().map(|d| {
            let reason = match (d.overdue, [&d.kind, &d.reason].map(|t| self.get(t)).join(" ")) {
                (true, _) => self.say("应说明而未说明", "Due and not given"),
                (false, words) => words.trim().to_owned(),
            };
            vec![
                self.text(&d.indicator),
                self.text(&d.region),
                self.text(&d.target),
                self.with_unit(&d.actual),
                self.status(d.status),
                Cell::text(reason),
                self.text(&d.measure),
            ]
        });
        let rows = rows.collect();
        let head = [
            ("指标", "Indicator"),
            ("地区", "Region"),
            ("指标值", "Target"),
            ("实际", "Actual"),
            ("结果", "Result"),
            ("原因", "Reason"),
            ("改进措施", "Measure"),
        ];
        self.grid(&head, rows);
    }

    fn satisfaction(&mut self, content: &Content) {
        let Some(survey) = &content.satisfaction else { return };
        self.heading("满意度", "Satisfaction");
        self.paragraph(&survey.method);
        for warning in &survey.warnings {
            self.paragraph(warning);
        }
        let row = |r: &SatisfactionRow| {
            let mut cells = vec![self.text(&r.region), self.figure(&r.answers)];
            cells.extend([&r.share, &r.low, &r.high].map(|f| self.with_unit(f)));
            cells.push(self.status(r.status));
            cells
        };
        let rows = [&survey.overall].into_iter().chain(&survey.by_region).map(row).collect();
        let head = [
            ("地区", "Region"),
            ("有效答卷", "Answers"),
            ("满意度", "Share"),
            ("区间下限", "Low"),
            ("区间上限", "High"),
            ("结果", "Result"),
        ];
        self.grid(&head, rows);
        self.charts(Section::Satisfaction);
    }

    fn monitoring(&mut self, content: &Content) {
        let Some(round) = &content.monitoring else { return };
        self.heading("绩效运行监控", "Monitoring");
        self.paragraph(&round.lamp.reason);
        let rows = round.rows.iter().map(|r| {
            vec![
                self.text(&r.name),
                self.text(&r.target),
                self.with_unit(&r.actual),
                self.with_unit(&r.projected),
                self.text(&r.chance),
                self.text(&r.reason),
            ]
        });
        let rows = rows.collect();
        let head = [
            ("指标", "Indicator"),
            ("年度指标值", "Target"),
            ("执行情况", "So far"),
            ("全年预计", "Projected"),
            ("完成可能性", "Chance"),
            ("原因说明", "Reason"),
        ];
        self.grid(&head, rows);
    }

    fn flows(&mut self, content: &Content) {
        if content.flows.is_empty() {
            return;
        }
        self.heading("从申报到拨付", "From claim to payment");
        for flow in &content.flows {
            let name = self.get(&flow.name);
            self.blocks.push(Block::Heading(2, name));
            self.charts_of(Section::Flow, &flow.scheme);
            self.unit(&flow.claimed.amount.unit);
            let lines = [&flow.claimed, &flow.awarded, &flow.paid];
            let rows =
                lines.map(|l| vec![self.text(&l.name), self.figure(&l.enterprises), self.figure(&l.amount)]);
            self.grid(&FLOW_HEAD, rows.to_vec());
        }
    }

    /// Every reduction of every scheme.
    fn reductions(&mut self, content: &Content) {
        for flow in &content.flows {
            let name = self.get(&flow.name);
            self.blocks
                .push(Block::Heading(2, format!("{}{name}", self.say("核减明细：", "Every reduction: "))));
            self.unit(&flow.claimed.amount.unit);
            let lines =
                [&flow.claimed].into_iter().chain(&flow.reductions).chain([&flow.awarded, &flow.paid]);
            let rows = lines
                .map(|l| vec![self.text(&l.name), self.figure(&l.enterprises), self.figure(&l.amount)])
                .collect();
            self.grid(&FLOW_HEAD, rows);
        }
    }

    fn prose(&mut self, zh: &str, en: &str, texts: &[Both]) {
        if texts.is_empty() {
            return;
        }
        self.heading(zh, en);
        for text in texts {
            self.paragraph(text);
        }
    }

    fn findings(&mut self, content: &Content) {
        if content.findings.is_empty() {
            return;
        }
        self.heading("目标表检查结果", "Findings of the target table");
        let rows = content
            .findings
            .iter()
            .map(|f| vec![Cell::text(&f.code), self.text(&f.message), self.text(&f.next)])
            .collect();
        self.grid(&[("代码", "Code"), ("问题", "Finding"), ("建议", "Next step")], rows);
    }

    fn annexes(&mut self, content: &Content) {
        self.heading("附表与说明", "Annexes");
        self.reductions(content);
        for annex in &content.annexes {
            let title = self.get(&annex.title);
            self.blocks.push(Block::Heading(2, title));
            let head: Vec<String> = annex.columns.iter().map(|c| self.get(&c.label)).collect();
            let rows = annex.rows.iter().map(|row| row.iter().map(|f| self.figure(f)).collect());
            let rows = rows.collect();
            self.blocks.push(Block::Grid(Grid { head, rows }));
        }
        if !content.illustrative.is_empty() {
            self.sub("示例参数（未查到规则原文）", "Illustrative parameters (rule text not found)");
            let rows = content.illustrative.iter().map(|p| {
                vec![Cell::text(&p.parameter), self.text(&p.label), self.text(&p.value), self.text(&p.why)]
            });
            let rows = rows.collect();
            let head = [("参数", "Parameter"), ("含义", "Meaning"), ("取值", "Value"), ("说明", "Why")];
            self.grid(&head, rows);
        }
        if !content.identity.sources.is_empty() {
            self.sub("数据来源", "Sources");
            let rows = content.identity.sources.iter().map(|s| {
                let rows = s.rows.map_or_else(|| "—".to_owned(), |n| n.to_string());
                vec![
                    self.text(&s.what),
                    Cell::text(&s.file),
                    Cell { text: rows, figure: true },
                    Cell::text(&s.sha256),
                ]
            });
            let rows = rows.collect();
            self.grid(
                &[("来源", "Source"), ("文件", "File"), ("行数", "Rows"), ("SHA-256", "SHA-256")],
                rows,
            );
            let program = format!("{}{}", self.say("计算程序：", "Computed by: "), content.identity.program);
            self.blocks.push(Block::Small(program));
        }
    }
}
