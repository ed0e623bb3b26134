"""A search space as data: what may be tried, before any tool is chosen.

The same space is rendered for scikit-learn (`core.search.grids`), Optuna (`core.search.suggest`) and
Hyperopt (`core.search.hyperopt_code`).
"""

import itertools
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from numbers import Real
from typing import Any, Literal, get_args

from core.errors import require

Value = str | int | float | bool | None
Params = dict[str, Any]
Kind = Literal["float", "int", "choice"]
KINDS: tuple[Kind, ...] = get_args(Kind)


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """One hyperparameter that a search may set."""

    name: str
    """As the model knows it: ``max_depth``."""
    kind: Kind = "float"
    low: float = 0.0
    """Smallest number; for choices without meaning. Both ends may be tried."""
    high: float = 1.0
    log: bool = False
    """Whether factors count, not differences: 0.01 to 0.1 is as wide as 10 to 100."""
    step: float | None = None
    """Only ``low``, ``low + step``, … may be tried; None is every number (every whole number)."""
    choices: tuple[Value, ...] = ()
    """The values of a choice."""
    only_if: str = ""
    """A choice before this one in the space, on which this parameter depends; empty for none."""
    only_values: tuple[Value, ...] = ()
    """Values of that choice for which this parameter exists."""

    def __post_init__(self) -> None:
        require(self.name.isidentifier(), f"A parameter needs a name, got {self.name!r}.")
        require(
            self.kind in KINDS,
            f"{self.name} is one of {', '.join(KINDS)}, got {self.kind!r}.",
        )
        if self.kind == "choice":
            _check_choices(self)
        else:
            _check_range(self)
        require(
            bool(self.only_if) == bool(self.only_values),
            f"{self.name} depends on a choice and on its values: name both or neither.",
        )

    @property
    def values(self) -> tuple[Value, ...] | None:
        """Every value, if they can be listed: choices, steps and whole numbers; else None."""
        if self.kind == "choice":
            return self.choices
        if self.kind == "float" and self.step is None:
            return None
        step = self.step or 1
        n_values = math.floor((self.high - self.low) / step + 1e-9) + 1
        return tuple(self.number(self.low + step * place) for place in range(n_values))

    def number(self, value: float) -> int | float:
        """Return `value` as a number of this parameter's kind, free of the dust of binary fractions."""
        return round(value) if self.kind == "int" else float(f"{value:.12g}")

    def holds(self, value: Any) -> bool:
        """Say whether `value` may be tried."""
        if self.values is not None:
            return any(_same(value, one) for one in self.values)
        is_number = isinstance(value, Real) and not isinstance(value, bool)
        return is_number and self.low <= value <= self.high


Space = tuple[Parameter, ...]


def require_space(space: Space) -> None:
    """Raise `SpecError` unless the parameters of `space` fit together."""
    require(len(space) >= 1, "A search needs at least 1 parameter, got 0.")
    seen: dict[str, Parameter] = {}
    for parameter in space:
        name = parameter.name
        require(name not in seen, f"The parameter {name} is there twice. Leave one out.")
        if parameter.only_if:
            parent = seen.get(parameter.only_if)
            require(
                parent is not None and parent.kind == "choice",
                f"{name} depends on {parameter.only_if}, which must be a choice before it in the space.",
            )
            unknown = [one for one in parameter.only_values if parent and not parent.holds(one)]
            require(
                not unknown,
                f"{name} depends on {parameter.only_if} being {', '.join(map(str, unknown))}, "
                "which is none of its choices.",
            )
        seen[name] = parameter


def is_there(parameter: Parameter, chosen: Mapping[str, Any]) -> bool:
    """Say whether `parameter` exists once the choices of `chosen` are made."""
    if not parameter.only_if:
        return True
    return parameter.only_if in chosen and any(
        _same(chosen[parameter.only_if], one) for one in parameter.only_values
    )


def fits_space(space: Space, params: Mapping[str, Any]) -> bool:
    """Say whether `params` has exactly the parameters that exist, each with a value it may have."""
    there = [parameter for parameter in space if is_there(parameter, params)]
    return {parameter.name for parameter in there} == set(params) and all(
        parameter.holds(params[parameter.name]) for parameter in there
    )


def branches_of(space: Space) -> Iterator[tuple[Params, tuple[Parameter, ...]]]:
    """Yield, for each way to settle the choices that others depend on, these values and what is left.

    A space without conditions has one branch: nothing settled, all left. Tools that know no conditions
    (a grid is a product of lists) search the branches beside each other.
    """
    parents = {parameter.only_if for parameter in space if parameter.only_if}
    deciding = [parameter for parameter in space if parameter.name in parents]
    seen: list[Params] = []
    for values in itertools.product(*(parameter.choices for parameter in deciding)):
        settled: Params = {}
        for parameter, value in zip(deciding, values, strict=True):
            if is_there(parameter, settled):
                settled[parameter.name] = value
        if settled in seen:
            continue
        seen.append(settled)
        rest = tuple(p for p in space if p.name not in parents and is_there(p, settled))
        yield settled, rest


def _same(one: Any, other: Any) -> bool:
    """Whether two values are the same choice: True is not 1, and 0.1 + 0.2 is 0.3."""
    if isinstance(one, bool) or isinstance(other, bool) or isinstance(one, str):
        return type(one) is type(other) and one == other
    if isinstance(one, Real) and isinstance(other, Real):
        return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-12)
    return one is None and other is None


def _check_choices(parameter: Parameter) -> None:
    name, choices = parameter.name, parameter.choices
    require(len(choices) >= 1, f"{name} needs at least 1 choice, got 0.")
    pairs = itertools.combinations(choices, 2)
    require(
        not any(one == other for one, other in pairs),  # to Optuna, True and 1 are equal
        f"{name} has a choice twice: {', '.join(map(str, choices))}. Leave one out.",
    )
    require(
        not parameter.log and parameter.step is None,
        f"{name} is a choice, and only numbers have a step or a log scale. Leave both out.",
    )


def _check_range(parameter: Parameter) -> None:
    name, low, high, step = parameter.name, parameter.low, parameter.high, parameter.step
    require(not parameter.choices, f"{name} is a number: give low and high, not choices.")
    require(
        math.isfinite(low) and math.isfinite(high) and low <= high,
        f"{name} runs from low to high, got {low:g} to {high:g}. Swap them.",
    )
    require(
        not parameter.log or low > 0,
        f"On a log scale {name} must begin above 0, got {low:g}. Begin at a small number such as 0.001.",
    )
    require(
        step is None or (step > 0 and not parameter.log),
        f"{name} has a step of more than 0 and no log scale, got {step}; factors have no steps.",
    )
    if parameter.kind == "int":
        whole = all(number == round(number) for number in (low, high, step or 1))
        require(
            whole, f"{name} counts in whole numbers, got {low:g} to {high:g}, step {step or 1:g}."
        )
