"""Scores as errors that people read: 0 is perfect, and larger is worse."""

from dataclasses import dataclass
from math import isnan

from core.bias_variance.bands import Numbers
from core.bias_variance.scores import SCORES
from core.wording import THIN, UNDEFINED, percent, significant


@dataclass(frozen=True)
class Loss:
    """How far a metric is from its best value, and how one says it."""

    metric: str
    title: str
    """As an axis says it: "mistakes (% of rows)"."""
    noun: str
    """Inside a sentence: "error rate"."""
    is_share: bool
    best: float
    is_higher_better: bool

    def of(self, scores: Numbers) -> Numbers:
        """Return scores of the metric as losses."""
        losses: Numbers = self.best - scores if self.is_higher_better else scores - self.best
        return losses

    def drawn(self, value: float) -> float:
        """Return a loss as a chart draws it: shares in percent."""
        return 100 * value if self.is_share else value

    def say(self, value: float) -> str:
        """Return a loss in words: "4.5 %", "57.3"."""
        if isnan(value):
            return UNDEFINED
        return percent(value) if self.is_share else significant(value)

    def say_change(self, value: float) -> str:
        """Return a difference of losses with its sign: "−1.2 points", "+3.4"."""
        if isnan(value):
            return UNDEFINED
        size = f"{abs(100 * value):.1f}{THIN}points" if self.is_share else significant(abs(value))
        is_nothing = size.startswith(("0.0\u202f", "0 ")) or size == "0"
        return size if is_nothing else f"{'+' if value > 0 else '−'}{size}"


def find_loss(metric: str) -> Loss:
    """Return how errors of `metric` are said."""
    score = next(score for score in SCORES if score.name == metric)
    titles = {"accuracy": ("mistakes (% of rows)", "error rate")}
    title, noun = titles.get(
        metric, (f"1 − {score.title}", f"1 − {score.title}") if score.is_higher_better
        else (score.title, score.title),
    )  # fmt: skip
    return Loss(metric, title, noun, metric == "accuracy", score.best, score.is_higher_better)
