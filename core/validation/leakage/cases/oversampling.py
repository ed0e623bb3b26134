"""Rare fraud: the few frauds are copied until they are half, and then the rows are split."""

import numpy as np
import pandas as pd
from sklearn.metrics import balanced_accuracy_score
from sklearn.model_selection import train_test_split
from sklearn.tree import DecisionTreeClassifier
from sklearn.utils import resample


def draw(n_rows: int, seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return payments, and later ones: one in ten is a fraud, dearer than most."""
    rng = np.random.default_rng(seed)
    n_all = n_rows + 2000
    columns = [f"x{number}" for number in range(6)]
    table = pd.DataFrame(rng.normal(size=(n_all, 6)), columns=columns)
    table["fraud"] = rng.permutation(np.arange(n_all) % 10 == 0).astype(int)
    table["x0"] += table["fraud"]
    return table.iloc[:n_rows], table.iloc[n_rows:]


def as_found(table: pd.DataFrame, later: pd.DataFrame, seed: int) -> tuple[float, float]:
    """Copy, then split."""
    # 1. Copy frauds until they are half of all rows
    fraud, honest = table[table["fraud"] == 1], table[table["fraud"] == 0]
    copies = resample(fraud, n_samples=len(honest), random_state=seed)
    rows = pd.concat([honest, copies])
    # 2. Split: 70 % training rows, 30 % test rows
    train, test = train_test_split(rows, test_size=0.3, random_state=seed)
    # 3. Fit a decision tree on the training rows
    columns = table.columns.drop("fraud")
    model = DecisionTreeClassifier(random_state=seed)
    model.fit(train[columns], train["fraud"])
    # 4. Report balanced accuracy on the test rows
    reported = balanced_accuracy_score(test["fraud"], model.predict(test[columns]))
    # In use: payments that come later
    in_use = balanced_accuracy_score(later["fraud"], model.predict(later[columns]))
    return reported, in_use


def mended(table: pd.DataFrame, later: pd.DataFrame, seed: int) -> tuple[float, float]:
    """Split, then copy among the training rows."""
    # 1. Split first; each part keeps its share of frauds
    order = {"random_state": seed, "stratify": table["fraud"]}
    train, test = train_test_split(table, test_size=0.3, **order)
    # 2. Copy frauds among the training rows only
    fraud, honest = train[train["fraud"] == 1], train[train["fraud"] == 0]
    copies = resample(fraud, n_samples=len(honest), random_state=seed)
    train = pd.concat([honest, copies])
    # 3. Fit a decision tree on the training rows
    columns = table.columns.drop("fraud")
    model = DecisionTreeClassifier(random_state=seed)
    model.fit(train[columns], train["fraud"])
    # 4. Report balanced accuracy on the test rows
    reported = balanced_accuracy_score(test["fraud"], model.predict(test[columns]))
    # In use: payments that come later
    in_use = balanced_accuracy_score(later["fraud"], model.predict(later[columns]))
    return reported, in_use
