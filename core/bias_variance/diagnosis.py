"""Diagnoses as data: a code, a question, the evidence, how severe, and which remedies fit.

In the manner of the checks of skore: "not applicable" is a value with its reason, and severity is a
degree. Degrees are shares of the baseline's loss, the loss of saying always the same, so that they mean
the same for mistakes and for errors in any unit.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from math import nan

import numpy as np
import pandas as pd

from core.bias_variance.bands import Numbers, describe_splits
from core.bias_variance.losses import Loss

SEVERITIES = ("none", "unsure", "slight", "clear", "strong")
SLIGHT, CLEAR, STRONG = 0.02, 0.08, 0.25
"""Shares of the baseline's loss from which a finding is called so; names for a dial, not laws."""


@dataclass(frozen=True, kw_only=True)
class Finding:
    """The answer to one question about a model."""

    code: str
    """Stable: "BV2"."""
    question: str
    is_applicable: bool
    reason: str = ""
    """Why the question does not apply here."""
    severity: str = ""
    """One of `SEVERITIES`; "unsure" if chance alone could have made the difference."""
    degree: float = nan
    """Share of the baseline's loss; 0 is no fault at all."""
    low: float = nan
    """95 % interval of the degree, over splits."""
    high: float = nan
    evidence: str = ""
    """The numbers, as a sentence."""
    remedies: str = ""
    """Names in `core.bias_variance.remedies`, with commas; empty if nothing needs one."""


@dataclass(frozen=True, eq=False)
class Evidence:
    """What the questions are answered from: losses of all splits at all settings, rigid to nervous."""

    loss: Loss
    baseline: float
    settings: tuple[float, ...]
    label: str
    train: Numbers
    """Settings × splits."""
    validation: Numbers
    test_share: float
    sizes: tuple[int, ...] = ()
    by_size: Numbers | None = None
    """Sizes × splits: losses on new rows at the setting that is examined."""


def diagnose(evidence: Evidence, at: int) -> pd.DataFrame:
    """Answer six questions about the model at setting number `at`; one row each, columns of `Finding`.

    Check by eye: a model that repeats the baseline has BV4 with degree 1.
    """
    questions: tuple[Callable[[Evidence, int], Finding], ...] = (
        find_gap, find_too_nervous, find_too_rigid, find_no_use, find_hunger, find_edge,
    )  # fmt: skip
    return pd.DataFrame([asdict(ask(evidence, at)) for ask in questions])


def name_verdict(evidence: Evidence, at: int) -> str:
    """Return "over", "under" or "balanced": which side the model would better be moved to.

    The side whose finding is larger, if it is more than chance could have made; a gap alone is not asked.
    """
    nervous, rigid = find_too_nervous(evidence, at), find_too_rigid(evidence, at)
    sides = {"over": nervous, "under": rigid}
    real = {
        side: found.degree
        for side, found in sides.items()
        if found.severity in ("slight", "clear", "strong")
    }
    return max(real, key=real.__getitem__) if real else "balanced"


def grade(degree: float, low: float) -> str:
    """Return how severe a degree is; "unsure" if its interval reaches 0."""
    if degree < SLIGHT:
        return "none"
    if not low > 0:
        return "unsure"
    return "slight" if degree < CLEAR else "clear" if degree < STRONG else "strong"


def find_gap(evidence: Evidence, at: int) -> Finding:
    """BV1: does it know its own rows better than new ones? A sign, not yet a harm."""
    code, question = "BV1", "Does it know its own rows better than new ones?"
    difference = evidence.validation[at] - evidence.train[at]
    say = evidence.loss.say
    sentence = (
        f"{say(float(evidence.train[at].mean()))} on rows it learnt from, "
        f"{say(float(evidence.validation[at].mean()))} on new ones."
    )
    remedies = "more_rows,simpler,regularise,stop_early"
    return _judge(
        evidence,
        difference,
        code=code,
        question=question,
        evidence_said=sentence,
        remedies=remedies,
    )


def find_too_nervous(evidence: Evidence, at: int) -> Finding:
    """BV2: would a model that bends less do better on new rows? Overfitting that costs something."""
    code, question = "BV2", "Would it do better if it bent less?"
    if at == 0:
        return Finding(
            code=code, question=question, is_applicable=False,
            reason="It stands at the rigid end: nothing here bends less.",
        )  # fmt: skip
    return _compare(
        evidence, at, range(at), code=code, question=question,
        remedies="simpler,regularise,more_rows,stop_early",
    )  # fmt: skip


def find_too_rigid(evidence: Evidence, at: int) -> Finding:
    """BV3: would a model that bends more do better on new rows? Underfitting."""
    code, question = "BV3", "Would it do better if it bent more?"
    n_settings = len(evidence.settings)
    if at == n_settings - 1:
        return Finding(
            code=code, question=question, is_applicable=False,
            reason="It stands at the free end: nothing here bends more.",
        )  # fmt: skip
    return _compare(
        evidence,
        at,
        range(at + 1, n_settings),
        code=code,
        question=question,
        remedies="freer,more_features",
    )


def find_no_use(evidence: Evidence, at: int) -> Finding:
    """BV4: is it any better than saying always the same? Without that, nothing was learnt."""
    code, question = "BV4", "Would saying always the same do as well?"
    if not evidence.baseline > 0:
        return Finding(
            code=code, question=question, is_applicable=False,
            reason="Saying always the same makes no error here, so there is nothing to learn.",
        )  # fmt: skip
    left = float(evidence.validation[at].mean()) / evidence.baseline
    severity = (
        "strong" if left >= 1 else "clear" if left >= 0.9 else "slight" if left >= 0.75 else "none"
    )
    return Finding(
        code=code,
        question=question,
        is_applicable=True,
        severity=severity,
        degree=left,
        evidence=(
            f"{evidence.loss.say(float(evidence.validation[at].mean()))} on new rows; always the same "
            f"gives {evidence.loss.say(evidence.baseline)}."
        ),
        remedies="freer,more_features,simpler" if severity in ("clear", "strong") else "",
    )


def find_hunger(evidence: Evidence, _at: int) -> Finding:
    """BV5: is it still gaining from rows? The last two sizes of its learning curve tell."""
    code, question = "BV5", "Is it still gaining from more rows?"
    curve = evidence.by_size
    if curve is None or len(evidence.sizes) < 2 or not np.isfinite(curve[-2:]).all():
        return Finding(
            code=code, question=question, is_applicable=False,
            reason="The learning curve has no two last sizes to compare.",
        )  # fmt: skip
    before, after = evidence.sizes[-2:]
    say = evidence.loss.say
    first, last = (say(float(losses.mean())) for losses in curve[-2:])
    sentence = f"{first} with {before} rows, {last} with {after}."
    return _judge(
        evidence,
        curve[-2] - curve[-1],
        code=code,
        question=question,
        evidence_said=sentence,
        remedies="more_rows",
    )


def find_edge(evidence: Evidence, _at: int) -> Finding:
    """BV6: does the best setting lie at an end of those tried? Then a better one may lie beyond."""
    code, question = "BV6", "Does the best setting lie at an end of those tried?"
    if len(evidence.settings) < 3:
        return Finding(
            code=code, question=question, is_applicable=False,
            reason="Fewer than three settings have no middle.",
        )  # fmt: skip
    best = int(evidence.validation.mean(axis=1).argmin())
    is_edge = best in (0, len(evidence.settings) - 1)
    return Finding(
        code=code,
        question=question,
        is_applicable=True,
        severity="clear" if is_edge else "none",
        degree=float(is_edge),
        evidence=(
            f"Best on new rows: {evidence.label} {evidence.settings[best]:g}, of "
            f"{evidence.settings[0]:g} to {evidence.settings[-1]:g}."
        ),
        remedies="",
    )


def _compare(evidence: Evidence, at: int, others: range, **about: str) -> Finding:
    means = evidence.validation.mean(axis=1)
    best = min(others, key=means.__getitem__)
    say = evidence.loss.say
    sentence = (
        f"{say(float(means[at]))} on new rows; {say(float(means[best]))} at {evidence.label} "
        f"{evidence.settings[best]:g}."
    )
    difference = evidence.validation[at] - evidence.validation[best]
    return _judge(evidence, difference, evidence_said=sentence, **about)


def _judge(
    evidence: Evidence,
    difference: Numbers,
    *,
    code: str,
    question: str,
    evidence_said: str,
    remedies: str,
) -> Finding:
    if not evidence.baseline > 0:
        reason = "Saying always the same makes no error here, so there is nothing to compare with."
        return Finding(code=code, question=question, is_applicable=False, reason=reason)
    mean, _, low, high, _ = describe_splits(difference, evidence.test_share)
    degree = max(mean / evidence.baseline, 0.0)
    severity = grade(degree, low / evidence.baseline)
    return Finding(
        code=code,
        question=question,
        is_applicable=True,
        severity=severity,
        degree=degree,
        low=low / evidence.baseline,
        high=high / evidence.baseline,
        evidence=evidence_said,
        remedies=remedies if severity in ("slight", "clear", "strong") else "",
    )
