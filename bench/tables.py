"""Generates target tables in the layout of the published one, and the same content as CSV.

The same seed and number give the same bytes. Run alone it writes a folder:

    python3 bench/tables.py OUT --tables 100 --seed 2024

OUT/txt/00001.txt …  the form: title, header, goals, and the indicator table broken over pages, its rows shifted as page
                     breaks shift them in the published table.
OUT/csv/00001.csv …  the rows of the indicator table only, one region a row, with a header line. What the form says in its
                     header and in prose has no place in a flat table and is left out.
OUT/defects.csv      which table holds which injected defect.
"""

import argparse
import csv
import hashlib
import random
import shutil
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

PROVINCE = "全省"
REGIONS = (
    "广州市 珠海市 珠海横琴 汕头市 佛山市 韶关市 河源市 梅州市 惠州市 汕尾市 东莞市 "
    "中山市 江门市 阳江市 湛江市 茂名市 肇庆市 清远市 潮州市 揭阳市 云浮市"
).split()
SLIPS = {"汕头市": "汕投市", "江门市": "江们市", "揭阳市": "揭洋市", "湛江市": "堪江市", "清远市": "清运市"}

DEPARTMENTS = ["商务厅", "农业农村厅", "科学技术厅", "工业和信息化厅", "文化和旅游厅", "生态环境厅", "交通运输厅"]
FIELDS = ["跨境电商", "乡村产业", "技术改造", "文旅融合", "流域治理", "农村公路", "会展服务", "种业振兴", "冷链物流"]

# Name, unit and largest figure of a year for one region. Figures of decimal indicators have one place.
COUNTS = [
    ("扶持企业数量", "家次", 120),
    ("培训企业数量", "家次", 900),
    ("支持项目数量", "个", 40),
    ("组织展会场次", "场次", 15),
    ("培训人员数量", "人次", 5000),
    ("新建服务站点数量", "个", 60),
    ("技术合同登记数量", "项", 300),
]
AMOUNTS = [
    ("带动社会投资规模", "亿元", 900),
    ("带动企业销售规模", "亿元", 2500),
    ("促进进出口规模", "亿元", 8000),
    ("新增贷款规模", "万元", 90000),
]
STATES = [("保持企业积极性", "保持"), ("保持产业平稳发展", "保持"), ("保持市场稳定", "保持")]

# A page of the form holds about as many rows as one of the published table.
PAGE = 44
BLANK = ""


@dataclass
class Row:
    """A row of the indicator table: an indicator's own (region = the province) or a region's."""

    region: str
    cycle: str
    year: str


@dataclass
class Indicator:
    """An indicator with its rows, the province's first."""

    category: str
    kind: str
    name: str
    unit: str
    rows: list[Row] = field(default_factory=list)

    @property
    def title(self) -> str:
        """The name as the form writes it: with the unit behind it."""
        return f"{self.name}（{self.unit}）" if self.unit else self.name


@dataclass
class Table:
    """One form."""

    subject: str
    department: str
    first: int
    last: int
    total: int
    year_total: int
    promise: str
    indicators: list[Indicator]

    @property
    def years(self) -> int:
        """Length of the implementation cycle in years."""
        return self.last - self.first + 1


def count_rows(rng: random.Random, regions: list[str], most: int, years: int) -> list[Row]:
    """Whole numbers whose regional floors add up to the province's, in the year and in the cycle."""
    figures = [1 + rng.randrange(most) for _ in regions]
    rows = [Row(PROVINCE, f"≥ {sum(figures) * years}", f"≥ {sum(figures)}")]
    return rows + [Row(r, f"≥ {n * years}", f"≥ {n}") for r, n in zip(regions, figures)]


def amount_rows(rng: random.Random, regions: list[str], most: int, years: int) -> list[Row]:
    """The same with one decimal place."""
    tenths = [1 + rng.randrange(most) for _ in regions]

    def shown(n: int) -> str:
        return f"≥ {Decimal(n).scaleb(-1)}"

    rows = [Row(PROVINCE, shown(sum(tenths) * years), shown(sum(tenths)))]
    return rows + [Row(r, shown(n * years), shown(n)) for r, n in zip(regions, tenths)]


def same_rows(regions: list[str], cycle: str, year: str) -> list[Row]:
    """The province and every region have the same target."""
    return [Row(r, cycle, year) for r in [PROVINCE, *regions]]


def some_regions(rng: random.Random) -> list[str]:
    """Fourteen to all of the regions, in the official order."""
    chosen = set(rng.sample(REGIONS, rng.randrange(14, len(REGIONS) + 1)))
    return [r for r in REGIONS if r in chosen]


def sound_table(rng: random.Random) -> Table:
    """A table in which every figure fits every other."""
    first = 2021 + rng.randrange(5)
    last = first + 1 + rng.randrange(3)
    years = last - first + 1
    everywhere = some_regions(rng)
    indicators = []
    for name, unit, most in rng.sample(COUNTS, 2 + rng.randrange(2)):
        rows = count_rows(rng, everywhere, most, years)
        indicators.append(Indicator("产出指标", "数量指标", name, unit, rows))
    deadline = same_rows(everywhere, f"{last}年12月底前", f"{first}年12月底前")
    indicators.append(Indicator("产出指标", "时效指标", "项目完成时间", "", deadline))
    indicators.append(Indicator("产出指标", "成本指标", "预算控制", "", same_rows(everywhere, "不超预算", "不超预算")))
    for name, unit, most in rng.sample(AMOUNTS, 1 + rng.randrange(2)):
        rows = amount_rows(rng, everywhere, most, years)
        indicators.append(Indicator("效益指标", "经济效益指标", name, unit, rows))
    name, state = rng.choice(STATES)
    indicators.append(Indicator("效益指标", "社会效益指标", name, "", same_rows(everywhere, state, state)))
    share = f"≥ {85 + rng.randrange(12)}"
    satisfied = same_rows(everywhere, share, share)
    indicators.append(Indicator("效益指标", "服务对象满意度指标", "获支持对象满意度", "%", satisfied))
    year_total = 1000 + rng.randrange(90000)
    counted = indicators[0]
    promise = f"{counted.name}不少于{counted.rows[0].year.removeprefix('≥ ')}{counted.unit}"
    return Table(
        subject=rng.choice(FIELDS),
        department=f"广东省{rng.choice(DEPARTMENTS)}",
        first=first,
        last=last,
        total=year_total * years,
        year_total=year_total,
        promise=promise,
        indicators=indicators,
    )


def a_region(rng: random.Random, indicator: Indicator) -> int:
    """Where in the rows of an indicator a region stands that is chosen by lot."""
    return 1 + rng.randrange(len(indicator.rows) - 1)


def number(text: str) -> Decimal:
    """The figure of a target such as `≥ 104`."""
    return Decimal(text.split()[-1])


def strict_total(rng: random.Random, table: Table) -> None:
    """The province wants more than its regions' floors add up to."""
    row = table.indicators[0].rows[0]
    row.cycle, row.year = row.cycle.replace("≥", ">"), row.year.replace("≥", ">")


def short_sum(rng: random.Random, table: Table) -> None:
    """One region's floors fall short, so that the sum does."""
    indicator = table.indicators[1]
    row = max(indicator.rows[1:], key=lambda r: number(r.year))
    figure = number(row.year) // 2
    row.cycle, row.year = f"≥ {figure * table.years}", f"≥ {figure}"


def cycle_below_year(rng: random.Random, table: Table) -> None:
    """A region's target of the cycle and of the year are swapped."""
    indicator = table.indicators[0]
    row = indicator.rows[a_region(rng, indicator)]
    row.cycle, row.year = row.year, row.cycle


def missing_value(rng: random.Random, table: Table) -> None:
    """A region has no target of the year."""
    indicator = table.indicators[1]
    indicator.rows[a_region(rng, indicator)].year = BLANK


def unknown_region(rng: random.Random, table: Table) -> None:
    """A region's name is misspelt."""
    for indicator in table.indicators:
        for row in indicator.rows:
            if row.region in SLIPS:
                row.region = SLIPS[row.region]
                return


def duplicate_region(rng: random.Random, table: Table) -> None:
    """A region is listed twice."""
    rows = table.indicators[0].rows
    at = a_region(rng, table.indicators[0])
    rows.insert(at + 1, Row(rows[at].region, rows[at].cycle, rows[at].year))


def garbled_figure(rng: random.Random, table: Table) -> None:
    """A letter stands where a digit should."""
    indicator = table.indicators[0]
    indicator.rows[a_region(rng, indicator)].year = "≥ 1O"


def no_comparator(rng: random.Random, table: Table) -> None:
    """A bare number says neither at least nor at most."""
    indicator = table.indicators[1]
    row = indicator.rows[a_region(rng, indicator)]
    row.year = row.year.removeprefix("≥ ")


def late_deadline(rng: random.Random, table: Table) -> None:
    """A region's deadline lies after the cycle."""
    indicator = next(i for i in table.indicators if i.kind == "时效指标")
    indicator.rows[a_region(rng, indicator)].cycle = f"{table.last + 2}年12月底前"


def budget_turned(rng: random.Random, table: Table) -> None:
    """The year's money exceeds the cycle's."""
    table.total, table.year_total = table.year_total, table.total


def prose_figure(rng: random.Random, table: Table) -> None:
    """The goal in prose promises more than the table."""
    counted = table.indicators[0]
    table.promise = f"{counted.name}不少于{number(counted.rows[0].year) + 7}{counted.unit}"


DEFECTS = [
    strict_total,
    short_sum,
    cycle_below_year,
    missing_value,
    unknown_region,
    duplicate_region,
    garbled_figure,
    no_comparator,
    late_deadline,
    budget_turned,
    prose_figure,
]

# Of a hundred tables, how many hold a defect.
DEFECTIVE = 30


def head_lines(table: Table) -> list[str]:
    """Everything above the indicator table."""
    project = f"{table.subject}专项资金"
    return [
        "",
        "",
        f"{table.first}年{project} 二级项目绩效目标表",
        "",
        f"项目名称\t\t{project}\t\t\t",
        "项目类型\t\t省级财政专项资金\t\t\t",
        "项目等级\t\t二级项目\t\t\t",
        f"主管部门\t\t{table.department}\t\t用款单位 {table.department}\t",
        f"实施期限\t\t起始年度\t{table.first}年\t到期年度\t{table.last}年",
        f"预算金额\t\t总金额\t{table.total}万元\t当年度金额\t{table.year_total}万元",
        f"项目概述\t\t支持{table.subject}等项目。对符合条件的企业给予支持，引导各地因地制宜、分类推进。\t\t\t",
        "总体 绩效目标\t\t实施周期总目标\t\t当年度目标\t",
        f"\t\t推动{table.subject}高质量发展，优化结构，提升竞争力。\t\t持续加强支持，{table.promise}，实现平稳发展。\t",
    ]


def body_rows(table: Table) -> list[list[str]]:
    """The indicator table as rows of six fields, as it stands before it is broken over pages."""
    rows = []
    category = kind = ""
    for indicator in table.indicators:
        for row in indicator.rows:
            own = row.region == PROVINCE
            rows.append([
                "",
                indicator.category if own and indicator.category != category else "",
                indicator.kind if own and indicator.kind != kind else "",
                indicator.title if own else row.region,
                row.cycle,
                row.year,
            ])
        category, kind = indicator.category, indicator.kind
    return rows


def shifted(row: list[str], columns: int) -> str:
    """A row moved to the left over its empty first fields, as where a page break swallowed merged cells."""
    free = next(i for i, cell in enumerate(row) if cell)
    by = min(columns, free)
    return "\t".join(row[by:] + [""] * by)


def form(rng: random.Random, table: Table) -> str:
    """The form as text: fields between tabs."""
    lines = head_lines(table)
    rows = body_rows(table)
    for start in range(0, len(rows), PAGE):
        page = rows[start : start + PAGE]
        lines += [] if start == 0 else [""]
        lines.append("\t一级 指标\t二级指标\t三级指标\t实施周期指标值\t当年度指标值")
        # From some row on, the rest of the page is shifted.
        shift, since = rng.randrange(4), rng.randrange(len(page) // 2, len(page) + 1)
        page[0][0] = "绩效 目标"
        lines += [shifted(row, shift if i >= max(since, 1) else 0) for i, row in enumerate(page)]
    return "\n".join(lines) + "\n"


def write_csv(path: Path, table: Table) -> None:
    """The rows of the indicator table as CSV, each with its indicator."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["category", "kind", "indicator", "unit", "region", "cycle_target", "year_target"])
        for indicator in table.indicators:
            fixed = [indicator.category, indicator.kind, indicator.name, indicator.unit]
            writer.writerows([*fixed, row.region, row.cycle, row.year] for row in indicator.rows)


def generate(folder: Path, tables: int, seed: int) -> str:
    """Writes the tables into a folder, which is emptied first; gives the SHA-256 of all forms together."""
    shutil.rmtree(folder, ignore_errors=True)
    for part in ("txt", "csv"):
        (folder / part).mkdir(parents=True)
    rng = random.Random(seed)
    digest = hashlib.sha256()
    with (folder / "defects.csv").open("w", encoding="utf-8", newline="") as file:
        defects = csv.writer(file)
        defects.writerow(["table", "defect"])
        for n in range(1, tables + 1):
            table = sound_table(rng)
            defect = rng.choice(DEFECTS) if rng.randrange(100) < DEFECTIVE else None
            if defect:
                defect(rng, table)
            text = form(rng, table).encode()
            digest.update(text)
            (folder / "txt" / f"{n:05}.txt").write_bytes(text)
            write_csv(folder / "csv" / f"{n:05}.csv", table)
            defects.writerow([f"{n:05}", defect.__name__ if defect else ""])
    return digest.hexdigest()


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--tables", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=2024)
    args = parser.parse_args()
    print(generate(args.folder, args.tables, args.seed))


if __name__ == "__main__":
    main()
