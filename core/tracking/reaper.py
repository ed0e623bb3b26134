"""Runs that a killed process left behind as if they still ran."""

import os
import socket
from functools import lru_cache
from typing import TYPE_CHECKING

import psutil

if TYPE_CHECKING:
    from mlflow import MlflowClient

PROCESS = "glassroom.process"
"""The tag that says which process writes a run: machine, number and start."""
ENDED = "glassroom.ended"
MOST = 1000


def this_process() -> str:
    """Return what names this process, also after its number was given to another."""
    return _name_process(os.getpid())


@lru_cache(maxsize=8)
def _name_process(pid: int) -> str:
    return f"{socket.gethostname()} {pid} {psutil.Process(pid).create_time():.2f}"


def close_abandoned(client: "MlflowClient") -> int:
    """Mark each run of ours as ``KILLED`` whose process is gone; return how many there were.

    Runs of other machines and of other programs are left alone: nobody here knows whether they run.
    """
    experiments = [found.experiment_id for found in client.search_experiments(max_results=MOST)]
    running = client.search_runs(
        experiments,
        filter_string=f"attributes.status = 'RUNNING' AND tags.`{PROCESS}` LIKE '{_host_pattern()}'",
        max_results=MOST,
    )
    left = [run for run in running if is_gone(run.data.tags[PROCESS])]
    for run in left:
        client.set_tag(run.info.run_id, ENDED, "its process ended before the run was whole")
        client.set_terminated(run.info.run_id, status="KILLED")
    return len(left)


def is_gone(process: str) -> bool:
    """Return whether the process of that name, on this machine, has ended."""
    host, pid, _start = process.rsplit(" ", 2)
    if host != socket.gethostname():
        return False
    try:
        return _name_process_now(int(pid)) != process
    except psutil.NoSuchProcess:
        return True


def _name_process_now(pid: int) -> str:
    return f"{socket.gethostname()} {pid} {psutil.Process(pid).create_time():.2f}"


def _host_pattern() -> str:
    return f"{socket.gethostname()} %".replace("'", "")
