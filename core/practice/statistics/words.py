"""What the figures of a question say, as sentences and as a table."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import pandas as pd

from core.practice.bank import load_deployed
from core.practice.family import write_number
from core.practice.schema import Form, Item
from core.practice.statistics.firsts import Firsts
from core.practice.statistics.measures import SURE_DISCRIMINATION, ItemFigures, measure_item

FORMS: Mapping[Form, str] = MappingProxyType(
    {
        "single": "One choice",
        "multi": "Several choices",
        "numeric": "A number",
        "order": "An order",
        "match": "Pairs",
        "chart": "About a chart",
        "bug": "Find the bug",
    }
)
DASH = "\u2013"


def tell_bank(items: Sequence[Item]) -> str:
    """Return how many questions there are, and on what their keys rest."""
    n_run = sum(item.check is not None for item in items)
    n_vary = sum(item.seed is not None for item in items)
    return (
        f"{len(items)} questions, {n_vary} of them with numbers that vary. The keys of {n_run} are proved "
        f"by a run; the other {len(items) - n_run} are about a platform and name what was read."
    )


def tabulate_chapters(items: Sequence[Item], titles: Mapping[str, str]) -> pd.DataFrame:
    """Return one row a chapter: how many questions it has, and the keys of how many a run proves.

    `titles` names the chapters that are shown by their folders; what belongs to none of them comes last.
    """
    names = dict.fromkeys([*titles, *(item.chapter for item in items)])
    rows = []
    for name in names:
        held = [item for item in items if item.chapter == name]
        n_run = sum(item.check is not None for item in held)
        if held:
            share = f"{n_run} ({100 * n_run / len(held):.0f} %)"
            title = titles.get(name, "About a platform, drift and ways of working")
            rows.append({"Chapter": title, "Questions": len(held), "Proved by a run": share})
    return pd.DataFrame(rows, columns=["Chapter", "Questions", "Proved by a run"])


def tabulate_items(items: Sequence[Item], firsts: Firsts) -> pd.DataFrame:
    """Return one row a question: what it is, what proves it, how many answered it, and how many rightly."""
    rows = []
    for item in items:
        figures = measure_item(item, firsts)
        deployed = load_deployed(item)
        rows.append(
            {
                "Question": item.id.replace("-", " "),
                "Kind": FORMS[item.form],
                "Key": "proved by a run" if item.check else "reviewed",
                "Variants": len(deployed.variants) if deployed and deployed.variants else 1,
                "People": figures.n,
                "Right": _percent(figures),
            }
        )
    return pd.DataFrame(rows, columns=["Question", "Kind", "Key", "Variants", "People", "Right"])


def tell_figures(figures: ItemFigures) -> list[str]:
    """Return what can be said of one question, and why the rest cannot."""
    said = [_tell_facility(figures), _tell_discrimination(figures)]
    effect = figures.variants
    if effect.value is None:
        said.append(f"**Variants.** {effect.reason}")
    elif effect.value < 0.01:
        said.append(
            f"**Variants.** They differ in difficulty by more than chance (p = {effect.value:.3f})."
        )
    else:
        said.append(
            f"**Variants.** No more spread between them than chance brings (p = {effect.value:.2f})."
        )
    if figures.is_key_doubtful:
        said.append("**Look at the key.** Those who do well elsewhere do worse here.")
    return said


def tabulate_options(figures: ItemFigures) -> pd.DataFrame:
    """Return one row an option: how often it was chosen, how its choosers did elsewhere, if it works."""
    verdicts = {None: DASH, True: "yes", False: "no"}
    rows = [
        {
            "Option": str(row["option"]).replace("`", ""),
            "": "right" if row["is_key"] else "wrong",
            "Chosen by": int(row["n"]),
            "Elsewhere right": DASH if pd.isna(row["rest"]) else f"{100 * row['rest']:.0f} %",
            "Works": "" if row["is_key"] else verdicts[row["works"]],
        }
        for row in figures.options.astype(object).to_dict("records")
    ]
    return pd.DataFrame(rows, columns=["Option", "", "Chosen by", "Elsewhere right", "Works"])


def _percent(figures: ItemFigures) -> str:
    share = figures.facility
    if share.value is None or share.low is None or share.high is None:
        return DASH
    return f"{100 * share.value:.0f} % ({100 * share.low:.0f}{DASH}{100 * share.high:.0f} %)"


def _tell_facility(figures: ItemFigures) -> str:
    if figures.facility.value is None:
        return f"**Right answers.** {figures.facility.reason}"
    return (
        f"**Right answers.** {_percent(figures)} of {figures.n} first answers. Guessing alone would bring "
        f"{100 * figures.guess:.0f} %."
    )


def _tell_discrimination(figures: ItemFigures) -> str:
    found = figures.discrimination
    if found.value is None or found.low is None or found.high is None:
        return f"**Discrimination.** {found.reason}"
    value, low, high = (write_number(bound, 2) for bound in (found.value, found.low, found.high))
    figure = f"{value} ({low} to {high})"
    caution = "" if figures.n >= SURE_DISCRIMINATION else " So few people make this uncertain."
    return (
        f"**Discrimination.** {figure}: how closely this question goes with all others. From 0.3 on it is "
        f"good, below 0 the key is in doubt.{caution}"
    )
