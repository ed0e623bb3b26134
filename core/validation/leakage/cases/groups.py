"""Patients with ten scans each: scans of one patient fall on both sides of the split."""

import numpy as np
import pandas as pd
from sklearn.model_selection import GroupKFold, KFold, cross_val_score
from sklearn.neighbors import KNeighborsClassifier


def draw(n_rows: int, seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return ten scans of each patient; the body shapes them more than the illness."""
    rng = np.random.default_rng(seed)
    n_patients = n_rows // 10 + 100
    ill = rng.permutation(np.arange(n_patients) % 2)
    body = rng.normal(size=(n_patients, 8))
    body[:, 0] += 0.8 * ill
    patient = np.repeat(np.arange(n_patients), 10)
    scans = body[patient] + 0.3 * rng.normal(size=(len(patient), 8))
    table = pd.DataFrame(scans, columns=[f"spot_{n}" for n in range(8)])
    table["patient"], table["ill"] = patient, ill[patient]
    return table.iloc[:n_rows], table.iloc[n_rows:]


def as_found(table: pd.DataFrame, later: pd.DataFrame, seed: int) -> tuple[float, float]:
    """Shuffle the scans into folds."""
    # 1. Take the scans and the illness apart
    scans, ill = table.drop(columns=["patient", "ill"]), table["ill"]
    # 2. Shuffle the scans into 5 folds
    folds = KFold(5, shuffle=True, random_state=seed)
    # 3. Build a vote among the 3 nearest scans
    model = KNeighborsClassifier(3)
    # 4. Report the mean accuracy over the folds
    reported = cross_val_score(model, scans, ill, cv=folds).mean()
    # In use: patients who come later
    in_use = model.fit(scans, ill).score(later[scans.columns], later["ill"])
    return reported, in_use


def mended(table: pd.DataFrame, later: pd.DataFrame, seed: int) -> tuple[float, float]:
    """Keep the scans of a patient together."""
    # 1. Take the scans and the illness apart
    scans, ill = table.drop(columns=["patient", "ill"]), table["ill"]
    # 2. Put all scans of a patient into the same fold
    folds = GroupKFold(5, shuffle=True, random_state=seed)
    # 3. Build a vote among the 3 nearest scans
    model = KNeighborsClassifier(3)
    # 4. Report the mean accuracy over the folds
    patient = table["patient"]
    reported = cross_val_score(model, scans, ill, cv=folds, groups=patient).mean()
    # In use: patients who come later
    in_use = model.fit(scans, ill).score(later[scans.columns], later["ill"])
    return reported, in_use
