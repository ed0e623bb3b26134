"""Objects of scikit-learn as the code that builds them, so that a notebook never lags behind a pipeline.

An object is walked from outside in: pipelines, transformers of columns, estimators, splitters and plain
values. Only what differs from a library's default is written.
"""

import inspect
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import FunctionType, ModuleType
from typing import Any

import numpy as np

WIDTH = 100
"""Columns of a line; longer ones are broken after each comma, as formatters do."""
_FIRST_BY_PLACE = {"Pipeline": "steps", "ColumnTransformer": "transformers"}


@dataclass
class Writer:
    """Writes objects, and remembers what the code needs."""

    lists: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Lists of columns that have a name in the notebook; they are written by that name."""
    imports: dict[str, set[str]] = field(default_factory=dict)
    """Names by the module from which they are imported; ``numpy`` stands for ``import numpy as np``."""
    own: dict[str, ModuleType] = field(default_factory=dict)
    """Modules of ours whose source has to stand in the notebook."""
    seed: int | None = None
    """The seed that the notebook calls ``SEED``; every `random_state` with it is written by that name."""

    def write(self, value: Any, before: str = "", indent: int = 0, after: str = "") -> str:
        """Return ``before`` and the code of `value`, in lines of at most `WIDTH` columns.

        Check by eye: ``SimpleImputer(strategy="mean")`` gives ``SimpleImputer()``, because the mean is
        the default.

        Raises
        ------
        TypeError
            If an object is in it that has no code: an open file, for example.
        """
        node = self._node(value)
        return before + _lay_out(node, indent, len(before) + indent, len(after)) + after

    def _node(self, value: Any) -> "_Node":
        if isinstance(value, list | tuple):
            return self._sequence(value)
        if isinstance(value, Mapping):
            parts = [
                (f"{self._node(key).flat()}: ", self._node(held)) for key, held in value.items()
            ]
            return _Node("{", parts, "}")
        plain = self._plain(value)
        return self._object(value) if plain is None else _Node(plain)

    def _plain(self, value: Any) -> str | None:
        """Return the code of a value without parts; None for an object."""
        if isinstance(value, type | np.ufunc | FunctionType):
            return self._name(value)
        if isinstance(value, float | np.floating):
            return self._write_number(float(value))
        if isinstance(value, np.bool_ | np.integer):
            return repr(value.item())
        if isinstance(value, str):
            return write_text(str(value))
        return repr(value) if value is None or isinstance(value, bool | int) else None

    def _write_number(self, value: float) -> str:
        if math.isfinite(value):
            return repr(value)
        self.imports.setdefault("numpy", set())
        return "np.nan" if math.isnan(value) else "np.inf" if value > 0 else "-np.inf"

    def _sequence(self, value: Sequence[Any]) -> "_Node":
        is_list = isinstance(value, list)
        names = self._find_lists(value)
        if names and len(names) == 1:
            return _Node(names[0] if is_list else f"tuple({names[0]})")
        parts = [("", _Node(f"*{name}")) for name in names] or [
            ("", self._node(one)) for one in value
        ]
        if is_list:
            return _Node("[", parts, "]")
        return _Node("(", parts, ",)" if len(parts) == 1 else ")")

    def _find_lists(self, value: Sequence[Any]) -> list[str]:
        """Return the named lists that make up `value` one after the other; empty if none do."""
        found: list[str] = []
        rest = list(value)
        while rest:
            for name, columns in self.lists.items():
                if columns and rest[: len(columns)] == list(columns) and name not in found:
                    found.append(name)
                    rest = rest[len(columns) :]
                    break
            else:
                return []
        return found

    def _object(self, value: Any) -> "_Node":
        kind = type(value)
        if kind.__name__ == "Pipeline" and _has_usual_names(value.steps):
            self.imports.setdefault("sklearn.pipeline", set()).add("make_pipeline")
            inner = [("", self._node(step)) for _, step in value.steps]
            return _Node("make_pipeline(", inner, ")")
        parts = []
        for name, held in _settings_of(value).items():
            prefix = "" if _FIRST_BY_PLACE.get(kind.__name__) == name else f"{name}="
            is_seed = name == "random_state" and type(held) is int and held == self.seed
            parts.append((prefix, _Node("SEED") if is_seed else self._node(held)))
        return _Node(f"{self._name(kind)}(", parts, ")")

    def _name(self, value: Any) -> str:
        if isinstance(value, np.ufunc) or value.__module__ == "numpy":
            self.imports.setdefault("numpy", set())
            return f"np.{value.__name__}"
        name, module = str(value.__name__), str(value.__module__)
        if not name.isidentifier():
            message = f"{value!r} has no name by which a notebook could import it."
            raise TypeError(message)
        if module == "builtins":
            return name
        if module.split(".", maxsplit=1)[0] == __name__.split(".", maxsplit=1)[0]:
            found = inspect.getmodule(value)
            assert found is not None  # noqa: S101  a class of ours has a module
            self.own[module] = found
        else:
            self.imports.setdefault(_public(module), set()).add(name)
        return name


def write_text(text: str) -> str:
    """Return a text as Python, in the quotes that a formatter would choose."""
    body = "".join(one if one in "'\"" else repr(one)[1:-1] for one in text)
    quote = "'" if body.count('"') > body.count("'") else '"'
    return quote + body.replace(quote, f"\\{quote}") + quote


def write_imports(names: Mapping[str, set[str]]) -> str:
    """Return the lines ``from module import a, b``, sorted as `ruff` sorts them."""
    lines = []
    for module in sorted(names):
        found = sorted(names[module], key=_in_import_order)
        if not found:
            continue
        line = f"from {module} import {', '.join(found)}"
        if len(line) > WIDTH:
            inner = "".join(f"    {name},\n" for name in found)
            line = f"from {module} import (\n{inner})"
        lines.append(line)
    return "\n".join(lines)


def _in_import_order(name: str) -> tuple[int, str]:
    """Constants, then classes, then functions."""
    return (0 if name.isupper() and len(name) > 1 else 1 if name[0].isupper() else 2), name


@dataclass
class _Node:
    """A piece of code that may be broken after its commas."""

    start: str
    parts: list[tuple[str, "_Node"]] = field(default_factory=list)
    end: str = ""

    def flat(self) -> str:
        inner = ", ".join(prefix + part.flat() for prefix, part in self.parts)
        return self.start + inner + self.end


def _lay_out(node: _Node, indent: int, n_before: int, n_after: int) -> str:
    flat = node.flat()
    if not node.parts or n_before + len(flat) + n_after <= WIDTH:
        return flat
    deeper = indent + 4
    lines = [
        " " * deeper + prefix + _lay_out(part, deeper, deeper + len(prefix), 1) + ",\n"
        for prefix, part in node.parts
    ]
    return f"{node.start}\n{''.join(lines)}{' ' * indent}{node.end.lstrip(',')}"


def _has_usual_names(steps: Sequence[tuple[str, Any]]) -> bool:
    """Whether `make_pipeline` would give these names."""
    names = [type(step).__name__.lower() for _, step in steps]
    return len(set(names)) == len(names) and [name for name, _ in steps] == names


def _settings_of(value: Any) -> dict[str, Any]:
    """Return what differs from the defaults, in the order of the signature."""
    signature = inspect.signature(type(value).__init__).parameters
    defaults = {name: one.default for name, one in signature.items()}
    if hasattr(value, "get_params"):
        held = value.get_params(deep=False)
        if any(one.kind is inspect.Parameter.VAR_KEYWORD for one in signature.values()):
            # Its signature does not say what it takes; one that was given nothing does.
            defaults |= type(value)().get_params(deep=False)
    else:
        held = {name: getattr(value, name) for name in defaults if hasattr(value, name)}
    order = [name for name in defaults if name in held] + [
        name for name in held if name not in defaults
    ]
    return {
        name: held[name]
        for name in order
        if not _is_same(held[name], defaults.get(name, inspect.Parameter.empty))
    }


def _is_same(value: Any, default: Any) -> bool:
    if value is default:
        return True
    if type(value) is not type(default):
        return False
    is_nan = isinstance(value, float) and math.isnan(value)
    return bool(value == default) or (is_nan and math.isnan(default))


def _public(module: str) -> str:
    """Return where a class is imported from: the folders before the first that begins with ``_``."""
    if module.startswith(("lightgbm.", "xgboost.")):
        return module.split(".", maxsplit=1)[0]
    parts = module.split(".")
    return ".".join(parts[: next((at for at, part in enumerate(parts) if part[0] == "_"), None)])
