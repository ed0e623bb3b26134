"""``glassroom automl``: a table on the command line, a report and notebooks for whoever typed it."""

import argparse
import sys
from pathlib import Path
from typing import Any

from core.errors import SpecError


def add_automl(commands: Any) -> None:
    """Add the command and its options to the parser of the command line."""
    automl = commands.add_parser("automl", help="find out what a table of your own can predict")
    automl.add_argument("file", type=Path, help="CSV, TSV, XLSX or Parquet")
    automl.add_argument("--target", required=True, help="the column to predict")
    automl.add_argument("--metric", default="", help="what models are ranked by")
    automl.add_argument("--trials", type=int, default=20, help="models to try before the finals")
    automl.add_argument(
        "--stop-early", action="store_true", help="end tuning once it gains less than the noise"
    )
    automl.add_argument("--seed", type=int, default=0)
    for role in ("time", "group", "split", "weight"):
        automl.add_argument(f"--{role}", default="", metavar="COLUMN", help=f"the column of {role}")
    automl.add_argument(
        "--imbalance",
        choices=["auto", "none", "weights", "threshold"],
        default="auto",
        help="what is done for a rare class",
    )
    automl.add_argument("--exclude", nargs="*", default=[], metavar="COLUMN")
    automl.add_argument(
        "--notebooks",
        type=Path,
        metavar="FOLDER",
        help="write each model as a notebook; prove the best",
    )
    automl.add_argument(
        "--prove",
        choices=["best", "all"],
        default="best",
        help="which notebooks are run and compared",
    )
    automl.add_argument("--keep", action="store_true", help="keep every trial as a run of MLflow")
    automl.set_defaults(command=_run)


def _run(options: argparse.Namespace) -> None:
    from core.automl import Settings, run_automl
    from core.automl.words import tell_outcome
    from core.progress import listen
    from core.tables.read import read_table

    settings = Settings(
        target=options.target,
        primary_metric=options.metric,
        imbalance=options.imbalance,
        max_trials=options.trials,
        stop_early=options.stop_early,
        seed=options.seed,
        time_col=options.time,
        group_col=options.group,
        split_col=options.split,
        sample_weight_col=options.weight,
        exclude_cols=tuple(options.exclude),
    )
    try:
        content = options.file.read_bytes()
    except OSError as error:
        message = f"The file {options.file} cannot be read: {error.strerror}."
        raise SpecError(message) from error
    reading = read_table(content, options.file.name)
    with listen(lambda share, news: print(f"{share:4.0%}  {news}", file=sys.stderr)):
        outcome = run_automl(reading.table, settings)
    print(tell_outcome(outcome))
    if options.keep:
        _keep(outcome, options.file.stem)
    if options.notebooks is not None:
        _write_notebooks(outcome, options.notebooks, proves_all=options.prove == "all")


def _keep(outcome: Any, table: str) -> None:
    from core.automl.runs import log_outcome
    from core.automl.words_kept import tell_kept

    print(f"\n{tell_kept(log_outcome(outcome, table=table))}")


def _write_notebooks(outcome: Any, folder: Path, *, proves_all: bool) -> None:
    from core.automl.notebook.folder import save_notebooks

    problems = []
    print(f"\nNotebooks in {folder}")
    for notebook, proof in save_notebooks(outcome, folder, proves_all=proves_all):
        said = "written" if proof is None else f"{proof.sentence} ({proof.seconds:.0f} s)"
        print(f"  {notebook.name}.ipynb  {said}", flush=True)
        if proof is not None and not proof.is_proven:
            problems.append(f"{notebook.name} is not proven. {proof.sentence}")
    if problems:
        raise SpecError("\n".join(problems))
