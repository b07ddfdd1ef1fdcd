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

    /// A table; nothing where it has no rows.
    fn grid(&mut self, head: &[(&str, &str)], rows: Vec<Vec<Cell>>) {
        if !rows.is_empty() {
            let head = head.iter().map(|(zh, en)| self.say(zh, en)).collect();
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
        let found = self.pictures.iter().filter(|p| p.section == section).cloned();
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
    }

    fn basics(&mut self, content: &Content) {
        let basics = &content.basics;
        self.heading("基本情况", "Basics");
        let rows = basics.fields.iter().map(|f| vec![self.text(&f.label), self.text(&f.value)]).collect();
        self.grid(&[("项目", "field"), ("内容", "content")], rows);
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
            ("类别", "part"),
            ("预算安排", "budget"),
            ("分配下达", "allocated"),
            ("核定支持", "awarded"),
            ("拨付", "paid"),
            ("执行率", "rate"),
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
            ("一级指标", "category"),
            ("三级指标", "indicator"),
            ("年度指标值", "target"),
            ("实际完成值", "actual"),
            ("完成率", "completion"),
            ("分值", "points"),
            ("得分", "given"),
            ("结果", "result"),
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
                ("地区", "region"),
                ("指标值", "target"),
                ("实际完成值", "actual"),
                ("完成率", "completion"),
                ("结果", "result"),
                ("原因", "reason"),
            ];
            self.grid(&head, rows);
        }
        self.charts(Section::Regions);
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
        let total = Cell::text(self.say("总分", "total"));
        rows.push(vec![total, self.figure(&score.of), self.figure(&score.total)]);
        self.grid(&[("类别", "category"), ("分值", "points"), ("得分", "given")], rows);
        let mut others = vec![(Both::new("等级", "grade"), Cell::text(self.get(&score.grade)))];
        others.push((Both::new("主管部门评分", "department's score"), self.figure(&score.department)));
        others.push((Both::new("财政评分", "finance department's score"), self.figure(&score.finance)));
        let rows = others.into_iter().map(|(name, cell)| vec![self.text(&name), cell]).collect();
        self.grid(&[("项目", "what"), ("结果", "result")], rows);
        let rows = score.lamps.iter().map(|l| {
            let lamp = match l.lamp {
                Lamp::Green => self.say("绿灯", "green"),
                Lamp::Yellow => self.say("黄灯", "yellow"),
                Lamp::Red => self.say("红灯", "red"),
                Lamp::None => "—".to_owned(),
            };
            vec![self.text(&l.name), Cell::text(lamp), self.text(&l.reason)]
        });
        let rows = rows.collect();
        self.grid(&[("预警", "warning"), ("灯", "lamp"), ("依据", "grounds")], rows);
        self.charts(Section::Score);
        if !score.by_region.is_empty() {
            self.sub("各地区得分", "Score by region");
            let rows = score
                .by_region
                .iter()
                .map(|r| vec![self.text(&r.region), self.figure(&r.total), self.text(&r.grade)])
                .collect();
            self.grid(&[("地区", "region"), ("得分", "score"), ("等级", "grade")], rows);
        }
    }

    fn deviations(&mut self, content: &Content) {
        self.heading("偏差及原因", "Deviations and reasons");
        if content.deviations.is_empty() {
            self.paragraph(&Both::new("无。", "None."));
        }
        let rows = content.deviations.iter().map(|d| {
            let reason = match (d.overdue, [&d.kind, &d.reason].map(|t| self.get(t)).join(" ")) {
                (true, _) => self.say("应说明而未说明", "due and not given"),
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
            ("指标", "indicator"),
            ("地区", "region"),
            ("指标值", "target"),
            ("实际", "actual"),
            ("结果", "result"),
            ("原因", "reason"),
            ("改进措施", "measure"),
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
            ("地区", "region"),
            ("有效答卷", "answers"),
            ("满意度", "share"),
            ("区间下限", "low"),
            ("区间上限", "high"),
            ("结果", "result"),
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
            ("指标", "indicator"),
            ("年度指标值", "target"),
            ("执行情况", "so far"),
            ("全年预计", "projected"),
            ("完成可能性", "chance"),
            ("原因说明", "reason"),
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
            self.unit(&flow.claimed.amount.unit);
            let lines =
                [&flow.claimed].into_iter().chain(&flow.reductions).chain([&flow.awarded, &flow.paid]);
            let rows = lines
                .map(|l| vec![self.text(&l.name), self.figure(&l.enterprises), self.figure(&l.amount)])
                .collect();
            self.grid(&[("环节", "stage"), ("企业数", "enterprises"), ("金额", "amount")], rows);
        }
        self.charts(Section::Flow);
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
        self.grid(&[("代码", "code"), ("问题", "finding"), ("建议", "next step")], rows);
    }

    fn annexes(&mut self, content: &Content) {
        self.heading("附表与说明", "Annexes and notes");
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
            let head = [("参数", "parameter"), ("含义", "meaning"), ("取值", "value"), ("说明", "why")];
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
                &[("来源", "source"), ("文件", "file"), ("行数", "rows"), ("SHA-256", "SHA-256")],
                rows,
            );
            let program = format!("{}{}", self.say("计算程序：", "Computed by: "), content.identity.program);
            self.blocks.push(Block::Small(program));
        }
        for note in &content.notes {
            self.paragraph(note);
        }
    }
}
