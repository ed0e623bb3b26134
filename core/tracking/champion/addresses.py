"""Addresses of a registered model that work and that do not, and stages, which came before aliases."""

import re
import warnings

import pandas as pd

from core.tracking.models import load_function
from core.tracking.store import in_force, open_client, writing

WARNING_CHARACTERS = 300


def try_addresses(store: str, name: str) -> pd.DataFrame:
    """Load the model called `name` by several addresses.

    One row per address: ``address``, ``is_refused`` and ``refusal``, MLflow's own words.
    """
    from mlflow.exceptions import MlflowException

    rows = []
    for ending in ("@champion", "/1", "/2", "/latest", "", "@nobody", "/9", "/champion"):
        refusal = ""
        try:
            load_function(f"models:/{name}{ending}", store=store)
        except MlflowException as error:
            refusal = mask(error.message)
        rows.append(
            {"address": f"models:/{name}{ending}", "is_refused": bool(refusal), "refusal": refusal}
        )
    return pd.DataFrame(rows).astype({"address": "str", "refusal": "str"})


def try_stage(store: str, name: str) -> tuple[str, str, str, str]:
    """Move version 1 to the stage Production, as was done before aliases, and back.

    Returns the stage before, the stage after, the version's status, and MLflow's warning.
    """
    client = open_client(store)
    before = client.get_model_version(name, "1").current_stage
    with (
        warnings.catch_warnings(record=True) as caught,
        writing(store),
        in_force(store),
    ):
        warnings.simplefilter("always")
        client.transition_model_version_stage(name, "1", "Production")
        moved = client.get_model_version(name, "1")
        client.transition_model_version_stage(name, "1", "None")
    said = next((str(each.message) for each in caught if "stage" in str(each.message)), "")
    return str(before), str(moved.current_stage), str(moved.status), said[:WARNING_CHARACTERS]


def mask(words: str) -> str:
    """Return MLflow's words with the random numbers of models, runs and ports shortened."""
    shorter = re.sub(r"\bm-[0-9a-f]{32}\b", "m-…", words)
    return re.sub(r"\b[0-9a-f]{32}\b", "…", shorter)
