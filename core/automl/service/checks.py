"""Runs that prove the practice items on the gate and the way to a service, and draws of their numbers."""

import atexit
import os
import shutil
import tempfile
from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd

from core.automl.service.lab import ServiceSpec, pass_gate
from core.automl.service.play import Way
from core.practice.family import Values
from core.practice.proof import Facts
from core.tracking.workshop import Workshop

CODES = {"same": 1, "other": 2, "answers": 3, "refuses": 4, "unclear": 5}


def see_view(model: Way, check: str) -> Facts:
    """Send one delivery of the lesson to one of its models.

    Facts: ``outcome`` (1 right answers, 2 wrong ones, 3 some answer, 4 an error that names the column, 5
    another error), ``is_passed``, ``is_silent``, ``version`` (0 if it stays outside), ``n_failed``.
    """
    result = pass_gate(ServiceSpec(model=model, check=check))
    return {
        "outcome": CODES[result.outcome],
        "is_passed": int(result.is_passed),
        "is_silent": int(result.is_silent),
        "version": result.version or 0,
        "n_failed": result.n_failed,
    }


def count_dummies(n_numbers: int, words: list[int]) -> Facts:
    """Let ``pd.get_dummies`` turn a table, then one row of it, into columns.

    Facts: ``whole`` (columns of the whole table), ``alone`` (of one row), ``numbers``, ``dropped`` (of the
    whole table with ``drop_first=True``).
    """
    n_rows = max(words) * 2
    table = pd.DataFrame(
        {f"n{place}": np.arange(n_rows) for place in range(n_numbers)}
        | {
            f"w{place}": [f"word {row % kinds}" for row in range(n_rows)]
            for place, kinds in enumerate(words)
        }
    )
    return {
        "whole": pd.get_dummies(table).shape[1],
        "alone": pd.get_dummies(table.head(1)).shape[1],
        "numbers": n_numbers,
        "dropped": pd.get_dummies(table, drop_first=True).shape[1],
    }


def draw_columns(rng: np.random.Generator) -> Values | None:
    """Draw how many columns of numbers a table has, and how many words its two columns of words know."""
    n_numbers = int(rng.integers(3, 13))
    first, second = (int(one) for one in rng.choice(np.arange(3, 10), 2, replace=False))
    return {
        "n_numbers": n_numbers, "first": first, "second": second, "words": [first, second],
        "whole": n_numbers + first + second, "alone": n_numbers + 2,
    }  # fmt: skip


def answer_in_turn(ms: int, seconds: int) -> Facts:
    """Let one worker answer requests one after the other and count those that are done in time.

    Facts: ``answered``, ``in_one_second``, ``product`` (of both numbers).
    """
    now, answered, first_second = 0, 0, 0
    while now + ms <= 1000 * seconds:
        now += ms
        answered += 1
        first_second += now <= 1000
    return {"answered": answered, "in_one_second": first_second, "product": ms * seconds}


def draw_latency(rng: np.random.Generator) -> Values | None:
    """Draw how long an answer takes and how long requests come."""
    ms, seconds = int(rng.choice([4, 5, 8, 10, 20, 25, 40, 50])), int(rng.choice([20, 30, 60, 90]))
    if ms * seconds == 1000 * seconds // ms:
        return None
    return {
        "ms": ms, "seconds": seconds, "answered": 1000 * seconds // ms, "in_one_second": 1000 // ms,
        "product": ms * seconds,
    }  # fmt: skip


@lru_cache(maxsize=1)
def _search_once(_process: int) -> Facts:
    from core.automl.run import run_automl
    from core.automl.runs import log_outcome
    from core.automl.service.play import LEFT_OUT
    from core.automl.settings import Settings
    from core.tracking.serving import look_at

    folder = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    shop = Workshop(folder)
    rng = np.random.default_rng(0)
    x = rng.normal(size=120)
    table = pd.DataFrame({"x": x, "y": np.where(x + rng.normal(size=120) > 0, "in", "out")})
    settings = Settings(target="y", exclude_frameworks=LEFT_OUT, max_trials=3, max_splits=2)
    outcome = run_automl(table, settings)
    client = shop.client()
    client.create_experiment("automl", artifact_location=(folder / "artifacts").as_uri())
    kept = log_outcome(outcome, store=shop.uri)
    tested = [
        run
        for run in kept.runs.values()
        if any(name.startswith("test_") for name in client.get_run(run).data.metrics)
    ]
    return {
        "n_trials": len(outcome.trials),
        "n_registered": len(client.search_registered_models()),
        "n_servers": 0 if look_at("model", owner="nobody") is None else 1,
        "n_models": len(kept.models),
        "n_tested": len(tested),
    }


def keep_a_search() -> Facts:
    """Search a small table and keep the search in a store of its own.

    Facts: ``n_trials``, ``n_models`` (kept), ``n_tested`` (trials with a test score), ``n_registered`` and
    ``n_servers`` (afterwards).
    """
    return _search_once(os.getpid())
