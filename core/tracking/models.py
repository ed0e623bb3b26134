"""Models in runs: written with skops, which reads a file without running what is in it."""

import warnings
from typing import Any

import pandas as pd

from core.errors import require
from core.tracking.load import load_mlflow_models
from core.tracking.place import tracking_uri
from core.tracking.store import in_force, open_client, writing

ALLOWED = frozenset(
    {
        "numpy.dtype",
        "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",
        "sklearn.metrics._dist_metrics.EuclideanDistance64",
        "sklearn.neighbors._kd_tree.KDTree",
        "sklearn.neural_network._stochastic_optimizers.AdamOptimizer",
        "sklearn.tree._tree.Tree",
    }
)
"""Types that skops does not know as harmless, and that we let in for models of our own making.

Never for a file that somebody brings: a tree holds places in memory that are read without a check.
"""
REQUIREMENTS = ("numpy", "pandas", "scikit-learn", "skops")


def find_foreign_types(model: Any) -> list[str]:
    """Return the types in `model` that neither skops nor we trust; an empty list is a clean bill."""
    return sorted(_untrusted(model) - ALLOWED)


def log_model(
    run: str,
    model: Any,
    example: pd.DataFrame,
    *,
    name: str = "model",
    answers_with: str = "predict",
    is_signed: bool = True,
    store: str | None = None,
) -> str:
    """Keep a fitted scikit-learn `model` in `run` and return its address (``models:/m-…``).

    With it go its signature (unless it is not to be signed), a few rows to try it on, and the versions that
    it was made with. (MLflow would find these by importing the model anew in another process, for five
    seconds.) `answers_with` names the method behind the generic ``predict``, such as ``predict_proba``.
    `store` is another one than that in force.

    Raises
    ------
    SpecError
        The model holds a type that is not on our list: it is refused, not pickled.
    """
    untrusted = _untrusted(model)  # once: it writes the whole model
    foreign = sorted(untrusted - ALLOWED)
    require(
        not foreign,
        f"A model may hold types that skops trusts and those of our list, got {', '.join(foreign)}. "
        "Use a model of scikit-learn without functions or classes of your own.",
    )
    mlflow, uri = load_mlflow_models(), store or tracking_uri()
    from mlflow.models import infer_signature

    open_client(uri)
    said = getattr(model, answers_with)(example)
    with (
        warnings.catch_warnings(),
        writing(uri),
        in_force(uri),
        mlflow.start_run(run_id=run),
    ):
        # Whole numbers stay whole in the signature: what that means is told where it matters.
        warnings.filterwarnings("ignore", "Hint: Inferred schema contains integer", UserWarning)
        # Without a signature MLflow would make one from the example.
        signed = {"signature": infer_signature(example, said), "input_example": example.head(3)}
        kept = mlflow.sklearn.log_model(
            model,
            name=name,
            serialization_format="skops",
            skops_trusted_types=sorted(untrusted),
            pip_requirements=requirements(),
            pyfunc_predict_fn=answers_with,
            **(signed if is_signed else {}),
        )
    return str(kept.model_uri)


def load_model(address: str, *, store: str | None = None) -> Any:
    """Return the model at `address`, such as ``models:/churn@champion``, with its own ``predict``."""
    mlflow, uri = load_mlflow_models(), store or tracking_uri()
    open_client(uri)
    with in_force(uri):
        return mlflow.sklearn.load_model(address)


def load_function(address: str, *, store: str | None = None) -> Any:
    """Return the model at `address` as a generic Python function: ``predict``, whatever made the model."""
    mlflow, uri = load_mlflow_models(), store or tracking_uri()
    open_client(uri)
    with in_force(uri):
        # Its warnings are about versions that differ from those it was made with; ours was made here, and
        # looking up every library's version takes longer than loading the model.
        return mlflow.pyfunc.load_model(address, suppress_warnings=True)


def _untrusted(model: Any) -> set[str]:
    import skops.io  # type: ignore[import-untyped]

    return set(skops.io.get_untrusted_types(data=skops.io.dumps(model)))


def requirements() -> list[str]:
    """Return the libraries that a model of ours needs, with their versions."""
    from importlib.metadata import version

    return [f"{name}=={version(name)}" for name in REQUIREMENTS]
