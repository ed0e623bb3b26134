"""Runs that prove the practice items about under- and overfitting; see `core.practice.proof`."""

from typing import Literal

import numpy as np

from core.bias_variance.learning import ValidationCurveSpec, measure_validation_curve
from core.bias_variance.under_or_over.lab import UnderOverSpec, tell_under_from_over
from core.practice.family import Values
from core.practice.proof import Facts
from core.specs import spec_from_text


def measure_gap(train: float, validation: float, baseline: float) -> Facts:
    """Say how large a gap is, as a share of the error of saying always the same.

    Facts: ``gap``, ``degree`` (share), ``of_validation`` (the gap over the error on new rows), ``ratio``
    (the error on new rows over the baseline's).
    Check by eye: errors of 10 and 30 with a baseline of 40 are a gap of half.
    """
    errors = np.array([train, validation])
    gap = float(np.diff(errors)[0])
    return {
        "gap": gap,
        "degree": gap / baseline,
        "of_validation": gap / validation,
        "ratio": validation / baseline,
    }


def draw_gap(rng: np.random.Generator) -> Values | None:
    """Draw a pair of errors and a baseline whose degree has two decimals."""
    baseline = int(rng.choice([40, 50, 80, 100, 200]))
    train = int(rng.integers(1, 6)) * baseline // 20
    degree = int(rng.integers(4, 13)) / 20
    validation = round(train + degree * baseline)
    if validation >= baseline:
        return None
    of_validation = round((validation - train) / validation, 6)
    ratio = round(validation / baseline, 6)
    gap = validation - train
    if min(abs(of_validation - degree), abs(ratio - degree), abs(ratio - of_validation)) < 0.03:
        return None
    return {
        "train": train,
        "validation": validation,
        "baseline": baseline,
        "gap": gap,
        "degree": gap / baseline,
        "of_validation": of_validation,
        "ratio": ratio,
    }


def count_curve_fits(n_values: int, folds: int, repeats: int) -> Facts:
    """Count the calls of fit in scikit-learn's `validation_curve`.

    Facts: ``fits``, ``of_one_value``, ``without_repeats``, ``values_and_folds`` (their sum).
    """
    from sklearn.dummy import DummyClassifier
    from sklearn.model_selection import RepeatedStratifiedKFold, validation_curve

    calls = []

    class Counted(DummyClassifier):  # type: ignore[misc]
        def fit(self, *args: object, **more: object) -> "Counted":
            calls.append(1)
            return super().fit(*args, **more)  # type: ignore[no-any-return]

    truth = np.tile([0, 1], 20)
    cv = RepeatedStratifiedKFold(n_splits=folds, n_repeats=repeats, random_state=0)
    validation_curve(
        Counted(strategy="constant", constant=0), np.zeros((40, 1)), truth, cv=cv,
        param_name="random_state", param_range=list(range(n_values)),
    )  # fmt: skip
    return {
        "fits": len(calls),
        "of_one_value": len(calls) // n_values,
        "without_repeats": len(calls) // repeats,
        "values_and_folds": n_values + folds * repeats,
    }


def draw_curve_fits(rng: np.random.Generator) -> Values | None:
    """Draw settings, folds and repeats."""
    n_values, folds = int(rng.integers(4, 13)), int(rng.choice([3, 4, 5, 10]))
    repeats = int(rng.integers(2, 5))
    return {
        "n_values": n_values,
        "folds": folds,
        "repeats": repeats,
        "fits": n_values * folds * repeats,
        "of_one_value": folds * repeats,
        "without_repeats": n_values * folds,
    }


def remember_rows(n_rows: int, n_columns: int, seed: int) -> Facts:
    """Let one nearest neighbour and a grown-out tree learn coin flips, and ask them again.

    Facts: ``train_neighbour``, ``train_tree`` (errors on the rows learnt from), ``new_neighbour``,
    ``new_tree`` (errors on 4,000 other rows; half is pure guessing).
    """
    from sklearn.neighbors import KNeighborsClassifier
    from sklearn.tree import DecisionTreeClassifier

    rng = np.random.default_rng(seed)
    x, y = rng.normal(size=(n_rows, n_columns)), rng.integers(0, 2, n_rows)
    new_x, new_y = rng.normal(size=(4000, n_columns)), rng.integers(0, 2, 4000)
    facts: dict[str, float | None] = {}
    models = {
        "neighbour": KNeighborsClassifier(1),
        "tree": DecisionTreeClassifier(random_state=seed),
    }
    for name, model in models.items():
        model.fit(x, y)
        facts[f"train_{name}"] = float((model.predict(x) != y).mean())
        facts[f"new_{name}"] = float((model.predict(new_x) != new_y).mean())
    return facts


def draw_memory(rng: np.random.Generator) -> Values | None:
    """Draw how many coin flips are learnt by heart."""
    n_rows = int(rng.choice([50, 60, 80, 100, 150, 200, 250, 300, 400]))
    n_columns = int(rng.integers(2, 9))
    return {"n_rows": n_rows, "n_columns": n_columns, "seed": int(rng.integers(0, 1000))}


def follow_neighbours() -> Facts:
    """Turn k of nearest neighbours on 300 digits.

    Facts: ``train_one``, ``train_many``, ``new_one``, ``new_many``: errors with 1 and 100 neighbours.
    """
    curve = measure_validation_curve(
        ValidationCurveSpec(data="digits", model="neighbours", n_rows=300, values=(1, 100))
    )
    means = curve.scores.groupby("value")[["train", "validation"]].mean()
    (train_one, new_one), (train_many, new_many) = means.loc[[1, 100]].to_numpy(dtype=float)
    return {
        "train_one": 1 - float(train_one),
        "train_many": 1 - float(train_many),
        "new_one": 1 - float(new_one),
        "new_many": 1 - float(new_many),
    }


Remedy = Literal["more_rows", "simpler", "freer", "regularise", "more_features", "stop_early"]


def apply_remedy(settings: dict[str, str], remedies: list[Remedy]) -> Facts:
    """Examine a case, and say what some remedies gained on new rows.

    Facts: ``train``, ``validation``, ``baseline``, and for each remedy ``gain_…``, ``low_…``, ``high_…``.
    """
    found = tell_under_from_over(spec_from_text(UnderOverSpec, settings))
    facts: dict[str, float | None] = {
        "train": found.train,
        "validation": found.validation,
        "baseline": found.baseline,
        "gap": found.gap,
    }
    for row in found.effects.to_dict("records"):
        if row["remedy"] in remedies and row["is_applicable"]:
            facts |= {f"{end}_{row['remedy']}": row[end] for end in ("gain", "low", "high")}
    return facts


def cross_validate_then_train(n_rows: int) -> Facts:
    """Train a grown-out tree before and after it was cross-validated, and compare its answers.

    Facts: ``changed`` (answers that differ on 1,000 new rows), ``train`` (its error on its own rows),
    ``estimate`` (cross-validated error), ``new`` (error on the new rows). The truth is a coin that falls
    right in 8 of 10 cases, told by one column of five.
    """
    from sklearn.model_selection import cross_val_score
    from sklearn.tree import DecisionTreeClassifier

    rng = np.random.default_rng(0)

    def draw(n: int) -> tuple[np.ndarray, np.ndarray]:
        x = rng.normal(size=(n, 5))
        return x, (x[:, 0] > 0) ^ (rng.random(n) < 0.2)

    (x, y), (new_x, new_y) = draw(n_rows), draw(1000)
    model = DecisionTreeClassifier(random_state=0)
    before = model.fit(x, y).predict(new_x)
    estimate = float(1 - cross_val_score(model, x, y, cv=5).mean())
    after = model.fit(x, y).predict(new_x)
    return {
        "changed": int((before != after).sum()),
        "train": float((model.predict(x) != y).mean()),
        "estimate": estimate,
        "new": float((after != new_y).mean()),
    }
