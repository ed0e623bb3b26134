"""AutoML as a glass box: every column it reads, every model it tries, and every choice it makes is shown."""

from core.automl.journal import Journal, JournalFile, open_journal
from core.automl.run import Outcome, run_automl
from core.automl.settings import Settings
from core.automl.summary import AutoMLSummary, TrialInfo

__all__ = ["Journal", "JournalFile", "Outcome", "Settings", "open_journal", "run_automl"]
