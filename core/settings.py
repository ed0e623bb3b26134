"""What an installation may change, read from ``GLASSROOM_…`` environment variables.

Values are read anew on each call, so that a test or a launcher can change them.
"""

import os
import re
from dataclasses import dataclass, fields
from functools import lru_cache
from pathlib import Path

from core.errors import SpecError, require

PREFIX = "GLASSROOM_"
MODES = ("self-study", "class")
WARM_UPS = ("all", "none")
MIN_PHRASE = 10
ENGINES = re.compile(r"loky|threads|spark|dask://[A-Za-z0-9._-]+:[0-9]{1,5}")


@dataclass(frozen=True, kw_only=True)
class Settings:
    """One installation's choices; each field ``x`` is set by the variable ``GLASSROOM_X``."""

    home: Path = Path.home() / ".glassroom"
    """Folder of everything that is kept: the store, results, tables of the learner."""
    address: str = "127.0.0.1"
    port: int = 8501
    allowed_hosts: tuple[str, ...] = ()
    """Further host names under which a browser may reach the server, separated by commas."""
    max_upload_mb: int = 50
    """Largest table that may be uploaded, in megabytes."""
    max_rows: int = 200_000
    max_columns: int = 500
    max_cells: int = 3_000_000
    """Rows × columns."""
    max_cell_chars: int = 10_000
    mode: str = "self-study"
    """``self-study``: one learner, no login. ``class``: everybody joins (``glassroom serve --class``)."""
    class_size: int = 500
    """Most people in one room."""
    teacher_phrase: str = ""
    """A pass phrase by which the teacher signs in, besides the long word that ``glassroom teacher`` says."""
    job_seconds: int = 120
    """Wall-clock limit of one training job."""
    job_memory_mb: int = 1500
    warm_up: str = "all"
    """``all``: the server has each lesson's first view ready before anybody asks; ``none``: on demand."""
    engine: str = "loky"
    """Where the fits of a search are made: ``loky``, ``threads``, ``dask://host:port`` or ``spark``."""
    workers: int = 1
    """Fits of one search at a time on this machine."""

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, int):
                require(
                    value > 0,
                    f"{PREFIX}{field.name.upper()} must be a positive whole number, got {value}.",
                )
        require(
            self.mode in MODES,
            f"{PREFIX}MODE must be {' or '.join(MODES)}, got {self.mode!r}.",
        )
        require(
            self.warm_up in WARM_UPS,
            f"{PREFIX}WARM_UP must be {' or '.join(WARM_UPS)}, got {self.warm_up!r}.",
        )
        require(
            self.teacher_phrase == "" or len(self.teacher_phrase) >= MIN_PHRASE,
            f"{PREFIX}TEACHER_PHRASE must have at least {MIN_PHRASE} characters, "
            f"got {len(self.teacher_phrase)}. Choose a longer one.",
        )
        require(
            ENGINES.fullmatch(self.engine) is not None,
            f"{PREFIX}ENGINE must be loky, threads, spark or dask://host:port, got {self.engine!r}. "
            "Correct it or unset it.",
        )
        require(self.port < 65536, f"{PREFIX}PORT must lie between 1 and 65535, got {self.port}.")


def read_settings() -> Settings:
    """Return the settings in force; a malformed variable raises `SpecError` with its name."""
    # Asked by every page many times over: what is understood once is not taken apart again. A relative
    # folder depends on where one stands, and ``~`` on whose it is.
    return _understand(
        tuple(map(os.environ.get, VARIABLES)), str(Path.cwd()), os.environ.get("HOME")
    )


@lru_cache(maxsize=8)
def _understand(texts: tuple[str | None, ...], _folder: str, _owner: str | None) -> Settings:
    chosen: dict[str, object] = {}
    for field, text in zip(fields(Settings), texts, strict=True):
        if text is None or text == "":
            continue
        if field.type is int:
            try:
                chosen[field.name] = int(text)
            except ValueError:
                message = (
                    f"{PREFIX}{field.name.upper()} must be a whole number, got {text!r}. "
                    "Correct it or unset it."
                )
                raise SpecError(message) from None
        elif field.type == tuple[str, ...]:
            chosen[field.name] = tuple(part.strip() for part in text.split(",") if part.strip())
        elif field.type is Path:
            chosen[field.name] = Path(text).expanduser().absolute()
        else:
            chosen[field.name] = text
    return Settings(**chosen)  # type: ignore[arg-type]  # each value was converted to its field's type


VARIABLES = tuple(f"{PREFIX}{field.name.upper()}" for field in fields(Settings))
"""The environment variable of each field, in their order."""
