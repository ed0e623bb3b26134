"""The table beside a notebook: the rows of a search, their target, and who learns and who judges."""

import csv
from threading import Lock

import pandas as pd
from cachetools import LRUCache, cached

from core.automl.notebook.objects import Writer
from core.automl.settings import Settings
from core.automl.table import ReadyTable

FILE = "data.csv"


@cached(LRUCache(maxsize=2), lock=Lock())  # every notebook of a search has the same data
def data_of(ready: ReadyTable, settings: Settings) -> bytes:
    """Return the CSV that every notebook of a search reads.

    It has all rows with a target, all columns as they came in, the target as it was understood, and the
    column `part_column` with ``train``, ``validate`` or ``test``. Numbers come back to the last bit.
    """
    table = ready.rows.copy()
    for name in table.columns:
        kind = table[name].dtype
        is_boolean_with_gaps = isinstance(kind, pd.BooleanDtype)
        if is_boolean_with_gaps or pd.api.types.is_float_dtype(kind):
            table[name] = table[name].astype("float64")  # a short float has another nearest text
    table[str(ready.target.name)] = ready.target.to_numpy()
    if not settings.split_col:
        table[part_column(ready, settings)] = ready.part.to_numpy()
    text: str = table.to_csv(index=False, lineterminator="\n")
    if "\r" in text:  # the writer would leave it bare, and readers take it for the end of a row
        text = table.to_csv(index=False, lineterminator="\n", quoting=csv.QUOTE_NONNUMERIC)
    return text.encode()


def part_column(ready: ReadyTable, settings: Settings) -> str:
    """Return the column that says of each row whether it trains, validates or tests."""
    if settings.split_col:
        return settings.split_col
    name = "part"
    while name in ready.rows.columns or name == ready.target.name:
        name += " of rows"
    return name


def write_reading(ready: ReadyTable, settings: Settings, file_name: str) -> str:
    """Return the code that reads the table exactly: words stay words, though they look like numbers."""
    part, target = part_column(ready, settings), str(ready.target.name)
    words = [str(name) for name in ready.rows if ready.rows[name].dtype == object]
    if any(isinstance(label, str) for label in ready.classes):
        words.append(target)
    words = [*words, *({part} - set(words))]
    writer = Writer()
    return "\n".join(
        [
            f"TARGET = {writer.write(target)}",
            f"PART = {writer.write(part)}  # train, validate or test",
            "# Read as text, even where it looks like numbers.",
            writer.write(words, "AS_TEXT = "),
            "",
            "table = pd.read_csv(",
            f"    {writer.write(file_name)},",
            "    dtype=dict.fromkeys(AS_TEXT, str),",
            "    keep_default_na=False,",
            '    na_values=[""],  # only an empty cell is a gap',
            '    float_precision="round_trip",',
            ")",
            "table.head()",
        ]
    )
