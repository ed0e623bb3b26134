"""Runs that prove the practice items on parameters and hyperparameters, and draws of their numbers."""

from typing import Any

import numpy as np
from sklearn.linear_model import LinearRegression, Ridge
from sklearn.neighbors import KNeighborsRegressor
from sklearn.neural_network import MLPRegressor
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeRegressor

from core.practice.family import Values
from core.practice.proof import Facts
from core.search.hyperparameters.lab import HyperparametersSpec, sort_numbers
from core.search.hyperparameters.sweep import FOLDS, SEARCHED, refuses_normalize, search_penalty


def count_line_numbers(n_columns: int) -> Facts:
    """Fit a linear model and count what the fit found.

    Facts: ``found``, ``slopes``, ``with_penalty`` (one more, for the penalty). Check by eye: 1 column
    has a slope and an intercept.
    """
    rng = np.random.default_rng(0)
    model = Ridge().fit(rng.normal(size=(3 * n_columns, n_columns)), rng.normal(size=3 * n_columns))
    slopes = int(model.coef_.size)
    found = slopes + int(np.size(model.intercept_))
    return {"found": found, "slopes": slopes, "with_penalty": found + 1}


def draw_line(rng: np.random.Generator) -> Values | None:
    """Draw a number of columns and a penalty that does not matter."""
    n_columns = int(rng.integers(3, 60))
    penalty = float(rng.choice([0.1, 0.5, 1, 10, 100]))
    return {
        "n": n_columns, "penalty": penalty,
        "found": n_columns + 1, "with_penalty": n_columns + 2,
    }  # fmt: skip


def count_network_numbers(n_columns: int, n_neurons: int) -> Facts:
    """Train a network with one hidden layer and one output, and count its weights and biases.

    Facts: ``found``, ``without_biases``, ``neurons``. Check by eye: 1 column and 1 neuron have 4.
    """
    rng = np.random.default_rng(0)
    model = MLPRegressor(hidden_layer_sizes=(n_neurons,), random_state=0)
    model.partial_fit(rng.normal(size=(8, n_columns)), rng.normal(size=8))
    weights = sum(part.size for part in model.coefs_)
    return {
        "found": weights + sum(part.size for part in model.intercepts_),
        "without_biases": weights,
        "neurons": n_neurons,
    }


def draw_network(rng: np.random.Generator) -> Values | None:
    """Draw columns and neurons."""
    n_columns, n_neurons = int(rng.integers(2, 13)), int(rng.integers(2, 13))
    weights = n_columns * n_neurons + n_neurons
    return {
        "n_columns": n_columns, "n_neurons": n_neurons, "without_biases": weights,
        "found": weights + n_neurons + 1, "biases": n_neurons + 1,
    }  # fmt: skip


def grow_tree(max_depth: int) -> Facts:
    """Grow a tree on rows that it could divide for ever, and count its thresholds and leaves.

    Facts: ``thresholds``, ``leaves``, ``depth``, ``twice``. Check by eye: depth 1 has 1 threshold.
    """
    n_rows = 2**max_depth
    x = np.arange(n_rows, dtype=float)[:, None]
    tree = DecisionTreeRegressor(max_depth=max_depth).fit(x, x.ravel())
    return {
        "thresholds": int((tree.tree_.children_left >= 0).sum()),
        "leaves": int(tree.get_n_leaves()),
        "depth": int(tree.get_depth()),
        "twice": 2 * max_depth,
    }


def draw_tree(rng: np.random.Generator) -> Values | None:
    """Draw a depth and a table that is long enough for it; only the depth decides."""
    depth, n_rows = int(rng.integers(3, 9)), 1000 * int(rng.integers(1, 10))
    return {
        "depth": depth, "n_rows": n_rows, "thresholds": 2**depth - 1, "leaves": 2**depth,
        "twice": 2 * depth,
    }  # fmt: skip


def ask_unfitted_models() -> Facts:
    """Ask models that have seen no row what they know, and again after a fit.

    Facts (1 for yes): ``alpha_before``, ``coef_before``, ``mean_before``, ``rounds_before``,
    ``coef_after``, ``mean_after``.
    """
    line, scaler = Ridge(alpha=2.0), StandardScaler()
    network = MLPRegressor(max_iter=7)
    before = {
        "alpha_before": float("alpha" in line.get_params()),
        "coef_before": float(hasattr(line, "coef_")),
        "mean_before": float(hasattr(scaler, "mean_")),
        "rounds_before": float(hasattr(network, "n_iter_")),
    }
    x = np.arange(6.0)[:, None]
    line.fit(x, x.ravel())
    scaler.fit(x)
    return before | {
        "coef_after": float(hasattr(line, "coef_")),
        "mean_after": float(hasattr(scaler, "mean_")),
    }


def pass_normalize() -> Facts:
    """Give LinearRegression the argument ``normalize``, and scale in a pipeline instead.

    Facts (1 for yes): ``is_refused``, ``is_parameter``, ``is_pipeline_scaled``.
    """
    scaled = StandardScaler().fit_transform(np.array([[1.0], [2.0], [6.0]]))
    return {
        "is_refused": float(refuses_normalize()),
        "is_parameter": float("normalize" in LinearRegression().get_params()),
        "is_pipeline_scaled": float(abs(scaled.mean()) < 1e-12),
    }


def search_by_machine() -> Facts:
    """Let a grid search choose a penalty, and count the fits that it needed.

    Facts: ``has_best`` (1 for yes), ``n_tried``, ``n_fits``.
    """
    rng = np.random.default_rng(0)
    x = rng.normal(size=(60, 3))
    search = search_penalty(x, x[:, 0] + rng.normal(size=60))
    return {
        "has_best": float(search.best_params_["ridge__alpha"] in SEARCHED),
        "n_tried": len(search.cv_results_["params"]),
        "n_fits": len(search.cv_results_["params"]) * FOLDS + 1,
    }


def ask_train_rows() -> Facts:
    """Let the train rows choose the depth of a tree, and let other rows choose it.

    Facts: ``by_train``, ``by_validation``, ``most_flexible``, ``error_by_train``, ``error_by_validation``
    (on rows that no fit has seen).
    """
    found = sort_numbers(HyperparametersSpec())
    return {
        "by_train": found.by_train,
        "by_validation": found.by_validation,
        "most_flexible": found.most_flexible,
        "error_by_train": found.validation_at_train,
        "error_by_validation": found.validation_at_validation,
    }


def change_rows() -> Facts:
    """Train the same models on other rows. Facts: ``n_found_moved``, ``n_chosen_moved``, ``n_found``."""
    found = sort_numbers(HyperparametersSpec())
    return {
        "n_found_moved": found.n_found_moved,
        "n_chosen_moved": found.n_chosen_moved,
        "n_found": found.n_found,
    }


def find_by_fit() -> Facts:
    """Ask models before and after a fit for what they found.

    Facts (1 if only the fit brings it): ``coefficients``, ``questions`` (of a tree), ``depth``, ``penalty``,
    ``neighbours``.
    """
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(60, 3)), rng.normal(size=60)

    def is_found(model: Any, name: str) -> float:
        before = name in model.get_params() or hasattr(model, name)
        return float(not before and hasattr(model.fit(x, y), name))

    return {
        "coefficients": is_found(Ridge(), "coef_"),
        "questions": is_found(DecisionTreeRegressor(), "tree_"),
        "penalty": is_found(Ridge(), "alpha"),
        "depth": is_found(DecisionTreeRegressor(), "max_depth"),
        "neighbours": is_found(KNeighborsRegressor(), "n_neighbors"),
    }
