"""Thirty models, one test set: the best of them is chosen and judged by the same rows."""

import numpy as np
import pandas as pd
from sklearn.model_selection import cross_val_score, train_test_split
from sklearn.tree import DecisionTreeClassifier


def draw(n_rows: int, seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return people, and later ones: ten answers, two of which matter a little."""
    rng = np.random.default_rng(seed)
    n_all = n_rows + 2000
    columns = [f"q{number}" for number in range(10)]
    table = pd.DataFrame(rng.normal(size=(n_all, 10)), columns=columns)
    pull = 0.4 * table["q0"] + 0.4 * table["q1"]
    table["buys"] = (rng.normal(size=n_all) + pull > 0).astype(int)
    return table.iloc[:n_rows], table.iloc[n_rows:]


def as_found(table: pd.DataFrame, later: pd.DataFrame, seed: int) -> tuple[float, float]:
    """Keep the tree that does best on the test rows, and report that."""
    # 1. Split: 70 % training rows, 30 % test rows
    questions = table.columns.drop("buys")
    train, test = train_test_split(table, test_size=0.3, random_state=seed)
    known = train[questions], train["buys"]
    # 2. Train 30 trees on the training rows
    trees = [
        DecisionTreeClassifier(max_depth=depth, max_features=3, random_state=number)
        for depth in (2, 4, 6)
        for number in range(10)
    ]
    trees = [tree.fit(*known) for tree in trees]
    # 3. Keep the tree that is best on the test rows
    best = max(trees, key=lambda tree: tree.score(test[questions], test["buys"]))
    # 4. Report its accuracy on the test rows
    reported = best.score(test[questions], test["buys"])
    # In use: people who come later
    in_use = best.score(later[questions], later["buys"])
    return reported, in_use


def mended(table: pd.DataFrame, later: pd.DataFrame, seed: int) -> tuple[float, float]:
    """Choose by cross-validation on the training rows; look at the test rows once."""
    # 1. Split: 70 % training rows, 30 % test rows
    questions = table.columns.drop("buys")
    train, test = train_test_split(table, test_size=0.3, random_state=seed)
    known = train[questions], train["buys"]
    # 2. Train 30 trees on the training rows
    trees = [
        DecisionTreeClassifier(max_depth=depth, max_features=3, random_state=number)
        for depth in (2, 4, 6)
        for number in range(10)
    ]
    trees = [tree.fit(*known) for tree in trees]
    # 3. Keep the tree that is best in 3 folds of the training rows
    best = max(trees, key=lambda tree: cross_val_score(tree, *known, cv=3).mean())
    # 4. Report its accuracy on the test rows
    reported = best.score(test[questions], test["buys"])
    # In use: people who come later
    in_use = best.score(later[questions], later["buys"])
    return reported, in_use
