"""Shops and returns: each shop is replaced by its mean target, own row included."""

import numpy as np
import pandas as pd
from sklearn.compose import make_column_transformer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import TargetEncoder


def draw(n_rows: int, seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return orders, and later ones: the price matters a bit, the 120 shops do not."""
    rng = np.random.default_rng(seed)
    n_all = n_rows + 2000
    table = pd.DataFrame({"shop": rng.integers(120, size=n_all)})
    table["price"] = rng.normal(size=n_all)
    table["returned"] = (rng.normal(size=n_all) + 0.5 * table["price"] > 0).astype(int)
    return table.iloc[:n_rows], table.iloc[n_rows:]


def as_found(table: pd.DataFrame, later: pd.DataFrame, seed: int) -> tuple[float, float]:  # noqa: ARG001
    """Average the target by shop over all rows, then cross-validate."""
    # 1. Find the share of returns of each shop
    share = table.groupby("shop")["returned"].mean()
    # 2. Put that share in the place of the shop
    orders = table.assign(shop=table["shop"].map(share))
    # 3. Fit a logistic regression on share and price
    columns = ["shop", "price"]
    model = LogisticRegression()
    # 4. Report the mean accuracy over 5 folds
    reported = cross_val_score(model, orders[columns], table["returned"], cv=5).mean()
    # In use: orders that come later; a shop never met gets the mean of all
    orders_later = later.assign(shop=later["shop"].map(share).fillna(share.mean()))
    model.fit(orders[columns], table["returned"])
    in_use = model.score(orders_later[columns], later["returned"])
    return reported, in_use


def mended(table: pd.DataFrame, later: pd.DataFrame, seed: int) -> tuple[float, float]:
    """Let a TargetEncoder learn the shares inside each fold."""
    # 1. and 2. Shares from the training rows of each fold; no row makes its own
    parts = StratifiedKFold(5, shuffle=True, random_state=seed)
    encoder = TargetEncoder(target_type="binary", cv=parts)
    # 3. Fit a logistic regression on share and price
    columns = ["shop", "price"]
    prepare = make_column_transformer((encoder, ["shop"]), remainder="passthrough")
    model = make_pipeline(prepare, LogisticRegression())
    # 4. Report the mean accuracy over 5 folds
    reported = cross_val_score(model, table[columns], table["returned"], cv=5).mean()
    # In use: orders that come later
    model.fit(table[columns], table["returned"])
    in_use = model.score(later[columns], later["returned"])
    return reported, in_use
