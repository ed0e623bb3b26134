"""Runs and draws behind the practice items on decisions of a pipeline; see `core.practice.proof`."""

from typing import Any

import numpy as np
import pandas as pd

from core.practice.family import Values
from core.practice.proof import Facts

N_ROWS = 400
"""Rows of the tables that are made up here."""


def count_columns(n_numbers: int, n_gaps: int, n_words: int, n_rare: int) -> Facts:
    """Build a pipeline of AutoML for a table of this make, train it, and count the model's columns.

    The table has `n_numbers` columns of numbers, `n_gaps` of them with gaps, and one column of `n_words`
    words, `n_rare` of them rare. Facts: ``columns``, ``without_flags``, ``without_grouping`` and ``bare``.
    Check by eye: 2 numbers without gaps and 3 frequent words make 5 columns.
    """
    from core.automl.pipelines import Plan, build_pipeline

    rng = np.random.default_rng(0)
    numbers = {f"number {place}": rng.normal(size=N_ROWS) for place in range(n_numbers)}
    for name in list(numbers)[:n_gaps]:
        numbers[name][rng.choice(N_ROWS, 40, replace=False)] = np.nan
    often = np.array([f"often {place}" for place in range(n_words - n_rare)])
    words = often[np.arange(N_ROWS) % len(often)].astype(object)
    words[: 2 * n_rare] = np.repeat([f"rare {place}" for place in range(n_rare)], 2)
    table = pd.DataFrame({**numbers, "word": words})
    target = np.arange(N_ROWS) % 2

    def count(**settings: Any) -> int:
        plan = Plan(
            numbers=tuple(numbers), few_words=("word",), many_words=(), texts=(), dates=(), day_first=(),
            imputers=(), task="binary", n_train=N_ROWS, seed=0, **settings,
        )  # fmt: skip
        pipeline = build_pipeline(plan, "linear", {}).fit(table, target)
        return int(pipeline[:-1].transform(table).shape[1])

    return {
        "columns": count(),
        "without_flags": count(has_flags=False),
        "without_grouping": count(groups_rare=False),
        "bare": count(has_flags=False, groups_rare=False),
    }


def draw_columns(rng: np.random.Generator) -> Values:
    """Draw the make of a table; the key is numbers + flags + frequent words + one for all rare ones."""
    n_numbers = int(rng.integers(5, 15))
    n_gaps = int(rng.integers(2, n_numbers - 1))
    n_rare = int(rng.integers(3, 8))
    n_words = n_rare + int(rng.integers(4, 12))
    if n_gaps == n_rare - 1:  # two beliefs would give the same number
        n_gaps += 1
    return {
        "n_numbers": n_numbers,
        "n_gaps": n_gaps,
        "n_words": n_words,
        "n_rare": n_rare,
        "n_often": n_words - n_rare,
        "columns": n_numbers + n_gaps + n_words - n_rare + 1,
        "without_flags": n_numbers + n_words - n_rare + 1,
        "without_grouping": n_numbers + n_gaps + n_words,
    }


def tell_word(n_rows: int, n_hits: int) -> Facts:
    """Tell a word by the mean answer of its rows, with and without the row's own answer.

    The word stands in `n_rows` rows, `n_hits` of them positive, and a positive one is told. scikit-learn's
    encoder does both, without smoothing. Facts: ``others`` (cross-fitted), ``all_rows``.
    Check by eye: of 3 rows with 2 hits, the others of a hit are 1 of 2.
    """
    from sklearn.model_selection import LeaveOneOut
    from sklearn.preprocessing import TargetEncoder

    words = np.array([["word"]] * n_rows + [["other"]] * 4, dtype=object)
    answers = np.array([1] * n_hits + [0] * (n_rows - n_hits) + [0, 1, 0, 1])
    encoder = TargetEncoder(target_type="binary", smooth=0.0, cv=LeaveOneOut())
    crossed = encoder.fit_transform(words, answers)
    seen = encoder.transform(words)
    return {"others": float(crossed[0, 0]), "all_rows": float(seen[0, 0])}


def draw_word(rng: np.random.Generator) -> Values | None:
    """Draw rows and hits of a word; the key is (hits − 1) / (rows − 1), for a row that is a hit."""
    n_rows = int(rng.integers(3, 12))
    n_hits = int(rng.integers(1, n_rows))
    key, seen, miscounted = (n_hits - 1) / (n_rows - 1), n_hits / n_rows, (n_hits - 1) / n_rows
    if min(abs(key - seen), abs(key - miscounted), abs(seen - miscounted)) < 0.025:
        return None
    return {
        "n_rows": n_rows,
        "n_hits": n_hits,
        "n_others": n_rows - 1,
        "n_other_hits": n_hits - 1,
        "others": key,
        "all_rows": seen,
        "miscounted": miscounted,
    }


def judge_interval(gains: list[float], test_share: float) -> Facts:
    """Judge the gains of a flip on a few splits.

    Facts: ``gain``, ``low``, ``high`` (95 % interval of Nadeau and Bengio), ``is_clear``. Check by eye: gains
    that are all alike in sign and size are clear.
    """
    from core.validation.compare.judges import judge_folds

    verdict = judge_folds(np.array(gains), test_share)
    low, high = float(verdict.low), float(verdict.high)
    return {
        "gain": float(verdict.difference),
        "low": low,
        "high": high,
        "is_clear": float(low > 0 or high < 0),
    }


def weigh_leak() -> Facts:
    """Look at the default pipeline with the row's own answer let into the mean of its word.

    Facts: those of the lab, and of a tree whose numbers are scaled: ``tree_gain``, ``tree_low`` and
    ``tree_high``.
    """
    from core.practice.checks import run_lab

    found = dict(run_lab("inside", {"flip": "cross_fit"}))
    tree = run_lab("inside", {"family": "tree", "flip": "scaling"})
    return found | {f"tree_{name}": tree[name] for name in ("gain", "low", "high")}
