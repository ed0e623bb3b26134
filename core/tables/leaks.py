"""Features that are the target under another name."""

import numpy as np
import pandas as pd

from core.tables.wording import quote

PERFECT = 1 - 1e-9


def find_leaks(table: pd.DataFrame, target: str, *, is_regression: bool) -> list[str]:
    """Return a warning for each feature that is the target itself, relabelled or rescaled.

    For classes: each class goes with exactly one value of the feature and the other way round.
    For numbers: the feature equals the target or is a straight line of it. A number whose values
    all differ is always one-to-one with another such number, so that alone proves nothing there.
    """
    known = table[table[target].notna()]
    warnings = []
    for name in known.columns:
        if name == target:
            continue
        feature = known[name]
        if feature.isna().all():
            continue
        if is_regression:
            is_leak = _is_line(feature, known[target])
            how = "is the target itself or a straight line of it"
        else:
            is_leak = _is_relabelled(feature, known[target])
            how = "tells the class of every row: it is the target itself or a relabelling of it"
        if is_leak:
            warnings.append(
                f"Column {quote(str(name))} {how}. A model that sees it needs to learn nothing; "
                "leave it out unless it is really known before the target."
            )
    return warnings


def _is_relabelled(feature: pd.Series, classes: pd.Series) -> bool:
    present = feature.notna()
    n_classes = classes.nunique()
    if feature.nunique() + int(not present.all()) != n_classes:
        return False
    codes, _ = pd.factorize(feature)  # missing is -1, one more value
    return len(pd.DataFrame({"feature": codes, "class": classes.to_numpy()}).drop_duplicates()) == (
        n_classes
    )


def _is_line(feature: pd.Series, numbers: pd.Series) -> bool:
    if not pd.api.types.is_numeric_dtype(feature.dtype):
        return False
    both = feature.notna()
    x = feature[both].to_numpy(dtype=float)
    y = numbers[both].to_numpy(dtype=float)
    if len(x) < 3 or np.ptp(x) == 0 or np.ptp(y) == 0:
        return False
    # Centred and scaled to 1 by the range first, so that neither squares nor sums overflow.
    x, y = (_scale(values) for values in (x, y))
    return bool(abs(x @ y) >= PERFECT * np.sqrt((x @ x) * (y @ y)))


def _scale(values: np.ndarray) -> np.ndarray:
    scaled = values / np.abs(values).max()
    centred: np.ndarray = scaled - scaled.mean()
    return centred
