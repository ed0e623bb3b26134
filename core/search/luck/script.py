"""The search as code to take home: one search and its nested run trained, all thirty looked up."""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from core.datasets import Dataset, load_dataset, write_reading_code
from core.datasets.preparing_code import write_literal
from core.script import Script
from core.search.luck.own import MOST_ROWS, is_own
from core.search.luck.pools import N_DEALINGS, N_SETTINGS, K, find_card, load_pool

if TYPE_CHECKING:
    from core.search.luck.lab import LuckSpec

_FLIPS = """
# A coin gives the labels, so every model is worth exactly one half on new rows.
y = np.random.default_rng(SEARCH).integers(0, 2, len(table))"""


def write_script(spec: "LuckSpec") -> Script:
    """Return the program of `spec`.

    Its last line is one JSON object whose names are those of `LuckResult`.
    """
    from core.search.luck.lab import STEPS

    card = find_card(spec.data)
    dataset = load_dataset(card.data)
    n_trials = min(STEPS, key=lambda n: abs(np.log(n / spec.n_trials)))
    target = write_literal(dataset.target)
    columns = f"X = table.drop(columns={target}).to_numpy()"
    if is_own(card.data):
        columns = _write_own(dataset)
    labels = _FLIPS if card.is_noise else f"\ny = table[{target}].to_numpy()"
    code = _CODE.format(
        reading=write_reading_code(dataset).rstrip(),
        numpy="import numpy as np\n" if card.is_noise else "",
        rows=columns + labels,
        n_rows=card.n_rows,
        n_trials=n_trials,
        search=spec.search,
        k=K,
        n_searches=N_DEALINGS,
    )
    files = {dataset.csv_name: dataset.csv_bytes(), "searches.csv": _write_searches(spec)}
    return Script("luck", code, files)


def _write_own(dataset: Dataset) -> str:
    """Return the lines that leave out gaps, take a sample and make numbers of words."""
    lines = [f"table = table.dropna(subset={list(dataset.numeric_features)!r})"]
    if len(dataset.table.dropna(subset=list(dataset.numeric_features))) > MOST_ROWS:
        lines.append(f"table = table.sample({MOST_ROWS}, random_state=0)")
    target = write_literal(dataset.target)
    lines.append(
        f"X = pd.get_dummies(table.drop(columns={target}), dtype=float).to_numpy(dtype=float)"
    )
    return "\n".join(lines)


def _write_searches(spec: "LuckSpec") -> bytes:
    pool = load_pool(spec.data)
    table = pd.DataFrame(
        {
            "search": np.repeat(np.arange(N_DEALINGS), N_SETTINGS),
            "setting": np.tile(np.arange(N_SETTINGS), N_DEALINGS),
            "cv": pool.cv.ravel(),
            "test": pool.test.ravel(),
        }
    )
    return table.to_csv(index=False, lineterminator="\n").encode()


_CODE = '''"""What the best setting of a random search says of itself, and what it is worth."""

import json

{numpy}import pandas as pd
from scipy.stats import randint, uniform
from sklearn.model_selection import (
    RandomizedSearchCV,
    StratifiedKFold,
    cross_val_score,
    train_test_split,
)
from sklearn.tree import DecisionTreeClassifier

N_TRIALS = {n_trials}
SEARCH = {search}

{reading}
{rows}
X_search, X_untouched, y_search, y_untouched = train_test_split(
    X, y, train_size={n_rows}, stratify=y, random_state=SEARCH
)

# One search, trained.
search = RandomizedSearchCV(
    DecisionTreeClassifier(random_state=0),
    {{
        "criterion": ["gini", "entropy"],
        "max_depth": randint(1, 21),
        "max_features": uniform(0.05, 0.95),
        "min_samples_leaf": randint(1, 21),
    }},
    n_iter=N_TRIALS,
    cv=StratifiedKFold({k}, shuffle=True, random_state=SEARCH),
    random_state=SEARCH,
)
search.fit(X_search, y_search)

# Nested cross-validation: the whole search is repeated inside each outer fold.
outer = StratifiedKFold({k}, shuffle=True, random_state=SEARCH)
nested = cross_val_score(search, X_search, y_search, cv=outer)

# The other searches were trained in the same way; their scores lie in a file.
known = pd.read_csv("searches.csv", float_precision="round_trip")
tried = known[known["setting"] < N_TRIALS]
best = tried.loc[tried.groupby("search")["cv"].idxmax()]
gap = best["cv"] - best["test"]

print(
    json.dumps(
        {{
            "run_said": search.best_score_,
            "run_true": search.score(X_untouched, y_untouched),
            "run_nested": nested.mean(),
            "said": best["cv"].mean(),
            "true": best["test"].mean(),
            "gap": gap.mean(),
            "gap_error": gap.std() / len(gap) ** 0.5,
            "flattered": int((gap > 0).sum()),
        }}
    )
)
'''
