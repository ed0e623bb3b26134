"""One trained model packed with MLflow: its file, its addresses, and four ways to ask it."""

import tempfile
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from core.datasets import load_dataset
from core.remember import remembered
from core.tracking.answering import answering
from core.tracking.candidates import Kind, Rows, TableSpec, chance, deal_rows, train
from core.tracking.champion.addresses import mask
from core.tracking.flavour.danger import find_strange_types, read_trap
from core.tracking.flavour.risk import CODE, DEFAULT, FILE, THRESHOLDS
from core.tracking.flavour.ways import Doors, try_payloads
from core.tracking.load import load_mlflow_models
from core.tracking.models import ALLOWED, load_function, load_model, log_model, requirements
from core.tracking.registry import point, register
from core.tracking.store import in_force, writing
from core.tracking.workshop import Workshop, build_workshop

KIND: Kind = "logistic"
NAME = "leaver"


@dataclass(frozen=True, eq=False)
class Packed:
    """What MLflow made of one model, and what it said."""

    spec: TableSpec
    n_test: int
    mlmodel: str
    """The text of the file ``MLmodel``, with ids and times left out."""
    files: str
    """Names of the files in the model's folder."""
    signature: pd.DataFrame
    """One row per column of the input: ``name``, ``type``, ``is_required``."""
    tries: pd.DataFrame
    """See `core.tracking.flavour.ways.try_payloads`."""
    addresses: pd.DataFrame
    """One row per address: ``made_by``, ``address``, ``outcome`` (``same`` answers or ``refused``),
    ``words``."""
    thresholds: pd.DataFrame
    """One row per threshold of the custom model: ``threshold``, ``n_called``, ``n_hits`` (sought
    among them)."""
    default_called: int
    """Rows that the custom model calls if nobody names a threshold."""
    refused_threshold: str
    """MLflow's words about a threshold that is a word."""
    opcodes: pd.DataFrame
    """See `core.tracking.flavour.danger.read_trap`."""
    untrusted: str
    """What skops finds in a file with a strange object before it loads anything."""


@remembered
def pack_model(spec: TableSpec) -> Packed:
    """Train one model, keep it with MLflow in every way, and ask it in every way.

    Check by eye: a row with a column missing is refused by the model with a signature.
    """
    dataset = load_dataset(spec.data)
    rows = deal_rows(dataset, spec.seed)
    model = train(spec, KIND)
    with build_workshop(pack_model.entry(spec).name) as shop:
        run = shop.start_run()
        signed, unsigned = (
            log_model(
                run, model, rows.train, name=name, answers_with="predict_proba",
                is_signed=name == "signed", store=shop.uri,
            )
            for name in ("signed", "unsigned")
        )  # fmt: skip
        plain, function = (load_function(address, store=shop.uri) for address in (unsigned, signed))
        with answering(function) as server:
            native = load_model(signed, store=shop.uri)
            tries = try_payloads(dataset, rows.test, Doors(native, plain, function, server))
        folder = Path(function.metadata.artifact_path.removeprefix("file://"))
        addresses = _try_addresses(shop, run, signed, model, rows)
        thresholds, default, refused = _call(shop, run, model, rows)
        shop.client().set_terminated(run)
        return Packed(
            spec=spec,
            n_test=len(rows.test),
            mlmodel=tidy((folder / "MLmodel").read_text(encoding="utf-8")),
            files=", ".join(sorted(path.name for path in folder.iterdir())),
            signature=_read_signature(function),
            tries=tries,
            addresses=addresses,
            thresholds=thresholds,
            default_called=default,
            refused_threshold=refused,
            opcodes=read_trap(),
            untrusted=", ".join(find_strange_types()),
        )


def tidy(text: str) -> str:
    """Return the file ``MLmodel`` without the lines that differ at every try."""
    lines = mask(text).splitlines()
    changing = ("artifact_path:", "utc_time_created:", "model_uuid:", "run_id:", "model_id:")
    return "\n".join(line for line in lines if not line.startswith(changing))


def _read_signature(function: Any) -> pd.DataFrame:
    columns = function.metadata.signature.inputs.inputs
    rows = [
        (column.name, str(column.type).split(".")[-1], bool(column.required)) for column in columns
    ]
    table = pd.DataFrame(rows, columns=["name", "type", "is_required"])
    return table.astype({"name": "str", "type": "str"})


def _try_addresses(shop: Workshop, run: str, kept: str, model: Any, rows: Rows) -> pd.DataFrame:
    """Save, log and register the model, and load it by every address that this gives."""
    from mlflow.exceptions import MlflowException

    register(kept, NAME, store=shop.uri)
    point(NAME, "champion", 1, store=shop.uri)
    expected, found = chance(model, rows.test), []
    with tempfile.TemporaryDirectory() as folder:
        saved = f"{folder}/saved"
        _save(model, saved)
        for made_by, address, shown in (
            ("save_model", saved, "a folder: saved"),
            ("log_model", kept, "models:/m-…"),
            ("log_model", f"runs:/{run}/signed", "runs:/RUN/signed"),
            ("register_model", f"models:/{NAME}/1", ""),
            ("set_registered_model_alias", f"models:/{NAME}@champion", ""),
            ("a typing error", f"run:/{run}/signed", "run:/RUN/signed"),
            ("a typing error", f"models:/{NAME}", ""),
        ):
            words = ""
            try:
                said = load_function(address, store=shop.uri).predict(rows.test)[:, 1]
                outcome = "same" if np.allclose(said, expected) else "other"
            except (MlflowException, OSError) as error:
                outcome, words = "refused", mask(str(error)).replace(folder, "…")
            found.append((made_by, shown or address, outcome, words))
    names = ["made_by", "address", "outcome", "words"]
    return pd.DataFrame(found, columns=names).astype("str")


def _save(model: Any, path: str) -> None:
    mlflow = load_mlflow_models()
    mlflow.sklearn.save_model(
        model, path, serialization_format="skops", skops_trusted_types=sorted(ALLOWED),
        pip_requirements=requirements(), pyfunc_predict_fn="predict_proba",
    )  # fmt: skip


def _call(shop: Workshop, run: str, model: Any, rows: Rows) -> tuple[pd.DataFrame, int, str]:
    """Log the custom model from its code and ask it with every threshold."""
    from mlflow.exceptions import MlflowException

    function = _log_caller(shop, run, model, rows)
    found = []
    for threshold in THRESHOLDS:
        called = np.array(function.predict(rows.test, params={"threshold": threshold})) == "call"
        found.append((threshold, int(called.sum()), int((called & rows.y_test).sum())))
    default = sum(each == "call" for each in function.predict(rows.test))
    try:
        function.predict(rows.test.head(1), params={"threshold": "high"})
        refused = ""
    except MlflowException as error:
        refused = mask(error.message)
    table = pd.DataFrame(found, columns=["threshold", "n_called", "n_hits"])
    return table, int(default), refused


def _log_caller(shop: Workshop, run: str, model: Any, rows: Rows) -> Any:
    import skops.io  # type: ignore[import-untyped]

    mlflow = load_mlflow_models()
    from mlflow.models import infer_signature

    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about whole numbers, and about the type of `model_input`
        (Path(folder) / FILE).write_text(CODE, encoding="utf-8")
        skops.io.dump(model, f"{folder}/model.skops")
        signature = infer_signature(rows.train, ["call"], params={"threshold": DEFAULT})
        with writing(shop.uri), in_force(shop.uri), mlflow.start_run(run_id=run):
            kept = mlflow.pyfunc.log_model(
                name="caller", python_model=f"{folder}/{FILE}", signature=signature,
                artifacts={"model": f"{folder}/model.skops"},
                model_config={"trusted": sorted(ALLOWED)}, pip_requirements=requirements(),
            )  # fmt: skip
        with in_force(shop.uri):
            return mlflow.pyfunc.load_model(kept.model_uri, suppress_warnings=True)
