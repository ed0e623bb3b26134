"""All notebooks of a search in a folder: the data once, each notebook as ``.ipynb`` and ``.py``."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from core.automl.notebook.explore import write_exploration
from core.automl.notebook.proof import Proof, prove_notebook
from core.automl.notebook.write import Notebook, write_proposal, write_trial
from core.errors import SpecError
from core.progress import report
from core.store.disk import sync_file

if TYPE_CHECKING:
    from core.automl.run import Outcome


def write_all(outcome: "Outcome") -> tuple[Notebook, ...]:
    """Return the notebooks of a search: the proposal, the first look, and each trial that came to an end."""
    ready, settings = outcome.ready, outcome.settings
    trials = [write_trial(ready, settings, trial) for trial in outcome.trials if not trial.problem]
    return (write_proposal(outcome), write_exploration(ready, settings, outcome.alerts), *trials)


def save_notebooks(
    outcome: "Outcome", folder: Path, *, proves_all: bool = False
) -> Iterator[tuple[Notebook, Proof | None]]:
    """Write all notebooks into `folder` and yield each with its proof, the proposal first.

    The proposal is always proven; the others if asked for. A proven notebook keeps what its cells put out.

    Raises
    ------
    SpecError
        If the folder cannot be written to.
    """
    notebooks = write_all(outcome)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in notebooks[0].files.items():
            _save(folder / name, content)
        for place, notebook in enumerate(notebooks):
            proof = None
            if place == 0 or proves_all:
                report(place / len(notebooks), f"Proof of {notebook.name}")
                proof = prove_notebook(notebook)
            text = proof.notebook if proof is not None and proof.is_proven else notebook.ipynb
            _save(folder / f"{notebook.name}.ipynb", text.encode())
            _save(folder / f"{notebook.name}.py", notebook.script.encode())
            yield notebook, proof
    except OSError as error:
        message = f"The notebooks cannot be written to {folder}: {error.strerror}."
        raise SpecError(message) from error


def _save(path: Path, content: bytes) -> None:
    draft = path.with_name(f".{path.name}.draft")
    draft.write_bytes(content)
    sync_file(draft)
    draft.replace(path)
