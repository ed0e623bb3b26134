"""Fill a family with numbers: draw them by a seed, and make the item that they yield.

How a family is written stands in `core.practice.schema`.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from importlib import import_module
from math import isfinite
from typing import Any, TypeVar, get_type_hints

import numpy as np
from jinja2 import StrictUndefined, Template, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from pydantic import ValidationError

from core.errors import SpecError, require
from core.practice.numbers import MINUS, is_number, parse_number
from core.practice.parts import Choice, Option
from core.practice.schema import Family, Item

Values = Mapping[str, Any]
"""The numbers, short texts, lists and mappings that one seed draws, by the names of the templates."""

ShownT = TypeVar("ShownT", Option, Choice)

_WHOLE_VALUE = re.compile(r"\{\{\s*([a-z]\w*)\s*\}\}")


def draw_values(family: Family, seed: int) -> Values | None:
    """Return what the family's function draws by `seed`; None if these numbers make no question.

    The same seed gives the same values. A function that is missing or not annotated to return
    `Values`, and a value that is no plain one, raise `SpecError`.
    """
    values = _find_draw(family.vary.function)(np.random.default_rng(seed))
    return None if values is None else {name: _plain(name, value) for name, value in values.items()}


def fill(family: Family, values: Values, seed: int) -> Item:
    """Return the item that `values` make of the templates.

    `SpecError` says where a template uses a name that was not drawn, or which rule of the schema
    these numbers break: a near miss too close to the key, a key outside its range.
    """
    raw = family.model_dump(exclude={"vary", "place", "template"})
    try:
        raw |= {name: _fill(text, values) for name, text in family.template.items()}
        for name in ("check", "picture"):
            part = family.template.get(name)
            if isinstance(part, dict) and "args" in part:
                raw[name] = raw[name] | {"args": _fill(part["args"], values, keep_values=True)}
        item = Item.model_validate(raw | {"seed": seed})
    except TemplateError as error:
        raise SpecError(_name(family, seed, str(error.message))) from None
    except ValidationError as error:
        problem = error.errors(include_url=False)[0]
        where = " → ".join(str(part) for part in problem["loc"])
        reason = problem["msg"].removeprefix("Value error, ")
        raise SpecError(_name(family, seed, f"{where}: {reason}" if where else reason)) from None
    return item.model_copy(
        update={"options": _ascending(item.options), "choices": _ascending(item.choices)}
    )


def _ascending(parts: tuple[ShownT, ...]) -> tuple[ShownT, ...]:
    """Return parts that are all numbers in ascending order, any other parts as they are."""
    if not all(is_number(part.text) for part in parts):
        return parts
    return tuple(sorted(parts, key=lambda part: parse_number(part.text)))


def write_number(value: float, decimals: int | None = None) -> str:
    """Return a number as prose has it: ``1,200``, ``0.70`` with two decimals, ``−6``.

    Without `decimals` as many are shown as the number has, twelve digits at most.
    """
    text = f"{value:,.12g}" if decimals is None else f"{value:,.{decimals}f}"
    return text.replace("-", MINUS) if float(text.replace(",", "")) else text.lstrip("-")


def write_percent(share: float, decimals: int = 0) -> str:
    """Return a share as a percentage: ``write_percent(0.59)`` is "59 %"."""
    return f"{write_number(100 * share, decimals)} %"


def write_plural(number: float, one: str, many: str | None = None) -> str:
    """Return a number with its noun: "1 part", "3 parts"; `many` where no s makes the plural."""
    return f"{write_number(number)} {one if number == 1 else many or f'{one}s'}"


def _write_value(value: object) -> object:
    """Return a number as keys, options and links need it: no separators, no noise of rounding."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    return f"{value:.12g}" if isinstance(value, float) else str(value)


def _join(parts: Iterable[object], mark: str = "") -> str:
    return mark.join(str(_write_value(part)) for part in parts)


def _make_environment() -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(
        undefined=StrictUndefined,
        finalize=_write_value,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,  # prose, which the schema keeps free of markup
    )
    environment.globals.clear()
    environment.filters |= {
        "join": _join, "number": write_number, "percent": write_percent, "plural": write_plural,
    }  # fmt: skip
    return environment


_ENVIRONMENT = _make_environment()


@lru_cache(maxsize=4096)
def _compile(text: str) -> Template:
    return _ENVIRONMENT.from_string(text)


def _fill(raw: Any, values: Values, *, keep_values: bool = False) -> Any:
    """Fill every text in `raw`; with `keep_values` a text that is one name becomes its value."""
    if isinstance(raw, dict):
        return {name: _fill(part, values, keep_values=keep_values) for name, part in raw.items()}
    if isinstance(raw, list | tuple):
        return [_fill(part, values, keep_values=keep_values) for part in raw]
    if not isinstance(raw, str) or "{" not in raw:
        return raw
    found = _WHOLE_VALUE.fullmatch(raw.strip())
    if keep_values and found and found[1] in values:
        return values[found[1]]
    return _compile(raw).render(values)


def _plain(name: str, value: Any) -> Any:
    """Return `value` made of what a file can hold, so that a kept draw is the draw."""
    if isinstance(value, np.generic | np.ndarray):
        value = value.tolist()
    if isinstance(value, list | tuple):
        return [_plain(name, part) for part in value]
    if isinstance(value, Mapping):
        return {str(key): _plain(name, part) for key, part in value.items()}
    require(
        value is None or isinstance(value, bool | int | float | str),
        f"A drawn value is a number, a text, a list or a mapping, {name!r} is a "
        f"{type(value).__name__}. Convert it first.",
    )
    require(
        not isinstance(value, float) or isfinite(value),
        f"A drawn number is finite, {name!r} is {value}. Return None where a draw makes no question.",
    )
    return value


def _find_draw(address: str) -> Callable[[np.random.Generator], Values | None]:
    module, name = address.split(":")
    function = getattr(import_module(module), name, None)
    if function is None or get_type_hints(function).get("return") not in (Values, Values | None):
        message = (
            f"{address} draws no numbers. vary names a function of core that takes a NumPy generator "
            "and is annotated to return Values | None."
        )
        raise SpecError(message)
    return function  # type: ignore[no-any-return]


def _name(family: Family, seed: int, problem: str) -> str:
    return f"{family.place}, item {family.id!r}, seed {seed}: {problem.rstrip('.')}."
