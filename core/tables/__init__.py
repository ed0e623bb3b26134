"""A learner's own table: reading it truthfully, and judging which column can be predicted."""

from core.tables.read import TableReading, read_table
from core.tables.target import TargetJudgement, judge_target, suggest_target

__all__ = ["TableReading", "TargetJudgement", "judge_target", "read_table", "suggest_target"]
