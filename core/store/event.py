"""One thing that a learner did: what it holds, how it is written down and how it is chained."""

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import uuid4

from core.errors import SpecError, require

MAX_NAME_CHARS = 200
MAX_BODY_BYTES = 64_000
MAX_BODY_DEPTH = 20

CHAIN_START = bytes(32)
"""What stands in the place of the previous row's hash before the first row."""


@dataclass(frozen=True)
class Event:
    """Something that happened once and is never changed: a prediction, an answer, a finished run.

    `body` is plain JSON as it was read back from its text: a tuple that was put in is a list here.
    """

    id: str
    """Names the event for ever; the same id is never stored twice."""
    learner: str
    kind: str
    """What sort of event it is, for example ``"prediction"``."""
    subject: str
    """What it is about, for example the name of a lesson; may be empty."""
    body: Mapping[str, Any]
    created_at: str
    """UTC in ISO 8601 with milliseconds: ``2026-11-21T07:20:13.123Z``."""


class Row(NamedTuple):
    """An event as six texts, the form in which it is stored and hashed."""

    id: str
    learner: str
    kind: str
    subject: str
    body: str
    created_at: str


def write_row(
    *,
    learner: str,
    kind: str,
    subject: str,
    body: Mapping[str, Any],
    id: str | None,  # noqa: A002
) -> Row:
    """Return the row of a new event, stamped with the present time.

    Raises
    ------
    SpecError
        A name is empty or too long, or `body` is not plain JSON of at most 64 kB.
    """
    _require_name("id", id, shortest=1) if id is not None else None
    _require_name("learner", learner, shortest=1)
    _require_name("kind", kind, shortest=1)
    _require_name("subject", subject, shortest=0)
    now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return Row(uuid4().hex if id is None else id, learner, kind, subject, write_body(body), now)


def read_row(row: Row) -> Event:
    """Return the event that `row` holds."""
    return Event(row.id, row.learner, row.kind, row.subject, json.loads(row.body), row.created_at)


def write_body(body: Mapping[str, Any]) -> str:
    """Return `body` as JSON text, or raise `SpecError` with the place that is not JSON.

    ``write_body({"k": (1, 2)})`` is ``'{"k":[1,2]}'``.
    """
    require(
        isinstance(body, Mapping),
        f"An event's body is a mapping of names to values, got {type(body).__name__}.",
    )
    plain = _plain(body, "body", 1)
    try:
        text = json.dumps(plain, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        n_bytes = len(text.encode())
    except ValueError:  # half a surrogate pair, or a whole number of more than 4300 digits
        message = (
            "An event's body holds a text or a number that cannot be written down "
            "(half a character, or thousands of digits). Remove it."
        )
        raise SpecError(message) from None
    require(
        n_bytes <= MAX_BODY_BYTES,
        f"An event's body holds at most {MAX_BODY_BYTES} bytes of JSON, got {n_bytes}. Shorten it.",
    )
    return text


def chain_hash(previous: bytes, n: int, row: Row) -> bytes:
    """Return the SHA-256 that ties row number `n` to everything before it.

    It covers the previous row's hash (32 bytes) and the JSON list ``[n, id, learner, kind, subject,
    body, created_at]`` in UTF-8, so a change, a swap or a gap anywhere breaks every later link.
    """
    content = json.dumps([n, *row], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(previous + content.encode()).digest()


def _require_name(field: str, value: str, *, shortest: int) -> None:
    require(isinstance(value, str), f"An event's {field} must be text, got {type(value).__name__}.")
    require(
        shortest <= len(value) <= MAX_NAME_CHARS,
        f"An event's {field} holds {shortest} to {MAX_NAME_CHARS} characters, got {len(value)}. "
        f"{'Shorten it.' if value else 'Name it.'}",
    )
    # SQLite compares texts only up to a NUL in places, and half a surrogate pair has no UTF-8.
    require(
        "\0" not in value and not any("\ud800" <= mark <= "\udfff" for mark in value),
        f"An event's {field} holds a character that cannot be stored. Remove it.",
    )


def _plain(value: object, place: str, depth: int) -> object:
    """Return `value` made of dict, list, str, int, float, bool and None only."""
    require(
        depth <= MAX_BODY_DEPTH,
        f"An event's body nests at most {MAX_BODY_DEPTH} levels deep. Flatten it.",
    )
    if isinstance(value, float):
        require(
            math.isfinite(value),
            f"An event's body holds finite numbers only, got {value} at {place}. "
            "Leave it out or store None.",
        )
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, list | tuple):
        return [_plain(item, f"{place}[{i}]", depth + 1) for i, item in enumerate(value)]
    if isinstance(value, Mapping):
        for key in value:
            require(
                isinstance(key, str),
                f"The names in an event's body must be text, got {key!r} at {place}. "
                "Write it as text.",
            )
        return {key: _plain(item, f"{place}.{key}", depth + 1) for key, item in value.items()}
    message = (
        f"An event's body holds texts, numbers, True, False, None, lists and mappings, "
        f"got {type(value).__name__} at {place}. Convert it first."
    )
    raise SpecError(message)
