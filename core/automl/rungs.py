"""The rungs of a search: what is always there, and what joins when its library is installed."""

import importlib.util

from core.automl.settings import EXTRA_FAMILIES, LADDER, Family, Settings
from core.errors import require


def list_rungs(settings: Settings) -> list[Family]:
    """Return the families that a search climbs, simplest first; the baseline is always the first.

    Raises
    ------
    SpecError
        If a family was asked for by name, and its library is not installed.
    """
    for family in settings.include_frameworks:
        require(
            is_here(family),
            f"{family!r} is not installed here. Install it with: pip install 'glassroom[{family}]', "
            "or leave it out.",
        )
    wanted = settings.include_frameworks or LADDER[1:]
    return [
        family
        for family in LADDER
        if family == "baseline"
        or (family in wanted and family not in settings.exclude_frameworks and is_here(family))
    ]


def is_here(family: Family) -> bool:
    """Return whether the library of a family is installed; only the extras can be missing."""
    return family not in EXTRA_FAMILIES or importlib.util.find_spec(family) is not None
