"""Runs that prove the practice items on packed models, and draws of their numbers."""

import atexit
import os
import shutil
import tempfile
import warnings
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from core.practice.family import Values
from core.practice.proof import Facts
from core.tracking.flavour.lab import FlavourSpec, send_rows
from core.tracking.flavour.risk import CODE, DEFAULT
from core.tracking.load import load_mlflow_models
from core.tracking.models import ALLOWED, requirements

COUNTER = """import mlflow
import pandas as pd


class Counter(mlflow.pyfunc.PythonModel):
    def predict(self, context, model_input: pd.DataFrame, params=None):
        return [model_input.shape[1]] * len(model_input)


mlflow.models.set_model(Counter())
"""


@lru_cache(maxsize=1)
def _scratch(_process: int) -> Path:
    folder = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


@lru_cache(maxsize=1)
def _pack_caller(process: int) -> Any:
    """Save the custom model of the lesson around one whose probabilities are known, and load it."""
    import skops.io  # type: ignore[import-untyped]
    from sklearn.linear_model import LogisticRegression

    folder = _scratch(process)
    model = LogisticRegression().fit(pd.DataFrame({"0": [-1.0, 1.0]}), [0, 1])
    model.coef_, model.intercept_ = np.array([[1.0]]), np.array([0.0])
    skops.io.dump(model, folder / "model.skops")
    more = {
        "artifacts": {"model": str(folder / "model.skops")},
        "model_config": {"trusted": sorted(ALLOWED)},
    }
    rows = pd.DataFrame({"0": [0.0, 1.0]})
    return _save(folder / "caller", CODE, rows, ["call"], params={"threshold": DEFAULT}, **more)


@lru_cache(maxsize=16)
def _pack_counter(n_columns: int, process: int) -> Any:
    """Save a model that answers how many columns it sees, with a signature of so many, and load it."""
    rows = pd.DataFrame(np.zeros((2, n_columns)), columns=_name(n_columns))
    return _save(_scratch(process) / f"count{n_columns}", COUNTER, rows, [1])


def _save(
    path: Path, code: str, rows: pd.DataFrame, said: Any, *, params: Any = None, **more: Any
) -> Any:
    mlflow = load_mlflow_models()
    from mlflow.models import infer_signature

    source = path.parent / f"{path.name}.py"
    source.write_text(code, encoding="utf-8")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        mlflow.pyfunc.save_model(
            str(path), python_model=str(source), pip_requirements=requirements(),
            signature=infer_signature(rows, said, params=params), **more,
        )  # fmt: skip
        return mlflow.pyfunc.load_model(str(path))


def call_rows(chances: list[float], threshold: float) -> Facts:
    """Send rows of known probability to the custom model of the lesson, with a threshold.

    Facts: ``called``, ``left``, ``default`` (called if nobody names a threshold).
    """
    caller = _pack_caller(os.getpid())
    share = np.array(chances)
    rows = pd.DataFrame({"0": np.log(share / (1 - share))})
    called = sum(each == "call" for each in caller.predict(rows, params={"threshold": threshold}))
    return {
        "called": called,
        "left": len(chances) - called,
        "default": sum(each == "call" for each in caller.predict(rows)),
    }


def draw_chances(rng: np.random.Generator) -> Values | None:
    """Draw seven probabilities and a threshold, with three different counts."""
    chances = sorted(float(value) / 100 for value in rng.choice(np.arange(12, 96), 7, False))
    threshold = float(rng.choice([0.3, 0.4, 0.6, 0.7, 0.8]))
    called = sum(chance > threshold for chance in chances)
    default = sum(chance > DEFAULT for chance in chances)
    near = min(abs(chance - bound) for chance in chances for bound in (threshold, DEFAULT))
    if near < 0.02 or len({called, default, len(chances) - called}) < 3 or called == 0:
        return None
    rng.shuffle(chances)
    return {
        "chances": chances, "threshold": threshold, "called": called, "default": default,
        "left": len(chances) - called,
    }  # fmt: skip


def count_columns(n_named: int, n_extra: int) -> Facts:
    """Send a model with a signature its columns and some more, and ask how many it sees.

    Facts: ``seen``, ``sent``, ``extra``, ``is_less_refused`` (1 if it refuses one column fewer).
    """
    from mlflow.exceptions import MlflowException

    counter = _pack_counter(n_named, os.getpid())
    rows = pd.DataFrame(np.zeros((1, n_named + n_extra)), columns=_name(n_named + n_extra))
    try:
        counter.predict(rows.iloc[:, 1:])
        is_refused = 0
    except MlflowException:
        is_refused = 1
    return {
        "seen": int(counter.predict(rows)[0]),
        "sent": n_named + n_extra,
        "extra": n_extra,
        "is_less_refused": is_refused,
    }


def draw_columns(rng: np.random.Generator) -> Values | None:
    """Draw how many columns a signature names, and how many more are sent."""
    n_named, n_extra = int(rng.integers(4, 13)), int(rng.integers(2, 9))
    if n_named == n_extra:
        return None
    return {"n_named": n_named, "n_extra": n_extra, "sent": n_named + n_extra}


def send_everything() -> Facts:
    """Send every delivery of the lesson in every way.

    Facts (1 is yes): ``refused_`` and ``same_`` followed by the delivery and the way; ``n_calls`` of the
    pickle, ``n_silent``, ``is_run_refused`` (the address ``run:/…``), ``is_runs_refused``.
    """
    result = send_rows(FlavourSpec())
    facts: dict[str, float | None] = {
        "n_calls": result.n_calls_of_pickle,
        "n_silent": result.n_silent,
    }
    for row in result.tries.to_dict("records"):
        name = f"{row['payload']}_{row['way']}"
        facts[f"refused_{name}"] = int(row["outcome"] == "refused")
        facts[f"same_{name}"] = int(row["outcome"] == "same")
    for row in result.addresses.to_dict("records"):
        start = str(row["address"]).split("/")[0].rstrip(":")
        if start in ("run", "runs"):
            facts[f"is_{start}_refused"] = int(row["outcome"] == "refused")
    return facts


def _name(n_columns: int) -> list[str]:
    return [f"c{place}" for place in range(n_columns)]
