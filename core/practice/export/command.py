"""What ``glassroom bank export`` does."""

from collections.abc import Sequence
from pathlib import Path

from core.errors import require
from core.practice.export.attempts import gather_attempts, write_attempts
from core.practice.export.choose import choose_items
from core.practice.export.formats import FORMATS, tell_export
from core.settings import read_settings
from core.store import open_store

ATTEMPTS = "attempts"


def export(
    to: str | None, lessons: Sequence[str] = (), *, n_variants: int = 1, out: Path | None = None
) -> str:
    """Write the bank, or what was answered, to `out`; return what is to be said.

    Without `out` the text itself is returned. A format or a lesson that does not exist raises `SpecError`.
    """
    names = [*FORMATS, ATTEMPTS]
    require(
        to in names, f"Say the format: --to {', '.join(names[:-1])} or {names[-1]}. Got {to!r}."
    )
    data: bytes | None = None
    if to == ATTEMPTS:
        store = open_store(read_settings().home, read_only=True)
        text = write_attempts(gather_attempts(store))
        n_rows = text.count("\r\n") - 1
        said = f"{n_rows} answers"
    else:
        written = FORMATS[str(to)].write(choose_items(lessons, n_variants=n_variants))
        text, data, said = written.text, written.data, tell_export(written)
    if out is None:
        require(
            data is None, "This is no text to show here. Say into which file: --out glassroom.apkg."
        )
        return text
    draft = out.with_name(f"{out.name}.draft")
    draft.write_bytes(text.encode() if data is None else data)
    draft.replace(out)
    return f"{out}: {said}."
