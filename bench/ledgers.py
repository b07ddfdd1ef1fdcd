"""Writes synthetic ledgers of the made-up fund bench/fund: same seed, same rows.

    VENV/python bench/ledgers.py lines DIR COUNT csv|parquet SEED
    VENV/python bench/ledgers.py persons DIR COUNT csv|parquet SEED

All codes, names and amounts are drawn; none is anybody's.
"""

import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet

REGISTERED = 19_000
GOODS = 3_000
CITIES = 21
BLOCK = 1_000_000
# GB 32100: the characters of a credit code and the weight of each place.
CHARACTERS = np.frombuffer(b"0123456789ABCDEFGHJKLMNPQRTUWXY", dtype=np.uint8)
WEIGHTS = np.array([pow(3, place, 31) for place in range(17)])
MODES = pa.array(["general", "processing", "other"])


def digits(numbers: np.ndarray, width: int) -> np.ndarray:
    """Numbers as that many digits each, one row of bytes a number."""
    powers = 10 ** np.arange(width - 1, -1, -1, dtype=np.int64)
    return (numbers[:, None] // powers % 10).astype(np.uint8)


def texts(rows: np.ndarray) -> pa.Array:
    """Rows of bytes as texts."""
    return pa.array(rows.view(f"S{rows.shape[1]}").ravel().astype(str))


def credit_codes(count: int) -> pa.Array:
    """Codes with sound check characters, all different, in no order."""
    numbers = np.arange(count, dtype=np.int64) * 7_919 % 1_000_000_007
    city = numbers % CITIES + 1
    body = np.concatenate(
        [digits(np.full(count, 91), 2), digits(990_000 + city * 100, 6), digits(numbers, 9)], axis=1
    )
    check = (31 - (body * WEIGHTS).sum(axis=1) % 31) % 31
    whole = np.concatenate([body, check[:, None].astype(np.uint8)], axis=1)
    return texts(np.ascontiguousarray(CHARACTERS[whole]))


def decimals(values: np.ndarray, scale: int) -> pa.Array:
    """Whole numbers as exact decimals of a scale."""
    whole = pa.array(values.astype(np.int64)).cast(pa.decimal128(19, 0))
    # The same 128 bits, read with the point further left.
    buffers = whole.buffers()
    return pa.Array.from_buffers(pa.decimal128(18, scale), len(whole), buffers)


def register(count: int) -> dict[str, pa.Array]:
    """Code, name and city of enterprises."""
    codes = credit_codes(count)
    names = pc.binary_join_element_wise("测速企业", pa.array(np.arange(1, count + 1)).cast(pa.string()), "")
    return {"code": codes, "name": names, "region": pc.utf8_slice_codeunits(codes, 2, 8)}


class Writer:
    """A ledger file, block by block."""

    def __init__(self, folder: Path, name: str, kind: str):
        folder.mkdir(parents=True, exist_ok=True)
        self.path, self.kind, self.inner = folder / f"{name}.{kind}", kind, None

    def block(self, columns: dict[str, pa.Array]) -> None:
        """Writes some rows."""
        table = pa.table(columns)
        if self.inner is None and self.kind == "csv":
            options = pyarrow.csv.WriteOptions(quoting_style="none")
            self.inner = pyarrow.csv.CSVWriter(str(self.path), table.schema, write_options=options)
        elif self.inner is None:
            self.inner = pyarrow.parquet.ParquetWriter(str(self.path), table.schema, compression="snappy")
        self.inner.write_table(table)

    def close(self) -> None:
        """Ends the file."""
        self.inner.close()


def whole_file(folder: Path, name: str, kind: str, columns: dict[str, pa.Array]) -> None:
    """A ledger file at once."""
    writer = Writer(folder, name, kind)
    writer.block(columns)
    writer.close()


def write_lines(folder: Path, count: int, kind: str, seed: int) -> None:
    """Declaration lines, the catalogue and the register of enterprises."""
    draw = np.random.default_rng(seed)
    # The small ledgers are CSV beside lines of either kind.
    enterprises = register(REGISTERED)
    whole_file(folder, "enterprises", "csv", enterprises)
    goods = np.sort(draw.choice(90_000_000, GOODS, replace=False).astype(np.int64) * 100 + 1_000_000_000)
    rates = draw.integers(1_000, 200_000, GOODS)
    whole_file(folder, "catalogue", "csv", {"hs_code": texts(digits(goods, 10) + ord("0")), "rate": decimals(rates, 6)})
    goods_texts = texts(digits(goods, 10) + ord("0"))
    first_day = np.datetime64("2023-07-01")
    writer = Writer(folder, "declaration_lines", kind)
    for start in range(0, count, BLOCK):
        rows = min(BLOCK, count - start)
        serial = 990_120_231_000_000_000 + np.arange(start, start + rows, dtype=np.int64)
        # Few enterprises bring many lines, many bring few.
        enterprise = (draw.random(rows) ** 2 * REGISTERED).astype(np.int64)
        writer.block(
            {
                "declaration_no": texts(digits(serial, 18) + ord("0")),
                "hs_code": goods_texts.take(pa.array(draw.integers(0, GOODS, rows))),
                "enterprise_code": enterprises["code"].take(pa.array(enterprise)),
                "cleared": pa.array(first_day + draw.integers(0, 366, rows).astype("timedelta64[D]")),
                "amount": decimals((10 ** draw.uniform(3, 9, rows)).astype(np.int64), 2),
                "trade_mode": MODES.take(pa.array(draw.integers(0, 3, rows))),
            }
        )
    writer.close()


def write_persons(folder: Path, count: int, kind: str, seed: int) -> None:
    """Enterprises with one amount each."""
    draw = np.random.default_rng(seed)
    amounts = (10 ** draw.uniform(3, 10, count)).astype(np.int64)
    whole_file(folder, "persons", kind, register(count) | {"amount": decimals(amounts, 2)})


if __name__ == "__main__":
    what, where, rows, ending, start = sys.argv[1:]
    {"lines": write_lines, "persons": write_persons}[what](Path(where), int(rows), ending, int(start))
