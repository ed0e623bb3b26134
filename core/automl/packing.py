"""The proposed model as one estimator of scikit-learn that travels without Glassroom.

`Intake` is the only class of ours in a pipeline. Its source goes with the model as a module whose name
holds a hash of the source, so that models of two versions of it can be loaded side by side.
"""

import hashlib
import importlib.util
import shutil
import sys
import warnings
from functools import lru_cache
from importlib.metadata import packages_distributions, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from core.automl import intake
from core.automl.blend import Blend
from core.automl.decision import Decision
from core.automl.table import ReadyTable
from core.automl.trial import Model
from core.errors import require
from core.tracking.load import load_mlflow_models
from core.tracking.models import ALLOWED, requirements
from core.tracking.place import tracking_uri
from core.tracking.store import in_force, open_client, writing

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline

OF_PIPELINES = frozenset(
    {
        "sklearn.model_selection._split.KFold",
        "sklearn.model_selection._split.StratifiedKFold",
        "sklearn.utils._bunch.Bunch",
    }
)
"""Plain settings in a step: how words were cross-fitted, and the names in a vote."""
OF_BOOSTING = frozenset(
    {
        "collections.OrderedDict",
        "collections.defaultdict",
        "lightgbm.basic.Booster",
        "lightgbm.sklearn.LGBMClassifier",
        "lightgbm.sklearn.LGBMRegressor",
        "xgboost.core.Booster",
        "xgboost.sklearn.XGBClassifier",
        "xgboost.sklearn.XGBRegressor",
    }
)
"""Types of LightGBM and XGBoost that we let in for models of our own making."""
N_EXAMPLE = 3


def make_portable(model: Blend, ready: ReadyTable, decision: Decision | None = None) -> Any:
    """Return a trained proposal as one estimator: its pipeline, or a soft vote of several.

    It gives what `Blend.predict` gives: `predict_proba` for classes, `predict` for numbers. Probabilities
    stand in the order of ``classes_``, which is that of the table. With a `decision` that moved the
    threshold, its `predict` names classes by that one; its probabilities are the same.
    """
    pipelines = [_take_along(member) for member, _ in model.models]
    packed: Any = pipelines[0]
    if len(pipelines) > 1:
        packed = _vote(pipelines, [weight for _, weight in model.models], ready)
    if decision is None or not decision.is_moved:
        return packed
    from sklearn.model_selection import FixedThresholdClassifier

    return FixedThresholdClassifier(
        packed,
        threshold=decision.threshold,
        pos_label=ready.positive,
        response_method="predict_proba",
    )


def name_intake() -> str:
    """Return the name of the module that travels: ``intake_`` and eight digits of its source's hash."""
    return f"intake_{hashlib.sha256(_source().read_bytes()).hexdigest()[:8]}"


def write_intake(folder: Path) -> Path:
    """Put the source of `Intake` into `folder` under the name that a packed model knows."""
    path = folder / f"{name_intake()}.py"
    shutil.copyfile(_source(), path)
    return path


def list_trusted(model: Any) -> list[str]:
    """Return the types in `model` beyond those that skops trusts by itself.

    Raises
    ------
    SpecError
        If one of them is not on our list: such a model is refused, not pickled.
    """
    import skops.io  # type: ignore[import-untyped]

    found = set(skops.io.get_untrusted_types(data=skops.io.dumps(model)))
    foreign = found - ALLOWED - OF_BOOSTING - OF_PIPELINES - {f"{name_intake()}.Intake"}
    require(
        not foreign,
        f"A model may hold types that skops trusts and those of our list, got {', '.join(sorted(foreign))}. "
        "Leave that family out.",
    )
    return sorted(found)


def sign(ready: ReadyTable, model: Any) -> Any:
    """Return the signature: every column that the model needs, of any type, since `Intake` reads the types.

    Types inferred from a few rows would refuse whole numbers in a column of decimals, for example.
    """
    load_mlflow_models()
    from mlflow.models import ModelSignature, infer_signature
    from mlflow.types.schema import AnyType, ColSpec, Schema

    said = answer(ready, model, ready.rows.head(N_EXAMPLE))
    any_type: Any = AnyType
    columns: list[Any] = [ColSpec(any_type(), name) for name in ready.plan.columns]
    return ModelSignature(Schema(columns), infer_signature(np.zeros(1), said).outputs)


def answer(ready: ReadyTable, model: Any, rows: pd.DataFrame) -> Any:
    """Return what a packed model says of `rows`: one probability a class, or one number a row."""
    return getattr(model, answers_with(ready))(rows)


def answers_with(ready: ReadyTable) -> str:
    """Return the method behind the generic ``predict``."""
    return "predict" if ready.task == "regression" else "predict_proba"


def describe_packing(ready: ReadyTable, model: Any, folder: Path) -> dict[str, Any]:
    """Return how MLflow is to keep a packed `model`: with skops, the list, the signature, and our source."""
    plan = ready.plan
    return {
        "serialization_format": "skops",
        "skops_trusted_types": list_trusted(model),
        "pip_requirements": [*requirements(), *_require_boosting(model)],
        "pyfunc_predict_fn": answers_with(ready),
        "signature": sign(ready, model),
        "code_paths": [str(write_intake(folder))],
        "metadata": {
            "classes": [str(label) for label in ready.classes],
            "target": str(ready.target.name),
            "columns": list(plan.columns),
            **_tell_threshold(ready, model),
        },
    }


def _require_boosting(model: Any) -> list[str]:
    """Return LightGBM, and XGBoost in whatever package it came if the model holds it."""
    found = [f"lightgbm=={version('lightgbm')}"]
    if any(name.startswith("xgboost.") for name in list_trusted(model)):
        package = packages_distributions()["xgboost"][0]
        found.append(f"{package}=={version(package)}")
    return found


def _tell_threshold(ready: ReadyTable, model: Any) -> dict[str, Any]:
    """Return what a caller has to know who gets probabilities alone, as over HTTP."""
    threshold = getattr(model, "threshold", None)
    return {} if threshold is None else {"positive": str(ready.positive), "threshold": threshold}


def log_portable(
    run: str, ready: ReadyTable, model: Any, folder: Path, *, store: str | None = None
) -> str:
    """Keep a packed `model` in `run` and return its address (``models:/m-…``).

    It loads wherever the libraries of its requirements are; `folder` is for files on the way.
    """
    mlflow, uri = load_mlflow_models(), store or tracking_uri()
    how = describe_packing(ready, model, folder)
    example = ready.rows[list(ready.plan.columns)].head(N_EXAMPLE)
    open_client(uri)
    with (
        warnings.catch_warnings(),
        writing(uri),
        in_force(uri),
        mlflow.start_run(run_id=run),
    ):
        warnings.filterwarnings("ignore", "Any type hint|Hint: Inferred schema", UserWarning)
        kept = mlflow.sklearn.log_model(model, name="model", input_example=example, **how)
    return str(kept.model_uri)


def _source() -> Path:
    return Path(intake.__file__)


@lru_cache(maxsize=1)
def _load_intake() -> Any:
    name = name_intake()
    spec = importlib.util.spec_from_file_location(name, _source())
    if spec is None or spec.loader is None:
        message = f"The source of Intake is missing at {_source()}."
        raise RuntimeError(message)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def _take_along(member: Model) -> "Pipeline":
    """Return the same trained pipeline with the `Intake` of the module that travels."""
    from sklearn.pipeline import Pipeline

    (name, ours), *rest = member.pipeline.steps
    theirs = _load_intake().Intake()
    vars(theirs).update(vars(ours))
    return Pipeline([(name, theirs), *rest])


def _vote(pipelines: list["Pipeline"], weights: list[float], ready: ReadyTable) -> Any:
    from sklearn.ensemble import VotingClassifier, VotingRegressor
    from sklearn.preprocessing import LabelEncoder

    named = [(f"member_{place}", pipeline) for place, pipeline in enumerate(pipelines)]
    if ready.task == "regression":
        voted = VotingRegressor(named, weights=weights)
    else:
        voted = VotingClassifier(named, voting="soft", weights=weights)
        voted.le_ = LabelEncoder().fit(pipelines[0].classes_)
        voted.classes_ = voted.le_.classes_
    # The members are trained; to fit the vote would train each of them anew.
    voted.estimators_ = pipelines
    return voted
