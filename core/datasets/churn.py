"""Subscribers of whom exactly one in ten leaves; mixed columns, missing values, a known law."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.datasets.dataset import Column, Dataset
from core.datasets.generated import GENERATED_LICENCE, Sample, draw_labels, reader

N_ROWS = 7_000
N_LEAVING = 700
SEED = 20_260_102
DECIMALS = {"tenure_months": 0, "monthly_fee_eur": 2, "data_gb": 1, "satisfaction": 0}
INTERCEPT = -2.681
"""Set so that the expected share of leavers among `draw_subscribers` is 10 %."""
CONTRACTS = {"monthly": (0.52, 0.0), "one_year": (0.28, -0.9), "two_years": (0.20, -1.6)}
INTERNET = {"fibre": (0.46, 0.3), "dsl": (0.36, 0.0), "mobile": (0.18, -0.2)}
PAYMENT = {"card": (0.34, 0.0), "direct_debit": (0.42, -0.4), "invoice": (0.24, 0.4)}
REGIONS = {"north": (0.2, 0.0), "east": (0.2, 0.0), "south": (0.35, 0.0), "west": (0.25, 0.0)}
DATA_LOST = 0.04
PAYMENT_LOST = 0.02
NO_ANSWER_NEW, NO_ANSWER_OLD = 0.50, 0.15
"""Chance of an empty `satisfaction` in the first six months, and later."""


def draw_subscribers(n: int, rng: np.random.Generator) -> pd.DataFrame:
    """Draw `n` subscribers without their label and without gaps."""

    def choose(shares: dict[str, tuple[float, float]]) -> NDArray[np.str_]:
        return rng.choice(list(shares), n, p=[share for share, _ in shares.values()])

    internet = choose(INTERNET)
    fee = np.select([internet == "fibre", internet == "dsl"], [44.0, 31.0], 22.0)
    calls = rng.poisson(rng.gamma(0.8, 1.5, n))
    mood = 7.6 - 0.7 * np.minimum(calls, 5) + rng.normal(0, 1.6, n)
    return pd.DataFrame(
        {
            "tenure_months": np.clip(rng.gamma(1.3, 22, n), 1, 120).round(),
            "monthly_fee_eur": np.clip(fee + rng.normal(0, 6, n), 9.9, 89.9).round(2),
            "contract": choose(CONTRACTS),
            "internet": internet,
            "payment": choose(PAYMENT),
            "region": choose(REGIONS),
            "support_calls": calls,
            "data_gb": np.clip(rng.lognormal(3.6, 0.9, n), 0.1, 999).round(1),
            "satisfaction": np.clip(mood, 1, 10).round(),
            "paperless": (rng.random(n) < 0.6).astype(np.int64),
        }
    )


def true_probability(subscribers: pd.DataFrame) -> NDArray[np.float64]:
    """Return the true probability that each subscriber leaves, given a row without gaps."""

    def effect(name: str, effects: dict[str, tuple[float, float]]) -> NDArray[np.float64]:
        values = subscribers[name].map({word: effect for word, (_, effect) in effects.items()})
        return values.to_numpy().astype(np.float64)

    column = {name: subscribers[name].to_numpy() for name in subscribers.columns}
    is_monthly = column["contract"] == "monthly"
    score = (
        INTERCEPT
        + effect("contract", CONTRACTS)
        + effect("internet", INTERNET)
        + effect("payment", PAYMENT)
        - 0.4 * np.log(column["tenure_months"] / 20)
        + 0.03 * (column["monthly_fee_eur"] - 35)
        + 0.2 * np.minimum(column["support_calls"], 6)
        - 0.3 * (column["satisfaction"] - 7)
        - 0.15 * np.log(column["data_gb"] / 35)
        + 0.7 * (is_monthly & (column["monthly_fee_eur"] > 45))
    )
    return np.asarray(1 / (1 + np.exp(-score)), dtype=np.float64)


def hide_values(subscribers: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Empty some cells: by pure chance, or by a chance that depends on the tenure.

    `data_gb` and `payment` are missing completely at random (MCAR). `satisfaction` is missing at
    random (MAR): whether it is empty depends on `tenure_months`, which is always there.
    """
    n = len(subscribers)
    is_new = subscribers["tenure_months"].to_numpy() <= 6
    no_answer = rng.random(n) < np.where(is_new, NO_ANSWER_NEW, NO_ANSWER_OLD)
    return subscribers.assign(
        data_gb=subscribers["data_gb"].mask(rng.random(n) < DATA_LOST),
        payment=subscribers["payment"].mask(rng.random(n) < PAYMENT_LOST),
        satisfaction=subscribers["satisfaction"].mask(no_answer),
    )


def make_complete() -> Sample:
    """Make the committed subscribers before any cell was emptied."""
    rng = np.random.default_rng(SEED)
    subscribers = draw_subscribers(12_000, rng)
    probability = true_probability(subscribers)
    kept, leaves = draw_labels(probability, n=N_ROWS, n_positive=N_LEAVING, rng=rng)
    table = subscribers.iloc[kept].reset_index(drop=True)
    return Sample(table.assign(churned=leaves), probability[kept])


def make_churn() -> Sample:
    """Make the committed table: 7,000 subscribers, exactly 700 of them leave."""
    complete = make_complete()
    # A stream of its own: hiding cells never changes who was drawn.
    return Sample(
        hide_values(complete.table, np.random.default_rng(SEED + 1_000)), complete.true_values
    )


CHURN = Dataset(
    name="churn",
    title="Subscribers who leave",
    task="binary",
    target="churned",
    positive=1,
    row_noun=("subscriber", "subscribers"),
    positive_noun=("churner", "churners"),
    negative_noun=("loyal subscriber", "loyal subscribers"),
    columns=(
        Column(name="tenure_months", meaning="how long they have been with us", unit="months"),
        Column(name="monthly_fee_eur", meaning="what they pay each month", unit="EUR per month"),
        Column(name="contract", meaning="how long they are bound", kind="categorical"),
        Column(name="internet", meaning="kind of connection", kind="categorical"),
        Column(
            name="payment",
            meaning="how they pay",
            kind="categorical",
            missing="2 % lost by pure chance (MCAR)",
        ),
        Column(name="region", meaning="where they live; has no effect at all", kind="categorical"),
        Column(name="support_calls", meaning="calls to support in 90 days", unit="calls"),
        Column(
            name="data_gb",
            meaning="data used in the last month",
            unit="GB",
            missing="4 % lost by pure chance (MCAR)",
        ),
        Column(
            name="satisfaction",
            meaning="last answer to “would you recommend us?”, 1 to 10",
            unit="points (1–10)",
            missing="50 % empty in the first six months, 15 % later (MAR: depends on tenure)",
        ),
        Column(name="paperless", meaning="1 if bills come by e-mail, else 0; has no effect"),
        Column(name="churned", meaning="1 if they left within a quarter, else 0", kind="target"),
    ),
    n_rows=N_ROWS,
    licence=GENERATED_LICENCE,
    provenance=(
        "Generated by core/datasets/churn.py. Subscribers were drawn, labelled by chance with "
        "their true probability, and kept until there were 700 who leave and 6,300 who stay. "
        "Then cells were emptied."
    ),
    is_real=False,
    truth=(
        "The true log-odds of leaving add up contract, tenure, fee, connection, payment, support "
        "calls, satisfaction and data; a monthly contract above 45 EUR adds a step. Region and "
        "paperless bills have no effect. Stayers and leavers overlap: even the true probabilities, "
        "which see the emptied cells, reach a ROC AUC of only about 0.82."
    ),
    read=reader("churn", make_churn, DECIMALS),
    know=lambda: make_churn().true_values,
)
