"""The lab of three sets as code to take home: one run, with scikit-learn's own models."""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from core.script import Script
from core.validation.three_sets.laws import (
    LAWS,
    N_TRAIN,
    N_USEFUL,
    SHIFT,
    draw_rows,
    find_pool,
    uses_ranking,
)
from core.validation.three_sets.peeks import MS, N_SEEN

if TYPE_CHECKING:
    from core.validation.three_sets.lab import ThreeSetsSpec


def write_script(spec: "ThreeSetsSpec") -> Script:
    """Return the program of the first run: train all models, choose twice, say what each choice is worth.

    Its last line is one JSON object whose names are those of `ThreeSetsResult`.
    """
    m = MS[int(np.abs(np.log(np.array(MS) / spec.m)).argmin())]
    rows = draw_rows(spec.data, spec.n_test, spec.seed, 0)
    files = {"rows.csv": _write_rows(spec, rows.features, rows.labels)}
    if rows.fresh is not None:
        files["fresh.csv"] = _write_rows(spec, *rows.fresh)
    blocks = (
        '"""The best of many models on the rows that chose it, and what it is really worth."""',
        _imports(spec),
        _READ if rows.fresh is None else _READ + '\nfresh = pd.read_csv("fresh.csv")',
        _MODELS.format(seed=spec.seed, m=m, all=MS[-1], seen=N_SEEN),
        _score(spec),
        _worth(spec),
        _CHOOSE,
        *((_EXPECT.format(m=m, n=spec.n_test),) if spec.data == "noise" else ()),
        _PRINT,
    )
    needs = "pandas, SciPy and scikit-learn" if spec.data in LAWS else "pandas and scikit-learn"
    return Script("three_sets", "\n\n".join(blocks) + "\n", files, needs)


def _write_rows(spec: "ThreeSetsSpec", features: np.ndarray, labels: np.ndarray) -> bytes:
    names = [f"x{at}" for at in range(features.shape[1])]
    if spec.data not in LAWS:
        names = list(find_pool(spec.data).names)
    table = pd.DataFrame(features, columns=names)
    table["label"] = labels
    if len(table) == N_TRAIN + 2 * spec.n_test:
        sizes = [N_TRAIN, spec.n_test, spec.n_test]
        table["part"] = np.repeat(["train", "validation", "test"], sizes)
    text: str = table.to_csv(index=False, lineterminator="\n")
    return text.encode()


def _imports(spec: "ThreeSetsSpec") -> str:
    lines = ["from sklearn.linear_model import LinearRegression"]
    if uses_ranking(spec.data):
        lines.append("from sklearn.metrics import roc_auc_score")
    if spec.data == "signal":
        lines.insert(0, "from scipy.stats import norm")
    if spec.data == "noise":
        lines.insert(0, "from scipy.stats import binom")
    return "\n".join(["import json\n", "import numpy as np", "import pandas as pd", *lines])


def _score(spec: "ThreeSetsSpec") -> str:
    score = 'np.mean((said > 0.5) == rows["label"])'
    if uses_ranking(spec.data):
        score = 'roc_auc_score(rows["label"], said)'
    return (
        "def score(model, columns, rows):\n"
        "    said = model.predict(rows[features].to_numpy()[:, columns])\n"
        f"    return {score}\n"
    )


def _worth(spec: "ThreeSetsSpec") -> str:
    if spec.data == "noise":
        body = "    return 0.5  # the labels are coin flips: no model can know them"
    elif spec.data == "signal":
        body = (
            "    # Two normal classes around plus and minus these means: the law says it exactly.\n"
            f"    means = np.where(columns < {N_USEFUL}, {SHIFT}, 0.0)\n"
            "    length = np.linalg.norm(model.coef_)\n"
            "    toward, above = model.coef_ @ means, model.intercept_ - 0.5\n"
            "    return np.mean(norm.cdf([(toward + above) / length, (toward - above) / length]))"
        )
    else:
        body = "    return score(model, columns, fresh)"
    return f"def worth(model, columns):\n{body}\n"


_READ = """rows = pd.read_csv("rows.csv")
train, validation, test = (
    rows[rows["part"] == part] for part in ("train", "validation", "test")
)
features = rows.columns.drop(["label", "part"])"""
_MODELS = """# Each model sees {seen} columns, drawn at random.
rng = np.random.default_rng([{seed}, 0, 1])
seen = rng.random(({all}, len(features))).argsort(axis=1)[:{m}, :{seen}]
models = [
    LinearRegression().fit(train[features].to_numpy()[:, columns], train["label"])
    for columns in seen
]
"""
_CHOOSE = """on_test = [score(*pair, test) for pair in zip(models, seen)]
on_validation = [score(*pair, validation) for pair in zip(models, seen)]
peeked, honest = int(np.argmax(on_test)), int(np.argmax(on_validation))
result = {
    "run_said": on_test[peeked],
    "run_true": worth(models[peeked], seen[peeked]),
    "run_blamed": on_validation[honest],
    "run_judged": on_test[honest],
    "run_judged_true": worth(models[honest], seen[honest]),
}"""
_EXPECT = """# What chance alone makes of the best of {m} guessers: P(best <= j) = F(j) ** m.
below = binom.cdf(np.arange({n}), {n}, 0.5)
result["expected"] = np.mean(1 - below**{m})"""
_PRINT = """for name, value in result.items():
    print(f"{name:>16}: {value:.4f}")
print(json.dumps({name: float(value) for name, value in result.items()}))"""
