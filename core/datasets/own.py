"""Tables that a person brought: checked, kept on this computer, named by their content."""

import csv
import hashlib
import io
import json
import os
import re
import shutil
import tempfile
from contextlib import suppress
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path
from typing import Any

import pandas as pd

from core.datasets.dataset import Column, Dataset, Label, Noun, Task
from core.datasets.own_table import check_choices, normalise_table
from core.errors import SpecError, require
from core.settings import read_settings

OWN_NAME = re.compile(r"own-[0-9a-f]{16}")
OWNER = re.compile(r"[a-z0-9]{1,40}")
LOCAL = "local"
"""The one learner of a computer without a class."""
FORMAT = 1
TABLE, ABOUT = "table.parquet", "dataset.json"


def store_own_dataset(
    table: pd.DataFrame,
    *,
    title: str,
    task: Task,
    target: str | None,
    positive: Label | None = None,
    row_noun: Noun = ("row", "rows"),
    positive_noun: Noun | None = None,
    negative_noun: Noun | None = None,
    licence: str = "yours",
    provenance: str = "Uploaded by you.",
    owner: str = LOCAL,
) -> Dataset:
    """Keep a person's table under ``GLASSROOM_HOME`` and return it as a `Dataset`.

    Numbers stay numbers, yes/no columns become 0 and 1, everything else becomes words; empty
    words count as missing. Column names stay as the person wrote them.

    Parameters
    ----------
    table
        One row per observation; at least one column besides the target.
    title
        What the person calls it.
    task
        One of `TASKS`.
    target
        The column to predict; None for clustering.
    positive
        The label to look for in a binary task; the rarer one if None.
    row_noun, positive_noun, negative_noun
        One and many, for sentences.
    owner
        The learner who brought it. Somebody else may bring the same table; then both own it.

    Returns
    -------
    Dataset
        Its name is ``own-`` and 16 hexadecimal digits of the SHA-256 of content and choices: the
        same table with the same choices has the same name everywhere.

    Raises
    ------
    SpecError
        If the table cannot serve the task; the sentence says why and what to change.
    """
    clean = normalise_table(table)
    positive = check_choices(clean, title=title, task=task, target=target, positive=positive)
    if task == "binary":
        positive_noun = positive_noun or _label_noun(row_noun, f"{target} = {positive}")
        negative_noun = negative_noun or _label_noun(row_noun, f"{target} ≠ {positive}")
    about = {
        "format": FORMAT,
        "title": title.strip(),
        "task": task,
        "target": target,
        "positive": positive,
        "row_noun": row_noun,
        "positive_noun": positive_noun,
        "negative_noun": negative_noun,
        "columns": [asdict(column) for column in _describe_columns(clean, target)],
        "n_rows": len(clean),
        "licence": licence,
        "provenance": provenance,
    }
    text = json.dumps(about, ensure_ascii=False, indent=2, sort_keys=True).encode()
    digest = hashlib.sha256(text + b"\0" + _render_csv(clean)).hexdigest()
    name = f"own-{digest[:16]}"
    parquet = io.BytesIO()
    clean.to_parquet(parquet, index=False)
    _write_folder(_folder(name), {TABLE: parquet.getvalue(), ABOUT: text})
    mark = _mark(name, owner)
    mark.parent.mkdir(exist_ok=True)
    mark.touch()
    return load_own_dataset(name)


def load_own_dataset(name: str) -> Dataset:
    """Return the uploaded table called `name` (``own-`` and 16 hexadecimal digits).

    Raises
    ------
    SpecError
        If the name has another form, or the table is not on this computer.
    """
    folder = _folder(name)
    if not (folder / ABOUT).is_file():
        message = (
            f"This link names a table that was uploaded on another computer, or that was removed "
            f"here: {name}. Upload the same table with the same choices and the link works again."
        )
        raise SpecError(message)
    return _open(folder)


def list_own_datasets(task: Task | None = None, *, owner: str = LOCAL) -> tuple[Dataset, ...]:
    """Return the tables of `owner`, oldest first; only those for `task` if it is given.

    Tables of another version, and tables removed meanwhile, are left out.
    """
    found = []
    for folder in (read_settings().home / "tables").glob("own-*"):
        try:
            if owns_dataset(folder.name, owner):
                found.append(
                    (folder.stat().st_mtime_ns, folder.name, load_own_dataset(folder.name))
                )
        except (SpecError, FileNotFoundError):
            continue
    datasets = [dataset for _, _, dataset in sorted(found, key=lambda entry: entry[:2])]
    return tuple(dataset for dataset in datasets if task is None or dataset.task == task)


def owns_dataset(name: str, owner: str = LOCAL) -> bool:
    """Return whether `owner` brought the table; one without any mark is the local learner's."""
    mark = _mark(name, owner)
    return mark.is_file() or (owner == LOCAL and not mark.parent.is_dir())


def forget_own_dataset(name: str, *, owner: str = LOCAL) -> None:
    """Remove a table of `owner` from this computer, unless somebody else brought the same one too.

    Nothing happens if it is not there, or is not theirs.
    """
    folder, mark = _folder(name), _mark(name, owner)
    if not folder.is_dir() or not owns_dataset(name, owner):
        return
    mark.unlink(missing_ok=True)
    if mark.parent.is_dir() and any(mark.parent.iterdir()):
        return
    _open.cache_clear()
    # Out of sight first, so that a half-removed table is never found.
    hidden = Path(tempfile.mkdtemp(prefix=".gone-", dir=folder.parent))
    with suppress(FileNotFoundError):  # another session was faster
        folder.rename(hidden / name)
    shutil.rmtree(hidden)


def _mark(name: str, owner: str) -> Path:
    """Return the empty file that says that `owner` brought the table."""
    require(
        OWNER.fullmatch(owner) is not None,
        f"The owner of a table is named by small letters and digits, got {owner!r}.",
    )
    return _folder(name) / "owners" / owner


def _folder(name: str) -> Path:
    require(
        OWN_NAME.fullmatch(name) is not None,
        f"An uploaded table is called own- and 16 hexadecimal digits, got {name!r}. "
        "Copy the whole link again.",
    )
    return read_settings().home / "tables" / name


@lru_cache(maxsize=4)
def _open(folder: Path) -> Dataset:
    about: dict[str, Any] = json.loads((folder / ABOUT).read_text(encoding="utf-8"))
    if about.pop("format") != FORMAT:
        message = f"The table {folder.name} was kept by another version. Upload it again."
        raise SpecError(message)

    def read() -> tuple[pd.DataFrame, bytes]:
        table = pd.read_parquet(folder / TABLE)
        return table, _render_csv(table)

    for noun in ("row_noun", "positive_noun", "negative_noun"):
        about[noun] = tuple(about[noun]) if about[noun] else None
    about["columns"] = tuple(Column(**column) for column in about["columns"])
    return Dataset(
        name=folder.name,
        is_real=True,
        truth="Nobody knows the law behind it: the table was uploaded.",
        read=read,
        **about,
    )


def _render_csv(table: pd.DataFrame) -> bytes:
    # All words in quotes: pandas leaves a lone carriage return bare, and reading it ends the row.
    text: str = table.to_csv(index=False, lineterminator="\n", quoting=csv.QUOTE_NONNUMERIC)
    return text.encode()


def _label_noun(row_noun: Noun, label: str) -> Noun:
    return f"{row_noun[0]} with {label}", f"{row_noun[1]} with {label}"


def _describe_columns(table: pd.DataFrame, target: str | None) -> tuple[Column, ...]:
    columns = []
    for name in table.columns:
        n_missing = int(table[name].isna().sum())
        is_number = pd.api.types.is_numeric_dtype(table[name])
        columns.append(
            Column(
                name=name,
                meaning=f"column “{name}” of the uploaded table",
                kind="target" if name == target else "numeric" if is_number else "categorical",
                missing=f"{n_missing} of {len(table)} cells are empty" if n_missing else None,
            )
        )
    return tuple(columns)


def _write_folder(folder: Path, files: dict[str, bytes]) -> None:
    """Write all files or none: into a hidden folder that is renamed when it is complete."""
    if folder.exists():  # the name is the content, so it is the same table
        return
    folder.parent.mkdir(parents=True, exist_ok=True)
    hidden = Path(tempfile.mkdtemp(prefix=".new-", dir=folder.parent))
    try:
        for name, content in files.items():
            with (hidden / name).open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
        _sync_folder(hidden)
        hidden.rename(folder)
        _sync_folder(folder.parent)
    except OSError:
        shutil.rmtree(hidden, ignore_errors=True)
        if not folder.exists():  # else another session stored the same table first
            raise


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
