"""A proof as a job: the notebook is laid aside for the worker, and what came of it is remembered."""

import hashlib
import json
import re
import shutil
import tempfile
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from core.automl.notebook.cells import Cell
from core.automl.notebook.write import Notebook
from core.errors import SpecError, require
from core.remember import remembered
from core.settings import read_settings
from core.tables.wording import count

A_NAME = re.compile(r"[0-9a-f]{64}")
ABOUT = "notebook.json"
SECONDS_LAID_ASIDE = 3600.0
"""A notebook that no worker fetched within this time goes away."""


@dataclass(frozen=True, kw_only=True)
class ProofSpec:
    """Which notebook is to be proven."""

    notebook: str = "0" * 64
    """The SHA-256 of its cells, its files and what was logged."""

    def __post_init__(self) -> None:
        require(
            A_NAME.fullmatch(self.notebook) is not None,
            f"A notebook is named by 64 hexadecimal digits, got {self.notebook!r}.",
        )


@dataclass(frozen=True, eq=False)
class ProofResult:
    """A proof that was made; a notebook without one has no result, and a sentence that says why."""

    spec: ProofSpec
    n_numbers: int
    """Logged numbers that it gave back."""
    worst: float
    """The largest difference, as a share of the logged number (absolutely below 1)."""
    when: str
    """Date and time in UTC: ``2026-11-22T02:10:00+00:00``."""
    seconds: float
    """By the clock, with the start of the kernel."""
    versions: tuple[str, ...]
    """Python and the libraries that ran: ``pandas 3.0.6``."""


@remembered
def prove_kept(spec: ProofSpec) -> ProofResult:
    """Answer "does this notebook give back what was logged?", for a notebook that `lay_aside` kept.

    The folder goes away with the answer, whatever it is: a table of one's own stays nowhere else. What
    was not proven is not remembered, because a machine under load may only have been too slow.

    Raises
    ------
    SpecError
        If the notebook is not there (any more), or is not proven; the sentence says why.
    """
    from core.automl.notebook.proof import prove_notebook

    folder = _place(spec)
    try:
        proof = prove_notebook(_fetch(folder))
    except FileNotFoundError as error:
        message = "The notebook is no longer there. Ask for its proof once more."
        raise SpecError(message) from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    require(proof.is_proven, f"Not proven. {proof.sentence}")
    return ProofResult(
        spec, proof.n_numbers, proof.worst, proof.when, proof.seconds, proof.versions
    )


def spec_of(notebook: Notebook) -> ProofSpec:
    """Return the name of a notebook by all that its proof depends on."""
    digest = hashlib.sha256(_about(notebook))
    for name in sorted(notebook.files):
        digest.update(name.encode() + hashlib.sha256(notebook.files[name]).digest())
    return ProofSpec(notebook=digest.hexdigest())


def lay_aside(notebook: Notebook) -> ProofSpec:
    """Keep a notebook with its files where `prove_kept` finds it, until it was proven; return its name."""
    spec = spec_of(notebook)
    place = _place(spec)
    _clear(place.parent)
    if not place.exists():
        place.parent.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=".", dir=place.parent))
        (draft / "files").mkdir()
        for name, content in notebook.files.items():
            (draft / "files" / name).write_bytes(content)
        (draft / ABOUT).write_bytes(_about(notebook))
        with suppress(OSError):  # another session was faster
            draft.rename(place)
    return spec


def tell_proof(proof: ProofResult) -> str:
    """Say when, with what and how the proof was made.

    Check by eye: "Proven on 22 Nov 2026 at 02:10 UTC, in 12 s: from the top in a clean kernel, …".
    """
    moment = datetime.fromisoformat(proof.when)
    when = f"{moment.day} {moment:%b %Y} at {moment:%H:%M} UTC"
    return (
        f"Proven on {when}, in {proof.seconds:.0f} s: from the top in a clean kernel, it gave back "
        f"{count(proof.n_numbers, 'logged number')}. It ran with {', '.join(proof.versions)}."
    )


def _about(notebook: Notebook) -> bytes:
    about = {
        "name": notebook.name,
        "title": notebook.title,
        "metric": notebook.metric,
        "logged": dict(sorted(notebook.logged.items())),
        "made_of": notebook.made_of,
        "cells": [asdict(cell) for cell in notebook.cells],
    }
    return json.dumps(about, sort_keys=True).encode()


def _fetch(folder: Path) -> Notebook:
    about: dict[str, Any] = json.loads((folder / ABOUT).read_bytes())
    cells = tuple(Cell(**cell) for cell in about.pop("cells"))
    files = {path.name: path.read_bytes() for path in (folder / "files").iterdir()}
    return Notebook(cells=cells, files=files, **about)


def _place(spec: ProofSpec) -> Path:
    return read_settings().home / "notebooks" / spec.notebook


def _clear(folder: Path) -> None:
    """Remove what nobody fetched: its job was stopped before it began."""
    for path in folder.glob("*"):
        with suppress(OSError):
            if path.stat().st_mtime < time.time() - SECONDS_LAID_ASIDE:
                shutil.rmtree(path, ignore_errors=True)
