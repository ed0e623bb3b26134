"""What the truth lab says in words: bias, three spreads, and whether intervals keep their promise."""

from math import isfinite

from core.validation.risk.lab import RiskResult
from core.validation.risk.own import N_DEALINGS
from core.wording import THIN, UNDEFINED, count, percent

LAW_NAMES = {"independent": "independent", "groups": "five per person", "drift": "in time"}
LAW_WORDS = {
    "independent": "Each row came on its own.",
    "groups": "Each person gives five rows that resemble one another; the model will meet new people.",
    "drift": "The law turns slowly in time; the model will meet the rows that come next.",
}
MUCH, LITTLE = 0.75, 0.35
"""Shares of the spread from which on most of it stays, and below which most of it goes."""


def points(amount: float, *, is_signed: bool = False, digits: int = 1) -> str:
    """Return a distance between shares in percentage points: ``points(0.0594)`` is "5.9 points"."""
    if not isfinite(amount):
        return UNDEFINED
    number = f"{100 * amount:{'+' if is_signed else ''}.{digits}f}"
    if float(number) == 0:
        number = f"{0:.{digits}f}"
    return f"{number.replace('-', '−')}{THIN}points"


def say_bounds(low: float, high: float) -> str:
    """Return an interval of shares: "11 to 39 %"."""
    return f"{100 * low:.0f} to {100 * high:.0f}{THIN}%"


def in_hundred(share: float) -> str:
    """Return a share as a count: ``in_hundred(0.818)`` is "82 of 100"."""
    return f"{100 * share:.0f} of 100"


def name_folds(result: RiskResult) -> str:
    """Return the scheme of this k: "5-fold cross-validation" or "leave-one-out"."""
    return (
        "leave-one-out" if result.k == result.spec.n_rows else f"{result.k}-fold cross-validation"
    )


def tell_setting(result: RiskResult) -> str:
    """Say what was drawn, trained and scored, and what a dot of the picture is."""
    return (
        f"Think of {count(result.n_draws)} researchers. Each has collected {result.spec.n_rows} rows of the "
        f"same kind. {LAW_WORDS[result.spec.law]} Each trains a model that tells two classes apart by a "
        "straight line, and cross-validation gives it a score: the share of wrong answers on rows that were "
        "held back. Here we made the rows by a law, so we also know the truth: the share of wrong answers on "
        "all new rows. A ring is one of these datasets, and its height is the score minus the truth. Drag "
        "the number of folds."
    )


def share_left(result: RiskResult) -> float:
    """Return how much of the spread between datasets endless repetition leaves."""
    return result.repeated_sd / result.data_sd if result.data_sd > 0 else float("nan")


def judge_repeating(result: RiskResult) -> str:
    """Return what repetition leaves of the spread: "most", "half" or "little"."""
    left = share_left(result)
    return "most" if left >= MUCH else "half" if left >= LITTLE else "little"


def verdict(result: RiskResult) -> str:
    """Return what the score is on average: "pessimistic", "optimistic" or "right"."""
    return lean(result.bias_low, result.bias_high)


def lean(low: float, high: float) -> str:
    """Return what an interval of biases says."""
    return "pessimistic" if low > 0 else "optimistic" if high < 0 else "right"


def tell_repeating(result: RiskResult) -> str:
    """Say what dealing anew takes away and what it leaves."""
    if result.k == result.spec.n_rows:
        return (
            "There is only one way to leave each row out once, so there is nothing to repeat: the spread "
            "of "
            f"{points(result.data_sd)} between datasets stays whole."
        )
    return (
        f"With one dealing the score spreads by {points(result.data_sd)} between datasets, with endlessly "
        f"many it would still spread by {points(result.repeated_sd)}: {percent(share_left(result), 0)} of "
        "it "
        "is left. Another dealing brings no new row."
    )


def tell_standstill(result: RiskResult) -> str:
    """Say what a number that no longer moves is worth."""
    return (
        "Repeating makes the number stand still. Where it stands still is decided by the "
        f"{result.spec.n_rows} rows: other rows would put it about {points(result.repeated_sd)} elsewhere."
    )


def tell_mine(result: RiskResult) -> str:
    """Say what the owner of one dataset sees, and what they cannot see."""
    lies = (
        "holds it"
        if result.my_naive_low <= result.my_truth <= result.my_naive_high
        else "does not hold it"
    )
    return (
        f"Your dataset is number {result.spec.mine}. Its score is an error of {percent(result.my_error)}, "
        "and ± two standard errors of the folds makes that "
        f"{say_bounds(result.my_naive_low, result.my_naive_high)}. "
        f"The true error of your model is {percent(result.my_truth)}: the interval {lies}."
    )


def tell_own(result: RiskResult) -> str:
    """Say what the learner's own table shows."""
    return (
        f"The same kind of model, trained and tested on {count(result.own_n_rows)} rows of your table: "
        f"5-fold cross-validation says an error of {percent(result.own_error)}. Always saying the more "
        f"frequent class would be wrong in {percent(result.own_guess_error)}. The folds spread by "
        f"{points(result.own_fold_sd)}. Dealing the same rows anew, {N_DEALINGS} times, moves the score by "
        f"{points(result.own_shuffle_sd)}."
    )


def tell_unknown(result: RiskResult) -> str:
    """Say what one table cannot show, and what may be said in its place."""
    return (
        "Two things stay hidden, whatever you compute: how far other rows would have moved the score, and "
        "the true error. For that one would need many tables, or a law that is known. What may be said is "
        "the corrected interval, which is a cautious guess: "
        f"{say_bounds(result.own_corrected_low, result.own_corrected_high)}."
    )


def tell_bias(result: RiskResult) -> str:
    """Say on which side the score lies, and why."""
    side = verdict(result)
    bounds = (
        f"{points(result.bias_low, is_signed=True)} to {points(result.bias_high, is_signed=True)}"
    )
    if side == "right":
        seen = f"as far as {count(result.n_draws)} datasets can tell ({bounds})"
        start = f"On average the score is right, {seen}."
    else:
        start = f"On average the score is too {side}, by {points(abs(result.bias))} ({bounds})."
    if side == "optimistic":
        why = {
            "groups": "Rows of one person lie in training and test folds, so no test asks about new people.",
            "drift": "The folds mix past and future, and the model is asked about the future alone.",
        }.get(result.spec.law, "")
        return f"{start} {why}".strip()
    return (
        f"{start} The score belongs to models of {result.n_learn} rows, the model that you keep learns "
        f"from all {result.spec.n_rows}. More folds mean more rows for each model, and the gap shrinks."
    )


def tell_cover(result: RiskResult) -> str:
    """Say how often each interval holds the true error."""
    return (
        f"Of 100 datasets, error ± two standard errors of the folds holds the true error in "
        f"{100 * result.naive_cover:.0f}. The corrected interval holds it in "
        f"{100 * result.corrected_cover:.0f}, and counting the wrong answers among all rows in "
        f"{100 * result.counted_cover:.0f}. The promise is 95."
    )


def tell_luck(result: RiskResult) -> str:
    """Say whether a lucky score belongs to a better model."""
    if not isfinite(result.correlation):
        return (
            "Here all models are equally wrong, so there is nothing that a score could tell apart."
        )
    return (
        f"Over the {count(result.n_draws)} datasets the correlation of score and true error is "
        f"{result.correlation:.2f}".replace("-", "−")
        + ". At 0, a dataset with a good score has a model no better than the others: the score says how "
        "good "
        "such models are on the whole, hardly which one is lucky."
    )


def tell_leave_one_out(result: RiskResult) -> str:
    """Compare leaving one out with 5 folds (the sweep holds both)."""
    rows = {int(row["k"]): row for row in result.sweep.to_dict("records")}
    last, few = rows[result.spec.n_rows], rows[5]
    how = "more" if last["data_sd"] > 1.05 * few["data_sd"] else "no more"
    return (
        f"Here leave-one-out spreads by {points(last['data_sd'])} between datasets, 5 folds by "
        f"{points(few['data_sd'])}: {how}. Its {result.spec.n_rows} models are nearly one, but what their "
        "errors share is the dataset, and 5 folds share that too."
    )


def tell_sizes(result: RiskResult) -> str:
    """Say from which size on a hold-out comes as near as 10 folds did with fewer rows."""
    sizes = result.sizes.pivot_table(index="n_rows", columns="scheme", values="rmse")
    last = int(sizes.index.max())
    holdout, folds = sizes["holdout"].tolist(), sizes["10-fold"].tolist()
    return (
        f"With {sizes.index.min()} rows a hold-out misses by {points(holdout[0])}, 10 folds by "
        f"{points(folds[0])}. With {last} rows it is {points(holdout[-1])} against {points(folds[-1])}, "
        "for one training instead of ten. If a miss of that size would not change your decision, "
        "one hold-out is enough."
    )


def tell_schemes(result: RiskResult) -> str:
    """Say which way to estimate misses least and which most, and what the one made for the law does."""
    rows = result.schemes.to_dict("records")
    best, worst = (pick(rows, key=lambda row: row["rmse"]) for pick in (min, max))
    said = (
        f"Smallest typical miss: {_lower_first(best['title'])} ({points(best['rmse'])}). "
        f"Largest: {_lower_first(worst['title'])} ({points(worst['rmse'])})."
    )
    for scheme, why in (
        ("groups", "Only folds of whole people ask the right question"),
        (
            "time",
            "Only blocks that learn from the past and judge on what follows ask the right question",
        ),
    ):
        for own in (row for row in rows if row["scheme"] == scheme):
            said += f" {why}: their bias is {points(own['bias'], is_signed=True)}."
            if own["bias"] > 0:
                said += " That is the cautious side: each model learns from fewer rows than yours."
    return said


def _lower_first(text: str) -> str:
    return text[0].lower() + text[1:]
