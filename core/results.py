"""Results as data: what they hold, as JSON for others, as files that come back exactly.

A result is a frozen dataclass whose first field is its ``spec``; the other fields are plain
values (nan allowed), tuples of them, or long tidy tables (`pandas.DataFrame`): one row per mark on
the chart, one type per column, rows numbered from 0. The functions about specs alone live in
`core.specs` and can be had from here too.
"""

import errno
import hashlib
import io
import json
import math
import os
import shutil
import sys
import uuid
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

import pandas as pd

from core.specs import (
    build,
    fit,
    hints_of,
    pack,
    parse_setting,
    setting_to_text,
    spec_from_json,
    spec_from_text,
    spec_to_json,
)

__all__ = [
    "DamagedResultError",
    "load_result",
    "parse_setting",
    "result_to_json",
    "save_result",
    "scalars_of",
    "setting_to_text",
    "spec_from_json",
    "spec_from_text",
    "spec_to_json",
    "tables_of",
]

T = TypeVar("T")

COLUMN_TYPES = frozenset(
    ["bool", "boolean", "Int64", "str", "float32", "float64"]
    + [f"{sign}int{bits}" for sign in ("", "u") for bits in (8, 16, 32, 64)]
    + [f"datetime64[{unit}]" for unit in ("s", "ms", "us", "ns")]
)
"""The column types that come back from a file exactly; ``category`` of the next does so too."""
CATEGORY_TYPES = frozenset(["bool", "str", "int64", "float64"])

CHECKSUMS = "SHA256SUMS"
N_TRIES = 20


class DamagedResultError(ValueError):
    """The folder of a kept result is not what was written."""


def scalars_of(result: object) -> dict[str, Any]:
    """Return the plain values of `result` by field name: all but its spec and its tables.

    ``Result(spec, best_depth=3, terms=table)`` gives ``{"best_depth": 3}``.
    Raises `TypeError` if a value is not what its annotation says (a NumPy integer, for example).
    """
    return {
        name: fit(getattr(result, name), hint, f"{type(result).__name__}.{name}")
        for name, hint in hints_of(type(result)).items()
        if name != "spec" and hint is not pd.DataFrame
    }


def tables_of(result: object) -> dict[str, pd.DataFrame]:
    """Return the tables of `result` by field name, in the order of the fields."""
    hints = hints_of(type(result)).items()
    return {name: getattr(result, name) for name, hint in hints if hint is pd.DataFrame}


def result_to_json(result: Any) -> str:
    """Return the ``spec``, ``scalars`` and ``tables`` (as records) of `result` as strict JSON.

    What JSON cannot say becomes null: nan, infinities and missing cells.
    Dates are ISO 8601 text.
    """
    tables = {name: table.to_dict("records") for name, table in tables_of(result).items()}
    scalars = {name: pack(value) for name, value in scalars_of(result).items()}
    whole = {"spec": pack(result.spec), "scalars": scalars, "tables": tables}
    return json.dumps(_public(whole), allow_nan=False, ensure_ascii=False)


def save_result(result: Any, folder: Path) -> None:
    """Keep `result` in `folder`: ``result.json``, one Parquet file per table, and checksums.

    The folder appears whole or not at all; an older one of that name is replaced.
    Raises `TypeError` if a value or a column could not come back exactly.
    """
    columns: dict[str, Any] = {}
    files: dict[str, bytes] = {}
    for name, table in tables_of(result).items():
        columns[name], files[f"{name}.parquet"] = _pack_table(table, name)
    scalars = {name: pack(value) for name, value in scalars_of(result).items()}
    whole = {"spec": pack(result.spec), "scalars": scalars, "columns": columns}
    files["result.json"] = json.dumps(whole, ensure_ascii=False).encode()  # nan stays NaN
    files[CHECKSUMS] = _checksums(files)
    folder.parent.mkdir(parents=True, exist_ok=True)
    draft = folder.with_name(f".{uuid.uuid4().hex}.tmp")
    try:
        draft.mkdir()
        for name, content in files.items():
            _write_durably(draft / name, content)
        _sync_folder(draft)
        _put_in_place(draft, folder)
        _sync_folder(folder.parent)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def load_result(result_type: type[T], folder: Path) -> T:
    """Return the result kept in `folder`: the same floats, column types and categories.

    Raises `FileNotFoundError` if there is no such folder, and `DamagedResultError` if a file in
    it is missing or differs by one byte from what was written.
    """
    files = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    if files.pop(CHECKSUMS, b"") != _checksums(files):
        message = f"The kept result {folder.name} is damaged."
        raise DamagedResultError(message)
    whole = json.loads(files["result.json"])
    hints = hints_of(result_type)
    values: dict[str, Any] = {"spec": build(hints["spec"], whole["spec"])}
    for name, value in whole["scalars"].items():
        values[name] = fit(value, hints[name], name)
    for name, columns in whole["columns"].items():
        values[name] = _unpack_table(columns, files[f"{name}.parquet"])
    return result_type(**values)


def _public(value: Any) -> Any:
    """Return `value` with null in place of all that strict JSON cannot say."""
    if isinstance(value, dict):
        return {name: _public(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_public(item) for item in value]
    if value is None or value is pd.NA or value is pd.NaT:
        return None
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value.isoformat() if isinstance(value, pd.Timestamp) else value


def _pack_table(table: pd.DataFrame, name: str) -> tuple[dict[str, Any], bytes]:
    """Return the type of each column, and the table as Parquet with codes for categories.

    Parquet forgets categories that are numbers or unused, so they are noted beside it.
    """
    if not table.index.equals(pd.RangeIndex(len(table))):
        message = f"The rows of {name} must be numbered from 0: use reset_index(drop=True)."
        raise TypeError(message)
    if not all(isinstance(column, str) for column in table.columns):
        message = f"The columns of {name} must be named by text, got {list(table.columns)}."
        raise TypeError(message)
    stored = table.copy(deep=False)
    columns: dict[str, Any] = {}
    for column, dtype in table.dtypes.items():
        kind: dict[str, Any] = {"type": str(dtype)}
        if isinstance(dtype, pd.CategoricalDtype):
            stored[column] = table[column].cat.codes
            kind = {
                "type": str(dtype.categories.dtype),
                "categories": dtype.categories.tolist(),
                "ordered": bool(dtype.ordered),
            }
        allowed = CATEGORY_TYPES if "categories" in kind else COLUMN_TYPES
        # A column without rows has no type yet.
        if kind["type"] not in allowed and not (kind["type"] == "object" and table.empty):
            message = f"The column {column!r} of {name} is of type {kind['type']}; give it one of "
            raise TypeError(message + ", ".join(sorted(allowed)) + ".")
        columns[str(column)] = kind
    return columns, stored.to_parquet(index=False)


def _unpack_table(columns: dict[str, Any], content: bytes) -> pd.DataFrame:
    table = pd.read_parquet(io.BytesIO(content))
    for column, kind in columns.items():
        if "categories" in kind:
            dtype = pd.CategoricalDtype(
                pd.Index(kind["categories"], dtype=kind["type"]), ordered=kind["ordered"]
            )
            table[column] = pd.Categorical.from_codes(table[column], dtype=dtype)
        else:
            table[column] = table[column].astype(kind["type"])
    return table


def _checksums(files: dict[str, bytes]) -> bytes:
    """Return the list that the program ``sha256sum --check`` reads."""
    lines = [f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n" for name in sorted(files)]
    return "".join(lines).encode()


def _write_durably(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    if sys.platform != "win32":  # Windows cannot sync a folder
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _put_in_place(draft: Path, folder: Path) -> None:
    for _ in range(N_TRIES):
        try:
            draft.rename(folder)
        except OSError as error:
            if error.errno not in (errno.EEXIST, errno.ENOTEMPTY):
                raise
        else:
            return
        # A folder that is not empty cannot be renamed over: it steps aside first. Another writer
        # of the same result may do so at the same moment, hence the tries.
        aside = folder.with_name(f".{uuid.uuid4().hex}.tmp")
        with suppress(FileNotFoundError):
            folder.rename(aside)
        shutil.rmtree(aside, ignore_errors=True)
    draft.rename(folder)
