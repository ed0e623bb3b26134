"""Which metric should decide? Name the decision, then the price of each mistake, then the metric.

Models are really trained, every metric chooses its favourite on the validation rows, and the bill of the
decision, paid on the test rows, says what each choice costs. The bill is the metric that is meant; all
others stand in for it.
"""

from dataclasses import dataclass
from math import isfinite

import pandas as pd

from core.datasets import load_dataset
from core.errors import require
from core.lab import Lab, SlowPart
from core.metrics.regression.lab import unit_of
from core.metrics.which_metric.bills import Bill
from core.metrics.which_metric.candidates import CandidatesSpec, train_candidates
from core.metrics.which_metric.contest import hold_contest
from core.metrics.which_metric.disputes import (
    DISPUTES,
    Dispute,
    SearchSpec,
    search_disputes,
)
from core.metrics.which_metric.scenarios import (
    GROWTHS,
    NEEDS,
    Growth,
    Need,
    find_scenario,
)
from core.metrics.which_metric.script import write_script
from core.metrics.which_metric.summaries import (
    summarise_choices,
    summarise_dispute,
    summarise_f1,
)

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
        need = self.need
        if need in (None, "number") or scenario.need == "number":
            need = scenario.need
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
    target_unit: str
    """Unit of the target if it is a number and its unit is known, else empty."""
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
    tuned_cost: float
    """Test cost of the model that the bill chooses once threshold or shift are set by the prices."""
    worst_metric: str
    """The metric whose choice costs most, that model, and what it costs more than `chosen`."""
    worst_model: str
    worst_extra: float
    worst_low: float
    worst_high: float
    worst_tuned_cost: float
    """What `worst_model` costs with threshold or shift set by the prices."""
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
    """See `core.metrics.which_metric.contest.Contest`; so the next three."""
    scores: pd.DataFrame
    choices: pd.DataFrame
    prices: pd.DataFrame
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
        target_unit=unit_of(dataset, str(dataset.target)) if bill.need == "number" else "",
        base_rate=float("nan") if bill.need == "number" else float(truth.mean()),
        n_train=candidates.n_train,
        n_validation=contest.n_validation,
        n_test=contest.n_test,
        n_models=len(contest.bills),
        **summarise_choices(contest),
        fair_share=bill.fair_share,
        **summarise_f1(contest),
        **summarise_dispute(search_disputes(spec.search), spec.dispute),
        bills=contest.bills.copy(deep=False),
        scores=contest.scores.copy(deep=False),
        choices=contest.choices.copy(deep=False),
        prices=contest.prices.copy(deep=False),
    )


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
