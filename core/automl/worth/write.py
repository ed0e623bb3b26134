"""Untrained estimators, written as the Python that makes them, in lines as a formatter breaks them."""

import inspect
from collections.abc import Iterator
from typing import Any

from core.datasets.preparing_code import LINE, write_literal

STEP = "    "


class Writer:
    """Writes estimators, and notes what has to be imported for them."""

    def __init__(self) -> None:
        self.imports: dict[str, set[str]] = {}

    def write(self, value: Any, *, indent: str = "", before: str = "", after: str = "") -> str:
        """Return the code of `value`, to stand behind `before` and in front of `after` on its line."""
        parts = self._parts(value)
        if parts is None:
            return self._atom(value)
        opening, items, closing = parts
        line = opening + ", ".join(f"{name}{self.write(item)}" for name, item in items) + closing
        if len(indent) + len(before) + len(line) + len(after) <= LINE and "\n" not in line:
            return line
        inside = indent + STEP
        broken = "".join(
            f"{inside}{name}{self.write(item, indent=inside, before=name, after=',')},\n"
            for name, item in items
        )
        return f"{opening}\n{broken}{indent}{closing}"

    def _parts(self, value: Any) -> tuple[str, list[tuple[str, Any]], str] | None:
        from sklearn.base import BaseEstimator
        from sklearn.compose import ColumnTransformer
        from sklearn.pipeline import Pipeline

        if isinstance(value, tuple):
            return "(", [("", item) for item in value], ",)" if len(value) == 1 else ")"
        if isinstance(value, list):
            return "[", [("", item) for item in value], "]"
        if isinstance(value, Pipeline):
            self._note("sklearn.pipeline", "make_pipeline")
            return "make_pipeline(", [("", step) for _, step in value.steps], ")"
        if isinstance(value, ColumnTransformer):
            self._note("sklearn.compose", "ColumnTransformer")
            return "ColumnTransformer(", [("", list(value.transformers))], ")"
        if isinstance(value, BaseEstimator) or hasattr(value, "get_n_splits"):
            name = type(value).__name__
            self._note(_public_module(type(value).__module__), name)
            return f"{name}(", list(_changed(value)), ")"
        return None

    def _atom(self, value: Any) -> str:
        return write_literal(value) if isinstance(value, str) else repr(value)

    def _note(self, module: str, name: str) -> None:
        self.imports.setdefault(module, set()).add(name)


def _changed(estimator: Any) -> Iterator[tuple[str, Any]]:
    """Yield the settings that are not the library's defaults."""
    for name, parameter in inspect.signature(type(estimator).__init__).parameters.items():
        is_setting = name != "self" and parameter.kind not in (
            parameter.VAR_KEYWORD, parameter.VAR_POSITIONAL,
        )  # fmt: skip
        value = getattr(estimator, name, parameter.default)
        if is_setting and repr(value) != repr(parameter.default):
            yield f"{name}=", value
    more = getattr(estimator, "_other_params", {})  # LightGBM takes settings it has no name for
    yield from ((f"{name}=", value) for name, value in more.items())


def _public_module(module: str) -> str:
    parts = module.split(".")
    if parts[0] == "lightgbm":
        return "lightgbm"
    if parts[0] == "core":
        return "intake"  # its source lies beside the program
    private = next((place for place, part in enumerate(parts) if part.startswith("_")), len(parts))
    return ".".join(parts[:private])
