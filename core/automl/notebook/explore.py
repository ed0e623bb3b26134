"""The notebook that looks at a table before any model does, with plain pandas and Plotly."""

from collections.abc import Mapping, Sequence

from core.automl.audit import Alert
from core.automl.intake import DATE_PARTS
from core.automl.notebook import beats
from core.automl.notebook.cells import Cell
from core.automl.notebook.data import FILE, data_of
from core.automl.notebook.objects import Writer
from core.automl.notebook.write import Notebook
from core.automl.settings import Settings
from core.automl.table import ReadyTable
from core.safe_text import md, md_prose

MOST_DRAWN = 12
"""Columns of a kind that are drawn; the lists of the notebook hold all."""


def write_exploration(ready: ReadyTable, settings: Settings, alerts: Sequence[Alert]) -> Notebook:
    """Return the notebook that explores a table; it gives back its rows, columns and gaps.

    Check by eye: a table without gaps says ``"gaps": 0``.
    """
    trained = ready.rows.iloc[ready.places("train")]
    used = [name for name in ready.rows.columns if name != settings.split_col]
    return Notebook(
        name="exploration",
        title="A first look at the table",
        cells=cells_of_exploration(ready, settings, alerts),
        files={FILE: data_of(ready, settings)},
        metric="",
        logged={
            "rows": len(ready.rows),
            "columns": len(used),
            "rows_that_train": len(trained),
            "gaps": int(_count_gaps(ready, used)),
        },
    )


def cells_of_exploration(
    ready: ReadyTable, settings: Settings, alerts: Sequence[Alert], file_name: str = FILE
) -> tuple[Cell, ...]:
    """Return the cells: what was found, shape and gaps, types, target, columns and their relations."""
    lists = beats.name_lists(ready.plan, DATE_PARTS)
    about = (
        f"# A first look at the table, for {md(ready.target.name)}\n\nNothing is trained here. Distributions "
        "and relations are drawn from the rows that train: whoever looks at the test chooses by it."
    )
    found = [f"- **{alert.severity}**: {md_prose(alert.sentence)}" for alert in alerts]
    warned = "\n".join(found) or "Nothing was found that a careful person would be warned of."
    return (
        Cell("about", "text", about),
        Cell("settings", "code", _write_imports(ready, lists)),
        *beats.load(ready, settings, file_name),
        Cell("alerts", "text", f"## What to know first\n\n{warned}"),
        *_pair("shape", "## Shape and gaps", _SHAPE_TEXT, _SHAPE),
        *beats.types(ready, lists),
        *_draw_target(ready),
        *_draw_columns(ready, lists),
        *_pair("numbers", "## The numbers", "One line for a program that compares them.", _SAY),
    )


def _write_imports(ready: ReadyTable, lists: Mapping[str, Sequence[str]]) -> str:
    lines = "import html\n" if any(map(_has_markup, _drawn(ready, lists))) else ""
    return lines + _IMPORTS + (_SUBPLOTS if "NUMBERS" in lists else "")


def _drawn(ready: ReadyTable, lists: Mapping[str, Sequence[str]]) -> list[str]:
    """Return the names of columns that stand in a picture."""
    return [str(ready.target.name), *lists.get("NUMBERS", ())[:MOST_DRAWN]]


def _has_markup(name: str) -> bool:
    """Whether Plotly would read a name as markup, and show something else."""
    return "<" in name or "&" in name


def _pair(name: str, title: str, text: str, code: str) -> list[Cell]:
    return [Cell(name, "text", f"{title}\n\n{text}"), Cell(name, "code", code)]


def _draw_target(ready: ReadyTable) -> list[Cell]:
    is_marked = _has_markup(str(ready.target.name))
    shown = "html.escape(TARGET)" if is_marked else "TARGET"
    if ready.task == "regression":
        text = "A long tail to one side means that few rows weigh much in a mean of squares."
        code = 'px.histogram(seen, x=TARGET, marginal="box", title="The target")'
        if is_marked:
            code = (
                "names = {TARGET: html.escape(TARGET)}\n"
                'px.histogram(seen, x=TARGET, marginal="box", labels=names, title="The target")'
            )
    else:
        text = (
            "A rare class is hard to learn, and a model that never names it still looks accurate."
        )
        code = (
            "counts = seen[TARGET].value_counts()\n"
            f'names = {{"x": {shown}, "y": "rows"}}\n'
            'px.bar(x=counts.index.astype(str), y=counts, labels=names, title="The target")'
        )
    return _pair("target", "## Target", text, code)


def _draw_columns(ready: ReadyTable, lists: dict[str, list[str]]) -> list[Cell]:
    is_number = ready.task == "regression"
    cells = []
    if "NUMBERS" in lists:
        relation = _NUMBERS_NUMBER if is_number else _NUMBERS_CLASS
        is_marked = any(map(_has_markup, lists["NUMBERS"][:MOST_DRAWN]))
        titles = "[html.escape(name) for name in drawn]" if is_marked else "drawn"
        code = _NUMBERS.format(most=MOST_DRAWN, titles=titles)
        cells += _pair("columns", "## Numbers", _NUMBERS_TEXT, code)
        cells += _pair("relations", "### Numbers and the target", *relation)
    words = [name for name in ("FEW_WORDS", "MANY_WORDS") if name in lists]
    if words:
        which = words[0] if len(words) == 1 else f"[{', '.join(f'*{name}' for name in words)}]"
        template = _WORDS_NUMBER if is_number else _WORDS_CLASS
        code = template.format(words=which, most=MOST_DRAWN)
        cells += _pair("words", "## Words and the target", _WORDS_TEXT, code)
    if "DATES" in lists:
        day_first = Writer().write(list(ready.plan.day_first))
        cells += _pair("dates", "## Dates", _DATES_TEXT, _DATES.format(day_first=day_first))
    if "TEXTS" in lists:
        cells += _pair("texts", "## Texts", "How many characters each text has.", _TEXTS)
    return cells


def _count_gaps(ready: ReadyTable, names: Sequence[str]) -> int:
    """Count the cells that hold nothing: gaps, and texts without a letter."""
    n_gaps = 0
    for name in names:
        column = ready.rows[name]
        is_gap = column.isna()
        if column.dtype == object:
            is_gap |= column.map(lambda cell: isinstance(cell, str) and not cell.strip())
        n_gaps += int(is_gap.sum())
    return n_gaps


_IMPORTS = """import json

import pandas as pd
import plotly.express as px"""
_SUBPLOTS = "\nfrom plotly.subplots import make_subplots"
_SHAPE_TEXT = "What each column holds, and in how many rows it holds nothing."
_SHAPE = '''columns = [name for name in table.columns if name not in (TARGET, PART)]
seen = table[table[PART] == "train"]


def is_empty(column):
    """Return which cells hold nothing, or nothing but blanks."""
    return column.isna() | (column.astype(str).str.strip() == "")


empty = table[columns].apply(is_empty)
overview = pd.DataFrame(
    {
        "read as": table[columns].dtypes.astype(str),
        "gaps": empty.sum(),
        "different": table[columns].nunique(),
    }
)
print(len(table), "rows,", len(columns), "columns")
overview'''
_NUMBERS_TEXT = (
    "Look for tails, for a value that stands for a gap (such as 999), and for two hills."
)
_NUMBERS = """numbers = seen[NUMBERS].apply(pd.to_numeric, errors="coerce").astype(float)
drawn = NUMBERS[:{most}]
n_rows = (len(drawn) + 2) // 3
figure = make_subplots(rows=n_rows, cols=3, subplot_titles={titles})
for place, name in enumerate(drawn):
    row, column = place // 3 + 1, place % 3 + 1
    figure.add_histogram(x=numbers[name], row=row, col=column, marker_color="steelblue")
figure.update_layout(
    title="Each number by itself", showlegend=False, height=150 + 200 * n_rows, bargap=0.05
)"""
_NUMBERS_NUMBER = (
    "Spearman's correlation: 1 if both always rise together, -1 if one falls when the other rises.",
    'numbers.corrwith(seen[TARGET], method="spearman").sort_values(key=abs, ascending=False)',
)
_NUMBERS_CLASS = (
    "The median of each number in each class. Where they differ much, the number tells classes apart.",
    "numbers.groupby(seen[TARGET]).median().T",
)
_WORDS_TEXT = "The ten most frequent words of each column, and what the target does with each."
_WORDS_CLASS = """for name in {words}[:{most}]:
    often = seen[name].value_counts().head(10)
    shares = pd.crosstab(seen[name], seen[TARGET], normalize="index")
    print(shares.reindex(often.index).assign(rows=often).round(3), end="\\n\\n")"""
_WORDS_NUMBER = """for name in {words}[:{most}]:
    found = seen.groupby(name)[TARGET].agg(["size", "median"]).nlargest(10, "size")
    print(found, end="\\n\\n")"""
_DATES_TEXT = "How the rows lie in time. If new rows come later, the newest rows should test."
_DATES = """DAY_FIRST = {day_first}  # 03/04 is the third of April
days = pd.DataFrame(
    {{
        name: pd.to_datetime(
            seen[name], format="mixed", dayfirst=name in DAY_FIRST, utc=True, errors="coerce"
        )
        for name in DATES
    }}
)
print(days.agg(["min", "max"]).T)
px.histogram(days.melt(), x="value", facet_row="variable", title="Rows in time")"""
_TEXTS = "seen[TEXTS].apply(lambda column: column.str.len()).describe()"
_SAY = """numbers = {
    "rows": len(table),
    "columns": len(columns),
    "rows_that_train": len(seen),
    "gaps": int(empty.to_numpy().sum()),
}
print(json.dumps(numbers))"""
