//! Two lists that go out with the money: 资金分配表 (who gets how much to pass on) and the list of awards that is made public (公示).
//!
//! Both are rows first, then a form's layout, which [`jixiao_tables::write`] turns into .xlsx, .docx, .csv or text:
//! A4 across, headings on every page, numbers as numbers.

use jiff::civil::Date;
use jixiao_core::{
    both,
    finding::{Both, Lang},
    money::Fen,
};
use jixiao_tables::layout::{CellStyle, Layout, LayoutCell, LayoutRow, ValueKind};
use rust_decimal::Decimal;

use crate::{figure::grouped, table::Table};

/// What money goes to which region for which scheme.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Allocation {
    /// The fund's name.
    pub fund: Both,
    /// Fund year.
    pub year: i16,
    /// Schemes, a column each.
    pub schemes: Vec<Both>,
    /// Regions, a row each.
    pub rows: Vec<AllocationRow>,
    /// Said below the table.
    pub notes: Vec<Both>,
    /// Whether it is invented; it then says so.
    pub synthetic: bool,
}

/// What a region gets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AllocationRow {
    /// Division code.
    pub code: String,
    /// Name.
    pub region: Both,
    /// An amount for each scheme; none where the scheme does not reach the region, which is not zero.
    pub amounts: Vec<Option<Fen>>,
}

/// The list of awards that is made public: enterprise, scheme, amount. Nothing else of an application is published here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Publication {
    /// The fund's name.
    pub fund: Both,
    /// Fund year.
    pub year: i16,
    /// First and last day on which objections are taken; none while it is not fixed.
    pub period: Option<(Date, Date)>,
    /// Where objections go.
    pub contact: Both,
    /// Awards in the order in which they are listed.
    pub rows: Vec<PublicRow>,
    /// Said below the table.
    pub notes: Vec<Both>,
    /// Whether it is invented; it then says so.
    pub synthetic: bool,
}

/// One award.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PublicRow {
    /// Name of the enterprise.
    pub enterprise: String,
    /// Its region.
    pub region: Both,
    /// The scheme.
    pub scheme: Both,
    /// How much.
    pub amount: Fen,
    /// Whether it may not be named (a secret by law, a person's privacy): it is then counted in one line without its name.
    pub withheld: bool,
}

/// Why a list cannot be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListFault(pub Both);

impl std::fmt::Display for ListFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} ({})", self.0.zh, self.0.en)
    }
}

impl std::error::Error for ListFault {}

/// The sum of amounts.
fn sum(amounts: impl IntoIterator<Item = Fen>, of: &Both) -> Result<Fen, ListFault> {
    amounts.into_iter().try_fold(Fen(0), Fen::checked_add).ok_or_else(|| {
        let (zh, en) = (&of.zh, &of.en);
        ListFault(both!(
            "{zh}的合计超出可表示的金额：核对各行",
            "the total of {en} is too large to be held: check the rows"
        ))
    })
}

/// Sums of an allocation.
struct Sums {
    rows: Vec<Fen>,
    schemes: Vec<Fen>,
    all: Fen,
    /// Decimals in 万元 that show every amount in full, two at least.
    decimals: u32,
}

impl Allocation {
    fn sums(&self) -> Result<Sums, ListFault> {
        for row in &self.rows {
            if row.amounts.len() != self.schemes.len() {
                let (name, cells, wanted) = (&row.region.zh, row.amounts.len(), self.schemes.len());
                return Err(ListFault(both!(
                    "{name}有{cells}个金额，应有{wanted}个：每个支持方向一个",
                    "{name} has {cells} amounts, {wanted} are needed: one for each scheme"
                )));
            }
        }
        let rows: Result<Vec<Fen>, ListFault> =
            self.rows.iter().map(|row| sum(row.amounts.iter().flatten().copied(), &row.region)).collect();
        let schemes = self.schemes.iter().enumerate().map(|(at, name)| {
            sum(self.rows.iter().filter_map(|row| row.amounts.get(at).copied().flatten()), name)
        });
        let schemes: Result<Vec<Fen>, ListFault> = schemes.collect();
        let (rows, schemes) = (rows?, schemes?);
        let all = sum(rows.iter().copied(), &self.fund)?;
        let amounts = self.rows.iter().flat_map(|row| row.amounts.iter().flatten());
        let decimals = amounts.map(|a| Decimal::new(a.0, 6).normalize().scale()).max().unwrap_or(0).max(2);
        Ok(Sums { rows, schemes, all, decimals })
    }

    /// Regions by schemes, with sums, in 万元 with as many decimals as the smallest part needs, so that sums are right as printed.
    ///
    /// # Errors
    /// A row that does not have an amount for each scheme; a sum that cannot be held.
    pub fn table(&self, lang: Lang) -> Result<Table, ListFault> {
        let sums = self.sums()?;
        let wan = |amount: Fen| grouped(Decimal::new(amount.0, 6), sums.decimals);
        let words = |zh, en| Both::new(zh, en).get(lang).to_owned();
        let mut columns = vec![words("序号", "no."), words("地区", "region")];
        columns.extend(self.schemes.iter().map(|s| s.get(lang).to_owned()));
        columns.push(words("合计", "total"));
        let mut rows: Vec<Vec<String>> = Vec::new();
        for ((number, row), total) in (1..).zip(&self.rows).zip(&sums.rows) {
            let number: u32 = number;
            let mut cells = vec![number.to_string(), row.region.get(lang).to_owned()];
            cells.extend(row.amounts.iter().map(|a| a.map_or_else(|| "—".to_owned(), wan)));
            cells.push(wan(*total));
            rows.push(cells);
        }
        let mut last = vec![String::new(), words("合计", "total")];
        last.extend(sums.schemes.iter().chain([&sums.all]).map(|a| wan(*a)));
        rows.push(last);
        Ok(Table { columns, rows })
    }

    /// The allocation table as a page across.
    ///
    /// # Errors
    /// As [`Self::table`].
    pub fn layout(&self, lang: Lang) -> Result<Layout, ListFault> {
        let table = self.table(lang)?;
        let (year, fund) = (self.year, self.fund.get(lang));
        let title = match lang {
            Lang::Zh => format!("{year}年{fund}资金分配表"),
            Lang::En => format!("{fund}: allocation of {year}"),
        };
        let mut widths = vec![2, 6];
        widths.extend(self.schemes.iter().map(|_| 6));
        widths.push(6);
        let unit = Both::new("单位：万元", "Unit: 10,000 yuan");
        let left = Both::new("“—”表示该支持方向不涉及该地区。", "“—”: the scheme does not reach the region.");
        let footing = footing(lang, std::iter::once(&left).chain(&self.notes), self.synthetic);
        Ok(page(title, vec![unit.get(lang).to_owned()], &table, widths, 2, footing))
    }
}

impl Publication {
    /// What may be published: number, enterprise, region, scheme, amount in 元; then what is counted without a name, and the sum.
    ///
    /// # Errors
    /// A sum that cannot be held; days in the wrong order; an award below zero.
    pub fn table(&self, lang: Lang) -> Result<Table, ListFault> {
        if let Some((first, last)) = self.period.filter(|(first, last)| last < first) {
            return Err(ListFault(both!(
                "公示期止于{last}，早于起始日{first}",
                "the period ends on {last}, before it begins on {first}"
            )));
        }
        if let Some(row) = self.rows.iter().find(|row| row.amount.0 < 0) {
            let name = if row.withheld { "—" } else { &row.enterprise };
            return Err(ListFault(both!(
                "{name}的金额为负：核对核定结果",
                "{name} has an amount below zero: check the award"
            )));
        }
        let yuan = |amount: Fen| grouped(Decimal::new(amount.0, 2), 2);
        let words = |zh, en| Both::new(zh, en).get(lang).to_owned();
        let columns = vec![
            words("序号", "no."),
            words("企业名称", "enterprise"),
            words("地区", "region"),
            words("支持方向", "scheme"),
            words("拟支持金额（元）", "amount (yuan)"),
        ];
        let (hidden, named): (Vec<&PublicRow>, Vec<&PublicRow>) = self.rows.iter().partition(|r| r.withheld);
        let mut rows: Vec<Vec<String>> = Vec::new();
        for (number, row) in (1u32..).zip(&named) {
            rows.push(vec![
                number.to_string(),
                row.enterprise.clone(),
                row.region.get(lang).to_owned(),
                row.scheme.get(lang).to_owned(),
                yuan(row.amount),
            ]);
        }
        if !hidden.is_empty() {
            let count = hidden.len();
            let line = both!("依规不公开的{count}笔", "{count} awards that may not be named");
            let total = sum(hidden.iter().map(|r| r.amount), &line)?;
            rows.push(vec![
                String::new(),
                line.get(lang).to_owned(),
                String::new(),
                String::new(),
                yuan(total),
            ]);
        }
        let total = sum(self.rows.iter().map(|r| r.amount), &self.fund)?;
        rows.push(vec![String::new(), words("合计", "total"), String::new(), String::new(), yuan(total)]);
        Ok(Table { columns, rows })
    }

    /// The public list as a page across.
    ///
    /// # Errors
    /// As [`Self::table`].
    pub fn layout(&self, lang: Lang) -> Result<Layout, ListFault> {
        let table = self.table(lang)?;
        let (year, fund) = (self.year, self.fund.get(lang));
        let title = match lang {
            Lang::Zh => format!("{year}年{fund}拟支持企业公示"),
            Lang::En => format!("{fund}: awards of {year} made public"),
        };
        let mut above = Vec::new();
        if let Some((first, last)) = self.period {
            let day = |d: Date| format!("{}年{}月{}日", d.year(), d.month(), d.day());
            above.push(match lang {
                Lang::Zh => format!("公示期：{}至{}", day(first), day(last)),
                Lang::En => format!("Objections are taken from {first} to {last}"),
            });
        }
        let contact = self.contact.get(lang);
        let contact = match (contact, lang) {
            ("", _) => Both::default(),
            (c, Lang::Zh) => Both::same(format!("对公示内容有异议的，请在公示期内联系：{c}")),
            (c, Lang::En) => Both::same(format!("Objections go to: {c}")),
        };
        let footing = footing(lang, std::iter::once(&contact).chain(&self.notes), self.synthetic);
        Ok(page(title, above, &table, vec![2, 12, 5, 7, 6], 4, footing))
    }
}

fn footing<'a>(lang: Lang, notes: impl Iterator<Item = &'a Both>, synthetic: bool) -> Vec<String> {
    let invented = Both::new("本表为虚构数据，仅供演示。", "Invented data, for demonstration only.");
    let notes = notes.map(|n| n.get(lang)).chain(synthetic.then_some(invented.get(lang)));
    notes.filter(|n| !n.is_empty()).map(str::to_owned).collect()
}

/// A table as a page: lines above it, which are repeated with its headings; figures in the first column and from a given one on; the last row bold.
fn page(
    title: String,
    above: Vec<String>,
    table: &Table,
    column_widths: Vec<u32>,
    figures_from: usize,
    footing: Vec<String>,
) -> Layout {
    let across = u32::try_from(table.columns.len()).unwrap_or(u32::MAX);
    let line = |text: String| {
        let cell = LayoutCell::new(0, text).spanning(across, 1).styled(CellStyle::Prose);
        LayoutRow { cells: vec![cell] }
    };
    let mut rows: Vec<LayoutRow> = above.into_iter().map(line).collect();
    let head = (0..).zip(&table.columns).map(|(at, text)| LayoutCell::new(at, text).styled(CellStyle::Head));
    rows.push(LayoutRow { cells: head.collect() });
    let repeat_rows = Some(0..rows.len());
    let last = table.rows.len().saturating_sub(1);
    for (at, row) in table.rows.iter().enumerate() {
        let cells = (0u32..).zip(row).map(|(column, text)| {
            let index = column as usize;
            let number = index >= figures_from || index == 0;
            let mut cell = LayoutCell::new(column, text);
            if at == last {
                cell = cell.styled(CellStyle::Indicator);
            } else if index == 1 && figures_from > 2 {
                cell = cell.styled(CellStyle::Prose);
            }
            if number && !text.is_empty() && text != "—" {
                cell.kind = ValueKind::Number;
            }
            cell
        });
        rows.push(LayoutRow { cells: cells.collect() });
    }
    let heading = vec![title.clone()];
    Layout { title, heading, column_widths, rows, landscape: true, repeat_rows, footing }
}

#[cfg(test)]
mod tests;
