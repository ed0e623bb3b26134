"""A space as Optuna takes it: ``suggest_*`` calls inside the objective, run here and written as code."""

from typing import Any

from core.search.space import Parameter, Params, Space, is_there


def suggest(trial: Any, space: Space) -> Params:
    """Ask an Optuna `trial` for a value of each parameter that exists, in the order of `space`."""
    params: Params = {}
    for parameter in space:
        if is_there(parameter, params):
            params[parameter.name] = _ask(trial, parameter)
    return params


def distributions_for_optuna(space: Space) -> dict[str, Any]:
    """Return Optuna's distribution of each parameter by name."""
    return {parameter.name: _distribution(parameter) for parameter in space}


def write_suggest(space: Space, indent: str = "    ") -> str:
    """Return the body of an objective that fills ``params`` by asking ``trial``."""
    lines = ["params = {}"]
    for parameter in space:
        call = f"params[{parameter.name!r}] = {_write_call(parameter)}"
        if parameter.only_if:
            lines.append(
                f"if params.get({parameter.only_if!r}) in {list(parameter.only_values)!r}:"
            )
            call = f"    {call}"
        lines.append(call)
    return "\n".join(indent + line for line in lines)


def _ask(trial: Any, parameter: Parameter) -> Any:
    if parameter.kind == "choice":
        return trial.suggest_categorical(parameter.name, list(parameter.choices))
    if parameter.kind == "int":
        return trial.suggest_int(
            parameter.name,
            int(parameter.low),
            int(_end(parameter)),
            step=int(parameter.step or 1),
            log=parameter.log,
        )
    return trial.suggest_float(
        parameter.name,
        parameter.low,
        _end(parameter),
        step=parameter.step,
        log=parameter.log,
    )


def _distribution(parameter: Parameter) -> Any:
    from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution

    if parameter.kind == "choice":
        return CategoricalDistribution(list(parameter.choices))
    if parameter.kind == "int":
        return IntDistribution(
            int(parameter.low),
            int(_end(parameter)),
            log=parameter.log,
            step=int(parameter.step or 1),
        )
    return FloatDistribution(parameter.low, _end(parameter), log=parameter.log, step=parameter.step)


def _write_call(parameter: Parameter) -> str:
    name = repr(parameter.name)
    if parameter.kind == "choice":
        return f"trial.suggest_categorical({name}, {list(parameter.choices)!r})"
    extra = ", log=True" if parameter.log else ""
    if parameter.kind == "int":
        if parameter.step is not None:
            extra = f", step={int(parameter.step)}"
        return f"trial.suggest_int({name}, {int(parameter.low)}, {int(_end(parameter))}{extra})"
    if parameter.step is not None:
        extra = f", step={parameter.step!r}"
    return f"trial.suggest_float({name}, {parameter.low!r}, {_end(parameter)!r}{extra})"


def _end(parameter: Parameter) -> float:
    """Return the last value that the steps reach: Optuna warns of an end between two steps."""
    if parameter.step is None or parameter.values is None:
        return parameter.high
    return float(parameter.values[-1])  # type: ignore[arg-type]  # steps are numbers
