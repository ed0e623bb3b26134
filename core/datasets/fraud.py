"""Card payments of which exactly one in a hundred is a fraud, drawn from a known law."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.datasets.dataset import Column, Dataset
from core.datasets.generated import GENERATED_LICENCE, Sample, draw_labels, reader

N_ROWS = 40_000
N_FRAUDS = 400
SEED = 20_260_101
DECIMALS = {"amount_eur": 2, "distance_km": 1}
INTERCEPT = -9.914
"""Set so that the expected share of frauds among `draw_payments` is 1 %."""
MERCHANTS = {
    # share of payments, effect on the log-odds of fraud
    "groceries": (0.30, -0.6),
    "restaurant": (0.17, -0.4),
    "fuel": (0.12, -0.2),
    "fashion": (0.13, 0.0),
    "pharmacy": (0.08, -0.5),
    "electronics": (0.08, 1.2),
    "travel": (0.07, 0.3),
    "gift_cards": (0.05, 2.2),
}
# Payments per hour of the day, starting at midnight; only the proportions matter.
HOURS = (4, 3, 2, 1, 1, 2, 8, 18, 28, 34, 40, 46, 52, 50, 42, 42, 48, 56, 58, 48, 36, 26, 16, 8)


def draw_payments(n: int, rng: np.random.Generator) -> pd.DataFrame:
    """Draw `n` payments without their label, rounded as they stand in the CSV."""
    foreign = rng.random(n) < 0.08
    present = rng.random(n) < 0.62
    distance = rng.lognormal(np.where(foreign, 6.3, 1.6), np.where(foreign, 0.7, 1.3))
    minutes = np.clip(rng.lognormal(6.3, 1.5, n), 1, 43_200)
    age = np.clip(rng.gamma(1.6, 900, n), 1, 9_000)
    return pd.DataFrame(
        {
            "amount_eur": np.clip(rng.lognormal(3.4, 0.9, n), 0.5, 9_999.99).round(2),
            "hour": rng.choice(24, n, p=np.array(HOURS) / np.sum(HOURS)),
            "minutes_since_last": minutes.round().astype(np.int64),
            "distance_km": np.clip(distance, 0.1, 15_000).round(1),
            "merchant": rng.choice(
                list(MERCHANTS), n, p=[share for share, _ in MERCHANTS.values()]
            ),
            "card_present": present.astype(np.int64),
            "foreign": foreign.astype(np.int64),
            "failed_pins": rng.poisson(0.10, n),
            "payments_last_day": rng.poisson(2.2, n),
            "account_age_days": age.round().astype(np.int64),
        }
    )


def true_probability(payments: pd.DataFrame) -> NDArray[np.float64]:
    """Return the true probability that each payment is a fraud: the law behind the table.

    The log-odds are additive except for two interactions that a linear model cannot see:
    a young account used without the card, and a payment far from home less than an hour after
    the last one.
    """
    column = {name: payments[name].to_numpy() for name in payments.columns}
    effect = payments["merchant"].map({name: effect for name, (_, effect) in MERCHANTS.items()})
    absent = 1 - column["card_present"]
    is_young = column["account_age_days"] < 180
    is_impossible = (column["distance_km"] > 50) & (column["minutes_since_last"] < 60)
    score = (
        INTERCEPT
        + 1.6 * np.log(column["amount_eur"] / 30)
        - 0.3 * np.log(column["minutes_since_last"] / 545)
        + 0.3 * np.log(column["distance_km"] / 5)
        + 2.2 * absent
        + 2.0 * column["foreign"]
        + 3.0 * np.minimum(column["failed_pins"], 3)
        + 0.6 * np.maximum(column["payments_last_day"] - 2, 0)
        + 1.6 * (column["hour"] < 6)
        + 2.0 * (absent * is_young)
        + 2.5 * is_impossible
        + effect.to_numpy()
    )
    return np.asarray(1 / (1 + np.exp(-score)), dtype=np.float64)


def make_fraud() -> Sample:
    """Make the committed table: 40,000 payments, exactly 400 of them frauds."""
    rng = np.random.default_rng(SEED)
    payments = draw_payments(60_000, rng)
    probability = true_probability(payments)
    kept, is_fraud = draw_labels(probability, n=N_ROWS, n_positive=N_FRAUDS, rng=rng)
    table = payments.iloc[kept].reset_index(drop=True)
    return Sample(table.assign(fraud=is_fraud), probability[kept])


FRAUD = Dataset(
    name="fraud",
    title="Card fraud",
    task="binary",
    target="fraud",
    positive=1,
    row_noun=("payment", "payments"),
    positive_noun=("fraud", "frauds"),
    negative_noun=("honest payment", "honest payments"),
    columns=(
        Column(name="amount_eur", meaning="amount paid", unit="EUR"),
        Column(name="hour", meaning="hour of the day at which it was paid", unit="hours (0–23)"),
        Column(
            name="minutes_since_last",
            meaning="time since the last payment with this card, at most 30 days",
            unit="minutes",
        ),
        Column(name="distance_km", meaning="distance of the shop from home", unit="km"),
        Column(name="merchant", meaning="kind of shop", kind="categorical"),
        Column(name="card_present", meaning="1 if the card itself was used, 0 if its number"),
        Column(name="foreign", meaning="1 if the shop is in another country, else 0"),
        Column(name="failed_pins", meaning="wrong PINs in the last day", unit="attempts"),
        Column(
            name="payments_last_day",
            meaning="payments with this card in the last 24 hours",
            unit="payments",
        ),
        Column(name="account_age_days", meaning="age of the account", unit="days"),
        Column(name="fraud", meaning="1 if the payment was a fraud, else 0", kind="target"),
    ),
    n_rows=N_ROWS,
    licence=GENERATED_LICENCE,
    provenance=(
        "Generated by core/datasets/fraud.py. Payments were drawn, labelled by chance with their "
        "true probability, and kept until there were 400 frauds and 39,600 honest payments."
    ),
    is_real=False,
    truth=(
        "The true log-odds of fraud add up the amount, the pause since the last payment, the "
        "distance, the shop, failed PINs, foreign shops, night hours and unusual frequency. Two "
        "interactions come on top: a young account without the card, and a payment far from home "
        "within an hour of the last one. Honest and fraudulent payments overlap: even the true "
        "probabilities reach a ROC AUC of about 0.97 and an average precision of about 0.53."
    ),
    default_shares=(0.5, 0.25, 0.25),
    read=reader("fraud", make_fraud, DECIMALS),
    know=lambda: make_fraud().true_values,
)
