"""Runs that prove the practice items on the registry, and draws of their numbers."""

import atexit
import os
import shutil
import tempfile
import uuid
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd

from core.practice.family import Values
from core.practice.proof import Facts
from core.tracking.answering import answering
from core.tracking.champion.lab import ChampionSpec, follow_champion
from core.tracking.models import load_function, log_model
from core.tracking.registry import point, read_aliases, register, unpoint
from core.tracking.workshop import Workshop

MOST_VERSIONS = 6
ROW = pd.DataFrame({"x": [0.0]})


@lru_cache(maxsize=1)
def _open_workshop(_process: int) -> Workshop:
    folder = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return Workshop(folder)


@lru_cache(maxsize=16)
def _keep_model(number: int, process: int) -> str:
    """Log a model that answers `number` whatever it is asked; return its address."""
    from sklearn.dummy import DummyRegressor

    shop = _open_workshop(process)
    model = DummyRegressor(strategy="constant", constant=float(number)).fit(ROW, [0.0])
    run = shop.start_run()
    address = log_model(run, model, ROW, store=shop.uri)
    shop.client().set_terminated(run)
    return address


def _register_versions(n_versions: int) -> tuple[Workshop, str]:
    """Register so many models under a new name; version 3 answers 3."""
    shop, name = _open_workshop(os.getpid()), f"model-{uuid.uuid4().hex}"
    for number in range(1, n_versions + 1):
        register(_keep_model(number, os.getpid()), name, store=shop.uri)
    return shop, name


def _ask(shop: Workshop, address: str) -> float:
    return float(load_function(address, store=shop.uri).predict(ROW)[0])


def move_alias(n_versions: int, stops: list[int]) -> Facts:
    """Register models, let one alias point at each of `stops` in turn, and load by alias.

    Facts: ``loaded`` (the version that answers), ``first`` (where the alias pointed at first),
    ``newest``, ``n_with_alias`` (versions that bear it at the end).
    """
    shop, name = _register_versions(n_versions)
    for version in stops:
        point(name, "champion", version, store=shop.uri)
    pointed = read_aliases(name, store=shop.uri)
    return {
        "loaded": _ask(shop, f"models:/{name}@champion"),
        "first": stops[0],
        "newest": _ask(shop, f"models:/{name}/latest"),
        "n_with_alias": len(pointed),
    }


def draw_stops(rng: np.random.Generator) -> Values | None:
    """Draw how many versions there are, and three versions that bore the alias in turn."""
    n_versions = int(rng.integers(4, MOST_VERSIONS + 1))
    stops = [int(stop) for stop in rng.choice(np.arange(1, n_versions + 1), 3, replace=False)]
    if stops[-1] == n_versions or stops[0] == n_versions:
        return None
    return {
        "n_versions": n_versions, "stops": stops, "first": stops[0], "second": stops[1],
        "last": stops[2],
    }  # fmt: skip


def serve_and_move(n_versions: int, before: int, after: int) -> Facts:
    """Start MLflow's scoring server on the alias, move the alias, and ask both over again.

    Facts: ``served`` (the version that answers over HTTP), ``loaded`` (by alias, now), ``newest``.
    """
    shop, name = _register_versions(n_versions)
    alias = f"models:/{name}@champion"
    point(name, "champion", before, store=shop.uri)
    with answering(load_function(alias, store=shop.uri)) as server:
        point(name, "champion", after, store=shop.uri)
        served = float(server.ask(ROW).body["predictions"][0])
    return {"served": served, "loaded": _ask(shop, alias), "newest": n_versions}


def draw_move(rng: np.random.Generator) -> Values | None:
    """Draw versions before and after a move of the alias, neither of them the newest."""
    n_versions = int(rng.integers(4, MOST_VERSIONS + 1))
    before, after = (int(one) for one in rng.choice(np.arange(1, n_versions), 2, replace=False))
    return {"n_versions": n_versions, "before": before, "after": after}


def number_versions(here: int, elsewhere: int) -> Facts:
    """Register `here` models under one name and `elsewhere` under another, then one more.

    Facts: ``next`` (the number that the one more gets), ``all`` (models registered in all), ``here``.
    """
    shop, name = _register_versions(here)
    _register_versions(elsewhere)
    made = register(_keep_model(1, os.getpid()), name, store=shop.uri)
    return {"next": made, "all": here + elsewhere + 1, "here": here}


def draw_registered(rng: np.random.Generator) -> Values | None:
    """Draw how many models are registered under two names."""
    here, elsewhere = int(rng.integers(2, 9)), int(rng.integers(2, 7))
    return {
        "here": here, "elsewhere": elsewhere, "next": here + 1, "all": here + elsewhere + 1,
    }  # fmt: skip


def delete_alias() -> Facts:
    """Take an alias away and look what is left.

    Facts: ``n_versions`` left of two, ``n_aliases`` left, ``is_refused`` (1 if loading by the alias fails).
    """
    from mlflow.exceptions import MlflowException

    shop, name = _register_versions(2)
    point(name, "champion", 2, store=shop.uri)
    unpoint(name, "champion", store=shop.uri)
    try:
        _ask(shop, f"models:/{name}@champion")
        is_refused = 0
    except MlflowException:
        is_refused = 1
    found: Sequence[object] = shop.client().search_model_versions(f"name = '{name}'")
    return {
        "n_versions": len(found),
        "n_aliases": len(read_aliases(name, store=shop.uri)),
        "is_refused": is_refused,
    }


def follow_story() -> Facts:
    """Play the story of the lesson.

    Facts: ``served_`` and ``champion_`` followed by the moment (0 for nobody), ``n_behind``, ``gain_low``,
    ``gain_high``, ``is_stage_changed``, ``is_status_ready``, ``is_bare_refused`` (an address without version
    or alias), ``is_slash_refused`` (an alias behind a slash), ``is_at_refused`` (behind @).
    """
    result = follow_champion(ChampionSpec())
    refused = dict(zip(result.addresses["address"], result.addresses["is_refused"], strict=True))
    facts: dict[str, float | None] = {
        "n_behind": result.n_behind,
        "gain_low": result.gain_low,
        "gain_high": result.gain_high,
        "is_stage_changed": int(result.stage_before != result.stage_after),
        "is_status_ready": int(result.version_status == "READY"),
        "is_bare_refused": int(refused["models:/keeper"]),
        "is_slash_refused": int(refused["models:/keeper/champion"]),
        "is_at_refused": int(refused["models:/keeper@champion"]),
    }
    for row in result.moments.to_dict("records"):
        facts[f"served_{row['moment']}"] = int(row["served"])
        facts[f"champion_{row['moment']}"] = int(row["champion"])
    return facts
