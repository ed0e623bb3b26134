"""A model's way from AutoML's best trial into the registry, and three careless models that stay outside."""

import json
import shutil
import tempfile
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pandas as pd

from core.automl.gate import Case, GateReport, attach_report, register_through_gate, try_models
from core.automl.packing import list_trusted, log_portable, make_portable
from core.automl.proposal import tabulate_notebook
from core.automl.register import find_files, list_cases_of, say_meant
from core.automl.run import Outcome, run_automl
from core.automl.service.careless import (
    BARE,
    PATCHED,
    find_telling_row,
    save_careless,
    save_strict,
    train_on_dummies,
)
from core.automl.settings import Family, Settings
from core.automl.table import ReadyTable
from core.datasets import load_dataset
from core.errors import SpecError
from core.remember import remembered
from core.tracking.candidates import TableSpec
from core.tracking.registry import point
from core.tracking.session import take_rows
from core.tracking.workshop import Workshop, build_workshop, find_workshop

Way = Literal["pipeline", "strict", "dummies", "patched"]
WAYS: tuple[Way, ...] = ("pipeline", "strict", "dummies", "patched")
NAME = "proposal"
"""How the registered model is called."""
ALIAS = f"models:/{NAME}@champion"
PROPOSAL = "proposal"
"""Folder of the workshop with the files of the proposed model."""
PASSING = ("__pycache__", "registered_model_meta")
"""What loading leaves beside the files; it does not travel."""
ROWS, ABOUT = "rows.csv", "about.json"
"""The rows of the search as its models read them, and which of their columns are what."""
LEFT_OUT: tuple[Family, ...] = ("forest", "extra_trees", "lightgbm")
"""Families that this lesson leaves out, so that its search takes a second: it is about what comes after."""


@dataclass(frozen=True, eq=False)
class Play:
    """What happened at the gate."""

    spec: TableSpec
    row: int
    """The row of the search that is asked about first: the one that a lost column changes most."""
    label: str
    """The class whose probability is an answer."""
    family: str
    """Of the proposed model: ``linear``, ``tree``, ``baseline`` or ``blend``."""
    n_trials: int
    n_columns: int
    """Columns that the proposed model reads."""
    n_dummies: int
    """Columns that ``get_dummies`` made of them on the whole table."""
    n_dummies_alone: int
    """Columns that it makes of one row."""
    finals_loss: float
    test_loss: float
    """Log loss of the proposed model: its mean in the finals, and on the untouched rows."""
    checks: pd.DataFrame
    """One row per model and check: ``model``, and the columns of `core.automl.gate.GateReport`."""
    refusals: pd.DataFrame
    """One row per model: ``model``, ``version`` (0 if it was not registered), ``refusal`` (why)."""
    files: str
    """Names of the files that travel with the proposed model."""
    signature: str
    """Columns of its signature, as MLflow writes them."""
    cells: pd.DataFrame
    """The notebook of the proposed model: ``name``, ``kind``, ``source``."""
    logged: pd.DataFrame
    """What that notebook has to give back: ``name``, ``score``."""
    made_of: str
    """What that notebook is made of, as JSON."""


@remembered
def serve_proposal(spec: TableSpec) -> Play:
    """Search, save the proposal and three careless models, try all at the gate, register what passes.

    Check by eye: AutoML's pipeline passes every check and becomes version 1 with the alias champion.
    """
    outcome = search(spec)
    ready = outcome.ready
    model, careless = make_portable(outcome.model, ready), train_on_dummies(ready)
    first = find_telling_row(ready, careless)
    cases = list_cases_of(ready, first)
    with (
        build_workshop(serve_proposal.entry(spec).name) as shop,
        tempfile.TemporaryDirectory() as to,
    ):
        run = shop.start_run()
        address = log_portable(run, ready, model, Path(to), store=shop.uri)
        shop.client().set_terminated(run)
        place = find_files(address, shop.uri)
        _keep_files(shop.folder, outcome, model, place)
        places = {"pipeline": str(place)} | _save_others(ready, model, careless, Path(to))
        reports = _try_all(ready, model, careless, cases, places)
        attach_report(run, reports["pipeline"], store=shop.uri)
        refusals = _register(shop, address, reports)
        files = list_files(shop.folder / PROPOSAL)
        signature = _read_signature(place)
    row = outcome.finals.table.iloc[outcome.finals.proposed]
    meant = ready.rows[list(ready.plan.columns)]
    cells, logged, made_of = tabulate_notebook(outcome)
    return Play(
        spec=spec,
        row=first,
        label=str(ready.classes[-1]),
        family=outcome.finals.chosen.name,
        n_trials=len(outcome.trials),
        n_columns=len(ready.plan.columns),
        n_dummies=pd.get_dummies(meant).shape[1],
        n_dummies_alone=pd.get_dummies(meant.head(1)).shape[1],
        finals_loss=float(row["mean"]),
        test_loss=float(outcome.test["log_loss"]),
        checks=pd.concat(
            [reports[way].checks.assign(model=way) for way in WAYS], ignore_index=True
        ).astype({"model": "str"}),
        refusals=refusals,
        files=files,
        signature=signature,
        cells=cells,
        logged=logged,
        made_of=made_of,
    )


def search(spec: TableSpec) -> Outcome:
    """Return what AutoML finds on at most 2,000 rows of the table with its three quickest families."""
    return run_automl(*order_of(spec))


def order_of(spec: TableSpec) -> tuple[pd.DataFrame, Settings]:
    """Return the rows that are searched, and the order to AutoML."""
    dataset = load_dataset(spec.data)
    settings = Settings(
        target=str(dataset.target),
        pos_label=dataset.positive,
        exclude_frameworks=LEFT_OUT,
        max_trials=3,
        max_splits=5,
        seed=spec.seed,
    )
    features = [*dataset.features, dataset.target]
    return take_rows(dataset, spec.seed)[features], settings


def open_registry(spec: TableSpec) -> Workshop:
    """Return the workshop in which the registered model of `spec` stands; it is made if it is gone."""
    shop = find_workshop(serve_proposal.entry(spec).name)
    if not shop.is_whole:
        serve_proposal.run_fresh(spec)
    return shop


def list_files(place: Path) -> str:
    """Return the names of the files below a folder."""
    return ", ".join(
        sorted(file.relative_to(place).as_posix() for file in place.rglob("*") if file.is_file())
    )


def _save_others(ready: ReadyTable, model: Any, careless: Any, folder: Path) -> dict[str, str]:
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore"
        )  # of MLflow: about whole numbers and about missing type hints
        return {
            "strict": save_strict(ready, model, folder / "strict"),
            "dummies": save_careless(BARE, careless, folder / "dummies"),
            "patched": save_careless(PATCHED, careless, folder / "patched"),
        }


def _try_all(
    ready: ReadyTable,
    model: Any,
    careless: Any,
    cases: tuple[Case, ...],
    places: Mapping[str, str],
) -> dict[str, GateReport]:
    ours = say_meant(ready, model, cases)
    theirs = _say_dummies(ready.rows[list(ready.plan.columns)], careless, cases)
    said = {"pipeline": ours, "strict": ours, "dummies": theirs, "patched": theirs}
    return try_models(places, cases, said)


def _keep_files(folder: Path, outcome: Outcome, model: Any, place: Path) -> None:
    """Keep what the take-home program and the server's page need of a search, beside the registry."""
    ready, target = outcome.ready, str(outcome.settings.target)
    plan = ready.plan
    shutil.copytree(place, folder / PROPOSAL, ignore=shutil.ignore_patterns(*PASSING))
    rows = ready.rows[list(plan.columns)].copy()
    rows[target] = ready.target.to_numpy()
    rows.to_csv(folder / ROWS, index=False)
    about = {
        "columns": plan.columns,
        "numbers": plan.numbers,
        "words": [*plan.few_words, *plan.many_words],
        "target": target,
        "trusted": list_trusted(model),
    }
    (folder / ABOUT).write_text(json.dumps(about), encoding="utf-8")


def _say_dummies(whole: pd.DataFrame, model: Any, cases: tuple[Case, ...]) -> Mapping[str, Any]:
    """Return what the careless model means: the rows are prepared together with the whole table."""
    said = {}
    for case in cases:
        if case.meant is not None:
            both = pd.get_dummies(pd.concat([whole, case.meant], ignore_index=True))
            said[case.name] = model.predict_proba(both.tail(len(case.meant)))
    return said


def _register(shop: Workshop, address: str, reports: Mapping[str, GateReport]) -> pd.DataFrame:
    rows = []
    for way in WAYS:
        version, refusal = 0, ""
        try:
            # The careless ones are saved, not logged; they would fail here before they are looked for.
            version = register_through_gate(address, NAME, reports[way], store=shop.uri)
            point(NAME, "champion", version, store=shop.uri)
        except SpecError as error:
            refusal = str(error)
        rows.append({"model": way, "version": version, "refusal": refusal})
    return pd.DataFrame(rows).astype({"model": "str", "refusal": "str"})


def _read_signature(place: Path) -> str:
    from mlflow.models import Model

    return ", ".join(str(name) for name in Model.load(str(place)).signature.inputs.input_names())
