"""Three traps of Optuna, each really stepped into: old names, a log scale from 0, and the direction."""

import warnings
from dataclasses import dataclass
from functools import lru_cache

from core.search.optuna_tools import quiet_optuna


@dataclass(frozen=True, kw_only=True)
class Traps:
    """What the Optuna that is installed does."""

    version: str
    old_call_runs: bool
    """Whether ``trial.suggest_uniform`` still gives a number; and the kind of its warning."""
    old_call_warning: str
    log_zero_error: str
    """What it says to ``suggest_float("C", 0, 1, log=True)``; empty if nothing."""
    default_direction: str
    """What a study does that was told no direction."""


@lru_cache(maxsize=1)
def step_into_traps() -> Traps:
    """Call what old notes name, ask for a log scale from 0, and create a study without a direction."""
    import optuna

    with quiet_optuna():
        study = optuna.create_study()
        trial = study.ask()
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            value = trial.suggest_uniform("x", 0.0, 1.0)
        try:
            trial.suggest_float("C", 0.0, 1.0, log=True)
            said = ""
        except ValueError as error:
            said = str(error)
    return Traps(
        version=optuna.__version__,
        old_call_runs=0 <= value <= 1,
        old_call_warning=caught[0].category.__name__ if caught else "",
        log_zero_error=said,
        default_direction=study.direction.name.lower(),
    )
