"""AutoML as a glass box: every column it reads, every model it tries, and every choice it makes is shown."""

from core.automl.api import classify, forecast, regress
from core.automl.journal import Journal, JournalFile, open_journal
from core.automl.run import Outcome, run_automl
from core.automl.settings import Settings
from core.automl.summary import AutoMLSummary, TrialInfo

__all__ = [
    "AutoMLSummary",
    "Journal",
    "JournalFile",
    "Outcome",
    "Settings",
    "TrialInfo",
    "classify",
    "forecast",
    "open_journal",
    "regress",
    "run_automl",
]
