"""The notebooks of a search among the files of its run: the table once, and a notebook for each trial."""

from pathlib import Path

from core.automl.notebook import Notebook, cells_of_one, data_of, write_proposal
from core.automl.notebook.data import FILE
from core.automl.run import Outcome

FOLDER = "notebooks"
PROPOSAL = f"{FOLDER}/proposal.ipynb"


def name_notebooks(outcome: Outcome) -> dict[int, str]:
    """Return where the notebook of each trial that came to an end lies among the search's files."""
    return {
        trial.number: f"{FOLDER}/trial-{trial.number:02d}-{trial.family.replace('_', '-')}.ipynb"
        for trial in outcome.trials
        if not trial.problem
    }


def write_notebooks(outcome: Outcome, folder: Path) -> None:
    """Write all of them, the proposal's, and the table that they read into `folder`."""
    ready, settings = outcome.ready, outcome.settings
    (folder / FOLDER).mkdir()
    for number, name in name_notebooks(outcome).items():
        trial = outcome.trials[number]
        cells = cells_of_one(ready, settings, trial)
        # Not `write_trial`, which would write the whole table anew for each.
        notebook = Notebook(name, name, cells, {}, ready.metric)
        (folder / name).write_text(notebook.ipynb, encoding="utf-8")
    (folder / PROPOSAL).write_text(write_proposal(outcome).ipynb, encoding="utf-8")
    (folder / FOLDER / FILE).write_bytes(data_of(ready, settings))
