"""Loans: a column that is written after the outcome is known."""

import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler


def draw(n_rows: int, seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return old loans, and new applications, with no reminder sent yet."""
    rng = np.random.default_rng(seed)
    n_all = n_rows + 2000
    table = pd.DataFrame({"income": rng.normal(size=n_all)})
    table["debt"] = rng.normal(size=n_all)
    risk = 0.8 * table["debt"] - 0.8 * table["income"]
    table["unpaid"] = (rng.logistic(size=n_all) + risk > 0).astype(int)
    table["reminders"] = rng.poisson(0.2 + 3 * table["unpaid"])
    return table.iloc[:n_rows], table.iloc[n_rows:].assign(reminders=0)


def as_found(table: pd.DataFrame, later: pd.DataFrame, seed: int) -> tuple[float, float]:  # noqa: ARG001
    """Learn from every column of the archive."""
    # 1. Take all columns of the archive as features
    features = table[["income", "debt", "reminders"]]
    # 2. Take “not paid back” as the target
    unpaid = table["unpaid"]
    # 3. Scale, then fit a logistic regression
    model = make_pipeline(StandardScaler(), LogisticRegression())
    # 4. Report the mean accuracy over 5 folds
    reported = cross_val_score(model, features, unpaid, cv=5).mean()
    # In use: new applications, before any reminder
    in_use = model.fit(features, unpaid).score(later[features.columns], later["unpaid"])
    return reported, in_use


def mended(table: pd.DataFrame, later: pd.DataFrame, seed: int) -> tuple[float, float]:  # noqa: ARG001
    """Learn from what is known on the day of the application."""
    # 1. Take the columns that are known on the day of the application
    features = table[["income", "debt"]]
    # 2. Take “not paid back” as the target
    unpaid = table["unpaid"]
    # 3. Scale, then fit a logistic regression
    model = make_pipeline(StandardScaler(), LogisticRegression())
    # 4. Report the mean accuracy over 5 folds
    reported = cross_val_score(model, features, unpaid, cv=5).mean()
    # In use: new applications, before any reminder
    in_use = model.fit(features, unpaid).score(later[features.columns], later["unpaid"])
    return reported, in_use
