"""Runs that prove the practice items on bugs, and draws of their numbers."""

import numpy as np

from core.practice.family import Values
from core.practice.proof import Facts
from core.tracking.best_run.checks import log_scratch
from core.tracking.bugs.lab import BugsSpec, look_for_bug

PIECES = {
    "customer_id": ("id", "custom", "customer", "tom"),
    "order_date": ("date", "order", "at", "rd"),
    "house_price": ("price", "house", "ice", "us"),
}
OTHERS = ("tenure", "calls", "age", "city", "plan", "region")
DEPTHS = (2, 4, 6, 8, 12, 16)


def run_broken(bug: str) -> Facts:
    """Run a program of the lesson, broken and mended.

    Facts: ``is_loud``, ``wrong_line``, ``stopped_line`` (undefined if Python did not stop), ``n_mended``,
    ``n_said_broken`` and ``n_said_mended``.
    """
    found = look_for_bug(BugsSpec(bug=bug))
    return {
        "is_loud": found.n_loud,
        "wrong_line": found.wrong_line,
        "stopped_line": found.stopped_line,
        "n_mended": found.n_mended,
        "n_said_broken": found.n_said_broken,
        "n_said_mended": found.n_said_mended,
    }


def run_addresses() -> Facts:
    """Load a model by three addresses; 1 is refused.

    Facts: ``is_singular_refused``, ``is_without_slash_refused``, ``is_right_refused``.
    """
    singular, slash = (look_for_bug(BugsSpec(bug=name)) for name in ("scheme", "slash"))
    return {
        "is_singular_refused": singular.n_loud,
        "is_without_slash_refused": slash.n_loud,
        "is_right_refused": int(singular.n_mended + slash.n_mended < 2),
    }


def write_version(version: str) -> Facts:
    """Put a version into a text, as a number and as a text.

    Facts: how many characters ``as_number``, ``as_text`` and its ``whole`` part have. Check by eye: 3.10
    has three as a number and four as a text.
    """
    return {
        "as_number": len(f"{float(version)}"),
        "as_text": len(f"{version}"),
        "whole": len(f"{int(float(version))}"),
    }


def draw_version(rng: np.random.Generator) -> Values | None:
    """Draw a version that ends with one or two zeros."""
    whole, digit, n_zeros = (
        int(rng.integers(1, 25)),
        int(rng.integers(1, 10)),
        int(rng.integers(1, 3)),
    )
    version = f"{whole}.{digit}{'0' * n_zeros}"
    kept = f"{whole}.{digit}"
    return {
        "version": version, "kept": kept, "as_number": len(kept), "as_text": len(version),
        "whole": len(str(whole)),
    }  # fmt: skip


def leave_out(columns: list[str], text: str) -> Facts:
    """Leave columns out by ``not in``, first of a text and then of a list.

    Facts: ``by_text`` and ``by_list`` (columns kept), ``all``.
    """
    return {
        "by_text": sum(name not in text for name in columns),
        "by_list": sum(name not in [text] for name in columns),
        "all": len(columns),
    }


def draw_columns(rng: np.random.Generator) -> Values | None:
    """Draw a table's columns, some of whose names are pieces of the one that is left out."""
    text = str(rng.choice(list(PIECES)))
    pieces = [
        str(name) for name in rng.choice(PIECES[text], int(rng.integers(1, 4)), replace=False)
    ]
    others = [str(name) for name in rng.choice(OTHERS, int(rng.integers(2, 5)), replace=False)]
    columns = [str(name) for name in rng.permutation([text, *pieces, *others])]
    return {
        "columns": columns, "text": text, "by_text": len(others), "by_list": len(columns) - 1,
        "all": len(columns), "pieces": ", ".join(sorted(pieces)),
    }  # fmt: skip


def log_place(depths: list[int], errors: list[float]) -> Facts:
    """Log what ``argmin`` returns as a param of a real run, and read it back.

    Facts: ``kept`` by the run, ``meant`` (the depth with the least error), ``from_one``.
    """
    place = int(np.argmin(errors))
    run = log_scratch([0.5], [{"depth": str(np.argmin(errors))}]).find("")[0]
    return {"kept": int(run.params["depth"]), "meant": depths[place], "from_one": place + 1}


def draw_place(rng: np.random.Generator) -> Values | None:
    """Draw depths and their errors; the place, the place counted from one and the depth all differ."""
    n_tried = int(rng.integers(4, 6))
    depths = sorted(int(depth) for depth in rng.choice(DEPTHS, n_tried, replace=False))
    errors = [float(value) / 100 for value in rng.choice(np.arange(12, 60), n_tried, replace=False)]
    place = int(np.argmin(errors))
    if place == 0 or depths[place] in (place, place + 1):
        return None
    return {
        "depths": depths, "errors": errors, "place": place, "depth": depths[place],
        "from_one": place + 1, "largest": max(depths),
    }  # fmt: skip
