"""What is asked of AutoML: which column to predict, judged how, within which limits."""

from dataclasses import dataclass
from typing import Literal, get_args

from core.errors import require

Family = Literal["baseline", "linear", "tree", "forest", "extra_trees", "lightgbm", "xgboost"]
LADDER: tuple[Family, ...] = get_args(Family)
"""The rungs of the ladder, simplest first."""
EXTRA_FAMILIES: tuple[Family, ...] = ("xgboost",)
"""Rungs that are there only if somebody installed their library."""
FAMILIES: tuple[Family, ...] = tuple(one for one in LADDER if one not in EXTRA_FAMILIES)
"""The rungs that are always there."""
Task = Literal["binary", "multiclass", "regression"]
Meaning = Literal["number", "boolean", "category", "date", "text", "id", "constant", "empty"]
MEANINGS: tuple[Meaning, ...] = get_args(Meaning)
Imbalance = Literal["auto", "none", "weights", "threshold"]
IMBALANCES: tuple[Imbalance, ...] = get_args(Imbalance)
Imputer = Literal["mean", "median", "most_frequent"]
IMPUTERS: tuple[Imputer, ...] = get_args(Imputer)
CLASS_METRICS = ("log_loss", "roc_auc", "f1", "accuracy", "precision", "recall")
NUMBER_METRICS = ("rmse", "mae", "r2")
METRICS = (*CLASS_METRICS, *NUMBER_METRICS)
LOWER_IS_BETTER = frozenset({"log_loss", "rmse", "mae"})
MOST_TRIALS = 500
MOST_WORKERS = 64
FEWEST_SPLITS = 2


@dataclass(frozen=True, kw_only=True)
class Settings:
    """One order to AutoML. The same settings on the same table give the same trials and numbers.

    The budget is counted in trials, so that it means the same on every machine. Seconds are a cap for
    whoever cannot wait: a search that was capped says so, and may differ elsewhere.
    """

    target: str
    task: Task | None = None
    """None: judged by the target's values."""
    primary_metric: str = ""
    """What models are ranked by; empty: ``log_loss`` for classes, ``rmse`` for numbers."""
    pos_label: str | int | float | bool | None = None
    """The class that precision, recall and F1 of two classes look for; None: the rarer one."""
    exclude_cols: tuple[str, ...] = ()
    exclude_frameworks: tuple[Family, ...] = ()
    """Rungs to leave out; the baseline always stays, because every number is read against it."""
    include_frameworks: tuple[Family, ...] = ()
    """The only rungs to climb besides the baseline; empty: all that are installed.

    XGBoost is one of them if it is installed (``pip install glassroom[xgboost]``). Then the same settings
    give other trials than without it.
    """
    imputers: tuple[tuple[str, Imputer], ...] = ()
    """Columns whose gaps are to be filled otherwise than by the median or by a word of their own."""
    meanings: tuple[tuple[str, Meaning], ...] = ()
    """Columns that mean something else than their values look like."""
    time_col: str = ""
    """A date: the newest rows then validate and test."""
    split_col: str = ""
    """A column that says of each row ``train``, ``validate`` or ``test``."""
    group_col: str = ""
    """Rows with the same value stay together, because they belong to one person, house or machine."""
    sample_weight_col: str = ""
    imbalance: Imbalance = "auto"
    """What is done for a rare class; `core.automl.rare` has the rule.

    ``auto``: where a class is rare, or models are ranked by F1, a threshold for F1 is sought; where a
    class is rare and models are ranked by F1 or recall, class weights are tried once. ``none``: neither,
    ever. ``threshold``: the threshold is sought whatever the shares. ``weights``: both, whatever the
    shares. A threshold other than 1/2 is kept only if its gain is clear of chance.
    """
    max_trials: int = 20
    """Models tried before the finals: one a rung, the rest by TPE on the best of them.

    On a large table there is one more, learnt from a sample so that something can be used soon.
    """
    stop_early: bool = False
    """Whether tuning ends once its last ten trials gained less than the noise of the rows that validate;
    see `core.automl.stopping`. Counted in trials, so the same on every machine."""
    max_splits: int = 20
    """Splits of the finals at most: 5 folds, repeated 4 times up to 2,000 rows and twice up to 10,000."""
    cpu_seconds: float = 600.0
    """Processor time, that of the workers too. No new model is begun once that would be used up by what has
    to follow: two splits of the finals, and the last model on all rows.

    What was begun is finished, so a search may run over by 5 %, or by the models that the workers hold: a
    kind that was not tried yet may cost more than anything before it.
    """
    timeout_minutes: float = 60.0
    """Time by the clock after which no new model is begun."""
    n_workers: int = 1
    """Processes that train at a time; the trials and their numbers are the same with any number."""
    seed: int = 0

    def __post_init__(self) -> None:
        require(bool(self.target), "AutoML needs the name of the column to predict, got none.")
        require(
            self.primary_metric in ("", *METRICS),
            f"Models can be ranked by {', '.join(METRICS)}, got {self.primary_metric!r}.",
        )
        for family in self.exclude_frameworks:
            require(
                family in LADDER[1:],
                f"What can be left out is {', '.join(LADDER[1:])}, got {family!r}.",
            )
        for family in self.include_frameworks:
            require(
                family in LADDER[1:],
                f"What can be asked for is {', '.join(LADDER[1:])}, got {family!r}.",
            )
        for column, how in self.imputers:
            require(
                how in IMPUTERS,
                f"Gaps in {column!r} are filled by {', '.join(IMPUTERS)}, got {how!r}.",
            )
        for column, meaning in self.meanings:
            require(
                meaning in MEANINGS,
                f"Column {column!r} can be {', '.join(MEANINGS)}, got {meaning!r}.",
            )
        require(
            self.imbalance in IMBALANCES,
            f"For a rare class one can ask for {', '.join(IMBALANCES)}, got {self.imbalance!r}.",
        )
        require(
            1 <= self.max_trials <= MOST_TRIALS,
            f"Trials: a whole number from 1 to {MOST_TRIALS}, got {self.max_trials}.",
        )
        require(
            self.max_splits >= FEWEST_SPLITS,
            f"The finals need at least {FEWEST_SPLITS} splits to tell chance, got {self.max_splits}.",
        )
        for name, value in (("cpu_seconds", self.cpu_seconds), ("minutes", self.timeout_minutes)):
            require(value > 0, f"The cap in {name} must be more than 0, got {value:g}.")
        require(
            1 <= self.n_workers <= MOST_WORKERS,
            f"Workers: a whole number from 1 to {MOST_WORKERS}, got {self.n_workers}.",
        )
        self._require_roles()

    def _require_roles(self) -> None:
        roles = [self.target, self.time_col, self.split_col, self.group_col, self.sample_weight_col]
        named = [role for role in roles if role]
        require(
            len(set(named)) == len(named),
            "Target, time, split, group and weight are columns of their own; one is named twice.",
        )
        require(
            sum(map(bool, (self.time_col, self.split_col, self.group_col))) <= 1,
            "Rows are dealt by time, by a split column or by groups; choose one of the three.",
        )

    def metric_for(self, task: Task) -> str:
        """Return what models of `task` are ranked by."""
        metrics = NUMBER_METRICS if task == "regression" else CLASS_METRICS
        metric = self.primary_metric or metrics[0]
        require(
            metric in metrics,
            f"{metric} does not judge a {task} target. Choose {', '.join(metrics)}.",
        )
        return metric
