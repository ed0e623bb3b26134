"""From the meanings of the columns to a pipeline of scikit-learn: what is done to which column."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

from core.automl.intake import DATE_PARTS, Intake
from core.automl.meanings import ColumnMeaning
from core.automl.settings import Family, Settings, Task
from core.search.models import space_of
from core.search.space import Parameter, Space

if TYPE_CHECKING:
    from sklearn.compose import ColumnTransformer
    from sklearn.pipeline import Pipeline

FEW_WORDS = 30
"""Up to so many different words each gets a column of its own; above, a word is told by its mean target."""
RARE_ROWS = 10
"""Words with fewer training rows are one word, `infrequent`."""
TEXT_WORDS = 300
ANY_WORD = r"(?u)\b\w+\b"
"""Words of one letter count, too: scikit-learn leaves them out, and then has none for a text of such."""
N_TREES = 100


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Which columns are read as what; the same for every model of a search."""

    numbers: tuple[str, ...]
    few_words: tuple[str, ...]
    many_words: tuple[str, ...]
    texts: tuple[str, ...]
    dates: tuple[str, ...]
    day_first: tuple[str, ...]
    imputers: tuple[tuple[str, str], ...]
    task: Task
    n_train: int
    seed: int
    has_flags: bool = True
    """Whether a column of numbers with gaps gets another one that says where they were."""
    groups_rare: bool = True
    """Whether words with few training rows are one word."""
    is_cross_fitted: bool = True
    """Whether a row's own answer stays out of the mean that tells its word. No is a leak, to be looked at."""
    date_parts: tuple[str, ...] = DATE_PARTS
    is_scaled: bool | None = None
    """None: where the model needs it, which is the linear one."""
    is_log_target: bool = False
    """Whether a model of numbers learns the logarithm of the target."""

    @property
    def least_rows(self) -> int:
        """Words with fewer training rows are rare."""
        return min(RARE_ROWS, max(2, self.n_train // 50))

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that a model of this plan needs."""
        return (*self.numbers, *self.dates, *self.few_words, *self.many_words, *self.texts)


def plan_columns(
    meanings: Sequence[ColumnMeaning], settings: Settings, task: Task, n_train: int
) -> Plan:
    """Decide for each used column how it is read."""
    numbers: list[str] = []
    few: list[str] = []
    many: list[str] = []
    texts: list[str] = []
    dates: list[str] = []
    for one in meanings:
        if one.meaning == "date":
            dates.append(one.name)
        elif one.meaning == "text":
            texts.append(one.name)
        elif one.meaning == "number" or (one.meaning == "boolean" and one.is_number):
            numbers.append(one.name)
        elif one.meaning in ("category", "boolean"):
            (few if one.n_distinct <= FEW_WORDS else many).append(one.name)
    return Plan(
        numbers=tuple(numbers),
        few_words=tuple(few),
        many_words=tuple(many),
        texts=tuple(texts),
        dates=tuple(dates),
        day_first=tuple(one.name for one in meanings if one.is_day_first),
        imputers=settings.imputers,
        task=task,
        n_train=n_train,
        seed=settings.seed,
    )


def build_pipeline(plan: Plan, family: Family, params: Mapping[str, Any]) -> "Pipeline":
    """Return the untrained pipeline: `Intake`, preparation, model."""
    from sklearn.pipeline import Pipeline

    intake = Intake(
        numbers=plan.numbers,
        words=(*plan.few_words, *plan.many_words),
        texts=plan.texts,
        dates=plan.dates,
        day_first=plan.day_first,
        date_parts=plan.date_parts,
    )
    is_scaled = family == "linear" if plan.is_scaled is None else plan.is_scaled
    prepare = build_preparation(plan, is_scaled=is_scaled)
    return Pipeline(
        [("intake", intake), ("prepare", prepare), ("model", build_model(plan, family, params))]
    )


def build_preparation(plan: Plan, *, is_scaled: bool) -> "ColumnTransformer":
    """Return what fills, scales and encodes the columns that `Intake` read."""
    from sklearn.compose import ColumnTransformer
    from sklearn.feature_extraction.text import TfidfVectorizer

    own = dict(plan.imputers)
    steps: list[tuple[str, Any, Any]] = []
    dates = [f"{name} {part}" for name in plan.dates for part in plan.date_parts]
    for strategy in ("median", "mean", "most_frequent"):
        names = [name for name in (*plan.numbers, *dates) if own.get(name, "median") == strategy]
        if names:
            step = _fill_numbers(plan, strategy, is_scaled=is_scaled)
            steps.append((f"numbers_{strategy}", step, names))
    for kind, words in (("few", plan.few_words), ("many", plan.many_words)):
        for strategy in ("constant", "most_frequent"):
            names = [name for name in words if own.get(name, "constant") == strategy]
            if names:
                is_scaled_too = is_scaled and kind == "many"
                step = _encode_words(plan, kind, strategy, is_scaled=is_scaled_too)
                steps.append((f"{kind}_words_{strategy}", step, names))
    steps.extend(
        (
            f"text_{place}",
            TfidfVectorizer(max_features=TEXT_WORDS, sublinear_tf=True, token_pattern=ANY_WORD),
            name,
        )
        for place, name in enumerate(plan.texts)
    )
    return ColumnTransformer(steps, verbose_feature_names_out=False)


def _fill_numbers(plan: Plan, strategy: str, *, is_scaled: bool) -> Any:
    from sklearn.impute import SimpleImputer
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    imputer = SimpleImputer(
        strategy=strategy, add_indicator=plan.has_flags, keep_empty_features=True
    )
    return make_pipeline(imputer, StandardScaler()) if is_scaled else imputer


def _encode_words(plan: Plan, kind: str, strategy: str, *, is_scaled: bool) -> Any:
    """Return how words are told as numbers: a column each, or (`many`) the mean target of other rows."""
    from sklearn.impute import SimpleImputer
    from sklearn.model_selection import KFold, StratifiedKFold
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler, TargetEncoder

    from core.automl.seeing import SeeingEncoder

    gap = "missing" if strategy == "constant" else None
    imputer = SimpleImputer(strategy=strategy, fill_value=gap)
    if kind == "few":
        rare: dict[str, Any] = {"handle_unknown": "ignore"}
        if plan.groups_rare:
            rare = {"handle_unknown": "infrequent_if_exist", "min_frequency": plan.least_rows}
        encoder = OneHotEncoder(**rare, sparse_output=False)
        return make_pipeline(imputer, encoder)
    is_number = plan.task == "regression"
    folds = (KFold if is_number else StratifiedKFold)(
        n_splits=5, shuffle=True, random_state=plan.seed
    )
    target_type = "continuous" if is_number else plan.task
    scaler = [StandardScaler()] if is_scaled else []
    encode = TargetEncoder if plan.is_cross_fitted else SeeingEncoder
    return make_pipeline(imputer, encode(target_type=target_type, cv=folds), *scaler)


_CLASSES = {
    "baseline": ("sklearn.dummy", "Dummy"),
    "linear": ("sklearn.linear_model", ""),
    "tree": ("sklearn.tree", "DecisionTree"),
    "forest": ("sklearn.ensemble", "RandomForest"),
    "extra_trees": ("sklearn.ensemble", "ExtraTrees"),
    "lightgbm": ("lightgbm", "LGBM"),
    "xgboost": ("xgboost", "XGB"),
}


def settings_of(family: Family, task: Task, seed: int) -> dict[str, Any]:
    """Return what is set before anything is tuned: the library's defaults but for what keeps it steady."""
    if family == "baseline":
        return {"strategy": "mean" if task == "regression" else "prior"}
    if family == "linear":
        return {} if task == "regression" else {"max_iter": 1000}
    if family == "tree":
        return {"max_depth": 4, "min_samples_leaf": 5, "random_state": seed}
    fixed = {"n_estimators": N_TREES, "n_jobs": 1, "random_state": seed}
    if family == "xgboost":
        return fixed | {"verbosity": 0}
    if family == "lightgbm":
        return fixed | {"verbosity": -1, "deterministic": True, "force_row_wise": True}
    return fixed


def name_model(family: Family, task: Task) -> tuple[str, str]:
    """Return module and class of a family."""
    module, stem = _CLASSES[family]
    if family == "linear":
        return module, "Ridge" if task == "regression" else "LogisticRegression"
    return module, stem + ("Regressor" if task == "regression" else "Classifier")


def build_model(plan: Plan, family: Family, params: Mapping[str, Any]) -> Any:
    """Return the untrained model."""
    module, name = name_model(family, plan.task)
    make = getattr(import_module(module), name)
    settings = settings_of(family, plan.task, plan.seed)
    if is_in_a_vote(family, plan.task):
        from sklearn.ensemble import VotingClassifier

        # The weight of 1 makes its short floats long ones, which a score needs.
        vote = VotingClassifier([(family, make(**settings))], voting="soft", weights=[1.0])
        return vote.set_params(**params)
    model = make(**{**settings, **params})
    if not plan.is_log_target:
        return model
    import numpy as np
    from sklearn.compose import TransformedTargetRegressor

    return TransformedTargetRegressor(model, func=np.log1p, inverse_func=np.expm1)


def is_in_a_vote(family: Family, task: Task) -> bool:
    """Return whether a model stands in a soft vote of one.

    XGBoost takes classes only as 0, 1, 2; scikit-learn's vote turns words into those and back.
    """
    return family == "xgboost" and task != "regression"


def space_of_family(family: Family, task: Task) -> Space:
    """Return what TPE may change in a family; empty for the baseline."""
    if family == "baseline":
        return ()
    if family == "tree":
        return (
            Parameter(name="max_depth", kind="int", low=2, high=12),
            Parameter(name="min_samples_leaf", kind="int", low=1, high=50, log=True),
        )
    if family == "xgboost":
        before = "xgboost__" if is_in_a_vote(family, task) else ""
        return (
            Parameter(name=f"{before}learning_rate", low=0.01, high=1.0, log=True),
            Parameter(name=f"{before}max_depth", kind="int", low=2, high=10),
            Parameter(name=f"{before}min_child_weight", low=0.5, high=50.0, log=True),
            Parameter(name=f"{before}reg_lambda", low=1e-3, high=10.0, log=True),
        )
    model: Any = {"linear": "logistic"}.get(family, family)
    return space_of(model, task)
