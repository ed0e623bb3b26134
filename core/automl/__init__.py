"""AutoML as a glass box: every column it reads, every model it tries, and every choice it makes is shown."""

from core.automl.api import AutoMLSummary, TrialInfo, classify, forecast, regress
from core.automl.run import Outcome, run_automl
from core.automl.settings import Settings

__all__ = [
    "AutoMLSummary",
    "Outcome",
    "Settings",
    "TrialInfo",
    "classify",
    "forecast",
    "regress",
    "run_automl",
]
