//! Every file of a fund year: forms, lists, report, charts, open data.

use jixiao_core::{
    both,
    finding::{Both, Lang},
    monitor,
    region::RegionId,
    table::HeaderKey,
};
use jixiao_report::{
    charts::TileLayout,
    content::Content,
    docx,
    drawings::{Drawing, drawings},
    forms::{self, FORMS, Filling, For, Form, FormAmounts, FormFile, FormMoney, GoalsReached},
    lists::{Allocation, AllocationRow, PublicRow, Publication},
    open::OpenData,
    published::FileKind,
    words::{WordFault, Words},
};
use jixiao_tables::{
    layout::Layout,
    write::{write_docx, write_xlsx},
};
use rayon::prelude::*;

use super::{Facts, folder::Made, split::Stage};
#[cfg(feature = "pdf")]
use crate::fund::REPORT;
use crate::year::{YearMoney, monitoring_rules};

/// Forms of regions: the self-evaluation of a project is one of the whole.
const NOT_FOR_REGIONS: &str = "self-evaluation";
/// The form that has nothing of the ledgers in it.
const FROM_THE_TABLE_ALONE: &str = "targets";
/// Rows above which a list is not written for Word, which would take minutes to open it.
const WORD_ROWS: usize = 2_000;
/// Dots of a chart's PNG for each of its units.
#[cfg(feature = "pdf")]
const PNG_SCALE: u8 = 2;
/// The office's own words for the Word report and the forms.
const WORDS: &str = "report/words.toml";
/// How regions lie.
const TILES: &str = "tiles.toml";

/// What was written.
#[derive(Clone, Debug, Default)]
pub(crate) struct Written {
    /// Files by name, relative to the folder with `/`, in the order of importance, with what they are. Files of regions are told as one.
    pub files: Vec<(String, Both)>,
    /// What there is to say about them.
    pub notes: Vec<Both>,
    /// How many files in all.
    pub count: usize,
}

impl Facts<'_> {
    fn say(&self, zh: &str, en: &str) -> String {
        self.setting.say(zh, en).to_owned()
    }

    /// Makes every file of the year, and says what they are. `content` is that of the whole.
    ///
    /// # Errors
    /// Faults of the fund folder, drawn; a form that cannot be filled; a template's faults.
    pub(crate) fn files(&self, content: &Content) -> Result<(Vec<Made>, Written), String> {
        let mut written = Written::default();
        let mut made: Vec<Made> = Vec::new();
        let words = self.words()?;
        self.report(content, &words, &mut made, &mut written)?;
        let rules = self.monitoring.map(|_| monitoring_rules(self.setting)).transpose()?;
        self.forms(None, rules.as_ref(), &words, "", &mut made, Some(&mut written))?;
        self.lists(&mut made, &mut written)?;
        self.open(content, &mut made, &mut written)?;
        let regions: Vec<RegionId> = self.sheets.iter().filter_map(|s| s.region).collect();
        let under = self.say("分地区", "regions");
        let of_regions: Result<Vec<Vec<Made>>, String> = regions
            .par_iter()
            .map(|region| {
                let mut made = Vec::new();
                let within = format!("{under}/{}/", self.name(Some(*region)).get(self.setting.lang));
                self.forms(Some(*region), rules.as_ref(), &words, &within, &mut made, None)?;
                Ok(made)
            })
            .collect();
        let of_regions = of_regions?;
        if !of_regions.is_empty() {
            let n = of_regions.len();
            written.files.push((
                format!("{under}/"),
                both!(
                    "{n} 个地区的绩效目标表、监控表、自评表和资金管理情况",
                    "targets, monitoring, self-evaluation and management of money of {n} regions"
                ),
            ));
        }
        made.extend(of_regions.into_iter().flatten());
        written.count = made.len();
        for (line, text) in words.unused() {
            written.notes.push(both!(
                "{WORDS}:{line}：没有用到“{text}”：报告和表格中没有这样一整句文字，请核对",
                "{WORDS}:{line}: “{text}” was not used: no text of the report or the forms is just that; check it"
            ));
        }
        Ok((made, written))
    }

    /// The office's own words.
    fn words(&self) -> Result<Words, String> {
        let Some(text) = self.setting.texts.get(WORDS) else { return Ok(Words::default()) };
        Words::parse(text).map_err(|all| {
            let told = |f: &WordFault| {
                let line = f.line.map_or_else(String::new, |line| format!(":{line}"));
                let said = &f.message;
                both!("{WORDS}{line}：{z}", "{WORDS}{line}: {e}", z = said.zh, e = said.en)
                    .get(self.setting.lang)
                    .to_owned()
            };
            all.iter().map(told).collect::<Vec<_>>().join("\n")
        })
    }

    /// The report as PDF and for Word, its content and its charts.
    fn report(
        &self,
        content: &Content,
        words: &Words,
        made: &mut Vec<Made>,
        written: &mut Written,
    ) -> Result<(), String> {
        let lang = self.setting.lang;
        let regions = &self.setting.fund.regions;
        let tiles = match self.setting.texts.get(TILES) {
            Some(text) => Some(TileLayout::parse(text, regions).map_err(|all| {
                all.iter().map(|f| format!("{TILES}: {}", f.message.get(lang))).collect::<Vec<_>>().join("\n")
            })?),
            None => None,
        };
        let drawings = drawings(content, tiles.as_ref().map(|t| (t, regions)));
        let svgs: Vec<String> = drawings.iter().map(|d| d.chart.svg(lang)).collect();
        let json = content.json().map_err(|e| e.to_string())?;
        self.pdf(content, &drawings, &svgs, made, written)?;
        let pngs = pngs(&drawings, &svgs, lang)?;
        let pictures: Vec<docx::Picture> =
            drawings.iter().zip(pngs).map(|(drawing, png)| drawing.picture(png, lang)).collect();
        let mut word = docx::report(content, &pictures, lang);
        words.report(&mut word);
        let word = docx::write(&word).map_err(|e| e.to_string())?;
        let mut put = |name: String, bytes: Vec<u8>, kind: FileKind, what: Both| {
            written.files.push((name.clone(), what.clone()));
            made.push(Made::new(name, bytes, kind, what));
        };
        let report = self.say("自评报告", "report");
        let what = Both::new("自评报告，可编辑", "the report, for editing");
        put(format!("{report}.docx"), word, FileKind::Report, what);
        let data = self.say("报告数据.json", "report.json");
        let what = Both::new("报告的全部数字", "every figure of the report");
        put(data, (json + "\n").into_bytes(), FileKind::Data, what);
        let n = drawings.len();
        written.files.push(("charts/".to_owned(), both!("{n} 幅图", "{n} charts")));
        for (drawing, svg) in drawings.iter().zip(svgs) {
            let name = format!("charts/{}.svg", drawing.name);
            made.push(Made::new(name, svg.into_bytes(), FileKind::Chart, drawing.title.clone()));
        }
        Ok(())
    }

    #[cfg(feature = "pdf")]
    fn pdf(
        &self,
        content: &Content,
        drawings: &[Drawing],
        svgs: &[String],
        made: &mut Vec<Made>,
        written: &mut Written,
    ) -> Result<(), String> {
        use std::collections::BTreeMap;

        use jixiao_typeset::{Document, Standard, pdf};

        let lang = self.setting.lang;
        let mut data = serde_json::to_value(content).map_err(|e| e.to_string())?;
        if let Some(fields) = data.as_object_mut() {
            let said = if lang == Lang::En { "en" } else { "zh" };
            fields.insert("lang".to_owned(), said.into());
        }
        let data = serde_json::to_vec(&data).map_err(|e| e.to_string())?;
        let mut files = BTreeMap::from([("data.json".to_owned(), data)]);
        for (drawing, svg) in drawings.iter().zip(svgs) {
            files.insert(format!("charts/{}.svg", drawing.name), svg.clone().into_bytes());
        }
        let under = format!("{REPORT}/");
        // The fund's own templates and drawings go before those that are built in; its words are read with the fund.
        for (name, text) in &self.setting.texts {
            if let Some(own) = name.strip_prefix(&under).filter(|own| !own.ends_with(".toml")) {
                files.insert(own.to_owned(), text.clone().into_bytes());
            }
        }
        let own = |name: &str| self.setting.texts.contains_key(&format!("{under}{name}"));
        let identity = format!("{}/{}/self-evaluation", content.identity.fund, content.identity.year);
        let document = Document {
            template: "self-evaluation.typ",
            files: &files,
            date: self.setting.today,
            identity: &identity,
        };
        let pages = pdf(&document, Standard::default())
            .map_err(|all| all.iter().map(|f| faulty(f, &own, lang)).collect::<Vec<_>>().join("\n"))?;
        written.notes.extend(pages.missing.iter().map(jixiao_typeset::Missing::message));
        written.notes.extend(pages.warnings.iter().map(|w| w.message.clone()));
        let name = self.say("自评报告.pdf", "report.pdf");
        let n = pages.count;
        let what = both!("自评报告，{n} 页", "the report, {n} pages");
        written.files.push((name.clone(), what.clone()));
        made.push(Made::new(name, pages.pdf, FileKind::Report, what));
        Ok(())
    }

    #[cfg(not(feature = "pdf"))]
    #[expect(clippy::unnecessary_wraps, reason = "with the typesetter it can fail")]
    fn pdf(
        &self,
        _: &Content,
        _: &[Drawing],
        _: &[String],
        _: &mut Vec<Made>,
        written: &mut Written,
    ) -> Result<(), String> {
        written.notes.push(both!(
            "本程序编译时没有包含排版功能，没有写出 PDF。",
            "This program was built without the typesetter: no PDF was written."
        ));
        Ok(())
    }

    /// The official forms of a region or the whole, as workbook and for Word.
    fn forms(
        &self,
        region: Option<RegionId>,
        rules: Option<&monitor::Rules>,
        words: &Words,
        within: &str,
        made: &mut Vec<Made>,
        mut written: Option<&mut Written>,
    ) -> Result<(), String> {
        let lang = self.setting.lang;
        let code = self.short_code(region);
        let year = self.year.money.get(&region);
        let total = FormAmounts {
            initial: year.and_then(YearMoney::initial),
            adjusted: year.and_then(YearMoney::adjusted),
            executed: year.and_then(YearMoney::executed),
        };
        let money = FormMoney { total, parts: Vec::new() };
        let notes: Vec<String> = if self.synthetic {
            vec!["本表依据虚构数据生成，仅供演示。".to_owned()]
        } else {
            Vec::new()
        };
        // The target table is what was handed in, invented or not; everything else is made from the ledgers.
        let said = |form: &Form| if form.id == FROM_THE_TABLE_ALONE { &[] } else { notes.as_slice() };
        let goals = GoalsReached::default();
        let filling = |form: &Form| Filling {
            table: &self.year.document.table,
            year: self.year.year,
            regions: &self.setting.fund.regions,
            region,
            sheet: self.sheet(region),
            money: &money,
            goals: &goals,
            monitoring: self.monitoring.zip(rules),
            notes: said(form),
        };
        let wanted = |form: &&Form| match (region, form.made_for) {
            (None, For::Region) | (Some(_), For::Whole) => false,
            (Some(_), For::Either) => form.id != NOT_FOR_REGIONS,
            _ => true,
        };
        for form in FORMS.iter().filter(wanted) {
            if form.id == "monitoring" && self.monitoring.is_none() {
                continue;
            }
            let mut filled = form.fill(&filling(form)).map_err(|fault| fault.0.get(lang).to_owned())?;
            words.form(&mut filled);
            let name = format!("{within}{}", self.setting.say(form.zh, form.id));
            for file in [FormFile::Xlsx, FormFile::Docx] {
                let bytes = forms::write(&filled, file).map_err(|e| format!("{name}: {e}"))?;
                let name = format!("{name}.{}", file.extension());
                made.push(Made::new(name, bytes, FileKind::Form, form.name()).about(&code));
            }
            if let Some(written) = &mut written {
                written.files.push((format!("{name}.xlsx/.docx"), form.name()));
            }
        }
        if let Some(region) = region {
            let project =
                self.year.document.table.field(HeaderKey::ProjectName).map_or("", |f| f.value.text.trim());
            let unit = &self.setting.fund.regions.get(region).name;
            let layout = forms::money_management(project, unit, self.year.year);
            let name = format!("{within}{}", self.setting.say("资金管理情况", "money-management"));
            let wrong = |e: jixiao_tables::write::WriteError| format!("{name}: {e}");
            let what = Both::new("资金管理情况", "management of money");
            let mut put = |ending: &str, bytes: Vec<u8>| {
                let name = format!("{name}.{ending}");
                made.push(Made::new(name, bytes, FileKind::Form, what.clone()).about(&code));
            };
            put("xlsx", write_xlsx(&layout).map_err(wrong)?);
            put("docx", write_docx(&layout).map_err(wrong)?);
        }
        Ok(())
    }

    /// 资金分配表 and 公示.
    fn lists(&self, made: &mut Vec<Made>, written: &mut Written) -> Result<(), String> {
        let lang = self.setting.lang;
        let allocation = self.allocation();
        let publication = self.publication();
        let fault = |f: jixiao_report::lists::ListFault| f.0.get(lang).to_owned();
        let lists: [(String, Layout, usize, Both); 2] = [
            (
                self.say("资金分配表", "allocation"),
                allocation.layout(lang).map_err(fault)?,
                allocation.rows.len(),
                Both::new("资金分配表", "allocation by region and scheme"),
            ),
            (
                self.say("拟支持企业公示", "public-list"),
                publication.layout(lang).map_err(fault)?,
                publication.rows.len(),
                Both::new("公示名单", "list of awards to be made public"),
            ),
        ];
        for (name, layout, rows, what) in lists {
            let wrong = |e: jixiao_tables::write::WriteError| format!("{name}: {e}");
            let bytes = write_xlsx(&layout).map_err(wrong)?;
            made.push(Made::new(format!("{name}.xlsx"), bytes, FileKind::List, what.clone()));
            if rows <= WORD_ROWS {
                let bytes = write_docx(&layout).map_err(wrong)?;
                made.push(Made::new(format!("{name}.docx"), bytes, FileKind::List, what.clone()));
                written.files.push((format!("{name}.xlsx/.docx"), what));
            } else {
                written.notes.push(both!(
                    "{name} 有 {rows} 行，只写出 .xlsx。",
                    "{name} has {rows} rows: written as .xlsx only."
                ));
                written.files.push((format!("{name}.xlsx"), what));
            }
        }
        Ok(())
    }

    fn allocation(&self) -> Allocation {
        let outcomes = &self.year.run.outcomes;
        let regions = self.sheets.iter().filter_map(|s| s.region);
        // What was passed on; while nobody has said, what the awards ask for.
        let known = outcomes.iter().any(|o| self.split.get(Stage::Allocated, &o.plan.id, None).is_some());
        let stage = if known { Stage::Allocated } else { Stage::Awarded };
        let rows = regions.map(|region| AllocationRow {
            code: self.code(Some(region)),
            region: self.name(Some(region)),
            amounts: outcomes.iter().map(|o| self.split.get(stage, &o.plan.id, Some(region))).collect(),
        });
        let note = if known {
            Both::new("金额为资金下达台账中的合计。", "Amounts are those of the ledger of allocations.")
        } else {
            Both::new(
                "没有资金下达台账：金额为核定支持金额。",
                "There is no ledger of allocations: amounts are what is awarded.",
            )
        };
        Allocation {
            fund: self.setting.fund.both(),
            year: self.year.year,
            schemes: outcomes.iter().map(|o| o.plan.label.clone()).collect(),
            rows: rows.collect(),
            notes: vec![note],
            synthetic: self.synthetic,
        }
    }

    fn publication(&self) -> Publication {
        let names: std::collections::BTreeMap<&str, Both> =
            self.setting.fund.regions.iter().map(|(_, r)| (r.code.as_str(), r.both())).collect();
        let mut rows = Vec::new();
        for outcome in &self.year.run.outcomes {
            let mut of_scheme: Vec<(&str, &str, PublicRow)> = Vec::new();
            for (at, enterprise) in outcome.enterprises.iter().enumerate() {
                let fen = outcome.awarded_fen(at);
                if fen <= 0 {
                    continue;
                }
                let code = enterprise.region.as_deref().unwrap_or_default();
                let row = PublicRow {
                    enterprise: if enterprise.name.is_empty() {
                        enterprise.code.clone()
                    } else {
                        enterprise.name.clone()
                    },
                    region: names.get(code).cloned().unwrap_or_else(|| Both::same(code)),
                    scheme: outcome.plan.label.clone(),
                    amount: jixiao_core::money::Fen(fen),
                    withheld: false,
                };
                of_scheme.push((code, &enterprise.code, row));
            }
            of_scheme.sort_by(|a, b| (a.0, a.1).cmp(&(b.0, b.1)));
            rows.extend(of_scheme.into_iter().map(|(_, _, row)| row));
        }
        Publication {
            fund: self.setting.fund.both(),
            year: self.year.year,
            period: None,
            contact: Both::default(),
            rows,
            notes: vec![Both::new(
                "公示期和联系方式由主管部门确定。",
                "The department sets the period and where objections go.",
            )],
            synthetic: self.synthetic,
        }
    }

    /// The same content with the field names of the national budget system.
    fn open(&self, content: &Content, made: &mut Vec<Made>, written: &mut Written) -> Result<(), String> {
        let data = OpenData::of(content);
        let under = self.say("开放数据", "open-data");
        let json = data.json().map_err(|e| e.to_string())?;
        let name = format!("{under}/{}", self.setting.say("绩效数据.json", "performance.json"));
        let what =
            Both::new("预算管理一体化字段的全部表", "every table with the fields of the budget system");
        made.push(Made::new(name, (json + "\n").into_bytes(), FileKind::OpenData, what));
        for (name, text) in data.csv() {
            let table = name.trim_end_matches(".csv");
            let what = both!("预算管理一体化表 {table}", "table {table} of the budget system");
            made.push(Made::new(format!("{under}/{name}"), text.into_bytes(), FileKind::OpenData, what));
        }
        written.notes.extend(data.too_long());
        written.files.push((
            format!("{under}/"),
            Both::new(
                "预算管理一体化字段名的 JSON 和 CSV",
                "JSON and CSV with the field names of the budget system",
            ),
        ));
        Ok(())
    }
}

/// A mistake in a template with its place, what to do, and who asked for it.
#[cfg(feature = "pdf")]
fn faulty(fault: &jixiao_typeset::Fault, own: &dyn Fn(&str) -> bool, lang: Lang) -> String {
    let place = |place: &jixiao_typeset::Place| {
        let told = if own(&place.file) {
            Both::same(format!("{REPORT}/{place}"))
        } else if place.built_in {
            both!("内置模板 {place}", "the built-in template {place}")
        } else {
            Both::same(place.to_string())
        };
        told.get(lang).to_owned()
    };
    let mut said = match &fault.place {
        Some(at) => {
            format!("{}{}{}", place(at), if lang == Lang::Zh { "：" } else { ": " }, fault.message.get(lang))
        }
        None => fault.message.get(lang).to_owned(),
    };
    for hint in &fault.hints {
        said += &format!("\n  {hint}");
    }
    for at in &fault.called_from {
        let from = place(at);
        said += both!("\n  由此处引用：{from}", "\n  called from {from}").get(lang);
    }
    said
}

/// Charts as PNG, for Word.
#[cfg(feature = "pdf")]
fn pngs(drawings: &[Drawing], svgs: &[String], lang: Lang) -> Result<Vec<Option<Vec<u8>>>, String> {
    let all: Vec<(String, &String)> =
        drawings.iter().map(|d| format!("charts/{}.svg", d.name)).zip(svgs).collect();
    let png = |(name, svg): &(String, &String)| {
        jixiao_typeset::png(name, svg, PNG_SCALE)
            .map(Some)
            .map_err(|fault| format!("{name}: {}", fault.message.get(lang)))
    };
    all.par_iter().map(png).collect()
}

#[cfg(not(feature = "pdf"))]
#[expect(clippy::unnecessary_wraps, reason = "with the typesetter it can fail")]
fn pngs(drawings: &[Drawing], _: &[String], _: Lang) -> Result<Vec<Option<Vec<u8>>>, String> {
    Ok(drawings.iter().map(|_| None).collect())
}
