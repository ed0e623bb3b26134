"""The formats that the bank can be written in, by the name that the command line uses."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from core.practice.export.anki import write_anki
from core.practice.export.choose import Export
from core.practice.export.gift import write_gift
from core.practice.export.moodle import write_moodle
from core.practice.export.notebook import write_notebook
from core.practice.export.sheet import write_sheet
from core.practice.schema import Item


@dataclass(frozen=True)
class Format:
    """One way to write the bank."""

    title: str
    ending: str
    mime: str
    write: Callable[[Sequence[Item]], Export]


FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        "sheet": Format("A sheet to print, with answers", ".md", "text/markdown", write_sheet),
        "gift": Format("GIFT", ".gift.txt", "text/plain", write_gift),
        "moodle": Format("Moodle XML", ".xml", "application/xml", write_moodle),
        "anki": Format("A deck for Anki", ".apkg", "application/octet-stream", write_anki),
        "jupyterquiz": Format("JSON for jupyterquiz", ".json", "application/json", write_notebook),
    }
)


def tell_export(export: Export) -> str:
    """Return how many questions it holds, and what is left out: "12 questions, 1 left out: …"."""
    n = export.n_questions
    said = f"{n} question{'s' if n != 1 else ''}"
    if export.left_out:
        names = ", ".join(dict.fromkeys(export.left_out))
        said += f"; left out, {export.reason}: {names}"
    return said
