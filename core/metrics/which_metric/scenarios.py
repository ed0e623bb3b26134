"""Decisions that somebody really has to make, and what each mistake costs them."""

from dataclasses import dataclass, replace
from typing import Literal, get_args

from core.datasets import Dataset, load_dataset
from core.errors import SpecError, require

Need = Literal["decision", "ranking", "probability", "number"]
"""What is asked of the model: yes or no, whom first, how likely, or how much."""
NEEDS: tuple[Need, ...] = get_args(Need)
Growth = Literal["linear", "squared"]
"""How the price of an error grows: with its size, or with its square."""
GROWTHS: tuple[Growth, ...] = get_args(Growth)


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """One decision on one table, with prices to start from."""

    name: str
    title: str
    data: str
    need: Need
    story: str
    """Who decides what, in one or two sentences."""
    over: str
    """The first mistake, as a noun: a false alarm, or a number that is too high."""
    under: str
    """The other one: a miss, or a number that is too low."""
    cost_over: float
    cost_under: float
    unit: str = "€"
    growth: Growth = "linear"
    step: float = 1.0
    """Size of the error that has the price, in the unit of the target (numbers only)."""


_CHURN = Scenario(
    name="churn",
    title="Offers against churn",
    data="churn",
    need="decision",
    story="Whoever is likely to leave gets a discount. For everybody else the discount is lost money.",
    over="a needless offer",
    under="a lost customer",
    cost_over=20,
    cost_under=100,
)
_TUMOUR = Scenario(
    name="tumour",
    title="Tumour screening",
    data="breast_cancer",
    need="decision",
    story="An alarm means a biopsy. A malignant tumour without an alarm is found too late.",
    over="a needless biopsy",
    under="a missed tumour",
    cost_over=1,
    cost_under=50,
    unit="biopsies",
)
_SCENARIOS = (
    _CHURN,
    replace(
        _CHURN,
        name="calls",
        title="A list of customers to call",
        need="ranking",
        story="The team can call a fixed number of customers, whatever the model says. Whom first?",
        over="a needless call",
    ),
    Scenario(
        name="fraud",
        title="Fraud alarm",
        data="fraud",
        need="decision",
        story="An alarm means a phone call to the card holder before the payment goes through.",
        over="a needless call",
        under="a fraud that goes through",
        cost_over=5,
        cost_under=150,
    ),
    Scenario(
        name="blocking",
        title="Blocking cards",
        data="fraud",
        need="decision",
        story="An alarm blocks the card at once, as a spam filter hides a letter. False alarms hurt.",
        over="an honest card blocked",
        under="a fraud that goes through",
        cost_over=100,
        cost_under=50,
    ),
    _TUMOUR,
    replace(
        _TUMOUR,
        name="risk",
        title="A probability for the doctor",
        need="probability",
        story="The model only says how likely it is. Doctor and patient decide later, by prices they know.",
    ),
    Scenario(
        name="price",
        title="House prices",
        data="house_prices",
        need="number",
        story="A bank lends on an estimate. One that is far off hurts more than many that are a little off.",
        over="an estimate 10 000 € too high",
        under="an estimate 10 000 € too low",
        cost_over=10,
        cost_under=10,
        growth="squared",
        step=10_000,
    ),
    Scenario(
        name="delivery",
        title="Delivery promise",
        data="delivery_times",
        need="number",
        story="The app promises a time. A minute too long costs orders, a minute too short costs trust.",
        over="a minute promised too long",
        under="a minute too late",
        cost_over=0.1,
        cost_under=0.3,
    ),
)
SCENARIOS = {scenario.name: scenario for scenario in _SCENARIOS}


def find_scenario(name: str) -> Scenario:
    """Return the scenario called `name`; for an own table (``own-…``) one with equal prices.

    Raises
    ------
    SpecError
        If there is no such scenario, or the own table holds neither two classes nor a number.
    """
    if not name.startswith("own-"):
        if name not in SCENARIOS:
            message = f"There is no scenario {name!r}. There are: {', '.join(SCENARIOS)}."
            raise SpecError(message)
        return SCENARIOS[name]
    dataset = load_dataset(name)
    require(
        dataset.task in ("binary", "regression"),
        f"A price for each mistake needs two classes or a number to predict, and {dataset.title} is "
        f"a {dataset.task} table. Choose a column with two classes or with numbers.",
    )
    return _describe_own(dataset)


def _describe_own(dataset: Dataset) -> Scenario:
    is_number = dataset.task == "regression"
    return Scenario(
        name=dataset.name,
        title=dataset.title,
        data=dataset.name,
        need="number" if is_number else "decision",
        story="Your own table. What do you do with the answer, and what does each mistake cost you?",
        over="an estimate too high by 1" if is_number else "a false alarm",
        under="an estimate too low by 1" if is_number else "a miss",
        cost_over=1,
        cost_under=1,
        unit="units",
    )
