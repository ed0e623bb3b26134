"""Make a run of MLflow from any spec and result of the course, without a line for the single lab."""

import hashlib
import json
import math
import re
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from core.datasets import Dataset
from core.results import scalars_of, tables_of
from core.script import Script
from core.specs import pack, setting_to_text, spec_to_json
from core.tracking.load import load_mlflow
from core.tracking.place import is_server, tracking_uri
from core.tracking.reaper import PROCESS, this_process
from core.tracking.store import artifacts_of, open_client, writing

if TYPE_CHECKING:
    import plotly.graph_objects as go
    from mlflow import MlflowClient

LAB, HASH, UNDEFINED = "glassroom.lab", "glassroom.spec_hash", "glassroom.undefined"
SPEC = "glassroom.spec"
LONGEST_PARAM, LONGEST_TAG = 6000, 8000
"""Characters that MLflow takes."""
MOST_METRICS, MOST_PARAMS = 1000, 100
"""What one batch may hold."""
MOST_POINTS = 5000
"""A table with more is kept as a file alone."""
_FOREIGN = re.compile(r"[^\w\-. /]")


@dataclass(frozen=True, kw_only=True)
class Extras:
    """What belongs to a run besides its spec and its result."""

    tags: Mapping[str, str] = field(default_factory=dict)
    prediction: str | None = None
    """What the learner said before the picture was shown, and how sure they were."""
    confidence: str | None = None
    learner: str = "local"
    dataset: Dataset | None = None
    script: Script | None = None
    figures: "Mapping[str, go.Figure]" = field(default_factory=dict)


def log_result(
    spec: Any, result: Any, *, lab: str, experiment: str | None = None, extras: Extras | None = None
) -> str:
    """Keep `result` as one finished run of MLflow and return the run's id.

    Settings become params, scalars metrics, words tags. A table with a column that counts (epochs,
    depths, trials) becomes curves over steps; every table is kept as CSV too. What is undefined is named
    in the tag ``glassroom.undefined`` and never logged as a number. The run says ``FINISHED`` only when
    all of it is there.
    Check by eye: a spec with 5 settings gives a run with 5 params.
    """
    more, uri = extras or Extras(), tracking_uri()
    client = open_client()
    scalars = scalars_of(result)
    tags = tags_of(spec, lab, more) | _words_of(scalars)
    metrics = [*metrics_of(scalars), *curves_of(result)]
    with tempfile.TemporaryDirectory() as folder:
        _write_files(Path(folder), result, more)
        with writing(uri):
            group = find_experiment(client, experiment or lab)
            run = client.create_run(
                group, tags=tags, run_name=f"{lab} {tags[HASH][:6]}"
            ).info.run_id
            log_batches(client, run, metrics, params_of(spec))
            if more.dataset is not None:
                client.log_inputs(run, [_describe(more.dataset)])
            client.log_artifacts(run, folder)
            client.set_terminated(run)
    return str(run)


def params_of(spec: Any) -> dict[str, str]:
    """Return each setting as text; a spec inside a spec gives ``outer.inner``."""
    found: dict[str, str] = {}
    for name, value in pack(spec).items():
        if isinstance(value, dict):
            found |= {f"{name}.{inner}": _as_text(item) for inner, item in value.items()}
        else:
            found[name] = _as_text(getattr(spec, name) if not isinstance(value, list) else value)
    return found


def metrics_of(scalars: Mapping[str, Any], step: int = 0) -> list[Any]:
    """Return the numbers among `scalars` as metrics of MLflow; what is not finite is left out."""
    load_mlflow()
    from mlflow.entities import Metric

    now = _now()
    return [
        Metric(name, float(value), now, step)
        for name, value in scalars.items()
        if _is_number(value)
    ]


def curves_of(result: Any) -> list[Any]:
    """Return the tables of `result` that are curves, as metrics with steps.

    A curve is a table whose first whole-number column rises strictly within each group of its words.
    """
    load_mlflow()
    from mlflow.entities import Metric

    now, found = _now(), []
    for title, table in tables_of(result).items():
        for name, step, value in _points_of(title, table):
            found.append(Metric(name, value, now, step))
    return found


def tags_of(spec: Any, lab: str, extras: Extras) -> dict[str, str]:
    """Return what a run says of itself: lab, settings and their hash, process, learner, prediction."""
    whole = spec_to_json(spec)
    tags = {
        LAB: lab,
        HASH: hashlib.sha256(whole.encode()).hexdigest()[:16],
        PROCESS: this_process(),
        "mlflow.user": extras.learner,
        "mlflow.source.name": f"glassroom run {lab}",
        "mlflow.source.type": "LOCAL",
    }
    if len(whole) <= LONGEST_TAG:
        tags[SPEC] = whole
    for name in ("prediction", "confidence"):
        if getattr(extras, name) is not None:
            tags[f"glassroom.{name}"] = str(getattr(extras, name))
    return tags | {name: text[:LONGEST_TAG] for name, text in extras.tags.items()}


def find_experiment(client: "MlflowClient", name: str) -> str:
    """Return the id of the experiment called `name`; it is made if there is none."""
    found = client.get_experiment_by_name(name)
    if found is not None:
        return str(found.experiment_id)
    place = None
    if not is_server(
        tracking_uri()
    ):  # a server keeps files itself; left alone, others write into ./mlruns
        place = artifacts_of(hashlib.sha256(name.encode()).hexdigest()[:12])
    from mlflow.exceptions import MlflowException

    try:
        return client.create_experiment(name, artifact_location=place)
    except MlflowException:  # on a server somebody else was faster
        found = client.get_experiment_by_name(name)
        if found is None:
            raise
        return str(found.experiment_id)


def log_batches(
    client: "MlflowClient", run: str, metrics: list[Any], params: Mapping[str, str]
) -> None:
    """Send metrics and params in as few messages as MLflow allows."""
    from mlflow.entities import Param

    named = [Param(name, text[:LONGEST_PARAM]) for name, text in params.items()]
    for start in range(0, max(len(named), 1), MOST_PARAMS):
        part = named[start : start + MOST_PARAMS]
        first = metrics[: MOST_METRICS - len(part)] if start == 0 else []
        metrics = metrics[len(first) :] if start == 0 else metrics
        client.log_batch(run, metrics=first, params=part)
    for start in range(0, len(metrics), MOST_METRICS):
        client.log_batch(run, metrics=metrics[start : start + MOST_METRICS])


def _points_of(title: str, table: pd.DataFrame) -> list[tuple[str, int, float]]:
    whole = [name for name in table if pd.api.types.is_integer_dtype(table[name].dtype)]
    floats = [name for name in table if pd.api.types.is_float_dtype(table[name].dtype)]
    words = [name for name in table if name not in {*whole, *floats}]
    if len(whole) != 1 or not floats or len(table) * len(floats) > MOST_POINTS:
        return []
    step, points = whole[0], []
    groups = table.groupby(words, sort=False, observed=True) if words else [((), table)]
    for key, group in groups:
        if not bool((group[step].diff().dropna() > 0).all()):
            return []
        ending = "".join(f".{part}" for part in key)
        for name in floats:
            clean = _FOREIGN.sub("_", f"{title}.{name}{ending}")[:250]
            points += [
                (clean, int(at), float(value))
                for at, value in zip(group[step], group[name], strict=True)
                if math.isfinite(value)
            ]
    return points


def _words_of(scalars: Mapping[str, Any]) -> dict[str, str]:
    tags = {
        f"result.{name}": value[:LONGEST_TAG]
        for name, value in scalars.items()
        if isinstance(value, str)
    }
    unknown = [
        name
        for name, value in scalars.items()
        if value is None or (isinstance(value, float) and not math.isfinite(value))
    ]
    return tags | ({UNDEFINED: ", ".join(unknown)[:LONGEST_TAG]} if unknown else {})


def _write_files(folder: Path, result: Any, extras: Extras) -> None:
    tables = folder / "tables"
    tables.mkdir()
    for name, table in tables_of(result).items():
        table.to_csv(tables / f"{name}.csv", index=False)
    if extras.script is not None:
        code = folder / "code"
        code.mkdir()
        (code / f"{extras.script.name}.py").write_text(extras.script.code, encoding="utf-8")
        for name, content in extras.script.files.items():
            (code / name).write_bytes(content)
    if extras.figures:
        figures = folder / "figures"
        figures.mkdir()
        for name, figure in extras.figures.items():
            (figures / f"{name}.json").write_text(str(figure.to_json()), encoding="utf-8")


def _describe(dataset: Dataset) -> Any:
    from mlflow.entities import Dataset as TrackedDataset
    from mlflow.entities import DatasetInput, InputTag

    table = dataset.table
    schema = {"columns": {name: str(kind) for name, kind in table.dtypes.items()}}
    tracked = TrackedDataset(
        name=dataset.name,
        digest=hashlib.sha256(dataset.csv_bytes()).hexdigest()[:32],
        source_type="code",
        source=json.dumps({"tags": {"glassroom": dataset.title}}),
        schema=json.dumps(schema),
        profile=json.dumps({"num_rows": dataset.n_rows, "num_elements": int(table.size)}),
    )
    return DatasetInput(tracked, [InputTag("mlflow.data.context", "training")])


def _as_text(value: Any) -> str:
    if isinstance(value, (dict, list)):
        return json.dumps(value, ensure_ascii=False)
    return setting_to_text(value)


def _is_number(value: Any) -> bool:
    return isinstance(value, (bool, int, float)) and math.isfinite(value)


def _now() -> int:
    return int(time.time() * 1000)
