"""What should be known before any model is trained, each with what was seen."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from core.automl.deal import FEWEST_OF_CLASS
from core.automl.intake import Intake
from core.automl.settings import Settings
from core.automl.table import ReadyTable
from core.tables.leaks import find_leaks
from core.tables.wording import count, quote
from core.wording import percent

Severity = Literal["danger", "care", "note"]
AlertKind = Literal[
    "leak", "copies", "twins", "rare class", "id", "constant", "empty", "missing", "converted",
    "no target", "many words", "time", "wide", "imbalance",
]  # fmt: skip
NEARLY_TELLS = 0.98
"""AUC, or squared correlation, of one column alone from which it seems to know the target."""
MUCH_MISSING = 0.5
FEW_OF_ALL = 0.1
"""Share of the rarer of two classes below which accuracy misleads."""
MANY_COPIES = 0.01
"""Share of the rows that judge and also train from which scores are seriously too kind."""
MOST_JUDGED = 20_000
"""Rows by which a single column is judged."""


@dataclass(frozen=True, kw_only=True)
class Alert:
    """One thing to know."""

    kind: AlertKind
    severity: Severity
    column: str
    """Empty if the whole table is meant."""
    sentence: str


def audit_table(ready: ReadyTable, settings: Settings) -> tuple[Alert, ...]:
    """Return what a careful person would look at first, the dangers first.

    Check by eye: a copy of the target is a leak; a table without gaps, copies and odd columns is silent.
    """
    found = [
        *_find_leaks(ready),
        *_find_copies(ready),
        *_judge_target(ready),
        *_judge_columns(ready),
        *_judge_shape(ready, settings),
    ]
    order = {"danger": 0, "care": 1, "note": 2}
    return tuple(sorted(found, key=lambda alert: order[alert.severity]))


def tell_alone(ready: ReadyTable, name: str) -> float:
    """Return how well one column alone tells the target: AUC (classes) or squared correlation, from 0 to 1.

    A tree of depth 3 on this column alone learns from the rows that train and is judged by those that
    validate, so a column with a value of its own in every row tells nothing.
    """
    from sklearn.metrics import roc_auc_score
    from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

    codes = _as_codes(ready.rows[name], ready)
    train, judge = ready.places("train")[:MOST_JUDGED], ready.places("validate")[:MOST_JUDGED]
    target = ready.target.to_numpy()
    if ready.task == "regression":
        values = target.astype(np.float64)
        tree = DecisionTreeRegressor(max_depth=3, random_state=0).fit(codes[train], values[train])
        said = tree.predict(codes[judge])
        if np.ptp(said) == 0 or np.ptp(values[judge]) == 0:
            return 0.0
        return float(np.corrcoef(said, values[judge])[0, 1] ** 2)
    labels = {label: place for place, label in enumerate(ready.classes)}
    numbered = np.array([labels[label] for label in target])
    classifier = DecisionTreeClassifier(max_depth=3, random_state=0).fit(
        codes[train], numbered[train]
    )
    said = classifier.predict_proba(codes[judge])
    one_by_one = [
        roc_auc_score(numbered[judge] == label, said[:, column])
        for column, label in enumerate(classifier.classes_)
        if 0 < (numbered[judge] == label).sum() < len(judge)
    ]
    return float(np.mean(one_by_one)) if one_by_one else 0.5


def _as_codes(column: pd.Series, ready: ReadyTable) -> np.ndarray:
    """Return numbers a tree can split: numbers as they are, words in the order of their mean target."""
    if pd.api.types.is_numeric_dtype(column.dtype) or pd.api.types.is_bool_dtype(column.dtype):
        read = Intake(numbers=(str(column.name),)).fit_transform(column.to_frame())
        return np.asarray(read, dtype=np.float64)
    target = ready.target
    numbers = (
        target.astype("float64")
        if ready.task == "regression"
        else (target == ready.target.mode().iloc[0]).astype("float64")
    )
    trained = (ready.part == "train").to_numpy()
    words = column.astype("object").map(lambda cell: "" if pd.isna(cell) else str(cell))
    means = numbers[trained].groupby(words[trained]).mean()
    return words.map(means).fillna(numbers[trained].mean()).to_numpy(np.float64).reshape(-1, 1)


def _find_leaks(ready: ReadyTable) -> Iterator[Alert]:
    is_regression = ready.task == "regression"
    for one in ready.meanings:
        if not one.is_used or one.name not in ready.plan.columns:
            continue
        answer = f"\0{one.name}"  # a name that no feature has
        pair = pd.DataFrame({one.name: ready.rows[one.name], answer: ready.target.to_numpy()})
        said = find_leaks(pair, answer, is_regression=is_regression)
        if said:
            yield Alert(kind="leak", severity="danger", column=one.name, sentence=said[0])
            continue
        if one.meaning in ("text", "date"):
            continue
        share = tell_alone(ready, one.name)
        if share >= NEARLY_TELLS:
            what = "squared correlation" if is_regression else "AUC"
            yield Alert(
                kind="leak",
                severity="danger",
                column=one.name,
                sentence=f"Column {quote(one.name)} alone nearly tells the target ({what} {share:.3f} on "
                "rows that it did not learn from). Ask whether it is known before the target is.",
            )


def _find_copies(ready: ReadyTable) -> Iterator[Alert]:
    whole = ready.rows.assign(**{"\0target": ready.target.to_numpy()})
    codes = pd.util.hash_pandas_object(whole.astype("str"), index=False)
    n_copies = int(codes.duplicated().sum())
    if not n_copies:
        return
    trained = set(codes[(ready.part == "train").to_numpy()])
    tested = codes[(ready.part != "train").to_numpy()]
    n_seen = int(tested.isin(trained).sum())
    yield Alert(
        kind="copies",
        severity="danger" if n_seen >= MANY_COPIES * len(tested) else "note",
        column="",
        sentence=f"{count(n_copies, 'row')} of {len(whole):,} "
        f"{'repeats' if n_copies == 1 else 'repeat'} an earlier one in every cell. {n_seen:,} of the "
        f"{len(tested):,} rows that judge also stand among those that train, which makes scores too kind.",
    )


def _judge_target(ready: ReadyTable) -> Iterator[Alert]:
    if ready.n_without_target:
        yield Alert(
            kind="no target",
            severity="note",
            column="",
            sentence=f"{count(ready.n_without_target, 'row')} without a target left out.",
        )
    if ready.task == "regression":
        return
    counts = ready.target.value_counts()
    for label in ready.classes:
        if counts[label] < FEWEST_OF_CLASS:
            yield Alert(
                kind="rare class",
                severity="danger",
                column="",
                sentence=f"Class {quote(str(label))} has {count(int(counts[label]), 'row')}. They only "
                "train; how well it is found cannot be judged.",
            )
    if ready.task == "binary":
        share = counts[ready.positive] / len(ready.target)
        if min(share, 1 - share) < FEW_OF_ALL:
            rarer = percent(float(min(share, 1 - share)))
            yield Alert(
                kind="imbalance",
                severity="care",
                column="",
                sentence=f"The rarer class has {rarer} of the rows, so a model that never names it is "
                f"right in {percent(float(max(share, 1 - share)))}. Do not judge by accuracy.",
            )


def _judge_columns(ready: ReadyTable) -> Iterator[Alert]:
    n_rows = len(ready.rows)
    for one in ready.meanings:
        name = quote(one.name)
        if one.meaning in ("id", "constant", "empty"):
            yield Alert(
                kind=one.meaning,
                severity="note",
                column=one.name,
                sentence=f"Column {name} is left out: {one.reason}.",
            )
            continue
        if one.is_converted:
            how = "dates" if one.meaning == "date" else "numbers"
            yield Alert(
                kind="converted",
                severity="note",
                column=one.name,
                sentence=f"Column {name} is text in the file and read as {how}.",
            )
        if one.n_missing >= MUCH_MISSING * n_rows:
            yield Alert(
                kind="missing",
                severity="care",
                column=one.name,
                sentence=f"Column {name} is empty in {percent(one.n_missing / n_rows)} of the rows. "
                "Whether it is empty is told to the models as well.",
            )
        if one.name in ready.plan.many_words:
            yield Alert(
                kind="many words",
                severity="note",
                column=one.name,
                sentence=f"Column {name} has {one.n_distinct:,} different words; each is told by the mean "
                "target of other rows with it.",
            )


def _judge_shape(ready: ReadyTable, settings: Settings) -> Iterator[Alert]:
    n_train = len(ready.places("train"))
    if len(ready.plan.columns) > n_train / 5:
        yield Alert(
            kind="wide",
            severity="care",
            column="",
            sentence=f"{count(len(ready.plan.columns), 'column')} for {count(n_train, 'row')} that train. "
            "Some columns will seem to matter by chance.",
        )
    if ready.plan.dates and not settings.time_col:
        yield Alert(
            kind="time",
            severity="care",
            column=ready.plan.dates[0],
            sentence=f"Column {quote(ready.plan.dates[0])} is a date, and the rows were dealt by chance: "
            "models may have learnt from the future. Name it as the column of time if new rows come later.",
        )
