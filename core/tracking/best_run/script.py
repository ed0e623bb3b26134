"""The lesson on finding runs as code to take home: log with MLflow, then ask it."""

import json
from typing import TYPE_CHECKING

from core.script import Script
from core.tracking.session_code import (
    QUIET,
    TRAINING,
    csv_of,
    write_imports,
    write_rows,
    write_settings,
)

if TYPE_CHECKING:
    from core.tracking.best_run.lab import BestRunSpec


def write_script(spec: "BestRunSpec") -> Script:
    """Return the program that logs the session in a store of its own and puts the query to it.

    Its last line is one JSON object whose names are those of `BestRunResult`.
    """
    session = spec.session
    direction = "ASC" if spec.metric == "log_loss" else "DESC"
    code = _CODE.format(
        imports=write_imports(session).rstrip(),
        quiet=QUIET,
        where=json.dumps(spec.where, ensure_ascii=False),
        order=json.dumps([spec.order] if spec.order.strip() else [], ensure_ascii=False),
        metric=spec.metric,
        direction=direction,
        n_shown=spec.n_shown,
        rows=write_rows(session),
        settings=write_settings(session),
        training=TRAINING,
    )
    return Script("best_run", code, csv_of(session), needs="pandas, scikit-learn and MLflow")


_CODE = '''"""Log trainings with MLflow, and find a run again."""

{imports}

{quiet}
import mlflow
from mlflow.exceptions import MlflowException

WHERE = {where}
ORDER = {order}

{rows}
{settings}

mlflow.set_tracking_uri("sqlite:///mlflow.db")
mlflow.set_experiment("afternoon")
{training}

# The query. An answer is a table of pandas, with a row for each run.
refusal = ""
found = pd.DataFrame()
try:
    found = mlflow.search_runs(filter_string=WHERE, order_by=ORDER, max_results=1000)
except MlflowException as error:
    refusal = error.message
    print("MLflow refuses:", refusal)
shown = found.head({n_shown})
for _, run in shown.iterrows():
    print(run["tags.mlflow.runName"], run["status"], run["params.model"])

# The best run, asked for as it should be: the direction that suits the metric, one row.
best = mlflow.search_runs(
    filter_string="attributes.status = 'FINISHED'",
    order_by=["metrics.{metric} {direction}", "attributes.start_time ASC"],
    max_results=1,
).iloc[0]
every = mlflow.search_runs(max_results=1000)


def number_of(run):
    return int(run["tags.mlflow.runName"].removeprefix("run-"))


first = shown.iloc[0] if len(shown) else None
is_scored = first is not None and first["status"] == "FINISHED"
result = {{
    "n_runs": len(every),
    "n_failed": int((every["status"] == "FAILED").sum()),
    "is_refused": bool(refusal),
    "n_found": len(found),
    "n_shown": len(shown),
    "first": None if first is None else number_of(first),
    "first_value": float(first["metrics.{metric}"]) if is_scored else None,
    "best": number_of(best),
    "best_value": float(best["metrics.{metric}"]),
}}
print(json.dumps(result))
'''
