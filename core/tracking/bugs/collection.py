"""All broken programs of the lesson, in the order in which they are offered."""

from core.tracking.bugs import in_models, in_python, in_runs
from core.tracking.bugs.bug import Bug

GROUPS: dict[str, tuple[Bug, ...]] = {
    "Python": in_python.BUGS,
    "runs": in_runs.BUGS,
    "models": in_models.BUGS,
}
BUGS: dict[str, Bug] = {bug.name: bug for bugs in GROUPS.values() for bug in bugs}
EVERY = "every"
"""Instead of a name: all of them."""


def group_of(name: str) -> str:
    """Return what the program called `name` is about: Python, runs or models."""
    return next(group for group, bugs in GROUPS.items() for bug in bugs if bug.name == name)
