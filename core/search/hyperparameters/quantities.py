"""Eleven numbers of really trained models: which of them the fit finds, and what makes each move.

The models say themselves which is which. What stands in ``get_params()`` of a model that has seen no row
was chosen; an attribute that ends in ``_`` and appears only with ``fit`` was found.
"""

import warnings
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.base import BaseEstimator
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import Ridge
from sklearn.neighbors import KNeighborsRegressor
from sklearn.neural_network import MLPRegressor
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeRegressor

Kind = Literal["found", "chosen"]
Numbers = NDArray[np.float64]
Sample = tuple[Numbers, Numbers]
VERSIONS = ("these_rows", "other_rows", "other_settings")


@dataclass(frozen=True, kw_only=True)
class Quantity:
    """A number that belongs to a model."""

    model: str
    """Key of `build_models`."""
    attribute: str
    """Where it stands: ``alpha`` or ``coef_``."""
    model_title: str
    short: str
    """One or two words for an axis or a table."""
    label: str
    """What it is, in words; ``{column}`` is the first column of the table."""


QUANTITIES = (
    Quantity(
        model="line", attribute="coef_", model_title="Linear model",
        short="slope",
        label="the slope of “{column}”: how much the prediction rises with it",
    ),
    Quantity(
        model="tree", attribute="max_depth", model_title="Decision tree",
        short="depth",
        label="how many questions the tree may ask in a row, at most",
    ),
    Quantity(
        model="tree", attribute="tree_.threshold", model_title="Decision tree",
        short="threshold",
        label="the value at which its first question divides the rows",
    ),
    Quantity(
        model="line", attribute="alpha", model_title="Linear model",
        short="penalty",
        label="how strongly large slopes are punished",
    ),
    Quantity(
        model="line", attribute="intercept_", model_title="Linear model",
        short="intercept",
        label="the intercept: what it predicts for an average row",
    ),
    Quantity(
        model="neighbours", attribute="n_neighbors", model_title="Nearest neighbours",
        short="neighbours",
        label="how many neighbours are asked",
    ),
    Quantity(
        model="scaler", attribute="mean_", model_title="Scaler",
        short="mean",
        label="the mean of “{column}”, which it subtracts",
    ),
    Quantity(
        model="network", attribute="learning_rate_init", model_title="Neural network",
        short="learning rate",
        label="the learning rate: how far each step of the training goes",
    ),
    Quantity(
        model="network", attribute="coefs_", model_title="Neural network",
        short="weight",
        label="the weight from “{column}” to the first neuron",
    ),
    Quantity(
        model="network", attribute="max_iter", model_title="Neural network",
        short="most rounds",
        label="how many rounds over the rows the training may take, at most",
    ),
    Quantity(
        model="network", attribute="n_iter_", model_title="Neural network",
        short="rounds taken",
        label="how many rounds it really took before it stopped improving",
    ),
)  # fmt: skip
N_QUANTITIES = len(QUANTITIES)


def build_models(seed: int, *, is_changed: bool = False) -> dict[str, BaseEstimator]:
    """Return the models before they have seen a row; changed, every hyperparameter has another value."""
    return {
        "scaler": StandardScaler(),
        "line": Ridge(alpha=100.0 if is_changed else 1.0),
        "tree": DecisionTreeRegressor(max_depth=6 if is_changed else 3, random_state=seed),
        "neighbours": KNeighborsRegressor(n_neighbors=20 if is_changed else 5),
        "network": MLPRegressor(
            hidden_layer_sizes=(8,),
            learning_rate_init=0.02 if is_changed else 0.01,
            max_iter=2_000 if is_changed else 1_000,
            random_state=seed,
        ),
    }


def fit_models(x: Numbers, y: Numbers, seed: int, *, is_changed: bool = False) -> dict[str, Any]:
    """Train all of them on the same rows.

    Models learn from scaled columns; the tree and the scaler from the columns as they are. The network
    learns a target with mean 0 and standard deviation 1.
    """
    models: dict[str, Any] = dict(build_models(seed, is_changed=is_changed))
    scaled = models["scaler"].fit_transform(x)
    models["line"].fit(scaled, y)
    models["tree"].fit(x, y)
    models["neighbours"].fit(scaled, y)
    with warnings.catch_warnings():
        # Where the rounds do not suffice, `n_iter_` says so: it equals `max_iter`.
        warnings.simplefilter("ignore", ConvergenceWarning)
        models["network"].fit(scaled, (y - y.mean()) / (y.std() or 1.0))
    return models


def find_kind(quantity: Quantity, *, unfitted: Any, fitted: Any) -> Kind:
    """Ask the models themselves: set before the fit, or there only after it."""
    name = quantity.attribute.split(".")[0]
    if name in unfitted.get_params():
        return "chosen"
    if name.endswith("_") and not hasattr(unfitted, name) and hasattr(fitted, name):
        return "found"
    message = f"{name} of {quantity.model} is neither set before the fit nor found by it"
    raise ValueError(message)


def read_value(model: Any, attribute: str) -> float:
    """Return the number; of an array, its first one."""
    found = model
    for name in attribute.split("."):
        found = getattr(found, name)
    while isinstance(found, list):
        found = found[0]
    return float(np.ravel(found)[0])


def tabulate_quantities(these: Sample, others: Sample, seed: int) -> pd.DataFrame:
    """Train on two samples of rows and with two sets of settings, and read every number.

    `these` and `others` are pairs of columns and target. One row per quantity: ``model``,
    ``attribute``, ``kind``, and its value in `VERSIONS`.
    """
    unfitted = build_models(seed)
    versions = {
        "these_rows": fit_models(these[0], these[1], seed),
        "other_rows": fit_models(others[0], others[1], seed),
        "other_settings": fit_models(these[0], these[1], seed, is_changed=True),
    }
    rows: list[dict[str, object]] = []
    for quantity in QUANTITIES:
        fitted = versions["these_rows"][quantity.model]
        row: dict[str, object] = {
            "model": quantity.model,
            "attribute": quantity.attribute,
            "kind": find_kind(quantity, unfitted=unfitted[quantity.model], fitted=fitted),
        }
        for name, models in versions.items():
            row[name] = read_value(models[quantity.model], quantity.attribute)
        rows.append(row)
    return pd.DataFrame(rows)
