"""A space as Hyperopt takes it, with the four traps that its users fall into.

Hyperopt is taught to be read; new code is better written with Optuna. Its package is needed only by
who runs the code.
"""

from collections.abc import Iterable

from core.search.space import Parameter, Space, branches_of

HYPEROPT_IMPORTS = (
    "import math",
    "from hyperopt import STATUS_OK, Trials, fmin, hp, space_eval, tpe",
    "from hyperopt.pyll.base import scope",
)
TRAPS: tuple[tuple[str, str], ...] = (
    (
        "hp.choice gives an index",
        "What fmin returns for a choice is its place in the list. space_eval turns it into the value.",
    ),
    (
        "hp.quniform gives floats",
        "7.0 trees is not a number of trees: wrap it in scope.int where the model wants a whole number.",
    ),
    (
        "The bounds of hp.loguniform are logarithms",
        "From 0.01 to 100 is written with math.log(0.01) and math.log(100).",
    ),
    (
        "fmin always minimises",
        "A score that should be high is returned with a minus sign, as the loss.",
    ),
)
"""What goes wrong, and what to do about it."""


def write_hyperopt(space: Space) -> str:
    """Return the Python text of the space, to be assigned to a name.

    A space with conditions becomes one ``hp.choice`` among its branches; labels are then numbered,
    because each label may stand only once.
    """
    branches = list(branches_of(space))
    if len(branches) == 1:
        return _write_dict({}, branches[0][1], "")
    texts = [
        _write_dict(settled, rest, f"_{number}")
        for number, (settled, rest) in enumerate(branches, start=1)
    ]
    return "hp.choice('branch', [\n    " + ",\n    ".join(texts) + ",\n])"


def write_objective() -> str:
    """Return how an objective tells Hyperopt a score: as a loss, with a minus sign."""
    return 'return {"loss": -score, "status": STATUS_OK}'


def _write_dict(settled: dict[str, object], rest: Iterable[Parameter], suffix: str) -> str:
    parts = [f"{name!r}: {value!r}" for name, value in settled.items()]
    parts += [f"{p.name!r}: {_write_parameter(p, p.name + suffix)}" for p in rest]
    return "{" + ", ".join(parts) + "}"


def _write_parameter(parameter: Parameter, label: str) -> str:
    low, high, step = parameter.low, parameter.high, parameter.step
    if parameter.kind == "choice":
        return f"hp.choice({label!r}, {list(parameter.choices)!r})"
    if step is not None:
        # quniform rounds to multiples of its step counted from 0, hence the shift.
        last = float(parameter.values[-1])  # type: ignore[index, arg-type]
        text = f"{low!r} + hp.quniform({label!r}, 0, {parameter.number(last - low)!r}, {step!r})"
        return f"scope.int({text})" if parameter.kind == "int" else text
    if parameter.kind == "int":
        if parameter.log:
            return f"scope.int(hp.qloguniform({label!r}, math.log({low!r}), math.log({high!r}), 1))"
        return f"scope.int(hp.quniform({label!r}, {int(low)}, {int(high)}, 1))"
    if parameter.log:
        return f"hp.loguniform({label!r}, math.log({low!r}), math.log({high!r}))"
    return f"hp.uniform({label!r}, {low!r}, {high!r})"
