"""AutoML as a glass box: every column it reads, every model it tries, and every choice it makes is shown."""

from core.automl.api import classify, forecast, regress
from core.automl.run import Outcome, run_automl
from core.automl.settings import Settings
from core.automl.summary import AutoMLSummary, TrialInfo

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
