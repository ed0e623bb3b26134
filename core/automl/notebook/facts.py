"""What a notebook is made of: its seed, who learns and judges, and how its model is set.

A proof that fails says which of these is not as it was in the search. The same function tells them of the
search, in this process, and of the notebook, in its kernel, so that they can be compared.
"""

import inspect
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from core.automl.deal import PARTS
from core.automl.pipelines import build_pipeline
from core.automl.settings import Family, Settings
from core.automl.table import ReadyTable
from core.automl.trial import Places
from core.safe_text import plain

MOST_TOLD = 3
"""Differences that are said; who mends these runs the proof again."""
MOST_CHARACTERS = 60
Facts = Mapping[str, Any]


def tell_facts(space: Any) -> Any:
    """Return what the variables of a notebook say of seed, rows and settings, as plain values.

    It runs in the kernel of the notebook, where Glassroom is not: it needs the standard library alone.
    """
    import hashlib

    def tell(value: Any) -> Any:
        if hasattr(value, "get_params"):
            return type(value).__name__
        if isinstance(value, list | tuple):
            return [tell(one) for one in value]
        if isinstance(value, str):
            return str(value)
        if getattr(value, "ndim", 1) == 0 and hasattr(value, "item"):
            value = value.item()
        return getattr(value, "__name__", None) or repr(value)

    rows = {}
    for name in ("train", "validate", "test"):
        places = space[name].nonzero()[0].tolist()
        rows[name] = [len(places), hashlib.sha256(repr(places).encode()).hexdigest()]
    model = space["model"]
    members = getattr(model, "models", [model])
    settings = [{name: tell(value) for name, value in one.get_params().items()} for one in members]
    weights = [float(one) for one in getattr(model, "weights", [1.0])]
    return {"seed": space["SEED"], "rows": rows, "settings": settings, "weights": weights}


def facts_of(
    ready: ReadyTable,
    settings: Settings,
    members: Sequence[tuple[Family, Mapping[str, Any], float]],
    learnt: Places,
) -> Facts:
    """Return what the search was made of; `learnt` are the rows that its models were trained on."""
    from types import SimpleNamespace

    masks = {name: (ready.part == name).to_numpy() for name in PARTS}
    masks["train"] = np.isin(np.arange(len(ready.rows)), learnt)
    model = SimpleNamespace(
        models=[build_pipeline(ready.plan, family, params) for family, params, _ in members],
        weights=[weight for _, _, weight in members],
    )
    found: Facts = tell_facts({"SEED": settings.seed, "model": model, **masks})
    return found


def write_probe() -> str:
    """Return the code that prints the facts of the notebook in whose kernel it runs, as one line of JSON."""
    head, call = "import json\nfrom typing import Any", "print(json.dumps(tell_facts(globals())))"
    return f"{head}\n\n{inspect.getsource(tell_facts)}\n{call}"


def read_facts(printed: str) -> Facts:
    """Return the facts that the probe printed last; empty if there are none."""
    lines = printed.strip().splitlines()
    try:
        found = json.loads(lines[-1]) if lines else {}
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def tell_differences(meant: Facts, found: Facts) -> str:
    """Say in what a notebook differs from its search; empty if nothing is known of either.

    Check by eye: "It differs from the search: SEED is 6, not 5."
    """
    if not meant or not found:
        return ""
    told = list(_differences(meant, found))
    if not told:
        return (
            "Its seed, its split and the settings of its model are those of the search, so another cell "
            "or another version of a library makes the difference."
        )
    more = f"; and {len(told) - MOST_TOLD} more" if len(told) > MOST_TOLD else ""
    return f"It differs from the search: {'; '.join(told[:MOST_TOLD])}{more}."


def _differences(meant: Facts, found: Facts) -> Iterator[str]:
    if found["seed"] != meant["seed"]:
        yield f"SEED is {_short(found['seed'])}, not {_short(meant['seed'])}"
    for name, (n_meant, which) in meant["rows"].items():
        n_found, these = found["rows"][name]
        if n_found != n_meant:
            yield f"{n_found:,} rows {name}, not {n_meant:,}"
        elif these != which:
            yield f"other rows {name}, though as many ({n_meant:,})"
    if found["weights"] != meant["weights"]:
        yield f"the weights are {_short(found['weights'])}, not {_short(meant['weights'])}"
    seeds = [meant["seed"], found["seed"]]
    for one, other in zip(meant["settings"], found["settings"], strict=False):
        yield from _compare_settings(one, other, seeds)


def _compare_settings(
    meant: Mapping[str, Any], found: Mapping[str, Any], seeds: Sequence[Any]
) -> Iterator[str]:
    """Yield what is set otherwise, the whole before its parts; what follows from that is left out."""
    told: list[str] = []
    for name in sorted({*meant, *found}, key=lambda one: (_is_summary(one), one.count("__"), one)):
        before, now = meant.get(name), found.get(name)
        follows = any(name.startswith(f"{one}__") for one in told)
        if follows or (told and _is_summary(name)) or _is_same_but_for_seed(before, now, seeds):
            continue
        told.append(name)
        if name in found and name in meant:
            yield f"{_named(name)} {_tell_change(before, now)}"
        else:
            yield f"{_named(name)} is {'missing' if name in meant else 'new'}"


def _is_summary(name: str) -> bool:
    """Whether a setting lists parts that are compared one by one."""
    return name.endswith(("steps", "transformers"))


def _is_same_but_for_seed(meant: Any, found: Any, seeds: Sequence[Any]) -> bool:
    """Whether two settings are the same, or only as different as ``SEED`` makes them, which was said."""
    first, second = map(str, seeds)
    if meant == found or (meant, found) == (first, second):
        return True
    return str(meant).replace(f"random_state={first}", f"random_state={second}") == str(found)


def _tell_change(meant: Any, found: Any) -> str:
    if isinstance(meant, list) and isinstance(found, list):
        lost = [one for one in meant if one not in found]
        new = [one for one in found if one not in meant]
        if lost or new:
            without = f"lacks {_short(lost)}" if lost else ""
            return " and ".join(filter(None, [without, f"has {_short(new)} too" if new else ""]))
        return "has another order"
    return f"is {_short(found)}, not {_short(meant)}"


def _named(name: str) -> str:
    return plain(" of ".join(reversed(name.split("__"))))


def _short(value: Any) -> str:
    if isinstance(value, list):
        value = ", ".join(map(str, value))
    text = plain(str(value))
    return text if len(text) <= MOST_CHARACTERS else f"{text[:MOST_CHARACTERS]}…"
