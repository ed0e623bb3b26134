"""The server's log: one JSON object a line, so that no text of a learner can pretend to be another line.

It lies in ``logs/server.jsonl`` of the home, is read by its owner only, and takes at most 10 MB. People are
named by their ids, never by nickname.
"""

import json
import logging
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path

from core.store.disk import make_private_file, make_private_folder

MAX_BYTES = 2_000_000
N_OLDER = 4
DETAILS = "details"
"""The name under which a call of the log hands over fields of its own: ``extra={DETAILS: {…}}``."""


class JsonLine(logging.Formatter):
    """Writes a record as one line of JSON in ASCII."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "from": record.name,
            "said": record.getMessage(),
            **getattr(record, DETAILS, {}),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str)


class _PrivateFiles(RotatingFileHandler):
    """The current file and the older ones, for the owner's eyes only."""

    def doRollover(self) -> None:  # noqa: N802  # the library's name
        super().doRollover()
        make_private_file(Path(self.baseFilename))


def open_log(home: Path) -> Path:
    """Let everything that Glassroom says from a warning upwards go into the log; return its path."""
    path = home / "logs" / "server.jsonl"
    make_private_folder(path.parent)
    make_private_file(path)
    to_file = _PrivateFiles(path, maxBytes=MAX_BYTES, backupCount=N_OLDER, encoding="utf-8")
    to_file.setFormatter(JsonLine())
    root = logging.getLogger()
    root.addHandler(to_file)
    root.addHandler(logging.StreamHandler())  # and, shorter, to whoever started the server
    return path
