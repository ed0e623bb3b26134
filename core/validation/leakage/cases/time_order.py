"""A machine that drifts: days are shuffled, so tomorrow helps to predict today."""

import numpy as np
import pandas as pd
from sklearn.model_selection import KFold, TimeSeriesSplit, cross_val_score
from sklearn.neighbors import KNeighborsClassifier


def draw(n_rows: int, seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return days, and the days after them; a hidden wear comes and goes slowly."""
    rng = np.random.default_rng(seed)
    n_later = n_rows // 6
    pushes = rng.normal(size=100 + n_rows + n_later)
    wear = [0.0]
    for push in pushes[1:]:
        wear.append(0.9 * wear[-1] + push)
    fault = (np.array(wear) + rng.normal(size=len(wear)) > 0).astype(int)[100:]
    table = pd.DataFrame({"day": np.arange(len(fault)), "fault": fault})
    return table.iloc[:n_rows], table.iloc[n_rows:]


def as_found(table: pd.DataFrame, later: pd.DataFrame, seed: int) -> tuple[float, float]:
    """Shuffle the days into folds."""
    # 1. Take the day and its verdict apart
    days, fault = table[["day"]], table["fault"]
    # 2. Build a vote among the 7 nearest days
    model = KNeighborsClassifier(7)
    # 3. Shuffle the days into 5 folds
    folds = KFold(5, shuffle=True, random_state=seed)
    # 4. Report the mean accuracy over the folds
    reported = cross_val_score(model, days, fault, cv=folds).mean()
    # In use: the days that come next
    in_use = model.fit(days, fault).score(later[["day"]], later["fault"])
    return reported, in_use


def mended(table: pd.DataFrame, later: pd.DataFrame, seed: int) -> tuple[float, float]:  # noqa: ARG001
    """Train on the past, test on what follows."""
    # 1. Take the day and its verdict apart
    days, fault = table[["day"]], table["fault"]
    # 2. Build a vote among the 7 nearest days
    model = KNeighborsClassifier(7)
    # 3. Each fold trains on the past and is tested on the days that follow
    folds = TimeSeriesSplit(5)
    # 4. Report the mean accuracy over the folds
    reported = cross_val_score(model, days, fault, cv=folds).mean()
    # In use: the days that come next
    in_use = model.fit(days, fault).score(later[["day"]], later["fault"])
    return reported, in_use
