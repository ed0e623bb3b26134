"""Python lines that fill gaps, scale numbers and encode words at home, as the models of the lessons do."""

import json
from collections.abc import Mapping, Sequence, Set

from core.datasets.dataset import Label

LINE = 88
"""A formatter breaks lines that are longer."""


def write_literal(value: Label | None) -> str:
    """Write a value as Python; a person's text stays inside its quotes whatever it holds."""
    if not isinstance(value, str):
        return repr(value)
    # Letters stay as they are: JSON would write a flower as two halves, which Python does not join.
    return json.dumps(value, ensure_ascii=False)


def write_list(name: str, values: Sequence[str]) -> str:
    """Return the statement ``name = ["a", "b"]``, one value to a line where they are many."""
    items = [write_literal(value) for value in values]
    one_line = f"{name} = [{', '.join(items)}]"
    if len(one_line) <= LINE:
        return one_line
    return f"{name} = [\n" + "".join(f"    {item},\n" for item in items) + "]"


def write_imports(names: Mapping[str, Set[str]]) -> str:
    """Return an import of names by module, one line a module where they fit: ``from a import b, c``."""
    return "\n".join(_write_import(module, sorted(names[module])) for module in sorted(names))


def tools_of_preparing(words: Sequence[str]) -> dict[str, set[str]]:
    """Return what `write_preparing_code` needs of scikit-learn, by module."""
    return {
        "sklearn.compose": {"ColumnTransformer"},
        "sklearn.impute": {"SimpleImputer"},
        "sklearn.pipeline": {"make_pipeline"},
        "sklearn.preprocessing": {"StandardScaler"} | ({"OneHotEncoder"} if words else set()),
    }


def write_column_lists(numbers: Sequence[str], words: Sequence[str]) -> str:
    """Return the statements ``NUMBERS = [...]`` and ``WORDS = [...]``, of the kinds that there are."""
    lists = (("NUMBERS", numbers), ("WORDS", words))
    return "".join(f"{write_list(name, columns)}\n" for name, columns in lists if columns)


def join_column_lists(numbers: Sequence[str], words: Sequence[str]) -> str:
    """Return all columns by these lists: ``NUMBERS + WORDS``."""
    lists = (("NUMBERS", numbers), ("WORDS", words))
    return " + ".join(name for name, columns in lists if columns)


def write_preparing_code(
    numbers: Sequence[str], words: Sequence[str], *, by_lists: bool = False
) -> str:
    """Return one statement that makes ``prepare``, with the names of the columns in it.

    With `by_lists` the lists of `write_column_lists` stand there instead. It needs ``ColumnTransformer``,
    ``make_pipeline``, ``SimpleImputer`` and, for the kinds of columns that there are, ``StandardScaler``
    and ``OneHotEncoder``.
    """
    kinds = (("numbers", _SCALE, numbers), ("words", _ENCODE, words))
    steps = "".join(
        f'        (\n            "{name}",\n{code}'
        f"            {name.upper() if by_lists else _inside(columns)},\n        ),\n"
        for name, code, columns in kinds
        if columns
    )
    return f"prepare = ColumnTransformer(\n    [\n{steps}    ]\n)"


def write_preparing_steps(numbers: Sequence[str], words: Sequence[str]) -> str:
    """Return statements that make ``prepare`` step by step from ``features``, names of all columns.

    The imports are the same; ``ColumnTransformer`` is needed only where there are both kinds.
    """
    if not words:
        return f"prepare = {_FILL_AND_SCALE}"
    if not numbers:
        return f"prepare = {_FILL_AND_ENCODE}"
    return f"""{write_list("words", words)}
numbers = list(features.drop(words))
fill_and_scale = {_FILL_AND_SCALE}
fill_and_encode = {_FILL_AND_ENCODE}
prepare = ColumnTransformer(
    [("numbers", fill_and_scale, numbers), ("words", fill_and_encode, words)]
)"""


def _write_import(module: str, names: Sequence[str]) -> str:
    line = f"from {module} import {', '.join(names)}"
    if len(line) <= LINE:
        return line
    return f"from {module} import (\n" + "".join(f"    {name},\n" for name in names) + ")"


def _inside(values: Sequence[str]) -> str:
    items = [write_literal(value) for value in values]
    one_line = f"[{', '.join(items)}]"
    if len(one_line) + 13 <= LINE:
        return one_line
    return "[\n" + "".join(f"                {item},\n" for item in items) + "            ]"


_SCALE = '            make_pipeline(SimpleImputer(strategy="median"), StandardScaler()),\n'
_ENCODE = """            make_pipeline(
                SimpleImputer(strategy="most_frequent"),
                OneHotEncoder(
                    handle_unknown="ignore", max_categories=20, sparse_output=False
                ),
            ),
"""
_FILL_AND_SCALE = 'make_pipeline(SimpleImputer(strategy="median"), StandardScaler())'
_FILL_AND_ENCODE = """make_pipeline(
    SimpleImputer(strategy="most_frequent"),
    OneHotEncoder(handle_unknown="ignore", max_categories=20, sparse_output=False),
)"""
