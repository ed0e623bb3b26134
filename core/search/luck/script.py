"""The search as code to take home: one search and its nested run trained, all thirty looked up."""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from core.datasets import load_dataset, write_reading_code
from core.script import Script
from core.search.luck.pools import CARDS, N_DEALINGS, N_SETTINGS, K, load_pool

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

    card = CARDS[spec.data]
    dataset = load_dataset(card.data)
    n_trials = min(STEPS, key=lambda n: abs(np.log(n / spec.n_trials)))
    columns = f'X = table.drop(columns="{dataset.target}").to_numpy()'
    labels = _FLIPS if card.is_noise else f'\ny = table["{dataset.target}"].to_numpy()'
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
