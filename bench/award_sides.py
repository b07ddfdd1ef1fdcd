"""The other sides of bench/awards.py: the same rule in polars, DuckDB and OpenFisca. Prints one JSON line.

    VENV/python bench/award_sides.py polars|duckdb DIR csv|parquet [check]
    VENV/python bench/award_sides.py openfisca DIR
    VENV/python bench/award_sides.py awards OUT

`check` and `awards` give a digest of code, city and fen of every enterprise, so that sides can be held against each
other; a run that is timed does not do that.
"""

import hashlib
import json
import sys
import time
from decimal import Decimal
from pathlib import Path


def digest(rows) -> dict:
    """What the sides must agree in: whole fen by enterprise and city."""
    lines = sorted(f"{code},{city},{fen}" for code, city, fen in rows)
    cities: dict[str, int] = {}
    for line in lines:
        _, city, fen = line.split(",")
        cities[city] = cities.get(city, 0) + int(fen)
    return {
        "enterprises": len(lines),
        "cities": len(cities),
        "fen": sum(cities.values()),
        "sha256": hashlib.sha256("\n".join(lines).encode()).hexdigest(),
    }


def fen(amount: Decimal) -> int:
    """An amount in yuan as whole fen; anything between two fen stops the run."""
    whole = amount * 100
    if whole != int(whole):
        raise SystemExit(f"{amount} is no whole fen")
    return int(whole)


def with_polars(folder: Path, kind: str):
    """The rule in polars, lazily. The product is given the digits that it needs: by itself polars cuts it to six."""
    import polars as pl

    begin = time.perf_counter()
    text = pl.String
    lines = (
        pl.scan_parquet(folder / "declaration_lines.parquet")
        if kind == "parquet"
        else pl.scan_csv(
            folder / "declaration_lines.csv",
            schema={
                "declaration_no": text,
                "hs_code": text,
                "enterprise_code": text,
                "cleared": pl.Date,
                "amount": pl.Decimal(18, 2),
                "trade_mode": text,
            },
        )
    )
    goods = pl.scan_csv(folder / "catalogue.csv", schema={"hs_code": text, "rate": pl.Decimal(18, 6)})
    register = pl.scan_csv(folder / "enterprises.csv", schema={"code": text, "name": text, "region": text})
    product = pl.col("amount").cast(pl.Decimal(38, 8)) * pl.col("rate")
    awards = (
        lines.join(goods, on="hs_code")
        .with_columns(fen=product.round(2, mode="half_away_from_zero"))
        .group_by("enterprise_code")
        .agg(pl.col("fen").sum())
        .join(register, left_on="enterprise_code", right_on="code")
        .select("enterprise_code", "region", "fen")
        # On a million CSV lines both engines took the same time; this one took less memory.
        .collect(engine="streaming")
    )
    awards.group_by("region").agg(pl.col("fen").sum())
    return time.perf_counter() - begin, awards.iter_rows()


def with_duckdb(folder: Path, kind: str):
    """The rule in SQL."""
    import duckdb

    begin = time.perf_counter()
    base = duckdb.connect()
    base.execute("set threads = 2")
    columns = {
        "declaration_no": "VARCHAR",
        "hs_code": "VARCHAR",
        "enterprise_code": "VARCHAR",
        "cleared": "DATE",
        "amount": "DECIMAL(18,2)",
        "trade_mode": "VARCHAR",
    }
    lines = (
        f"read_parquet('{folder}/declaration_lines.parquet')"
        if kind == "parquet"
        else f"read_csv('{folder}/declaration_lines.csv', header = true, columns = {columns})"
    )
    goods = {"hs_code": "VARCHAR", "rate": "DECIMAL(18,6)"}
    register = {"code": "VARCHAR", "name": "VARCHAR", "region": "VARCHAR"}
    base.execute(f"""
        create temp table awards as
        select code, region, fen from (
            select enterprise_code, sum(round(amount * rate, 2)) fen
            from {lines} join read_csv('{folder}/catalogue.csv', header = true, columns = {goods}) using (hs_code)
            group by 1
        ) join read_csv('{folder}/enterprises.csv', header = true, columns = {register}) on code = enterprise_code""")
    base.execute("select region, sum(fen) from awards group by 1").fetchall()
    return time.perf_counter() - begin, base.execute("from awards").fetchall()


def with_openfisca(folder: Path) -> dict:
    """The rule of schemes/persons.toml in OpenFisca, and beside it the same in whole numbers."""
    import numpy as np
    import pyarrow.parquet
    from openfisca_core.entities import build_entity
    from openfisca_core.periods import DateUnit
    from openfisca_core.simulations import SimulationBuilder
    from openfisca_core.taxbenefitsystems import TaxBenefitSystem
    from openfisca_core.variables import Variable

    person = build_entity(key="person", plural="persons", label="", is_person=True)

    class amount(Variable):
        value_type, entity, definition_period = float, person, DateUnit.YEAR

    class capped(Variable):
        value_type, entity, definition_period = float, person, DateUnit.YEAR

        def formula(persons, period):
            return np.minimum(persons("amount", period) * 0.013, 500_000)

    class whole(Variable):
        value_type, entity, definition_period = float, person, DateUnit.YEAR

        def formula(persons, period):
            return np.floor(persons("capped", period) * 100) / 100

    class award(Variable):
        value_type, entity, definition_period = float, person, DateUnit.YEAR

        def formula(persons, period):
            value = persons("whole", period)
            return np.where(value >= 100, value, 0)

    column = pyarrow.parquet.read_table(folder / "persons.parquet", columns=["amount"])["amount"]
    # The unscaled value of a decimal of at most 18 digits stands in its lower eight bytes.
    parts = [np.frombuffer(c.buffers()[1], dtype=np.int64)[c.offset * 2 : (c.offset + len(c)) * 2 : 2] for c in column.chunks]
    given = np.concatenate(parts)
    begin = time.perf_counter()
    system = TaxBenefitSystem([person])
    for variable in (amount, capped, whole, award):
        system.add_variable(variable)
    simulation = SimulationBuilder().build_default_simulation(system, count=len(given))
    simulation.set_input("amount", "2024", given / 100)
    result = simulation.calculate("award", "2024")
    seconds = time.perf_counter() - begin
    exact = np.minimum(given * 13, 500_000_00 * 1000) // 1000
    exact = np.where(exact >= 100_00, exact, 0)
    theirs = np.rint(result.astype(np.float64) * 100).astype(np.int64)
    return {
        "query": seconds,
        "type": str(result.dtype),
        "persons": len(given),
        "exact_fen": int(exact.sum()),
        "wrong_persons": int((theirs != exact).sum()),
        "wrong_fen": int(np.abs(theirs - exact).sum()),
        "net_fen": int((theirs - exact).sum()),
    }


def awards(folder: Path) -> dict:
    """The digest of awards.parquet as jixiao wrote it."""
    import pyarrow.parquet

    names = ["credit_code", "region", "awarded_fen"]
    table = pyarrow.parquet.read_table(folder / "awards.parquet", columns=names)
    columns = [table[name].to_pylist() for name in names]
    return digest(zip(*columns))


def main() -> None:
    """Runs one side."""
    start = time.perf_counter()
    side, folder = sys.argv[1], Path(sys.argv[2])
    if side == "openfisca":
        print(json.dumps(with_openfisca(folder)))
        return
    if side == "awards":
        print(json.dumps(awards(folder)))
        return
    seconds, rows = {"polars": with_polars, "duckdb": with_duckdb}[side](folder, sys.argv[3])
    said = {"query": seconds, "with_import": time.perf_counter() - start}
    if sys.argv[4:] == ["check"]:
        said |= digest((code, city, fen(yuan)) for code, city, yuan in rows)
    print(json.dumps(said))


if __name__ == "__main__":
    main()
