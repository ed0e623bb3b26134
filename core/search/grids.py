"""A space as scikit-learn takes it: lists for a grid, SciPy distributions for random draws."""

import math
from typing import Any

import numpy as np

from core.errors import require
from core.search.space import Parameter, Space, branches_of

Lists = dict[str, list[Any]]
MOST_SETTINGS = 100_000
MOST_LOG_INTS = 100_000


def grid_of(space: Space, levels: int) -> Lists | list[Lists]:
    """Return the ``param_grid`` with at most `levels` values for each number, both ends among them.

    Values stand evenly, on a log scale by equal factors. Choices are all there. A space with
    conditions gives a list of grids, as scikit-learn wants it.
    Check by eye: C from 0.01 to 100, log, 5 levels gives 0.01, 0.1, 1, 10, 100.
    """
    grids = [
        {name: [value] for name, value in settled.items()}
        | {parameter.name: levels_of(parameter, levels) for parameter in rest}
        for settled, rest in branches_of(space)
    ]
    return grids[0] if len(grids) == 1 else grids


def grid_within(space: Space, n_trials: int) -> Lists | list[Lists]:
    """Return the finest grid of at most `n_trials` settings, all numbers with equally many values.

    Raises `SpecError` if even two values for each number (one, where there is but one) are too many.
    """
    coarsest = grid_of(space, 2)
    needed = count_settings(coarsest)
    require(
        needed <= n_trials,
        f"Two values for each number and every choice make {needed} settings, and the budget is "
        f"{n_trials} trials. Allow {needed} trials, or search fewer parameters.",
    )
    levels, grid = 2, coarsest
    while levels < n_trials:
        finer = grid_of(space, levels + 1)
        if count_settings(finer) > n_trials:
            break
        levels, grid = levels + 1, finer
    return grid


def count_settings(grid: Lists | list[Lists]) -> int:
    """Return how many settings a grid has: products within a grid, sums over grids."""
    grids = grid if isinstance(grid, list) else [grid]
    return sum(math.prod(len(values) for values in one.values()) for one in grids)


def levels_of(parameter: Parameter, levels: int) -> list[Any]:
    """Return at most `levels` values of `parameter`, evenly spread; every choice of a choice."""
    if parameter.kind == "choice":
        return list(parameter.choices)
    if levels == 1:
        middle = math.sqrt(parameter.low * parameter.high) if parameter.log else None
        spread = np.array([(parameter.low + parameter.high) / 2 if middle is None else middle])
    elif parameter.log:
        spread = np.geomspace(parameter.low, parameter.high, levels)
    else:
        spread = np.linspace(parameter.low, parameter.high, levels)
    if parameter.step is not None:
        places = np.round((spread - parameter.low) / parameter.step)
        most = math.floor((parameter.high - parameter.low) / parameter.step + 1e-9)
        spread = parameter.low + parameter.step * np.minimum(places, most)
    return list(dict.fromkeys(parameter.number(value) for value in spread.tolist()))


def distributions_of(space: Space) -> dict[str, Any] | list[dict[str, Any]]:
    """Return the ``param_distributions``: lists, and SciPy's distributions where numbers go on.

    SciPy's ``randint(low, high)`` never gives ``high``, so 1 is added; its ``uniform(loc, scale)``
    takes the width, not the upper end.
    """
    drawn = [
        {name: [value] for name, value in settled.items()}
        | {parameter.name: distribution_of(parameter) for parameter in rest}
        for settled, rest in branches_of(space)
    ]
    return drawn[0] if len(drawn) == 1 else drawn


def distribution_of(parameter: Parameter) -> Any:
    """Return what scikit-learn draws the values of `parameter` from."""
    from scipy.stats import loguniform, randint, rv_discrete, uniform

    low, high = parameter.low, parameter.high
    if parameter.values is not None and (parameter.kind == "choice" or parameter.step is not None):
        return list(parameter.values)
    if low == high:
        return [parameter.number(low)]
    if parameter.kind == "float":
        return loguniform(low, high) if parameter.log else uniform(low, high - low)
    if not parameter.log:
        return randint(int(low), int(high) + 1)
    numbers = np.arange(int(low), int(high) + 1)
    weights = np.log(numbers + 0.5) - np.log(numbers - 0.5)  # as Optuna rounds its log integers
    return rv_discrete(values=(numbers, weights / weights.sum()))


def write_grid(space: Space, levels: int) -> str:
    """Return the Python text of `grid_of`."""
    return _write(grid_of(space, levels))


def write_distributions(space: Space) -> str:
    """Return the Python text of `distributions_of`; it needs the names of `DISTRIBUTION_IMPORTS`."""
    drawn = [
        {name: f"[{value!r}]" for name, value in settled.items()}
        | {parameter.name: _write_distribution(parameter) for parameter in rest}
        for settled, rest in branches_of(space)
    ]
    texts = ["{" + ", ".join(f"{n!r}: {text}" for n, text in one.items()) + "}" for one in drawn]
    return texts[0] if len(texts) == 1 else "[\n    " + ",\n    ".join(texts) + ",\n]"


DISTRIBUTION_IMPORTS = (
    "import numpy as np",
    "from scipy.stats import loguniform, randint, rv_discrete, uniform",
)


def _write(grid: Lists | list[Lists]) -> str:
    if isinstance(grid, dict):
        return repr(grid)
    return "[\n    " + ",\n    ".join(repr(one) for one in grid) + ",\n]"


def _write_distribution(parameter: Parameter) -> str:
    low, high = parameter.low, parameter.high
    drawn = distribution_of(parameter)
    if isinstance(drawn, list):
        return repr(drawn)
    if parameter.kind == "float":
        if parameter.log:
            return f"loguniform({low!r}, {high!r})"
        return f"uniform({low!r}, {parameter.number(high - low)!r})"
    if not parameter.log:
        return f"randint({int(low)}, {int(high) + 1})"
    numbers = f"np.arange({int(low)}, {int(high) + 1})"
    total = f"np.log({(high + 0.5) / (low - 0.5)!r})"
    return (
        f"rv_discrete(values=({numbers}, "
        f"(np.log({numbers} + 0.5) - np.log({numbers} - 0.5)) / {total}))"
    )
