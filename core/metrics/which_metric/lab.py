"""Which metric should decide? Name the decision, then the price of each mistake, then the metric.

Models are really trained, every metric chooses its favourite on the validation rows, and the bill of the
decision, paid on the test rows, says what each choice costs. The bill is the metric that is meant; all
others stand in for it.
"""

from dataclasses import dataclass, replace
from math import isfinite
from typing import Any

import pandas as pd

from core.datasets import load_dataset
from core.errors import require
from core.lab import Lab, SlowPart
from core.metrics.which_metric.bills import Bill
from core.metrics.which_metric.candidates import CandidatesSpec, train_candidates
from core.metrics.which_metric.contest import Contest, hold_contest
from core.metrics.which_metric.disputes import (
    DISPUTES,
    Dispute,
    SearchSpec,
    search_disputes,
)
from core.metrics.which_metric.examples import summarise_dispute
from core.metrics.which_metric.scenarios import (
    GROWTHS,
    NEEDS,
    Growth,
    Need,
    find_scenario,
)
from core.metrics.which_metric.scores import METRICS
from core.metrics.which_metric.script import write_script

LARGEST_CAPACITY = 1000


@dataclass(frozen=True, kw_only=True)
class WhichMetricSpec:
    """One decision with its prices; what is None is as the scenario has it."""

    scenario: str = "churn"
    """A key of `SCENARIOS`, or an own table: ``own-…``."""
    need: Need | None = None
    """What is asked of a model of two classes; a number is always asked for as a number."""
    cost_over: float | None = None
    """Price of a false alarm, or of a number that is too high by one step of the scenario."""
    cost_under: float | None = None
    """Price of a miss, or of a number that is too low."""
    is_tuned: bool = False
    """Whether threshold (or shift) are set on validation rows by these prices; else 0.5 (or none)."""
    capacity: int = 50
    """Rows out of 1,000 that can be acted upon, where a ranking is needed."""
    growth: Growth | None = None
    """Whether the price of a wrong number grows with the error or with its square."""
    dispute: Dispute = "f1_auc"
    """Two metrics whose quarrels are searched for; where the target is a number, RMSE and MAE."""
    start: int = 0
    """Seed of the first split of that search."""
    seed: int = 0

    def __post_init__(self) -> None:
        scenario = find_scenario(self.scenario)
        _ = self.candidates, self.search  # refuse seeds
        require(
            self.need is None or self.need in NEEDS,
            f"A model is needed for one of {', '.join(NEEDS)}, got {self.need!r}.",
        )
        require(
            self.growth is None or self.growth in GROWTHS,
            f"A price grows {' or '.join(GROWTHS)}, got {self.growth!r}.",
        )
        require(
            self.dispute in DISPUTES,
            f"The two metrics are one of {', '.join(DISPUTES)}, got {self.dispute!r}.",
        )
        require(
            1 <= self.capacity <= LARGEST_CAPACITY,
            f"A list holds 1 to {LARGEST_CAPACITY} of 1,000 rows, got {self.capacity}. Try 50.",
        )
        bill = self.bill
        for mistake, cost in ((scenario.over, bill.cost_over), (scenario.under, bill.cost_under)):
            require(
                isfinite(cost) and cost >= 0,
                f"A mistake costs 0 or more, and {mistake} was given the price {cost:g}. "
                "Choose 0 or a positive number.",
            )
        require(
            bill.cost_over + bill.cost_under > 0,
            "If both mistakes cost 0, every model is as good as any other. Give one of them a price.",
        )

    @property
    def data(self) -> str:
        """Name of the scenario's table."""
        return find_scenario(self.scenario).data

    @property
    def candidates(self) -> CandidatesSpec:
        """What is trained for the contest: the same for all needs and prices."""
        return CandidatesSpec(data=self.data, seed=self.seed)

    @property
    def search(self) -> SearchSpec:
        """What is trained for the search of quarrels."""
        return SearchSpec(data=self.data, start=self.start)

    @property
    def bill(self) -> Bill:
        """The decision and the prices in force."""
        scenario = find_scenario(self.scenario)
        is_number = scenario.need == "number"
        need = scenario.need if self.need in (None, "number") or is_number else self.need
        assert need is not None
        return Bill(
            need=need,
            cost_over=scenario.cost_over if self.cost_over is None else self.cost_over,
            cost_under=scenario.cost_under if self.cost_under is None else self.cost_under,
            capacity=self.capacity,
            growth=scenario.growth if self.growth is None else self.growth,
            step=scenario.step,
            is_tuned=self.is_tuned,
        )


@dataclass(frozen=True, eq=False)
class WhichMetricResult:
    """Whom each metric chooses, and what the choice costs per 1,000 test rows.

    Costs are in `unit`. NaN stands where a metric does not take part or is undefined.
    """

    spec: WhichMetricSpec
    need: Need
    over: str
    under: str
    unit: str
    cost_over: float
    cost_under: float
    growth: Growth
    row_noun: tuple[str, str]
    positive_noun: tuple[str, str]
    base_rate: float
    """Share of positives among the test rows; NaN where the target is a number."""
    n_train: int
    n_validation: int
    n_test: int
    n_models: int
    n_metrics: int
    n_same: int
    """Metrics that choose the model which the bill of the validation rows chooses."""
    n_dearer: int
    """Metrics whose choice costs more beyond doubt: the whole 95 % interval lies above 0."""
    chosen: str
    """The model chosen by the bill, and what it costs on the test rows (with 95 %)."""
    chosen_cost: float
    chosen_low: float
    chosen_high: float
    chosen_setting: float
    """Its threshold or its shift; NaN for rankings and probabilities."""
    least_tuned_cost: float
    """Test cost of the model that the bill chooses once threshold or shift are set by the prices."""
    worst_metric: str
    """The metric whose choice costs most more than `chosen`."""
    worst_extra: float
    worst_low: float
    worst_high: float
    extra_accuracy: float
    """Test cost of the choice of accuracy minus that of `chosen`; so are the next ones."""
    extra_precision: float
    extra_recall: float
    extra_f1: float
    extra_precision_on_list: float
    extra_roc_auc: float
    extra_average_precision: float
    extra_log_loss: float
    extra_brier: float
    extra_mae: float
    extra_rmse: float
    extra_medae: float
    extra_r2: float
    fair_share: float
    """price of over / (price of over + price of under): the threshold for true probabilities."""
    top_f1: float
    """The highest F1 (at 0.5, validation), and the price of a miss in false alarms that it implies."""
    f1_price: float
    dispute: Dispute
    """The two metrics whose quarrels were searched for."""
    n_splits: int
    n_pairs: int
    n_disagreeing: int
    """Pairs of models that the two metrics rank oppositely on the judged rows."""
    n_sure: int
    """Those of them where both differences are beyond doubt (95 % intervals without 0)."""
    n_half: int
    """Rows on which a pair is judged."""
    n_learned: int
    example: int
    """Row of `pairs` that was found on the other half; −1 if the metrics never disagree there."""
    bills: pd.DataFrame
    """See `core.metrics.which_metric.contest.Contest`; so the next two."""
    scores: pd.DataFrame
    choices: pd.DataFrame
    prices: pd.DataFrame
    """What F1 takes a miss to cost, in false alarms: ``model``, ``f1``, ``price`` (2/F1 − 1)."""
    pairs: pd.DataFrame
    """See `core.metrics.which_metric.disputes.Search`; this dispute only, with ``verdict``
    ("agree", "unsure", "opposite")."""


def choose_by_every_metric(spec: WhichMetricSpec) -> WhichMetricResult:
    """Answer "which model would each metric choose, and what would that cost?".

    Trains what is not remembered; the rest takes milliseconds.
    Check by eye: the choice of ``cost`` has an ``extra`` of 0.
    """
    scenario, bill = find_scenario(spec.scenario), spec.bill
    dataset, candidates = load_dataset(spec.data), train_candidates(spec.candidates)
    contest = hold_contest(spec.candidates, bill)
    truth = candidates.said.loc[candidates.said["part"] == "test", "truth"]
    return WhichMetricResult(
        spec=spec,
        need=bill.need,
        over=scenario.over,
        under=scenario.under,
        unit=scenario.unit,
        cost_over=bill.cost_over,
        cost_under=bill.cost_under,
        growth=bill.growth,
        row_noun=dataset.row_noun,
        positive_noun=dataset.positive_noun or ("positive row", "positive rows"),
        base_rate=float("nan") if bill.need == "number" else float(truth.mean()),
        n_train=candidates.n_train,
        n_validation=contest.n_validation,
        n_test=contest.n_test,
        n_models=len(contest.bills),
        **_read_choices(contest),
        least_tuned_cost=_cost_if_tuned(spec),
        fair_share=bill.fair_share,
        **_price_f1(contest),
        **summarise_dispute(search_disputes(spec.search), spec.dispute),
        bills=contest.bills.copy(deep=False),
        scores=contest.scores.copy(deep=False),
        choices=contest.choices.copy(deep=False),
    )


def _read_choices(contest: Contest) -> dict[str, Any]:
    chosen, others = contest.choices.iloc[0], contest.choices.iloc[1:]
    bill = contest.bills.set_index("model").loc[str(chosen["model"])].to_dict()
    worst = others.iloc[int(others["extra"].argmax())]
    extras = dict(zip(others["metric"], others["extra"], strict=True))
    return {
        "n_metrics": len(others),
        "n_same": int((others["model"] == chosen["model"]).sum()),
        "n_dearer": int((others["low"] > 0).sum()),
        "chosen": str(chosen["model"]),
        "chosen_cost": float(bill["test_cost"]),
        "chosen_low": float(bill["low"]),
        "chosen_high": float(bill["high"]),
        "chosen_setting": float(bill["setting"]),
        "worst_metric": str(worst["metric"]),
        "worst_extra": float(worst["extra"]),
        "worst_low": float(worst["low"]),
        "worst_high": float(worst["high"]),
        **{f"extra_{metric}": float(extras.get(metric, "nan")) for metric in METRICS},
    }


def _cost_if_tuned(spec: WhichMetricSpec) -> float:
    tuned = hold_contest(spec.candidates, replace(spec.bill, is_tuned=True))
    return float(tuned.choices["test_cost"].iloc[0])


def _price_f1(contest: Contest) -> dict[str, Any]:
    """Return what each model's own F1 says a miss costs; see `core.metrics.which_metric.words`."""
    rows = contest.scores[contest.scores["metric"] == "f1"]
    f1 = rows["value"].where(rows["value"] > 0)
    prices = pd.DataFrame({"model": rows["model"], "f1": rows["value"], "price": 2 / f1 - 1})
    top = float(f1.max()) if f1.notna().any() else float("nan")
    return {
        "prices": prices.reset_index(drop=True),
        "top_f1": top,
        "f1_price": 2 / top - 1,
    }


def name_slow_part(spec: WhichMetricSpec) -> SlowPart | None:
    """Return the training that a view waits for: first the contest, then the search.

    None for the view that the lesson opens with: the server makes it ready when it starts.
    """
    title = load_dataset(spec.data).title
    if spec.candidates != CandidatesSpec() and train_candidates.recall(spec.candidates) is None:
        what = f"Five models are being trained on {title}, in a process of their own."
        return SlowPart(run=train_candidates, spec=spec.candidates, what=what)
    if spec.search == SearchSpec():
        return None
    what = (
        f"Five models are being trained on four splits of {title}, to see where metrics disagree."
    )
    return SlowPart(run=search_disputes, spec=spec.search, what=what)


LAB = Lab(
    name="which-metric",
    question="Which metric should decide?",
    spec=WhichMetricSpec,
    run=choose_by_every_metric,
    script=write_script,
    slow_part=name_slow_part,
    presets={
        "default": {},
        "priced-threshold": {"is_tuned": True},
        "equal-prices": {"cost_over": 20.0, "cost_under": 20.0},
        "list": {"scenario": "calls"},
        "fraud": {"scenario": "fraud"},
        "blocking": {"scenario": "blocking", "is_tuned": True},
        "tumour": {"scenario": "tumour", "is_tuned": True},
        "probability": {"scenario": "risk"},
        "price": {"scenario": "price"},
        "delivery": {"scenario": "delivery", "is_tuned": True},
    },
)
