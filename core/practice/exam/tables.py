"""Results of an exam as tables for the page."""

import pandas as pd

from core.practice.exam.blueprint import Blueprint
from core.practice.exam.result import Result
from core.practice.exam.words import tell_share


def tabulate_domains(blueprint: Blueprint, result: Result) -> pd.DataFrame:
    """Return one row a domain: its title, its weight in the exam, and the right answers with interval."""
    return pd.DataFrame(
        {
            "Domain": [domain.title for domain in blueprint.domains],
            "Weight": [f"{domain.weight:.0f} %" for domain in blueprint.domains],
            "Right": [tell_share(result.by_domain[domain.id]) for domain in blueprint.domains],
        }
    )
