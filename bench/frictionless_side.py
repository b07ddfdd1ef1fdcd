"""Validates the CSV side of the generated tables with frictionless, in one process through its Python interface.

    target/bench/venv/bin/python bench/frictionless_side.py FOLDER TABLES

Prints one JSON object: seconds for the import and for each table, and which tables were found invalid. The schema says as
much of a target table as a schema can: types, required cells, the known regions, the form of a target, and that an
indicator has a region once. That regions add up to the province, years to the cycle and prose to the table is beyond it.
"""

import json
import sys
import time
from pathlib import Path

START = time.perf_counter()

from frictionless import Resource, Schema, system  # noqa: E402 - the import is measured

import tables  # noqa: E402

IMPORTED = time.perf_counter()

TARGET = r"^((>|≥|=|≤|<) \d+(\.\d+)?|\d{4}年(1[0-2]|[1-9])月底前|保持|不超预算)$"


def field(name: str, **constraints: object) -> dict:
    """A column of text."""
    return {"name": name, "type": "string", "constraints": {"required": True} | constraints}


SCHEMA = {
    "fields": [
        field("category", enum=["产出指标", "效益指标", "满意度指标", "成本指标"]),
        field("kind"),
        field("indicator"),
        field("unit", required=False),
        field("region", enum=[tables.PROVINCE, *tables.REGIONS]),
        field("cycle_target", pattern=TARGET),
        field("year_target", pattern=TARGET),
    ],
    "primaryKey": ["indicator", "region"],
}


def main() -> None:
    """Validates the first TABLES tables of FOLDER one after the other."""
    folder, count = Path(sys.argv[1]), int(sys.argv[2])
    schema = Schema.from_descriptor(SCHEMA)
    seconds, invalid = [], []
    # The folder lies outside the working directory; frictionless would refuse such paths as unsafe.
    with system.use_context(trusted=True):
        for path in sorted(folder.glob("*.csv"))[:count]:
            before = time.perf_counter()
            report = Resource(path=str(path), schema=schema.to_copy()).validate()
            seconds.append(time.perf_counter() - before)
            if not report.valid:
                invalid.append(path.stem)
    print(json.dumps({"import": IMPORTED - START, "tables": seconds, "invalid": invalid}))


if __name__ == "__main__":
    main()
