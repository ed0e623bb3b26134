"""Specs as data: checked against their annotations, written as JSON, typed as text.

A spec is a frozen dataclass of plain values: str, int, float, bool, None, tuples of those, and
specs inside a spec. Everything here follows the annotations, so no lab needs code of its own.
A value that does not fit its annotation is a defect of the lab and raises `TypeError`;
what a person typed wrongly raises `SpecError`.
"""

import csv
import io
import json
import math
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from functools import lru_cache
from types import MappingProxyType, NoneType, UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from core.errors import SpecError, require

T = TypeVar("T")

YES_NO = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


def spec_to_json(spec: object) -> str:
    """Return `spec` as JSON; equal settings give equal text (``noise=1`` and ``noise=1.0`` too).

    Raises `ValueError` for nan and infinities, which no setting may be.
    """
    return json.dumps(pack(spec), allow_nan=False, ensure_ascii=False)


def spec_from_json(spec_type: type[T], text: str) -> T:
    """Return the spec that `text` describes; settings left out keep their defaults.

    Raises `SpecError` if `text` is not JSON, names an unknown setting, or breaks a law of the spec.
    """
    try:
        return build(spec_type, json.loads(text))
    except json.JSONDecodeError as error:
        message = f"These settings are not JSON: {error.msg} at character {error.pos + 1}."
        raise SpecError(message) from error
    except TypeError as error:
        raise SpecError(str(error)) from error


def parse_setting(spec_type: type, name: str, text: str) -> Any:
    """Return the value that `text` means for the setting `name` of `spec_type`.

    ``true/yes/1`` and ``false/no/0`` are answers, ``none`` is no value where that is allowed, and
    several values are separated by commas (``1,2,4``; quoted as in CSV if one holds a comma).
    Raises `SpecError` with the name, the value and the repair.
    """
    hints = hints_of(spec_type)
    require(name in hints, f"There is no setting {name!r}. There are: {', '.join(hints)}.")
    return _parse(hints[name], name, text)


def spec_from_text(spec_type: type[T], texts: Mapping[str, str]) -> T:
    """Return the spec with each setting read by `parse_setting`; the others keep their defaults."""
    values = {name: parse_setting(spec_type, name, text) for name, text in texts.items()}
    return _make(spec_type, values)


def setting_to_text(value: object) -> str:
    """Return the text that `parse_setting` turns back into `value`; 0.1 gives ``0.1``.

    Where a setting may be text or None, the text ``none`` cannot be told from None.
    """
    if value is None or isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return repr(float(value))  # the shortest text that gives this very float
    if isinstance(value, tuple):
        row = io.StringIO(newline="")
        csv.writer(row).writerow([setting_to_text(item) for item in value])
        return row.getvalue().removesuffix("\r\n")
    return str(value)


def hints_of(kind: Any) -> Mapping[str, Any]:
    """Return the annotation of each field of a dataclass, in their order."""
    return _read_hints(kind)


def fit(value: Any, hint: Any, where: str) -> Any:
    """Return `value` as the annotation `hint` wants it, or raise `TypeError` naming `where`.

    A whole number becomes a float where a float is wanted, and a list (from JSON) a tuple.
    """
    origin = get_origin(hint)
    if origin in (Union, UnionType):
        return _fit_union(value, hint, where)
    if origin is tuple and isinstance(value, (tuple, list)):
        kinds = _item_hints(hint, len(value))
        if len(kinds) == len(value):
            return tuple(fit(item, kind, where) for item, kind in zip(value, kinds, strict=True))
    elif is_dataclass(hint) and isinstance(hint, type):
        if isinstance(value, hint):
            return value
        if isinstance(value, dict):
            return build(hint, value)
    elif _is_plain(value, hint):
        return value if value is None or origin is Literal else hint(value)
    wanted = hint.__name__ if isinstance(hint, type) else str(hint).removeprefix("typing.")
    message = f"{where} must be {wanted}, got {value!r}."
    raise TypeError(message)


def pack(value: Any) -> Any:
    """Return a plain value or a spec as what JSON knows: dicts, lists and single values."""
    if is_dataclass(value):
        return {
            name: pack(fit(getattr(value, name), hint, f"{type(value).__name__}.{name}"))
            for name, hint in hints_of(type(value)).items()
        }
    return [pack(item) for item in value] if isinstance(value, tuple) else value


def build(kind: type[T], packed: Any) -> T:
    """Return the spec that `pack` had turned into the dict `packed`."""
    if not isinstance(packed, dict):
        message = f"{kind.__name__} is written as names and values, got {packed!r}."
        raise TypeError(message)
    hints = hints_of(kind)
    for name in packed:
        require(name in hints, f"There is no setting {name!r}. There are: {', '.join(hints)}.")
    return _make(kind, {name: fit(value, hints[name], name) for name, value in packed.items()})


@lru_cache(maxsize=512)
def _read_hints(kind: Any) -> Mapping[str, Any]:
    hints = get_type_hints(kind)
    return MappingProxyType({field.name: hints[field.name] for field in fields(kind)})


def _make(kind: type[T], values: Mapping[str, Any]) -> T:
    for field in fields(kind):  # type: ignore[arg-type]  # every kind here is a dataclass
        has_default = field.default is not MISSING or field.default_factory is not MISSING
        require(has_default or field.name in values, f"The setting {field.name!r} needs a value.")
    return kind(**values)


def _item_hints(hint: Any, n_items: int) -> tuple[Any, ...]:
    kinds = get_args(hint)
    return (kinds[0],) * n_items if kinds[-1:] == (Ellipsis,) else kinds


def _is_plain(value: object, hint: Any) -> bool:
    if get_origin(hint) is Literal:
        return any(value == one and type(value) is type(one) for one in get_args(hint))
    if hint in (int, float):  # True is not the number 1 here
        wanted = (int, float) if hint is float else int
        return isinstance(value, wanted) and not isinstance(value, bool)
    return hint in (str, bool, NoneType) and isinstance(value, hint)


def _fit_union(value: Any, hint: Any, where: str) -> Any:
    # A whole number would fit float too, so float is asked last.
    for kind in sorted(get_args(hint), key=lambda kind: kind is float):
        try:
            return fit(value, kind, where)
        except TypeError:
            continue
    message = f"{where} must be {hint}, got {value!r}."
    raise TypeError(message)


def _parse(hint: Any, name: str, text: str) -> Any:
    origin, word = get_origin(hint), text.strip()
    if origin in (Union, UnionType):
        return _parse_union(hint, name, text)
    if origin is tuple:
        return _parse_tuple(hint, name, text)
    if hint in (int, float):
        return _parse_number(hint, name, word)
    if hint is str:
        return text
    require(hint is bool or origin is Literal, f"{name} cannot be set by text.")
    if hint is bool:
        choices, word = YES_NO, word.lower()
    else:
        choices = {setting_to_text(choice): choice for choice in get_args(hint)}
    if word not in choices:
        raise _misfit(name, f"one of {', '.join(choices)}", text)
    return choices[word]


def _parse_number(hint: type[int] | type[float], name: str, text: str) -> float:
    wanted = "a whole number, such as 3"
    if hint is float:
        wanted = "a finite number, written with a decimal point, such as 0.5"
    try:
        number = hint(text)
    except ValueError:
        raise _misfit(name, wanted, text) from None
    if hint is float and not math.isfinite(number):
        raise _misfit(name, wanted, text)
    return number


def _parse_tuple(hint: Any, name: str, text: str) -> tuple[Any, ...]:
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error:
        rows = [[], []]
    if len(rows) > 1:
        raise _misfit(name, "one line of values with commas between them", text)
    items = rows[0] if rows else []
    kinds = _item_hints(hint, len(items))
    if len(kinds) != len(items):
        raise _misfit(name, f"{len(kinds)} values with commas between them", text)
    return tuple(_parse(kind, name, item) for kind, item in zip(kinds, items, strict=True))


def _parse_union(hint: Any, name: str, text: str) -> Any:
    kinds = get_args(hint)
    if NoneType in kinds and text.strip() == "none":
        return None
    problems = []
    # Every text is a str and every whole number a float, so these two are asked last.
    for kind in sorted(kinds, key=lambda kind: (kind is str, kind is float)):
        if kind is NoneType:
            continue
        try:
            return _parse(kind, name, text)
        except SpecError as error:
            problems.append(str(error))
    if NoneType in kinds:
        problems.append("For no value write none.")
    raise SpecError(" ".join(problems))


def _misfit(name: str, wanted: str, text: str) -> SpecError:
    shown = text if len(text) <= 60 else f"{text[:60]}…"
    return SpecError(f"{name} must be {wanted}; got {shown!r}.")
