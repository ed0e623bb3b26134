"""Read YAML in which nothing is guessed: every scalar stays the text that its author wrote.

Plain YAML turns ``no`` into false, ``1:30`` into 90 and ``0.10`` into 0.1. Here the schema alone
decides what a text means. Aliases, duplicate keys, tags and deep nesting are refused, so that a
file from a stranger can neither grow in memory nor call anything.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import yaml

from core.errors import SpecError

MAX_BYTES = 1_000_000
MAX_DEPTH = 12
_PLAIN_TAGS = {f"tag:yaml.org,2002:{kind}" for kind in ("str", "seq", "map")}

Place = tuple[str | int, ...]
"""Where a value stands: the keys and list positions that lead to it."""


class BankError(SpecError):
    """A file of the item bank cannot be read; the message names file, line, item and repair."""


@dataclass(frozen=True)
class Document:
    """The content of one file (texts, lists and mappings), and the line where each value starts."""

    name: str
    content: Any
    lines: dict[Place, int]

    def line_of(self, place: Place) -> int:
        """Return the line of the value at `place`, or of the nearest value around it."""
        while place not in self.lines:
            place = place[:-1]
        return self.lines[place]


def read_document(path: Path) -> Document:
    """Return what the YAML file at `path` holds; whatever it refuses raises `BankError`."""
    name = f"{path.parent.name}/{path.name}"
    raw = path.read_bytes()
    if len(raw) > MAX_BYTES:
        message = f"{name}: a bank file may hold {MAX_BYTES:,} bytes, this one has {len(raw):,}."
        raise BankError(message)
    try:
        node = yaml.compose(raw.decode("utf-8"), Loader=_StrictLoader)
        lines: dict[Place, int] = {}
        content = None if node is None else _read_node(node, (), lines)
    except UnicodeDecodeError as error:
        message = f"{name}: the file is not UTF-8 text (byte {error.start}). Save it as UTF-8."
        raise BankError(message) from None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        message = f"{name}, line {line}: {error.problem}."
        raise BankError(message) from None
    except yaml.YAMLError as error:
        message = f"{name}: {' '.join(str(error).split())}."
        raise BankError(message) from None
    if content is None:
        message = f"{name}: the file is empty. Write at least one entry or remove the file."
        raise BankError(message)
    return Document(name, content, lines)


class _StrictLoader(yaml.BaseLoader):
    """Refuses aliases and deep nesting while the file is still being read."""

    depth = 0

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        event = self.peek_event()  # type: ignore[no-untyped-call]  # the stubs leave it open
        if isinstance(event, yaml.AliasEvent):
            _refuse("an alias (*name) is not allowed; write the value out", event.start_mark)
        self.depth += 1
        if self.depth > MAX_DEPTH:
            _refuse(f"nesting goes deeper than {MAX_DEPTH} levels", event.start_mark)
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node


def _read_node(node: yaml.Node, place: Place, lines: dict[Place, int]) -> Any:
    lines[place] = node.start_mark.line + 1
    if node.tag not in _PLAIN_TAGS:
        _refuse(f"the tag {node.tag!r} is not allowed; write plain text", node.start_mark)
    if isinstance(node, yaml.SequenceNode):
        return [_read_node(child, (*place, at), lines) for at, child in enumerate(node.value)]
    if isinstance(node, yaml.MappingNode):
        mapping: dict[str, Any] = {}
        for key, child in node.value:
            if not isinstance(key, yaml.ScalarNode):
                _refuse("a key must be plain text", key.start_mark)
            if key.value in mapping:
                _refuse(f"the key {key.value!r} appears twice; keep one", key.start_mark)
            mapping[key.value] = _read_node(child, (*place, key.value), lines)
        return mapping
    return node.value


def _refuse(problem: str, mark: Any) -> NoReturn:
    raise yaml.MarkedYAMLError(problem=problem, problem_mark=mark)
