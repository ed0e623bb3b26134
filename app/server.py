"""Start the server the way a class needs it.

Measured with default settings: 30 sessions moving sliders wait 5 s at the median, because Streamlit
runs a full garbage collection after each script run, over all objects that scikit-learn and pandas
brought along. Here these objects are frozen once, the collection after each run is off, and one thread
collects in the background.
"""

import gc
import os
import socket
import subprocess
import sys
import threading
import time
import tomllib
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil

from app.log import open_log
from core.errors import SpecError
from core.settings import Settings

if TYPE_CHECKING:
    from starlette.middleware import Middleware
    from starlette.routing import BaseRoute

APP = Path(__file__).parent
PRELOADED = (
    "numpy",
    "pandas",
    "pyarrow.parquet",
    "sklearn.compose",
    "sklearn.ensemble",
    "sklearn.linear_model",
    "sklearn.metrics",
    "sklearn.model_selection",
    "sklearn.pipeline",
    "plotly.graph_objects",
)
SECONDS_BETWEEN_COLLECTIONS = 30
SECONDS_TO_WARM_UP = 1800
OPEN_TO_ALL = (
    "! Everybody who reaches this address shares one learner's record. "
    "For a class, start it with `glassroom serve --class`."
)


def serve(settings: Settings) -> None:
    """Serve the classroom until it is stopped.

    Raises
    ------
    SpecError
        The port is taken, another server writes in this home, or its record is damaged.
    """
    _require_free_port(settings.address, settings.port)
    config = server_config(settings)
    open_home(settings)
    open_log(settings.home)
    print(f"Glassroom is getting ready on {address_of(settings)} …", flush=True)  # noqa: T201
    preload()
    import streamlit as st  # after the preload, so that its watcher settings meet a warm process

    from app.errors import tell_error
    from app.middleware import build_middleware
    from app.routes import ROUTES

    routes: list[BaseRoute] = [*ROUTES]
    layers: list[Middleware] = []
    if settings.mode == "class":
        from app.class_mode import open_class

        opened = open_class(settings, addresses_of(settings))
        routes += opened.routes
        layers += opened.layers
        # Only here, never in a file: plain `streamlit run` would believe a forged header.
        config["server.trustedUserHeaders"] = opened.trusted_headers
    elif not _is_loopback(settings.address):
        print(OPEN_TO_ALL, flush=True)  # noqa: T201
    app = st.App(
        APP / "main.py",
        routes=routes,
        middleware=build_middleware(config["server.allowedHosts"], *layers),
        on_script_error=tell_error,
        lifespan=partial(_close_record_at_the_end, settings.home),
    )
    gc.collect()
    gc.freeze()
    threading.Thread(target=_collect_garbage, daemon=True, name="collect garbage").start()
    threading.Thread(target=_warm_up, args=(settings,), daemon=True, name="warm up").start()
    # Streamlit takes the directory of argv[0] for the app's; ours must not depend on the caller.
    sys.argv = [str(APP / "main.py")]
    app.run(config=config)


def server_config(settings: Settings) -> dict[str, Any]:
    """Return Streamlit's options: those of the committed file, then what this installation changes."""
    text = (APP / ".streamlit" / "config.toml").read_text(encoding="utf-8")
    config = dict(_flatten(tomllib.loads(text)))
    config["server.address"] = settings.address
    config["server.port"] = settings.port
    config["server.maxUploadSize"] = settings.max_upload_mb
    hosts = {*config["server.allowedHosts"], settings.address, *settings.allowed_hosts}
    if settings.mode == "class" and not _is_loopback(settings.address):
        hosts |= own_addresses()
    config["server.allowedHosts"] = sorted(hosts)
    return config


def own_addresses() -> set[str]:
    """Return the addresses and the name of this machine in its networks, without the loopback.

    A page of another site cannot pretend to be one of these: it would need a name of its own.
    """
    found = {
        address.address
        for addresses in psutil.net_if_addrs().values()
        for address in addresses
        if address.family == socket.AF_INET and not _is_loopback(address.address)
    }
    return found | {socket.gethostname().lower()}


def open_home(settings: Settings) -> None:
    """Look whether the record is sound, open it alone, and keep backups, before anybody is served."""
    from core.store import BackupKeeper, StoreError, find_risk, open_store, require_sound
    from core.tracking.backups import keep_runs

    risk = find_risk(settings.home)
    if risk is not None:
        print(f"! {risk}", flush=True)  # noqa: T201
    try:
        require_sound(settings.home)
        BackupKeeper(open_store(settings.home), others=[keep_runs]).start()
    except StoreError as error:
        raise SpecError(str(error)) from None


@asynccontextmanager
async def _close_record_at_the_end(home: Path, _app: object) -> AsyncIterator[None]:
    """Close the record when the server is asked to end: the signal leaves no time for `atexit`."""
    from core.store import open_store

    yield
    open_store(home).close()


def _is_loopback(address: str) -> bool:
    return address in {"localhost", "::1"} or address.startswith("127.")


def preload() -> None:
    """Import what lessons stand on, so that the first learner does not wait for it."""
    for name in PRELOADED:
        import_module(name)


def _warm_up(settings: Settings) -> None:
    """Take up the jobs of an earlier server, and have the views that lessons open with ready."""
    from app.training import obtain
    from core.jobs import open_jobs
    from core.lab import load_lab

    open_jobs()
    for name in _train_first_views(settings) if settings.warm_up == "all" else ():
        lab = load_lab(name)
        obtain(lab, lab.spec())
    gc.collect()
    gc.freeze()  # what the first views brought along stays, too


def _train_first_views(settings: Settings) -> Iterator[str]:
    """Yield the name of each lab whose first view another process has trained and kept.

    Its guard holds our end of a pipe, so that it never outlives this server.
    """
    command = [sys.executable, "-m", "core.warm_up"]
    guarded = [sys.executable, "-m", "core.tracking.guard", str(SECONDS_TO_WARM_UP), *command]
    with subprocess.Popen(
        guarded,
        cwd=APP.parent,
        env={**os.environ, "GLASSROOM_HOME": str(settings.home)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        for line in process.stdout or ():
            yield line.strip()


def address_of(settings: Settings) -> str:
    """Return the address to open in a browser."""
    return f"http://{settings.address}:{settings.port}"


def addresses_of(settings: Settings) -> list[str]:
    """Return what to open from other machines; for an address that means "all of mine", each of them."""
    if settings.address not in {"0.0.0.0", "::"}:  # noqa: S104  # compared, not bound
        return [address_of(settings)]
    numbers = sorted(host for host in own_addresses() if host.replace(".", "").isdecimal())
    return [f"http://{number}:{settings.port}" for number in numbers] or [address_of(settings)]


def _flatten(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in table.items():
        if isinstance(value, Mapping):
            yield from _flatten(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


def _require_free_port(address: str, port: int) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except OSError as error:
            message = (
                f"Port {port} on {address} cannot be used ({error.strerror}). "
                "Stop the other program, or choose another port with GLASSROOM_PORT."
            )
            raise SpecError(message) from None


def _collect_garbage() -> None:
    while True:
        time.sleep(SECONDS_BETWEEN_COLLECTIONS)
        gc.collect()
