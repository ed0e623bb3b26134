"""Scores as errors that people read: 0 is perfect, and larger is worse."""

from dataclasses import dataclass
from math import isnan

from core.bias_variance.bands import Numbers
from core.bias_variance.scores import SCORES
from core.datasets import load_dataset
from core.metrics.regression.lab import unit_of
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
    unit: str = ""
    """Of the target, where the loss has it."""

    @property
    def axis(self) -> str:
        """The title with its unit: "RMSE (points)"."""
        return f"{self.title} ({self.unit})" if self.unit else self.title

    @property
    def step(self) -> str:
        """What a difference of two losses is in: "points" of percent, or the unit of the target."""
        return "points" if self.is_share else self.unit or self.title

    @property
    def meaning(self) -> str:
        """What the metric is, as a sentence after another one, where its name does not say so."""
        return " RMSE is a typical error; large errors count more." if self.metric == "rmse" else ""

    def name(self, value: float) -> str:
        """Return a loss with its name and unit: "4.5 % mistakes", "RMSE 57.3 points"."""
        if self.is_share:
            return f"{self.say(value)} mistakes"
        return f"{self.title} {self.say(value)}" + (f"\u00a0{self.unit}" if self.unit else "")

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


def find_loss_on(data: str, metric: str) -> Loss:
    """Return how errors of `metric` on the table called `data` are said, with the unit of its target."""
    dataset = load_dataset(data)
    has_unit = metric in ("rmse", "mae")
    return find_loss(metric, unit_of(dataset, str(dataset.target)) if has_unit else "")


def find_loss(metric: str, unit: str = "") -> Loss:
    """Return how errors of `metric` are said."""
    score = next(score for score in SCORES if score.name == metric)
    titles = {"accuracy": ("mistakes (% of rows)", "error rate")}
    title, noun = titles.get(
        metric, (f"1 − {score.title}", f"1 − {score.title}") if score.is_higher_better
        else (score.title, score.title),
    )  # fmt: skip
    return Loss(metric, title, noun, metric == "accuracy", score.best, score.is_higher_better, unit)
