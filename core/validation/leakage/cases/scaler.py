"""Cell measurements: the scaler has seen the test rows. It leaks, and hardly anything happens."""

import pandas as pd
from sklearn.datasets import load_breast_cancer
from sklearn.model_selection import StratifiedKFold, cross_val_score, train_test_split
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler


def draw(n_rows: int, seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return some of the 569 real tumours, and the others."""
    tumours = load_breast_cancer(as_frame=True).frame
    table, later = train_test_split(
        tumours, train_size=n_rows, stratify=tumours["target"], random_state=seed
    )
    return table, later


def as_found(table: pd.DataFrame, later: pd.DataFrame, seed: int) -> tuple[float, float]:
    """Scale all rows, then cross-validate."""
    # 1. Take the measurements and the diagnosis apart
    cells, benign = table.drop(columns="target"), table["target"]
    # 2. Scale every column to mean 0 and spread 1
    scaler = StandardScaler().fit(cells)
    # 3. Build a vote among the 5 nearest tumours
    model = KNeighborsClassifier(5)
    # 4. Report the mean accuracy over 5 folds
    folds = StratifiedKFold(5, shuffle=True, random_state=seed)
    reported = cross_val_score(model, scaler.transform(cells), benign, cv=folds).mean()
    # In use: other tumours
    model.fit(scaler.transform(cells), benign)
    in_use = model.score(scaler.transform(later[cells.columns]), later["target"])
    return reported, in_use


def mended(table: pd.DataFrame, later: pd.DataFrame, seed: int) -> tuple[float, float]:
    """Scale inside each fold."""
    # 1. Take the measurements and the diagnosis apart
    cells, benign = table.drop(columns="target"), table["target"]
    # 2. and 3. Scale and vote: one pipeline, trained inside each fold
    model = make_pipeline(StandardScaler(), KNeighborsClassifier(5))
    # 4. Report the mean accuracy over 5 folds
    folds = StratifiedKFold(5, shuffle=True, random_state=seed)
    reported = cross_val_score(model, cells, benign, cv=folds).mean()
    # In use: other tumours
    model.fit(cells, benign)
    in_use = model.score(later[cells.columns], later["target"])
    return reported, in_use
