"""A trained winner of AutoML with two columns of noise beside the real ones, ready to be explained."""

from dataclasses import dataclass
from threading import Lock
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd
from cachetools import LRUCache, cached
from numpy.typing import NDArray

from core.automl.settings import Family, Settings
from core.automl.table import ReadyTable, prepare_table
from core.automl.trial import fit_model
from core.datasets import Dataset, load_dataset, split_rows
from core.errors import require

Numbers = NDArray[np.float64]
Model = Literal["linear", "forest", "lightgbm"]
MODELS: tuple[Model, ...] = get_args(Model)
TASKS = ("binary", "regression")
MOST_TRAINED = 4_000
MOST_JUDGED = 1_400
"""Rows that the winner learns from, and rows by which its columns are judged, at most."""
FEWEST_JUDGED = 10
LARGEST_SEED = 10**6
RANDOM = "random number"
SHUFFLED = "shuffled copy"
PART = "part of the rows"
FEWEST_REPEATS, MOST_REPEATS = 3, 50


@dataclass(frozen=True, kw_only=True)
class ModelSpec:
    """Which model on which table."""

    data: str = "churn"
    """A table with two classes or a number to predict."""
    model: Model = "forest"
    seed: int = 0
    """Decides the split, the noise, the shuffles and the model's own chance."""

    def __post_init__(self) -> None:
        check_choice(self.data, self.model)
        check_seed(self.seed)


@dataclass(frozen=True, kw_only=True)
class WinnerSpec(ModelSpec):
    """Which model on which table, and how often each column is shuffled."""

    n_repeats: int = 10

    def __post_init__(self) -> None:
        super().__post_init__()
        require(
            FEWEST_REPEATS <= self.n_repeats <= MOST_REPEATS,
            f"An interval needs {FEWEST_REPEATS} to {MOST_REPEATS} shuffles, got {self.n_repeats}. Try 10.",
        )


def check_choice(data: str, model: str) -> None:
    """Refuse a table without two classes or a number, and a model that is not on offer."""
    dataset = load_dataset(data)
    require(
        dataset.task in TASKS,
        f"This lesson explains two classes or a number, and {dataset.title} is a {dataset.task} table. "
        "Choose another table.",
    )
    require(model in MODELS, f"The model is one of {', '.join(MODELS)}, got {model!r}.")


def check_seed(seed: int) -> None:
    """Refuse a seed that is not lawful."""
    require(
        0 <= seed <= LARGEST_SEED, f"A seed is a whole number from 0 to {LARGEST_SEED}, got {seed}."
    )


@dataclass(frozen=True, eq=False)
class Bench:
    """The rows with the controls among the columns, dealt into parts."""

    dataset: Dataset
    rows: pd.DataFrame
    """First the rows that train, then those that judge."""
    target: NDArray[Any]
    """A number, or 1 for the class that is looked for and 0 for the other."""
    n_train: int
    columns: tuple[str, ...]
    """The real columns."""
    controls: tuple[str, str]
    """Names of the column of random numbers and of the shuffled copy."""
    copied: str
    """The column of which the shuffled copy is one."""

    @property
    def judged(self) -> pd.DataFrame:
        """The rows that judge, with the real columns and the controls."""
        return self.rows.iloc[self.n_train :]

    @property
    def truth(self) -> NDArray[Any]:
        """What is true of `judged`."""
        return self.target[self.n_train :]


@dataclass(frozen=True, eq=False)
class Winner:
    """A trained pipeline in two pieces, and which prepared parts belong to which column."""

    bench: Bench
    pipeline: Any
    names: tuple[str, ...]
    """The columns that it learnt from."""
    parts: dict[str, NDArray[np.int64]]
    """For each column the places of its parts: a word has one for each value."""

    def prepare(self, rows: pd.DataFrame) -> Numbers:
        """Return the rows as the model itself sees them: gaps filled, words as numbers."""
        return np.asarray(self.pipeline[:-1].transform(rows), dtype=np.float64)

    def say(self, prepared: Numbers) -> Numbers:
        """Return one number a row: the predicted number, or the probability of the class looked for."""
        from core.search.fit import expected_warnings

        model = self.pipeline[-1]
        with expected_warnings():
            said = (
                model.predict(prepared)
                if self.bench.dataset.task == "regression"
                else model.predict_proba(prepared)[:, list(model.classes_).index(1)]
            )
        return np.asarray(said, dtype=np.float64)

    def predict(self, rows: pd.DataFrame) -> Numbers:
        """Return one number for each row of a table."""
        return self.say(self.prepare(rows))


@cached(LRUCache(maxsize=8), key=lambda data, seed: (data, seed), lock=Lock())
def set_up(data: str, seed: int) -> Bench:
    """Add a column of random numbers and a shuffled copy of a real column, and deal the rows.

    Raises
    ------
    SpecError
        If too few rows would judge, or all of them are of one class.
    """
    dataset = load_dataset(data)
    split, table = split_rows(dataset, seed=seed), dataset.table
    columns = dataset.features
    taken = {*columns, str(dataset.target)}
    controls = tuple(free_name(name, taken) for name in (RANDOM, SHUFFLED))
    copied = choose_copied(dataset)
    rng = np.random.default_rng(seed)
    table[controls[0]] = rng.normal(size=len(table))
    table[controls[1]] = table[copied].to_numpy()[rng.permutation(len(table))]
    train, judge = split.train[:MOST_TRAINED], split.validation[:MOST_JUDGED]
    rows = table.iloc[np.concatenate([train, judge])].reset_index(drop=True)
    require(
        len(judge) >= FEWEST_JUDGED,
        f"At least {FEWEST_JUDGED} rows must judge the columns; of {dataset.n_rows} rows only {len(judge)} "
        "are left for that. Bring more rows.",
    )
    target = rows[dataset.target].to_numpy()
    target = (
        (target == dataset.positive).astype(np.int64)
        if dataset.task == "binary"
        else target.astype(np.float64)
    )
    judged = target[len(train) :]
    require(
        len(np.unique(judged)) > 1,
        f"All {len(judged)} rows that judge have the same {dataset.target}, so nothing can be told apart. "
        "Bring more rows, or try another seed.",
    )
    return Bench(
        dataset=dataset,
        rows=rows[[*columns, *controls]],
        target=target,
        n_train=len(train),
        columns=columns,
        controls=(controls[0], controls[1]),
        copied=copied,
    )


def choose_copied(dataset: Dataset) -> str:
    """Return the column with the most different values, numbers first: noise of many values fools most."""
    names = dataset.numeric_features or dataset.categorical_features
    counts = dataset.table[list(names)].nunique()
    return str(counts.idxmax())


def free_name(name: str, taken: set[str]) -> str:
    """Return `name`, with stars after it where a column is called so already."""
    while name in taken:
        name += "*"
    return name


def read_bench(
    bench: Bench, rows: pd.DataFrame, n_train: int, target: NDArray[Any], seed: int
) -> ReadyTable:
    """Return `rows` as AutoML reads them; the first `n_train` train."""
    kinds = dict.fromkeys(bench.dataset.categorical_features, "category")
    meanings = tuple(
        (name, kinds.get(name) or _kind_of(rows[name])) for name in map(str, rows.columns)
    )
    parts = np.where(np.arange(len(rows)) < n_train, "train", "validate").astype(object)
    parts[-1] = "test"  # AutoML wants all three; nobody looks at the test here
    name = str(bench.dataset.target)
    part = free_name(PART, {*map(str, rows.columns), name})
    table = rows.assign(**{name: target, part: parts})
    settings = Settings(
        target=name,
        task="regression" if bench.dataset.task == "regression" else "binary",
        split_col=part,
        meanings=meanings,  # type: ignore[arg-type]
        seed=seed,
    )
    return prepare_table(table, settings)


def _kind_of(column: pd.Series) -> str:
    return "number" if pd.api.types.is_numeric_dtype(column.dtype) else "category"


@cached(LRUCache(maxsize=8), key=lambda data, model, seed: (data, model, seed), lock=Lock())
def train_winner(data: str, model: Model, seed: int) -> Winner:
    """Train the family `model` of AutoML at its defaults, with the controls among the columns."""
    bench = set_up(data, seed)
    return fit_winner(bench, bench.rows, model, np.arange(bench.n_train), seed=seed)


def fit_winner(
    bench: Bench, rows: pd.DataFrame, model: Family, places: NDArray[np.int64], *, seed: int
) -> Winner:
    """Train on the rows at `places`; the columns may be others than those of the bench."""
    others = np.setdiff1d(np.arange(len(rows)), places)
    order = np.concatenate([places, others])
    ordered, target = rows.iloc[order].reset_index(drop=True), bench.target[order]
    ready = read_bench(bench, ordered, len(places), target, seed)
    fitted = fit_model(ready, model, {}, np.arange(len(places)))
    names = tuple(map(str, rows.columns))
    return Winner(
        bench, fitted.pipeline, names, find_parts(fitted.pipeline, ordered[: len(places)])
    )


def find_parts(pipeline: Any, rows: pd.DataFrame) -> dict[str, NDArray[np.int64]]:
    """Return which prepared parts each column makes: those that change when its cells move down by one row.

    Found by trying, so that no list of encoders has to be kept. A part that is the same in all rows that
    train belongs to nobody, and no model can use it.
    """
    prepare, few = pipeline[:-1], rows.iloc[_choose_telling(rows)]
    as_is = np.asarray(prepare.transform(few), dtype=np.float64)
    found = {}
    for name in map(str, rows.columns):
        moved = few.assign(**{name: np.roll(few[name].to_numpy(), 1)})
        changed = np.asarray(prepare.transform(moved), dtype=np.float64) != as_is
        found[name] = np.flatnonzero(changed.any(axis=0))
    return found


def _choose_telling(rows: pd.DataFrame) -> NDArray[np.int64]:
    """Return places of rows that hold every word, every gap, and both ends of every number."""
    places = {0, len(rows) - 1}
    for name in rows.columns:
        column = rows[name].reset_index(drop=True)
        if pd.api.types.is_numeric_dtype(column.dtype):
            ends = [int(column.argmin()), int(column.argmax())] if column.notna().any() else []
            places.update([*ends, int(column.isna().argmax()), int(column.notna().argmax())])
        else:
            places.update(column.drop_duplicates().index.tolist())
    return np.array(sorted(places), dtype=np.int64)
