"""What the decomposition says in words: settings, terms, formulas, and the verdict on a setting."""

from functools import lru_cache

import pandas as pd

from core.bias_variance.decomposition.lab import DecompositionResult
from core.bias_variance.decomposition.mistakes import DEPTHS, N_SAMPLES
from core.formula import Formula
from core.wording import count, percent, significant

OUTSIZE = 1.5
"""One term is called the larger one if it is at least so many times the other."""


def say_setting(result: DecompositionResult, setting: float) -> str:
    """Return a setting with its name: "degree 3", "penalty 0.001"."""
    return f"{result.knob} {_say_value(setting)}"


def _say_value(setting: float) -> str:
    return f"{setting:g}" if setting < 1 else count(setting)


def say_term(value: float, se: float) -> str:
    """Return a term with its standard error: "0.0123 ± 0.0009"."""
    decimals = 4 if abs(value) < 0.1 else 3
    return f"{max(value, 0.0) if abs(value) < 2 * se else value:.{decimals}f} ± {se:.{decimals}f}"


def name_axis(result: DecompositionResult) -> str:
    """Return what the handle's rail shows, with its direction."""
    return f"{result.knob}: from rigid to nervous"


def judge(result: DecompositionResult) -> str:
    """Return which term decides at the handle: "bias", "variance", "noise" or "balance"."""
    if result.bias2 + result.variance < result.noise / 4:
        return "noise"
    if result.bias2 > OUTSIZE * result.variance:
        return "bias"
    return "variance" if result.variance > OUTSIZE * result.bias2 else "balance"


def find_answer(result: DecompositionResult) -> str:
    """Return what becomes of the fits' spread from the most rigid model to the most nervous one."""
    before, after = result.rigid_variance, result.nervous_variance
    if after > 2 * before:
        return "apart"
    return "same" if after > before / 2 else "together"


def tell_spread(result: DecompositionResult) -> str:
    """Say what the predict question asked for, with its numbers."""
    rigid, nervous = (
        say_setting(result, float(result.terms["setting"].iloc[place])) for place in (0, -1)
    )
    return (
        f"Over {count(result.n_samples)} samples the variance is "
        f"{significant(result.rigid_variance)} at {rigid} and {significant(result.nervous_variance)} at "
        f"{nervous}. Bias² goes the other way: {significant(max(result.rigid_bias2, 0))} and "
        f"{significant(max(result.nervous_bias2, 0))}."
    )


def tell_best(result: DecompositionResult) -> str:
    """Say where the sum is smallest, and how little even that model can do about noise."""
    share = result.noise / result.best_total if result.best_total > 0 else 0.0
    best = say_setting(result, result.best_setting)
    start = f"The sum is smallest at {best}: {significant(result.best_total)}."
    if result.noise == 0:
        return (
            f"{start} There is no noise here, so a model that bends enough misses almost nothing."
        )
    return (
        f"{start} {percent(share, 0)} of that is noise. No model can take it away, because it is not in the "
        "columns: it is drawn anew each time."
    )


def tell_train_error(result: DecompositionResult) -> str:
    """Say where the train error would have sent us."""
    least = say_setting(result, result.least_train_setting)
    if result.least_train_setting == result.best_setting:
        return f"Here the train error, too, is smallest at {least}; that is luck, not a rule."
    return (
        f"The train error is smallest at {least}. It would send you there, although the error on fresh rows "
        f"is smallest at {say_setting(result, result.best_setting)}."
    )


def tell_audit(result: DecompositionResult) -> str:
    """Say how well the sum agrees with an error that was measured without taking anything apart."""
    if result.noise == 0:
        return "Without noise every sample is the same, and the measured error is exactly the sum."
    return (
        f"Other samples and fresh noisy rows give an error of "
        f"{say_term(result.error, result.error_se)}; the sum says "
        f"{say_term(result.total, result.total_se)}. Over all settings the two never lie more than "
        f"{result.worst_residual:.1f} standard errors apart."
    )


def tell_mistakes(result: DecompositionResult) -> str:
    """Say what bias and variance do to the mistakes of stumps on two classes."""
    bias, harmed, helped, mistakes = (
        percent(share)
        for share in (
            result.stump_bias, result.stump_harmed, result.stump_helped, result.stump_mistakes,
        )
    )  # fmt: skip
    return (
        f"{N_SAMPLES} trees of depth 1 (stumps) vote on each row. On {bias} of the rows most of them say the "
        "wrong class: that is **bias**. Where most are right, a stump that says something else makes a "
        f"mistake: there **variance harms**, in {harmed} of all answers. Where most are wrong, a stump that "
        f"says something else is right: there **variance helps**, in {helped}. With the wrong labels, which "
        f"are the noise, {mistakes} mistakes are left."
    )


def tell_trade(result: DecompositionResult) -> str:
    """Say whether false alarms and misses go against each other, for stumps and for the deepest trees."""
    stump, deep = (
        f"{value:.2f}".replace("-", "−") for value in (result.stump_trade, result.deep_trade)
    )
    return (
        f"From sample to sample, false alarms and misses of stumps have a correlation of {stump}: where the "
        f"one cut falls decides which there are more of. Those of trees of depth {DEPTHS[-1]} have {deep}."
    )


def mistakes_formula(result: DecompositionResult) -> Formula:
    """Return the parts of the stumps' mistakes as a sum, in percent of the answers."""
    noise = result.stump_mistakes - result.stump_bias - result.stump_harmed + result.stump_helped
    parts = [f"{100 * share:.1f}" for share in (noise, result.stump_bias, result.stump_harmed)]
    return Formula(
        name="mistakes",
        top="noise + bias + harm − help",
        top_number=f"{' + '.join(parts)} − {100 * result.stump_helped:.1f}",
        value=percent(result.stump_mistakes),
    )


def sum_formula(result: DecompositionResult) -> Formula:
    """Return the share of the error that each term holds, as one fraction."""
    parts = (max(result.bias2, 0.0), result.variance, result.noise)
    return Formula(
        name="share of noise",
        top="noise",
        bottom="bias² + variance + noise",
        top_number=significant(result.noise),
        bottom_number=" + ".join(significant(part) for part in parts),
        value=percent(result.noise / sum(parts), 0) if sum(parts) else percent(0.0),
    )


@lru_cache(maxsize=64)
def tabulate_terms(result: DecompositionResult) -> pd.DataFrame:
    """Return the terms of every setting as people read them; the smallest sum is marked."""
    terms = result.terms
    return pd.DataFrame(
        {
            result.knob.capitalize(): [
                f"{_say_value(setting)} (best)" if place == result.best_at else _say_value(setting)
                for place, setting in enumerate(terms["setting"])
            ],
            "Bias²": [
                say_term(*pair) for pair in zip(terms["bias2"], terms["bias2_se"], strict=True)
            ],
            "Variance": [
                say_term(*pair)
                for pair in zip(terms["variance"], terms["variance_se"], strict=True)
            ],
            "Sum": [f"{value:.3f}" for value in terms["total"]],
            "Measured": [
                say_term(*pair) for pair in zip(terms["error"], terms["error_se"], strict=True)
            ],
        }
    )
