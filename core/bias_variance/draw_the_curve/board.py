"""The board to draw on, as pure data: five handles, their places, and what each height means."""

import json
from dataclasses import asdict, dataclass

from core.bias_variance.draw_the_curve.lab import DrawResult
from core.bias_variance.draw_the_curve.words import say_score, say_setting, say_value, tell_baseline
from core.errors import require
from core.scene import round_ticks

N_HEIGHTS = 101
START = 0.5


@dataclass(frozen=True, kw_only=True)
class Board:
    """Everything that the board shows; nothing of it depends on what was measured at the settings."""

    label: str
    x_label: str
    x_ticks: tuple[str, ...]
    y_label: str
    y_ticks: tuple[tuple[float, str], ...]
    """Heights from 0 to 1 and their names."""
    baseline: float
    baseline_label: str
    handles: tuple[str, ...]
    """What each handle is called for those who hear the page: "depth 3"."""
    texts: tuple[str, ...]
    """What each of the heights means, from the bottom to the top."""
    start: tuple[float, ...]

    def __post_init__(self) -> None:
        require(
            len(self.x_ticks) == len(self.handles) == len(self.start),
            "A board has one handle and one starting height for each place.",
        )

    def to_json(self) -> str:
        """Return the board as strict JSON."""
        return json.dumps(asdict(self), allow_nan=False)


def build_board(result: DrawResult) -> Board:
    """Return the board for the view of `result`."""
    low, high = result.bottom, result.top
    height = high - low
    good = "high is good" if result.is_higher_better else "low is good"
    ticks = round_ticks(low, high, n_most=6)
    unit = f" ({result.unit})" if result.unit else ""
    return Board(
        label=f"Your curve: {result.metric_title} at five settings",
        x_label=f"{result.knob}: from rigid to nervous",
        x_ticks=tuple(say_value(value) for value in result.places),
        y_label=f"{result.metric_title}{unit}: {good}",
        y_ticks=tuple(
            ((tick - low) / height, say_score(result, tick).split("\u00a0")[0]) for tick in ticks
        ),
        baseline=(result.baseline - low) / height,
        baseline_label=tell_baseline(result),
        handles=tuple(say_setting(result, value) for value in result.places),
        texts=tuple(
            say_score(result, low + height * step / (N_HEIGHTS - 1)) for step in range(N_HEIGHTS)
        ),
        start=(START,) * len(result.places),
    )
