"""Try saved models in a process where nothing of their making is left.

``python -I gate_program.py FOLDER``
In FOLDER, ``order.json`` names models (where MLflow saved them) and cases (tables as Parquet files).
What each model says to each case, or how it refuses, is written to ``report.json``. This file imports
nothing of Glassroom and makes sure that no model can.
"""

import json
import sys
import time
import warnings
from pathlib import Path
from typing import Any

MOST_CHARACTERS = 4000


def main(folder: Path) -> None:
    """Try every model with every case."""
    for name in ("core", "app", "pages"):
        sys.modules[name] = None  # type: ignore[assignment]  # an import of it fails from now on
    import mlflow.pyfunc
    import pandas as pd

    order = json.loads((folder / "order.json").read_text(encoding="utf-8"))
    tables = {name: pd.read_parquet(folder / f"{name}.parquet") for name in order["cases"]}
    report: dict[str, Any] = {}
    for name, place in order["models"].items():
        began = time.perf_counter()
        try:
            model = mlflow.pyfunc.load_model(place, suppress_warnings=True)
        except Exception as error:  # noqa: BLE001  whatever it is, the model does not load here
            report[name] = {"problem": tell(error), "seconds": 0.0, "cases": {}}
            continue
        seconds = time.perf_counter() - began
        cases = {case: ask(model, table) for case, table in tables.items()}
        report[name] = {"problem": "", "seconds": seconds, "cases": cases}
    (folder / "report.json").write_text(json.dumps(report), encoding="utf-8")


def ask(model: Any, table: Any) -> dict[str, Any]:
    """Return a model's answers, one list a row, or the words of its error."""
    import numpy as np

    try:
        said = np.asarray(model.predict(table), dtype=float)
    except Exception as error:  # noqa: BLE001  whatever a model raises is what is asked here
        return {"answers": None, "words": tell(error)}
    return {"answers": said.reshape(len(said), -1).tolist(), "words": ""}


def tell(error: Exception) -> str:
    """Return kind and words of an error on one line."""
    return f"{type(error).__name__}: {' '.join(str(error).split())}"[:MOST_CHARACTERS]


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    main(Path(sys.argv[1]))
