"""The program that runs the programs: ``python -m core.tracking.bugs.runner FOLDER``.

In a process of its own, each program in a folder and with a store of runs of its own. It reads
``programs.json`` (name to code) and writes ``outcomes.json``.
"""

import io
import json
import logging
import os
import re
import runpy
import sys
import traceback
import warnings
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

LONGEST = 320
_ID = re.compile(r"\b[0-9a-f]{32}\b")


def main(folder: Path) -> None:
    """Run every program of `folder` once."""
    programs = json.loads((folder / "programs.json").read_text(encoding="utf-8"))
    warnings.simplefilter("ignore")
    outcomes = {}
    for number, (name, code) in enumerate(programs.items()):
        place = folder / str(number)
        place.mkdir()
        path = place / "program.py"
        path.write_text(code, encoding="utf-8")
        os.chdir(place)
        if "mlflow" in code:
            _open_store(place)
        outcomes[name] = run_program(path)
    (folder / "outcomes.json").write_text(json.dumps(outcomes), encoding="utf-8")


def run_program(path: Path) -> dict[str, object]:
    """Run one program and say how that ended: error, its message and its line, or what was printed."""
    said = io.StringIO()
    try:
        with redirect_stdout(said), redirect_stderr(io.StringIO()):
            runpy.run_path(str(path), run_name="__main__")
    except Exception as error:  # noqa: BLE001 - whatever a broken program raises is what is shown
        return {
            "error": type(error).__name__,
            "message": _tidy(
                str(error).strip().split("\n\n")[0], path.parent
            ),  # what follows is advice
            "line": _line_of(error, path),
            "said": _tidy(said.getvalue(), path.parent),
        }
    return {"error": "", "message": "", "line": 0, "said": _tidy(said.getvalue(), path.parent)}


def _line_of(error: Exception, path: Path) -> int:
    if isinstance(error, SyntaxError):
        return int(error.lineno or 0)
    frames = traceback.extract_tb(error.__traceback__)
    return [int(frame.lineno or 0) for frame in frames if frame.filename == str(path)][-1]


def _tidy(text: str, folder: Path) -> str:
    """Return `text` without what differs from run to run."""
    text = _ID.sub("<id>", text.replace(str(folder), "<folder>"))
    text = "\n".join(" ".join(line.split()) for line in text.strip().splitlines() if line.strip())
    return text if len(text) <= LONGEST else f"{text[:LONGEST].rstrip()} …"


def _open_store(place: Path) -> None:
    """Give the next program a store of its own, with its files in its folder."""
    from core.tracking.load import load_mlflow_models
    from core.tracking.place import uri_of
    from core.tracking.store import make_store

    mlflow = load_mlflow_models()
    logging.getLogger("mlflow").setLevel(logging.CRITICAL)
    while mlflow.active_run() is not None:
        mlflow.end_run()
    mlflow.sklearn.autolog(disable=True)
    make_store(place / "mlflow.db")
    mlflow.set_tracking_uri(uri_of(place / "mlflow.db"))
    mlflow.set_registry_uri(uri_of(place / "mlflow.db"))
    made = mlflow.create_experiment("lesson", artifact_location=(place / "files").as_uri())
    mlflow.set_experiment(experiment_id=made)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
