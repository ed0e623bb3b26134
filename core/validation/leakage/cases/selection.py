"""Genes and an illness: columns are chosen with all rows in view."""

import numpy as np
import pandas as pd
from sklearn.feature_selection import SelectKBest
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler


def draw(n_rows: int, seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return people, and later ones: 1,000 genes that say nothing about the illness."""
    rng = np.random.default_rng(seed)
    genes = [f"gene_{number}" for number in range(1000)]
    table = pd.DataFrame(rng.normal(size=(n_rows + 200, 1000)), columns=genes)
    table["ill"] = rng.permutation(np.arange(len(table)) % 2)
    return table.iloc[:n_rows], table.iloc[n_rows:]


def as_found(table: pd.DataFrame, later: pd.DataFrame, seed: int) -> tuple[float, float]:  # noqa: ARG001
    """Choose the genes once, then cross-validate."""
    # 1. Take the genes and the illness apart
    genes, ill = table.drop(columns="ill").to_numpy(), table["ill"]
    # 2. Choose the 20 genes nearest to the illness
    best = SelectKBest(k=20).fit(genes, ill).get_support()
    # 3. Scale them, then fit a logistic regression
    model = make_pipeline(StandardScaler(), LogisticRegression())
    # 4. Report the mean accuracy over 5 folds
    reported = cross_val_score(model, genes[:, best], ill, cv=5).mean()
    # In use: people who come later
    genes_later = later.drop(columns="ill").to_numpy()
    model.fit(genes[:, best], ill)
    in_use = model.score(genes_later[:, best], later["ill"])
    return reported, in_use


def mended(table: pd.DataFrame, later: pd.DataFrame, seed: int) -> tuple[float, float]:  # noqa: ARG001
    """Choose the genes anew in each fold, from its training rows."""
    # 1. Take the genes and the illness apart
    genes, ill = table.drop(columns="ill").to_numpy(), table["ill"]
    # 2. and 3. Choose, scale and fit: one pipeline, trained inside each fold
    model = make_pipeline(SelectKBest(k=20), StandardScaler(), LogisticRegression())
    # 4. Report the mean accuracy over 5 folds
    reported = cross_val_score(model, genes, ill, cv=5).mean()
    # In use: people who come later
    genes_later = later.drop(columns="ill").to_numpy()
    in_use = model.fit(genes, ill).score(genes_later, later["ill"])
    return reported, in_use
