"""The cells of a notebook, and the two files that they become: ``.ipynb`` and ``.py``."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal


@dataclass(frozen=True)
class Cell:
    """One cell, by the name of what it does: ``load`` or ``train``, for example."""

    name: str
    kind: Literal["text", "code"]
    source: str


def notebook_of(cells: Sequence[Cell]) -> Any:
    """Return the cells as a notebook of `nbformat` (version 4.5); the same cells give the same bytes."""
    import nbformat

    v4: Any = nbformat.v4
    make = {"text": v4.new_markdown_cell, "code": v4.new_code_cell}
    return v4.new_notebook(
        cells=[
            make[cell.kind](cell.source, id=f"{place:02d}-{cell.name}-{cell.kind}")
            for place, cell in enumerate(cells)
        ],
        metadata={
            "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"},
            "language_info": {"name": "python"},
        },
    )


def text_of(notebook: Any) -> str:
    """Return the text of the ``.ipynb`` file."""
    import nbformat

    writes: Any = nbformat.writes
    return str(writes(notebook)) + "\n"


def script_of(cells: Sequence[Cell]) -> str:
    """Return the cells as one program; editors that know ``# %%`` show it as cells again."""
    parts = []
    for cell in cells:
        if cell.kind == "text":
            lines = [f"# {line}".rstrip() for line in cell.source.splitlines()]
            parts.append("\n".join(["# %% [markdown]", *lines]))
        else:
            parts.append(f"# %%\n{cell.source.strip()}")
    return "\n\n\n".join(parts) + "\n"
