"""MLflow, imported when it is first needed, and then quietly: it reports to nobody."""

import logging
import os
import warnings
from threading import Lock
from types import ModuleType

QUIET = {
    # MLflow reads these while it is imported.
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "DO_NOT_TRACK": "true",
    "GIT_PYTHON_REFRESH": "quiet",
    "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
}
_lock = Lock()


def load_mlflow() -> ModuleType:
    """Import and return MLflow, with its telemetry off (two seconds the first time).

    Call it before any ``from mlflow import …``.
    """
    with _lock:
        os.environ.update(QUIET)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of its imports; what we call later still warns
            import mlflow
        logging.getLogger("alembic").setLevel(logging.WARNING)
        logging.getLogger("mlflow.store.db.utils").setLevel(logging.WARNING)
    return mlflow


def load_mlflow_models() -> ModuleType:
    """Return MLflow with what keeps and loads models of scikit-learn imported too."""
    mlflow = load_mlflow()
    with _lock, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import mlflow.pyfunc  # it warns of its own type hints
        import mlflow.sklearn
    return mlflow
